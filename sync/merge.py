"""How values written apart become one: the heads of a field, the one that is shown, the conflicts.

Everything here is a pure function of a set of operations: the order in which they arrive, their
grouping and their repetition never matter. Nothing is overwritten; what is not shown stays a head
until somebody, having seen it, writes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from sync.clock import LATEST
from sync.errors import UNREADABLE, BadRecord
from sync.records import Kind, Operation, Value

ALIVE = "_alive"
"""The field of an entity that says whether it was deleted. A delete's bases under this name are all
the operations on the entity that its writer saw."""
MAKING: Final = frozenset({Kind.CREATE, Kind.LINK, Kind.EVENT})
"""The kinds of operation that make an entity."""
LIFE: Final = MAKING | {Kind.DELETE, Kind.UNDELETE}
"""The kinds that write `ALIVE`."""


class Stamp(msgspec.Struct, frozen=True, array_like=True):
    """One operation that is a head, and the fields it is a head of. `time` is its effective time.

    `deletes` tells a delete, so that the common case need not read its operation.
    """

    time: int
    stream: bytes
    seq: int
    op: bytes
    deletes: bool
    fields: tuple[str, ...]


class Stamps(msgspec.Struct, frozen=True, array_like=True):
    """All heads of one entity, in one canonical form.

    `awaited` are bases that were named before their operation arrived, by field: when it does
    arrive it is no head. `touched` is the latest effective time and `wall` its computer's clock.
    `made` is the earliest effective time of an operation that made the entity, 0 when none did.
    `entity_type` is the first by alphabet that its operations name: honest ones name one.
    """

    heads: tuple[Stamp, ...] = ()
    awaited: tuple[tuple[str, bytes], ...] = ()
    touched: int = 0
    wall: int = 0
    made: int = 0
    entity_type: str = ""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Stamps)
EMPTY = Stamps()


def pack(stamps: Stamps) -> bytes:
    """Return the stamps as bytes; equal stamps give equal bytes."""
    return _ENCODER.encode(stamps)


def unpack(blob: bytes) -> Stamps:
    """Read packed stamps; BadRecord when they are damaged."""
    try:
        return _DECODER.decode(blob)
    except UNREADABLE as error:
        raise BadRecord(f"not the heads of an entity: {error}") from error


def heads(stamps: Stamps, field: str) -> tuple[Stamp, ...]:
    """Return the heads of a field, the shown one last."""
    return tuple(stamp for stamp in stamps.heads if field in stamp.fields)


def shown(stamps: Stamps, field: str) -> Stamp | None:
    """Return the head whose value is shown: the largest (effective time, stream, seq)."""
    found = heads(stamps, field)
    return found[-1] if found else None


def bases_of(stamps: Stamps, fields: Iterable[str]) -> dict[str, tuple[bytes, ...]]:
    """Return what an operation on these fields names as bases: every head there is now."""
    found = {field: tuple(sorted(s.op for s in stamps.heads if field in s.fields)) for field in fields}
    return {field: ops for field, ops in found.items() if ops}


def written(operation: Operation) -> tuple[str, ...]:
    """Return the fields that an operation writes, the deleted mark included, sorted."""
    lifecycle = operation.kind in LIFE
    return tuple(sorted({*operation.fields, ALIVE} if lifecycle else operation.fields))


def add(
    stamps: Stamps, operation: Operation, op: bytes, known: Callable[[bytes], bool], time: int | None = None
) -> Stamps:
    """Return the heads after one more operation, which must not be among those known already.

    `op` is its hash; `known` tells whether the operation with a hash has been merged. `time` is its
    effective time, when headquarters gave it another than its own.
    """
    time = operation.hlc if time is None else time
    if not written(operation):
        return stamps  # it says nothing
    if stamps == EMPTY and not operation.bases:  # the first word of an entity: nearly all of a first sync
        return _first(operation, op, time)
    awaited = {pair for pair in stamps.awaited if pair[1] != op}
    mine = [field for field in written(operation) if (field, op) not in stamps.awaited]
    gone: dict[bytes, set[str]] = {}
    for field, hashes in operation.bases.items():
        for base in hashes:
            gone.setdefault(base, set()).add(field)
    kept = []
    for stamp in stamps.heads:
        lost = gone.get(stamp.op)
        fields = tuple(f for f in stamp.fields if f not in lost) if lost else stamp.fields
        if fields:
            kept.append(msgspec.structs.replace(stamp, fields=fields) if lost else stamp)
    for base, lost in gone.items():
        if not known(base):
            awaited.update((field, base) for field in lost)
    if mine:
        deletes = operation.kind == Kind.DELETE
        kept.append(Stamp(time, operation.stream, operation.seq, op, deletes, tuple(mine)))
        kept.sort(key=_order)
    touched, wall = max((stamps.touched, stamps.wall), (time, operation.wall))
    kind = min(stamps.entity_type or operation.entity_type, operation.entity_type)
    return Stamps(tuple(kept), tuple(sorted(awaited)), touched, wall, _made(stamps, operation, time), kind)


def _made(stamps: Stamps, operation: Operation, time: int) -> int:
    if operation.kind not in MAKING:
        return stamps.made
    return min(stamps.made or LATEST, max(time, 1))  # made twice, on two computers: the first time counts


def _first(operation: Operation, op: bytes, time: int) -> Stamps:
    mine = written(operation)
    stamp = Stamp(time, operation.stream, operation.seq, op, operation.kind == Kind.DELETE, mine)
    return Stamps((stamp,), (), time, operation.wall, _made(EMPTY, operation, time), operation.entity_type)


def _order(stamp: Stamp) -> tuple[int, bytes, int, bytes]:
    return stamp.time, stamp.stream, stamp.seq, stamp.op


def shown_of(stamps: Stamps, fields: Iterable[str]) -> dict[str, Stamp | None]:
    """Return, for each of these fields, the head whose value is shown; None when it has none."""
    last = {field: stamp for stamp in stamps.heads for field in stamp.fields}
    return {field: last.get(field) for field in fields}


def conflicts(stamps: Stamps, value: Callable[[bytes, str], Value]) -> tuple[str, ...]:
    """Return the fields with heads of different values, sorted. `value` reads one from its operation."""
    clashing = (
        field for field, ops in contested(stamps).items() if len({_comparable(value(op, field)) for op in ops}) > 1
    )
    return tuple(sorted(clashing))


def contested(stamps: Stamps) -> dict[str, list[bytes]]:
    """Return the fields with more than one head, and these heads, the shown one last."""
    if len(stamps.heads) < 2:  # noqa: PLR2004 - the common case
        return {}
    found: dict[str, list[bytes]] = {}
    for stamp in stamps.heads:
        for field in stamp.fields:
            found.setdefault(field, []).append(stamp.op)
    return {field: ops for field, ops in found.items() if len(ops) > 1 and field != ALIVE}


def _comparable(value: Value) -> tuple[str, Value]:
    return type(value).__name__, value  # True is not 1


def is_alive(stamps: Stamps, operation: Callable[[bytes], Operation]) -> bool:
    """Return whether the entity is to be shown.

    It is hidden only when the heads of its life are all deletes and no head of any field was
    unseen by all of them: what somebody wrote without knowing of the delete is never hidden.
    """
    life = heads(stamps, ALIVE)
    if not life or not all(stamp.deletes for stamp in life):
        return True
    seen = set().union(*(operation(stamp.op).bases.get(ALIVE, ()) for stamp in life))
    return any(stamp.op not in seen and not stamp.deletes for stamp in stamps.heads)


def bases_of_delete(stamps: Stamps) -> dict[str, tuple[bytes, ...]]:
    """Return the bases of a delete: under the mark of life, every head of every field seen now."""
    seen: Sequence[bytes] = sorted({stamp.op for stamp in stamps.heads})
    return {ALIVE: tuple(seen)} if seen else {}
