"""Numbers of a store for support: how many rows each table has, which version the file is. Never what a row says."""

from __future__ import annotations

from contextlib import closing

from sqlcipher3 import dbapi2

from clinic_app.store.db import Db


def of(db: Db) -> dict[str, int]:
    """Return the version of the file and the rows of each table, by the table's name."""
    # The names are the schema's own, of which the search's hidden tables say nothing
    tables = sorted(name for name in db.tables if not name.startswith(("sqlite_", "search")))
    rows = {name: int(db.one(f'SELECT count(*) FROM "{name}"')[0]) for name in tables}  # noqa: S608 - the same
    return {"file": db.version, **rows}


def library() -> str:
    """Return the version of SQLCipher."""
    with closing(dbapi2.connect(":memory:")) as conn:
        return str(conn.execute("PRAGMA cipher_version").fetchone()[0])
