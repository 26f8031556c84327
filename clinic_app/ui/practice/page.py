"""The practice screen: stories to interview for, how it went, what is the instructor's. Only in the practice clinic."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Field, Kind
from clinic_app.domain.practice import PracticeCase, Run, Score, whole
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import practice
from clinic_app.services.clinic import Clinic
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button, ButtonKind, doing
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.order import follow_layout
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.paper_out import PaperOut
from clinic_app.ui.practice.instructor import InstructorCard
from clinic_app.ui.practice.moving import MovingCard
from clinic_app.ui.practice.result import ScoreCard
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

TRAINEE: Final = Field(
    "trainee", Kind.TEXT, N_("Who practises?"), N_("A name or an alias, for the list of the instructor.")
)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the screen shows: the stories of the clinic's country, and the interviews that were begun."""

    stories: tuple[PracticeCase, ...]
    runs: tuple[Run, ...]


class PracticePage(Page):
    """Cards: the stories, the interviews of this clinic, the instructor, and a real person taken down by mistake."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk.voice,
            N_("Practice"),
            N_("Somebody plays the worker, you do the interview, and the program says what was missed and why."),
        )
        self.desk = desk
        self.out = PaperOut(desk, self, self.banner)
        self.trainee = FieldBox(desk.around, TRAINEE, "trainee", empties=False)
        self.story_cards: dict[str, StoryCard] = {}
        self._stories = QVBoxLayout()
        self._stories.setSpacing(2 * STEP)
        self._result = QVBoxLayout()
        self._runs = QVBoxLayout()
        self._runs.setSpacing(STEP)
        self.instructor = InstructorCard(desk, self, self.out)
        self.moving = MovingCard(desk)
        self.add(self.trainee)
        self.column.addLayout(self._result)
        self.column.addLayout(self._runs)
        self.column.addLayout(self._stories)
        self.add(self.instructor, self.moving)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def begin(self) -> None:
        """Put the keyboard into the name."""
        self.trainee.focus()

    def load(self) -> None:
        """Read the stories and the interviews."""
        self.desk.ask(self, partial(_read, self.desk.clinic), self._show, key="practice")

    def begin_story(self, story: PracticeCase) -> None:
        """Begin the interview of a story."""
        self.trainee.show_error(None)
        work = partial(
            practice.begin, self.desk.clinic, story.id, str(self.trainee.input.raw() or ""), self.desk.today()
        )
        self.desk.ask(self, work, self._on_begun, fails=self._on_not_begun)

    def score(self, run: Run) -> None:
        """Say how an interview went."""
        self.desk.ask(self, partial(practice.score, self.desk.clinic, run.case_id), self._on_scored)

    def _show(self, found: _Found) -> None:
        clear(self._stories)
        clear(self._runs)
        self.story_cards = {story.id: StoryCard(self, story) for story in found.stories}
        for card in self.story_cards.values():
            self._stories.addWidget(card)
        if found.runs:
            self._runs.addWidget(TextLabel(self.voice, N_("Interviews that were begun"), "heading"))
        titles = {story.id: story for story in found.stories}
        for run in found.runs:
            if run.practice in titles:
                self._runs.addWidget(RunRow(self, run, titles[run.practice]))
        follow_layout(self)
        self.instructor.show_stories(found.stories)

    def _on_begun(self, case_id: str) -> None:
        self.desk.written.emit()
        self.desk.go.emit(Place("intake", case_id))

    def _on_not_begun(self, error: Exception) -> None:
        if isinstance(error, InputError) and error.path == "trainee":
            self.trainee.show_error(error)
            self.trainee.focus()
            self.to_top()
        else:
            self.desk.tasks.failed.emit(error)

    def _on_scored(self, score: Score) -> None:
        clear(self._result)
        self._result.addWidget(ScoreCard(self.voice, score))
        self.to_top()

    def _on_changed(self, changes: Changes) -> None:
        if "clinic" in changes.kinds:
            self.load()


class StoryCard(Box):
    """One story: what it teaches, its sheet for whoever plays the worker, and the way into the interview."""

    def __init__(self, page: PracticePage, story: PracticeCase) -> None:
        super().__init__("card")
        voice = page.voice
        self._page = page
        self._story = story
        self.told = TextLabel(voice, partial(_told, story=story, on=page.desk.today()))
        self.told.hide()
        self.read = _button(page, N_("Read the story"), story, "link")
        self.sheet = _button(page, N_("Print the role play"), story)
        self.start = _button(page, N_("Begin the interview"), story)
        self.add(TextLabel(voice, story.title, "heading"), TextLabel(voice, story.teaches, "hint"), self.told)
        self.column.addLayout(row(self.read, None, self.sheet))
        self.column.addLayout(row(None, self.start))
        self.read.clicked.connect(self._on_read)
        self.sheet.clicked.connect(self._on_sheet)
        self.start.clicked.connect(self._on_start)

    def _on_read(self) -> None:
        self.told.setVisible(self.told.isHidden())

    def _on_sheet(self) -> None:
        desk = self._page.desk
        language = desk.voice.words.language
        self._page.out.print(lambda paper: practice.role_play(self._story, language, paper, desk.today()))

    def _on_start(self) -> None:
        self._page.begin_story(self._story)


class RunRow(Box):
    """One interview that was begun: go on with it, or see how it went."""

    def __init__(self, page: PracticePage, run: Run, story: PracticeCase) -> None:
        super().__init__("quiet")
        voice = page.voice
        self.run = run
        self.on = Button(voice, N_("Go on"))
        self.how = Button(voice, N_("How was it?"))
        self.on.explain(partial(_of_run, verb=N_("Go on"), run=run, story=story))
        self.how.explain(partial(_of_run, verb=N_("How was it?"), run=run, story=story))
        self.add(TextLabel(voice, partial(_run_told, run=run, story=story)))
        self.column.addLayout(row(None, self.on, self.how))
        self.on.clicked.connect(doing(page.desk.go.emit, Place("intake", run.case_id)))
        self.how.clicked.connect(doing(page.score, run))


def _read(clinic: Clinic) -> _Found:
    return _Found(practice.stories(clinic.info.place), practice.runs(clinic))


def _told(words: Words, *, story: PracticeCase, on: dt.date) -> str:
    return "\n".join(whole(story, words.language, on, words.told))


def _button(page: PracticePage, verb: str, story: PracticeCase, kind: ButtonKind = "quiet") -> Button:
    made = Button(page.voice, verb, kind)
    made.explain(partial(_of_story, verb=verb, story=story))
    return made


def _of_story(words: Words, *, verb: str, story: PracticeCase) -> str:
    return f"{words(verb)}: {words.say(story.title)}"


def _of_run(words: Words, *, verb: str, run: Run, story: PracticeCase) -> str:
    return f"{words(verb)}: {_run_told(words, run=run, story=story)}"


def _run_told(words: Words, *, run: Run, story: PracticeCase) -> str:
    return f"{words.say(story.title)} · {run.trainee} · {words.short_date(run.on)}"
