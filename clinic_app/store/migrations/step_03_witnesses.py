"""Step 3: witnesses, the rest of the consent's layers, and what a print held."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE witnesses (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "name" TEXT,
        "code" TEXT,
        "saw" TEXT,
        "relation" TEXT,
        "willing" TEXT,
        "may_be_named" TEXT,
        "risk" TEXT,
        "contact" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX witnesses_of_case ON witnesses (case_id)
    """,
    """
    ALTER TABLE consent ADD COLUMN "photo" TEXT
    """,
    """
    ALTER TABLE consent ADD COLUMN "press" TEXT
    """,
    """
    ALTER TABLE consent ADD COLUMN "authority" TEXT
    """,
    """
    ALTER TABLE consent ADD COLUMN "valid_until" TEXT
    """,
    """
    ALTER TABLE print ADD COLUMN code TEXT
    """,
    """
    ALTER TABLE print ADD COLUMN held TEXT
    """,
)
