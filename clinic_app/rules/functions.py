"""The functions that expressions may call, by name: dates, service time, lists to compute over.

Each is generic: no number or article of any country. A list is bounded; an argument that is not
known makes the result unknown, except for the functions that ask whether something is known.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final, Protocol

from clinic_app.domain.values import round_money
from clinic_app.rules.calendars import Calendar
from clinic_app.rules.counting import METHODS, Term
from clinic_app.rules.dated import Parameter
from clinic_app.rules.logic import (
    EvaluationError,
    Record,
    Unknown,
    Value,
    as_condition,
    as_date,
    as_number,
    as_records,
    as_text,
    join,
    unknown,
)

MAX_ITEMS: Final = 1200  # items in one list to compute over
DAYS_OF_WEEK: Final = 7
MONTHS_OF_YEAR: Final = 12
MINUTES_OF_HOUR: Final = 60
HOURS_OF_DAY: Final = 24
ONE_DAY: Final = dt.timedelta(days=1)
MAX_DAYS: Final = 4000  # days that are looked at one by one
MAX_SHIFT: Final = 100_000  # days, months or years that a date may be moved by


class World(Protocol):
    """What a function may look at beside its arguments."""

    def spend(self, count: int) -> None:
        """Count steps for work that is more than one: a day looked at, an item made."""

    def events(self, kind: str) -> tuple[Value, ...]:
        """Return the dates of the events of a kind."""

    def pay_on(self, day: dt.date) -> Value:
        """Return the pay of a day: its amount and period."""

    def pay_changes(self) -> Value:
        """Return the last days of the earlier pays."""

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter of the book."""

    def calendar(self) -> Calendar:
        """Return the calendar of the place."""

    def region(self, state: str, municipality: str) -> Value:
        """Return the zone of a municipality."""


Apply = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how many arguments it takes, the fields of its records, and what it does.

    `strict` functions are unknown when an argument is. `reads` names case lists it looks at.
    `literal` functions take their first argument as a text written in the book.
    """

    name: str
    least: int
    most: int
    apply: Apply
    fields: tuple[str, ...] = ()
    strict: bool = True
    reads: str = ""
    literal: bool = False


@cache
def functions() -> Mapping[str, Function]:
    """Return every function by name."""
    many = 20
    period = ("number", "first", "last", "days")
    listed = (
        Function("min", 1, many, _least),
        Function("max", 1, many, _greatest),
        Function("floor", 1, 1, lambda _, x: Fraction(math.floor(as_number(x)))),
        Function("known", 1, 1, lambda _, x: unknown(x) is None, strict=False),
        Function("first_known", 1, many, _first_known, strict=False),
        Function("is_true", 1, 1, lambda _, x: as_condition(x) is True, strict=False),
        Function("at_least", 2, many, _at_least, strict=False),
        Function("date", 3, 3, _date),
        Function("year_of", 1, 1, lambda _, day: Fraction(as_date(day).year)),
        Function("month_of", 1, 1, lambda _, day: Fraction(as_date(day).month)),
        Function("rounded", 1, 1, lambda _, x: Fraction(round_money(as_number(x)))),
        Function("later", 2, many, lambda _, *days: max(map(as_date, days))),
        Function("earlier", 2, many, lambda _, *days: min(map(as_date, days))),
        Function("add_days", 2, 2, _add_days),
        Function("add_months", 2, 2, lambda _, day, n: shift_months(as_date(day), _whole(n))),
        Function("add_years", 2, 2, lambda _, day, n: anniversary(as_date(day), _whole(n))),
        Function("days", 2, 2, _days),
        Function("days_between", 2, 2, lambda _, a, b: Fraction((as_date(b) - as_date(a)).days)),
        Function("whole_years", 2, 2, lambda _, a, b: Fraction(whole_years(as_date(a), as_date(b)))),
        Function("whole_months", 2, 2, lambda _, a, b: Fraction(whole_months(as_date(a), as_date(b)))),
        Function("full_months_in", 2, 2, lambda _, a, b: Fraction(full_months_in(as_date(a), as_date(b)))),
        Function("days_beyond_months", 2, 2, lambda _, a, b: Fraction(days_beyond_months(as_date(a), as_date(b)))),
        Function("complete_months", 2, 2, lambda _, a, b: Fraction(complete_months(as_date(a), as_date(b)))),
        Function("calendar_years", 2, 2, _calendar_years, period),
        Function("half_years", 3, 3, _half_years, period),
        Function("calendar_months", 2, 2, _calendar_months, period),
        Function("month_start", 1, 1, lambda _, day: as_date(day).replace(day=1)),
        Function("month_end", 1, 1, lambda _, day: _month_end(as_date(day))),
        Function("working_days", 2, 3, _working_days),
        Function("working_days_in_months", 2, 3, _working_days_in_months),
        Function("service_years", 2, 2, _service_years, (*period, "completed")),
        Function("service_parts", 3, 3, _service_parts, (*period, "completed", "whole", "told"), strict=False),
        Function("told_years", 3, 3, _told_years, (*period, "completed", "whole", "told"), strict=False),
        Function("weeks", 3, 3, _weeks, ("first", "last", "told", "hours", "number"), strict=False),
        Function("segments", 2, many, _segments, period, reads="earlier_pay"),
        Function("rows", 1, 1, lambda _, table: table, ("*",)),
        Function("count", 1, 1, lambda _, table: Fraction(len(as_records(table)))),
        Function("count_where", 3, 9, _count_where),
        Function("days_of_rows", 5, 5, _days_of_rows),
        Function("sum_of", 2, 8, _sum_of),
        Function("greatest_of", 2, 2, _greatest_of),
        Function("earliest_in", 3, 3, _earliest_in),
        Function("pay_on", 1, 1, lambda world, day: world.pay_on(as_date(day)), ("amount", "period"), reads="pay"),
        Function("has_event", 1, 1, _has_event, literal=True, reads="events"),
        Function("event_date", 1, 1, _event_date, literal=True, reads="events"),
        Function("last_event_date", 1, 1, _last_event_date, literal=True, reads="events"),
        Function("is_holiday", 1, 2, _is_holiday),
        Function("is_working_day", 1, 1, lambda world, day: world.calendar().works(as_date(day))),
        Function("next_working_day", 1, 1, lambda world, day: world.calendar().next_working(as_date(day))),
        Function("term_raw", 3, 3, lambda world, *term: _term(world, *term).raw),
        Function("term_end", 3, 3, _term_end),
        Function("term_safe", 3, 3, _term_safe),
        Function("is_sunday", 1, 1, lambda _, day: as_date(day).weekday() == calendar.SUNDAY),
        Function("zone_of", 2, 2, _zone_of, strict=False),
        Function("hours_between", 2, 2, lambda _, a, b: Fraction(_span_minutes(a, b), MINUTES_OF_HOUR)),
        Function("hours_within", 4, 4, _hours_within),
    )
    return {function.name: function for function in listed}


def shift_months(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months on; a day that the month lacks becomes its last day."""
    year, month = divmod(day.year * MONTHS_OF_YEAR + day.month - 1 + months, MONTHS_OF_YEAR)
    return dt.date(_year(year), month + 1, min(day.day, calendar.monthrange(_year(year), month + 1)[1]))


def anniversary(day: dt.date, years: int) -> dt.date:
    """Return the day so many years on; 29 February becomes 1 March."""
    year = _year(day.year + years)
    try:
        return day.replace(year=year)
    except ValueError:
        return dt.date(year, day.month + 1, 1)


def whole_years(start: dt.date, end: dt.date) -> int:
    """Return how many anniversaries of start are reached at end; never negative."""
    years = end.year - start.year
    return max(0, years if anniversary(start, years) <= end else years - 1)


def whole_months(start: dt.date, end: dt.date) -> int:
    """Return how many months are complete at end, counted on the day of the month; never negative."""
    months = (end.year - start.year) * MONTHS_OF_YEAR + end.month - start.month
    return max(0, months if shift_months(start, months) <= end else months - 1)


def full_months_in(first: dt.date, last: dt.date) -> int:
    """Return how many full months lie between two days, both included.

    A month runs to the day before the same day of the next month, or to that month's last day when
    it has no such day.
    """
    months = max(0, (last.year - first.year) * MONTHS_OF_YEAR + last.month - first.month + 1)
    while months and _last_of_months(first, months) > last:
        months -= 1
    return months


def days_beyond_months(first: dt.date, last: dt.date) -> int:
    """Return the days that are left after the full months between two days, both included."""
    months = full_months_in(first, last)
    begin = _last_of_months(first, months) + ONE_DAY if months else first
    return max(0, (last - begin).days + 1)


def _last_of_months(first: dt.date, months: int) -> dt.date:
    """Return the last day of so many full months that begin on a day."""
    index = first.year * MONTHS_OF_YEAR + first.month - 1 + months
    year, month = divmod(index, MONTHS_OF_YEAR)
    length = calendar.monthrange(_year(year), month + 1)[1]
    if first.day > length:
        return dt.date(year, month + 1, length)
    return dt.date(year, month + 1, first.day) - ONE_DAY


def complete_months(first: dt.date, last: dt.date) -> int:
    """Return how many calendar months lie wholly between two days, both included."""
    begin = first if first.day == 1 else _month_end(first) + ONE_DAY
    end = last if last == _month_end(last) else last.replace(day=1) - ONE_DAY
    return max(0, (end.year - begin.year) * MONTHS_OF_YEAR + end.month - begin.month + 1)


def plain_name(text: str) -> str:
    """Return a name without accents, case, signs and what follows a comma, to compare places."""
    letters = unicodedata.normalize("NFKD", text.partition(",")[0])
    return " ".join("".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c)).lower().split())


def _year(year: int) -> int:
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise EvaluationError("a date lies outside the calendar")
    return year


def _whole(value: Value) -> int:
    number = as_number(value)
    if number.denominator != 1 or abs(number) > MAX_SHIFT:
        raise EvaluationError("a whole number of a reasonable size is needed")
    return int(number)


def _least(_: World, *values: Value) -> Value:
    return min(map(as_number, values))


def _greatest(_: World, *values: Value) -> Value:
    return max(map(as_number, values))


def _first_known(_: World, *values: Value) -> Value:
    for value in values:
        if unknown(value) is None:
            return value
    return join(found for found in (unknown(value) for value in values) if found)


def _at_least(_: World, count: Value, *conditions: Value) -> Value:
    """Return whether so many of the conditions are true; unknown while the open ones could make it so."""
    truths = [as_condition(condition) for condition in conditions]
    sure = sum(truth is True for truth in truths)
    open_ones = [truth for truth in truths if isinstance(truth, Unknown)]
    if sure >= as_number(count):
        return True
    return join(open_ones) if sure + len(open_ones) >= as_number(count) else False


def _count_where(_: World, table: Value, *pairs: Value) -> Value:
    """Return how many rows have the wanted value in the named column; in every one when several are named."""
    found, open_rows = _matching(table, pairs)
    return Fraction(len(found)) if found or not open_rows else join(open_rows)


def _sum_of(_: World, table: Value, column: Value, *pairs: Value) -> Value:
    """Return the sum of a column of numbers, of the rows only that have the wanted values when such are named."""
    found, open_rows = _matching(table, pairs)
    cells = [*(row.fields[as_text(column)] for row in found), *open_rows]
    return unknown(*cells) or sum(map(as_number, cells), Fraction(0))


def _matching(table: Value, pairs: tuple[Value, ...]) -> tuple[list[Record], list[Unknown]]:
    """Return the rows with the wanted value in each named column, and what is missing to decide on others."""
    if len(pairs) % 2:
        raise EvaluationError("a column and its value are needed")
    wanted = [(as_text(column), value) for column, value in zip(pairs[::2], pairs[1::2], strict=True)]
    found: list[Record] = []
    open_rows: list[Unknown] = []
    for row in as_records(table):
        cells = [(row.fields[column], value) for column, value in wanted]
        missing = [cell for cell, _ in cells if isinstance(cell, Unknown)]
        known = [(cell, value) for cell, value in cells if not isinstance(cell, Unknown)]
        if all(cell == value for cell, value in known):
            if missing:
                open_rows += missing
            else:
                found.append(row)
    return found, open_rows


def _greatest_of(_: World, table: Value, column: Value) -> Value:
    """Return the greatest number of a column; 0 when the table has no row."""
    cells = [row.fields[as_text(column)] for row in as_records(table)]
    return unknown(*cells) or max(map(as_number, cells), default=Fraction(0))


def _days_of_rows(_: World, table: Value, begins: Value, ends: Value, first: Value, last: Value) -> Value:
    """Return how many days of the spans in a table lie between two days, all included; an open span is one day."""
    total = 0
    for row in as_records(table):
        begin, end = row.fields[as_text(begins)], row.fields[as_text(ends)]
        missing = unknown(begin)
        if missing:
            return missing
        finish = as_date(begin) if unknown(end) else as_date(end)
        start, stop = max(as_date(begin), as_date(first)), min(finish, as_date(last))
        total += max(0, (stop - start).days + 1)
    return Fraction(total)


def _earliest_in(_: World, table: Value, column: Value, from_day: Value) -> Value:
    """Return the earliest day of a column that is not before a day; the latest one when all are."""
    cells = [row.fields[as_text(column)] for row in as_records(table)]
    missing = unknown(*cells)
    if missing or not cells:
        return missing or Unknown(frozenset())
    days = sorted(map(as_date, cells))
    return next((day for day in days if day >= as_date(from_day)), days[-1])


def _date(_: World, year: Value, month: Value, day: Value) -> Value:
    try:
        return dt.date(_whole(year), _whole(month), _whole(day))
    except ValueError:
        raise EvaluationError("there is no such day") from None


def _add_days(_: World, day: Value, count: Value) -> Value:
    try:
        return as_date(day) + dt.timedelta(days=_whole(count))
    except OverflowError:
        raise EvaluationError("a date lies outside the calendar") from None


def _days(_: World, first: Value, last: Value) -> Value:
    return Fraction(max(0, (as_date(last) - as_date(first)).days + 1))


def _period(number: int, first: dt.date, last: dt.date, **more: Value) -> Record:
    days = Fraction(max(0, (last - first).days + 1))
    return Record({"number": Fraction(number), "first": first, "last": last, "days": days, **more})


def _calendar_years(_: World, first: Value, last: Value) -> Value:
    start, end = as_date(first), as_date(last)
    years = range(start.year, end.year + 1)
    if len(years) > MAX_ITEMS:
        raise EvaluationError("too many years")
    return tuple(_period(year, dt.date(year, 1, 1), dt.date(year, MONTHS_OF_YEAR, 31)) for year in years)


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _calendar_months(_: World, first: Value, last: Value) -> Value:
    """Return the calendar months that the span touches, each whole."""
    month, end = as_date(first).replace(day=1), as_date(last)
    months: list[Value] = []
    while month <= end:
        months.append(_period(month.month, month, _month_end(month)))
        if len(months) > MAX_ITEMS:
            raise EvaluationError("too many months")
        month = _month_end(month) + ONE_DAY
    return tuple(months)


def _half_years(_: World, first: Value, last: Value, month: Value) -> Value:
    """Return the periods of six calendar months that the span touches, each whole; one begins in the month."""
    start, end, half = as_date(first), as_date(last), MONTHS_OF_YEAR // 2
    back = (start.month - _whole(month)) % half
    begin = shift_months(start.replace(day=1), -back)
    periods: list[Value] = []
    while begin <= end:
        following = shift_months(begin, half)
        periods.append(_period(len(periods) + 1, begin, following - ONE_DAY))
        if len(periods) > MAX_ITEMS:
            raise EvaluationError("too many half years")
        begin = following
    return tuple(periods)


def _working_days(world: World, first: Value, last: Value, days_a_week: Value | None = None) -> Value:
    """Return how many working days lie between two days, both included.

    With `days_a_week` the week of work has so many days from Monday on, whatever the usual weekend is.
    """
    start, end = as_date(first), as_date(last)
    count = (end - start).days + 1
    if count > MAX_DAYS:
        raise EvaluationError("too many days")
    world.spend(max(0, count))
    works = _worker_of(world, days_a_week)
    return Fraction(sum(works(start + i * ONE_DAY) for i in range(count)))


def _worker_of(world: World, days_a_week: Value | None) -> Callable[[dt.date], bool]:
    """Return what says whether a day is worked: by the calendar's weekend, or by days from Monday on."""
    days_off = world.calendar()
    if days_a_week is None:
        return days_off.works
    week = _whole(days_a_week)
    return lambda day: day.weekday() < week and days_off.holiday(day) is None


def _working_days_in_months(world: World, table: Value, column: Value, days_a_week: Value | None = None) -> Value:
    """Return the working days of all calendar months that the rows of a table name by any of their days."""
    days = [row.fields[as_text(column)] for row in as_records(table)]
    missing = unknown(*days)
    if missing:
        return missing
    months = {as_date(day).replace(day=1) for day in days}
    counts = [_working_days(world, month, _month_end(month), days_a_week) for month in sorted(months)]
    return sum(map(as_number, counts), Fraction(0))


def _service_years(_: World, start: Value, end: Value) -> Value:
    first, last = as_date(start), as_date(end)
    years: list[Value] = []
    for number in range(1, min(MAX_ITEMS, whole_years(first, last)) + 1):
        begin, completed = anniversary(first, number - 1), anniversary(first, number)
        years.append(_period(number, begin, completed - ONE_DAY, completed=completed))
    return tuple(years)


def _told_years(_: World, start: Value, end: Value, told: Value) -> Value:
    """Return the completed years of service that a table names, with the number that stands beside each."""
    missing = unknown(start, end)
    if missing:
        return missing
    first, last = as_date(start), as_date(end)
    rows: list[Value] = []
    for row in as_records(told) if unknown(told) is None else ():
        number, count = row.fields["year"], row.fields["days"]
        missing = unknown(number, count)
        if missing:
            return missing
        if 1 <= as_number(number) <= whole_years(first, last + ONE_DAY):
            rows.append(_service_year(first, _whole(number), as_number(count)))
    return tuple(rows)


def _service_year(start: dt.date, number: int, told: Fraction) -> Record:
    begin, completed = anniversary(start, number - 1), anniversary(start, number)
    return _period(number, begin, completed - ONE_DAY, completed=completed, whole=True, told=told)


def _service_parts(world: World, start: Value, end: Value, told: Value) -> Value:
    """Return the whole years that a table names, and the year of service in progress at the end."""
    whole = _told_years(world, start, end, told)
    if isinstance(whole, Unknown):
        return whole
    first, last = as_date(start), as_date(end)
    years = whole_years(first, last + ONE_DAY)
    begin = anniversary(first, years)
    running = _period(years + 1, begin, last, completed=anniversary(first, years + 1), whole=False, told=Fraction(0))
    return (*as_records(whole), running)


def _weeks(_: World, told: Value, first: Value, last: Value) -> Value:
    """Return the weeks of the table that was told, else the whole weeks from Monday to Sunday."""
    missing = unknown(first, last)
    if missing:
        return missing
    start, end = as_date(first), as_date(last)
    if unknown(told) is None and as_records(told):
        return _told_weeks(as_records(told), start, end)
    monday = start + dt.timedelta(days=-start.weekday() % DAYS_OF_WEEK)
    weeks: list[Value] = []
    while monday + 6 * ONE_DAY <= end:
        weeks.append(_week(len(weeks), monday, told=False, hours=Fraction(0)))
        if len(weeks) > MAX_ITEMS:
            raise EvaluationError("too many weeks")
        monday += DAYS_OF_WEEK * ONE_DAY
    return tuple(weeks)


def _told_weeks(rows: tuple[Record, ...], start: dt.date, end: dt.date) -> Value:
    weeks: list[Value] = []
    for row in rows:
        missing = unknown(row.fields["week_start"], row.fields["hours"])
        if missing:
            return missing
        monday = as_date(row.fields["week_start"])
        if monday + (DAYS_OF_WEEK - 1) * ONE_DAY >= start and monday <= end:
            weeks.append(_week(len(weeks), monday, told=True, hours=as_number(row.fields["hours"])))
    return tuple(weeks)


def _week(number: int, first: dt.date, *, told: bool, hours: Fraction) -> Record:
    last = first + (DAYS_OF_WEEK - 1) * ONE_DAY
    return Record({"number": Fraction(number + 1), "first": first, "last": last, "told": told, "hours": hours})


def _segments(world: World, first: Value, last: Value, *cuts: Value) -> Value:
    """Return the span cut wherever the pay or one of the named parameters changes, and on each day given."""
    start, end = as_date(first), as_date(last)
    if end < start:
        return ()
    changes = world.pay_changes()
    missing = unknown(changes)
    if missing:
        return missing
    starts = {start}
    if isinstance(changes, tuple):
        starts |= {as_date(day) + ONE_DAY for day in changes}
    for cut in cuts:
        if isinstance(cut, dt.date):
            starts.add(cut)
            continue
        parameter = world.parameter(as_text(cut))
        if parameter is None:
            raise EvaluationError(f"there is no parameter {as_text(cut)}")
        starts |= set(parameter.changes)
    inside = sorted(day for day in starts if start <= day <= end)
    ends = [day - ONE_DAY for day in inside[1:]] + [end]
    return tuple(_period(i + 1, a, b) for i, (a, b) in enumerate(zip(inside, ends, strict=True)))


def _has_event(world: World, kind: Value) -> Value:
    return bool(world.events(as_text(kind)))


def _event_date(world: World, kind: Value) -> Value:
    return _one_event(world, as_text(kind), min)


def _last_event_date(world: World, kind: Value) -> Value:
    return _one_event(world, as_text(kind), max)


def _one_event(world: World, kind: str, pick: Callable[[list[dt.date]], dt.date]) -> Value:
    dates = world.events(kind)
    if not dates:
        return Unknown(frozenset({f"events.{kind}"}))
    return unknown(*dates) or pick([as_date(day) for day in dates])


def _is_holiday(world: World, day: Value, region: Value = "") -> Value:
    return world.calendar().holiday(as_date(day), as_text(region)) is not None


def _term(world: World, method: Value, first: Value, length: Value) -> Term:
    count = METHODS.get(as_text(method))
    if count is None:
        raise EvaluationError(f"there is no counting method {as_text(method)}")
    size = _whole(length)
    if not 0 < size <= MAX_DAYS:
        raise EvaluationError("a term of a reasonable length is needed")
    world.spend(size)
    return count(as_date(first), size, size, world.calendar())


def _term_end(world: World, method: Value, first: Value, length: Value) -> Value:
    """Return the last day of a term of so many months or days, moved to a working day."""
    return world.calendar().next_working(_term(world, method, first, length).raw)


def _term_safe(world: World, method: Value, first: Value, length: Value) -> Value:
    """Return the last working day that is surely within a term."""
    return world.calendar().last_working(_term(world, method, first, length).sure)


def _zone_of(world: World, state: Value, municipality: Value) -> Value:
    found = world.region(
        "" if unknown(state) else as_text(state), "" if unknown(municipality) else as_text(municipality)
    )
    if not isinstance(found, Unknown):
        return found
    return unknown(state, municipality) or found


def _minutes(value: Value) -> int:
    hours, _, minutes = as_text(value).partition(":")
    try:
        return int(hours) * MINUTES_OF_HOUR + int(minutes)
    except ValueError:
        raise EvaluationError("a time is like 08:30") from None


def _span_minutes(start: Value, end: Value) -> int:
    return (_minutes(end) - _minutes(start)) % (HOURS_OF_DAY * MINUTES_OF_HOUR)


def _hours_within(_: World, start: Value, end: Value, window_start: Value, window_end: Value) -> Value:
    """Return how many hours of a shift lie in a daily window; both may pass midnight."""
    day = HOURS_OF_DAY * MINUTES_OF_HOUR
    begin, window = _minutes(start), _minutes(window_start)
    finish, shut = begin + _span_minutes(start, end), window + _span_minutes(window_start, window_end)
    shared = sum(max(0, min(finish, shut + shift) - max(begin, window + shift)) for shift in (-day, 0, day))
    return Fraction(shared, MINUTES_OF_HOUR)


def takes(function: Function, count: int) -> bool:
    """Return whether a function takes so many arguments."""
    return function.least <= count <= function.most


def record_fields(calls: frozenset[str]) -> frozenset[str]:
    """Return the fields that the items of these functions' lists may have."""
    known = functions()
    return frozenset(itertools.chain.from_iterable(known[name].fields for name in calls if name in known))
