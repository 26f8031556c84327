"""What every ground must do, whatever it is built on: one suite, run against each.

A test module makes a subclass with a fixture `make`, which gives a function that makes an empty
ground each time it is called:

    class TestMine(Conformance):
        @pytest.fixture
        def make(self) -> Callable[[], Ground]: ...

The histories use entity types that a clinic's store has tables for, and some fields that it has no
columns for.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from sync import merge
from sync.chains import Reach
from sync.engine import Arrival, Draft, Engine
from sync.errors import BadValue
from sync.ground import Change, Gone, Ground, How, Place, Quarantined, State, Stored, Stream, Why
from sync.memory import Memory
from sync.merge import EMPTY, Stamp, Stamps
from sync.records import GENESIS, Kind, digest
from sync.wire import Entry, SignedTip, Tip
from tests.simulate.simulator import simulate
from tests.sync.histories import ENTITIES, HEADQUARTERS, Computer, arrivals, history

Make = Callable[[], Ground]
MINE, OTHER = b"1" * 16, b"2" * 16
SEEDS = range(12)
WORLDS = (76, 1208, 6228)
"""Simulated worlds with forks, revoked devices, transfers there and back, erased records."""


def computer_with_three() -> list[Stored]:
    """Return three real operations of one stream, the first two on one entity."""
    computer = Computer.new(7)
    computer.write(1000, Draft("case", "c1", Kind.CREATE, {"number": "1", "worker": "p1"}))
    computer.write(2000, Draft("case", "c1", Kind.SET, {"stage": "check"}))
    computer.write(3000, Draft("person", "p1", Kind.CREATE, {"name": "Ana"}))
    return [
        Stored(entry, entity, State.MERGED)
        for entry, entity in zip(computer.engine.lacks({}), ["c1", "c1", "p1"], strict=True)
    ]


def put(ground: Ground, known: Sequence[Stored]) -> None:
    """Keep operations and the end of their stream, as the engine does."""
    last = known[-1].entry
    with ground.transaction():
        ground.put(known)
        ground.put_streams({last.stream: Stream(bytes([7]) * 16, (Tip(last.seq, last.op),))})


def place(one: Stored) -> Place:
    entry = one.entry
    return Place(entry.stream, entry.seq, entry.prev, entry.op, one.entity, one.state)


def state(ground: Ground) -> dict[str, object]:
    """Return everything that the set of operations decides."""
    log = {one.entry.op: one for page in ground.everything() for one in page}
    entities = {one.entity for one in log.values()} - {""} | set(ENTITIES)
    return {
        "log": {op: (one.entry.body, one.entity, one.state, one.why) for op, one in log.items()},
        "streams": {name: stream for name, stream in ground.streams().items() if stream.tips},
        "stamps": ground.stamps(entities),
        "gone": {e: g for e, g in ground.gone(entities).items() if g.how != How.BACK},
        "times": ground.annotations(log.keys()),
        "waiting": [entry.op for entry in ground.waiting()],
        "quarantine": [one.entry.op for one in ground.quarantine()],
    }


def deliver(
    ground: Ground, known: Sequence[Arrival], chance: random.Random, headquarters: bytes = HEADQUARTERS
) -> None:
    """Take everything in, in any order, in portions, some of it twice."""
    engine = Engine(ground, headquarters)
    shuffled = chance.sample(known, len(known)) + chance.sample(known, len(known) // 4)
    while shuffled:
        size = chance.randrange(1, 12)
        engine.take(shuffled[:size], sender=headquarters)
        shuffled = shuffled[size:]


class Conformance:
    """The suite. `rows` may be overridden to show what people see of a ground, as something comparable."""

    @pytest.fixture
    def make(self) -> Make:
        raise NotImplementedError("a subclass says how a ground is made")

    def rows(self, ground: Ground) -> object:
        """Return what people see, for comparing two grounds of this kind."""
        return ground.stamps(ENTITIES)

    # -- storage --------------------------------------------------------------------------------

    def test_an_empty_ground_has_nothing_but_a_stream_to_write(self, make: Make) -> None:
        ground = make()
        assert len(ground.mine()) == 16
        assert ground.places([b"x" * 32]) == {}
        assert ground.bodies([b"x" * 32]) == {}
        assert ground.of_entities(["c1"]) == []
        assert ground.held() == []
        assert ground.waiting() == []
        assert ground.quarantine() == []
        assert ground.stamps(["c1"]) == {}
        assert ground.note("marks") is None
        assert not [tip for stream in ground.streams().values() for tip in stream.tips]

    def test_operations_are_found_by_hash_entity_and_chain(self, make: Make) -> None:
        ground, known = make(), computer_with_three()
        put(ground, known)
        ops = [one.entry.op for one in known]
        assert ground.places([*ops, b"x" * 32]) == {one.entry.op: place(one) for one in known}
        assert ground.bodies(ops[:2]) == {one.entry.op: one.entry.body for one in known[:2]}
        assert sorted(ground.of_entities(["c1"]), key=lambda one: one.entry.seq) == known[:2]
        stream = known[0].entry.stream
        assert list(ground.chain(stream)) == [one.entry for one in known]
        assert list(ground.chain(stream, 2)) == [known[2].entry]
        assert ground.places_of(stream, 1) == [place(one) for one in known[1:]]
        assert [one for page in ground.everything() for one in page] == known
        assert ground.streams()[stream] == Stream(bytes([7]) * 16, (Tip(3, ops[2]),))

    def test_operations_are_replaced_and_removed(self, make: Make) -> None:
        ground, known = make(), computer_with_three()
        put(ground, known)
        first, second, third = known
        held = second._replace(state=State.HELD, why=Why.KIND)
        entry = first.entry
        blank = Stored(Entry(entry.stream, entry.seq, entry.prev, entry.op, None), "c1", State.BLANK)
        with ground.transaction():
            ground.put([held, blank], new=False)
            ground.remove([third.entry.op])
        assert ground.held() == [held]
        assert ground.bodies([one.entry.op for one in known]) == {second.entry.op: second.entry.body}
        assert ground.places([entry.op])[entry.op].state == State.BLANK
        assert [one.body for one in ground.chain(entry.stream)] == [None, second.entry.body]
        with ground.transaction():
            ground.put([first, second], new=False)
        assert ground.held() == []
        assert ground.bodies([entry.op]) == {entry.op: entry.body}

    def test_carried_operations_are_in_no_chain(self, make: Make) -> None:
        ground, known = make(), computer_with_three()
        carried = known[0]._replace(state=State.CARRIED)
        with ground.transaction():
            ground.put([carried])
        assert ground.places([carried.entry.op]) == {carried.entry.op: place(carried)}
        assert ground.of_entities(["c1"]) == [carried]
        assert list(ground.chain(carried.entry.stream)) == []
        assert ground.places_of(carried.entry.stream) == []

    def test_two_operations_stand_at_one_place(self, make: Make) -> None:
        ground, known = make(), computer_with_three()
        put(ground, known)
        entry = known[1].entry
        twin = Stored(Entry(entry.stream, entry.seq, entry.prev, b"t" * 32, b"held bytes"), "", State.HELD, Why.FORMAT)
        with ground.transaction():
            ground.put([twin])
            ends = (Tip(2, b"t" * 32), Tip(3, known[2].entry.op))
            ground.put_streams({entry.stream: Stream(bytes([7]) * 16, ends)})
        assert [one.seq for one in ground.chain(entry.stream)] == [1, 2, 2, 3]
        assert [one.op for one in ground.places_of(entry.stream, 1)][:2] == sorted([entry.op, b"t" * 32])
        assert ground.streams()[entry.stream].tips == ends

    def test_what_waits_and_what_is_kept_apart(self, make: Make) -> None:
        ground, known = make(), computer_with_three()
        _, second, third = known
        apart = Quarantined(second.entry, "c1", OTHER, Why.REVOKED)
        with ground.transaction():
            ground.put_waiting([third.entry, second.entry])
            ground.put_waiting([third.entry])
            ground.put_quarantine([apart])
            ground.put_quarantine([apart._replace(why=Why.UNSIGNED)])
        assert ground.waiting() == [second.entry, third.entry]
        assert ground.waiting_for([second.entry.op, b"x" * 32]) == [third.entry]
        assert ground.quarantine() == [apart]
        with ground.transaction():
            ground.end_waiting([third.entry.op, b"x" * 32])
            ground.end_quarantine([second.entry.op, b"x" * 32])
        assert ground.waiting() == [second.entry]
        assert ground.waiting_for([second.entry.op]) == []
        assert ground.quarantine() == []

    def test_heads_annotations_and_gone_entities(self, make: Make) -> None:
        ground, known = make(), computer_with_three()
        put(ground, known)
        entry = known[0].entry
        stamps = Stamps(
            (Stamp(1, entry.stream, 1, entry.op, deletes=False, fields=("number",)),), (), 1, 1000, 1, "case"
        )
        change = Change(
            entity="c1",
            entity_type="case",
            stamps=stamps,
            values={"number": "1"},
            alive=True,
            conflicts=(),
            was="",
            whole=False,
            operations={},
        )
        with ground.transaction():
            ground.materialise([change])
            ground.put_annotations({entry.op: 5, b"x" * 32: 7})
            ground.put_gone({"e1": Gone(How.ERASED, 4), "p1": Gone(How.MOVED, 4)})
        assert ground.stamps(["c1", "p1"]) == {"c1": stamps}
        assert ground.annotations([entry.op, b"y" * 32]) == {entry.op: 5}
        assert ground.gone(["e1", "p1", "c1"]) == {"e1": Gone(How.ERASED, 4), "p1": Gone(How.MOVED, 4)}
        with ground.transaction():
            ground.materialise([change._replace(stamps=EMPTY, was="case", whole=True, values={})])
            ground.put_annotations({entry.op: 3})
            ground.put_gone({"p1": Gone(How.BACK, 6)})
        assert ground.stamps(["c1"]) == {}
        assert ground.annotations([entry.op, b"x" * 32]) == {entry.op: 3, b"x" * 32: 7}
        assert ground.gone(["p1"]) == {"p1": Gone(How.BACK, 6)}

    def test_notes_and_signed_tips(self, make: Make) -> None:
        ground = make()
        tips = [SignedTip(MINE, b"s" * 16, OTHER, seq, bytes([seq]) * 32, b"g" * 64) for seq in (1, 2)]
        with ground.transaction():
            ground.put_note("marks", b"one")
            ground.put_note("marks", b"two")
            ground.put_signed_tips(tips[::-1])
            ground.put_signed_tips(tips)
        assert ground.note("marks") == b"two"
        assert ground.signed_tips([MINE, OTHER]) == tips
        assert ground.signed_tips([OTHER]) == []

    def test_a_new_stream_is_begun(self, make: Make) -> None:
        ground = make()
        before = ground.mine()
        with ground.transaction():
            begun = ground.begin_stream()
        assert begun == ground.mine() != before

    def test_a_transaction_that_fails_leaves_nothing(self, make: Make) -> None:
        ground, known = make(), computer_with_three()
        put(ground, known[:1])
        before, mine = state(ground), ground.mine()

        def fail() -> None:
            with ground.transaction():
                ground.put(known[1:])
                ground.put_streams({known[0].entry.stream: Stream(OTHER, (Tip(3, known[2].entry.op),))})
                ground.put_waiting([known[2].entry])
                ground.put_quarantine([Quarantined(known[2].entry, "p1", OTHER, Why.REVOKED)])
                ground.put_annotations({known[0].entry.op: 9})
                ground.put_gone({"c1": Gone(How.MOVED, 1)})
                ground.put_note("marks", b"one")
                ground.begin_stream()
                raise BadValue("enough")

        with pytest.raises(BadValue):
            fail()
        assert state(ground) == before
        assert ground.mine() == mine
        assert ground.note("marks") is None

    def test_thousands_are_asked_for_at_once(self, make: Make) -> None:
        ground, known = make(), computer_with_three()
        put(ground, known)
        many = [digest(str(number).encode()) for number in range(40_000)] + [one.entry.op for one in known]
        names = [str(number) for number in range(40_000)] + ["c1"]
        assert len(ground.places(many)) == len(ground.bodies(many)) == 3
        assert len(ground.of_entities(names)) == 2
        assert ground.stamps(names) == {}
        assert ground.gone(names) == {}
        assert ground.annotations(many) == {}
        assert ground.waiting_for(many) == []
        with ground.transaction():
            ground.end_waiting(many)
            ground.end_quarantine(many)

    # -- with the engine --------------------------------------------------------------------------

    @pytest.mark.parametrize("seed", SEEDS)
    def test_it_ends_as_the_ground_in_memory_does(self, make: Make, seed: int) -> None:
        known, chance = history(seed), random.Random(seed)  # noqa: S311 - repeatable
        ground, model = make(), Memory()
        deliver(ground, known, chance)
        deliver(model, known, chance)
        assert state(ground) == state(model)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_order_grouping_and_repetition_do_not_matter(self, make: Make, seed: int) -> None:
        known, chance = history(seed), random.Random(seed + 1)  # noqa: S311 - repeatable
        one, two = make(), make()
        deliver(one, known, chance)
        deliver(two, known, chance)
        assert self.rows(one) == self.rows(two)
        assert state(one) == state(two)

    @pytest.mark.parametrize("seed", WORLDS)
    def test_it_holds_what_a_whole_world_left(self, make: Make, seed: int) -> None:
        world = simulate(seed)
        replica = world.trusted()[-1]
        engine = Engine(replica.ground, world.card.id)
        known = arrivals(replica.ground, engine.lacks({}))
        ground, model, chance = make(), Memory(), random.Random(seed)  # noqa: S311 - repeatable
        for one in (ground, model):
            deliver(one, known, chance, world.card.id)
        assert state(ground) == state(model)
        before, shown = state(ground), self.rows(ground)
        with ground.transaction():
            Engine(ground, world.card.id).rebuild()
        assert (state(ground), self.rows(ground)) == (before, shown)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_rebuilding_changes_nothing(self, make: Make, seed: int) -> None:
        ground = make()
        deliver(ground, history(seed), random.Random(seed))  # noqa: S311 - repeatable
        before, shown = state(ground), self.rows(ground)
        with ground.transaction():
            Engine(ground, HEADQUARTERS).rebuild()
        assert state(ground) == before
        assert self.rows(ground) == shown

    def test_what_is_written_here_is_merged_like_what_comes(self, make: Make) -> None:
        here, there = Computer(MINE, Engine(make(), HEADQUARTERS)), Computer(OTHER, Engine(make(), HEADQUARTERS))
        here.write(
            1000, Draft("case", "c1", Kind.CREATE, {"number": "1"}), Draft("case", "c1", Kind.SET, {"stage": "a"})
        )
        here.write(2000, Draft("person", "p1", Kind.CREATE, {"name": "Ana"}))
        there.take(here)
        there.write(3000, Draft("case", "c1", Kind.SET, {"stage": "b"}))
        here.write(3000, Draft("case", "c1", Kind.SET, {"stage": "c"}))
        assert there.take(here).disputed == here.take(there).disputed == {"c1"}
        assert state(here.ground) == state(there.ground)
        assert self.rows(here.ground) == self.rows(there.ground)
        assert len(merge.heads(here.ground.stamps(["c1"])["c1"], "stage")) == 2
        assert list(here.engine.lacks(there.engine.vector())) == []

    def test_what_comes_out_of_order_waits(self, make: Make) -> None:
        known = computer_with_three()
        ground = make()
        engine = Engine(ground, HEADQUARTERS)
        device = bytes([7]) * 16
        assert engine.take([Arrival(known[2].entry, device), Arrival(known[1].entry, device)]).waiting == 2
        assert engine.vector() == {}
        assert engine.take([Arrival(known[0].entry, device)]).new == 3
        assert engine.vector() == {known[0].entry.stream: (Tip(3, known[2].entry.op),)}
        assert ground.waiting() == []

    def test_a_copied_disk_makes_a_fork_that_everybody_sees_alike(self, make: Make) -> None:
        device = Computer.new(7)
        device.write(1000, Draft("case", "c1", Kind.CREATE, {"number": "1"}))
        assert isinstance(device.ground, Memory)
        twin = Computer(device.device, Engine(Memory(device.ground.disk.copied()), HEADQUARTERS))
        device.write(2000, Draft("case", "c1", Kind.SET, {"stage": "a"}))
        twin.write(2000, Draft("case", "c1", Kind.SET, {"stage": "b"}))
        twin.write(2500, Draft("case", "c1", Kind.SET, {"place": "x"}))
        one, two = make(), make()
        for ground, order in ((one, (device, twin)), (two, (twin, device))):
            engine = Engine(ground, HEADQUARTERS)
            taken = [engine.take(arrivals(c.ground, c.engine.lacks({}))) for c in order]
            assert [t.forked for t in taken] == [False, True]
        assert state(one) == state(two)
        forks = Engine(one, HEADQUARTERS).forks()
        assert forks == Engine(two, HEADQUARTERS).forks()
        assert [(fork.seq, len(fork.ops)) for fork in forks] == [(2, 2)]
        lacking = list(Engine(one, HEADQUARTERS).lacks(device.engine.vector()))
        assert [entry.seq for entry in lacking] == [2, 3]
        reach = Reach(one, device.engine.vector())
        assert not any(reach.covers(e.stream, e.seq, e.op) for e in lacking)
        assert reach.count() == 2

    def test_our_own_stream_that_comes_back_is_left(self, make: Make) -> None:
        lost = Computer.new(7)
        lost.write(1000, Draft("case", "c1", Kind.CREATE, {"number": "1"}))
        ground = make()
        mine = ground.mine()
        here = Computer(OTHER, Engine(ground, HEADQUARTERS))
        entry = _under(lost, mine)
        taken = here.engine.take([Arrival(entry, OTHER)])
        assert taken.returned
        assert ground.mine() != mine
        here.write(2000, Draft("case", "c1", Kind.SET, {"stage": "a"}))
        assert {stream: tips[-1].seq for stream, tips in here.engine.vector().items()} == {mine: 1, ground.mine(): 1}


def _under(computer: Computer, stream: bytes) -> Entry:
    """Return a first operation as if it had been written in this stream by the other device."""
    pen = Computer(OTHER, Engine(Memory(number=iter([stream])), HEADQUARTERS))
    pen.write(1000, Draft("case", "c1", Kind.CREATE, {"number": "1"}))
    entry = next(iter(pen.engine.lacks({})))
    assert (entry.stream, entry.seq, entry.prev) == (stream, 1, GENESIS)
    assert computer.device != pen.device
    return entry
