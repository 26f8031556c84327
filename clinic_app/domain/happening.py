"""Something that happened, or is to come, in a case: what may be chosen, what was told, and what it means.

`Option` is one thing to choose, made from the place's steps; `Happening` is what somebody told of it;
`Meaning` is what it will change, shown before it is saved.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Label
from clinic_app.domain.kept import DeadlineChange
from clinic_app.domain.values import Text
from clinic_app.domain.work import NewRow, Waiting

EVENT: Final = "events"
DIARY: Final = "diary"
AGREEMENT: Final = "agreement"
PAYMENT: Final = "payment"
NEW_DATE: Final = "new_date"


@dataclass(frozen=True, slots=True)
class Authority:
    """A place of the rule book: its id and its name."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may have happened. `section` says whether it is an event of the case or of the diary alone.

    `plan` is the kind of the diary's entry when its day is still to come ("" when it cannot be
    planned). `money` asks for an amount, `numbered` for the number that an authority gave.
    """

    section: str
    kind: str
    label: Label
    means: Text
    plan: str = ""
    results: tuple[str, ...] = ()
    sets: str = ""
    authorities: tuple[Authority, ...] = ()
    money: bool = False
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment that was agreed."""

    day: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Happening:
    """What somebody told of one option. `next_day` is the day of what comes next, when it was told along."""

    option: Option
    date: Edtf
    time: str = ""
    note: str = ""
    result: str = ""
    authority: str = ""
    number: str = ""
    amount: Decimal | None = None
    next_day: dt.date | None = None
    next_time: str = ""
    instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """Money: what may be owed, what was paid in all, and what is left of it, never below nothing."""

    currency: str
    low: Decimal
    high: Decimal
    paid: Decimal

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """The least and the most that is left."""
        nothing = Decimal("0.00")
        return max(nothing, self.low - self.paid), max(nothing, self.high - self.paid)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What saving a happening does: clocks that change, entries made and ticked off in the diary, the stage.

    `left` is None when no money was paid. `is_plan` says that it is written as something to come.
    """

    option: Option
    is_plan: bool
    deadlines: tuple[DeadlineChange, ...]
    rows: tuple[NewRow, ...]
    done: tuple[Waiting, ...]
    left: Left | None
    stage: str
