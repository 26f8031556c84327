"""The parts of the settings: a card each, which reads and changes one thing."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.packet import Paper
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import SCREEN_LANGUAGES, Words
from clinic_app.services import calendar, settings
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.settings import SIZES
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

LANGUAGE: Final = Field(
    "language",
    Kind.CHOICE,
    N_("Language of the screen"),
    choices=tuple(Choice(code, {"es": name}) for code, name in SCREEN_LANGUAGES.items()),
)
SIZE: Final = Field(
    "size",
    Kind.CHOICE,
    N_("Size of the text"),
    choices=tuple(
        Choice(str(at), label)
        for at, label in enumerate((N_("Small"), N_("Usual"), N_("Large"), N_("Very large"))[: len(SIZES)])
    ),
)
LOOK: Final = Field(
    "theme",
    Kind.CHOICE,
    N_("Look"),
    choices=(
        Choice("light", N_("Light")),
        Choice("dark", N_("Dark")),
        Choice("contrast", N_("High contrast")),
        Choice("system", N_("As the computer is set")),
    ),
)
SHEET: Final = Field(
    "paper",
    Kind.CHOICE,
    N_("Usual sheet of paper"),
    choices=(
        Choice(Paper.LETTER.value, N_("Letter (carta)")),
        Choice(Paper.A4.value, "A4"),
        Choice(Paper.OFICIO.value, N_("Oficio (216 × 340 mm)")),
    ),
)
DAY: Final = Field("day", Kind.DATE, N_("A day on which the authorities are closed"))
WHY: Final = Field("why", Kind.TEXT, N_("Why, and who said so"))


class Part(Box):
    """The base of a card: a heading, and a line that says what became of it."""

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__("card")
        self.desk = desk
        self.told = TextLabel(desk.voice, "", "understood")
        self.wrong = TextLabel(desk.voice, "", "error")
        self.add(TextLabel(desk.voice, title, "heading"), self.told, self.wrong)
        self.told.hide()
        self.wrong.hide()

    def tell(self, phrase: Phrase) -> None:
        """Say that something is done."""
        self.wrong.hide()
        self.told.show_phrase(phrase)
        self.told.show()

    def refuse(self, error: Exception) -> None:
        """Say why something is not."""
        self.told.hide()
        if not isinstance(error, ClinicError):
            self.desk.tasks.failed.emit(error)
            return
        self.wrong.show_phrase(beside(error))
        self.wrong.show()


class LookPart(Part):
    """Language, text size and look of the window."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("The screen"))
        now = desk.look()
        self.boxes = {
            field.id: FieldBox(desk.around, field, field.id, empties=False) for field in (LANGUAGE, SIZE, LOOK)
        }
        for name, value in (("language", now.language), ("size", str(now.size)), ("theme", now.theme)):
            box = self.boxes[name]
            box.show_answer(value)
            box.answered.connect(self._on_chosen)
            self.add(box)

    def _on_chosen(self, name: str, raw: object) -> None:
        if raw is not None:
            self.desk.look_wanted.emit(name, str(raw))


class PaperPart(Part):
    """The usual sheet."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Paper"))
        self.box = FieldBox(desk.around, SHEET, "paper", empties=False)
        self.add(self.box)
        self.box.answered.connect(self._on_chosen)
        desk.ask(self, partial(settings.paper, desk.clinic), self._show)

    def _show(self, paper: Paper) -> None:
        self.box.show_answer(paper.value)

    def _on_chosen(self, _path: str, raw: object) -> None:
        if raw is not None:
            self.desk.write(self, partial(settings.set_paper, self.desk.clinic, Paper(str(raw))))


class DaysPart(Part):
    """The clinic's place and the days on which its authorities are closed besides."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Place and days off"))
        self._place = TextLabel(desk.voice, partial(_place, desk=desk))
        self._days = QVBoxLayout()
        self._days.setSpacing(STEP)
        self.day = FieldBox(desk.around, DAY, "day", empties=False)
        self.why = FieldBox(desk.around, WHY, "why", empties=False)
        self.button = Button(desk.voice, N_("Add the day"))
        self.add(self._place)
        self.column.addLayout(self._days)
        self.add(self.day, self.why)
        self.column.addLayout(row(self.button, None))
        self.day.entered.connect(self.why.focus)
        self.why.entered.connect(self.close_day)
        self.button.clicked.connect(self.close_day)
        self._load()

    def close_day(self) -> None:
        """Add a day."""
        try:
            day = dt.date.fromisoformat(str(self.day.input.raw() or ""))
        except (InputError, ValueError):
            self.refuse(InputError("day", N_("this is not one day"), N_("a day like 15/3/2026")))
            return
        work = partial(calendar.close, self.desk.clinic, day, str(self.why.input.raw() or ""))
        self.desk.write(self, work, self._on_changed, fails=self.refuse)

    def _load(self) -> None:
        self.desk.ask(self, partial(calendar.days, self.desk.clinic), self._show, key="days")

    def _show(self, days: dict[dt.date, str]) -> None:
        clear(self._days)
        for day, why in days.items():
            told = partial(_closed, day=day, why=why)
            button = Button(self.desk.voice, N_("Take out"), "link")
            button.setAccessibleDescription(self.desk.voice.say(told))
            button.clicked.connect(partial(self._on_open, day))
            line = row(spacing=2 * STEP)
            line.addWidget(TextLabel(self.desk.voice, told), 1)
            line.addWidget(button)
            self._days.addLayout(line)

    def _on_open(self, day: dt.date) -> None:
        self.desk.write(self, partial(calendar.open_again, self.desk.clinic, day), self._on_changed)

    def _on_changed(self, _changes: Changes) -> None:
        self.wrong.hide()
        for box in (self.day, self.why):
            box.input.show_answer("")
        self._load()


def _place(words: Words, *, desk: Desk) -> str:
    book = desk.clinic.books.get(desk.clinic.info.place)
    title = words.say(book.title) if book is not None else desk.clinic.info.place
    return f"{desk.clinic.info.name} · {title}"


def _closed(words: Words, *, day: dt.date, why: str) -> str:
    return f"{words.date(day)}: {why}"
