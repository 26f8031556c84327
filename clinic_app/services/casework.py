"""The cases of the clinic: find, open, write down what happened, look back."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.catalogue import EVENTS
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import read_row
from clinic_app.domain.views import CaseRow, HistoryRow
from clinic_app.services.clinic import Clinic

PAGE: Final = 100


def cases(clinic: Clinic, search: str = "", limit: int = PAGE, offset: int = 0) -> tuple[CaseRow, ...]:
    """Return cases whose people, employers or number match, the last touched first.

    Accents and case do not matter; an empty search returns all.
    """
    return clinic.store.cases(search=search, limit=limit, offset=offset)


def due(clinic: Clinic, on: dt.date, days: int) -> tuple[CaseRow, ...]:
    """Return the cases whose next safe date falls within so many days, most urgent first."""
    return clinic.store.due(on + dt.timedelta(days=days))


def count(clinic: Clinic) -> int:
    """Return how many cases the clinic has."""
    return clinic.store.count()


def row(clinic: Clinic, case_id: str) -> CaseRow:
    """Return one case as the lists show it."""
    return clinic.store.row(case_id)


def case(clinic: Clinic, case_id: str) -> CaseFile:
    """Return everything known of one case."""
    return clinic.store.case(case_id)


def find(clinic: Clinic, number: str) -> str:
    """Return the id of the case with this number; InputError when there is none."""
    return clinic.store.find(number)


def history(clinic: Clinic, case_id: str) -> tuple[HistoryRow, ...]:
    """Return what was done in the case, the last first."""
    return clinic.store.history(case_id)


def add_event(clinic: Clinic, case_id: str, kind: str, date: str, note: str) -> Changes:
    """Write down something that happened. InputError names the field that cannot be taken."""
    raw: dict[str, object] = {"kind": kind, "date": date}
    if note:
        raw["note"] = note
    return clinic.store.put_row(case_id, EVENTS.id, read_row(EVENTS.fields, raw, EVENTS.id))
