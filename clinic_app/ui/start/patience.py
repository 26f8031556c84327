"""Counts down, beside a password field, the seconds in which no password is tried."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from clinic_app.errors import InputError
from clinic_app.services import clinic as clinics
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.tasks import Tasks
from clinic_app.words import N_


class Patience(QObject):
    """Keeps the button of a password field off while one has to wait."""

    def __init__(self, tasks: Tasks, box: SecretBox, button: Button, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(box)
        self._tasks = tasks
        self._box = box
        self._button = button
        self._now = now
        self._until = 0.0
        self._tick = QTimer(self, interval=250)
        self._tick.timeout.connect(self._show)

    @property
    def waiting(self) -> bool:
        """Whether one has to wait."""
        return self._tick.isActive()

    def ask(self, folder: Path) -> None:
        """Learn how long one has to wait for the clinic in a folder, and count it down."""
        self._tasks.ask(self, partial(clinics.seconds_to_wait, folder), self.begin, fails=self._on_failed, key="wait")

    def begin(self, seconds: int) -> None:
        """Count down so many seconds; 0 ends it."""
        self._until = self._now() + seconds
        if seconds > 0:
            self._tick.start()
        self._show()

    def _show(self) -> None:
        if not self.waiting:
            return
        left = math.ceil(self._until - self._now())
        if left > 0:
            self._button.setEnabled(False)
            told = N_("several passwords were wrong; the next can be tried in {seconds} s")
            self._box.show_error(InputError("", told, seconds=left))
            return
        self._tick.stop()
        self._button.setEnabled(True)
        self._box.show_error(None)

    def _on_failed(self, _error: Exception) -> None:
        self.begin(0)  # keys that cannot be read: opening says so
