"""The Peruvian book: every worked example, each regime, and the days around each dated change."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_app.domain.assessment import Assessment, Confidence, Status
from clinic_app.domain.intake_file import read_case
from clinic_app.domain.values import pick
from clinic_app.paths import resources
from clinic_app.rules.assess import assess, questions_for
from clinic_app.rules.book import RuleBook, load_book
from clinic_app.rules.examples import run_examples

BOOK = resources() / "rules" / "pe"
EXAMPLES = sorted(path.stem for path in (BOOK / "examples").glob("*.yaml"))
INTAKES = sorted((resources() / "intakes").glob("pe-*.json"))
JOB = {"start": "2021-02-01", "last_day": "2026-03-17", "ending": "dismissed", "relation": "open_ended"}
PAY = {"amount": "2400", "period": "month"}
GENERAL = {"employer_kind": "general", "children": "no", "gratifications_paid": "all", "cts_deposits": "all"}


@pytest.fixture(scope="session")
def pe() -> RuleBook:
    return load_book(BOOK)


def run(book: RuleBook, on: str, **sections: object) -> Assessment:
    case = read_case({"place": "pe", **sections}, {"pe": book.fields})
    return assess(book, case, dt.date.fromisoformat(on))


def amounts(found: Assessment) -> dict[str, str]:
    return {a.item: str(a.low) if a.low == a.high else f"{a.low}..{a.high}" for a in found.amounts}


def clock(found: Assessment, action: str) -> tuple[str, str]:
    day = next(d for d in found.deadlines if d.action == action)
    return day.deadline.isoformat(), day.safe_date.isoformat()


def finding(found: Assessment, rule: str) -> str:
    return next((f.status.value for f in found.findings if f.rule == rule), "—")


@pytest.fixture(scope="session")
def results(pe: RuleBook) -> dict[str, tuple[int, tuple[object, ...]]]:
    return {result.id: (result.checks, result.differences) for result in run_examples(pe)}


def test_each_example_has_an_id_of_its_own(pe: RuleBook) -> None:
    assert len({example.id for example in pe.examples}) == len(pe.examples) == len(EXAMPLES)


def test_worked_examples(results: dict[str, tuple[int, tuple[object, ...]]]) -> None:
    assert {name: found for name, (_, found) in results.items() if found} == {}
    assert all(checks > 0 for checks, _ in results.values())
    assert {f"PE-W{n}" for n in range(1, 13)} <= set(results)


def test_the_book_speaks_two_languages(pe: RuleBook) -> None:
    assert (pe.place, pe.currency, pe.paper, pe.languages) == ("pe", "PEN", "a4", ("es", "en"))
    for field in pe.fields:
        assert not isinstance(field.label, str)
        assert pick(field.label, "es") != pick(field.label, "en")
    assert {f"A{n}" for n in range(1, 20)} <= set(pe.notes)
    assert {"employer_notice", "gross_note", "no_waiver_note", "evidence_rules", "next_steps"} <= {
        text.id for text in pe.texts
    }


@pytest.mark.parametrize("path", INTAKES, ids=lambda path: path.stem)
def test_example_intakes(pe: RuleBook, path: Path) -> None:
    case = read_case(json.loads(path.read_text("utf-8")), {"pe": pe.fields})
    assert case.section("worker").text("name").startswith("Práctica · ")
    found = assess(pe, case, dt.date(2026, 11, 22))
    assert found.total_high > 0
    assert sum((a.low for a in found.amounts if a.in_total), Decimal(0)) == found.total_low
    assert sum((a.high for a in found.amounts if a.in_total), Decimal(0)) == found.total_high
    for entry in found.not_computed:
        assert all(m.question["es"] for m in entry.missing)


# --- The regimes ---------------------------------------------------------------------------------


def test_dismissal_in_each_regime(pe: RuleBook) -> None:
    """61 months and 17 days at 2,400 a month, 80 a day."""

    def lines(**answers: object) -> dict[str, str]:
        found = run(pe, "2026-03-20", job=JOB, pay=PAY, answers={**GENERAL, **answers})
        return {item: value for item, value in amounts(found).items() if item.startswith("indemnity")}

    small = {"remype_date": "2020-01-01"}
    assert lines() == {"indemnity": "18470.00"}  # 45 × (61/12 + 17/360) × 80
    assert lines(employer_kind="small", **small) == {"indemnity_small": "8133.33"}  # 20 × 61/12 × 80, days ignored
    assert lines(employer_kind="micro", **small) == {"indemnity_small": "4066.67"}
    assert lines(employer_kind="home") == {"indemnity": "18470.00"}
    assert lines(employer_kind="textile") == {"indemnity": "18470.00"}
    farm = {"farm_choice": "prorated", "farm_pay": "basic", "farm_office_work": "no"}
    assert lines(employer_kind="farm", **farm) == {"indemnity_farm": "23342.39"}  # on RD = 2,400 × 1.2638 ÷ 30


@pytest.mark.parametrize(
    ("kind", "item", "expected"),
    [
        ("general", "indemnity", "28800.00"),  # twelve months
        ("small", "indemnity_small", "9600.00"),  # 120 days
        ("micro", "indemnity_small", "7200.00"),  # 90 days
        ("farm", "indemnity_farm", "36397.44"),  # 360 RD
    ],
)
def test_the_caps(pe: RuleBook, kind: str, item: str, expected: str) -> None:
    job = {**JOB, "start": "2012-01-02"}
    answers = {**GENERAL, "employer_kind": kind, "remype_date": "2010-01-01", "farm_pay": "basic"}
    assert amounts(run(pe, "2026-03-20", job=job, pay=PAY, answers=answers))[item] == expected


@pytest.mark.parametrize(
    ("registered", "item"),
    [("2021-01-31", "indemnity_small"), ("2021-02-01", "indemnity"), ("2021-02-02", "indemnity"), (None, "indemnity")],
)
def test_the_small_regime_needs_a_contract_after_the_registration(
    pe: RuleBook, registered: str | None, item: str
) -> None:
    answers = {**GENERAL, "employer_kind": "small"} | ({"remype_date": registered} if registered else {})
    found = run(pe, "2026-03-20", job=JOB, pay=PAY, answers=answers)
    assert item in amounts(found)
    if registered is None:
        line = next(a for a in found.amounts if a.item == "indemnity")
        assert any("8,133.33" in note["es"] for note in line.notes)
        assert finding(found, "regime") == "needs_answer"


def test_someone_rehired_within_a_year_keeps_the_general_regime(pe: RuleBook) -> None:
    answers = {**GENERAL, "employer_kind": "small", "remype_date": "2020-01-01", "general_before": "yes"}
    found = run(pe, "2026-03-20", job=JOB, pay=PAY, answers=answers)
    assert "indemnity" in amounts(found)
    assert finding(found, "regime") == "likely"


def test_a_small_enterprise_stops_at_ninety_days_of_cts(pe: RuleBook) -> None:
    answers = {**GENERAL, "employer_kind": "small", "remype_date": "2010-01-01"}
    # Six years at 15 days reach the cap of 90: in March 2026 it was reached for a start in November 2018.
    late, early = (
        amounts(run(pe, "2026-04-01", job={**JOB, "start": start, "ending": "resigned"}, pay=PAY, answers=answers))
        for start in ("2018-11-01", "2024-11-01")
    )
    assert "cts_exit" not in late
    # 1 November to 17 March is 4 months and 17 days of 15 days a year, on 2,400 and a sixth of 1,200.
    assert early["cts_exit"] == "494.72"


def test_a_farm_worker_who_chose_separate_payments(pe: RuleBook) -> None:
    job = {**JOB, "start": "2025-07-01", "last_day": "2026-03-31", "ending": "term_ended", "relation": "seasonal"}
    answers = {**GENERAL, "employer_kind": "farm", "farm_choice": "apart", "farm_office_work": "no", "beta_paid": "yes"}
    found = amounts(run(pe, "2026-04-02", job=job, pay={"amount": "1500", "period": "month"}, answers=answers))
    assert found["gratification_exit"] == "750.00"
    assert found["vacation_exit"] == "1124.55"  # nine months at 8.33 % of the basic pay
    assert found["cts_exit"] == "729.17"  # five months on 1,500 and a sixth of 1,500


def test_a_farm_worker_paid_the_basic_only(pe: RuleBook) -> None:
    job = {"start": "2026-04-01", "last_day": "2026-06-30", "ending": "term_ended", "relation": "seasonal"}
    answers = {"employer_kind": "farm", "farm_pay": "basic_only", "children": "no", "beta_paid": "no"}
    found = amounts(run(pe, "2026-07-02", job=job, pay={"amount": "1130", "period": "month"}, answers=answers))
    assert found["farm_parts_missing"] == "894.28"  # 1,130 × 26.38 % × 3
    assert found["beta"] == "1017.00"


def test_farm_pay_told_with_everything_inside(pe: RuleBook) -> None:
    job = {"start": "2026-04-01", "last_day": "2026-06-30", "ending": "term_ended", "relation": "seasonal"}
    answers = {"employer_kind": "farm", "farm_pay": "full", "children": "no", "beta_paid": "yes"}
    pay = {"amount": "45.00", "period": "day"}
    found = amounts(run(pe, "2026-07-02", job=job, pay=pay, hours={"per_day": "8"}, answers=answers))
    assert found["below_minimum"] == "234.28"  # three months of 1,428.094 less 1,350


def test_domestic_work_has_a_holiday_of_its_own(pe: RuleBook) -> None:
    rows = [{"day": "2026-03-30", "substitute": "no"}, {"day": "2026-05-01", "substitute": "no"}]
    job = {"start": "2025-01-06", "ending": "still_working"}

    def pay_for(kind: str) -> str:
        answers = {**GENERAL, "employer_kind": kind, "holidays_worked": rows}
        return amounts(run(pe, "2026-06-01", job=job, pay=PAY, answers=answers))["holiday_work"]

    assert pay_for("home") == "320.00"
    assert pay_for("general") == "160.00"


def test_food_in_a_home_is_no_pay(pe: RuleBook) -> None:
    pay = {**PAY, "other_daily": "10"}
    home, company = (
        amounts(run(pe, "2026-03-20", job=JOB, pay=pay, answers={**GENERAL, "employer_kind": kind}))["indemnity"]
        for kind in ("home", "general")
    )
    assert (home, company) == ("18470.00", "20778.75")


# --- Fixed terms ---------------------------------------------------------------------------------


def test_a_broken_fixed_term_pays_the_months_left(pe: RuleBook) -> None:
    job = {"start": "2025-10-01", "last_day": "2026-03-17", "ending": "dismissed", "relation": "fixed_term"}
    answers = {**GENERAL, "contract_end": "2026-09-30", "contract_cause": "true_cause"}
    found = run(pe, "2026-03-20", job=job, pay=PAY, answers=answers)
    lines = {a.item: a for a in found.amounts}
    # 18 March to 30 September: 6 months and 13 days, one and a half pays each.
    assert str(lines["fixed_term_indemnity"].low) == "23160.00"
    assert lines["fixed_term_indemnity"].in_total
    assert not lines["indemnity"].in_total


@pytest.mark.parametrize(
    "fact",
    [
        {"worked_after_end": "yes"},
        {"contract_cause": "none"},
        {"contract_cause": "false"},
        {"absent_worker_never_back": "yes"},
        {"employer_kind": "textile", "export_order_named": "no"},
    ],
)
def test_a_converted_contract_counts_article_38(pe: RuleBook, fact: dict[str, str]) -> None:
    job = {"start": "2025-10-01", "last_day": "2026-03-17", "ending": "dismissed", "relation": "fixed_term"}
    found = run(pe, "2026-03-20", job=job, pay=PAY, answers={**GENERAL, "contract_end": "2026-09-30", **fact})
    counted = {a.item: a.in_total for a in found.amounts}
    assert (counted["indemnity"], counted["fixed_term_indemnity"]) == (True, False)


@pytest.mark.parametrize(("last_day", "counts"), [("2026-01-31", False), ("2026-02-01", True), ("2026-02-02", True)])
def test_five_years_of_fixed_terms(pe: RuleBook, last_day: str, *, counts: bool) -> None:
    job = {"start": "2021-02-01", "last_day": last_day, "ending": "dismissed", "relation": "fixed_term"}
    answers = {**GENERAL, "contract_end": "2026-06-30", "contract_cause": "true_cause"}
    found = run(pe, "2026-02-05", job=job, pay=PAY, answers=answers)
    assert next(a for a in found.amounts if a.item == "indemnity").in_total is counts


# --- Dismissal -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("last_day", "owed"), [("2026-03-31", False), ("2026-04-01", True), ("2026-04-02", True)])
def test_the_trial_period_ends_after_three_months(pe: RuleBook, last_day: str, *, owed: bool) -> None:
    job = {**JOB, "start": "2026-01-01", "last_day": last_day}
    found = run(pe, "2026-04-05", job=job, pay=PAY, answers=GENERAL)
    assert ("indemnity" in amounts(found)) is owed
    assert ("indemnity" in {n.item for n in found.not_computed}) is not owed


def test_part_time_has_no_indemnity_but_may_be_null(pe: RuleBook) -> None:
    found = run(
        pe,
        "2026-03-20",
        job=JOB,
        pay=PAY,
        hours={"per_day": "3", "days_per_week": "5"},
        urgent={"pregnancy": "yes"},
        answers=GENERAL,
    )
    assert "indemnity" not in amounts(found)
    assert "cts_exit" not in amounts(found)
    assert finding(found, "null_dismissal") == "see_lawyer"


@pytest.mark.parametrize(("last_day", "null"), [("2026-06-04", False), ("2026-06-05", True), ("2026-06-08", True)])
def test_cancer_is_a_null_ground_since_june_2026(pe: RuleBook, last_day: str, *, null: bool) -> None:
    answers = {**GENERAL, "health_ground": "cancer", "union_reprisal": "no", "reprisal": "no", "discrimination": "no"}
    job = {**JOB, "last_day": last_day}
    found = run(pe, "2026-06-10", job=job, pay=PAY, urgent={"pregnancy": "no"}, answers=answers)
    assert (finding(found, "null_dismissal") == "see_lawyer") is null


def test_the_job_back_excludes_the_indemnity_and_brings_back_pay_in_court(pe: RuleBook) -> None:
    answers = {**GENERAL, "reinstatement_or_indemnity": "reinstatement", "union_reprisal": "yes"}
    out = run(pe, "2026-06-17", job=JOB, pay=PAY, answers=answers)
    suit = run(
        pe, "2026-06-17", job=JOB, pay=PAY, answers=answers, events=[{"kind": "suit_filed", "date": "2026-04-10"}]
    )
    assert "indemnity" not in amounts(out) | amounts(suit)
    assert "back_pay" in {n.item for n in out.not_computed}
    assert amounts(suit)["back_pay"] == "7200.00"  # 18 March to 17 June


@pytest.mark.parametrize(
    ("ending", "indemnity"),
    [
        ("resigned", False),
        ("mutual_agreement", False),
        ("term_ended", False),
        ("death", False),
        ("other", False),
        ("dismissed", True),
        ("pressed_to_resign", True),
        ("left_with_cause", True),
    ],
)
def test_what_is_owed_follows_the_exit(pe: RuleBook, ending: str, *, indemnity: bool) -> None:
    found = amounts(run(pe, "2026-03-20", job={**JOB, "ending": ending}, pay=PAY, answers=GENERAL))
    settlement = {"cts_exit", "gratification_exit", "gratification_exit_bonus", "vacation_exit"}
    assert set(found) == settlement | ({"indemnity"} if indemnity else set())


def test_death_without_a_policy(pe: RuleBook) -> None:
    answers = {**GENERAL, "life_policy": "no", "death_by_accident": "yes"}
    job = {**JOB, "ending": "death"}
    assert amounts(run(pe, "2026-03-20", job=job, pay=PAY, answers=answers))["life_insurance"] == "76800.00"


# --- Benefits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_day", "months"),
    [("2026-03-30", 2), ("2026-03-31", 3), ("2026-04-01", 3)],
)
def test_only_complete_months_make_a_gratification(pe: RuleBook, last_day: str, months: int) -> None:
    job = {**JOB, "last_day": last_day, "ending": "resigned"}
    found = amounts(run(pe, "2026-04-05", job=job, pay=PAY, answers=GENERAL))
    assert found["gratification_exit"] == f"{400 * months}.00"
    assert found["gratification_exit_bonus"] == f"{36 * months}.00"


def test_the_bonus_of_a_private_plan(pe: RuleBook) -> None:
    found = amounts(run(pe, "2026-03-20", job=JOB, pay=PAY, answers={**GENERAL, "health_cover": "eps"}))
    assert found["gratification_exit_bonus"] == "54.00"  # 6.75 % of 800


@pytest.mark.parametrize(
    ("last_day", "sixth"), [("2025-12-14", "0.00"), ("2025-12-15", "333.3333"), ("2025-12-16", "333.3333")]
)
def test_the_sixth_counts_once_the_gratification_fell_due(pe: RuleBook, last_day: str, sixth: str) -> None:
    job = {**JOB, "last_day": last_day, "ending": "resigned"}
    found = run(pe, "2025-12-20", job=job, pay=PAY, answers=GENERAL)
    line = next(a for a in found.amounts if a.item == "cts_exit")
    assert next(s.value for s in line.working if s.step == "cts_base.sixth") == sixth


def test_missing_gratifications_and_deposits(pe: RuleBook) -> None:
    job = {"start": "2024-01-01", "ending": "still_working"}
    answers = {
        **GENERAL,
        "gratifications_paid": "some",
        "gratifications_missing": [
            {"month": "july", "year": 2025, "received": "1000.00"},
            {"month": "december", "year": 2025},
        ],
        "cts_deposits": "some",
        "cts_missing": [{"month": "november", "year": 2025}],
    }
    found = amounts(run(pe, "2026-03-20", job=job, pay=PAY, answers=answers))
    assert found["gratifications"] == "3800.00"
    assert found["gratifications_bonus"] == "342.00"
    assert found["cts_deposits"] == "1400.00"  # half of 2,400 and a sixth of 2,400


@pytest.mark.parametrize(("on", "due"), [("2026-05-14", 0), ("2026-05-15", 1), ("2026-05-16", 1)])
def test_a_deposit_is_missing_from_its_day_on(pe: RuleBook, on: str, due: int) -> None:
    job = {"start": "2025-11-01", "ending": "still_working"}
    found = amounts(run(pe, on, job=job, pay=PAY, answers={**GENERAL, "cts_deposits": "none"}))
    # November to April, with a sixth of a December gratification of two months.
    assert found.get("cts_deposits", "0") == ("1266.67" if due else "0")


@pytest.mark.parametrize(("on", "due"), [("2026-07-14", 0), ("2026-07-15", 1)])
def test_a_gratification_is_missing_from_its_day_on(pe: RuleBook, on: str, due: int) -> None:
    job = {"start": "2026-01-01", "ending": "still_working"}
    found = amounts(run(pe, on, job=job, pay=PAY, answers={**GENERAL, "gratifications_paid": "none"}))
    assert found.get("gratifications", "0") == ("2400.00" if due else "0")


@pytest.mark.parametrize(
    ("last_day", "indemnity"), [("2026-01-30", "—"), ("2026-01-31", "2400.00"), ("2026-02-01", "2400.00")]
)
def test_the_vacation_indemnity_waits_for_the_year_of_rest(pe: RuleBook, last_day: str, indemnity: str) -> None:
    job = {**JOB, "start": "2024-02-01", "last_day": last_day, "ending": "resigned"}
    answers = {**GENERAL, "vacations_not_taken": [{"year": 1, "days": "30"}]}
    found = amounts(run(pe, "2026-02-05", job=job, pay=PAY, answers=answers))
    assert found["vacation_rest"] == "2400.00"
    assert found.get("vacation_indemnity", "—") == indemnity
    manager = amounts(
        run(pe, "2026-02-05", job=job, pay=PAY, answers={**answers, "decided_own_rest": "yes"}),
    )
    assert "vacation_indemnity" not in manager


def test_absences_are_taken_off(pe: RuleBook) -> None:
    answers = {**GENERAL, "absences": [{"first": "2026-02-09", "last": "2026-02-11"}, {"first": "2026-03-10"}]}
    full = amounts(run(pe, "2026-03-20", job=JOB, pay=PAY, answers=GENERAL))
    less = amounts(run(pe, "2026-03-20", job=JOB, pay=PAY, answers=answers))
    # Three days in a counted month; the fourth lies in the incomplete month of the exit.
    assert Decimal(full["gratification_exit"]) - Decimal(less["gratification_exit"]) == 40
    assert Decimal(full["vacation_exit"]) - Decimal(less["vacation_exit"]) == Decimal("26.66")  # 4/360 of 2,400
    # 2,800 ÷ 360 × 4 is 31.11; each line is rounded apart.
    assert Decimal(full["cts_exit"]) - Decimal(less["cts_exit"]) == Decimal("31.12")


def test_variable_pay_needs_three_months(pe: RuleBook) -> None:
    def cts(months: str) -> str:
        answers = {**GENERAL, "variable_months": months, "variable_total": "600.00"}
        return amounts(run(pe, "2026-03-20", job=JOB, pay=PAY, answers=answers))["vacation_exit"]

    assert Decimal(cts("3")) > Decimal(cts("2"))
    assert cts("2") == amounts(run(pe, "2026-03-20", job=JOB, pay=PAY, answers=GENERAL))["vacation_exit"]


def test_pay_below_the_minimum_raises_the_benefits_when_said(pe: RuleBook) -> None:
    hours = {"per_day": "8", "days_per_week": "6"}
    pay = {"amount": "1000", "period": "month"}
    plain, said = (
        amounts(run(pe, "2026-03-20", job=JOB, pay=pay, hours=hours, answers={**GENERAL, **more}))
        for more in ({}, {"paid_below_minimum": "yes"})
    )
    assert Decimal(said["indemnity"]) == Decimal("8696.29")  # on 1,130
    assert Decimal(plain["indemnity"]) < Decimal(said["indemnity"])
    assert plain["below_minimum"] == said["below_minimum"]


@pytest.mark.parametrize(
    ("month", "expected"),
    [("2024-12", "125.00"), ("2025-01", "230.00")],
)
def test_the_minimum_of_the_month_counts(pe: RuleBook, month: str, expected: str) -> None:
    year, number = map(int, month.split("-"))
    job = {"start": f"{month}-01", "last_day": f"{month}-31", "ending": "resigned"}
    found = run(
        pe,
        f"{year}-{number:02}-31",
        job=job,
        pay={"amount": "900", "period": "month"},
        hours={"per_day": "8", "days_per_week": "6"},
        answers=GENERAL,
    )
    assert amounts(found)["below_minimum"] == expected


def test_less_than_four_hours_have_a_part_of_the_minimum(pe: RuleBook) -> None:
    job = {"start": "2026-01-01", "last_day": "2026-01-31", "ending": "resigned"}

    def shortfall(per_day: str) -> str:
        hours = {"per_day": per_day, "days_per_week": "6"}
        found = run(pe, "2026-02-02", job=job, pay={"amount": "400", "period": "month"}, hours=hours, answers=GENERAL)
        return amounts(found).get("below_minimum", "—")

    assert shortfall("4") == "730.00"
    assert shortfall("3") == "23.75"  # 1,130 × 3 ÷ 8
    assert shortfall("2") == "—"


def test_family_allowance_from_notice_and_from_birth(pe: RuleBook) -> None:
    answers = {
        "employer_kind": "general",
        "children": "yes",
        "child_told": "yes",
        "child_told_on": "2026-01-01",
        "child_born": "2025-11-15",
        "family_allowance": "no",
    }
    job = {"start": "2024-01-01", "last_day": "2026-02-28", "ending": "resigned"}
    found = run(pe, "2026-03-02", job=job, pay=PAY, answers=answers)
    lines = {a.item: a for a in found.amounts}
    assert str(lines["family_allowance"].low) == "226.00"
    assert str(lines["family_allowance_from_birth"].low) == "399.27"  # 16 days of November, then three months
    assert not lines["family_allowance_from_birth"].in_total
    micro = run(
        pe,
        "2026-03-02",
        job=job,
        pay=PAY,
        answers={**answers, "employer_kind": "micro", "remype_date": "2020-01-01"},
    )
    assert "family_allowance" not in amounts(micro)
    assert "family_allowance" in {n.item for n in micro.not_computed}


# --- Time ----------------------------------------------------------------------------------------


def test_a_compressed_week_is_no_overtime(pe: RuleBook) -> None:
    job = {"start": "2026-01-05", "ending": "still_working"}

    def overtime(per_day: str, days: str) -> set[str]:
        hours = {"per_day": per_day, "days_per_week": days}
        found = run(pe, "2026-03-01", job=job, pay=PAY, hours=hours, answers={**GENERAL, "overtime_paid": "no"})
        return {item for item in amounts(found) if item.startswith("overtime")}

    assert overtime("8", "6") == set()
    assert overtime("9.6", "5") == set()
    assert overtime("10", "5") == {"overtime_first"}
    assert overtime("11", "6") == {"overtime_first", "overtime_rest"}


def test_managers_are_excluded_unless_they_are_watched(pe: RuleBook) -> None:
    job = {"start": "2026-01-05", "ending": "still_working"}
    hours = {"per_day": "10", "days_per_week": "6"}

    def owed(**more: str) -> bool:
        answers = {**GENERAL, "overtime_paid": "no", **more}
        return "overtime_first" in amounts(run(pe, "2026-03-01", job=job, pay=PAY, hours=hours, answers=answers))

    assert owed()
    assert not owed(free_of_schedule="manager")
    assert owed(free_of_schedule="manager", watched="yes")


def test_the_night_floor(pe: RuleBook) -> None:
    job = {"start": "2026-01-01", "last_day": "2026-01-31", "ending": "resigned"}

    def missing(pay: str, **hours: str) -> str:
        found = run(pe, "2026-02-02", job=job, pay={"amount": pay, "period": "month"}, hours=hours, answers=GENERAL)
        return amounts(found).get("night_shortfall", "—")

    night = {"shift": "night", "starts": "22:00", "ends": "06:00", "per_day": "8", "days_per_week": "6"}
    assert missing("1130", **night) == "395.50"
    assert missing("1525.50", **night) == "—"
    assert missing("1525.49", **night) == "0.01"
    mixed = {**night, "shift": "mixed", "starts": "18:00", "ends": "02:00"}
    assert missing("1130", **mixed) == "197.75"  # four of eight hours at night
    assert missing("1130", **{**night, "shift": "day", "starts": "08:00", "ends": "16:00"}) == "—"


def test_may_day_on_the_rest_day(pe: RuleBook) -> None:
    job = {"start": "2026-01-05", "ending": "still_working"}

    def paid(**row: str) -> str:
        answers = {**GENERAL, "holidays_worked": [{"day": "2026-05-01", "substitute": "no", **row}]}
        return amounts(run(pe, "2026-05-10", job=job, pay=PAY, answers=answers))["holiday_work"]

    assert paid() == "160.00"
    assert paid(on_rest_day="yes") == "240.00"
    assert paid(on_rest_day="yes", hours="0") == "80.00"
    assert paid(hours="4") == "80.00"


# --- Clocks --------------------------------------------------------------------------------------


def test_a_hearing_stops_the_clock_only_with_both_days(pe: RuleBook) -> None:
    hearing = {"kind": "conciliation_hearing", "date": "2026-04-06"}
    closed = {"kind": "conciliation_certificate", "date": "2026-04-10"}
    filed = {"kind": "conciliation_filed", "date": "2026-03-25"}
    plain, asked, heard, both = (
        clock(run(pe, "2026-04-13", job=JOB, pay=PAY, answers=GENERAL, events=list(events)), "dismissal")
        for events in ((), (filed,), (hearing,), (hearing, closed))
    )
    assert plain == asked == heard == ("2026-04-30", "2026-04-16")
    assert both == ("2026-05-05", "2026-04-21")


@pytest.mark.parametrize(
    ("on", "passed"), [("2026-04-15", False), ("2026-04-16", False), ("2026-04-17", True), ("2026-05-02", True)]
)
def test_the_safe_date_passes(pe: RuleBook, on: str, *, passed: bool) -> None:
    found = run(pe, on, job=JOB, pay=PAY, answers=GENERAL)
    day = next(d for d in found.deadlines if d.action == "dismissal")
    assert day.passed is passed
    assert "30 días naturales" in day.note["es"]


@pytest.mark.parametrize(("on", "shown"), [("2026-10-19", True), ("2026-10-20", False)])
def test_the_farm_choice_is_told_while_it_is_open(pe: RuleBook, on: str, *, shown: bool) -> None:
    job = {"start": "2026-10-05", "ending": "still_working"}
    found = run(pe, on, job=job, pay=PAY, answers={"employer_kind": "farm"})
    assert ("farm_choice" in {d.action for d in found.deadlines}) is shown


DAYS = st.dates(dt.date(2021, 6, 1), dt.date(2026, 10, 1))


@settings(max_examples=15, deadline=None)
@given(last=DAYS)
def test_the_safe_date_is_never_later_than_the_legal_one(pe: RuleBook, last: dt.date) -> None:
    job = {"start": "2021-01-04", "last_day": last.isoformat(), "ending": "dismissed"}
    found = run(pe, last.isoformat(), job=job, pay=PAY, answers=GENERAL)
    days = {d.action: d for d in found.deadlines}
    for day in days.values():
        assert day.safe_date <= day.deadline <= day.latest_arguable
        assert pe.calendar.works(day.safe_date)
        assert pe.calendar.works(day.deadline)
    assert (days["dismissal"].safe_date - last).days <= 30
    assert (days["dismissal"].deadline - last).days >= 40  # six weeks, less a weekend at each end


# --- Doubt, money, questions ---------------------------------------------------------------------


CENTS = st.integers(50_000, 900_000).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=12, deadline=None)
@given(low=CENTS, more=CENTS, kind=st.sampled_from(["general", "small", "micro", "farm", "home"]))
def test_more_pay_never_lowers_what_is_owed(pe: RuleBook, low: Decimal, more: Decimal, kind: str) -> None:
    answers = {**GENERAL, "employer_kind": kind, "remype_date": "2015-01-01", "farm_pay": "basic"}
    poor, rich = (
        run(pe, "2026-03-20", job=JOB, pay={"amount": str(pay), "period": "month", "unpaid_days": "3"}, answers=answers)
        for pay in (low, low + more)
    )
    richer = {a.item: a.low for a in rich.amounts}
    for amount in poor.amounts:
        if amount.item != "below_minimum":
            assert richer[amount.item] >= amount.low
    assert rich.total_low == sum((a.low for a in rich.amounts if a.in_total), Decimal(0))


@settings(max_examples=6, deadline=None)
@given(last=st.dates(dt.date(2025, 1, 10), dt.date(2026, 3, 1)), more=st.integers(0, 40))
def test_longer_service_never_lowers_the_indemnity(pe: RuleBook, last: dt.date, more: int) -> None:
    shorter, longer = (
        Decimal(
            amounts(run(pe, "2026-05-01", job={**JOB, "last_day": day.isoformat()}, pay=PAY, answers=GENERAL))[
                "indemnity"
            ]
        )
        for day in (last, last + dt.timedelta(days=more))
    )
    assert longer >= shorter


def test_ranges_hold_what_lies_in_them(pe: RuleBook) -> None:
    wide = run(
        pe,
        "2026-03-25",
        job={**JOB, "start": "2021-01-20/2021-02-10", "last_day": "2026-03-17~"},
        pay={"amount": {"low": "2300", "high": "2500"}, "period": "month"},
        answers=GENERAL,
    )
    narrow = run(pe, "2026-03-25", job=JOB, pay=PAY, answers=GENERAL)
    ranges = {a.item: (a.low, a.high) for a in wide.amounts}
    for amount in narrow.amounts:
        low, high = ranges[amount.item]
        assert low <= amount.low <= high
    # Of all possible days the earliest counts: 10 March 2026.
    assert clock(wide, "dismissal")[1] == "2026-04-09"


def test_wages_after_july_2026_are_to_be_confirmed(pe: RuleBook) -> None:
    job = {"start": "2026-01-05", "ending": "still_working"}
    hours = {"per_day": "8", "days_per_week": "6"}
    pay = {"amount": "1000", "period": "month"}

    def how_sure(on: str) -> Confidence:
        found = run(pe, on, job=job, pay=pay, hours=hours, answers=GENERAL)
        return next(a.confidence for a in found.amounts if a.item == "below_minimum")

    assert how_sure("2026-07-31") is Confidence.HIGH
    assert how_sure("2026-08-01") is Confidence.LOW


def test_what_was_received_is_taken_off(pe: RuleBook) -> None:
    found = run(pe, "2026-03-20", job=JOB, pay={**PAY, "received_at_exit": "1500"}, answers=GENERAL)
    assert amounts(found)["already_received"] == "-1500.00"


def test_no_answers_give_questions_and_no_sums(pe: RuleBook) -> None:
    found = run(pe, "2026-07-15")
    assert found.amounts == ()
    assert {f.status for f in found.findings} <= {Status.NEEDS_ANSWER, Status.NOT_FOUND}
    for entry in found.findings:
        assert entry.missing or entry.status is Status.NOT_FOUND


def test_questions_follow_the_case(pe: RuleBook) -> None:
    def asked(**sections: object) -> set[str]:
        case = read_case({"place": "pe", **sections}, {"pe": pe.fields})
        groups = questions_for(pe, case, dt.date(2026, 3, 20))
        return {field.id for group in groups for field in group.fields}

    assert "written_cause" in asked(job=JOB)
    assert "written_cause" not in asked(job={**JOB, "ending": "resigned"})
    assert "remype_date" in asked(answers={"employer_kind": "small"})
    assert "remype_date" not in asked(answers={"employer_kind": "farm"})
    assert "beta_paid" in asked(answers={"employer_kind": "farm"})
    assert "gratifications_paid" not in asked(job=JOB, answers={"employer_kind": "micro", "remype_date": "2020-01-01"})
    assert "sleeps_in" in asked(answers={"employer_kind": "home"})
    groups = questions_for(pe, read_case({"place": "pe", "job": JOB}, {"pe": pe.fields}), dt.date(2026, 3, 20))
    assert groups[0].id == "ending"


def test_red_flags(pe: RuleBook) -> None:
    urgent = {"pregnancy": "yes", "documents_held": "yes", "employer_housing": "yes", "children_at_site": "yes"}
    found = run(pe, "2026-03-20", job=JOB, pay=PAY, urgent=urgent, answers=GENERAL)
    assert {f.id for f in found.red_flags} == {
        "pregnancy_dismissal",
        "documents_held",
        "forced_labour",
        "child_at_site",
    }


def test_what_is_asked_in_private_is_marked(pe: RuleBook) -> None:
    found = run(pe, "2026-03-20", job=JOB, pay=PAY, answers={**GENERAL, "discrimination": "yes"})
    assert {"answers.discrimination", "answers.harasser", "answers.home_violence"} <= set(found.private)
    assert "answers.written_cause" not in found.private
    assert finding(found, "discrimination") == "see_lawyer"
