"""Wiping this computer's clinic, for good: when an office closes, or a laptop leaves it.

What would be lost is said before; it is confirmed by the clinic's name and by a password.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clinic_app import paths
from clinic_app.domain.roles import Right
from clinic_app.errors import InputError
from clinic_app.services import casework, syncing
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.store import wipe as wipes
from clinic_app.store.twin import Twins
from clinic_app.words import N_

NOT_WIPED: Final = (
    N_("What was printed, and every file that was saved elsewhere: papers, sheets, calendars, lists."),
    N_("Sticks, and backups on a stick or in another folder. They open with the recovery key or a password."),
    N_("What headquarters and the clinic's other computers have."),
    N_(
        "On newer disks (SSD) and sticks, traces of deleted files can last a while; without the keys nobody reads them."
    ),
)
"""What a wipe of this computer does not reach."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would go. `waiting` changes and `files` parts of files are on no other computer that we know of.

    `headquarters` is "" when there is none; `heard` is when it last said what it has.
    """

    clinic: str
    cases: int
    headquarters: str
    waiting: int
    files: int
    heard: dt.datetime | None

    @property
    def lines(self) -> tuple[tuple[str, dict[str, object]], ...]:
        """What is to be said before, as messages with what fills them."""
        here = {"clinic": self.clinic, "count": self.cases}
        said: list[tuple[str, dict[str, object]]] = [
            (N_("{clinic}: {count} cases would go from this computer, for good."), here)
        ]
        if not self.headquarters:
            said.append((N_("No headquarters has them: this computer was never connected with one."), {}))
        elif self.waiting or self.files:
            lacks = N_("NOT at headquarters: {changes} changes and {files} parts of files. Send them first.")
            said.append((lacks, {"changes": self.waiting, "files": self.files}))
        else:
            said.append((N_("Headquarters has said that it has everything."), {}))
        return (*said, (N_("What a wipe does not reach:"), {}))


def outlook(clinic: Clinic) -> Outlook:
    """Return what would go with a wipe, and what of it headquarters does not have."""
    require(clinic, Right.WIPE)
    status = syncing.status(clinic)
    return Outlook(
        clinic=clinic.info.name,
        cases=casework.count(clinic),
        headquarters=status.headquarters,
        waiting=status.waiting,
        files=status.files_waiting,
        heard=status.last_heard,
    )


def wipe(clinic: Clinic, name: str, password: str) -> None:
    """Wipe the clinic from this computer. It is closed, and gone when this returns.

    `name` is the clinic's, as it was typed to confirm. InputError when it is another, KnownError when the
    password is, or when a file refuses: then the rest goes at the next start.
    """
    require(clinic, Right.WIPE)
    if " ".join(name.split()).casefold() != " ".join(clinic.info.name.split()).casefold():
        raise InputError("clinic", N_("this is not the clinic's name"), N_("the name as it stands above"))
    clinics.confirm(clinic, password)
    clinic.close()
    wipes.begin(clinic.folder, Twins(paths.twin_folder()), (clinic.store.audit.note_name,))


def is_begun(folder: Path) -> bool:
    """Return whether a wipe was begun in a folder: its keys are gone, or go at the next start."""
    return wipes.is_begun(folder)


def finish(folder: Path) -> bool:
    """Go on with a wipe that was begun and cut off; return whether there was one."""
    if not wipes.is_begun(folder):
        return False
    wipes.finish(folder, Twins(paths.twin_folder()))
    return True
