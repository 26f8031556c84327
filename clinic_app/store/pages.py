"""Reads the records of an encrypted store page by page, when SQLite refuses the file because some of it is damaged.

Each page carries its own seal, so a page is either as it was written or left out; what leads from
page to page is not needed. Nothing is ever written. The layout is SQLCipher 4's and SQLite's own.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from clinic_app.store import db

PAGE: Final = 4096
_IV: Final = 16
_SEAL: Final = 64
_USABLE: Final = PAGE - _IV - _SEAL
_SALT: Final = 16
_MAGIC: Final = b"SQLite format 3\0"
_HEADER: Final = 100
"""Bytes of the first page before its tree begins."""

_LOG_HEADER: Final = 32
_FRAME_HEADER: Final = 24

_TABLE_LEAF: Final = 0x0D
_INDEX_LEAF: Final = 0x0A
_INDEX_INNER: Final = 0x02
_MOST_TABLE: Final = _USABLE - 35
_MOST_INDEX: Final = (_USABLE - 12) * 64 // 255 - 23
_LEAST: Final = (_USABLE - 12) * 32 // 255 - 23
_LONGEST: Final = 64 * 1024 * 1024  # of one record; what claims more is no record

Value: TypeAlias = int | float | str | bytes | None
Record: TypeAlias = tuple[Value, ...]


class Pages:
    """The readable pages of a store's file and of the log beside it, as the last whole save left them."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._key = key
        salt = db.salt(key)
        self._seal_key = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
        self._file = path.read_bytes()
        log = path.with_name(f"{path.name}-wal")
        self._log = log.read_bytes() if log.exists() else b""
        self._newest = self._frames()
        self._open: dict[int, bytes | None] = {}
        self.count = max(-(-len(self._file) // PAGE), *self._newest, 0)

    @property
    def damaged(self) -> tuple[int, ...]:
        """The numbers of the pages that are not as they were written; pages count from 1."""
        return tuple(number for number in range(1, self.count + 1) if self.page(number) is None)

    def page(self, number: int) -> bytes | None:
        """Return one page in the clear; None when it is missing or damaged."""
        if number not in self._open:
            logged = self._newest.get(number)
            found = self._unsealed(number, logged) if logged is not None else None
            start = (number - 1) * PAGE
            self._open[number] = found or self._unsealed(number, self._file[start : start + PAGE])
        return self._open[number]

    def records(self) -> Iterator[Record]:
        """Return every whole record on a readable page, of whatever table or index, in no order."""
        for number in range(1, self.count + 1):
            page = self.page(number)
            if page is not None:
                yield from self._records(page, _HEADER if number == 1 else 0)

    def _frames(self) -> dict[int, bytes]:
        """Return the newest image of each page in the log, up to its last whole save."""
        frames: list[tuple[int, bytes]] = []
        newest: dict[int, bytes] = {}
        for start in range(_LOG_HEADER, len(self._log) - _FRAME_HEADER - PAGE + 1, _FRAME_HEADER + PAGE):
            number = int.from_bytes(self._log[start : start + 4], "big")
            ends_save = self._log[start + 4 : start + 8] != b"\0\0\0\0"
            image = self._log[start + _FRAME_HEADER : start + _FRAME_HEADER + PAGE]
            generation = self._log[start + 8 : start + 16]
            if generation != self._log[16:24] and self._log[16:24] != bytes(8):
                break  # left over from before the log was begun anew
            frames.append((number, image))
            if ends_save:
                newest.update(frames)
                frames = []
        return newest

    def _unsealed(self, number: int, page: bytes) -> bytes | None:
        if len(page) != PAGE:
            return None
        begin = _SALT if number == 1 else 0
        seal = hmac.digest(self._seal_key, page[begin : _USABLE + _IV] + number.to_bytes(4, "little"), "sha512")
        if not hmac.compare_digest(seal, page[_USABLE + _IV :]):
            return None
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(page[_USABLE : _USABLE + _IV])).decryptor()
        plain = decryptor.update(page[begin:_USABLE]) + decryptor.finalize()
        return (_MAGIC if number == 1 else b"") + plain

    def _records(self, page: bytes, start: int) -> Iterator[Record]:
        kind = page[start]
        if kind not in {_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER}:
            return
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        pointers = start + (12 if kind == _INDEX_INNER else 8)
        for place in range(pointers, min(pointers + 2 * count, _USABLE - 1), 2):
            try:
                payload = self._payload(page, kind, int.from_bytes(page[place : place + 2], "big"))
                if payload is not None:
                    yield _decoded(payload)
            except (IndexError, ValueError):  # no record, or one that goes on where nothing can be read
                continue

    def _payload(self, page: bytes, kind: int, at: int) -> bytes | None:
        """Return the bytes of a cell's record, gathered from the pages it goes on to; None when one is damaged."""
        at += 4 if kind == _INDEX_INNER else 0
        size, at = _varint(page, at)
        if kind == _TABLE_LEAF:
            _, at = _varint(page, at)
        if size > _LONGEST:
            return None
        most = _MOST_TABLE if kind == _TABLE_LEAF else _MOST_INDEX
        if size <= most:
            return page[at : at + size]
        here = _LEAST + (size - _LEAST) % (_USABLE - 4)
        here = here if here <= most else _LEAST
        parts, after = [page[at : at + here]], page[at + here : at + here + 4]
        missing = size - here
        while missing > 0:
            more = self.page(int.from_bytes(after, "big"))
            if more is None:
                return None
            parts.append(more[4 : 4 + min(missing, _USABLE - 4)])
            missing -= len(parts[-1])
            after = more[:4]
        return b"".join(parts)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of SQLite's variable length, and where it ends."""
    value = 0
    for offset in range(8):
        byte = data[at + offset]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the top bit says that more follows
            return value, at + offset + 1
    return value << 8 | data[at + 8], at + 9


def _decoded(payload: bytes) -> Record:
    """Return the values of a record. ValueError when it is shorter than it says."""
    length, at = _varint(payload, 0)
    types = []
    while at < length:
        code, at = _varint(payload, at)
        types.append(code)
    values: list[Value] = []
    at = length
    for code in types:
        size = _size(code)
        if at + size > len(payload):
            raise ValueError("cut short")
        values.append(_value(code, payload[at : at + size]))
        at += size
    return tuple(values)


_SIZES: Final = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def _size(code: int) -> int:
    if code >= 12:  # noqa: PLR2004 - from there on texts and blobs
        return (code - 12) // 2
    return _SIZES[code]


def _value(code: int, content: bytes) -> Value:
    if code >= 12:  # noqa: PLR2004 - the same
        return content.decode() if code % 2 else content
    if code == 0:
        return None
    if code in {8, 9}:
        return code - 8
    return int.from_bytes(content, "big", signed=True)  # our tables hold no fractions
