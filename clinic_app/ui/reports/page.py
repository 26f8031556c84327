"""The report: what was done in a time, counted from the cases. Handed on, small numbers of people are kept back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QGridLayout, QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.report import Block, Count, Report, months
from clinic_app.i18n import Words
from clinic_app.services import reports
from clinic_app.services.exports import Leaving
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.paper_out import PaperOut
from clinic_app.ui.reports.bars import Bar
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

SPANS: Final = Field(
    "span",
    Kind.CHOICE,
    N_("For what time?"),
    choices=(
        Choice("month", N_("This month")),
        Choice("before", N_("Last month")),
        Choice("quarter", N_("Three months")),
        Choice("year", N_("This year")),
    ),
)
TILES: Final = 3
"""Counts beside each other: as many as have room for long words on the smallest display."""

BESIDE: Final = 220


def span_of(code: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of a time, none of them after the end of this month."""
    this, last = months(today, 2)
    match code:
        case "before":
            return last
        case "quarter":
            return months(today, 3)[-1][0], this[1]
        case "year":
            return today.replace(month=1, day=1), this[1]
        case _:
            return this


class ReportPage(Page):
    """The first page of counts."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.voice, N_("Report"), "", wide=True)
        self.desk = desk
        self.found: Report | None = None
        self.out = PaperOut(desk, self, self.banner, Leaving.REPORT)
        self.span = FieldBox(desk.around, SPANS, "span", empties=False)
        self.span.show_answer("month")
        self._body = QVBoxLayout()
        self._body.setSpacing(2 * STEP)
        self.add(self.span)
        self.column.addLayout(self._body)
        self.column.addStretch(1)
        self.table_button = Button(desk.voice, N_("Save as a table…"))
        self.print_button = Button(desk.voice, N_("Print"), "primary")
        self.add_foot(None, self.table_button, self.print_button)
        self.span.answered.connect(self._on_span)
        self.table_button.clicked.connect(self._on_table)
        self.print_button.clicked.connect(self._on_print)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def begin(self) -> None:
        """Put the keyboard into the choice of the time."""
        self.span.focus()

    def load(self) -> None:
        """Count."""
        first, last = span_of(str(self.span.input.raw() or "month"), self.desk.today())
        work = partial(reports.report, self.desk.clinic, first, last)
        self.desk.ask(self, work, self._show, key="report")

    def save_to(self, path: Path) -> None:
        """Write the counts as a table to hand on: .xlsx or .csv, as the name says."""
        if self.found is not None:
            rows = reports.table(self.found, self.voice.say)
            made = reports.as_csv(rows) if path.suffix.lower() == ".csv" else reports.as_xlsx(rows)
            self.out.save_to(path, made)

    def _show(self, found: Report) -> None:
        self.found = found
        self.show_title(N_("Report"), partial(_span, found=found))
        clear(self._body)
        tiles = QGridLayout()
        tiles.setSpacing(STEP)
        for number, count in enumerate(found.headline):
            tiles.addWidget(self._tile(count), *divmod(number, TILES))
        self._body.addLayout(tiles)
        for one in found.sums:
            line = row(spacing=2 * STEP)
            line.addWidget(TextLabel(self.voice, one.label), 1)
            money = TextLabel(self.voice, partial(_money, low=one.low, high=one.high, currency=found.currency), "money")
            money.setWordWrap(False)
            line.addWidget(money)
            self._body.addLayout(line)
        if found.days_to_filing is not None:
            self._body.addWidget(TextLabel(self.voice, partial(_filing, found=found)))
        for block in found.blocks:
            self._body.addWidget(self._block(block))
        hint = N_("What is printed or saved here keeps small numbers of people back: they could tell who it was.")
        self._body.addWidget(TextLabel(self.voice, hint, "hint"))

    def _tile(self, count: Count) -> Box:
        tile = Box("card")
        tile.add(TextLabel(self.voice, {"es": str(count.number)}, "big"), TextLabel(self.voice, count.label, "caption"))
        return tile

    def _block(self, block: Block) -> Box:
        card = Box("quiet")
        card.add(TextLabel(self.voice, block.title, "heading"))
        most = max((line.number or 0 for line in block.lines), default=1) or 1
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        for at, line in enumerate(block.lines):
            number = TextLabel(self.voice, {"es": str(line.number)}, "money")
            number.setWordWrap(False)
            bar = Bar((line.number or 0) / most)
            bar.setFixedWidth(BESIDE)
            for column, widget in enumerate((TextLabel(self.voice, line.label), number, bar)):
                grid.addWidget(widget, at, column)
        grid.setColumnStretch(0, 1)
        card.column.addLayout(grid)
        return card

    def _on_span(self, _path: str, _raw: object) -> None:
        self.load()

    def _on_table(self) -> None:
        if self.found is None:
            return
        name = f"{self.voice.words(N_('report'))}-{self.found.first:%Y-%m}.xlsx"
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.voice.words(N_("Save as a table")), str(Path.home() / name), "*.xlsx;;*.csv"
        )
        if chosen:
            self.save_to(Path(chosen))

    def _on_print(self) -> None:
        if self.found is not None:
            self.out.print(partial(reports.print_report, self.found, self.voice.words.language))

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {"case", "tally", "people"}:
            self.load()


def _span(words: Words, *, found: Report) -> str:
    first, last = (words.date(day, weekday=False) for day in (found.first, found.last))
    return words(N_("From {first} to {last}"), first=first, last=last)


def _money(words: Words, *, low: Decimal, high: Decimal, currency: str) -> str:
    told = words.money(high, currency)
    return told if low == high else f"{words.money(low, currency)} – {told}"


def _filing(words: Words, *, found: Report) -> str:
    days = words.many("{count} day", "{count} days", found.days_to_filing or 0)
    cases = words.many("{count} case", "{count} cases", found.filed_cases)
    return words(N_("From opening to filing: {days} (median, {cases})"), days=days, cases=cases)
