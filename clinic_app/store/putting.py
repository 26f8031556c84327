"""Puts a restored clinic where it belongs, in steps that can be cut off anywhere and are gone on with.

What was there before is put aside under a dated name, never changed or removed. A clinic that is
ready lies beside its place under a name of its own: as long as it does, the work is not over.
"""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Final

from clinic_app.store import trouble
from clinic_app.store.files import BACKUPS, LOCK
from clinic_app.store.lock import FolderLock
from sync import disk

_BUILDING: Final = ".restoring"
_READY: Final = ".restored"
_ASIDE: Final = ".aside-"
_STAMP: Final = "%Y%m%d-%H%M%S"


def building(folder: Path) -> Path:
    """Return an empty folder beside a clinic's, in which another one is made ready. OSError when it cannot be made."""
    path = folder.with_name(folder.name + _BUILDING)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


def give_up(folder: Path) -> None:
    """Remove what was being made ready."""
    shutil.rmtree(folder.with_name(folder.name + _BUILDING), ignore_errors=True)


def require_closed(folder: Path) -> None:
    """Raise KnownError while the clinic of a folder is open."""
    if (folder / LOCK).exists():
        FolderLock(folder).release()


def put(folder: Path) -> Path | None:
    """Put what was made ready in the place of a folder; return where what was there lies now, None for nothing.

    KnownError, and nothing moved, while the clinic that is there is open.
    """
    require_closed(folder)
    try:
        folder.with_name(folder.name + _BUILDING).rename(folder.with_name(folder.name + _READY))
        disk.see(folder.parent)
        return finish(folder)
    except OSError as error:
        raise trouble.from_os(error) from error


def finish(folder: Path) -> Path | None:
    """Go on with what was cut off, if anything was; return where what was there lies now. OSError."""
    ready = folder.with_name(folder.name + _READY)
    if not ready.is_dir():
        return None
    before = _put_aside(folder)
    # The backups stay with the clinic that is worked in; they move before it stands, so that none is missing there.
    kept = before / BACKUPS if before is not None else _left_behind(folder)
    if kept is not None and kept.is_dir() and not (ready / BACKUPS).exists():
        kept.rename(ready / BACKUPS)
    ready.rename(folder)
    disk.see(folder.parent)
    return before


def asides(folder: Path) -> tuple[Path, ...]:
    """Return what was put aside here, the newest first."""
    return tuple(sorted(folder.parent.glob(f"{folder.name}{_ASIDE}*"), reverse=True))


def beside(folder: Path) -> tuple[Path, ...]:
    """Return everything of a clinic that lies beside its folder: what was put aside, and what is being made ready."""
    unfinished = (folder.with_name(folder.name + _BUILDING), folder.with_name(folder.name + _READY))
    return (*asides(folder), *(path for path in unfinished if path.is_dir()))


def _put_aside(folder: Path) -> Path | None:
    if not folder.exists():
        return None
    if not any(folder.iterdir()):
        folder.rmdir()
        return None
    stamp = dt.datetime.now(dt.UTC).strftime(_STAMP)
    aside = folder.with_name(f"{folder.name}{_ASIDE}{stamp}")
    folder.rename(aside)
    return aside


def _left_behind(folder: Path) -> Path | None:
    """Return the backups of what was put aside last, when the work was cut off right after."""
    found = asides(folder)
    return found[0] / BACKUPS if found else None
