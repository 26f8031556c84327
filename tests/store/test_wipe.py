from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from clinic_app.errors import KnownError
from clinic_app.store import vault, wipe
from clinic_app.store.files import KEYS, WIPING
from clinic_app.store.store import Store
from clinic_app.store.twin import Twins
from tests.store.conftest import CHEAP, PASSWORD, Clinic

KILLED = 9
TOUCHES = {"os.remove", "os.rename", "os.rmdir", "os.truncate", "shutil.rmtree"}


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path / "twins", "this computer")


def filled(clinic: Clinic, twins: Twins) -> Path:
    """The folder of a clinic with cases, evidence, a backup, older keys, and what is on its way."""
    store = Store.open(clinic.folder, clinic.key, clinic.user, twins=twins)
    store._db.copy("by-hand")
    store.close()
    for name in ("evidence/aa/chunk", "inbox/x.part", "outbox/y", "backups/older/clinic.keys"):
        path = clinic.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sealed")
    shutil.copy(clinic.folder / KEYS, clinic.folder / f"{KEYS}.1234.old")
    return clinic.folder


def test_nothing_is_left(clinic: Clinic, twins: Twins, tmp_path: Path) -> None:
    folder = filled(clinic, twins)
    assert list((tmp_path / "twins").iterdir())
    (audit,) = (path.name for path in (tmp_path / "twins").glob("*.audit"))
    elsewhere = tmp_path / "kept.audit"
    elsewhere.touch()
    wipe.begin(folder, twins, (audit, "../kept.audit"))
    assert not folder.exists()
    assert elsewhere.exists()
    assert not list((tmp_path / "twins").iterdir())


def test_the_bytes_of_the_keys_are_written_over_before_anything_else_goes(
    clinic: Clinic, twins: Twins, tmp_path: Path
) -> None:
    folder = filled(clinic, twins)
    keys = [*folder.rglob("*.keys"), *folder.glob(f"{KEYS}.*")]
    assert len(keys) == 4
    before = {}
    for number, path in enumerate(keys):
        link = tmp_path / f"the same bytes {number}"
        link.hardlink_to(path)
        before[link] = link.read_bytes()
    wipe._shred_keys(folder)
    assert not any(path.exists() for path in keys)
    assert (folder / "clinic.db").exists()
    for link, content in before.items():
        now = link.read_bytes()
        assert len(now) == len(content)
        assert now != content
        assert content[:16] not in now


def test_keys_of_before_are_written_over_when_a_password_changes(clinic: Clinic, tmp_path: Path) -> None:
    link = tmp_path / "the same bytes"
    link.hardlink_to(clinic.folder / KEYS)
    before = link.read_bytes()
    vault.change_password(clinic.folder, clinic.user.id, PASSWORD, "another password", CHEAP)
    assert before[:32] not in link.read_bytes()
    assert vault.unlock(clinic.folder, "another password")[0] == clinic.key
    assert [path.name for path in clinic.folder.glob(f"{KEYS}*")] == [KEYS]


def test_a_clinic_that_is_open_is_not_wiped(clinic: Clinic, twins: Twins) -> None:
    store = clinic.open()
    with pytest.raises(KnownError) as caught:
        wipe.begin(clinic.folder, twins)
    assert caught.value.code == "S-09"
    store.close()
    clinic.open().close()


@pytest.mark.skipif(sys.platform == "win32", reason="a process is copied by fork")
def test_whenever_it_is_killed_it_is_all_there_or_it_is_finished(clinic: Clinic, twins: Twins, tmp_path: Path) -> None:
    """A real process is killed before its first, second, … change of the disk, until one comes to its end."""
    template = filled(clinic, twins)
    copy = tmp_path / "copy"
    cuts = 0
    while True:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(template, copy)
        status = _wipe_and_die(copy, twins, cuts)
        if status == 0:
            break
        assert status == KILLED
        cuts += 1
        if not (copy / WIPING).exists() and copy.exists() and any(copy.iterdir()):
            assert vault.unlock(copy, PASSWORD)[0] == clinic.key  # not begun: everything is there
            continue
        if wipe.is_begun(copy):
            with pytest.raises(KnownError) as caught:
                vault.unlock(copy, PASSWORD)
            assert caught.value.code == "S-37"
            wipe.finish(copy, twins)
        assert not copy.exists() or not any(copy.iterdir())
    assert cuts >= 10
    assert not copy.exists()


def _wipe_and_die(folder: Path, twins: Twins, at: int) -> int:
    child = os.fork()
    if child == 0:
        seen = 0

        def count(event: str, _args: tuple[Any, ...]) -> None:
            nonlocal seen
            if event in TOUCHES:
                if seen == at:
                    os._exit(KILLED)
                seen += 1

        sys.addaudithook(count)
        wipe.begin(folder, twins)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_file_that_cannot_be_removed_is_told_and_tried_again(
    clinic: Clinic, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled(clinic, twins)

    def refuse(_path: Path) -> None:
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", refuse)
        with pytest.raises(KnownError) as caught:
            wipe.begin(folder, twins)
    assert caught.value.code == "S-38"
    assert wipe.is_begun(folder)
    assert not list(folder.rglob("*.keys"))
    wipe.finish(folder, twins)
    assert not folder.exists()
