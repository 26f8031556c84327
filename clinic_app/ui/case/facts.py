"""The facts of a case, section by section, each empty told apart; buttons change them or take rows out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.catalogue import CLOSING, CONSENT, CONTACT, DIARY, EVENTS, EVIDENCE, SECTIONS, Section
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

ELSEWHERE: Final = frozenset({CONSENT.id, CONTACT.id, EVENTS.id, EVIDENCE.id, DIARY.id, CLOSING.id})
"""The sections that other parts of the case show."""

FACTS: Final = tuple(section for section in SECTIONS if section.id not in ELSEWHERE)


class FactsView(QWidget):
    """The sections that hold anything, or those that are asked for."""

    answer_wanted = Signal(str)  # path of the first field of a section or row
    bin_wanted = Signal(str, str)  # section, row

    def __init__(self, desk: Desk, case: CaseFile, sections: tuple[Section, ...] = FACTS) -> None:
        """With other `sections` than the facts the answers of the rule book are left out."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        for place in _records(desk, case, sections):
            card = _FactsCard(desk, place)
            card.answer_wanted.connect(self.answer_wanted)
            card.bin_wanted.connect(self.bin_wanted)
            column.addWidget(card)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One section or row: its words, the path of its first field, its fields and answers.

    A row has its list ("" for none) and its number in it.
    """

    label: Label
    path: str
    fields: tuple[Field, ...]
    record: Record
    listed: str = ""
    number: int = 0


class _FactsCard(Box):
    """One section or row: its facts in two columns."""

    answer_wanted = Signal(str)
    bin_wanted = Signal(str, str)

    def __init__(self, desk: Desk, shown: _Shown) -> None:
        super().__init__("card")
        self._shown = shown
        change = Button(desk.voice, N_("Change"), "link")
        change.explain(partial(_verb, verb=N_("Change: {what}"), shown=shown))
        change.clicked.connect(self._on_change)
        heading = row(TextLabel(desk.voice, shown.label, "heading"), None)
        if shown.listed:
            take_out = Button(desk.voice, N_("Take out…"), "link")
            take_out.explain(partial(_verb, verb=N_("Take out: {what}"), shown=shown))
            take_out.clicked.connect(self._on_take_out)
            heading.addWidget(take_out)
        heading.addWidget(change)
        self.column.addLayout(heading)
        self.column.addLayout(answers_grid(desk, shown.fields, shown.record))

    def _on_change(self) -> None:
        self.answer_wanted.emit(self._shown.path)

    def _on_take_out(self) -> None:
        self.bin_wanted.emit(self._shown.listed, self._shown.record.id)


def answers_grid(desk: Desk, fields: tuple[Field, ...], record: Record) -> QGridLayout:
    """Return the answers of a record that were asked, label beside answer."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * STEP)
    grid.setColumnStretch(0, 2)
    grid.setColumnStretch(1, 3)
    known = [f for f in fields if record.get(f.id) is not Empty.NOT_ASKED]
    for number, field in enumerate(known):
        grid.addWidget(TextLabel(desk.voice, field.label, "hint"), number, 0, Qt.AlignmentFlag.AlignTop)
        said = partial(say_answer, field=field, answer=record.get(field.id), currency=desk.currency)
        grid.addWidget(TextLabel(desk.voice, said), number, 1, Qt.AlignmentFlag.AlignTop)
    return grid


def _records(desk: Desk, case: CaseFile, sections: tuple[Section, ...]) -> Iterator[_Shown]:
    for section in sections:
        first = section.fields[0].id
        if section.many:
            for number, record in enumerate(case.rows(section.id), start=1):
                if record.values:
                    path = f"{section.id}[{record.id}].{first}"
                    yield _Shown(section.label, path, section.fields, record, section.id, number)
        elif case.section(section.id).values:
            yield _Shown(section.label, f"{section.id}.{first}", section.fields, case.section(section.id))
    if sections is FACTS and case.answers.values and case.place in desk.clinic.books:
        fields = tuple(f for f in desk.clinic.books[case.place].fields if f.id in case.answers.values)
        if fields:
            yield _Shown(N_("Questions"), f"answers.{fields[0].id}", fields, case.answers)


def _verb(words: Words, *, verb: str, shown: _Shown) -> str:
    number = f" {shown.number}" if shown.number else ""
    return words(verb, what=words.say(shown.label) + number)
