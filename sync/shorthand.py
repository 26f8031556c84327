"""Which hashes a few bytes can stand for, between a writer and readers whose logs are partly known.

A writer shortens only what every reader has said it has; a reader looks in its own log. Both sides
may be wrong after a restore: then the reader leaves out what it cannot tell and asks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sync.chains import Reach
from sync.ground import Ground, State
from sync.pieces import Shared
from sync.wire import Vector


class Here:
    """What this replica has, by which it tells shortened hashes (`pieces.Known`)."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def of_entities(self, entities: Collection[str]) -> Mapping[str, Collection[bytes]]:
        """Return the hashes of the stored operations on each of these entities."""
        found = defaultdict(list)
        for stored in self._ground.of_entities(entities):
            found[stored.entity].append(stored.entry.op)
        return found

    def at(self, places: Collection[tuple[bytes, int]]) -> Mapping[tuple[bytes, int], Collection[bytes]]:
        """Return the hashes of the stored operations at each of these places: (stream, seq)."""
        streams = self._ground.streams()
        found = {}
        for stream, seq in places:
            ends = streams[stream].tips if stream in streams else ()
            if len(ends) == 1 and ends[0].seq == seq:  # the common case: what comes goes on where this ends
                found[stream, seq] = [ends[0].op]
            elif ends:
                later = self._ground.places_of(stream, seq - 1)
                found[stream, seq] = [place.op for place in later if place.seq == seq]
        return found


def shared(ground: Ground, readers: Sequence[Vector]) -> Shared:
    """Return what tells which operations every reader, by these vectors, has stored. No readers: none."""
    reaches = [Reach(ground, vector) for vector in readers]

    def known(ops: Collection[bytes]) -> Collection[bytes]:
        if not reaches:
            return ()
        places = ground.places(ops).values()
        return {
            place.op
            for place in places
            if place.state != State.BLANK and all(reach.covers(place.stream, place.seq, place.op) for reach in reaches)
        }

    return known
