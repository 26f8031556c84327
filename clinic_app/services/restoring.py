"""Bringing a clinic back: from a backup, or from what can still be read of a damaged one, or from both.

It is made ready beside its place, proven, and only then put there; what was there is put aside, never
changed. It writes on under a new stream, so what headquarters knows of later comes home, and nothing
is written twice.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from clinic_app.domain.audit import Deed
from clinic_app.domain.roles import Right, Role
from clinic_app.domain.views import UserInfo
from clinic_app.errors import KnownError
from clinic_app.services import audit, permission
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic, exists
from clinic_app.store import backup, copies, putting, repair, trouble, vault
from clinic_app.store import db as database
from clinic_app.store.backup import Backups
from clinic_app.store.copies import Backup, Progress
from clinic_app.store.files import BACKUPS, DATABASE, KEYS
from clinic_app.store.repair import Brought, Remains
from clinic_app.store.store import Store
from clinic_app.words import N_
from sync.chunks import Chunks

_LAST: Final = "backup.restored"

DAMAGED: Final = frozenset({"S-05", "S-07"})
"""The codes of errors at opening after which the newest copy is offered."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a backup: a password, or the printed recovery key with a new password for `user`."""

    password: str
    user: str = ""
    recovery_key: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A backup that was found, and who may open it. Its clinic is named only once it is open."""

    backup: Backup
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with what fills it."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of it: the moment of the backup (None without one), what else was read, what evidence is missing.

    `aside` is where what was there before lies now.
    """

    clinic: Clinic
    made: dt.datetime | None
    brought: Brought
    evidence_missing: int
    aside: Path | None

    def sentences(self) -> tuple[Said, ...]:
        """Return what came back, what did not, and where the rest lies, in words."""
        return (*Told(self.made, self.brought, self.evidence_missing).sentences(), *_where(self.aside))


@dataclass(frozen=True, slots=True)
class Told:
    """What the last restoring brought, as it is kept for who looks later."""

    made: dt.datetime | None
    brought: Brought
    evidence_missing: int

    def sentences(self) -> tuple[Said, ...]:
        """Return it in words."""
        return tuple(_sentences(self))

    def text(self) -> str:
        """Return it as it is kept."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def read(cls, text: str) -> Told | None:
        """Return what was kept; None for nothing."""
        return msgspec.json.decode(text, type=cls) if text else None


def find(folder: Path) -> tuple[Found, ...]:
    """Return the backups in a folder or on a stick, the newest first. KnownError when it cannot be read."""
    return tuple(Found(one, _users(one)) for one in backup.find(folder))


def restore(
    chosen: Backup, target: Path, opening: Opening, now: dt.datetime, progress: Progress | None = None
) -> Restored:
    """Put a backup in the place of whatever is in the target folder, and open it.

    A clinic there that opens is replaced by a coordinator only. From one that is damaged, what was
    saved after the backup and can still be read is brought in. KnownError, and nothing changed,
    when it cannot be done.
    """
    return _bring_back(_Way(target, (chosen,), (chosen.folder,), opening, is_damaged=False, progress=progress), now)


def mend(folder: Path, opening: Opening, now: dt.datetime, places: Sequence[Path] = ()) -> Restored:
    """Bring back a damaged clinic: from the newest backup that is whole, and all that can be read of it.

    Without any backup it is made again from what can be read alone. KnownError, and nothing changed,
    when that is not enough. `places` are more folders to look for backups in.
    """
    found = _candidates(folder, places)
    keys = (folder, *(one.folder for one in found))
    return _bring_back(_Way(folder, found, keys, opening, is_damaged=True), now)


def newest(folder: Path, places: Sequence[Path] = ()) -> Backup | None:
    """Return the newest backup of the clinic in a folder that looks whole: the one that `mend` tries first."""
    return next(iter(_candidates(folder, places)), None)


def newest_moment(folder: Path, places: Sequence[Path] = ()) -> dt.datetime | None:
    """Return from when the newest backup is, for who offers it."""
    return _made(newest(folder, places))


def last(clinic: Clinic) -> Told | None:
    """Return what the last restoring on this computer brought; None when there was none."""
    return Told.read(clinic.store.remembered(_LAST))


def mend_evidence(clinic: Clinic, places: Iterable[Backups]) -> tuple[int, int]:
    """Bring missing or damaged files of the evidence from backups; return how many parts came, and how many not."""
    permission.require(clinic, Right.BACKUP)
    files = clinic.store.files
    return repair.mend_evidence(files.chunks, files.wanted(), [Chunks(one.folder / copies.EVIDENCE) for one in places])


def mend_keys(folder: Path, places: Sequence[Path] = ()) -> Backup:
    """Put the keys of the newest backup in the place of a keys file that is damaged or gone; the bad one is kept.

    KnownError when no backup has keys that can be read.
    """
    for place in (folder, *places):
        for one in backup.find(place):
            with suppress(KnownError):
                vault.users(one.folder)
                bad = folder / KEYS
                if bad.exists():
                    copies.copied(bad, folder / f"{KEYS}.damaged")
                copies.copied(one.folder / KEYS, bad)
                return one
    raise trouble.damaged_keys()


# -- inside -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """How a clinic is to come back: to where, from which backups (the first good one), opened how."""

    target: Path
    candidates: Sequence[Backup]
    keys: Sequence[Path]  # folders whose keys are tried in turn
    opening: Opening
    is_damaged: bool  # what is there is known not to open
    progress: Progress | None = None


def _bring_back(way: _Way, now: dt.datetime) -> Restored:
    putting.require_closed(way.target)
    try:
        room = putting.building(way.target)
        key, who = _unlocked(way, room)
        is_damaged = way.is_damaged or not _is_whole(way.target, key)
        remains = _remains(way.target, key) if is_damaged else None
        chosen = _fetched(way, room, key)
        if chosen is None:
            if remains is None:
                raise trouble.damaged()
            repair.begin(room, key, remains)
        done = _made_ready(way, room, (key, who), remains, now, replaces=not is_damaged, made=_made(chosen))
        aside = putting.put(way.target)
    except OSError as error:
        raise trouble.from_os(error) from error
    finally:
        putting.give_up(way.target)
    clinic = clinics.opened(way.target, key, who)
    audit.note(clinic, Deed.RESTORED if chosen else Deed.REPAIRED, detail=done.made.isoformat() if done.made else "")
    return Restored(clinic, done.made, done.brought, done.evidence_missing, aside)


@dataclass(frozen=True, slots=True)
class _Ready:
    made: dt.datetime | None
    brought: Brought
    evidence_missing: int


def _made_ready(
    way: _Way,
    room: Path,
    opened_by: tuple[bytes, UserInfo],
    remains: Remains | None,
    now: dt.datetime,
    *,
    replaces: bool,
    made: dt.datetime | None,
) -> _Ready:
    """Bring what is in the room up to what could be read, and prove it."""
    key, who = opened_by
    admit = Role.COORDINATOR if way.opening.recovery_key else None
    if remains is not None:
        with closing(Store.open(room, key, who, admit=admit)) as store:
            store.carry(remains)
    with closing(Store.open(room, key, who, admit=admit)) as store:
        if replaces and exists(way.target) and not store.staff.me.may(Right.RESTORE):
            raise permission.refused(Right.RESTORE)
        store.begin_anew(now.date())
        brought = store.bring(remains) if remains is not None else Brought()
        sources = [Chunks(way.target / copies.EVIDENCE), *(one.chunks for one in way.candidates)]
        _, missing = repair.mend_evidence(store.files.chunks, store.files.wanted(), sources)
        store.remember(_LAST, Told(made, brought, missing).text())
        if store.check():
            store.rebuild()
        if wrong := store.check():
            raise trouble.migration_failed(wrong[0])
    shutil.rmtree(room / BACKUPS, ignore_errors=True)  # a copy from before an upgrade: the backup itself has it
    return _Ready(made, brought, missing)


def _unlocked(way: _Way, room: Path) -> tuple[bytes, UserInfo]:
    """Open the first keys file that can be read; a copy of it in the room takes a new password."""
    opening, problem = way.opening, trouble.damaged_keys()
    for folder in way.keys:
        try:
            vault.users(folder)
            copies.copied(folder / KEYS, room / KEYS)
        except (KnownError, OSError):
            continue
        try:
            if opening.recovery_key:
                return vault.unlock_with_recovery(room, opening.recovery_key, opening.user, opening.password)
            return vault.unlock(room, opening.password, opening.user or None)
        except KnownError as error:
            problem = error
    raise problem


def _fetched(way: _Way, room: Path, key: bytes) -> Backup | None:
    """Fetch the newest backup of this clinic that is as it was written; None when there is none to choose from."""
    problem: KnownError | None = None
    for one in way.candidates:
        try:
            vault.check_key(one.folder, key)
            copies.fetch(one, room, way.progress)
            copies.open_whole(room / DATABASE, key)
        except KnownError as error:
            problem = problem or error
        else:
            return one
    if problem is not None and not way.is_damaged:
        raise problem
    return None


def _is_whole(folder: Path, key: bytes) -> bool:
    """Return whether the store in a folder is as it was written; an empty folder is."""
    if not (folder / DATABASE).exists():
        return True
    try:
        database.examine(folder / DATABASE, key, whole=True)
        copies.open_whole(folder / DATABASE, key)
    except KnownError:
        return False
    return True


def _remains(folder: Path, key: bytes) -> Remains | None:
    """Return what can be read of the store in a folder; None when nothing can."""
    with suppress(OSError):
        remains = Remains(folder, key)
        return remains if remains.entries else None
    return None


def _sentences(told: Told) -> Iterator[Said]:
    brought = told.brought
    if told.made is not None:
        when = told.made.astimezone().strftime("%Y-%m-%d %H:%M")
        yield Said(N_("The backup of {made} is in place."), {"made": when})
    else:
        yield Said(N_("The clinic was made again from what could be read."))
    if brought.saves:
        cases = ", ".join(brought.cases) or "—"
        yield Said(
            N_("Brought in from the damaged file: {count} changes. Look at these cases: {cases}"),
            {"count": brought.saves, "cases": cases},
        )
    if brought.pages:
        yield Said(N_("Damaged: {pages} of {all} pages."), {"pages": brought.pages, "all": brought.of_pages})
    if brought.apart:
        yield Said(
            N_("Changes that were read but follow something that is lost: {count}. They are kept and wait for it."),
            {"count": brought.apart},
        )
    if told.evidence_missing:
        yield Said(N_("Parts of evidence that are missing: {count}"), {"count": told.evidence_missing})


def _where(aside: Path | None) -> Iterator[Said]:
    if aside is not None:
        yield Said(N_("What was there before was put aside: {folder}"), {"folder": aside})


def _made(chosen: Backup | None) -> dt.datetime | None:
    return chosen.made if chosen else None


def _candidates(folder: Path, places: Sequence[Path]) -> list[Backup]:
    """Return the backups in these folders that look whole, the newest first; `_fetched` leaves out another clinic's."""
    found: list[Backup] = []
    for place in (folder, *putting.asides(folder), *places):
        with suppress(KnownError):
            found += [one for one in backup.find(place) if one.usable]
    return sorted(found, key=lambda one: one.made, reverse=True)


def _users(one: Backup) -> tuple[str, ...]:
    with suppress(KnownError):
        return tuple(user.name for user in vault.users(one.folder))
    return ()
