from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind
from clinic_app.errors import InputError
from clinic_app.services import clinic as clinics
from clinic_app.services import conflicts, screening
from clinic_app.services.clinic import Clinic
from clinic_app.services.conflicts import Meanwhile
from tests.store.meeting import meet

ON = dt.date(2026, 7, 15)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Clinic, Clinic, str]]:
    """Two computers of a clinic that know the same case of a dismissal."""
    one, _ = clinics.create(tmp_path / "one", "Clínica", "mx", "Tamar", "a long password")
    other, _ = clinics.create(tmp_path / "other", "Clínica", "mx", "Gio", "a long password")
    case_id = one.store.new_case("mx", "es", ON, one.book("mx").version)
    for path, answer in (
        ("job.start", Edtf.parse("2022-01-10")),
        ("job.ending", "dismissed"),
        ("job.last_day", Edtf.parse("2026-07-01")),
    ):
        one.store.set_answer(case_id, path, answer)
    meet(one.store, other.store)
    yield one, other, case_id
    one.close()
    other.close()


def differ(two: tuple[Clinic, Clinic, str], path: str, here: object, there: object, kind: Kind | None = None) -> None:
    one, other, case_id = two
    one.store.set_answer(case_id, path, here, kind)  # type: ignore[arg-type]  # answers of the test
    other.store.set_answer(case_id, path, there, kind)  # type: ignore[arg-type]
    meet(one.store, other.store)


def safe_date(clinic: Clinic, case_id: str) -> dt.date:
    following = screening.assess(clinic, case_id, ON, chosen=True).next_deadline
    assert following is not None
    return following.safe_date


def test_the_earliest_of_the_deadlines_counts_until_somebody_decides(two: tuple[Clinic, Clinic, str]) -> None:
    one, other, case_id = two
    differ(two, "job.last_day", Edtf.parse("2026-07-09"), Edtf.parse("2026-06-20"))
    for clinic in two[:2]:
        (found,) = conflicts.of_case(clinic, case_id)
        assert conflicts.meanwhile(found) is Meanwhile.EARLIEST
        assert safe_date(clinic, case_id) == clinic.store.row(case_id).next_safe_date
    meanwhile = safe_date(one, case_id)
    early = next(s.ref for s in conflicts.of_case(one, case_id)[0].values if s.answer == Edtf.parse("2026-06-20"))
    late = next(s.ref for s in conflicts.of_case(one, case_id)[0].values if s.answer == Edtf.parse("2026-07-09"))
    conflicts.choose(one, case_id, "job.last_day", early, ON)
    assert safe_date(one, case_id) == meanwhile
    conflicts.reopen(one, case_id, "job.last_day", ON)
    conflicts.choose(one, case_id, "job.last_day", late, ON)
    assert safe_date(one, case_id) > meanwhile
    meet(one.store, other.store)
    assert conflicts.count(other) == 0


def test_the_list_is_the_same_on_every_computer(two: tuple[Clinic, Clinic, str]) -> None:
    one, other, _ = two
    differ(two, "consent.press", "yes", "no")
    question = next(f.id for f in one.book("mx").fields if f.kind is Kind.YES_NO)
    differ(two, f"answers.{question}", "yes", "no", Kind.YES_NO)
    listed = [[(c.row.id, d.path, d.label) for c in conflicts.waiting(x) for d in c.differences] for x in (one, other)]
    assert listed[0] == listed[1]
    assert [path for _, path, _ in listed[0]] == [f"answers.{question}", "consent.press"]
    assert all(label for _, _, label in listed[0])
    assert conflicts.count(one) == 2


def test_both_texts_are_kept_below_each_other(two: tuple[Clinic, Clinic, str]) -> None:
    one, other, case_id = two
    differ(two, "story.told", "They sent me away.", "The foreman shouted.")
    (found,) = conflicts.of_case(one, case_id)
    assert conflicts.meanwhile(found) is Meanwhile.BOTH_TEXTS
    conflicts.keep_both(one, case_id, "story.told", ON)
    meet(one.store, other.store)
    text = other.store.case(case_id).section("story").text("told")
    assert text.index("Tamar") < text.index("They sent me away.")
    assert text.index("Gio") < text.index("The foreman shouted.")
    assert conflicts.count(other) == 0
    differ(two, "job.last_day", Edtf.parse("2026-07-09"), Edtf.parse("2026-06-20"))
    with pytest.raises(InputError, match="only texts"):
        conflicts.keep_both(one, case_id, "job.last_day", ON)


def test_another_answer_may_be_typed_and_is_checked(two: tuple[Clinic, Clinic, str]) -> None:
    one, _, case_id = two
    differ(two, "job.last_day", Edtf.parse("2026-07-09"), Edtf.parse("2026-06-20"))
    with pytest.raises(InputError, match="not a date"):
        conflicts.write(one, case_id, "job.last_day", "next week", ON)
    conflicts.write(one, case_id, "job.last_day", "2026-07-02", ON)
    assert one.store.case(case_id).section("job").date("last_day") == Edtf.parse("2026-07-02")
    assert [d.path for d in conflicts.decided(one, case_id)] == ["job.last_day"]


def test_asking_the_worker_stays_on_the_list(two: tuple[Clinic, Clinic, str]) -> None:
    one, other, case_id = two
    differ(two, "contact.may_call", "yes", "no")
    (found,) = conflicts.of_case(one, case_id)
    assert conflicts.meanwhile(found) is Meanwhile.STRICTER
    conflicts.ask_worker(one, case_id, "contact.may_call", ON)
    meet(one.store, other.store)
    assert [d.asked for c in conflicts.waiting(other) for d in c.differences] == [ON]
