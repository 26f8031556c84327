"""Reads what reports and the calendar count: cases opened, dated events, filings, money. It writes nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from clinic_app.domain.fields import Kind
from clinic_app.domain.kept import Kept
from clinic_app.domain.values import Span
from clinic_app.domain.views import CaseRow
from clinic_app.domain.work import CLOSED
from clinic_app.store import cases, codes
from clinic_app.store import kept as figures
from clinic_app.store.part import Part

_SHOWN_NAME: Final = (
    "CASE WHEN p.keep_hidden = 'yes' THEN coalesce(p.alias, '') ELSE coalesce(nullif(p.name, ''), p.alias, '') END"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was opened: its worker and what reports count by; "" for what is not known."""

    case_id: str
    worker: str
    sex: str
    age_band: str
    birth: str
    area: str
    sector: str


@dataclass(frozen=True, slots=True)
class Dated:
    """An event with its whole day. `amount` is the least sum that was told, None without one."""

    case_id: str
    worker: str
    number: str
    shown_name: str
    kind: str
    day: dt.date
    amount: Decimal | None


class Counts(Part):
    """What a store can count."""

    def opened(self, first: dt.date, last: dt.date) -> tuple[Opened, ...]:
        """Return the cases that were opened in a time, both days included."""
        sql = (
            "SELECT c.id, c.worker, p.sex, p.age_band, p.birth, p.area, (SELECT e.sector FROM case_employer l "
            "JOIN employer e ON e.id = l.employer WHERE l.case_id = c.id AND l.alive AND e.sector IS NOT NULL "
            "ORDER BY l.made, l.id LIMIT 1) FROM cases c LEFT JOIN person p ON p.id = c.worker "
            "WHERE c.alive AND c.made AND c.opened_on >= ? AND c.opened_on <= ?"
        )
        found = self.db.rows(sql, (first.isoformat(), last.isoformat()))
        return tuple(Opened(*(cell or "" for cell in row)) for row in found)

    def events(self, first: dt.date, last: dt.date, kinds: Iterable[str] = ()) -> tuple[Dated, ...]:
        """Return the events of a time, of some kinds or of all; those without a whole day are left out."""
        wanted = list(kinds)
        sql = (
            f"SELECT c.id, c.worker, c.number, {_SHOWN_NAME}, e.kind, e.date, e.amount FROM events e "  # noqa: S608 - ours
            "JOIN cases c ON c.id = e.case_id LEFT JOIN person p ON p.id = c.worker "
            "WHERE e.alive AND c.alive AND c.made AND e.date >= ? AND e.date <= ? AND length(e.date) = 10 "
            "AND (? = '[]' OR e.kind IN (SELECT value FROM json_each(?))) ORDER BY e.date, e.id"
        )
        asked = json.dumps(wanted)
        found = self.db.rows(sql, (first.isoformat(), last.isoformat(), asked, asked))
        return tuple(
            Dated(case_id, worker or "", number or "", name, kind or "", dt.date.fromisoformat(day), _least(amount))
            for case_id, worker, number, name, kind, day, amount in found
        )

    def deadlines(self, first: dt.date, last: dt.date) -> tuple[CaseRow, ...]:
        """Return the cases that are not closed and whose next safe date falls in a time."""
        condition = "c.next_safe_date >= ? AND c.next_safe_date <= ? AND coalesce(c.stage, '') <> ?"
        return cases.where(self.db, condition, (first.isoformat(), last.isoformat(), CLOSED))

    def first_filings(self, kinds: Iterable[str]) -> dict[str, tuple[dt.date, dt.date]]:
        """Return for each case that was ever filed the day it was opened and the day of its first filing."""
        found = self.db.rows(
            "SELECT c.id, c.opened_on, min(e.date) FROM events e JOIN cases c ON c.id = e.case_id "
            "WHERE e.alive AND c.alive AND c.made AND length(e.date) = 10 AND c.opened_on IS NOT NULL "
            "AND e.kind IN (SELECT value FROM json_each(?)) GROUP BY c.id",
            (json.dumps(list(kinds)),),
        )
        return {case: (dt.date.fromisoformat(opened), dt.date.fromisoformat(filed)) for case, opened, filed in found}

    def kept(self, ids: Iterable[str]) -> dict[str, Kept]:
        """Return the figures kept of some cases' last law checks."""
        found = self.db.rows(
            "SELECT case_id, figures FROM kept WHERE alive AND figures IS NOT NULL "
            "AND case_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {case_id: figures.from_text(text) for case_id, text in found}

    def outcomes(self, first: dt.date, last: dt.date) -> tuple[str, ...]:
        """Return how the cases ended that were closed in a time."""
        found = self.db.rows(
            "SELECT g.outcome FROM closing g JOIN cases c ON c.id = g.case_id WHERE g.alive AND c.alive AND c.made "
            "AND g.outcome IS NOT NULL AND g.closed_on >= ? AND g.closed_on <= ?",
            (first.isoformat(), last.isoformat()),
        )
        return tuple(row[0] for row in found)


def _least(amount: str | None) -> Decimal | None:
    known = codes.from_text(Kind.MONEY, amount) if amount else None
    if isinstance(known, Span):
        return known.low
    return known if isinstance(known, Decimal) else None
