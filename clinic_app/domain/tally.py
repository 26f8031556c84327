"""The quick tally: advice that was given without opening a case, counted so that no work is lost.

It names nobody. The codes are permanent: they stand in journals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clinic_app.domain.catalogue import AGE_BANDS, SEX
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.words import N_

MOST_PEOPLE: Final = 5000

MODE: Final = Field(
    "mode",
    Kind.CHOICE,
    N_("How was it?"),
    choices=(
        Choice("phone", N_("By telephone")),
        Choice("office", N_("Someone came by")),
        Choice("visit", N_("On a visit")),
        Choice("group", N_("A group talk")),
        Choice("message", N_("By message")),
    ),
)
TOPIC: Final = Field(
    "topic",
    Kind.CHOICE,
    N_("What was it about?"),
    choices=(
        Choice("pay", N_("Pay")),
        Choice("time", N_("Hours, rest, holidays")),
        Choice("contract", N_("Contract, social security")),
        Choice("ending", N_("Dismissal, end of work")),
        Choice("discrimination", N_("Discrimination, maternity")),
        Choice("harassment", N_("Harassment, violence")),
        Choice("safety", N_("Safety, accident")),
        Choice("children", N_("Child labour")),
        Choice("forced", N_("Forced labour")),
        Choice("union", N_("Union, agreement")),
        Choice("retaliation", N_("Reprisal")),
        Choice("housing", N_("Housing, transport, water")),
        Choice("fees", N_("Fees or lies at hiring")),
        Choice("other", N_("Other")),
    ),
)
PEOPLE: Final = Field(
    "people",
    Kind.CHOICE,
    N_("How many people?"),
    choices=(
        Choice("1", N_("1 person")),
        Choice("2", N_("2 people")),
        Choice("3", N_("3 people")),
        Choice("4", N_("4 people")),
        Choice("5", N_("5 people")),
        Choice("10", N_("10 people")),
        Choice("15", N_("15 people")),
        Choice("20", N_("20 people")),
        Choice("30", N_("30 people")),
    ),
)
OUTCOME: Final = Field(
    "outcome",
    Kind.CHOICE,
    N_("What came of it?"),
    choices=(
        Choice("advised", N_("Advice was given")),
        Choice("informed", N_("A talk or a leaflet")),
        Choice("referred", N_("Sent on to someone else")),
        Choice("will_come", N_("Will come to the clinic")),
        Choice("nothing", N_("Nothing could be done")),
    ),
)
LANGUAGES: Final = {
    "es": N_("Spanish"),
    "nah": N_("Nahuatl"),
    "mix": N_("Mixtec"),
    "zap": N_("Zapotec"),
    "trc": N_("Triqui"),
    "yua": N_("Maya"),
    "que": N_("Quechua"),
    "aym": N_("Aymara"),
    "cni": N_("Asháninka"),
    "ka": N_("Georgian"),
    "az": N_("Azerbaijani"),
    "hy": N_("Armenian"),
    "ru": N_("Russian"),
    "en": N_("English"),
    "other": N_("Another"),
}
_OF_PLACE: Final = {
    "mx": ("es", "nah", "mix", "zap", "trc", "yua", "other"),
    "pe": ("es", "que", "aym", "cni", "other"),
    "ge": ("ka", "az", "hy", "ru", "other"),
}
NOT_ASKED: Final = "not_asked"


@dataclass(frozen=True, slots=True)
class Tally:
    """One talk: `bands` counts people by "sex.age band"; those not noted are the rest of `people`.

    `became` is the id of the case that was begun from it, "" for none.
    """

    day: dt.date
    mode: str
    topic: str
    town: str
    people: int
    bands: Mapping[str, int]
    language: str
    outcome: str
    id: str = ""
    became: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "bands", MappingProxyType(dict(self.bands)))


def language_field(place: str) -> Field:
    """Return the question for the language, with those that are spoken in a place."""
    codes = _OF_PLACE.get(place, tuple(LANGUAGES))
    choices = tuple(Choice(code, LANGUAGES[code]) for code in codes)
    return Field("language", Kind.CHOICE, N_("In what language?"), choices=choices)


def band(sex: str, age: str) -> str:
    """Return the key of a sex and an age band, as tallies count them."""
    return f"{sex}.{age}"


def known_band(key: str) -> bool:
    """Return whether a key is one of `band`."""
    sex, _, age = key.partition(".")
    return sex in {choice.code for choice in SEX} and age in {choice.code for choice in AGE_BANDS} | {NOT_ASKED}
