"""What lists and headers show: small frozen rows, made by the store, carried upward."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClinicInfo:
    """The clinic on this computer. `practice` marks every screen and paper."""

    name: str
    place: str
    practice: bool
    created_on: dt.date


@dataclass(frozen=True, slots=True)
class UserInfo:
    """A person who may open the store."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list of cases. `shown_name` respects “keep hidden”."""

    id: str
    number: str
    shown_name: str
    employer: str
    stage: str  # "intake" while the interview goes on, then "check", "papers", …
    opened_on: dt.date
    touched_at: str  # ISO instant of the last change, UTC
    next_safe_date: dt.date | None
    intake_page: str  # where the interview stopped; "" when finished


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that was done in a case: when (ISO instant, UTC), by whom, what."""

    at: str
    actor: str
    kind: str
    detail: str
