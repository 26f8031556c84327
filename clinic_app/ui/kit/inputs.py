"""What people type or pick in: one input a kind of field. An input knows values, not saving.

Each says when it is edited and when it is left, gives its raw value (as JSON holds it, None for
nothing) and shows in words what it understood.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Field, Kind, options, plain, read_value
from clinic_app.domain.told_dates import read_told_date
from clinic_app.domain.told_numbers import read_told_number
from clinic_app.domain.values import Answer, Empty, Span
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import Words
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_

ReadDate: TypeAlias = Callable[[str, dt.date], Edtf]
"""How a typed date is read on a day; ValueError when it cannot be."""

SHORT: Final = 240
"""Width in pixels of inputs for dates, times and numbers."""

BESIDE: Final = 32
"""Pixels of a line beside its words: paddings, border and cursor."""


class Input(QWidget):
    """The base of every input."""

    edited = Signal()  # something was typed or picked
    left = Signal()  # the answer is complete: picked, or the field was left
    entered = Signal()  # Enter: go to the next field

    def __init__(self, voice: Voice, field: Field) -> None:
        super().__init__()
        self.voice = voice
        self.field = field

    def raw(self) -> object:
        """Return the value as JSON holds it, None for nothing; InputError when it cannot be read."""
        raise NotImplementedError

    def show_answer(self, answer: Answer) -> None:
        """Show an answer; any of the four empties shows as nothing."""
        raise NotImplementedError

    def focus_target(self) -> QWidget:
        """Return the widget that takes the keyboard."""
        raise NotImplementedError

    def understood(self) -> Phrase:
        """Return in words what was understood, "" when that is plain to see."""
        return ""

    def name(self, label: str, help_text: str) -> None:
        """Tell assistive software what this input asks."""
        target = self.focus_target()
        target.setAccessibleName(label)
        target.setAccessibleDescription(help_text)


class _UndoBeyond(QObject):
    """Lets Ctrl+Z go on to the page when a field has no letters of its own to take back."""

    def __init__(self, has_own: Callable[[], bool], field: QWidget) -> None:
        super().__init__(field)
        self._has_own = has_own
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the key to the shortcuts of the page."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.ShortcutOverride:
            return super().eventFilter(watched, event)
        if event.matches(QKeySequence.StandardKey.Undo) and not self._has_own():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class _ShortLine(QLineEdit):
    """A line as wide as dates, times and numbers need, and its hint."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for the hint, and never less than usual."""
        hint = self.fontMetrics().horizontalAdvance(self.placeholderText()) + BESIDE
        return QSize(max(SHORT, hint), super().sizeHint().height())


class LineInput(Input):
    """One line of text, also the base of what is typed: dates, times, numbers."""

    def __init__(self, voice: Voice, field: Field) -> None:
        super().__init__(voice, field)
        self.line = QLineEdit() if field.kind is Kind.TEXT else _ShortLine()
        if field.tier > 2:  # noqa: PLR2004 - the tiers are named in domain.fields
            self.line.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        self.setFocusProxy(self.line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        _UndoBeyond(self.line.isUndoAvailable, self.line)
        self.line.textEdited.connect(self._on_edited)
        self.line.editingFinished.connect(self.left)
        self.line.returnPressed.connect(self.entered)

    def raw(self) -> object:
        """Return the text, None when nothing is written."""
        text = self.line.text().strip()
        return self._read(text) if text else None

    def show_answer(self, answer: Answer) -> None:
        """Show an answer as people would type it."""
        self.line.setText("" if isinstance(answer, Empty) else self._write(answer))

    def focus_target(self) -> QWidget:
        """Return the line."""
        return self.line

    def _read(self, text: str) -> object:
        return text

    def _write(self, answer: Answer) -> str:
        return str(answer)

    def _on_edited(self, _text: str) -> None:
        self.edited.emit()


class DateInput(LineInput):
    """A date as told: "15/3", "ayer", "marzo 2026", "≈2019"; below it stands what was understood."""

    def __init__(
        self, voice: Voice, field: Field, today: Callable[[], dt.date], read: ReadDate = read_told_date
    ) -> None:
        self._today = today
        self._read_date = read
        super().__init__(voice, field)
        voice.changed.connect(self._say)
        self._say()

    def understood(self) -> Phrase:
        """Return the date in words with its day of the week."""
        text = self.line.text().strip()
        if not text:
            return ""
        try:
            told = self._read_date(text, self._today())
        except ValueError:
            return ""
        return partial(Words.told, date=told)

    def _read(self, text: str) -> object:
        try:
            return self._read_date(text, self._today()).text
        except ValueError:
            raise InputError(
                "", N_("This date could not be read"), N_("for example 15/3/2026, March 2026, yesterday or about 2019")
            ) from None

    def _write(self, answer: Answer) -> str:
        text = str(answer)
        parts = text.split("-")
        if "/" not in text and len(parts) == len("ymd") and parts[2].isdigit():
            return f"{int(parts[2])}/{int(parts[1])}/{parts[0]}"
        return text

    def _say(self) -> None:
        self.line.setPlaceholderText(self.voice.say(N_("15/3/2026, about 2019…")))
        self.line.updateGeometry()


class TimeInput(LineInput):
    """A time of the day: "8", "8:30" and "0830" are all read."""

    def __init__(self, voice: Voice, field: Field) -> None:
        super().__init__(voice, field)
        self.line.setPlaceholderText("08:30")

    def _read(self, text: str) -> object:
        digits = text.replace(".", ":").replace("h", ":").strip(": ")
        hour, _, minute = digits.partition(":")
        if not minute and len(hour) > len("08"):
            hour, minute = hour[:-2], hour[-2:]
        shaped = f"{hour.strip():0>2}:{(minute or '0').strip():0>2}"
        try:
            return read_value(self.field, shaped, "")
        except InputError:
            raise InputError("", N_("This time could not be read"), N_("for example 8:30 or 17:00")) from None


class NumberInput(LineInput):
    """A number or a sum; "250 a 300" is a range."""

    def __init__(self, voice: Voice, field: Field, currency: str = "") -> None:
        self._currency = currency if field.kind is Kind.MONEY else ""
        super().__init__(voice, field)

    def understood(self) -> Phrase:
        """Return a sum in words of money; other numbers are plain to see."""
        if not self._currency:
            return ""
        try:
            value = read_value(self.field, self._read(self.line.text().strip()), "")
        except ClinicError:
            return ""
        return partial(_money, value=value, currency=self._currency)

    def _read(self, text: str) -> object:
        try:
            raw = read_told_number(text)
        except ValueError:
            raise InputError(
                "", N_("This number could not be read"), N_("for example 1250.50, or 250 to 300")
            ) from None
        if self.field.kind is not Kind.INTEGER:
            return raw
        if not isinstance(raw, str) or not raw.lstrip("-").isdigit():
            raise InputError("", N_("This is not a whole number"), N_("for example 12"))
        return int(raw)

    def _write(self, answer: Answer) -> str:
        return f"{answer.low}–{answer.high}" if isinstance(answer, Span) else str(plain(answer))


def _money(words: Words, *, value: object, currency: str) -> str:
    if isinstance(value, Span):
        return words(
            N_("between {low} and {high}"), low=words.money(value.low, currency), high=words.money(value.high, currency)
        )
    return words.money(value, currency)  # type: ignore[arg-type]  # read_value gives a Decimal or a Span here


class _Paragraphs(QPlainTextEdit):
    """A text box that grows with its text, says when it is left, and lets Tab go on."""

    left = Signal()
    LINES = (4, 14)

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Grow with the text, between the least and the most lines."""
        line = self.fontMetrics().lineSpacing()
        width = max(1, self.viewport().width())
        chars = max(1, width // max(1, self.fontMetrics().averageCharWidth()))
        wanted = sum(1 + len(part) // chars for part in self.toPlainText().split("\n")) + 1
        lines = min(max(wanted, self.LINES[0]), self.LINES[1])
        return QSize(super().sizeHint().width(), line * lines + 24)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the text is complete."""
        super().focusOutEvent(event)
        self.left.emit()


class LongTextInput(Input):
    """Several lines, told in someone's own words."""

    def __init__(self, voice: Voice, field: Field) -> None:
        super().__init__(voice, field)
        self.text = _Paragraphs()
        self.setFocusProxy(self.text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        self._showing = False
        _UndoBeyond(self.text.document().isUndoAvailable, self.text)
        self.text.textChanged.connect(self._on_edited)
        self.text.left.connect(self.left)

    def raw(self) -> object:
        """Return the text, None when nothing is written."""
        return self.text.toPlainText().strip() or None

    def show_answer(self, answer: Answer) -> None:
        """Show the text."""
        self._showing = True
        self.text.setPlainText("" if isinstance(answer, Empty) else str(answer))
        self._showing = False

    def focus_target(self) -> QWidget:
        """Return the text box."""
        return self.text

    def _on_edited(self) -> None:
        if not self._showing:
            self.edited.emit()


class _QuietCombo(QComboBox):
    """A list that does not change when the page is scrolled over it."""

    entered = Signal()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter go on to the next field."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.entered.emit()
            return
        super().keyPressEvent(event)


class ListInput(Input):
    """A choice among many: a list that drops down."""

    def __init__(self, voice: Voice, field: Field) -> None:
        super().__init__(voice, field)
        self.combo = _QuietCombo()
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(20)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setMaximumWidth(2 * SHORT)
        self.combo.addItem("", None)
        for choice in options(field):
            self.combo.addItem("", choice.code)
        self.setFocusProxy(self.combo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.combo)
        voice.changed.connect(self._say)
        self._say()
        self.combo.activated.connect(self._on_picked)
        self.combo.entered.connect(self.entered)

    def raw(self) -> object:
        """Return the code that is picked, None for nothing."""
        return self.combo.currentData()

    def show_answer(self, answer: Answer) -> None:
        """Pick the answer's line."""
        self.combo.setCurrentIndex(0 if isinstance(answer, Empty) else max(0, self.combo.findData(answer)))

    def focus_target(self) -> QWidget:
        """Return the list."""
        return self.combo

    def _on_picked(self, _index: int) -> None:
        self.edited.emit()
        self.left.emit()

    def _say(self) -> None:
        self.combo.setItemText(0, self.voice.say(N_("Choose…")))
        for index, choice in enumerate(options(self.field), start=1):
            self.combo.setItemText(index, self.voice.say(choice.label))
