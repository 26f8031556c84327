"""Checking a clinic: everything on which it stands, one finding a thing, and mending what can be mended in place."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from clinic_app.domain.audit import Deed
from clinic_app.domain.roles import Right
from clinic_app.errors import KnownError
from clinic_app.services import audit, clock, restoring
from clinic_app.services import backup as backups
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.services.restoring import Said
from clinic_app.store import vault
from clinic_app.store.backup import Backups, find
from clinic_app.store.check import Looked
from clinic_app.store.copies import State
from clinic_app.words import N_

LEAST_FREE: Final = 300_000_000
"""Bytes that should be free on the disk: below, work may stop soon."""

STATES: Final[Mapping[State, str]] = {
    State.WHOLE: N_("whole"),
    State.SOME_EVIDENCE_MISSING: N_("the cases are whole, some evidence is missing"),
    State.DAMAGED: N_("damaged"),
}
"""What the states of a backup are called."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing: its name, a sentence about it, and whether it is as it should be."""

    name: str
    is_fine: bool
    text: str
    params: Mapping[str, object] = field(default_factory=dict)


def check(clinic: Clinic, now: dt.datetime, places: Sequence[Path] = ()) -> tuple[Finding, ...]:
    """Look through a clinic and its backups, those in more folders included. Nothing is changed."""
    looked = clinic.store.look()
    enrolled = clinic.store.membership.headquarters is not None
    found = [
        _keys(clinic.folder),
        *_store(looked),
        _evidence(looked, enrolled=enrolled),
        _deeds(looked),
        _room(clinic.folder),
        _clock(clinic, now),
    ]
    where = [*backups.places(clinic), *(Backups(one.folder.parent) for place in places for one in find(place))]
    unique = {place.folder: place for place in where}
    return (*found, *(_backups(place) for place in unique.values()))


def keys_problem(folder: Path) -> KnownError | None:
    """Return what is wrong with the keys file of a clinic; None when it can be read."""
    try:
        vault.users(folder)
    except KnownError as error:
        return error
    return None


def mend(clinic: Clinic, places: Sequence[Path] = ()) -> tuple[Said, ...]:
    """Mend rows that differ from the journal, and bring missing evidence from backups. The store is copied first."""
    require(clinic, Right.BACKUP)
    return tuple(_mended(clinic, places))


def _mended(clinic: Clinic, places: Sequence[Path]) -> Iterator[Said]:
    looked = clinic.store.look()
    if looked.rows:
        copy = clinic.store.copy("before-mending")
        clinic.store.rebuild()
        audit.note(clinic, Deed.REPAIRED, detail="rows")
        yield Said(N_("The tables were built anew from the journal. A copy from before: {file}"), {"file": copy})
    if looked.missing or looked.damaged:
        where = [*backups.places(clinic), *(Backups(one.folder.parent) for place in places for one in find(place))]
        came, lost = restoring.mend_evidence(clinic, where)
        if came:
            audit.note(clinic, Deed.REPAIRED, detail="evidence")
        yield Said(
            N_("Parts of evidence brought back from backups: {came}; still missing: {lost}"),
            {"came": came, "lost": lost},
        )


def _keys(folder: Path) -> Finding:
    problem = keys_problem(folder)
    if problem is not None:
        return _bad(N_("Keys"), problem.message, problem.params)
    return _fine(N_("Keys"), N_("people who can open it: {count}"), {"count": len(vault.users(folder))})


def _store(looked: Looked) -> Iterator[Finding]:
    parts = (
        (N_("File"), looked.file, N_("{count} pages, all as they were written"), looked.pages),
        (N_("Journal"), looked.journal, N_("{count} changes, each as it was written"), looked.changes),
        (N_("Tables"), looked.rows, N_("all as the journal says"), 0),
    )
    for name, problems, fine, count in parts:
        if problems:
            yield _bad(name, "{count}: {first}", {"count": len(problems), "first": problems[0]})
        else:
            yield _fine(name, fine, {"count": count})


def _evidence(looked: Looked, *, enrolled: bool) -> Finding:
    """Evidence that is not here may still come from headquarters, when there is one."""
    name = N_("Evidence")
    params = {"count": looked.evidence, "missing": looked.missing, "damaged": looked.damaged}
    if looked.damaged or (looked.missing and not enrolled):
        return _bad(name, N_("{count} parts; missing: {missing}; damaged: {damaged}"), params)
    if looked.missing:
        return _fine(name, N_("{count} parts; not arrived yet: {missing}"), params)
    return _fine(name, N_("{count} parts, all as they were kept"), params)


def _deeds(looked: Looked) -> Finding:
    name = N_("Record of what was done")
    if looked.deeds:
        return _bad(name, N_("entries that are missing or changed: {count}"), {"count": looked.deeds})
    return _fine(name, N_("unbroken"))


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    say = _fine if free >= LEAST_FREE else _bad
    return say(N_("Room on the disk"), N_("{free} MB free"), {"free": free // 1_000_000})


def _clock(clinic: Clinic, now: dt.datetime) -> Finding:
    name, day = N_("The computer's day"), now.astimezone().date()
    problem = clock.problem(clinic, day)
    return _fine(name, "{day}", {"day": day}) if problem is None else _bad(name, problem.message, problem.params)


def _backups(place: Backups) -> Finding:
    name, folder = N_("Backups"), place.folder
    try:
        found = place.all()
    except OSError as error:
        return _bad(name, N_("{folder} cannot be read ({why})"), {"folder": folder, "why": error.strerror})
    if not found:
        return _fine(name, N_("none in {folder} yet"), {"folder": folder})
    bad = sum(one.state is not State.WHOLE for one in found)
    params = {
        "folder": folder,
        "count": len(found),
        "bad": bad,
        "made": found[0].made.astimezone().strftime("%Y-%m-%d %H:%M"),
    }
    if bad:
        return _bad(name, N_("{bad} of {count} in {folder} are not whole"), params)
    return _fine(name, N_("{count} in {folder}, the newest of {made}"), params)


def _fine(name: str, text: str, params: Mapping[str, object] | None = None) -> Finding:
    return Finding(name, is_fine=True, text=text, params=params or {})


def _bad(name: str, text: str, params: Mapping[str, object] | None = None) -> Finding:
    return Finding(name, is_fine=False, text=text, params=params or {})
