"""The facts of a case, section by section, each empty told apart; a button changes them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.catalogue import SECTIONS
from clinic_app.domain.fields import Field, Label
from clinic_app.domain.values import Empty
from clinic_app.i18n import Words
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.answers import say_answer
from clinic_app.ui.theme import STEP
from clinic_app.words import N_


class FactsView(QWidget):
    """The sections that hold anything. `answer_wanted` carries the path of the section's first field."""

    answer_wanted = Signal(str)

    def __init__(self, desk: Desk, case: CaseFile) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        for label, path, fields, record in _records(desk, case):
            card = _FactsCard(desk, label, path, fields, record)
            card.answer_wanted.connect(self.answer_wanted)
            column.addWidget(card)


class _FactsCard(Box):
    """One section or row: its facts in two columns."""

    answer_wanted = Signal(str)

    def __init__(self, desk: Desk, label: Label, path: str, fields: tuple[Field, ...], record: Record) -> None:
        super().__init__("card")
        self._path = path
        change = Button(desk.voice, N_("Change"), "link")
        change.explain(partial(_change, label=label))
        change.clicked.connect(self._on_change)
        self.column.addLayout(row(TextLabel(desk.voice, label, "heading"), None, change))
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        known = [f for f in fields if record.get(f.id) is not Empty.NOT_ASKED]
        for number, field in enumerate(known):
            grid.addWidget(TextLabel(desk.voice, field.label, "hint"), number, 0, Qt.AlignmentFlag.AlignTop)
            said = partial(say_answer, field=field, answer=record.get(field.id), currency=desk.currency)
            grid.addWidget(TextLabel(desk.voice, said), number, 1, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(grid)

    def _on_change(self) -> None:
        self.answer_wanted.emit(self._path)


def _records(desk: Desk, case: CaseFile) -> Iterator[tuple[Label, str, tuple[Field, ...], Record]]:
    for section in SECTIONS:
        if section.many:
            for record in case.rows(section.id):
                if record.values:
                    yield section.label, f"{section.id}[{record.id}].{section.fields[0].id}", section.fields, record
        elif case.section(section.id).values:
            yield section.label, f"{section.id}.{section.fields[0].id}", section.fields, case.section(section.id)
    if case.answers.values and case.place in desk.clinic.books:
        fields = tuple(f for f in desk.clinic.books[case.place].fields if f.id in case.answers.values)
        if fields:
            yield N_("Questions"), f"answers.{fields[0].id}", fields, case.answers


def _change(words: Words, *, label: Label) -> str:
    return words(N_("Change: {what}"), what=words.say(label))
