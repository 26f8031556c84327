"""Legal values by date: minimum wages, limits, tables of days.

A value is asked for on a day, never “the current one”. Past its expected change the last known
value is used and reported as stale; before its first day it is unknown.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from clinic_app.domain.assessment import Confidence
from clinic_app.domain.values import Text
from clinic_app.rules.reading import Node, Reader, entries

ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class DatedValue:
    """What holds from `start` to `end` (None: still): one number, or numbers by key or from a bracket on.

    `verified_on` is the day on which someone last compared it with its source, where the book says.
    """

    start: dt.date
    end: dt.date | None
    numbers: Mapping[str, Fraction]
    brackets: tuple[tuple[Fraction, Fraction], ...]
    source: str
    confidence: Confidence
    verified_on: dt.date | None

    def number(self, key: str) -> Fraction | None:
        """Return the number of a key ("" when there is one number only)."""
        return self.numbers.get(key)

    def bracket(self, size: Fraction) -> Fraction | None:
        """Return the number of the last bracket that starts at or below the size."""
        found = None
        for start, number in self.brackets:
            if start <= size:
                found = number
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """One legal value through time. `keys` are its variants, such as zones."""

    id: str
    title: Text
    cite: str
    unit: str
    keys: tuple[str, ...]
    bracketed: bool
    yearly_change: tuple[int, int] | None
    values: tuple[DatedValue, ...]

    def on(self, day: dt.date) -> DatedValue | None:
        """Return what held on the day; None before the first day or in a gap."""
        place = bisect.bisect_right(self.values, day, key=lambda value: value.start)
        value = self.values[place - 1] if place else None
        return None if value is None or (value.end is not None and day > value.end) else value

    def stale_since(self, value: DatedValue, day: dt.date) -> dt.date | None:
        """Return the day from which a newer value was expected, when `day` is not before it."""
        if self.yearly_change is None or value is not self.values[-1]:
            return None
        month, number = self.yearly_change
        due = dt.date(value.start.year, month, number)
        if due <= value.start:
            due = due.replace(year=due.year + 1)
        return due if day >= due else None

    @property
    def changes(self) -> tuple[dt.date, ...]:
        """The days on which the value changes."""
        return tuple(value.start for value in self.values)


def read_parameter(reader: Reader, name: str, node: Node) -> Parameter:
    """Read one parameter; overlapping dates, missing keys and sources are problems."""
    parts = reader.keys(node, "title cite unit values", "keys expected_change")
    keys = reader.strings(parts.get("keys"))
    values: list[DatedValue] = []
    raw = [(reader.day(day, part), part) for day, part in entries(parts.get("values"))]
    dated = sorted(((day, part) for day, part in raw if day is not None), key=lambda pair: pair[0])
    if not dated:
        reader.problem(node, "there is no value")
    for i, (start, part) in enumerate(dated):
        following = dated[i + 1][0] if i + 1 < len(dated) else None
        values.append(_value(reader, keys, start, following, part))
    bracketed = bool(values) and bool(values[0].brackets)
    return Parameter(
        name,
        reader.words(parts.get("title")),
        reader.string(parts.get("cite")),
        reader.one_of(parts.get("unit"), ("money", "days", "hours", "rate", "number"), "number"),
        keys,
        bracketed,
        _yearly(reader, parts.get("expected_change")),
        tuple(values),
    )


def _value(reader: Reader, keys: tuple[str, ...], start: dt.date, following: dt.date | None, node: Node) -> DatedValue:
    names = " ".join(keys) or "value"
    given = reader.mapping(node)
    shape = (f"{'brackets' if 'brackets' in given else names} source", "until confidence verified_on")
    parts = reader.keys(node, *shape)
    until = reader.date(parts.get("until"))
    if until is not None and (until < start or (following is not None and until >= following)):
        reader.problem(node, "the dates overlap with the next value or end before they start")
    end = until or (following - ONE_DAY if following else None)
    numbers = {} if "brackets" in given else {key: reader.number(parts.get(key)) for key in keys or ("value",)}
    if not keys and numbers:
        numbers = {"": numbers["value"]}
    brackets = []
    for size, part in entries(parts.get("brackets")):
        brackets.append((reader.number(Node(part.file, part.line, part.path, size)), reader.number(part)))
    return DatedValue(
        start,
        end,
        numbers,
        tuple(sorted(brackets)),
        reader.string(parts.get("source")),
        reader.confidence(parts.get("confidence")),
        reader.date(parts.get("verified_on")),
    )


def _yearly(reader: Reader, node: Node | None) -> tuple[int, int] | None:
    if node is None:
        return None
    text = reader.string(node)
    day = reader.day(f"2001-{text.removeprefix('yearly ')}", node)  # any common year: only month and day count
    return (day.month, day.day) if day else None
