"""Buttons: one primary a screen, quiet ones, links, the rail, large ways. Each says what it does with a verb.

Enter presses the button that has the focus, as Space does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from clinic_app.ui.icons import SIDE
from clinic_app.ui.voice import Phrase, Voice

ButtonKind = Literal["primary", "quiet", "link", "danger", "rail", "bar", "way"]


class Button(QPushButton):
    """A button with words in the language of the window."""

    def __init__(self, voice: Voice, phrase: Phrase, kind: ButtonKind = "quiet", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._voice = voice
        self._phrase = phrase
        self._explained: Phrase = ""
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(SIDE, SIDE))
        if kind not in {"rail", "way"}:
            self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        voice.changed.connect(self._say)
        self._say()

    def show_phrase(self, phrase: Phrase) -> None:
        """Say something else."""
        self._phrase = phrase
        self._say()

    def explain(self, phrase: Phrase) -> None:
        """Give a longer name to assistive software and the tool tip, where the button's own is short."""
        self._explained = phrase
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter too."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def _say(self) -> None:
        # An ampersand in words is an ampersand, not the mark of a shortcut.
        text = self._voice.say(self._phrase)
        self.setText(text.replace("&", "&&"))
        longer = self._voice.say(self._explained) if self._explained else ""
        self.setAccessibleName(longer or text)
        self.setToolTip(longer)


def doing(do: Callable[..., None], *args: object) -> Callable[[], None]:
    """Return a slot that calls `do` with these values: a click's own “checked” is left out."""

    def call() -> None:
        do(*args)

    return call
