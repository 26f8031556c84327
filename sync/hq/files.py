"""The names of what lies in headquarters' folder, and how a file there is replaced, never half."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

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
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    see(path.parent)


def see(folder: Path) -> None:
    """See a folder's names onto the disk; Windows does so by itself and cannot open folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
