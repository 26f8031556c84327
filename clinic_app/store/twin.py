"""The record outside the store that tells a copied or restored store from one that only moved.

It says how far this computer's stream had come and where. It is written before anything leaves the
computer, so what left is never more than it says. A store that disagrees with it writes on under a
new stream; nothing is lost either way. It holds nothing of a case.
"""

from __future__ import annotations

import hashlib
import sys
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from clinic_app.store.files import DATABASE
from sync.disk import replace
from sync.errors import UNREADABLE
from sync.ground import Ground

if sys.platform == "win32":
    import winreg

_SUFFIX: Final = ".twin"


@dataclass(frozen=True, slots=True)
class Place:
    """How far a stream has come: the seq and hash of its last operation; seq 0 when it is empty."""

    stream: bytes
    seq: int
    op: bytes


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    machine: str
    folder: str
    seq: int
    op: bytes


def is_copy(twins: Twins, ground: Ground, now: Place, folder: Path) -> bool:
    """Return whether a store is not the one that was last written here under its stream: copied, or set back."""
    last = twins.last(now.stream, folder)
    if last is None or last.seq > now.seq:
        return True
    return last.seq > 0 and last.op not in ground.places([last.op])


class Twins:
    """The records of one user of this computer, a file a stream, in one folder of theirs."""

    def __init__(self, folder: Path, machine: str | None = None) -> None:
        self._folder = folder
        self._machine = machine or machine_id()

    @property
    def folder(self) -> Path:
        """The folder of the records, outside any store."""
        return self._folder

    def last(self, stream: bytes, store: Path) -> Place | None:
        """Return how far the stream of the store in a folder had come; None when the store is a copy.

        It is one when nothing is recorded here, when the record is another computer's, or when it
        is of another folder that still has its store.
        """
        try:
            record = msgspec.json.decode(self._path(stream).read_bytes(), type=_Record)
        except (OSError, *UNREADABLE):
            return None
        if record.machine != self._bound(stream):
            return None
        there = Path(record.folder)
        if there != store.resolve() and (there / DATABASE).exists():
            return None
        return Place(stream, record.seq, record.op)

    def note(self, place: Place, store: Path) -> None:
        """Record how far a stream has come; on the disk at return. OSError when it cannot be written."""
        record = _Record(self._bound(place.stream), str(store.resolve()), place.seq, place.op)
        self._folder.mkdir(parents=True, exist_ok=True)
        replace(self._path(place.stream), msgspec.json.encode(record))

    def forget(self, store: Path, names: Iterable[str] = ()) -> None:
        """Remove the records of the store in a folder, and its other notes beside them by name: it was wiped.

        OSError when one cannot be removed.
        """
        for name in names:
            if name and Path(name).name == name:  # never out of this folder
                (self._folder / name).unlink(missing_ok=True)
        for path in self._folder.glob(f"*{_SUFFIX}"):
            try:
                record = msgspec.json.decode(path.read_bytes(), type=_Record)
            except (OSError, msgspec.DecodeError):
                continue
            if record.folder == str(store.resolve()):
                path.unlink()

    def _path(self, stream: bytes) -> Path:
        return self._folder / f"{stream.hex()}{_SUFFIX}"

    def _bound(self, stream: bytes) -> str:
        # Hashed with the stream: the file tells nobody which computer it is from.
        return hashlib.blake2b(self._machine.encode(), key=stream, digest_size=16).hexdigest()


def machine_id() -> str:
    """Return what tells this computer's system from any other; it survives a restart and a moved folder."""
    return _system_id() or f"{uuid.getnode():012x}"  # else the network card's number


if sys.platform == "win32":

    def _system_id() -> str:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""

else:

    def _system_id() -> str:
        for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
            try:
                if found := path.read_text("ascii").strip():
                    return found
            except (OSError, UnicodeError):
                continue
        return ""
