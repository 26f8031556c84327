"""The interview: one part a page, saved answer by answer, continued where it stopped.

There is no Save button. Red flags open as soon as an urgent answer calls for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Label
from clinic_app.domain.kept import BookChange
from clinic_app.domain.people import EmployerRow, Pair
from clinic_app.domain.views import CaseRow
from clinic_app.errors import ClinicError, InputError, KnownError
from clinic_app.i18n import Words
from clinic_app.services import casework, clock, employers, intake, screening
from clinic_app.services.casework import Undone
from clinic_app.services.intake import QuestionGroup
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.intake.forms import Form, QuestionsForm, RowsForm, SectionForm, answer_at
from clinic_app.ui.intake.steps import QUESTIONS, RESULT, Step, label_of, step_of_path, steps
from clinic_app.ui.intake.strip import Strip
from clinic_app.ui.kit.boxes import clear
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.parts.law import LawView
from clinic_app.ui.parts.newer_book import ClockCard, NewerBookCard
from clinic_app.ui.parts.twins import TwinCard
from clinic_app.ui.parts.warnings import plain_card, red_flag_card
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

URGENT: Final = "urgent"
NAMED: Final = re.compile(r"employers\[(?P<row>[^\]]+)\]\.(?:name|tax_id|phone)\Z")
"""The answers by which an employer that is already known is recognised."""

MOST_ALIKE: Final = 2


@dataclass(frozen=True, slots=True)
class _Opened:
    """What an interview begins with."""

    case: CaseFile
    row: CaseRow
    groups: tuple[QuestionGroup, ...]


class IntakePage(Page):
    """One interview from its first page to the result."""

    def __init__(self, desk: Desk, case_id: str, path: str = "") -> None:
        super().__init__(desk.voice)
        self.desk = desk
        self.case_id = case_id
        self.plan: tuple[Step, ...] = steps(())
        self.step: Step = self.plan[0]
        self.form: Form | None = None
        self._case: CaseFile | None = None
        self._wanted = path
        self._strip = Strip(desk.voice)
        self._flags = QVBoxLayout()
        self._flags.setSpacing(STEP)
        self._body = QVBoxLayout()
        self.head.addWidget(self._strip)
        self.head.addSpacing(STEP)
        self.head.addWidget(self._strip.count)
        self.column.addLayout(self._flags)
        self.column.addLayout(self._body)
        self.back = Button(desk.voice, N_("Back"))
        self.pause = Button(desk.voice, N_("Stop here for now"), "link")
        self.forward = Button(desk.voice, N_("Next"), "primary")
        self.add_foot(self.back, self.pause, None, self.forward)
        self.back.clicked.connect(self.go_back)
        self.pause.clicked.connect(self._on_pause)
        self.forward.clicked.connect(self.go_on)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.undo)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        desk.ask(self, partial(_open, desk, case_id), self._on_opened)

    def commit(self) -> None:
        """Save what is typed and not yet saved."""
        if self.form is not None:
            self.form.commit()

    def go_on(self) -> None:
        """Save and go to the next page; after the result, to the papers."""
        self.commit()
        if self.step.id == RESULT:
            self.desk.write(self, partial(intake.finish, self.desk.clinic, self.case_id), self._on_finished)
            return
        self._reload(partial(self._move, 1))

    def undo(self) -> None:
        """Take back the last answer; a field in which somebody is typing takes back its own letters first (Ctrl+Z)."""
        self.commit()
        self.desk.ask(self, partial(casework.undo, self.desk.clinic, self.case_id), self._on_undone)

    def _on_undone(self, undone: Undone) -> None:
        if not undone.rows:
            self.banner.show_message(N_("There is nothing to take back"), N_("Older answers: see “Earlier versions”."))
            return
        self.desk.written.emit()
        self.desk.tasks.changed.emit(undone.changes)
        self._wanted = undone.rows[0].detail.partition(",")[0]
        self._reload(self._show_undone)

    def _show_undone(self) -> None:
        """Go where the answer stands that was taken back."""
        self._go_wanted()
        self.banner.show_message(N_("Taken back"))

    def go_back(self) -> None:
        """Save and go to the page before."""
        self.commit()
        self._reload(partial(self._move, -1))

    def go_to(self, path: str) -> None:
        """Save and go to the page that asks for a path."""
        self.commit()
        self._wanted = path
        self._reload(self._go_wanted)

    def _reload(self, then: Callable[[], None]) -> None:
        """Read the case and its questions anew (after the answers that are still on their way), then go on."""
        self.forward.setEnabled(False)
        self.desk.ask(self, partial(_open, self.desk, self.case_id), partial(self._on_reloaded, then), key="step")

    def _on_opened(self, opened: _Opened) -> None:
        self._take(opened)
        if self._wanted:
            self._go_wanted()
            return
        at = opened.row.intake_page
        self._show(next((s for s in self.plan if s.id == at), self.plan[0]))

    def _on_reloaded(self, then: Callable[[], None], opened: _Opened) -> None:
        self._take(opened)
        then()

    def _take(self, opened: _Opened) -> None:
        self._case = opened.case
        self.plan = steps(opened.groups)
        self.forward.setEnabled(True)

    def _go_wanted(self) -> None:
        path, self._wanted = self._wanted, ""
        at = step_of_path(path, self.plan)
        self._show(next(s for s in self.plan if s.id == at))
        if self.form is not None:
            box = self.form.focus_path(path)
            if box is not None:
                # The column has its final height only after the layout has run once.
                QTimer.singleShot(0, box, partial(self.reveal, box))

    def _move(self, by: int) -> None:
        ids = [s.id for s in self.plan]
        # A question page can vanish when its last question stops to matter: then the next one is here.
        at = ids.index(self.step.id) if self.step.id in ids else self._before_vanished(ids)
        self._show(self.plan[min(max(at + by, 0), len(self.plan) - 1)])

    def _before_vanished(self, ids: list[str]) -> int:
        return next(n for n, i in enumerate(ids) if i.startswith(QUESTIONS) or i == RESULT) - 1

    def _show(self, step: Step) -> None:
        assert self._case is not None  # nothing is shown before the case was read
        self.step = step
        self.form = None
        clear(self._flags)
        clear(self._body)
        self.banner.hide()
        self.show_title(step.title, step.hint)
        self._strip.show_step(step, self.plan)
        self.back.setEnabled(step is not self.plan[0])
        self.forward.show_phrase(N_("Finish and go to the papers") if step.id == RESULT else N_("Next"))
        self.pause.setVisible(step.id != RESULT)  # nothing is left to be continued
        self.desk.write(self, partial(intake.set_page, self.desk.clinic, self.case_id, step.id))
        if step.id == RESULT:
            work = partial(_result, self.desk, self.case_id)
            self.desk.ask(self, work, self._show_result, fails=self._on_no_law, key="law")
        else:
            self._show_form(step, self._case)
        self.to_top()

    def _show_form(self, step: Step, case: CaseFile) -> None:
        self.form = self._form(step, case)
        self.form.saved.connect(self._on_saved)
        self.form.finished.connect(self.forward.setFocus)
        self._body.addWidget(self.form)
        self.form.show()
        self.form.focus_first()
        if step.stage == URGENT:
            self._ask_flags()

    def _form(self, step: Step, case: CaseFile) -> Form:
        if step.group is not None:
            return QuestionsForm(self.desk, self.case_id, step.group, partial(answer_at, case))
        assert step.section is not None  # a page is a section, a group of questions, or the result
        section = step.section
        if section.many:
            return RowsForm(self.desk, self.case_id, section, case.rows(section.id))
        return SectionForm(self.desk, self.case_id, section, case.section(section.id))

    def _on_saved(self, path: str, _raw: object) -> None:
        if self.step.stage == URGENT:
            self._ask_flags()
        elif (named := NAMED.match(path)) is not None:
            work = partial(employers.alike, self.desk.clinic, named["row"])
            self.desk.ask(self, work, partial(self._show_alike, path, named["row"]), key="alike")
        elif self.step.group is not None:
            self.desk.ask(self, partial(_open, self.desk, self.case_id), self._on_questions, key="questions")

    def _show_alike(self, path: str, employer: str, found: tuple[EmployerRow, ...]) -> None:
        if self.form is None:
            return
        cards: list[tuple[str, QWidget]] = []
        for known in found[:MOST_ALIKE]:
            pair = Pair(employer, known.id, known.shown_name, known.shown_name, "")
            told = partial(_known, known=known)
            card = TwinCard(self.voice, pair, told, N_("It is this employer"), N_("It is another employer"), look=False)
            card.same.connect(self._on_same_employer)
            card.two.connect(self._on_other_employer)
            cards.append((path, card))
        for homeless in self.form.show_cards(cards):
            homeless.deleteLater()

    def _on_same_employer(self, one: str, other: str) -> None:
        self.desk.write(self, partial(employers.join, self.desk.clinic, one, other), self._on_employer_decided)

    def _on_other_employer(self, one: str, other: str) -> None:
        self.desk.write(self, partial(employers.keep_apart, self.desk.clinic, one, other), self._on_employer_decided)

    def _on_employer_decided(self, _changes: Changes) -> None:
        if self.form is not None:
            self.form.show_cards(())

    def _on_questions(self, opened: _Opened) -> None:
        self._case = opened.case
        self.plan = steps(opened.groups)
        now = next((s for s in self.plan if s.id == self.step.id), None)
        if now is not None and now.group is not None and isinstance(self.form, QuestionsForm):
            self.step = now
            self.form.show_group(now.group, partial(answer_at, opened.case))
            self._strip.show_step(now, self.plan)

    def _ask_flags(self) -> None:
        work = partial(_flags, self.desk, self.case_id)
        self.desk.ask(self, work, self._show_flags, fails=self._on_no_law, key="law")

    def _show_flags(self, found: tuple[CaseFile, Assessment]) -> None:
        case, assessment = found
        if self.step.stage != URGENT:
            return
        cards: list[tuple[str, QWidget]] = []
        if case.section(URGENT).get("safe_to_talk") == "no":
            words = N_("It is not safe to talk now. Agree on a safe time and place. What you wrote is saved.")
            cards.append(("urgent.safe_to_talk", plain_card(self.voice, N_("Stop here"), words)))
        for flag in assessment.red_flags:
            path = flag.because[0].path if flag.because else ""
            cards.append((path, red_flag_card(self.voice, flag)))
        clear(self._flags)
        for card in self.form.show_cards(cards) if self.form is not None else ():
            self._flags.addWidget(card)

    def _show_result(self, found: tuple[Assessment, BookChange | None]) -> None:
        assessment, change = found
        clear(self._body)
        if change is not None:
            card = NewerBookCard(self.voice, change)
            card.adopt_wanted.connect(self._on_adopt)
            self._body.addWidget(card)
        view = LawView(self.voice, assessment)
        view.answer_wanted.connect(self.go_to)
        self._body.addWidget(view)
        self.forward.setFocus()

    def _on_no_law(self, error: Exception) -> None:
        if self.step.id != RESULT:
            return
        if not isinstance(error, ClinicError):
            self.desk.tasks.failed.emit(error)
            return
        self.banner.show_message(N_("The law check could not be made yet"), beside(error))
        if isinstance(error, InputError):
            self._body.addWidget(TextLabel(self.voice, partial(_mend, label=label_of(error.path, self.plan)), "hint"))
            mend = Button(self.voice, N_("Go to that answer"))
            mend.clicked.connect(partial(self.go_to, error.path))
            self._body.addWidget(mend)

        elif isinstance(error, KnownError) and error.code == clock.WENT_BACK:
            card = ClockCard(self.voice, self.desk.today())
            card.confirm_wanted.connect(self._on_clock_confirmed)
            self._body.addWidget(card)
        elif isinstance(error, KnownError) and error.code == screening.BOOK_GONE:
            look = Button(self.voice, N_("Open the case"))
            look.clicked.connect(self._on_case)
            self._body.addWidget(look)

    def _on_adopt(self) -> None:
        work = partial(screening.adopt, self.desk.clinic, self.case_id, self.desk.today())
        self.desk.write(self, work, self._on_law_again)

    def _on_clock_confirmed(self) -> None:
        self.desk.write(self, partial(clock.confirm, self.desk.clinic, self.desk.today()), self._on_law_again)

    def _on_law_again(self, _changes: Changes) -> None:
        self._reload(partial(self._move, 0))

    def _on_case(self) -> None:
        self.desk.go.emit(Place("case", self.case_id))

    def _on_finished(self, _changes: Changes) -> None:
        self.desk.go.emit(Place("packet", self.case_id))

    def _on_pause(self) -> None:
        self.commit()
        self.desk.go.emit(Place("today"))


def _open(desk: Desk, case_id: str) -> _Opened:
    case = casework.case(desk.clinic, case_id)
    known = case.place in desk.clinic.books
    groups = intake.questions(desk.clinic, case_id, desk.today()) if known else ()
    return _Opened(case, casework.row(desk.clinic, case_id), groups)


def _flags(desk: Desk, case_id: str) -> tuple[CaseFile, Assessment]:
    return casework.case(desk.clinic, case_id), screening.look(desk.clinic, case_id, desk.today())


def _result(desk: Desk, case_id: str) -> tuple[Assessment, BookChange | None]:
    assessment = screening.assess(desk.clinic, case_id, desk.today())
    return assessment, screening.compare(desk.clinic, case_id, desk.today())


def _known(words: Words, *, known: EmployerRow) -> str:
    cases = words.many("{count} case against it already", "{count} cases against it already", known.cases)
    return " · ".join(part for part in (known.town, cases) if part)


def _mend(words: Words, *, label: Label) -> str:
    return words(N_("Two answers do not fit together. Look at this one first: {answer}"), answer=words.say(label))
