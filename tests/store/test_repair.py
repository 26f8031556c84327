"""What comes back of a damaged store: every save on a readable page, and nothing else; the damaged file as it was."""

from __future__ import annotations

import datetime as dt
import shutil
import struct
from pathlib import Path

import pytest

from clinic_app.errors import KnownError
from clinic_app.services import restoring
from clinic_app.services.restoring import Opening, Restored
from clinic_app.store import backup as backups
from clinic_app.store.files import DATABASE, KEYS
from clinic_app.store.pages import PAGE, Pages
from clinic_app.store.repair import Remains
from clinic_app.store.store import Store
from sync.records import digest
from tests.store.conftest import INFO, PASSWORD, Clinic

NOW = dt.datetime(2026, 3, 2, 16, 30, tzinfo=dt.UTC)
OPENING = Opening(PASSWORD, "Lucía")
LOG = f"{DATABASE}-wal"
FRAME = 24 + PAGE


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def filled(clinic: Clinic, first: int = 0, count: int = 25) -> None:
    store = clinic.open()
    for number in range(first, first + count):
        case_id = store.new_case("mx", "es", INFO.created_on)
        store.set_answer(case_id, "worker.name", f"Persona {number}")
        store.set_answer(case_id, "story.told", f"{number} " + "x" * (number % 5) * 3000)
    store.close()


def left_open(clinic: Clinic, tmp_path: Path, count: int = 12) -> Clinic:
    """The clinic as a power cut leaves it: what was saved last is in the log only."""
    store = clinic.open()
    for number in range(count):
        case_id = store.new_case("mx", "es", INFO.created_on)
        store.set_answer(case_id, "worker.name", f"Tarde {number}")
    cut = Clinic(tmp_path / "cut", clinic.key, clinic.user, "")
    shutil.copytree(clinic.folder, cut.folder, ignore=shutil.ignore_patterns("*-shm"))
    store.close()
    return cut


def names(store: Store) -> set[str]:
    return {store.case(row.id).section("worker").text("name") for row in store.cases(limit=1000)}


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and not p.name.endswith(("-shm", ".lock"))}


def mended(clinic: Clinic) -> Restored:
    """Mend a clinic that does not open; nothing of what is damaged is changed."""
    before = content(clinic.folder)
    with pytest.raises(KnownError) as caught:
        clinic.open()
    assert caught.value.code in {"S-05", "S-06", "S-07"}
    assert content(clinic.folder) == before
    restored = restoring.mend(clinic.folder, OPENING, NOW)
    assert restored.aside is not None
    assert content(restored.aside) == before
    assert restored.clinic.store.check() == []
    assert restored.clinic.store.set_answer(restored.clinic.store.cases()[0].id, "job.zone", "it goes on")
    return restored


def damage(path: Path, at: int, size: int = 40) -> None:
    whole = bytearray(path.read_bytes())
    whole[at : at + size] = bytes(byte ^ 0xFF for byte in whole[at : at + size])
    path.write_bytes(whole)


def test_every_operation_is_read_from_the_pages(clinic: Clinic) -> None:
    filled(clinic)
    store = clinic.open()
    known = {row[0] for row in store._db.rows("SELECT hash FROM op")}
    remains = Remains(clinic.folder, clinic.key)
    assert remains.entries.keys() == known
    assert all(entry.body is not None and digest(entry.body) == op for op, entry in remains.entries.items())
    assert remains.about() == remains.meta
    assert remains.mine is not None
    assert remains.damaged == 0
    store.close()


def test_a_wrong_key_reads_nothing(clinic: Clinic) -> None:
    filled(clinic, count=2)
    pages = Pages(clinic.folder / DATABASE, bytes(32))
    assert len(pages.damaged) == pages.count > 10
    assert list(pages.records()) == []


@pytest.mark.parametrize("page", [0, 1, 2, 7, 30, 60, -1])
def test_one_damaged_page_costs_no_more_than_what_stood_on_it(clinic: Clinic, page: int) -> None:
    filled(clinic)
    path = clinic.folder / DATABASE
    whole = Remains(clinic.folder, clinic.key).entries.keys()
    pages = path.stat().st_size // PAGE
    damage(path, (page % pages) * PAGE + 500)
    read = Remains(clinic.folder, clinic.key)
    assert read.damaged == 1
    assert read.entries.keys() <= whole
    restored = mended(clinic)
    assert restored.made is None
    # What is lost is what stood on the page, and what follows it in the chain waits for it.
    assert restored.brought.saves + restored.brought.apart == len(read.entries)
    assert restored.brought.pages == 1
    if read.entries.keys() == whole:
        assert names(restored.clinic.store) == {f"Persona {number}" for number in range(25)}
    restored.clinic.close()


@pytest.mark.parametrize("page", [0, 5, 20, -1])
@pytest.mark.parametrize("how", ["flip", "cut", "zeros"])
def test_with_a_backup_nothing_of_it_is_missing(clinic: Clinic, page: int, how: str) -> None:
    filled(clinic, 0, 10)
    store = clinic.open()
    backups.local(clinic.folder).take(store.source(), NOW, thorough=True)
    store.close()
    filled(clinic, 10, 10)
    path = clinic.folder / DATABASE
    pages = path.stat().st_size // PAGE
    at = (page % pages) * PAGE + 500
    if how == "cut":
        path.write_bytes(path.read_bytes()[:at])
    else:
        damage(path, at) if how == "flip" else path.write_bytes(
            path.read_bytes()[:at] + bytes(path.stat().st_size - at)
        )
    restored = mended(clinic)
    assert restored.made == NOW
    assert names(restored.clinic.store) >= {f"Persona {number}" for number in range(10)}
    after = {f"Persona {number}" for number in range(10, 20)} & names(restored.clinic.store)
    assert bool(after) <= bool(restored.brought.saves)
    assert len(restored.brought.cases) >= len(after)
    restored.clinic.close()


@pytest.mark.parametrize("size", [0, 16, 4096])
def test_a_file_of_which_nothing_is_left_comes_from_the_backup(clinic: Clinic, size: int) -> None:
    filled(clinic, 0, 5)
    store = clinic.open()
    backups.local(clinic.folder).take(store.source(), NOW, thorough=True)
    store.close()
    path = clinic.folder / DATABASE
    path.write_bytes(path.read_bytes()[:size])
    restored = mended(clinic)
    assert names(restored.clinic.store) == {f"Persona {number}" for number in range(5)}
    restored.clinic.close()


def test_without_backup_and_without_pages_it_is_said_and_nothing_changes(clinic: Clinic) -> None:
    filled(clinic, 0, 3)
    (clinic.folder / DATABASE).write_bytes(b"")
    before = content(clinic.folder)
    with pytest.raises(KnownError) as caught:
        restoring.mend(clinic.folder, OPENING, NOW)
    assert caught.value.code == "S-07"
    assert content(clinic.folder) == before
    assert sorted(path.name for path in clinic.folder.parent.glob("clinic*")) == ["clinic"]


@pytest.mark.parametrize("how", ["gone", "empty", "cut", "changed"])
def test_keys_that_are_damaged_come_from_the_backup(clinic: Clinic, how: str) -> None:
    filled(clinic, 0, 3)
    store = clinic.open()
    backups.local(clinic.folder).take(store.source(), NOW, thorough=True)
    store.close()
    keys = clinic.folder / KEYS
    if how == "gone":
        keys.unlink()
    elif how == "changed":
        damage(keys, 60, 3)
    else:
        keys.write_bytes(keys.read_bytes()[:50] if how == "cut" else b"")
    restoring.mend_keys(clinic.folder)
    store = clinic.open()
    assert names(store) == {f"Persona {number}" for number in range(3)}
    store.close()


def test_the_log_cut_at_each_frame_opens_or_is_said(clinic: Clinic, tmp_path: Path) -> None:
    """A cut loses the end of the log, as a disk that lied about its writes: what is before it is whole."""
    cut = left_open(clinic, tmp_path)
    log = (cut.folder / LOG).read_bytes()
    frames = (len(log) - 32) // FRAME
    assert frames > 30
    before = -1
    for size in (0, 5, 32, *(32 + FRAME * number + extra for number in range(frames) for extra in (0, 100))):
        (cut.folder / LOG).write_bytes(log[:size])
        (cut.folder / f"{LOG[:-4]}-shm").unlink(missing_ok=True)
        (tmp_path / "look").mkdir()
        look = Clinic(tmp_path / "look" / "clinic", cut.key, cut.user, "")
        shutil.copytree(cut.folder, look.folder)
        store = look.open()
        assert store.check() == []
        assert store.count() >= before
        before = store.count()
        store.close()
        shutil.rmtree(tmp_path / "look")


@pytest.mark.parametrize("part", ["head", "head of a frame", "page of a frame", "checksum"])
def test_a_log_damaged_before_its_end_is_not_passed_over(clinic: Clinic, tmp_path: Path, part: str) -> None:
    """SQLite would leave out everything from there on, though it was confirmed, and say nothing."""
    cut = left_open(clinic, tmp_path)
    frame = 32 + 4 * FRAME
    damage(
        cut.folder / LOG,
        {"head": 18, "head of a frame": frame + 9, "page of a frame": frame + 200, "checksum": frame + 17}[part],
        3,
    )
    restored = mended(cut)
    assert names(restored.clinic.store) == {f"Tarde {number}" for number in range(12)}
    restored.clinic.close()


def test_a_log_begun_anew_is_no_damage(clinic: Clinic, tmp_path: Path) -> None:
    store = clinic.open()
    for _ in range(20):
        store.new_case("mx", "es", INFO.created_on)
    store._db.rows("PRAGMA wal_checkpoint(RESTART)")
    store.new_case("mx", "es", INFO.created_on)
    cut = Clinic(tmp_path / "cut", clinic.key, clinic.user, "")
    shutil.copytree(clinic.folder, cut.folder)
    store.close()
    again = cut.open()
    assert again.count() == 21
    again.close()


def test_the_unwritten_end_of_the_log_in_any_order_is_no_damage(clinic: Clinic, tmp_path: Path) -> None:
    """Power goes while the last save is written: some of its frames are there, others not, in any order."""
    cut = left_open(clinic, tmp_path)
    log = (cut.folder / LOG).read_bytes()
    ends = [n for n in range((len(log) - 32) // FRAME) if struct.unpack(">I", log[36 + n * FRAME : 40 + n * FRAME])[0]]
    confirmed, last = ends[-2], ends[-1]
    assert last > confirmed
    for lost in range(confirmed + 1, last + 1):
        whole = bytearray(log)
        whole[32 + lost * FRAME : 32 + (lost + 1) * FRAME] = bytes(FRAME)
        (cut.folder / LOG).write_bytes(whole)
        store = Clinic(Path(shutil.copytree(cut.folder, tmp_path / f"lost-{lost}")), cut.key, cut.user, "").open()
        assert store.check() == []
        assert names(store) >= {f"Tarde {number}" for number in range(11)}
        store.close()
