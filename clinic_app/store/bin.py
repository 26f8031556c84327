"""The bin: cases and rows that were taken out with a reason, and the way back.

A delete is an operation like any other: what was said stays in the journal. What somebody writes
without knowing of it brings the thing back.
"""

from __future__ import annotations

from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.work import Binned
from clinic_app.store import cases
from clinic_app.store.db import Db
from clinic_app.store.journal import Journal
from clinic_app.store.tables import EMPLOYER, entity_type
from sync.records import Kind as Op

REASON: Final = "bin_reason"


def put_in(journal: Journal, kind: str, entity: str, reason: str) -> None:
    """Take something out with a reason, inside the caller's transaction."""
    if reason:
        journal.append(kind, entity, Op.SET, {REASON: reason})
    journal.append(kind, entity, Op.DELETE, {})


def bring_back(journal: Journal, kind: str, entity: str) -> None:
    """Bring something back, inside the caller's transaction."""
    journal.append(kind, entity, Op.UNDELETE, {})


def rows_in(db: Db, journal: Journal, case_id: str) -> tuple[Binned, ...]:
    """Return the rows of a case that were taken out, in the order of the sections."""
    cases.require(db, case_id)
    found = []
    for section in catalogue.SECTIONS:
        if section.many:
            for row_id, link in _taken_out(db, section, case_id):
                record = cases.row_record(db, section, row_id)
                found.append(Binned(row_id, section.id, "", record, str(journal.current(link, REASON) or "")))
    return tuple(found)


def _taken_out(db: Db, section: catalogue.Section, case_id: str) -> list[tuple[str, str]]:
    """Return the ids of a section's rows that were taken out, each with the id of what was deleted."""
    kind = entity_type(section.id)
    if kind == EMPLOYER:
        query = "SELECT employer, id FROM case_employer WHERE case_id = ? AND NOT alive ORDER BY made, id"
    else:
        query = f"SELECT id, id FROM {kind} WHERE case_id = ? AND NOT alive ORDER BY made, id"  # noqa: S608 - ours
    return [(str(row[0]), str(row[1])) for row in db.rows(query, (case_id,))]
