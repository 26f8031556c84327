"""The journal of the store: every save is an operation in it, in the same transaction as the rows.

Nothing is ever changed or removed here. This computer's operations form one chain of hashes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Final

from clinic_app.store import trouble
from clinic_app.store.db import Db
from clinic_app.store.rows import Rows
from sync import merge
from sync.clock import Clock
from sync.errors import BadRecord
from sync.merge import Stamps
from sync.records import GENESIS, ID_BYTES, Kind, Operation, Value, decode, digest, encode

SCHEMA: Final = 1  # of the entities and fields that operations name; not of the tables
MIN_READER: Final = 1
SCOPE: Final = "clinic"

_LATEST: Final = "SELECT coalesce(max(o.hlc), 0) FROM stream s JOIN op o ON o.stream = s.id AND o.seq = s.tip_seq"


class Journal:
    """Appends to this computer's stream and keeps the rows equal to it. Owns the clock and the chain's tip."""

    def __init__(self, db: Db, actor: str) -> None:
        self._db = db
        self._actor = actor
        self.rows = Rows(db, self.operation)
        self._played: set[bytes] = set()
        self._load()

    def _load(self) -> None:
        mine = self._db.first("SELECT id, replica, tip_seq, tip_hash FROM stream WHERE mine = 1")
        if mine is None:
            raise trouble.damaged()
        self._stream, self._replica, self._seq, self._hash = bytes(mine[0]), bytes(mine[1]), mine[2], bytes(mine[3])
        self._clock = Clock(self._db.one(_LATEST)[0])
        self._wall, self._txn = 0, 0

    @property
    def replica(self) -> bytes:
        """The random identity of this computer's copy of the store."""
        return self._replica

    @contextmanager
    def saving(self, wall_ms: int) -> Generator[None]:
        """Everything appended in the block is saved together, or nothing of it."""
        self._wall, self._txn = wall_ms, self._seq + 1
        try:
            with self._db.transaction():
                yield
                self.rows.finish()
                if self._seq >= self._txn:
                    self._db.run(
                        "UPDATE stream SET tip_seq = ?, tip_hash = ? WHERE id = ?",
                        (self._seq, self._hash, self._stream),
                    )
        except BaseException:
            self.rows.forget()
            self._load()
            raise

    def append(self, entity_type: str, entity_id: str, kind: str, fields: Mapping[str, Value]) -> None:
        """Write one operation and bring the rows up to it. Only inside `saving`; BadValue when it may not stand."""
        stamps = self.stamps(entity_id)
        written = fields if kind == Kind.SET else (*fields, merge.ALIVE)
        deletes = kind == Kind.DELETE
        operation = Operation(
            stream=self._stream,
            seq=self._seq + 1,
            prev_hash=self._hash,
            hlc=self._clock.tick(self._wall),
            wall=self._wall,
            actor=self._actor,
            device=self._replica,
            schema=SCHEMA,
            min_reader=MIN_READER,
            txn=self._txn,
            entity_type=entity_type,
            entity_id=entity_id,
            kind=kind,
            fields=dict(fields),
            bases=merge.bases_of_delete(stamps) if deletes else merge.bases_of(stamps, written),
        )
        body = encode(operation)
        op = digest(body)
        self._insert(operation, op, body)
        self._take(operation, op, stamps, _always)
        self._seq, self._hash = operation.seq, op

    def receive(self, bodies: Iterable[bytes]) -> int:
        """Take in operations that other computers wrote, in one transaction; return how many were new.

        Those of one stream come in its order, and streams in any. BadRecord, and nothing taken, when
        bytes are no operation or do not follow what is here.
        """
        taken = 0
        with self.saving(self._wall):
            for body in bodies:
                taken += self._receive(body)
        self._load()
        return taken

    def stamps(self, entity_id: str) -> Stamps:
        """Return the heads of an entity; none when nothing was ever said of it."""
        found = self._db.first("SELECT stamps FROM row_stamps WHERE entity = ?", (entity_id,))
        return merge.unpack(found[0]) if found else merge.EMPTY

    def current(self, entity_id: str, field: str) -> Value:
        """Return the value that a field shows now; None when it was never set or was cleared."""
        head = merge.shown(self.stamps(entity_id), field)
        return self.operation(head.op).fields.get(field) if head else None

    def operation(self, op: bytes) -> Operation:
        """Return the operation with a hash that a head names."""
        found = self._db.first("SELECT body FROM op WHERE hash = ?", (op,))
        if found is None:
            raise trouble.damaged()
        return decode(bytes(found[0]))

    def rebuild(self) -> None:
        """Empty the tables that follow from the journal and play it again. Only inside a transaction."""
        self.rows.clear()
        self._played = set()
        last = 0
        while page := self._db.rows("SELECT n, hash, body FROM op WHERE n > ? ORDER BY n LIMIT 500", (last,)):
            for n, op, body in page:
                operation = decode(bytes(body))
                self._take(operation, bytes(op), self.stamps(operation.entity_id), self._played.__contains__)
                self._played.add(bytes(op))
                last = n
        self._played = set()
        self.rows.finish()

    def problems(self) -> list[str]:
        """Return what is wrong with the chains: gaps, broken links, bytes that are not their hash."""
        found: list[str] = []
        for stream, tip_seq, tip_hash in self._db.rows("SELECT id, tip_seq, tip_hash FROM stream ORDER BY id"):
            seq, before = 0, GENESIS
            while page := self._db.rows(
                "SELECT seq, hash, prev, hlc, entity, body FROM op WHERE stream = ? AND seq > ? ORDER BY seq LIMIT 500",
                (stream, seq),
            ):
                for row in page:
                    found += _broken(bytes(stream), seq, before, row)
                    seq, before = row[0], bytes(row[1])
            if (seq, before) != (tip_seq, bytes(tip_hash)):
                found.append(f"the journal ends at {seq}, its record says {tip_seq}")
        return found

    def _receive(self, body: bytes) -> bool:
        operation, op = decode(body), digest(body)
        if self._has(op):
            return False
        tip = self._db.first("SELECT tip_seq, tip_hash FROM stream WHERE id = ?", (operation.stream,))
        seq, before = (tip[0], bytes(tip[1])) if tip else (0, GENESIS)
        if (operation.seq, operation.prev_hash) != (seq + 1, before):
            raise BadRecord(f"operation {operation.seq} does not follow operation {seq} of its stream")
        if tip is None:
            _add_stream(self._db, operation.stream, operation.device, mine=False)
        self._insert(operation, op, body)
        self._db.run("UPDATE stream SET tip_seq = ?, tip_hash = ? WHERE id = ?", (operation.seq, op, operation.stream))
        self._take(operation, op, self.stamps(operation.entity_id), self._has)
        return True

    def _has(self, op: bytes) -> bool:
        return self._db.first("SELECT 1 FROM op WHERE hash = ?", (op,)) is not None

    def _insert(self, operation: Operation, op: bytes, body: bytes) -> None:
        self._db.run(
            "INSERT INTO op (stream, seq, hash, prev, hlc, entity, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (operation.stream, operation.seq, op, operation.prev_hash, operation.hlc, operation.entity_id, body),
        )

    def _take(self, operation: Operation, op: bytes, stamps: Stamps, known: Callable[[bytes], bool]) -> None:
        after = merge.add(stamps, operation, op, known)
        self._db.run("INSERT OR REPLACE INTO row_stamps VALUES (?, ?)", (operation.entity_id, merge.pack(after)))
        self.rows.apply(operation, op, after)


def begin(db: Db) -> None:
    """Give a new store its identity and its empty stream."""
    _add_stream(db, secrets.token_bytes(ID_BYTES), secrets.token_bytes(ID_BYTES), mine=True)


def _add_stream(db: Db, stream: bytes, replica: bytes, *, mine: bool) -> None:
    db.run(
        "INSERT INTO stream (id, replica, incarnation, scope, mine, tip_seq, tip_hash) VALUES (?, ?, 1, ?, ?, 0, ?)",
        (stream, replica, SCOPE, int(mine), GENESIS),
    )


def _always(_op: bytes) -> bool:
    return True  # what is written here names only heads that are here


def _broken(stream: bytes, seq: int, before: bytes, row: tuple[int, bytes, bytes, int, str, bytes]) -> list[str]:
    number, op, prev, hlc, entity, body = row
    place = f"operation {number}"
    if number != seq + 1:
        return [f"{place}: the one before it is missing"]
    if digest(bytes(body)) != bytes(op):
        return [f"{place}: its bytes are not what was written"]
    try:
        read = decode(bytes(body))
    except BadRecord as error:
        return [f"{place}: {error}"]
    said = (read.stream, read.seq, read.prev_hash, read.hlc, read.entity_id)
    if said != (stream, number, bytes(prev), hlc, entity):
        return [f"{place}: its place is not the one it was written for"]
    return [] if bytes(prev) == before else [f"{place}: it does not follow the one before it"]
