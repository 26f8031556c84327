"""Entries that arrive: each is stored when the one before it is here, or waits for it, or is kept apart.

Judged one by one first: its bytes, its place, who answers for it. Nothing is believed because of
where it came from, and one bad entry holds up only what comes after it in its stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sync import chains
from sync.errors import BadRecord
from sync.ground import Quarantined, State, Why
from sync.judging import Judged
from sync.records import GENESIS, digest
from sync.taking import Taken, Work
from sync.wire import Entry


class Arrival(NamedTuple):
    """An entry with whoever answers for it: the device or headquarters whose signed tip covers it.

    `signer` is b"" when nobody does, and `why` then says what is wrong (`Why`).
    """

    entry: Entry
    signer: bytes
    why: str = Why.UNSIGNED


ANYBODY: Final = None
NOBODY: Final = frozenset[bytes]()
"""Whose entries may come without body."""


class Batch:
    """Entries on their way into a work: each is stored when the one before it is here, or waits, or is kept apart.

    `blanks` are the devices whose entries may come without body; None says that all may.
    """

    def __init__(self, work: Work, blanks: frozenset[bytes] | None, latest: int | None = None) -> None:
        self._work = work
        self._blanks = blanks
        self._latest = latest
        self._mine = work.ground.mine()
        self._orphans: dict[bytes, list[Arrival]] = {}
        self._judged: dict[bytes, Judged] = {}
        self._new = self._known = self._held = self._refused = self._last = 0
        self._ahead: list[tuple[int, bytes, str]] = []
        self._returned = False

    def take(self, arrivals: Sequence[Arrival]) -> Taken:
        """Store what may be stored of these and whatever waited for it."""
        work = self._work
        self._bring(arrivals)
        while work.stored_now:
            ops, work.stored_now = work.stored_now, []
            work.ground.end_quarantine(ops)
            work.ground.end_waiting(ops)
            waited = work.ground.waiting_for(ops)
            if waited:
                work.ground.end_waiting([entry.op for entry in waited])
                self._blanks = ANYBODY  # what waits was authorised when it came
                self._bring([Arrival(entry, self._owner(entry.stream)) for entry in waited])
        waiting = {a.entry.op: a.entry for group in self._orphans.values() for a in group}
        if waiting:
            work.ground.put_waiting(list(waiting.values()))
        if self._returned:
            work.ground.begin_stream()
        return Taken(
            new=self._new,
            known=self._known,
            waiting=len(waiting),
            held=self._held,
            refused=self._refused,
            ahead=tuple(sorted(self._ahead)),
            latest=self._last,
            returned=self._returned,
        )

    def _owner(self, stream: bytes) -> bytes:
        known = self._work.streams.get(stream)
        return known.device if known else b""

    def _bring(self, arrivals: Sequence[Arrival]) -> None:
        work = self._work
        work.look_up({op for a in arrivals for op in (a.entry.op, a.entry.prev)})
        fresh = []
        for arrival in arrivals:
            if self._is_here(arrival.entry.op):
                self._known += 1
            elif self._is_sound(arrival):
                fresh.append(arrival)
        work.prepare({a.entry.op: self._judged[a.entry.op] for a in fresh if a.entry.op in self._judged})
        for arrival in fresh:
            self._follow(arrival)

    def _is_here(self, op: bytes) -> bool:
        """Return whether an operation is stored in its chain."""
        place = self._work.places.get(op)
        return place is not None and place.state != State.CARRIED

    def _is_sound(self, arrival: Arrival) -> bool:
        """Judge an arrival by itself: its bytes, its place, who answers for it."""
        entry = arrival.entry
        if entry.body is None:
            if arrival.signer and (self._blanks is ANYBODY or arrival.signer in self._blanks):
                return True
            self._refused += 1
            return False
        judged = self._read(entry, arrival.signer)
        if judged is None:
            self._refused += 1
            return False
        if not arrival.signer or judged.said.device != arrival.signer:
            self._put_aside(arrival, judged, Why.FOREIGN if arrival.signer else arrival.why)
            return False
        self._judged[entry.op] = judged
        return True

    def _read(self, entry: Entry, signer: bytes) -> Judged | None:
        """Return what the body says, None when it is not the operation that the entry claims."""
        assert entry.body is not None
        if digest(entry.body) != entry.op:
            return None
        try:
            judged = self._work.judge(entry.body, signer)
        except BadRecord:
            return None
        said_place = (judged.said.stream, judged.said.seq, judged.said.prev_hash)
        return judged if said_place == (entry.stream, entry.seq, entry.prev) else None

    def _put_aside(self, arrival: Arrival, judged: Judged | None, why: str) -> None:
        if judged is None or arrival.entry.body is None:
            self._refused += 1
        else:
            entity, device = judged.said.entity_id, judged.said.device
            self._work.quarantine[arrival.entry.op] = Quarantined(arrival.entry, entity, device, why)

    def _follow(self, arrival: Arrival) -> None:
        """Store an arrival and all that waited for it in this batch; or let it wait."""
        line = [arrival]
        while line:
            one = line.pop()
            if self._is_here(one.entry.op):
                continue  # twice in the same batch
            judged = self._judged.get(one.entry.op)
            if one.entry.prev != GENESIS and not self._is_here(one.entry.prev):
                self._orphans.setdefault(one.entry.prev, []).append(one)
            elif not chains.follows(one.entry, self._work.places) or self._owner(one.entry.stream) not in {
                b"",
                one.signer,
            }:
                self._put_aside(one, judged, Why.FOREIGN)
            else:
                self._store(one, judged)
                line += reversed(self._orphans.pop(one.entry.op, []))

    def _store(self, arrival: Arrival, judged: Judged | None) -> None:
        entry = arrival.entry
        state = self._work.store(entry, judged, arrival.signer)
        self._new += 1
        self._held += state == State.HELD
        self._returned = self._returned or entry.stream == self._mine
        if judged and judged.operation:
            time = judged.operation.hlc
            self._last = max(self._last, time)
            if self._latest is not None and time > self._latest and state == State.MERGED:
                self._ahead.append((time, entry.op, judged.said.entity_id))
