"""What a case's law check came to under one version of the rule book, kept with the case.

Short enough to be kept for every case: totals, lines, deadlines and findings, without their
working. Two of them side by side say what a newer book changes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from clinic_app.domain.assessment import Assessment, Status
from clinic_app.domain.values import Text


@dataclass(frozen=True, slots=True)
class KeptAmount:
    """One line of money."""

    item: str
    label: Text
    low: Decimal
    high: Decimal
    in_total: bool


@dataclass(frozen=True, slots=True)
class KeptDeadline:
    """One clock."""

    action: str
    label: Text
    deadline: dt.date
    safe_date: dt.date


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """One finding."""

    rule: str
    title: Text
    status: Status


@dataclass(frozen=True, slots=True)
class Kept:
    """The figures of one law check, the day it was made on, and the version of the rule book."""

    version: str
    on: dt.date
    currency: str
    total_low: Decimal
    total_high: Decimal
    amounts: tuple[KeptAmount, ...]
    deadlines: tuple[KeptDeadline, ...]
    findings: tuple[KeptFinding, ...]


@dataclass(frozen=True, slots=True)
class AmountChange:
    """One line of money, or the total, before and after; None where it does not stand."""

    label: Text
    old: tuple[Decimal, Decimal] | None
    new: tuple[Decimal, Decimal] | None


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """One clock's safe date and last legal day, before and after; None where it does not stand."""

    label: Text
    old: tuple[dt.date, dt.date] | None
    new: tuple[dt.date, dt.date] | None


@dataclass(frozen=True, slots=True)
class FindingChange:
    """How sure a finding is, before and after; None where it does not stand."""

    title: Text
    old: Status | None
    new: Status | None


@dataclass(frozen=True, slots=True)
class BookChange:
    """What a newer rule book changes in a case, line by line, before anything is replaced.

    `old` is what holds until the new book is adopted. `book_is_here` is False when the old book is
    gone and `old` is only what was kept of it.
    """

    old: Kept
    new: Kept
    book_is_here: bool
    total: AmountChange | None
    amounts: tuple[AmountChange, ...]
    deadlines: tuple[DeadlineChange, ...]
    findings: tuple[FindingChange, ...]

    @property
    def same(self) -> bool:
        """Whether the figures stay as they are."""
        return not (self.total or self.amounts or self.deadlines or self.findings)


def kept_of(assessment: Assessment) -> Kept:
    """Return the figures of a law check."""
    return Kept(
        version=assessment.rules_version,
        on=assessment.as_of,
        currency=assessment.currency,
        total_low=assessment.total_low,
        total_high=assessment.total_high,
        amounts=tuple(KeptAmount(a.item, a.label, a.low, a.high, a.in_total) for a in assessment.amounts),
        deadlines=tuple(KeptDeadline(d.action, d.label, d.deadline, d.safe_date) for d in assessment.deadlines),
        findings=tuple(KeptFinding(f.rule, f.title, f.status) for f in assessment.findings),
    )


def compare(old: Kept, new: Kept, *, book_is_here: bool) -> BookChange:
    """Return what differs between the figures of two versions."""
    totals = ((old.total_low, old.total_high), (new.total_low, new.total_high))
    return BookChange(
        old,
        new,
        book_is_here,
        AmountChange({}, *totals) if totals[0] != totals[1] else None,
        tuple(_amounts(old, new)),
        tuple(_deadlines(old, new)),
        tuple(_findings(old, new)),
    )


def _amounts(old: Kept, new: Kept) -> list[AmountChange]:
    olds, news = ({a.item: a for a in kept.amounts} for kept in (old, new))
    found = []
    for item in dict.fromkeys((*olds, *news)):
        before, after = olds.get(item), news.get(item)
        was, is_now = ((a.low, a.high) if a else None for a in (before, after))
        if was != is_now:
            found.append(AmountChange((after or olds[item]).label, was, is_now))
    return found


def _deadlines(old: Kept, new: Kept) -> list[DeadlineChange]:
    olds, news = ({d.action: d for d in kept.deadlines} for kept in (old, new))
    found = []
    for action in dict.fromkeys((*olds, *news)):
        before, after = olds.get(action), news.get(action)
        was, is_now = ((d.safe_date, d.deadline) if d else None for d in (before, after))
        if was != is_now:
            found.append(DeadlineChange((after or olds[action]).label, was, is_now))
    return found


def _findings(old: Kept, new: Kept) -> list[FindingChange]:
    olds, news = ({f.rule: f for f in kept.findings} for kept in (old, new))
    found = []
    for rule in dict.fromkeys((*olds, *news)):
        before, after = olds.get(rule), news.get(rule)
        was, is_now = (f.status if f else None for f in (before, after))
        if was is not is_now:
            found.append(FindingChange((after or olds[rule]).title, was, is_now))
    return found
