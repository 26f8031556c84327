"""People and employers as lists show them: one line for all the records that are known to be the same."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

from clinic_app.domain.views import CaseRow


class TieKind(enum.Enum):
    """What two people or employers are to each other. The values stand in journals."""

    SAME_PERSON = "same_person"
    OTHER_PERSON = "other_person"  # looked at and found to be two
    SAME_EMPLOYER = "same_employer"
    OTHER_EMPLOYER = "other_employer"
    SUPPLIES = "supplies"  # one brings workers to other
    BELONGS_TO = "belongs_to"  # one is a part of other
    BUYS_FROM = "buys_from"  # one receives what other makes

    @property
    def either_way(self) -> bool:
        """Whether it makes no difference which of the two comes first."""
        return self in {TieKind.SAME_PERSON, TieKind.OTHER_PERSON, TieKind.SAME_EMPLOYER, TieKind.OTHER_EMPLOYER}


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie between two records: by their ids."""

    kind: TieKind
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One record of a person as it was written, for comparing; "" for what is not known. Never shown whole."""

    id: str
    name: str
    alias: str
    name_to_use: str
    hidden: bool
    birth: str
    age_band: str
    municipality: str
    phone: str
    official_id: str
    cases: int
    last_entry: dt.date

    @property
    def shown_name(self) -> str:
        """The name that screens may show."""
        return self.alias if self.hidden else (self.name or self.alias)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of the record, hidden ones included."""
        return tuple(name for name in (self.name, self.alias, self.name_to_use) if name)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in a list: enough to tell two of one name apart, and nothing of their problem.

    `id` is the eldest of the `records` that are known to be this person. `age` is an age band's
    code, or a year of birth. `likeness` is 0 to 100, 100 in lists that compare nothing.
    """

    id: str
    records: tuple[str, ...]
    shown_name: str
    other_names: tuple[str, ...]
    age: str
    town: str
    cases: int
    last_entry: dt.date
    likeness: int = 100


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person with all of their cases, and records that may be the same person."""

    row: PersonRow
    records: tuple[PersonRow, ...]
    cases: tuple[CaseRow, ...]
    maybe: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people or employers that may be one."""

    one: str
    other: str
    one_name: str
    other_name: str
    why: str  # a message id: what is alike


@dataclass(frozen=True, slots=True)
class EmployerRecord:
    """One record of an employer as it was written; "" for what is not known."""

    id: str
    name: str
    trade_name: str
    role: str
    place: str
    municipality: str
    state: str
    sector: str
    phone: str
    tax_id: str
    workers: int | None
    cases: tuple[str, ...]

    @property
    def shown_name(self) -> str:
        """The name that lists show: the sign or the place when the name is unknown."""
        return self.name or self.trade_name or self.place


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """One employer in a list: all records that are known to be the same."""

    id: str
    records: tuple[str, ...]
    shown_name: str
    other_names: tuple[str, ...]
    town: str
    sector: str
    cases: int
    workers: int


@dataclass(frozen=True, slots=True)
class Link:
    """An employer beside this one in a chain: what this one is to it, or it to this one."""

    tie: Tie
    employer: str
    name: str
    outward: bool
    """Whether this employer is the tie's first."""


@dataclass(frozen=True, slots=True)
class EmployerPage:
    """An employer: its records, sites, chain, the cases against it and records that may be the same."""

    row: EmployerRow
    records: tuple[EmployerRecord, ...]
    sites: tuple[str, ...]
    chain: tuple[Link, ...]
    beside: tuple[tuple[str, str, str], ...]
    """Other employers of the same cases: id, name, role as told."""
    cases: tuple[CaseRow, ...]
    recent: int
    """How many of the cases were opened in the last two years."""
    maybe: tuple[EmployerRow, ...]


def joined(ties: Iterable[Tie]) -> dict[str, tuple[str, ...]]:
    """Return for each record in a tie all records that are one with it, itself included, sorted."""
    group: dict[str, set[str]] = {}
    for tie in ties:
        one, other = group.setdefault(tie.one, {tie.one}), group.setdefault(tie.other, {tie.other})
        if one is not other:
            one |= other
            group |= dict.fromkeys(other, one)
    return {record: tuple(sorted(records)) for record, records in group.items()}
