"""Step 8: who may do what on this computer, and the record of what was done: appended to, never changed."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    # Filled when the store is first opened: the step cannot see who has a password.
    """
    CREATE TABLE staff (
        user TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        must_change INTEGER NOT NULL DEFAULT 0,
        removed INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        user TEXT NOT NULL,
        who TEXT NOT NULL,
        deed TEXT NOT NULL,
        number TEXT NOT NULL,
        detail TEXT NOT NULL,
        mac BLOB NOT NULL
    ) STRICT
    """,
    "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'append only'); END",
    "CREATE TRIGGER audit_is_not_emptied BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'append only'); END",
)
