"""The clinic's own closed days move deadlines, and only those of its own place."""

from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.errors import InputError
from clinic_app.services import calendar, intake, screening
from clinic_app.services.clinic import Clinic

ON = dt.date(2026, 7, 15)
LEGAL = dt.date(2026, 9, 9)  # a Wednesday: two months after a dismissal on 9 July


@pytest.fixture
def case_id(clinic: Clinic) -> str:
    found = intake.start(clinic, ON)
    for path, raw in (
        ("job.start", "2022-01-10"),
        ("job.last_day", "2026-07-09"),
        ("job.ending", "dismissed"),
        ("job.zone", "general"),
        ("pay.amount", "800"),
        ("pay.period", "day"),
    ):
        intake.save(clinic, found, path, raw)
    return found


def clock(clinic: Clinic, case_id: str) -> tuple[dt.date, dt.date]:
    found = screening.assess(clinic, case_id, ON, chosen=True)
    return next((d.deadline, d.safe_date) for d in found.deadlines if d.action == "dismissal")


def test_a_closed_day_moves_the_legal_date_on_and_the_safe_date_back(clinic: Clinic, case_id: str) -> None:
    assert clock(clinic, case_id) == (LEGAL, LEGAL)
    calendar.close(clinic, LEGAL, "Centre closed,  published in its list")
    assert clock(clinic, case_id) == (dt.date(2026, 9, 10), dt.date(2026, 9, 8))
    assert calendar.days(clinic) == {LEGAL: "Centre closed, published in its list"}
    calendar.open_again(clinic, LEGAL)
    assert clock(clinic, case_id) == (LEGAL, LEGAL)
    assert calendar.days(clinic) == {}


def test_another_place_is_not_touched(clinic: Clinic) -> None:
    calendar.close(clinic, LEGAL, "Centre closed")
    assert not clinic.book("mx").calendar.works(LEGAL)
    assert clinic.book("pe").calendar.works(LEGAL)


@pytest.mark.parametrize(("day", "why"), [(LEGAL, " "), (LEGAL, "x" * 201), (dt.date(1800, 1, 1), "x")])
def test_what_cannot_be_a_closed_day_is_refused(clinic: Clinic, day: dt.date, why: str) -> None:
    with pytest.raises(InputError):
        calendar.close(clinic, day, why)
    assert calendar.days(clinic) == {}


def test_a_day_that_is_not_there_cannot_be_taken_off(clinic: Clinic) -> None:
    with pytest.raises(InputError):
        calendar.open_again(clinic, LEGAL)
