"""Holidays and working days of a place, by rule and by date.

A holiday is a fixed day, an n-th weekday of a month, days from Easter, or a list of dates; it may
come every few years, hold from or until a day, or in some regions only.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clinic_app.domain.values import Text
from clinic_app.rules.reading import Node, Reader, entries

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS_OF_WEEK: Final = 7
JULIAN_OFFSET: Final = 13  # days between the Julian and the Gregorian calendar, 1900 to 2099
MOST_HOLIDAYS: Final = 400
MAX_ROLL: Final = 60  # days; no calendar closes longer


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday and the rule that gives its day in a year."""

    id: str
    title: Text
    cite: str
    month: int = 0
    day: int = 0
    nth: int = 0
    weekday: int = 0
    easter: str = ""
    plus: int = 0
    dates: tuple[dt.date, ...] = ()
    every: int = 1
    starting: int = 0
    first: dt.date | None = None
    until: dt.date | None = None
    only_in: tuple[str, ...] = ()
    offices_only: bool = False
    """Courts and offices are closed, so no term ends on it, but it is an ordinary day for workers."""

    def is_on(self, day: dt.date) -> bool:
        """Return whether the holiday falls on the day, wherever it holds."""
        if (self.first and day < self.first) or (self.until and day > self.until):
            return False
        if self.dates:
            return day in self.dates
        if (day.year - self.starting) % self.every:
            return False
        if self.easter:
            return day == easter(day.year, orthodox=self.easter == "orthodox") + dt.timedelta(days=self.plus)
        if self.nth:
            return day.month == self.month and day == _nth_weekday(day.year, self.month, self.nth, self.weekday)
        return (day.month, day.day) == (self.month, self.day)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which a place does not work."""

    weekend: frozenset[int]
    holidays: tuple[Holiday, ...]

    def also_closed(self, days: Mapping[dt.date, str]) -> Calendar:
        """Return the calendar with more days on which the courts and offices of a clinic are closed, and why."""
        local = tuple(
            Holiday(f"local_{day}", {}, why, dates=(day,), offices_only=True) for day, why in sorted(days.items())
        )
        return Calendar(self.weekend, self.holidays + local)

    def holiday(self, day: dt.date, region: str = "") -> Holiday | None:
        """Return the holiday of a day; one that holds in some regions needs the region's name."""
        for holiday in self.holidays:
            if holiday.is_on(day) and not holiday.offices_only and (not holiday.only_in or region in holiday.only_in):
                return holiday
        return None

    def works(self, day: dt.date) -> bool:
        """Return whether the day is a working day of courts and offices in the whole country."""
        closed = any(holiday.offices_only and holiday.is_on(day) for holiday in self.holidays)
        return not closed and day.weekday() not in self.weekend and self.holiday(day) is None

    def next_working(self, day: dt.date) -> dt.date:
        """Return the day itself or the first working day after it."""
        return self._roll(day, 1)

    def last_working(self, day: dt.date) -> dt.date:
        """Return the day itself or the last working day before it."""
        return self._roll(day, -1)

    def _roll(self, day: dt.date, step: int) -> dt.date:
        for count in range(MAX_ROLL):
            candidate = day + dt.timedelta(days=step * count)
            if self.works(candidate):
                return candidate
        return day


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % DAYS_OF_WEEK + DAYS_OF_WEEK * (nth - 1))


def easter(year: int, *, orthodox: bool) -> dt.date:
    """Return Easter Sunday: the Gregorian computus, or the Julian one in Gregorian days."""
    if orthodox:
        a, b, c = year % 4, year % 7, year % 19
        d = (19 * c + 15) % 30
        e = (2 * a + 4 * b - d + 34) % 7
        month, day = divmod(d + e + 114, 31)
        return dt.date(year, month, day + 1) + dt.timedelta(days=JULIAN_OFFSET)
    a, (b, c) = year % 19, divmod(year, 100)
    d = (19 * a + b - b // 4 - ((b - (b + 8) // 25 + 1) // 3) + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - (c % 4)) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    month, day = divmod(f, 31)
    return dt.date(year, month, day + 1)


def read_calendar(reader: Reader, node: Node | None) -> Calendar:
    """Read the calendar of a place; an absent one has Saturday and Sunday off and no holidays."""
    if node is None:
        return Calendar(frozenset({calendar.SATURDAY, calendar.SUNDAY}), ())
    parts = reader.keys(node, "weekend holidays")
    weekend = frozenset(_weekday(reader, item) for item in reader.items(parts.get("weekend")))
    holidays = tuple(_holiday(reader, name, part) for name, part in entries(parts.get("holidays")))
    if len(holidays) > MOST_HOLIDAYS:
        reader.problem(node, f"more than {MOST_HOLIDAYS} holidays")
    return Calendar(weekend, holidays)


def _weekday(reader: Reader, node: Node | None) -> int:
    return WEEKDAYS.index(reader.one_of(node, WEEKDAYS, WEEKDAYS[0]))


def _holiday(reader: Reader, name: str, node: Node) -> Holiday:
    rules = "fixed nth weekday month easter plus dates"
    parts = reader.keys(node, "title cite", f"{rules} every starting from until only_in offices_only")
    month = day = 0
    if "fixed" in parts:
        fixed = reader.day(f"2000-{reader.string(parts['fixed'])}", parts["fixed"])  # a leap year allows 02-29
        month, day = (fixed.month, fixed.day) if fixed else (1, 1)
    elif "nth" in parts:
        month = min(12, max(1, reader.whole(parts.get("month"), 12)))
    elif not {"easter", "dates"} & set(parts):
        reader.problem(node, f"a rule is missing ({rules})")
    dates = tuple(d for d in (reader.date(item) for item in reader.items(parts.get("dates"))) if d)
    return Holiday(
        name,
        reader.words(parts.get("title")),
        reader.string(parts.get("cite")),
        month,
        day,
        reader.whole(parts.get("nth"), 5),
        _weekday(reader, parts.get("weekday")),
        reader.one_of(parts.get("easter"), ("western", "orthodox"), "") if "easter" in parts else "",
        reader.whole(parts.get("plus"), 400),
        dates,
        max(1, reader.whole(parts.get("every"), 400, 1)),
        reader.whole(parts.get("starting"), 9999),
        reader.date(parts.get("from")),
        reader.date(parts.get("until")),
        reader.strings(parts.get("only_in")),
        reader.flag(parts.get("offices_only")),
    )
