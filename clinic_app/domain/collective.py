"""Many workers of one employer: the group, its members, and what could not be read of a table of workers."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.values import Answer
from clinic_app.domain.views import CaseRow
from clinic_app.errors import ClinicError


class MemberState(enum.Enum):
    """How a worker stands to the group. The values stand in journals."""

    IN = ""
    LEFT = "left"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of workers of one employer. `shared` holds by path what all of them share, as JSON holds it."""

    id: str
    name: str
    place: str
    language: str
    employer: str
    opened_on: dt.date
    shared: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group as the list shows it. `workers` counts those who are in it now."""

    id: str
    name: str
    employer: str
    workers: int
    opened_on: dt.date


@dataclass(frozen=True, slots=True)
class Member:
    """One worker of a group, with the whole case; `problem` says why there is no law check."""

    row: CaseRow
    state: MemberState
    case: CaseFile
    check: Assessment | None
    problem: ClinicError | None

    @property
    def amounts(self) -> tuple[Decimal, Decimal] | None:
        """The least and the greatest sum that may be owed; None without a law check."""
        return None if self.check is None else (self.check.total_low, self.check.total_high)


@dataclass(frozen=True, slots=True)
class Unread:
    """One cell that could not be read: its row in the table (from 1), its column's words, what is wrong."""

    row: int
    column: str
    error: ClinicError


@dataclass(frozen=True, slots=True)
class ReadWorker:
    """One worker of a table: its row in it (from 1), and the answers by path ("job.start")."""

    row: int
    answers: Mapping[str, Answer]

    @property
    def name(self) -> str:
        """The name, or the alias, as it was written."""
        return str(self.answers.get("worker.name") or self.answers.get("worker.alias") or "")


@dataclass(frozen=True, slots=True)
class WorkerTable:
    """What a pasted or imported table says: its columns in order ("" for those not known), workers, unread cells."""

    headings: tuple[str, ...]
    paths: tuple[str, ...]
    workers: tuple[ReadWorker, ...]
    unread: tuple[Unread, ...]
