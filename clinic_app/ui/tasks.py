"""Work off the Qt thread: one store thread, a small pool, and answers brought back by one queued signal.

The only file that knows threads. An answer whose owner is gone, or that a newer question with the
same key has overtaken, is dropped. Whoever calls from another thread than Qt's gets an error.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal
from shiboken6 import isValid

from clinic_app.domain.changes import Changes

T = TypeVar("T")
POOL = 2
TURN = 0.03
"""Seconds of its thread that one turn of work in pieces takes."""


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    """What was asked: for whom, and what to do with the answer or the error."""

    owner: QObject
    then: Callable[[T], None] | None
    fails: Callable[[Exception], None] | None
    key: tuple[int, str] | None
    turn: int


class Tasks(QObject):
    """Owns the threads. `changed` tells every screen what a write touched."""

    changed = Signal(object)  # Changes: what a write touched
    failed = Signal(object)  # Exception: an error that its asker does not present itself
    busy = Signal(bool)  # whether anything is under way
    _answered = Signal(object, object, object)  # _Job, result, Exception or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._pool = ThreadPoolExecutor(POOL, thread_name_prefix="pool")
        self._turns: dict[tuple[int, str], int] = {}
        self._pending = 0
        self._closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def pending(self) -> int:
        """How many answers are still to come."""
        return self._pending

    def ask(
        self,
        owner: QObject,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        *,
        fails: Callable[[Exception], None] | None = None,
        key: str = "",
    ) -> None:
        """Run work on the store thread and hand its result to `then` on the Qt thread.

        With a key, only the newest question of this owner and key is answered, and those before it that still
        wait are left undone: keys are for reading. Without `fails` an error is presented by the window.
        """
        self._run(self._store, owner, work, then, fails, key)

    def aside(
        self,
        owner: QObject,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        *,
        fails: Callable[[Exception], None] | None = None,
        key: str = "",
    ) -> None:
        """Run work that does not touch the store (pictures, PDF, hashing) on the pool."""
        self._run(self._pool, owner, work, then, fails, key)

    def pieces(self, owner: QObject, pieces: Iterable[Callable[[], None]]) -> None:
        """Do work on the Qt thread a few pieces a turn, so that the window answers in between; the first at once."""
        self._pending += 1
        self.busy.emit(self._pending > 0)
        self._next_piece(owner, iter(pieces))

    def close(self) -> None:
        """Finish what is under way, drop its answers, and join the threads."""
        self._closed = True
        self._store.shutdown(wait=True)
        self._pool.shutdown(wait=True)

    def _next_piece(self, owner: QObject, pieces: Iterator[Callable[[], None]]) -> None:
        if not isValid(self):
            return
        is_over = True
        try:
            is_over = self._closed or not isValid(owner) or _do_some(pieces)
        finally:
            if is_over:
                self._pending -= 1
                self.busy.emit(self._pending > 0)
        if not is_over:
            QTimer.singleShot(0, partial(self._next_piece, owner, pieces))

    def _run(
        self,
        where: ThreadPoolExecutor,
        owner: QObject,
        work: Callable[[], T],
        then: Callable[[T], None] | None,
        fails: Callable[[Exception], None] | None,
        key: str,
    ) -> None:
        assert QThread.currentThread() is self.thread(), "work is asked for on the Qt thread only"
        if self._closed:
            return
        slot = (id(owner), key) if key else None
        turn = 0
        if slot is not None:
            turn = self._turns[slot] = self._turns.get(slot, 0) + 1
        job = _Job(owner, then, fails, slot, turn)
        self._pending += 1
        self.busy.emit(self._pending > 0)
        where.submit(self._done_if_asked_still, job, work).add_done_callback(_Courier(self, job))

    def _done_if_asked_still(self, job: _Job[T], work: Callable[[], T]) -> T | None:
        """Do the work unless a newer question with its key has come while it waited: nobody would see its answer."""
        return None if self._is_overtaken(job) else work()

    def _is_overtaken(self, job: _Job[T]) -> bool:
        return job.key is not None and self._turns.get(job.key) != job.turn

    def _deliver(self, job: _Job[object], result: object, error: Exception | None) -> None:
        self._pending -= 1
        try:
            self._hand_over(job, result, error)
        finally:
            self.busy.emit(self._pending > 0)

    def _hand_over(self, job: _Job[object], result: object, error: Exception | None) -> None:
        if self._closed:
            return
        if error is None and isinstance(result, Changes) and result:
            self.changed.emit(result)
        if not isValid(job.owner) or self._is_overtaken(job):
            return
        if error is None:
            if job.then is not None:
                job.then(result)
        elif job.fails is not None:
            job.fails(error)
        else:
            self.failed.emit(error)


def _do_some(pieces: Iterator[Callable[[], None]]) -> bool:
    """Do pieces of work for one turn; say whether there is none left."""
    until = time.thread_time() + TURN
    for piece in pieces:
        piece()
        if time.thread_time() >= until:
            return False
    return True


class Stopped(Exception):  # noqa: N818 - nobody did wrong: somebody asked for it
    """Raised inside long work that somebody stopped."""


class Teller(QObject):
    """Handed to long work, which calls it with (done, of how many): says how far it is, and stops it when asked.

    It may be called on any thread; `told` arrives on the Qt thread.
    """

    told = Signal(int, int)  # done, of how many

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()

    def stop(self) -> None:
        """Let the work end with Stopped at its next step."""
        self._stop.set()

    def __call__(self, done: int, of: int) -> None:
        """Tell how far the work is; Stopped when somebody asked for it."""
        if self._stop.is_set():
            raise Stopped
        if isValid(self):
            self.told.emit(done, of)


class _Courier:
    """Carries the answer of one job from its thread to the Qt thread."""

    def __init__(self, tasks: Tasks, job: _Job[T]) -> None:
        self._tasks = tasks
        self._job = job

    def __call__(self, future: Future[T]) -> None:
        error = future.exception()
        if error is not None and not isinstance(error, Exception):
            raise error
        result = None if error is not None else future.result()
        if isValid(self._tasks):
            self._tasks._answered.emit(self._job, result, error)  # noqa: SLF001 - one half of the same class
