"""The papers of a case: choose what to print, look at the very pages, print or save them.

What is printed is written down when somebody has seen it come out: which pages, when, by whom, and
the hash of the bytes. The language of the papers is the worker's, not the screen's; it is
remembered with the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtGui import QPageRanges
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.packet import Document, Paper, Preset, ReadyClaim
from clinic_app.domain.pages import say_pages
from clinic_app.domain.views import CaseRow
from clinic_app.errors import ClinicError
from clinic_app.i18n import PAPER_LANGUAGES, SCREEN_LANGUAGES, Words, words
from clinic_app.services import casework, intake, packet, settings
from clinic_app.services.packet import PacketPlan, PlannedDocument
from clinic_app.ui import printing
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside, phrase_of
from clinic_app.ui.packet.after import AfterPrint, ManySheets, MissingPages, Pages, Progress
from clinic_app.ui.packet.pages import PageStack
from clinic_app.ui.packet.readiness import ReadyBox
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

WIDEST: Final = 600
BESIDE: Final = 10 * STEP
"""Pixels of the page beside its column: the margins and the scroll bar."""

MANY_SHEETS: Final = 20
PAPERS_STAGE: Final = "papers"
PRINTER, AGAIN, FILE, STICK = "printer", "again", "file", "stick"
"""By what way papers came out, as the case notes it."""

PRESET: Final = Field(
    "preset",
    Kind.CHOICE,
    N_("What do you need?"),
    choices=(
        Choice(Preset.WORKER.value, N_("Copy for the worker")),
        Choice(Preset.FILING.value, N_("Papers for the authority")),
        Choice(Preset.ARCHIVE.value, N_("Everything, for the clinic's archive")),
    ),
)
PAPERS: Final = {Paper.LETTER: N_("Letter (carta)"), Paper.A4: "A4", Paper.OFICIO: N_("Oficio (216 × 340 mm)")}


@dataclass(frozen=True, slots=True)
class _Start:
    """What the page begins with."""

    row: CaseRow
    language: str
    paper: Paper


@dataclass(frozen=True, slots=True)
class _Made:
    """A packet that was made: its plan, its bytes, how many pages; for a filing copy, what may be missing."""

    plan: PacketPlan
    pdf: bytes
    pages: int
    ready: tuple[ReadyClaim, ...]


class PacketPage(Page):
    """Choices on top, the pages below, Print at the foot."""

    def __init__(self, desk: Desk, case_id: str) -> None:
        super().__init__(desk.voice, N_("Papers"))
        self.desk = desk
        self.case_id = case_id
        self.made: _Made | None = None
        self._number = ""
        self._many_agreed = False
        self._ticks: dict[Document, bool] = {}  # what someone ticked or unticked; the plan says the rest
        self.preset = ChoiceInput(desk.voice, PRESET)
        self.preset.name(desk.voice.say(PRESET.label), "")
        self.language = QComboBox()
        self.paper = QComboBox()
        self._language_label = TextLabel(desk.voice, N_("Language of the papers"), "question")
        self._paper_label = TextLabel(desk.voice, N_("Sheet size"), "question")
        self._documents = QVBoxLayout()
        self._sheets = TextLabel(desk.voice, "", "heading")
        self.pages = PageStack(desk.voice, desk.tasks)
        self.ready = ReadyBox(desk.voice)
        self._lay_out()
        self.print_button = Button(desk.voice, N_("Print"), "primary")
        self.save_button = Button(desk.voice, N_("Save to file"))
        self._back = Button(desk.voice, N_("To the case"))
        self.add_foot(self._back, None, self.save_button, self.print_button)
        self._connect()
        self._ready(made=False)
        self._say()
        desk.ask(self, partial(_start, desk, case_id), self._on_started)

    def make(self) -> None:
        """Make the packet with the choices as they stand."""
        self._ready(made=False)
        self.banner.hide()
        self._sheets.show_phrase(N_("The papers are being made…"))
        work = partial(
            _make,
            self.desk,
            self.case_id,
            Preset(str(self.preset.raw())),
            Paper(self.paper.currentData()),
            self.language.currentData(),
            dict(self._ticks),
        )
        self.desk.ask(self, work, self._on_made, fails=self._on_not_made, key="packet")

    def save_to(self, path: Path) -> None:
        """Write the papers into a file and note it in the case."""
        if self.made is not None:
            how = STICK if any(path.is_relative_to(stick) for stick in printing.sticks()) else FILE
            work = partial(_save, self.desk, self.case_id, self.made, str(self.preset.raw()), path, how)
            self.desk.write(self, work, self._on_saved)

    def print_with(self, printer: QPrinter, pages: Pages, how: str = PRINTER) -> None:
        """Print pages on a printer that was chosen, then ask whether they came out."""
        assert self.made is not None  # there is something to print
        paper = Paper(self.paper.currentData())
        run = printing.PrintRun(self.desk.tasks, printer, self.made.pdf, pages, paper, self)
        shown = Progress(self.voice, N_("Printing…"), self)
        shown.show_step(0, len(pages))
        run.progressed.connect(shown.show_step)
        for over in (run.finished, run.failed, run.stopped):
            over.connect(shown.end)
        shown.stop_wanted.connect(run.stop)
        run.finished.connect(partial(self._ask_after, how))
        run.failed.connect(self._printer_failed)
        run.stopped.connect(self._on_stopped)
        shown.open()
        run.start()

    def _lay_out(self) -> None:
        choices = QFormLayout()
        choices.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        choices.setSpacing(STEP)
        choices.addRow(TextLabel(self.voice, PRESET.label, "question"), self.preset)
        two = row(spacing=2 * STEP)
        for label, combo in ((self._language_label, self.language), (self._paper_label, self.paper)):
            part = QVBoxLayout()
            part.addWidget(label)
            part.addWidget(combo)
            two.addLayout(part, 1)
        self.column.addLayout(choices)
        self.column.addLayout(two)
        self._documents.setSpacing(STEP)
        self.column.addLayout(self._documents)
        self.add(self.ready, self._sheets, self.pages)

    def _connect(self) -> None:
        self.preset.left.connect(self._on_preset)
        self.language.activated.connect(self._on_language)
        self.paper.activated.connect(self._on_chosen)
        self.print_button.clicked.connect(self._on_print)
        self.save_button.clicked.connect(self._on_save)
        self._back.clicked.connect(self._on_back)
        self.voice.changed.connect(self._say)

    def _say(self) -> None:
        languages = tuple(PAPER_LANGUAGES.items())
        papers = tuple((paper, self.voice.say(name)) for paper, name in PAPERS.items())
        for combo, entries in ((self.language, languages), (self.paper, papers)):
            kept = combo.currentIndex()
            combo.clear()
            for data, name in entries:
                combo.addItem(name, data.value if isinstance(data, Paper) else data)
            combo.setCurrentIndex(max(0, kept))
        self.language.setAccessibleName(self._language_label.text())
        self.paper.setAccessibleName(self._paper_label.text())

    def _on_started(self, start: _Start) -> None:
        self._number = start.row.number
        self.show_title(partial(_title, row=start.row))
        self.preset.show_answer(Preset.WORKER.value)
        self.preset.focus_target().setFocus()
        self.language.setCurrentIndex(max(0, self.language.findData(start.language)))
        self.paper.setCurrentIndex(max(0, self.paper.findData(start.paper.value)))
        self.make()

    def _on_preset(self) -> None:
        self._ticks.clear()
        self.make()

    def _on_language(self, _index: int) -> None:
        work = partial(intake.save, self.desk.clinic, self.case_id, "case.language", self.language.currentData())
        self.desk.write(self, work)
        self.make()

    def _on_chosen(self, _index: int) -> None:
        self.make()

    def _on_document(self, document: Document, checked: bool) -> None:  # noqa: FBT001 - the slot of toggled(bool)
        self._ticks[document] = checked
        self.make()

    def _on_made(self, made: _Made) -> None:
        self.made = made
        self._many_agreed = False
        self._show_documents(made.plan)
        self.ready.show_claims(made.ready)
        self._sheets.show_phrase(partial(_counted, sheets=made.pages))
        self.pages.show_pdf(made.pdf, made.pages, Paper(self.paper.currentData()), self._page_width())
        self._ready(made=True)
        work = partial(_plans, self.desk, self.case_id, Paper(self.paper.currentData()), self.language.currentData())
        self.desk.ask(self, work, self._on_plans, key="plans")

    def _on_plans(self, sheets: Mapping[str, int]) -> None:
        for option in self.preset.options:
            option.choice = _with_sheets(option.choice.code, sheets.get(option.choice.code))
            option.say()

    def _on_not_made(self, error: Exception) -> None:
        self._sheets.show_phrase("")
        self.pages.empty()
        phrase = beside(error) if isinstance(error, ClinicError) else phrase_of(error)
        self.banner.show_message(N_("These papers could not be made"), phrase)

    def _show_documents(self, plan: PacketPlan) -> None:
        focused = self.focusWidget()
        kept = focused.property("document") if focused is not None else None
        clear(self._documents)
        for planned in plan.documents:
            box = _DocumentBox(self, planned.document, planned.title, planned.why_not)
            box.tick.setChecked(_is_chosen(planned, self._ticks))
            box.tick.toggled.connect(partial(self._on_document, planned.document))
            self._documents.addWidget(box)
            if kept == planned.document.value:
                box.tick.setFocus()

    def _ready(self, *, made: bool) -> None:
        self.print_button.setEnabled(made)
        self.save_button.setEnabled(made)

    def _page_width(self) -> int:
        """Return how many points wide a page is shown: it has to fit a small window."""
        return min(WIDEST, self.width() - BESIDE - 2)

    def _on_print(self) -> None:
        assert self.made is not None  # Print is only enabled when there is something to print
        if self.made.pages > MANY_SHEETS and not self._many_agreed:
            self._ask_many(self.made.pages)
            return
        self._print(None, PRINTER)

    def _print(self, pages: Pages | None, how: str) -> None:
        assert self.made is not None  # the same
        printer = printing.printer_for(Paper(self.paper.currentData()))
        if pages is not None:
            printer.setPageRanges(QPageRanges.fromString(say_pages(pages)))
        if not printing.choose_printer(self, printer, self.made.pages):
            return
        chosen = printing.chosen_pages(printer, self.made.pages)
        if pages is not None:  # a system dialog may forget the pages that it was handed
            chosen = tuple(n for n in chosen if n in pages) or pages
        self.print_with(printer, chosen, how)

    def _ask_many(self, sheets: int) -> None:
        ask = ManySheets(self.voice, sheets, self)
        ask.agreed.connect(self._on_many)
        ask.open()

    def _on_many(self) -> None:
        self._many_agreed = True
        self._on_print()

    def _printer_failed(self) -> None:
        self.banner.show_message(
            N_("The printer did not answer"),
            N_(
                "Your papers are safe. Check paper and cable and press “Print” again, "
                "or save them to a USB stick. (P-12)"
            ),
        )
        self.to_top()

    def _on_stopped(self) -> None:
        self.banner.show_message(
            N_("Printing was stopped"), N_("Pages that the printer already had may still come out. Nothing is noted.")
        )
        self.to_top()

    def _ask_after(self, how: str, printed: Pages) -> None:
        after = AfterPrint(self.voice, printed, self)
        after.came_out.connect(partial(self._on_came_out, how))
        after.some_missing.connect(partial(self._ask_missing, how))
        after.to_stick.connect(self._on_save)
        after.open()

    def _ask_missing(self, how: str, printed: Pages) -> None:
        ask = MissingPages(self.voice, printed, self)
        ask.chosen.connect(partial(self._on_missing, how))
        ask.open()

    def _on_missing(self, how: str, came_out: Pages, missing: Pages) -> None:
        if came_out:
            self._on_came_out(how, came_out)
        self._print(missing, AGAIN)

    def _on_came_out(self, how: str, pages: Pages) -> None:
        assert self.made is not None  # something was printed
        what = str(self.preset.raw())
        work = partial(_note, self.desk, self.case_id, self.made.pdf, what, say_pages(pages), how)
        self.desk.write(self, work, self._on_noted)

    def _on_noted(self, _changes: Changes) -> None:
        self.banner.show_message(N_("Printed"), N_("The case notes which pages were printed, when and by whom."))
        self.to_top()

    def _on_save(self) -> None:
        path = printing.ask_file(self, self.voice, f"{self._number or 'papers'}-{self.preset.raw()}.pdf")
        if path is not None:
            self.save_to(path)

    def _on_saved(self, _changes: Changes) -> None:
        self.banner.show_message(N_("The file is saved"), N_("The case notes that these papers were made."))
        self.to_top()

    def _on_back(self) -> None:
        self.desk.go.emit(Place("case", self.case_id))


class _DocumentBox(Box):
    """One paper of the packet: a tick, or the reason why it is not printed."""

    def __init__(self, page: PacketPage, document: Document, title: str, why_not: str) -> None:
        super().__init__("quiet")
        self._page = page
        self._title = title
        self.tick = QCheckBox()
        self.tick.setProperty("document", document.value)
        self.tick.setEnabled(not why_not)
        self.add(self.tick)
        self.column.setContentsMargins(0, 0, 0, 0)
        if why_not:
            reason = TextLabel(page.voice, why_not, "caption")
            reason.setContentsMargins(2 * STEP, 0, 2 * STEP, STEP)
            self.add(reason)
        page.voice.changed.connect(self._say)
        self._say()

    def _say(self) -> None:
        self.tick.setText(self._page.voice.say(self._title))


def _start(desk: Desk, case_id: str) -> _Start:
    case = casework.case(desk.clinic, case_id)
    language = case.language if case.language in PAPER_LANGUAGES else "es"
    return _Start(casework.row(desk.clinic, case_id), language, settings.paper(desk.clinic, case.place))


def _make(
    desk: Desk, case_id: str, preset: Preset, paper: Paper, language: str, ticks: Mapping[Document, bool]
) -> _Made:
    today = desk.today()
    plan = packet.plan(desk.clinic, case_id, preset=preset, paper=paper, language=language, on=today)
    chosen = tuple(p.document for p in plan.documents if _is_chosen(p, ticks))
    pdf = packet.render(desk.clinic, case_id, preset=preset, paper=paper, language=language, on=today, documents=chosen)
    ready = packet.ready(desk.clinic, case_id, today) if preset is Preset.FILING else ()
    return _Made(plan, pdf, packet.page_count(pdf), ready)


def _is_chosen(planned: PlannedDocument, ticks: Mapping[Document, bool]) -> bool:
    return planned.allowed and ticks.get(planned.document, planned.chosen)


def _plans(desk: Desk, case_id: str, paper: Paper, language: str) -> dict[str, int]:
    """Return how many sheets each choice takes."""
    today = desk.today()
    return {
        preset.value: packet.plan(desk.clinic, case_id, preset=preset, paper=paper, language=language, on=today).sheets
        for preset in Preset
    }


def _with_sheets(code: str, sheets: int | None) -> Choice:
    """Return the choice of a preset with its number of sheets behind its words."""
    label = next(choice.label for choice in PRESET.choices if choice.code == code)
    if sheets is None:
        return Choice(code, label)
    texts = {}
    for language in SCREEN_LANGUAGES:
        w = words(language)
        texts[language] = f"{w.say(label)} · {w.many('{count} sheet', '{count} sheets', sheets)}"
    return Choice(code, texts)


def _save(desk: Desk, case_id: str, made: _Made, what: str, path: Path, how: str) -> Changes:
    packet.write_pdf(path, made.pdf)
    return _note(desk, case_id, made.pdf, what, say_pages(range(1, made.pages + 1)), how)


def _note(desk: Desk, case_id: str, pdf: bytes, what: str, pages: str, how: str) -> Changes:
    noted = packet.printed(desk.clinic, case_id, pdf, what, pages, how)
    return noted | casework.reached(desk.clinic, case_id, PAPERS_STAGE)


def _title(words: Words, *, row: CaseRow) -> str:
    return words(N_("Papers of {name}"), name=row.shown_name or row.number)


def _counted(words: Words, *, sheets: int) -> str:
    text = words.many("{count} sheet", "{count} sheets", sheets)
    if sheets > MANY_SHEETS:
        return f"{text}. {words(N_('That is a lot of paper: is every part needed?'))}"
    return text
