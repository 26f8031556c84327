"""Where things lie: this user's own folders, one folder for everything, or beside a program that travels."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clinic_app import paths

WRITTEN = (paths.default_data, paths.practice_data, paths.twin_folder, paths.log_folder, paths.own_versions)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that a built program runs from."""
    folder = tmp_path / "Escritorio de Ñ"
    folder.mkdir()
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "clinic"))
    return folder


def test_without_a_marker_nothing_lies_beside_the_program(program: Path) -> None:
    assert paths.home() is None
    assert not any(where().is_relative_to(program) for where in WRITTEN)
    assert len({where() for where in WRITTEN}) == len(WRITTEN)


def test_with_the_marker_everything_lies_beside_the_program(program: Path) -> None:
    (program / paths.PORTABLE).touch()
    assert all(where().is_relative_to(program / "data") for where in WRITTEN)
    assert len({where() for where in WRITTEN}) == len(WRITTEN)


def test_a_newer_version_below_finds_the_same_data(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program / paths.PORTABLE).touch()
    first = [where() for where in WRITTEN]
    monkeypatch.setattr(sys, "executable", str(program / paths.VERSIONS / "9.0.0" / "clinic"))
    assert [where() for where in WRITTEN] == first


def test_sources_are_never_portable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    monkeypatch.delattr(sys, "frozen", raising=False)
    assert paths.home() is None


def test_the_environment_names_one_folder_for_everything(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program / paths.PORTABLE).touch()
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "elsewhere"))
    assert all(where().is_relative_to(tmp_path / "elsewhere") for where in WRITTEN)
