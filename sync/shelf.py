"""Pieces on the internal disk while they wait to be sent or taken: sealed, named by the hash of what they hold.

A stick's bundle is unpacked to here, and a line's pieces arrive here, so that a stick can be pulled
and a line be cut. What lies here is sealed under a key that is kept in the encrypted store only; a
piece has its name only once it is whole on the disk.
"""

from __future__ import annotations

import errno
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync import disk
from sync.errors import BadRecord

_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SPARE_BYTES: Final = 16 * 1024 * 1024  # that a disk keeps free: the store itself must be able to write


class Shelf:
    """A folder of sealed files, each under a name of its own. `key` is 32 bytes. OSError when the disk refuses."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self._cipher = AESGCM(key)

    def put(self, name: str, content: bytes) -> None:
        """Keep content under a name; it is on the disk at return. What stood there is replaced."""
        self.folder.mkdir(parents=True, exist_ok=True)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        disk.replace(self.folder / name, nonce + self._cipher.encrypt(nonce, content, name.encode()))

    def get(self, name: str) -> bytes:
        """Return what is kept under a name. FileNotFoundError when nothing is, BadRecord when it is damaged."""
        sealed = (self.folder / name).read_bytes()
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            raise BadRecord("a damaged piece on the disk") from None

    def has(self, name: str) -> bool:
        """Return whether something is kept under a name."""
        return (self.folder / name).is_file()

    def size(self, name: str) -> int:
        """Return how many bytes something has that is kept."""
        return (self.folder / name).stat().st_size - _NONCE_BYTES - _TAG_BYTES

    def remove(self, name: str) -> None:
        """Remove what is kept under a name; nothing is no error."""
        (self.folder / name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Return all names, sorted."""
        if self.folder.is_dir():
            yield from sorted(path.name for path in self.folder.iterdir() if path.suffix != disk.PART)

    def age(self, name: str, now: float) -> float:
        """Return how many seconds ago something was kept; `now` is seconds since 1970."""
        return now - (self.folder / name).stat().st_mtime

    def collect(self) -> None:
        """Remove what cut-off writes left. Only while nobody writes here."""
        if self.folder.is_dir():
            for path in self.folder.glob(f"*{disk.PART}"):
                path.unlink(missing_ok=True)

    def require(self, size: int) -> None:
        """Raise OSError (ENOSPC) when the disk has no room for so many bytes more and what it must keep free."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.folder).free < size + _SPARE_BYTES:
            raise OSError(errno.ENOSPC, "no room for what arrives", str(self.folder))
