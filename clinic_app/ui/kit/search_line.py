"""The line of the search on top: its hint says as much as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit

from clinic_app.ui.voice import Phrase, Voice

BESIDE: Final = 32
"""Pixels of the line beside its words: paddings, border and cursor."""


class SearchLine(QLineEdit):
    """A line with several hints, the longest first; the first one that fits is shown."""

    def __init__(self, voice: Voice, name: Phrase, hints: Sequence[Phrase]) -> None:
        super().__init__()
        self._voice = voice
        self._name = name
        self._hints = tuple(hints)
        self.setClearButtonEnabled(True)
        voice.changed.connect(self._say)
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the hint anew."""
        super().resizeEvent(event)
        self._say()

    def _say(self) -> None:
        self.setAccessibleName(self._voice.say(self._name))
        texts = [self._voice.say(hint) for hint in self._hints]
        room = self.width() - BESIDE
        fitting = (text for text in texts if self.fontMetrics().horizontalAdvance(text) <= room)
        self.setPlaceholderText(next(fitting, texts[-1]))
