"""Scored practice: a story that is told, what a good interview finds in it, and how an interview did.

Days of a story are counted back from the day on which it is told, so that it never grows old.
What a reviewer confirms stands in the case; amounts and deadlines always come from the law check.
"""

from __future__ import annotations

import calendar
import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Field, Kind
from clinic_app.domain.values import Answer, Empty, Span, Text, pick

PASSED_FROM: Final = Fraction(80, 100)
"""From this part of detection and of precision on, a trainee passes (indicator 1.6)."""

_VAGUEST: Final = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Ago:
    """How long before the day of the telling something was; `to` is how exactly the worker knows it."""

    years: int = 0
    months: int = 0
    days: int = 0
    to: str = "day"

    @classmethod
    def read(cls, raw: object) -> Ago:
        """Read {"years": 4, "days": 20, "to": "month"}; ValueError for anything else."""
        if not isinstance(raw, Mapping) or not set(raw) <= {"years", "months", "days", "to"}:
            raise ValueError(f"not a time ago: {raw}")
        to = str(raw.get("to", "day"))
        if to not in {"day", "month", "year"}:
            raise ValueError(f"not an exactness: {to}")
        return cls(int(raw.get("years", 0)), int(raw.get("months", 0)), int(raw.get("days", 0)), to)

    def day(self, on: dt.date) -> dt.date:
        """Return the day, counted back from a day: years and months first, then days."""
        months = on.year * 12 + on.month - 1 - self.years * 12 - self.months
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return dt.date(year, month + 1, min(on.day, last)) - dt.timedelta(days=self.days)

    def text(self, on: dt.date) -> str:
        """Return the date as an intake file holds it, no more exact than the worker is."""
        whole = self.day(on).isoformat()
        return {"day": whole, "month": whole[:7], "year": whole[:4]}[self.to]


@dataclass(frozen=True, slots=True)
class Said:
    """A fact that a good interview writes down: where it stands, and what the worker says of it."""

    path: str
    said: Text


@dataclass(frozen=True, slots=True)
class Asked:
    """What the worker says only when asked."""

    asked: Text
    answer: Text


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """A story to practise with. Every person in it is invented.

    Texts hold the names of `dates` in braces; `key` is the intake of a good interview, as an intake
    file holds it, its days still counted back; `confirmed` are the findings that a reviewer
    confirmed for it.
    """

    id: str
    place: str
    title: Text
    teaches: Text
    story: Text
    asked: tuple[Asked, ...]
    papers: tuple[Text, ...]
    dates: Mapping[str, Ago]
    key: Mapping[str, object]
    facts: tuple[Said, ...]
    confirmed: tuple[str, ...]

    def key_on(self, on: dt.date) -> dict[str, object]:
        """Return the answer key as an intake file, its days counted back from a day."""
        filled = filled_in(self.key, self.dates, on)
        assert isinstance(filled, dict)  # a mapping stays one
        return {"place": self.place, **filled}

    def told(self, text: Text, on: dt.date, say: Callable[[Edtf], str]) -> Text:
        """Return a text of the story with its days in words; `say` puts a date into words."""
        return dated(text, self.dates, on, say)


def whole(story: PracticeCase, language: str, on: dt.date, say: Callable[[Edtf], str]) -> list[str]:
    """Return the story in a language as somebody reads it alone: what is told, then what is said when asked."""
    told = [pick(story.told(story.story, on, say), language)]
    for one in story.asked:
        asked, answer = (pick(story.told(text, on, say), language) for text in (one.asked, one.answer))
        told.append(f"{asked} – {answer}")
    return told


def dated(text: Text, dates: Mapping[str, Ago], on: dt.date, say: Callable[[Edtf], str]) -> Text:
    """Return a text with the names of days in it turned into words."""
    days = {name: say(Edtf.parse(ago.text(on))) for name, ago in dates.items()}
    return {language: words.format(**days) for language, words in text.items()}


def filled_in(raw: object, dates: Mapping[str, Ago], on: dt.date) -> object:
    """Return a raw value with "$name" and {"ago": …} turned into dates."""
    if isinstance(raw, str) and raw.startswith("$"):
        return dates[raw[1:]].text(on)
    if isinstance(raw, Mapping):
        if set(raw) == {"ago"}:
            return Ago.read(raw["ago"]).text(on)
        return {str(name): filled_in(value, dates, on) for name, value in raw.items()}
    return [filled_in(value, dates, on) for value in raw] if isinstance(raw, list) else raw


class Mark(enum.Enum):
    """How a fact was written down."""

    RIGHT = "right"
    MISSED = "missed"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class FactMark:
    """One fact: what was expected, what was written, and how that is marked."""

    path: str
    field: Field
    said: Text
    mark: Mark
    expected: Answer
    written: Answer


@dataclass(frozen=True, slots=True)
class Named:
    """A finding by its rule and its title."""

    rule: str
    title: Text


@dataclass(frozen=True, slots=True)
class Score:
    """How an interview did. `deadline` is None when the story has none; `safety` and `consent`: were they asked."""

    case_id: str
    practice: str
    title: Text
    trainee: str
    on: dt.date
    found: tuple[Named, ...]
    missed: tuple[Named, ...]
    invented: tuple[Named, ...]
    facts: tuple[FactMark, ...]
    deadline: bool | None
    consent: bool
    safety: bool
    rules_version: str
    dates: Mapping[str, Ago]

    def said_of(self, fact: FactMark, say: Callable[[Edtf], str]) -> Text:
        """Return what the worker says of a fact, its days in words."""
        return dated(fact.said, self.dates, self.on, say)

    @property
    def detection(self) -> Fraction:
        """Nothing missed (1.3a): what was found and confirmed, of all that is confirmed."""
        return _part(len(self.found), len(self.found) + len(self.missed))

    @property
    def precision(self) -> Fraction:
        """Nothing invented (1.3b): what is confirmed, of all that was found."""
        return _part(len(self.found), len(self.found) + len(self.invented))

    @property
    def passed(self) -> bool:
        """Whether both reach the mark."""
        return self.detection >= PASSED_FROM and self.precision >= PASSED_FROM

    @property
    def facts_right(self) -> int:
        """How many facts are right."""
        return sum(fact.mark is Mark.RIGHT for fact in self.facts)


@dataclass(frozen=True, slots=True)
class KeptScore:
    """One line of the instructor's list."""

    case_id: str
    practice: str
    title: Text
    trainee: str
    on: dt.date
    found: int
    confirmed: int
    flagged: int
    facts_right: int
    facts: int
    deadline: bool | None
    consent: bool
    safety: bool
    rules_version: str

    @property
    def detection(self) -> Fraction:
        """Indicator 1.3a."""
        return _part(self.found, self.confirmed)

    @property
    def precision(self) -> Fraction:
        """Indicator 1.3b."""
        return _part(self.found, self.flagged)

    @property
    def passed(self) -> bool:
        """Whether both reach the mark."""
        return self.detection >= PASSED_FROM and self.precision >= PASSED_FROM


@dataclass(frozen=True, slots=True)
class Run:
    """An interview of a practice story: who does it, and on which day it was told."""

    case_id: str
    practice: str
    trainee: str
    on: dt.date


def kept_of(score: Score) -> KeptScore:
    """Return the line that the instructor's list keeps of a score."""
    found = len(score.found)
    return KeptScore(
        score.case_id,
        score.practice,
        score.title,
        score.trainee,
        score.on,
        found,
        found + len(score.missed),
        found + len(score.invented),
        score.facts_right,
        len(score.facts),
        score.deadline,
        score.consent,
        score.safety,
        score.rules_version,
    )


def mark(expected: Answer, written: Answer, kind: Kind) -> Mark:
    """Mark one fact. What was not written is missed; words are right when there are any."""
    if written is Empty.NOT_ASKED:
        return Mark.MISSED
    if isinstance(expected, Empty):
        return Mark.RIGHT if isinstance(written, Empty) else Mark.WRONG
    if isinstance(written, Empty):
        return Mark.MISSED
    return Mark.RIGHT if _agrees(expected, written, kind) else Mark.WRONG


def _agrees(expected: Answer, written: Answer, kind: Kind) -> bool:
    if kind in {Kind.TEXT, Kind.LONG_TEXT}:
        return bool(written)
    if isinstance(expected, Edtf) and isinstance(written, Edtf):
        return _same_time(expected, written)
    if isinstance(written, Span):
        return isinstance(expected, Decimal) and written.low <= expected <= written.high
    return expected == written


def _same_time(expected: Edtf, written: Edtf) -> bool:
    """Say whether two dates can be the same, the written one no vaguer than a year."""
    ends = (expected.first, expected.last, written.first, written.last)
    if any(end is None for end in ends):
        return expected.text == written.text
    first, last, from_, to = (end for end in ends if end is not None)
    return first <= to and from_ <= last and to - from_ <= _VAGUEST


def _part(of: int, all_: int) -> Fraction:
    return Fraction(of, all_) if all_ else Fraction(0)
