"""The storage of one clinic's scope at headquarters: what `sync/ground.py` asks for, on either database.

It decides nothing. Inside a transaction one connection is used and nobody else writes in the scope;
outside, each question is answered from one moment of the database.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from sync import merge
from sync.ground import Change, Gone, Place, Quarantined, State, Stored, Stream
from sync.hq import tables
from sync.hq.database import BATCH, Big, Database, Octets
from sync.merge import Stamps
from sync.records import ID_BYTES, Value
from sync.wire import Entry, SignedTip, Tip

_PAGE: Final = 2000
_LONGEST_ID: Final = 200

CHUNKS_TAG: Final = "chunks"
"""The kind of a value that names the sealed chunks of a file, in order, with spaces between."""

_PACKED_TIPS: Final = msgspec.msgpack.Decoder(tuple[Tip, ...])
_SIGNED_TIP: Final = msgspec.msgpack.Decoder(SignedTip)
_VALUES: Final = msgspec.json.Decoder(dict[str, bool | int | str | tuple[str, str] | None])
_JSON: Final = msgspec.json.Encoder(order="deterministic")

# Every question is built once and asked with the scope's number; building one costs more than asking it.
_SCOPE: Final = sa.bindparam("scope", type_=Big)


def _select(table: sa.Table, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns).where(table.c.scope == _SCOPE)


_op, _stream, _entity, _names = tables.op.c, tables.stream.c, tables.entity.c, tables.names.c
_tip, _note, _chunk, _gone, _times = (
    tables.signed_tip.c,
    tables.note.c,
    tables.chunk.c,
    tables.gone.c,
    tables.annotation.c,
)
_waiting, _quarantine = tables.waiting.c, tables.quarantine.c
_after = sa.bindparam("after", type_=Big)
_place = sa.tuple_(
    sa.bindparam("stream", type_=Octets), sa.bindparam("seq", type_=Big), sa.bindparam("op", type_=Octets)
)

_PLACES: Final = _select(tables.op, _op.stream, _op.seq, _op.prev, _op.hash, _op.entity, _op.state)
_STORED: Final = _select(tables.op, _op.stream, _op.seq, _op.prev, _op.hash, _op.body, _op.entity, _op.state, _op.why)
_BODIES: Final = _select(tables.op, _op.hash, _op.body).where(_op.body.is_not(None))
_HELD: Final = _STORED.where(_op.state == State.HELD).order_by(_op.stream, _op.seq, _op.hash)
_EVERYTHING: Final = (
    _STORED.where(sa.tuple_(_op.stream, _op.seq, _op.hash) > _place)
    .order_by(_op.stream, _op.seq, _op.hash)
    .limit(_PAGE)
)
_STREAMS: Final = _select(tables.stream, _stream.id, _stream.device, _stream.tips)
_MINE: Final = sa.select(tables.scope.c.stream).where(tables.scope.c.number == _SCOPE)
_WAITING: Final = _select(tables.waiting, _waiting.stream, _waiting.seq, _waiting.prev, _waiting.hash, _waiting.body)
_QUARANTINE: Final = _select(
    tables.quarantine,
    _quarantine.stream,
    _quarantine.seq,
    _quarantine.prev,
    _quarantine.hash,
    _quarantine.body,
    _quarantine.entity,
    _quarantine.device,
    _quarantine.why,
).order_by(_quarantine.stream, _quarantine.seq, _quarantine.hash)
_ALL_WAITING: Final = _WAITING.order_by(_waiting.stream, _waiting.seq, _waiting.hash)
_STAMPS: Final = _select(tables.entity, _entity.id, _entity.stamps)
_SHOWN: Final = _select(tables.entity, _entity.id, _entity.shown)
_IDS: Final = _select(tables.entity, _entity.id)
_BELOW: Final = _IDS.where(_entity.id > sa.bindparam("least"), _entity.id < sa.bindparam("most"))
_TIMES: Final = _select(tables.annotation, _times.hash, _times.effective)
_GONE: Final = _select(tables.gone, _gone.entity, _gone.how, _gone.since)
_NAMING: Final = _select(tables.names, _names.entity)
_NAMED: Final = _select(tables.names, _names.target)
_TIPS: Final = _select(tables.signed_tip, _tip.stream, _tip.seq, _tip.hash, _tip.tip)
_NOTE: Final = _select(tables.note, _note.content).where(_note.name == sa.bindparam("name"))
_CHUNKS: Final = _select(tables.chunk, _chunk.id)
_ALL_CHUNKS: Final = _CHUNKS.distinct().order_by(_chunk.id)
_RARE: Final = {  # nearly always empty: that is asked first
    table: _select(table, sa.literal(1)).limit(1)
    for table in (tables.waiting, tables.quarantine, tables.annotation, tables.gone)
}


def _chain(columns: sa.Select[Any]) -> sa.Select[Any]:
    """Return what asks for a page of one stream's chain after a place, by (seq, op)."""
    beyond = sa.tuple_(_op.seq, _op.hash) > sa.tuple_(_after, sa.bindparam("op", type_=Octets))
    return (
        columns.where(_op.stream == sa.bindparam("stream", type_=Octets), _op.state != State.CARRIED)
        .where(_op.seq >= _after, beyond)
        .order_by(_op.seq, _op.hash)
        .limit(BATCH)
    )


_CHAIN: Final = _chain(_STORED)
_CHAIN_PLACES: Final = _chain(_PLACES)


class HqGround:
    """One scope, by its number in the database. `scope` is its id, looked up when it is not given."""

    def __init__(self, database: Database, number: int, scope: bytes = b"") -> None:
        self.database = database
        self.number = number
        self._id = scope or _scope_id(database, number)
        self._open: sa.Connection | None = None

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Keep everything that is written in the block together, or nothing of it."""
        assert self._open is None, "transactions are never nested"
        with self.database.writing(self._id) as conn:
            self._open = conn
            try:
                yield
            finally:
                self._open = None

    def scrub(self) -> None:
        """Make blanked bodies unreadable on the disk; what the machine's own disk keeps is not in our hands."""
        told = (tables.op, tables.entity, tables.names, tables.chunk, tables.waiting, tables.quarantine)
        self.database.scrub([(table, self.number) for table in told])

    # -- the log ------------------------------------------------------------------------------

    def places(self, ops: Collection[bytes]) -> dict[bytes, Place]:
        """Return where those of these operations that are in the log stand."""
        return {row[3]: Place(*row) for row in self._matching(_PLACES, tables.op, _op.hash, ops)}

    def bodies(self, ops: Collection[bytes]) -> dict[bytes, bytes]:
        """Return the bytes of those of these operations that are in the log and not blank."""
        return {row[0]: row[1] for row in self._matching(_BODIES, tables.op, _op.hash, ops)}

    def of_entities(self, entities: Collection[str]) -> list[Stored]:
        """Return every operation of the log on these entities."""
        return [_stored(row) for row in self._matching(_STORED, tables.op, _op.entity, entities)]

    def put(self, operations: Sequence[Stored], *, new: bool = True) -> None:
        """Keep operations by their hash; with `new` none of them is there, else they replace."""
        rows = (
            (self.number, e.op, e.stream, e.seq, e.prev, entity, state, why, e.body)
            for e, entity, state, why in operations
        )
        if new:
            self.database.insert(self._conn, tables.op, rows)
        else:
            self.database.put(self._conn, tables.op, rows)

    def remove(self, ops: Collection[bytes]) -> None:
        """Take operations out of the log."""
        self._delete(tables.op, _op.hash, ops)

    def held(self) -> list[Stored]:
        """Return every held operation, by stream and seq."""
        return [_stored(row) for row in self._rows(_HELD)]

    def everything(self) -> Iterator[Sequence[Stored]]:
        """Return the whole log in pages, a stream after the other, each in its order."""
        place: dict[str, object] = {"stream": b"", "seq": 0, "op": b""}
        while page := [_stored(row) for row in self._rows(_EVERYTHING, **place)]:
            yield page
            last = page[-1].entry
            place = {"stream": last.stream, "seq": last.seq, "op": last.op}

    # -- chains -------------------------------------------------------------------------------

    def streams(self) -> dict[bytes, Stream]:
        """Return all streams."""
        return {row[0]: Stream(row[1], _PACKED_TIPS.decode(row[2])) for row in self._rows(_STREAMS)}

    def put_streams(self, streams: Mapping[bytes, Stream]) -> None:
        """Keep streams in place of those with the same ids."""
        rows = ((self.number, name, s.device, msgspec.msgpack.encode(s.tips)) for name, s in streams.items())
        self.database.put(self._conn, tables.stream, rows)

    def chain(self, stream: bytes, after: int = 0) -> Iterator[Entry]:
        """Return what is stored in a stream's chain with a seq beyond `after`, by (seq, op)."""
        for row in self._chain(_CHAIN, stream, after):
            yield _stored(row).entry

    def places_of(self, stream: bytes, after: int = 0) -> list[Place]:
        """Return the same without bodies."""
        return [Place(*row) for row in self._chain(_CHAIN_PLACES, stream, after)]

    def mine(self) -> bytes:
        """Return the stream that headquarters writes in this scope."""
        return bytes(self._rows(_MINE)[0][0])

    def begin_stream(self) -> bytes:
        """Begin a new stream of headquarters in this scope and return its id."""
        name = secrets.token_bytes(ID_BYTES)
        self._conn.execute(sa.update(tables.scope).where(tables.scope.c.number == self.number).values(stream=name))
        return name

    # -- waiting and quarantine ---------------------------------------------------------------

    def put_waiting(self, entries: Sequence[Entry]) -> None:
        """Keep entries whose `prev` is not here yet; those that wait already are left."""
        rows = ((self.number, e.op, e.stream, e.seq, e.prev, e.body) for e in entries)
        self.database.insert(self._conn, tables.waiting, rows)

    def waiting_for(self, prevs: Collection[bytes]) -> list[Entry]:
        """Return the waiting entries that name one of these as `prev`."""
        return [_entry(row) for row in self._matching(_WAITING, tables.waiting, _waiting.prev, prevs)]

    def waiting(self) -> list[Entry]:
        """Return every waiting entry, by stream and seq."""
        return [_entry(row) for row in self._rows(_ALL_WAITING)]

    def end_waiting(self, ops: Collection[bytes]) -> None:
        """Remove entries from those that wait."""
        self._delete(tables.waiting, _waiting.hash, ops)

    def put_quarantine(self, operations: Sequence[Quarantined]) -> None:
        """Keep operations for a person; those that are there are left as they are."""
        rows = (
            (
                self.number,
                q.entry.op,
                q.entry.stream,
                q.entry.seq,
                q.entry.prev,
                q.entry.body,
                q.entity,
                q.device,
                q.why,
            )
            for q in operations
        )
        self.database.insert(self._conn, tables.quarantine, rows)

    def quarantine(self) -> list[Quarantined]:
        """Return everything in quarantine, by stream and seq."""
        return [Quarantined(_entry(row), *row[5:]) for row in self._rows(_QUARANTINE)]

    def end_quarantine(self, ops: Collection[bytes]) -> None:
        """Remove operations from quarantine."""
        self._delete(tables.quarantine, _quarantine.hash, ops)

    # -- what follows from the log ------------------------------------------------------------

    def stamps(self, entities: Collection[str]) -> dict[str, Stamps]:
        """Return the heads of those of these entities of which something was ever merged."""
        rows = self._matching(_STAMPS, tables.entity, _entity.id, entities)
        return {row[0]: merge.unpack(row[1]) for row in rows}

    def materialise(self, changes: Sequence[Change]) -> None:
        """Write stamps and rows of entities, each entity once."""
        self._forget([c.entity for c in changes if c.stamps == merge.EMPTY])
        remaining = [c for c in changes if c.stamps != merge.EMPTY]
        known = self._shown([c.entity for c in remaining if c.was and not c.whole])
        self._forget_names([c.entity for c in remaining if c.was and c.whole])
        self.database.insert(self._conn, tables.entity, [self._row(c, known) for c in remaining if not c.was])
        self.database.put(self._conn, tables.entity, [self._row(c, known) for c in remaining if c.was])
        named = {(self.number, target, c.entity) for c in remaining for target in _targets(c)}
        self.database.insert(self._conn, tables.names, sorted(named))
        chunks = {(self.number, chunk_id, c.entity) for c in remaining for chunk_id in _chunk_ids(c)}
        self.database.insert(self._conn, tables.chunk, sorted(chunks))

    def clear(self) -> None:
        """Empty everything that follows from the log."""
        for table in tables.FOLLOWS:
            self._conn.execute(sa.delete(table).where(table.c.scope == self.number))

    def annotations(self, ops: Collection[bytes]) -> dict[bytes, int]:
        """Return the effective times that were given to those of these operations that have one."""
        rows = self._matching(_TIMES, tables.annotation, _times.hash, ops)
        return {row[0]: row[1] for row in rows}

    def put_annotations(self, times: Mapping[bytes, int]) -> None:
        """Keep effective times by operation."""
        self.database.put(self._conn, tables.annotation, ((self.number, op, time) for op, time in times.items()))

    def gone(self, entities: Collection[str]) -> dict[str, Gone]:
        """Return what is kept of those of these entities that are, or were, gone."""
        rows = self._matching(_GONE, tables.gone, _gone.entity, entities)
        return {row[0]: Gone(row[1], row[2]) for row in rows}

    def put_gone(self, entities: Mapping[str, Gone]) -> None:
        """Keep which entities are gone, in place of what was kept of them."""
        rows = ((self.number, name, gone.how, gone.since) for name, gone in entities.items())
        self.database.put(self._conn, tables.gone, rows)

    # -- groups -------------------------------------------------------------------------------

    def naming(self, ids: Collection[str]) -> set[str]:
        """Return the entities one of whose merged operations has a plain text value equal to one of these."""
        return {row[0] for row in self._matching(_NAMING, tables.names, _names.target, ids)}

    def named_by(self, entities: Collection[str]) -> set[str]:
        """Return the entities of this scope that a plain text value of these entities' operations names."""
        targets = {row[0] for row in self._matching(_NAMED, tables.names, _names.entity, entities)}
        return {row[0] for row in self._matching(_IDS, tables.entity, _entity.id, targets)}

    def below(self, root: str) -> set[str]:
        """Return the entities whose id is the root's, a dot, and something."""
        return {row[0] for row in self._rows(_BELOW, least=f"{root}.", most=f"{root}/")}  # "/" follows "."

    # -- what replicas know of each other -------------------------------------------------------

    def signed_tips(self, streams: Iterable[bytes]) -> list[SignedTip]:
        """Return all signed tips of these streams, by stream and seq."""
        rows = self._matching(_TIPS, tables.signed_tip, _tip.stream, list(streams))
        return [_SIGNED_TIP.decode(row[3]) for row in sorted(tuple(row) for row in rows)]

    def put_signed_tips(self, tips: Sequence[SignedTip]) -> None:
        """Keep signed tips, one for each (stream, op); those there are left."""
        rows = ((self.number, tip.stream, tip.op, tip.seq, msgspec.msgpack.encode(tip)) for tip in tips)
        self.database.insert(self._conn, tables.signed_tip, rows)

    def note(self, name: str) -> bytes | None:
        """Return what was kept under a name."""
        rows = self._rows(_NOTE, name=name)
        return bytes(rows[0][0]) if rows else None

    def put_note(self, name: str, content: bytes) -> None:
        """Keep bytes under a name, in place of what was there."""
        self.database.put(self._conn, tables.note, [(self.number, name, content)])

    def heard(self, device: bytes, at: int) -> None:
        """Note when a bundle of a device was taken (milliseconds since 1970)."""
        self._conn.execute(sa.update(tables.device).where(tables.device.c.id == device).values(heard=at))

    # -- evidence -----------------------------------------------------------------------------

    def chunk_ids(self) -> list[str]:
        """Return the ids of all sealed chunks that an operation of this scope names, sorted."""
        return [row[0] for row in self._rows(_ALL_CHUNKS)]

    def chunks_of(self, entities: Collection[str]) -> set[str]:
        """Return the ids of the sealed chunks that operations on these entities name."""
        return {row[0] for row in self._matching(_CHUNKS, tables.chunk, _chunk.entity, entities)}

    def named_chunks(self, ids: Collection[str]) -> set[str]:
        """Return those of these sealed chunks that an operation of this scope names."""
        return {row[0] for row in self._matching(_CHUNKS, tables.chunk, _chunk.id, ids)}

    # -- inside -------------------------------------------------------------------------------

    @property
    def _conn(self) -> sa.Connection:
        assert self._open is not None, "writing is done inside a transaction"
        return self._open

    @contextmanager
    def _reading(self) -> Generator[sa.Connection]:
        if self._open is not None:
            yield self._open
        else:
            with self.database.asking() as conn:
                yield conn

    def _rows(self, query: sa.Select[Any], **said: object) -> Sequence[Any]:
        with self._reading() as conn:
            return conn.execute(query, {"scope": self.number, **said}).all()

    def _matching(
        self, query: sa.Select[Any], table: sa.Table, column: sa.ColumnElement[Any], values: Collection[Any]
    ) -> list[Any]:
        if not values:
            return []
        with self._reading() as conn:
            if table in _RARE and self._is_empty(conn, table):
                return []
            return self.database.matching(conn, query, column, values, {"scope": self.number})

    def _chain(self, query: sa.Select[Any], stream: bytes, after: int) -> Iterator[Any]:
        """Return rows of a chain, page by page, so that a long one is never held whole."""
        place: dict[str, object] = {"after": after, "op": b"\xff" * 33}  # after every operation with that seq
        while True:
            page = self._rows(query, stream=stream, **place)
            yield from page
            if len(page) < BATCH:
                return
            place = {"after": page[-1][1], "op": page[-1][3]}

    def _delete(self, table: sa.Table, column: sa.ColumnElement[Any], values: Collection[Any]) -> None:
        if values and not (table in _RARE and self._is_empty(self._conn, table)):
            self.database.delete(self._conn, sa.delete(table).where(table.c.scope == self.number), column, values)

    def _is_empty(self, conn: sa.Connection, table: sa.Table) -> bool:
        return conn.execute(_RARE[table], {"scope": self.number}).first() is None

    def _shown(self, entities: Collection[str]) -> dict[str, dict[str, Value]]:
        rows = self._matching(_SHOWN, tables.entity, _entity.id, entities)
        return {row[0]: _VALUES.decode(row[1]) for row in rows}

    def _row(self, change: Change, known: Mapping[str, Mapping[str, Value]]) -> tuple[Any, ...]:
        shown = {**known.get(change.entity, {}), **change.values}
        text = _JSON.encode({name: value for name, value in shown.items() if value is not None}).decode()
        conflicts = _JSON.encode(change.conflicts).decode() if change.conflicts else ""
        stamps = merge.pack(change.stamps)
        return (self.number, change.entity, change.entity_type, change.alive, conflicts, text, stamps)

    def _forget(self, entities: Collection[str]) -> None:
        self._delete(tables.entity, tables.entity.c.id, entities)
        self._forget_names(entities)

    def _forget_names(self, entities: Collection[str]) -> None:
        self._delete(tables.names, tables.names.c.entity, entities)
        self._delete(tables.chunk, tables.chunk.c.entity, entities)


def _scope_id(database: Database, number: int) -> bytes:
    with database.reading() as conn:
        return bytes(conn.execute(sa.select(tables.scope.c.id).where(tables.scope.c.number == number)).scalar_one())


def _stored(row: Sequence[Any]) -> Stored:
    stream, seq, prev, op, body, entity, state, why = row
    return Stored(Entry(stream, seq, prev, op, body), entity, state, why)


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(row[0], row[1], row[2], row[3], row[4])


def _chunk_ids(change: Change) -> set[str]:
    """Return the chunks of evidence that a change's operations name."""
    return {
        chunk_id
        for operation in change.operations.values()
        for value in operation.fields.values()
        if isinstance(value, tuple) and value[0] == CHUNKS_TAG
        for chunk_id in value[1].split()
    }


def _targets(change: Change) -> set[str]:
    """Return the plain texts that a change's operations say and that may be an id: short, without spaces."""
    return {
        value
        for operation in change.operations.values()
        for value in operation.fields.values()
        if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and not any(map(str.isspace, value))
    }
