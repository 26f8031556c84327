"""Many workers of one employer, checked together: amounts for each and in total."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from clinic_app.domain.assessment import Amount, Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.group_file import read_group
from clinic_app.domain.values import Text
from clinic_app.rules.book import RuleBook
from clinic_app.services import intake, screening
from clinic_app.services.clinic import questions_by_place


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """One kind of claim over all workers who have it: printed lines, added."""

    item: str
    label: Text
    cite: str
    low: Decimal
    high: Decimal
    workers: int
    in_total: bool


@dataclass(frozen=True, slots=True)
class GroupCheck:
    """The law check of each worker, and of all together."""

    cases: tuple[CaseFile, ...]
    assessments: tuple[Assessment, ...]
    items: tuple[ItemTotal, ...]
    total_low: Decimal
    total_high: Decimal


def decode(raw: bytes, books: Mapping[str, RuleBook]) -> tuple[CaseFile, ...]:
    """Read the bytes of a group file; InputError says what is wrong and where."""
    return read_group(intake.decode_json(raw), questions_by_place(books))


def assess(books: Mapping[str, RuleBook], cases: tuple[CaseFile, ...], on: dt.date) -> GroupCheck:
    """Check every worker on one day and add the printed lines."""
    return add_up(cases, tuple(screening.assess_file(books, case, on) for case in cases))


def add_up(cases: tuple[CaseFile, ...], found: tuple[Assessment, ...]) -> GroupCheck:
    """Add the printed lines of workers who were checked one by one."""
    by_item: dict[str, list[Amount]] = {}
    for assessment in found:
        for amount in assessment.amounts:
            by_item.setdefault(amount.item, []).append(amount)
    nothing = Decimal("0.00")
    return GroupCheck(
        cases,
        found,
        tuple(_total(amounts) for amounts in by_item.values()),
        sum((assessment.total_low for assessment in found), nothing),
        sum((assessment.total_high for assessment in found), nothing),
    )


def _total(amounts: list[Amount]) -> ItemTotal:
    first = amounts[0]
    low, high = sum(a.low for a in amounts), sum(a.high for a in amounts)
    in_total = any(a.in_total for a in amounts)
    return ItemTotal(first.item, first.label, first.cite, Decimal(low), Decimal(high), len(amounts), in_total)
