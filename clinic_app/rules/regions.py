"""Zones of a country by municipality, such as wage zones, looked up without accents and case.

A municipality's name that stands in several states decides nothing without the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clinic_app.rules.functions import plain_name
from clinic_app.rules.logic import Unknown, Value
from clinic_app.rules.reading import Node, Reader, entries


@dataclass(frozen=True, slots=True)
class Regions:
    """Zone by state and municipality; `default` is the zone of every other place."""

    default: str = ""
    states: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    alone: frozenset[str] = frozenset()

    def zone(self, state: str, municipality: str) -> Value:
        """Return the zone of a place; unknown when state or municipality are missing to decide it."""
        undecided = Unknown(frozenset())
        where, name = plain_name(state), plain_name(municipality)
        where = self.aliases.get(where, where)
        if where and where not in self.states:
            return self.default
        if not name:
            return undecided
        if where:
            return self.states[where].get(name, self.default)
        zones = {places[name] for places in self.states.values() if name in places}
        if not zones:
            return self.default
        return zones.pop() if name in self.alone and len(zones) == 1 else undecided


def read_regions(reader: Reader, node: Node | None) -> Regions:
    """Read the zones of a place; an absent file has none."""
    if node is None:
        return Regions()
    parts = reader.keys(node, "default zones", "aliases alone")
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
    return Regions(reader.string(parts.get("default")), states, aliases, alone)
