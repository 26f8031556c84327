"""What leaves the program and belongs to no one case: a report, a sheet or file of the calendar. Each time is noted."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from clinic_app.domain.audit import Deed
from clinic_app.domain.roles import Right
from clinic_app.services import audit, files
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require


class Leaving(StrEnum):
    """What leaves. The codes stand in the record of what was done."""

    REPORT = "report"
    CALENDAR = "calendar"


def save(clinic: Clinic, what: Leaving, path: Path, content: bytes) -> None:
    """Write a file whole or not at all. InputError when the place cannot be written."""
    _allow(clinic, what)
    files.write(path, content)
    audit.note(clinic, Deed.EXPORTED, detail=f"{what} {path.suffix}".strip())


def printed(clinic: Clinic, what: Leaving) -> None:
    """Write down that it is sent to a printer now: before it is."""
    _allow(clinic, what)
    audit.note(clinic, Deed.PRINTED, detail=what)


def _allow(clinic: Clinic, what: Leaving) -> None:
    """Refuse who may not: a report, which keeps small numbers of people back, is for more than a calendar is."""
    require(clinic, Right.COUNT)
    if what is not Leaving.REPORT:
        require(clinic, Right.PRINT)
