"""The clinic's own calendar: days on which its authorities are closed besides the rule book's holidays.

Centres and courts publish their days off each year; the book cannot know them all. No term ends on
such a day: the legal date moves on, the safe date moves back.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Final

from clinic_app.domain.audit import Deed
from clinic_app.domain.changes import Changes
from clinic_app.domain.edtf import NEWEST, OLDEST
from clinic_app.domain.roles import Right
from clinic_app.errors import InputError
from clinic_app.services import audit
from clinic_app.services.clinic import LOCAL_DAYS, Clinic, local_days
from clinic_app.services.permission import require
from clinic_app.words import N_

MOST_DAYS: Final = 1000
LONGEST_REASON: Final = 200


def days(clinic: Clinic) -> dict[dt.date, str]:
    """Return the clinic's own closed days in order, with the reason of each."""
    return dict(sorted(local_days(clinic.store).items()))


def close(clinic: Clinic, day: dt.date, why: str) -> Changes:
    """Add a day on which the authorities are closed. InputError without a reason or with an impossible day."""
    require(clinic, Right.SETTINGS)
    reason = " ".join(why.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise InputError("why", N_("a closed day needs its reason"), N_("who published it, in at most 200 letters"))
    if not OLDEST <= day <= NEWEST:
        raise InputError("day", N_("“{value}” is not a date"), N_("a day like 2026-03-15"), value=day)
    found = days(clinic) | {day: reason}
    if len(found) > MOST_DAYS:
        raise InputError("day", N_("there are too many days"), N_("at most {limit} days"), limit=MOST_DAYS)
    return _keep(clinic, found, f"+{day}")


def open_again(clinic: Clinic, day: dt.date) -> Changes:
    """Take a day off the clinic's own calendar. InputError when it is not on it."""
    require(clinic, Right.SETTINGS)
    found = days(clinic)
    if day not in found:
        raise InputError("day", N_("{day} is not one of the clinic's own days"), ", ".join(map(str, found)), day=day)
    del found[day]
    return _keep(clinic, found, f"-{day}")


def _keep(clinic: Clinic, found: dict[dt.date, str], what: str) -> Changes:
    clinic.store.remember(LOCAL_DAYS, json.dumps({str(day): why for day, why in found.items()}, ensure_ascii=False))
    audit.note(clinic, Deed.SETTING_CHANGED, detail=f"{LOCAL_DAYS} {what}")
    return Changes(frozenset({"clinic"}))
