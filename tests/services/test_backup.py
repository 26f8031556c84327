from __future__ import annotations

import datetime as dt
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_app.domain.audit import Asked, Deed
from clinic_app.domain.exhibits import FileFacts, Media
from clinic_app.errors import KnownError
from clinic_app.services import backup, restoring, wiping
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.services.restoring import Opening
from clinic_app.store import vault
from clinic_app.store.backup import Backups, kept
from clinic_app.store.copies import PAPER, State
from clinic_app.store.files import DATABASE, KEYS

PASSWORD = "cuatro palabras bien mias"
NOW = dt.datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 22)
OPENING = Opening(PASSWORD, "Rosa")


@pytest.fixture(autouse=True)
def own_twins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Twins are this test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def made(tmp_path: Path) -> tuple[Clinic, str]:
    return clinics.create(tmp_path / "clinic", "Clínica del Valle", "mx", "Rosa", PASSWORD)


@pytest.fixture
def clinic(made: tuple[Clinic, str]) -> Iterator[Clinic]:
    yield made[0]
    made[0].close()


def add_case(clinic: Clinic, name: str) -> str:
    case_id = clinic.store.new_case("mx", "es", DAY)
    clinic.store.set_answer(case_id, "worker.name", name)
    return case_id


def add_photo(clinic: Clinic, case_id: str, content: bytes) -> str:
    facts = FileFacts("payslip.jpg", Media.JPEG, 1, None)
    return clinic.store.files.add(case_id, "", {}, facts, io.BytesIO(content)).id


def names(clinic: Clinic) -> list[str]:
    return sorted(clinic.store.case(row.id).section("worker").text("name") for row in clinic.store.cases())


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-shm", ".lock")))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_backup_is_restored_as_it_was(clinic: Clinic, tmp_path: Path) -> None:
    case_id = add_case(clinic, "Ana")
    photo = add_photo(clinic, case_id, os.urandom(2_500_000))
    usb = tmp_path / "usb"
    usb.mkdir()
    one = backup.make(clinic, NOW, usb)
    assert one.state is State.WHOLE
    before = clinic.store.dump()
    clinic.close()
    shutil.rmtree(clinic.folder)
    (found,) = restoring.find(usb)
    assert found.users == ("Rosa",)
    restored = restoring.restore(found.backup, tmp_path / "elsewhere", OPENING, NOW)
    with_it = restored.clinic
    try:
        assert with_it.store.dump() == before
        assert with_it.store.check() == []
        assert restored.evidence_missing == 0
        assert restored.aside is None
        assert with_it.store.files.file(photo).here
        assert with_it.store.audit.entries is not None
        assert add_case(with_it, "Eva")
    finally:
        with_it.close()


def test_a_restored_clinic_writes_under_a_new_stream_and_new_numbers(clinic: Clinic) -> None:
    add_case(clinic, "Ana")
    one = backup.make(clinic, NOW)
    add_case(clinic, "after the backup")
    stream = clinic.store._journal.stream
    lost = clinic.store.cases()[0].number
    clinic.close()
    restored = restoring.restore(one, clinic.folder, OPENING, NOW)
    try:
        assert names(restored.clinic) == ["Ana"]
        assert restored.clinic.store._journal.stream != stream
        row = restored.clinic.store.row(add_case(restored.clinic, "Eva"))
        assert row.number.endswith("-0101")
        assert row.number != lost
        assert restored.aside is not None
        assert (restored.aside / DATABASE).is_file()
    finally:
        restored.clinic.close()
    assert len(Backups(clinic.folder / "backups").all()) == 1  # they stay with the clinic that is worked in
    again = clinics.unlock(clinic.folder, PASSWORD)
    assert names(again) == ["Ana", "Eva"]
    assert [e.deed for e in again.store.audit.entries(Asked(), 50)].count(Deed.RESTORED) == 1
    again.close()


def test_the_recovery_sheet_alone_opens_a_backup(made: tuple[Clinic, str], tmp_path: Path) -> None:
    clinic, sheet = made
    add_case(clinic, "Ana")
    one = backup.make(clinic, NOW)
    shutil.copytree(one.folder.parent, tmp_path / "stick")
    clinic.close()
    shutil.rmtree(clinic.folder)
    (found,) = restoring.find(tmp_path / "stick")
    opening = Opening("una nueva que es larga", "Rosa", sheet)
    restoring.restore(found.backup, tmp_path / "new", opening, NOW).clinic.close()
    again = clinics.unlock(tmp_path / "new", "una nueva que es larga")
    assert names(again) == ["Ana"]
    again.close()


def test_a_wrong_password_leaves_nothing(clinic: Clinic, tmp_path: Path) -> None:
    one = backup.make(clinic, NOW)
    with pytest.raises(KnownError, match="not right"):
        restoring.restore(one, tmp_path / "new", Opening("something else"), NOW)
    assert not list(tmp_path.glob("new*"))


def test_backups_share_their_evidence_and_let_old_ones_go(clinic: Clinic) -> None:
    case_id = add_case(clinic, "Ana")
    add_photo(clinic, case_id, os.urandom(1_000_000))
    place = Backups(clinic.folder / "backups")
    for day in range(60):
        clinic.store.set_answer(case_id, "job.zone", str(day))
        backup.make(clinic, NOW + dt.timedelta(days=day))
    found = place.all()
    assert {one.state for one in found} == {State.WHOLE}
    assert len(found) <= 7 + 4 + 3
    assert len(list(place._chunks.ids())) == 1
    (chunk,) = place._chunks.ids()
    assert place._chunks.path(chunk).stat().st_nlink == 2  # the clinic's own file, by a second name


def test_what_is_kept_of_two_years_of_days() -> None:
    days = [NOW - dt.timedelta(days=n) for n in range(730)]
    keep = kept(days, NOW)
    assert days[0] in keep
    assert set(days[:7]) <= keep
    assert 18 <= len(keep) <= 23
    assert min(keep) >= NOW - dt.timedelta(days=366)


def test_nothing_is_made_by_itself_while_nothing_was_saved(clinic: Clinic) -> None:
    add_case(clinic, "Ana")
    (job,) = backup.due(clinic, NOW)
    backup.done(clinic, job, job.run())
    later = NOW + dt.timedelta(days=3)
    assert backup.due(clinic, later) == ()
    add_case(clinic, "Eva")
    assert backup.due(clinic, NOW + dt.timedelta(minutes=5)) == ()  # the last one is too young
    assert len(backup.due(clinic, later)) == 1
    backup.set_automatic(clinic, automatic=False)
    assert backup.due(clinic, later) == ()


def test_a_stick_is_known_by_what_is_on_it(clinic: Clinic, tmp_path: Path) -> None:
    add_case(clinic, "Ana")
    stick, other = tmp_path / "E", tmp_path / "F"
    stick.mkdir()
    other.mkdir()
    backup.choose(clinic, stick)
    here, outside = backup.due(clinic, NOW, [other])
    assert outside.outside == stick
    for job in (here, outside):
        backup.done(clinic, job, job.run())
    stick.rename(tmp_path / "G")
    add_case(clinic, "Eva")
    _, again = backup.due(clinic, NOW + dt.timedelta(days=2), [other, tmp_path / "G"])
    assert again.outside == tmp_path / "G"
    backup.done(clinic, again, again.run())
    assert len(restoring.find(tmp_path / "G")) == 2
    assert not list(other.iterdir())


def test_a_backup_is_made_while_somebody_writes(clinic: Clinic) -> None:
    case_id = add_case(clinic, "Ana")
    job = backup.begin(clinic, NOW)
    said: list[int] = []

    def write(done: int, _total: int) -> None:
        said.append(done)
        clinic.store.set_answer(case_id, "job.zone", str(len(said)))

    add_photo(clinic, case_id, os.urandom(3_000_000))
    one = job.run(write)
    assert len(said) >= 3
    assert one.state is State.WHOLE
    assert clinic.store.check() == []


@pytest.mark.parametrize("what", [DATABASE, KEYS, PAPER])
@pytest.mark.parametrize("how", ["gone", "cut", "changed", "empty"])
def test_a_damaged_backup_is_said_and_the_one_before_is_offered(clinic: Clinic, what: str, how: str) -> None:
    add_case(clinic, "Ana")
    first = backup.make(clinic, NOW)
    add_case(clinic, "Eva")
    second = backup.make(clinic, NOW + dt.timedelta(hours=3))
    path = second.folder / what
    whole = bytearray(path.read_bytes())
    if how == "gone":
        path.unlink()
    elif how == "changed":
        whole[len(whole) // 2] ^= 1
        path.write_bytes(whole)
    else:
        path.write_bytes(whole[: len(whole) // 2] if how == "cut" else b"")
    clinic.close()
    before = content(clinic.folder)
    with pytest.raises(KnownError):
        restoring.restore(second, clinic.folder, OPENING, NOW)
    assert content(clinic.folder) == before
    assert clinics.exists(clinic.folder)
    restored = restoring.restore(first, clinic.folder, OPENING, NOW)
    assert names(restored.clinic) == ["Ana"]
    restored.clinic.close()


def test_a_backup_without_some_evidence_still_brings_the_cases(clinic: Clinic, tmp_path: Path) -> None:
    case_id = add_case(clinic, "Ana")
    photo = add_photo(clinic, case_id, os.urandom(500_000))
    (tmp_path / "usb").mkdir()
    backup.make(clinic, NOW, tmp_path / "usb")
    (found,) = restoring.find(tmp_path / "usb")
    (chunk,) = found.backup.chunks.ids()
    found.backup.chunks.remove(chunk)
    (found,) = restoring.find(tmp_path / "usb")
    assert found.backup.state is State.SOME_EVIDENCE_MISSING
    clinic.close()
    restored = restoring.restore(found.backup, tmp_path / "new", OPENING, NOW)
    assert restored.evidence_missing == 1
    assert names(restored.clinic) == ["Ana"]
    assert not restored.clinic.store.files.file(photo).here
    restored.clinic.close()


def test_a_person_who_was_removed_opens_no_older_backup(clinic: Clinic, tmp_path: Path) -> None:
    one = backup.make(clinic, NOW)
    vault.change_password(clinic.folder, "Rosa", PASSWORD, "otra bien distinta")
    backup.make(clinic, NOW + dt.timedelta(hours=1))
    with pytest.raises(KnownError, match="not right"):
        restoring.restore(one, tmp_path / "new", OPENING, NOW)
    clinic.close()
    restoring.restore(one, tmp_path / "new", Opening("otra bien distinta"), NOW).clinic.close()


def test_nothing_of_a_clinic_is_readable_in_a_backup(clinic: Clinic, tmp_path: Path) -> None:
    add_case(clinic, "Guadalupe Xochimilco")
    (tmp_path / "usb").mkdir()
    backup.make(clinic, NOW, tmp_path / "usb")
    for name, found in content(tmp_path / "usb").items():
        assert b"Guadalupe" not in found, name
        assert "Clínica del Valle".encode() not in found, name


def test_a_folder_that_is_gone_is_said(clinic: Clinic, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="not there") as caught:
        backup.make(clinic, NOW, tmp_path / "pulled out")
    assert caught.value.code == "K-04"


def test_a_name_in_a_paper_leads_nowhere_else(clinic: Clinic) -> None:
    one = backup.make(clinic, NOW)
    paper = one.folder / PAPER
    paper.write_bytes(paper.read_bytes().replace(b'"clinic.db"', b'"../clinic.db"'))
    assert not restoring.find(one.folder)[0].backup.usable


def test_a_backup_is_a_task_for_today_when_there_is_none(clinic: Clinic, tmp_path: Path) -> None:
    begun = dt.datetime.combine(clinic.info.created_on, dt.time(9), dt.UTC)
    assert backup.days_without(clinic, begun + dt.timedelta(days=30)) is None  # there is nothing to lose yet
    add_case(clinic, "Ana")
    assert backup.days_without(clinic, begun + dt.timedelta(days=2)) is None
    assert backup.days_without(clinic, begun + dt.timedelta(days=9)) == 9
    (tmp_path / "usb").mkdir()
    backup.make(clinic, begun + dt.timedelta(days=9), tmp_path / "usb")
    assert backup.days_without(clinic, begun + dt.timedelta(days=10)) is None
    assert backup.days_without(clinic, begun + dt.timedelta(days=30)) is None  # nothing was saved since
    add_case(clinic, "Eva")
    assert backup.days_without(clinic, begun + dt.timedelta(days=30)) == 21


def test_a_wipe_takes_what_was_put_aside_too(clinic: Clinic, tmp_path: Path) -> None:
    add_case(clinic, "Ana")
    one = backup.make(clinic, NOW)
    clinic.close()
    restored = restoring.restore(one, clinic.folder, OPENING, NOW)
    assert restored.aside is not None
    wiping.wipe(restored.clinic, "Clínica del Valle", PASSWORD)
    assert sorted(path.name for path in tmp_path.glob("clinic*")) == []
