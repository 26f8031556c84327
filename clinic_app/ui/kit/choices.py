"""Choices as big radio buttons, all in sight; a number key picks, the arrows move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QWidget

from clinic_app.domain.fields import Choice, Field, Kind, options
from clinic_app.domain.values import Answer, Empty
from clinic_app.ui.kit.inputs import Input
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice

FROM_LEFT: Final = 56
"""Pixels of an option beside its words: the mark, the paddings and the border."""

LOWEST: Final = 42
"""Pixels of an option of one line, as the stylesheet draws it."""

YES_NO_WIDTH: Final = 160
TWO_COLUMNS_FROM: Final = 4
NUMBERED: Final = 9


class Option(QRadioButton):
    """One option; its words wrap when the column is narrow."""

    def __init__(self, voice: Voice, choice: Choice, number: int) -> None:
        super().__init__()
        self.choice = choice
        self._voice = voice
        self._number = number
        self._room = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        voice.changed.connect(self.say)
        self.say()

    def words_width(self) -> int:
        """Return how wide the words are on one line, in pixels."""
        return self.fontMetrics().horizontalAdvance(self._words())

    def say(self) -> None:
        """Show the words, broken into lines that fit."""
        self.setAccessibleName(self._voice.say(self.choice.label))
        self.setText(wrapped(self.fontMetrics(), self._words(), self._room).replace("&", "&&"))
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew when the width changes."""
        super().resizeEvent(event)
        room = event.size().width() - FROM_LEFT
        if room != self._room:
            self._room = room
            self.say()

    def sizeHint(self) -> QSize:
        """Return the height that the lines need; the width is the column's."""
        lines = self.text().count("\n") + 1
        return QSize(YES_NO_WIDTH, max(LOWEST, lines * self.fontMetrics().lineSpacing() + 22))

    def minimumSizeHint(self) -> QSize:
        """Return the same as the size hint, so that no line is cut."""
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        """Break the lines anew when the text size changes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and hasattr(self, "_room"):
            self.say()

    def _words(self) -> str:
        label = self._voice.say(self.choice.label)
        return f"{self._number}  {label}" if self._number else label


class ChoiceInput(Input):
    """A choice of a few: every option in sight, in one column or two."""

    def __init__(self, voice: Voice, field: Field) -> None:
        super().__init__(voice, field)
        choices = options(field)
        self._yes_no = field.kind is Kind.YES_NO
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(STEP)
        self.options = [Option(voice, c, 0 if self._yes_no or n > NUMBERED else n) for n, c in enumerate(choices, 1)]
        self._columns = 0
        for option in self.options:
            self._group.addButton(option)
            option.setParent(self)
            option.clicked.connect(self._on_picked)
        self._group.setExclusive(True)
        if self._yes_no:
            self.setFixedWidth(len(choices) * (YES_NO_WIDTH + STEP) - STEP)
        self._place(len(choices) if self._yes_no else 1)
        self.setFocusProxy(self.options[0])
        voice.changed.connect(self._fit)

    def raw(self) -> object:
        """Return the code that is picked, None for nothing."""
        return next((o.choice.code for o in self.options if o.isChecked()), None)

    def show_answer(self, answer: Answer) -> None:
        """Mark the answer's option, or none."""
        self._group.setExclusive(False)
        for option in self.options:
            option.setChecked(not isinstance(answer, Empty) and option.choice.code == answer)
        self._group.setExclusive(True)
        self.setFocusProxy(next((o for o in self.options if o.isChecked()), self.options[0]))

    def focus_target(self) -> QWidget:
        """Return the option that is picked, else the first."""
        return next((o for o in self.options if o.isChecked()), self.options[0])

    def name(self, label: str, help_text: str) -> None:
        """Tell assistive software the question beside each option."""
        for option in self.options:
            option.setAccessibleDescription(f"{label} {help_text}".strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by number, or by the first letter for yes and no; Enter goes on."""
        key = event.text().lower()
        if key.isdigit() and 1 <= int(key) <= len(self.options):
            self.pick(int(key) - 1)
        elif self._yes_no and (index := _initials(self.voice, self.options, key)) is not None:
            self.pick(index)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def pick(self, index: int) -> None:
        """Pick an option as a click does."""
        self.options[index].setFocus()
        self.options[index].click()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose one column or two, as the words allow."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._yes_no:
            return
        half = (self.width() - STEP) // 2 - FROM_LEFT
        fits = len(self.options) >= TWO_COLUMNS_FROM and all(o.words_width() <= half for o in self.options)
        self._place(2 if fits else 1)

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        rows = -(-len(self.options) // columns)
        for index, option in enumerate(self.options):
            at = divmod(index, columns) if self._yes_no else (index % rows, index // rows)
            self._grid.addWidget(option, *at)
        for column in range(max(columns, 2)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _on_picked(self) -> None:
        self.setFocusProxy(self.focus_target())
        self.edited.emit()
        self.left.emit()


def _initials(voice: Voice, choices: Sequence[Option], key: str) -> int | None:
    """Return the option whose word begins with the key: y or n, s or n."""
    for index, option in enumerate(choices):
        if key and voice.say(option.choice.label).lower().startswith(key):
            return index
    return None


def wrapped(metrics: QFontMetrics, text: str, room: int) -> str:
    """Return the text with line breaks so that no line is wider than the room in pixels."""
    if room <= 0 or metrics.horizontalAdvance(text) <= room:
        return text
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and metrics.horizontalAdvance(longer) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return "\n".join([*lines, line])
