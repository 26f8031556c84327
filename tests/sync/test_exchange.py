"""What replicas offer each other and take, with real keys; whole histories are in tests/simulate."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from sync import identity
from sync.clock import at, milliseconds
from sync.engine import Draft
from sync.errors import BadRecord
from sync.exchange import DAY_MS, Offer, Report, read_marks, read_trust
from sync.ground import Why
from sync.records import Kind
from sync.wire import Entry, Manifest, SignedTip
from tests.simulate.world import SCOPES, Letter, Replica, World, keys

HERE, THERE = SCOPES
CASE = Draft("case", "c1", Kind.CREATE, {"number": "1", "stage": "a"})


@pytest.fixture
def world() -> World:
    """Two clinics whose computers know of each other."""
    world = World.new(0)
    for replica in world.replicas:
        up(world, replica)
        down(world, replica)
    return world


def both(world: World) -> tuple[Replica, Replica, Replica]:
    """Return the two computers of a clinic and headquarters' part there."""
    one, two = (r for r in world.replicas if r.scope == HERE)
    return one, two, world.offices[HERE]


def stage(value: str) -> Draft:
    return Draft("case", "c1", Kind.SET, {"stage": value})


def up(world: World, replica: Replica) -> Report:
    report = world.deliver(world.export(replica, siblings=False), world.offices[replica.scope])
    assert report is not None
    return report


def down(world: World, replica: Replica) -> Report:
    report = world.deliver(world.answer(world.offices[replica.scope], replica), replica)
    assert report is not None
    return report


def offered(offer: Offer) -> list[Entry]:
    return list(offer.entries())


def take(world: World, replica: Replica, manifest: Manifest, entries: Sequence[Entry]) -> Report:
    return world.exchange(replica).take(manifest, lambda: [entries], replica.clock)


def test_everything_is_offered_until_it_is_acknowledged_not_until_it_was_offered(world: World) -> None:
    one, _, _ = both(world)
    world.write(one, CASE)
    first = world.export(one)  # a stick that is lost
    world.write(one, stage("b"))
    assert len(first.pieces[0]) == 1
    assert sum(len(piece) for piece in world.export(one).pieces) == 2
    assert up(world, one).taken.new == 2
    assert sum(len(piece) for piece in world.export(one).pieces) == 2  # it has not heard of it yet
    down(world, one)
    assert world.export(one).pieces == ()


def test_nothing_travels_when_nothing_changed(world: World) -> None:
    one, two, _ = both(world)
    world.write(one, CASE)
    for _ in range(2):
        for replica in (one, two):
            up(world, replica)
            down(world, replica)
    assert [world.export(r, siblings=False).pieces for r in (one, two)] == [(), ()]
    assert [world.answer(world.offices[HERE], r).pieces for r in (one, two)] == [(), ()]
    manifest = world.export(one, siblings=False).manifest
    assert (manifest.tips, manifest.certificates) == ((), ())


def test_a_certificate_travels_until_the_reader_has_shown_something_of_its_device(world: World) -> None:
    one, two, _ = both(world)
    world.write(one, CASE)
    up(world, one)
    assert [c.device for c in world.answer(world.offices[HERE], two).manifest.certificates] == [one.device]
    down(world, two)
    world.write(one, stage("b"))
    up(world, two)
    up(world, one)
    again = world.answer(world.offices[HERE], two).manifest
    assert again.certificates == ()
    assert [tip.device for tip in again.tips] == [one.device]


def test_headquarters_introduces_computers_that_have_written_nothing(world: World) -> None:
    one, _, _ = both(world)
    new = world.enrol(HERE)
    assert new is not None
    assert new.device not in world.export(one).manifest.recipients
    assert [c.device for c in down(world, one).new_certificates] == [new.device]
    assert read_trust(one.ground, world.card).certificate(new.device) is not None
    assert new.device in world.export(one).manifest.recipients


def test_two_computers_meet_without_headquarters_and_carry_for_each_other(world: World) -> None:
    one, two, office = both(world)
    world.write(one, CASE)
    assert world.deliver(world.export(one), two) is not None
    assert "c1" in two.ground.disk.rows
    assert up(world, two).taken.new == 1
    assert "c1" in office.ground.disk.rows
    down(world, two)
    world.write(two, stage("b"))
    assert next(len(p) for p in world.export(two).pieces) >= 1
    world.deliver(world.export(two), one)
    assert one.ground.disk.rows["c1"].values["stage"] == "b"


def test_a_bundle_of_another_clinic_is_refused_whole(world: World) -> None:
    one, _, _ = both(world)
    other = next(r for r in world.replicas if r.scope == THERE)
    world.write(one, CASE)
    letter = world.export(one)
    with pytest.raises(BadRecord):
        take(world, other, letter.manifest, letter.pieces[0])
    assert other.ground.disk.log == {}


def test_entries_without_a_good_tip_are_kept_apart(world: World) -> None:
    one, two, _ = both(world)
    world.write(one, CASE)
    world.write(one, stage("b"))
    manifest, entries = world.export(one).manifest, offered(world.exchange(one).offer())
    tip = manifest.tips[0]
    for wrong in (
        (),
        (msgspec.structs.replace(tip, signature=bytes(64)),),
        (identity.sign(msgspec.structs.replace(tip, signature=b""), keys(200)),),
        (identity.sign(SignedTip(tip.stream, THERE, tip.device, tip.seq, tip.op), keys(1)),),
    ):
        report = take(world, two, msgspec.structs.replace(manifest, tips=wrong), entries)
        assert (report.taken.new, report.taken.quarantined) == (0, 2)
    assert {q.why for q in two.ground.quarantine()} == {Why.UNSIGNED}
    assert take(world, two, manifest, entries).taken.new == 2
    assert two.ground.quarantine() == []


def test_a_tip_answers_for_all_before_it_and_nothing_after(world: World) -> None:
    one, two, _ = both(world)
    for value in "abc":
        world.write(one, CASE if value == "a" else stage(value))
    offer = world.exchange(one).offer()
    entries = offered(offer)
    middle = SignedTip(entries[1].stream, HERE, one.device, 2, entries[1].op)
    manifest = msgspec.structs.replace(offer.manifest, tips=(identity.sign(middle, one.keys),))
    report = take(world, two, manifest, entries)
    assert (report.taken.new, report.taken.quarantined) == (2, 1)


def test_what_a_power_cut_left_half_taken_is_taken_again(world: World) -> None:
    one, two, _ = both(world)
    for value in "abcde":
        world.write(one, CASE if value == "a" else stage(value))
    letter = world.export(one)
    single = Letter(letter.manifest, tuple((e,) for piece in letter.pieces for e in piece))
    for fuse, stored in ((0, 0), (1, 0), (2, 1), (4, 3)):
        two.ground.fuse = fuse
        assert world.deliver(single, two) is None
        assert len(two.ground.disk.log) == stored
    assert world.deliver(single, two) is not None
    assert two.ground.disk.rows == one.ground.disk.rows


def test_a_restored_headquarters_is_sent_again_what_it_lost(world: World) -> None:
    one, _, office = both(world)
    world.write(one, CASE)
    up(world, one)
    world.back_up()
    world.write(one, stage("b"))
    up(world, one)
    old = world.answer(office, one)
    down(world, one)
    assert world.export(one).pieces == ()
    world.now += 60_000
    world.restore_headquarters()
    assert office.ground.disk.rows["c1"].values["stage"] == "a"
    down(world, one)
    assert sum(len(piece) for piece in world.export(one).pieces) == 1
    world.deliver(old, one)  # from before: its word counts no more
    assert sum(len(piece) for piece in world.export(one).pieces) == 1
    assert up(world, one).taken.new == 1
    assert office.ground.disk.rows["c1"].values["stage"] == "b"


def test_an_old_word_of_headquarters_takes_nothing_back(world: World) -> None:
    one, _, office = both(world)
    world.write(one, CASE)
    up(world, one)
    old = world.answer(office, one)
    world.write(one, stage("b"))
    up(world, one)
    down(world, one)
    marks = read_marks(one.ground)
    world.deliver(old, one)
    assert read_marks(one.ground).received == marks.received


def test_only_a_backup_makes_durable(world: World) -> None:
    one, _, _ = both(world)
    world.write(one, CASE)
    up(world, one)
    down(world, one)
    assert read_marks(one.ground).received == world.exchange(one).engine.vector()
    assert read_marks(one.ground).durable == {}
    world.back_up()
    down(world, one)
    assert read_marks(one.ground).durable == world.exchange(one).engine.vector()


def test_a_clock_a_century_ahead_is_corrected_and_pushes_nobody(world: World) -> None:
    one, two, office = both(world)
    world.write(two, CASE)
    up(world, two)
    down(world, one)
    one.shift = 100 * 365 * DAY_MS
    world.write(one, stage("from the future"))
    assert up(world, one).corrected == 1
    down(world, two)
    assert milliseconds(two.clock.last) <= world.now + DAY_MS + 1
    world.write(two, stage("later"))
    up(world, two)
    assert office.ground.disk.rows["c1"].values["stage"] == "later"
    times = list(office.ground.disk.times.values())
    assert len(times) == 1
    assert times[0] <= at(world.now + 1)


def test_revocation_reaches_everybody_and_counts_from_what_was_accepted(world: World) -> None:
    one, two, office = both(world)
    world.write(one, CASE)
    up(world, one)
    world.revoke(one)
    world.write(one, stage("after the theft"))
    assert world.deliver(world.export(one), two) is not None  # they had not heard
    assert two.ground.disk.rows["c1"].values["stage"] == "after the theft"
    assert down(world, two).new_revoked == {one.device}
    assert two.ground.disk.rows["c1"].values["stage"] == "a"
    assert [q.why for q in two.ground.quarantine()] == [Why.REVOKED]
    assert world.deliver(world.export(one), two) is None
    assert up(world, one).taken.quarantined == 1
    assert office.ground.disk.rows["c1"].values["stage"] == "a"
    assert two.device in world.answer(office, two).manifest.recipients
    assert one.device not in world.export(two).manifest.recipients


def test_a_line_serves_headquarters_alone(world: World) -> None:
    one, two, _ = both(world)
    world.write(one, CASE)
    up(world, one)
    down(world, two)
    offer = world.exchange(two).offer(siblings=False)
    assert offer.manifest.recipients == (world.card.id,)
    assert offer.readers == (world.card.recipient,)
    assert set(world.exchange(two).offer().manifest.recipients) == {world.card.id, one.device}
