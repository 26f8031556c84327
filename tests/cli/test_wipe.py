"""The clinic goes from this computer by command, twice confirmed, in real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PASSWORD = "cuatro palabras bien mias"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CLINIC_PASSWORD": PASSWORD,
        "CLINIC_LANGUAGE": "en",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }


def run(environment: dict[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "clinic_app", "--data", str(folder), *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL
    )


def test_it_asks_says_and_wipes_and_goes_on_after_a_cut(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    assert run(environment, folder, "init", "--clinic", "North", "--place", "mx", "--user", "Ana").returncode == 0
    for words, told in (
        (("wipe",), "nobody confirmed"),
        (("wipe", "--clinic", "South"), "not the clinic's name"),
    ):
        refused = run(environment, folder, *words)
        assert refused.returncode == 2
        assert told in refused.stderr
        assert "North: 0 cases" in refused.stdout
        assert "No headquarters has them" in refused.stdout
    wrong = run({**environment, "CLINIC_PASSWORD": "another password"}, folder, "wipe", "--clinic", "North")
    assert wrong.returncode == 2
    assert run(environment, folder, "cases").returncode == 0

    (folder / "clinic.wiping").touch()  # begun, and the power went
    gone = run(environment, folder, "cases")
    assert gone.returncode == 2
    assert "finished" in gone.stderr
    assert not folder.exists()

    assert run(environment, folder, "init", "--clinic", "North", "--place", "mx", "--user", "Ana").returncode == 0
    done = run(environment, folder, "wipe", "--clinic", " north ")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "The clinic is gone from this computer."
    assert not folder.exists()
