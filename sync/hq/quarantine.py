"""What was put aside for a person: operations that nobody answers for, and what is done with them.

They may be honest work from before a theft, or what a thief wrote; only a person can tell. Nothing
here is ever removed by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sync.errors import BadRecord
from sync.ground import Quarantined, Why
from sync.hq import devices, records, trouble
from sync.hq.office import Office, Scope
from sync.records import Operation, decode

ALL: Final = "all"
_SHORTEST: Final = 8  # signs of a hash that name an operation


class Aside(NamedTuple):
    """One operation that was put aside, in which clinic; `operation` is None when this version cannot read it."""

    scope: Scope
    kept: Quarantined
    operation: Operation | None


def listed(of: Office, computer: str = "") -> tuple[Aside, ...]:
    """Return what was put aside, of one computer or of all."""
    wanted = devices.device(of, computer).id if computer else b""
    return tuple(
        Aside(scope, kept, _read(kept))
        for scope in of.scopes()
        for kept in of.ground(scope).quarantine()
        if not wanted or kept.device == wanted
    )


def chosen(found: Sequence[Aside], names: Sequence[str]) -> tuple[Aside, ...]:
    """Return those that a person named, by the beginning of their hash or all of them. Trouble when one is unknown."""
    if ALL in names:
        return tuple(found)
    picked = []
    for name in names:
        same = [one for one in found if len(name) >= _SHORTEST and one.kept.entry.op.hex().startswith(name.lower())]
        if len(same) != 1:
            raise trouble.wrong(f"No one operation “{name}” was put aside", "a hash that “hq quarantine” lists")
        picked += same
    return tuple(picked)


def accept(of: Office, picked: Sequence[Aside]) -> int:
    """Take operations in as if an enrolled computer had signed them; return how many are in the log now."""
    count = 0
    for scope in {one.scope for one in picked}:
        taken = records.engine(of, scope).release([one.kept.entry.op for one in picked if one.scope == scope])
        count += taken.new
    for device in {one.kept.device for one in picked if one.kept.why == Why.REVOKED}:
        devices.accept(of, device)
    return count


def _read(kept: Quarantined) -> Operation | None:
    try:
        return decode(kept.entry.body) if kept.entry.body is not None else None
    except BadRecord:
        return None
