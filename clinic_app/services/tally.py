"""The quick tally: write down a talk in six answers; it names nobody, and can become an interview later."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Field, read_answer
from clinic_app.domain.roles import Right
from clinic_app.domain.tally import MODE, MOST_PEOPLE, OUTCOME, TOPIC, Tally, known_band, language_field
from clinic_app.errors import InputError
from clinic_app.services import intake
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

TOWNS: Final = 8
RECENT_DAYS: Final = 31
LONGEST_TOWN: Final = 200
_CHANGED: Final = Changes(frozenset({"tally"}))


def add(clinic: Clinic, tally: Tally) -> str:
    """Write a talk down and return its id. InputError names what cannot be right."""
    require(clinic, Right.WORK)
    town = " ".join(tally.town.split())
    for field in _fields(clinic):
        read_answer(field, getattr(tally, field.id), field.id)
    if len(town) > LONGEST_TOWN:
        raise InputError("town", N_("the text is too long"), N_("at most {limit} letters"), limit=LONGEST_TOWN)
    if not 1 <= tally.people <= MOST_PEOPLE:
        raise InputError("people", N_("{value} is out of bounds"), f"1–{MOST_PEOPLE}", value=tally.people)
    counted = sum(tally.bands.values())
    if counted > tally.people or not all(known_band(key) and n > 0 for key, n in tally.bands.items()):
        raise InputError(
            "bands", N_("more people are noted than there were"), N_("at most {limit} people"), limit=tally.people
        )
    return clinic.store.tallies.add(replace(tally, town=town))


def take_back(clinic: Clinic, tally: str) -> Changes:
    """Take a tally back that was written down by mistake."""
    require(clinic, Right.WORK)
    clinic.store.tallies.remove(tally)
    return _CHANGED


def recent(clinic: Clinic, on: dt.date) -> tuple[Tally, ...]:
    """Return the tallies of the last month, the latest first."""
    require(clinic, Right.READ)
    return clinic.store.tallies.between(on - dt.timedelta(days=RECENT_DAYS), on)


def towns(clinic: Clinic) -> tuple[str, ...]:
    """Return the places of the latest tallies, to be picked with one tap."""
    require(clinic, Right.READ)
    return clinic.store.tallies.towns(TOWNS)


def begin_intake(clinic: Clinic, tally: str, on: dt.date) -> str:
    """Begin an interview from a tally, with what it says of a single person; return the case's id."""
    require(clinic, Right.WORK)
    known = clinic.store.tallies.get(tally)
    case_id = intake.start(clinic, on)
    if known.town:
        intake.save(clinic, case_id, "worker.municipality", known.town)
    if known.people == 1 and len(known.bands) == 1:
        sex, _, age = next(iter(known.bands)).partition(".")
        intake.save(clinic, case_id, "worker.sex", sex)
        if "-" in age or age.endswith("+"):
            intake.save(clinic, case_id, "worker.age_band", age)
    clinic.store.tallies.became(tally, case_id)
    return case_id


def _fields(clinic: Clinic) -> tuple[Field, ...]:
    return (MODE, TOPIC, language_field(clinic.info.place), OUTCOME)
