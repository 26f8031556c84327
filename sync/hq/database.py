"""The two databases that headquarters can stand on: one SQLCipher file, or a PostgreSQL server.

Everything above speaks SQLAlchemy Core; what differs between the two stands here and nowhere else.
Every write is inside `writing`; errors of either database leave here only as Trouble.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlcipher3 import dbapi2

from sync.hq import trouble

if TYPE_CHECKING:
    import psycopg  # a headquarters on its own file does without

BATCH: Final = 5000  # rows in one statement
_MOST_VALUES: Final = 500  # compared with in one statement
_FEW: Final = 20  # below this a staging table costs more than it saves
_WAIT_SECONDS: Final = 120  # for another command that is writing
_FULL: Final = {"SQLITE_FULL"}
_BUSY: Final = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_DAMAGED: Final = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}
_SAFE_MODES: Final = {"require", "verify-ca", "verify-full"}

Row = Sequence[Any]


class Database:
    """An open database. Several threads and processes may use it at once; one writes in a scope at a time."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.is_postgres = engine.dialect.name == "postgresql"
        self._asking = engine.execution_options(isolation_level="AUTOCOMMIT", hq_begins="")
        self._queries: dict[tuple[sa.Select[Any], sa.ColumnElement[Any]], sa.Select[Any]] = {}

    @contextmanager
    def reading(self) -> Generator[sa.Connection]:
        """Give a connection that sees one moment of the database, whatever others write meanwhile."""
        with known_errors(), self.engine.connect() as conn:
            if self.is_postgres:
                conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield conn

    @contextmanager
    def asking(self) -> Generator[sa.Connection]:
        """Give a connection for one question, answered as the database is then; no transaction is begun."""
        with known_errors(), self._asking.connect() as conn:
            yield conn

    @contextmanager
    def writing(self, *scopes: bytes) -> Generator[sa.Connection]:
        """Give a connection whose work is all kept or, on an error, not at all.

        Who writes in one of the same scopes waits; on PostgreSQL other scopes go on meanwhile.
        Without a scope, or with `b""`, it is what headquarters knows of itself that is written.
        """
        with known_errors(), self.engine.connect().execution_options(hq_begins="BEGIN IMMEDIATE") as conn, conn.begin():
            if self.is_postgres:
                for number in sorted({_lock_number(scope) for scope in scopes or (b"",)}):  # always in one order
                    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
            yield conn

    def insert(self, conn: sa.Connection, table: sa.Table, rows: Iterable[Row]) -> int:
        """Add rows, whole and in the table's column order; a row whose key is there already is left out.

        Return how many were added.
        """
        added = 0
        source = iter(rows)
        while batch := list(islice(source, BATCH)):
            added += self._copy(conn, table, batch) if self.is_postgres else _add(conn, table, batch)
        return added

    def put(self, conn: sa.Connection, table: sa.Table, rows: Iterable[Row]) -> None:
        """Add rows, whole and in the table's column order; a row with the same key is replaced."""
        source = iter(rows)
        while batch := list(islice(source, BATCH)):
            if self.is_postgres:
                self._copy(conn, table, batch, replace=True)
            else:
                conn.exec_driver_sql(_statement(conn, table, "INSERT OR REPLACE"), [tuple(row) for row in batch])

    def matching(
        self,
        conn: sa.Connection,
        query: sa.Select[Any],
        column: sa.ColumnElement[Any],
        values: Collection[Any],
        said: Mapping[str, object],
    ) -> list[Any]:
        """Return the rows of a query whose column has one of these values. `said` are the query's parameters."""
        key = (query, column)
        if key not in self._queries:
            self._queries[key] = query.where(self._one_of(column))
        found: list[Any] = []
        for batch in _batches(values):
            found.extend(conn.execute(self._queries[key], {**said, "values": batch}))
        return found

    def delete(
        self, conn: sa.Connection, statement: sa.Delete, column: sa.ColumnElement[Any], values: Collection[Any]
    ) -> None:
        """Delete the rows whose column has one of these values."""
        chosen = statement.where(self._one_of(column))
        for batch in _batches(values):
            conn.execute(chosen, {"values": batch})

    def scrub(self, places: Collection[tuple[sa.Table, int]]) -> None:
        """Overwrite what was deleted in the parts of these tables that hold these scopes."""
        with known_errors():
            if not self.is_postgres:
                with self.engine.connect() as conn:  # what was freed is overwritten as it is freed
                    conn.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                for table, scope in places:
                    conn.exec_driver_sql(f"VACUUM (FULL) {_partition(conn, table, scope)}")

    def _one_of(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        if self.is_postgres:
            return column == sa.any_(sa.bindparam("values", type_=postgresql.ARRAY(column.type)))
        return column.in_(sa.bindparam("values", expanding=True))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @staticmethod
    def _copy(conn: sa.Connection, table: sa.Table, rows: list[Row], *, replace: bool = False) -> int:
        """COPY into a staging table of this transaction, then one INSERT ... SELECT."""
        staging = f"staging_{table.name}"
        names = ", ".join(_quoted(column.name) for column in table.columns)
        raw = cast("psycopg.Connection[Any]", conn.connection.driver_connection)
        with raw.cursor() as cursor:
            if len(rows) < _FEW:
                return _add_few(cursor, table, rows, replace=replace)
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {staging} (LIKE {table.name}) ON COMMIT DELETE ROWS")
            cursor.execute(f"TRUNCATE {staging}")
            with cursor.copy(f"COPY {staging} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types([_pg_type(column) for column in table.columns])
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {staging} "  # noqa: S608 - names of ours
                f"ON CONFLICT {_on_conflict(table, replace=replace)}"
            )
            return cursor.rowcount


def embedded(path: Path, key: bytes, *, new: bool = False) -> Database:
    """Open the embedded store, one SQLCipher file; with `new`, make it."""
    mode = "rwc" if new else "rw"

    def connect() -> Any:  # noqa: ANN401 - sqlcipher3 has no types
        name = quote(path.absolute().as_posix())
        uri = f"file://{'' if name.startswith('/') else '/'}{name}?mode={mode}"
        conn = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        conn.execute("PRAGMA cipher_log_level = NONE")
        conn.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in (
            f"busy_timeout = {_WAIT_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",  # what was acknowledged survives the plug being pulled
            "temp_store = MEMORY",  # nothing readable in temporary files
            "trusted_schema = OFF",
            "cache_size = -64000",
            "secure_delete = ON",  # what was erased is overwritten
        ):
            conn.execute(f"PRAGMA {pragma}").fetchall()
        return conn

    engine = sa.create_engine(
        "sqlite://", creator=connect, module=dbapi2, poolclass=sa.QueuePool, pool_size=4, max_overflow=60
    )

    @sa.event.listens_for(engine, "begin")
    def begin(conn: sa.Connection) -> None:
        # A writer takes the lock at once; one that began by reading could not become a writer later.
        if begins := conn.get_execution_options().get("hq_begins", "BEGIN"):
            conn.exec_driver_sql(begins)

    return Database(engine)


def postgres(url: str) -> Database:
    """Open a PostgreSQL database. Trouble when it is on another machine and the way to it is not encrypted."""
    address = _read_address(url)
    host = _host(address)
    if not _is_local(host) and _ssl_mode(address) not in _SAFE_MODES:
        raise trouble.needs_tls(host)
    try:
        engine = sa.create_engine(address.set(drivername="postgresql+psycopg"), pool_size=4, max_overflow=60)
    except ImportError as error:
        raise trouble.no_driver() from error

    @sa.event.listens_for(engine, "connect")
    def check(connection: Any, _record: object) -> None:  # noqa: ANN401 - what SQLAlchemy hands over
        # The address said where to; what the connection really is counts.
        if not _is_local(connection.info.host) and not connection.pgconn.ssl_in_use:
            raise trouble.needs_tls(connection.info.host)
        connection.execute("SET synchronous_commit = on")
        connection.commit()

    return Database(engine)


@contextmanager
def known_errors() -> Generator[None]:
    """Turn what the world does to a database into Trouble; errors of ours pass."""
    try:
        yield
    except Exception as error:
        known = _known(error.orig if isinstance(error, DBAPIError) else error)
        if known is None:
            raise
        raise known from error


def _batches(values: Collection[Any]) -> Iterator[list[Any]]:
    source = iter(sorted(values))  # in order, neighbours lie on the same page
    while batch := list(islice(source, _MOST_VALUES)):
        yield batch


def _known(error: object) -> trouble.Trouble | None:
    if not isinstance(error, dbapi2.Error):
        return _known_of_postgres(error) if hasattr(error, "sqlstate") else None
    name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    if name in _FULL:
        return trouble.disk_full()
    if name in _BUSY:
        return trouble.busy()
    if name in _DAMAGED:
        return trouble.damaged("The store")
    if name in {"SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY"}:
        return trouble.database_failed(name)
    return None


def _known_of_postgres(error: object) -> trouble.Trouble | None:
    import psycopg  # noqa: PLC0415 - it is there: the error is one of its own

    if not isinstance(error, psycopg.OperationalError):
        return None
    lines = str(error).strip().splitlines()
    state = error.sqlstate or ""
    if not state or state.startswith(("08", "57", "28", "3D")):
        return trouble.no_database(lines[-1].strip() if lines else "no answer")
    return trouble.disk_full() if state == "53100" else trouble.database_failed(lines[0])


def _partition(conn: sa.Connection, table: sa.Table, scope: int) -> str:
    """Return the name of the part of a table that holds a scope; the table's own when it has no parts."""
    count = sa.select(sa.func.count()).select_from(sa.text("pg_inherits WHERE inhparent = cast(:name AS regclass)"))
    parts = conn.execute(count, {"name": table.name}).scalar_one()
    inside = sa.text("SELECT satisfies_hash_partition(cast(:name AS regclass), :parts, :part, cast(:scope AS bigint))")
    for part in range(parts):
        if conn.execute(inside, {"name": table.name, "parts": parts, "part": part, "scope": scope}).scalar_one():
            return f"{table.name}_{part}"
    return table.name


def _add(conn: sa.Connection, table: sa.Table, rows: list[Row]) -> int:
    found = conn.exec_driver_sql(_statement(conn, table, "INSERT OR IGNORE"), [tuple(row) for row in rows])
    return found.rowcount


def _statement(_conn: sa.Connection, table: sa.Table, verb: str) -> str:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    return f"{verb} INTO {table.name} ({names}) VALUES ({marks})"


def _add_few(cursor: psycopg.Cursor[Any], table: sa.Table, rows: list[Row], *, replace: bool) -> int:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    marks = ", ".join("%s" for _ in table.columns)
    statement = (
        f"INSERT INTO {table.name} ({names}) VALUES ({marks}) "  # noqa: S608 - names of ours
        f"ON CONFLICT {_on_conflict(table, replace=replace)}"
    )
    added = 0
    for row in rows:
        cursor.execute(statement, row)
        added += cursor.rowcount
    return added


def _on_conflict(table: sa.Table, *, replace: bool) -> str:
    key = {column.name for column in table.primary_key}
    others = [column.name for column in table.columns if column.name not in key]
    if not replace or not others:
        return "DO NOTHING"
    sets = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in others)
    return f"({', '.join(_quoted(c.name) for c in table.primary_key)}) DO UPDATE SET {sets}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _pg_type(column: sa.Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, sa.LargeBinary):
        return "bytea"
    if isinstance(kind, sa.Boolean):
        return "bool"
    return "int8" if isinstance(kind, sa.Integer) else "text"


def _lock_number(scope: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(scope, digest_size=8, person=b"hq-scope").digest(), "big", signed=True)


def _read_address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except ArgumentError:
        raise trouble.not_a_database(url.partition("@")[2] or url) from None
    if address.get_backend_name() not in {"postgresql", "postgres"}:
        raise trouble.not_a_database(address.render_as_string(hide_password=True))
    return address


def _host(address: sa.URL) -> str:
    said = address.query.get("host", "")
    host = address.host or (said if isinstance(said, str) else ",".join(said))
    return host or os.environ.get("PGHOST", "")


def _ssl_mode(address: sa.URL) -> str:
    said = address.query.get("sslmode", "")
    return (said if isinstance(said, str) else said[-1]) or os.environ.get("PGSSLMODE", "")


def _is_local(host: str) -> bool:
    """Return whether a host, as libpq reads it, is this machine: a socket's folder, a name or an address of it."""
    if host in {"", "localhost"} or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# Types that both databases hold alike.
Octets = sa.LargeBinary
Big = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
Text = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text that both databases sort by its bytes."""
