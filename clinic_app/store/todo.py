"""What waits in all cases: open entries of the diary, people with answers missing. It writes nothing.

Each query follows an index, so that ten thousand closed cases cost nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind
from clinic_app.domain.values import Span
from clinic_app.domain.views import CaseRow
from clinic_app.domain.work import CLOSED, STAGES, SafeContact, Waiting
from clinic_app.store import cases, codes
from clinic_app.store.db import Db, Row
from clinic_app.store.tables import single_id

CORE: Final = ("sex", "area", "indigenous", "disability")
"""The answers of a person by which every report counts, beside the age; the sector is the employer's."""

_WAITING: Final = (
    "SELECT d.id, d.case_id, d.kind, d.date, coalesce(d.time, ''), coalesce(d.note, ''), coalesce(d.authority, ''), "
    "d.amount, coalesce(d.step, '') FROM diary d JOIN cases c ON c.id = d.case_id "
    "WHERE d.alive AND d.state IS NULL AND d.date IS NOT NULL AND d.date < ? AND c.alive "
    "ORDER BY d.date, coalesce(d.time, '')"
)


def waiting(db: Db, until: dt.date) -> tuple[Waiting, ...]:
    """Return the entries of all diaries that are open and not after a day, the earliest first."""
    # A date of a whole month or year sorts by its beginning: the day after `until` is the first that is too late.
    after = (until + dt.timedelta(days=1)).isoformat()
    return tuple(_waiting(found) for found in db.rows(_WAITING, (after,)))


def safe_contacts(db: Db, ids: Iterable[str]) -> dict[str, SafeContact]:
    """Return how to reach the workers of cases safely, by case; a case of which nothing is known is left out."""
    found: dict[str, SafeContact] = {}
    for case_id in dict.fromkeys(ids):
        row = db.first(
            "SELECT coalesce(may_call, ''), coalesce(safe_hours, ''), coalesce(phone, ''), coalesce(name_to_use, ''), "
            "coalesce(leave_message, ''), coalesce(never, '') FROM contact WHERE id = ?",
            (single_id(case_id, "contact"),),
        )
        if row is not None:
            found[case_id] = SafeContact(*row)
    return found


def incomplete(db: Db, limit: int) -> tuple[int, tuple[CaseRow, ...]]:
    """Return how many open cases lack an answer by which reports count, and the first of them."""
    missing = [_not_asked("p", name) for name in CORE]
    missing.append(f"(p.birth IS NULL AND {_not_asked('p', 'age_band')})")
    condition = f"c.stage NOT IN ('{STAGES[0]}', '{CLOSED}') AND ({' OR '.join(missing)})"
    count = db.one(
        "SELECT count(*) FROM cases c JOIN person p ON p.id = c.worker "  # noqa: S608 - names of ours
        f"WHERE c.alive AND c.made AND {condition}"
    )[0]
    return int(count), cases.first(db, condition, limit) if count else ()


def _not_asked(table: str, field: str) -> str:
    return f'({table}."{field}" IS NULL AND instr({table}.empties, \'"{field}":\') = 0)'


def _waiting(row: Row) -> Waiting:
    entry, case_id, kind, date, time, note, authority, amount, step = row
    told = Edtf.parse(date)
    money = codes.from_text(Kind.MONEY, amount) if amount else None
    known = money.low if isinstance(money, Span) else money
    return Waiting(
        id=entry,
        case_id=case_id,
        kind=kind or "task",
        day=told.first or told.last or dt.date.min,
        time=time,
        note=note,
        authority=authority,
        amount=known if isinstance(known, Decimal) else None,
        step=step,
    )
