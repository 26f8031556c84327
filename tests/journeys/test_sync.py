"""Two computers of a clinic and a headquarters, as real processes, over sticks and the line.

Edits on all three, differences, a lost stick, a restored backup; in the end equal tables, the
difference listed everywhere and decided once, the photo the same to the byte.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

PASSWORD = "cuatro palabras bien mías"
AT_DESK = Path(__file__).with_name("at_desk.py")
INTAKE = Path(__file__).parents[2] / "resources" / "intakes" / "mx-dismissal.json"


@dataclass(frozen=True)
class World:
    """The folders of the four places, and the programs that run there."""

    root: Path
    port: int

    @property
    def usb(self) -> Path:
        return self.root / "usb"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "CLINIC_PASSWORD": PASSWORD,
            "HQ_PASSWORD": "correct horse battery",
            "CLINIC_LANGUAGE": "en",
            "XDG_CONFIG_HOME": str(self.root / "config"),
            "XDG_DATA_HOME": str(self.root / "share"),
            "XDG_STATE_HOME": str(self.root / "state"),
        }

    def run(self, *words: str | Path) -> str:
        """Run a program to its end and return what it said."""
        done = subprocess.run(
            [sys.executable, *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"{words}: {done.stderr}{done.stdout}"
        return done.stdout

    def clinic(self, name: str, *words: str | Path) -> str:
        return self.run("-m", "clinic_app", "--data", self.root / name, *words)

    def desk(self, name: str, *words: str) -> str:
        return self.run(AT_DESK, self.root / name, *words).strip()

    def hq(self, *words: str | Path) -> str:
        return self.run("-m", "sync.hq", "--data", self.root / "hq", *words)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Have headquarters serve the line for a block."""
        words = ["-m", "sync.hq", "--data", str(self.root / "hq"), "serve", "--host", "127.0.0.1"]
        words += ["--port", str(self.port), "--address", f"127.0.0.1:{self.port}"]
        child = subprocess.Popen(
            [sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self.environment
        )
        try:
            assert child.stdout is not None
            assert "Serving" in child.stdout.readline()
            yield
        finally:
            child.terminate()
            child.communicate()

    def json(self, name: str, *words: str) -> Any:  # noqa: ANN401 - a JSON document
        return json.loads(self.clinic(name, *words, "--json"))

    def stick(self, *names: str) -> None:
        """Carry the stick from desk to desk; "hq" is headquarters."""
        for name in names:
            if name == "hq":
                self.hq("take", self.usb)
            else:
                self.clinic(name, "sync", "stick", self.usb)

    def begin(self, url: str = "") -> None:
        """Make two computers of one clinic and a headquarters, and enrol both."""
        self.usb.mkdir()
        self.hq("init", "--name", "Central", *(["--database", url] if url else []))
        with self.serving():
            pass  # so that headquarters' card, which computers are given, says where it is reached
        for name in ("one", "two"):
            self.clinic(name, "init", "--clinic", "North clinic", "--place", "mx", "--user", name.title())
            request, card = self.usb / f"{name}.request", self.usb / f"{name}.card"
            self.clinic(name, "enrol", "request", request, "--computer", f"laptop {name}")
            words = self.hq("enrol", request, "--clinic", "North clinic", "--out", card)
            compared = self.clinic(name, "enrol", "accept", card)
            assert words.splitlines()[-1] in compared  # the six words that people read to each other


@pytest.fixture
def world(tmp_path: Path) -> World:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return World(tmp_path, probe.getsockname()[1])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "payslip.jpg"
    Image.effect_noise((900, 700), 60).save(path, quality=92)
    return path


def test_two_computers_and_headquarters_end_with_the_same(
    world: World, photo: Path, postgres_url: str, tmp_path: Path
) -> None:
    world.begin(postgres_url)
    world.clinic("one", "intake", INTAKE)
    number = world.json("one", "cases")[0]["number"]
    world.clinic("one", "evidence", "add", number, photo, "--title", "Payslip")
    world.stick("one", "hq", "two", "hq", "two")
    kept = [file for one in world.json("two", "evidence", "list", number) for file in one["files"]]
    (number_of_photo,) = [file["number"] for file in kept if file["name"] == photo.name]
    world.clinic("two", "evidence", "save", number, number_of_photo, "--out", tmp_path / "again.jpg")
    assert (tmp_path / "again.jpg").read_bytes() == photo.read_bytes()

    # Three write about the same case without hearing of each other.
    case = world.desk("one", "id")
    backup = Path(shutil.copytree(world.root / "two", world.root / "backup"))
    world.desk("one", "set", "job.position=packer", "job.municipality=Tecate")
    world.desk("two", "set", "job.position=driver", "pay.unpaid_days=4")
    world.hq("set", f"{case}.job", "position", '{"text": "picker"}')

    # The stick of the first computer is lost; what was on it goes again with the next.
    world.stick("one")
    shutil.rmtree(world.usb)
    world.usb.mkdir()
    world.stick("two", "hq", "one", "hq", "two", "one")

    # The second computer's disk dies; an older backup is put back, and its own work comes home.
    shutil.rmtree(world.root / "two")
    backup.rename(world.root / "two")
    world.desk("two", "set", "job.state=Baja California")
    world.stick("two", "hq", "two", "hq", "one", "hq", "two")

    differing = [world.json(name, "conflicts") for name in ("one", "two")]
    for found in differing:
        (one,) = [d for d in found if d["path"] == "job.position"]
        assert {said["answer"] for said in one["values"]} == {"packer", "driver", "picker"}
    assert "position" in world.hq("conflicts")
    assert world.desk("one", "tables") == world.desk("two", "tables")

    world.clinic("one", "conflicts", "choose", number, "job.position", "1")
    with world.serving():
        for name in ("one", "two", "one"):
            world.clinic(name, "sync", "online")
    for name in ("one", "two"):
        assert world.json(name, "conflicts") == []
        assert world.json(name, "sync", "status")["waiting"] == 0
    assert "position" not in world.hq("conflicts")
    tables = world.desk("one", "tables")
    assert len(tables.split()) == 1, f"the check found: {tables}"
    assert tables == world.desk("two", "tables")
    shown = world.json("two", "show", number)
    assert json.dumps(shown).count("Tecate") >= 1
    world.hq("backup", world.root / "hq-backup")
    world.stick("one", "hq", "one")
    status = world.json("one", "sync", "status")
    assert status["safe"] == status["saved"]
