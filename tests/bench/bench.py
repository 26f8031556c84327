"""How long one full law check takes, working included, against the same arithmetic written by hand.

Run with `make bench`. Times are medians of one core's own time in one run; the floor is
measured in the same run, so the ratio compares like with like on any computer. What the floor
computes must equal what the program computes, to the cent.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from clinic_app import paths
from clinic_app.domain.intake_file import read_case
from clinic_app.domain.values import round_money
from clinic_app.rules.assess import assess
from clinic_app.rules.book import RuleBook, load_book
from tests.bench import table
from tests.bench.table import Row

ON: Final = dt.date(2026, 7, 15)
GOAL_MS: Final = 15.0
WARM_UP: Final = 3
ROUNDS: Final = 25
FEWEST_SECONDS: Final = 0.02  # one sample of the floor runs at least so long
OVERTIME_WEEKS: Final = 104
DAY: Final = dt.timedelta(days=1)
WEEK: Final = 7 * DAY
CLAIM_FROM: Final = dt.date(2025, 7, 15)  # one year back; the weeks before can no longer be claimed


Ends = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Subject:
    """One case to measure, and the same arithmetic by hand: the least and the greatest total."""

    name: str
    facts: dict[str, object]
    floor: Callable[[], Ends]


def dismissal() -> dict[str, object]:
    """The worked example M-07: 4.5 years, dismissed, nine days unpaid."""
    return {
        "place": "mx",
        "job": {"start": "2022-01-10", "last_day": "2026-07-09", "ending": "dismissed", "zone": "general"},
        "pay": {"amount": "24000", "period": "month", "unpaid_days": "9"},
    }


def overtime() -> dict[str, object]:
    """The same, with two years of weeks that are told one by one."""
    first = dt.date(2024, 7, 8)
    weeks: list[dict[str, object]] = [
        {"week_start": (first + number * WEEK).isoformat(), "hours": str(4 + number % 9)}
        for number in range(OVERTIME_WEEKS)
    ]
    return {
        **dismissal(),
        "hours": {"shift": "day", "per_day": "8", "days_per_week": "6"},
        "answers": {"overtime_weeks": weeks, "overtime_paid": "no"},
    }


def uncertain() -> dict[str, object]:
    """The same, begun “about February 2022” and ended within ten days, for pay between two amounts."""
    return {
        **dismissal(),
        "job": {"start": "2022-02~", "last_day": "2026-06-30/2026-07-09", "ending": "dismissed", "zone": "general"},
        "pay": {"amount": {"low": "22000", "high": "24000"}, "period": "month", "unpaid_days": "9"},
    }


def lines_by_hand(start: dt.date, last: dt.date, pay: int) -> tuple[Decimal, ...]:
    """Return the lines of a dismissal in its fifth year of service, each in plain fractions, rounded once."""
    daily = Fraction(pay) / 30
    unpaid = daily * 9
    bonus = daily * 15 * Fraction((last - dt.date(last.year, 1, 1)).days + 1, 365)
    anniversary = start.replace(year=last.year)
    year = min(Fraction(1), Fraction((last - anniversary).days + 1, 365))
    vacations = daily * 20 * year
    premium = vacations / 4
    seniority = min(daily, 2 * Fraction("315.04")) * 12 * (last.year - start.year + year)
    indemnity = daily * (1 + Fraction(15, 365) + Fraction(20, 4) / 365) * 90
    return tuple(map(round_money, (unpaid, bonus, vacations, premium, seniority, indemnity)))


def dismissal_by_hand() -> Ends:
    """Return the total of the dismissal."""
    total = sum(lines_by_hand(dt.date(2022, 1, 10), dt.date(2026, 7, 9), 24000), Decimal(0))
    return total, total


def overtime_by_hand() -> Ends:
    """Return the total with the weeks of the one year that can still be claimed."""
    hour = Fraction(24000) / 30 / 8
    first = dt.date(2024, 7, 8)
    owed = Fraction(0)
    for number in range(OVERTIME_WEEKS):
        if first + (number + 1) * WEEK > CLAIM_FROM:  # the week in which the year begins counts whole
            hours = 4 + number % 9
            owed += hour * (2 * min(hours, 9) + 3 * max(0, hours - 9))
    total = dismissal_by_hand()[0] + round_money(owed)
    return total, total


def uncertain_by_hand() -> Ends:
    """Return the least and the greatest total: each line over every start, every end and both pays."""
    starts = [dt.date(2022, 2, 1) + n * DAY for n in range(28)]
    ends = [dt.date(2026, 6, 30) + n * DAY for n in range(10)]
    cases = [lines_by_hand(start, last, pay) for start in starts for last in ends for pay in (22000, 24000)]
    lines = list(zip(*cases, strict=True))
    return sum(map(min, lines), Decimal(0)), sum(map(max, lines), Decimal(0))


def main() -> int:
    """Print the table."""
    reader = argparse.ArgumentParser()
    table.arguments(reader)
    asked = reader.parse_args()
    book = load_book(paths.resources() / "rules" / "mx")
    subjects = (
        Subject("simple dismissal", dismissal(), dismissal_by_hand),
        Subject(f"{OVERTIME_WEEKS} weeks of overtime", overtime(), overtime_by_hand),
        Subject("uncertain dates and pay", uncertain(), uncertain_by_hand),
    )
    out = sys.stdout
    out.write(f"rule book {book.version}; Python {sys.version.split()[0]}; goal {GOAL_MS:g} ms a full check\n")
    heads = ("ms", "a second", "by hand ms", "ratio")
    out.write(f"{'case':<26}" + "".join(f"{head:>12}" for head in heads) + f"{'total':>26}\n")
    found = []
    for subject in subjects:
        line, row = _measured(book, subject)
        out.write(line + "\n")
        found.append(row)
    table.keep(asked.rows, found)
    return 0


def _measured(book: RuleBook, subject: Subject) -> tuple[str, Row]:
    case = read_case(subject.facts, {book.place: book.fields})
    found = assess(book, case, ON)
    ends = (found.total_low, found.total_high)
    assert subject.floor() == ends, f"{subject.name}: by hand {subject.floor()}, the program {ends}"
    took, floor = _milliseconds(lambda: assess(book, case, ON)), _milliseconds(subject.floor)
    total = " … ".join(map(str, dict.fromkeys(ends)))
    mark = "" if took <= GOAL_MS else "  over the goal"
    line = f"{subject.name:<26}{took:>12.2f}{1000 / took:>12.0f}{floor:>12.4f}{took / floor:>12.0f}{total:>26}{mark}"
    return line, Row(f"Law check, all working: {subject.name}", took, "ms", floor, GOAL_MS)


def _milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of one call; short work is repeated within a sample."""
    for _ in range(WARM_UP):
        work()
    started = time.process_time()
    work()
    repeat = max(1, round(FEWEST_SECONDS / max(time.process_time() - started, 1e-7)))
    samples = []
    gc.collect()
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(repeat):
            work()
        samples.append((time.process_time() - begun) / repeat)
    return statistics.median(samples) * 1000


if __name__ == "__main__":
    sys.exit(main())
