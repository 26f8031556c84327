"""What leaves the program and belongs to no one case: a report, a sheet or file of the calendar. Each time is noted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from clinic_app.domain.audit import Deed
from clinic_app.domain.roles import Right
from clinic_app.services import audit, packet
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require


class Leaving(StrEnum):
    """What leaves. The codes stand in the record of what was done."""

    REPORT = "report"
    CALENDAR = "calendar"


NEEDS: Final[Mapping[Leaving, Right]] = MappingProxyType({Leaving.REPORT: Right.COUNT, Leaving.CALENDAR: Right.PRINT})
"""The right that each needs: a report keeps small numbers of people back."""


def save(clinic: Clinic, what: Leaving, path: Path, content: bytes) -> None:
    """Write a file whole or not at all. InputError when the place cannot be written."""
    require(clinic, NEEDS[what])
    packet.write_pdf(path, content)
    audit.note(clinic, Deed.EXPORTED, detail=f"{what} {path.suffix}".strip())


def printed(clinic: Clinic, what: Leaving) -> None:
    """Write down that it is sent to a printer now: before it is."""
    require(clinic, NEEDS[what])
    audit.note(clinic, Deed.PRINTED, detail=what)
