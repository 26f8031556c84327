"""Dates as told are kept to the letter and allow exactly the days that the text allows."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.domain.edtf import ABOUT_DAYS, NEWEST, OLDEST, Edtf


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-15", "2026-03-15", "2026-03-15"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02~", "2024-02-01", "2024-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026~", "2026-01-01", "2026-12-31"),
        ("2026-03-15~", "2026-03-08", "2026-03-22"),
        ("2026-01/2026-03-05", "2026-01-01", "2026-03-05"),
        ("2025-12/2026-01~", "2025-12-01", "2026-01-31"),
    ],
)
def test_the_span_of_a_date(text: str, first: str, last: str) -> None:
    date = Edtf.parse(text)
    assert (date.first, date.last) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert str(date) == text


@pytest.mark.parametrize(
    ("text", "first", "last"), [("../2026-03-01", None, "2026-03-01"), ("2026/", "2026-01-01", None)]
)
def test_an_open_end_stays_open(text: str, first: str | None, last: str | None) -> None:
    date = Edtf.parse(text)
    assert date.first == (dt.date.fromisoformat(first) if first else None)
    assert date.last == (dt.date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hoy",
        "2026-13",
        "2026-02-29",
        "2026-00-01",
        "26-01-01",
        "2026-1-1",
        "2026-03-01/2026-02-01",
        "../..",
        "/",
        "1899-01-01",
        "2200",
        "2026-03-15~~",
        "2026-03-15 ",
        "٢٠٢٦",
        "2026-02-30/..",
        "2026/2027/2028",
    ],
)
def test_what_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Edtf.parse(text)


@given(st.dates(OLDEST + ABOUT_DAYS, NEWEST - ABOUT_DAYS))
def test_a_day_is_itself_and_about_it_contains_it(day: dt.date) -> None:
    assert Edtf.of(day).day == day
    about = Edtf.parse(f"{day}~")
    assert about.first is not None
    assert about.last is not None
    assert about.first < day < about.last
    assert about.day is None


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        date = Edtf.parse(text)
    except ValueError:
        return
    assert date.first is None or date.last is None or date.first <= date.last
