"""Taking back the last change of a case: a new operation that says again what was there before.

Nothing is removed from the journal. What somebody else wrote since is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from clinic_app.store import cases
from clinic_app.store.db import Db
from clinic_app.store.journal import Journal
from clinic_app.store.tables import CASE, KEPT, PERSON, PRINT, USER
from sync import merge
from sync.records import Kind as Op
from sync.records import Operation, Value

PLUMBING: Final = frozenset({"next_safe_date", "rules_version", "intake_page"})
"""What the program notes of a case by itself: nobody did it, so nobody takes it back."""

_NEVER: Final = frozenset({PRINT, KEPT, USER, PERSON})
_OPPOSITE: Final = {Op.CREATE: Op.DELETE, Op.LINK: Op.DELETE, Op.DELETE: Op.UNDELETE, Op.UNDELETE: Op.DELETE}


@dataclass(frozen=True, slots=True)
class Saved:
    """What one save did to one case, the last operation first; `number` tells it from other saves."""

    number: int
    operations: tuple[tuple[bytes, Operation], ...]


def saves(db: Db, case_id: str, actor: str, device: bytes, since: int) -> Iterator[Saved]:
    """Return the saves of a case by a person on this computer since a moment, in ms, the latest first."""
    found = [
        pair
        for pair in reversed(tuple(cases.operations(db, case_id)))
        if pair[1].actor == actor and pair[1].device == device and pair[1].wall >= since
    ]
    for number, pairs in groupby(found, key=lambda pair: pair[1].txn):
        operations = tuple(pair for pair in pairs if _is_work(pair[1]))
        if operations:
            yield Saved(number, operations)


def take_back(journal: Journal, saved: Saved, written: set[bytes]) -> tuple[Operation, ...]:
    """Write what takes a save back, inside the caller's transaction; return the operations that were undone.

    `written` are the operations that took back later saves: they said again what this one had said.
    What is written now is added to them.
    """
    undone = []
    for op, operation in saved.operations:
        if operation.kind == Op.SET:
            fields = {
                name: _before(journal, operation, name)
                for name in operation.fields
                if name not in PLUMBING and _is_shown(journal, operation.entity_id, name, {op, *written})
            }
            if not fields:
                continue
            journal.append(operation.entity_type, operation.entity_id, Op.SET, fields)
        elif _is_shown(journal, operation.entity_id, merge.ALIVE, {op, *written}):
            journal.append(operation.entity_type, operation.entity_id, _OPPOSITE[operation.kind], {})
        else:
            continue
        written.add(journal.place.op)
        undone.append(operation)
    return tuple(undone)


def _is_work(operation: Operation) -> bool:
    if operation.entity_type in _NEVER and operation.kind != Op.SET:
        return False
    if operation.entity_type in {PRINT, KEPT, USER}:
        return False
    if operation.entity_type == CASE:
        return operation.kind != Op.CREATE and bool(set(operation.fields) - PLUMBING or operation.kind != Op.SET)
    return operation.kind == Op.SET or operation.kind in _OPPOSITE


def _is_shown(journal: Journal, entity: str, field: str, ops: set[bytes]) -> bool:
    head = merge.shown(journal.stamps(entity), field)
    return head is not None and head.op in ops


def _before(journal: Journal, operation: Operation, field: str) -> Value:
    """Return what a field showed to whoever wrote the operation; None when nothing."""
    bases = [journal.operation(op) for op in operation.bases.get(field, ())]
    latest = max(bases, key=lambda base: (base.hlc, base.stream, base.seq), default=None)
    return latest.fields.get(field) if latest is not None else None
