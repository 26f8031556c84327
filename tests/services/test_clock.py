"""A clock that cannot be right stops deadlines and papers, says so, and can be set right again."""

from __future__ import annotations

import datetime as dt

import pytest

from clinic_app.domain.packet import Paper, Preset
from clinic_app.errors import KnownError
from clinic_app.services import casework, clock, intake, packet, screening
from clinic_app.services.clinic import Clinic
from tests.services.conftest import dismissed

TODAY = dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)


def test_a_day_before_the_last_known_one_stops_deadlines(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    assert screening.assess(clinic, case_id, TODAY).deadlines
    assert clock.last_known(clinic) == TODAY
    for on in (TODAY - 2 * DAY, TODAY.replace(year=2025)):
        with pytest.raises(KnownError, match="T-01") as caught:
            screening.assess(clinic, case_id, on)
        assert str(on) in str(caught.value)
        with pytest.raises(KnownError, match="T-01"):
            packet.render(
                clinic, case_id, preset=Preset.WORKER, paper=Paper.LETTER, language="es", on=on, documents=None
            )
        with pytest.raises(KnownError, match="T-01"):
            screening.adopt(clinic, case_id, on)
    assert clock.last_known(clinic) == TODAY
    assert casework.case(clinic, case_id).section("worker").text("name")  # all that was saved stays readable


def test_a_day_back_is_a_time_zone(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    screening.assess(clinic, case_id, TODAY)
    assert screening.assess(clinic, case_id, TODAY - DAY).deadlines
    assert clock.last_known(clinic) == TODAY


@pytest.mark.parametrize("on", [dt.date(1980, 1, 1), dt.date(2023, 1, 1), dt.date(2030, 1, 1), dt.date(2099, 12, 31)])
def test_years_from_the_rule_book_stop_deadlines_and_are_not_remembered(clinic: Clinic, on: dt.date) -> None:
    case_id = dismissed(clinic)
    with pytest.raises(KnownError, match="T-02") as caught:
        screening.assess(clinic, case_id, on)
    assert "2026-11-22" in str(caught.value)
    assert clock.last_known(clinic) is None
    assert screening.assess(clinic, case_id, TODAY).deadlines


def test_a_day_that_someone_chose_is_not_the_clock(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    screening.assess(clinic, case_id, TODAY)
    assert screening.assess(clinic, case_id, dt.date(2026, 7, 15), chosen=True).deadlines
    assert screening.assess(clinic, case_id, dt.date(2031, 7, 15), chosen=True).deadlines
    assert clock.last_known(clinic) == TODAY


def test_a_clock_that_was_ahead_once_is_set_right_by_a_person(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    screening.assess(clinic, case_id, dt.date(2027, 11, 22))
    with pytest.raises(KnownError, match="T-01"):
        screening.assess(clinic, case_id, TODAY)
    clock.confirm(clinic, TODAY)
    assert screening.assess(clinic, case_id, TODAY).as_of == TODAY
    assert clock.last_known(clinic) == TODAY


def test_the_interview_goes_on_with_a_wrong_clock(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    screening.assess(clinic, case_id, TODAY)
    assert intake.questions(clinic, case_id, dt.date(1980, 1, 1))
    assert intake.save(clinic, case_id, "worker.alias", "El Güero")
