"""Notices that nobody works any more: first to hide the window, later to close the clinic.

It goes by the time of day, looked at now and then: a laptop that slept all night is idle when it wakes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

LOOK_EVERY: Final = 5000
"""Milliseconds between two looks."""


class Idle(QObject):
    """Counts the time since somebody worked. Each signal comes once until somebody works again."""

    hide_due = Signal()
    close_due = Signal()

    def __init__(self, minutes: Callable[[], tuple[int, int]], now: Callable[[], float] = time.time) -> None:
        """`minutes` says after how many minutes of nobody working to hide, and to close."""
        super().__init__()
        self._minutes = minutes
        self._now = now
        self._last = now()
        self._told = (False, False)
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def note(self) -> None:
        """Note that somebody works."""
        self._last = self._now()
        self._told = (False, False)

    def look(self) -> None:
        """Say what is due by now."""
        gone = self._now() - self._last
        if gone < 0:  # the clock was set back
            self._last, gone = self._now(), 0.0
        due = tuple(gone >= 60 * minutes for minutes in self._minutes())
        told, self._told = self._told, (self._told[0] or due[0], self._told[1] or due[1])
        if due[0] and not told[0]:
            self.hide_due.emit()
        if due[1] and not told[1]:
            self.close_due.emit()

    def again(self) -> None:
        """Let the closing come due once more at the next look: it could not be done now."""
        self._told = (self._told[0], False)
