"""Step 2: the figures that were kept of a law check."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE kept (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        version TEXT,
        figures TEXT
    ) STRICT, WITHOUT ROWID
    """,
)
