"""Wiping a clinic from this computer: the keys first, then everything else; once begun, it is always finished.

A mark is set on the disk before the first byte goes. Whoever finds it at a start goes on, and nobody
opens the clinic any more. Without its keys nothing of the rest can be read: it is removed, not overwritten.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from clinic_app.store import putting, trouble
from clinic_app.store.files import KEYS, LOCK, WIPING, shred
from clinic_app.store.lock import FolderLock
from clinic_app.store.twin import Twins
from sync.disk import replace, see

_KEYS_SUFFIX = Path(KEYS).suffix  # also of the copies that backups keep of it


def begin(folder: Path, twins: Twins, notes: Iterable[str] = ()) -> None:
    """Wipe the clinic in a folder, which nobody has open. KnownError when it cannot be done now.

    `notes` are the names of its other files beside the records of `twins`. When the mark is set and something
    then refuses, the rest goes at the next start.
    """
    lock = FolderLock(folder)  # KnownError while another window has it open
    try:
        replace(folder / WIPING, "\n".join(notes).encode())
        see(folder)
        _shred_keys(folder)
    except OSError as error:
        raise trouble.from_os(error) from error
    finally:
        lock.release()
    finish(folder, twins)


def is_begun(folder: Path) -> bool:
    """Return whether a wipe was begun in a folder and is not finished."""
    return (folder / WIPING).exists()


def finish(folder: Path, twins: Twins) -> None:
    """Go on with a wipe that was begun. KnownError when a file cannot be removed: it is tried again at each start."""
    try:
        _shred_keys(folder)
        _remove_rest(folder)
        twins.forget(folder, (folder / WIPING).read_text("utf-8", "replace").split("\n"))
        (folder / WIPING).unlink(missing_ok=True)
        with suppress(OSError):  # a folder that a person made, or that is open in another program, may stay
            folder.rmdir()
    except OSError as error:
        raise trouble.not_wiped_yet(error) from error


def _shred_keys(folder: Path) -> None:
    for part in (folder, *putting.beside(folder)):
        for path in _files(part):
            if path.name.startswith(KEYS) or path.suffix == _KEYS_SUFFIX:
                shred(path)


def _remove_rest(folder: Path) -> None:
    for part in putting.beside(folder):  # a damaged store that a restored one replaced
        shutil.rmtree(part)
    # The lock goes last but for the mark: no file of the clinic is there any more when it does.
    for path in sorted(folder.iterdir(), key=lambda one: one.name == LOCK):
        if path.name == WIPING:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):  # does not follow links out of the folder
        for name in names:
            yield Path(where) / name
