"""Meeting headquarters by stick and by line, killed at work; what is killed goes on in the same world.

At the end of all rounds everything that was confirmed is at headquarters and on the other computer.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from clinic_app.errors import KnownError
from clinic_app.services import evidence, intake, syncing
from clinic_app.services.clinic import Clinic
from sync.hq import devices, office, post
from sync.hq import records as at_headquarters
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from tests.torture.journeys import ON, make, opened, problems
from tests.torture.killing import Killed, Work

_HQ_PASSWORD: Final = "correct horse battery"
_HQ_OPENING: Final = Opening(password=_HQ_PASSWORD)


class World:
    """A headquarters, two enrolled computers of a clinic, a stick. It lies in one folder and outlives every kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, str] = {}
        """What was confirmed: the name in each case."""

    @contextmanager
    def headquarters(self) -> Iterator[Office]:
        with closing(office.open_(self.folder / "hq", _HQ_OPENING)) as of:
            yield of

    @contextmanager
    def computer(self, name: str) -> Iterator[Clinic]:
        with opened(self.folder / name / "clinic") as clinic:
            yield clinic

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    def begin(self, addresses: tuple[str, ...] = ()) -> None:
        """Make it."""
        self.stick.mkdir(parents=True)
        made, _ = office.create(self.folder / "hq", "Central", _HQ_OPENING, cost=Cost(rounds=1, memory_kib=8))
        with closing(made) as of:
            of = office.announce(of, addresses)  # noqa: PLW2901 - the same headquarters, with where it is reached
            for name in ("one", "two"):
                (self.folder / name).mkdir()
                make(self.folder / name / "clinic")
                with self.computer(name) as clinic:
                    card = devices.enrol(of, syncing.request(clinic, name), "Valle").card
                    syncing.enrol(clinic, syncing.read_enrolment(clinic, card))

    def carry(self) -> None:
        """Carry the stick around until everybody has met."""
        for _ in range(2):
            for name in ("one", "two"):
                with self.computer(name) as clinic:
                    syncing.by_stick(clinic, self.stick)
            with self.headquarters() as of:
                post.take(of, self.stick)
        for name in ("one", "two"):
            with self.computer(name) as clinic:
                syncing.by_stick(clinic, self.stick)

    def lacking(self) -> list[str]:
        """Return what was confirmed and is not everywhere, or not the same everywhere."""
        wrong, tables = [], []
        for name in ("one", "two"):
            with self.computer(name) as clinic:
                wrong += problems(clinic)
                tables.append(clinic.store.dump())
                names = {
                    row.id: clinic.store.case(row.id).section("worker").text("name")
                    for row in clinic.store.cases(limit=100_000)
                }
                wrong += [f"{name} lacks {case}" for case, said in self.said.items() if names.get(case) != said]
        if tables[0] != tables[1]:
            wrong.append("the two computers differ")
        with self.headquarters() as of:
            for case in self.said:
                try:
                    at_headquarters.find(of, case)
                except Exception:  # noqa: BLE001 - whatever it says, the case is not there
                    wrong.append(f"headquarters lacks {case}")
        return wrong


class Stick:
    """Both computers and headquarters by stick, in one process that is killed anywhere."""

    name = "stick, out and in"
    pace = 0.6

    def __init__(self) -> None:
        self.world: World | None = None

    def prepare(self, folder: Path) -> None:
        if self.world is None:
            self.world = World(folder.parent / f"world-{self.name.split(',')[0]}")
            self.world.begin()

    def work(self, at: Work) -> None:
        assert self.world is not None  # prepared
        while True:
            for name in ("one", "two"):
                with self.world.computer(name) as clinic:
                    write(clinic, at)
                    syncing.by_stick(clinic, self.world.stick)
            with self.world.headquarters() as of:
                post.take(of, self.world.stick)

    def verify(self, at: Killed) -> list[str]:
        assert self.world is not None  # prepared
        wrong = []
        for name in ("one", "two"):
            with self.world.computer(name) as clinic:
                wrong += problems(clinic) if name == "one" else []
                if clinic.store.remembered("copied_on"):
                    wrong.append("a killed store is taken for a copy")
        self.world.said.update({fact[1]: fact[2] for fact in at.said if fact[0] == "saved"})
        return wrong

    def finish(self) -> list[str]:
        """Have everybody meet at last, and return what is missing anywhere."""
        if self.world is None:
            return []
        self.world.carry()
        return self.world.lacking()


class Line(Stick):
    """One computer over the line, with headquarters as a process of its own, which is killed too."""

    name = "line, with headquarters' process"

    def __init__(self) -> None:
        super().__init__()
        self._serving: subprocess.Popen[str] | None = None
        self._port = 0

    def prepare(self, folder: Path) -> None:
        if self.world is None:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._port = probe.getsockname()[1]
            self.world = World(folder.parent / "world-line")
            self.world.begin((f"127.0.0.1:{self._port}",))
        if self._serving is None:
            self._serving = self._serve()

    def work(self, at: Work) -> None:
        assert self.world is not None  # prepared
        while True:
            with self.world.computer("one") as clinic:
                write(clinic, at)
                try:
                    visit = syncing.online(clinic)
                    at.say("met", len(visit.problems))
                except KnownError:
                    at.say("unreachable", 0)

    def verify(self, at: Killed) -> list[str]:
        if len(at.said) % 5 == 4 and self._serving is not None:
            self.stop()
        return super().verify(at)

    def finish(self) -> list[str]:
        self.stop()
        return super().finish()

    def stop(self) -> None:
        """Kill headquarters' process."""
        if self._serving is not None:
            self._serving.kill()
            self._serving.communicate()
            self._serving = None

    def _serve(self) -> subprocess.Popen[str]:
        assert self.world is not None  # made before
        words = ["-m", "sync.hq", "--data", str(self.world.folder / "hq"), "serve", "--host", "127.0.0.1"]
        words += ["--port", str(self._port), "--address", f"127.0.0.1:{self._port}"]
        child = subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "HQ_PASSWORD": _HQ_PASSWORD},
        )
        assert child.stdout is not None
        assert "Serving" in child.stdout.readline()
        return child


def write(clinic: Clinic, at: Work) -> None:
    """Save a case, now and then with a file, and say so."""
    case_id = intake.start(clinic, ON)
    name = f"Persona {at.rng.random()}"
    intake.save(clinic, case_id, "worker.name", name)
    if at.rng.random() < 0.3:
        evidence.add_content(clinic, case_id, "recording.m4a", at.rng.randbytes(at.rng.choice((4_000, 1_300_000))))
    at.say("saved", case_id, name)


MEETINGS: Final = (Stick, Line)
