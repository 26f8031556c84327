"""The clinic's work on its cases: what waits, what was printed, what lies in the bin, how a case ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from clinic_app.domain.casefile import Record
from clinic_app.domain.fields import Field
from clinic_app.domain.values import Answer

STAGES: Final = ("intake", "check", "proof", "papers", "filed", "follow", "closed")
"""The stages of a case, in order: Talk, Check, Proof, Papers, Filed, Follow, Closed."""

CLOSED: Final = STAGES[-1]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open entry of a case's diary. `time` is "HH:MM" or ""; `step` the kind of event that is expected."""

    id: str
    case_id: str
    kind: str
    day: dt.date
    time: str
    note: str
    authority: str
    amount: Decimal | None
    step: str


@dataclass(frozen=True, slots=True)
class SafeContact:
    """How to reach a worker safely; "" where nothing is known. Only a plain "yes" in `may_call` allows a call."""

    may_call: str
    safe_hours: str
    phone: str
    name_to_use: str
    leave_message: str
    never: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One answer of a case that is not what it was: `then` and `now`, one of the four empties included.

    `path` is its place; `row` tells the rows of a list apart, counted from 1, and is 0 elsewhere.
    """

    path: str
    section: str
    row: int
    field: Field
    then: Answer
    now: Answer


@dataclass(frozen=True, slots=True)
class Printed:
    """Papers of a case that came out: when (ISO instant, UTC), by whom, which, which pages, by what way.

    `what` is the choice of papers or a file's name, `how` "printer", "again", "file" or "stick", and
    "" in older records. `sha256` is the hash of the PDF's bytes, `code` that of its seal; `held` is what
    the bundle held, as services wrote it down.
    """

    at: str
    actor: str
    what: str
    pages: str
    how: str
    sha256: str
    code: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class Binned:
    """A case, or a row of one, in the bin. `section` is "" for a case, of which `title` tells number and name.

    `record` is what a row says. `at` is an ISO instant in UTC and `who` put it there, "" when that is not known.
    """

    id: str
    section: str
    title: str
    record: Record
    reason: str
    at: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be added to a list of a case; `id` is "" when the store shall choose one."""

    section: str
    values: Mapping[str, Answer]
    id: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
