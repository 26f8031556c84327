from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from sync import merge
from sync.clock import Clock
from sync.merge import ALIVE, Stamps
from sync.records import GENESIS, Kind, Operation, Value, decode, digest, encode


class Op(NamedTuple):
    """An operation with its id."""

    id: bytes
    operation: Operation


# -- the reference model: what merging means, said as plainly as possible ----------------------


def model_heads(ops: Iterable[Op], name: str) -> set[bytes]:
    """Heads = operations on the field that no known operation names as a base."""
    known = list(ops)
    named = {base for op in known for base in op.operation.bases.get(name, ())}
    return {op.id for op in known if name in merge.written(op.operation)} - named


def model_shown(ops: Iterable[Op], name: str) -> Value:
    by_id = {op.id: op.operation for op in ops}
    heads = [(by_id[i].hlc, by_id[i].stream, by_id[i].seq, i) for i in model_heads(ops, name)]
    return by_id[max(heads)[3]].fields.get(name) if heads else None


def model_conflicts(ops: Sequence[Op]) -> tuple[str, ...]:
    by_id = {op.id: op.operation for op in ops}
    names = {name for op in ops for name in op.operation.fields}
    values = {name: {repr(by_id[i].fields[name]) for i in model_heads(ops, name)} for name in names}
    return tuple(sorted(name for name, found in values.items() if len(found) > 1))


def model_alive(ops: Sequence[Op]) -> bool:
    by_id = {op.id: op.operation for op in ops}
    life = [by_id[i] for i in model_heads(ops, ALIVE)]
    if not life or any(op.kind != Kind.DELETE for op in life):
        return True
    seen = {base for op in life for base in op.bases.get(ALIVE, ())}
    names = {name for op in ops for name in op.operation.fields}
    return any(i not in seen for name in names for i in model_heads(ops, name))


# -- computers that write, meet and go apart -------------------------------------------------


@dataclass
class Computer:
    """Writes operations on one entity, having seen what it has."""

    number: int
    clock: Clock = field(default_factory=Clock)
    seen: list[Op] = field(default_factory=list)
    seq: int = 0
    tip: bytes = GENESIS

    def write(self, wall: int, kind: str, fields: dict[str, Value]) -> Op:
        stamps = state(self.seen)
        deletes = kind == Kind.DELETE
        written = (*fields, ALIVE) if kind != Kind.SET else tuple(fields)
        self.seq += 1
        operation = Operation(
            stream=bytes([self.number]) * 16,
            seq=self.seq,
            prev_hash=self.tip,
            hlc=self.clock.tick(wall),
            wall=wall,
            actor="someone",
            device=bytes(16),
            schema=1,
            min_reader=1,
            txn=self.seq,
            entity_type="thing",
            entity_id="1",
            kind=kind,
            fields=fields,
            bases=merge.bases_of_delete(stamps) if deletes else merge.bases_of(stamps, written),
        )
        body = encode(operation)
        op = Op(digest(body), decode(body))
        self.tip = op.id
        self.seen.append(op)
        return op

    def meet(self, other: Computer) -> None:
        have = {op.id for op in self.seen}
        self.seen += [op for op in other.seen if op.id not in have]


def state(ops: Iterable[Op]) -> Stamps:
    stamps, known = merge.EMPTY, set[bytes]()
    for op in ops:
        if op.id not in known:
            stamps = merge.add(stamps, op.operation, op.id, known.__contains__)
            known.add(op.id)
    return stamps


def conflicts(stamps: Stamps, ops: Iterable[Op]) -> tuple[str, ...]:
    by_id = {op.id: op.operation for op in ops}
    return merge.conflicts(stamps, lambda op, name: by_id[op].fields[name])


STEPS = st.tuples(
    st.integers(0, 2),  # which computer
    st.integers(0, 3),  # which one it meets first, itself for none
    st.sampled_from([Kind.SET] * 6 + [Kind.DELETE, Kind.UNDELETE]),
    st.dictionaries(
        st.sampled_from("abc"), st.sampled_from([1, True, "x", ("date", "2026"), None]), min_size=1, max_size=2
    ),
    st.integers(0, 5),  # a wall clock that is not to be trusted
)
HISTORIES = st.lists(STEPS, min_size=1, max_size=12)


def play(steps: list[tuple[int, int, str, dict[str, Value], int]]) -> tuple[list[Op], list[Computer]]:
    computers = [Computer(n) for n in range(4)]
    ops = []
    for who, meets, kind, fields, wall in steps:
        if who != meets:
            computers[who].meet(computers[meets])
        ops.append(computers[who].write(wall, kind, {} if kind in {Kind.DELETE, Kind.UNDELETE} else fields))
    return ops, computers


@settings(max_examples=200)
@given(HISTORIES, st.data())
def test_any_order_any_grouping_any_repetition_gives_the_same_and_agrees_with_the_model(
    steps: list[tuple[int, int, str, dict[str, Value], int]], data: st.DataObject
) -> None:
    ops, _ = play(steps)
    shuffled = data.draw(st.permutations(ops + ops[: len(ops) // 2]))
    stamps = state(shuffled)
    assert merge.pack(stamps) == merge.pack(state(ops))
    assert merge.unpack(merge.pack(stamps)) == stamps
    assert stamps.awaited == ()
    by_id = {op.id: op.operation for op in ops}
    for name in (*"abc", ALIVE):
        assert {head.op for head in merge.heads(stamps, name)} == model_heads(ops, name)
        head = merge.shown(stamps, name)
        assert (by_id[head.op].fields.get(name) if head else None) == model_shown(ops, name)
    assert conflicts(stamps, ops) == model_conflicts(ops)
    assert merge.is_alive(stamps, by_id.__getitem__) == model_alive(ops)


@given(HISTORIES, st.data())
def test_a_part_of_the_operations_is_merged_like_the_model_merges_that_part(
    steps: list[tuple[int, int, str, dict[str, Value], int]], data: st.DataObject
) -> None:
    ops, _ = play(steps)
    part = data.draw(st.permutations(ops))[: data.draw(st.integers(0, len(ops)))]
    stamps = state(part)
    assert merge.pack(stamps) == merge.pack(state(sorted(part)))
    for name in (*"abc", ALIVE):
        assert {head.op for head in merge.heads(stamps, name)} == model_heads(part, name)


@given(HISTORIES)
def test_who_had_seen_a_value_is_never_overruled_by_it(
    steps: list[tuple[int, int, str, dict[str, Value], int]],
) -> None:
    ops, computers = play(steps)
    last = computers[0]
    for other in computers[1:]:
        last.meet(other)
    mine = last.write(0, Kind.SET, {"a": "the last word"})  # its clock is the furthest behind
    stamps = state([*ops, mine])
    shown = merge.shown(stamps, "a")
    assert shown is not None
    assert shown.op == mine.id
    assert "a" not in conflicts(stamps, [*ops, mine])
    assert len(merge.heads(stamps, "a")) == 1


def test_two_values_written_apart_are_a_conflict_until_somebody_who_saw_both_writes() -> None:
    one, two = Computer(1), Computer(2)
    one.write(1, Kind.CREATE, {"a": 0, "b": 0})
    two.meet(one)
    left, right = one.write(2, Kind.SET, {"a": "left"}), two.write(3, Kind.SET, {"a": "right", "b": 5})
    one.meet(two)
    stamps = state(one.seen)
    assert conflicts(stamps, one.seen) == ("a",)
    assert [head.op for head in merge.heads(stamps, "a")] == [left.id, right.id]
    one.write(1, Kind.SET, {"a": "left"})
    assert conflicts(state(one.seen), one.seen) == ()


def test_equal_values_and_other_fields_are_no_conflict() -> None:
    one, two = Computer(1), Computer(2)
    one.write(1, Kind.SET, {"a": ("date", "2026"), "b": 1})
    two.write(9, Kind.SET, {"a": ("date", "2026"), "c": 1})
    one.meet(two)
    assert conflicts(state(one.seen), one.seen) == ()
    two.write(9, Kind.SET, {"b": True})
    one.meet(two)
    assert conflicts(state(one.seen), one.seen) == ("b",)  # yes is not the number one


def test_what_was_written_without_knowing_of_a_delete_stays_visible() -> None:
    one, two = Computer(1), Computer(2)
    one.write(1, Kind.CREATE, {"a": 1})
    two.meet(one)
    two.write(2, Kind.SET, {"b": "news"})
    one.write(3, Kind.DELETE, {})
    by_id = {op.id: op.operation for op in (*one.seen, *two.seen)}
    assert not merge.is_alive(state(one.seen), by_id.__getitem__)
    one.meet(two)
    assert merge.is_alive(state(one.seen), by_id.__getitem__)
    gone = one.write(4, Kind.DELETE, {})
    by_id[gone.id] = gone.operation
    assert not merge.is_alive(state(one.seen), by_id.__getitem__)
    back = one.write(5, Kind.UNDELETE, {})
    by_id[back.id] = back.operation
    assert merge.is_alive(state(one.seen), by_id.__getitem__)


def test_every_order_of_a_delete_between_two_edits() -> None:
    one, two = Computer(1), Computer(2)
    one.write(1, Kind.CREATE, {"a": 1})
    two.meet(one)
    one.write(2, Kind.DELETE, {})
    two.write(2, Kind.SET, {"a": 2})
    two.write(3, Kind.SET, {"a": 3})
    one.meet(two)
    by_id = {op.id: op.operation for op in one.seen}
    states = {merge.pack(state(order)) for order in itertools.permutations(one.seen)}
    assert len(states) == 1
    assert merge.is_alive(state(one.seen), by_id.__getitem__)
