"""What the engine does with one operation or a few; whole histories are in tests/simulate."""

from __future__ import annotations

import msgspec
import pytest

from sync.engine import Arrival, Draft, Engine, Taken
from sync.errors import BadValue
from sync.ground import How, State, Why
from sync.judging import KINDS, carrying
from sync.memory import Memory
from sync.records import FORMAT, Kind, decode, digest, encode
from sync.wire import Entry, Revocation, Tip
from tests.sync.histories import HEADQUARTERS, Computer, arrivals

CASE = Draft("case", "c1", Kind.CREATE, {"number": "1", "stage": "a"})


def stage(value: str) -> Draft:
    return Draft("case", "c1", Kind.SET, {"stage": value})


def order(kind: str, entity: str = "c1") -> Draft:
    return Draft("order", entity, kind, {})


def entries(computer: Computer) -> list[Entry]:
    return list(computer.engine.lacks({}))


def disk(computer: Computer) -> Memory:
    assert isinstance(computer.ground, Memory)
    return computer.ground


def test_a_failed_save_leaves_nothing() -> None:
    one = Computer.new(1)
    one.write(1000, CASE)
    before = disk(one).disk.copied()
    with pytest.raises(BadValue):
        one.write(2000, stage("b"), stage("\0"))
    assert disk(one).disk == before


def test_bytes_that_are_not_what_they_say_are_refused() -> None:
    one, two = Computer.new(1), Computer.new(2)
    one.write(1000, CASE)
    (entry,) = entries(one)
    assert entry.body is not None
    for wrong in (
        msgspec.structs.replace(entry, body=entry.body + b"\0"),
        msgspec.structs.replace(entry, seq=2),
        msgspec.structs.replace(entry, stream=b"x" * 16),
        msgspec.structs.replace(entry, op=digest(b"junk"), body=b"junk"),
        msgspec.structs.replace(entry, body=None),
    ):
        assert two.engine.take([Arrival(wrong, one.device)], sender=two.device) == Taken(refused=1)
    assert two.engine.vector() == {}


def test_what_nobody_answers_for_waits_for_a_person_until_somebody_does() -> None:
    one, two = Computer.new(1), Computer.new(2)
    one.write(1000, CASE)
    (entry,) = entries(one)
    assert two.engine.take([Arrival(entry, b"")]).quarantined == 1
    assert [q.why for q in two.ground.quarantine()] == [Why.UNSIGNED]
    assert two.ground.stamps(["c1"]) == {}
    assert two.engine.take([Arrival(entry, one.device)]).new == 1
    assert two.ground.quarantine() == []


def test_nobody_writes_in_the_stream_or_the_name_of_another() -> None:
    one, two, liar = Computer.new(1), Computer.new(2), Computer.new(3)
    one.write(1000, CASE)
    two.take(one)
    liar.take(one)
    (entry,) = entries(one)
    assert entry.body is not None
    words = msgspec.structs.replace(decode(entry.body), seq=2, prev_hash=entry.op, device=liar.device)
    body = encode(words)
    forged = Entry(entry.stream, 2, entry.op, digest(body), body)
    assert two.engine.take([Arrival(forged, liar.device)]).quarantined == 1  # in one's stream
    assert two.engine.take([Arrival(entries(one)[0], one.device), Arrival(forged, one.device)]).quarantined == 1
    assert [q.why for q in two.ground.quarantine()] == [Why.FOREIGN]
    assert two.engine.vector() == one.engine.vector()


def test_orders_of_headquarters_count_only_from_headquarters() -> None:
    one, two = Computer.new(1), Computer.new(2)
    one.write(1000, CASE, order(Kind.ERASE))
    two.take(one)
    assert [(h.why, h.entity) for h in two.ground.held()] == [(Why.NOT_ALLOWED, "c1")]
    assert disk(two).disk.rows["c1"].alive


def test_what_a_newer_version_wrote_is_held_passed_on_and_merged_after_the_upgrade() -> None:
    new, old, other = Computer.new(1), Computer.new(2), Computer.new(3)
    new.engine = Engine(new.ground, HEADQUARTERS, kinds=KINDS | {"tag"})
    new.write(1000, CASE)
    new.write(2000, Draft("case", "c1", "tag", {"stage": "tagged"}))
    new.write(3000, stage("b"))
    assert old.take(new).held == 1
    assert [h.why for h in old.ground.held()] == [Why.KIND]
    old.write(4000, Draft("case", "c1", Kind.SET, {"number": "2"}))
    other.engine = Engine(other.ground, HEADQUARTERS, kinds=KINDS | {"tag"})
    other.take(old)
    assert [e.body for e in entries(other)][:3] == [e.body for e in entries(new)]
    old.engine = Engine(old.ground, HEADQUARTERS, kinds=KINDS | {"tag"})
    assert old.engine.reconsider().changed == {"c1"}
    assert old.ground.held() == []
    assert disk(old).disk.rows == disk(other).disk.rows
    assert disk(old).disk.stamps == disk(other).disk.stamps


def test_a_later_format_and_a_bad_value_are_held_where_they_stand() -> None:
    one, two = Computer.new(1), Computer.new(2)
    one.write(1000, CASE)
    (entry,) = entries(one)
    assert entry.body is not None
    said = msgspec.msgpack.decode(entry.body)
    later = [FORMAT + 1, *said[1:], "a field of tomorrow"]
    broken = [*said[:2], 2, digest(msgspec.msgpack.encode(later)), *said[4:]]
    broken[14] = {"stage": 1.5}
    arrived, prev = [], entry.prev
    for seq, words in enumerate((later, broken), start=1):
        body = msgspec.msgpack.encode(words)
        arrived.append(Arrival(Entry(entry.stream, seq, prev, digest(body), body), one.device))
        prev = digest(body)
    assert two.engine.take(arrived).held == 2
    assert [(h.why, h.entity) for h in two.ground.held()] == [(Why.FORMAT, "c1"), (Why.VALUE, "c1")]
    assert two.engine.vector() == {entry.stream: (Tip(2, prev),)}


def test_an_operation_takes_no_value_away_without_putting_one_in_its_place() -> None:
    one, two = Computer.new(1), Computer.new(2)
    one.write(1000, CASE)
    two.take(one)
    (entry,) = entries(one)
    assert entry.body is not None
    words = decode(entry.body)
    bare = msgspec.structs.replace(
        words, seq=2, prev_hash=entry.op, kind=Kind.SET, fields={}, bases={"stage": (entry.op,)}
    )
    body = encode(bare)
    two.engine.take([Arrival(Entry(entry.stream, 2, entry.op, digest(body), body), one.device)])
    assert [h.why for h in two.ground.held()] == [Why.VALUE]
    assert disk(two).disk.rows["c1"].values["stage"] == "a"


def test_what_needs_a_newer_reader_is_held() -> None:
    one, two = Computer.new(1), Computer.new(2)
    one.write(1000, CASE)
    (entry,) = entries(one)
    assert entry.body is not None
    body = encode(msgspec.structs.replace(decode(entry.body), min_reader=2))
    needy = Arrival(Entry(entry.stream, 1, entry.prev, digest(body), body), one.device)
    assert two.engine.take([needy]).held == 1
    two.engine = Engine(two.ground, HEADQUARTERS, reader=2)
    two.engine.reconsider()
    assert disk(two).disk.rows["c1"].values["number"] == "1"


def test_another_effective_time_orders_what_is_shown_whenever_it_comes() -> None:
    wrong, right, office = Computer.new(1), Computer.new(2), Computer.new(9, home=True)
    right.write(1000, CASE)
    wrong.take(right)
    wrong.write(10**9, stage("from the future"))
    right.write(2000, stage("from today"))
    office.take(wrong)
    (late,) = [e for e in entries(wrong) if e.stream == wrong.ground.mine()]
    office.write(3000, Draft("order", "c1", Kind.ANNOTATE, {"op": late.op.hex(), "effective": 1500 << 16}))
    before, after = Computer.new(3), Computer.new(4)
    for computer, givers in ((before, (right, office, wrong)), (after, (wrong, right, office))):
        for giver in givers:
            computer.take(giver)
    assert disk(before).disk.rows == disk(after).disk.rows
    assert disk(before).disk.stamps == disk(after).disk.stamps
    assert disk(after).disk.rows["c1"].values["stage"] == "from today"
    assert disk(after).disk.rows["c1"].conflicts == ("stage",)


def test_erased_bodies_go_at_once_where_headquarters_has_them_and_late_ones_are_for_a_person() -> None:
    one, two, office = Computer.new(1), Computer.new(2), Computer.new(9, home=True)
    one.write(1000, CASE)
    two.take(one)
    office.take(one)
    two.write(2000, stage("late"), Draft("case", "c2", Kind.CREATE, {}))
    office.write(3000, order(Kind.ERASE))
    assert next((s.state, s.entry.body) for s in office.ground.of_entities(["c1"])) == (State.BLANK, None)
    two.take(office)
    assert "c1" not in disk(two).disk.rows
    assert {h.why for h in two.ground.held()} == {Why.GONE}
    assert two.engine.settle(office.engine.vector(), {})
    assert [h.entry.seq for h in two.ground.held()] == [1]  # its own late one: headquarters has it not
    assert office.take(two).quarantined == 1
    assert [(q.why, q.entity) for q in office.ground.quarantine()] == [(Why.ERASED, "c1")]
    assert two.engine.settle(office.engine.vector(), {})
    assert two.ground.held() == []
    assert "c2" in disk(office).disk.rows
    with pytest.raises(BadValue):
        two.write(4000, stage("again"))


def test_only_headquarters_empties_what_others_wrote() -> None:
    one, two, office = Computer.new(1), Computer.new(2), Computer.new(9, home=True)
    one.write(1000, CASE)
    bare = [msgspec.structs.replace(e, body=None) for e in entries(one)]
    assert office.engine.take([Arrival(bare[0], one.device)], sender=two.device).refused == 1
    assert office.engine.take([Arrival(bare[0], one.device)], sender=one.device).new == 1
    assert two.engine.take([Arrival(bare[0], one.device)], sender=HEADQUARTERS).new == 1


def test_what_is_carried_merges_under_its_own_hash_and_once() -> None:
    there, office, here = Computer.new(1), Computer.new(9, home=True), Computer.new(2)
    there.write(1000, CASE)
    (entry,) = entries(there)
    assert entry.body is not None
    office.write(2000, Draft("order", "c1", Kind.CARRY, carrying(entry.body)))
    office.write(2500, Draft("order", "c1", Kind.CARRY, carrying(entry.body)))
    here.take(office)
    assert here.ground.places([entry.op])[entry.op].state == State.CARRIED
    assert disk(here).disk.rows["c1"].values == {"number": "1", "stage": "a"}
    assert entry.stream not in here.engine.vector()
    here.take(there)  # and then it comes by itself
    assert here.ground.places([entry.op])[entry.op].state == State.MERGED
    assert here.engine.vector()[entry.stream] == (Tip(1, entry.op),)
    assert len(disk(here).disk.stamps["c1"].heads) == 1


def test_what_moved_away_is_held_and_comes_back() -> None:
    one, office = Computer.new(1), Computer.new(9, home=True)
    one.write(1000, CASE)
    office.take(one)
    office.write(2000, order(Kind.DROP))
    one.take(office)
    assert disk(one).disk.rows == {}
    assert not one.engine.settle(office.engine.vector(), {})  # received is not enough: it is in no backup
    assert one.engine.settle({}, office.engine.vector())
    assert one.ground.gone(["c1"])["c1"].how == How.MOVED
    (body,) = [s.entry.body for s in office.ground.of_entities(["c1"]) if s.why == Why.GONE]
    assert body is not None
    office.write(3000, order(Kind.KEEP), Draft("order", "c1", Kind.CARRY, carrying(body)))
    one.take(office)
    assert disk(one).disk.rows == disk(office).disk.rows
    assert disk(one).disk.rows["c1"].values == {"number": "1", "stage": "a"}


def test_what_a_revoked_computer_wrote_beyond_what_was_accepted_is_put_aside_and_may_be_released() -> None:
    thief, one, office = Computer.new(1), Computer.new(2), Computer.new(9, home=True)
    thief.write(1000, CASE)
    office.take(thief)
    thief.write(2000, stage("stolen"), Draft("case", "c2", Kind.CREATE, {}))
    one.take(thief)
    one.write(3000, stage("seen and changed"))
    revocation = Revocation(device=thief.device, accepted=office.engine.vector(), at=0)
    assert one.engine.revoke([revocation]).quarantined == 2
    assert one.engine.revoke([revocation]).quarantined == 0
    assert {q.why for q in one.ground.quarantine()} == {Why.REVOKED}
    assert "c2" not in disk(one).disk.rows
    assert disk(one).disk.rows["c1"].values["stage"] == "seen and changed"
    assert one.engine.vector()[thief.ground.mine()] == office.engine.vector()[thief.ground.mine()]
    assert one.engine.release([q.entry.op for q in one.ground.quarantine()]).new == 2
    assert "c2" in disk(one).disk.rows
    assert one.ground.quarantine() == []
    assert len(arrivals(one.ground, one.engine.lacks({}))) == 4
