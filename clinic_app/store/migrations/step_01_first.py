"""Step 1: the journal, what this computer alone knows, and the tables that follow from the journal."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    # What is true: the journal, and what this computer alone knows.
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE stream (
        id BLOB PRIMARY KEY,
        replica BLOB NOT NULL,
        incarnation INTEGER NOT NULL,
        scope TEXT NOT NULL,
        mine INTEGER NOT NULL,
        tip_seq INTEGER NOT NULL,
        tip_hash BLOB NOT NULL,
        acked INTEGER NOT NULL DEFAULT 0,
        durable INTEGER NOT NULL DEFAULT 0,
        fork_of BLOB
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE op (
        n INTEGER PRIMARY KEY,
        stream BLOB NOT NULL,
        seq INTEGER NOT NULL,
        hash BLOB NOT NULL UNIQUE,
        prev BLOB NOT NULL,
        hlc INTEGER NOT NULL,
        entity TEXT NOT NULL,
        body BLOB NOT NULL,
        state TEXT NOT NULL DEFAULT 'merged',
        UNIQUE (stream, seq)
    ) STRICT
    """,
    """
    CREATE INDEX op_of_entity ON op (entity)
    """,
    # What follows from the journal and can be built again: heads, then rows.
    """
    CREATE TABLE row_stamps (entity TEXT PRIMARY KEY, stamps BLOB NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE cases (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        touched INTEGER NOT NULL DEFAULT 0,
        touched_wall INTEGER NOT NULL DEFAULT 0,
        number TEXT,
        place TEXT,
        language TEXT,
        stage TEXT,
        intake_page TEXT,
        opened_on TEXT,
        clinic TEXT,
        rules_version TEXT,
        next_safe_date TEXT,
        worker TEXT
    ) STRICT
    """,
    """
    CREATE INDEX cases_by_touch ON cases (touched)
    """,
    """
    CREATE INDEX cases_by_number ON cases (number)
    """,
    """
    CREATE INDEX cases_of_worker ON cases (worker)
    """,
    """
    CREATE TABLE case_employer (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        employer TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX case_employer_of_case ON case_employer (case_id)
    """,
    """
    CREATE INDEX case_employer_of_employer ON case_employer (employer)
    """,
    """
    CREATE TABLE answers (
        case_id TEXT NOT NULL,
        question TEXT NOT NULL,
        value TEXT,
        kind TEXT,
        empty TEXT,
        PRIMARY KEY (case_id, question)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE print (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        what TEXT,
        sha256 TEXT,
        pages TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX print_of_case ON print (case_id)
    """,
    """
    CREATE TABLE users (
        id TEXT PRIMARY KEY,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        name TEXT
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE urgent (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "safe_to_talk" TEXT,
        "danger_today" TEXT,
        "documents_held" TEXT,
        "under_18" TEXT,
        "children_at_site" TEXT,
        "injury" TEXT,
        "violence" TEXT,
        "pregnancy" TEXT,
        "cannot_leave" TEXT,
        "employer_housing" TEXT,
        "deadline_this_week" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX urgent_of_case ON urgent (case_id)
    """,
    """
    CREATE TABLE consent (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "talk" TEXT,
        "keep_record" TEXT,
        "statistics" TEXT,
        "share_with_authority" TEXT,
        "contact_employer" TEXT,
        "show_name" TEXT,
        "recorded_on" TEXT,
        "language" TEXT,
        "interpreter" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX consent_of_case ON consent (case_id)
    """,
    """
    CREATE TABLE contact (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "may_call" TEXT,
        "phone" TEXT,
        "whose_phone" TEXT,
        "safe_hours" TEXT,
        "leave_message" TEXT,
        "name_to_use" TEXT,
        "code_question" TEXT,
        "contact_person" TEXT,
        "meeting_place" TEXT,
        "never" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX contact_of_case ON contact (case_id)
    """,
    """
    CREATE TABLE person (
        id TEXT PRIMARY KEY,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "name" TEXT,
        "alias" TEXT,
        "keep_hidden" TEXT,
        "sex" TEXT,
        "birth" TEXT,
        "age_band" TEXT,
        "area" TEXT,
        "municipality" TEXT,
        "language" TEXT,
        "interpreter_needed" TEXT,
        "indigenous" TEXT,
        "disability" TEXT,
        "official_id" TEXT,
        "address" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE story (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "told" TEXT,
        "wants" TEXT,
        "language" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX story_of_case ON story (case_id)
    """,
    """
    CREATE TABLE employer (
        id TEXT PRIMARY KEY,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "name" TEXT,
        "name_sure" TEXT,
        "trade_name" TEXT,
        "role" TEXT,
        "place" TEXT,
        "municipality" TEXT,
        "state" TEXT,
        "activity" TEXT,
        "sector" TEXT,
        "workers" INTEGER,
        "gives_orders" TEXT,
        "phone" TEXT,
        "tax_id" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE job (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "position" TEXT,
        "relation" TEXT,
        "contract" TEXT,
        "start" TEXT,
        "last_day" TEXT,
        "ending" TEXT,
        "ending_said" TEXT,
        "municipality" TEXT,
        "state" TEXT,
        "zone" TEXT,
        "registered" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX job_of_case ON job (case_id)
    """,
    """
    CREATE TABLE pay (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "amount" TEXT,
        "period" TEXT,
        "form" TEXT,
        "method" TEXT,
        "other_daily" TEXT,
        "unpaid_days" TEXT,
        "unpaid_amount" TEXT,
        "received_at_exit" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX pay_of_case ON pay (case_id)
    """,
    """
    CREATE TABLE earlier_pay (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "until" TEXT,
        "amount" TEXT,
        "period" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX earlier_pay_of_case ON earlier_pay (case_id)
    """,
    """
    CREATE TABLE hours (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "shift" TEXT,
        "starts" TEXT,
        "ends" TEXT,
        "per_day" TEXT,
        "days_per_week" TEXT,
        "per_week" TEXT,
        "agreed_per_day" TEXT,
        "rest_days" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX hours_of_case ON hours (case_id)
    """,
    """
    CREATE TABLE events (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "kind" TEXT,
        "date" TEXT,
        "note" TEXT,
        "amount" TEXT,
        "how_known" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX events_of_case ON events (case_id)
    """,
    """
    CREATE TABLE evidence (
        id TEXT PRIMARY KEY,
        case_id TEXT,
        made INTEGER NOT NULL DEFAULT 0,
        alive INTEGER NOT NULL DEFAULT 1,
        "kind" TEXT,
        "title" TEXT,
        "date" TEXT,
        "made_by" TEXT,
        "form" TEXT,
        "kept" TEXT,
        "shows" TEXT,
        empties TEXT NOT NULL DEFAULT '{}'
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE INDEX evidence_of_case ON evidence (case_id)
    """,
    """
    CREATE VIRTUAL TABLE search USING fts5(
        names, employers, numbers, places, phones,
        tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )
    """,
)
