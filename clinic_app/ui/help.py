"""Help beside the work: one page a screen, in the language of the window, without a network; F1 opens and closes it.

On top stands what the field in hand asks. A screen without a page of its own shows the general one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QTextBrowser, QVBoxLayout, QWidget

from clinic_app.paths import resources
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

GENERAL: Final = "general"
FALLBACK: Final = "en"
WIDTH: Final = 380
"""Pixels that the pane takes, at most half of the window."""


class HelpPane(QFrame):
    """Lies over the right side of its parent. `closed` when it goes away."""

    closed = Signal()

    def __init__(self, voice: Voice, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self._voice = voice
        self._topic = GENERAL
        self._field: FieldBox | None = None
        self._before: QWidget | None = None
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.close_button = Button(voice, N_("Close the help (F1)"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        column.addWidget(TextLabel(voice, N_("Help"), "title"))
        column.addWidget(self.text, 1)
        column.addLayout(row(None, self.close_button))
        self.close_button.clicked.connect(self.leave)
        voice.changed.connect(self._say)
        self.hide()

    def toggle(self, topic: str) -> None:
        """Open the help of a screen, or close it."""
        if self.isVisible():
            self.leave()
            return
        self._topic = topic
        self._before = QApplication.focusWidget()
        self._field = _field_of(self._before)
        self._say()
        self.place()
        self.show()
        self.raise_()
        self.text.setFocus()

    def place(self) -> None:
        """Take the right side of the parent."""
        parent = self.parentWidget()
        assert parent is not None  # it was made over one
        whole = parent.rect()
        width = min(WIDTH, whole.width() // 2)
        self.setGeometry(whole.right() - width + 1, whole.top(), width, whole.height())

    def leave(self) -> None:
        """Close, and give the keyboard back to where it was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        self._field = None
        self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keep Esc for closing the help: the window would take it for hiding."""
        override = event.type() is QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    def _say(self) -> None:
        self.text.setAccessibleName(self._voice.say(N_("Help")))
        parts = []
        if self._field is not None:
            asked = self._field.field
            parts.append(f"**{self._voice.say(asked.label)}**\n\n{self._voice.say(asked.help)}\n\n---\n")
        parts.append(page(self._voice.words.language, self._topic))
        self.text.setMarkdown("\n".join(parts))


def page(language: str, topic: str) -> str:
    """Return the help of a screen as Markdown: its own page, else the general one; in English for want of others."""
    for code in dict.fromkeys((language, FALLBACK)):
        for name in (topic, GENERAL):
            file = folder() / code / f"{name}.md"
            if file.is_file():
                return file.read_text(encoding="utf-8")
    return ""


def folder() -> Path:
    """Return where the pages lie: a folder a language."""
    return resources() / "help"


def _field_of(widget: QWidget | None) -> FieldBox | None:
    while widget is not None and not isinstance(widget, FieldBox):
        widget = widget.parentWidget()
    return widget
