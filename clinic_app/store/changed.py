"""What was changed in cases, read back from the journal for the record of what was done: one entry a save and case.

The journal is read from its end, and at most so far back that nobody waits for it.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from clinic_app.domain.audit import Asked, Deed, Entry
from clinic_app.store.db import Db, Row
from clinic_app.store.replica import Replica
from clinic_app.store.rows import entities_of_case
from sync.clock import at as clock_at
from sync.clock import milliseconds
from sync.errors import BadRecord
from sync.records import Operation, stored

MOST_LOOKED: Final = 100_000
"""Operations that are looked at for one question."""

_STREAM: Final = "SELECT hlc, body FROM op WHERE stream = ? AND hlc < ? AND body IS NOT NULL ORDER BY seq DESC"
_DAY: Final = dt.timedelta(days=1)
_END_MS: Final = 2**45  # after everything


def between(asked: Asked) -> tuple[int, int]:
    """Return the first millisecond that is asked for, and the one after the last."""
    first = _start_of(asked.first) if asked.first else 0
    return first, _start_of(asked.last + _DAY) if asked.last else _END_MS


def moment(since_1970: int) -> dt.datetime:
    """Return the moment of so many milliseconds."""
    return dt.datetime.fromtimestamp(since_1970 / 1000, dt.UTC)


def changes(db: Db, ground: Replica, asked: Asked, limit: int) -> Iterator[Entry]:
    """Yield the latest changes that are asked for, the latest first."""
    names: dict[str, str] = dict(db.rows("SELECT id, name FROM users WHERE name > ''"))
    if asked.deed not in {"", Deed.CHANGED} or (asked.who and asked.who not in names.values()):
        return
    seen: set[tuple[object, ...]] = set()
    for one in _operations(db, asked):
        who = names.get(one.actor, "")
        if asked.who not in {"", who}:
            continue
        for number in _numbers(db, ground, one):
            saved = (one.stream, one.txn, number)
            if saved in seen or asked.case not in {"", number}:
                continue
            seen.add(saved)
            yield Entry(0, moment(milliseconds(one.hlc)), who, Deed.CHANGED, number, one.entity_type)
            if len(seen) >= limit:
                return


def _operations(db: Db, asked: Asked) -> Iterator[Operation]:
    first, end = map(clock_at, between(asked))
    for hlc, body in islice(_of_case(db, asked.case) if asked.case else _latest(db, end), MOST_LOOKED):
        if hlc < first:
            return
        if hlc < end:
            try:
                yield stored(body)
            except BadRecord:  # a newer program's
                continue


def _latest(db: Db, end: int) -> Iterator[Row]:
    """Yield all operations before a time, the latest first. Each stream is kept in its order, so none is sorted."""
    streams = [row[0] for row in db.rows("SELECT n FROM stream")]
    return heapq.merge(*(_of_stream(db, stream, end) for stream in streams), key=_backwards)


def _of_stream(db: Db, stream: int, end: int) -> Iterator[Row]:
    for page in db.pages(_STREAM, (stream, end)):
        yield from page


def _of_case(db: Db, number: str) -> Iterator[Row]:
    found = db.first("SELECT id FROM cases WHERE number = ?", (number,))
    if found is None:
        return iter(())
    sql = f"SELECT hlc, body FROM op WHERE entity IN ({entities_of_case()}) AND body IS NOT NULL ORDER BY hlc DESC"  # noqa: S608 - names of ours
    return iter(db.rows(sql, {"case": found[0]}))


def _numbers(db: Db, ground: Replica, one: Operation) -> Iterable[str]:
    for case in ground.rows.cases_of(one.entity_id, one.entity_type):
        found = db.first("SELECT number FROM cases WHERE id = ?", (case,))
        if found and found[0]:
            yield str(found[0])


def _backwards(row: Row) -> int:
    return -int(row[0])


def _start_of(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time()).astimezone().timestamp() * 1000)
