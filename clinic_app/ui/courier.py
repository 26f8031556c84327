"""Takes work to headquarters and brings theirs home, by stick or line, while everything else goes on.

One sending at a time, whoever asks for it. A meeting is a chain of steps: what only moves bytes runs
beside the store's thread, so that nobody waits for a slow stick or line.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from PySide6.QtCore import QObject, QStorageInfo, Qt, QTimer, Signal

from clinic_app.domain.changes import Changes
from clinic_app.domain.roles import Right
from clinic_app.services import permission, syncing
from clinic_app.services.clinic import Clinic
from clinic_app.services.syncing import Status, Steps, Visit
from clinic_app.ui.printing import sticks
from clinic_app.ui.tasks import Tasks

LOOK_EVERY: Final = 3000
"""Milliseconds between two looks for a stick that was plugged in."""

LINE_EVERY: Final = 10 * 60 * 1000
"""Milliseconds between two tries of the line, while there is one."""


class Phase(enum.Enum):
    """What is under way. A stick may be unplugged in IDLE only."""

    IDLE = "idle"
    MOVING = "moving"
    WORKING = "working"


class Stopped(Exception):  # noqa: N818 - what happened, as its catcher says it
    """A person stopped it. Nothing half done stays."""


@dataclass(frozen=True, slots=True)
class Stick:
    """A stick that is plugged in: where it is, what it is called, how many bytes are free."""

    folder: Path
    name: str
    free: int


Move: TypeAlias = Callable[[], bool]


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
        self.by_line = False
        self._quiet = False
        self.visit: Visit | None = None
        self.error: Exception | None = None
        self.sticks: tuple[Stick, ...] = ()
        self._stop = False
        self._looking = False
        self._progressed.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        self._line_timer = QTimer(self, interval=LINE_EVERY)
        self._line_timer.timeout.connect(self._on_line_time)
        tasks.changed.connect(self._on_changed)

    @property
    def busy(self) -> bool:
        """Whether a sending is under way."""
        return self.phase is not Phase.IDLE

    def begin(self) -> None:
        """Learn how it stands, and look for sticks from now on."""
        self.refresh()
        if permission.may(self._clinic, Right.SYNC):
            self.look()
            self._timer.start()
            self._line_timer.start()

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
        if not self.busy:
            self.by_line = self._quiet = False
            self._start(partial(syncing.stick_steps, self._clinic, folder, self._told))

    def send_online(self, *, quiet: bool = False) -> None:
        """Meet over the line. With `quiet` a line that does not answer is no news: it is tried again later."""
        if not self.busy:
            self.by_line, self._quiet = True, quiet
            self._start(partial(syncing.line_steps, self._clinic, self._told))

    def stop(self) -> None:
        """Stop as soon as the step that is under way can; what was taken in stays."""
        self._stop = True

    def dismiss(self) -> None:
        """Forget how the last sending ended: it was read."""
        self.visit = self.error = None
        self.changed.emit()

    def _start(self, begin: Callable[[], Steps]) -> None:
        self._stop = False
        if not self._quiet:
            self.visit = self.error = None
        self._enter(Phase.WORKING)
        self._go_on(begin(), None)

    def _enter(self, phase: Phase) -> None:
        self.phase, self.percent = phase, 0
        self.changed.emit()

    def _go_on(self, steps: Steps, moved: bool | None) -> None:  # noqa: FBT001 - what a step's generator is sent
        work = partial(_advance, steps, moved)
        self._tasks.ask(self, work, partial(self._on_advanced, steps), fails=partial(self._on_failed, steps))

    def _on_advanced(self, steps: Steps, reached: Move | Visit) -> None:
        if isinstance(reached, Visit):
            self._on_finished(reached)
        elif self._stop:
            self._on_failed(steps, Stopped())
        else:
            self._enter(Phase.MOVING)
            then = partial(self._on_moved, steps)
            self._tasks.aside(self, reached, then, fails=partial(self._on_failed, steps))

    def _on_moved(self, steps: Steps, moved: bool) -> None:  # noqa: FBT001 - what the step said
        self._enter(Phase.WORKING)
        self._go_on(steps, moved)

    def _on_finished(self, visit: Visit) -> None:
        if visit.changes:
            self._tasks.changed.emit(visit.changes)
        if not self._quiet or visit.problems or visit.disputes:
            self.visit = visit
        self._enter(Phase.IDLE)
        self.refresh()
        self.look()

    def _on_failed(self, steps: Steps, error: Exception) -> None:
        self._tasks.ask(self, steps.close)  # what it holds open is let go on the thread that opened it
        if not self._quiet:
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

    def _on_line_time(self) -> None:
        if self.status is not None and self.status.has_line and not self.status.paused:
            self.send_online(quiet=True)

    def _on_not_looked(self, _error: Exception) -> None:
        self._looking = False  # a drive that does not answer: looked at again

    def _on_looked(self, found: tuple[Stick, ...]) -> None:
        self._looking = False
        before = {stick.folder for stick in self.sticks}
        self.sticks = found
        new = [stick for stick in found if stick.folder not in before]
        if new and self.status is not None and self.status.enrolled and not self.busy:
            self.stick_found.emit(new[0])


def _advance(steps: Steps, moved: bool | None) -> Move | Visit:  # noqa: FBT001 - what a generator is sent
    """Go on to the next step that moves bytes, or to the end."""
    try:
        return next(steps) if moved is None else steps.send(moved)
    except StopIteration as end:
        visit: Visit = end.value
        return visit


def _look(find: Callable[[], tuple[Path, ...]]) -> tuple[Stick, ...]:
    found = []
    for folder in find():
        volume = QStorageInfo(str(folder))
        found.append(Stick(folder, volume.displayName() or str(folder), max(volume.bytesAvailable(), 0)))
    return tuple(found)
