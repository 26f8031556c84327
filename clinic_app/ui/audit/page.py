"""What was done, and by whom: a list to filter by person, kind, days and case, and whether the record is whole.

Only who may read the record gets here. Cases stand here by their numbers; no worker is named.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Final

from clinic_app.domain.audit import DEED_NAMES, FAULT_TEXTS, Asked, Deed, Entry, Fault, Wrong
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.roles import Right
from clinic_app.domain.values import Empty
from clinic_app.i18n import Words
from clinic_app.services import audit, permission
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.listing import Column, RowsModel, RowsView
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.words import N_

SHOWN_FAULTS: Final = 5
LEAST_ROWS: Final = 240
"""Pixels of the list in a small window."""

DEED: Final = Field(
    "deed",
    Kind.CHOICE,
    N_("What was done"),
    choices=tuple(Choice(deed.value, name) for deed, name in DEED_NAMES.items()),
)
CASE: Final = Field("case", Kind.TEXT, N_("Case number"))
FIRST: Final = Field("first", Kind.DATE, N_("From this day"))
LAST: Final = Field("last", Kind.DATE, N_("Up to this day"))


@dataclass(frozen=True, slots=True)
class _Found:
    entries: tuple[Entry, ...]
    people: tuple[str, ...]


class AuditPage(Page):
    """The record, the latest entry first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.voice, N_("What was done"), N_("Who opened, changed, printed or saved what."), wide=True)
        self.desk = desk
        self.wrong: tuple[Wrong, ...] | None = None
        self.limit = audit.PAGE
        self.state = TextLabel(desk.voice, N_("The record is being checked…"))
        self.understood_button = Button(desk.voice, N_("I know why: a backup was put in place"))
        self.who: FieldBox | None = None
        self.boxes = {
            field.id: FieldBox(desk.around, field, field.id, empties=False) for field in (DEED, CASE, FIRST, LAST)
        }
        self.model: RowsModel[Entry] = RowsModel(desk.voice, COLUMNS)
        self.view = RowsView(desk.voice, self.model, N_("What was done"))
        self.view.setMinimumHeight(LEAST_ROWS)
        self.more = Button(desk.voice, N_("Show more"))
        self.some = Button(desk.voice, N_("Show only some…"))
        self.everything = Button(desk.voice, N_("Show everything"))
        self._filters = Box("quiet")
        self._lay_out()
        self._connect()
        self.load()
        desk.ask(self, partial(audit.check, desk.clinic), self._show_state, key="check")

    def begin(self) -> None:
        """Put the keyboard into the list."""
        self.view.setFocus()

    @property
    def asked(self) -> Asked:
        """What is asked for now."""
        raw = {name: str(box.input.raw() or "") for name, box in self.boxes.items()}
        who = str(self.who.input.raw() or "") if self.who is not None else ""
        return Asked(who, raw["deed"], raw["case"].strip(), _day(raw["first"]), _day(raw["last"]))

    def load(self) -> None:
        """Read what is asked for."""
        self.desk.ask(self, partial(_read, self.desk, self.asked, self.limit), self._show, key="audit")

    def show_filters(self) -> None:
        """Show by what less can be asked for."""
        self.some.hide()
        self._filters.show()

    def show_everything(self) -> None:
        """Ask for everything again."""
        for box in (*self.boxes.values(), *([self.who] if self.who is not None else [])):
            box.show_answer(Empty.NOT_ASKED)
        self._filters.hide()
        self.some.show()
        self.load()

    def understand(self) -> None:
        """Note that entries at the end are missing for a known reason."""
        self.desk.write(self, partial(audit.understand, self.desk.clinic), self._on_understood)

    def _show(self, found: _Found) -> None:
        if self.who is None:
            choices = tuple(Choice(name, {"es": name}) for name in found.people)
            self.who = FieldBox(
                self.desk.around, Field("who", Kind.CHOICE, N_("Who"), choices=choices), "who", empties=False
            )
            self.who.answered.connect(self._on_asked)
            self._filters.column.insertWidget(0, self.who)
        self.model.show_rows(found.entries)
        self.more.setVisible(len(found.entries) >= self.limit)

    def _show_state(self, wrong: tuple[Wrong, ...]) -> None:
        self.wrong = wrong
        if not wrong:
            self.state.show_phrase(N_("The record is as it was written."))
            return
        self.state.hide()
        told = partial(_told_faults, wrong=wrong)
        self.banner.show_message(N_("The record is not whole"), told)
        only_cut = all(one.fault is Fault.CUT_SHORT for one in wrong)
        self.understood_button.setVisible(only_cut and permission.may(self.desk.clinic, Right.RESTORE))

    def _on_understood(self, _changes: Changes) -> None:
        self.understood_button.hide()
        self.banner.hide()
        self.state.show()
        self.desk.ask(self, partial(audit.check, self.desk.clinic), self._show_state, key="check")
        self.load()

    def _on_asked(self, _path: str, _raw: object) -> None:
        self.limit = audit.PAGE
        self.load()

    def _on_more(self) -> None:
        self.limit += audit.PAGE
        self.load()

    def _on_back(self) -> None:
        self.desk.go.emit(Place("settings"))

    def _lay_out(self) -> None:
        self.understood_button.hide()
        for box in self.boxes.values():
            self._filters.add(box)
        self.add(self.state)
        self.column.addLayout(row(self.understood_button, None))
        self._filters.column.addLayout(row(self.everything, None))
        self._filters.hide()
        self.column.addLayout(row(self.some, None))
        self.add(self._filters, self.view)
        self.column.setStretchFactor(self.view, 1)
        self.back = Button(self.voice, N_("Back to the settings"))
        self.add_foot(self.back, None, self.more)
        self.more.hide()

    def _connect(self) -> None:
        for box in self.boxes.values():
            box.answered.connect(self._on_asked)
        self.some.clicked.connect(self.show_filters)
        self.everything.clicked.connect(self.show_everything)
        self.understood_button.clicked.connect(self.understand)
        self.more.clicked.connect(self._on_more)
        self.back.clicked.connect(self._on_back)


def _read(desk: Desk, asked: Asked, limit: int) -> _Found:
    return _Found(audit.entries(desk.clinic, asked, limit), audit.people(desk.clinic))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _when(words: Words, entry: Entry) -> str:
    at = entry.at.astimezone()
    return f"{words.short_date(at.date())} {at:%H:%M:%S}"


def _who(_words: Words, entry: Entry) -> str:
    return entry.who


def _what(words: Words, entry: Entry) -> str:
    return words(DEED_NAMES[Deed(entry.deed)]) if entry.deed in set(Deed) else entry.deed


def _case(_words: Words, entry: Entry) -> str:
    return entry.case or "—"


def _detail(_words: Words, entry: Entry) -> str:
    return entry.detail


COLUMNS: Final = (
    Column(N_("When"), _when, 0),
    Column(N_("Who"), _who, 2),
    Column(N_("What was done"), _what, 3),
    Column(N_("Case"), _case, 0),
    Column(N_("Detail"), _detail, 3, spare=True),
)


def _told_faults(words: Words, *, wrong: tuple[Wrong, ...]) -> str:
    told = [words(FAULT_TEXTS[one.fault], seq=one.seq) for one in wrong[:SHOWN_FAULTS]]
    return " ".join([*told, words(N_("Do not delete anything. Show this to headquarters."))])
