"""How a file comes onto the disk: whole under its name, or not at all, whenever the power goes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

PART: Final = ".part"
"""How the name of a file ends that is being written; one that is left over was cut off."""

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def replace(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write the file whole or not at all, and see it onto the disk. OSError when it cannot be."""
    with becoming(path, private=private) as file:
        file.write(content)


@contextmanager
def becoming(path: Path, *, private: bool = False) -> Generator[BinaryIO]:
    """Give a file to write that becomes `path` when the block ends well, and nothing when it does not.

    With `private` only its owner may read it, from its first byte on.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        handle = os.open(part, _NEW, 0o600 if private else 0o666)
        with os.fdopen(handle, "wb") as file:
            yield file
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
