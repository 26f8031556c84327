from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from clinic_app.domain.tally import Tally, language_field
from clinic_app.errors import InputError
from clinic_app.services import casework, tally
from clinic_app.services.clinic import Clinic

ON = dt.date(2026, 7, 15)
TALK = Tally(ON, "group", "pay", "Ensenada", 3, {"female.25-34": 2}, "mix", "advised")


def test_a_talk_is_kept_and_can_be_taken_back(clinic: Clinic) -> None:
    made = tally.add(clinic, dataclasses.replace(TALK, town="  San   Quintín "))
    (kept,) = tally.recent(clinic, ON)
    assert kept == dataclasses.replace(TALK, town="San Quintín", id=made)
    assert tally.towns(clinic) == ("San Quintín",)
    assert tally.recent(clinic, ON + dt.timedelta(days=40)) == ()
    tally.take_back(clinic, made)
    assert tally.recent(clinic, ON) == ()
    assert clinic.store.check() == []
    with pytest.raises(InputError):
        tally.take_back(clinic, made)


WRONG: tuple[dict[str, object], ...] = (
    {"people": 0},
    {"people": 10**6},
    {"bands": {"female.25-34": 4}},
    {"bands": {"female.25-34": -1}},
    {"bands": {"x.y": 1}},
    {"mode": "pigeon"},
    {"topic": ""},
    {"language": "tlh"},
    {"outcome": "?"},
    {"town": "x" * 500},
)


def test_what_cannot_be_is_refused(clinic: Clinic) -> None:
    for wrong in WRONG:
        with pytest.raises(InputError) as caught:
            tally.add(clinic, dataclasses.replace(TALK, **wrong))  # type: ignore[arg-type]  # on purpose
        assert caught.value.path == next(iter(wrong))
    assert tally.recent(clinic, ON) == ()


def test_a_tally_becomes_an_interview_with_what_it_knows(clinic: Clinic) -> None:
    made = tally.add(clinic, dataclasses.replace(TALK, people=1, bands={"male.35-44": 1}))
    worker = casework.case(clinic, tally.begin_intake(clinic, made, ON)).section("worker")
    assert (worker.text("municipality"), worker.text("sex"), worker.text("age_band")) == ("Ensenada", "male", "35-44")
    assert tally.recent(clinic, ON)[0].became
    many = tally.add(clinic, TALK)
    worker = casework.case(clinic, tally.begin_intake(clinic, many, ON)).section("worker")
    assert worker.text("sex") == ""


@pytest.mark.parametrize("place", ["mx", "pe", "ge", "zembla"])
def test_the_languages_of_a_place(place: str) -> None:
    codes = [choice.code for choice in language_field(place).choices]
    assert codes[-1] == "other"
    assert len(codes) == len(set(codes)) > 3
