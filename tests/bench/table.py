"""One table for every bench: what was measured, beside its floor of the same run and its goal.

A bench prints as it likes, and hands its rows over with `keep`; `tests.bench.all` gathers them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

HEADS: Final = ("", "measured", "floor", "ratio", "goal", "")
LARGE: Final = 100
SMALL: Final = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `goal` is the most it may be, or with `at_least` the least; None when none was set.

    `floor` is the same work at its barest, measured in the same run and unit; None when there is none.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    goal: float | None = None
    at_least: bool = False

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words."""
        sign = "≥" if self.at_least else "≤"
        return (
            self.name,
            f"{number(self.value)} {self.unit}".strip(),
            "" if self.floor is None else number(self.floor),
            "" if not self.floor else number(self.value / self.floor),
            "" if self.goal is None else f"{sign} {number(self.goal)}",
            {None: "", True: "reached", False: "**not reached**"}[self.reached],
        )


def arguments(reader: argparse.ArgumentParser) -> None:
    """Add what every bench may be told."""
    reader.add_argument("--quick", action="store_true", help="a smaller run, to see that all works")
    reader.add_argument("--rows", type=Path, help="a file for the rows of the one table")


def keep(path: Path | None, rows: Sequence[Row]) -> None:
    """Hand rows over when a file is given."""
    if path is not None:
        path.write_bytes(msgspec.json.encode(rows))


def kept(path: Path) -> tuple[Row, ...]:
    """Return the rows of a file; none when the bench ended before it had any."""
    return tuple(msgspec.json.decode(path.read_bytes(), type=list[Row])) if path.exists() else ()


def number(value: float) -> str:
    """Return a figure with three digits that count, and whole above a hundred."""
    if abs(value) >= LARGE or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= SMALL else f"{value:.2g}"


def plain(rows: Iterable[Row]) -> str:
    """Return rows as lines for a terminal."""
    lines = [HEADS, *(row.cells for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(HEADS))]
    return "".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )


def markdown(rows: Iterable[Row]) -> str:
    """Return rows as a table of the README."""
    lines = ["| " + " | ".join(HEADS) + " |", "|---|--:|--:|--:|--:|---|"]
    lines += ["| " + " | ".join(row.cells) + " |" for row in rows]
    return "\n".join(lines) + "\n"
