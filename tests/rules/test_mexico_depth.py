"""The Mexican book in depth: rarer rights, what is told and not counted, routes, and the days around each change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from clinic_app.domain.assessment import Amount, Assessment, Finding
from clinic_app.domain.intake_file import read_case
from clinic_app.rules.assess import assess, questions_for
from clinic_app.rules.book import RuleBook

JOB = {"start": "2022-01-10", "last_day": "2026-07-09", "ending": "dismissed", "zone": "general"}
WORKING = {"start": "2024-02-05", "ending": "still_working", "zone": "general"}
PAY = {"amount": "24000", "period": "month", "unpaid_days": "9"}
DAILY = {"amount": "450", "period": "day"}


def run(book: RuleBook, on: str, **sections: object) -> Assessment:
    case = read_case({"place": "mx", **sections}, {"mx": book.fields})
    return assess(book, case, dt.date.fromisoformat(on))


def amount(found: Assessment, item: str) -> Amount:
    return next(a for a in found.amounts if a.item == item)


def items(found: Assessment) -> set[str]:
    return {a.item for a in found.amounts}


def finding(found: Assessment, rule: str) -> Finding:
    return next(f for f in found.findings if f.rule == rule)


def routes(found: Assessment) -> set[str]:
    return {r.id for r in found.routes}


def told(found: Assessment, item: str) -> str:
    return next(n.why["es"] for n in found.not_computed if n.item == item)


def asked(book: RuleBook, **sections: object) -> set[str]:
    case = read_case({"place": "mx", **sections}, {"mx": book.fields})
    groups = questions_for(book, case, dt.date(2026, 7, 15))
    return {field.id for group in groups for field in group.fields}


# --- Ways to end ---------------------------------------------------------------------------------


def test_what_only_informs_is_not_in_the_total(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job={**JOB, "ending": "left_with_cause"}, pay=PAY)
    half = amount(found, "twenty_days_with_fraction")
    assert (half.low, half.in_total) == (Decimal("75875.85"), False)
    found = run(mx, "2026-07-15", job=JOB, pay=PAY)
    assert not amount(found, "negotiation_half").in_total
    assert "no es lo que se debe" in amount(found, "negotiation_half").label["es"]
    assert found.total_low == Decimal("133302.85")


def test_whole_years_have_no_disputed_part(mx: RuleBook) -> None:
    job = {**JOB, "start": "2022-07-10", "ending": "left_with_cause"}  # four years to the day
    found = run(mx, "2026-07-15", job=job, pay=PAY)
    assert "twenty_days_per_year" in items(found)
    assert "twenty_days_with_fraction" not in items(found)


def test_a_dismissal_tells_what_twenty_days_would_be(mx: RuleBook) -> None:
    answers = {"domestic_work": "no", "platform_work": "no"}
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers=answers)
    assert "twenty_days_per_year" not in items(found)
    assert "MXN\u00a067,506.85" in told(found, "twenty_days_per_year")


@pytest.mark.parametrize(
    ("relation", "item", "other"),
    [
        ("open_ended", "twenty_days_per_year", "fixed_term_indemnity"),
        ("fixed_term", "fixed_term_indemnity", "twenty_days_per_year"),
        ("seasonal", "fixed_term_indemnity", "twenty_days_per_year"),
    ],
)
def test_the_contract_decides_between_the_two_indemnities(mx: RuleBook, relation: str, item: str, other: str) -> None:
    job = {**JOB, "ending": "left_with_cause", "relation": relation}
    found = items(run(mx, "2026-07-15", job=job, pay=PAY))
    assert item in found
    assert other not in found


def test_a_fixed_term_dismissal_alone_owes_no_more_than_three_months(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job={**JOB, "relation": "fixed_term"}, pay=PAY)
    assert "constitutional_indemnity" in items(found)
    assert "fixed_term_indemnity" not in items(found)


@pytest.mark.parametrize(("last_day", "expected"), [("2026-07-08", "182"), ("2026-07-09", "180")])
def test_a_year_of_a_fixed_term_changes_the_rule(mx: RuleBook, last_day: str, expected: str) -> None:
    # One day short of a year: half of 364 days; with the year complete: six months of 30 days.
    job = {**JOB, "start": "2025-07-10", "last_day": last_day, "ending": "left_with_cause", "relation": "fixed_term"}
    found = run(mx, "2026-07-15", job=job, pay={"amount": "365", "period": "day"})
    vacations = 12 if last_day == "2026-07-08" else 14
    wage = Decimal(365) + 15 + Decimal(vacations) / 4
    assert amount(found, "fixed_term_indemnity").low == wage * Decimal(expected)


def test_the_job_back_and_refused_brings_the_indemnity(mx: RuleBook) -> None:
    back = {"reinstatement_or_indemnity": "reinstatement"}
    waiting = run(mx, "2026-07-15", job=JOB, pay=PAY, answers=back)
    refused = run(mx, "2026-07-15", job=JOB, pay=PAY, answers={**back, "reinstatement_refused": "yes"})
    assert "constitutional_indemnity" not in items(waiting)
    assert {"constitutional_indemnity", "twenty_days_per_year"} <= items(refused)
    assert "reinstatement_refused" in asked(mx, job=JOB, answers=back)
    assert "reinstatement_refused" not in asked(mx, job=JOB)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("none", {"constitutional_indemnity"}),
        ("closed", {"closure_indemnity"}),
        ("technology", {"closure_indemnity", "twenty_days_per_year"}),
    ],
)
def test_a_closure_takes_the_place_of_the_dismissal(mx: RuleBook, reason: str, expected: set[str]) -> None:
    answers = {"end_reason": reason, "domestic_work": "no", "platform_work": "no"}
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers=answers)
    assert items(found) & {"constitutional_indemnity", "closure_indemnity", "twenty_days_per_year"} == expected
    assert "seniority_premium" in items(found)


def test_a_sick_worker_who_was_dismissed_keeps_the_dismissal(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers={"end_reason": "illness"})
    assert "constitutional_indemnity" in items(found)
    assert "disability_month" not in items(found)


# --- Told, not counted ---------------------------------------------------------------------------


def test_weeks_past_one_year_are_told_with_their_sum(mx: RuleBook) -> None:
    weeks = [{"week_start": day, "hours": "4"} for day in ("2024-06-03", "2025-06-30", "2025-07-07", "2025-07-14")]
    found = run(
        mx,
        "2026-07-15",
        job=WORKING,
        pay={"amount": "480", "period": "day"},
        hours={"shift": "day"},
        answers={"overtime_paid": "no", "overtime_weeks": weeks},
    )
    # The year reaches back to 2025-07-15: the week of the 14th still touches it; three weeks of 480.00 do not.
    assert amount(found, "overtime").low == Decimal("480.00")
    assert "MXN\u00a01,440.00" in told(found, "overtime")


def test_the_shortfall_past_one_year_is_told(mx: RuleBook) -> None:
    found = run(mx, "2026-01-31", job={**WORKING, "start": "2024-01-01"}, pay={"amount": "248.93", "period": "day"})
    # 2024 pays exactly the minimum; 2025-01-01 … 2025-01-30 lie more than one year back: 30 × 29.87.
    assert "MXN\u00a0896.10" in told(found, "below_minimum")
    # 2025-01-31 … 2025-12-31: 335 × 29.87; January 2026: 31 × 66.11.
    assert amount(found, "below_minimum").low == Decimal("12055.86")


def test_holidays_and_vacations_past_their_clock_are_told(mx: RuleBook) -> None:
    holidays = [{"day": "2025-05-01", "paid_double": "no"}, {"day": "2026-05-01", "paid_double": "no"}]
    found = run(mx, "2026-07-15", job=WORKING, pay=DAILY, answers={"holidays_worked": holidays})
    assert amount(found, "holiday_work").low == Decimal("900.00")
    assert "MXN\u00a0900.00" in told(found, "holiday_work")
    rows = [{"year": 1, "days": "12"}]
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers={"vacations_not_taken": rows})
    assert "MXN\u00a09,600.00" in told(found, "vacations")
    assert "MXN\u00a02,400.00" in told(found, "vacation_premium")


def test_nothing_late_tells_nothing(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers={"vacations_not_taken": [{"year": 4, "days": "18"}]})
    assert not {n.item for n in found.not_computed} & {"vacations", "vacation_premium", "below_minimum"}


def test_a_suspension_older_than_a_year_is_told(mx: RuleBook) -> None:
    answers = {"suspended": "health", "suspended_from": "2025-07-14", "suspended_days": "10"}
    found = run(mx, "2026-07-15", job=WORKING, pay=DAILY, answers=answers)
    assert "emergency_suspension" not in items(found)
    assert "un año" in told(found, "emergency_suspension")
    answers["suspended_from"] = "2025-07-15"
    found = run(mx, "2026-07-15", job=WORKING, pay=DAILY, answers=answers)
    assert amount(found, "emergency_suspension").low == Decimal("2788.00")


# --- Insured or not ------------------------------------------------------------------------------


@pytest.mark.parametrize(("registered", "counted"), [("no", True), ("yes", False), ("partly", False), (None, False)])
def test_what_the_institute_pays_is_not_counted(mx: RuleBook, registered: str | None, *, counted: bool) -> None:
    job = {**WORKING} if registered is None else {**WORKING, "registered": registered}
    found = run(
        mx,
        "2026-08-15",
        job=job,
        pay=DAILY,
        urgent={"injury": "yes"},
        events=[{"kind": "accident", "date": "2026-02-10"}],
        answers={"risk_days_off": "10", "risk_outcome": "permanent_total"},
    )
    for item in ("work_risk_wages", "work_risk_compensation"):
        assert amount(found, item).in_total is counted
        assert any("alta en el IMSS" in note["es"] for note in amount(found, item).notes) is not counted
    assert (found.total_low > 0) is counted


@pytest.mark.parametrize(("on", "counted"), [("2026-02-10", True), ("2026-02-11", False)])
def test_a_risk_of_work_has_two_years(mx: RuleBook, on: str, *, counted: bool) -> None:
    found = run(
        mx,
        on,
        job={**WORKING, "registered": "no"},
        pay=DAILY,
        urgent={"injury": "yes"},
        events=[{"kind": "accident", "date": "2024-02-10"}],
        answers={"risk_outcome": "permanent_total"},
    )
    assert ("work_risk_compensation" in items(found)) is counted
    assert ("dos años" in "".join(n.why["es"] for n in found.not_computed)) is not counted


def test_a_risk_of_work_asks_for_its_outcome(mx: RuleBook) -> None:
    found = run(mx, "2026-08-15", job=WORKING, pay=DAILY, urgent={"injury": "yes"})
    missing = [m.path for n in found.not_computed if n.item == "work_risk_compensation" for m in n.missing]
    assert "answers.risk_outcome" in missing
    assert "risk_outcome" in asked(mx, urgent={"injury": "yes"})
    assert "risk_outcome" not in asked(mx, urgent={"injury": "no"})


def test_an_unknown_leave_gives_both_ends(mx: RuleBook) -> None:
    found = run(
        mx,
        "2026-07-01",
        job={**WORKING, "registered": "no"},
        pay=DAILY,
        urgent={"pregnancy": "yes"},
        answers={"maternity_weeks_unpaid": "14"},
    )
    pay = amount(found, "maternity_pay")
    assert (pay.low, pay.high) == (Decimal("18900.00"), Decimal("44100.00"))  # 6 to 14 weeks


# --- Homes, occupations and platforms ------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({"domestic_work": "yes"}, "likely"),
        ({"domestic_work": "no"}, "not_found"),
        ({"domestic_work": "no", "listed_occupation": "reporter"}, "likely"),
    ],
)
def test_the_minimum_of_the_occupation(mx: RuleBook, answers: dict[str, str], status: str) -> None:
    found = run(mx, "2026-07-01", job=WORKING, pay={"amount": "330", "period": "day"}, answers=answers)
    assert finding(found, "minimum_wage").status.value == status


@pytest.mark.parametrize(("on", "expected"), [("2025-12-31", "not_found"), ("2026-01-01", "likely")])
def test_the_domestic_minimum_begins_with_2026(mx: RuleBook, on: str, expected: str) -> None:
    pay = {"amount": "330", "period": "day"}
    found = run(mx, on, job=WORKING, pay=pay, answers={"domestic_work": "yes"})
    assert finding(found, "domestic_pay").status.value == expected


def test_an_occupation_that_the_book_lacks_is_said(mx: RuleBook) -> None:
    found = run(mx, "2026-07-01", job=WORKING, pay=DAILY, answers={"listed_occupation": "other_listed"})
    assert "CONASAMI" in told(found, "below_minimum")


def test_unknown_food_and_lodging_gives_both_ends(mx: RuleBook) -> None:
    answers = {"domestic_work": "yes"}
    found = run(mx, "2026-07-15", job=JOB, pay={"amount": "400", "period": "day"}, answers=answers)
    indemnity = amount(found, "constitutional_indemnity")
    assert indemnity.high == indemnity.low * Decimal("1.5")
    assert any("comida" in note["es"] for note in indemnity.notes)


@pytest.mark.parametrize(("income", "owed"), [("9451.19", False), ("9451.20", True)])
def test_the_monthly_income_makes_the_employee_of_a_platform(mx: RuleBook, income: str, *, owed: bool) -> None:
    answers = {"platform_work": "yes", "platform_income": income, "platform_six_months": "54000"}
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers=answers)
    assert ("constitutional_indemnity" in items(found)) is owed
    assert not items(found) & {"aguinaldo", "vacations", "vacation_premium", "overtime"}
    if not owed:
        assert "independiente" in told(found, "constitutional_indemnity")


@pytest.mark.parametrize(("last_day", "applies"), [("2025-06-21", False), ("2025-06-22", True), ("2025-06-23", True)])
def test_platforms_begin_on_22_june_2025(mx: RuleBook, last_day: str, *, applies: bool) -> None:
    answers = {"platform_work": "yes", "platform_income": "20000", "platform_six_months": "54000"}
    job = {**JOB, "last_day": last_day}
    found = run(mx, "2025-07-15", job=job, pay=PAY, answers=answers)
    # 300 a day by the average of six months; before that day the ordinary wage of 800 with its integration.
    assert (amount(found, "constitutional_indemnity").low == Decimal("27000.00")) is applies
    assert ("platform_work" in {f.rule for f in found.findings}) is applies


# --- Deductions, fines, notes --------------------------------------------------------------------


def test_an_unknown_reason_of_a_deduction_gives_both_ends(mx: RuleBook) -> None:
    answers = {"deductions": "yes", "deductions_amount": "9000", "deductions_months": "4"}
    found = run(mx, "2026-07-10", job=WORKING, pay={"amount": "500", "period": "day"}, answers=answers)
    back = amount(found, "deductions_returned")
    assert (back.low, back.high) == (Decimal("2341.44"), Decimal("9000.00"))


@pytest.mark.parametrize(
    ("on", "fine"),
    [("2026-01-31", "MXN\u00a05,657.00"), ("2026-02-01", "MXN\u00a05,865.50"), ("2026-02-02", "MXN\u00a05,865.50")],
)
def test_fines_are_told_in_pesos_of_the_day(mx: RuleBook, on: str, fine: str) -> None:
    found = run(mx, on, job=WORKING, pay=DAILY, answers={"payslips": "no"})
    assert any(fine in note["es"] for note in finding(found, "no_receipt").notes)
    found = run(mx, on, job=WORKING, pay=DAILY, answers={"payslips": "yes"})
    assert finding(found, "no_receipt").notes == ()


@pytest.mark.parametrize(
    ("hours", "at_limit", "beyond"),
    [("12", False, False), ("13", True, False), ("14", False, True)],
)
def test_a_week_at_the_limit_of_triple_hours_is_marked(
    mx: RuleBook, hours: str, *, at_limit: bool, beyond: bool
) -> None:
    weeks = [{"week_start": "2026-06-15", "hours": hours}]
    found = run(
        mx,
        "2026-07-15",
        job=WORKING,
        pay=DAILY,
        hours={"shift": "day"},
        answers={"overtime_paid": "no", "overtime_weeks": weeks},
    )
    notes = [note["es"] for note in amount(found, "overtime").notes]
    assert any("justo al tope" in note for note in notes) is at_limit
    assert any("no permite estas horas" in note for note in notes) is beyond


# --- Routes and flags ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "shown", "hidden"),
    [
        ({}, {"conciliation_federal", "conciliation_local", "profedet", "procuraduria"}, set()),
        ({"federal_branch": "yes"}, {"conciliation_federal", "profedet"}, {"conciliation_local", "procuraduria"}),
        ({"branch": "automotive"}, {"conciliation_federal", "profedet"}, {"conciliation_local", "procuraduria"}),
        ({"branch": "none"}, {"conciliation_local", "procuraduria"}, {"conciliation_federal", "profedet"}),
        ({"federal_branch": "no"}, {"conciliation_local", "procuraduria"}, {"conciliation_federal", "profedet"}),
    ],
)
def test_the_branch_decides_the_center(
    mx: RuleBook, answers: dict[str, str], shown: set[str], hidden: set[str]
) -> None:
    found = routes(run(mx, "2026-07-15", job=JOB, pay=PAY, answers=answers))
    assert shown <= found
    assert not hidden & found


def test_the_list_of_branches_is_asked_unless_it_is_local(mx: RuleBook) -> None:
    assert "branch" in asked(mx)
    assert "branch" not in asked(mx, answers={"federal_branch": "no"})


@pytest.mark.parametrize(
    ("sections", "conciliation", "court"),
    [
        ({}, True, False),
        ({"answers": {"discrimination": "yes"}}, False, True),
        ({"urgent": {"pregnancy": "yes"}}, False, True),
        ({"answers": {"union_pressure": "yes"}}, False, True),
        ({"urgent": {"children_at_site": "yes"}}, False, True),
        ({"urgent": {"documents_held": "yes", "cannot_leave": "yes"}}, False, True),
        ({"urgent": {"injury": "yes"}}, True, True),
        ({"urgent": {"violence": "yes"}}, True, True),
        ({"urgent": {"violence": "yes"}, "answers": {"harassment_kind": "sexual"}}, False, True),
        ({"urgent": {"violence": "yes"}, "answers": {"harassment_kind": "other"}}, True, False),
    ],
)
def test_exceptions_go_straight_to_court(
    mx: RuleBook, sections: dict[str, dict[str, str]], *, conciliation: bool, court: bool
) -> None:
    found = routes(run(mx, "2026-07-15", job=JOB, pay=PAY, **sections))
    assert ("conciliation_local" in found) is conciliation
    assert ("court_direct" in found) is court


def test_safety_is_inspected_by_the_federation(mx: RuleBook) -> None:
    local = {"federal_branch": "no"}
    plain = routes(run(mx, "2026-07-15", job=WORKING, pay=DAILY, answers=local))
    danger = routes(run(mx, "2026-07-15", job=WORKING, pay=DAILY, answers={**local, "serious_danger": "yes"}))
    assert ("inspection_local" in plain, "inspection_federal" in plain) == (True, False)
    assert ("inspection_local" in danger, "inspection_federal" in danger) == (True, True)


@pytest.mark.parametrize(
    ("sections", "flag"),
    [
        ({"urgent": {"danger_today": "yes"}}, "danger_today"),
        ({"urgent": {"documents_held": "yes"}}, "documents_held"),
        ({"urgent": {"employer_housing": "yes"}}, "housing"),
        ({"urgent": {"violence": "yes"}}, "violence"),
        ({"urgent": {"cannot_leave": "yes"}}, "cannot_leave"),
        ({"urgent": {"children_at_site": "yes"}}, "child_at_site"),
        ({"urgent": {"under_18": "yes"}}, "child_at_site"),
        ({"urgent": {"pregnancy": "yes"}}, "pregnancy_dismissal"),
        ({"answers": {"serious_danger": "yes"}}, "serious_danger"),
        ({"events": [{"kind": "threat", "date": "2026-07-01"}]}, "threat"),
    ],
)
def test_each_red_flag_stops_the_named_letter(mx: RuleBook, sections: dict[str, dict[str, str]], flag: str) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, **sections)
    assert {f.id: f.blocks_named_letter for f in found.red_flags} == {flag: True}
    assert run(mx, "2026-07-15", job=JOB, pay=PAY).red_flags == ()


# --- Names of places and the next question -------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ({"municipality": "Tijuna", "state": "Baja California"}, "needs_answer"),
        ({"municipality": "Reynoza", "state": "Tamaulipas"}, "needs_answer"),
        ({"municipality": "Nogale"}, "needs_answer"),
        ({"municipality": "Tijuana", "state": "Baja Califronia"}, "needs_answer"),
        ({"municipality": "La Paz", "state": "Baja California Sur"}, "not_found"),
        ({"municipality": "Guadalupe y Calvo", "state": "Chihuahua"}, "not_found"),
        ({"municipality": "Hermosillo", "state": "Sonora"}, "not_found"),
        ({"municipality": "Tijuna", "state": "Baja California", "zone": "zlfn"}, "likely"),
    ],
)
def test_a_slip_in_the_name_of_a_border_town_is_asked_about(mx: RuleBook, place: dict[str, str], status: str) -> None:
    job = {"start": "2026-01-05", "ending": "still_working", **place}
    found = run(mx, "2026-07-01", job=job, pay={"amount": "400", "period": "day"})
    rule = finding(found, "minimum_wage")
    assert rule.status.value == status
    assert ("job.zone" in {m.path for m in rule.missing}) is (status == "needs_answer")


def test_the_next_question_settles_most(mx: RuleBook) -> None:
    first = run(mx, "2026-07-15", pay=PAY).next_questions
    assert first[0].path == "job.ending"
    assert len({m.path for m in first}) == len(first)
    later = run(mx, "2026-07-15", job=JOB, pay=PAY).next_questions
    assert "job.ending" not in {m.path for m in later}
    assert all(m.question["es"] for m in later)


# --- The days around each dated change -----------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "general"),
    [
        ("2019-12-31", "102.68"), ("2020-01-01", "123.22"), ("2020-12-31", "123.22"), ("2021-01-01", "141.70"),
        ("2021-12-31", "141.70"), ("2022-01-01", "172.87"), ("2022-12-31", "172.87"), ("2023-01-01", "207.44"),
        ("2023-12-31", "207.44"), ("2024-01-01", "248.93"), ("2024-12-31", "248.93"), ("2025-01-01", "278.80"),
        ("2025-12-31", "278.80"), ("2026-01-01", "315.04"), ("2026-01-02", "315.04"),
    ],
)  # fmt: skip
def test_the_minimum_wage_changes_with_the_year(mx: RuleBook, day: str, general: str) -> None:
    cents = Decimal("0.01")
    job = {"start": day, "ending": "still_working", "zone": "general"}
    for pay, status in ((Decimal(general), "not_found"), (Decimal(general) - cents, "likely")):
        found = run(mx, day, job=job, pay={"amount": str(pay), "period": "day"})
        assert finding(found, "minimum_wage").status.value == status


@pytest.mark.parametrize(
    ("on", "likely"), [("2026-04-30", "needs_answer"), ("2026-05-01", "likely"), ("2026-05-02", "likely")]
)
def test_twelve_hours_a_day_begin_with_may_2026(mx: RuleBook, on: str, likely: str) -> None:
    hours = {"shift": "day", "per_day": "13", "days_per_week": "6"}
    found = run(mx, on, job=WORKING, pay=DAILY, hours=hours)
    assert finding(found, "over_twelve_hours").status.value == likely


@pytest.mark.parametrize(("on", "shown"), [("2025-06-16", False), ("2025-06-17", True), ("2025-06-18", True)])
def test_the_chair_law_begins_on_17_june_2025(mx: RuleBook, on: str, *, shown: bool) -> None:
    found = run(mx, on, job=WORKING, pay=DAILY, answers={"stands_all_day": "yes"})
    assert ("chairs" in {f.rule for f in found.findings}) is shown


@pytest.mark.parametrize(
    ("week", "hours"),
    [
        ("2026-12-28", 0), ("2027-01-04", 2), ("2027-12-27", 2), ("2028-01-03", 4),
        ("2028-12-25", 4), ("2029-01-01", 6), ("2029-12-24", 6), ("2029-12-31", 6), ("2030-01-07", 8),
    ],
)  # fmt: skip
def test_the_week_shrinks_by_two_hours_each_january(mx: RuleBook, week: str, hours: int) -> None:
    first = dt.date.fromisoformat(week)
    job = {"start": week, "ending": "still_working", "zone": "general"}
    on = (first + dt.timedelta(days=7)).isoformat()
    hours_told = {"shift": "day", "per_day": "8", "days_per_week": "6"}
    found = run(
        mx, on, job=job, pay={"amount": "480", "period": "day"}, hours=hours_told, answers={"overtime_paid": "no"}
    )
    owed = amount(found, "overtime").low if hours else Decimal(0)
    assert owed == Decimal(hours) * 120  # a week of Monday to Sunday counts by the limit of its Monday


@pytest.mark.parametrize(
    ("on", "by_wage"), [("2021-04-23", "needs_answer"), ("2021-04-24", "12000.00"), ("2021-04-25", "12000.00")]
)
def test_the_cap_of_profit_sharing_begins_in_april_2021(mx: RuleBook, on: str, by_wage: str) -> None:
    answers = {"profit_sharing_paid": "no", "profit_share": "20000", "profit_share_average": "0"}
    job = {"start": "2019-01-07", "ending": "still_working", "zone": "general"}
    found = run(mx, on, job=job, pay={"amount": "4000", "period": "month"}, answers=answers)
    shown = {a.item: str(a.low) for a in found.amounts}.get("profit_sharing", "needs_answer")
    assert shown == by_wage


@pytest.mark.parametrize(("day", "counts"), [("2024-10-01", True), ("2024-12-01", False), ("2018-12-01", True)])
def test_the_holiday_of_the_change_of_president_moved(mx: RuleBook, day: str, *, counts: bool) -> None:
    on = (dt.date.fromisoformat(day) + dt.timedelta(days=10)).isoformat()
    found = run(
        mx,
        on,
        job={"start": "2017-01-02", "ending": "still_working", "zone": "general"},
        pay=DAILY,
        answers={"holidays_worked": [{"day": day, "paid_double": "no"}]},
    )
    assert ("holiday_work" in items(found)) is counts
