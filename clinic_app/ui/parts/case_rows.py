"""The columns of the list of cases. The problem itself is never shown in a list."""

from __future__ import annotations

from typing import Final

from clinic_app.domain.views import CaseRow
from clinic_app.i18n import Words
from clinic_app.ui.kit.listing import Column
from clinic_app.ui.parts.stages import STAGE_WORDS
from clinic_app.words import N_


def _name(words: Words, case: CaseRow) -> str:
    return case.shown_name or words(N_("No name yet"))


def _employer(_words: Words, case: CaseRow) -> str:
    return case.employer


def _number(_words: Words, case: CaseRow) -> str:
    return case.number


def _stage(words: Words, case: CaseRow) -> str:
    return words(STAGE_WORDS[case.stage])


def _deadline(words: Words, case: CaseRow) -> str:
    return words.short_date(case.next_safe_date) if case.next_safe_date else "—"


COLUMNS: Final = (
    Column(N_("Name"), _name, 3),
    Column(N_("Employer"), _employer, 3),
    Column(N_("Next deadline"), _deadline, 0),
    Column(N_("State"), _stage, 2, spare=True),
    Column(N_("Number"), _number, 0),
)
