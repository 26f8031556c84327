"""What two people wrote differently about one thing, as lists, screens and papers show it.

Nothing here decides: every value stays until a person chooses. Meanwhile the safest consequence
applies, and says so.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from clinic_app.domain.fields import Label, Merge
from clinic_app.domain.values import Answer


class About(enum.Enum):
    """What a difference is about."""

    ANSWER = "answer"  # one answer has several values
    DELETED = "deleted"  # one person deleted what another changed


@dataclass(frozen=True, slots=True)
class Said:
    """One of the values: who wrote it, on which computer, when. `ref` names it when one is chosen.

    `clock_wrong` tells that it was recorded while the computer's date was wrong. `computer` is ""
    when its name is not known; `here` that it is this one. `deletes` tells that this person removed
    the record; then `answer` says nothing. `papers` are the titles of evidence that the same person
    added to the case on the same day: they may say why.
    """

    ref: str
    answer: Answer
    who: str
    computer: str
    at: dt.datetime
    clock_wrong: bool = False
    here: bool = False
    deletes: bool = False
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Several values of one answer of a case that were written apart, the latest last.

    `path` is the answer's place ("job.last_day", "employers[<row>].name", "case.stage"); of a record
    that one person removed and another changed, the record's ("events[<row>]", "case").
    `safest` is what applies until someone decides, None when no value is safer than another.
    `asked` is the day on which someone noted “ask the worker”, None while nobody did.
    """

    case_id: str
    path: str
    label: Label
    merge: Merge
    values: tuple[Said, ...]
    about: About = About.ANSWER
    safest: Answer | None = None
    asked: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A difference that somebody decided: when and by whom. It can be opened again."""

    case_id: str
    path: str
    label: Label
    on: dt.date
    who: str
