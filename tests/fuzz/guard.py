"""Watches one reading of a hostile file: how long, and whether anything is opened or made outside its folder.

The watch on files is Python's own audit hook, which cannot be taken off again; it looks only while a reading runs.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MOST_SECONDS: Final = 30.0
"""Of one input, on a machine with other work: what takes longer is a hang."""

_MAKES: Final = {"os.mkdir", "os.rename", "os.link", "os.symlink", "os.remove", "os.rmdir", "os.truncate", "os.chmod"}
_RUNS: Final = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"}
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_HARMLESS: Final = ("/dev/null", "/proc/")


class Hang(BaseException):
    """A reading took too long."""


class Watch:
    """The files that a reading may write, and what it did besides."""

    def __init__(self) -> None:
        self.allowed: Path | None = None
        self.escapes: list[str] = []
        sys.addaudithook(self._see)

    @contextmanager
    def over(self, folder: Path) -> Iterator[None]:
        """Watch while the block runs: only below the folder may anything be written or made."""
        self.escapes.clear()
        self.allowed = folder
        before = signal.signal(signal.SIGALRM, _too_long)
        signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            self.allowed = None

    def _see(self, event: str, given: tuple[object, ...]) -> None:
        allowed = self.allowed
        if allowed is None:
            return
        if event in _RUNS:
            self.escapes.append(f"{event} {given[0]!r}")
        writes = event == "open" and isinstance(given[2], int) and bool(given[2] & _WRITES)
        if writes or event in _MAKES:
            self._check(event, given[0], allowed)

    def _check(self, event: str, path: object, allowed: Path) -> None:
        if not isinstance(path, (str, bytes)):
            return
        name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - inside an audit hook nothing is opened
        if not name.startswith((str(allowed), *_HARMLESS)):
            self.escapes.append(f"{event} {name}")


def _too_long(_signal: int, _frame: object) -> None:
    raise Hang
