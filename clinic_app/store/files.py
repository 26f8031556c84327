"""The names of the files in a clinic's folder, and how one is replaced without ever being half there."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

DATABASE: Final = "clinic.db"
KEYS: Final = "clinic.keys"
LOCK: Final = "clinic.lock"
BACKUPS: Final = "backups"

_CHUNK: Final = 1024 * 1024


def replace(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, and see it onto the disk. OSError when it cannot be."""
    with _becoming(path) as file:
        file.write(content)


def copy(source: Path, target: Path) -> None:
    """Copy a file whole or not at all, and see it onto the disk. OSError when it cannot be."""
    with source.open("rb") as original, _becoming(target) as file:
        shutil.copyfileobj(original, file, _CHUNK)


@contextmanager
def _becoming(path: Path) -> Generator[BinaryIO]:
    """Give a file to write that becomes `path` when the block ends well, and nothing when it does not."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See a folder's names onto the disk; Windows does so by itself and cannot open folders."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
