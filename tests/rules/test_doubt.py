"""Doubt is a set: what is told vaguely gives the least and the greatest of all that it allows, never less."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.intake_file import read_case
from clinic_app.rules.assess import assess
from clinic_app.rules.book import RuleBook

ON = "2026-07-15"
JOB = {"start": "2022-01-10", "last_day": "2026-07-09", "ending": "dismissed", "zone": "general"}
PAY = {"amount": "800", "period": "day", "unpaid_days": "9"}
HOURS = {"shift": "day", "per_day": "9", "days_per_week": "6"}
UNPAID = {"overtime_paid": "no", "domestic_work": "no", "platform_work": "no"}
NOTHING = Decimal("0.00")


def run(book: RuleBook, on: str = ON, **sections: object) -> Assessment:
    case = read_case({"place": "mx", **sections}, {"mx": book.fields})
    return assess(book, case, dt.date.fromisoformat(on))


def ranges(found: Assessment) -> dict[str, tuple[Decimal, Decimal]]:
    return {a.item: (a.low, a.high) for a in found.amounts}


def check_inside(narrow: Assessment, wide: Assessment) -> None:
    """Every line, the total and every clock of the narrower case lie within those of the wider one."""
    outer = ranges(wide)
    open_ones = {entry.item for entry in wide.not_computed}
    for item, (low, high) in ranges(narrow).items():
        if item not in open_ones:
            least, greatest = outer.get(item, (NOTHING, NOTHING))
            assert least <= low <= high <= greatest, item
    for item, (least, _) in outer.items():
        assert item in ranges(narrow) or least <= 0, item
    clocks = {d.action: d.safe_date for d in wide.deadlines}
    for deadline in narrow.deadlines:
        if deadline.action in clocks:
            assert clocks[deadline.action] <= deadline.safe_date


def span(low: Decimal, high: Decimal) -> dict[str, str]:
    return {"low": str(low), "high": str(high)}


DAYS = st.dates(dt.date(2019, 3, 1), dt.date(2026, 3, 1))
CENTS = st.integers(20_000, 120_000).map(lambda cents: Decimal(cents) / 100)
ENDINGS = st.sampled_from(["dismissed", "resigned", "left_with_cause", "term_ended", "death"])


@settings(max_examples=6, deadline=None)
@given(first=DAYS, before=st.integers(0, 30), width=st.integers(1, 45), after=st.integers(0, 30), ending=ENDINGS)
def test_a_wider_start_holds_a_narrower_one(
    mx: RuleBook, first: dt.date, before: int, width: int, after: int, ending: str
) -> None:
    job = {**JOB, "ending": ending}
    last = first + dt.timedelta(days=width)
    outer = f"{first - dt.timedelta(days=before)}/{last + dt.timedelta(days=after)}"
    wide = run(mx, job={**job, "start": outer}, pay=PAY, answers=UNPAID)
    narrow = run(mx, job={**job, "start": f"{first}/{last}"}, pay=PAY, answers=UNPAID)
    check_inside(narrow, wide)


@settings(max_examples=5, deadline=None)
@given(first=st.dates(dt.date(2025, 7, 20), dt.date(2026, 5, 1)), width=st.integers(1, 60), inside=st.integers(0, 60))
def test_a_vague_last_day_holds_every_day_in_it(mx: RuleBook, first: dt.date, width: int, inside: int) -> None:
    last = first + dt.timedelta(days=width)
    day = first + dt.timedelta(days=min(inside, width))
    wide, exact = (
        run(mx, job={**JOB, "last_day": text}, pay=PAY, hours=HOURS, answers=UNPAID)
        for text in (f"{first}/{last}", day.isoformat())
    )
    check_inside(exact, wide)


@settings(max_examples=6, deadline=None)
@given(low=CENTS, more=CENTS, part=st.integers(0, 100), days=st.integers(0, 12), zone=st.booleans())
def test_pay_told_as_a_range_holds_every_pay_in_it(
    mx: RuleBook, low: Decimal, more: Decimal, part: int, days: int, *, zone: bool
) -> None:
    job = JOB if zone else {key: value for key, value in JOB.items() if key != "zone"}
    pay = {"amount": span(low, low + more), "period": "day", "unpaid_days": span(Decimal(3), Decimal(15))}
    exact = {"amount": str((low + more * part / 100).quantize(Decimal("0.01"))), "period": "day"}
    wide = run(mx, job=job, pay=pay, answers=UNPAID)
    narrow = run(mx, job=JOB, pay={**exact, "unpaid_days": str(3 + days)}, answers=UNPAID)
    check_inside(narrow, wide)


@settings(max_examples=6, deadline=None)
@given(hours=st.integers(16, 24), days=st.integers(4, 7), shift=st.sampled_from(["day", "night", "mixed"]))
def test_hours_and_shift_told_vaguely_hold_every_week_in_them(mx: RuleBook, hours: int, days: int, shift: str) -> None:
    vague = {"per_day": span(Decimal(8), Decimal(12)), "days_per_week": span(Decimal(4), Decimal(7))}
    exact = {"per_day": str(Decimal(hours) / 2), "days_per_week": str(days), "shift": shift}
    wide, narrow = (run(mx, job=JOB, pay=PAY, hours=told, answers=UNPAID) for told in (vague, exact))
    check_inside(narrow, wide)


@settings(max_examples=4, deadline=None)
@given(start=st.dates(dt.date(2021, 1, 1), dt.date(2021, 12, 31)), last=st.integers(1, 30), pay=CENTS)
def test_several_doubts_at_once_hold_each_exact_case(mx: RuleBook, start: dt.date, last: int, pay: Decimal) -> None:
    told = {"amount": span(Decimal(200), Decimal(1200)), "period": "day", "unpaid_days": "4"}
    wide = run(mx, job={**JOB, "start": "2021", "last_day": "2026-06"}, pay=told, answers=UNPAID)
    job = {**JOB, "start": start.isoformat(), "last_day": f"2026-06-{last:02}"}
    narrow = run(mx, job=job, pay={"amount": str(pay), "period": "day", "unpaid_days": "4"}, answers=UNPAID)
    check_inside(narrow, wide)


@pytest.mark.parametrize("ending", ["dismissed", "resigned", "left_with_cause"])
@pytest.mark.parametrize("first", ["2021-07-05", "2022-12-27"])
def test_the_ends_are_reached_by_some_exact_case(mx: RuleBook, first: str, ending: str) -> None:
    begin = dt.date.fromisoformat(first)
    days = [(begin + dt.timedelta(days=i)).isoformat() for i in range(9)]
    job = {**JOB, "ending": ending}
    wide = ranges(run(mx, job={**job, "start": f"{days[0]}/{days[-1]}"}, pay=PAY, answers=UNPAID))
    each = [ranges(run(mx, job={**job, "start": day}, pay=PAY, answers=UNPAID)) for day in days]
    for item, (low, high) in wide.items():
        found = [amounts.get(item, (NOTHING, NOTHING))[0] for amounts in each]
        assert (min(found), max(found)) == (low, high), item


def rough(found: Assessment, item: str) -> bool:
    notes = next(a.notes for a in found.amounts if a.item == item)
    return any("intervalo aproximado" in note["es"] for note in notes)


def test_a_range_with_too_many_cases_says_that_it_is_rough(mx: RuleBook) -> None:
    pay = {"amount": span(Decimal(200), Decimal(1200)), "period": "day"}
    vague = run(mx, job={**JOB, "start": "2010/2021", "last_day": "2026"}, pay=pay, answers=UNPAID, on="2027-01-05")
    assert rough(vague, "seniority_premium")
    exact = run(mx, job=JOB, pay=pay, answers=UNPAID)
    assert not rough(exact, "seniority_premium")
    month = run(mx, job={**JOB, "start": "2021-03"}, pay=pay, answers=UNPAID)
    assert not rough(month, "seniority_premium")


def test_no_doubt_gives_one_amount_without_a_word_of_doubt(mx: RuleBook) -> None:
    found = run(mx, job=JOB, pay=PAY, answers=UNPAID)
    assert all(a.low == a.high for a in found.amounts)
    assert not any("aproximado" in note["es"] or "entre dos" in note["es"] for a in found.amounts for note in a.notes)
