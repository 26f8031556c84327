"""Makes backups while everything else goes on: by themselves when they are due, and when somebody asks.

One at a time, whoever asks for it. What moves bytes runs beside the store's thread.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_app.domain.changes import Changes
from clinic_app.services import backup
from clinic_app.services.backup import Job, Made
from clinic_app.services.clinic import Clinic
from clinic_app.ui.tasks import Stopped, Tasks, Teller

FIRST: Final = 30_000
"""Milliseconds after opening until it is looked whether a backup is due: opening comes first."""

LOOK_EVERY: Final = 10 * 60 * 1000


class Keeper(QObject):
    """Owns the one backup that may be under way. `changed` tells to show it anew."""

    changed = Signal()

    def __init__(
        self, clinic: Clinic, tasks: Tasks, find_sticks: Callable[[], tuple[Path, ...]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clinic = clinic
        self._tasks = tasks
        self._find = find_sticks
        self._jobs: list[Job] = []
        self.error: Exception | None = None
        self.percent = 0
        self.busy = False
        self._teller = Teller(self)
        self._teller.told.connect(self._on_told)
        self._first = QTimer(self, singleShot=True, interval=FIRST)
        self._timer = QTimer(self, interval=LOOK_EVERY)
        for timer in (self._first, self._timer):
            timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Make backups by themselves from now on."""
        self._first.start()
        self._timer.start()

    def look(self) -> None:
        """Make the backups that are due."""
        if not self.busy:
            self._ask(partial(backup.due, self._clinic, _now(), self._find()))

    def make(self, folder: Path | None = None) -> None:
        """Make one now, into a folder or on this computer. Nothing happens while one is under way."""
        if not self.busy:
            self._ask(partial(_one, self._clinic, folder))

    def stop(self) -> None:
        """Stop as soon as the one under way can; what was proven before stays."""
        self._jobs = []
        self._teller.stop()

    def _ask(self, work: Callable[[], tuple[Job, ...]]) -> None:
        self.busy, self.error, self.percent = True, None, 0
        self.changed.emit()
        self._tasks.ask(self, work, self._on_jobs, fails=self._on_failed)

    def _on_jobs(self, jobs: tuple[Job, ...]) -> None:
        self._jobs = list(jobs)
        self._next()

    def _next(self) -> None:
        if not self._jobs:
            self.busy = False
            self.changed.emit()
            return
        job = self._jobs.pop(0)
        self._tasks.aside(self, partial(job.run, self._teller), partial(self._on_made, job), fails=self._on_failed)

    def _on_made(self, job: Job, made: Made) -> None:
        work = partial(backup.done, self._clinic, job, made)
        self._tasks.ask(self, work, self._on_done, fails=self._on_failed)

    def _on_done(self, _changes: Changes) -> None:
        self._next()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, Stopped):
            self.error = error
        self._next()  # the stick may be gone and the place on this computer still there

    def _on_told(self, done: int, of: int) -> None:
        percent = 100 * done // max(of, 1)
        if percent != self.percent:
            self.percent = percent
            self.changed.emit()


def _one(clinic: Clinic, folder: Path | None) -> tuple[Job, ...]:
    return (backup.begin(clinic, _now(), folder),)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
