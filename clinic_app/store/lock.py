"""The lock that keeps a second copy of the program out of a clinic's folder.

It is the operating system's lock on a file, not the file itself: it dies with the process, however
that ends, so nobody ever has to delete anything to get back in.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

from clinic_app.store import trouble
from clinic_app.store.files import LOCK

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FolderLock:
    """Holds the lock of one folder from its making to `release`. KnownError when another has it."""

    def __init__(self, folder: Path) -> None:
        try:
            self._file: BinaryIO = (folder / LOCK).open("ab")
        except OSError as error:
            raise trouble.from_os(error) from error
        try:
            _take(self._file)
        except OSError as error:
            self._file.close()
            raise trouble.in_use() from error

    def release(self) -> None:
        """Let the lock go; more than once does no harm."""
        self._file.close()


def _take(file: BinaryIO) -> None:
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
