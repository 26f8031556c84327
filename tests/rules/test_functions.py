"""Dates, service time and lists: the functions that rules call."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.rules.calendars import Calendar, easter
from clinic_app.rules.counting import full_months, working_days
from clinic_app.rules.functions import anniversary, functions, plain_name, shift_months, whole_months, whole_years

DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))
WEEKEND_ONLY = Calendar(frozenset({5, 6}), ())


def test_29_february_turns_to_1_march() -> None:
    assert anniversary(dt.date(2024, 2, 29), 1) == dt.date(2025, 3, 1)
    assert anniversary(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 29)


def test_months_without_the_day_end_on_their_last() -> None:
    assert shift_months(dt.date(2026, 8, 31), 6) == dt.date(2027, 2, 28)
    assert shift_months(dt.date(2026, 3, 31), -1) == dt.date(2026, 2, 28)


@given(DAYS, DAYS)
def test_whole_years_are_those_reached(one: dt.date, other: dt.date) -> None:
    start, end = min(one, other), max(one, other)
    years = whole_years(start, end)
    assert anniversary(start, years) <= end < anniversary(start, years + 1)


@given(DAYS, DAYS)
def test_whole_months_are_those_reached(one: dt.date, other: dt.date) -> None:
    start, end = min(one, other), max(one, other)
    months = whole_months(start, end)
    assert shift_months(start, months) <= end < shift_months(start, months + 1)


@pytest.mark.parametrize(
    ("first", "months", "raw", "sure"),
    [
        ("2026-07-17", 2, "2026-09-16", "2026-09-16"),
        ("2026-03-01", 2, "2026-04-30", "2026-04-30"),
        ("2026-02-01", 2, "2026-03-31", "2026-03-31"),
        ("2026-01-31", 1, "2026-03-01", "2026-02-28"),
        ("2027-12-30", 2, "2028-02-29", "2028-02-29"),
        ("2027-12-31", 2, "2028-03-01", "2028-02-29"),
        ("2025-12-21", 12, "2026-12-20", "2026-12-20"),
        ("2024-02-29", 12, "2025-02-28", "2025-02-28"),
    ],
)
def test_full_months(first: str, months: int, raw: str, sure: str) -> None:
    term = full_months(dt.date.fromisoformat(first), months, 0, WEEKEND_ONLY)
    assert (term.raw.isoformat(), term.sure.isoformat()) == (raw, sure)


@given(DAYS, st.integers(1, 36))
def test_what_is_sure_is_never_after_the_term(first: dt.date, months: int) -> None:
    term = full_months(first, months, 0, WEEKEND_ONLY)
    assert first <= term.sure <= term.raw <= term.sure + dt.timedelta(days=1)


def test_working_days_skip_the_weekend() -> None:
    assert working_days(dt.date(2026, 11, 20), 0, 3, WEEKEND_ONLY).raw == dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("year", "western", "orthodox"),
    [
        (2024, "2024-03-31", "2024-05-05"),
        (2025, "2025-04-20", "2025-04-20"),
        (2026, "2026-04-05", "2026-04-12"),
        (2027, "2027-03-28", "2027-05-02"),
        (2028, "2028-04-16", "2028-04-16"),
    ],
)
def test_easter(year: int, western: str, orthodox: str) -> None:
    assert easter(year, orthodox=False).isoformat() == western
    assert easter(year, orthodox=True).isoformat() == orthodox


@pytest.mark.parametrize(
    ("starts", "ends", "hours"),
    [("08:00", "17:00", 0), ("18:00", "02:00", 6), ("22:00", "06:00", 8), ("04:00", "12:00", 2), ("00:00", "08:00", 6)],
)
def test_hours_in_the_night_window(starts: str, ends: str, hours: int) -> None:
    found = functions()["hours_within"].apply(None, starts, ends, "20:00", "06:00")
    assert found == Fraction(hours)


def test_names_of_places_compare_without_accents_and_case() -> None:
    assert plain_name("  GENERAL  Plutarco Elías Calles, Son.") == plain_name("general plutarco elias calles")
