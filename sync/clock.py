"""The hybrid logical clock: a time that only rises, whatever the computer's clock does.

48 bits of milliseconds since 1970 and a 16-bit counter that carries into them, in one integer that
fits a signed 64-bit column. It orders what people see; it never decides causality (bases do).
"""

from __future__ import annotations

from typing import Final

COUNTER_BITS: Final = 16
LATEST_MS: Final = 2**46  # the year 4199: a wall clock beyond it is wrong and is cut to it
LATEST: Final = 2**63 - 1  # what a signed 64-bit column holds


class Clock:
    """The clock of one replica. It owns the last time given; the caller keeps that across starts."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def tick(self, wall_ms: int) -> int:
        """Return a time later than every one given or seen, near the wall clock when that is ahead."""
        self.last = max(self.last + 1, at(wall_ms))
        return self.last

    def see(self, time: int, most_ms: int = LATEST_MS) -> None:
        """Take note of another replica's time, so that what is written next is later than it.

        `most_ms` is as far as others may push this clock: what lies beyond is not believed.
        """
        self.last = max(self.last, min(time, at(most_ms)))


def at(wall_ms: int) -> int:
    """Return the first time of a clock at these milliseconds since 1970."""
    return min(max(wall_ms, 0), LATEST_MS) << COUNTER_BITS


def milliseconds(time: int) -> int:
    """Return the milliseconds since 1970 of a clock's time."""
    return time >> COUNTER_BITS
