"""The record of what was done: services write into it, a coordinator reads and checks it.

What was changed stands in the journal already and is read from there. A detail is made of codes, numbers and names of
people who work here: never of what a worker said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clinic_app.domain.audit import Asked, Deed, Entry, Fault, Wrong
from clinic_app.domain.changes import Changes
from clinic_app.domain.roles import Right
from clinic_app.errors import KnownError
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

PAGE: Final = 200
LONGEST_DETAIL: Final = 200
SIGNS: Final = 8
"""How much of the id of a person, an employer or a file stands in a detail."""


def note(clinic: Clinic, deed: Deed, *, case: str = "", detail: str = "") -> None:
    """Append what was done; `case` is a case's id. On the disk at return."""
    clinic.store.audit.note(deed, case, detail[:LONGEST_DETAIL])


def opened(clinic: Clinic, case_id: str) -> None:
    """Append that a case was opened, once for each opening of the clinic."""
    clinic.store.audit.once(Deed.OPENED, case_id)


def entries(clinic: Clinic, asked: Asked | None = None, limit: int = PAGE) -> tuple[Entry, ...]:
    """Return the latest entries that are asked for, the latest first; changes come from the journal."""
    require(clinic, Right.AUDIT)
    found = clinic.store.audit.entries(asked or Asked(), limit)
    clinic.store.audit.once(Deed.AUDIT_READ, "")
    return found


def people(clinic: Clinic) -> tuple[str, ...]:
    """Return the names of all who are in the record."""
    require(clinic, Right.AUDIT)
    return clinic.store.audit.people()


def check(clinic: Clinic) -> tuple[Wrong, ...]:
    """Return everything that is wrong with the whole record: nothing when it is as it was written."""
    require(clinic, Right.AUDIT)
    return clinic.store.audit.faults()


def found_at_opening(clinic: Clinic) -> Sequence[Wrong]:
    """Return what was wrong with the end of the record when the clinic was opened; nothing for who may not read it."""
    return clinic.store.audit.found if clinic.store.staff.me.may(Right.AUDIT) else ()


def not_intact(wrong: Sequence[Wrong]) -> KnownError:
    """Return what is said of a record with faults, of which there is at least one."""
    if all(one.fault is Fault.CUT_SHORT for one in wrong):
        following = N_("If a backup was put in place, note that you know why. If not, show this to headquarters.")
    else:
        following = N_("Do not delete or restore anything. Show this to headquarters.")
    return KnownError(
        "P-05",
        N_("The record of what was done is not whole: {count} places are wrong, the first at entry {seq}."),
        following,
        N_("The cases are as they were."),
        count=len(wrong),
        seq=wrong[0].seq,
    )


def understand(clinic: Clinic) -> Changes:
    """Note that a coordinator knows why entries were missing, such as after a restored backup."""
    require(clinic, Right.RESTORE)
    note(clinic, Deed.UNDERSTOOD)
    return Changes(frozenset({"audit"}))
