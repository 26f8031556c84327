"""The self-check passes on a sound program, tells what is not, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from clinic_app import paths, selfcheck

STEPS = ("resources", "rule books", "store", "law check", "papers", "evidence", "spreadsheet", "sync", "window")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the self-check makes its own folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.slow
def test_everything_works_and_nothing_is_left(tmp_path: Path) -> None:
    room, pictures = tmp_path / "room", tmp_path / "pictures"
    room.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "clinic_app", "--self-check", "--pictures", pictures],
        env={**os.environ, "TMPDIR": str(room), "HOME": str(room), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split("ms  ")[1].partition(":")[0] for line in done.stdout.splitlines()[:-1]] == list(STEPS)
    assert done.stdout.splitlines()[-1].startswith("everything works")
    assert len(list(pictures.glob("*.png"))) == 3
    left = [path for path in room.rglob("*") if path.is_file() and "fontconfig" not in path.parts]
    assert not left


def test_a_step_that_fails_is_named(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(paths, "resources", lambda: room)
    for name in STEPS[2:]:
        monkeypatch.setattr(selfcheck.Check, name.replace(" check", ""), lambda _self: "not asked here")
    assert selfcheck.run(None) == selfcheck.FAILED
    told = capsys.readouterr()
    assert "FAILED" in told.out.splitlines()[0]
    assert "licences.json" in told.out.splitlines()[0]
    assert told.err.startswith("failed: resources, rule books")
    assert not list(room.iterdir())


def test_the_folder_of_the_environment_comes_back(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.HOME_VARIABLE, "before")
    with selfcheck._own_folder() as folder:
        assert paths.default_data().is_relative_to(folder)
        assert folder.is_relative_to(room)
    assert os.environ[paths.HOME_VARIABLE] == "before"
