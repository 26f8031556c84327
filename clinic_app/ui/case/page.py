"""One case: who, the next deadline and the next step, the stages, and six parts behind tabs.

The primary button does the next step, whatever it is. A part is built when it is first looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.catalogue import EVIDENCE
from clinic_app.domain.changes import Changes
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Label
from clinic_app.domain.kept import BookChange
from clinic_app.domain.views import CaseRow, HistoryRow
from clinic_app.domain.work import Binned, Printed, SafeContact, Waiting
from clinic_app.errors import ClinicError, KnownError
from clinic_app.i18n import Words
from clinic_app.services import casework, clock, conflicts, happenings, screening, syncing
from clinic_app.services.casework import Undone
from clinic_app.services.next_step import Action, NextStep, next_step
from clinic_app.services.syncing import CaseStatus
from clinic_app.ui.case.details import DetailsView
from clinic_app.ui.case.dialogs import CloseDialog, ReasonDialog
from clinic_app.ui.case.earlier import EarlierDialog
from clinic_app.ui.case.erase import EraseDialog
from clinic_app.ui.case.facts import FactsView
from clinic_app.ui.case.feed import FeedView, what_of
from clinic_app.ui.case.following import VERBS, NextStepBox
from clinic_app.ui.case.happened import HappenedDialog
from clinic_app.ui.case.hidden import HiddenNameCard
from clinic_app.ui.case.papers import PapersView
from clinic_app.ui.case.stages import StageStrip
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.evidence.view import EvidenceView
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.order import follow_layout
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.parts.law import LawView
from clinic_app.ui.parts.newer_book import ClockCard, NewerBookCard
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

TABS: Final = (
    N_("The law"),
    N_("Facts"),
    N_("Evidence"),
    N_("Papers"),
    N_("What happened"),
    N_("Details"),
)
LAW, FACTS, EVIDENCE_TAB, PAPERS, FEED, DETAILS = range(len(TABS))


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything that the page shows. `problem` says why there is no law check, `change` what a newer book changes."""

    row: CaseRow
    case: CaseFile
    history: tuple[HistoryRow, ...]
    assessment: Assessment | None
    problem: ClinicError | None
    change: BookChange | None
    entries: tuple[Waiting, ...]
    printed: tuple[Printed, ...]
    binned: tuple[Binned, ...]
    names: Mapping[str, Label]
    contact: SafeContact | None
    step: NextStep
    sent: CaseStatus | None
    differences: int


class CasePage(Page):
    """A case as it stands. Loads again when the case changed."""

    def __init__(self, desk: Desk, case_id: str) -> None:
        super().__init__(desk.voice, " ")
        self.desk = desk
        self.case_id = case_id
        self.found: _Found | None = None
        self.stages = StageStrip(desk.voice)
        self.following = NextStepBox(desk.voice)
        # A tab bar over plain widgets: a QTabWidget would not let the column grow with its words.
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setProperty("narrow", "true")  # six parts have room in a small window
        self.tabs.setDrawBase(False)
        self._holders = [QWidget() for _ in TABS]
        self._bodies = [QVBoxLayout(holder) for holder in self._holders]
        for body in self._bodies:
            body.setContentsMargins(0, 0, 0, 0)
            self.tabs.addTab("")
        self._built: set[int] = set()
        self.event_button = Button(desk.voice, N_("Something happened (F4)"))
        self.next_button = Button(desk.voice, " ", "primary")
        self.following.hide()
        self.next_button.setEnabled(False)
        self.differing = Box("needs")
        review = Button(desk.voice, N_("Review"))
        review.explain(N_("Review what two people wrote differently"))
        review.clicked.connect(doing(desk.go.emit, Place("review", case_id)))
        said = row(TextLabel(desk.voice, N_("Two people wrote different things about this case.")), review)
        said.setStretch(0, 1)
        self.differing.column.setContentsMargins(2 * STEP, STEP // 2, STEP, STEP // 2)
        self.differing.column.addLayout(said)
        self.differing.hide()
        self.add(self.stages, self.differing, self.following, self.tabs, *self._holders)
        self.add_foot(self.event_button, None, self.next_button)
        self._connect()
        self._on_tab(0)
        self._say()
        self.load()

    def load(self) -> None:
        """Read the case."""
        self.desk.ask(self, partial(_read, self.desk, self.case_id), self._show, key="case")

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keyboard, so that the keys of the case work at once."""
        super().showEvent(event)
        self.tabs.setFocus()

    def something_happened(self, kind: str = "", entry: Waiting | None = None) -> None:
        """Open the dialog that writes down what happened, at a kind of event if one is given."""
        date = Edtf.of(entry.day) if entry is not None and entry.kind in {"hearing", "visit"} else None
        amount = entry.amount if entry is not None and entry.kind == "instalment" else None
        HappenedDialog(self.desk, self.case_id, self, kind, date, amount).open()

    def undo(self) -> None:
        """Take back the last change that was made here since the clinic was opened."""
        self.desk.ask(self, partial(casework.undo, self.desk.clinic, self.case_id), self._on_undone)

    def make_papers(self) -> None:
        """Go to the papers of the case."""
        self.desk.go.emit(Place("packet", self.case_id))

    # -- what is shown ------------------------------------------------------------------------

    def _show(self, found: _Found) -> None:
        self.found = found
        self.show_title(partial(_name, row=found.row), partial(_about, row=found.row))
        self.stages.show_stage(found.row.stage)
        self.following.show_step(found.step, found.contact, found.names)
        self.following.show()
        self.differing.setVisible(bool(found.differences))
        self.next_button.show_phrase(VERBS[found.step.action])
        self.next_button.setEnabled(True)
        self.event_button.setVisible(found.step.action not in {Action.WAIT, Action.FOLLOW})
        self._built.clear()
        self._build(self.tabs.currentIndex())

    def _on_tab(self, number: int) -> None:
        for at, holder in enumerate(self._holders):
            holder.setVisible(at == number)
        self._build(number)

    def _build(self, number: int) -> None:
        if self.found is None or number in self._built:
            return
        self._built.add(number)
        clear(self._bodies[number])
        builders: tuple[Callable[[_Found, QVBoxLayout], None], ...] = (
            self._build_law,
            self._build_facts,
            self._build_evidence,
            self._build_papers,
            self._build_feed,
            self._build_details,
        )
        builders[number](self.found, self._bodies[number])
        follow_layout(self)
        self._bodies[number].addStretch(1)

    def _build_law(self, found: _Found, body: QVBoxLayout) -> None:
        if found.change is not None:
            card = NewerBookCard(self.voice, found.change)
            card.adopt_wanted.connect(self._on_adopt)
            body.addWidget(card)
        if found.assessment is not None:
            view = LawView(self.voice, found.assessment, large_date=False, build=self.desk.tasks.pieces)
            view.answer_wanted.connect(self._on_answer_wanted)
            body.addWidget(view)
            return
        assert found.problem is not None  # there is a check, or the reason why there is none
        body.addWidget(TextLabel(self.voice, N_("The law check could not be made yet"), "heading"))
        body.addWidget(TextLabel(self.voice, beside(found.problem)))
        if isinstance(found.problem, KnownError) and found.problem.code == clock.WENT_BACK:
            asks = ClockCard(self.voice, self.desk.today())
            asks.confirm_wanted.connect(self._on_clock_confirmed)
            body.addWidget(asks)

    def _build_facts(self, found: _Found, body: QVBoxLayout) -> None:
        change = Button(self.voice, N_("Change answers"))
        change.clicked.connect(self._on_answers)
        body.addLayout(row(change, None))
        view = FactsView(self.desk, found.case)
        view.answer_wanted.connect(self._on_answer_wanted)
        view.bin_wanted.connect(self._on_row_to_bin)
        body.addWidget(view)

    def _build_evidence(self, found: _Found, body: QVBoxLayout) -> None:
        body.addWidget(EvidenceView(self.desk, self.case_id))
        view = FactsView(self.desk, found.case, (EVIDENCE,))
        view.answer_wanted.connect(self._on_answer_wanted)
        view.bin_wanted.connect(self._on_row_to_bin)
        if not found.case.rows(EVIDENCE.id):
            body.addWidget(TextLabel(self.voice, N_("No evidence is noted yet."), "hint"))
        body.addWidget(view)

    def _build_papers(self, found: _Found, body: QVBoxLayout) -> None:
        view = PapersView(self.voice, found.printed)
        view.make_wanted.connect(self.make_papers)
        body.addWidget(view)

    def _build_feed(self, found: _Found, body: QVBoxLayout) -> None:
        view = FeedView(self.voice, found.case, found.history, found.entries, found.names, self.desk.today())
        view.wanted.connect(self._on_entry)
        view.ticked.connect(self._on_ticked)
        body.addWidget(view)

    def _build_details(self, found: _Found, body: QVBoxLayout) -> None:
        view = DetailsView(self.desk, found.case, found.row.stage, found.binned, found.sent)
        view.answer_wanted.connect(self._on_answer_wanted)
        view.restore_wanted.connect(self._on_restore)
        view.undo_wanted.connect(self.undo)
        view.earlier_wanted.connect(self._on_earlier)
        view.close_wanted.connect(self._on_close)
        view.bin_wanted.connect(self._on_to_bin)
        view.erase_wanted.connect(partial(self._on_erase, found.row.number))
        if found.case.hides_name:
            body.addWidget(HiddenNameCard(self.desk, self.case_id))
        body.addWidget(view)

    # -- what is done -------------------------------------------------------------------------

    def _on_next(self) -> None:
        assert self.found is not None  # the button is only enabled once something was found
        step = self.found.step
        match step.action:
            case Action.GO_ON:
                self.desk.go.emit(Place("intake", self.case_id))
            case Action.MEND:
                self.desk.go.emit(Place("intake", self.case_id, "job.last_day"))
            case Action.ANSWER if step.missing is not None:
                self._on_answer_wanted(step.missing.path)
            case Action.PRINT:
                self.make_papers()
            case Action.FILE:
                self.something_happened("sent")
            case Action.CLOSED:
                self.desk.write(self, partial(casework.reopen, self.desk.clinic, self.case_id))
            case Action.RESULT | Action.DEFAULTED | Action.ASK | Action.CALL | Action.DO if step.entry is not None:
                self._on_entry(step.entry)
            case _:
                self.something_happened()

    def _on_entry(self, entry: Waiting) -> None:
        if entry.kind == "task":
            self._on_ticked(entry.id, "done")
            return
        kinds = {"instalment": "payment", "call_back": "reached"}
        self.something_happened(kinds.get(entry.kind, entry.step), entry)

    def _on_ticked(self, entry: str, state: str) -> None:
        self.desk.write(self, partial(happenings.tick_off, self.desk.clinic, self.case_id, entry, state))

    def _on_undone(self, undone: Undone) -> None:
        if not undone.rows:
            self.banner.show_message(N_("There is nothing to take back"), N_("Older answers: see “Earlier versions”."))
            self.to_top()
            return
        self.desk.written.emit()
        self.desk.tasks.changed.emit(undone.changes)
        self.banner.show_message(N_("Taken back"), partial(_undone, rows=undone.rows))
        self.to_top()

    def _on_earlier(self) -> None:
        if self.found is not None:
            EarlierDialog(self.desk, self.case_id, self.found.history, self).open()

    def _on_close(self) -> None:
        paid = None
        if self.found is not None and self.found.assessment is not None:
            paid = happenings.left(self.found.assessment, self.found.case).paid or None
        CloseDialog(self.desk, self.case_id, paid, self).open()

    def _on_to_bin(self) -> None:
        do = partial(casework.to_bin, self.desk.clinic, self.case_id)
        dialog = ReasonDialog(self.desk, N_("Put the whole case into the bin?"), do, self)
        dialog.agreed.connect(doing(self.desk.go.emit, Place("today")))
        dialog.open()

    def _on_erase(self, number: str) -> None:
        dialog = EraseDialog(self.desk, self.case_id, number, self)
        dialog.erased.connect(doing(self.desk.go.emit, Place("today")))
        dialog.open()

    def _on_row_to_bin(self, section: str, row_id: str) -> None:
        do = partial(casework.row_to_bin, self.desk.clinic, self.case_id, section, row_id)
        ReasonDialog(self.desk, N_("Take this out?"), do, self).open()

    def _on_restore(self, binned: Binned) -> None:
        self.desk.write(self, partial(casework.restore, self.desk.clinic, self.case_id, binned))

    def _on_adopt(self) -> None:
        self.desk.write(self, partial(screening.adopt, self.desk.clinic, self.case_id, self.desk.today()))

    def _on_clock_confirmed(self) -> None:
        self.desk.write(self, partial(clock.confirm, self.desk.clinic, self.desk.today()), self._on_clock_right)

    def _on_clock_right(self, _changes: Changes) -> None:
        self.load()

    def _on_answer_wanted(self, path: str) -> None:
        self.desk.go.emit(Place("intake", self.case_id, path))

    def _on_answers(self) -> None:
        self.desk.go.emit(Place("intake", self.case_id, "worker.name"))

    def _on_changed(self, changes: Changes) -> None:
        if self.case_id in changes.cases:
            self.load()

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.event_button.clicked.connect(doing(self.something_happened))
        self.next_button.clicked.connect(self._on_next)
        self.desk.tasks.changed.connect(self._on_changed)
        self.voice.changed.connect(self._say)
        for keys, slot in (
            (QKeySequence(QKeySequence.StandardKey.Undo), self.undo),
            (QKeySequence(QKeySequence.StandardKey.Print), self.make_papers),
        ):
            shortcut = QShortcut(keys, self, slot)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _say(self) -> None:
        for number, words in enumerate(TABS):
            self.tabs.setTabText(number, self.voice.say(words))
        self.tabs.setAccessibleName(self.voice.say(N_("Parts of the case")))


def _read(desk: Desk, case_id: str) -> _Found:
    clinic, today = desk.clinic, desk.today()
    case = casework.case(clinic, case_id)
    assessment, problem, change = None, None, None
    try:
        change = screening.compare(clinic, case_id, today)
        assessment = screening.assess(clinic, case_id, today)
    except ClinicError as error:
        problem = error
    shown = casework.row(clinic, case_id)
    entries = happenings.open_entries(case_id, case)
    return _Found(
        shown,
        case,
        casework.history(clinic, case_id),
        assessment,
        problem,
        change,
        entries,
        casework.printed(clinic, case_id),
        casework.binned_rows(clinic, case_id),
        happenings.names(clinic, case),
        casework.safe_contact(case),
        next_step(shown.stage, entries, assessment, today),
        syncing.case_status(clinic, case_id) if syncing.status(clinic).enrolled else None,
        len(conflicts.of_case(clinic, case_id)),
    )


def _name(words: Words, *, row: CaseRow) -> str:
    return row.shown_name or words(N_("No name yet"))


def _about(words: Words, *, row: CaseRow) -> str:
    opened = words(N_("opened on {day}"), day=words.date(row.opened_on, weekday=False))
    return " · ".join(part for part in (row.number, row.employer, opened) if part)


def _undone(words: Words, *, rows: tuple[HistoryRow, ...]) -> str:
    return "; ".join(dict.fromkeys(what_of(words, line) for line in rows))
