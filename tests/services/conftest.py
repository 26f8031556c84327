"""A clinic of practice people, a signing key, and signed books of an invented country."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinic_app.rules.signing import TrustedKey
from clinic_app.services import clinic as clinics
from clinic_app.services import intake, rulebooks
from clinic_app.services.clinic import Clinic

PASSWORD = "cuatro palabras bien mias"


@dataclass(frozen=True)
class Office:
    """Headquarters: its key, and how it publishes a version of a book."""

    key: TrustedKey
    publish: Callable[..., Path]


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    made, _ = clinics.create(tmp_path / "clinic", "Clínica del Valle", "mx", "Rosa", PASSWORD)
    with closing(made) as opened:
        yield opened


@pytest.fixture
def office(tmp_path: Path, zembla: Path) -> Office:
    key_file = tmp_path / "hq.key"
    key = rulebooks.make_key(key_file, "Headquarters", PASSWORD)

    def publish(version: str = "zembla-1", **changes: tuple[str, str]) -> Path:
        """Sign a copy of the book; each change is a file's name, what it said and what it says now."""
        folder = tmp_path / f"parcel-{version}-{len(list(tmp_path.glob('parcel-*')))}"
        shutil.copytree(zembla, folder)
        for name, (old, new) in {"book": ("version: zembla-1 ", f"version: {version} "), **changes}.items():
            file = next(path for path in folder.rglob(f"{name.replace('_', '-')}.yaml"))
            text = file.read_text("utf-8")
            assert old in text
            file.write_text(text.replace(old, new), "utf-8")
        rulebooks.sign(folder, key_file, PASSWORD)
        return folder

    return Office(key, publish)


def dismissed(clinic: Clinic) -> str:
    """Save one dismissal and return its id."""
    case_id = intake.start(clinic, dt.date(2026, 11, 22))
    for path, raw in (
        ("worker.name", "Práctica · José Núñez"),
        ("job.start", "2022-01-10"),
        ("job.last_day", "2026-11-09"),
        ("job.ending", "dismissed"),
        ("job.zone", "general"),
        ("pay.amount", "24000"),
        ("pay.period", "month"),
    ):
        intake.save(clinic, case_id, path, raw)
    intake.finish(clinic, case_id)
    return case_id
