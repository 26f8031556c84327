"""Compares the tables with what the journal says: the proof that nothing in them was lost or invented."""

from __future__ import annotations

from clinic_app.store.db import Db
from clinic_app.store.journal import Journal
from clinic_app.store.rows import materialised


def text(db: Db) -> str:
    """Return every materialised table as text, rows in the order of their content.

    A case's running number `n` in this file is left out: it is the order of arrival, not of truth.
    """
    lines: list[str] = []
    for table in materialised():
        lines.append(f"== {table}")
        lines += sorted(repr(tuple(row)) for row in db.rows(_select(db, table)))
    return "\n".join(lines)


def differences(db: Db, journal: Journal) -> list[str]:
    """Return how the tables differ from a fresh rebuild, leaving them as they are."""
    before = text(db).splitlines()
    after: list[str] = []
    try:
        with db.transaction():
            journal.rebuild()
            after = text(db).splitlines()
            raise _Undo  # noqa: TRY301 - the rebuild was only for looking
    except _Undo:
        pass
    if before == after:
        return []
    lost, invented = set(after) - set(before), set(before) - set(after)
    return [f"the rows differ from the journal: {len(lost)} missing, {len(invented)} not in it"]


class _Undo(Exception):  # noqa: N818 - not an error: it rolls the transaction back
    pass


def _select(db: Db, table: str) -> str:
    if table == "search":
        return "SELECT c.id, s.* FROM search s LEFT JOIN cases c ON c.n = s.rowid"
    names = [row[1] for row in db.rows(f"PRAGMA table_info({table})")]
    columns = ", ".join(f'"{name}"' for name in names if (table, name) != ("cases", "n"))
    return f"SELECT {columns} FROM {table}"  # noqa: S608 - names of ours
