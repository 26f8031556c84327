"""A world to simulate: two clinics, their computers, headquarters, sticks on their way, clocks that lie.

Everything that happens is one method; chance decides only through the `Random` that is given, so
that one seed is one history. Real engines, real signatures, memory for disks.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

import msgspec

from sync import bundle, chains, identity, merge, sharing, shorthand
from sync import pieces as pieces_of
from sync.clock import Clock
from sync.engine import Draft, Engine, Pen, Taken
from sync.exchange import DAY_MS, Exchange, Offer, Report, keep_trust, read_marks, read_trust
from sync.ground import How, State, Stored, Why
from sync.identity import Identity, Trust
from sync.judging import KINDS, carried_body
from sync.memory import Disk, Memory
from sync.records import CONTROL, ID_BYTES, Kind, Operation, Value, digest, stored
from sync.sharing import Side
from sync.wire import Certificate, Entry, Headquarters, Manifest, Piece, Revocation, Revocations, SignedTip, Vector

SCOPES = (b"A" * ID_BYTES, b"B" * ID_BYTES)
NEW_KINDS = KINDS | {"tag"}
"""What the newer version of the program knows besides."""
START = 1_790_000_000_000
CENTURY_MS = 100 * 365 * DAY_MS
MOST_DEVICES = 4

FIELDS = {"case": ("number", "stage", "employer"), "note": ("case", "text"), "employer": ("name",)}


class PowerCut(Exception):  # noqa: N818 - no error, something that happens
    """The machine went off: what was committed stays."""


class Fused(Memory):
    """A disk whose machine goes off at the end of its n-th transaction from now, before it is kept."""

    def __init__(self, disk: Disk | None = None, number: Iterator[bytes] | None = None) -> None:
        super().__init__(disk, number)
        self.fuse: int | None = None

    @contextmanager
    def transaction(self) -> Generator[None]:
        with super().transaction():
            yield
            if self.fuse is not None:
                self.fuse -= 1
                if self.fuse < 0:
                    self.fuse = None
                    raise PowerCut


@cache
def keys(number: int) -> Identity:
    """Return the keys of the n-th device ever; making keys is slow."""
    return identity.new_identity(bytes([number]) * ID_BYTES)


@dataclass(frozen=True, slots=True)
class Letter:
    """A bundle on its way."""

    manifest: Manifest
    pieces: tuple[tuple[Entry, ...], ...]
    raw: bytes = b""
    """The real file, in worlds of real bytes."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody saved: where, and which operations on the same entity were before their eyes."""

    scope: bytes
    operation: Operation
    body: bytes
    seen: frozenset[bytes]


@dataclass(slots=True)
class Replica:
    """One computer, or headquarters' part in one scope."""

    name: str
    keys: Identity
    scope: bytes
    ground: Fused
    clock: Clock
    kinds: frozenset[str]
    home: bool = False
    shift: int = 0
    farthest: int = 0
    snapshots: list[tuple[Disk, int]] = field(default_factory=list)

    @property
    def device(self) -> bytes:
        return self.keys.id


@dataclass(slots=True)
class World:
    """Everything there is. `tame` clocks never jump; with `real` bundles are real files, encrypted and all."""

    chance: random.Random
    tame: bool = False
    real: bool = False
    now: int = START
    replicas: list[Replica] = field(default_factory=list)
    offices: dict[bytes, Replica] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    saved: dict[bytes, Written] = field(default_factory=dict)
    lost: set[bytes] = field(default_factory=set)
    """What was only on a disk that was set back: no program can keep it."""
    erased: set[str] = field(default_factory=set)
    forkable: set[bytes] = field(default_factory=set)
    """Streams that were on a disk which was copied or set back."""
    revoked: dict[bytes, Revocation] = field(default_factory=dict)
    certificates: dict[bytes, Certificate] = field(default_factory=dict)
    serial: int = 0
    incarnation: int = 0
    backup: tuple[dict[bytes, Disk], dict[bytes, Vector]] | None = None
    durable: dict[bytes, Vector] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    _streams: Iterator[bytes] = field(
        default_factory=lambda: iter(n.to_bytes(ID_BYTES, "big") for n in range(1, 10**6))
    )
    _tokens: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))
    _devices: int = 1

    # -- making -------------------------------------------------------------------------------

    @classmethod
    def new(cls, seed: int, *, tame: bool = False, real: bool = False) -> World:
        world = cls(random.Random(seed), tame, real)  # noqa: S311 - one seed is one history
        for scope in SCOPES:
            ground = Fused(number=world._streams)
            world.offices[scope] = Replica("hq", keys(0), scope, ground, Clock(), KINDS, home=True)
        for scope in SCOPES:
            for _ in range(2):
                world.enrol(scope)
        return world

    @property
    def card(self) -> Headquarters:
        return _card()

    @property
    def trust(self) -> Trust:
        """Whom headquarters believes."""
        return Trust(self.card, dict(self.certificates), self.revocations())

    def revocations(self) -> Revocations | None:
        if not self.revoked:
            return None
        listed = Revocations(serial=self.serial, headquarters=self.card.id, revoked=tuple(self.revoked.values()))
        return identity.sign(listed, keys(0))

    def everybody(self) -> list[Replica]:
        return [*self.replicas, *self.offices.values()]

    def trusted(self, scope: bytes | None = None) -> list[Replica]:
        """Return the computers that are not revoked."""
        return [r for r in self.replicas if r.device not in self.revoked and scope in {None, r.scope}]

    def engine(self, replica: Replica) -> Engine:
        return Engine(replica.ground, self.card.id, home=replica.home, kinds=replica.kinds)

    def exchange(self, replica: Replica) -> Exchange:
        trust = self.trust if replica.home else read_trust(replica.ground, self.card)
        incarnation = bytes([self.incarnation]) * ID_BYTES if replica.home else b""
        engine = self.engine(replica)
        return Exchange(engine, replica.keys, replica.scope, trust, lambda: self.wall(replica), incarnation)

    def wall(self, replica: Replica) -> int:
        """Return what a computer's clock says."""
        wall = max(0, self.now + replica.shift)
        replica.farthest = max(replica.farthest, wall)
        return wall

    def sides(self) -> dict[bytes, Side]:
        return {scope: self._side(office) for scope, office in self.offices.items()}

    def _side(self, office: Replica) -> Side:
        def write(drafts: Sequence[Draft]) -> Taken:
            return self._write(office, drafts)

        return Side(office.scope, self.engine(office), write)

    # -- writing ------------------------------------------------------------------------------

    def write(self, replica: Replica, *drafts: Draft) -> None:
        """Save; a power cut while saving saves nothing."""
        with suppress(PowerCut):
            self._write(replica, drafts)

    def _write(self, replica: Replica, drafts: Sequence[Draft]) -> Taken:
        seen = {d.entity: merged(replica.ground, d.entity).keys() for d in drafts}
        pen = Pen.of(replica.ground, replica.device, replica.name, replica.clock)
        with replica.ground.transaction():
            writing = self.engine(replica).writing(pen, self.wall(replica))
            ops = [writing.append(draft) for draft in drafts]
            taken = writing.end()
        before: dict[str, set[bytes]] = {entity: set(known) for entity, known in seen.items()}
        for op, draft in zip(ops, drafts, strict=True):
            body = replica.ground.bodies([op]).get(op)
            if body is not None and draft.kind not in CONTROL:
                self.saved[op] = Written(replica.scope, stored(body), body, frozenset(before[draft.entity]))
            before[draft.entity].add(op)
        return taken

    def token(self) -> str:
        """Return a value that nobody else writes; now and then one that several do."""
        number = next(self._tokens)
        return "same" if self.chance.random() < 0.15 else f"t{number}"

    def edit(self, replica: Replica, kind: str = Kind.SET) -> None:
        """Change one to three fields of records that are there, in one save; or make a record."""
        shown = sorted(replica.ground.disk.rows)
        drafts = []
        for _ in range(self.chance.choice([1, 1, 1, 2, 3])):
            if not shown or self.chance.random() < 0.25:
                drafts.append(self._new(replica))
            else:
                drafts.append(self._change(replica, self.chance.choice(shown), kind))
        self.write(replica, *drafts)

    def _new(self, replica: Replica) -> Draft:
        kind = self.chance.choice(["case", "case", "note", "employer"])
        letter = replica.scope[:1].decode()
        number = self.chance.randrange(4 if kind == "case" else 6)
        root = f"{letter}c{self.chance.randrange(4)}"
        entity = f"{root}.note" if kind == "note" and number == 0 else f"{letter}{kind[0]}{number}"
        if replica.ground.gone([entity]) or entity in replica.ground.disk.rows:
            entity = f"{letter}{kind[0]}x{next(self._tokens)}"
        fields: dict[str, Value] = {name: self.token() for name in FIELDS[kind]}
        if kind == "case":
            fields["employer"] = f"{letter}e{self.chance.randrange(3)}"
        if kind == "note":
            fields["case"] = root
        return Draft(kind, entity, self.chance.choice([Kind.CREATE, Kind.CREATE, Kind.EVENT]), fields)

    def _change(self, replica: Replica, entity: str, kind: str) -> Draft:
        row = replica.ground.disk.rows[entity]
        if kind in {Kind.DELETE, Kind.UNDELETE}:
            return Draft(row.entity_type, entity, kind, {})
        names = [name for name in FIELDS.get(row.entity_type, ("text",)) if name not in {"case", "employer"}]
        return Draft(
            row.entity_type, entity, kind, {name: self.token() for name in names if self.chance.random() < 0.7}
        )

    def resolve(self, replica: Replica) -> None:
        """Decide every conflict of one record."""
        disputed = sorted(entity for entity, row in replica.ground.disk.rows.items() if row.conflicts)
        if disputed:
            entity = self.chance.choice(disputed)
            row = replica.ground.disk.rows[entity]
            self.write(
                replica, Draft(row.entity_type, entity, Kind.SET, {name: self.token() for name in row.conflicts})
            )

    # -- bundles ------------------------------------------------------------------------------

    def export(self, replica: Replica, *, siblings: bool = True) -> Letter:
        """Make a bundle of all that headquarters and the other computers lack."""
        known = [] if siblings else [read_marks(replica.ground).received]
        return self._letter(replica, self.exchange(replica).offer(siblings=siblings), known)

    def answer(self, office: Replica, replica: Replica) -> Letter:
        """Make headquarters' reply for one computer."""
        exchange = self.exchange(office)
        offer = exchange.reply(replica.device, durable=self.durable.get(office.scope, {}))
        return self._letter(office, offer, [exchange.have(replica.device).vector])

    def _letter(self, sender: Replica, offer: Offer, known: Sequence[Vector]) -> Letter:
        entries = list(offer.entries())
        size = self.chance.choice([1, 2, 4, 50])
        pieces = tuple(tuple(entries[n : n + size]) for n in range(0, len(entries), size))
        raw = _file(sender, offer, pieces, known, self.chance.randbytes(ID_BYTES)) if self.real else b""
        return Letter(offer.manifest, pieces, raw)

    def deliver(self, letter: Letter, replica: Replica) -> Report | None:
        """Have a bundle taken by whoever it comes to; None when it is not for them, not believed, or cut off."""
        trust = self.exchange(replica).trust
        try:
            opened = _opened(letter.raw, replica, trust) if self.real else self._opened(letter, replica, trust)
            if opened is None:
                return None
            report = self.exchange(replica).take(opened.manifest, lambda: opened.pieces, replica.clock)
            if replica.home:
                self.relay(replica)
        except PowerCut:
            return None
        finally:
            replica.ground.fuse = None
        return report

    def _opened(self, letter: Letter, replica: Replica, trust: Trust) -> Letter | None:
        """Return a bundle if its reader may take it: what `bundle.read` says of real ones."""
        manifest = letter.manifest
        trust = trust.with_certificates(manifest.certificates)
        if replica.device not in manifest.recipients or manifest.scope != replica.scope:
            return None
        if manifest.sender != self.card.id and trust.certificate(manifest.sender) is None:
            return None
        return None if trust.is_revoked(manifest.sender) and not replica.home else letter

    def relay(self, office: Replica) -> None:
        """Carry on what arrived late of records that were shared."""
        sharing.relay(self.sides()[office.scope], self.sides())

    def forge(self, letter: Letter) -> Letter:
        """Return a bundle as a liar among the computers might make it, or as a bad stick gives it back."""
        if self.real:
            cut = letter.raw[: self.chance.randrange(len(letter.raw))]
            return Letter(letter.manifest, (), self.chance.choice([cut, _flip(self.chance, letter.raw) or b""]))
        chance, entries = self.chance, [entry for piece in letter.pieces for entry in piece]
        manifest = letter.manifest
        how = chance.randrange(6)
        if entries and how == 0:  # another body under a true hash
            entries = [_with(e, body=_flip(chance, e.body)) for e in entries]
        elif entries and how == 1:  # others' bodies taken out
            owners = {tip.stream: tip.device for tip in manifest.tips}
            strange = {e.op for e in entries if owners.get(e.stream) != manifest.sender != self.card.id}
            entries = [_with(e, body=None) if e.op in strange and chance.random() < 0.5 else e for e in entries]
        elif entries and how == 2:  # elsewhere than they were written
            entries = [_with(e, seq=e.seq + 1) if chance.random() < 0.3 else e for e in entries]
        elif how == 3:  # an operation in somebody else's name
            manifest, entries = self._invented(manifest, entries)
        elif how == 4:  # signatures that nobody gave
            tips = tuple(msgspec.structs.replace(tip, signature=bytes(64)) for tip in manifest.tips)
            manifest = msgspec.structs.replace(manifest, tips=tips)
        else:
            chance.shuffle(entries)
        return Letter(manifest, tuple((entry,) for entry in entries))

    def _invented(self, manifest: Manifest, entries: list[Entry]) -> tuple[Manifest, list[Entry]]:
        liar = Memory(number=iter([self.chance.randbytes(ID_BYTES)]))
        victim = self.chance.choice(self.everybody())
        kind = self.chance.choice([Kind.SET, Kind.ERASE, Kind.DROP])
        Engine(liar).write(Pen.of(liar, victim.device, "liar", Clock()), [Draft("case", "Ac0", kind, {})], self.now)
        entry = next(iter(Engine(liar).lacks({})))
        tip = SignedTip(entry.stream, manifest.scope, victim.device, entry.seq, entry.op)
        forged = identity.sign(tip, keys(250))
        return msgspec.structs.replace(manifest, tips=(*manifest.tips, forged)), [*entries, entry]

    # -- accidents ----------------------------------------------------------------------------

    def snapshot(self, replica: Replica) -> None:
        replica.snapshots.append((replica.ground.disk.copied(), replica.clock.last))

    def restore(self, replica: Replica) -> None:
        """Set a computer back to an earlier copy of its disk; it may or may not notice."""
        disk, last = self.chance.choice(replica.snapshots)
        self.forkable.add(replica.ground.disk.mine)
        replica.ground.disk = disk.copied()
        replica.clock = Clock(last)
        self.forkable.add(disk.mine)
        if self.chance.random() < 0.5:
            with replica.ground.transaction():
                replica.ground.begin_stream()
        self.mourn()

    def clone(self, replica: Replica) -> None:
        """Copy a disk into another machine; both go on, and the copy may or may not notice."""
        copied = Fused(replica.ground.disk.copied(), self._streams)
        self.forkable.add(copied.disk.mine)
        twin = Replica(
            f"{replica.name}'", replica.keys, replica.scope, copied, Clock(replica.clock.last), replica.kinds
        )
        twin.shift, twin.farthest = replica.shift, replica.farthest
        if self.chance.random() < 0.5:
            with copied.transaction():
                copied.begin_stream()
        self.replicas.append(twin)

    def back_up(self) -> None:
        """Copy headquarters' store and prove the copy."""
        disks = {scope: office.ground.disk.copied() for scope, office in self.offices.items()}
        self.durable = {scope: chains.vector(office.ground) for scope, office in self.offices.items()}
        self.backup = disks, dict(self.durable)

    def restore_headquarters(self) -> None:
        """Set headquarters back to its backup."""
        if self.backup is None:
            return
        disks, durable = self.backup
        self.incarnation += 1
        self.durable = dict(durable)
        for scope, office in self.offices.items():
            self.forkable.add(office.ground.disk.mine)
            office.ground.disk = disks[scope].copied()
            with office.ground.transaction():
                office.ground.begin_stream()
        self.mourn()

    def mourn(self) -> None:
        """Note what no disk has any more: it was only on the one that was set back."""
        kept = self.kept()
        self.lost |= self.saved.keys() - kept

    def kept(self) -> set[bytes]:
        """Return every operation whose bytes are on some disk or on a stick."""
        found: set[bytes] = set()
        for replica in self.everybody():
            disk = replica.ground.disk
            found |= {op for op, one in disk.log.items() if one.entry.body is not None}
            found |= disk.waiting.keys() | disk.quarantine.keys()
            found |= set(_carried(disk.log.values()))
        return found

    def jump(self, replica: Replica) -> None:
        if not self.tame:
            replica.shift = self.chance.choice([0, 0, 3 * DAY_MS, -3 * DAY_MS, CENTURY_MS, -CENTURY_MS])

    # -- headquarters' orders -----------------------------------------------------------------

    def enrol(self, scope: bytes) -> Replica | None:
        """Give a clinic one more computer."""
        if len([r for r in self.replicas if r.scope == scope]) >= MOST_DEVICES:
            return None
        own = keys(self._devices)
        certificate = Certificate(
            serial=self._devices,
            headquarters=self.card.id,
            device=own.id,
            name=f"d{self._devices}",
            clinic="",
            scope=scope,
            sign_key=own.verify_key,
            recipient=own.recipient,
            issued=self.now,
        )
        signed = identity.sign(certificate, keys(0))
        self.certificates[own.id] = signed
        ground = Fused(number=self._streams)
        keep_trust(ground, Trust(self.card, {own.id: signed}))
        kinds = self.chance.choice([KINDS, NEW_KINDS])
        replica = Replica(f"d{self._devices}", own, scope, ground, Clock(), kinds)
        self.replicas.append(replica)
        self._devices += 1
        return replica

    def upgrade(self, replica: Replica) -> None:
        replica.kinds = NEW_KINDS
        with suppress(PowerCut):
            self.engine(replica).reconsider()

    def revoke(self, replica: Replica) -> None:
        """Trust a computer no more: what headquarters has of it stays."""
        office = self.offices[replica.scope]
        streams = {n: s for n, s in office.ground.streams().items() if s.device == replica.device}
        accepted = {name: known.tips for name, known in streams.items() if known.tips}
        self.serial += 1
        self.revoked[replica.device] = Revocation(device=replica.device, accepted=accepted, at=self.now)
        self.engine(office).revoke(self.revoked.values())

    def release(self, office: Replica) -> None:
        """Take what a revoked computer wrote out of quarantine, as a person at headquarters decides."""
        chosen = [q for q in office.ground.quarantine() if q.why == Why.REVOKED and q.device in self.revoked]
        if not chosen:
            return
        device = chosen[0].device
        self.engine(office).release([q.entry.op for q in chosen if q.device == device])
        before = self.revoked[device]
        streams = {n: s.tips for n, s in office.ground.streams().items() if s.device == device and s.tips}
        accepted = {
            n: chains.union(streams.get(n, ()), before.accepted.get(n, ())) for n in {*streams, *before.accepted}
        }
        self.serial += 1
        self.revoked[device] = msgspec.structs.replace(before, accepted=accepted)

    def share(self, how: Callable[[str, Side, Side], Taken]) -> None:
        """Transfer or grant a case of one clinic to the other."""
        here, there = self.chance.sample(list(self.sides().values()), 2)
        rows = self.offices[here.scope].ground.disk.rows
        roots = sorted(entity for entity, row in rows.items() if row.entity_type == "case")
        if roots:
            with suppress(PowerCut):
                how(self.chance.choice(roots), here, there)

    def erase(self) -> None:
        """Erase a record, everywhere and for ever."""
        office = self.chance.choice(list(self.offices.values()))
        rows = sorted(office.ground.disk.rows)
        if rows:
            entity = self.chance.choice(rows)
            self.erased.add(entity)
            sharing.erase([entity], self.sides().values())


@cache
def _card() -> Headquarters:
    own = keys(0)
    card = Headquarters(id=own.id, name="hq", sign_key=own.verify_key, recipient=own.recipient, escrow="")
    return identity.sign(card, own)


def merged(ground: Memory, entity: str) -> Mapping[bytes, Operation]:
    """Return the operations of the log that count for an entity."""
    gone = ground.gone([entity]).get(entity)
    if gone is not None and gone.how != How.BACK:
        return {}
    found = {}
    for one in ground.of_entities([entity]):
        if one.state in {State.MERGED, State.CARRIED} and one.entry.body is not None:
            operation = stored(one.entry.body)
            if operation.kind not in CONTROL and merge.written(operation):
                found[one.entry.op] = operation
    return found


def marks_of(replica: Replica) -> tuple[bytes, Vector, Vector]:
    """Return what headquarters acknowledged to a computer, and in which incarnation."""
    marks = read_marks(replica.ground)
    return marks.incarnation, marks.received, marks.durable


def _carried(log: Iterable[Stored]) -> Iterator[bytes]:
    """Return the operations inside those that headquarters carries."""
    for one in log:
        if one.entry.body is not None:
            operation = stored(one.entry.body)
            body = carried_body(operation) if operation.kind == Kind.CARRY else None
            if body is not None:
                yield digest(body)


class _Kept:
    """Keeps the pieces of a bundle that is read."""

    def __init__(self) -> None:
        self.data: dict[bytes, bytes] = {}

    def begin(self, opened: bundle.Opened) -> None:
        self.data |= opened.inline

    def wants(self, piece: Piece) -> bool:
        return piece.name not in self.data

    def put(self, piece: Piece, data: bytes) -> None:
        self.data[piece.name] = data


def _file(
    sender: Replica, offer: Offer, parts: Sequence[Sequence[Entry]], known: Sequence[Vector], number: bytes
) -> bytes:
    """Return an offer as the bytes of a bundle."""
    shared = shorthand.shared(sender.ground, known) if known else None
    packed = [one for part in parts for one in pieces_of.pack(part, shared)]
    data = {one.piece.name: one.data for one in packed}
    listed = tuple(one.piece for one in packed)
    manifest = msgspec.structs.replace(offer.manifest, bundle=number[:8], pieces=listed)
    opening = bundle.opening(manifest, lambda piece: data[piece.name], sender.keys, _card())
    out = io.BytesIO()
    rest = iter([data[piece.name] for piece in listed if not bundle.is_inline(piece)])
    bundle.write(opening, rest, offer.readers, out)
    return out.getvalue()


def _opened(raw: bytes, replica: Replica, trust: Trust) -> Letter | None:
    """Read a real bundle; None when it is not taken."""
    reader = bundle.Reader(replica.keys, trust, None if replica.home else replica.scope, takes_revoked=replica.home)
    kept = _Kept()
    try:
        opened = bundle.read(io.BytesIO(raw), reader, kept)
        read = bundle.operations(opened, lambda piece: kept.data[piece.name], shorthand.Here(replica.ground))
        parts = tuple(tuple(unpacked.entries) for unpacked in read)
    except bundle.Unreadable:
        return None
    return Letter(opened.manifest, parts) if opened.manifest.scope == replica.scope else None


def _with(entry: Entry, **changes: object) -> Entry:
    return msgspec.structs.replace(entry, **changes)


def _flip(chance: random.Random, body: bytes | None) -> bytes | None:
    if not body:
        return body
    at = chance.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]
