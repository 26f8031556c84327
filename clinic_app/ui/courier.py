"""Takes work to headquarters and brings theirs home, step by step, while everything else goes on.

One sending at a time, whoever asks for it. Only steps that touch the store use its thread; reading
and writing a stick does not, so that nobody waits for a slow one.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStorageInfo, Qt, QTimer, Signal

from clinic_app.domain.changes import Changes
from clinic_app.services import syncing
from clinic_app.services.clinic import Clinic
from clinic_app.services.syncing import Meeting, Status, Visit
from clinic_app.ui.printing import sticks
from clinic_app.ui.tasks import Tasks

LOOK_EVERY: Final = 3000
"""Milliseconds between two looks for a stick that was plugged in."""


class Phase(enum.Enum):
    """What is under way. A stick may be unplugged in IDLE only."""

    IDLE = "idle"
    READING = "reading"
    TAKING = "taking"
    PACKING = "packing"
    WRITING = "writing"


class Stopped(Exception):  # noqa: N818 - what happened, as its catcher says it
    """A person stopped it. Nothing half done stays."""


@dataclass(frozen=True, slots=True)
class Stick:
    """A stick that is plugged in: where it is, what it is called, how many bytes are free."""

    folder: Path
    name: str
    free: int


class Courier(QObject):
    """Owns the one sending that may be under way, and knows how it stands. `changed` tells to show it anew."""

    changed = Signal()
    stick_found = Signal(object)  # Stick: one that was just plugged in, while work waits
    _progressed = Signal(int)

    def __init__(
        self,
        clinic: Clinic,
        tasks: Tasks,
        parent: QObject | None = None,
        find_sticks: Callable[[], tuple[Path, ...]] = sticks,
    ) -> None:
        super().__init__(parent)
        self._clinic = clinic
        self._tasks = tasks
        self._find = find_sticks
        self.status: Status | None = None
        self.phase = Phase.IDLE
        self.percent = 0
        self.folder: Path | None = None
        self.visit: Visit | None = None
        self.error: Exception | None = None
        self.sticks: tuple[Stick, ...] = ()
        self._stop = False
        self._looking = False
        self._progressed.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        tasks.changed.connect(self._on_changed)

    @property
    def busy(self) -> bool:
        """Whether a sending is under way."""
        return self.phase is not Phase.IDLE

    def begin(self) -> None:
        """Learn how it stands, and look for sticks from now on."""
        self.refresh()
        self.look()
        self._timer.start()

    def refresh(self) -> None:
        """Learn how it stands."""
        self._tasks.ask(self, partial(syncing.status, self._clinic), self._on_status, key="status")

    def look(self) -> None:
        """Look which sticks are plugged in."""
        if not self._looking:
            self._looking = True
            self._tasks.aside(self, partial(_look, self._find), self._on_looked, fails=self._on_not_looked)

    def send(self, folder: Path) -> None:
        """Meet by the stick in a folder. Nothing happens while a sending is under way."""
        if self.busy:
            return
        self.folder, self.visit, self.error, self._stop = folder, None, None, False
        self._enter(Phase.READING)
        self._tasks.ask(self, partial(syncing.begin, self._clinic), self._on_begun, fails=self._on_failed)

    def stop(self) -> None:
        """Stop as soon as the step that is under way can; what was taken in stays."""
        self._stop = True

    def dismiss(self) -> None:
        """Forget how the last sending ended: it was read."""
        self.visit = self.error = None
        self.changed.emit()

    def _enter(self, phase: Phase) -> None:
        self.phase, self.percent = phase, 0
        self.changed.emit()

    def _on_begun(self, meeting: Meeting) -> None:
        assert self.folder is not None  # `send` has set it
        work = partial(meeting.fetch, self.folder, self._told)
        self._tasks.aside(self, work, partial(self._on_fetched, meeting), fails=self._on_failed)

    def _on_fetched(self, meeting: Meeting, _nothing: None) -> None:
        self._enter(Phase.TAKING)
        self._tasks.ask(
            self, partial(meeting.take, self._clinic), partial(self._on_taken, meeting), fails=self._on_failed
        )

    def _on_taken(self, meeting: Meeting, _changes: Changes) -> None:
        if self._stop:
            self._on_failed(Stopped())
            return
        if meeting.shut_out:
            self._finish(meeting, left=False)
            return
        self._enter(Phase.PACKING)
        work = partial(meeting.pack, self._clinic, syncing.STICK_ALLOWANCE)
        self._tasks.ask(self, work, partial(self._on_packed, meeting), fails=self._on_failed)

    def _on_packed(self, meeting: Meeting, _nothing: None) -> None:
        assert self.folder is not None  # `send` has set it
        self._enter(Phase.WRITING)
        work = partial(meeting.leave, self.folder, self._told)
        self._tasks.aside(self, work, partial(self._on_left, meeting), fails=self._on_failed)

    def _on_left(self, meeting: Meeting, _nothing: None) -> None:
        self._finish(meeting, left=True)

    def _finish(self, meeting: Meeting, *, left: bool) -> None:
        work = partial(meeting.finish, self._clinic, left=left)
        self._tasks.ask(self, work, self._on_finished, fails=self._on_failed)

    def _on_finished(self, visit: Visit) -> None:
        self.visit = visit
        self._enter(Phase.IDLE)
        self.refresh()
        self.look()

    def _on_failed(self, error: Exception) -> None:
        self.error = error
        self._enter(Phase.IDLE)
        self.refresh()

    def _told(self, done: int, total: int) -> None:
        """Hear from a worker thread how far it is; what is raised here stops it."""
        if self._stop:
            raise Stopped
        self._progressed.emit(100 * done // max(total, 1))

    def _on_progress(self, percent: int) -> None:
        if percent != self.percent and self.busy:
            self.percent = percent
            self.changed.emit()

    def _on_status(self, status: Status) -> None:
        self.status = status
        self.changed.emit()

    def _on_changed(self, _changes: Changes) -> None:
        self.refresh()

    def _on_not_looked(self, _error: Exception) -> None:
        self._looking = False  # a drive that does not answer: looked at again

    def _on_looked(self, found: tuple[Stick, ...]) -> None:
        self._looking = False
        before = {stick.folder for stick in self.sticks}
        self.sticks = found
        new = [stick for stick in found if stick.folder not in before]
        if new and self.status is not None and self.status.enrolled and not self.busy:
            self.stick_found.emit(new[0])


def _look(find: Callable[[], tuple[Path, ...]]) -> tuple[Stick, ...]:
    found = []
    for folder in find():
        volume = QStorageInfo(str(folder))
        found.append(Stick(folder, volume.displayName() or str(folder), max(volume.bytesAvailable(), 0)))
    return tuple(found)
