"""The support file: what somebody who helps needs to know of this computer, and nothing of a case or a person.

It is text that whoever saves it reads first. It holds versions, numbers and settings that are named
here one by one; of the log, only lines in the log's own form, without quotations and without paths.
"""

from __future__ import annotations

import datetime as dt
import json
import locale
import platform
import re
import shutil
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from clinic_app import paths
from clinic_app.errors import KnownError
from clinic_app.logs import LOG_FILE
from clinic_app.services import about, backup, files, syncing, updates
from clinic_app.services.clinic import Clinic

LINES: Final = 200
"""The last lines of the log that go into the file."""

_LINE: Final = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) clinic\.[a-z_.]+ .*\Z", re.ASCII
)
_QUOTED: Final = re.compile(r"“[^”]*”?|«[^»]*»?|\"[^\"]*\"?|(?<!\w)'[^']*'?")
_PATH: Final = re.compile(r"(?:[A-Za-z]:[\\/]|\\\\|(?<!\w)[/~]).*")  # a name with spaces has no end that is known
_LONGEST: Final = 500  # signs of a line


def gather(clinic: Clinic | None, shown: Mapping[str, str | int | float], now: dt.datetime) -> str:
    """Return the content of the file. `shown` is what only the window knows: screen, Qt, text size, language.

    Without an open clinic, the part about its store is left out.
    """
    told: dict[str, object] = {
        "made": now.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "program": _program(clinic),
        "computer": _computer(),
        "window": dict(shown),
    }
    if clinic is not None:
        told |= {"store": _store(clinic), "sync": _sync(clinic), "backups": _backups(clinic, now)}
    told["log"] = list(_log(paths.log_folder() / LOG_FILE))
    return json.dumps(told, indent=1, ensure_ascii=False, default=str) + "\n"


def file_name(now: dt.datetime) -> str:
    """Return what the file is called."""
    return f"claims-desk-support-{now.astimezone():%Y-%m-%d}.json"


def save(path: Path, content: str) -> None:
    """Write the file that was shown. InputError when it cannot be."""
    files.write(path, content.encode())


def _program(clinic: Clinic | None) -> dict[str, object]:
    known = about.about(clinic.books.values() if clinic is not None else None)
    state = updates.status()
    return {
        "version": known.version,
        "next": state.next,
        "did_not_start": state.failed,
        "built": paths.program() is not None,
        "portable": paths.home() is not None,
        "python": known.python,
        "sqlcipher": known.sqlcipher,
        "rule_books": {book.version: book.verified_on for book in known.books},
    }


def _computer() -> dict[str, object]:
    free: int | None = None
    with suppress(OSError):
        free = shutil.disk_usage(paths.resources()).free // 1_000_000
    return {
        "system": platform.system(),
        "release": platform.release(),
        "version": platform.version(),
        "machine": platform.machine(),
        "language": locale.getlocale()[0],
        "encoding": locale.getpreferredencoding(do_setlocale=False),
        "free_mb": free,
    }


def _store(clinic: Clinic) -> dict[str, object]:
    return {
        "practice": clinic.info.practice,
        "place": clinic.info.place,
        "rows": clinic.store.numbers(),
        "bytes": {kind: size for kind, size in _sizes(clinic.folder).items() if size},
    }


def _sizes(folder: Path) -> dict[str, int]:
    """Return the bytes below a clinic's folder, by the names of its first level that are the program's own."""
    own = {"clinic.db", "clinic.db-wal", "clinic.keys", "evidence", "backups", "inbox", "outbox", "rules"}
    found = dict.fromkeys(sorted(own), 0)
    with suppress(OSError):
        for path in folder.rglob("*"):
            kind = path.relative_to(folder).parts[0]
            if kind in own and path.is_file():
                found[kind] += path.stat().st_size
    return found


def _sync(clinic: Clinic) -> dict[str, object]:
    now = syncing.status(clinic)
    numbers = ("saved", "received", "safe", "waiting", "on_stick", "files_waiting", "bytes_waiting", "files_lacking")
    others = ("held", "put_aside", "has_line", "paused", "allowance", "last_heard", "last_received", "last_stick")
    return {"enrolled": now.enrolled, **{name: getattr(now, name) for name in (*numbers, *others)}}


def _backups(clinic: Clinic, now: dt.datetime) -> dict[str, object]:
    try:
        found = backup.status(clinic, now)
    except KnownError as error:
        return {"error": error.code}
    return {
        "automatic": found.automatic,
        "here": found.here.made if found.here else None,
        "outside_chosen": found.outside is not None,
        "days_since_outside": found.days,
        "overdue": found.overdue,
    }


def _log(file: Path) -> Iterator[str]:
    """Return the last lines of the log without what could name anybody."""
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            lines = deque(stream, LINES)
    except OSError:
        return
    for line in lines:
        plain = line.rstrip("\r\n")
        if _LINE.match(plain):
            yield _PATH.sub("(path)", _QUOTED.sub("(…)", plain))[:_LONGEST]
