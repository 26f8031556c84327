"""A restored clinic and its headquarters: nothing is lost, nothing is written twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic_app.services import backup, intake, restoring
from clinic_app.services.restoring import Opening
from sync.engine import Engine
from tests.torture.journeys import NOW, ON, PASSWORD
from tests.torture.meetings import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    made = World(tmp_path / "world")
    made.begin()
    return made


def write(world: World, name: str) -> None:
    with world.computer("one") as clinic:
        case_id = intake.start(clinic, ON)
        intake.save(clinic, case_id, "worker.name", name)
        world.said[case_id] = name


@pytest.mark.parametrize("met_after", [True, False])
def test_what_headquarters_knew_comes_home_and_streams_go_on(world: World, met_after: bool) -> None:
    write(world, "in the backup")
    world.carry()
    with world.computer("one") as clinic:
        made = backup.make(clinic, NOW, world.folder / "stick")
        stream = clinic.store._journal.stream
    write(world, "after the backup")
    if met_after:
        world.carry()
    else:
        world.said.popitem()  # it was on the disk that died, and nowhere else
    folder = world.folder / "one" / "clinic"
    restored = restoring.restore(made, folder, Opening(PASSWORD), NOW)
    assert restored.clinic.store._journal.stream != stream
    restored.clinic.close()
    write(world, "after the restoring")
    world.carry()
    world.carry()
    assert world.lacking() == ["1 faults in the record of deeds"]  # it says that it was set back, for a coordinator
    for name in ("one", "two"):
        with world.computer(name) as clinic:
            assert Engine(clinic.store._journal.ground).forks() == ()
            numbers = [row.number for row in clinic.store.cases()]
            assert len(numbers) == len(set(numbers)) == len(world.said)
