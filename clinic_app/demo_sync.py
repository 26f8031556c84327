"""A meeting with a headquarters in small: two practice computers, a stick, one difference, one decision.

Headquarters is the real program in a process of its own; everything lies under one folder.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from clinic_app import paths
from clinic_app.services import clinic as clinics
from clinic_app.services import conflicts, intake, syncing
from clinic_app.services.clinic import Clinic

NAMES: Final = ("laptop 1", "laptop 2")
_PASSWORD: Final = "practice headquarters"  # noqa: S105 - of invented people only


def meet(out: Path, on: dt.date) -> Iterator[str]:
    """Yield, line by line, what happens when two computers of a clinic and a headquarters meet by stick."""
    root = out / "sync"
    begin_headquarters(root)
    with closing(begin(root, NAMES[0])) as one, closing(begin(root, NAMES[1])) as two:
        for clinic, name in ((one, NAMES[0]), (two, NAMES[1])):
            yield f"{name}: {enrol(root, clinic, name)}"
        case = intake.import_files(one, {"case": intake.example_files("mx")[0].read_bytes()}, on)[0]
        yield f"{NAMES[0]}: saves {case} and copies it to the stick"
        carry(root, one, two)
        case_id = one.store.find(case)
        intake.save(one, case_id, "job.position", "packer")
        intake.save(two, case_id, "job.position", "driver")
        carry(root, one, two)
        carry(root, one)
        (differs,) = conflicts.of_case(one, case_id)
        yield "both wrote about the same job: " + " / ".join(str(said.answer) for said in differs.values)
        conflicts.choose(one, case_id, differs.path, differs.values[0].ref, on)
        carry(root, one, two)
        left = len(conflicts.of_case(two, case_id))
        yield f"{NAMES[0]} decides; {NAMES[1]} has {left} differences and {syncing.status(two).waiting} changes waiting"


def begin_headquarters(root: Path) -> None:
    """Make a headquarters in a folder, and the stick that goes to and fro; what was there before is gone."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "usb").mkdir(parents=True)
    _hq(root, "init", "--name", "Central")


def begin(root: Path, name: str) -> Clinic:
    """Make one more computer of the practice clinic."""
    folder = root / name.replace(" ", "-")
    clinic, _ = clinics.create(folder, "Clínica de práctica", "mx", name, _PASSWORD, practice=True)
    return clinic


def enrol(root: Path, clinic: Clinic, name: str) -> str:
    """Connect a computer with the headquarters; return the words to compare."""
    request, card = root / "usb" / "request", root / "usb" / "card"
    request.write_bytes(syncing.request(clinic, name))
    _hq(root, "enrol", str(request), "--clinic", clinic.info.name, "--out", str(card))
    joining = syncing.read_enrolment(clinic, card.read_bytes())
    syncing.enrol(clinic, joining)
    return f"enrolled; the six words to compare: {joining.words}"


def carry(root: Path, *computers: Clinic) -> None:
    """Carry the stick from computer to headquarters and on."""
    for computer in computers:
        syncing.by_stick(computer, root / "usb")
        _hq(root, "take", str(root / "usb"))
    for computer in computers:
        syncing.by_stick(computer, root / "usb")


def _hq(root: Path, *words: str) -> None:
    subprocess.run(  # noqa: S603 - our own program with words of ours
        [*_program(), "--data", str(root / "hq"), *words],
        check=True,
        env={**os.environ, "HQ_PASSWORD": _PASSWORD},
        capture_output=True,
    )


def _program() -> tuple[str, ...]:
    """Return how headquarters is started: with Python, or in a build as a word of the one program."""
    return (sys.executable, "hq") if paths.program() else (sys.executable, "-m", "sync.hq")
