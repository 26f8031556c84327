"""What a service call touched: the one value that tells every screen what to load again."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Changes:
    """Kinds ("case", "clinic") and case ids that a call changed; falsy when nothing changed."""

    kinds: frozenset[str] = field(default_factory=frozenset)
    cases: frozenset[str] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.kinds or self.cases)

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.kinds | other.kinds, self.cases | other.cases)
