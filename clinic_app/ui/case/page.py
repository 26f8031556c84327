"""One case: who, the next deadline, and four tabs: what the law says, facts, what happened, papers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.changes import Changes
from clinic_app.domain.kept import BookChange
from clinic_app.domain.views import CaseRow, HistoryRow
from clinic_app.errors import ClinicError, KnownError
from clinic_app.i18n import Words
from clinic_app.services import casework, clock, screening
from clinic_app.ui.case.event_dialog import EventDialog
from clinic_app.ui.case.facts import FactsView
from clinic_app.ui.case.feed import FeedView
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.parts.law import LawView, day_of
from clinic_app.ui.parts.newer_book import ClockCard, NewerBookCard
from clinic_app.ui.theme import restate
from clinic_app.words import N_

TABS = (N_("What the law says"), N_("Facts"), N_("What happened"))


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything that the page shows. `problem` says why there is no law check, `change` what a newer book changes."""

    row: CaseRow
    case: CaseFile
    history: tuple[HistoryRow, ...]
    assessment: Assessment | None
    problem: ClinicError | None
    change: BookChange | None


class CasePage(Page):
    """A case as it stands. Loads again when the case changed."""

    def __init__(self, desk: Desk, case_id: str) -> None:
        super().__init__(desk.voice, " ")
        self.desk = desk
        self.case_id = case_id
        self._deadline = Box("deadline")
        self._deadline_day = TextLabel(desk.voice, "", "big")
        self._deadline_text = TextLabel(desk.voice)
        self._deadline.add(
            TextLabel(desk.voice, N_("Next deadline"), "caption"), self._deadline_day, self._deadline_text
        )
        # A tab bar over plain widgets: a QTabWidget would not let the column grow with its words.
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self._holders = [QWidget() for _ in TABS]
        self._bodies = [QVBoxLayout(holder) for holder in self._holders]
        for body in self._bodies:
            body.setContentsMargins(0, 0, 0, 0)
            self.tabs.addTab("")
        self.event_button = Button(desk.voice, N_("Something happened (F4)"))
        self.answers_button = Button(desk.voice, N_("Change answers"))
        self.print_button = Button(desk.voice, N_("Papers"), "primary")
        self.add(self._deadline, self.tabs, *self._holders)
        self.add_foot(self.event_button, self.answers_button, None, self.print_button)
        self.tabs.currentChanged.connect(self._on_tab)
        self._on_tab(0)
        self.event_button.clicked.connect(self.something_happened)
        self.answers_button.clicked.connect(self._on_answers)
        self.print_button.clicked.connect(self._on_print)
        desk.tasks.changed.connect(self._on_changed)
        desk.voice.changed.connect(self._say)
        self._say()
        self.tabs.setFocus()
        self.load()

    def load(self) -> None:
        """Read the case."""
        self.desk.ask(self, partial(_read, self.desk, self.case_id), self._show, key="case")

    def something_happened(self) -> None:
        """Open the dialog that writes down an event."""
        EventDialog(self.desk, self.case_id, self).open()

    def _on_tab(self, number: int) -> None:
        for at, holder in enumerate(self._holders):
            holder.setVisible(at == number)

    def _say(self) -> None:
        for number, words in enumerate(TABS):
            self.tabs.setTabText(number, self.voice.say(words))
        self.tabs.setAccessibleName(self.voice.say(N_("Parts of the case")))

    def _on_changed(self, changes: Changes) -> None:
        if self.case_id in changes.cases:
            self.load()

    def _show(self, found: _Found) -> None:
        self.show_title(partial(_name, row=found.row), partial(_about, row=found.row))
        for body in self._bodies:
            clear(body)
        law, facts, feed = self._bodies
        self._show_change(found.change)
        if found.assessment is not None:
            self._show_law(found.assessment)
        else:
            assert found.problem is not None  # there is a check, or the reason why there is none
            self._deadline.hide()
            law.addWidget(TextLabel(self.voice, N_("The law check could not be made yet"), "heading"))
            law.addWidget(TextLabel(self.voice, beside(found.problem)))
            self._show_clock(found.problem)
        view = FactsView(self.desk, found.case)
        view.answer_wanted.connect(self._on_answer_wanted)
        facts.addWidget(view)
        feed.addWidget(FeedView(self.voice, found.case, found.history))
        for body in self._bodies:
            body.addStretch(1)

    def _show_change(self, change: BookChange | None) -> None:
        if change is not None:
            card = NewerBookCard(self.voice, change)
            card.adopt_wanted.connect(self._on_adopt)
            self._bodies[0].addWidget(card)

    def _show_clock(self, problem: ClinicError) -> None:
        if isinstance(problem, KnownError) and problem.code == clock.WENT_BACK:
            card = ClockCard(self.voice, self.desk.today())
            card.confirm_wanted.connect(self._on_clock_confirmed)
            self._bodies[0].addWidget(card)

    def _on_adopt(self) -> None:
        self.desk.write(self, partial(screening.adopt, self.desk.clinic, self.case_id, self.desk.today()))

    def _on_clock_confirmed(self) -> None:
        self.desk.write(self, partial(clock.confirm, self.desk.clinic, self.desk.today()), self._on_clock_right)

    def _on_clock_right(self, _changes: Changes) -> None:
        self.load()

    def _show_law(self, assessment: Assessment) -> None:
        following = assessment.next_deadline
        self._deadline.setVisible(following is not None)
        if following is not None:
            restate(self._deadline, "box", "danger" if following.passed else "deadline")
            self._deadline_day.show_phrase(day_of(following))
            self._deadline_text.show_phrase(following.label)
        view = LawView(self.voice, assessment, large_date=False)
        view.answer_wanted.connect(self._on_answer_wanted)
        self._bodies[0].addWidget(view)

    def _on_answer_wanted(self, path: str) -> None:
        self.desk.go.emit(Place("intake", self.case_id, path))

    def _on_answers(self) -> None:
        self.desk.go.emit(Place("intake", self.case_id, "worker.name"))

    def _on_print(self) -> None:
        self.desk.go.emit(Place("packet", self.case_id))


def _read(desk: Desk, case_id: str) -> _Found:
    case = casework.case(desk.clinic, case_id)
    history = casework.history(desk.clinic, case_id)
    assessment, problem, change = None, None, None
    try:
        change = screening.compare(desk.clinic, case_id, desk.today())
        assessment = screening.assess(desk.clinic, case_id, desk.today())
    except ClinicError as error:
        problem = error
    return _Found(casework.row(desk.clinic, case_id), case, history, assessment, problem, change)


def _name(words: Words, *, row: CaseRow) -> str:
    return row.shown_name or words(N_("No name yet"))


def _about(words: Words, *, row: CaseRow) -> str:
    opened = words(N_("opened on {day}"), day=words.date(row.opened_on, weekday=False))
    return " · ".join(part for part in (row.number, row.employer, opened) if part)
