"""Chains of operations and what a vector says of them: who has what, who lacks what, where a stream was forked.

A vector is honest: a tip in it says that everything before the tip is there too. A tip that is not
known here counts as nothing, since sending something again does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from sync.ground import Ground, Place, Stream
from sync.records import GENESIS
from sync.wire import Entry, Tip, Vector

_MOST_TIPS: Final = 32  # of one stream in a mark; more only when a peer runs far ahead for long


class Fork(NamedTuple):
    """One place of a stream after which it goes on in several ways: the first operation of each, sorted.

    `seq` is theirs. It says that a disk was copied, or set back, and written on twice.
    """

    stream: bytes
    device: bytes
    seq: int
    ops: tuple[bytes, ...]


def vector(ground: Ground) -> Vector:
    """Return what is stored here, gap-free."""
    return {stream: known.tips for stream, known in ground.streams().items() if known.tips}


class Reach:
    """Which operations of this ground a vector covers: its tips that are known here, and all before them."""

    def __init__(self, ground: Ground, covered: Vector) -> None:
        self._ground = ground
        self._streams = ground.streams()
        places = ground.places({tip.op for tips in covered.values() for tip in tips})
        self._known: dict[bytes, list[Place]] = {}
        for stream, tips in covered.items():
            found = [places[tip.op] for tip in tips if tip.op in places and places[tip.op].stream == stream]
            if found and stream in self._streams:
                self._known[stream] = found
        self._upto = {s: max(p.seq for p in found) for s, found in self._known.items() if not self._forked(s)}
        self._ancestors: dict[bytes, frozenset[bytes]] = {}

    def covers(self, stream: bytes, seq: int, op: bytes) -> bool:
        """Return whether the operation at this place is covered."""
        if stream in self._upto:
            return seq <= self._upto[stream]
        return stream in self._known and op in self._set(stream)

    def upto(self, stream: bytes) -> int:
        """Return the seq up to which all of a stream is covered for certain; 0 when it has branches."""
        return self._upto.get(stream, 0)

    def is_forked(self, stream: bytes) -> bool:
        """Return whether a stream of this ground has branches."""
        return stream in self._streams and self._forked(stream)

    def ends(self, stream: bytes) -> tuple[Tip, ...]:
        """Return the last covered operations of a stream, one for each covered branch."""
        known = self._known.get(stream, [])
        if not self.is_forked(stream):
            return tuple(Tip(p.seq, p.op) for p in known if p.seq == self._upto[stream])
        covered = self._set(stream)
        return tips_of(place for place in self._ground.places_of(stream) if place.op in covered)

    def beyond(self) -> Iterator[Entry]:
        """Return the entries that are not covered, a stream after the other, each after the one it follows."""
        for stream in sorted(self._streams):
            yield from self.beyond_in(stream)

    def beyond_in(self, stream: bytes) -> Iterator[Entry]:
        """Return the same of one stream."""
        if stream not in self._known:
            yield from self._ground.chain(stream)
        elif stream in self._upto:
            if self._upto[stream] < self._streams[stream].tips[-1].seq:
                yield from self._ground.chain(stream, self._upto[stream])
        else:
            have = self._set(stream)
            yield from (entry for entry in self._ground.chain(stream) if entry.op not in have)

    def count(self) -> int:
        """Return how many operations are not covered."""
        total = 0
        for stream, known in self._streams.items():
            if stream in self._upto:
                total += known.tips[-1].seq - self._upto[stream]
            elif stream not in self._known and len(known.tips) == 1:
                total += known.tips[0].seq
            else:
                have = self._set(stream)
                total += sum(place.op not in have for place in self._ground.places_of(stream))
        return total

    def _forked(self, stream: bytes) -> bool:
        return len(self._streams[stream].tips) > 1

    def _set(self, stream: bytes) -> frozenset[bytes]:
        if stream not in self._ancestors:
            tips = [place.op for place in self._known.get(stream, ())]
            self._ancestors[stream] = ancestors(self._ground.places_of(stream), tips)
        return self._ancestors[stream]


def ancestors(places: Iterable[Place], ops: Iterable[bytes]) -> frozenset[bytes]:
    """Return these operations of a stream and all before them."""
    before = {place.op: place.prev for place in places}
    found: set[bytes] = set()
    for op in ops:
        while op in before and op not in found:
            found.add(op)
            op = before[op]  # noqa: PLW2901 - the walk goes back along the chain
    return frozenset(found)


def tips_of(places: Iterable[Place]) -> tuple[Tip, ...]:
    """Return the tips of a stream that has these operations."""
    all_places = list(places)
    followed = {place.prev for place in all_places}
    return tuple(sorted(Tip(place.seq, place.op) for place in all_places if place.op not in followed))


def advanced(stream: Stream, entry: Entry) -> Stream:
    """Return the stream with one more entry, whose `prev` is in it."""
    if len(stream.tips) == 1 and stream.tips[0].op == entry.prev:
        return Stream(stream.device, (Tip(entry.seq, entry.op),))
    kept = (tip for tip in stream.tips if tip.op != entry.prev)
    return Stream(stream.device, tuple(sorted((*kept, Tip(entry.seq, entry.op)))))


def latest(ground: Ground, before: Vector, after: Vector) -> Vector:
    """Return what a peer has by its last word, with what its word before says that is still of use.

    A tip of the last word may not be known here yet; until it is, the tips before it say what need
    not be sent again.
    """
    places = _known(ground, before, after)
    found = dict(after)
    for stream, tips in after.items():
        if any(tip.op not in places for tip in tips):
            found[stream] = union(tips, (tip for tip in before.get(stream, ()) if tip.op in places))
    return found


def risen(ground: Ground, before: Vector, after: Vector) -> Vector:
    """Return what was acknowledged by either word: an old one that comes late takes nothing back."""
    places = _known(ground, before, after)
    streams = ground.streams()
    found = dict(before)
    for stream, tips in after.items():
        both = union(before.get(stream, ()), tips)
        if all(tip.op in places for tip in both) and len(streams[stream].tips) == 1:
            both = both[-1:]
        found[stream] = both[-_MOST_TIPS:]
    return found


def _known(ground: Ground, *vectors: Vector) -> dict[bytes, Place]:
    return ground.places({tip.op for known in vectors for tips in known.values() for tip in tips})


def union(tips: Iterable[Tip], more: Iterable[Tip]) -> tuple[Tip, ...]:
    """Return the tips of both, each once, sorted."""
    return tuple(sorted({*tips, *more}))


def forks(ground: Ground) -> tuple[Fork, ...]:
    """Return where streams were forked, by stream and seq."""
    found = []
    for stream, known in sorted(ground.streams().items()):
        if len(known.tips) > 1:
            found += _forks_of(stream, known, ground.places_of(stream))
    return tuple(found)


def _forks_of(stream: bytes, known: Stream, places: Iterable[Place]) -> list[Fork]:
    followers: dict[bytes, list[Place]] = {}
    for place in places:
        followers.setdefault(place.prev, []).append(place)
    found = [
        Fork(stream, known.device, group[0].seq, tuple(sorted(place.op for place in group)))
        for group in followers.values()
        if len(group) > 1
    ]
    return sorted(found)


def follows(entry: Entry, places: Mapping[bytes, Place]) -> bool | None:
    """Return whether an entry stands right after its `prev`; None when that is not among the places."""
    if entry.seq == 1:
        return entry.prev == GENESIS
    before = places.get(entry.prev)
    return None if before is None else (before.stream, before.seq + 1) == (entry.stream, entry.seq)
