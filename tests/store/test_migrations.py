from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from clinic_app.domain import catalogue
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind
from clinic_app.domain.values import Empty, Span
from clinic_app.errors import KnownError
from clinic_app.store import vault
from clinic_app.store.files import BACKUPS, DATABASE
from clinic_app.store.migrations import MIGRATIONS, Migration
from clinic_app.store.rows import materialised
from clinic_app.store.store import Store
from clinic_app.store.tables import entity_type
from tests.store.conftest import Clinic

FILES = Path(__file__).parent / "files"
LAST = MIGRATIONS[-1].number
NEXT = Migration(
    LAST + 1,
    ("ALTER TABLE job ADD COLUMN tomorrow TEXT", "CREATE TABLE later (x TEXT) STRICT", "DELETE FROM answers"),
    rebuild=True,
)


def reopen(clinic: Clinic, *more: Migration) -> Store:
    return Store.open(clinic.folder, clinic.key, clinic.user, steps=(*MIGRATIONS, *more))


def filled(clinic: Clinic) -> str:
    store = clinic.open()
    case_id = store.new_case("mx", "es", dt.date(2026, 3, 1))
    store.set_answer(case_id, "worker.name", "Ana")
    store.set_answer(case_id, "answers.q", "yes", Kind.YES_NO)
    dump = store.dump()
    store.close()
    return dump


def test_the_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in MIGRATIONS] == list(range(1, LAST + 1))


def test_every_field_of_the_catalogue_has_its_column(store: Store) -> None:
    for section in catalogue.SECTIONS:
        columns = {row[1]: row[2] for row in store._db.rows(f"PRAGMA table_info({entity_type(section.id)})")}
        for field in section.fields:
            assert columns.get(field.id) == ("INTEGER" if field.kind is Kind.INTEGER else "TEXT"), field.id
        assert columns["empties"] == "TEXT"


def test_every_table_is_strict(store: Store) -> None:
    kinds = {row[1]: (row[2], row[5]) for row in store._db.rows("PRAGMA table_list")}
    assert set(materialised()) <= kinds.keys()
    loose = {name for name, (kind, strict) in kinds.items() if kind == "table" and not strict}
    assert loose == {"sqlite_schema", "sqlite_temp_schema"}


def test_a_step_keeps_everything_and_leaves_a_copy_from_before(clinic: Clinic) -> None:
    before = filled(clinic)
    store = reopen(clinic, NEXT)
    assert store._db.version == LAST + 1
    assert "later" in store._db.tables
    assert store.check() == []
    assert [row.shown_name for row in store.cases()] == ["Ana"]
    assert store.case(store.cases()[0].id).answers.text("q") == "yes"  # the step lost it, the journal had it
    store.close()
    reopen(clinic, NEXT).close()
    (copy,) = (clinic.folder / BACKUPS).glob("*.db")
    restored = Clinic(clinic.folder / "restored", clinic.key, clinic.user, "")
    restored.folder.mkdir()
    shutil.copy(copy, restored.folder / DATABASE)
    shutil.copy(copy.with_suffix(".keys"), restored.folder / "clinic.keys")
    old = restored.open()
    assert old.dump() == before
    assert old._db.version == LAST
    old.close()


def test_a_step_that_fails_in_the_middle_leaves_the_file_as_it_was(clinic: Clinic) -> None:
    before = filled(clinic)
    whole = (clinic.folder / DATABASE).read_bytes()
    bad = Migration(LAST + 2, ("DROP TABLE cases", "CREATE TABLE cases (", "CREATE TABLE never (x)"))
    with pytest.raises(KnownError) as caught:
        reopen(clinic, NEXT, bad)
    assert caught.value.code == "S-12"
    assert (clinic.folder / DATABASE).read_bytes() == whole
    store = clinic.open()
    assert store.dump() == before
    assert store._db.version == LAST
    assert store.check() == []
    store.close()


def test_without_room_for_the_copy_nothing_is_migrated(clinic: Clinic) -> None:
    filled(clinic)
    (clinic.folder / BACKUPS).write_text("a file where the folder should be")
    with pytest.raises(KnownError) as caught:
        reopen(clinic, NEXT)
    assert caught.value.code == "S-11"
    store = clinic.open()
    assert store._db.version == LAST
    store.close()


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_file_of_each_released_version_opens_with_all_it_held(tmp_path: Path, version: str) -> None:
    folder = tmp_path / version
    shutil.copytree(FILES / version, folder)
    key, user = vault.unlock(folder, "practice-password")
    store = Store.open(folder, key, user)
    assert store.check() == []
    assert store.info.name == "Clínica de práctica"
    row = store.cases("guero")[0]
    assert (row.shown_name, row.employer, row.stage) == ("El Güero", "Agrícola Ñandú", "papers")
    assert row.next_safe_date == dt.date(2026, 4, 30)
    case = store.case(row.id)
    assert case.section("worker").text("name") == "José Núñez"
    assert case.section("job").values == {
        "start": Edtf.parse("2024-02~"),
        "last_day": Edtf.parse("2026-03-13"),
        "zone": Empty.DOES_NOT_KNOW,
    }
    assert case.section("pay").get("amount") == Span(Decimal("1900.00"), Decimal("2000.50"))
    assert [record.get("workers") for record in case.rows("employers")] == [40]
    assert [record.text("note") for record in case.rows("events")] == ["kept"]
    assert case.answers.values == {
        "written_notice": "no",
        "weeks": ({"week": Edtf.parse("2026-03"), "hours": Decimal("9.5"), "why": Empty.PREFERS_NOT_TO_SAY},),
    }
    assert [r.kind for r in store.history(row.id)][:2] == ["print", "set"]
    assert store.count() == 2
    kept = store.kept(row.id)
    assert (kept and (kept.version, kept.total_high)) == (
        None if version == "v1" else ("mx-2026.1", Decimal("2000.50"))
    )
    store.close()
    assert vault.unlock_with_recovery(folder, RECOVERY[version], "Eva", "another-password", vault.Cost())[0] == key


RECOVERY = dict.fromkeys(("v1", "v2"), "T16T-6G17-FVFQ-ATAW-SZ9H-FX6D-KTMY")
