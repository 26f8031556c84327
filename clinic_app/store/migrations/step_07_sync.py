"""Step 7: the journal as a set of operations by hash; what waits, is held or in quarantine; what differs; reviews."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    # A stream has as many tips as its disk was copied, and one operation may stand beside another.
    """
    CREATE TABLE branch (
        n INTEGER PRIMARY KEY,
        id BLOB NOT NULL UNIQUE,
        device BLOB NOT NULL,
        mine INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    """
    INSERT INTO branch (id, device, mine) SELECT id, replica, mine FROM stream ORDER BY mine DESC, id
    """,
    """
    CREATE TABLE tip (
        stream INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        op BLOB NOT NULL,
        PRIMARY KEY (stream, seq, op)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO tip SELECT b.n, s.tip_seq, s.tip_hash FROM stream s JOIN branch b ON b.id = s.id WHERE s.tip_seq > 0
    """,
    # Kept in the order of the streams, so that a save appends and a bundle reads on.
    """
    CREATE TABLE log (
        stream INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        hash BLOB NOT NULL,
        prev BLOB NOT NULL,
        hlc INTEGER NOT NULL,
        entity TEXT NOT NULL,
        body BLOB,
        state TEXT NOT NULL DEFAULT 'merged',
        why TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (stream, seq, hash)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO log (stream, seq, hash, prev, hlc, entity, body, state)
    SELECT b.n, o.seq, o.hash, o.prev, o.hlc, o.entity, o.body, o.state FROM op o JOIN branch b ON b.id = o.stream
    ORDER BY b.n, o.seq
    """,
    "DROP TABLE op",
    "DROP TABLE stream",
    "ALTER TABLE branch RENAME TO stream",
    "ALTER TABLE log RENAME TO op",
    "CREATE UNIQUE INDEX op_by_hash ON op (hash)",
    "CREATE INDEX op_of_entity ON op (entity)",
    "CREATE INDEX op_held ON op (stream, seq) WHERE state = 'held'",
    """
    CREATE TABLE waiting (
        op BLOB PRIMARY KEY,
        stream BLOB NOT NULL,
        seq INTEGER NOT NULL,
        prev BLOB NOT NULL,
        body BLOB
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX waiting_by_prev ON waiting (prev)",
    """
    CREATE TABLE quarantine (
        op BLOB PRIMARY KEY,
        stream BLOB NOT NULL,
        seq INTEGER NOT NULL,
        prev BLOB NOT NULL,
        body BLOB,
        entity TEXT NOT NULL,
        device BLOB NOT NULL,
        why TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE signed_tip (
        stream BLOB NOT NULL,
        seq INTEGER NOT NULL,
        op BLOB NOT NULL,
        scope BLOB NOT NULL,
        device BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (stream, seq, op)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE sync_note (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE chunk_received (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    # An index that every save has to move twice costs more than looking through the cases when they are listed.
    "DROP INDEX cases_by_touch",
    # What follows from the journal.
    "CREATE TABLE annotation (op BLOB PRIMARY KEY, time INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """
    CREATE TABLE gone (entity TEXT PRIMARY KEY, how TEXT NOT NULL, since INTEGER NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE differing (
        entity TEXT NOT NULL,
        field TEXT NOT NULL,
        kind TEXT NOT NULL,
        PRIMARY KEY (entity, field)
    ) STRICT, WITHOUT ROWID
    """,
    # What people did about a difference: asked the worker, decided, opened it again.
    """
    CREATE TABLE review (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        entity TEXT,
        kind TEXT,
        field TEXT,
        state TEXT,
        since TEXT,
        ops TEXT
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX review_of_case ON review (case_id)",
    "CREATE INDEX review_open ON review (state) WHERE state IN ('asked', 'reopened')",
)
