from __future__ import annotations

from pathlib import Path

import pytest

from clinic_app.errors import KnownError
from clinic_app.store.delay import Tries, wait_after
from clinic_app.store.files import TRIES


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_wait_grows_and_has_an_end() -> None:
    assert [wait_after(wrong) for wrong in range(12)] == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert wait_after(10**9) == 60


def wrong(tries: Tries, count: int, clock: Clock) -> None:
    for _ in range(count):
        clock.now += tries.seconds()
        tries.begin()


def test_it_survives_a_restart_and_ends_when_the_time_is_over(tmp_path: Path, clock: Clock) -> None:
    wrong(Tries(tmp_path, b"these keys", clock), 6, clock)
    again = Tries(tmp_path, b"these keys", clock)
    assert again.seconds() == 4
    clock.now += 3.2
    assert again.seconds() == 1
    with pytest.raises(KnownError):
        again.begin()
    clock.now += 0.8
    again.begin()
    assert again.seconds() == 8
    again.forget()
    assert again.seconds() == 0
    assert not (tmp_path / TRIES).exists()


def test_a_try_that_was_cut_off_was_a_try(tmp_path: Path, clock: Clock) -> None:
    for _ in range(4):
        Tries(tmp_path, b"these keys", clock).begin()  # and the program is killed each time
    assert Tries(tmp_path, b"these keys", clock).seconds() == 1


def test_a_clock_that_is_set_back_does_not_lock_for_years(tmp_path: Path, clock: Clock) -> None:
    tries = Tries(tmp_path, b"these keys", clock)
    wrong(tries, 5, clock)
    clock.now -= 10**8
    assert tries.seconds() == 2
    clock.now += 2
    assert tries.seconds() == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"wrong":-5,"at":0,"keys":""}', b"\xff" * 50])
def test_a_damaged_count_locks_nobody_out(tmp_path: Path, clock: Clock, content: bytes) -> None:
    (tmp_path / TRIES).write_bytes(content)
    tries = Tries(tmp_path, b"these keys", clock)
    assert tries.seconds() == 0
    tries.begin()


def test_other_keys_in_the_folder_begin_anew(tmp_path: Path, clock: Clock) -> None:
    wrong(Tries(tmp_path, b"these keys", clock), 8, clock)
    assert Tries(tmp_path, b"other keys", clock).seconds() == 0
