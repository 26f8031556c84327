"""A laptop is stolen: headquarters shuts it out, its later work is put aside, a new one gets everything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinic_app.errors import KnownError
from clinic_app.services import casework, intake, recovering, syncing
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from sync.hq import devices, office, post, quarantine, recover
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from sync.hq.trouble import Trouble
from tests.services.conftest import PASSWORD, dismissed


@dataclass(frozen=True)
class World:
    """Headquarters with its printed key, the laptop that is stolen, the one that stays, and a stick."""

    hq: Office
    printed: str
    stolen: Clinic
    other: Clinic
    stick: Path

    def join(self, clinic: Clinic, name: str) -> None:
        card = devices.enrol(self.hq, syncing.request(clinic, name), "Valle").card
        syncing.enrol(clinic, syncing.read_enrolment(clinic, card))

    def meet(self, *clinics_: Clinic) -> None:
        for clinic in clinics_:
            syncing.by_stick(clinic, self.stick)
            post.take(self.hq, self.stick)
            syncing.by_stick(clinic, self.stick)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    opening = Opening(password="correct horse battery")
    hq, printed = office.create(tmp_path / "hq", "Central", opening, cost=Cost(rounds=1, memory_kib=8))
    stolen, _ = clinics.create(tmp_path / "stolen", "Valle", "mx", "Rosa", PASSWORD)
    other, _ = clinics.create(tmp_path / "other", "Valle", "mx", "Ana", PASSWORD)
    (tmp_path / "stick").mkdir()
    with closing(hq), closing(stolen), closing(other):
        made = World(hq, printed, stolen, other, tmp_path / "stick")
        made.join(stolen, "front desk")
        made.join(other, "back office")
        yield made


def test_a_stolen_laptop(world: World, tmp_path: Path) -> None:
    kept = dismissed(world.stolen)
    intake.save(world.stolen, kept, "worker.alias", "Lupe")
    world.meet(world.stolen, world.other)
    assert casework.case(world.other, kept).section("worker").text("alias") == "Lupe"

    devices.revoke(world.hq, "front desk", "stolen")
    intake.save(world.stolen, kept, "worker.alias", "written by a thief")
    forged = dismissed(world.stolen)
    syncing.by_stick(world.stolen, world.stick)
    post.take(world.hq, world.stick)
    world.meet(world.other)
    assert casework.case(world.other, kept).section("worker").text("alias") == "Lupe"
    assert forged not in {row.id for row in casework.cases(world.other)}
    assert quarantine.listed(world.hq)  # a person looks at it: honest work of the last days may be among it

    # Nobody gets its key by telephone.
    asked = recovering.ask(world.stolen.folder, "Rosa", "otras cuatro palabras")
    with pytest.raises(Trouble) as caught:
        recover.read(world.hq, asked.file, world.printed)
    assert caught.value.code == "HQ-32"
    # It learns that it is shut out when it meets headquarters, and is told nothing more.
    intake.save(world.other, kept, "worker.alias", "a secret of later")
    world.meet(world.other)
    syncing.by_stick(world.stolen, world.stick)
    assert casework.case(world.stolen, kept).section("worker").text("alias") == "written by a thief"

    # The new laptop gets everything that was received.
    new, _ = clinics.create(tmp_path / "new", "Valle", "mx", "Rosa", PASSWORD)
    with closing(new):
        world.join(new, "front desk 2")
        world.meet(new)
        assert casework.case(new, kept).section("worker").text("alias") == "a secret of later"
        assert forged not in {row.id for row in casework.cases(new)}


def test_without_the_password_the_stolen_files_say_nothing(world: World) -> None:
    case_id = dismissed(world.stolen)
    intake.save(world.stolen, case_id, "worker.name", "Xochiquetzalina")
    world.stolen.close()
    for path in world.stolen.folder.rglob("*"):
        assert not path.is_file() or b"Xochiquetzalina" not in path.read_bytes()
    with pytest.raises(KnownError):
        clinics.unlock(world.stolen.folder, "a thief's guess")
