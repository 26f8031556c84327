"""Going back after a newer version changed the file: the copy takes its place, and the newer file is kept whole."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from clinic_app.domain.roles import Role
from clinic_app.errors import KnownError
from clinic_app.services import clinic as clinics
from clinic_app.services import updates
from clinic_app.store import older, vault
from clinic_app.store.files import BACKUPS, DATABASE
from clinic_app.store.lock import FolderLock
from clinic_app.store.migrations import MIGRATIONS
from clinic_app.store.store import Store
from tests.store.newer import NEXT, upgrade

PASSWORD = "cuatro palabras bien mias"
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LAST = MIGRATIONS[-1].number


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clinic with one case, which a newer version opened afterwards."""
    clinic, _ = clinics.create(tmp_path / "clínica ñ", "Clínica del Valle", "mx", "Rosa", PASSWORD)
    clinic.store.new_case("mx", "es", dt.date(2026, 3, 1))
    clinic.close()
    upgrade(clinic.folder, PASSWORD)
    return clinic.folder


def refused_as_too_new(folder: Path) -> None:
    before = (folder / DATABASE).read_bytes()
    with pytest.raises(KnownError, match="S-08") as caught:
        clinics.unlock(folder, PASSWORD)
    assert str(LAST) in str(caught.value)
    assert str(LAST + 1) in str(caught.value)
    assert (folder / DATABASE).read_bytes() == before


def test_a_program_never_opens_a_store_that_is_newer_than_itself(folder: Path) -> None:
    refused_as_too_new(folder)


def test_the_copy_from_before_opens_with_everything_that_was_in_it(folder: Path) -> None:
    assert updates.older(folder, PASSWORD) == dt.datetime.now(dt.UTC).astimezone().date()
    back = updates.put_older_back(folder, PASSWORD, NOW)
    opened = clinics.unlock(folder, PASSWORD)
    assert opened.store.count() == 1
    assert opened.store.remembered("tomorrow") == ""
    assert opened.store.check() == []
    opened.close()
    key, user = vault.unlock(folder, PASSWORD)
    room = folder.parent / "newer"
    shutil.copytree(folder, room)
    shutil.copyfile(back.file, room / DATABASE)
    newer = Store.open(room, key, user, steps=(*MIGRATIONS, NEXT))
    assert newer.remembered("tomorrow") == "written by the newer version"
    newer.close()


def test_going_back_is_refused_while_the_clinic_is_open_elsewhere(folder: Path) -> None:
    lock = FolderLock(folder)
    try:
        with pytest.raises(KnownError, match="S-09"):
            updates.put_older_back(folder, PASSWORD, NOW)
    finally:
        lock.release()
    refused_as_too_new(folder)


def test_a_damaged_copy_is_passed_over(folder: Path) -> None:
    (copy,) = (folder / BACKUPS).glob("*-before-*.db")
    second = copy.with_name(f"20990101-000000-before-{LAST + 1}.db")
    shutil.copyfile(copy, second)
    second.write_bytes(second.read_bytes()[:5000] + bytes(5000))
    key, _ = vault.unlock(folder, PASSWORD)
    found = older.find(folder, key, LAST)
    assert found is not None
    assert found.path == copy
    copy.unlink()
    assert updates.older(folder, PASSWORD) is None
    with pytest.raises(KnownError, match="U-21"):
        updates.put_older_back(folder, PASSWORD, NOW)
    refused_as_too_new(folder)


def test_a_wrong_password_finds_nothing(folder: Path) -> None:
    with pytest.raises(KnownError, match="S-01"):
        updates.older(folder, "another password")


def test_only_who_might_restore_may_go_back(tmp_path: Path) -> None:
    clinic, _ = clinics.create(tmp_path / "clinic", "Clínica del Valle", "mx", "Rosa", PASSWORD)
    key, _ = vault.unlock(clinic.folder, PASSWORD)
    vault.add_user(clinic.folder, key, "Eva", "otras palabras de Eva")
    clinic.close()
    eva = clinics.unlock(clinic.folder, "otras palabras de Eva")
    assert eva.store.staff.me.role is Role.STAFF
    eva.close()
    upgrade(clinic.folder, PASSWORD)
    with pytest.raises(KnownError, match="P-01"):
        updates.put_older_back(clinic.folder, "otras palabras de Eva", NOW)
    refused_as_too_new(clinic.folder)
    updates.put_older_back(clinic.folder, PASSWORD, NOW)
