"""Stores operations in their chains and does what they say: merges them, obeys headquarters' orders.

A `Work` is the working set of one transaction. It collects what is to be stored and merged, asks
the ground in few large questions, and writes everything at its end. What arrives from elsewhere
comes to it through `sync/arriving.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import msgspec

from sync import chains
from sync.errors import BadValue
from sync.ground import Gone, Ground, How, Place, Quarantined, State, Stored, Stream, Why
from sync.judging import Inner, Judge, Judged, annotated, is_order, said
from sync.merging import Known, Merging
from sync.records import CONTROL, Kind, Operation, stored
from sync.wire import Entry, Revocation, Tip


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of entries that arrived. Counts of operations; sets of ids."""

    new: int = 0
    """Stored in the log now, held ones among them."""
    known: int = 0
    waiting: int = 0
    """Kept until the operation before them comes."""
    held: int = 0
    quarantined: int = 0
    refused: int = 0
    """Not kept: bytes that are not the operation they claim to be, erased ones not from headquarters."""
    changed: frozenset[str] = frozenset()
    """Entities whose shown state may have changed."""
    disputed: frozenset[str] = frozenset()
    """Entities that have a conflict they did not have."""
    ahead: tuple[tuple[int, bytes, str], ...] = ()
    """New operations from beyond the time that was given as the latest: (time, operation, entity)."""
    latest: int = 0
    """The latest hybrid time of a new operation."""
    forked: bool = False
    """A stream has a branch that it did not have."""
    returned: bool = False
    """Operations of our own came back that were not here: a new stream was begun."""
    emptied: bool = False
    """Bodies were blanked: `Ground.scrub` is due."""

    def __add__(self, other: Taken) -> Taken:
        both = {}
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            if isinstance(mine, bool | frozenset):
                both[one.name] = mine | theirs
            else:
                both[one.name] = max(mine, theirs) if one.name == "latest" else mine + theirs
        return Taken(**both)


class ShareOrder(msgspec.Struct, frozen=True, array_like=True):
    """An order of headquarters that a record goes, or is granted, from one scope to another; kept at headquarters."""

    kind: str
    root: str
    came_from: bytes
    went_to: bytes
    time: int


_SHARES: Final = "shares"


def read_shares(ground: Ground) -> tuple[ShareOrder, ...]:
    """Return the orders to share that headquarters has written in a scope, in the order in which they came."""
    content = ground.note(_SHARES)
    return msgspec.msgpack.decode(content, type=tuple[ShareOrder, ...]) if content else ()


class Work:
    """What one transaction stores, restates, merges and blanks. `home`: this replica is headquarters."""

    def __init__(self, ground: Ground, judge: Judge, *, home: bool, known: Known | None = None) -> None:
        self.ground = ground
        self.merging = Merging(ground, known)
        self.places: dict[bytes, Place] = {}
        """Where everything stands that was looked up or stored here."""
        self.stored_now: list[bytes] = []
        """What was stored in its chain since somebody last emptied this list."""
        self.quarantine: dict[bytes, Quarantined] = {}
        self._judge = judge
        self._home = home
        self._streams: dict[bytes, Stream] | None = None
        self._longer: set[bytes] = set()
        self._new: dict[bytes, Stored] = {}
        self._restated: dict[bytes, Stored] = {}
        self._gone: dict[str, Gone] = {}
        self._asked: set[str] = set()
        self._new_gone: dict[str, Gone] = {}
        self._leaving: set[str] = set()
        self._returning: set[str] = set()
        self._emptied = False
        self._forked = False

    @property
    def streams(self) -> dict[bytes, Stream]:
        """All streams, as they are with what was stored here."""
        if self._streams is None:
            self._streams = self.ground.streams()
        return self._streams

    def judge(self, body: bytes, signer: bytes) -> Judged:
        """Return what a body says. BadRecord when it cannot be placed."""
        return self._judge.judge(body, signer)

    # -- storing ------------------------------------------------------------------------------

    def prepare(self, judged: Mapping[bytes, Judged]) -> None:
        """Ask the ground for all that is needed to store and merge these, in a few questions."""
        operations: dict[bytes, Operation] = {}
        inner: list[bytes] = []
        for op, one in judged.items():
            if one.operation is not None and not one.why:
                operations[op] = one.operation
                if one.inner:
                    operations[one.inner.op] = one.inner.operation
                    inner.append(one.inner.op)
        self.merging.load(operations)
        self.look_up(inner)
        self._look_for_gone({one.said.entity_id for one in judged.values()})

    def look_up(self, ops: Iterable[bytes]) -> None:
        """Find out where these operations stand."""
        wanted = [op for op in ops if op not in self.places]
        if wanted:
            self.places |= self.ground.places(wanted)

    def store(self, entry: Entry, judged: Judged | None, device: bytes) -> str:
        """Store an entry in its chain and do what it says; return its state.

        It was judged and prepared, its `prev` is here, and the device writes its stream. `judged` is
        None when it has no body.
        """
        entity, state, why = "", State.BLANK, ""
        if judged is not None:
            entity = judged.said.entity_id
            state, why = self._fate(entry, judged)
        before = self.places.get(entry.op)
        self._lengthen(entry, device)
        self.places[entry.op] = Place(entry.stream, entry.seq, entry.prev, entry.op, entity, state)
        one = Stored(entry, entity, state, why)
        self.stored_now.append(entry.op)
        if before is not None:  # it was carried here, and merged, before its chain came
            self._restated[entry.op] = one
            return state
        self._new[entry.op] = one
        if state == State.MERGED and judged and judged.operation:
            self._obey(entry.op, judged.operation, judged.inner)
        return state

    def store_own(self, entry: Entry, operation: Operation) -> None:
        """Store an operation that was just written on this replica. BadValue when its entity is gone."""
        inner = None
        if operation.kind in CONTROL:
            assert entry.body is not None
            inner = self.judge(entry.body, operation.device).inner
        judged = Judged(said(operation), operation, "", inner)
        self.prepare({entry.op: judged})
        if self._stays_out(judged):
            raise BadValue("this record was erased or moved away")
        self.store(entry, judged, operation.device)

    def _lengthen(self, entry: Entry, device: bytes) -> None:
        stream = self.streams.get(entry.stream) or Stream(device, ())
        longer = chains.advanced(stream, entry)
        self._forked = self._forked or len(longer.tips) > max(len(stream.tips), 1)
        self.streams[entry.stream] = longer
        self._longer.add(entry.stream)

    def _fate(self, entry: Entry, judged: Judged) -> tuple[str, str]:
        """Return the state of an operation to be stored, and why it is held."""
        if not self._stays_out(judged):
            return (State.HELD, judged.why) if judged.why else (State.MERGED, "")
        gone = self._gone[judged.said.entity_id]
        if not self._home or gone.how != How.ERASED:
            return State.HELD, Why.GONE
        if judged.operation is None or judged.operation.kind != Kind.CARRY:
            self.quarantine[entry.op] = Quarantined(entry, judged.said.entity_id, judged.said.device, Why.ERASED)
        return State.BLANK, ""

    def _stays_out(self, judged: Judged) -> bool:
        """Return whether an operation comes too late: its entity is gone."""
        gone = self._gone.get(judged.said.entity_id)
        if gone is None or gone.how == How.BACK:
            return False
        return judged.operation is None or judged.operation.kind not in CONTROL - {Kind.CARRY}

    def _look_for_gone(self, entities: Iterable[str]) -> None:
        wanted = set(entities) - self._asked
        if wanted:
            self._asked |= wanted
            self._gone |= self.ground.gone(wanted)

    # -- what operations say -------------------------------------------------------------------

    def _obey(self, op: bytes, operation: Operation, inner: Inner | None) -> None:
        match operation.kind:
            case Kind.ANNOTATE:
                self._annotate(operation)
            case Kind.ERASE:
                self._leave(operation.entity_id, Gone(How.ERASED, operation.hlc))
            case Kind.DROP:
                self._leave(operation.entity_id, Gone(How.MOVED, operation.hlc))
            case Kind.KEEP:
                self._return(operation.entity_id, operation.hlc)
            case Kind.CARRY if inner:
                self._carry(operation, inner)
            case Kind.TRANSFER | Kind.GRANT if self._home:
                self._share(operation)
            case Kind.CARRY | Kind.TRANSFER | Kind.GRANT:
                pass  # stands in the log, for people
            case _:
                self.merging.add(op, operation)

    def _share(self, operation: Operation) -> None:
        came_from, went_to = (bytes.fromhex(str(operation.fields[name])) for name in ("from", "to"))
        order = ShareOrder(operation.kind, operation.entity_id, came_from, went_to, operation.hlc)
        known = read_shares(self.ground)
        if order not in known:
            self.ground.put_note(_SHARES, msgspec.msgpack.encode((*known, order)))

    def _annotate(self, operation: Operation) -> None:
        told = annotated(operation)
        assert told is not None  # judged
        op, time = told
        time = min(time, self.ground.annotations({op}).get(op, time))
        self.ground.put_annotations({op: time})
        self.merging.times[op] = time
        self.look_up({op})
        place = self.places.get(op)
        if place and place.entity:
            self.merging.redo(place.entity)

    def _leave(self, entity: str, gone: Gone) -> None:
        self._look_for_gone({entity})
        before = self._gone.get(entity)
        if gone.how == How.MOVED and before and (before.how == How.ERASED or before.since >= gone.since):
            return
        if gone.how == How.MOVED and self._was_kept_after(entity, gone.since):
            return
        self._gone[entity] = self._new_gone[entity] = gone
        self._leaving.add(entity)
        self._returning.discard(entity)
        self.merging.redo(entity)

    def _was_kept_after(self, entity: str, since: int) -> bool:
        """Return whether a later order, which came here first, says that the entity came back."""
        known = [*self.ground.of_entities({entity}), *(one for one in self._new.values() if one.entity == entity)]
        bodies = [one.entry.body for one in known if one.entry.body is not None and one.state == State.MERGED]
        return any(o.kind == Kind.KEEP and o.hlc > since for o in map(stored, bodies))

    def _return(self, entity: str, since: int) -> None:
        self._look_for_gone({entity})
        gone = self._gone.get(entity)
        if gone is None or gone.how == How.ERASED or gone.since >= since:
            return
        self._gone[entity] = self._new_gone[entity] = Gone(How.BACK, since)
        self._returning.add(entity)
        self._leaving.discard(entity)
        self.merging.redo(entity)

    def _carry(self, operation: Operation, inner: Inner) -> None:
        entity = operation.entity_id
        place = self.places.get(inner.op)
        if place and place.state != State.BLANK:
            return
        told = inner.operation
        entry = Entry(told.stream, told.seq, told.prev_hash, inner.op, inner.body)
        state = State.MERGED if place else State.CARRIED
        self.places[inner.op] = Place(told.stream, told.seq, told.prev_hash, inner.op, entity, state)
        (self._restated if place else self._new)[inner.op] = Stored(entry, entity, state)
        self._obey(inner.op, told, None)

    # -- upkeep -------------------------------------------------------------------------------

    def reconsider(self) -> None:
        """Merge every held operation that can be merged by now."""
        held = [one for one in self.ground.held() if one.why != Why.GONE]
        self._judge_again([(one, judged) for one, judged in self._judged(held) if judged.why != one.why])

    def replay(self, page: Sequence[Stored], played: dict[bytes, str]) -> None:
        """Play a page of the log again. `played` gathers the entity of each operation that was merged."""
        self._judge_again(list(self._judged(one for one in page if one.state == State.HELD and one.why != Why.GONE)))
        merged: dict[bytes, Judged] = {}
        for one in page:
            if one.state in {State.MERGED, State.CARRIED} and one.entry.body is not None:
                operation = stored(one.entry.body)
                if operation.kind not in CONTROL:
                    merged[one.entry.op] = Judged(said(operation), operation)
        self.prepare(merged)
        for op, judged in merged.items():
            assert judged.operation is not None
            self.merging.add(op, judged.operation)
            played[op] = judged.said.entity_id
        for one in self._restated.values():
            if one.state == State.MERGED:
                played[one.entry.op] = one.entity

    def _judged(self, held: Iterable[Stored]) -> Iterable[tuple[Stored, Judged]]:
        for one in held:
            assert one.entry.body is not None
            yield one, self.judge(one.entry.body, self.streams[one.entry.stream].device)

    def _judge_again(self, held: Sequence[tuple[Stored, Judged]]) -> None:
        self.prepare({one.entry.op: judged for one, judged in held})
        for one, judged in held:
            state, why = self._fate(one.entry, judged)
            self._restated[one.entry.op] = one._replace(state=state, why=why, entity=judged.said.entity_id)
            if state == State.MERGED and judged.operation is not None:
                self._obey(one.entry.op, judged.operation, judged.inner)

    def revoke(self, one: Revocation) -> None:
        """Move what the device wrote beyond the accepted tips into quarantine."""
        cut = [e for e in self.ground.waiting() if e.stream in self.streams and self._is_of(e.stream, one.device)]
        for entry in cut:
            self.quarantine[entry.op] = Quarantined(entry, "", one.device, Why.REVOKED)
        self.ground.end_waiting([entry.op for entry in cut])
        for stream, known in list(self.streams.items()):
            accepted = one.accepted.get(stream, ())
            if known.device == one.device and not set(known.tips) <= set(accepted):
                self._cut(stream, accepted)

    def _is_of(self, stream: bytes, device: bytes) -> bool:
        return self.streams[stream].device == device

    def _cut(self, stream: bytes, accepted: Sequence[Tip]) -> None:
        places = self.ground.places_of(stream)
        here = {place.op for place in places}
        kept = chains.ancestors(places, (tip.op for tip in accepted))
        # An accepted tip that has not come yet: what may lie before it stays until it is here.
        upto = max((tip.seq for tip in accepted if tip.op not in here), default=0)
        cut = {place.op: place for place in places if place.op not in kept and place.seq > upto}
        if not cut:
            return
        device = self.streams[stream].device
        for op, body in self.ground.bodies(cut.keys()).items():
            place = cut[op]
            entry = Entry(stream, place.seq, place.prev, op, body)
            self.quarantine[op] = Quarantined(entry, place.entity, device, Why.REVOKED)
        for place in cut.values():
            if place.entity:
                self.merging.redo(place.entity)
        self.ground.remove(cut.keys())
        self.streams[stream] = Stream(device, chains.tips_of(place for place in places if place.op not in cut))
        self._longer.add(stream)

    # -- the end ------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what was collected so far, and the rows that follow from it."""
        self._put()
        if self._returning:
            self._let_return()
            self._put()
        if self._leaving:
            self._let_go()
        self._leaving, self._returning = set(), set()
        self.merging.flush()

    def finish(self, taken: Taken) -> Taken:
        """Write everything, and complete the report."""
        self.flush()
        if self._longer:
            self.ground.put_streams({stream: self.streams[stream] for stream in self._longer})
        if self.quarantine:
            self._look_for_gone({one.entity for one in self.quarantine.values()})
            self.ground.put_quarantine([one for one in self.quarantine.values() if self._may_be_kept(one)])
        return replace(
            taken,
            quarantined=len(self.quarantine),
            changed=frozenset(self.merging.changed),
            disputed=frozenset(self.merging.disputed),
            forked=self._forked,
            emptied=self._emptied,
        )

    def _may_be_kept(self, one: Quarantined) -> bool:
        """Return whether an operation may be kept for a person; of what was erased only headquarters decides."""
        gone = self._gone.get(one.entity)
        return self._home or gone is None or gone.how != How.ERASED

    def _put(self) -> None:
        if self._new:
            self.ground.put(list(self._new.values()))
        if self._restated:
            self.ground.put(list(self._restated.values()), new=False)
        if self._new_gone:
            self.ground.put_gone(self._new_gone)
        self._new, self._restated, self._new_gone = {}, {}, {}

    def _let_return(self) -> None:
        """Merge again what was held of entities that came back."""
        back = self.ground.of_entities(self._returning)
        self._judge_again(list(self._judged(one for one in back if one.state == State.HELD and one.why == Why.GONE)))

    def _let_go(self) -> None:
        """Take entities that went out of sight: out of the log when they were erased at headquarters, else held.

        Held bodies go once headquarters has them safe (`Engine.settle`), or brought them where they
        belong (`Engine.blank`).
        """
        changed: list[Stored] = []
        carried: list[bytes] = []
        for one in self.ground.of_entities(self._leaving):
            if one.entry.body is None or is_order(one.entry.body):
                continue
            if one.state == State.CARRIED:
                carried.append(one.entry.op)
            elif self._home and self._gone[one.entity].how == How.ERASED:
                changed.append(blanked(one))
            else:
                changed.append(one._replace(state=State.HELD, why=Why.GONE))
        self.ground.put(changed, new=False)
        self.ground.remove(carried)
        erased = {entity for entity in self._leaving if self._gone[entity].how == How.ERASED}
        if erased:
            self.ground.end_quarantine([q.entry.op for q in self.ground.quarantine() if q.entity in erased])
        self._emptied = self._emptied or bool(changed or carried)


def blanked(one: Stored) -> Stored:
    """Return an operation of the log without its body."""
    entry = one.entry
    return Stored(Entry(entry.stream, entry.seq, entry.prev, entry.op, None), one.entity, State.BLANK)
