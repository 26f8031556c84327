"""Reads the records of an encrypted store page by page, when SQLite refuses the file because some of it is damaged.

Each page carries its own seal, so a page is either as it was written or left out; what leads from
page to page is not needed. Nothing is ever written. The layout is SQLCipher 4's and SQLite's own.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

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


def salt(key: bytes) -> bytes:
    """Return the first bytes of the file, which SQLCipher leaves readable.

    Made from the key, they tell a file of another clinic from a damaged one. The key is random and
    one store's own, so nothing is lost by that.
    """
    return hmac.digest(key, b"clinic store file", "sha256")[:_SALT]


class Seals:
    """Opens single pages of a store with its key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._seal_key = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt(key)), 2, 32)

    def holds(self, number: int, page: bytes) -> bool:
        """Return whether a page is as it was written under its number; pages count from 1."""
        if len(page) != PAGE:
            return False
        sealed = page[_SALT if number == 1 else 0 : _USABLE + _IV] + number.to_bytes(4, "little")
        return hmac.compare_digest(hmac.digest(self._seal_key, sealed, "sha512"), page[_USABLE + _IV :])

    def open(self, number: int, page: bytes) -> bytes | None:
        """Return a page in the clear; None when its seal is broken."""
        if not self.holds(number, page):
            return None
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(page[_USABLE : _USABLE + _IV])).decryptor()
        begin = _SALT if number == 1 else 0
        plain = decryptor.update(page[begin:_USABLE]) + decryptor.finalize()
        return (_MAGIC if number == 1 else b"") + plain


class Frame(NamedTuple):
    """One page image of a log: its page's number, whether a save ends with it, and the image."""

    number: int
    ends_save: bool
    image: bytes


class Log:
    """The write-ahead log beside a store's file."""

    def __init__(self, path: Path, seals: Seals) -> None:
        log = path.with_name(f"{path.name}-wal")
        self._log = log.read_bytes() if log.exists() else b""
        self._seals = seals
        self._head = self._log[:_LOG_HEADER]
        self._is_whole = len(self._head) == _LOG_HEADER and _is_log_head(self._head)

    def frames(self, after: int = 0) -> Iterator[Frame]:
        """Return the frames beyond the first ones whose image is as it was written.

        Those that are left from before the log was begun anew are not among them, unless its head
        is damaged and cannot tell.
        """
        size = _FRAME_HEADER + PAGE
        for at in range(_LOG_HEADER + after * size, len(self._log) - size + 1, size):
            head, image = self._log[at : at + _FRAME_HEADER], self._log[at + _FRAME_HEADER : at + size]
            number = int.from_bytes(head[:4], "big")
            if (not self._is_whole or head[8:16] == self._head[16:24]) and self._seals.holds(number, image):
                yield Frame(number, head[4:8] != bytes(4), image)

    def saves_beyond(self, frames: int) -> int:
        """Return how many saves the log holds beyond the frames that SQLite reads; all, when its head is damaged.

        There may be one, that was being written when the power went. More were confirmed and are lost to SQLite.
        """
        return sum(frame.ends_save for frame in self.frames(frames if self._is_whole else 0))


class Pages:
    """The readable pages of a store's file and of the log beside it."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._seals = Seals(key)
        self._file = path.read_bytes()
        self._frames = tuple(Log(path, self._seals).frames())
        self._newest = {frame.number: frame.image for frame in self._frames}
        self._open: dict[int, bytes | None] = {}
        self.count = max(-(-len(self._file) // PAGE), *self._newest, 0)

    @property
    def damaged(self) -> tuple[int, ...]:
        """The numbers of the pages that are not as they were written."""
        return tuple(number for number in range(1, self.count + 1) if self.page(number) is None)

    def page(self, number: int) -> bytes | None:
        """Return the newest whole image of a page, in the clear; None when there is none."""
        if number not in self._open:
            image = self._newest.get(number) or self._of_file(number)
            self._open[number] = self._seals.open(number, image)
        return self._open[number]

    def records(self) -> Iterator[Record]:
        """Return every whole record of every readable image, of whatever table or index, older images first."""
        for number in range(1, self.count + 1):
            yield from self._of_image(number, self._of_file(number))
        for frame in self._frames:
            yield from self._of_image(frame.number, frame.image)

    def _of_file(self, number: int) -> bytes:
        return self._file[(number - 1) * PAGE : number * PAGE]

    def _of_image(self, number: int, image: bytes) -> Iterator[Record]:
        page = self._seals.open(number, image)
        if page is not None:
            yield from self._records(page, _HEADER if number == 1 else 0)

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


def _is_log_head(head: bytes) -> bool:
    """Return whether the head of a log has its own checksum."""
    order: Literal["little", "big"] = "big" if head[3] & 1 else "little"
    words = [int.from_bytes(head[at : at + 4], order) for at in range(0, 24, 4)]
    one = other = 0
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + other) & 0xFFFFFFFF
        other = (other + second + one) & 0xFFFFFFFF
    return (one, other) == (int.from_bytes(head[24:28], "big"), int.from_bytes(head[28:32], "big"))


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
