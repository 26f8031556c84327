"""Erasing a case for good, because the worker asks for it or the law does: everywhere, evidence included.

Where there is a headquarters, it is asked and its order reaches every computer; until then the case lies in
the bin. Alone, the case goes at once, and with it the older backups on this computer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from clinic_app.domain.audit import Deed
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice
from clinic_app.domain.roles import Right
from clinic_app.errors import InputError
from clinic_app.services import audit, backup
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

WHY: Final = (
    Choice("worker", N_("The worker asked for it")),
    Choice("authority", N_("An authority ordered it")),
    Choice("mistake", N_("It should never have been written down")),
)
"""Why a case may be erased. Only the code is kept: the reason itself would say something of the case."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: the case is gone, or `headquarters` was asked (its name; "" when there is none)."""

    changes: Changes
    headquarters: str


def headquarters_decides(clinic: Clinic) -> bool:
    """Return whether headquarters erases, and this computer only asks."""
    return clinic.store.membership.headquarters is not None


def erase(clinic: Clinic, case_id: str, number: str, why: str, now: dt.datetime) -> Erased:
    """Erase a case, or ask headquarters to. `number` is the case's, as it was typed to confirm; `why` a code of WHY.

    InputError when the number is another's, there is no such reason, or no such case.
    """
    require(clinic, Right.ERASE)
    row = clinic.store.row(case_id)
    if number.strip().casefold() != row.number.casefold():
        raise InputError("number", N_("this is not the number of the case"), N_("the number as it stands above"))
    if why not in {choice.code for choice in WHY}:
        raise InputError("why", N_("“{value}” is not one of the choices"), N_("why it is erased"), value=why)
    card = clinic.store.membership.headquarters
    audit.note(clinic, Deed.ERASED, case=case_id, detail=why if card is None else f"asked {why}")
    if card is not None:
        return Erased(clinic.store.want_erased(case_id, why), card.name)
    changes = clinic.store.erase_alone(case_id)
    job = backup.begin_alone(clinic, now)
    backup.done(clinic, job, job.run())
    return Erased(changes, "")
