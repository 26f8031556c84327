"""A small dialog: a question or a short form, one primary button. It dies when it is closed.

It is as large as its words need in the language in use, and never taller than the window it belongs to.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase, Voice

WIDTH = 520


class Sheet(QDialog):
    """The base of dialogs: a title, a column, and room for buttons."""

    def __init__(self, voice: Voice, title: Phrase, parent: QWidget) -> None:
        super().__init__(parent)
        self.voice = voice
        self._title = title
        self._sized = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setMinimumWidth(WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        self.column.setSpacing(2 * STEP)
        self.column.addWidget(TextLabel(voice, title, "title"))
        voice.changed.connect(self._say_title)
        self._say_title()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the words need, unless the dialog has set its own size."""
        self._sized = self._sized or self.testAttribute(Qt.WidgetAttribute.WA_Resized)
        super().showEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Fit anew when something in it needs more room: other words, an error beside a field."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        if self._sized or not self.isVisible() or not self.column.hasHeightForWidth():
            return
        parent = self.parentWidget()
        most = parent.window().height() if parent is not None else self.maximumHeight()
        width = max(self.width(), self.column.totalMinimumSize().width())  # a long button in the largest text
        self.resize(width, min(self.column.totalHeightForWidth(width), most))

    def _say_title(self) -> None:
        self.setWindowTitle(self.voice.say(self._title))
