"""Lets a window work until a condition holds, for whoever drives it from inside; waits for answers, never for time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer

LAYOUTS: Final = 5
"""Rounds of the event loop: what came at last may ask for more, and layouts settle in a few."""

PATIENCE: Final = 120_000
"""Milliseconds after which something that never came is an error."""


def wait(done: Callable[[], bool]) -> None:
    """Let the window work until a condition holds; RuntimeError when it never does."""
    loop = QEventLoop()
    patience = QTimer(singleShot=True, interval=PATIENCE)
    patience.timeout.connect(loop.quit)
    tick = QTimer(interval=5)
    tick.timeout.connect(lambda: loop.quit() if done() else None)
    patience.start()
    tick.start()
    for _ in range(LAYOUTS):
        loop.processEvents()
        while not done():
            loop.exec()
            if not patience.isActive():
                raise RuntimeError("the window did not come to rest")
