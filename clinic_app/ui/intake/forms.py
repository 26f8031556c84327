"""The forms of the interview: one section, a list of rows, or a group of questions of the rule book.

Each answer goes to the store as it is left; a refusal comes back to the field it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain.casefile import HIDDEN, CaseFile, Record
from clinic_app.domain.catalogue import Section
from clinic_app.domain.changes import Changes
from clinic_app.domain.values import Answer, Empty
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import Words
from clinic_app.services import intake
from clinic_app.services.intake import QuestionGroup
from clinic_app.ui.desk import Desk
from clinic_app.ui.intake.steps import answer_path
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.order import follow_layout
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.words import N_


class Form(QWidget):
    """The base of every form: its boxes in order, saved one by one."""

    saved = Signal(str, object)  # path, raw value: an answer is in the store
    finished = Signal()  # Enter was pressed in the last field

    def __init__(self, desk: Desk, case_id: str) -> None:
        super().__init__()
        self.desk = desk
        self.case_id = case_id
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2 * STEP)
        self._cards_shown: list[QWidget] = []

    def boxes(self) -> tuple[FieldBox, ...]:
        """Return the fields in the order in which they are asked."""
        raise NotImplementedError

    def commit(self) -> None:
        """Save what is typed and not yet saved."""
        for box in self.boxes():
            box.commit()

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        for box in self.boxes()[:1]:
            box.focus()

    def focus_path(self, path: str) -> FieldBox | None:
        """Put the keyboard into the field of a path and return it, if this form has it."""
        for box in self.boxes():
            if box.path == path:
                box.focus()
                return box
        return None

    def show_cards(self, cards: Iterable[tuple[str, QWidget]]) -> list[QWidget]:
        """Show each card below the field of its path, instead of those shown before; return those without one."""
        for old in self._cards_shown:
            self.column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._cards_shown = []
        homeless = []
        for path, card in cards:
            box = next((b for b in self.boxes() if b.path == path), None)
            if box is None:
                homeless.append(card)
            else:
                self.column.insertWidget(self.column.indexOf(box) + 1, card)
                self._cards_shown.append(card)
        return homeless

    def watch(self, box: FieldBox) -> None:
        """Save a box's answers and go on from it with Enter."""
        box.answered.connect(self._save)
        box.entered.connect(self._on_entered)

    def _save(self, path: str, raw: object) -> None:
        work = partial(intake.save, self.desk.clinic, self.case_id, path, raw)
        self.desk.write(self, work, partial(self._on_saved, path, raw), fails=partial(self._on_failed, path))

    def _on_saved(self, path: str, raw: object, _changes: Changes) -> None:
        self.saved.emit(path, raw)

    def _on_failed(self, path: str, error: Exception) -> None:
        box = next((b for b in self.boxes() if b.path == path), None)
        if box is not None and isinstance(error, InputError):
            box.show_error(error)
        else:
            if box is not None and isinstance(error, ClinicError):
                box.show_error(error)
            self.desk.tasks.failed.emit(error)

    def _on_entered(self) -> None:
        boxes = self.boxes()
        sender = self.sender()
        for box, following in zip(boxes, (*boxes[1:], None), strict=True):
            if box is sender:
                if following is None:
                    self.finished.emit()
                else:
                    following.focus()


class SectionForm(Form):
    """A single section: its fields one below the other."""

    def __init__(self, desk: Desk, case_id: str, section: Section, record: Record) -> None:
        super().__init__(desk, case_id)
        self._boxes: list[FieldBox] = []
        for field in section.fields:
            if record.get(field.id) == HIDDEN:
                hint = N_("The name is hidden: see the details of the case.")
                self.column.addWidget(TextLabel(desk.voice, hint, "hint"))
                continue
            box = FieldBox(desk.around, field, f"{section.id}.{field.id}")
            box.show_answer(record.get(field.id))
            self.watch(box)
            self._boxes.append(box)
            self.column.addWidget(box)

    def boxes(self) -> tuple[FieldBox, ...]:
        """Return the section's fields."""
        return tuple(self._boxes)


class QuestionsForm(Form):
    """A group of questions; answering one can bring others in or take them away."""

    def __init__(self, desk: Desk, case_id: str, group: QuestionGroup, answers: Callable[[str], Answer]) -> None:
        super().__init__(desk, case_id)
        self._boxes: dict[str, FieldBox] = {}
        self.show_group(group, answers)

    def boxes(self) -> tuple[FieldBox, ...]:
        """Return the fields of the questions that matter now."""
        return tuple(self._boxes.values())

    def show_group(self, group: QuestionGroup, answers: Callable[[str], Answer]) -> None:
        """Show the questions that matter now; those already there keep what is typed in them."""
        kept, self._boxes = self._boxes, {}
        for number, field in enumerate(group.fields):
            path = answer_path(field)
            box = kept.pop(path, None)
            if box is None:
                box = FieldBox(self.desk.around, field, path)
                box.show_answer(answers(path))
                self.watch(box)
            self.column.insertWidget(number, box)
            self._boxes[path] = box
        for gone in kept.values():
            gone.hide()
            self.column.removeWidget(gone)
            gone.deleteLater()


class RowsForm(Form):
    """A list section: a card a row, a button that adds one."""

    def __init__(self, desk: Desk, case_id: str, section: Section, rows: Iterable[Record]) -> None:
        super().__init__(desk, case_id)
        self._section = section
        self._cards: list[RowCard] = []
        self.add_button = Button(desk.voice, ADD.get(section.id, N_("Add another")))
        self.column.addLayout(row(self.add_button, None))
        self.column.addWidget(TextLabel(desk.voice, N_("Nothing to add? Press “Next”."), "hint"))
        self.add_button.clicked.connect(self.add_row)
        for record in rows:
            self._append(record)
        if not self._cards and section.id in ONE_AT_LEAST:
            self.add_row()

    def boxes(self) -> tuple[FieldBox, ...]:
        """Return the fields of all rows."""
        return tuple(box for card in self._cards for box in card.boxes)

    def focus_first(self) -> None:
        """Put the keyboard into the first field, or the button that adds the first row."""
        if self._cards:
            super().focus_first()
        else:
            self.add_button.setFocus()

    def add_row(self) -> None:
        """Add an empty row."""
        self.add_button.setEnabled(False)
        work = partial(intake.add_row, self.desk.clinic, self.case_id, self._section.id)
        self.desk.ask(self, work, self._on_added, fails=self._on_not_added)

    def _on_added(self, row_id: str) -> None:
        self.add_button.setEnabled(True)
        self.desk.written.emit()
        self._append(Record(id=row_id)).boxes[0].focus()

    def _on_not_added(self, error: Exception) -> None:
        self.add_button.setEnabled(True)
        self.desk.tasks.failed.emit(error)

    def _append(self, record: Record) -> RowCard:
        card = RowCard(self.desk, self._section, record, len(self._cards) + 1)
        for box in card.boxes:
            self.watch(box)
        card.removed.connect(self._on_removed)
        self._cards.append(card)
        self.column.insertWidget(len(self._cards) - 1, card)
        follow_layout(self)
        return card

    def _on_removed(self, card: RowCard) -> None:
        work = partial(intake.remove_row, self.desk.clinic, self.case_id, self._section.id, card.row_id)
        self.desk.write(self, work, partial(self._on_gone, card))

    def _on_gone(self, card: RowCard, _changes: Changes) -> None:
        self._cards.remove(card)
        self.column.removeWidget(card)
        card.hide()
        card.deleteLater()
        self.add_button.setFocus()


class RowCard(Box):
    """One row of a list section."""

    removed = Signal(object)  # this card

    def __init__(self, desk: Desk, section: Section, record: Record, number: int) -> None:
        super().__init__("card")
        self.row_id = record.id
        self.boxes: list[FieldBox] = []
        own = partial(_numbered, section=section, number=number)
        self.add(TextLabel(desk.voice, own, "heading"))
        for field in section.fields:
            if field.later:
                continue
            box = FieldBox(desk.around, field, f"{section.id}[{record.id}].{field.id}", within=own)
            box.show_answer(record.get(field.id))
            self.boxes.append(box)
            self.add(box)
        remove = Button(desk.voice, N_("Take this one out"), "link")
        remove.explain(partial(_taken_out, section=section, number=number))
        remove.clicked.connect(self._on_remove)
        self.column.addLayout(row(None, remove))

    def _on_remove(self) -> None:
        self.removed.emit(self)


ONE_AT_LEAST: Final = {"employers"}
"""Lists whose first row stands ready: everyone has something to write there."""

ADD: Final = {
    "employers": N_("Add an employer"),
    "events": N_("Add something that happened"),
    "earlier_pay": N_("Add an earlier pay"),
}


CARDS: Final = {
    "employers": N_("Employer {number}"),
    "events": N_("Event {number}"),
    "earlier_pay": N_("Earlier pay {number}"),
}


def _numbered(words: Words, *, section: Section, number: int) -> str:
    return words(CARDS.get(section.id, N_("Number {number}")), number=number)


def _taken_out(words: Words, *, section: Section, number: int) -> str:
    return words(N_("Take out: {what}"), what=_numbered(words, section=section, number=number))


def answer_at(case: CaseFile, path: str) -> Answer:
    """Return the answer at a path of the rule book's questions ("answers.x")."""
    section, _, field = path.partition(".")
    return case.answers.get(field) if section == "answers" else Empty.NOT_ASKED
