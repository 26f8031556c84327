"""The user guide as values: its leaves in reading order, and what helps with one question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clinic_app.domain.values import Text


@dataclass(frozen=True, slots=True)
class Leaf:
    """One help page of the guide: its topic, title and text (Markdown without the title), and its picture if any."""

    topic: str
    title: str
    text: str
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the guide."""

    title: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class QuestionHelp:
    """What helps with one question of the interview: words of its own, and what its answer decides by the law."""

    text: str
    decides: tuple[Text, ...]
    more: int = 0
    """How many more things it decides than are named."""
