"""What was handed over is written down and found again by any of its codes."""

from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.domain.packet import Held, HeldPaper
from clinic_app.domain.work import Printed
from clinic_app.errors import InputError
from clinic_app.services import handed_over

FIRST = Held(
    dt.date(2026, 7, 20),
    (HeldPaper("cover", 1, 1), HeldPaper("statement", 2, 9)),
    {"a": 1, "b": 2},
    9,
    ("AAAA-1111-2222",),
)
LATE = Held(
    dt.date(2026, 8, 1),
    (*FIRST.papers, HeldPaper("exhibits", 11, 12)),
    {"a": 1, "b": 2, "c": 3},
    12,
    ("BBBB-1111-2222",),
    "AAAA-1111-2222",
)


def printed(*held: Held) -> list[Printed]:
    """As the store gives them: the latest first; one older record knows nothing."""
    rows = [Printed("", "", "filing", "", "", "", one.codes[0], handed_over.to_text(one)) for one in held]
    return [*reversed(rows), Printed("", "", "filing", "1-4", "", "")]


def test_a_record_is_read_as_it_was_written() -> None:
    assert handed_over.from_text(handed_over.to_text(LATE)) == LATE


@pytest.mark.parametrize("code", ["AAAA-1111-2222", "aaaa iiii 2222", "BBBB-1111-2222"])
def test_what_comes_now_goes_behind_all_that_was_handed_over(code: str) -> None:
    assert handed_over.before(printed(FIRST, LATE), code) == LATE
    assert handed_over.before(printed(FIRST), "AAAA-1111-2222") == FIRST


def test_a_code_that_was_never_printed_is_refused() -> None:
    with pytest.raises(InputError, match="ZZZZ"):
        handed_over.before(printed(FIRST), "ZZZZ-0000-0000")


def test_the_older_print_keeps_its_numbers() -> None:
    other = Held(dt.date(2026, 7, 21), (), {"c": 2, "d": 3}, 4, ("CCCC-1111-2222",))
    assert handed_over.numbers(printed(FIRST, other)) == {"a": 1, "b": 2, "d": 3}
    assert handed_over.numbers([]) == {}
