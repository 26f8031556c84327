"""Step 6: the files of the evidence, how they are printed, and the typed texts that go with them."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE files (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        evidence TEXT,
        name TEXT,
        media TEXT,
        size INTEGER,
        sha256 TEXT,
        "key" TEXT,
        chunks TEXT,
        pages INTEGER,
        trouble TEXT,
        millis INTEGER,
        reason TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX files_of_case ON files (case_id)
    """,
    """
    CREATE TABLE exhibits (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        file TEXT,
        turn INTEGER,
        tone TEXT,
        printed TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX exhibits_of_case ON exhibits (case_id)
    """,
    """
    CREATE TABLE redactions (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        file TEXT,
        page INTEGER,
        box TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX redactions_of_case ON redactions (case_id)
    """,
    """
    ALTER TABLE evidence ADD COLUMN "transcript" TEXT
    """,
    """
    ALTER TABLE evidence ADD COLUMN "transcribed_by" TEXT
    """,
    """
    ALTER TABLE evidence ADD COLUMN "translation" TEXT
    """,
    """
    ALTER TABLE evidence ADD COLUMN "translated_by" TEXT
    """,
    """
    ALTER TABLE evidence ADD COLUMN "translated_on" TEXT
    """,
)
