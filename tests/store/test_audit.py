from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from clinic_app.domain.audit import Asked, Deed, Fault, Wrong
from clinic_app.domain.roles import Member, Role
from clinic_app.domain.views import UserInfo
from clinic_app.store import audit as record
from clinic_app.store.files import DATABASE
from clinic_app.store.store import Store
from clinic_app.store.twin import Twins
from tests.store.conftest import Clinic, ticking


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path / "settings", "this computer")


@pytest.fixture
def written(clinic: Clinic, twins: Twins) -> Iterator[Store]:
    """A store with a record of ten deeds, open."""
    with closing(opened(clinic, twins)) as store:
        for number in range(10):
            store.audit.note(Deed.EXPORTED, detail=f"report {number}")
        yield store


def opened(clinic: Clinic, twins: Twins) -> Store:
    return Store.open(clinic.folder, clinic.key, clinic.user, now=ticking(), twins=twins)


def tamper(store: Store, *statements: str) -> None:
    """Change the record as somebody would who has the key and a program for databases."""
    for name in ("audit_is_not_changed", "audit_is_not_emptied"):
        store._db.run(f"DROP TRIGGER IF EXISTS {name}")
    for statement in statements:
        store._db.run(statement)


def test_a_record_as_it_was_written_has_no_faults(written: Store, clinic: Clinic, twins: Twins) -> None:
    assert written.audit.faults() == ()
    told = written.audit.entries(Asked(), 100)
    assert [entry.detail for entry in told] == [f"report {number}" for number in reversed(range(10))]
    assert {(entry.who, entry.deed, entry.case) for entry in told} == {("Lucía", Deed.EXPORTED, "")}
    written.close()
    with closing(opened(clinic, twins)) as again:
        assert again.audit.found == again.audit.faults() == ()
        again.audit.note(Deed.PRINTED)
        assert again.audit.faults() == ()


def test_the_file_itself_refuses_changes(written: Store) -> None:
    for statement in ("UPDATE audit SET who = 'Eva'", "DELETE FROM audit", "DELETE FROM audit WHERE seq = 10"):
        with pytest.raises(dbapi2.Error, match="append only"):
            written._db.run(statement)


@pytest.mark.parametrize("column", ["at", "user", "who", "deed", "number", "detail"])
def test_any_column_that_was_changed_is_found(written: Store, column: str) -> None:
    tamper(written, f"UPDATE audit SET {column} = {column} || '1' WHERE seq = 4")  # noqa: S608 - names and numbers of this test
    assert written.audit.faults() == (Wrong(Fault.CHANGED, 4),)


@pytest.mark.parametrize("seq", [1, 5])
def test_an_entry_that_was_taken_out_is_found(written: Store, seq: int) -> None:
    tamper(written, f"DELETE FROM audit WHERE seq = {seq}")  # noqa: S608 - names and numbers of this test
    assert written.audit.faults() == (Wrong(Fault.MISSING, seq + 1),)


def test_closing_the_gap_does_not_help(written: Store) -> None:
    tamper(written, "DELETE FROM audit WHERE seq = 5", "UPDATE audit SET seq = seq - 1 WHERE seq > 5")
    assert Wrong(Fault.CHANGED, 5) in written.audit.faults()


def test_two_entries_that_changed_places_are_found(written: Store) -> None:
    swap = "UPDATE audit SET seq = CASE seq WHEN -3 THEN 7 WHEN 7 THEN 3 END WHERE seq IN (-3, 7)"
    tamper(written, "UPDATE audit SET seq = -3 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 7", swap)
    assert {wrong.fault for wrong in written.audit.faults()} == {Fault.CHANGED}


@pytest.mark.parametrize("left", [0, 6])
def test_entries_that_were_cut_off_the_end_are_missed_at_the_next_opening(
    written: Store, clinic: Clinic, twins: Twins, left: int
) -> None:
    tamper(written, f"DELETE FROM audit WHERE seq > {left}")  # noqa: S608 - names and numbers of this test
    written._db.close()
    written._lock.release()
    with closing(opened(clinic, twins)) as store:
        assert store.audit.found == store.audit.faults() == (Wrong(Fault.CUT_SHORT, left),)
        (entry,) = store.audit.entries(Asked(deed=Deed.CUT_SHORT), 5)
        assert entry.detail == f"{left} < 10"
        store.audit.note(Deed.PRINTED)
    with closing(opened(clinic, twins)) as store:  # it does not heal by itself
        assert store.audit.found == (Wrong(Fault.CUT_SHORT, left),)
        store.audit.note(Deed.UNDERSTOOD)
        assert store.audit.faults() == ()
        assert store.audit.entries(Asked(deed=Deed.CUT_SHORT), 5) == (entry,)  # but is never forgotten


def test_an_older_file_in_the_place_of_the_newer_is_noticed(clinic: Clinic, twins: Twins, tmp_path: Path) -> None:
    with closing(opened(clinic, twins)) as store:
        store.audit.note(Deed.EXPORTED)
    old = Path(shutil.copy(clinic.folder / DATABASE, tmp_path / "old.db"))
    with closing(opened(clinic, twins)) as store:
        store.audit.note(Deed.ERASED)
    shutil.copy(old, clinic.folder / DATABASE)
    with closing(opened(clinic, twins)) as store:
        assert store.audit.found == (Wrong(Fault.CUT_SHORT, 1),)


@pytest.mark.parametrize("deed", [Deed.RESTORED, Deed.UNDERSTOOD])
def test_a_backup_that_was_put_in_place_explains_what_is_missing(
    written: Store, clinic: Clinic, twins: Twins, deed: Deed
) -> None:
    tamper(written, "DELETE FROM audit WHERE seq > 6")
    written._db.close()
    written._lock.release()
    with closing(opened(clinic, twins)) as store:
        store.audit.note(deed)
        assert store.audit.found == store.audit.faults() == ()
        assert store.audit.entries(Asked(deed=Deed.CUT_SHORT), 5)[0].detail == "6 < 10"


def test_a_store_in_another_place_begins_there_without_suspicion(
    written: Store, clinic: Clinic, twins: Twins, tmp_path: Path
) -> None:
    written.close()
    moved = Clinic(tmp_path / "moved", clinic.key, clinic.user, "")
    clinic.folder.rename(moved.folder)
    with closing(opened(moved, twins)) as store:
        assert store.audit.faults() == ()


def test_a_run_that_was_cut_off_before_its_head_was_noted_is_no_fault(
    written: Store, clinic: Clinic, twins: Twins
) -> None:
    case_id = written.new_case("mx", "es", dt.date(2026, 3, 1))
    written.audit.once(Deed.OPENED, case_id)  # the head outside is still at the entry before
    written._db.close()
    written._lock.release()
    with closing(opened(clinic, twins)) as store:
        assert store.audit.faults() == ()
        assert store.audit.entries(Asked(deed=Deed.OPENED), 5)[0].seq == 11


def test_a_damaged_or_missing_note_outside_stops_nobody(
    written: Store, clinic: Clinic, twins: Twins, tmp_path: Path
) -> None:
    written.close()
    (head,) = (tmp_path / "settings").glob(f"*{record.SUFFIX}")
    for content in (b"", b"\xff\xff", b'{"seq": "x"}'):
        head.write_bytes(content)
        with closing(opened(clinic, twins)) as store:
            assert store.audit.faults() == ()
    head.unlink()
    opened(clinic, twins).close()
    assert head.exists()


def test_the_note_outside_tells_nothing(written: Store, clinic: Clinic, tmp_path: Path) -> None:
    written.close()
    (head,) = (tmp_path / "settings").glob(f"*{record.SUFFIX}")
    told = head.name.encode() + head.read_bytes()
    assert not any(word.encode() in told for word in ("Lucía", str(clinic.folder), clinic.key.hex(), "report"))


def test_only_the_end_is_looked_at_when_the_store_is_opened(
    written: Store, clinic: Clinic, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "TAIL", 4)
    tamper(written, "UPDATE audit SET who = 'Eva' WHERE seq IN (2, 9)")
    written.close()
    with closing(opened(clinic, twins)) as store:
        assert store.audit.found == (Wrong(Fault.CHANGED, 9),)
        assert store.audit.faults() == (Wrong(Fault.CHANGED, 2), Wrong(Fault.CHANGED, 9))


def test_what_was_changed_is_read_from_the_journal(store: Store, case_id: str) -> None:
    store.set_answer(case_id, "worker.name", "Práctica")
    store.put_row(case_id, "events", {"note": "Práctica"})
    number = store.row(case_id).number
    told = store.audit.entries(Asked(deed=Deed.CHANGED), 10)
    assert [entry.case for entry in told] == [number] * 3  # opened, a name, an event
    assert {(entry.who, entry.seq) for entry in told} == {("Lucía", 0)}
    assert not any("Práctica" in repr(entry) for entry in told)
    assert len(store.audit.entries(Asked(deed=Deed.CHANGED), 2)) == 2
    assert store.audit.entries(Asked(case="none"), 10) == ()
    assert store.audit.entries(Asked(who="Eva"), 10) == ()
    day = dt.date(2026, 3, 1)
    assert len(store.audit.entries(Asked(first=day, last=day), 10)) == 3
    assert store.audit.entries(Asked(last=day - dt.timedelta(days=1)), 10) == ()
    assert store.audit.entries(Asked(first=day + dt.timedelta(days=1)), 10) == ()


def test_a_case_is_noted_once_for_each_opening(clinic: Clinic, twins: Twins) -> None:
    with closing(opened(clinic, twins)) as store:
        case_id = store.new_case("mx", "es", dt.date(2026, 3, 1))
        for _ in range(3):
            store.audit.once(Deed.OPENED, case_id)
    with closing(opened(clinic, twins)) as store:
        store.audit.once(Deed.OPENED, case_id)
        number = store.row(case_id).number
        assert [entry.case for entry in store.audit.entries(Asked(deed=Deed.OPENED), 9)] == [number, number]
        assert store.audit.people() == ("Lucía",)


def test_a_store_from_before_there_were_roles(store: Store, clinic: Clinic) -> None:
    store._db.run("DELETE FROM staff")
    store.close()
    with closing(clinic.open()) as again:
        assert again.staff.members() == (Member(clinic.user, Role.COORDINATOR),)


def test_somebody_whom_the_store_does_not_know_is_staff(store: Store, clinic: Clinic) -> None:
    store.close()
    stranger = UserInfo("feedfacefeedface", "Eva")
    with closing(Store.open(clinic.folder, clinic.key, stranger)) as again:
        assert again.staff.me == Member(stranger, Role.STAFF)
