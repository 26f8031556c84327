"""Opens the encrypted file safely, runs its one write transaction, and upgrades it.

A file that cannot be trusted or understood is refused before a byte of it changes. Every write is
inside `transaction`; SQLite's errors leave here only as KnownErrors.
"""

from __future__ import annotations

import datetime as dt
import hmac
import sys
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from clinic_app.errors import KnownError
from clinic_app.store import trouble
from clinic_app.store.files import BACKUPS, DATABASE, KEYS, copy
from clinic_app.store.migrations import MIGRATIONS, Migration
from clinic_app.store.pages import Log, Seals, salt
from sync import disk

SMALL_BYTES: Final = 32 * 1024 * 1024  # a file up to this size is checked whole at each opening
_SALT_BYTES: Final = 16
_FRAMES_AT: Final = 16  # in the index beside the file, as SQLite's documentation of it says
_MOST_VALUES: Final = 500  # in one statement
_LOG_PAGES: Final = 4000  # a page that is written often goes into the file once
_CACHE_KIB: Final = 32_000  # a page that is at hand need not be decrypted again
WAIT_MS: Final = 5000  # a virus scanner may hold the file for a moment

_FULL = {"SQLITE_FULL"}
_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}
_REFUSED = {"SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_BUSY", "SQLITE_LOCKED"}
_NAMES = {  # of errors while a file is copied, which carry no name
    "database or disk is full": "SQLITE_FULL",
    "disk I/O error": "SQLITE_IOERR",
    "database disk image is malformed": "SQLITE_CORRUPT",
    "file is not a database": "SQLITE_NOTADB",
    "attempt to write a readonly database": "SQLITE_READONLY",
    "unable to open database file": "SQLITE_CANTOPEN",
    "database is locked": "SQLITE_BUSY",
}

Row = tuple[Any, ...]
Values = Sequence[object] | Mapping[str, object]


class Db:
    """One open store file and its only connection. Used by one thread at a time."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key
        self._closed = False
        with known_errors():
            self._data = Database(connect(path, key, "mode=rw"))
            self._conn = self._data.conn
            for pragma in (
                "journal_mode = WAL",
                "synchronous = FULL",  # a save that returned survives the plug being pulled
                "foreign_keys = ON",
                "temp_store = MEMORY",  # nothing readable in temporary files
                "trusted_schema = OFF",
                f"busy_timeout = {WAIT_MS}",
                f"wal_autocheckpoint = {_LOG_PAGES}",
                f"cache_size = -{_CACHE_KIB}",
            ):
                self._conn.execute(f"PRAGMA {pragma}").fetchall()

    @property
    def key(self) -> bytes:
        """The key of the file, for whoever wraps it; b"" once the file is closed."""
        return self._key

    @property
    def version(self) -> int:
        """The schema version of the file."""
        return int(self.one("PRAGMA user_version")[0])

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of all tables, for checks."""
        return tuple(self._data.table_names())

    def derived_key(self, about: bytes) -> bytes:
        """Return a key for one purpose, made from the store's key, from which nobody can tell that one."""
        return hmac.digest(self._key, about, "sha256")

    def run(self, sql: str, values: Values = ()) -> None:
        """Execute one statement. Writes are made only inside `transaction`."""
        self._conn.execute(sql, values)

    def many(self, sql: str, values: Sequence[Values]) -> None:
        """Execute one statement for each of many values. Writes are made only inside `transaction`."""
        if len(values) == 1:
            self._conn.execute(sql, values[0])
        elif values:
            self._conn.executemany(sql, values)

    def pages(self, sql: str, values: Values = (), size: int = 500) -> Generator[list[Row]]:
        """Return the rows of a query some at a time; nothing may change its tables meanwhile."""
        with known_errors():
            cursor = self._conn.execute(sql, values)
            while page := cursor.fetchmany(size):
                yield page

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Return all rows of a query."""
        try:  # not `known_errors`: this is called often
            found: list[Row] = self._conn.execute(sql, values).fetchall()
        except dbapi2.Error as error:
            raise _known(error) from error
        return found

    def among(self, sql: str, values: Collection[object]) -> Iterator[Row]:
        """Return the rows of a query that ends in IN, for any number of values."""
        everything = list(values)
        for start in range(0, len(everything), _MOST_VALUES):
            part = everything[start : start + _MOST_VALUES]
            yield from self.rows(f"{sql} ({', '.join('?' * len(part))})", part)

    def one(self, sql: str, values: Values = ()) -> Row:
        """Return the one row that is known to be there."""
        row = self.first(sql, values)
        assert row is not None, sql
        return row

    def first(self, sql: str, values: Values = ()) -> Row | None:
        """Return the first row of a query, None when there is none."""
        try:
            row: Row | None = self._conn.execute(sql, values).fetchone()
        except dbapi2.Error as error:
            raise _known(error) from error
        return row

    @contextmanager
    def transaction(self) -> Generator[None]:
        """Run the block as one transaction: all of it is on the disk afterwards, or none of it."""
        with known_errors():
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._conn.execute("COMMIT")
            except BaseException:
                if self._conn.in_transaction:  # SQLite rolls back by itself when the disk is full
                    self._conn.execute("ROLLBACK")
                raise

    def checkpoint(self) -> None:
        """Move everything from the write-ahead log into the file itself."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def vacuum(self) -> None:
        """Write the file anew without its free pages. Never inside a transaction."""
        with known_errors():
            self._conn.execute("VACUUM")

    def problems(self) -> list[str]:
        """Return what SQLite finds wrong with the file: nothing, when all is well."""
        return [str(row[0]) for row in self.rows("PRAGMA quick_check") if row[0] != "ok"]

    def all_problems(self) -> list[str]:
        """Return the same, having looked at the seal of every page and at every index too: slower."""
        sealed = [str(row[0]) for row in self.rows("PRAGMA cipher_integrity_check")]
        return sealed or [str(row[0]) for row in self.rows("PRAGMA integrity_check") if row[0] != "ok"]

    def upgrade(self, steps: Sequence[Migration], rebuild: Callable[[], None]) -> None:
        """Bring the file to the last step, after copying it; on any failure it stays as it was."""
        due = [step for step in steps if step.number > self.version]
        if not due:
            return
        self.copy(f"before-{due[-1].number}")
        try:
            with self.transaction():
                _apply(self, due)
                if any(step.rebuild for step in due):
                    rebuild()
        except KnownError:
            raise
        except dbapi2.Error as error:
            raise trouble.migration_failed(error) from error
        self.checkpoint()

    def copy(self, name: str) -> Path:
        """Copy the file and its keys into the backups folder, prove that the copy opens, return its path."""
        self.checkpoint()  # the folder's lock keeps everybody else from writing while the file is read
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S")
        folder = self.path.parent / BACKUPS
        target = folder / f"{stamp}-{name}.db"
        try:
            folder.mkdir(exist_ok=True)
            copy(self.path, target)
            copy(self.path.parent / KEYS, target.with_suffix(".keys"))
        except OSError as error:
            raise trouble.from_os(error) from error
        examine(target, self._key, whole=True)
        return target

    @property
    def closed(self) -> bool:
        """Whether the file was closed."""
        return self._closed

    def close(self) -> None:
        """Close the connection; the write-ahead log goes into the file."""
        self._closed = True
        self._key = b""
        self._data.close()


def create(path: Path, key: bytes, fill: Callable[[Db], None], steps: Sequence[Migration] = MIGRATIONS) -> None:
    """Make a new file with the whole schema and its first rows; it has its name only when it is complete."""
    part = path.with_suffix(".part")
    try:
        part.unlink(missing_ok=True)
        with known_errors(), closing(connect(part, key, "mode=rwc")) as conn:
            conn.execute("PRAGMA user_version = 0")
        db = Db(part, key)
        try:
            with db.transaction():
                _apply(db, steps)
                fill(db)
            db.checkpoint()
        finally:
            db.close()
        part.replace(path)
        disk.see(path.parent)
    except OSError as error:
        raise trouble.from_os(error) from error


def open_checked(folder: Path, key: bytes, newest: int) -> Db:
    """Open the folder's file, having looked at it first. KnownError, and nothing changed, when it is refused."""
    path = folder / DATABASE
    try:
        with path.open("rb") as file:
            head = file.read(_SALT_BYTES)
        size = path.stat().st_size
        left_open = _has_log(path)  # the last run was cut off
    except OSError as error:
        raise trouble.from_os(error) from error
    if head != salt(key):
        raise trouble.wrong_key() if len(head) == _SALT_BYTES else trouble.damaged()
    version = examine(path, key, whole=left_open or size <= SMALL_BYTES)
    if version > newest:
        raise trouble.too_new(version, newest)
    if version < 1:
        raise trouble.damaged()
    return Db(path, key)


@contextmanager
def known_errors() -> Generator[None]:
    """Turn SQLite's errors about the world into KnownErrors; errors of ours pass."""
    try:
        yield
    except dbapi2.Error as error:
        raise _known(error) from error


def _known(error: Exception) -> Exception:
    """Return what an error of SQLite is to people; an error of ours as it is."""
    name = "_".join(getattr(error, "sqlite_errorname", _NAMES.get(str(error), "")).split("_")[:2])
    if name in _FULL:
        return trouble.disk_full()
    if name in _DAMAGED:
        return trouble.damaged()
    if name in _REFUSED:
        return trouble.cannot_write(name)
    return error


def connect(path: Path, key: bytes, mode: str) -> Any:  # noqa: ANN401 - sqlcipher3 has no types
    """Return a connection of its own to a file, in a mode of SQLite's URIs. Its errors are SQLite's: `known_errors`."""
    name = quote(path.absolute().as_posix())
    uri = f"file://{'' if name.startswith('/') else '/'}{name}?{mode}"
    # The store moves between threads as a whole (opened on one, used on another), never between two at once.
    conn = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    conn.execute("PRAGMA cipher_log_level = NONE")  # what it would print, the errors here say in words
    conn.execute(f"PRAGMA key = \"x'{key.hex()}{salt(key).hex()}'\"")
    return conn


def connect_to_look(path: Path, key: bytes) -> Any:  # noqa: ANN401 - the same
    """Return a connection that reads a file as it stands, and changes nothing beside it."""
    # With a log, only a connection that reads it sees the truth; without one, nothing need be written at all.
    return connect(path, key, "mode=ro" if _has_log(path) else "immutable=1&mode=ro")


def examine(path: Path, key: bytes, *, whole: bool) -> int:
    """Return the version of a file without writing to it; KnownError when it is damaged."""
    with known_errors(), closing(connect_to_look(path, key)) as conn:
        version = int(conn.execute("PRAGMA user_version").fetchone()[0])
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if whole and conn.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise trouble.damaged()
        if _has_log(path) and Log(path, Seals(key)).saves_beyond(_frames_read(path)) > 1:
            raise trouble.damaged()  # SQLite would pass over saves that were confirmed, and say nothing
    return version


def _frames_read(path: Path) -> int:
    """Return how many frames of the log a connection that is open reads, as its index beside the file says."""
    with path.with_name(f"{path.name}-shm").open("rb", buffering=0) as index:  # what lies further on is locked
        return int.from_bytes(index.read(_FRAMES_AT + 4)[_FRAMES_AT:], sys.byteorder)


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _apply(db: Db, steps: Sequence[Migration]) -> None:
    for step in steps:
        for statement in step.statements:
            db.run(statement)
        db.run(f"PRAGMA user_version = {step.number:d}")
