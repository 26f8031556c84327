"""The first-day tour as values: what is said at each step, what it points at, and when it is done.

A step names screens and fields as the rest of the program does; it holds no widget.
"""

from __future__ import annotations

from dataclasses import dataclass

from clinic_app.domain.values import Text


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the window something happens: a screen, and in the interview its page (the beginning of its id)."""

    screen: str
    page: str = ""

    def holds(self, screen: str, page: str) -> bool:
        """Say whether a place in the window is this spot."""
        return screen == self.screen and page.startswith(self.page)


@dataclass(frozen=True, slots=True)
class TourStep:
    """One thing to do.

    `point` is the part of the screen to press or look at ("rail.new", "shown.forward"), or "" for a
    field; `field` is the path of the answer to give, `value` what the story answers (a code, or the
    text to type). The step is done when the answer is there, when the window is at `leads`, or,
    when it has neither, when it was read.
    """

    id: str
    at: Spot
    say: Text
    point: str = ""
    field: str = ""
    value: str = ""
    leads: Spot | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is: the step, and the interview that the tour began. A tour never begun has no step."""

    step: str = ""
    case_id: str = ""
    over: bool = False
    """Whether it was finished, or declined when it was offered."""


@dataclass(frozen=True, slots=True)
class Tour:
    """The whole tour of one place, in order."""

    steps: tuple[TourStep, ...]

    def number(self, step_id: str) -> int:
        """Return the number of a step from 0; 0 for a step that is not there (any more)."""
        return next((n for n, step in enumerate(self.steps) if step.id == step_id), 0)
