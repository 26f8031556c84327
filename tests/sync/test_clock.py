from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.clock import LATEST, LATEST_MS, Clock, milliseconds

WALLS = st.integers(min_value=-(2**70), max_value=2**70)


@given(st.lists(WALLS, max_size=50))
def test_time_only_rises_whatever_the_wall_clock_does(walls: list[int]) -> None:
    clock = Clock()
    times = [clock.tick(wall) for wall in walls]
    assert times == sorted(set(times))
    assert all(0 < time <= LATEST for time in times)


@given(st.integers(min_value=1, max_value=LATEST_MS))
def test_a_clock_that_goes_well_is_followed(wall: int) -> None:
    assert milliseconds(Clock().tick(wall)) == wall


def test_the_counter_carries_into_the_milliseconds() -> None:
    clock = Clock()
    for _ in range(2**16 + 1):
        time = clock.tick(1000)
    assert milliseconds(time) == 1001


def test_what_is_written_after_another_computers_operation_is_later() -> None:
    clock = Clock()
    seen = Clock().tick(50_000)
    clock.see(seen)
    assert clock.tick(7) == seen + 1
    clock.see(3)
    assert clock.last == seen + 1


def test_a_clock_goes_on_from_where_it_was_kept() -> None:
    first = Clock()
    last = first.tick(9000)
    assert Clock(last).tick(0) > last
