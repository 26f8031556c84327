"""One backup in its folder: what its paper says, whether everything is there, and how it is got out again.

A backup may lie on a stick that anybody wrote: no name in a paper leads out of its folder, and no
byte is taken that does not match its hash.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from clinic_app.errors import KnownError
from clinic_app.store import db, trouble
from clinic_app.store.files import DATABASE, KEYS
from clinic_app.words import N_
from sync import disk
from sync.chunks import Chunks, NotHere
from sync.errors import UNREADABLE, BadRecord

PAPER: Final = "backup.json"
RULES: Final = "rules"
EVIDENCE: Final = "evidence"
FORMAT: Final = 1
STAMP: Final = "%Y%m%d-%H%M%S"
SPARE: Final = 16 * 1024 * 1024
"""Bytes that must stay free beside a backup: a full disk would stop the work itself."""

_BLOCK: Final = 1024 * 1024

Progress = Callable[[int, int], None]
"""Hears how many bytes of how many are done; what it raises stops the work."""


class File(msgspec.Struct, frozen=True):
    """The size and the BLAKE2b-256 (hex) of a file of a backup."""

    size: int
    hash: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside a backup, readable: nothing of a clinic or a worker.

    `made` is milliseconds since 1970, `mark` changes with whatever is saved, `evidence` counts the
    bytes of the chunks.
    """

    format: int
    made: int
    mark: str
    files: dict[str, File]
    chunks: tuple[str, ...]
    evidence: int


class State(enum.Enum):
    """How a backup looks from outside, by names and sizes. `read` finds the rest."""

    WHOLE = "whole"
    SOME_EVIDENCE_MISSING = "some_evidence_missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup. `made` is in UTC; `size` counts all of its bytes, shared evidence included."""

    folder: Path
    made: dt.datetime
    size: int
    state: State
    mark: str

    @property
    def usable(self) -> bool:
        """Whether the cases can be restored from it."""
        return self.state is not State.DAMAGED

    @property
    def chunks(self) -> Chunks:
        """The evidence of its place, which the backups there share."""
        return Chunks(self.folder.parent / EVIDENCE)


def view(folder: Path) -> Backup:
    """Return the backup in a folder as it looks from outside."""
    paper = read_paper(folder)
    if paper is None:
        return Backup(folder, _moment_of(folder.name), 0, State.DAMAGED, "")
    size = sum(file.size for file in paper.files.values()) + paper.evidence
    made = dt.datetime.fromtimestamp(paper.made / 1000, dt.UTC)
    return Backup(folder, made, size, _state(folder, paper), paper.mark)


def read_paper(folder: Path) -> Paper | None:
    """Return what lies beside a backup; None when it is not there or cannot be read."""
    try:
        paper = msgspec.json.decode((folder / PAPER).read_bytes(), type=Paper)
    except (OSError, *UNREADABLE):
        return None
    plain = DATABASE in paper.files and all(_is_inside(name) for name in paper.files)
    return paper if plain and paper.format == FORMAT else None


def is_as_written(folder: Path, paper: Paper) -> bool:
    """Return whether every file of a backup, evidence apart, has its size and hash. OSError when the disk refuses."""
    try:
        return all(described(folder / name) == file for name, file in paper.files.items())
    except FileNotFoundError:
        return False


def prove(backup: Backup, key: bytes) -> None:
    """Read all of a backup and open it with its key. KnownError when anything in it is damaged."""
    paper = read_paper(backup.folder)
    if paper is None:
        raise damaged(backup)
    try:
        if not is_as_written(backup.folder, paper) or backup.chunks.missing(paper.chunks, look_inside=True):
            raise damaged(backup)
        open_whole(backup.folder / DATABASE, key)
    except OSError as error:
        raise trouble.from_os(error) from error


def fetch(backup: Backup, target: Path, progress: Progress | None = None) -> int:
    """Copy a backup, its keys apart, into a folder as a clinic's; return how many chunks of evidence it lacks.

    KnownError when the store itself is damaged. OSError when a disk refuses.
    """
    paper = read_paper(backup.folder)
    if paper is None or not backup.usable:
        raise damaged(backup)
    total = sum(file.size for file in paper.files.values()) + paper.evidence
    require_room(target, total)
    done = 0
    for name, file in paper.files.items():
        if described(copied(backup.folder / name, target / name)) != file:
            raise damaged(backup)
        done += file.size
        if progress:
            progress(done, total)
    lacking, own = 0, Chunks(target / EVIDENCE)
    for chunk in paper.chunks:
        try:
            content = backup.chunks.get(chunk)
        except (NotHere, BadRecord):
            lacking += 1
            continue
        own.put(content)
        done += len(content)
        if progress:
            progress(done, total)
    return lacking


def open_whole(path: Path, key: bytes) -> None:
    """Open a copied store and look at every page of it; KnownError when it cannot be trusted."""
    with db.known_errors(), closing(db.connect(path, key, "immutable=1&mode=ro")) as conn:
        wrong = conn.execute("PRAGMA cipher_integrity_check").fetchall()
        if wrong or conn.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise trouble.damaged()


def copied(source: Path, target: Path) -> Path:
    """Copy a file whole, its folders made, and return where it lies."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as original, disk.becoming(target) as file:
        shutil.copyfileobj(original, file, _BLOCK)
    return target


def described(path: Path) -> File:
    """Return the size and hash of a file."""
    whole = hashlib.blake2b(digest_size=32)
    size = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            whole.update(block)
            size += len(block)
    return File(size, whole.hexdigest())


def forget_cached(path: Path) -> None:
    """Have the next reading come from the disk itself, where the system can be told so."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def require_room(folder: Path, need: int) -> None:
    """Raise KnownError when a folder, there or to be made, has no room for so many bytes and a little more."""
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    if free < need + SPARE:
        raise KnownError(
            "K-02",
            N_("There is not enough room: {need} MB are needed, and {free} MB are free."),
            N_("Make room there, or choose another stick or folder."),
            need=-(-(need + SPARE) // 1_000_000),
            free=free // 1_000_000,
        )


def damaged(backup: Backup) -> KnownError:
    """Return the error of a backup of which something is missing or not as it was written."""
    return KnownError(
        "K-01",
        N_("The backup of {made} is damaged."),
        N_("Choose another one. Backups marked as whole can be restored."),
        made=backup.made.astimezone().strftime("%Y-%m-%d %H:%M"),
    )


def _state(folder: Path, paper: Paper) -> State:
    try:
        if any((folder / name).stat().st_size != file.size for name, file in paper.files.items()):
            return State.DAMAGED
        if not (folder / KEYS).is_file():
            return State.DAMAGED
        missing = Chunks(folder.parent / EVIDENCE).missing(paper.chunks)
    except (OSError, BadRecord):
        return State.DAMAGED
    return State.SOME_EVIDENCE_MISSING if missing else State.WHOLE


def _is_inside(name: str) -> bool:
    parts = name.split("/")
    return name == DATABASE or (parts[0] == RULES and len(parts) > 1 and all(_is_plain(part) for part in parts))


def _is_plain(part: str) -> bool:
    return bool(part) and part not in {".", ".."} and not set(part) & set('\\:*?"<>|\0')


def _moment_of(name: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(name, STAMP).replace(tzinfo=dt.UTC)
    except ValueError:
        return dt.datetime.fromtimestamp(0, dt.UTC)
