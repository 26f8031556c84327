"""A list with a line to search it: what people, employers and groups of workers have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from clinic_app.domain.fields import Field, Kind
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.listing import Column, RowsModel, RowsView
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Phrase

R = TypeVar("R")


class Finder(Page, Generic[R]):
    """A page that lists what fits a few typed letters. `picked` carries the row that was clicked or entered."""

    picked = Signal(object)  # the row

    def __init__(self, desk: Desk, title: Phrase, hint: Phrase, label: Phrase, columns: Sequence[Column[R]]) -> None:
        super().__init__(desk.voice, title, hint, wide=True)
        self.desk = desk
        asked = Field("typed", Kind.TEXT, label if isinstance(label, str) else "")
        self.box = FieldBox(desk.around, asked, "typed", empties=False)
        self.model = RowsModel(desk.voice, columns)
        self.view = RowsView(desk.voice, self.model, title)
        self.told = TextLabel(desk.voice, "", "hint")
        self._rows: tuple[R, ...] = ()
        self.add(self.box, self.told, self.view)
        self.column.setStretchFactor(self.view, 1)
        self.line.textChanged.connect(self._on_typed)
        self.line.returnPressed.connect(self._on_enter)
        self.view.opened.connect(self._on_opened)

    @property
    def line(self) -> QLineEdit:
        """The line in which is typed."""
        target = self.box.input.focus_target()
        assert isinstance(target, QLineEdit)  # a text field has a line
        return target

    @property
    def typed(self) -> str:
        """What is typed."""
        return self.line.text().strip()

    def load(self) -> None:
        """Read what fits what is typed."""
        raise NotImplementedError

    def show_rows(self, rows: Sequence[R], told: Phrase = "") -> None:
        """Show other rows and what is said about them."""
        self._rows = tuple(rows)
        self.model.show_rows(self._rows)
        self.told.show_phrase(told)
        self.told.setVisible(bool(self.told.text()))

    def begin(self) -> None:
        """Put the keyboard where one types."""
        self.box.focus()

    def on_enter(self) -> None:
        """Go into the list: Enter there opens a row."""
        if self._rows:
            self.view.setFocus()
            self.view.selectRow(0)

    def _on_typed(self, _text: str) -> None:
        self.load()  # of questions that still wait only the newest is read

    def _on_enter(self) -> None:
        self.on_enter()

    def _on_opened(self, number: int) -> None:
        self.picked.emit(self.model.row_at(number))
