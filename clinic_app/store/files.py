"""The names of the files in a clinic's folder, and how one is replaced without ever being half there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from sync import disk

DATABASE: Final = "clinic.db"
KEYS: Final = "clinic.keys"
FORMER_KEYS: Final = f"{KEYS}.former"
LOCK: Final = "clinic.lock"
TRIES: Final = "clinic.tries"
"""How many wrong passwords were typed, and when the last."""
ASKING: Final = "clinic.asking"
"""A request to headquarters for the key, while its answer is awaited."""
WIPING: Final = "clinic.wiping"
"""Says that a wipe was begun here and has to go on."""
BACKUPS: Final = "backups"

_CHUNK: Final = 1024 * 1024


def copy(source: Path, target: Path) -> None:
    """Copy a file whole or not at all, and see it onto the disk. OSError when it cannot be."""
    with source.open("rb") as original, disk.becoming(target) as file:
        shutil.copyfileobj(original, file, _CHUNK)


def shred(path: Path) -> None:
    """Write over a small file with random bytes, see them onto the disk, and remove it. OSError when it cannot be.

    A magnetic disk then has nothing of it; a disk without moving parts may have put the bytes elsewhere.
    """
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
