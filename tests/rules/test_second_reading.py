"""A second reading of the Mexican sheet, in plain Python and apart from the book, agrees to the cent and the day.

It knows only the main lines of an exit and the clocks of arts. 516-518, with random people.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.intake_file import read_case
from clinic_app.domain.values import round_money
from clinic_app.rules.assess import assess
from clinic_app.rules.book import RuleBook

DAY = dt.timedelta(days=1)
MINIMUM = {
    2019: ("102.68", "176.72"),
    2020: ("123.22", "185.56"),
    2021: ("141.70", "213.39"),
    2022: ("172.87", "260.34"),
    2023: ("207.44", "312.41"),
    2024: ("248.93", "374.89"),
    2025: ("278.80", "419.88"),
    2026: ("315.04", "440.87"),
}
DAYS_OF_PAY = {"day": 1, "week": 7, "ten_days": 10, "fourteen_days": 14, "fifteen_days": 15, "month": 30}
ELECTIONS = {dt.date(2021, 6, 6), dt.date(2024, 6, 2), dt.date(2027, 6, 6), dt.date(2030, 6, 2)}
LAST = dt.date(2026, 11, 20)


@dataclass(frozen=True)
class Exit:
    """One invented end of a job."""

    start: dt.date
    last: dt.date
    amount: str
    period: str
    zone: str
    ending: str
    unpaid: int


@st.composite
def exits(draw: st.DrawFn) -> Exit:
    last = draw(st.dates(dt.date(2019, 1, 1), LAST))
    start = draw(st.dates(last.replace(year=last.year - 24, day=1), last))
    cents = draw(st.integers(10_000, 5_000_000))
    period = draw(st.sampled_from(sorted(DAYS_OF_PAY)))
    zone = draw(st.sampled_from(["general", "zlfn"]))
    ending = draw(st.sampled_from(["dismissed", "resigned", "mutual_agreement"]))
    return Exit(start, last, f"{cents // 100}.{cents % 100:02d}", period, zone, ending, draw(st.integers(0, 20)))


def anniversary(start: dt.date, years: int) -> dt.date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return dt.date(start.year + years, 3, 1)


def vacation_days(year: int, day: dt.date) -> int:
    if day >= dt.date(2023, 1, 1):
        return 10 + 2 * year if year <= 5 else 22 + 2 * ((year - 6) // 5)
    return 4 + 2 * year if year <= 4 else 12 + 2 * (year // 5)


def holidays(year: int) -> set[dt.date]:
    def monday(month: int, nth: int) -> dt.date:
        first = dt.date(year, month, 1)
        return first + dt.timedelta(days=-first.weekday() % 7 + 7 * (nth - 1))

    fixed = {dt.date(year, m, d) for m, d in ((1, 1), (5, 1), (9, 16), (12, 25))}
    handover = {2018: {dt.date(2018, 12, 1)}, 2024: {dt.date(2024, 10, 1)}, 2030: {dt.date(2030, 10, 1)}}
    return fixed | {monday(2, 1), monday(3, 3), monday(11, 3)} | handover.get(year, set()) | ELECTIONS


def is_working(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year)


def next_working(day: dt.date) -> dt.date:
    return day if is_working(day) else next_working(day + DAY)


def last_working(day: dt.date) -> dt.date:
    return day if is_working(day) else last_working(day - DAY)


def term(first: dt.date, months: int) -> tuple[dt.date, dt.date]:
    """Return the last day by the count, and the last day of the month in which it falls due."""
    years, month = divmod(first.month - 1 + months, 12)
    due = dt.date(first.year + years, month + 1, 1)
    length = calendar.monthrange(due.year, due.month)[1]
    end = due.replace(day=length)
    if first.day == 1:
        return due - DAY, end
    return (due.replace(day=first.day - 1) if first.day - 1 <= length else end + DAY), end


def check(book: RuleBook, facts: dict[str, object], on: dt.date) -> Assessment:
    return assess(book, read_case({"place": "mx", **facts}, {"mx": book.fields}), on)


@settings(max_examples=60, deadline=None)
@given(exits())
def test_an_exit_to_the_cent_and_the_day(mx: RuleBook, told: Exit) -> None:
    facts: dict[str, object] = {
        "job": {"start": str(told.start), "last_day": str(told.last), "ending": told.ending, "zone": told.zone},
        "pay": {"amount": told.amount, "period": told.period, "unpaid_days": told.unpaid},
        "answers": {"domestic_work": "no"},
    }
    found = check(mx, facts, told.last + 3 * DAY)
    wage = Fraction(told.amount) / DAYS_OF_PAY[told.period]
    after = told.last + DAY
    years = next(n for n in range(30) if anniversary(told.start, n + 1) > after)
    share = min(Fraction(1), Fraction((after - anniversary(told.start, years)).days, 365))
    rest = vacation_days(years + 1, told.last)
    worked = (told.last - max(told.start, dt.date(told.last.year, 1, 1))).days + 1
    least = Fraction(MINIMUM[told.last.year][told.zone == "zlfn"])
    expected = {
        "unpaid_wages": wage * told.unpaid,
        "aguinaldo": wage * 15 * min(Fraction(1), Fraction(worked, 365)),
        "vacations": wage * rest * share,
        "vacation_premium": wage * rest * share / 4,
    }
    if told.ending == "dismissed" or years >= 15:
        expected["seniority_premium"] = 12 * (years + share) * min(max(wage, least), 2 * least)
    if told.ending == "dismissed":
        expected["constitutional_indemnity"] = 90 * wage * (1 + Fraction(15, 365) + Fraction(rest, 4 * 365))
        raw, end = term(after, 2)
        clock = next(d for d in found.deadlines if d.action == "dismissal")
        assert (clock.deadline, clock.safe_date) == (next_working(raw), last_working(min(raw, end)))
    lines = {a.item: a.low for a in found.amounts if a.in_total and a.item != "below_minimum"}
    assert lines == {item: round_money(amount) for item, amount in expected.items() if round_money(amount)}


@settings(max_examples=60, deadline=None)
@given(last=st.dates(dt.date(2024, 1, 5), dt.date(2026, 6, 1)), waited=st.integers(1, 50), lasted=st.integers(1, 45))
@pytest.mark.parametrize(("action", "months"), [("dismissal", 2), ("exit_benefits", 12)])
def test_a_conciliation_stops_the_clock(
    mx: RuleBook, action: str, months: int, last: dt.date, waited: int, lasted: int
) -> None:
    filed = last + waited * DAY
    closed = filed + lasted * DAY
    facts: dict[str, object] = {
        "job": {"start": "2020-03-03", "last_day": str(last), "ending": "dismissed", "zone": "general"},
        "pay": {"amount": "500", "period": "day"},
        "events": [
            {"kind": "conciliation_filed", "date": str(filed)},
            {"kind": "conciliation_certificate", "date": str(closed)},
        ],
    }
    clock = next(d for d in check(mx, facts, closed + 2 * DAY).deadlines if d.action == action)
    raw, end = term(last + DAY, months)
    stopped = ((closed - filed).days + 1) * DAY
    assert clock.deadline == next_working(raw + stopped)
    assert clock.safe_date == last_working(min(raw, end) + stopped)
    assert clock.latest_arguable == next_working(next_working(raw) + stopped)
