"""The names of the files in a clinic's folder, and how one is replaced without ever being half there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

DATABASE: Final = "clinic.db"
KEYS: Final = "clinic.keys"
LOCK: Final = "clinic.lock"
BACKUPS: Final = "backups"


def replace(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, and see it onto the disk. OSError when it cannot be."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
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
