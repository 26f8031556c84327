"""The steps of a case on its way through authorities: what can happen, what comes out, what to expect next.

Which steps a place has, their names and what they mean are data of its rule book (`steps.yaml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clinic_app.domain.values import Text

WAYS: Final = ("called", "came", "paper", "hearing", "paid", "sent", "threat", "other")
"""How the clinic hears of something: the eight buttons, in their order."""

PLANS: Final = ("hearing", "visit")
"""The kinds of a diary entry that a step with a day to come makes."""

REACHES: Final = ("filed", "follow")
"""The stages of a case that a step may lead to."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What to ask about next: the step, after how many days, and the result after which it is expected ("" always)."""

    step: str
    days: int
    after: str = ""


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """One step at an authority of the place.

    `id` is a kind of event, `way` the button under which it stands, `at` the places of the rule book
    where it happens. A step with a `plan` can have a day to come, and then its `results` are asked
    for; `writes` names the kind of event that a result is besides. `sets` is the step whose day may be
    told with this one. `reaches` is the stage that the case is in from then on.
    """

    id: str
    way: str
    name: Text
    means: Text
    at: tuple[str, ...]
    plan: str
    results: tuple[str, ...]
    writes: tuple[tuple[str, str], ...]
    expects: tuple[Expected, ...]
    sets: str
    reaches: str
