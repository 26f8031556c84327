"""Makes whoever types wrong passwords wait, longer each time, across restarts.

It keeps a colleague's guesses at the screen few. A thief can delete the file that counts them, or
copy the keys file: what stops a thief is the cost of each try itself (`vault.Cost`).
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from clinic_app.store import trouble
from clinic_app.store.files import TRIES
from sync.disk import replace
from sync.errors import UNREADABLE

FREE: Final = 3
"""Wrong passwords after which nobody waits yet."""
LONGEST: Final = 60
"""Seconds that are waited at most."""


class _Count(msgspec.Struct, frozen=True):
    """How many were wrong since the last right one, when the last was tried (ms since 1970), for which keys."""

    wrong: int
    at: int
    keys: str


class Tries:
    """The tries at one keys file. `check` is that file's check value: other keys in the folder begin anew."""

    def __init__(self, folder: Path, check: bytes, now: Callable[[], float] = time.time) -> None:
        self._path = folder / TRIES
        self._keys = hashlib.sha256(check).hexdigest()[:16]
        self._now = now

    def seconds(self) -> int:
        """Return how many seconds no password is tried."""
        count = self._read()
        now = self._milliseconds()
        if count.at > now:  # the computer's clock was set back: the wait begins again, and ends
            self._write(_Count(count.wrong, now, self._keys))
            return wait_after(count.wrong)
        return max(0, math.ceil((count.at - now) / 1000 + wait_after(count.wrong)))

    def begin(self) -> None:
        """Count a try as wrong until `forget` says otherwise. KnownError while one has to wait."""
        if seconds := self.seconds():
            raise trouble.too_soon(seconds)
        # Before the password is looked at: whoever cuts the program off has tried nevertheless.
        self._write(_Count(self._read().wrong + 1, self._milliseconds(), self._keys))

    def forget(self) -> None:
        """Let nobody wait any more: the password was right."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self) -> _Count:
        try:
            count = msgspec.json.decode(self._path.read_bytes(), type=_Count)
        except (OSError, *UNREADABLE):
            return _Count(0, 0, self._keys)
        return count if count.keys == self._keys and count.wrong >= 0 else _Count(0, 0, self._keys)

    def _write(self, count: _Count) -> None:
        with suppress(OSError):  # a folder that cannot be written may still be opened
            replace(self._path, msgspec.json.encode(count))

    def _milliseconds(self) -> int:
        return int(self._now() * 1000)


def wait_after(wrong: int) -> int:
    """Return how many seconds are waited after so many wrong passwords in a row: 0, 0, 0, 1, 2, 4 … 60."""
    over = wrong - FREE
    return 0 if over <= 0 else min(LONGEST, 2 ** min(over - 1, 10))
