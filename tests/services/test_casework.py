from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.values import Empty
from clinic_app.domain.work import Waiting
from clinic_app.errors import InputError
from clinic_app.services import casework, happenings, intake, screening
from clinic_app.services.clinic import Clinic
from clinic_app.services.next_step import Action, next_step
from tests.services.conftest import dismissed

ON = dt.date(2026, 11, 22)


def test_undo_takes_back_the_last_answer_and_says_so(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    intake.save(clinic, case_id, "job.position", "packer")
    screening.assess(clinic, case_id, ON, chosen=True)  # what the program keeps is nobody's change
    undone = casework.undo(clinic, case_id)
    assert [row.detail for row in undone.rows] == ["job.position"]
    assert case_id in undone.changes.cases
    assert casework.case(clinic, case_id).section("job").get("position") is Empty.NOT_ASKED


def test_what_changed_since_a_moment_and_one_answer_brought_back(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    row = intake.add_row(clinic, case_id, "employers")
    intake.save(clinic, case_id, f"employers[{row}].name", "La Palma")
    moment = dt.datetime.fromisoformat(casework.history(clinic, case_id)[0].at)
    assert casework.changed_since(clinic, case_id, moment) == ()
    intake.save(clinic, case_id, "pay.amount", "25000")
    intake.save(clinic, case_id, "worker.municipality", {"empty": "prefers_not_to_say"})
    intake.save(clinic, case_id, f"employers[{row}].name", "El Palmar")
    changes = {change.path: change for change in casework.changed_since(clinic, case_id, moment)}
    assert set(changes) == {"pay.amount", "worker.municipality", f"employers[{row}].name"}
    assert changes["worker.municipality"].now is Empty.PREFERS_NOT_TO_SAY
    for change in changes.values():
        casework.bring_back(clinic, case_id, change)
    assert casework.changed_since(clinic, case_id, moment) == ()
    assert casework.case(clinic, case_id).section("worker").get("municipality") is Empty.NOT_ASKED
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert {change.then for change in casework.changed_since(clinic, case_id, long_ago)} == {Empty.NOT_ASKED}


def test_closing_needs_an_outcome_and_drops_what_was_to_be_asked(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    for kind in ("ask", "hearing"):
        clinic.store.put_row(case_id, "diary", {"kind": kind, "date": Edtf.of(ON)})
    with pytest.raises(InputError) as error:
        casework.close(clinic, case_id, {"recovered": "100"})
    assert error.value.path == "closing.outcome"
    casework.close(clinic, case_id, {"outcome": "settled", "recovered": "100", "closed_on": "2026-11-22"})
    assert casework.row(clinic, case_id).stage == "closed"
    assert [entry.kind for entry in happenings.waiting(clinic, case_id)] == ["hearing"]
    assert not casework.reached(clinic, case_id, "papers")
    casework.undo(clinic, case_id)
    assert casework.row(clinic, case_id).stage == "check"
    assert len(happenings.waiting(clinic, case_id)) == 2


def test_the_bin_asks_why_and_gives_back(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    row = intake.add_row(clinic, case_id, "events")
    intake.save(clinic, case_id, f"events[{row}].note", "at the gate")
    with pytest.raises(InputError):
        casework.to_bin(clinic, case_id, " ")
    casework.row_to_bin(clinic, case_id, "events", row, "written twice")
    (binned,) = casework.binned_rows(clinic, case_id)
    assert (binned.reason, binned.record.text("note")) == ("written twice", "at the gate")
    casework.restore(clinic, case_id, binned)
    casework.to_bin(clinic, case_id, "practice")
    assert casework.count(clinic) == 0
    (whole,) = casework.binned_cases(clinic)
    casework.restore(clinic, case_id, whole)
    assert casework.case(clinic, case_id).rows("events")[0].text("note") == "at the gate"


def test_the_stage_goes_on_and_never_back(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    assert casework.reached(clinic, case_id, "papers")
    assert not casework.reached(clinic, case_id, "proof")
    assert casework.row(clinic, case_id).stage == "papers"


def entry(kind: str, day: dt.date) -> Waiting:
    return Waiting("x", "c", kind, day, "", "", "", None, "")


@pytest.mark.parametrize(
    ("stage", "entries", "action"),
    [
        ("intake", [entry("hearing", ON - dt.timedelta(1))], Action.GO_ON),
        ("check", [], Action.PRINT),
        ("check", [entry("hearing", ON - dt.timedelta(1))], Action.RESULT),
        ("papers", [], Action.FILE),
        ("filed", [], Action.FOLLOW),
        ("filed", [entry("hearing", ON)], Action.WAIT),
        ("follow", [entry("instalment", ON - dt.timedelta(1)), entry("ask", ON)], Action.DEFAULTED),
        ("follow", [entry("call_back", ON)], Action.CALL),
        ("closed", [entry("call_back", ON)], Action.CLOSED),
    ],
)
def test_there_is_one_next_action(clinic: Clinic, stage: str, entries: list[Waiting], action: Action) -> None:
    assessment = screening.assess(clinic, dismissed(clinic), ON, chosen=True)
    found = next_step(stage, entries, assessment, ON)
    assert found.action is action


def test_without_a_law_check_the_answers_are_mended_first(clinic: Clinic) -> None:
    assert clinic is not None
    assert next_step("check", [], None, ON).action is Action.MEND
