"""The computer's clock, held against what is known: a wrong day would give wrong deadlines.

An old laptop with an empty battery wakes up in another year. Then no deadline is counted and no
paper made until the day is right; everything that was saved stays readable.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from clinic_app.domain.audit import Deed
from clinic_app.domain.changes import Changes
from clinic_app.domain.roles import Right
from clinic_app.errors import KnownError
from clinic_app.rules.book import RuleBook
from clinic_app.services import audit
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

WENT_BACK: Final = "T-01"
FAR_AWAY: Final = "T-02"
LAST_DAY: Final = "last_day"
SLACK: Final = dt.timedelta(days=1)  # time zones, and work past midnight
FARTHEST: Final = dt.timedelta(days=3 * 365)  # from the day on which the rule book was verified


def check(clinic: Clinic, today: dt.date, book: RuleBook) -> None:
    """Raise KnownError when the computer's day cannot be right; otherwise remember it as the last known one."""
    verified = book.verified_on
    if verified is not None and abs(today - verified) > FARTHEST:
        raise KnownError(
            FAR_AWAY,
            N_("The computer says it is {today}; the rule book {version} was verified on {verified}."),
            N_("Set the date of the computer. If it is right, get a newer rule book. Until then nothing is counted."),
            today=today,
            version=book.version,
            verified=verified,
        )
    last = last_known(clinic)
    if last is not None and today < last - SLACK:
        raise KnownError(
            WENT_BACK,
            N_("The computer says it is {today}, but it was already {last} when this clinic was last used."),
            N_("Set the date of the computer, or confirm that it is right. Until then no deadline is counted."),
            today=today,
            last=last,
        )
    if last is None or today > last:
        clinic.store.remember(LAST_DAY, today.isoformat())


def last_known(clinic: Clinic) -> dt.date | None:
    """Return the latest day on which deadlines were counted here; None when that never happened."""
    kept = clinic.store.remembered(LAST_DAY)
    return dt.date.fromisoformat(kept) if kept else None


def confirm(clinic: Clinic, today: dt.date) -> Changes:
    """Take the computer's day as right, for someone who looked at a calendar: the last known day was wrong."""
    require(clinic, Right.WORK)
    clinic.store.remember(LAST_DAY, today.isoformat())
    audit.note(clinic, Deed.SETTING_CHANGED, detail=f"{LAST_DAY} {today}")
    return Changes(frozenset({"clinic"}))


def problem(clinic: Clinic, today: dt.date) -> KnownError | None:
    """Return what is wrong with the computer's day for this clinic's own place; None when nothing is."""
    book = clinic.books.get(clinic.info.place)
    if book is None:
        return None
    try:
        check(clinic, today, book)
    except KnownError as error:
        return error
    return None
