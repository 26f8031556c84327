"""Zones of a country by municipality, such as wage zones, looked up without accents and case.

A municipality's name that stands in several states decides nothing without the state, and neither
does a name that is almost that of a zone: it may be a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from clinic_app.rules.functions import plain_name
from clinic_app.rules.logic import Unknown, Value
from clinic_app.rules.reading import Node, Reader, entries

NEARLY: Final = 0.85  # likeness of two names from which one may be a slip for the other


@dataclass(frozen=True, slots=True)
class Regions:
    """Zone by state and municipality; `default` is the zone of every other place.

    `elsewhere` are names of states and municipalities of the default zone that look much like others.
    """

    default: str = ""
    states: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()

    def zone(self, state: str, municipality: str) -> Value:
        """Return the zone of a place; unknown when state or municipality are missing to decide it."""
        undecided = Unknown(frozenset())
        where, name = plain_name(state), plain_name(municipality)
        where = self.aliases.get(where, where)
        if where and where not in self.states:
            return undecided if self._nearly(where, self.states) else self.default
        if not name:
            return undecided
        near = [self.states[where]] if where else list(self.states.values())
        zones = {places[name] for places in near if name in places}
        if not zones:
            return undecided if any(self._nearly(name, places) for places in near) else self.default
        if where:
            return zones.pop()
        return zones.pop() if name in self.alone and len(zones) == 1 else undecided

    def _nearly(self, name: str, known: Iterable[str]) -> bool:
        """Return whether a name is almost one of the known ones."""
        if name in self.elsewhere:
            return False
        return any(SequenceMatcher(None, name, other).ratio() >= NEARLY for other in known)


def read_regions(reader: Reader, node: Node | None) -> Regions:
    """Read the zones of a place; an absent file has none."""
    if node is None:
        return Regions()
    parts = reader.keys(node, "default zones", "aliases alone elsewhere")
    states: dict[str, dict[str, str]] = {}
    for zone, by_state in entries(parts.get("zones")):
        for state, names in entries(by_state):
            places = states.setdefault(plain_name(state), {})
            places.update({plain_name(name): zone for name in reader.strings(names)})
    aliases = {plain_name(name): plain_name(reader.string(part)) for name, part in entries(parts.get("aliases"))}
    for name, part in entries(parts.get("aliases")):
        if aliases[plain_name(name)] not in states:
            reader.problem(part, "this state has no zone")
    alone = frozenset(map(plain_name, reader.strings(parts.get("alone"))))
    elsewhere = frozenset(map(plain_name, reader.strings(parts.get("elsewhere"))))
    return Regions(reader.string(parts.get("default")), states, aliases, alone, elsewhere)
