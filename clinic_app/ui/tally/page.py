"""The quick tally: six taps, one question at a time; the last one writes it down.

How it was is remembered from the talk before, and can be changed at any question.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.tally import MODE, OUTCOME, PEOPLE, TOPIC, Tally, language_field
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import tally
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.order import follow_layout
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.tally.bands import BandsInput
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

TOWN: Final = Field("town", Kind.TEXT, N_("Another place"))
NUMBER: Final = Field("number", Kind.INTEGER, N_("Another number"))
QUESTIONS: Final = ("topic", "town", "people", "bands", "language", "outcome")
TITLES: Final = {
    "topic": TOPIC.label,
    "town": N_("Where?"),
    "people": PEOPLE.label,
    "bands": N_("Women or men, and how old?"),
    "language": N_("In what language?"),
    "outcome": OUTCOME.label,
}
SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class _Found:
    """What the page begins with: places to pick, and what was written down lately."""

    towns: tuple[str, ...]
    recent: tuple[Tally, ...]


class TallyPage(Page):
    """Asks the six questions in turn, then begins anew."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.voice, " ")
        self.desk = desk
        self.at = 0
        self.answers: dict[str, str] = {}
        self._people = 1
        self._last = ""
        self._towns: tuple[str, ...] = ()
        self.mode = ChoiceInput(desk.voice, MODE)
        self.mode.name(desk.voice.say(MODE.label), "")
        self.mode.show_answer("phone")
        self.bands = BandsInput(desk.voice)
        self._body = QVBoxLayout()
        self._body.setSpacing(2 * STEP)
        self._count = TextLabel(desk.voice, "", "caption")
        self.head.addWidget(self._count)
        self.column.addLayout(self._body)
        self.column.addWidget(self.bands)
        self._mode_label = TextLabel(desk.voice, MODE.label, "question")
        self.add(self._mode_label, self.mode)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(STEP)
        self.column.addLayout(self._recent)
        self.back = Button(desk.voice, N_("Back"))
        self.undo = Button(desk.voice, N_("Take the last tally back"), "link")
        self.forward = Button(desk.voice, N_("Next"), "primary")
        self.add_foot(self.back, self.undo, None, self.forward)
        self.undo.hide()
        self.inputs: list[QWidget] = []
        self.back.clicked.connect(self.go_back)
        self.forward.clicked.connect(self.go_on)
        self.undo.clicked.connect(self._on_undo)
        self.bands.changed.connect(self._on_bands)
        self.show_question(0)
        self._load()

    @property
    def question(self) -> str:
        """The question that is asked now."""
        return QUESTIONS[self.at]

    def begin(self) -> None:
        """Put the keyboard into the first question."""
        self.show_question(0)

    def answer(self, value: str) -> None:
        """Take the answer of the question that is asked now, and go on to the next one."""
        if self.question == "people":
            self._people = int(value)
            self.bands.begin(self._people)
        self.answers[self.question] = value
        self.go_on()

    def go_on(self) -> None:
        """Go to the next question; after the last, write the tally down."""
        self.banner.hide()
        if self.question == "town" and "town" not in self.answers:
            self.answers["town"] = ""
        if self.question not in self.answers and self.question not in {"bands", "town"}:
            return  # nothing is picked yet
        if self.at + 1 < len(QUESTIONS):
            self.show_question(self.at + 1)
        else:
            self._save()

    def go_back(self) -> None:
        """Go to the question before."""
        self.show_question(max(0, self.at - 1))

    def show_question(self, at: int) -> None:
        """Ask a question."""
        self.at = at
        name = self.question
        self.show_title(TITLES[name])
        self._count.show_phrase(partial(_counted, number=at + 1, all_of=len(QUESTIONS)))
        clear(self._body)
        self.inputs = []
        self.bands.setVisible(name == "bands")
        self.forward.setVisible(name in {"bands", "town", "people"})
        self.back.setEnabled(at > 0)
        for widget in (self._mode_label, self.mode):
            widget.setVisible(at == 0)
        self._show_recent(shown=at == 0)
        match name:
            case "topic":
                self._ask(TOPIC)
            case "town":
                self._ask_town()
            case "people":
                self._ask(PEOPLE)
                self._ask_line(NUMBER)
            case "bands":
                next(iter(self.bands.buttons.values())).setFocus()
            case "language":
                self._ask(language_field(self.desk.clinic.info.place))
            case _:
                self._ask(OUTCOME)
        follow_layout(self)
        self.to_top()

    def _ask(self, field: Field) -> None:
        asked = ChoiceInput(self.voice, field)
        asked.name(self.voice.say(field.label), "")
        asked.left.connect(partial(self._on_picked, asked))
        self.inputs.append(asked)
        self._body.addWidget(asked)
        asked.show()
        asked.focus_target().setFocus()

    def _ask_town(self) -> None:
        if self._towns:
            choices = tuple(Choice(town, {"es": town}) for town in self._towns)
            self._ask(Field("town", Kind.CHOICE, TITLES["town"], choices=choices))
        self._ask_line(TOWN)
        if not self._towns:
            line = self.inputs[-1]
            assert isinstance(line, FieldBox)  # it was just made
            line.focus()

    def _ask_line(self, field: Field) -> None:
        box = FieldBox(self.desk.around, field, field.id, empties=False)
        box.answered.connect(self._on_line)
        box.entered.connect(self.go_on)
        self.inputs.append(box)
        self._body.addWidget(box)
        box.show()

    def _on_picked(self, asked: ChoiceInput) -> None:
        raw = asked.raw()
        if raw is not None:
            self.answer(str(raw))

    def _on_line(self, path: str, raw: object) -> None:
        if path == "town":
            self.answers["town"] = str(raw or "")
        elif isinstance(raw, int) and raw > 0:
            self._people = raw
            self.answers["people"] = str(raw)
            self.bands.begin(raw)

    def _on_bands(self) -> None:
        if self.bands.full:
            self.go_on()

    def _save(self) -> None:
        made = Tally(
            day=self.desk.today(),
            mode=str(self.mode.raw() or "phone"),
            topic=self.answers["topic"],
            town=self.answers.get("town", ""),
            people=self._people,
            bands=self.bands.counted(),
            language=self.answers["language"],
            outcome=self.answers["outcome"],
        )
        self.desk.ask(self, partial(tally.add, self.desk.clinic, made), self._on_saved, fails=self._on_refused)

    def _on_saved(self, made: str) -> None:
        self._last = made
        self.desk.written.emit()
        self.desk.tasks.changed.emit(Changes(frozenset({"tally"})))
        self.answers = {}
        self.bands.begin(1)
        self.undo.show()
        self.show_question(0)
        self.banner.show_message(N_("Written down."), N_("The next talk can be counted at once."))
        self._load()

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, ClinicError):
            self.banner.show_message(N_("It was not written down"), beside(error))
            self.to_top()
        else:
            self.desk.tasks.failed.emit(error)

    def _on_undo(self) -> None:
        self.undo.hide()
        self.banner.hide()
        self.desk.write(self, partial(tally.take_back, self.desk.clinic, self._last), self._on_undone)

    def _on_undone(self, _changes: Changes) -> None:
        self._load()

    def _load(self) -> None:
        self.desk.ask(self, partial(_read, self.desk), self._on_read, key="tally")

    def _on_read(self, found: _Found) -> None:
        self._towns = found.towns
        clear(self._recent)
        if found.recent:
            self._recent.addWidget(TextLabel(self.voice, N_("Written down lately"), "heading"))
        for one in found.recent[:SHOWN]:
            card = Box("quiet")
            line = row(spacing=2 * STEP)
            line.addWidget(TextLabel(self.voice, partial(_line, one=one)), 1)
            button = Button(self.voice, N_("Open the case") if one.became else N_("Begin an interview from it"))
            button.setAccessibleDescription(self.voice.say(partial(_line, one=one)))
            button.clicked.connect(partial(self._on_intake, one))
            line.addWidget(button)
            card.column.addLayout(line)
            self._recent.addWidget(card)
        self._show_recent(shown=self.at == 0)
        follow_layout(self)

    def _show_recent(self, *, shown: bool) -> None:
        for number in range(self._recent.count()):
            item = self._recent.itemAt(number)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(shown)

    def _on_intake(self, one: Tally) -> None:
        if one.became:
            self.desk.go.emit(Place("case", one.became))
            return
        work = partial(tally.begin_intake, self.desk.clinic, one.id, self.desk.today())
        self.desk.ask(self, work, self._on_begun)

    def _on_begun(self, case_id: str) -> None:
        self.desk.written.emit()
        self.desk.go.emit(Place("intake", case_id))


def _read(desk: Desk) -> _Found:
    return _Found(tally.towns(desk.clinic), tally.recent(desk.clinic, desk.today()))


def _counted(words: Words, *, number: int, all_of: int) -> str:
    return words(N_("Question {number} of {all_of}"), number=number, all_of=all_of)


def _line(words: Words, *, one: Tally) -> str:
    topic = next((words.say(c.label) for c in TOPIC.choices if c.code == one.topic), one.topic)
    people = words.many("{count} person", "{count} people", one.people)
    return " · ".join(part for part in (words.short_date(one.day), topic, one.town, people) if part)
