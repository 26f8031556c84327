"""Files as sealed chunks: cut, encrypted once under the file's own key, kept by the hash of what is kept.

The same sealed bytes lie on every disk and travel by stick and line; nobody encrypts them again.
Whoever has no key of a file learns its size and nothing else; erasing the key erases the file.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync import disk
from sync.errors import BadRecord, BadValue, SyncError

CHUNK_BYTES: Final = 1024 * 1024
"""Plain bytes of every chunk but the last."""
SEALED_BYTES: Final = CHUNK_BYTES + 16
"""The most bytes that one sealed chunk has: its plain bytes and their tag."""
KEY_BYTES: Final = 32

_NONCE_BYTES: Final = 12
_ID: Final = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)


class NotHere(SyncError):  # noqa: N818 - the name says what is wrong, as callers catch it
    """A chunk that has not arrived on this computer. `id` is its id."""

    def __init__(self, chunk_id: str) -> None:
        super().__init__(f"chunk {chunk_id} is not here")
        self.id = chunk_id


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What opens a file again: its key, the ids of its chunks in order, its plain size and SHA-256 (hex)."""

    key: bytes
    ids: tuple[str, ...]
    size: int
    sha256: str


class Chunks:
    """Sealed chunks in one folder, each a file named by its id: the BLAKE2b-256 of its bytes in hex.

    The folder is made with the first chunk. What stands under a name was on the disk whole before it
    had the name. OSError when the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, sealed: bytes) -> str:
        """Keep a sealed chunk and return its id; one that is here already is not written again."""
        if len(sealed) > SEALED_BYTES:
            raise BadValue(f"a sealed chunk has at most {SEALED_BYTES} bytes")
        chunk_id = id_of(sealed)
        path = self.path(chunk_id)
        if _content(path) == sealed:  # what is damaged is written anew
            return chunk_id
        _make(path.parent)
        disk.replace(path, sealed)
        return chunk_id

    def get(self, chunk_id: str) -> bytes:
        """Return a sealed chunk. NotHere when it has not arrived, BadRecord when its file is damaged."""
        sealed = _content(self.path(chunk_id))
        if sealed is None:
            raise NotHere(chunk_id)
        if id_of(sealed) != chunk_id:
            raise BadRecord(f"chunk {chunk_id} is damaged")
        return sealed

    def has(self, chunk_id: str) -> bool:
        """Return whether a chunk has arrived. Its bytes are not looked at."""
        return _is_id(chunk_id) and self.path(chunk_id).is_file()

    def missing(self, ids: Iterable[str], *, look_inside: bool = False) -> tuple[str, ...]:
        """Return which of these are not here, each once and in order; with `look_inside`, also the damaged."""
        return tuple(i for i in dict.fromkeys(ids) if not (self._is_good(i) if look_inside else self.has(i)))

    def size(self, chunk_id: str) -> int:
        """Return how many bytes a chunk has on the disk. NotHere when it has not arrived."""
        try:
            return self.path(chunk_id).stat().st_size
        except FileNotFoundError:
            raise NotHere(chunk_id) from None

    def ids(self) -> Iterator[str]:
        """Return the ids of all chunks in the folder."""
        for path in self._files():
            if _is_id(path.name):
                yield path.name

    def remove(self, chunk_id: str) -> None:
        """Remove a chunk; one that is not here is no error."""
        self.path(chunk_id).unlink(missing_ok=True)

    def collect(self, wanted: Iterable[str]) -> int:
        """Remove every chunk that is not wanted, and what a cut-off write left; return how many chunks went.

        Only while nobody writes here: what is being written now is not wanted by anyone yet.
        """
        keep = frozenset(wanted)
        gone = 0
        for path in list(self._files()):
            if _is_id(path.name) and path.name not in keep:
                path.unlink(missing_ok=True)
                gone += 1
            elif path.name.endswith(disk.PART):
                path.unlink(missing_ok=True)
        return gone

    def _is_good(self, chunk_id: str) -> bool:
        try:
            self.get(chunk_id)
        except (NotHere, BadRecord):
            return False
        return True

    def _files(self) -> Iterator[Path]:
        if self.folder.is_dir():
            for shelf in sorted(self.folder.iterdir()):
                if shelf.is_dir():
                    yield from sorted(shelf.iterdir())

    def path(self, chunk_id: str) -> Path:
        """Return where a chunk lies, or would lie. BadRecord for what is no id."""
        if not _is_id(chunk_id):  # ids come from other computers: never a way out of the folder
            raise BadRecord("not the id of a chunk")
        return self.folder / chunk_id[:2] / chunk_id


def id_of(sealed: bytes) -> str:
    """Return the id of a sealed chunk."""
    return hashlib.blake2b(sealed, digest_size=32).hexdigest()


def seal_file(stream: BinaryIO, chunks: Chunks) -> SealedFile:
    """Seal a whole file under a new random key and keep its chunks; all are on the disk at return.

    The stream can seek and is read from its beginning, a chunk at a time. An empty file has one
    chunk. BadValue when its size changes meanwhile.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    count = max(1, -(-size // CHUNK_BYTES))
    key = secrets.token_bytes(KEY_BYTES)
    cipher = AESGCM(key)
    whole = hashlib.sha256()
    ids = []
    for number in range(count):
        plain = _read(stream, min(CHUNK_BYTES, size - number * CHUNK_BYTES))
        whole.update(plain)
        ids.append(chunks.put(cipher.encrypt(_nonce(number), plain, _about(number, count))))
    if stream.read(1):
        raise BadValue("the file grew while it was read")
    return SealedFile(key, tuple(ids), size, whole.hexdigest())


def open_file(sealed: SealedFile, chunks: Chunks) -> Iterator[bytes]:
    """Return the plain bytes of a file, a chunk at a time, each proven before it is given.

    NotHere when a chunk has not arrived; BadRecord when one is damaged, is not this file's, or the
    whole is not what was sealed.
    """
    if len(sealed.key) != KEY_BYTES or not sealed.ids:
        raise BadRecord("the key of this file is gone")
    cipher = AESGCM(sealed.key)
    whole, size = hashlib.sha256(), 0
    for number, chunk_id in enumerate(sealed.ids):
        try:
            plain = cipher.decrypt(_nonce(number), chunks.get(chunk_id), _about(number, len(sealed.ids)))
        except InvalidTag:
            raise BadRecord(f"chunk {chunk_id} is not of this file") from None
        whole.update(plain)
        size += len(plain)
        yield plain
    if (size, whole.hexdigest()) != (sealed.size, sealed.sha256):
        raise BadRecord("the file is not the one that was sealed")


def _nonce(number: int) -> bytes:
    # A key seals one file once, so the number of a chunk never comes twice under it.
    return number.to_bytes(_NONCE_BYTES, "big")


def _about(number: int, count: int) -> bytes:
    return number.to_bytes(8, "big") + count.to_bytes(8, "big")


def _read(stream: BinaryIO, size: int) -> bytes:
    parts = []
    while size:
        part = stream.read(size)
        if not part:
            raise BadValue("the file became shorter while it was read")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _is_id(name: str) -> bool:
    return _ID.match(name) is not None


def _content(path: Path) -> bytes | None:
    """Return the bytes of a chunk's file, None when there is none; never more than a chunk may have."""
    try:
        with path.open("rb") as file:
            return file.read(SEALED_BYTES + 1)
    except FileNotFoundError:
        return None


def _make(shelf: Path) -> None:
    if not shelf.is_dir():
        shelf.mkdir(parents=True, exist_ok=True)
        disk.see(shelf.parent)
        disk.see(shelf.parent.parent)
