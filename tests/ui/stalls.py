"""How long the window could not answer: the longest time that one turn of the event loop took its thread.

A test cannot hold a machine to milliseconds. It holds the longest turn to the time of a known bundle of widgets in
the same process (`bundle`), and what is slow by nature to the other threads (`on_this_thread`).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from clinic_app.ui.kit.boxes import Box
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Voice

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


SLOW: Final = (
    "clinic_app/store/db.py",
    "clinic_app/store/vault.py",
    "clinic_app/rules/assess.py",
    "clinic_app/rules/reading.py",
    "clinic_app/documents/",
    "sync/line.py",
    "sync/stick.py",
)
"""Code that reads the disk, counts the law, lays out papers or waits for a line."""


@contextmanager
def on_this_thread() -> Iterator[set[str]]:
    """Gather which functions of what is slow this thread calls inside, as “file:function”."""
    found: set[str] = set()

    def look(frame: FrameType, event: str, _value: object) -> None:
        name = frame.f_code.co_filename.replace("\\", "/")
        if event == "call" and any(part in name for part in SLOW):
            found.add(f"{name}:{frame.f_code.co_name}")

    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)


def bundle(voice: Voice) -> float:
    """Return the milliseconds of this thread that a hundred lines in twenty-five cards take, shown once."""
    took = []
    for _ in range(5):
        begun = time.thread_time()
        holder = QWidget()
        column = QVBoxLayout(holder)
        for _ in range(25):
            card = Box("card")
            card.add(*(TextLabel(voice, "A line about as long as one of a card in the window is.") for _ in range(4)))
            column.addWidget(card)
        holder.resize(800, 700)
        holder.show()
        QApplication.processEvents()
        took.append(1000 * (time.thread_time() - begun))
        holder.close()
        holder.deleteLater()
    return statistics.median(took)
