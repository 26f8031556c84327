"""The possible cases behind a vague one: which values to compute so that least and greatest are true.

A date range of up to two months is tried on every day; a longer one at its ends and around each day
on which a result can jump. A case without doubt is computed once. Where that would be too many cases
some are left out, both ends stay, and the entry is known to be rough.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from clinic_app.rules.book import RuleBook
from clinic_app.rules.book_checks import CHOICE_MARK
from clinic_app.rules.facts import Days, Doubt, Ends, Facts
from clinic_app.rules.functions import anniversary
from clinic_app.rules.logic import Unknown, Value, comparable
from clinic_app.rules.scope import Scope

EVERY_DAY: Final = 62  # days; longer ranges are tried at their break days only
MAX_CASES: Final = 400  # combinations of several doubts
ONE_DAY: Final = dt.timedelta(days=1)

Choices = Mapping[str, Value]


class Spread:
    """Gives each entry of the book the choices that its facts leave open."""

    def __init__(self, book: RuleBook, facts: Facts, as_of: dt.date) -> None:
        self.base = Scope(book, facts, as_of, {})
        self._book = book
        self._facts = facts
        self._as_of = as_of
        self._scopes: dict[tuple[tuple[str, object], ...], Scope] = {}
        self._rough: set[str] = set()
        self._choices = frozenset(CHOICE_MARK + d.id for d in book.definitions.values() if d.possible)

    def scopes(self, entry: str) -> list[Scope]:
        """Return one scope for each possible case of an entry ("amounts.aguinaldo"); one when nothing is open."""
        axes = self._axes(entry)
        if not axes:
            self.base.restart()
            return [self.base]
        names = list(axes)
        cases = itertools.product(*axes.values())
        different: dict[tuple[object, ...], Scope] = {}
        for case in cases:
            scope = self._scope(names, case)
            different.setdefault(scope.seen(entry), scope)
        for scope in different.values():
            scope.restart()
        return list(different.values())

    def rough(self, entry: str) -> bool:
        """Return whether some possible cases of an entry were left out because there were too many."""
        return entry in self._rough

    def _scope(self, names: list[str], case: tuple[Value, ...]) -> Scope:
        """Return the scope of a case: entries that leave the same open share what it has computed."""
        key = tuple(zip(names, map(comparable, case), strict=True))
        scope = self._scopes.get(key)
        if scope is None:
            scope = self.base.other(dict(zip(names, case, strict=True)))
            self._scopes[key] = scope
        return scope

    def doubts(self, entry: str) -> tuple[str, ...]:
        """Return the paths of the facts in doubt that an entry looks at."""
        reach = self._book.reach[entry]
        told = [path for path in sorted(reach) if path in self._facts.doubts]
        for name in self._open(reach):
            value = self.base.name(name)
            told += sorted(value.missing) if isinstance(value, Unknown) else []
        return tuple(dict.fromkeys(told))

    def _open(self, reach: frozenset[str]) -> list[str]:
        """Return the definitions with possible values that the facts do not settle."""
        names = [name.removeprefix(CHOICE_MARK) for name in sorted(reach & self._choices)]
        return [name for name in names if isinstance(self.base.name(name), Unknown)]

    def _axes(self, entry: str) -> dict[str, Sequence[Value]]:
        reach = self._book.reach[entry]
        doubts = {path: self._facts.doubts[path] for path in sorted(reach & self._facts.doubts.keys())}
        axes: dict[str, Sequence[Value]] = {path: self._every(doubt) for path, doubt in doubts.items()}
        for name in self._open(reach):
            axes[CHOICE_MARK + name] = list(self._book.definitions[name].possible)
        if math.prod(map(len, axes.values())) > MAX_CASES:
            axes |= {path: self._breaks(doubt) for path, doubt in doubts.items()}
        while math.prod(map(len, axes.values())) > MAX_CASES:
            widest = max(axes, key=lambda path: len(axes[path]))
            if len(axes[widest]) <= 2:  # noqa: PLR2004 - both ends must stay
                break
            axes[widest] = _thinner(axes[widest])
            self._rough.add(entry)
        return axes

    def _every(self, doubt: Doubt) -> Sequence[Value]:
        if isinstance(doubt, Ends):
            return [doubt.low, doubt.high]
        count = (doubt.last - doubt.first).days + 1
        if count > EVERY_DAY:
            return self._breaks(doubt)
        return [doubt.first + i * ONE_DAY for i in range(count)]

    def _breaks(self, doubt: Doubt) -> Sequence[Value]:
        """Return the ends and the days around each day on which a result can jump."""
        if isinstance(doubt, Ends):
            return [doubt.low, doubt.high]
        days = {doubt.first, doubt.last}
        for day in self._jumps(doubt):
            days |= {d for d in (day - ONE_DAY, day, day + ONE_DAY) if doubt.first <= d <= doubt.last}
        return sorted(days)

    def _jumps(self, doubt: Days) -> Iterable[dt.date]:
        years = range(doubt.first.year - 1, doubt.last.year + 2)
        yield from (dt.date(year, 1, 1) for year in years)
        for parameter in self._book.parameters.values():
            yield from parameter.changes
        for day in self._known_days():
            yield from (anniversary(day, year - day.year) for year in years)
        yield from _month_starts(doubt.first, doubt.last)

    def _known_days(self) -> set[dt.date]:
        days = {self._as_of, self._as_of + ONE_DAY}
        for told in self._facts.certain.values():
            for value in told if isinstance(told, tuple) else (told,):
                if isinstance(value, dt.date):
                    days |= {value, value + ONE_DAY}
        for doubt in self._facts.doubts.values():
            if isinstance(doubt, Days):
                days |= {doubt.first, doubt.last, doubt.first + ONE_DAY, doubt.last + ONE_DAY}
        return days


def _month_starts(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    for year in range(first.year, last.year + 1):
        for month in range(1, 13):
            yield dt.date(year, month, 1)


def _thinner(values: Sequence[Value]) -> Sequence[Value]:
    """Return every second value and both ends."""
    return [*values[:-1:2], values[-1]]
