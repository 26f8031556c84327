"""The report of counts for a time: every number is counted from what was written down, none is typed.

Small numbers can tell who somebody is. What is handed on keeps them back (`handed_on`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from clinic_app.domain.fields import Label

LEAST: Final = 5
"""The smallest number, other than none, that may stand in a table that is handed on."""

NOT_KNOWN: Final = ""


@dataclass(frozen=True, slots=True)
class Count:
    """One line: its words, and how many. `number` is None where it is kept back."""

    label: Label
    number: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. `of_people` says that each line counts people, who must not be told by it."""

    title: str
    lines: tuple[Count, ...]
    of_people: bool = True


@dataclass(frozen=True, slots=True)
class Sum:
    """Money: its words, and the least and greatest sum, in the currency of the report."""

    label: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Report:
    """What a clinic did from `first` to `last`, both days included.

    `days_to_filing` is the median from the opening of a case to its first filing, over `filed_cases`
    first filed in that time; None when there was none.
    """

    clinic: str
    first: dt.date
    last: dt.date
    headline: tuple[Count, ...]
    blocks: tuple[Block, ...]
    sums: tuple[Sum, ...]
    currency: str
    days_to_filing: int | None
    filed_cases: int


def handed_on(report: Report) -> Report:
    """Return the report as it may leave the clinic: no number of people below `LEAST`, nor one that gives it away."""
    headline = (replace(c, number=None) if c.number is not None and _small(c.number) else c for c in report.headline)
    blocks = (_kept_back(block) if block.of_people else block for block in report.blocks)
    return replace(report, headline=tuple(headline), blocks=tuple(blocks))


def _small(number: int) -> bool:
    return 0 < number < LEAST


def _kept_back(block: Block) -> Block:
    numbers = [line.number for line in block.lines]
    hidden = {at for at, number in enumerate(numbers) if number is not None and _small(number)}
    if len(hidden) == 1:  # the total would give a single one away
        others = [at for at, number in enumerate(numbers) if number and at not in hidden]
        hidden |= set(sorted(others, key=lambda at: numbers[at] or 0)[:1])
    lines = (replace(line, number=None) if at in hidden else line for at, line in enumerate(block.lines))
    return replace(block, lines=tuple(lines))


def months(first: dt.date, count: int) -> Sequence[tuple[dt.date, dt.date]]:
    """Return so many months back from a day's own, the latest first: each with its first and last day."""
    found = []
    start = first.replace(day=1)
    for _ in range(count):
        following = (start + dt.timedelta(days=32)).replace(day=1)
        found.append((start, following - dt.timedelta(days=1)))
        start = (start - dt.timedelta(days=1)).replace(day=1)
    return found
