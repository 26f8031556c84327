"""How long the window could not answer: the longest time that one turn of the event loop took its thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

INTERVAL: int = 5
"""Milliseconds between two looks."""


@contextmanager
def measured(say: Callable[[str, object], None], journey: str) -> Iterator[None]:
    """Measure the longest stall of what is done inside; `say` takes its name and its milliseconds.

    The thread's own time is measured, not the wall clock: a busy machine is no stall of the window.
    """
    longest, last = 0.0, time.thread_time()

    def look() -> None:
        nonlocal longest, last
        now = time.thread_time()
        longest, last = max(longest, now - last), now

    timer = QTimer(interval=INTERVAL)
    timer.timeout.connect(look)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        look()
        say(f"longest stall: {journey}, ms", round(longest * 1000))
