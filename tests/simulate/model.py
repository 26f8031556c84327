"""The reference model: what merging means, said as plainly as possible and with no care for speed.

A field's heads are the operations on it that no known operation names as a base.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync import merge
from sync.merge import ALIVE
from sync.records import Kind, Operation, Value


@dataclass(frozen=True, slots=True)
class Model:
    """One entity: its merged operations by hash, and the times that headquarters gave to some."""

    operations: Mapping[bytes, Operation]
    times: Mapping[bytes, int]

    def heads(self, field: str) -> set[bytes]:
        named = {base for o in self.operations.values() for base in o.bases.get(field, ())}
        return {op for op, o in self.operations.items() if field in merge.written(o)} - named

    def fields(self) -> set[str]:
        return {field for o in self.operations.values() for field in o.fields}

    def shown(self, field: str) -> Value:
        heads = self.heads(field)
        return self.operations[max(heads, key=self._rank)].fields[field] if heads else None

    def conflicts(self) -> tuple[str, ...]:
        values = {f: {repr(self.operations[op].fields[f]) for op in self.heads(f)} for f in self.fields()}
        return tuple(sorted(field for field, found in values.items() if len(found) > 1))

    def is_alive(self) -> bool:
        life = self.heads(ALIVE)
        if not life or any(self.operations[op].kind != Kind.DELETE for op in life):
            return True
        seen = {base for op in life for base in self.operations[op].bases.get(ALIVE, ())}
        return any(op not in seen for field in self.fields() for op in self.heads(field))

    def row(self) -> tuple[dict[str, Value], bool, tuple[str, ...]]:
        """What people see: values, whether it is there, conflicts."""
        shown = {field: self.shown(field) for field in sorted(self.fields())}
        return {f: v for f, v in shown.items() if v is not None}, self.is_alive(), self.conflicts()

    def _rank(self, op: bytes) -> tuple[int, bytes, int, bytes]:
        operation = self.operations[op]
        return self.times.get(op, operation.hlc), operation.stream, operation.seq, op
