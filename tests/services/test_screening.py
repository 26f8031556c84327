"""A case keeps its version of the rule book; a newer one shows what it changes before it replaces anything."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from contextlib import closing
from decimal import Decimal

import pytest

from clinic_app.domain.packet import Paper, Preset
from clinic_app.errors import KnownError
from clinic_app.services import casework, intake, packet, rulebooks, screening
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from tests.services.conftest import PASSWORD, Office

ON = dt.date(2026, 11, 22)
FACTS = {
    "place": "zembla",
    "language": "en",
    "job": {"start": "2026-01-01", "last_day": "2026-03-01", "ending": "dismissed"},
    "pay": {"amount": "900", "period": "month"},
    "answers": {"leave_taken": 20},
}


@pytest.fixture
def case_id(clinic: Clinic, office: Office) -> str:
    """A case of the invented country, computed with its first version."""
    rulebooks.trust(clinic, office.key, office.key.fingerprint)
    rulebooks.install(clinic, office.publish("zembla-1"))
    (number,) = intake.import_files(clinic, {"one": json.dumps(FACTS).encode()}, ON)
    return casework.find(clinic, number)


def newer(clinic: Clinic, office: Office) -> None:
    """Install a second version: a higher minimum, a shorter term, one finding that holds no more."""
    folder = office.publish(
        "zembla-2",
        parameters=('"1100"', '"1150"'),
        deadlines=("days: 30", "days: 20"),
        findings=("pay.amount < minimum_pay(last_day)", "pay.amount < 500"),
        below_minimum=(
            (
                'expect:\n  amounts:\n    shortfall: "400.00"         # 1100 - 900 = 200 a month, 60 days\n'
                '    leave_not_taken: "120.00"   # 24 - 20 = 4 days at 30.00\n  total: "520.00"\n  deadlines:\n'
                "    dismissal: {deadline: 2026-03-31, safe_date: 2026-03-31}\n  findings: {below_minimum: likely}"
            ),
            'expect: {amounts: {shortfall: "500.00"}, findings: {below_minimum: not_found}}',
        ),
    )
    assert rulebooks.install(clinic, folder).newest


def test_a_case_keeps_the_version_it_was_computed_with(clinic: Clinic, office: Office, case_id: str) -> None:
    assert screening.compare(clinic, case_id, ON) is None
    newer(clinic, office)
    found = screening.assess(clinic, case_id, ON)
    assert (found.rules_version, found.total_low) == ("zembla-1", Decimal("520.00"))
    assert clinic.book("zembla").version == "zembla-2"
    assert casework.case(clinic, case_id).rules_version == "zembla-1"


def test_a_newer_book_shows_each_line_that_it_changes(clinic: Clinic, office: Office, case_id: str) -> None:
    newer(clinic, office)
    change = screening.compare(clinic, case_id, ON)
    assert change is not None
    assert change.book_is_here
    assert (change.old.version, change.new.version) == ("zembla-1", "zembla-2")
    assert change.total is not None
    assert change.total.old == (Decimal("520.00"), Decimal("520.00"))
    assert change.total.new == (Decimal("620.00"), Decimal("620.00"))
    assert [(a.label["en"], a.old, a.new) for a in change.amounts] == [
        ("Pay below the minimum", (Decimal("400.00"),) * 2, (Decimal("500.00"),) * 2)
    ]
    assert [(d.old, d.new) for d in change.deadlines] == [
        ((dt.date(2026, 3, 31),) * 2, (dt.date(2026, 3, 20), dt.date(2026, 3, 23)))
    ]
    assert [(f.title["en"], f.old and f.old.value, f.new and f.new.value) for f in change.findings] == [
        ("Pay below the minimum", "likely", "not_found")
    ]
    assert screening.assess(clinic, case_id, ON).rules_version == "zembla-1"  # looking replaced nothing


def test_adopting_computes_the_case_anew(clinic: Clinic, office: Office, case_id: str) -> None:
    newer(clinic, office)
    assert screening.adopt(clinic, case_id, ON).cases == {case_id}
    assert screening.compare(clinic, case_id, ON) is None
    assert screening.assess(clinic, case_id, ON).total_low == Decimal("620.00")
    kept = clinic.store.kept(case_id)
    assert kept is not None
    assert (kept.version, kept.total_low) == ("zembla-2", Decimal("620.00"))
    assert casework.row(clinic, case_id).next_safe_date == dt.date(2026, 3, 20)


def test_without_the_old_book_its_kept_figures_are_shown(clinic: Clinic, office: Office, case_id: str) -> None:
    newer(clinic, office)
    shutil.rmtree(clinic.folder / "rules" / "zembla" / "zembla-1")
    clinic.close()
    with closing(clinics.unlock(clinic.folder, PASSWORD)) as again:
        with pytest.raises(KnownError, match="R-10") as caught:
            screening.assess(again, case_id, ON)
        assert "zembla-1" in str(caught.value)
        with pytest.raises(KnownError, match="R-10"):
            packet.render(again, case_id, preset=Preset.WORKER, paper=Paper.A4, language="en", on=ON)
        change = screening.compare(again, case_id, ON)
        assert change is not None
        assert not change.book_is_here
        assert change.old.total_low == Decimal("520.00")
        assert change.amounts
        screening.adopt(again, case_id, ON)
        assert screening.assess(again, case_id, ON).rules_version == "zembla-2"


def test_a_new_case_begins_with_the_newest_book(clinic: Clinic, office: Office, case_id: str) -> None:
    newer(clinic, office)
    (number,) = intake.import_files(clinic, {"two": json.dumps(FACTS).encode()}, ON)
    assert casework.case(clinic, casework.find(clinic, number)).rules_version == "zembla-2"
    assert casework.case(clinic, case_id).rules_version == "zembla-1"


def test_a_version_that_changes_nothing_says_so(clinic: Clinic, office: Office, case_id: str) -> None:
    rulebooks.install(clinic, office.publish("zembla-2", notes=("courts may count", "courts might count")))
    change = screening.compare(clinic, case_id, ON)
    assert change is not None
    assert change.same


def test_a_case_of_an_older_program_goes_on_with_the_newest_book(clinic: Clinic) -> None:
    """A case that names a version that is gone, without kept figures, is computed anew: nothing is there to show."""
    case_id = clinic.store.new_case("mx", "es", ON, "mx-2020.1")
    assert screening.compare(clinic, case_id, ON) is None
    assert screening.assess(clinic, case_id, ON).rules_version == clinic.book("mx").version


def test_values_past_their_expected_change_are_named_with_what_is_used(clinic: Clinic) -> None:
    assert "minimum_wage" not in {old.parameter for old in rulebooks.stale(clinic, dt.date(2026, 12, 31))}
    late = {old.parameter: old for old in rulebooks.stale(clinic, dt.date(2027, 1, 1))}
    assert late["minimum_wage"].value == "315.04 · 440.87"
    assert late["minimum_wage"].since == dt.date(2027, 1, 1)
