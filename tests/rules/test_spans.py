"""Months with days left, half years, days told in tables, and terms that the text and the courts count apart."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.rules.calendars import Calendar, Holiday
from clinic_app.rules.counting import METHODS
from clinic_app.rules.functions import complete_months, days_beyond_months, full_months_in, functions
from clinic_app.rules.logic import EvaluationError, Record, Unknown, Value

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
OPEN = Unknown(frozenset({"answers.table"}))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def call(name: str, *arguments: Value) -> Value:
    return functions()[name].apply(None, *arguments)


@pytest.mark.parametrize(
    ("first", "last", "months", "days"),
    [
        ("2015-01-15", "2015-03-27", 2, 13),
        ("2017-05-01", "2018-03-24", 10, 24),
        ("2017-09-03", "2019-11-30", 26, 28),
        ("2026-01-31", "2026-02-27", 0, 28),
        ("2026-01-31", "2026-02-28", 1, 0),
        ("2026-01-31", "2026-03-01", 1, 1),
        ("2026-01-30", "2026-02-28", 1, 0),
        ("2024-02-29", "2025-02-28", 12, 0),
        ("2026-03-01", "2026-03-01", 0, 1),
        ("2026-03-02", "2026-03-01", 0, 0),
    ],
)
def test_full_months_and_the_days_after_them(first: str, last: str, months: int, days: int) -> None:
    assert full_months_in(day(first), day(last)) == months
    assert days_beyond_months(day(first), day(last)) == days


@given(DAYS, st.integers(0, 4000))
def test_one_day_more_is_one_day_or_one_month_more(first: dt.date, length: int) -> None:
    last = first + dt.timedelta(days=length)
    months, days = full_months_in(first, last), days_beyond_months(first, last)
    following = last + dt.timedelta(days=1)
    assert (full_months_in(first, following), days_beyond_months(first, following)) in {
        (months, days + 1),
        (months + 1, 0),
    }
    assert days <= 30


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01-01", "2026-06-30", 6),
        ("2026-01-02", "2026-06-30", 5),
        ("2026-01-01", "2026-06-29", 5),
        ("2026-01-15", "2026-03-27", 1),
        ("2026-01-15", "2026-02-10", 0),
        ("2025-12-31", "2026-01-31", 1),
        ("2026-03-10", "2026-03-05", 0),
    ],
)
def test_complete_calendar_months(first: str, last: str, months: int) -> None:
    assert complete_months(day(first), day(last)) == months


def test_half_years_that_a_span_touches() -> None:
    found = call("half_years", day("2025-04-30"), day("2026-05-01"), Fraction(5))
    assert isinstance(found, tuple)
    spans = [(r.fields["first"], r.fields["last"]) for r in found if isinstance(r, Record)]
    assert spans == [
        (day("2024-11-01"), day("2025-04-30")),
        (day("2025-05-01"), day("2025-10-31")),
        (day("2025-11-01"), day("2026-04-30")),
        (day("2026-05-01"), day("2026-10-31")),
    ]
    assert call("half_years", day("2026-05-02"), day("2026-05-01"), Fraction(1)) != ()
    assert call("half_years", day("2026-08-01"), day("2026-05-01"), Fraction(1)) == ()


def test_money_is_rounded_half_up() -> None:
    assert call("rounded", Fraction(86085, 1000)) == Fraction(8609, 100)
    assert call("rounded", Fraction(86084, 1000)) == Fraction(8608, 100)
    assert call("month_of", day("2026-07-15")) == 7


ROWS = (
    Record({"month": "may", "year": Fraction(2025), "paid": Fraction(100)}),
    Record({"month": "may", "year": Fraction(2026), "paid": Fraction(30)}),
    Record({"month": "november", "year": Fraction(2026), "paid": Fraction(7)}),
)


def test_rows_are_found_by_several_columns() -> None:
    assert call("count_where", ROWS, "month", "may") == 2
    assert call("count_where", ROWS, "month", "may", "year", Fraction(2026)) == 1
    assert call("count_where", ROWS, "month", "july", "year", Fraction(2026)) == 0
    assert call("sum_of", ROWS, "paid") == 137
    assert call("sum_of", ROWS, "paid", "month", "may") == 130
    assert call("sum_of", ROWS, "paid", "month", "may", "year", Fraction(2026)) == 30
    with pytest.raises(EvaluationError):
        call("count_where", ROWS, "month", "may", "year")


def test_a_row_that_could_match_leaves_it_open() -> None:
    vague = Record({"month": OPEN, "year": Fraction(2026), "paid": Fraction(1)})
    assert call("count_where", (vague,), "month", "may", "year", Fraction(2026)) == OPEN
    assert call("count_where", (vague,), "month", "may", "year", Fraction(2025)) == 0
    assert call("count_where", (*ROWS, vague), "month", "may") == 2
    assert call("sum_of", (*ROWS, vague), "paid", "month", "may") == OPEN


def test_days_told_in_spans() -> None:
    rows = (
        Record({"first": day("2026-02-09"), "last": day("2026-02-11")}),
        Record({"first": day("2026-03-10"), "last": OPEN}),
    )
    assert call("days_of_rows", rows, "first", "last", day("2026-01-01"), day("2026-12-31")) == 4
    assert call("days_of_rows", rows, "first", "last", day("2026-02-10"), day("2026-03-09")) == 2
    assert call("days_of_rows", (), "first", "last", day("2026-01-01"), day("2026-12-31")) == 0
    vague = Record({"first": OPEN, "last": day("2026-02-11")})
    assert call("days_of_rows", (vague,), "first", "last", day("2026-01-01"), day("2026-12-31")) == OPEN


def test_a_day_on_which_offices_alone_are_closed() -> None:
    closed = Holiday("judges", {"en": "Judges"}, "Code 1", month=8, day=4, offices_only=True)
    calendar = Calendar(frozenset({5, 6}), (closed,))
    assert calendar.holiday(day("2026-08-04")) is None
    assert not calendar.works(day("2026-08-04"))
    assert calendar.next_working(day("2026-08-04")) == day("2026-08-05")
    assert calendar.last_working(day("2026-08-04")) == day("2026-08-03")


@given(DAYS, st.integers(1, 60))
def test_the_calendar_count_is_the_safe_one(first: dt.date, length: int) -> None:
    weekends = Calendar(frozenset({5, 6}), ())
    term = METHODS["working_days_calendar_safe"](first, 0, length, weekends)
    assert term.sure == first + dt.timedelta(days=length - 1)
    assert term.raw == METHODS["working_days"](first, 0, length, weekends).raw
    assert term.sure <= term.raw
