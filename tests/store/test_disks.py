"""Disks that refuse: full, set to read-only under the work, gone. What was confirmed stays; each is said in words."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_app.domain.exhibits import FileFacts, Media
from clinic_app.errors import KnownError
from clinic_app.store import vault
from clinic_app.store.backup import Backups, local, place_in
from clinic_app.store.store import Store
from tests.store.conftest import CHEAP, INFO, PASSWORD, Clinic, ticking

NOW = dt.datetime(2026, 3, 2, 16, 30, tzinfo=dt.UTC)


class Disk:
    """A real file system in memory that can be made smaller and read-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def set(self, options: str) -> None:
        subprocess.run([_tool("mount"), "-o", f"remount,{options}", str(self.folder)], check=True)


def _tool(name: str) -> str:
    return shutil.which(name) or name


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    asked = [_tool("mount"), "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.name == "nt" or subprocess.run(asked, check=False, capture_output=True).returncode:
        pytest.skip("only who may mount can have a small disk of their own")
    yield Disk(folder)
    subprocess.run([_tool("umount"), str(folder)], check=True)


@pytest.fixture
def there(disk: Disk) -> Clinic:
    folder = disk.folder / "clinic"
    key, user, recovery = vault.create(folder, "Lucía", PASSWORD, CHEAP)
    Store.create(folder, key, INFO, user, now=ticking()).close()
    return Clinic(folder, key, user, recovery)


def fill(disk: Disk, leave: int = 0) -> Path:
    """Fill the disk but for some bytes."""
    path = disk.folder / "photos"
    with path.open("wb") as file:
        free = shutil.disk_usage(disk.folder).free
        file.write(bytes(max(0, free - leave)))
    return path


def test_a_disk_that_fills_up_keeps_what_was_confirmed(disk: Disk, there: Clinic) -> None:
    store = there.open()
    case_id = store.new_case("mx", "es", INFO.created_on)
    photos = fill(disk, leave=200_000)
    confirmed = -1

    def write_on() -> None:
        nonlocal confirmed
        for number in range(1000):
            store.set_answer(case_id, "story.told", f"{number} " + "x" * 20_000)
            confirmed = number

    with pytest.raises(KnownError) as caught:
        write_on()
    assert caught.value.code == "S-10"
    assert confirmed >= 0
    kept = store.case(case_id).section("story").text("told")
    assert int(kept.split()[0]) == confirmed
    photos.unlink()
    assert store.set_answer(case_id, "story.told", "again")
    assert store.check() == []
    store.close()


def test_a_full_disk_is_opened_and_read(disk: Disk, there: Clinic) -> None:
    store = there.open()
    case_id = store.new_case("mx", "es", INFO.created_on)
    store.set_answer(case_id, "worker.name", "Ana")
    store.close()
    fill(disk)
    try:
        store = there.open()
    except KnownError as error:
        assert error.code in {"S-10", "S-11"}  # noqa: PT017 - either it is said, or it opens
    else:
        assert store.case(case_id).section("worker").text("name") == "Ana"
        store.close()


def test_a_backup_without_room_is_told_before_anything_is_written(disk: Disk, clinic: Clinic) -> None:
    store = clinic.open()
    disk.set("size=10m")
    place = place_in(disk.folder, clinic.key)
    with pytest.raises(KnownError) as caught:
        place.take(store.source(), NOW, thorough=True)
    assert caught.value.code == "K-02"
    assert place.all() == ()
    assert [path for path in disk.folder.rglob("*") if path.is_file()] == []
    store.close()


def test_a_stick_that_fills_up_meanwhile_keeps_the_older_backup(
    disk: Disk, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Backups, "_require_room", lambda *_: None)  # the room was there when it was looked for
    store = clinic.open()
    place = place_in(disk.folder, clinic.key)
    first = place.take(store.source(), NOW, thorough=True)
    store.new_case("mx", "es", INFO.created_on)
    fill(disk, leave=100_000)
    with pytest.raises(KnownError) as caught:
        place.take(store.source(), NOW + dt.timedelta(days=1), thorough=True)
    assert caught.value.code == "S-10"
    assert place.all() == (first,)
    assert not list(place.folder.glob("*.part"))
    assert store.check() == []
    store.close()


def test_a_stick_that_turns_read_only_under_the_work(disk: Disk, there: Clinic) -> None:
    store = there.open()
    case_id = store.new_case("mx", "es", INFO.created_on)
    store.set_answer(case_id, "worker.name", "Ana")
    disk.set("size=24m")
    store._db.checkpoint()
    store.close()
    disk.set("ro")
    try:
        with pytest.raises(KnownError) as caught:
            there.open()
        assert caught.value.code == "S-11"
        assert "stick" in str(caught.value)
        with pytest.raises(KnownError) as caught:
            vault.change_password(there.folder, "Lucía", PASSWORD, "another long one", CHEAP)
        assert caught.value.code == "S-11"
    finally:
        disk.set("rw")
    store = there.open()
    assert store.case(case_id).section("worker").text("name") == "Ana"
    assert store.check() == []
    store.close()


def test_a_stick_that_is_pulled_out_is_said(disk: Disk, clinic: Clinic) -> None:
    store = clinic.open()
    place = place_in(disk.folder, clinic.key)
    place.take(store.source(), NOW, thorough=True)
    source = store.source()

    def pull(_done: int, _total: int) -> None:
        shutil.rmtree(place.folder)
        raise OSError(5, "Input/output error")

    case_id = store.new_case("mx", "es", INFO.created_on)
    _with_photo(store, case_id)
    with pytest.raises(KnownError) as caught:
        place.take(source, NOW + dt.timedelta(days=1), thorough=True, progress=pull)
    assert caught.value.code == "S-11"
    assert local(clinic.folder).take(store.source(), NOW, thorough=True).usable
    store.close()


def _with_photo(store: Store, case_id: str) -> None:
    store.files.add(case_id, "", {}, FileFacts("a.jpg", Media.JPEG, 1, None), io.BytesIO(bytes(50_000)))
