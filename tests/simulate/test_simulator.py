from __future__ import annotations

import pytest

from tests.simulate.simulator import SEEDS, clock_independent, simulate

HISTORIES = 500
AT_ONCE = 20


def once_broken() -> list[int]:
    return [int(line.split()[0]) for line in SEEDS.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("first", range(0, HISTORIES, AT_ONCE))
def test_every_history_ends_well(first: int) -> None:
    for seed in range(10_000 + first, 10_000 + first + AT_ONCE):
        simulate(seed)


@pytest.mark.parametrize("seed", once_broken())
def test_histories_that_once_broke_end_well(seed: int) -> None:
    simulate(seed)


@pytest.mark.parametrize("first", range(0, 20, 5))
def test_clocks_never_decide_what_is_a_head(first: int) -> None:
    for seed in range(first, first + 5):
        clock_independent(seed)
