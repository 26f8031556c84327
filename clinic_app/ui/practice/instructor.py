"""The instructor's card: the key first, then the list of scores, answer keys, and making the practice clinic new."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QVBoxLayout, QWidget

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.practice import KeptScore, PracticeCase
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import practice
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.listing import Column, RowsModel
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.short_list import ShortList
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.paper_out import PaperOut
from clinic_app.ui.practice.result import narrow, percent
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

PLACE: Final = Field(
    "place",
    Kind.CHOICE,
    N_("Country of the new practice clinic"),
    choices=(Choice("mx", N_("Mexico")), Choice("pe", N_("Peru")), Choice("ge", N_("Georgia"))),
)


class InstructorCard(Box):
    """Shut until the instructor's key is typed; the first key is set here."""

    def __init__(self, desk: Desk, page: QWidget, out: PaperOut) -> None:
        super().__init__("quiet")
        self._desk = desk
        self._page = page
        self._out = out
        self._key = ""
        self._is_set = False
        self._stories: tuple[PracticeCase, ...] = ()
        voice = desk.voice
        self._hint = TextLabel(voice, "", "hint")
        self.key = SecretBox(voice, N_("Instructor's key"))
        self.open_button = Button(voice, "")
        self.model = RowsModel(voice, COLUMNS)
        self.list = ShortList(voice, self.model, N_("Practice scores"))
        self.none = TextLabel(voice, N_("Nobody has been scored yet."), "hint")
        self.print_button = Button(voice, N_("Print the list"))
        self.save_button = Button(voice, N_("Save as a table…"))
        self.story = QComboBox()
        narrow(self.story)
        self.answers_button = Button(voice, N_("Print the answer key"))
        self.place = ChoiceInput(voice, PLACE)
        self.forget = QCheckBox()
        self.reset_button = Button(voice, N_("Make the practice clinic new"), "danger")
        self.sure_button = Button(voice, N_("Yes, everything in it goes"), "danger")
        self._inside = QWidget()
        self._lay_out()
        self._connect()
        self._say()
        desk.ask(self, partial(practice.has_key, desk.clinic), self._on_known)

    def show_stories(self, stories: tuple[PracticeCase, ...]) -> None:
        """Offer the answer keys of these stories."""
        self._stories = stories
        self._say()

    def save_to(self, path: Path) -> None:
        """Write the list of scores as a spreadsheet."""
        words = self._desk.voice.words
        work = partial(practice.table, self._desk.clinic, words.say, words.language)
        self._desk.ask(self, work, partial(self._out.save_to, path))

    def _on_known(self, is_set: bool) -> None:  # noqa: FBT001 - an answer of the store
        self._is_set = is_set
        self._hint.show_phrase(
            N_("The list of scores, answer keys, and making the practice clinic new.")
            if is_set
            else N_("No instructor has set a key yet. Set one, and the list of scores and the reset are behind it.")
        )
        self.open_button.show_phrase(N_("Open") if is_set else N_("Set this key"))

    def _on_open(self) -> None:
        self.key.show_error(None)
        typed = self.key.text()
        work = partial(practice.check_key if self._is_set else practice.set_key, self._desk.clinic, typed)
        self._desk.ask(self, work, partial(self._on_key, typed), fails=self._on_refused)

    def _on_key(self, typed: str, _changes: Changes | None) -> None:
        self._key = typed
        self._is_set = True
        self.key.clear()
        for shut in (self.key, self.open_button, self._hint):
            shut.hide()
        self._inside.show()
        self._desk.ask(self, partial(practice.scores, self._desk.clinic), self._show)

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, ClinicError):
            self.key.show_error(error)
            self.key.setFocus()
        else:
            self._desk.tasks.failed.emit(error)

    def _show(self, lines: tuple[KeptScore, ...]) -> None:
        self.model.show_rows(lines)
        self.none.setVisible(not lines)
        for button in (self.print_button, self.save_button):
            button.setEnabled(bool(lines))

    def _on_print(self) -> None:
        language, day = self._desk.voice.words.language, self._desk.today()
        self._out.print(lambda paper: practice.print_scores(self._desk.clinic, language, paper, day))

    def _on_save(self) -> None:
        words = self._desk.voice.words
        name = f"{words(N_('practice-scores'))}.xlsx"
        title = words(N_("Save as a table"))
        chosen, _ = QFileDialog.getSaveFileName(self._page, title, str(Path.home() / name), "*.xlsx")
        if chosen:
            self.save_to(Path(chosen))

    def _on_answers(self) -> None:
        story, clinic, key = str(self.story.currentData()), self._desk.clinic, self._key
        language, day = self._desk.voice.words.language, self._desk.today()
        self._out.print(lambda paper: practice.print_answer_key(clinic, story, key, language, paper, day))

    def _on_reset(self) -> None:
        self.sure_button.show()
        self.sure_button.setFocus()

    def _on_sure(self) -> None:
        self.sure_button.setEnabled(False)
        place = str(self.place.raw() or self._desk.clinic.info.place)
        keep = not self.forget.isChecked()
        work = partial(practice.reset, self._desk.clinic, self._key, place, keep_scores=keep)
        self._desk.new_wanted.emit(work)

    def _lay_out(self) -> None:
        voice = self._desk.voice
        self.add(TextLabel(voice, N_("For the instructor"), "heading"), self._hint, self.key)
        self.column.addLayout(row(self.open_button, None))
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(STEP)
        told = N_("All cases of the practice clinic go; its invented people come back.")
        inside.addWidget(self.list)
        inside.addWidget(self.none)
        inside.addLayout(row(self.print_button, self.save_button, None))
        inside.addWidget(self.story)
        inside.addLayout(row(self.answers_button, None))
        for widget in (
            TextLabel(voice, N_("Make it new"), "heading"),
            TextLabel(voice, told, "hint"),
            TextLabel(voice, PLACE.label, "question"),
            self.place,
            self.forget,
        ):
            inside.addWidget(widget)
        inside.addLayout(row(self.reset_button, None))
        inside.addLayout(row(self.sure_button, None))
        self.add(self._inside)
        self._inside.hide()
        self.sure_button.hide()

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._on_open)
        self.key.entered.connect(self._on_open)
        self.print_button.clicked.connect(self._on_print)
        self.save_button.clicked.connect(self._on_save)
        self.answers_button.clicked.connect(self._on_answers)
        self.reset_button.clicked.connect(self._on_reset)
        self.sure_button.clicked.connect(self._on_sure)
        self._desk.voice.changed.connect(self._say)

    def _say(self) -> None:
        voice = self._desk.voice
        self.forget.setText(voice.say(N_("The list of scores goes too")))
        self.place.name(voice.say(PLACE.label), "")
        self.story.setAccessibleName(voice.say(N_("Answer key of which story?")))
        at = max(0, self.story.currentIndex())
        self.story.clear()
        for story in self._stories:
            self.story.addItem(voice.words.say(story.title), story.id)
        self.story.setCurrentIndex(at)


def _who(_words: Words, line: KeptScore) -> str:
    return line.trainee


def _when(words: Words, line: KeptScore) -> str:
    return words.short_date(line.on)


def _what(words: Words, line: KeptScore) -> str:
    return words.say(line.title)


def _missed(_words: Words, line: KeptScore) -> str:
    return percent(line.detection)


def _invented(_words: Words, line: KeptScore) -> str:
    return percent(line.precision)


def _result(words: Words, line: KeptScore) -> str:
    return words(N_("Passed")) if line.passed else words(N_("Not yet"))


COLUMNS: Final = (
    Column(N_("Trainee"), _who, 3),
    Column(N_("Date"), _when, 2),
    Column(N_("Story"), _what, 4, spare=True),
    Column(N_("Nothing missed"), _missed, 0),
    Column(N_("Nothing invented"), _invented, 0),
    Column(N_("Result"), _result, 2),
)
