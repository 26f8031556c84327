"""The facts of a case as values that rules compute with; what was told vaguely keeps both its ends.

Nothing here guesses: an answer that is empty is unknown, a date with an open end is unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.casefile import Record as CaseRecord
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.values import Answer, Empty, Span
from clinic_app.rules.book import ANSWERS
from clinic_app.rules.book_checks import EARLIER_PAY
from clinic_app.rules.logic import NotApplicable, Record, Unknown, Value

EVENTS: Final = "events"


@dataclass(frozen=True, slots=True)
class Days:
    """A date told as a range: any day from first to last."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Ends:
    """Anything else told as a range: its value at the low and at the high end."""

    low: Value
    high: Value


Doubt = Days | Ends


@dataclass(frozen=True, slots=True)
class Facts:
    """Every fact of one case: `certain` values by path, and `doubts` for what was told as a range."""

    certain: Mapping[str, Value]
    doubts: Mapping[str, Doubt]

    def value(self, path: str) -> Value:
        """Return a fact; unknown when it is empty, was not asked or was told as a range."""
        value = self.certain.get(path)
        return Unknown(frozenset({path})) if value is None else value

    def known(self, path: str) -> bool:
        """Return whether the fact was told at all, exactly or not."""
        return path in self.certain or path in self.doubts


def facts_of(case: CaseFile) -> Facts:
    """Return the facts of a case."""
    certain: dict[str, Value] = {}
    doubts: dict[str, Doubt] = {}
    records = {section.id: case.section(section.id) for section in catalogue.SECTIONS if not section.many}
    for section, record in (*records.items(), (ANSWERS, case.answers)):
        for name, answer in record.values.items():
            _put(certain, doubts, f"{section}.{name}", answer)
    _put_events(certain, doubts, case.rows(EVENTS))
    rows = tuple(dict(row.values) for row in case.rows(EARLIER_PAY))
    _put(certain, doubts, EARLIER_PAY, rows)
    return Facts(certain, doubts)


def _put(certain: dict[str, Value], doubts: dict[str, Doubt], path: str, answer: Answer) -> None:
    match answer:
        case Empty.NOT_APPLICABLE:
            certain[path] = NotApplicable(path)
        case Empty() | "":
            pass
        case Edtf(first=dt.date() as first, last=dt.date() as last) if first != last:
            doubts[path] = Days(first, last)
        case tuple():
            low, high = _rows(answer, path, high=False), _rows(answer, path, high=True)
            if low == high:
                certain[path] = low
            else:
                doubts[path] = Ends(low, high)
        case Span(low=a, high=b):
            doubts[path] = Ends(Fraction(a), Fraction(b))
        case _:
            value = _end(answer, path, high=False)
            if not isinstance(value, Unknown):
                certain[path] = value


def _end(answer: Answer, path: str, *, high: bool) -> Value:
    """Return one end of an answer; for an exact one both are the same."""
    match answer:
        case Empty.NOT_APPLICABLE:
            return NotApplicable(path)
        case Edtf(first=dt.date() as first, last=dt.date() as last):
            return last if high else first
        case Span(low, top):
            return Fraction(top if high else low)
        case int() | Decimal():
            return Fraction(answer)
        case str():
            return answer
        case _:
            return Unknown(frozenset({path}))


def _rows(rows: tuple[Mapping[str, Answer], ...], path: str, *, high: bool) -> tuple[Value, ...]:
    return tuple(
        _Row({"number": Fraction(i), **{name: _end(cell, path, high=high) for name, cell in row.items()}}, path)
        for i, row in enumerate(rows, start=1)
    )


class _Row(Record):
    """A row of a table, with its `number` from 1 on: a column that was not filled in is unknown."""

    def __init__(self, cells: Mapping[str, Value], path: str) -> None:
        super().__init__(_Cells(cells, path))


class _Cells(dict[str, Value]):
    """The cells of a row, with every other name unknown."""

    def __init__(self, cells: Mapping[str, Value], path: str) -> None:
        super().__init__(cells)
        self.path = path

    def __missing__(self, name: str) -> Value:
        return Unknown(frozenset({self.path}))

    def __contains__(self, name: object) -> bool:
        return True


def _put_events(certain: dict[str, Value], doubts: dict[str, Doubt], rows: tuple[CaseRecord, ...]) -> None:
    by_kind: dict[str, list[CaseRecord]] = {}
    for row in rows:
        by_kind.setdefault(row.text("kind"), []).append(row)
    for kind, group in by_kind.items():
        path = f"{EVENTS}.{kind}"
        low = tuple(_end(row.get("date"), path, high=False) for row in group)
        high = tuple(_end(row.get("date"), path, high=True) for row in group)
        if low == high:
            certain[path] = low
        elif len(group) == 1 and isinstance(low[0], dt.date) and isinstance(high[0], dt.date):
            doubts[path] = Days(low[0], high[0])
        else:
            doubts[path] = Ends(low, high)
