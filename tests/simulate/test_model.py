"""The engine against the reference model: Hypothesis plays small worlds and shrinks what breaks."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sync.clock import Clock
from sync.engine import Draft, Engine, Pen
from sync.judging import carrying
from sync.memory import Memory
from sync.merge import ALIVE, heads
from sync.records import Kind, stored
from tests.simulate.model import Model
from tests.simulate.world import merged
from tests.sync.histories import HEADQUARTERS, arrivals, ids

WHO = st.integers(0, 3)  # the last one is headquarters
ENTITY = st.sampled_from(["c1", "c2"])
VALUE = st.sampled_from(["a", "b", "c", None])
FIELD = st.sampled_from(["number", "stage"])
WALL = st.integers(0, 2**45)


class Worlds(RuleBasedStateMachine):
    """Four replicas that write, copy and hand each other any part of what they have, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.grounds = [Memory(number=ids(number)) for number in range(4)]
        self.clocks = [Clock() for _ in range(4)]

    def engine(self, who: int) -> Engine:
        return Engine(self.grounds[who], HEADQUARTERS)

    def write(self, who: int, draft: Draft, wall: int) -> None:
        gone = self.grounds[who].gone([draft.entity]).get(draft.entity)
        if gone is not None and gone.how != "back" and draft.kind not in {Kind.KEEP, Kind.ERASE, Kind.DROP}:
            return
        device = HEADQUARTERS if who == 3 else bytes([who]) * 16
        pen = Pen.of(self.grounds[who], device, "someone", self.clocks[who])
        self.engine(who).write(pen, [draft], wall)

    @rule(who=WHO, entity=ENTITY, field=FIELD, value=VALUE, wall=WALL)
    def edit(self, who: int, entity: str, field: str, value: str | None, wall: int) -> None:
        self.write(who, Draft("case", entity, Kind.SET, {field: value}), wall)

    @rule(who=WHO, entity=ENTITY, kind=st.sampled_from([Kind.CREATE, Kind.DELETE, Kind.UNDELETE]), wall=WALL)
    def live(self, who: int, entity: str, kind: str, wall: int) -> None:
        self.write(who, Draft("case", entity, kind, {}), wall)

    @rule(entity=ENTITY, number=st.integers(0, 50), time=st.integers(0, 2**60))
    def annotate(self, entity: str, number: int, time: int) -> None:
        known = sorted(merged(self.grounds[3], entity))
        if known:
            op = known[number % len(known)]
            self.write(3, Draft("order", entity, Kind.ANNOTATE, {"op": op.hex(), "effective": time}), 0)

    @rule(entity=ENTITY, kind=st.sampled_from([Kind.DROP, Kind.KEEP, Kind.ERASE]), wall=WALL)
    def order(self, entity: str, kind: str, wall: int) -> None:
        self.write(3, Draft("order", entity, kind, {}), wall)

    @rule(entity=ENTITY, number=st.integers(10, 12), field=FIELD, value=VALUE)
    def carry(self, entity: str, number: int, field: str, value: str | None) -> None:
        elsewhere = Memory(number=ids(number))
        pen = Pen.of(elsewhere, bytes([number]) * 16, "stranger", Clock())
        Engine(elsewhere).write(pen, [Draft("case", entity, Kind.SET, {field: value})], 1)
        body = next(iter(Engine(elsewhere).lacks({}))).body
        assert body is not None
        self.write(3, Draft("order", entity, Kind.CARRY, carrying(body)), 1)

    @rule(giver=WHO, taker=WHO, part=st.floats(0, 1), random=st.randoms(use_true_random=False))
    def meet(self, giver: int, taker: int, part: float, random: st.randoms) -> None:  # type: ignore[valid-type]  # a strategy's own type
        known = arrivals(self.grounds[giver], self.engine(giver).lacks(self.engine(taker).vector()))
        random.shuffle(known)  # type: ignore[attr-defined]  # the same
        self.engine(taker).take(known[: round(part * len(known) + 0.49)], sender=HEADQUARTERS)

    @rule(giver=WHO, taker=WHO)
    def copy_disk(self, giver: int, taker: int) -> None:
        if 3 not in {giver, taker} and giver != taker:
            device = bytes([taker]) * 16
            streams = self.grounds[giver].streams()
            if all(stream.device != device for stream in streams.values()):
                self.grounds[taker] = Memory(self.grounds[giver].disk.copied(), ids(100 + taker))
                with self.grounds[taker].transaction():
                    self.grounds[taker].begin_stream()

    @invariant()
    def each_agrees_with_the_model(self) -> None:
        for ground in self.grounds:
            for entity in ("c1", "c2"):
                model = Model(merged(ground, entity), ground.disk.times)
                row = ground.disk.rows.get(entity)
                assert (row is None) == (not model.operations)
                if row is not None:
                    assert (row.values, row.alive, row.conflicts) == model.row()
                    for name in {*model.fields(), ALIVE}:
                        assert {s.op for s in heads(ground.disk.stamps[entity], name)} == model.heads(name)

    def teardown(self) -> None:
        """Everybody takes everything: all equal, and a rebuild gives the same."""
        for taker in range(4):
            for giver in range(4):
                self.meet_wholly(giver, taker)
        for giver in range(4):
            self.meet_wholly(giver, 0)
        for taker in range(4):
            self.meet_wholly(0, taker)
        first = self.grounds[0].disk
        for ground in self.grounds:
            disk = ground.disk
            assert (disk.rows, disk.stamps, disk.log.keys()) == (first.rows, first.stamps, first.log.keys())
            before = disk.copied()
            with ground.transaction():
                Engine(ground, HEADQUARTERS).rebuild()
            assert (ground.disk.rows, ground.disk.stamps) == (before.rows, before.stamps)
            for one in disk.log.values():
                assert one.entry.body is None or stored(one.entry.body).entity_id == one.entity

    def meet_wholly(self, giver: int, taker: int) -> None:
        known = arrivals(self.grounds[giver], self.engine(giver).lacks(self.engine(taker).vector()))
        self.engine(taker).take(known, sender=HEADQUARTERS)


Worlds.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestWorlds = Worlds.TestCase
