"""The clinic's dates, day by day: last days of clocks, hearings and other entries, days off, talks."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from clinic_app.domain.fields import Label


class DayKind(enum.Enum):
    """What falls on a day."""

    DEADLINE = "deadline"  # the safe date of a case
    ENTRY = "entry"  # an open entry of a case's diary: a hearing, a call, an instalment …
    EVENT = "event"  # something that happened in a case on that day and was told ahead
    CLOSED = "closed"  # the authorities are closed


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on one day. `what` is the code of an entry or event or, when closed, the reason in words.

    `case_id`, `number` and `name` are "" for what belongs to no case; `name` respects “keep hidden”.
    """

    day: dt.date
    kind: DayKind
    what: Label = ""
    time: str = ""
    case_id: str = ""
    number: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month or a week for paper: its days in order, whole weeks, and the words of each item."""

    title: str
    weekdays: tuple[str, ...]
    days: tuple[tuple[dt.date, bool, tuple[str, ...]], ...]
    """Each day, whether it belongs to the month, and its lines."""
