"""Two people wrote different things: one question at a time, no choice made beforehand.

Until someone decides, the safest consequence applies, and the page says which. Every decision can
be opened again; nothing that anyone wrote is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.differences import Decided, Difference
from clinic_app.domain.fields import Field
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import Words
from clinic_app.services import casework, conflicts
from clinic_app.services.clinic import Clinic
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.review.question import ASK, BOTH, TYPE, Question
from clinic_app.ui.theme import STEP
from clinic_app.words import N_


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One difference with what is needed to show it. `field` is None for a whole record or the stage."""

    difference: Difference
    field: Field | None
    name: str


@dataclass(frozen=True, slots=True)
class _Found:
    waiting: tuple[_Waiting, ...]
    decided: tuple[Decided, ...]


class ReviewPage(Page):
    """The differences of one case, or of all when `case_id` is "". Loads again when something changed."""

    def __init__(self, desk: Desk, case_id: str = "") -> None:
        super().__init__(desk.voice, N_("Two people wrote different things"))
        self.desk = desk
        self.case_id = case_id
        self.found: _Found | None = None
        self.question: Question | None = None
        self._at = 0
        self._shown: object = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2 * STEP)
        self.column.addLayout(self._rows)
        self.back = Button(desk.voice, N_("Back"))
        self.later = Button(desk.voice, N_("Decide later"))
        self.decide = Button(desk.voice, N_("Use this from now on"), "primary")
        self.add_foot(self.back, None, self.later, self.decide)
        self.back.clicked.connect(self._on_back)
        self.later.clicked.connect(self._on_later)
        self.decide.clicked.connect(self._on_decide)
        desk.tasks.changed.connect(self._on_changed)
        desk.voice.changed.connect(self._again)
        self.load()

    def load(self) -> None:
        """Read what waits for a decision."""
        self.desk.ask(self, partial(_read, self.desk, self.case_id), self._show, key="review")

    def _on_changed(self, _changes: Changes) -> None:
        self.load()

    def _again(self) -> None:
        self._shown = None
        if self.found is not None:
            self._show(self.found)

    def _show(self, found: _Found) -> None:
        self.found = found
        self._at = min(self._at, max(len(found.waiting) - 1, 0))
        now = (found, self._at)
        if now == self._shown:
            return  # nothing here changed: what is half chosen or typed stays
        self._shown = now
        clear(self._rows)
        self.question = None
        self.later.setVisible(len(found.waiting) > 1)
        self.decide.setVisible(bool(found.waiting))
        if found.waiting:
            self._show_question(found.waiting[self._at], len(found.waiting))
        else:
            self._show_nothing()
        for one in found.decided:
            self._rows.addWidget(_DecidedCard(self, one))

    def _show_question(self, waiting: _Waiting, count: int) -> None:
        title = partial(_title, name=waiting.name)
        self.show_title(title, partial(_count, at=self._at + 1, count=count) if count > 1 else "")
        self.question = Question(self.desk, waiting.difference, waiting.field)
        self.question.chosen.connect(self._on_chosen)
        self._rows.addWidget(self.question)
        self.decide.setEnabled(False)

    def _show_nothing(self) -> None:
        self.show_title(N_("Two people wrote different things"))
        card = Box("quiet")
        card.add(
            TextLabel(self.voice, N_("Nothing waits for a decision."), "heading"),
            TextLabel(self.voice, N_("Different answers that do not clash are put together by themselves.")),
        )
        self._rows.addWidget(card)

    def _on_chosen(self) -> None:
        self.banner.hide()
        self.decide.setEnabled(True)

    def _on_later(self) -> None:
        if self.found is not None and self.found.waiting:
            self._at = (self._at + 1) % len(self.found.waiting)
            self._show(self.found)
            self.to_top()

    def _on_decide(self) -> None:
        if self.question is None:
            return
        one = self.question.difference
        try:
            raw = self.question.typed()
        except InputError as error:
            self.banner.show_message(N_("It was not written down"), beside(error))
            return
        clinic, day = self.desk.clinic, self.desk.today()
        chosen = self.question.choice()
        if chosen is None:
            return
        if chosen == ASK:
            work = partial(conflicts.ask_worker, clinic, one.case_id, one.path, day)
        elif chosen == TYPE:
            work = partial(conflicts.write, clinic, one.case_id, one.path, raw, day)
        elif chosen == BOTH:
            work = partial(conflicts.keep_both, clinic, one.case_id, one.path, day)
        else:
            work = partial(conflicts.choose, clinic, one.case_id, one.path, chosen, day)
        self.decide.setEnabled(False)
        self.desk.write(self, work, self._on_written, fails=self._on_failed)

    def reopen(self, one: Decided) -> None:
        """Open a decision again, with all the values that there were."""
        work = partial(conflicts.reopen, self.desk.clinic, one.case_id, one.path, self.desk.today())
        self.desk.write(self, work, fails=self._on_failed)

    def _on_written(self, _changes: Changes) -> None:
        self.banner.hide()
        self.to_top()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, ClinicError):
            self.desk.tasks.failed.emit(error)
            return
        self.banner.show_message(N_("It was not written down"), beside(error))
        self._shown = None
        self.load()

    def _on_back(self) -> None:
        self.desk.go.emit(Place("case", self.case_id) if self.case_id else Place("today"))


class _DecidedCard(Box):
    """A decision that was made, with a way back."""

    def __init__(self, page: ReviewPage, one: Decided) -> None:
        super().__init__("quiet")
        self._page = page
        self._one = one
        again = Button(page.voice, N_("Open again"), "link")
        again.explain(partial(_again, one=one))
        again.clicked.connect(self._on_again)
        line = row(TextLabel(page.voice, partial(_decided, one=one)), again)
        line.setStretch(0, 1)
        self.column.addLayout(line)

    def _on_again(self) -> None:
        self._page.reopen(self._one)


def _read(desk: Desk, case_id: str) -> _Found:
    clinic = desk.clinic
    if not case_id:
        found = conflicts.waiting(clinic)
        return _Found(
            tuple(_waiting(clinic, one, case.row.shown_name) for case in found for one in case.differences), ()
        )
    name = casework.row(clinic, case_id).shown_name
    waiting = tuple(_waiting(clinic, one, name) for one in conflicts.of_case(clinic, case_id))
    return _Found(waiting, conflicts.decided(clinic, case_id))


def _waiting(clinic: Clinic, one: Difference, name: str) -> _Waiting:
    try:
        field = conflicts.field_of(clinic, one.case_id, one.path)
    except InputError:
        field = None  # a whole record, or how far the case is: nothing is typed there
    return _Waiting(one, field, name)


def _title(words: Words, *, name: str) -> str:
    if not name:
        return words(N_("Two people wrote different things"))
    return words(N_("Two people wrote different things about {name}"), name=name)


def _count(words: Words, *, at: int, count: int) -> str:
    return words(N_("Question {at} of {count}"), at=at, count=count)


def _decided(words: Words, *, one: Decided) -> str:
    return words(
        N_("{what}: decided by {who} on {day}."), what=words.say(one.label), who=one.who, day=words.short_date(one.on)
    )


def _again(words: Words, *, one: Decided) -> str:
    return words(N_("Open again: {what}"), what=words.say(one.label))
