from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.errors import KnownError
from clinic_app.store.files import DATABASE
from clinic_app.store.migrations import MIGRATIONS, Migration
from clinic_app.store.store import Store
from tests.store.conftest import INFO, PASSWORD, Clinic

SAVING = """
import pathlib, sys
from clinic_app.domain.views import UserInfo
from clinic_app.store.store import Store

folder, key, user = pathlib.Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), UserInfo(sys.argv[3], "Lucía")
store = Store.open(folder, key, user)
case_id = store.cases()[0].id
for n in range(1_000_000):
    row = store.add_row(case_id, "events")
    store.set_answer(case_id, f"events[{row}].note", f"note {n} " + "x" * (n % 3000))
    store.set_answer(case_id, "job.zone", str(n))
    print(n, row, flush=True)
"""


@pytest.mark.parametrize("confirmed", [1, 7, 40])
def test_what_a_killed_program_had_saved_is_there(clinic: Clinic, confirmed: int) -> None:
    store = clinic.open()
    case_id = store.new_case("mx", "es", INFO.created_on)
    store.close()
    command = [sys.executable, "-c", SAVING, str(clinic.folder), clinic.key.hex(), clinic.user.id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        seen = [child.stdout.readline() for _ in range(confirmed)]
        child.kill()  # it is somewhere in the middle of the next save
        seen += child.stdout.readlines()
    whole = [line.split() for line in seen if line.endswith("\n")]
    assert len(whole) >= confirmed
    store = clinic.open()
    assert store.check() == []
    notes = {record.id: record.text("note") for record in store.case(case_id).rows("events")}
    for n, row in whole:
        assert notes[row] == f"note {n} " + "x" * (int(n) % 3000)
    assert int(store.case(case_id).section("job").text("zone")) >= int(whole[-1][0])
    assert store.set_answer(case_id, "job.zone", "it goes on")
    store.close()


def test_a_log_cut_at_any_byte_leaves_whole_saves_only(clinic: Clinic, tmp_path: Path) -> None:
    store = clinic.open()
    case_id = store.new_case("mx", "es", INFO.created_on)
    store._db.checkpoint()
    for n in range(6):
        store.set_answer(case_id, "job.zone", str(n))
        store.set_answer(case_id, "worker.name", str(n))
    log = (clinic.folder / f"{DATABASE}-wal").read_bytes()
    files = {
        path.name: path.read_bytes() for path in clinic.folder.iterdir() if not path.name.endswith(("-wal", "-shm"))
    }
    store.close()
    found = []
    rng = random.Random(1)  # noqa: S311 - places to cut, not secrets
    for cut in sorted(rng.sample(range(len(log)), 12)):
        folder = tmp_path / str(cut)
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        (folder / f"{DATABASE}-wal").write_bytes(log[:cut])
        reopened = Clinic(folder, clinic.key, clinic.user, "").open()
        assert reopened.check() == []
        case = reopened.case(case_id)
        found.append((case.section("job").text("zone"), case.section("worker").text("name")))
        reopened.close()
    steps = [("", "")] + [pair for n in range(6) for pair in ((str(n), str(n - 1) if n else ""), (str(n), str(n)))]
    assert [steps.index(pair) for pair in found] == sorted(steps.index(pair) for pair in found)


MIGRATING = """
import os, pathlib, signal, sys
from clinic_app.domain.views import UserInfo
from clinic_app.store.migrations import MIGRATIONS, Migration
from clinic_app.store.store import Store
from clinic_app.store.journal import Journal

folder, key, user = pathlib.Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), UserInfo(sys.argv[3], "Lucía")
Journal.rebuild = lambda self: os.kill(os.getpid(), signal.SIGKILL)
step = Migration(MIGRATIONS[-1].number + 1, ("CREATE TABLE later (x TEXT) STRICT", "DROP TABLE answers"), rebuild=True)
Store.open(folder, key, user, steps=(*MIGRATIONS, step))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
def test_a_program_killed_in_the_middle_of_an_upgrade_leaves_the_old_file(clinic: Clinic) -> None:
    store = clinic.open()
    case_id = store.new_case("mx", "es", INFO.created_on)
    before = store.dump()
    store.close()
    command = [sys.executable, "-c", MIGRATING, str(clinic.folder), clinic.key.hex(), clinic.user.id]
    assert subprocess.run(command, check=False).returncode == -9
    store = clinic.open()
    assert store.dump() == before
    assert store.check() == []
    assert store._db.version == MIGRATIONS[-1].number
    assert store.set_answer(case_id, "answers.q", "yes")
    store.close()


def test_no_file_in_the_folder_shows_a_word_that_was_typed(clinic: Clinic) -> None:
    words = ["Guadalupe", "Xochimilco", "Tlacuache", "6441234455", "Lopezportillo", INFO.name, PASSWORD]
    store = clinic.open()
    told = CaseFile(
        "mx",
        "es",
        {"worker": Record({"name": words[0], "municipality": words[1]}), "contact": Record({"phone": words[3]})},
        {"employers": (Record({"name": words[2]}),)},
        Record({"q": words[4]}),
    )
    case_id = store.put_case(told, INFO.created_on)
    store.set_answer(case_id, "story.told", " ".join(words) * 50)
    store.cases("guadalupe")
    open_files = readable(clinic.folder)
    assert f"{DATABASE}-wal" in open_files
    assert_nowhere(words, open_files)
    store.close()
    step = Migration(MIGRATIONS[-1].number + 1, ("CREATE TABLE later (x TEXT) STRICT",))
    Store.open(clinic.folder, clinic.key, clinic.user, steps=(*MIGRATIONS, step)).close()
    closed_files = readable(clinic.folder)
    assert sum(name.startswith("backups") for name in closed_files) == 2
    assert_nowhere(words, closed_files)
    with pytest.raises(KnownError):
        clinic.open()
    assert_nowhere(words, readable(clinic.folder))


def readable(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_nowhere(words: list[str], files: dict[str, bytes]) -> None:
    for name, content in files.items():
        plain = content.lower()
        for word in words:
            for spelling in (word, word.upper(), word.casefold()):
                for coding in ("utf-8", "utf-16-le", "latin-1"):
                    assert spelling.encode(coding).lower() not in plain, (name, word)
        assert b"create table" not in plain, name
