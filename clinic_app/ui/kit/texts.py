"""Words on the screen: labels that keep their phrase and say it again when the language changes."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from clinic_app.ui.theme import restate
from clinic_app.ui.voice import Phrase, Voice

Role = Literal[
    "title", "heading", "question", "body", "hint", "caption", "big", "understood", "error", "money", "working"
]


class TextLabel(QLabel):
    """A text that wraps and can be read aloud by assistive software; plain text only."""

    def __init__(self, voice: Voice, phrase: Phrase = "", role: Role = "body", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._voice = voice
        self._phrase = phrase
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("role", role)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        voice.changed.connect(self._say)
        self._say()

    def show_phrase(self, phrase: Phrase) -> None:
        """Show another phrase."""
        self._phrase = phrase
        self._say()

    def set_role(self, role: Role) -> None:
        """Change how the text looks."""
        restate(self, "role", role)

    def minimumSizeHint(self) -> QSize:
        """Return one line: the lines that it takes come from its width, and nothing is held in reserve."""
        if not self.wordWrap():
            return super().minimumSizeHint()
        return QSize(0, self.fontMetrics().lineSpacing())

    def _say(self) -> None:
        self.setText(self._voice.say(self._phrase))
