"""The record of what was done: entries in one chain, each sealed with the one before under a key made from the store's.

Entries are only ever appended. How far the chain had come is noted outside the store too, so that taking
entries from its end, or putting an older file in its place, is noticed at the next opening.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from clinic_app.domain.audit import Asked, Deed, Entry, Fault, Wrong
from clinic_app.domain.views import UserInfo
from clinic_app.store import changed
from clinic_app.store.db import Db, Row
from clinic_app.store.replica import Replica
from sync.disk import replace
from sync.errors import UNREADABLE

TAIL: Final = 200  # entries that are checked at each opening
START: Final = bytes(32)  # what the first entry follows
SUFFIX: Final = ".audit"
_ADD: Final = "INSERT INTO audit (seq, at, user, who, deed, number, detail, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_CHAIN: Final = "SELECT seq, at, user, who, deed, number, detail, mac FROM audit WHERE seq > ? ORDER BY seq"
_EXPLAINS: Final = frozenset({Deed.UNDERSTOOD, Deed.RESTORED})  # why entries at the end are missing


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain had come: the number of its entries, and the seal of the last."""

    seq: int
    mac: bytes


class Audit:
    """The record of one store. `heads` is the folder in which its head is noted outside the store; None notes none."""

    def __init__(
        self, db: Db, ground: Replica, user: UserInfo, now: Callable[[], dt.datetime], heads: Path | None
    ) -> None:
        self._db = db
        self._ground = ground
        self._user = user
        self._now = now
        self._key = db.derived_key(b"clinic audit chain")
        self._file = None if heads is None else heads / f"{_name(db)}{SUFFIX}"
        self._once: set[tuple[Deed, str, str]] = set()
        self._last = self._read_last()
        self._found: tuple[Wrong, ...] = ()

    @property
    def note_name(self) -> str:
        """The name of the file outside the store in which its head is noted; "" when there is none."""
        return "" if self._file is None else self._file.name

    # -- writing ------------------------------------------------------------------------------

    def note(self, deed: Deed, case_id: str = "", detail: str = "") -> None:
        """Append an entry and note outside how far the chain has come. On the disk at return."""
        self._append(deed, case_id, detail)
        self.note_head()
        if deed in _EXPLAINS:
            self._found = tuple(wrong for wrong in self._found if wrong.fault is not Fault.CUT_SHORT)

    def once(self, deed: Deed, case_id: str, detail: str = "") -> None:
        """Append what was looked at, the first time since the store was opened: looking must stay quick.

        The head outside follows with the next other entry, or when the store is closed.
        """
        if (deed, case_id, detail) not in self._once:
            self._append(deed, case_id, detail)
            self._once.add((deed, case_id, detail))

    def note_head(self) -> None:
        """Note outside the store how far the chain has come; without a place to note it nothing is."""
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            replace(self._file, msgspec.json.encode(self._last))
        except OSError:
            return  # the chain itself is whole; only its end is not attested here

    # -- checking -----------------------------------------------------------------------------

    def look(self) -> None:
        """Check the end of the chain, at opening. What is missing there is written into it, for good."""
        noted = self._noted()
        if noted is not None and self._is_cut(noted):
            self._append(Deed.CUT_SHORT, "", f"{min(self._last.seq, noted.seq)} < {noted.seq}")
            self.note_head()
        self._found = tuple(self._check(max(0, self._last.seq - TAIL)))

    @property
    def found(self) -> tuple[Wrong, ...]:
        """What was wrong when the store was opened."""
        return self._found

    def faults(self) -> tuple[Wrong, ...]:
        """Return everything that is wrong with the whole chain; nothing when it is as it was written."""
        noted = self._noted()
        found = list(self._check(0))
        if noted is not None and self._is_cut(noted):
            found.append(Wrong(Fault.CUT_SHORT, min(self._last.seq, noted.seq)))
        return tuple(found)

    # -- reading ------------------------------------------------------------------------------

    def entries(self, asked: Asked, limit: int) -> tuple[Entry, ...]:
        """Return the latest entries that are asked for, with what the journal says was changed, the latest first."""
        found = [*self._kept(asked, limit), *changed.changes(self._db, self._ground, asked, limit)]
        return tuple(sorted(found, key=lambda entry: (entry.at, entry.seq), reverse=True)[:limit])

    def people(self) -> tuple[str, ...]:
        """Return the names of all who are in the record."""
        rows = self._db.rows("SELECT who FROM audit UNION SELECT name FROM users WHERE name > '' ORDER BY 1")
        return tuple(row[0] for row in rows if row[0])

    # -- inside -------------------------------------------------------------------------------

    def _append(self, deed: Deed, case_id: str = "", detail: str = "") -> None:
        number = self._number(case_id) if case_id else ""
        row = (
            self._last.seq + 1,
            int(self._now().timestamp() * 1000),
            self._user.id,
            self._user.name,
            deed.value,
            number,
            detail,
        )
        mac = self._seal(self._last.mac, row)
        with self._db.transaction():
            self._db.run(_ADD, (*row, mac))
        self._last = Head(row[0], mac)

    def _seal(self, before: bytes, row: Row) -> bytes:
        return hmac.digest(self._key, before + msgspec.json.encode(row), "sha256")

    def _check(self, after: int) -> Iterator[Wrong]:
        """Yield what is wrong after an entry, which is itself believed."""
        before = self._seal_of(after) if after else START
        seq, cut = after, 0
        for *row, mac in self._db.rows(_CHAIN, (after,)):
            if row[0] != seq + 1:
                yield Wrong(Fault.MISSING, row[0])
            elif not hmac.compare_digest(self._seal(before or START, tuple(row)), mac):
                yield Wrong(Fault.CHANGED, row[0])
            seq, before = row[0], mac
            if row[4] == Deed.CUT_SHORT:
                cut = row[0]
            elif row[4] in _EXPLAINS:
                cut = 0
        if cut:
            yield Wrong(Fault.CUT_SHORT, cut - 1)

    def _is_cut(self, noted: Head) -> bool:
        """Return whether the chain has no such end, nor goes on from it."""
        return noted.seq > 0 and self._seal_of(noted.seq) != noted.mac

    def _kept(self, asked: Asked, limit: int) -> Iterator[Entry]:
        wanted = {"who": asked.who, "deed": asked.deed, "number": asked.case}
        first, end = changed.between(asked)
        clauses = [f"{name} = ?" for name, value in wanted.items() if value] + ["at >= ?", "at < ?"]
        sql = f"SELECT seq, at, who, deed, number, detail FROM audit WHERE {' AND '.join(clauses)}"  # noqa: S608 - names of ours
        values = (*(value for value in wanted.values() if value), first, end, limit)
        for seq, at, who, deed, number, detail in self._db.rows(f"{sql} ORDER BY seq DESC LIMIT ?", values):
            yield Entry(seq, changed.moment(at), who, deed, number, detail)

    def _number(self, case_id: str) -> str:
        found = self._db.first("SELECT number FROM cases WHERE id = ?", (case_id,))
        return str(found[0] or "") if found else ""

    def _seal_of(self, seq: int) -> bytes | None:
        found = self._db.first("SELECT mac FROM audit WHERE seq = ?", (seq,))
        return bytes(found[0]) if found else None

    def _read_last(self) -> Head:
        found = self._db.first("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1")
        return Head(found[0], bytes(found[1])) if found else Head(0, START)

    def _noted(self) -> Head | None:
        if self._file is None:
            return None
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Head)
        except (OSError, *UNREADABLE):
            return None


def _name(db: Db) -> str:
    """Return the name of the file outside: of this store at this place, and it tells nobody which."""
    return db.derived_key(b"clinic audit head" + str(db.path.parent.resolve()).encode())[:16].hex()
