"""`clinic update` as typed: make one, check it, put it in place, go back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from clinic_app import __version__
from clinic_app.services import rulebooks, updates
from clinic_app.store.backup import local
from tests.cli.conftest import PASSWORD, Run
from tests.services.releases import NOTES, Releases, installed, releases
from tests.store.newer import upgrade

__all__ = ["installed", "releases"]


@pytest.mark.usefixtures("installed")
def test_from_a_built_program_to_the_next_start(run: Run, releases: Releases, tmp_path: Path) -> None:
    key, notes, stick = tmp_path / "release.key", tmp_path / "notes.json", tmp_path / "stick"
    stick.mkdir()
    notes.write_text(json.dumps(NOTES), "utf-8")
    assert run("rules", "key", "--out", key, "--name", "Release desk")[0] == 0
    program = releases.built("0.2.0")
    status, made, _ = run("update", "make", program, "--key", key, "--out", stick, "--notes", notes)
    assert status == 0
    assert Path(made.strip()).parent == stick
    status, _, error = run("update", "check", stick)
    assert (status, "U-03" in error) == (2, True)
    public = rulebooks.read_key((tmp_path / "release.key.pub").read_bytes(), "")
    updates.trust(public, public.fingerprint)
    status, told, _ = run("update", "check", stick)
    assert status == 0
    assert "0.2.0" in told
    assert "Release desk" in told
    assert NOTES["en"] in told
    assert run("update", "apply", stick)[:2] == (0, "The next start opens version 0.2.0.\n")
    assert "“clinic update back” goes back to version 0.1.0." in run("update", "status")[1]
    assert run("update", "back")[:2] == (0, f"The next start opens version {__version__}.\n")
    status, _, error = run("update", "back")
    assert (status, "U-20" in error) == (2, True)


@pytest.mark.usefixtures("installed")
def test_the_clinic_is_copied_before_an_update(run: Run, releases: Releases, tmp_path: Path) -> None:
    updates.trust(releases.key, releases.key.fingerprint)
    data = tmp_path / "clinic"
    assert run("--data", data, "init", "--clinic", "Norte", "--place", "mx", "--user", "Rosa")[0] == 0
    assert run("--data", data, "update", "apply", releases.release())[0] == 0
    assert local(data).newest() is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "nowhere"), "there is no update here"),
        (("check", "."), "there is no update here"),
        (("apply", "."), "there is no update here"),
        (("make", ".", "--key", "nothing"), "cannot be read"),
        (("trust", "nothing"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, error = run("--data", tmp_path / "none", "update", *arguments)
    assert (status, out) == (2, "")
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.usefixtures("installed")
def test_a_key_is_not_trusted_where_nobody_can_compare(run: Run, releases: Releases, tmp_path: Path) -> None:
    public = tmp_path / "release.pub"
    public.write_bytes(releases.public)
    status, told, error = run("--data", tmp_path / "none", "update", "trust", public)
    assert status == 2
    assert releases.key.fingerprint in told
    assert "nobody is here" in error
    assert updates.trusted() == ()


@pytest.mark.usefixtures("installed")
def test_the_cases_as_they_were_before_a_newer_version(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "clinic"
    run("--data", data, "init", "--clinic", "Norte", "--place", "mx", "--user", "Rosa")
    upgrade(data, PASSWORD)
    status, _, error = run("--data", data, "cases")
    assert (status, "S-08" in error) == (2, True)
    status, told, _ = run("--data", data, "update", "back", "--cases")
    assert status == 0
    assert "-newer.db" in told
    assert str(dt.datetime.now(dt.UTC).year) in told
    assert run("--data", data, "cases")[0] == 0
