"""Brings what can still be read of a damaged store into a whole one. The damaged files are only read.

A save is an operation that proves itself by its hash, so what is brought in is exactly what was
written, in its place of its chain; what does not reach its chain waits, and is counted as lost.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TypeGuard

from clinic_app.errors import KnownError
from clinic_app.store import db as database
from clinic_app.store import trouble
from clinic_app.store.db import Db
from clinic_app.store.files import DATABASE
from clinic_app.store.journal import Journal
from clinic_app.store.pages import Pages, Record
from clinic_app.store.tables import CASE
from sync.chunks import Chunks, NotHere
from sync.engine import Arrival, Engine
from sync.errors import BadRecord
from sync.ground import State
from sync.records import ID_BYTES, Operation, digest, glance, stored
from sync.wire import Entry

_HASH: Final = 32
_ESSENTIAL: Final = frozenset({"name", "place", "practice", "created_on", "last_number"})
_NUMBER: Final = "last_number"
_NOTES: Final = ("clinic.", "sync.")
_AT_ONCE: Final = 500
_LOCAL: Final = ("staff", "audit", "signed_tip", "waiting", "quarantine")
"""Tables of this computer alone, which are carried over whole when they can be read whole."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What came out of a damaged store beyond what was there: saves, the numbers of their cases, and what is lost.

    `apart` were read but follow something that could not be. `pages` are damaged pages of `of_pages`.
    """

    saves: int = 0
    cases: tuple[str, ...] = ()
    apart: int = 0
    pages: int = 0
    of_pages: int = 0


class Remains:
    """What can be read of the store in a folder with its key. OSError when the folder cannot be read."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._path = folder / DATABASE
        self._key = key
        pages = Pages(self._path, key)
        self.pages, self.damaged = pages.count, len(pages.damaged)
        self.entries: dict[bytes, Entry] = {}
        self.devices: dict[bytes, bytes] = {}
        self.meta: dict[str, str] = {}
        self.notes: dict[str, bytes] = {}
        self.mine: tuple[bytes, bytes] | None = None  # stream and device of this computer
        numbers: dict[int, bytes] = {}
        blanks: list[tuple[int, int, bytes, bytes]] = []
        self._apart: set[bytes] = set()  # in quarantine: a person decides on them
        for record in pages.records():
            with suppress(BadRecord):
                self._sort(record, numbers, blanks)
        for number, seq, op, prev in blanks:
            if number in numbers:
                self.entries[op] = Entry(numbers[number], seq, prev, op, None)
        for op in self._apart:
            self.entries.pop(op, None)

    def about(self) -> dict[str, str] | None:
        """Return what a store says of its clinic; what is lost is taken from its cases. None without any."""
        cases = [said for said in self._said() if said.entity_type == CASE and "number" in said.fields]
        if self.meta.keys() >= _ESSENTIAL:
            return self.meta
        if not cases:
            return None
        first = min(cases, key=lambda said: said.wall)
        numbers = [int(digits) for said in cases if (digits := str(said.fields["number"])[-4:]).isdecimal()]
        found = {
            "name": str(first.fields.get("clinic") or ""),
            "place": str(first.fields.get("place") or ""),
            "practice": "no",
            "created_on": dt.datetime.fromtimestamp(first.wall / 1000, dt.UTC).date().isoformat(),
            _NUMBER: str(max(numbers, default=0)),
        }
        return found | self.meta

    def identity(self) -> tuple[bytes, bytes]:
        """Return this computer's stream and device; from its journal, or new ones, when they are lost."""
        if self.mine is not None:
            return self.mine
        devices = Counter(said.device for said in self._said())
        device = devices.most_common(1)[0][0] if devices else secrets.token_bytes(ID_BYTES)
        return secrets.token_bytes(ID_BYTES), device

    def _said(self) -> Iterator[Operation]:
        for entry in self.entries.values():
            if entry.body is not None:
                with suppress(BadRecord):
                    yield stored(entry.body)

    def local_rows(self, table: str) -> list[tuple[object, ...]]:
        """Return every row of a table; none when not all of them can be read."""
        with (
            suppress(KnownError),
            database.known_errors(),
            closing(database.connect_to_look(self._path, self._key)) as conn,
        ):
            found: list[tuple[object, ...]] = conn.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - ours
            return found
        return []

    def _sort(self, record: Record, numbers: dict[int, bytes], blanks: list[tuple[int, int, bytes, bytes]]) -> None:
        match record:
            case (
                int() as number,
                int() as seq,
                bytes() as op,
                bytes() as prev,
                int(),
                str(),
                body,
                str() as state,
                str(),
            ):
                if state == State.CARRIED or len(op) != _HASH:  # carried ones follow from headquarters' own
                    return
                if body is None:
                    blanks.append((number, seq, op, prev))
                elif isinstance(body, bytes) and digest(body) == op:
                    numbers[number] = self._add(body, op)
            case (bytes() as op, bytes(), int(), bytes(), _, str(), bytes(), str()) if len(op) == _HASH:
                self._apart.add(op)
            case (None, bytes() as stream, bytes() as device, int() as mine) if len(stream) == ID_BYTES:
                self.devices[stream] = device
                if mine:
                    self.mine = stream, device
            case (str() as name, str() as value) if name in _ESSENTIAL or name.startswith("kept."):
                self.meta[name] = value
            case (str() as name, bytes() as content) if name.startswith(_NOTES):
                self.notes[name] = content
            case _:
                return

    def _add(self, body: bytes, op: bytes) -> bytes:
        """Keep an operation and return its stream."""
        said = glance(body)
        self.entries[op] = Entry(said.stream, said.seq, said.prev_hash, op, body)
        self.devices.setdefault(said.stream, said.device)
        return said.stream


def begin(folder: Path, key: bytes, remains: Remains) -> None:
    """Make a store without cases in a folder from the name, place and identity that could be read.

    KnownError when not even these could.
    """
    meta = remains.about()
    if meta is None:
        raise trouble.damaged()
    stream, device = remains.identity()

    def fill(db: Db) -> None:
        for name, value in meta.items():
            db.run("INSERT INTO meta VALUES (?, ?)", (name, value))
        db.run("INSERT INTO stream (id, device, mine) VALUES (?, ?, 1)", (stream, device))
        for name, content in remains.notes.items():
            db.run("INSERT INTO sync_note VALUES (?, ?)", (name, content))

    database.create(folder / DATABASE, key, fill)


def carry(db: Db, remains: Remains) -> None:
    """Carry over what is this computer's own and newer in the remains: people, the record of deeds, numbers, notes."""
    with db.transaction():
        for table in _LOCAL:
            rows = remains.local_rows(table)
            columns = len(db.rows(f"PRAGMA table_info({table})"))
            if rows and len(rows[0]) == columns:
                places = ", ".join("?" * columns)
                db.many(f"INSERT OR IGNORE INTO {table} VALUES ({places})", rows)  # noqa: S608 - names of ours
        last = int(db.one("SELECT value FROM meta WHERE name = ?", (_NUMBER,))[0])
        read = remains.meta.get(_NUMBER, "")
        if read.isascii() and read.isdigit() and int(read) > last:
            db.run("UPDATE meta SET value = ? WHERE name = ?", (read, _NUMBER))
        for name, content in remains.notes.items():
            db.run("INSERT OR IGNORE INTO sync_note VALUES (?, ?)", (name, content))


def bring(journal: Journal, remains: Remains) -> Brought:
    """Take every operation of the remains that is not there into an open store, as a bundle would be."""
    ground = journal.ground
    engine = Engine(ground, journal.headquarters)
    here = ground.places(remains.entries.keys())
    new = [entry for op, entry in remains.entries.items() if op not in here]
    new.sort(key=lambda entry: (entry.stream, entry.seq, entry.op))
    arriving = iter([Arrival(entry, remains.devices.get(entry.stream, b"")) for entry in new])
    while batch := list(islice(arriving, _AT_ONCE)):
        engine.take(batch, sender=journal.headquarters)
    journal.load()
    placed = ground.places([entry.op for entry in new])
    cases = _cases(journal, [entry for entry in new if entry.op in placed])
    return Brought(len(placed), cases, len(new) - len(placed), remains.damaged, remains.pages)


def mend_evidence(own: Chunks, wanted: Iterable[str], sources: Iterable[Chunks]) -> tuple[int, int]:
    """Bring chunks that are missing or damaged from wherever they are whole; return how many came, and how many not."""
    others = tuple(sources)
    came = lost = 0
    for chunk in own.missing(wanted, look_inside=True):
        content = next(filter(_is_there, (_get(source, chunk) for source in others)), None)
        if content is None:
            lost += 1
        else:
            own.put(content)
            came += 1
    return came, lost


def _is_there(content: bytes | None) -> TypeGuard[bytes]:
    return content is not None


def _get(source: Chunks, chunk: str) -> bytes | None:
    with suppress(NotHere, BadRecord, OSError):
        return source.get(chunk)
    return None


def _cases(journal: Journal, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the numbers of the cases that operations belong to."""
    found: set[str] = set()
    for entry in entries:
        if entry.body is not None:
            with suppress(BadRecord):
                said = stored(entry.body)
                found.update(journal.ground.rows.cases_of(said.entity_id, said.entity_type))
    rows = journal.ground.db.among("SELECT number FROM cases WHERE number > '' AND id IN", found)
    return tuple(sorted(row[0] for row in rows))
