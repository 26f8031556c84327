"""The clinic's store as the ground of the sync engine: the journal's tables, and the rows that follow.

It decides nothing (`sync/ground.py` says what each method means). The tips of the stream that this
computer writes may lag behind the log, so that a save need not write them; they are found again
from the chain.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from clinic_app.store.db import Db, Row
from clinic_app.store.rows import Rows
from sync import merge
from sync.errors import UNREADABLE
from sync.ground import Change, Gone, Place, Quarantined, State, Stored, Stream
from sync.merge import Stamps
from sync.records import GENESIS, ID_BYTES, Operation, decode
from sync.wire import Entry, SignedTip, Tip

_MOST: Final = 500  # rows of a page
_OP: Final = "s.id, o.seq, o.prev, o.hash, o.body, o.entity, o.state, o.why"
_FROM: Final = "FROM op o JOIN stream s ON s.n = o.stream"
_PLACE: Final = f"SELECT s.id, o.seq, o.prev, o.hash, o.entity, o.state {_FROM}"

REMEMBERED: Final = "kept."
"""Before the names of what services keep beside the store's own, in the table `meta`."""

ERASED: Final = "erased"
"""Remembered while older backups on this computer may still hold what was erased here."""


class _Time(msgspec.Struct, array_like=True):
    """The head of an operation: what stands before and at its time. The rest is not read."""

    version: int
    stream: bytes
    seq: int
    prev: bytes
    hlc: int


_TIME: Final = msgspec.msgpack.Decoder(_Time)


class Replica:
    """The ground over one open store. `rows` writes what follows from the log."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.rows = Rows(db)
        self._numbers: dict[bytes, int] = {}

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All that is written in the block is kept together, or nothing of it."""
        try:
            with self.db.transaction():
                yield
                self.rows.finish()
        except BaseException:
            self.rows.forget()
            self._numbers.clear()
            raise

    def scrub(self) -> None:
        """Make blanked bodies unreadable: freed pages leave the file and the words the index, the log is emptied."""
        with self.db.transaction():
            self.db.run("INSERT INTO search (search) VALUES ('optimize')")  # until then it only marks words as gone
            self.db.run("INSERT OR REPLACE INTO meta VALUES (?, 'yes')", (f"{REMEMBERED}{ERASED}",))
        self.db.checkpoint()
        self.db.vacuum()
        self.db.checkpoint()

    # -- the log ------------------------------------------------------------------------------

    def places(self, ops: Collection[bytes]) -> dict[bytes, Place]:
        """Return where those of these operations that are in the log stand."""
        return {row[3]: Place(*row) for row in self.db.among(f"{_PLACE} WHERE o.hash IN", ops)}

    def bodies(self, ops: Collection[bytes]) -> dict[bytes, bytes]:
        """Return the bytes of those of these operations that are in the log and not blank."""
        found = self.db.among("SELECT hash, body FROM op WHERE body IS NOT NULL AND hash IN", ops)
        return dict(found)

    def of_entities(self, entities: Collection[str]) -> list[Stored]:
        """Return every operation of the log on these entities."""
        return [_stored(row) for row in self.db.among(f"SELECT {_OP} {_FROM} WHERE o.entity IN", entities)]

    def put(self, operations: Sequence[Stored], *, new: bool = True) -> None:
        """Keep operations by their hash; unless `new` they replace what is there."""
        if not new:
            self.remove([stored.entry.op for stored in operations])
        self.db.many(
            "INSERT INTO op VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (self._number(e.stream), e.seq, e.op, e.prev, _time(e.body), entity, e.body, state, why)
                for e, entity, state, why in operations
            ],
        )

    def add(self, operation: Operation, op: bytes, body: bytes) -> None:
        """Keep one merged operation that this computer just wrote."""
        self.db.run(
            "INSERT INTO op (stream, seq, hash, prev, hlc, entity, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self._number(operation.stream),
                operation.seq,
                op,
                operation.prev_hash,
                operation.hlc,
                operation.entity_id,
                body,
            ),
        )

    def remove(self, ops: Collection[bytes]) -> None:
        """Take operations out of the log."""
        self.db.many("DELETE FROM op WHERE hash = ?", [(op,) for op in ops])

    def held(self) -> list[Stored]:
        """Return every held operation."""
        return [_stored(row) for row in self.db.rows(f"SELECT {_OP} {_FROM} WHERE o.state = 'held' ORDER BY 1, 2, 4")]

    def everything(self) -> Iterator[Sequence[Stored]]:
        """Return the whole log in pages."""
        last = (0, 0, b"")
        sql = (
            f"SELECT {_OP}, o.stream {_FROM} WHERE (o.stream, o.seq, o.hash) > (?, ?, ?) "
            f"ORDER BY o.stream, o.seq, o.hash LIMIT {_MOST}"
        )
        while page := self.db.rows(sql, last):
            yield [_stored(row[:-1]) for row in page]
            last = (page[-1][-1], page[-1][1], page[-1][3])

    # -- chains -------------------------------------------------------------------------------

    def streams(self) -> dict[bytes, Stream]:
        """Return all streams of which something is stored."""
        tips: dict[int, list[Tip]] = {}
        for number, seq, op in self.db.rows("SELECT stream, seq, op FROM tip ORDER BY stream, seq, op"):
            tips.setdefault(number, []).append(Tip(seq, op))
        found = {}
        for number, stream, device, mine in self.db.rows("SELECT n, id, device, mine FROM stream ORDER BY id"):
            kept = tuple(tips.get(number, ()))
            if ends := self._grown(number, kept) if mine else kept:
                found[stream] = Stream(device, ends)
        return found

    def put_streams(self, streams: Mapping[bytes, Stream]) -> None:
        """Keep streams in place of those with the same ids."""
        for stream, (device, tips) in streams.items():
            self.db.run(
                "INSERT INTO stream (id, device) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET device = excluded.device",
                (stream, device),
            )
            number = self._number(stream)
            self.db.run("DELETE FROM tip WHERE stream = ?", (number,))
            self.db.many("INSERT INTO tip VALUES (?, ?, ?)", [(number, tip.seq, tip.op) for tip in tips])

    def chain(self, stream: bytes, after: int = 0) -> Iterator[Entry]:
        """Return what is stored in a stream's chain with a seq beyond `after`."""
        return (stored.entry for stored in self.chain_stored(stream, after))

    def chain_stored(self, stream: bytes, after: int = 0) -> Iterator[Stored]:
        """Return the same with entities and states."""
        last: tuple[int, bytes] = (after, b"\xff" * 33)  # longer than any hash: nothing of `after` itself
        number = self._known(stream)
        sql = (
            f"SELECT {_OP} {_FROM} WHERE o.stream = ? AND (o.seq, o.hash) > (?, ?) ORDER BY o.seq, o.hash LIMIT {_MOST}"
        )
        while page := self.db.rows(sql, (number, *last)):
            yield from (_stored(row) for row in page if row[6] != State.CARRIED)
            last = (page[-1][1], page[-1][3])

    def places_of(self, stream: bytes, after: int = 0) -> list[Place]:
        """Return the same without bodies."""
        sql = f"{_PLACE} WHERE o.stream = ? AND o.seq > ? AND o.state != 'carried' ORDER BY o.seq, o.hash"
        return [Place(*row) for row in self.db.rows(sql, (self._known(stream), after))]

    def kept_tips(self, stream: bytes) -> tuple[Tip, ...]:
        """Return the tips of a stream as they were last kept: of our own they may lag behind."""
        return self._tips(self._known(stream))

    def mine(self) -> bytes:
        """Return the stream that this computer writes."""
        return bytes(self.db.one("SELECT id FROM stream WHERE mine = 1")[0])

    def begin_stream(self, device: bytes = b"") -> bytes:
        """Begin a new stream of this computer, or of a new `device` in its place, and return its id."""
        stream = secrets.token_bytes(ID_BYTES)
        number, before = self.db.one("SELECT n, device FROM stream WHERE mine = 1")
        self.put_streams({self.mine(): Stream(before, self._grown(number, self._tips(number)))})
        self.db.run("UPDATE stream SET mine = 0 WHERE mine = 1")
        self.db.run("INSERT INTO stream (id, device, mine) VALUES (?, ?, 1)", (stream, device or before))
        return stream

    # -- waiting and quarantine ---------------------------------------------------------------

    def put_waiting(self, entries: Sequence[Entry]) -> None:
        """Keep entries whose `prev` is not here yet."""
        rows = [(e.op, e.stream, e.seq, e.prev, e.body) for e in entries]
        self.db.many("INSERT OR IGNORE INTO waiting VALUES (?, ?, ?, ?, ?)", rows)

    def waiting_for(self, prevs: Collection[bytes]) -> list[Entry]:
        """Return the waiting entries that name one of these as `prev`."""
        if self.db.first("SELECT 1 FROM waiting LIMIT 1") is None:
            return []
        sql = "SELECT stream, seq, prev, op, body FROM waiting WHERE prev IN"
        return [Entry(*row) for row in self.db.among(sql, prevs)]

    def waiting(self) -> list[Entry]:
        """Return every waiting entry."""
        sql = "SELECT stream, seq, prev, op, body FROM waiting ORDER BY 1, 2, 4"
        return [Entry(*row) for row in self.db.rows(sql)]

    def end_waiting(self, ops: Collection[bytes]) -> None:
        """Remove entries from those that wait."""
        self.db.many("DELETE FROM waiting WHERE op = ?", [(op,) for op in ops])

    def put_quarantine(self, operations: Sequence[Quarantined]) -> None:
        """Keep operations for a person, outside the log."""
        rows = [(e.op, e.stream, e.seq, e.prev, e.body, entity, device, why) for e, entity, device, why in operations]
        self.db.many("INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def quarantine(self) -> list[Quarantined]:
        """Return everything in quarantine."""
        sql = "SELECT stream, seq, prev, op, body, entity, device, why FROM quarantine ORDER BY 1, 2, 4"
        return [Quarantined(Entry(*row[:5]), *row[5:]) for row in self.db.rows(sql)]

    def end_quarantine(self, ops: Collection[bytes]) -> None:
        """Remove operations from quarantine."""
        self.db.many("DELETE FROM quarantine WHERE op = ?", [(op,) for op in ops])

    # -- what follows from the log ------------------------------------------------------------

    def stamps(self, entities: Collection[str]) -> dict[str, Stamps]:
        """Return the heads of those of these entities of which something was ever merged."""
        found = self.db.among("SELECT entity, stamps FROM row_stamps WHERE entity IN", entities)
        return {entity: merge.unpack(blob) for entity, blob in found}

    def materialise(self, changes: Sequence[Change]) -> None:
        """Write stamps and rows of entities."""
        self.rows.apply(changes)

    def clear(self) -> None:
        """Empty everything that follows from the log."""
        self.rows.clear()

    def annotations(self, ops: Collection[bytes]) -> dict[bytes, int]:
        """Return the effective times that headquarters gave to those of these operations that have one."""
        return dict(self.db.among("SELECT op, time FROM annotation WHERE op IN", ops))

    def put_annotations(self, times: Mapping[bytes, int]) -> None:
        """Keep effective times by operation."""
        self.db.many("INSERT OR REPLACE INTO annotation VALUES (?, ?)", list(times.items()))

    def gone(self, entities: Collection[str]) -> dict[str, Gone]:
        """Return what is kept of those of these entities that are, or were, gone."""
        if self.db.first("SELECT 1 FROM gone LIMIT 1") is None:
            return {}
        found = self.db.among("SELECT entity, how, since FROM gone WHERE entity IN", entities)
        return {entity: Gone(how, since) for entity, how, since in found}

    def put_gone(self, entities: Mapping[str, Gone]) -> None:
        """Keep which entities are gone."""
        rows = [(entity, how, since) for entity, (how, since) in entities.items()]
        self.db.many("INSERT OR REPLACE INTO gone VALUES (?, ?, ?)", rows)

    # -- groups: a clinic is seldom asked, so it looks through its log ---------------------------

    def naming(self, ids: Collection[str]) -> set[str]:
        """Return the entities one of whose merged operations has a plain text value equal to one of these."""
        wanted = set(ids)
        return {entity for entity, texts in self._said() if not wanted.isdisjoint(texts)}

    def named_by(self, entities: Collection[str]) -> set[str]:
        """Return the entities of this scope that a plain text value of these entities' operations names."""
        wanted = set(entities)
        named = {text for entity, texts in self._said() if entity in wanted for text in texts}
        return {row[0] for row in self.db.among("SELECT entity FROM row_stamps WHERE entity IN", named)}

    def below(self, root: str) -> set[str]:
        """Return the entities whose id is the root's, a dot, and something."""
        # The sign after the dot in order: everything that begins with "root." lies between.
        found = self.db.rows("SELECT entity FROM row_stamps WHERE entity > ? AND entity < ?", (f"{root}.", f"{root}/"))
        return {row[0] for row in found}

    # -- what replicas know of each other -------------------------------------------------------

    def signed_tips(self, streams: Iterable[bytes]) -> list[SignedTip]:
        """Return all signed tips of these streams."""
        sql = "SELECT stream, scope, device, seq, op, signature FROM signed_tip WHERE stream IN"
        found = [SignedTip(*row) for row in self.db.among(sql, list(streams))]
        return sorted(found, key=lambda tip: (tip.stream, tip.seq, tip.op))

    def put_signed_tips(self, tips: Sequence[SignedTip]) -> None:
        """Keep signed tips, one for each (stream, op)."""
        rows = [(t.stream, t.seq, t.op, t.scope, t.device, t.signature) for t in tips]
        self.db.many("INSERT OR IGNORE INTO signed_tip VALUES (?, ?, ?, ?, ?, ?)", rows)

    def note(self, name: str) -> bytes | None:
        """Return what was kept under a name."""
        found = self.db.first("SELECT content FROM sync_note WHERE name = ?", (name,))
        return found[0] if found else None

    def put_note(self, name: str, content: bytes) -> None:
        """Keep bytes under a name."""
        self.db.run("INSERT OR REPLACE INTO sync_note VALUES (?, ?)", (name, content))

    # -- inside -------------------------------------------------------------------------------

    def _number(self, stream: bytes) -> int:
        """Return the number of a stream in this file; one that is not known yet gets a row."""
        number = self._numbers.get(stream)
        if number is None:
            number = self._known(stream)
            if not number:
                self.db.run("INSERT INTO stream (id, device) VALUES (?, ?)", (stream, b""))
                number = self._known(stream)
            self._numbers[stream] = number
        return number

    def _known(self, stream: bytes) -> int:
        found = self.db.first("SELECT n FROM stream WHERE id = ?", (stream,))
        return int(found[0]) if found else 0

    def _tips(self, number: int) -> tuple[Tip, ...]:
        found = self.db.rows("SELECT seq, op FROM tip WHERE stream = ? ORDER BY seq, op", (number,))
        return tuple(Tip(*row) for row in found)

    def _grown(self, number: int, tips: tuple[Tip, ...]) -> tuple[Tip, ...]:
        """Return the tips of our own stream with what was saved since they were kept."""
        ends = {tip.op: tip.seq for tip in tips} or {GENESIS: 0}
        sql = "SELECT seq, hash, prev FROM op WHERE stream = ? AND seq > ? AND state != 'carried' ORDER BY seq"
        for seq, op, prev in self.db.rows(sql, (number, min(ends.values()))):
            if prev in ends:
                del ends[prev]
                ends[op] = seq
        ends.pop(GENESIS, None)
        return tuple(sorted(Tip(seq, op) for op, seq in ends.items()))

    def _said(self) -> Iterator[tuple[str, set[str]]]:
        for page in self.everything():
            for stored in page:
                if stored.entry.body is not None and stored.state in {State.MERGED, State.CARRIED}:
                    fields = decode(stored.entry.body).fields
                    yield stored.entity, {value for value in fields.values() if isinstance(value, str)}


def _stored(row: Row) -> Stored:
    stream, seq, prev, op, body, entity, state, why = row
    return Stored(Entry(stream, seq, prev, op, body), entity, state, why)


def _time(body: bytes | None) -> int:
    """Return the hybrid time of an operation's bytes, 0 when they do not tell it."""
    if body is None:
        return 0
    try:
        time = _TIME.decode(body).hlc
    except UNREADABLE:
        return 0
    return time if 0 <= time < 2**63 else 0
