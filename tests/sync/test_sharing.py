"""Records between two clinics, by headquarters; whole histories are in tests/simulate."""

from __future__ import annotations

import pytest

from sync import sharing
from sync.engine import Draft
from sync.records import Kind
from tests.simulate.world import SCOPES, Replica, World

NORTH, SOUTH = SCOPES


@pytest.fixture
def world() -> World:
    """Two clinics; the north has a case with a note and an employer, and another case of that employer."""
    world = World.new(0)
    world.write(
        north(world)[0],
        Draft("employer", "e1", Kind.CREATE, {"name": "Mill"}),
        Draft("case", "c1", Kind.CREATE, {"number": "1", "stage": "a", "employer": "e1"}),
        Draft("note", "c1.note", Kind.CREATE, {"text": "below"}),
        Draft("note", "n1", Kind.CREATE, {"case": "c1", "text": "names it"}),
        Draft("case", "c2", Kind.CREATE, {"number": "2", "employer": "e1"}),
    )
    meet(world)
    return world


def north(world: World) -> list[Replica]:
    return [r for r in world.replicas if r.scope == NORTH]


def south(world: World) -> list[Replica]:
    return [r for r in world.replicas if r.scope == SOUTH]


def meet(world: World, *replicas: Replica) -> None:
    """Have computers meet headquarters, twice, so that everybody hears of everything."""
    for _ in range(2):
        for replica in replicas or world.replicas:
            office = world.offices[replica.scope]
            world.deliver(world.export(replica, siblings=False), office)
            world.deliver(world.answer(office, replica), replica)


def transfer(world: World, *, back: bool = False) -> None:
    sides = world.sides()
    sharing.transfer("c1", sides[SOUTH if back else NORTH], sides[NORTH if back else SOUTH])


def rows(replica: Replica) -> list[str]:
    return sorted(replica.ground.disk.rows)


def stage(value: str) -> Draft:
    return Draft("case", "c1", Kind.SET, {"stage": value})


def test_a_transferred_record_goes_with_all_that_belongs_to_it(world: World) -> None:
    transfer(world)
    meet(world)
    for replica in south(world):
        assert rows(replica) == ["c1", "c1.note", "e1", "n1"]
    for replica in north(world):
        assert rows(replica) == ["c2", "e1"]  # the other case still names the employer
    assert south(world)[0].ground.disk.rows["c1"].values == {"number": "1", "stage": "a", "employer": "e1"}


def test_repeating_a_transfer_does_nothing(world: World) -> None:
    transfer(world)
    before = {scope: office.ground.disk.copied() for scope, office in world.offices.items()}
    transfer(world)
    for scope, office in world.offices.items():
        assert office.ground.disk.log == before[scope].log


def test_bodies_go_from_the_old_clinic_once_they_are_in_a_backup(world: World) -> None:
    transfer(world)
    meet(world)
    replica = north(world)[0]

    def bodies() -> list[bytes]:
        return [e for e in (one.entry.body for one in replica.ground.of_entities(["n1"])) if e and b"names it" in e]

    assert bodies()
    world.back_up()
    meet(world)
    assert not bodies()


def test_late_work_of_the_old_clinic_arrives_in_the_new_one(world: World) -> None:
    late, _ = north(world)
    transfer(world)
    world.write(late, stage("late"), Draft("note", "n2", Kind.CREATE, {"case": "c1", "text": "late too"}))
    meet(world)
    world.back_up()
    meet(world)
    for replica in south(world):
        assert replica.ground.disk.rows["c1"].values["stage"] == "late"
        assert "n2" in rows(replica)
    assert rows(late) == ["c2", "e1"]
    assert not world.offices[NORTH].ground.held()


def test_what_both_clinics_wrote_apart_is_a_conflict_in_the_new_one(world: World) -> None:
    transfer(world)
    meet(world, *south(world))
    world.write(south(world)[0], stage("in the south"))
    world.write(north(world)[1], stage("in the north"))
    meet(world)
    assert south(world)[1].ground.disk.rows["c1"].conflicts == ("stage",)


def test_a_record_comes_back_with_what_was_done_meanwhile(world: World) -> None:
    transfer(world)
    world.back_up()
    meet(world)
    world.back_up()
    meet(world)
    world.write(south(world)[0], stage("there"))
    meet(world)
    transfer(world, back=True)
    meet(world)
    for replica in north(world):
        assert rows(replica) == ["c1", "c1.note", "c2", "e1", "n1"]
        assert replica.ground.disk.rows["c1"].values["stage"] == "there"
    assert not [one for replica in south(world) for one in rows(replica)]


def test_a_granted_record_is_one_in_both_clinics(world: World) -> None:
    sides = world.sides()
    sharing.grant("c1", sides[NORTH], sides[SOUTH])
    meet(world)
    world.write(south(world)[0], stage("south"))
    world.write(north(world)[0], Draft("note", "n1", Kind.SET, {"text": "north"}))
    meet(world)
    meet(world)
    for replica in world.replicas:
        assert replica.ground.disk.rows["c1"].values["stage"] == "south"
        assert replica.ground.disk.rows["n1"].values["text"] == "north"
    assert "c2" not in rows(south(world)[0])


def test_erasing_reaches_every_clinic_that_has_something_of_it(world: World) -> None:
    sides = world.sides()
    sharing.grant("c1", sides[NORTH], sides[SOUTH])
    meet(world)
    sharing.erase(["c1", "n1", "c1.note"], sides.values())
    meet(world)
    for replica in world.everybody():
        assert not {"c1", "n1", "c1.note"} & set(rows(replica))
        said = [one.entry.body for one in replica.ground.disk.log.values()]
        assert not [body for body in said if body and b"names it" in body]
