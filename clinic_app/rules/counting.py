"""The named methods of counting a term from a day, as rule books name them.

A method is generic; which one a law uses, and from which day, is said in the book.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clinic_app.rules.calendars import Calendar

MONTHS_OF_YEAR: Final = 12
ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """The last day of a term before it moves for holidays, and the latest day that is surely inside it."""

    raw: dt.date
    sure: dt.date


def full_months(first: dt.date, months: int, _days: int, _calendar: Calendar) -> Term:
    """Count calendar months; the first day counts whole, the last one must be complete.

    A last day that its month lacks becomes the first of the next month; surely inside is then only
    the last day of the month itself.
    """
    index = first.year * MONTHS_OF_YEAR + first.month - 1 + months
    year, month = divmod(index, MONTHS_OF_YEAR)
    start = dt.date(year, month + 1, 1)
    length = calendar.monthrange(year, month + 1)[1]
    if first.day == 1:
        return Term(start - ONE_DAY, start - ONE_DAY)
    if first.day - 1 <= length:
        raw = start.replace(day=first.day - 1)
        return Term(raw, raw)
    last = start.replace(day=length)
    return Term(last + ONE_DAY, last)


def same_day_months(first: dt.date, months: int, _days: int, _calendar: Calendar) -> Term:
    """Count calendar months from the day before the first day to the day of the same number.

    A day that the month lacks becomes the last day of that month.
    """
    before = first - ONE_DAY
    year, month = divmod(before.year * MONTHS_OF_YEAR + before.month - 1 + months, MONTHS_OF_YEAR)
    raw = dt.date(year, month + 1, min(before.day, calendar.monthrange(year, month + 1)[1]))
    return Term(raw, raw)


def calendar_days(first: dt.date, _months: int, days: int, _calendar: Calendar) -> Term:
    """Count calendar days; the first day counts."""
    raw = first + (days - 1) * ONE_DAY
    return Term(raw, raw)


def working_days(first: dt.date, _months: int, days: int, days_off: Calendar) -> Term:
    """Count working days only; the first day counts when it is one."""
    raw = days_off.next_working(first)
    for _ in range(days - 1):
        raw = days_off.next_working(raw + ONE_DAY)
    return Term(raw, raw)


def working_days_calendar_safe(first: dt.date, months: int, days: int, days_off: Calendar) -> Term:
    """Count working days; surely inside is only what a count of calendar days allows.

    For terms that the text of a law counts in calendar days and the courts in working days.
    """
    return Term(working_days(first, months, days, days_off).raw, calendar_days(first, months, days, days_off).sure)


METHODS: Final[Mapping[str, Callable[[dt.date, int, int, Calendar], Term]]] = MappingProxyType(
    {
        "full_months": full_months,
        "same_day_months": same_day_months,
        "calendar_days": calendar_days,
        "working_days": working_days,
        "working_days_calendar_safe": working_days_calendar_safe,
    }
)
