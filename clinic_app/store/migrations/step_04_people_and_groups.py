"""Step 4: who is the same, cases that belong together, quick tallies, and a search by sound and by ID."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    # Two people or employers that are one, are not one, or stand in a chain.
    """
    CREATE TABLE tie (
        id TEXT PRIMARY KEY,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        kind TEXT,
        one TEXT,
        other TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX tie_by_kind ON tie (kind)
    """,
    # Many workers of one employer.
    """
    CREATE TABLE collective (
        id TEXT PRIMARY KEY,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        name TEXT,
        place TEXT,
        language TEXT,
        employer TEXT,
        opened_on TEXT,
        shared TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    ALTER TABLE cases ADD COLUMN collective TEXT
    """,
    """
    ALTER TABLE cases ADD COLUMN collective_state TEXT
    """,
    """
    CREATE INDEX cases_of_collective ON cases (collective)
    """,
    # Advice that was given without opening a case.
    """
    CREATE TABLE tally (
        id TEXT PRIMARY KEY,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        day TEXT,
        mode TEXT,
        topic TEXT,
        town TEXT,
        people TEXT,
        bands TEXT,
        language TEXT,
        outcome TEXT,
        became TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX tally_by_day ON tally (day)
    """,
    """
    CREATE INDEX events_by_day ON events (date)
    """,
    """
    DROP TABLE search
    """,
    """
    CREATE VIRTUAL TABLE search USING fts5(
        names, employers, numbers, places, phones, latin, sounds, ids,
        tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )
    """,
)
