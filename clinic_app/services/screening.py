"""The law check of a case: what may be violated, what may be owed, and by when to act.

A case keeps the version of the rule book it was computed with. A newer one shows first what it
changes, and replaces nothing before someone adopts it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.changes import Changes
from clinic_app.domain.checks import check_case
from clinic_app.domain.kept import BookChange, Kept, kept_of
from clinic_app.domain.kept import compare as compare_kept
from clinic_app.domain.roles import Right
from clinic_app.errors import InputError, KnownError
from clinic_app.rules.assess import assess as assess_case
from clinic_app.rules.book import RuleBook
from clinic_app.services import clock, differences
from clinic_app.services.clinic import Clinic, book_of
from clinic_app.services.permission import may, require
from clinic_app.words import N_

BOOK_GONE = "R-10"


def assess_file(books: Mapping[str, RuleBook], case: CaseFile, on: dt.date) -> Assessment:
    """Assess a case that is not in a store."""
    return assess_case(book_of(books, case.place), case, on)


def assess(clinic: Clinic, case_id: str, on: dt.date, *, chosen: bool = False) -> Assessment:
    """Assess a saved case on a day with its own version of the rule book; keep the figures with the case.

    `on` is the computer's day, and is checked, unless a person has `chosen` it. InputError names
    two answers that contradict each other. KnownError when the day cannot be right, or when the
    case's version is not here any more (then `compare` has what was kept).
    """
    require(clinic, Right.READ)
    case = clinic.store.case(case_id)
    check_case(case)
    book = clinic.book_for(case)
    if book.version != case.rules_version and _kept_of_gone(clinic, case_id, case) is not None:
        raise KnownError(
            BOOK_GONE,
            N_("This case was computed with the rule book {version}, which is not on this computer any more."),
            N_("Look at what the newer rule book changes, then use it."),
            N_("What was found then is kept."),
            version=case.rules_version,
        )
    if not chosen:
        clock.check(clinic, on, book)
    return _assessed(clinic, case_id, case, book, on)


def look(clinic: Clinic, case_id: str, on: dt.date) -> Assessment:
    """Assess a case without keeping anything: for its red flags, which a wrong clock must not hide."""
    require(clinic, Right.READ)
    case = clinic.store.case(case_id)
    return _safest(clinic, case_id, case, clinic.book_for(case), on)


def compare(clinic: Clinic, case_id: str, on: dt.date) -> BookChange | None:
    """Return what the newest rule book changes in a case; None when the case has it already."""
    require(clinic, Right.READ)
    case = clinic.store.case(case_id)
    newest = clinic.books.get(case.place)
    if newest is None or case.rules_version in {"", newest.version}:
        return None
    check_case(case)
    own = clinic.shelf.find(case.place, case.rules_version)
    old = clinic.store.kept(case_id) if own is None else kept_of(assess_case(own, case, on))
    if old is None:
        return None
    # Against the day of what was kept: only the book may differ, not the day.
    new = kept_of(assess_case(newest, case, on if own is not None else old.on))
    return compare_kept(old, new, book_is_here=own is not None)


def adopt(clinic: Clinic, case_id: str, on: dt.date, *, chosen: bool = False) -> Changes:
    """Compute the case with the newest rule book from now on."""
    require(clinic, Right.WORK)
    case = clinic.store.case(case_id)
    check_case(case)
    book = clinic.book(case.place)
    if not chosen:
        clock.check(clinic, on, book)
    _assessed(clinic, case_id, case, book, on)
    return Changes(frozenset({"case"}), frozenset({case_id}))


def _assessed(clinic: Clinic, case_id: str, case: CaseFile, book: RuleBook, on: dt.date) -> Assessment:
    assessment = _safest(clinic, case_id, case, book, on)
    if not may(clinic, Right.WORK):  # a visitor looks, and leaves everything as it is
        return assessment
    following = assessment.next_deadline
    clinic.store.set_case(
        case_id,
        next_safe_date=following.safe_date if following else None,
        rules_version=assessment.rules_version,
    )
    clinic.store.keep(case_id, kept_of(assessment))
    return assessment


def _safest(clinic: Clinic, case_id: str, case: CaseFile, book: RuleBook, on: dt.date) -> Assessment:
    """Assess a case so that it is safe whatever is decided where two people wrote different things."""
    found = clinic.store.differences(case_id)
    if not found:
        return assess_case(book, case, on)
    as_shown = assess_case(book, case, on)

    def assessed(one: CaseFile) -> Assessment:
        try:
            check_case(one)
        except InputError:  # two answers that can not both be true
            return as_shown
        return assess_case(book, one, on)

    return differences.safest(case, found, assessed)[1]


def _kept_of_gone(clinic: Clinic, case_id: str, case: CaseFile) -> Kept | None:
    """Return what was kept of a version that is not here any more; None when nothing was."""
    kept = clinic.store.kept(case_id) if case.rules_version else None
    return kept if kept is not None and kept.version == case.rules_version else None
