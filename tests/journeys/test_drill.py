"""The drill: a computer burns. On an empty one, with only the stick and the recovery sheet, the clinic is back.

Real processes; the new computer has a home of its own in which nothing was ever written.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

PASSWORD = "cuatro palabras bien mías"
INTAKE = Path(__file__).parents[2] / "resources" / "intakes" / "mx-dismissal.json"


def at(home: Path, **more: str) -> dict[str, str]:
    """The environment of a computer whose whole home is one folder."""
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT", "LANG"}}
    places = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    root = str(Path(__file__).parents[2])
    return {
        **kept,
        **places,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "PYTHONPATH": root,
        "CLINIC_LANGUAGE": "en",
        **more,
    }


def run(environment: Mapping[str, str], *words: str | Path, fails: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "clinic_app", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == (2 if fails else 0), done.stderr + done.stdout
    return done.stderr if fails else done.stdout


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "payslip.jpg"
    Image.effect_noise((900, 700), 60).save(path, quality=92)
    return path


def saved_again(environment: Mapping[str, str], desk: Path, number: str, target: Path) -> bytes:
    """The bytes of the one file of a case's evidence."""
    rows = json.loads(run(environment, "--data", desk, "evidence", "list", number, "--json"))
    (file,) = [file["number"] for row in rows for file in row["files"]]
    run(environment, "--data", desk, "evidence", "save", number, file, "--out", target)
    return target.read_bytes()


def test_the_stick_and_the_sheet_bring_the_clinic_back(tmp_path: Path, photo: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    before = at(tmp_path / "office", CLINIC_PASSWORD=PASSWORD)
    desk = tmp_path / "office" / "clinic"
    sheet = run(before, "--data", desk, "init", "--clinic", "North clinic", "--place", "mx", "--user", "Rosa").strip()
    number = run(before, "--data", desk, "intake", INTAKE).strip()
    run(before, "--data", desk, "evidence", "add", number, photo, "--title", "Payslip")
    shown = json.loads(run(before, "--data", desk, "show", number, "--json"))
    assert "proven" in run(before, "--data", desk, "backup", stick)
    shutil.rmtree(tmp_path / "office")

    new = at(tmp_path / "new home", CLINIC_PASSWORD="otra frase muy larga", CLINIC_RECOVERY_KEY=sheet)
    assert "whole" in run(new, "restore", stick, "--list", "--to", "unused")
    run(new, "restore", stick, "--to", tmp_path / "wrong", fails=True)  # the old password is not on the sheet
    assert not (tmp_path / "wrong").exists()
    target = tmp_path / "new home" / "clinic"
    said = run(new, "restore", stick, "--to", target, "--recovery", "--user", "Rosa")
    assert "in place" in said
    assert json.loads(run(new, "--data", target, "show", number, "--json")) == shown
    assert saved_again(new, target, number, tmp_path / "again.jpg") == photo.read_bytes()
    assert "BAD" not in run(new, "--data", target, "check")
    other = run(new, "--data", target, "intake", INTAKE).strip()
    assert other.endswith("-0101")  # never a number that was given out after the backup


def test_a_damaged_clinic_is_checked_and_mended_by_command(tmp_path: Path, photo: Path) -> None:
    here = at(tmp_path / "home", CLINIC_PASSWORD=PASSWORD)
    desk = tmp_path / "home" / "clinic"
    run(here, "--data", desk, "init", "--clinic", "North clinic", "--place", "mx", "--user", "Rosa")
    number = run(here, "--data", desk, "intake", INTAKE).strip()
    run(here, "--data", desk, "evidence", "add", number, photo, "--title", "Payslip")
    (tmp_path / "stick").mkdir()
    run(here, "--data", desk, "backup", tmp_path / "stick")
    later = run(here, "--data", desk, "intake", INTAKE).strip()

    store = desk / "clinic.db"
    whole = bytearray(store.read_bytes())
    whole[9 * 4096 + 300] ^= 1
    store.write_bytes(whole)
    (chunk,) = (path for path in (desk / "evidence").rglob("*") if path.is_file())
    chunk.write_bytes(b"")
    refused = run(here, "--data", desk, "check", fails=True)
    assert "S-07" in refused
    assert store.read_bytes() == bytes(whole)
    said = run(here, "--data", desk, "check", "--repair", "--from", tmp_path / "stick")
    assert "in place" in said
    assert "BAD" not in said
    cases = {row["number"] for row in json.loads(run(here, "--data", desk, "cases", "--json"))}
    assert number in cases
    assert cases <= {number, later}
    (aside,) = desk.parent.glob("clinic.aside-*")
    assert (aside / "clinic.db").read_bytes() == bytes(whole)
    assert saved_again(here, desk, number, tmp_path / "again.jpg") == photo.read_bytes()


def test_what_cannot_be_restored_is_one_clear_line(tmp_path: Path) -> None:
    here = at(tmp_path / "home", CLINIC_PASSWORD=PASSWORD)
    (tmp_path / "empty").mkdir()
    for words in (("restore", tmp_path / "empty"), ("restore", tmp_path / "nowhere")):
        said = run(here, *words, "--to", tmp_path / "new", fails=True)
        assert len(said.splitlines()) == 1
        assert "no whole backup" in said or "S-11" in said
    assert not (tmp_path / "new").exists()
