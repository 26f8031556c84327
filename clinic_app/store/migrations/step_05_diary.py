"""Step 5: the clinic's diary of a case, how a case ended, the bin's reasons, how papers came out, and quick Today."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE diary (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "kind" TEXT,
        "date" TEXT,
        "time" TEXT,
        "state" TEXT,
        "result" TEXT,
        "note" TEXT,
        "authority" TEXT,
        "number" TEXT,
        "amount" TEXT,
        "step" TEXT,
        "event" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX diary_of_case ON diary (case_id)
    """,
    # What is still to come: Today reads nothing else of the diary.
    """
    CREATE INDEX diary_open ON diary ("date") WHERE alive AND "state" IS NULL AND "date" IS NOT NULL
    """,
    """
    CREATE TABLE closing (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "outcome" TEXT,
        "closed_on" TEXT,
        "recovered" TEXT,
        "worker_told" TEXT,
        "note" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX closing_of_case ON closing (case_id)
    """,
    """
    ALTER TABLE cases ADD COLUMN bin_reason TEXT
    """,
    """
    ALTER TABLE print ADD COLUMN how TEXT
    """,
    """
    CREATE INDEX cases_by_safe_date ON cases (next_safe_date) WHERE next_safe_date IS NOT NULL
    """,
    """
    CREATE INDEX cases_by_stage ON cases (stage)
    """,
)
