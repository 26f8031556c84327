"""Python's collector of unused objects, on the window's thread only.

Left alone it runs on whichever thread happens to allocate, and would delete widgets, timers and
painters of the window from a worker's thread, which Qt does not survive.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

EVERY: Final = 1000
"""Milliseconds between two looks at how much there is to collect."""


class Collector(QObject):
    """Takes the collecting over from Python for as long as the application lives. Made on the window's thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(collect_what_is_due)
        self._timer.start()


def collect_what_is_due() -> None:
    """Collect as Python would: the youngest objects when there are many, older ones more seldom."""
    due = [
        generation
        for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if most and count > most
    ]
    if due:
        gc.collect(due[-1])
