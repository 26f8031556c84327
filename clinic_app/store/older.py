"""The copy of a store from before a newer program upgraded it: found, and put in the place of the newer file.

An older program cannot read the newer file. That file is kept whole beside the copies, so nothing
that was written since is lost: it waits for the newer program, or comes back from headquarters.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clinic_app.domain.roles import RIGHTS, Right, Role
from clinic_app.errors import KnownError
from clinic_app.store import db, trouble
from clinic_app.store.files import BACKUPS, DATABASE, copy
from clinic_app.store.lock import FolderLock

_STAMP: Final = "%Y%m%d-%H%M%S"
_NAME: Final = re.compile(r"(?P<made>\d{8}-\d{6})-before-\d+\.db\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Older:
    """A copy that this program can open: its file, when it was made (UTC), and the version of the file."""

    path: Path
    made: dt.datetime
    version: int


def find(folder: Path, key: bytes, newest: int) -> Older | None:
    """Return the latest copy whose version is at most `newest` and that opens whole; None when there is none."""
    for path in sorted((folder / BACKUPS).glob("*-before-*.db"), reverse=True):
        match = _NAME.match(path.name)
        if match is None:
            continue
        with suppress(KnownError):
            version = db.examine(path, key, whole=True)
            if 1 <= version <= newest:
                made = dt.datetime.strptime(match["made"], _STAMP).replace(tzinfo=dt.UTC)
                return Older(path, made, version)
    return None


def may_restore(older: Older, key: bytes, user: str) -> bool:
    """Return whether a person might restore when the copy was made; before there were roles everybody might."""
    with db.known_errors(), closing(db.connect(older.path, key, "immutable=1&mode=ro")) as conn:
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'staff'").fetchone():
            return True
        found = conn.execute("SELECT role FROM staff WHERE user = ? AND NOT removed", (user,)).fetchone()
    return found is not None and found[0] in set(Role) and Right.RESTORE in RIGHTS[Role(found[0])]


def put_back(folder: Path, key: bytes, older: Older, now: dt.datetime) -> Path:
    """Put the copy in the place of the newer file; return where the newer file is kept. KnownError when it cannot be.

    Whenever it is cut off, the folder holds one whole store.
    """
    lock = FolderLock(folder)
    try:
        path = folder / DATABASE
        with db.known_errors(), closing(db.connect(path, key, "mode=rw")) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # nothing may be left beside another file
        kept = folder / BACKUPS / f"{now.astimezone(dt.UTC).strftime(_STAMP)}-newer.db"
        copy(path, kept)
        db.examine(kept, key, whole=True)
        for left in ("-wal", "-shm"):
            path.with_name(f"{DATABASE}{left}").unlink(missing_ok=True)
        copy(older.path, path)
    except OSError as error:
        raise trouble.from_os(error) from error
    finally:
        lock.release()
    return kept
