"""One difference as a question: the values with who wrote them and when, and the ways to answer."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from clinic_app.domain.differences import About, Difference, Said
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.values import Answer, Empty
from clinic_app.i18n import Words
from clinic_app.services import conflicts
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box
from clinic_app.ui.kit.choices import Option
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.answers import say_answer
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

ASK: Final = "ask"
TYPE: Final = "type"
BOTH: Final = "both"


class Question(QWidget):
    """What to decide. Nothing is chosen beforehand; number keys pick. `chosen` tells that something is."""

    chosen = Signal()

    def __init__(self, desk: Desk, difference: Difference, field: Field | None) -> None:
        super().__init__()
        self.difference = difference
        self._field = field
        self._desk = desk
        self._group = QButtonGroup(self)
        self.options: list[Option] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(TextLabel(desk.voice, difference.label, "question"))
        for number, (ref, said) in enumerate(self._answers(), 1):
            option = Option(desk.voice, Choice(ref, said), number)
            option.setAccessibleDescription(desk.voice.say(difference.label))
            option.clicked.connect(self._on_picked)
            self._group.addButton(option)
            self.options.append(option)
            column.addWidget(option)
        self.box = FieldBox(desk.around, field, difference.path) if field is not None else None
        if self.box is not None:
            column.addWidget(self.box)
            self.box.hide()
        if difference.asked is not None:
            column.addWidget(TextLabel(desk.voice, partial(_asked, difference=difference), "hint"))
        meanwhile = Box("asks")
        meanwhile.add(TextLabel(desk.voice, self._meanwhile))
        column.addWidget(meanwhile)

    def choice(self) -> str | None:
        """Return what is chosen: a value's `ref`, ASK, TYPE or BOTH; None for nothing."""
        return next((option.choice.code for option in self.options if option.isChecked()), None)

    def typed(self) -> object:
        """Return what was typed in place of the values. InputError when it cannot be read."""
        if self.box is None or self.choice() != TYPE:
            return None
        return self.box.input.raw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick by number."""
        key = event.text()
        if key.isdigit() and 1 <= int(key) <= len(self.options):
            self.options[int(key) - 1].setFocus()
            self.options[int(key) - 1].click()
            return
        super().keyPressEvent(event)

    def _answers(self) -> list[tuple[str, str]]:
        words = self._desk.voice.words
        found = [(said.ref, self._line(words, said)) for said in self.difference.values]
        if self.difference.about is About.ANSWER:
            if self._field is not None and self._field.kind in {Kind.TEXT, Kind.LONG_TEXT}:
                found.append((BOTH, words(N_("Keep both, one below the other"))))
            found.append((ASK, words(N_("I am not sure: ask the worker"))))
            if self._field is not None and self._field.kind is not Kind.TABLE:
                found.append((TYPE, words(N_("Both are wrong: type it"))))
        else:
            found.append((ASK, words(N_("I am not sure: ask the worker"))))
        return found

    def _line(self, words: Words, said: Said) -> str:
        parts = [self._value(words, said), _who(words, said)]
        if said.clock_wrong:
            parts.append(words(N_("recorded while the date was wrong")))
        if said.papers:
            parts.append(words(N_("added the same day: {papers}"), papers=", ".join(said.papers)))
        return " — ".join(parts)

    def _value(self, words: Words, said: Said) -> str:
        if self.difference.about is About.DELETED:
            return words(N_("Removed it")) if said.deletes else words(N_("Changed it"))
        return self._say(words, said.answer)

    def _say(self, words: Words, answer: Answer) -> str:
        if self._field is None:
            return words(str(answer)) if not isinstance(answer, Empty) else words(N_("Not asked"))
        return say_answer(words, field=self._field, answer=answer, currency=self._desk.currency)

    def _meanwhile(self, words: Words) -> str:
        says = words(conflicts.SAYS[conflicts.meanwhile(self.difference)])
        if self.difference.safest is None:
            return says
        return f"{says} ({self._say(words, self.difference.safest)})"

    def _on_picked(self) -> None:
        if self.box is not None:
            typing = self.choice() == TYPE
            self.box.setVisible(typing)
            if typing:
                self.box.focus()
        self.chosen.emit()


def _who(words: Words, said: Said) -> str:
    at = said.at.astimezone()
    where = words(N_("this computer")) if said.here else said.computer
    when = f"{words.short_date(at.date())} {at:%H:%M}"
    return ", ".join(part for part in (said.who, where, when) if part)


def _asked(words: Words, *, difference: Difference) -> str:
    assert difference.asked is not None  # the label is made only then
    return words(N_("Noted on {day}: ask the worker."), day=words.short_date(difference.asked))
