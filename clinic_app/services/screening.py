"""The law check of a case: what may be violated, what may be owed, and by when to act."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.checks import check_case
from clinic_app.rules.assess import assess as assess_case
from clinic_app.rules.book import RuleBook
from clinic_app.services.clinic import Clinic, book_of


def assess_file(books: Mapping[str, RuleBook], case: CaseFile, on: dt.date) -> Assessment:
    """Assess a case that is not in a store."""
    return assess_case(book_of(books, case.place), case, on)


def assess(clinic: Clinic, case_id: str, on: dt.date) -> Assessment:
    """Assess a saved case on a day, and remember its next safe date and rule book for the lists.

    InputError names two answers that contradict each other.
    """
    case = clinic.store.case(case_id)
    check_case(case)
    assessment = assess_file(clinic.books, case, on)
    following = assessment.next_deadline
    clinic.store.set_case(
        case_id,
        next_safe_date=following.safe_date if following else None,
        rules_version=assessment.rules_version,
    )
    return assessment
