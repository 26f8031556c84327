"""A small dialog: a question or a short form, one primary button. It dies when it is closed."""

from __future__ import annotations

from PySide6.QtCore import Qt
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
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setMinimumWidth(WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        self.column.setSpacing(2 * STEP)
        self.column.addWidget(TextLabel(voice, title, "title"))
        voice.changed.connect(self._say_title)
        self._say_title()

    def _say_title(self) -> None:
        self.setWindowTitle(self.voice.say(self._title))
