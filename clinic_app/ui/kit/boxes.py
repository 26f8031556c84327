"""Boxes that hold things: a card, a banner that needs you or warns, and rows of buttons."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase, Voice

BoxKind = Literal["card", "deadline", "needs", "asks", "danger", "calm", "quiet"]


class Box(QFrame):
    """A framed column of widgets."""

    def __init__(self, kind: BoxKind = "card", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("box", kind)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        self.column.setSpacing(STEP)

    def add(self, *widgets: QWidget) -> None:
        """Add widgets below what is there."""
        for widget in widgets:
            self.column.addWidget(widget)


class Banner(Box):
    """One message in a box: a heading and, below it, what to do. Hidden until it says something."""

    def __init__(self, voice: Voice, kind: BoxKind = "needs", parent: QWidget | None = None) -> None:
        super().__init__(kind, parent)
        self._title = TextLabel(voice, role="heading")
        self._body = TextLabel(voice)
        self.add(self._title, self._body)
        self.hide()

    def show_message(self, title: Phrase, body: Phrase = "") -> None:
        """Show a message."""
        self._title.show_phrase(title)
        self._body.show_phrase(body)
        self._body.setVisible(bool(self._body.text()))
        self.show()


def row(*widgets: QWidget | None, spacing: int = STEP) -> QHBoxLayout:
    """Return a row of widgets; None stands for the free space."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            line.addStretch(1)
        else:
            line.addWidget(widget)
    return line


def clear(layout: QLayout) -> None:
    """Remove and delete everything in a layout."""
    while layout.count():
        item = layout.takeAt(0)
        assert item is not None  # the layout has just counted it
        widget = item.widget()
        inner = item.layout()
        if widget is not None and isValid(widget):
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
