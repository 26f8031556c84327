"""Functions over months and tables, terms that end on the same day, and clocks that may be argued longer."""

from __future__ import annotations

import datetime as dt
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.domain.casefile import EMPTY_RECORD, CaseFile
from clinic_app.domain.intake_file import read_case
from clinic_app.paths import resources
from clinic_app.rules.book import RuleBook, fact_roots, load_book
from clinic_app.rules.calendars import Calendar
from clinic_app.rules.counting import same_day_months
from clinic_app.rules.expression import parse
from clinic_app.rules.facts import facts_of
from clinic_app.rules.logic import EvaluationError, Record, Unknown, Value
from clinic_app.rules.reading import BookError
from clinic_app.rules.scope import Scope

DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31))
WEEKEND_ONLY = Calendar(frozenset({5, 6}), ())
MONTHS = (
    Record({"month": dt.date(2026, 5, 20), "pay": Fraction(1200)}),
    Record({"month": dt.date(2026, 6, 1), "pay": Fraction(1500)}),
    Record({"month": dt.date(2026, 7, 31), "pay": Fraction(1350)}),
)


def compute(book: RuleBook, source: str, **names: Value) -> Value:
    """Return the value of an expression in an empty case."""
    case = CaseFile(book.place, book.main_language, {}, {}, EMPTY_RECORD)
    scope = Scope(book, facts_of(case), dt.date(2026, 11, 22), {}, names)
    return parse(source, fact_roots()).run(scope)


@pytest.mark.parametrize(
    ("trigger", "months", "last"),
    [
        ("2026-06-05", 12, "2027-06-05"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-02-28", 2, "2026-04-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-11-30", 36, "2029-11-30"),
    ],
)
def test_months_end_on_the_same_day(trigger: str, months: int, last: str) -> None:
    first = dt.date.fromisoformat(trigger) + dt.timedelta(days=1)
    term = same_day_months(first, months, 0, WEEKEND_ONLY)
    assert (term.raw.isoformat(), term.sure) == (last, term.raw)


@given(DAYS, st.integers(1, 36))
def test_a_later_day_never_ends_the_months_earlier(first: dt.date, months: int) -> None:
    day = dt.timedelta(days=1)
    ends = [same_day_months(start, months, 0, WEEKEND_ONLY).raw for start in (first, first + day)]
    assert first <= ends[0] <= ends[1] <= ends[0] + 4 * day


def test_a_week_of_six_days_works_on_saturdays_that_are_no_holidays(ge: RuleBook) -> None:
    assert compute(ge, 'working_days("2026-09-01", "2026-09-30")') == 22
    assert compute(ge, 'working_days("2026-09-01", "2026-09-30", 6)') == 26
    assert compute(ge, 'working_days("2026-04-01", "2026-04-30", 6)') == 22  # 9–11 and 13 April are holidays
    assert compute(ge, 'working_days("2026-09-01", "2026-09-30", 7)') == 30


def test_months_of_a_table(ge: RuleBook) -> None:
    assert compute(ge, 'working_days_in_months(rows, "month")', rows=MONTHS) == 19 + 22 + 23
    assert compute(ge, 'sum_of(rows, "pay")', rows=MONTHS) == 4050
    twice = (*MONTHS, MONTHS[0])
    assert compute(ge, 'working_days_in_months(rows, "month")', rows=twice) == 64


def test_a_cell_that_is_missing_makes_the_table_unknown(ge: RuleBook) -> None:
    gap = Unknown(frozenset({"answers.last_months_pay"}))
    rows = (*MONTHS, Record({"month": gap, "pay": gap}))
    for source in ('working_days_in_months(rows, "month")', 'sum_of(rows, "pay")'):
        assert compute(ge, source, rows=rows) == gap
    assert compute(ge, 'earliest_in(rows, "month", "2026-01-01")', rows=rows) == gap


@pytest.mark.parametrize(
    ("from_day", "found"),
    [
        ("2026-01-01", "2026-05-20"),
        ("2026-05-20", "2026-05-20"),
        ("2026-05-21", "2026-06-01"),
        ("2027-01-01", "2026-07-31"),
    ],
)
def test_the_earliest_day_of_a_table(ge: RuleBook, from_day: str, found: str) -> None:
    day = compute(ge, f'earliest_in(rows, "month", "{from_day}")', rows=MONTHS)
    assert day == dt.date.fromisoformat(found)


def test_an_empty_table_has_no_earliest_day(ge: RuleBook) -> None:
    assert compute(ge, 'earliest_in(rows, "month", "2026-01-01")', rows=()) == Unknown(frozenset())


def test_too_many_days_are_refused(ge: RuleBook) -> None:
    with pytest.raises(EvaluationError):
        compute(ge, 'working_days("1990-01-01", "2026-09-30", 6)')


def test_rows_are_numbered(ge: RuleBook) -> None:
    table = [{"due": "2026-06-05", "amount": "1"}, {"amount": "2"}]
    case = read_case({"place": "ge", "answers": {"late_pay": table}}, {"ge": ge.fields})
    rows = facts_of(case).certain["answers.late_pay"]
    assert isinstance(rows, tuple)
    assert [row.fields["number"] for row in rows if isinstance(row, Record)] == [1, 2]


def test_a_term_to_argue_needs_a_term_in_months(tmp_path: Path) -> None:
    copy = tmp_path / "ge"
    shutil.copytree(resources() / "rules" / "ge", copy)
    file = copy / "deadlines.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("  days: 30\n", "  days: 30\n  arguable_months: 36\n", 1), "utf-8")
    with pytest.raises(BookError, match="arguable_months"):
        load_book(copy)
