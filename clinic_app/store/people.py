"""Reads people out of the tables: who may be meant, who came last, the records of one person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from clinic_app.domain.people import PersonRecord
from clinic_app.domain.views import CaseRow
from clinic_app.store import cases, search
from clinic_app.store.db import Row
from clinic_app.store.part import Part

ENOUGH: Final = 8
"""Candidates from which on nobody is looked for who fits only some of the words."""

_RECORD: Final = (
    "SELECT p.id, p.name, p.alias, t.name_to_use, p.keep_hidden, p.birth, p.age_band, p.municipality, t.phone, "
    "p.official_id, count(c.id), max(c.touched_wall) FROM person p "
    "JOIN cases c ON c.worker = p.id AND c.alive AND c.made LEFT JOIN contact t ON t.case_id = c.id "
    "WHERE p.id IN (SELECT value FROM json_each(?)) GROUP BY p.id"
)


class People(Part):
    """The people of a store: everyone who is the worker of a case."""

    def likely(self, typed: str, limit: int) -> tuple[PersonRecord, ...]:
        """Return people who may be meant by a name, a phone or ID number, or a case's number."""
        found: dict[str, None] = {}
        for every_word in (True, False):
            if len(found) < ENOUGH and (query := search.query_of_person(typed, every_word=every_word)):
                found |= dict.fromkeys(self._matching(query, limit))
        return self.records(found)

    def last(self, typed: str, limit: int, offset: int) -> tuple[str, ...]:
        """Return a page of the ids of people, those last worked on first; all when nothing is typed."""
        where: str = ""
        values: tuple[object, ...] = ()
        if query := search.query(typed):
            where, values = " AND n IN (SELECT rowid FROM search WHERE search MATCH ?)", (query,)
        found = self.db.rows(
            f"SELECT worker, max(touched) FROM cases WHERE alive AND made{where} "  # noqa: S608 - ours
            "GROUP BY worker ORDER BY 2 DESC, 1 LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return tuple(row[0] for row in found)

    def records(self, ids: Iterable[str]) -> tuple[PersonRecord, ...]:
        """Return the records with these ids, in the order of the ids; those without a case are left out."""
        order = list(dict.fromkeys(ids))
        found = {row[0]: _record(row) for row in self.db.rows(_RECORD, (json.dumps(order),))}
        return tuple(found[one] for one in order if one in found)

    def everyone(self) -> tuple[PersonRecord, ...]:
        """Return all records, for comparing each with each."""
        ids = (row[0] for row in self.db.rows("SELECT DISTINCT worker FROM cases WHERE alive AND made"))
        return self.records(ids)

    def cases(self, ids: Iterable[str]) -> tuple[CaseRow, ...]:
        """Return the cases of some records, the last changed first."""
        return cases.where(self.db, "c.worker IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))

    def of_case(self, case_id: str) -> str:
        """Return the id of a case's worker. InputError for an unknown case."""
        cases.require(self.db, case_id)
        return str(self.db.one("SELECT worker FROM cases WHERE id = ?", (case_id,))[0])

    def _matching(self, query: str, limit: int) -> list[str]:
        found = self.db.rows(
            "SELECT c.worker FROM search s JOIN cases c ON c.n = s.rowid "
            "WHERE search MATCH ? AND c.alive AND c.made ORDER BY rank LIMIT ?",
            (query, limit),
        )
        return [row[0] for row in found]


def _record(row: Row) -> PersonRecord:
    texts = (cell or "" for cell in row[:10])
    person, name, alias, to_use, hidden, birth, age_band, municipality, phone, official_id = texts
    return PersonRecord(
        id=person,
        name=name,
        alias=alias,
        name_to_use=to_use,
        hidden=hidden == "yes",
        birth=birth,
        age_band=age_band,
        municipality=municipality,
        phone=phone,
        official_id=official_id,
        cases=row[10],
        last_entry=cases.day_of(row[11]),
    )
