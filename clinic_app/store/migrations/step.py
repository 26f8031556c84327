"""What one step of the store's history is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: the version it leads to and its statements. `rebuild` replays the journal after it."""

    number: int
    statements: tuple[str, ...]
    rebuild: bool = False
