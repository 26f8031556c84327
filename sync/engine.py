"""Takes operations into a ground and writes new ones: the same way for every replica and for both.

State is a pure function of a set of operations and of headquarters' orders about them, so the
order, the grouping and the repetition of what arrives never matter. Nothing is refused for what it
says; what this version cannot read is held, what nobody answers for goes into quarantine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sync import chains, merge
from sync.arriving import ANYBODY, NOBODY, Arrival, Batch
from sync.chains import Fork, Reach
from sync.clock import Clock
from sync.ground import Gone, Ground, How, Stream, Why
from sync.judging import KINDS, Judge, annotated
from sync.merge import Stamps
from sync.records import CONTROL, GENESIS, READER, Kind, Operation, Value, digest, encode
from sync.taking import Taken, Work, blanked
from sync.wire import Entry, Revocation, Vector

__all__ = ["Arrival", "Draft", "Engine", "Pen", "Taken", "Writing"]


class Draft(NamedTuple):
    """What is to be written: an operation without its place, its time and the heads it sees."""

    entity_type: str
    entity: str
    kind: str
    fields: Mapping[str, Value]


@dataclass(slots=True)
class Pen:
    """Who writes on this replica, and where: its stream's end and its clock. After a failed write, take a new one."""

    stream: bytes
    device: bytes
    actor: str
    clock: Clock
    seq: int = 0
    tip: bytes = GENESIS
    schema: int = 1
    min_reader: int = 1

    @classmethod
    def of(cls, ground: Ground, device: bytes, actor: str, clock: Clock) -> Pen:
        """Return the pen at the end of the stream that this replica writes."""
        mine = ground.mine()
        tips = ground.streams().get(mine, Stream(device, ())).tips
        seq, tip = (tips[-1].seq, tips[-1].op) if tips else (0, GENESIS)
        return cls(mine, device, actor, clock, seq, tip)

    def compose(self, draft: Draft, stamps: Stamps, wall_ms: int, txn: int) -> Operation:
        """Return the next operation of the stream, having seen these heads of its entity."""
        names = (*draft.fields, merge.ALIVE) if draft.kind in merge.LIFE else draft.fields
        if draft.kind in CONTROL:
            bases = {}
        elif draft.kind == Kind.DELETE:
            bases = merge.bases_of_delete(stamps)
        else:
            bases = merge.bases_of(stamps, names)
        return Operation(
            stream=self.stream,
            seq=self.seq + 1,
            prev_hash=self.tip,
            hlc=self.clock.tick(wall_ms),
            wall=wall_ms,
            actor=self.actor,
            device=self.device,
            schema=self.schema,
            min_reader=self.min_reader,
            txn=txn,
            entity_type=draft.entity_type,
            entity_id=draft.entity,
            kind=draft.kind,
            fields=dict(draft.fields),
            bases=bases,
        )


class Engine:
    """The engine over one ground. It keeps nothing itself.

    `headquarters` is its id, b"" while a clinic is not enrolled: it alone may write the kinds in
    `CONTROL`. `home` says that this replica is headquarters. `kinds` and `reader` are what this
    version understands.
    """

    def __init__(
        self,
        ground: Ground,
        headquarters: bytes = b"",
        *,
        home: bool = False,
        kinds: frozenset[str] = KINDS,
        reader: int = READER,
    ) -> None:
        self.ground = ground
        self.headquarters = headquarters
        self.home = home
        self._judge = Judge(headquarters, kinds, reader)

    # -- writing and taking -------------------------------------------------------------------

    def write(self, pen: Pen, drafts: Iterable[Draft], wall_ms: int) -> tuple[bytes, ...]:
        """Write operations that are saved together, in one transaction; return their hashes.

        BadValue, and nothing written, when one may not stand.
        """
        with self.ground.transaction():
            writing = self.writing(pen, wall_ms)
            ops = tuple([writing.append(draft) for draft in drafts])
            writing.end()
        return ops

    def writing(self, pen: Pen, wall_ms: int) -> Writing:
        """Begin to write several operations one by one, inside a transaction of the caller's."""
        return Writing(self.work(), pen, wall_ms)

    def take(self, arrivals: Sequence[Arrival], *, sender: bytes = b"", latest: int | None = None) -> Taken:
        """Take entries in, in any order, in one transaction.

        `sender` brings them. Without body come only entries that headquarters brings, or their own
        device, or that are headquarters' own and come home to it: nobody else can empty what others wrote.
        `latest` is the hybrid time beyond which new operations are reported as `ahead`.
        """
        with self.ground.transaction():
            work = self.work()
            own = {sender, self.headquarters} if self.home else {sender}
            blanks = ANYBODY if sender == self.headquarters else frozenset(own)
            return work.finish(Batch(work, blanks, latest).take(arrivals))

    def work(self) -> Work:
        """Return an empty working set, for one transaction."""
        return Work(self.ground, self._judge, home=self.home)

    # -- what is here -------------------------------------------------------------------------

    def vector(self) -> Vector:
        """Return what is stored here, gap-free."""
        return chains.vector(self.ground)

    def lacks(self, vector: Vector) -> Iterator[Entry]:
        """Return what a replica with this vector lacks, each operation after the one it follows."""
        return Reach(self.ground, vector).beyond()

    def forks(self) -> tuple[Fork, ...]:
        """Return where streams were forked: disks were copied or set back, and written on."""
        return chains.forks(self.ground)

    # -- orders and upkeep --------------------------------------------------------------------

    def settle(self, received: Vector, durable: Vector) -> bool:
        """Blank what headquarters has of entities that are gone; return whether anything was.

        What was erased goes once it was received there, what moved once it is in a backup there.
        """
        waiting = [one for one in self.ground.held() if one.why == Why.GONE]
        if not waiting:
            return False
        gone = self.ground.gone({one.entity for one in waiting})
        reach = {How.ERASED: Reach(self.ground, received), How.MOVED: Reach(self.ground, durable)}
        due = []
        for one in waiting:
            known = gone.get(one.entity)
            entry = one.entry
            if known and known.how in reach and reach[known.how].covers(entry.stream, entry.seq, entry.op):
                due.append(blanked(one))
        if due:
            with self.ground.transaction():
                self.ground.put(due, new=False)
        return bool(due)

    def blank(self, ops: Iterable[bytes]) -> None:
        """Blank held operations of entities that are gone, once headquarters brought them where they belong."""
        wanted = set(ops)
        due = [blanked(one) for one in self.ground.held() if one.why == Why.GONE and one.entry.op in wanted]
        if due:
            with self.ground.transaction():
                self.ground.put(due, new=False)

    def revoke(self, revoked: Iterable[Revocation]) -> Taken:
        """Move what revoked devices wrote beyond what was accepted of them into quarantine. May be repeated."""
        with self.ground.transaction():
            work = self.work()
            own = work.streams.get(self.ground.mine())
            for one in revoked:
                if own is None or one.device != own.device:  # what a person wrote here stays before their eyes
                    work.revoke(one)
            return work.finish(Taken())

    def release(self, ops: Iterable[bytes]) -> Taken:
        """Take operations out of quarantine, as a person decided, and treat them as any others."""
        wanted = set(ops)
        with self.ground.transaction():
            found = [one for one in self.ground.quarantine() if one.entry.op in wanted]
            work = self.work()
            arrivals = [Arrival(one.entry, one.device) for one in found]
            return work.finish(Batch(work, NOBODY).take(arrivals))

    def reconsider(self) -> Taken:
        """Merge what was held for a version that this one now is."""
        with self.ground.transaction():
            work = self.work()
            work.reconsider()
            return work.finish(Taken())

    def rebuild(self) -> None:
        """Empty everything that follows from the log and build it again. Only inside a transaction."""
        self.ground.clear()
        self._replay_orders()
        played: dict[bytes, str] = {}

        def known(entity: str, op: bytes) -> bool:
            return played.get(op) == entity

        for page in self.ground.everything():
            work = Work(self.ground, self._judge, home=self.home, known=known)
            work.replay(page, played)
            work.finish(Taken())

    def _replay_orders(self) -> None:
        """Take note first of orders about other operations, so that those need be played only once."""
        gone: dict[str, Gone] = {}
        times: dict[bytes, int] = {}
        for operation in self._orders():
            told = annotated(operation) if operation.kind == Kind.ANNOTATE else None
            if told:
                times[told[0]] = min(told[1], times.get(*told))
            elif operation.kind in _HOW:
                entity = operation.entity_id
                here = Gone(_HOW[operation.kind], operation.hlc)
                gone[entity] = max(here, gone.get(entity, here), key=_weight)
        self.ground.put_gone({entity: one for entity, one in gone.items() if one.how != How.BACK})
        self.ground.put_annotations(times)

    def _orders(self) -> Iterator[Operation]:
        for stream, known in self.ground.streams().items():
            if known.device == self.headquarters:
                for entry in self.ground.chain(stream):
                    if entry.body is not None:
                        judged = self._judge.judge(entry.body, known.device)
                        if judged.operation and not judged.why and judged.operation.kind in CONTROL:
                            yield judged.operation
                            if judged.inner:
                                yield judged.inner.operation


_HOW = {Kind.ERASE: How.ERASED, Kind.DROP: How.MOVED, Kind.KEEP: How.BACK}


def _weight(gone: Gone) -> tuple[bool, int]:
    return gone.how == How.ERASED, gone.since


class Writing:
    """Operations being written one by one inside a transaction; `end` before it closes."""

    def __init__(self, work: Work, pen: Pen, wall_ms: int) -> None:
        self._work = work
        self._pen = pen
        self._wall = wall_ms
        self._txn = pen.seq + 1

    def stamps(self, entity: str) -> Stamps:
        """Return the heads of an entity, with what was written so far."""
        return self._work.merging.stamps(entity)

    def append(self, draft: Draft) -> bytes:
        """Write one operation and return its hash. BadValue when it may not stand."""
        pen = self._pen
        operation = pen.compose(draft, self.stamps(draft.entity), self._wall, self._txn)
        body = encode(operation)
        op = digest(body)
        self._work.store_own(Entry(operation.stream, operation.seq, operation.prev_hash, op, body), operation)
        pen.seq, pen.tip = operation.seq, op
        return op

    def flush(self) -> None:
        """Bring the rows up to what was written so far, for whoever reads them meanwhile."""
        self._work.flush()

    def end(self) -> Taken:
        """Bring the rows up to everything and keep the stream's end."""
        return self._work.finish(Taken())
