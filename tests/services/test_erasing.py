"""A case is erased, and nothing of it is left in any byte of the decrypted store, the evidence or the backups."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import closing
from pathlib import Path

import pytest

from clinic_app.errors import InputError, KnownError
from clinic_app.services import backup, casework, erasing, evidence, intake, syncing
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.store.backup import local
from sync.hq import devices, office, post, records
from sync.hq.keys import Cost, Opening
from tests.services.conftest import PASSWORD, dismissed

NOW = dt.datetime(2026, 11, 22, 15, 0, tzinfo=dt.UTC)
WORDS = ("Xochiquetzalina", "tlacuachero", "Guachinanguera", "8183947261")


def told(clinic: Clinic) -> str:
    """Save a case full of rare words, with a file, an event, something taken back, something in its bin."""
    case_id = dismissed(clinic)
    for path, raw in (
        ("worker.name", WORDS[0]),
        ("story.told", f"El {WORDS[1]} dijo que no."),
        ("contact.phone", WORDS[3]),
        ("worker.alias", WORDS[1]),
        ("worker.alias", "Lupe"),
    ):
        intake.save(clinic, case_id, path, raw)
    row = intake.add_row(clinic, case_id, "employers")
    intake.save(clinic, case_id, f"employers[{row}].name", WORDS[2])
    evidence.add(clinic, case_id, f"{WORDS[1]}.txt", io.BytesIO(WORDS[0].encode() * 50))
    clinic.store.undo(case_id)
    return case_id


def plain(clinic: Clinic, folder: Path) -> bytes:
    """Return the bytes of the store's file without its encryption, free pages and all."""
    out = folder / "plain.db"
    out.unlink(missing_ok=True)
    db = clinic.store._db
    db.checkpoint()
    db._conn.execute(f"ATTACH DATABASE '{out}' AS plain KEY ''")
    db._conn.execute("SELECT sqlcipher_export('plain')")
    db._conn.execute("DETACH DATABASE plain")
    return out.read_bytes()


def in_any(content: bytes) -> list[str]:
    return [word for word in WORDS if word.lower().encode() in content.lower()]


def test_nothing_of_an_erased_case_is_left_and_everything_else_is(clinic: Clinic, tmp_path: Path) -> None:
    other = dismissed(clinic)
    intake.save(clinic, other, "story.told", "Otra historia")
    case_id = told(clinic)
    intake.save(clinic, other, "worker.alias", "Chayo")
    backup.make(clinic, NOW)
    chunks = set((clinic.folder / "evidence").rglob("*"))
    assert in_any(plain(clinic, tmp_path)) == list(WORDS)
    before = casework.case(clinic, other)
    number = casework.row(clinic, case_id).number
    with pytest.raises(InputError):
        erasing.erase(clinic, case_id, "X1-9999", "worker", NOW)
    with pytest.raises(InputError):
        erasing.erase(clinic, case_id, number, "because", NOW)
    done = erasing.erase(clinic, case_id, number, "worker", NOW + dt.timedelta(minutes=5))
    assert done.headquarters == ""
    assert in_any(plain(clinic, tmp_path)) == []
    assert in_any(clinic.store.dump().encode()) == []
    assert len(set((clinic.folder / "evidence").rglob("*"))) < len(chunks)
    assert not [path for path in (clinic.folder / "evidence").rglob("*") if path.is_file()]
    assert len(local(clinic.folder).all()) == 1  # only the one that was made afterwards
    with pytest.raises(InputError):
        casework.case(clinic, case_id)
    assert casework.case(clinic, other) == before
    assert [row.id for row in casework.cases(clinic)] == [other]
    assert clinic.store.check() == []
    # What was written before goes on: histories, undo of what comes, numbers.
    assert casework.history(clinic, other)
    intake.save(clinic, other, "worker.alias", "Chayito")
    assert clinic.store.undo(other)
    again = dismissed(clinic)
    assert casework.row(clinic, again).number not in {number, casework.row(clinic, other).number}
    clinic.close()
    with closing(clinics.unlock(clinic.folder, PASSWORD)) as opened:
        assert opened.store.check() == []
        assert casework.case(opened, other) == before
        # A clinic that erased something can still be enrolled, and headquarters takes all of it.
        with closing(_hq(tmp_path)) as hq:
            _enrol(hq, opened)
            stick = tmp_path / "stick"
            stick.mkdir()
            syncing.by_stick(opened, stick)
            assert post.take(hq, stick).refused == ()
            syncing.by_stick(opened, stick)
            assert syncing.status(opened).waiting == 0


def _hq(folder: Path) -> office.Office:
    opening = Opening(password="correct horse battery")
    return office.create(folder / "hq", "Central", opening, cost=Cost(rounds=1, memory_kib=8))[0]


def _enrol(hq: office.Office, clinic: Clinic) -> None:
    card = devices.enrol(hq, syncing.request(clinic, "front desk"), "Valle").card
    syncing.enrol(clinic, syncing.read_enrolment(clinic, card))


def test_with_a_headquarters_it_is_asked_and_its_order_empties_this_computer(clinic: Clinic, tmp_path: Path) -> None:
    case_id = told(clinic)
    number = casework.row(clinic, case_id).number
    stick = tmp_path / "stick"
    stick.mkdir()
    with closing(_hq(tmp_path)) as hq:
        _enrol(hq, clinic)
        done = erasing.erase(clinic, case_id, number, "authority", NOW)
        assert done.headquarters == "Central"
        assert [row.id for row in casework.cases(clinic)] == []
        syncing.by_stick(clinic, stick)
        post.take(hq, stick)
        (wanted,) = records.erasures_wanted(hq)
        assert (wanted.record.id, wanted.number, wanted.why) == (case_id, number, "authority")
        records.erase(hq, wanted.record)
        assert records.erasures_wanted(hq) == ()
        for _ in range(2):
            syncing.by_stick(clinic, stick)
            post.take(hq, stick)
        syncing.by_stick(clinic, stick)
    assert in_any(plain(clinic, tmp_path)) == []
    older = backup.make(clinic, NOW).made
    (due,) = backup.due(clinic, NOW + dt.timedelta(minutes=1))  # at once, and no older one stays beside it
    backup.done(clinic, due, due.run())
    assert [found.made for found in backup.places(clinic)[0].all()] == [due.now] != [older]
    assert backup.due(clinic, NOW + dt.timedelta(minutes=2)) == ()
    clinic.close()
    with closing(clinics.unlock(clinic.folder, PASSWORD)):  # sealed and without a key until then
        assert not [path for path in (clinic.folder / "evidence").rglob("*") if path.is_file()]


def test_only_who_may_erases(clinic: Clinic) -> None:
    from clinic_app.domain.roles import Member, Role  # noqa: PLC0415 - for this test alone
    from clinic_app.services.permission import me  # noqa: PLC0415 - the same

    case_id = dismissed(clinic)
    clinic.store.staff.put(Member(me(clinic).user, Role.STAFF))
    with pytest.raises(KnownError) as caught:
        erasing.erase(clinic, case_id, casework.row(clinic, case_id).number, "worker", NOW)
    assert caught.value.code == "P-01"
