from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing

import pytest

from clinic_app.domain.audit import Asked, Deed
from clinic_app.domain.casefile import HIDDEN
from clinic_app.domain.roles import Member, Role
from clinic_app.errors import KnownError
from clinic_app.services import audit, casework, hiding, intake, permission
from clinic_app.services.clinic import Clinic
from tests.services.conftest import dismissed

NAME = "Práctica · José Núñez"


@pytest.fixture
def hidden(clinic: Clinic) -> str:
    """A case whose worker wants the name hidden."""
    case_id = dismissed(clinic)
    intake.save(clinic, case_id, "worker.alias", "Colibrí")
    intake.save(clinic, case_id, "worker.keep_hidden", "yes")
    return case_id


def become(clinic: Clinic, role: Role) -> None:
    clinic.store.staff.put(Member(clinic.user, role))


def revealed(clinic: Clinic) -> list[str]:
    become(clinic, Role.COORDINATOR)
    return [entry.case for entry in audit.entries(clinic, Asked(deed=Deed.REVEALED))]


def test_a_hidden_name_is_three_dots_until_it_is_shown(clinic: Clinic, hidden: str) -> None:
    case = casework.case(clinic, hidden)
    assert case.section("worker").text("name") == HIDDEN
    assert case.shown_name == "Colibrí"
    assert NAME not in repr(case)
    assert casework.row(clinic, hidden).shown_name == "Colibrí"
    assert hiding.reveal(clinic, hidden) == NAME
    assert casework.case(clinic, hidden).section("worker").text("name") == HIDDEN  # for the one screen that asked
    assert revealed(clinic) == [case.number]


@pytest.mark.parametrize("role", [Role.STAFF, Role.HEADQUARTERS, Role.INSTRUCTOR])
def test_only_a_coordinator_sees_it(clinic: Clinic, hidden: str, role: Role) -> None:
    become(clinic, role)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: hiding.reveal(clinic, hidden),
        lambda: intake.save(clinic, hidden, "worker.keep_hidden", "no"),
        lambda: intake.save(clinic, hidden, "worker.keep_hidden", None),
    )
    for verb in verbs:
        with pytest.raises(KnownError) as caught:
            verb()
        assert caught.value.code == permission.NOT_ALLOWED
    assert revealed(clinic) == []
    assert casework.case(clinic, hidden).hides_name


def test_staff_may_hide_a_name_and_go_on_writing(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    become(clinic, Role.STAFF)
    intake.save(clinic, case_id, "worker.keep_hidden", "no")
    intake.save(clinic, case_id, "worker.keep_hidden", "yes")
    intake.save(clinic, case_id, "worker.alias", "Colibrí")
    assert casework.case(clinic, case_id).shown_name == "Colibrí"


def test_a_coordinator_says_that_it_need_not_be_hidden_any_more(clinic: Clinic, hidden: str) -> None:
    intake.save(clinic, hidden, "worker.keep_hidden", "no")
    assert casework.case(clinic, hidden).section("worker").text("name") == NAME
    assert len(revealed(clinic)) == 1


def test_an_earlier_version_does_not_tell_a_hidden_name(clinic: Clinic, hidden: str) -> None:
    long_ago = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    changes = casework.changed_since(clinic, hidden, long_ago)
    assert "worker.alias" in {change.path for change in changes}
    assert NAME not in repr(changes)
    assert NAME not in repr(casework.history(clinic, hidden))


def test_nothing_is_hidden_where_there_is_no_name(clinic: Clinic) -> None:
    case_id = intake.start(clinic, dt.date(2026, 11, 22))
    intake.save(clinic, case_id, "worker.keep_hidden", "yes")
    assert not casework.case(clinic, case_id).hides_name
    assert hiding.reveal(clinic, case_id) == ""
    assert revealed(clinic) == []


def test_the_record_never_holds_the_name(clinic: Clinic, hidden: str) -> None:
    hiding.reveal(clinic, hidden)
    with closing(clinic):
        assert "Núñez" not in repr(audit.entries(clinic))
        assert "Colibrí" not in repr(audit.entries(clinic))
