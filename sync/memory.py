"""A ground in plain memory: the shortest thing that keeps what `sync/ground.py` asks for.

For tests, for the simulator and for reading: no cleverness, every question answered by looking at
everything. Its state can be copied, as a disk can.
"""

# ruff: noqa: D102 - the methods of a ground are described once, in `Ground`

from __future__ import annotations

import copy
import secrets
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync.ground import Change, Gone, Place, Quarantined, State, Stored, Stream
from sync.merge import EMPTY, Stamps
from sync.records import ID_BYTES, Operation, Value
from sync.wire import Entry, SignedTip

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown of one entity."""

    entity_type: str
    values: Mapping[str, Value]
    alive: bool
    conflicts: tuple[str, ...]


@dataclass(slots=True)
class Disk:
    """Everything that a memory ground keeps. `rows` are what people see; `named` what they are found by."""

    mine: bytes
    log: dict[bytes, Stored] = field(default_factory=dict)
    streams: dict[bytes, Stream] = field(default_factory=dict)
    waiting: dict[bytes, Entry] = field(default_factory=dict)
    quarantine: dict[bytes, Quarantined] = field(default_factory=dict)
    stamps: dict[str, Stamps] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    names: dict[str, frozenset[str]] = field(default_factory=dict)
    times: dict[bytes, int] = field(default_factory=dict)
    gone: dict[str, Gone] = field(default_factory=dict)
    tips: dict[tuple[bytes, bytes], SignedTip] = field(default_factory=dict)
    notes: dict[str, bytes] = field(default_factory=dict)

    def copied(self) -> Disk:
        """Return a copy that shares nothing that changes."""
        copied = copy.copy(self)
        for name in self.__slots__:
            if name != "mine":
                setattr(copied, name, dict(getattr(self, name)))
        return copied


class Memory:
    """A `Ground` in memory. `new_stream` gives the ids of streams, random ones unless told otherwise."""

    def __init__(self, disk: Disk | None = None, number: Iterator[bytes] | None = None) -> None:
        self._number = number or iter(lambda: secrets.token_bytes(ID_BYTES), b"")
        self.disk = disk or Disk(next(self._number))
        self.commits = 0
        """How many transactions ended well."""
        self._inside = False

    @contextmanager
    def transaction(self) -> Generator[None]:
        assert not self._inside, "never nested"
        before = self.disk.copied()
        self._inside = True
        try:
            yield
        except BaseException:
            self.disk = before
            raise
        finally:
            self._inside = False
        self.commits += 1

    def scrub(self) -> None:
        assert not self._inside

    # -- the log ------------------------------------------------------------------------------

    def places(self, ops: Collection[bytes]) -> dict[bytes, Place]:
        return {op: _place(self.disk.log[op]) for op in ops if op in self.disk.log}

    def bodies(self, ops: Collection[bytes]) -> dict[bytes, bytes]:
        found = ((op, self.disk.log[op].entry.body) for op in ops if op in self.disk.log)
        return {op: body for op, body in found if body is not None}

    def of_entities(self, entities: Collection[str]) -> list[Stored]:
        return [one for one in self.disk.log.values() if one.entity in entities]

    def put(self, operations: Sequence[Stored], *, new: bool = True) -> None:
        self._write()
        for one in operations:
            assert new is (one.entry.op not in self.disk.log)
            self.disk.log[one.entry.op] = one

    def remove(self, ops: Collection[bytes]) -> None:
        self._write()
        for op in ops:
            del self.disk.log[op]

    def held(self) -> list[Stored]:
        held = (one for one in self.disk.log.values() if one.state == State.HELD)
        return sorted(held, key=lambda one: (one.entry.stream, one.entry.seq, one.entry.op))

    def everything(self) -> Iterator[Sequence[Stored]]:
        everything = list(self.disk.log.values())
        for start in range(0, len(everything), _PAGE):
            yield everything[start : start + _PAGE]

    # -- chains -------------------------------------------------------------------------------

    def streams(self) -> dict[bytes, Stream]:
        return dict(self.disk.streams)

    def put_streams(self, streams: Mapping[bytes, Stream]) -> None:
        self._write()
        self.disk.streams |= streams

    def chain(self, stream: bytes, after: int = 0) -> Iterator[Entry]:
        yield from sorted((one.entry for one in self._chain(stream, after)), key=lambda e: (e.seq, e.op))

    def places_of(self, stream: bytes, after: int = 0) -> list[Place]:
        return sorted((_place(one) for one in self._chain(stream, after)), key=lambda p: (p.seq, p.op))

    def mine(self) -> bytes:
        return self.disk.mine

    def begin_stream(self) -> bytes:
        self._write()
        self.disk.mine = next(self._number)
        return self.disk.mine

    # -- waiting and quarantine ---------------------------------------------------------------

    def put_waiting(self, entries: Sequence[Entry]) -> None:
        self._write()
        for entry in entries:
            self.disk.waiting.setdefault(entry.op, entry)

    def waiting_for(self, prevs: Collection[bytes]) -> list[Entry]:
        return [entry for entry in self.disk.waiting.values() if entry.prev in prevs]

    def waiting(self) -> list[Entry]:
        return sorted(self.disk.waiting.values(), key=lambda e: (e.stream, e.seq, e.op))

    def end_waiting(self, ops: Collection[bytes]) -> None:
        self._write()
        for op in ops:
            self.disk.waiting.pop(op, None)

    def put_quarantine(self, operations: Sequence[Quarantined]) -> None:
        self._write()
        for one in operations:
            self.disk.quarantine.setdefault(one.entry.op, one)

    def quarantine(self) -> list[Quarantined]:
        return sorted(self.disk.quarantine.values(), key=lambda q: (q.entry.stream, q.entry.seq, q.entry.op))

    def end_quarantine(self, ops: Collection[bytes]) -> None:
        self._write()
        for op in ops:
            self.disk.quarantine.pop(op, None)

    # -- what follows from the log ------------------------------------------------------------

    def stamps(self, entities: Collection[str]) -> dict[str, Stamps]:
        return {entity: self.disk.stamps[entity] for entity in entities if entity in self.disk.stamps}

    def materialise(self, changes: Sequence[Change]) -> None:
        self._write()
        for change in changes:
            entity = change.entity
            assert change.was == (self.disk.rows[entity].entity_type if entity in self.disk.rows else "")
            before = self.disk.rows.get(entity)
            if change.stamps == EMPTY:
                for table in (self.disk.rows, self.disk.stamps, self.disk.names):
                    table.pop(entity, None)
                continue
            values = {} if before is None or change.whole else dict(before.values)
            values |= change.values
            shown = {name: values[name] for name in sorted(values) if values[name] is not None}
            self.disk.rows[entity] = Row(change.entity_type, shown, change.alive, change.conflicts)
            self.disk.stamps[entity] = change.stamps
            names = frozenset() if change.whole else self.disk.names.get(entity, frozenset())
            self.disk.names[entity] = names | _names(change.operations.values())

    def clear(self) -> None:
        self._write()
        for table in (self.disk.rows, self.disk.stamps, self.disk.names, self.disk.times, self.disk.gone):
            table.clear()

    def annotations(self, ops: Collection[bytes]) -> dict[bytes, int]:
        return {op: self.disk.times[op] for op in ops if op in self.disk.times}

    def put_annotations(self, times: Mapping[bytes, int]) -> None:
        self._write()
        self.disk.times |= times

    def gone(self, entities: Collection[str]) -> dict[str, Gone]:
        return {entity: self.disk.gone[entity] for entity in entities if entity in self.disk.gone}

    def put_gone(self, entities: Mapping[str, Gone]) -> None:
        self._write()
        self.disk.gone |= entities

    # -- groups -------------------------------------------------------------------------------

    def naming(self, ids: Collection[str]) -> set[str]:
        return {entity for entity, names in self.disk.names.items() if not names.isdisjoint(ids)}

    def named_by(self, entities: Collection[str]) -> set[str]:
        named = {name for entity in entities for name in self.disk.names.get(entity, ())}
        return named & self.disk.rows.keys()

    def below(self, root: str) -> set[str]:
        return {entity for entity in self.disk.rows if entity.startswith(f"{root}.")}

    # -- what replicas know of each other -----------------------------------------------------

    def signed_tips(self, streams: Iterable[bytes]) -> list[SignedTip]:
        wanted = set(streams)
        return sorted((t for t in self.disk.tips.values() if t.stream in wanted), key=lambda t: (t.stream, t.seq, t.op))

    def put_signed_tips(self, tips: Sequence[SignedTip]) -> None:
        self._write()
        for tip in tips:
            self.disk.tips.setdefault((tip.stream, tip.op), tip)

    def note(self, name: str) -> bytes | None:
        return self.disk.notes.get(name)

    def put_note(self, name: str, content: bytes) -> None:
        self._write()
        self.disk.notes[name] = content

    def _chain(self, stream: bytes, after: int) -> Iterator[Stored]:
        for one in self.disk.log.values():
            if one.entry.stream == stream and one.entry.seq > after and one.state != State.CARRIED:
                yield one

    def _write(self) -> None:
        assert self._inside, "only inside a transaction"


def _place(one: Stored) -> Place:
    entry = one.entry
    return Place(entry.stream, entry.seq, entry.prev, entry.op, one.entity, one.state)


def _names(operations: Iterable[Operation]) -> frozenset[str]:
    return frozenset(v for operation in operations for v in operation.fields.values() if isinstance(v, str))
