"""A headquarters, two computers of one clinic and one of another, and what they write, for tests of bundles."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from sync import bundle, identity
from sync.bundle import Opened, Reader
from sync.chunks import Chunks
from sync.identity import Identity, Trust, new_identity
from sync.parcel import Packer, Parcel
from sync.records import GENESIS, Kind, Operation, Value, digest, encode
from sync.shelf import Shelf
from sync.wire import Certificate, Entry, Headquarters, Manifest, Piece, Revocation, Revocations, SignedTip, Tip

SCOPE = b"scope-of-clinic1"
OTHER_SCOPE = b"scope-of-clinic2"
STREAM = b"a-stream-of-dev1"
MADE = 1_790_000_000_000


@dataclass(frozen=True)
class World:
    """Everybody's keys, and what headquarters signed."""

    headquarters: Identity = field(default_factory=new_identity)
    first: Identity = field(default_factory=new_identity)
    second: Identity = field(default_factory=new_identity)
    foreign: Identity = field(default_factory=new_identity)

    @property
    def card(self) -> Headquarters:
        me = self.headquarters
        card = Headquarters(id=me.id, name="Centro", sign_key=me.verify_key, recipient=me.recipient, escrow="")
        return identity.sign(card, me)

    def certificate(self, device: Identity, serial: int = 1) -> Certificate:
        return identity.sign(
            Certificate(
                serial=serial,
                headquarters=self.headquarters.id,
                device=device.id,
                name="mostrador",
                clinic="Clínica del Valle",
                scope=OTHER_SCOPE if device.id == self.foreign.id else SCOPE,
                sign_key=device.verify_key,
                recipient=device.recipient,
                issued=MADE,
            ),
            self.headquarters,
        )

    def trust(self, *revoked: Identity) -> Trust:
        certificates = {d.id: self.certificate(d) for d in (self.first, self.second, self.foreign)}
        listed = tuple(Revocation(device=d.id, accepted={}, at=MADE) for d in revoked)
        revocations = Revocations(serial=1, headquarters=self.headquarters.id, revoked=listed)
        return Trust(self.card, certificates, identity.sign(revocations, self.headquarters) if revoked else None)

    def reader(self, who: Identity | None = None, *revoked: Identity) -> Reader:
        """Return how headquarters reads, or how a device does."""
        if who is None:
            return Reader(self.headquarters, self.trust(*revoked), takes_revoked=False)
        scope = OTHER_SCOPE if who.id == self.foreign.id else SCOPE
        return Reader(who, self.trust(*revoked), scope)

    def packer(self, folder: Path, who: Identity, chunks: Chunks | None = None) -> Packer:
        return Packer(who, self.card, Shelf(folder, who.inbox_key()), chunks)

    def content(self, who: Identity, entries: Sequence[Entry], *readers: Identity) -> Content:
        """Return an offer of these entries to these readers."""
        ends = {entry.stream: entry for entry in entries}
        return Content(
            Manifest(
                bundle=b"",
                sender=who.id,
                recipients=tuple(reader.id for reader in readers),
                scope=OTHER_SCOPE if who.id == self.foreign.id else SCOPE,
                made=MADE,
                have={end.stream: (Tip(end.seq, end.op),) for end in ends.values()},
                tips=tuple(SignedTip(end.stream, SCOPE, who.id, end.seq, end.op) for end in ends.values()),
            ),
            tuple(reader.recipient for reader in readers),
            entries,
        )


@dataclass(frozen=True)
class Content:
    manifest: Manifest
    readers: tuple[str, ...]
    all_entries: Sequence[Entry]

    @property
    def entries(self) -> Callable[[], Iterator[Entry]]:
        return lambda: iter(self.all_entries)


class Kept:
    """A sink that keeps everything in memory."""

    def __init__(self) -> None:
        self.opened: Opened | None = None
        self.data: dict[bytes, bytes] = {}

    def begin(self, opened: Opened) -> None:
        assert self.opened is None
        self.opened = opened

    def wants(self, piece: Piece) -> bool:
        return piece.name not in self.data

    def put(self, piece: Piece, data: bytes) -> None:
        self.data[piece.name] = data

    def entries(self, known: Log | None = None) -> list[Entry]:
        assert self.opened is not None
        found = bundle.operations(self.opened, lambda piece: self.data[piece.name], known)
        return [entry for part in found for entry in part.entries]


class Log:
    """What a reader has, for shortened hashes."""

    def __init__(self, entries: Sequence[Entry], operations: Mapping[bytes, Operation]) -> None:
        self._entries = entries
        self._operations = operations

    def of_entities(self, entities: Collection[str]) -> dict[str, list[bytes]]:
        ops = self._operations
        return {e: [op for op, operation in ops.items() if operation.entity_id == e] for e in entities}

    def at(self, places: Collection[tuple[bytes, int]]) -> dict[tuple[bytes, int], list[bytes]]:
        return {place: [e.op for e in self._entries if (e.stream, e.seq) == place] for place in places}


class Hand:
    """Writes operations, one stream after the other's end."""

    def __init__(self, device: bytes = b"device-one-16byt", stream: bytes = STREAM, seed: int = 1) -> None:
        self.device = device
        self.stream = stream
        self.random = random.Random(seed)  # noqa: S311 - a history to repeat, not a secret
        self.entries: list[Entry] = []
        self.operations: dict[bytes, Operation] = {}
        self.prev, self.seq, self.time = GENESIS, 0, MADE << 16

    def write(
        self,
        entity: str,
        fields: Mapping[str, Value],
        bases: Mapping[str, tuple[bytes, ...]] | None = None,
        kind: str = Kind.SET,
    ) -> Entry:
        self.seq += 1
        self.time += self.random.choice((1, 65536, 4000 << 16))
        operation = Operation(
            stream=self.stream,
            seq=self.seq,
            prev_hash=self.prev,
            hlc=self.time,
            wall=(self.time >> 16) - self.random.choice((0, 0, 0, 5, -(10**9))),
            actor="00ff" * 4,
            device=self.device,
            schema=1,
            min_reader=1,
            txn=max(1, self.seq - self.random.choice((0, 0, 3))),
            entity_type="case",
            entity_id=entity,
            kind=kind,
            fields=dict(fields),
            bases=dict(bases or {}),
        )
        body = encode(operation)
        entry = Entry(self.stream, self.seq, self.prev, digest(body), body)
        self.prev = entry.op
        self.entries.append(entry)
        self.operations[entry.op] = operation
        return entry

    def create(self, entity: str, **fields: Value) -> Entry:
        return self.write(entity, fields, kind=Kind.CREATE)

    def raw(self, body: bytes) -> Entry:
        """Write something that this version cannot read."""
        self.seq += 1
        entry = Entry(self.stream, self.seq, self.prev, digest(body), body)
        self.prev = entry.op
        self.entries.append(entry)
        return entry

    def some(self, count: int) -> list[Entry]:
        """Write a history of that many operations, of many forms."""
        entities = [f"{n:032x}" for n in range(7)] + ["0f" * 16 + ".worker", "no-root", ""]
        values: tuple[Value, ...] = (None, True, 0, -(2**63), 2**63 - 1, "", "ñandú", ("date", "2026-03~"), "x" * 300)
        heads: dict[tuple[str, str], bytes] = {}
        for _ in range(count):
            entity = self.random.choice(entities)
            names = self.random.sample(("a", "name", "deadbeef", "field.of.a.section", "ñ"), self.random.randrange(4))
            bases = {n: (heads[entity, n],) for n in names if (entity, n) in heads and self.random.random() < 0.9}
            entry = self.write(
                entity,
                {name: self.random.choice(values) for name in names},
                bases,
                self.random.choice((Kind.CREATE, Kind.SET, Kind.SET, Kind.EVENT, "a kind to come")),
            )
            heads.update({(entity, name): entry.op for name in names})
        return self.entries


def written(parcel: Parcel) -> bytes:
    """Return the file of a parcel."""
    out = BytesIO()
    size = bundle.write(parcel.opening, parcel.rest(), parcel.readers, out)
    assert size == len(out.getvalue())
    return out.getvalue()
