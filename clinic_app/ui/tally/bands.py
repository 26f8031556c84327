"""Who was there: a tap adds one person of a sex and an age, another button takes the last one back."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clinic_app.domain.catalogue import AGE_BANDS, SEX
from clinic_app.domain.fields import Choice
from clinic_app.domain.tally import NOT_ASKED, band
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

AGES: Final = (*AGE_BANDS, Choice(NOT_ASKED, N_("Age not asked")))


class BandsInput(QWidget):
    """Counts people by sex and age, up to `people`. `changed` after each tap."""

    changed = Signal()

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self.people = 1
        self._order: list[str] = []
        self._voice = voice
        self.buttons: dict[str, Button] = {}
        grid = QGridLayout()
        grid.setSpacing(STEP // 2)
        for column, sex in enumerate(SEX, start=1):
            grid.addWidget(TextLabel(voice, sex.label, "caption"), 0, column)
            grid.setColumnStretch(column, 1)
        for line, age in enumerate(AGES, start=1):
            label = TextLabel(voice, age.label)
            label.setWordWrap(False)
            grid.addWidget(label, line, 0)
            for column, sex in enumerate(SEX, start=1):
                key = band(sex.code, age.code)
                button = Button(voice, partial(self._count, key), "quiet")
                button.setMaximumWidth(10_000)
                button.explain(partial(_named, sex=sex, age=age))
                button.clicked.connect(partial(self.add, key))
                self.buttons[key] = button
                grid.addWidget(button, line, column)
        self.undo = Button(voice, N_("Take the last one back"), "link")
        self.undo.clicked.connect(self.take_back)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(0, 0, 0, 0)
        column_of.addLayout(grid)
        column_of.addLayout(row(None, self.undo))
        self._refresh()

    def counted(self) -> dict[str, int]:
        """Return how many were tapped, by `band`."""
        return {key: self._order.count(key) for key in dict.fromkeys(self._order)}

    @property
    def full(self) -> bool:
        """Whether everybody is noted."""
        return len(self._order) >= self.people

    def begin(self, people: int) -> None:
        """Begin anew, for so many people."""
        self.people = people
        self._order = []
        self._refresh()

    def add(self, key: str) -> None:
        """Count one more person."""
        if not self.full:
            self._order.append(key)
            self._refresh()
            self.changed.emit()

    def take_back(self) -> None:
        """Forget the last tap."""
        if self._order:
            self._order.pop()
            self._refresh()
            self.changed.emit()

    def _count(self, key: str, _words: Words) -> str:
        count = self._order.count(key)
        return str(count) if count else "+"

    def _refresh(self) -> None:
        for key, button in self.buttons.items():
            button.show_phrase(partial(self._count, key))
            button.setEnabled(not self.full)
        self.undo.setVisible(bool(self._order))


def _named(words: Words, *, sex: Choice, age: Choice) -> str:
    return f"{words.say(sex.label)}, {words.say(age.label)}"
