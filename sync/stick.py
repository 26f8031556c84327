"""Bundles on a USB stick, or in any folder: found among other files, written so that they are whole or not there.

A bundle is written under a name that says it is not finished, seen onto the stick, read back and
compared, and only then given its random name. So a stick may be pulled at any moment: what has a
bundle's name is a bundle. Whoever finds the stick sees a size and a name that says nothing.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from sync import bundle
from sync.bundle import AGE, Opened, Reader, Sink
from sync.disk import PART, see
from sync.errors import SyncError
from sync.parcel import Parcel

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are done. What it raises stops the work; nothing half done stays."""

MOST_FILES: Final = 20_000
MOST_DEPTH: Final = 3

_NAME_BYTES: Final = 10
_NAME: Final = re.compile(r"[a-z2-7]{16}\Z", re.ASCII)
_BLOCK: Final = 1024 * 1024
_SPARE: Final = 64 * 1024  # for the stick's own tables
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
# What Windows says, which Python turns into less: write protected; disk full (twice).
_WINDOWS_READ_ONLY: Final = frozenset({5, 19})
_WINDOWS_FULL: Final = frozenset({39, 112})


class StickTrouble(SyncError):  # noqa: N818 - the names say what is wrong, as callers catch them
    """A stick that could not be read or written. What was on it whole before still is."""


class StickFull(StickTrouble):
    """No room. `needed` and `free` are bytes, 0 when not known."""

    def __init__(self, needed: int = 0, free: int = 0) -> None:
        super().__init__(f"{needed} bytes needed, {free} free")
        self.needed = needed
        self.free = free


class StickReadOnly(StickTrouble):
    """It cannot be written: its switch, or the rights on the folder."""


class StickGone(StickTrouble):
    """It was pulled out, or does not answer any more."""


class StickFaulty(StickTrouble):
    """What was read back is not what was written: the stick is failing."""


# -- reading ----------------------------------------------------------------------------------------


def find(folder: Path) -> list[Path]:
    """Return the files in a folder and a few folders below that may be bundles, whatever their names, sorted.

    Links are not followed. StickGone when the folder cannot be read.
    """
    found = []
    for number, path in enumerate(_files(folder, MOST_DEPTH)):
        if number >= MOST_FILES:
            break
        with suppress(OSError):  # a file that cannot be read is no bundle for us
            if _may_be_bundle(path):
                found.append(path)
    return sorted(found)


def read(path: Path, reader: Reader, inbox: Sink, progress: Progress | None = None) -> Opened:
    """Bring a bundle into the inbox. `bundle.Unreadable` when it is not taken, StickGone when the stick is."""
    with _troubles(reading=True):
        source = path.open("rb")
        size = path.stat().st_size
    with source:
        return bundle.read(_Reading(source, size, progress), reader, inbox)


class _Reading:
    """A file on a stick that tells how far it was read, and whose errors say that the stick is gone."""

    def __init__(self, source: BinaryIO, size: int, progress: Progress | None) -> None:
        self._source = source
        self._size = size
        self._progress = progress
        self._done = 0

    def read(self, size: int = -1) -> bytes:
        with _troubles(reading=True):
            data = self._source.read(size)
        self._done += len(data)
        if self._progress is not None:
            self._progress(self._done, self._size)
        return data


def _files(folder: Path, depth: int) -> Iterator[Path]:
    with _troubles(reading=True):
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    for entry in entries:
        with suppress(OSError):
            if entry.is_file(follow_symlinks=False):
                yield Path(entry.path)
            elif depth and entry.is_dir(follow_symlinks=False):
                with suppress(StickGone):  # a folder that cannot be looked into
                    yield from _files(Path(entry.path), depth - 1)


def _may_be_bundle(path: Path) -> bool:
    if path.suffix == PART:
        return False
    with path.open("rb") as file:
        return file.read(len(AGE)) == AGE


# -- writing ----------------------------------------------------------------------------------------


def write(
    folder: Path, parcels: Sequence[Parcel], *, outdated: Sequence[str] = (), progress: Progress | None = None
) -> list[str]:
    """Write bundles into a folder, each read back and compared; return their names.

    `outdated` are names of own bundles that were written before and that these replace: they go when
    these are there whole, and before when there is no room for both. Other files are never touched.
    """
    total = sum(parcel.size for parcel in parcels)
    _make_room(folder, total, outdated)
    done, names = 0, []
    for parcel in parcels:
        names.append(_write_one(folder, parcel, _shifted(progress, done, total)))
        done += parcel.size
    for name in outdated:
        _remove(folder, name)
    return names


def _write_one(folder: Path, parcel: Parcel, progress: Progress | None) -> str:
    """Write one volume. Half of its progress is writing, half reading back."""
    name = base64.b32encode(secrets.token_bytes(_NAME_BYTES)).decode().lower()
    part = folder / f"{name}{PART}"
    with _troubles():
        file = part.open("xb")
    try:
        with file:
            writing = _Writing(file)
            size = bundle.write(parcel.opening, parcel.rest(), parcel.readers, writing, _half(progress, 0, parcel.size))
            with _troubles():
                file.flush()
                os.fsync(file.fileno())
                _forget_cached(file.fileno())
        _read_back(part, writing.hash.digest(), _half(progress, size, parcel.size))
        with _troubles():
            part.rename(folder / name)
            see(folder)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return name


class _Writing:
    """A file on a stick that is hashed while it is written, and whose errors say what is wrong with the stick."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.hash = hashlib.blake2b(digest_size=32)

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        with _troubles():
            return self._file.write(data)


def _read_back(path: Path, written: bytes, at: Callable[[int], None]) -> None:
    """Raise StickFaulty unless the file has the hash of what was written."""
    found, done = hashlib.blake2b(digest_size=32), 0
    with _troubles(), path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            found.update(block)
            done += len(block)
            at(done)
    if found.digest() != written:
        raise StickFaulty("what was read back is not what was written")


def _forget_cached(handle: int) -> None:
    """Let what is read back come from the stick and not from memory, where the system can."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _make_room(folder: Path, total: int, outdated: Sequence[str]) -> None:
    with _troubles():
        _remove_leftovers(folder)
        free = shutil.disk_usage(folder).free
        if free < total + _SPARE and outdated:
            for name in outdated:
                _remove(folder, name)
            free = shutil.disk_usage(folder).free
    if free < total + _SPARE:
        raise StickFull(total + _SPARE, free)


def _remove_leftovers(folder: Path) -> None:
    """Remove what a cut-off write left: only what has the form of our names and begins as a bundle, or is empty."""
    for path in folder.glob(f"*{PART}"):
        if _NAME.match(path.stem) and path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                ours = file.read(len(AGE)) in {AGE, b""}
            if ours:
                path.unlink()


def _remove(folder: Path, name: str) -> None:
    if _NAME.match(name):  # names come from what was kept, yet never lead out of the folder
        with suppress(OSError):
            (folder / name).unlink()


def _shifted(progress: Progress | None, done: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda now, _: progress(min(done + now, total), total)


def _half(progress: Progress | None, before: int, size: int) -> Callable[[int], None]:
    """Return what tells how far one volume is: first all its bytes are written, then all are read back."""
    if progress is None:
        return lambda _done: None
    return lambda done: progress((before + done) // 2, size)


@contextmanager
def _troubles(*, reading: bool = False) -> Iterator[None]:
    """Tell what is wrong with the stick by what the system says of it."""
    try:
        yield
    except OSError as error:
        code, windows = error.errno, getattr(error, "winerror", None)
        if not reading and (code in _FULL or windows in _WINDOWS_FULL):
            raise StickFull from error
        if not reading and (code in _READ_ONLY or windows in _WINDOWS_READ_ONLY):
            raise StickReadOnly(str(error)) from error
        raise StickGone(str(error)) from error
