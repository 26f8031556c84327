from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.happening import Happening, Instalment, Option
from clinic_app.domain.steps import WAYS
from clinic_app.services import clinic as clinics
from clinic_app.services import happenings, intake
from clinic_app.services.clinic import Clinic
from tests.services.conftest import PASSWORD, dismissed

ON = dt.date(2026, 11, 22)


@pytest.fixture
def case_id(clinic: Clinic) -> str:
    return dismissed(clinic)


@pytest.fixture(params=["pe", "ge"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    made, _ = clinics.create(tmp_path / "other", "Clinic", request.param, "Rosa", PASSWORD)
    with closing(made) as opened:
        yield opened


def option(clinic: Clinic, case_id: str, kind: str) -> Option:
    return next(o for way in happenings.options(clinic, case_id).values() for o in way if o.kind == kind)


def told(clinic: Clinic, case_id: str, kind: str, date: str, **more: object) -> Happening:
    return Happening(option(clinic, case_id, kind), Edtf.parse(date), **more)  # type: ignore[arg-type]  # its fields


def tell(clinic: Clinic, case_id: str, kind: str, date: str, **more: object) -> None:
    happenings.write(clinic, case_id, told(clinic, case_id, kind, date, **more), ON)


def open_now(clinic: Clinic, case_id: str) -> list[tuple[str, str, str]]:
    return [(w.kind, w.step, w.day.isoformat()) for w in happenings.waiting(clinic, case_id)]


def events(clinic: Clinic, case_id: str) -> list[tuple[str, str]]:
    return [(row.text("kind"), row.text("date")) for row in clinic.store.case(case_id).rows("events")]


def test_there_are_eight_ways_and_each_place_has_its_own_steps(clinic: Clinic, case_id: str, elsewhere: Clinic) -> None:
    here = happenings.options(clinic, case_id)
    other = intake.start(elsewhere, ON)
    there = happenings.options(elsewhere, other)
    assert tuple(here) == tuple(there) == WAYS
    assert all(here.values())
    assert all(there.values())
    assert {o.kind for o in here["sent"]} != {o.kind for o in there["sent"]}
    assert all(o.authorities for o in here["sent"] if o.kind != "letter_sent")
    texts = [o.label for way in there.values() for o in way if not isinstance(o.label, str)]
    assert texts
    assert all(elsewhere.book(elsewhere.info.place).main_language in text for text in texts)


def test_a_confirmed_request_stops_the_clock_and_says_so_before_it_is_saved(clinic: Clinic, case_id: str) -> None:
    tell(clinic, case_id, "conciliation_filed", "2026-11-20", number="EXP-7", authority="conciliation_local")
    assert clinic.store.row(case_id).stage == "filed"
    assert open_now(clinic, case_id) == [("ask", "conciliation_confirmed", "2026-11-23")]
    confirmed = told(
        clinic, case_id, "conciliation_confirmed", "2026-11-22", next_day=dt.date(2026, 12, 4), next_time="10:00"
    )
    before = clinic.store.case(case_id)
    meaning = happenings.meaning(clinic, case_id, confirmed, ON)
    assert clinic.store.case(case_id) == before
    assert [c for c in meaning.deadlines if c.old and c.new and c.new > c.old]  # the clock of the dismissal stands
    assert [row.values["step"] for row in meaning.rows] == ["conciliation_hearing"]
    assert [entry.step for entry in meaning.done] == ["conciliation_confirmed"]
    assert (meaning.stage, meaning.is_plan) == ("follow", False)
    happenings.write(clinic, case_id, confirmed, ON)
    assert open_now(clinic, case_id) == [("hearing", "conciliation_hearing", "2026-12-04")]
    filing = next(row for row in clinic.store.case(case_id).rows("diary") if row.text("kind") == "filing")
    assert (filing.text("number"), filing.text("authority"), filing.text("state")) == (
        "EXP-7",
        "conciliation_local",
        "done",
    )


def test_a_hearing_to_come_is_planned_and_its_result_closes_it(clinic: Clinic, case_id: str) -> None:
    tell(clinic, case_id, "conciliation_hearing", "2026-12-04", time="10:00")
    assert events(clinic, case_id) == []
    tell(clinic, case_id, "conciliation_hearing", "2026-12-09", time="12:00")  # moved
    assert open_now(clinic, case_id) == [("hearing", "conciliation_hearing", "2026-12-09")]
    later = dt.date(2026, 12, 10)
    held = told(clinic, case_id, "conciliation_hearing", "2026-12-09", result="employer_absent")
    happenings.write(clinic, case_id, held, later)
    assert events(clinic, case_id) == [("conciliation_hearing", "2026-12-09")]
    done = [row for row in clinic.store.case(case_id).rows("diary") if row.text("result")]
    assert [(row.text("state"), row.text("result")) for row in done] == [("done", "employer_absent")]
    assert open_now(clinic, case_id) == [("ask", "conciliation_certificate", "2026-12-10")]


def test_a_new_date_follows_a_hearing(clinic: Clinic, case_id: str) -> None:
    tell(clinic, case_id, "conciliation_hearing", "2026-11-20", result="new_date", next_day=dt.date(2026, 12, 1))
    assert open_now(clinic, case_id) == [("hearing", "conciliation_hearing", "2026-12-01")]


def test_an_agreement_with_instalments_and_their_payment(clinic: Clinic, case_id: str) -> None:
    parts = tuple(Instalment(dt.date(2026, month, 1), Decimal(5000)) for month in (11, 12))
    tell(clinic, case_id, "agreement", "2026-11-01", amount=Decimal(10000), instalments=parts)
    assert open_now(clinic, case_id) == [
        ("instalment", "payment", "2026-11-01"),
        ("instalment", "payment", "2026-12-01"),
    ]
    payment = told(clinic, case_id, "payment", "2026-11-22", amount=Decimal(5000))
    meaning = happenings.meaning(clinic, case_id, payment, ON)
    assert meaning.left is not None
    assert meaning.left.paid == Decimal(5000)
    assert meaning.left.ends == (meaning.left.low - 5000, meaning.left.high - 5000)
    assert [entry.day.month for entry in meaning.done] == [11]
    happenings.write(clinic, case_id, payment, ON)
    assert open_now(clinic, case_id) == [("instalment", "payment", "2026-12-01")]
    tell(clinic, case_id, "payment", "2026-12-01", amount=Decimal(4000))  # too little: it stays open
    assert open_now(clinic, case_id) == [("instalment", "payment", "2026-12-01")]


def test_more_paid_than_owed_leaves_nothing_owed(clinic: Clinic, case_id: str) -> None:
    payment = told(clinic, case_id, "payment", "2026-11-22", amount=Decimal(900_000))
    meaning = happenings.meaning(clinic, case_id, payment, ON)
    assert meaning.left is not None
    assert meaning.left.ends == (Decimal(0), Decimal(0))


def test_the_inspection_goes_from_request_to_second_visit(clinic: Clinic, case_id: str) -> None:
    tell(clinic, case_id, "inspection_requested", "2026-10-01")
    assert open_now(clinic, case_id) == [("ask", "inspection_visit", "2026-10-31")]
    tell(clinic, case_id, "inspection_visit", "2026-10-20", result="findings")
    assert events(clinic, case_id)[1:] == [("inspection_visit", "2026-10-20"), ("inspection_findings", "2026-10-20")]
    assert open_now(clinic, case_id) == [("ask", "inspection_order", "2026-11-19")]
    tell(clinic, case_id, "inspection_order", "2026-11-10", next_day=dt.date(2026, 12, 15))
    assert open_now(clinic, case_id) == [("visit", "inspection_revisit", "2026-12-15")]
    meaning = happenings.meaning(clinic, case_id, told(clinic, case_id, "inspection_requested", "2026-11-01"), ON)
    assert meaning.deadlines == ()  # an inspection stops no clock


def test_calls_are_the_clinics_own_and_never_events(clinic: Clinic, case_id: str) -> None:
    tell(clinic, case_id, "call_back", "2026-11-22", time="18:00", note="after work")
    assert open_now(clinic, case_id) == [("call_back", "", "2026-11-22")]
    tell(clinic, case_id, "not_reached", "2026-11-22")
    assert open_now(clinic, case_id) == [("call_back", "", "2026-11-22")]
    tell(clinic, case_id, "reached", "2026-11-22", note="comes on Monday")
    assert open_now(clinic, case_id) == []
    assert events(clinic, case_id) == []


def test_an_entry_can_be_ticked_off_and_the_stage_never_goes_back(clinic: Clinic, case_id: str) -> None:
    tell(clinic, case_id, "suit_filed", "2026-11-01")
    tell(clinic, case_id, "filing_admitted", "2026-11-10")
    assert clinic.store.row(case_id).stage == "follow"
    tell(clinic, case_id, "inspection_requested", "2026-11-11")
    assert clinic.store.row(case_id).stage == "follow"
    (first, second) = happenings.waiting(clinic, case_id)
    happenings.tick_off(clinic, case_id, first.id, "dropped")
    assert [w.id for w in happenings.waiting(clinic, case_id)] == [second.id]


def test_a_case_that_contradicts_itself_can_still_be_written_in(clinic: Clinic, case_id: str) -> None:
    intake.save(clinic, case_id, "job.start", "2026-11-20")
    happening = told(clinic, case_id, "suit_filed", "2026-11-22")
    assert happenings.meaning(clinic, case_id, happening, ON).deadlines == ()
    happenings.write(clinic, case_id, happening, ON)
    assert events(clinic, case_id) == [("suit_filed", "2026-11-22")]
