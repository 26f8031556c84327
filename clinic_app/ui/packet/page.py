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
from clinic_app.domain.packet import Document, Made, Paper, Preset, ReadyClaim
from clinic_app.domain.pages import say_pages
from clinic_app.domain.views import CaseRow
from clinic_app.i18n import PAPER_LANGUAGES, SCREEN_LANGUAGES, Words, words
from clinic_app.services import casework, files, intake, packet, ruler
from clinic_app.services.packet import PacketPlan, PlannedDocument
from clinic_app.ui import printing
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.packet.after import AfterPrint, ManySheets, MissingPages, Pages, Progress
from clinic_app.ui.packet.pages import PageStack
from clinic_app.ui.packet.readiness import ReadyBox
from clinic_app.ui.packet.ruler import RulerDialog
from clinic_app.ui.tasks import Stopped, Teller
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

WIDEST: Final = 600
BESIDE: Final = 10 * STEP
"""Pixels of the page beside its column: the margins and the scroll bar."""

MANY_SHEETS: Final = 20
PAPERS_STAGE: Final = "papers"
PRINTER, AGAIN, FILE, STICK = "printer", "again", "file", "stick"
"""By what way papers came out, as the case notes it."""

LATE: Final = "late"
"""The choice that adds to papers which were handed over before."""

PRESET: Final = Field(
    "preset",
    Kind.CHOICE,
    N_("What do you need?"),
    choices=(
        Choice(Preset.WORKER.value, N_("Copy for the worker")),
        Choice(Preset.FILING.value, N_("Papers for the authority")),
        Choice(Preset.ARCHIVE.value, N_("Everything, for the clinic's archive")),
        Choice(LATE, N_("Only what came later, behind papers that were handed over")),
    ),
)
PAPERS: Final = {Paper.LETTER: N_("Letter (carta)"), Paper.A4: "A4", Paper.OFICIO: N_("Oficio (216 × 340 mm)")}


@dataclass(frozen=True, slots=True)
class _Start:
    """What the page begins with."""

    row: CaseRow
    language: str
    paper: Paper
    handed_over: str  # the code of the filing copy that was printed last, "" when none was


@dataclass(frozen=True, slots=True)
class _Made:
    """A packet that was made: its plan, its volumes and what they hold; for a filing copy, what may be missing."""

    plan: PacketPlan
    made: Made
    bundle: printing.Bundle
    ready: tuple[ReadyClaim, ...]

    @property
    def pages(self) -> int:
        """How many pages there are to print."""
        return len(self.bundle.numbers)


class PacketPage(Page):
    """Choices on top, the pages below, Print at the foot."""

    def __init__(self, desk: Desk, case_id: str) -> None:
        super().__init__(desk.voice, N_("Papers"))
        self.desk = desk
        self.case_id = case_id
        self.made: _Made | None = None
        self._number = ""
        self._handed_over = ""
        self._teller: Teller | None = None
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
        self.stop_button = Button(desk.voice, N_("Stop making them"))
        self.measure_button = Button(desk.voice, N_("Measure the sheets of this printer once…"), "link")
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
        """Make the packet with the choices as they stand; what is being made meanwhile is stopped."""
        self._ready(made=False)
        self.banner.hide()
        self.stop()
        self.measure_button.setVisible(self.paper.currentData() == Paper.OFICIO.value)
        self._sheets.show_phrase(N_("The papers are being made…"))
        self._teller = Teller(self)
        self._teller.told.connect(self._on_told)
        wanted = _Wanted(
            self.case_id,
            str(self.preset.raw()),
            Paper(self.paper.currentData()),
            self.language.currentData(),
            dict(self._ticks),
            self._handed_over,
            printing.usual_printer(),
        )
        self.desk.ask(
            self, partial(_make, self.desk, wanted, self._teller), self._on_made, fails=self._on_not_made, key="packet"
        )

    def stop(self) -> None:
        """Stop making papers."""
        if self._teller is not None:
            self._teller.stop()
            self._teller = None
        self.stop_button.hide()

    def save_to(self, path: Path) -> None:
        """Write the papers into a file and note it in the case."""
        if self.made is not None:
            how = STICK if any(path.is_relative_to(stick) for stick in printing.sticks()) else FILE
            work = partial(_save, self.desk, self.case_id, self.made.made, str(self.preset.raw()), path, how)
            self.desk.write(self, work, self._on_saved)

    def print_with(self, printer: QPrinter, pages: Pages, how: str = PRINTER) -> None:
        """Print pages on a printer that was chosen, then ask whether they came out."""
        assert self.made is not None  # there is something to print
        paper = Paper(self.paper.currentData())
        run = printing.PrintRun(self.desk.tasks, printer, self.made.bundle, pages, paper, self)
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
        self.column.addLayout(row(self.measure_button, None))
        self.measure_button.hide()
        self._documents.setSpacing(STEP)
        self.column.addLayout(self._documents)
        self.stop_button.hide()
        self.add(self.ready, self._sheets, self.stop_button, self.pages)

    def _connect(self) -> None:
        self.preset.left.connect(self._on_preset)
        self.language.activated.connect(self._on_language)
        self.paper.activated.connect(self._on_chosen)
        self.print_button.clicked.connect(self._on_print)
        self.save_button.clicked.connect(self._on_save)
        self._back.clicked.connect(self._on_back)
        self.stop_button.clicked.connect(self._on_stop)
        self.measure_button.clicked.connect(self._on_measure)
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
        self._handed_over = start.handed_over
        self.preset.options[-1].setVisible(bool(start.handed_over))
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

    def _on_told(self, done: int, of: int) -> None:
        if self._teller is not None:
            self._sheets.show_phrase(partial(_making, done=done, of=of))
            self.stop_button.setVisible(of > MANY_SHEETS)

    def _on_measure(self) -> None:
        ask = RulerDialog(self.desk, printing.usual_printer(), self.language.currentData(), self)
        ask.kept.connect(self.make)
        ask.open()

    def _on_stop(self) -> None:
        self.stop()
        self._sheets.show_phrase(N_("Stopped. Choose fewer papers, or choose again."))

    def _on_made(self, made: _Made) -> None:
        self.made = made
        self._teller = None
        self.stop_button.hide()
        self._many_agreed = False
        self._show_documents(made.plan)
        self.ready.show_claims(made.ready)
        self._sheets.show_phrase(partial(_counted, made=made))
        self.pages.show_bundle(made.bundle, Paper(self.paper.currentData()), self._page_width())
        self._ready(made=True)
        work = partial(_plans, self.desk, self.case_id, Paper(self.paper.currentData()), self.language.currentData())
        self.desk.ask(self, work, self._on_plans, key="plans")

    def _on_plans(self, sheets: Mapping[str, int]) -> None:
        for option in self.preset.options:
            option.choice = _with_sheets(option.choice.code, sheets.get(option.choice.code))
            option.say()

    def _on_not_made(self, error: Exception) -> None:
        if isinstance(error, Stopped):
            return
        self._sheets.show_phrase("")
        self.pages.empty()
        self.banner.show_message(N_("These papers could not be made"), beside(error))

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
        printer = printing.printer_for(Paper(self.paper.currentData()), self.made.bundle.height)
        if pages is not None:
            printer.setPageRanges(QPageRanges.fromString(say_pages(pages)))
        if not printing.choose_printer(self, printer, self.made.bundle):
            return
        chosen = printing.chosen_pages(printer, self.made.bundle)
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
        work = partial(_note, self.desk, self.case_id, self.made.made, what, say_pages(pages), how)
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The choices as they stand when the papers are made."""

    case_id: str
    what: str  # a preset, or LATE
    paper: Paper
    language: str
    ticks: Mapping[Document, bool]
    handed_over: str
    printer: str


def _start(desk: Desk, case_id: str) -> _Start:
    case = casework.case(desk.clinic, case_id)
    language = case.language if case.language in PAPER_LANGUAGES else "es"
    paper = packet.default_paper(case.place, desk.clinic.books)
    filed = [done.code for done in casework.printed(desk.clinic, case_id) if done.what == Preset.FILING.value]
    return _Start(casework.row(desk.clinic, case_id), language, paper, next((code for code in filed if code), ""))


def _make(desk: Desk, wanted: _Wanted, tell: Teller) -> _Made:
    today, late = desk.today(), wanted.what == LATE
    preset = Preset.FILING if late else Preset(wanted.what)
    choices = {"paper": wanted.paper, "language": wanted.language, "on": today}
    plan = packet.plan(desk.clinic, wanted.case_id, preset=preset, **choices)  # type: ignore[arg-type]  # its own words
    chosen = tuple(p.document for p in plan.documents if _is_chosen(p, wanted.ticks))
    height = ruler.height_for(desk.clinic, wanted.printer) if wanted.paper is Paper.OFICIO else None
    made = packet.make(
        desk.clinic,
        wanted.case_id,
        preset=preset,
        paper=wanted.paper,
        language=wanted.language,
        on=today,
        documents=None if late else chosen,
        late_after=wanted.handed_over if late else "",
        sheet_height=height,
        progress=tell,
    )
    ready = packet.ready(desk.clinic, wanted.case_id, today) if preset is Preset.FILING else ()
    return _Made(plan, made, printing.bundle_of(*made.volumes, last=made.held.pages, height=height), ready)


def _is_chosen(planned: PlannedDocument, ticks: Mapping[Document, bool]) -> bool:
    return planned.allowed and ticks.get(planned.document, planned.chosen)


def _plans(desk: Desk, case_id: str, paper: Paper, language: str) -> dict[str, int]:
    """Return how many sheets each choice takes."""
    plans = packet.plans(desk.clinic, case_id, paper=paper, language=language, on=desk.today())
    return {preset.value: plan.sheets for preset, plan in plans.items()}


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


def _save(desk: Desk, case_id: str, made: Made, what: str, path: Path, how: str) -> Changes:
    """Write each volume into a file of its own, and note them."""
    for number, pdf in enumerate(made.volumes, start=1):
        files.write(path if len(made.volumes) == 1 else path.with_stem(f"{path.stem}-{number}"), pdf)
    return _note(
        desk, case_id, made, what, say_pages(printing.bundle_of(*made.volumes, last=made.held.pages).numbers), how
    )


def _note(desk: Desk, case_id: str, made: Made, what: str, pages: str, how: str) -> Changes:
    noted = packet.note(desk.clinic, case_id, made, what, pages, how)
    return noted | casework.reached(desk.clinic, case_id, PAPERS_STAGE)


def _title(words: Words, *, row: CaseRow) -> str:
    return words(N_("Papers of {name}"), name=row.shown_name or row.number)


def _counted(words: Words, *, made: _Made) -> str:
    text = words.many("{count} sheet", "{count} sheets", made.pages)
    if len(made.made.volumes) > 1:
        text = words(N_("{sheets} in {count} volumes"), sheets=text, count=len(made.made.volumes))
    if made.pages > MANY_SHEETS:
        return f"{text}. {words(N_('That is a lot of paper: is every part needed?'))}"
    return text


def _making(words: Words, *, done: int, of: int) -> str:
    return words(N_("The papers are being made: {done} of {of}"), done=done, of=of)
