"""The names of what lies in headquarters' folder, and how a file there is replaced, never half."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sync import disk

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

DATABASE: Final = "hq.db"
KEYS: Final = "hq.keys"
SECRETS: Final = "hq.secrets"
CHUNKS: Final = "evidence"
BOOKS: Final = "books"
INBOX: Final = "inbox"
LOCK: Final = "hq.lock"


def replace(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, and see it onto the disk; only its owner may read it."""
    disk.replace(path, content, private=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until no other process is inside such a block. The lock dies with its process, however that ends."""
    with path.open("ab") as file:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
