"""The words of the window, which can change language while it is open.

Every widget that shows words keeps its phrase and listens to `changed`; nothing typed is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from clinic_app.domain.fields import Label
from clinic_app.i18n import Words

Phrase: TypeAlias = "Label | Callable[[Words], str]"
"""Words that can be said in any language: a message id, a rule book's text, or a way to say it."""


class Voice(QObject):
    """Owns the words in use and tells when they change."""

    changed = Signal()

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    @property
    def words(self) -> Words:
        """The words in use now."""
        return self._words

    def speak(self, words: Words) -> None:
        """Go over to other words."""
        self._words = words
        self.changed.emit()

    def say(self, phrase: Phrase) -> str:
        """Return the phrase in the words in use now."""
        return phrase(self._words) if callable(phrase) else self._words.say(phrase)
