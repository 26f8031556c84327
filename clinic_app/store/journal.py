"""The journal of the store: every save is an operation in it, in the same transaction as the rows.

Nothing is ever changed or removed here. This computer's operations form one chain of hashes, its
stream; what other computers wrote stands beside it and is merged by the sync engine, by the same rules.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

from clinic_app.store import trouble
from clinic_app.store.db import Db
from clinic_app.store.replica import Replica
from sync import exchange, merge
from sync.clock import Clock, at
from sync.engine import Engine
from sync.errors import BadRecord
from sync.ground import Change, State, Stream
from sync.merge import Stamps
from sync.records import GENESIS, ID_BYTES, Kind, Operation, Value, decode, digest, encode, stored
from sync.wire import Tip

SCHEMA: Final = 1  # of the entities and fields that operations name; not of the tables
MIN_READER: Final = 1

HEADQUARTERS_ID: Final = "clinic.headquarters"

_RECENT: Final = 256  # entities whose heads are kept at hand
_DAY_MS: Final = 24 * 60 * 60 * 1000
_LATEST: Final = (
    "SELECT coalesce(max(o.hlc) FILTER (WHERE s.device = :device), 0), coalesce(max(o.hlc), 0) "
    "FROM tip t JOIN stream s ON s.n = t.stream JOIN op o ON o.hash = t.op"
)


class Journal:
    """Appends to this computer's stream and keeps the rows equal to it. Owns the clock and the chain's tip."""

    def __init__(self, db: Db, actor: str) -> None:
        self._db = db
        self._actor = actor
        self.ground = Replica(db)
        self.load()

    def load(self) -> None:
        """Take up stream and clock as they stand in the store: after opening, and after a bundle was taken."""
        mine = self._db.first("SELECT id, device FROM stream WHERE mine = 1")
        if mine is None:
            raise trouble.damaged()
        self._stream, self._replica = bytes(mine[0]), bytes(mine[1])
        tips = self._tips() or (Tip(0, GENESIS),)
        self._branched = len(tips) > 1
        self._seq, self._hash = tips[-1].seq, tips[-1].op
        own, any_stream = self._db.one(_LATEST, {"device": self._replica})
        here = self._db.first("SELECT hlc FROM op WHERE hash = ?", (self._hash,))
        self._clock = Clock(max(own, here[0] if here else 0))
        self._theirs = any_stream
        self._attested = exchange.read_marks(self.ground).attested
        self._wall, self._txn = 0, 0
        self._recent: dict[str, Stamps] = {}

    @property
    def replica(self) -> bytes:
        """The identity of this computer, random: what operations call their device."""
        return self._replica

    @property
    def stream(self) -> bytes:
        """The stream that this computer writes now."""
        return self._stream

    @property
    def headquarters(self) -> bytes:
        """The id of the headquarters that this computer was enrolled by; b"" while it is not."""
        return self.ground.note(HEADQUARTERS_ID) or b""

    @property
    def place(self) -> Tip:
        """How far this computer's stream has come; seq 0 when it is empty."""
        return Tip(self._seq, self._hash)

    def begin_stream(self) -> None:
        """Write on under a new stream: this store is a copy of another, or was set back."""
        with self.ground.transaction():
            self.ground.begin_stream()
        self.load()

    @contextmanager
    def saving(self, wall_ms: int) -> Generator[None]:
        """Everything appended in the block is saved together, or nothing of it."""
        try:
            with self.ground.transaction():
                if self._branched:  # written on two disks: neither goes on with it
                    self.ground.begin_stream()
                    self.load()
                self._wall, self._txn = wall_ms, self._seq + 1
                # Below what headquarters told, our clock is wrong. Another computer's may be years ahead.
                self._clock.see(at(self._attested))
                self._clock.see(self._theirs, max(wall_ms, self._attested) + _DAY_MS)
                yield
        except BaseException:
            self.load()
            raise

    def append(self, entity_type: str, entity_id: str, kind: str, fields: Mapping[str, Value]) -> None:
        """Write one operation and bring the rows up to it. Only inside `saving`; BadValue when it may not stand."""
        stamps = self.stamps(entity_id)
        seen = merge.bases_of(stamps, fields if kind == Kind.SET else (*fields, merge.ALIVE))
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
            bases=seen | merge.bases_of_delete(stamps) if kind == Kind.DELETE else seen,
        )
        body = encode(operation)
        op = digest(body)
        self.ground.add(operation, op, body)
        self._show(operation, op, stamps)
        self._seq, self._hash = operation.seq, op

    def stamps(self, entity_id: str) -> Stamps:
        """Return the heads of an entity; none when nothing was ever said of it."""
        kept = self._recent.get(entity_id)
        if kept is None:
            found = self._db.first("SELECT stamps FROM row_stamps WHERE entity = ?", (entity_id,))
            kept = merge.unpack(found[0]) if found else merge.EMPTY
            self._keep(entity_id, kept)
        return kept

    def current(self, entity_id: str, field: str) -> Value:
        """Return the value that a field shows now; None when it was never set or was cleared."""
        head = merge.shown(self.stamps(entity_id), field)
        return self.operation(head.op).fields.get(field) if head else None

    def is_contested(self, entity_id: str, field: str) -> bool:
        """Return whether a field has several values, written apart: then setting it to any decides between them."""
        return len(merge.heads(self.stamps(entity_id), field)) > 1

    def operation(self, op: bytes) -> Operation:
        """Return the operation with a hash that a head names; of one that headquarters carried here, the inner one."""
        found = self._db.first("SELECT body FROM op WHERE hash = ?", (op,))
        if found is None or found[0] is None:
            raise trouble.damaged()
        return stored(found[0])

    def rebuild(self) -> None:
        """Empty the tables that follow from the journal and play it again. Only inside a transaction."""
        self._recent.clear()
        Engine(self.ground, self.headquarters).rebuild()
        self.ground.rows.finish()
        self.ground.rows.forget()  # the caller may undo it, having looked

    def settle(self) -> None:
        """Keep how far this computer's stream has come, so that the next opening need not look for it."""
        tips = self._tips()
        if self.ground.kept_tips(self._stream) != tips:
            with self.ground.transaction():
                self.ground.put_streams({self._stream: Stream(self._replica, tips)})

    def problems(self) -> list[str]:
        """Return what is wrong with the chains: gaps, broken links, bytes that are not their hash."""
        found: list[str] = []
        for stream, (_, tips) in self.ground.streams().items():
            found += _broken_chain(self.ground, stream, tips)
        return found

    def _keep(self, entity_id: str, stamps: Stamps) -> None:
        if len(self._recent) >= _RECENT:
            self._recent.clear()
        self._recent[entity_id] = stamps

    def _tips(self) -> tuple[Tip, ...]:
        known = self.ground.streams().get(self._stream)
        return known.tips if known else ()

    def _show(self, operation: Operation, op: bytes, stamps: Stamps) -> None:
        """Bring the rows up to an operation of our own, which saw every head there is."""
        after = merge.add(stamps, operation, op, _always)
        alive = operation.kind != Kind.DELETE if operation.kind != Kind.SET else self._is_alive(after)
        change = Change(
            entity=operation.entity_id,
            entity_type=after.entity_type,
            stamps=after,
            values=operation.fields,
            alive=alive,
            conflicts=self._conflicts(after),
            was=stamps.entity_type,
            whole=False,
            operations={op: operation},
        )
        self.ground.materialise([change])
        self._keep(operation.entity_id, after)

    def _is_alive(self, stamps: Stamps) -> bool:
        deleted = any(stamp.deletes for stamp in stamps.heads)
        return not deleted or merge.is_alive(stamps, self.operation)

    def _conflicts(self, stamps: Stamps) -> tuple[str, ...]:
        fields = [field for stamp in stamps.heads for field in stamp.fields]
        if len(fields) == len(set(fields)):
            return ()
        return merge.conflicts(stamps, lambda op, field: self.operation(op).fields.get(field))


def begin(db: Db) -> None:
    """Give a new store its identity and its empty stream."""
    db.run(
        "INSERT INTO stream (id, device, mine) VALUES (?, ?, 1)",
        (secrets.token_bytes(ID_BYTES), secrets.token_bytes(ID_BYTES)),
    )


def _always(_op: bytes) -> bool:
    return True  # what is written here names only heads that are here


def _broken_chain(ground: Replica, stream: bytes, tips: tuple[Tip, ...]) -> list[str]:
    """Return what is wrong with one stream: every operation follows one that is there, and every tip is there."""
    found: list[str] = []
    before, here = {GENESIS: 0}, {GENESIS: 0}
    last = 0
    for one in ground.chain_stored(stream):
        entry = one.entry
        if entry.seq != last:
            before, here, last = here, {}, entry.seq
        here[entry.op] = entry.seq
        place = f"operation {entry.seq}"
        if before.get(entry.prev) != entry.seq - 1:
            found.append(f"{place}: the one before it is missing")
        elif entry.body is not None and digest(entry.body) != entry.op:
            found.append(f"{place}: its bytes are not what was written")
        elif entry.body is not None and one.state == State.MERGED:
            found += _misplaced(one.entity, entry.body, (stream, entry.seq, entry.prev))
    ends = ground.places([tip.op for tip in tips])
    found += [f"the journal ends before {tip.seq}, which its record names" for tip in tips if tip.op not in ends]
    return found


def _misplaced(entity: str, body: bytes, place: tuple[bytes, int, bytes]) -> list[str]:
    try:
        read = decode(body)
    except BadRecord as error:
        return [f"operation {place[1]}: {error}"]
    same = (read.stream, read.seq, read.prev_hash, read.entity_id) == (*place, entity)
    return [] if same else [f"operation {place[1]}: its place is not the one it was written for"]
