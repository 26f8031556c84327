"""Random histories of a few computers and headquarters, made by real engines: what tests feed to grounds."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sync import merge
from sync.clock import Clock
from sync.engine import Arrival, Draft, Engine, Pen, Taken
from sync.ground import Ground
from sync.judging import carrying
from sync.memory import Memory
from sync.records import ID_BYTES, Kind, Operation, Value, stored
from sync.wire import Entry

HEADQUARTERS = b"h" * ID_BYTES
TYPES = {"c1": "case", "c2": "case", "p1": "person", "e1": "employer"}
ENTITIES = tuple(TYPES)
FIELDS = {"case": ("number", "stage", "place"), "person": ("name",), "employer": ("name",)}


def ids(start: int) -> Iterator[bytes]:
    """Return ids of streams, always the same for a start."""
    return (bytes([start, number]) * (ID_BYTES // 2) for number in range(256))


@dataclass
class Computer:
    """One that writes, and takes from others. Its device is known by its first letter."""

    device: bytes
    engine: Engine
    clock: Clock = field(default_factory=Clock)

    @classmethod
    def new(cls, number: int, *, home: bool = False) -> Computer:
        device = HEADQUARTERS if home else bytes([number]) * ID_BYTES
        return cls(device, Engine(Memory(number=ids(number)), HEADQUARTERS, home=home))

    @property
    def ground(self) -> Ground:
        return self.engine.ground

    def write(self, wall: int, *drafts: Draft) -> tuple[bytes, ...]:
        return self.engine.write(Pen.of(self.ground, self.device, "someone", self.clock), drafts, wall)

    def take(self, other: Computer) -> Taken:
        return self.engine.take(arrivals(other.ground, other.engine.lacks(self.engine.vector())), sender=other.device)


def arrivals(ground: Ground, entries: Iterable[Entry]) -> list[Arrival]:
    """Return entries with the devices that wrote them, as good tips would say."""
    streams = ground.streams()
    return [Arrival(entry, streams[entry.stream].device) for entry in entries]


def history(seed: int, steps: int = 40) -> list[Arrival]:
    """Return everything that three computers and headquarters wrote, meeting now and then."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable history, no secret
    computers = [Computer.new(number) for number in (1, 2, 3)] + [Computer.new(9, home=True)]
    for step in range(steps):
        computer = chance.choice(computers)
        other = chance.choice(computers)
        if other is not computer and chance.random() < 0.4:
            computer.take(other)
        drafts = [draft for draft in _drafts(chance, computer) if not _is_out(computer, draft)]
        if drafts:
            computer.write(chance.randrange(1, 10**12) if chance.random() < 0.1 else 1000 * (step + 1), *drafts)
    everything: dict[bytes, Arrival] = {}
    for computer in computers[:3]:  # headquarters has no bodies of what is gone
        everything |= {a.entry.op: a for a in arrivals(computer.ground, computer.engine.lacks({}))}
    blank = arrivals(computers[3].ground, computers[3].engine.lacks({}))
    everything = {a.entry.op: a for a in blank} | everything
    return [a for a in everything.values() if a.entry.body is not None]


def _is_out(computer: Computer, draft: Draft) -> bool:
    gone = computer.ground.gone([draft.entity]).get(draft.entity)
    return gone is not None and gone.how != "back" and draft.kind not in {Kind.ERASE, Kind.DROP, Kind.KEEP}


def _drafts(chance: random.Random, computer: Computer) -> list[Draft]:
    entity = chance.choice(ENTITIES)
    if computer.device == HEADQUARTERS and chance.random() < 0.5:
        return [_order(chance, computer, entity)]
    return [
        _edit(chance, computer, chance.choice([entity, entity, *ENTITIES])) for _ in range(chance.choice([1, 1, 3]))
    ]


def _edit(chance: random.Random, computer: Computer, entity: str) -> Draft:
    known = computer.ground.stamps([entity])
    kind = TYPES[entity]
    names = FIELDS[kind]
    fields: dict[str, Value] = {name: _value(chance) for name in names if chance.random() < 0.6}
    if entity not in known:
        return Draft(kind, entity, Kind.CREATE, fields)
    how = chance.choice([Kind.SET] * 8 + [Kind.DELETE, Kind.UNDELETE])
    if how == Kind.SET:
        return Draft(kind, entity, how, fields or {names[0]: _value(chance)})
    return Draft(kind, entity, how, {})


def _value(chance: random.Random) -> Value:
    return chance.choice(["a", "b", "c1", "p1", "e1", None])


def _order(chance: random.Random, computer: Computer, entity: str) -> Draft:
    kind = chance.choice([Kind.ANNOTATE, Kind.ANNOTATE, Kind.CARRY, Kind.CARRY, Kind.DROP, Kind.KEEP, Kind.ERASE])
    if kind == Kind.ANNOTATE:
        heads = computer.ground.stamps([entity]).get(entity, merge.EMPTY).heads
        op = chance.choice(heads).op if heads else bytes(32)
        return Draft("order", entity, kind, {"op": op.hex(), "effective": chance.randrange(2**40)})
    if kind == Kind.CARRY:
        elsewhere = Computer.new(chance.randrange(20, 60))
        elsewhere.write(chance.randrange(10**6), _edit(chance, elsewhere, entity))
        body = next(iter(elsewhere.engine.lacks({}))).body
        assert body is not None
        return Draft("order", entity, kind, carrying(body))
    return Draft("order", entity, kind, {})


def operations(known: Sequence[Arrival]) -> dict[bytes, Operation]:
    """Return the operations of arrivals, by hash."""
    return {a.entry.op: stored(a.entry.body) for a in known if a.entry.body is not None}
