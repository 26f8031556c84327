from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clinic_app.domain.views import ClinicInfo, UserInfo
from clinic_app.errors import KnownError
from clinic_app.store import vault
from clinic_app.store.files import DATABASE, KEYS, LOCK
from clinic_app.store.lock import FolderLock
from clinic_app.store.migrations import MIGRATIONS, Migration
from clinic_app.store.store import Store
from tests.store.conftest import CHEAP, INFO, PASSWORD, Clinic


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(clinic: Clinic, key: bytes | None = None, steps: tuple[Migration, ...] = MIGRATIONS) -> KnownError:
    """Open, expecting a refusal that changed no byte of the folder."""
    before = content(clinic.folder)
    with pytest.raises(KnownError) as caught:
        Store.open(clinic.folder, key or clinic.key, clinic.user, steps=steps)
    after = content(clinic.folder)
    assert after.keys() - {f"{DATABASE}-shm"} == before.keys() - {f"{DATABASE}-shm"}
    assert all(after[name] == data for name, data in before.items() if not name.endswith("-shm"))
    text = str(caught.value)
    assert caught.value.safe
    assert caught.value.next_step
    assert "{" not in text
    return caught.value


def test_a_closed_store_is_two_files_and_a_lock(clinic: Clinic) -> None:
    clinic.open().close()
    assert sorted(content(clinic.folder)) == [DATABASE, KEYS, LOCK]


def test_what_was_given_at_creation_is_there(clinic: Clinic) -> None:
    store = clinic.open()
    assert store.info == INFO
    assert store.user == clinic.user
    assert store.check() == []
    store.close()
    store.close()


def test_a_wrong_key_is_refused_before_the_file_is_touched(clinic: Clinic) -> None:
    assert refused(clinic, bytes(32)).code == "S-06"
    assert refused(clinic, b"short").code == "S-06"


def test_the_keys_of_another_clinic(clinic: Clinic, tmp_path: Path) -> None:
    other, _, _ = vault.create(tmp_path / "other", "Ana", PASSWORD, CHEAP)
    shutil.copy(tmp_path / "other" / KEYS, clinic.folder / KEYS)
    assert refused(clinic, other).code == "S-06"


def test_no_store_in_the_folder(clinic: Clinic) -> None:
    (clinic.folder / DATABASE).unlink()
    assert refused(clinic).code == "S-03"


def test_no_keys_beside_the_store(clinic: Clinic) -> None:
    (clinic.folder / KEYS).unlink()
    assert refused(clinic).code == "S-03"


def test_a_file_of_a_newer_program(clinic: Clinic) -> None:
    newer = Migration(99, ("CREATE TABLE tomorrow (x TEXT) STRICT",))
    Store.open(clinic.folder, clinic.key, clinic.user, steps=(*MIGRATIONS, newer)).close()
    error = refused(clinic)
    assert error.code == "S-08"
    assert "99" in str(error)


@pytest.mark.parametrize("place", [20, 100, 4096 + 50, -5000, -10])
def test_a_damaged_file(clinic: Clinic, place: int, capfd: pytest.CaptureFixture[str]) -> None:
    path = clinic.folder / DATABASE
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(data)
    assert refused(clinic).code == "S-07"
    assert capfd.readouterr() == ("", "")  # nothing but the error speaks of it


@pytest.mark.parametrize("size", [0, 10, 1000, 4096, 4096 * 7, 4096 * 7 + 11])
def test_a_file_that_was_cut_short(clinic: Clinic, size: int) -> None:
    path = clinic.folder / DATABASE
    path.write_bytes(path.read_bytes()[:size])
    assert refused(clinic).code == "S-07"


def test_a_damaged_file_with_a_log_beside_it(clinic: Clinic, tmp_path: Path) -> None:
    store = clinic.open()
    store.new_case("mx", "es", INFO.created_on)
    copy = Clinic(tmp_path / "copy", clinic.key, clinic.user, "")
    shutil.copytree(clinic.folder, copy.folder)  # as a power cut would leave it
    store.close()
    assert (copy.folder / f"{DATABASE}-wal").stat().st_size > 0
    path = copy.folder / DATABASE
    path.write_bytes(path.read_bytes()[:-4096] + bytes(4096))
    assert refused(copy).code == "S-07"


def test_a_log_left_by_a_power_cut_is_read(clinic: Clinic, tmp_path: Path) -> None:
    store = clinic.open()
    case_id = store.new_case("mx", "es", INFO.created_on)
    store.set_answer(case_id, "worker.name", "Ana")
    copy = Clinic(tmp_path / "copy", clinic.key, clinic.user, "")
    shutil.copytree(clinic.folder, copy.folder)
    store.close()
    reopened = copy.open()
    assert reopened.case(case_id).section("worker").text("name") == "Ana"
    assert reopened.check() == []
    reopened.close()


def test_a_second_opening_is_refused_while_the_first_lasts(clinic: Clinic) -> None:
    store = clinic.open()
    before = store.dump()
    with pytest.raises(KnownError) as caught:
        clinic.open()
    assert caught.value.code == "S-09"
    assert store.dump() == before
    store.close()
    clinic.open().close()


def test_the_lock_of_another_process_dies_with_it(clinic: Clinic) -> None:
    hold = (
        "import sys, pathlib; from clinic_app.store.lock import FolderLock; "
        "lock = FolderLock(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(clinic.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        assert refused(clinic).code == "S-09"
        child.kill()
        child.wait()
    clinic.open().close()


def test_a_refused_opening_lets_the_folder_go(clinic: Clinic) -> None:
    path = clinic.folder / DATABASE
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    refused(clinic)
    path.write_bytes(whole)
    lock = FolderLock(clinic.folder)
    lock.release()
    clinic.open().close()


def test_creating_where_a_clinic_is(clinic: Clinic) -> None:
    before = content(clinic.folder)
    with pytest.raises(KnownError) as caught:
        Store.create(clinic.folder, clinic.key, INFO, clinic.user)
    assert caught.value.code == "S-04"
    with pytest.raises(KnownError) as caught:
        vault.create(clinic.folder, "Ana", PASSWORD, CHEAP)
    assert caught.value.code == "S-04"
    assert content(clinic.folder) == before


def test_creating_again_after_a_creation_that_was_cut_off(tmp_path: Path) -> None:
    key, user, _ = vault.create(tmp_path, "Ana", PASSWORD, CHEAP)
    (tmp_path / DATABASE).with_suffix(".part").write_bytes(b"half a file")
    store = Store.create(tmp_path, key, INFO, user)
    assert store.check() == []
    store.close()
    assert sorted(content(tmp_path)) == [DATABASE, KEYS, LOCK]


def test_a_full_disk_keeps_what_was_saved_and_loses_nothing_else(clinic: Clinic) -> None:
    store = clinic.open()
    case_id = store.new_case("mx", "es", INFO.created_on)
    pages = store._db.one("PRAGMA page_count")[0]
    store._db.rows(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to have no more room
    before = store.dump()
    with pytest.raises(KnownError) as caught:
        store.set_answer(case_id, "story.told", "x" * 500_000)
    assert caught.value.code == "S-10"
    assert store.dump() == before
    store._db.rows("PRAGMA max_page_count = 1000000")
    assert store.set_answer(case_id, "story.told", "x" * 500_000)
    assert store.check() == []
    store.close()


def test_names_of_folders_that_need_care(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "clínica 100% #1 ?a=b&c"
    key, user, _ = vault.create(folder, "Ana", PASSWORD, CHEAP)
    Store.create(folder, key, ClinicInfo("C", "mx", practice=True, created_on=INFO.created_on), user).close()
    monkeypatch.chdir(folder.parent)
    store = Store.open(Path(folder.name), key, user)
    assert store.info.practice
    assert store.check() == []
    store.close()


def test_a_new_name_of_the_user_is_told_in_histories(clinic: Clinic) -> None:
    Store.open(clinic.folder, clinic.key, UserInfo(clinic.user.id, "Lucía Paz")).close()
    store = Store.open(clinic.folder, clinic.key, UserInfo("other", "Eva"))
    case_id = store.new_case("mx", "es", INFO.created_on)
    assert store.history(case_id)[0].actor == "Eva"
    store.close()


def test_safe_settings(clinic: Clinic) -> None:
    store = clinic.open()
    settings = {
        name: store._db.one(f"PRAGMA {name}")[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store", "trusted_schema")
    }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "temp_store": 2,
        "trusted_schema": 0,
    }
    assert store._db.one("PRAGMA cipher_version")[0]
    store.close()


def test_a_plain_database_in_the_place_of_the_store(clinic: Clinic) -> None:
    (clinic.folder / DATABASE).write_bytes(b"SQLite format 3\0" + bytes(4080))
    assert refused(clinic).code == "S-06"
