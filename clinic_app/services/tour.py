"""The first-day tour: read from its file for the place of the clinic, and how far somebody has come.

It belongs to the practice clinic; the real one never leads anybody through an invented person.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

from clinic_app import paths
from clinic_app.domain.practice import Ago
from clinic_app.domain.roles import Right
from clinic_app.domain.tour import Progress, Spot, Tour, TourStep
from clinic_app.domain.values import Text, pick
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require

_KEPT: Final = "tour"


def file() -> Path:
    """Return where the tour is written."""
    return paths.resources() / "tour" / "first_day.yaml"


def tour(place: str, language: str, on: dt.date) -> Tour:
    """Return the tour as it is told on a day; what is typed is in the language of the screen."""
    written = yaml.safe_load(file().read_text(encoding="utf-8"))
    here = [raw for raw in written["steps"] if place in raw.get("places", (place,))]
    return Tour(tuple(_step(raw, place, language, on) for raw in here))


def progress(clinic: Clinic) -> Progress:
    """Return how far the tour is in this practice clinic."""
    require(clinic, Right.READ)
    kept = json.loads(clinic.store.remembered(_KEPT) or "{}")
    return Progress(str(kept.get("step", "")), str(kept.get("case_id", "")), bool(kept.get("over", False)))


def keep(clinic: Clinic, now: Progress) -> None:
    """Remember how far the tour is, so that it goes on there at the next start."""
    require(clinic, Right.READ)
    kept = {"step": now.step, "case_id": now.case_id, "over": now.over}
    clinic.store.remember(_KEPT, json.dumps(kept))


def _step(raw: Mapping[str, object], place: str, language: str, on: dt.date) -> TourStep:
    value = _value(raw.get("value", ""), place, language, on)
    say = _text(raw["say"])
    return TourStep(
        id=str(raw["id"]),
        at=_spot(raw["at"]),
        say={code: said.format(value=value) for code, said in say.items()},
        point=str(raw.get("point", "")),
        field=str(raw.get("field", "")),
        value=value,
        leads=_spot(raw["leads"]) if "leads" in raw else None,
    )


def _spot(raw: object) -> Spot:
    screen, _, page = str(raw).partition("/")
    return Spot(screen, page)


def _text(raw: object) -> Text:
    assert isinstance(raw, Mapping)  # a file of ours, read by tests in every language
    return {str(code): " ".join(str(said).split()) for code, said in raw.items()}


def _value(raw: object, place: str, language: str, on: dt.date) -> str:
    """Return what is typed or picked: the same for all, by place, by language, or a day so long ago."""
    if not isinstance(raw, Mapping):
        return str(raw)
    if "ago" in raw:
        day = Ago.read(raw["ago"]).day(on)
        return f"{day.day}/{day.month}/{day.year}"
    if place in raw:
        return str(raw[place])
    return pick({str(code): str(said) for code, said in raw.items()}, language)
