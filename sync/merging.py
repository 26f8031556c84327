"""Brings entities up to newly merged operations, many at once: the only way from the log to what is shown.

What is shown of an entity is a pure function of the set of its merged operations and of the times
that headquarters gave to some of them. One `Merging` lives within one transaction of its ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sync import merge
from sync.ground import Change, Ground, How, State, Stored
from sync.merge import ALIVE, EMPTY, Stamps
from sync.records import CONTROL, Kind, Operation, Value, stored

Known = Callable[[str, bytes], bool]
"""Whether an operation was merged into an entity."""


class Merging:
    """The entities that one transaction touches, with what is new of each.

    `known`, when given, answers instead of the log which operations were merged before: a rebuild
    plays the log again.
    """

    def __init__(self, ground: Ground, known: Known | None = None) -> None:
        self._ground = ground
        self._told = known
        self._before: dict[str, Stamps] = {}
        self._now: dict[str, Stamps] = {}
        self._new: dict[str, dict[bytes, Operation]] = {}
        self.times: dict[bytes, int] = {}
        """The effective times that headquarters gave to operations being merged here."""
        self._earlier: set[tuple[str, bytes]] = set()
        self._again: set[str] = set()
        self.changed: set[str] = set()
        """Every entity that was written."""
        self.disputed: set[str] = set()
        """The entities with a conflict that was not there before."""

    def load(self, operations: Mapping[bytes, Operation]) -> None:
        """Read what is needed to merge these operations, in a few questions to the ground."""
        entities = {operation.entity_id for operation in operations.values()}
        wanted = entities - self._now.keys()
        found = self._ground.stamps(wanted) if wanted else {}
        for entity in wanted:
            self._before[entity] = self._now[entity] = found.get(entity, EMPTY)
        self.times |= self._ground.annotations(operations)
        if self._told is None:
            self._load_bases(operations)

    def stamps(self, entity: str) -> Stamps:
        """Return the heads of an entity with everything that was added here."""
        if entity not in self._now:
            self._before[entity] = self._now[entity] = self._ground.stamps({entity}).get(entity, EMPTY)
        return self._now[entity]

    def add(self, op: bytes, operation: Operation) -> None:
        """Merge one operation, loaded before, that was never merged."""
        entity = operation.entity_id
        stamps = self._now[entity]
        if entity not in self._again:
            known = self._knower(entity) if operation.bases else _nothing
            after = merge.add(stamps, operation, op, known, self.times.get(op))
            self._now[entity] = after
            if stamps.entity_type not in {"", after.entity_type}:
                self._again.add(entity)  # its row goes to another table, whole
        self._new.setdefault(entity, {})[op] = operation

    def redo(self, entity: str) -> None:
        """Have an entity built anew from the log at `flush`: something already merged of it has changed."""
        self.stamps(entity)
        self._again.add(entity)

    def flush(self) -> None:
        """Write the rows of all that was touched. What was added must be in the log by now."""
        changes = self._redone() + self._added()
        self._ground.materialise([change for change in changes if change.was or change.stamps != EMPTY])
        self.changed.update(change.entity for change in changes)
        self._before = dict(self._now)
        self._new.clear()
        self._again.clear()

    def _load_bases(self, operations: Mapping[bytes, Operation]) -> None:
        """Find out which bases were merged before: heads were, of others the log tells."""
        bases = {base for o in operations.values() for hashes in o.bases.values() for base in hashes}
        if not bases:
            return
        entities = {operation.entity_id for operation in operations.values()}
        heads = {stamp.op: entity for entity in entities for stamp in self._now[entity].heads}
        self._earlier.update((entity, op) for op, entity in heads.items())
        unsure = bases - heads.keys() - operations.keys()
        if unsure:
            places = self._ground.places(unsure).values()
            self._earlier.update((place.entity, place.op) for place in places if place.state in _MERGED)

    def _knower(self, entity: str) -> Callable[[bytes], bool]:
        new = self._new.get(entity, {})
        told = self._told

        def known(base: bytes) -> bool:
            if base in new:
                return True
            return told(entity, base) if told else (entity, base) in self._earlier

        return known

    def _added(self) -> list[Change]:
        changes: list[Change] = []
        touched: dict[str, dict[bytes, Operation]] = {}
        for entity, new in self._new.items():
            if entity in self._again:
                continue
            if len(new) == 1 and self._before[entity] == EMPTY:
                changes.append(self._first(entity, new))
            else:
                touched[entity] = new
        return changes + self._edited(touched)

    def _first(self, entity: str, new: Mapping[bytes, Operation]) -> Change:
        """Return the change by the first operation on an entity: it shows what that says."""
        (operation,) = new.values()
        stamps = self._now[entity]
        return Change(
            entity=entity,
            entity_type=operation.entity_type,
            stamps=stamps,
            values=operation.fields,
            alive=operation.kind != Kind.DELETE,
            conflicts=(),
            was="",
            whole=False,
            operations=new,
        )

    def _edited(self, touched: Mapping[str, Mapping[bytes, Operation]]) -> list[Change]:
        if not touched:
            return []
        fields = {
            entity: sorted({f for o in new.values() for f in (*o.fields, *o.bases)} - {ALIVE})
            for entity, new in touched.items()
        }
        source = _Source(self._ground, {op: o for new in touched.values() for op, o in new.items()})
        for entity in touched:
            source.need(_to_read(self._now[entity], fields[entity]))
            source.need(_to_read(self._before[entity], ()))
        return [self._change(entity, touched[entity], fields[entity], source, whole=False) for entity in touched]

    def _redone(self) -> list[Change]:
        if not self._again:
            return []
        gone = self._ground.gone(self._again)
        logged: dict[str, dict[bytes, Operation]] = {entity: {} for entity in self._again}
        for one in self._ground.of_entities(self._again):
            if is_merged(one):
                assert one.entry.body is not None
                operation = stored(one.entry.body)
                if operation.kind not in CONTROL:
                    logged[one.entity][one.entry.op] = operation
        changes = []
        for entity, operations in logged.items():
            if entity in gone and gone[entity].how != How.BACK:
                operations.clear()
            times = self._ground.annotations(operations)
            stamps = EMPTY
            seen: set[bytes] = set()
            for op, operation in operations.items():
                stamps = merge.add(stamps, operation, op, seen.__contains__, times.get(op))
                seen.add(op)
            self._now[entity] = stamps
            source = _Source(self._ground, operations)
            fields = sorted({field for stamp in stamps.heads for field in stamp.fields} - {ALIVE})
            changes.append(self._change(entity, operations, fields, source, whole=True))
        return changes

    def _change(
        self, entity: str, new: Mapping[bytes, Operation], fields: Iterable[str], source: _Source, *, whole: bool
    ) -> Change:
        stamps, before = self._now[entity], self._before[entity]
        heads = merge.shown_of(stamps, fields)
        shown = {field: source.value(head.op, field) if head else None for field, head in heads.items()}
        conflicts = merge.conflicts(stamps, source.value)
        if conflicts:  # what a whole entity was before may be gone from the log: its heads are counted instead
            known = merge.contested(before) if whole else merge.conflicts(before, source.value)
            if set(conflicts).difference(known):
                self.disputed.add(entity)
        return Change(
            entity=entity,
            entity_type=stamps.entity_type or before.entity_type,
            stamps=stamps,
            values=shown,
            alive=merge.is_alive(stamps, source.read),
            conflicts=conflicts,
            was=before.entity_type,
            whole=whole,
            operations=new,
        )


class _Source:
    """Operations by hash: those at hand, the others read from the log in one question."""

    def __init__(self, ground: Ground, operations: Mapping[bytes, Operation]) -> None:
        self._ground = ground
        self._operations = dict(operations)
        self._needed: set[bytes] = set()

    def need(self, ops: Iterable[bytes]) -> None:
        self._needed.update(op for op in ops if op not in self._operations)

    def read(self, op: bytes) -> Operation:
        if op not in self._operations:
            for found, body in self._ground.bodies(self._needed | {op}).items():
                self._operations[found] = stored(body)
            self._needed.clear()
        return self._operations[op]

    def value(self, op: bytes, field: str) -> Value:
        return self.read(op).fields.get(field)


_MERGED = frozenset({State.MERGED, State.CARRIED})


def is_merged(one: Stored) -> bool:
    """Return whether an operation of the log counts in what is shown of its entity, unless it is a control."""
    return one.state in _MERGED and one.entry.body is not None


def _to_read(stamps: Stamps, fields: Iterable[str]) -> set[bytes]:
    """Return the operations whose values are asked for: shown heads, every side of a conflict, deletes."""
    wanted = {head.op for head in merge.shown_of(stamps, fields).values() if head}
    wanted.update(stamp.op for stamp in stamps.heads if stamp.deletes)
    for ops in merge.contested(stamps).values():
        wanted.update(ops)
    return wanted


def _nothing(_op: bytes) -> bool:
    return False
