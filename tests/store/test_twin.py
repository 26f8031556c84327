from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from clinic_app.store.store import COPIED, Store
from clinic_app.store.twin import Twins, machine_id
from tests.store.conftest import Clinic, ticking

OPENED = dt.date(2026, 3, 1)


def opened(clinic: Clinic, folder: Path, twins: Twins) -> Store:
    return Store.open(folder, clinic.key, clinic.user, now=ticking(), twins=twins)


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path / "settings", "this computer")


def stream_of(clinic: Clinic, folder: Path, twins: Twins, *, write: bool = True) -> bytes:
    store = opened(clinic, folder, twins)
    if write:
        store.new_case("mx", "es", OPENED)
    assert store.check() == []
    stream = store._journal.stream
    store.close()
    store.close()
    return stream


def test_a_store_that_is_opened_again_goes_on_with_its_stream(clinic: Clinic, twins: Twins) -> None:
    first = stream_of(clinic, clinic.folder, twins)
    assert {stream_of(clinic, clinic.folder, twins) for _ in range(2)} == {first}


def test_a_moved_folder_is_no_copy(clinic: Clinic, twins: Twins, tmp_path: Path) -> None:
    first = stream_of(clinic, clinic.folder, twins)
    clinic.folder.rename(tmp_path / "elsewhere")
    assert stream_of(clinic, tmp_path / "elsewhere", twins) == first
    assert stream_of(clinic, tmp_path / "elsewhere", twins) == first


def test_a_copied_folder_writes_under_a_stream_of_its_own(clinic: Clinic, twins: Twins, tmp_path: Path) -> None:
    first = stream_of(clinic, clinic.folder, twins)
    shutil.copytree(clinic.folder, tmp_path / "copy")
    other = stream_of(clinic, tmp_path / "copy", twins)
    assert other != first
    assert stream_of(clinic, clinic.folder, twins) == first
    assert stream_of(clinic, tmp_path / "copy", twins) == other
    store = opened(clinic, tmp_path / "copy", twins)
    assert store.remembered(COPIED) == "2026-03-01"
    assert store.count() == 3
    store.close()


def test_a_backup_put_back_writes_under_a_new_stream(clinic: Clinic, twins: Twins, tmp_path: Path) -> None:
    first = stream_of(clinic, clinic.folder, twins)
    shutil.copytree(clinic.folder, tmp_path / "backup")
    assert stream_of(clinic, clinic.folder, twins) == first
    shutil.rmtree(clinic.folder)
    shutil.copytree(tmp_path / "backup", clinic.folder)
    assert stream_of(clinic, clinic.folder, twins) != first


def test_another_history_under_the_same_numbers_is_found(clinic: Clinic, twins: Twins, tmp_path: Path) -> None:
    first = stream_of(clinic, clinic.folder, twins)
    shutil.copytree(clinic.folder, tmp_path / "backup")
    stream_of(clinic, clinic.folder, twins)
    unaware = Store.open(tmp_path / "backup", clinic.key, clinic.user)  # as a program of before would
    for _ in range(3):
        unaware.new_case("mx", "es", OPENED)
    unaware.close()
    shutil.rmtree(clinic.folder)
    (tmp_path / "backup").rename(clinic.folder)
    assert stream_of(clinic, clinic.folder, twins) != first


def test_a_disk_in_another_computer_writes_under_a_new_stream(clinic: Clinic, twins: Twins, tmp_path: Path) -> None:
    first = stream_of(clinic, clinic.folder, twins)
    same_settings = Twins(tmp_path / "settings", "another computer")
    assert stream_of(clinic, clinic.folder, same_settings) != first


def test_the_record_names_neither_computer_nor_case(clinic: Clinic, tmp_path: Path) -> None:
    twins = Twins(tmp_path / "settings")
    stream_of(clinic, clinic.folder, twins)
    (record,) = (tmp_path / "settings").glob("*.twin")
    assert machine_id() not in record.read_text()
    assert machine_id() == machine_id() != ""


def test_settings_that_cannot_be_written_stop_nobody(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    twins = Twins(tmp_path / "file" / "settings")
    assert stream_of(clinic, clinic.folder, twins) == stream_of(clinic, clinic.folder, twins)
