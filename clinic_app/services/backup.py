"""Making backups: by themselves while the clinic is open, and by hand to a stick or folder.

A backup has three parts: `begin` and `done` touch the store and belong to its thread; `Job.run` between them moves the
bytes and may run beside it, so that nobody waits. Only what was proven is remembered as made.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clinic_app.domain.audit import Deed
from clinic_app.domain.changes import Changes
from clinic_app.domain.roles import Right
from clinic_app.errors import KnownError
from clinic_app.services import audit
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.store import backup
from clinic_app.store.backup import Backups, Source
from clinic_app.store.copies import Backup, Progress
from clinic_app.store.replica import ERASED
from clinic_app.words import N_

EVERY: Final = dt.timedelta(hours=2)
"""How long after a backup on this computer the next one is made, when something was saved."""

OUTSIDE_EVERY: Final = dt.timedelta(hours=20)
"""The same for the stick or folder that was chosen, whenever it is there."""

OVERDUE_DAYS: Final = 7
"""After so many days without a backup outside this computer, making one is a task for Today."""

_MANUAL: Final = "backup.by_hand_only"
_OUTSIDE: Final = "backup.outside"
_CHANGED: Final = Changes(frozenset({"backup"}))


Made = Backup
"""A backup, for who shows it."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The stick or folder that was chosen: where it last was, when a backup was last proven there, and its mark."""

    folder: Path
    made: dt.datetime | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A backup that is to be made. `outside` is the folder or stick; None for the one on this computer."""

    place: Backups
    source: Source
    now: dt.datetime
    outside: Path | None = None
    thorough: bool = False
    alone: bool = False

    def run(self, progress: Progress | None = None) -> Backup:
        """Make and prove it, on any thread, while the clinic is in use. KnownError when it cannot be made."""
        if self.outside is not None and not self.outside.is_dir():
            raise _gone(self.outside)
        return self.place.take(self.source, self.now, thorough=self.thorough, alone=self.alone, progress=progress)


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands. `days` since the last backup outside this computer, or since the clinic was made.

    `overdue` tells that making one is a task; `safe_at_headquarters` that its backup has everything.
    """

    automatic: bool
    here: Backup | None
    outside: Outside | None
    days: int
    overdue: bool
    safe_at_headquarters: bool


def status(clinic: Clinic, now: dt.datetime) -> Status:
    """Return how it stands with the backups of a clinic."""
    here, overdue = _newest(backup.local(clinic.folder)), days_without(clinic, now) is not None
    return Status(
        is_automatic(clinic), here, outside(clinic), _days(clinic, now), overdue, _is_safe_at_headquarters(clinic)
    )


def days_without(clinic: Clinic, now: dt.datetime) -> int | None:
    """Return for how many days there was no backup outside this computer, once that is a task; None before.

    It is none while nothing was saved since, nor while headquarters has everything in its own backup.
    """
    days = _days(clinic, now)
    if days < OVERDUE_DAYS or clinic.info.practice or not clinic.store.count() or _is_safe_at_headquarters(clinic):
        return None
    chosen = outside(clinic)
    return None if chosen is not None and chosen.mark == clinic.store.source().mark else days


def is_automatic(clinic: Clinic) -> bool:
    """Return whether backups are made by themselves."""
    return not clinic.store.remembered(_MANUAL)


def set_automatic(clinic: Clinic, *, automatic: bool) -> Changes:
    """Have backups made by themselves, or only by hand."""
    require(clinic, Right.BACKUP)
    clinic.store.remember(_MANUAL, "" if automatic else "yes")
    return _CHANGED


def outside(clinic: Clinic) -> Outside | None:
    """Return the stick or folder that was chosen; None when none was."""
    kept = clinic.store.remembered(_OUTSIDE)
    if not kept:
        return None
    found = json.loads(kept)
    made = dt.datetime.fromtimestamp(found["made"] / 1000, dt.UTC) if found["made"] else None
    return Outside(Path(found["folder"]), made, str(found["mark"]))


def choose(clinic: Clinic, folder: Path) -> Changes:
    """Choose the stick or folder that gets a backup whenever it is there. KnownError when it cannot be written."""
    require(clinic, Right.BACKUP)
    if not folder.is_dir():
        raise _gone(folder)
    before = outside(clinic)
    _keep(clinic, Outside(folder, before.made if before else None, ""))
    return _CHANGED


def forget(clinic: Clinic) -> Changes:
    """Choose no stick or folder any more. The backups there stay."""
    require(clinic, Right.BACKUP)
    clinic.store.remember(_OUTSIDE, "")
    return _CHANGED


def due(clinic: Clinic, now: dt.datetime, sticks: Iterable[Path] = ()) -> tuple[Job, ...]:
    """Return the backups that are to be made by themselves now: none while nothing was saved since the last.

    A stick is known again by the backups on it, whatever letter or folder it has today.
    """
    if clinic.info.practice or not is_automatic(clinic):
        return ()
    source = clinic.store.source()
    jobs = []
    place = backup.local(clinic.folder)
    last = _newest(place)
    if clinic.store.remembered(ERASED):  # headquarters had something erased: no older backup may keep it here
        jobs.append(Job(place, source, now, thorough=True, alone=True))
    elif last is None or (last.mark != source.mark and not last.made <= now < last.made + EVERY):
        jobs.append(Job(place, source, now))
    chosen = outside(clinic)
    if chosen is not None and chosen.mark != source.mark:
        folder = _where(chosen, source, sticks)
        waited = chosen.made is None or not chosen.made <= now < chosen.made + OUTSIDE_EVERY
        if folder is not None and waited:
            jobs.append(Job(backup.place_in(folder, source.key), source, now, folder))
    return tuple(jobs)


def begin(clinic: Clinic, now: dt.datetime, folder: Path | None = None) -> Job:
    """Return a backup by hand into a folder or onto a stick, or on this computer; all of it will be read back."""
    require(clinic, Right.BACKUP)
    source = clinic.store.source()
    place = backup.local(clinic.folder) if folder is None else backup.place_in(folder, source.key)
    return Job(place, source, now, folder, thorough=True)


def begin_alone(clinic: Clinic, now: dt.datetime) -> Job:
    """Return a backup on this computer that no older one stays beside: after a person was erased from the records."""
    require(clinic, Right.ERASE)
    return Job(backup.local(clinic.folder), clinic.store.source(), now, thorough=True, alone=True)


def done(clinic: Clinic, job: Job, made: Backup) -> Changes:
    """Remember a backup that was made and proven."""
    if job.outside is not None:
        _keep(clinic, Outside(job.outside, made.made, made.mark))
    if job.alone:
        clinic.store.remember(ERASED, "")
    audit.note(clinic, Deed.BACKED_UP, detail="outside" if job.outside else "here")
    return _CHANGED


def make(clinic: Clinic, now: dt.datetime, folder: Path | None = None, progress: Progress | None = None) -> Backup:
    """Make a backup by hand, all three parts of it."""
    job = begin(clinic, now, folder)
    made = job.run(progress)
    done(clinic, job, made)
    return made


def places(clinic: Clinic, sticks: Iterable[Path] = ()) -> tuple[Backups, ...]:
    """Return the places of this clinic's backups that can be reached now."""
    source = clinic.store.source()
    chosen = outside(clinic)
    folder = _where(chosen, source, sticks) if chosen else None
    return (backup.local(clinic.folder), *((backup.place_in(folder, source.key),) if folder else ()))


def _where(chosen: Outside, source: Source, sticks: Iterable[Path]) -> Path | None:
    """Return where the chosen stick or folder is now; a place that holds this clinic's backups is preferred."""
    candidates = [chosen.folder, *sticks]
    for folder in candidates:
        if backup.place_in(folder, source.key).folder.is_dir():
            return folder
    # Nothing was written there yet: only the folder that a person chose will do, never any stick that is plugged in.
    return chosen.folder if chosen.made is None and chosen.folder.is_dir() else None


def _days(clinic: Clinic, now: dt.datetime) -> int:
    chosen = outside(clinic)
    last = chosen.made.astimezone().date() if chosen and chosen.made else clinic.info.created_on
    return max(0, (now.astimezone().date() - last).days)


def _newest(place: Backups) -> Backup | None:
    with suppress(OSError):
        return place.newest()
    return None


def _keep(clinic: Clinic, chosen: Outside) -> None:
    made = int(chosen.made.timestamp() * 1000) if chosen.made else 0
    kept = {"folder": str(chosen.folder.absolute()), "made": made, "mark": chosen.mark}
    clinic.store.remember(_OUTSIDE, json.dumps(kept))


def _is_safe_at_headquarters(clinic: Clinic) -> bool:
    member = clinic.store.membership
    return member.headquarters is not None and not member.counts().unsafe


def _gone(folder: Path) -> KnownError:
    return KnownError(
        "K-04",
        N_("The folder {folder} is not there."),
        N_("Plug in the stick, or choose another folder."),
        folder=folder,
    )
