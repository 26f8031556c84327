"""A field on the screen, made from its description: label, help, input, error, and the four empties.

An answer is given out when the field is left, and at most five seconds after typing began. Text
that cannot be read stays as typed with the reason beside it; it is never thrown away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from clinic_app.domain.fields import Field, Kind, Label, options, plain, read_answer
from clinic_app.domain.told_dates import read_told_date
from clinic_app.domain.values import Answer, Empty
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.inputs import (
    DateInput,
    Input,
    LineInput,
    ListInput,
    LongTextInput,
    NumberInput,
    ReadDate,
    TimeInput,
)
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.theme import STEP, restate
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_

SAVE_AFTER: Final = 5000
"""Milliseconds of typing after which what stands in a field is given out."""

LISTED_FROM: Final = 16
"""From this many choices on, a list drops down instead of radio buttons."""

EMPTIES: Final = {
    Empty.DOES_NOT_KNOW: N_("Does not know"),
    Empty.PREFERS_NOT_TO_SAY: N_("Prefers not to say"),
    Empty.NOT_APPLICABLE: N_("Does not apply"),
    Empty.NOT_ASKED: N_("Not asked"),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What inputs need to know: the words, the day (for “yesterday”), the currency of the place, how dates are read."""

    voice: Voice
    today: Callable[[], dt.date]
    currency: str = ""
    read_date: ReadDate = read_told_date


class FieldBox(QWidget):
    """One field. `answered` carries its path and its raw value."""

    answered = Signal(str, object)  # path, raw value as JSON holds it
    entered = Signal()  # Enter was pressed: go on to the next field
    touched = Signal()  # something was typed that is not given out yet

    def __init__(
        self, around: Surroundings, field: Field, path: str, *, empties: bool = True, within: Phrase = ""
    ) -> None:
        """`within` names the row or card around it to those who cannot see it: “Event 2”."""
        super().__init__()
        self.field = field
        self._within = within
        self.path = path
        self._voice = around.voice
        self._given: object = None
        self._empty: Empty | None = None
        self.label = TextLabel(around.voice, field.label, "question")
        self._help = TextLabel(around.voice, field.help, "hint")
        if not field.help:
            self._help.hide()  # showing a widget that has no parent yet would open a window
        self.input = make_input(around, field)
        self.understood = TextLabel(around.voice, role="understood")
        self.error = TextLabel(around.voice, role="error")
        self._no_answer = Button(around.voice, N_("No answer…"), "link")
        self._menu = _empties_menu(self, around.voice)
        self._timer = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._lay_out()
        self._no_answer.setVisible(empties)
        self._connect()
        self._name()
        self._refresh()

    @property
    def is_answered(self) -> bool:
        """Whether it holds an answer that can be read, a chosen empty included."""
        try:
            return self._empty is not None or self.input.raw() is not None
        except InputError:
            return False

    def show_answer(self, answer: Answer) -> None:
        """Show what is known of the field."""
        known = answer if isinstance(answer, Empty) else None
        self._empty = known if known is not Empty.NOT_ASKED else None
        self._given = None if known is Empty.NOT_ASKED else plain(answer)
        self.input.show_answer(answer)
        self.show_error(None)
        self._refresh()

    def show_error(self, error: ClinicError | None) -> None:
        """Say beside the field what is wrong with it, or that nothing is."""
        self.error.show_phrase(beside(error) if error else "")
        self.error.setVisible(error is not None)
        restate(self.input.focus_target(), "wrong", "true" if error else "false")

    def commit(self) -> None:
        """Give out what stands in the field, if it can be read and is new."""
        self._give(patient=False)

    def set_empty(self, empty: Empty) -> None:
        """Answer with one of the four empties; “not asked” clears the field."""
        self.show_answer(empty)
        raw = None if empty is Empty.NOT_ASKED else {"empty": empty.value}
        self._given = raw
        self.answered.emit(self.path, raw)

    def focus(self) -> None:
        """Put the keyboard into the field."""
        self.input.focus_target().setFocus()

    def _give(self, *, patient: bool) -> None:
        self._timer.stop()
        try:
            raw = self.input.raw()
            if raw is not None:
                read_answer(self.field, raw, self.path)
        except InputError as error:
            if not patient:
                self.show_error(error)
            return
        if raw is None and self._empty is not None:
            return
        if not patient:
            self.show_error(None)
        if raw != self._given:
            self._given = raw
            self.answered.emit(self.path, raw)

    def _on_edited(self) -> None:
        self._empty = None
        if not self._timer.isActive():
            self._timer.start()
        self._refresh()
        self.touched.emit()

    def _on_left(self) -> None:
        self._give(patient=False)

    def _on_time(self) -> None:
        self._give(patient=True)

    def _on_entered(self) -> None:
        self.commit()
        self.entered.emit()

    def _on_no_answer(self) -> None:
        self._menu.popup(self._no_answer.mapToGlobal(QPoint(0, self._no_answer.height())))
        self._menu.setActiveAction(self._menu.actions()[0])

    def _on_empty(self, action: QAction) -> None:
        self.set_empty(Empty(action.data()))

    def _refresh(self) -> None:
        shown = EMPTIES[self._empty] if self._empty else N_("No answer…")
        self._no_answer.show_phrase(shown)
        self._no_answer.explain(partial(_with_label, shown=shown, label=self.field.label, within=self._within))
        phrase = self.input.understood()
        self.understood.show_phrase(phrase)
        self.understood.setVisible(bool(phrase))

    def _name(self) -> None:
        named = (self._voice.say(self._within) if self._within else "", self._voice.say(self.field.label))
        self.input.name(": ".join(part for part in named if part), self._voice.say(self.field.help))
        for empty, action in zip(EMPTIES, self._menu.actions(), strict=True):
            action.setText(self._voice.say(EMPTIES[empty]))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, STEP)
        column.setSpacing(STEP // 2)
        wide = self.field.kind in {Kind.LONG_TEXT, Kind.TABLE, Kind.TEXT} or _takes_the_width(self.input)
        asked = row(self.label)
        asked.setStretch(0, 1)
        if wide:
            asked.addWidget(self._no_answer, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(asked)
        column.addWidget(self._help)
        column.addWidget(self.error)
        column.addLayout(row(self.input) if wide else row(self.input, self._no_answer, None))
        column.addWidget(self.understood)
        self.error.hide()
        self.understood.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def _connect(self) -> None:
        self.input.edited.connect(self._on_edited)
        self.input.left.connect(self._on_left)
        self.input.entered.connect(self._on_entered)
        self._timer.timeout.connect(self._on_time)
        self._menu.triggered.connect(self._on_empty)
        self._no_answer.clicked.connect(self._on_no_answer)
        self._voice.changed.connect(self._name)


class TableInput(Input):
    """A table as rows that can be added and taken away; each row is a card with its own fields."""

    def __init__(self, around: Surroundings, field: Field) -> None:
        super().__init__(around.voice, field)
        self._around = around
        self._rows: list[_TableRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP)
        self.add_button = Button(around.voice, N_("Add a row"))
        self.add_button.clicked.connect(self._on_add)
        self._column.addWidget(self.add_button)
        self.setFocusProxy(self.add_button)

    def raw(self) -> object:
        """Return the rows that hold anything, None when there is none."""
        rows = [r.values for r in self._rows if r.values]
        return rows or None

    def show_answer(self, answer: Answer) -> None:
        """Show the rows of an answer."""
        for shown in self._rows[:]:
            self._drop(shown)
        if isinstance(answer, tuple):
            for values in answer:
                self._append(values)

    def focus_target(self) -> QWidget:
        """Return the first cell, or the button that adds a row."""
        return self._rows[0].boxes[0].input.focus_target() if self._rows else self.add_button

    def name(self, label: str, help_text: str) -> None:
        """Tell assistive software which table the button adds to."""
        self.add_button.setAccessibleDescription(f"{label} {help_text}".strip())

    def _append(self, values: Mapping[str, Answer]) -> _TableRow:
        added = _TableRow(self._around, self.field, len(self._rows), values)
        added.changed.connect(self._on_changed)
        added.removed.connect(self._on_removed)
        self._rows.append(added)
        self._column.insertWidget(self._column.count() - 1, added)
        return added

    def _drop(self, gone: _TableRow) -> None:
        self._rows.remove(gone)
        self._column.removeWidget(gone)
        gone.hide()
        gone.deleteLater()

    def _on_add(self) -> None:
        self._append({}).boxes[0].focus()

    def _on_changed(self) -> None:
        self.edited.emit()
        self.left.emit()

    def _on_removed(self, gone: _TableRow) -> None:
        self._drop(gone)
        self.add_button.setFocus()
        self._on_changed()


class _TableRow(Box):
    """One row of a table; `values` holds its raw cells."""

    changed = Signal()
    removed = Signal(object)  # this row

    def __init__(self, around: Surroundings, field: Field, number: int, values: Mapping[str, Answer]) -> None:
        super().__init__("quiet")
        self.values = {name: plain(answer) for name, answer in values.items()}
        self.boxes: list[FieldBox] = []
        own = partial(_numbered, message=N_("Row {number}"), number=number + 1)
        for column in field.columns:
            box = FieldBox(around, column, column.id, within=own)
            if column.id in values:
                box.show_answer(values[column.id])
            box.answered.connect(self._on_cell)
            box.entered.connect(box.focusNextChild)
            self.boxes.append(box)
            self.add(box)
        remove = Button(around.voice, partial(_numbered, message=N_("Remove row {number}"), number=number + 1), "link")
        remove.clicked.connect(self._on_remove)
        self.column.addLayout(row(None, remove))

    def _on_cell(self, column: str, raw: object) -> None:
        if raw is None:
            self.values.pop(column, None)
        else:
            self.values[column] = raw
        self.changed.emit()

    def _on_remove(self) -> None:
        self.removed.emit(self)


def make_input(around: Surroundings, field: Field) -> Input:
    """Return the input for a field's kind."""
    match field.kind:
        case Kind.LONG_TEXT:
            return LongTextInput(around.voice, field)
        case Kind.YES_NO | Kind.CHOICE:
            listed = len(options(field)) >= LISTED_FROM
            return ListInput(around.voice, field) if listed else ChoiceInput(around.voice, field)
        case Kind.DATE:
            return DateInput(around.voice, field, around.today, around.read_date)
        case Kind.TIME:
            return TimeInput(around.voice, field)
        case Kind.MONEY | Kind.NUMBER | Kind.INTEGER:
            return NumberInput(around.voice, field, around.currency)
        case Kind.TABLE:
            return TableInput(around, field)
        case Kind.TEXT:
            return LineInput(around.voice, field)


def _takes_the_width(made: Input) -> bool:
    return isinstance(made, (ChoiceInput, ListInput)) and made.field.kind is Kind.CHOICE


def _empties_menu(parent: QWidget, voice: Voice) -> QMenu:
    menu = QMenu(parent)
    for empty, words in EMPTIES.items():
        action = QAction(voice.say(words), menu)
        action.setData(empty.value)
        menu.addAction(action)
    return menu


def _with_label(words: Words, *, shown: str, label: Label, within: Phrase) -> str:
    around = within(words) if callable(within) else words.say(within) if within else ""
    return " – ".join(part for part in (words(shown), words.say(label), around) if part)


def _numbered(words: Words, *, message: str, number: int) -> str:
    return words(message, number=number)
