from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.values import Answer
from clinic_app.services import casework, intake
from clinic_app.services.clinic import Clinic
from clinic_app.services.next_step import Action
from clinic_app.services.today import Band, Today, today
from tests.services.conftest import dismissed

ON = dt.date(2026, 11, 22)


def case_due(clinic: Clinic, safe: dt.date | None) -> str:
    case_id = dismissed(clinic)
    clinic.store.set_case(case_id, next_safe_date=safe)
    return case_id


def plan(clinic: Clinic, case_id: str, kind: str, day: str, **more: Answer) -> None:
    clinic.store.put_row(case_id, "diary", {"kind": kind, "date": Edtf.parse(day), **more})


def told(found: Today) -> list[tuple[str, str, Band]]:
    return [
        (line.entry.kind if line.entry else "deadline", line.day.isoformat()[5:], line.band) for line in found.lines
    ]


def test_the_most_urgent_comes_first(clinic: Clinic) -> None:
    case_due(clinic, dt.date(2026, 12, 20))
    case_due(clinic, dt.date(2026, 11, 25))
    case_due(clinic, dt.date(2026, 10, 1))
    case_due(clinic, dt.date(2026, 11, 20))
    case_due(clinic, dt.date(2027, 6, 1))  # too far ahead
    planned = case_due(clinic, None)
    plan(clinic, planned, "hearing", "2026-11-24", time="10:00")
    plan(clinic, planned, "hearing", "2026-11-24", time="09:00")
    plan(clinic, planned, "hearing", "2026-11-18")
    plan(clinic, planned, "instalment", "2026-11-22")
    assert told(today(clinic, ON)) == [
        ("instalment", "11-22", Band.NOW),
        ("hearing", "11-24", Band.NOW),
        ("hearing", "11-24", Band.NOW),
        ("deadline", "11-25", Band.NOW),
        ("hearing", "11-18", Band.LATE),
        ("deadline", "12-20", Band.COMING),
        ("deadline", "11-20", Band.PASSED),
        ("deadline", "10-01", Band.PASSED),
    ]
    assert [line.entry.time for line in today(clinic, ON).lines if line.entry][1:3] == ["09:00", "10:00"]


def test_the_day_after_a_hearing_its_result_is_asked_for(clinic: Clinic) -> None:
    case_id = case_due(clinic, None)
    plan(clinic, case_id, "hearing", "2026-11-21")
    assert today(clinic, dt.date(2026, 11, 21)).lines[0].action is None
    assert today(clinic, ON).lines[0].action is Action.RESULT


@pytest.mark.parametrize(
    ("kind", "day", "action"),
    [
        ("instalment", "2026-11-22", None),
        ("instalment", "2026-11-21", Action.DEFAULTED),
        ("call_back", "2026-11-22", Action.CALL),
        ("ask", "2026-11-22", Action.ASK),
        ("task", "2026-11-23", None),
        ("visit", "2026-11-01", Action.RESULT),
    ],
)
def test_what_an_entry_asks_for(clinic: Clinic, kind: str, day: str, action: Action | None) -> None:
    plan(clinic, case_due(clinic, None), kind, day)
    assert [line.action for line in today(clinic, ON).lines] == [action]


def test_a_call_tells_how_to_reach_the_worker(clinic: Clinic) -> None:
    case_id = case_due(clinic, None)
    intake.save(clinic, case_id, "contact.safe_hours", "after 18:00")
    intake.save(clinic, case_id, "contact.may_call", "yes")
    plan(clinic, case_id, "call_back", "2026-11-22")
    plan(clinic, case_due(clinic, None), "call_back", "2026-11-22")
    contacts = {line.contact.safe_hours if line.contact else None for line in today(clinic, ON).lines}
    assert contacts == {"after 18:00", None}


def test_closed_and_binned_cases_do_not_wait(clinic: Clinic) -> None:
    closed, binned = case_due(clinic, ON), case_due(clinic, ON)
    for case_id in (closed, binned):
        for kind in ("ask", "instalment"):
            plan(clinic, case_id, kind, "2026-11-23")
    casework.close(clinic, closed, {"outcome": "settled", "recovered": "5000"})
    casework.to_bin(clinic, binned, "typed twice")
    assert told(today(clinic, ON)) == [("instalment", "11-23", Band.NOW)]  # money that is still to come
    casework.reopen(clinic, closed)
    assert ("deadline", "11-22", Band.NOW) in told(today(clinic, ON))


def test_unfinished_interviews_and_missing_answers_are_counted(clinic: Clinic) -> None:
    stopped = intake.start(clinic, ON)
    dismissed(clinic)
    found = today(clinic, ON)
    assert [case.id for case in found.unfinished] == [stopped]
    assert found.incomplete == 1
    assert len(found.incomplete_cases) == 1
    assert found.differences == 0
    assert found.count == 1
