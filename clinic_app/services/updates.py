"""Newer versions of the program, by stick: checked wholly before they are offered, put beside the one that runs.

No file of a version that is there is changed, so nothing here can leave the clinic without a program.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clinic_app import __version__, paths, updating
from clinic_app.domain.audit import Deed
from clinic_app.domain.roles import Right
from clinic_app.errors import InputError, KnownError
from clinic_app.rules import signing, signing_key
from clinic_app.rules.signing import TrustedKey
from clinic_app.services import audit, backup, update_file
from clinic_app.services.clinic import Clinic, folder_error
from clinic_app.services.files import cannot_be_written
from clinic_app.services.permission import refused, require
from clinic_app.services.update_file import Progress, Release
from clinic_app.store import older as stores
from clinic_app.store import vault
from clinic_app.store.migrations import MIGRATIONS
from clinic_app.updating import FIRST, State, Versions, rank
from clinic_app.words import N_
from sync import disk

KEYS: Final = "update_keys.json"
"""The public keys whose updates are taken: those that the program carries, and beside the versions those added here."""

BUILT: Final = "built.json"
"""The file in which a built program says what it is."""

TOO_NEW: Final = "S-08"
"""The code of a clinic that a newer version of the program has changed; its copy from before is offered."""

PRODUCT: Final = "labor-clinic"
MACHINES: Final = {"amd64": "x86_64", "aarch64": "arm64"}
SYSTEMS: Final = {"win32": "windows", "darwin": "macos"}
OLDEST: Final = "0.1.0"
"""The oldest version that may go straight to this one; raised when a version in between has to be taken first."""

SPARE: Final = 64_000_000
"""Bytes that must stay free beside a new version: the clinic's own work needs room."""

_RETRIES: Final = 25
_PAUSE: Final = 0.2  # seconds; a virus scanner may hold a new file for a moment


@dataclass(frozen=True, slots=True)
class Update:
    """An update that was checked wholly: what it is, whose signature it has, and where it lies."""

    path: Path
    version: str
    released: dt.date
    notes: Mapping[str, str]
    size: int
    signed_by: str


@dataclass(frozen=True, slots=True)
class Status:
    """Which version runs, which one the next start opens, the one to go back to, and one that did not come up.

    `can_update` is False for a program that Python runs from its sources. `before` is None when there is
    nothing to go back to.
    """

    version: str
    next: str
    before: str | None
    failed: str
    can_update: bool


def status() -> Status:
    """Return how it stands with the versions of the program on this computer."""
    place = updating.in_use()
    state = place.state() if place is not None else State()
    newer = state.current if rank(state.current) > rank(_base()) else FIRST
    before = None if newer == FIRST else (state.previous or _base())
    return Status(__version__, newer or _base(), before, state.failed, can_update=bool(updating.places()))


def understood() -> None:
    """Note that somebody read that a version did not come up."""
    place = updating.in_use()
    if place is not None:
        with suppress(OSError):
            place.write(replace(place.state(), failed=""))


def find(folder: Path) -> tuple[Path, ...]:
    """Return what looks like updates in a folder or on a stick, the newest version first; () when it cannot be read."""
    if folder.name.startswith(update_file.NAME) or (folder / update_file.LIST).is_file():
        return (folder,)
    try:
        found = [path for path in folder.iterdir() if path.name.startswith(update_file.NAME)]
    except OSError:
        return (folder,) if folder.is_file() else ()
    return tuple(sorted(found, key=lambda path: rank(_version_in(path.name)), reverse=True))


def check(path: Path, progress: Progress | None = None) -> Update:
    """Read all of an update and return what it is. KnownError says why it cannot be taken."""
    with update_file.opened(path) as source:
        signed = update_file.read(source, trusted())
        _check_fits(signed.release)
        update_file.check_files(source, signed.release, progress)
    return _update(path, signed.release, signed.key)


def offered(folder: Path) -> Update | None:
    """Return the newest update of a stick that can be taken here, checked wholly; None when there is none."""
    now = status()
    if not now.can_update:
        return None
    for path in find(folder):
        with suppress(KnownError):
            found = check(path)
            return found if rank(found.version) > rank(now.next) else None
    return None


def install(path: Path, progress: Progress | None = None) -> Update:
    """Put an update beside the version that runs, checked once more on its way; the next start opens it.

    KnownError when it cannot be taken; then everything is as it was.
    """
    place = _place_to_write()
    with update_file.opened(path) as source:
        signed = update_file.read(source, trusted())
        release = signed.release
        _check_fits(release)
        try:
            _check_room(place, release)
            _put(source, release, place, progress)
        except OSError as error:
            raise folder_error(place.folder, error) from error
    return _update(path, release, signed.key)


def begin(clinic: Clinic, now: dt.datetime) -> backup.Job:
    """Return the copy of the clinic that is made before an update; `Job.run`, `install`, then `done`."""
    require(clinic, Right.TRUST)
    return backup.begin(clinic, now)


def done(clinic: Clinic, update: Update) -> None:
    """Write into the record who put a version in place."""
    audit.note(clinic, Deed.UPDATED, detail=f"{__version__} -> {update.version}")


def back() -> str:
    """Have the next start open the version before; return it. KnownError when there is none."""
    before = status().before
    place = updating.in_use()
    if before is None or place is None:
        raise KnownError(
            "U-20",
            N_("There is no other version of the program to go back to."),
            N_("An update keeps the version before it; there was none on this computer yet."),
        )
    state = place.state()
    try:
        place.write(State(current=state.previous, previous=FIRST))
    except OSError as error:
        raise folder_error(place.folder, error) from error
    return before


@dataclass(frozen=True, slots=True)
class WentBack:
    """The clinic as it was before a newer version: the day of the copy, and the file of what was written since."""

    day: dt.date
    file: Path


def older(folder: Path, password: str, user: str | None = None) -> dt.date | None:
    """Return the day of the copy that `put_older_back` would open; None when there is none."""
    key, _ = vault.unlock(folder, password, user)
    found = stores.find(folder, key, MIGRATIONS[-1].number)
    return found.made.astimezone().date() if found is not None else None


def put_older_back(folder: Path, password: str, now: dt.datetime, user: str | None = None) -> WentBack:
    """Open a clinic from now on as it was before a newer version changed its file, which is kept. KnownError if not."""
    key, who = vault.unlock(folder, password, user)
    found = stores.find(folder, key, MIGRATIONS[-1].number)
    if found is None:
        raise KnownError(
            "U-21",
            N_("There is no copy of the cases on this computer that this version of the program can open."),
            N_("Use the newer version of the program, or restore a backup that is older than it."),
        )
    if not stores.may_restore(found, key, who.id):
        raise refused(Right.RESTORE)
    return WentBack(found.made.astimezone().date(), stores.put_back(folder, key, found, now))


def trusted() -> tuple[TrustedKey, ...]:
    """Return the keys whose updates are taken: the program's own, then those that were added on this computer."""
    own = paths.resources() / KEYS
    keys = signing.read_keys(own.read_bytes(), KEYS) if own.is_file() else ()
    for place in updating.places():
        with suppress(OSError):
            keys = (*keys, *signing.read_keys((place.folder / KEYS).read_bytes(), KEYS))
    return keys


def trust(key: TrustedKey, fingerprint: str) -> None:
    """Take updates of a key from now on. `fingerprint` is what a person read and compared; it must be the key's."""
    if fingerprint.split() != key.fingerprint.split():
        raise InputError(
            "fingerprint",
            N_("these are not the six groups of digits of this key"),
            N_("the six groups of five digits that headquarters reads out to you"),
        )
    if any(known.id == key.id for known in trusted()):
        return
    place = _place_to_write()
    file = place.folder / KEYS
    try:
        added = signing.read_keys(file.read_bytes(), KEYS) if file.is_file() else ()
        disk.replace(file, signing.write_keys((*added, key)))
    except OSError as error:
        raise folder_error(place.folder, error) from error


def trust_in_clinic(clinic: Clinic, key: TrustedKey, fingerprint: str) -> None:
    """Do the same in an open clinic, by somebody who may."""
    require(clinic, Right.TRUST)
    trust(key, fingerprint)
    audit.note(clinic, Deed.KEY_TRUSTED, detail=f"update {key.id}")


# -- making one ------------------------------------------------------------------------------------


def platform_name() -> str:
    """Return what this kind of computer is called in updates: "windows-x86_64"."""
    machine = platform.machine().lower()
    return f"{SYSTEMS.get(sys.platform, sys.platform)}-{MACHINES.get(machine, machine)}"


def built() -> bytes:
    """Return what a built program says of itself; `build.spec` puts it among the resources."""
    told = {"version": __version__, "platform": platform_name(), "schema": MIGRATIONS[-1].number}
    return json.dumps(told, indent=1).encode() + b"\n"


def signer(key_file: Path, password: str) -> Ed25519PrivateKey:
    """Return the key that signs updates, of the file that “clinic rules key” made."""
    return signing_key.read(key_file, password)


def make(program: Path, private: Ed25519PrivateKey, out: Path, notes: Mapping[str, str], on: dt.date) -> Path:
    """Make the update of a built program, for the computers it was built for; return its file.

    `notes` say by language what is new. InputError when the folder is no built program.
    """
    told = _read_built(program)
    release = Release(
        format=update_file.FORMAT,
        product=PRODUCT,
        version=str(told["version"]),
        platform=str(told["platform"]),
        since=OLDEST,
        schema=int(str(told["schema"])),
        released=on.isoformat(),
        notes=dict(notes),
        files=update_file.listed(program),
    )
    odd = next((file.path for file in release.files if not update_file.is_plain(file.path)), None)
    if odd is not None:
        raise InputError(
            odd, N_("the name of this file cannot travel to every computer"), N_("plain letters and digits")
        )
    target = out / f"{update_file.NAME}{release.version}-{release.platform}.zip"
    try:
        update_file.make(program, release, private, target)
    except OSError as error:
        raise cannot_be_written(target, error) from error
    return target


# -- inside ----------------------------------------------------------------------------------------


def _base() -> str:
    """Return the version of the program that was put there first, as far as this one can know."""
    return __version__ if updating.running() == FIRST else os.environ.get(updating.FIRST_VARIABLE, "")


def _version_in(name: str) -> str:
    return name.removeprefix(update_file.NAME).split("-")[0]


def _update(path: Path, release: Release, key: TrustedKey) -> Update:
    released = dt.date.fromisoformat(release.released)
    return Update(path, release.version, released, release.notes, release.size, key.name)


def _check_fits(release: Release) -> None:
    """Refuse what is for other computers, older, or not made to follow this version."""
    if release.product != PRODUCT or release.platform != platform_name():
        raise KnownError(
            "U-10",
            N_("This update is for another kind of computer ({theirs}; this one is {ours})."),
            N_("Ask headquarters for the update for this kind of computer."),
            theirs=release.platform,
            ours=platform_name(),
        )
    if rank(release.version) <= rank(__version__):
        raise KnownError(
            "U-11",
            N_("This update is not newer than the program: it is version {theirs}, this is {ours}."),
            N_("Nothing needs to be done."),
            theirs=release.version,
            ours=__version__,
        )
    if rank(release.since) > rank(__version__):
        raise KnownError(
            "U-12",
            N_("This update needs version {since} of the program first; this is {ours}."),
            N_("Ask headquarters for the updates in between."),
            since=release.since,
            ours=__version__,
        )
    if release.schema < MIGRATIONS[-1].number:
        raise KnownError(
            "U-13",
            N_("This update could not open the cases on this computer: it was made before them."),
            N_("Ask headquarters for a newer update."),
        )


def _place_to_write() -> Versions:
    """Return where a new version goes: beside the program, or among this person's own files."""
    for place in updating.places():
        with suppress(OSError):
            place.folder.mkdir(parents=True, exist_ok=True)
            probe = place.folder / ".probe"
            probe.write_bytes(b"")
            probe.unlink()
            return place
    raise KnownError(
        "U-14",
        N_("This program cannot be updated from here: it was not installed as a program, or its folder is locked."),
        N_("Ask whoever installed it."),
    )


def _check_room(place: Versions, release: Release) -> None:
    free = shutil.disk_usage(place.folder).free
    if free < release.size + SPARE:
        raise KnownError(
            "U-15",
            N_("The update needs {need} MB on this computer, and {free} MB are free."),
            N_("Make room: empty the recycle bin, or move photos and videos to a stick. Then try again."),
            need=(release.size + SPARE) // 1_000_000,
            free=free // 1_000_000,
        )


def _put(source: update_file.Source, release: Release, place: Versions, progress: Progress | None) -> None:
    """Write a version under a name that is never run, and give it its own once every byte of it is there."""
    part = place.folder / f".{release.version}.part"
    home = place.home(release.version)
    shutil.rmtree(part, ignore_errors=True)
    try:
        done = 0
        for file in release.files:
            target = part / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as stream:
                for block in update_file.blocks(source, file):
                    stream.write(block)
                    done += len(block)
                    if progress is not None:
                        progress(done, release.size)
                stream.flush()
                os.fsync(stream.fileno())
            target.chmod(0o755 if file.run else 0o644)
        if home.exists():
            shutil.rmtree(home)
        _named(part, home)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    before = updating.running()
    place.write(State(current=release.version, previous=before, proven=False))
    _let_go(place, {release.version, before})


def _named(part: Path, home: Path) -> None:
    for turn in range(_RETRIES):
        try:
            part.rename(home)
        except PermissionError:
            if os.name != "nt" or turn == _RETRIES - 1:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _let_go(place: Versions, kept: set[str]) -> None:
    """Remove versions that nobody can go back to any more, and what was cut off."""
    for folder in place.folder.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _read_built(program: Path) -> dict[str, object]:
    for resources in (program / "_internal" / "resources", program / "resources"):
        with suppress(OSError, ValueError):
            told = json.loads((resources / BUILT).read_bytes())
            if isinstance(told, dict) and {"version", "platform", "schema"} <= told.keys():
                return told
    raise InputError(
        str(program), N_("there is no built program in this folder"), N_("the folder that build.spec made")
    )
