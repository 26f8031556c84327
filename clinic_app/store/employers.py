"""Reads and adds employers: every record that was written of one, with the cases it stands in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Final

from clinic_app.domain.catalogue import EMPLOYERS
from clinic_app.domain.people import EmployerRecord
from clinic_app.domain.values import Answer
from clinic_app.domain.views import CaseRow
from clinic_app.errors import InputError
from clinic_app.store import cases, codes, search
from clinic_app.store.db import Row
from clinic_app.store.part import Part
from clinic_app.store.tables import EMPLOYER
from clinic_app.words import N_
from sync.records import Kind as Op

_RECORD: Final = (
    "SELECT e.id, e.name, e.trade_name, e.role, e.place, e.municipality, e.state, e.sector, e.phone, e.tax_id, "
    "e.workers, group_concat(c.id) FROM employer e LEFT JOIN case_employer l ON l.employer = e.id AND l.alive "
    "LEFT JOIN cases c ON c.id = l.case_id AND c.alive AND c.made WHERE e.alive AND e.made"
)


class Employers(Part):
    """The employers of a store."""

    def all(self) -> tuple[EmployerRecord, ...]:
        """Return every record, in the order in which they were made."""
        return tuple(_record(row) for row in self.db.rows(f"{_RECORD} GROUP BY e.id ORDER BY e.made, e.id"))

    def records(self, ids: Iterable[str]) -> tuple[EmployerRecord, ...]:
        """Return the records with these ids, in the order in which they were made."""
        sql = f"{_RECORD} AND e.id IN (SELECT value FROM json_each(?)) GROUP BY e.id ORDER BY e.made, e.id"  # noqa: S608 - ours
        return tuple(_record(row) for row in self.db.rows(sql, (json.dumps(list(ids)),)))

    def likely(self, typed: str) -> tuple[str, ...]:
        """Return the ids of those that may fit a search: of cases with any of its words, and all without a case."""
        found = self.db.rows(
            "SELECT DISTINCT l.employer FROM search s JOIN cases c ON c.n = s.rowid JOIN case_employer l "
            "ON l.case_id = c.id AND l.alive WHERE search MATCH ? UNION SELECT e.id FROM employer e "
            "WHERE e.alive AND e.made AND NOT EXISTS (SELECT 1 FROM case_employer WHERE employer = e.id AND alive)",
            (search.query_of_any(typed) or '""',),  # a search for nothing finds no case
        )
        return tuple(row[0] for row in found)

    def of_cases(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of every employer that stands in some cases."""
        sql = (
            "SELECT DISTINCT employer FROM case_employer WHERE alive AND case_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY employer"
        )
        return tuple(row[0] for row in self.db.rows(sql, (json.dumps(list(ids)),)))

    def add(self, answers: Mapping[str, Answer]) -> str:
        """Write down an employer that is not told in any case yet; return its id."""
        employer = secrets.token_hex(16)
        values = {name: codes.to_value(answer, EMPLOYERS.field(name).kind) for name, answer in answers.items()}
        with self.saving():
            self.journal.append(EMPLOYER, employer, Op.CREATE, values)
        return employer

    def require(self, employer: str) -> None:
        """Raise InputError unless there is such a record."""
        if self.db.first("SELECT 1 FROM employer WHERE id = ? AND alive AND made", (employer,)) is None:
            raise InputError("employer", N_("there is no such employer"))

    def cases(self, ids: Iterable[str]) -> tuple[CaseRow, ...]:
        """Return the cases in which any of these records stands, the last changed first."""
        condition = (
            "c.id IN (SELECT case_id FROM case_employer WHERE alive AND employer IN (SELECT value FROM json_each(?)))"
        )
        return cases.where(self.db, condition, (json.dumps(list(ids)),))


def _record(row: Row) -> EmployerRecord:
    employer, name, trade_name, role, place, municipality, state, sector, phone, tax_id = (c or "" for c in row[:10])
    linked = tuple(sorted(set(row[11].split(",")))) if row[11] else ()
    return EmployerRecord(
        employer, name, trade_name, role, place, municipality, state, sector, phone, tax_id, row[10], linked
    )
