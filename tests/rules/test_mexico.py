"""The Mexican book: every worked example, and the days around each dated change."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_app.domain.assessment import Assessment, Status
from clinic_app.domain.intake_file import read_case
from clinic_app.paths import resources
from clinic_app.rules.assess import assess, questions_for
from clinic_app.rules.book import RuleBook, load_book
from clinic_app.rules.examples import ExampleResult, run_examples

BOOK = resources() / "rules" / "mx"
EXAMPLES = sorted(path.stem for path in (BOOK / "examples").glob("*.yaml"))
INTAKES = sorted((resources() / "intakes").glob("mx-*.json"))
JOB = {"start": "2022-01-10", "last_day": "2026-07-09", "ending": "dismissed", "zone": "general"}
PAY = {"amount": "24000", "period": "month", "unpaid_days": "9"}


def run(book: RuleBook, on: str, **sections: object) -> Assessment:
    case = read_case({"place": "mx", **sections}, {"mx": book.fields})
    return assess(book, case, dt.date.fromisoformat(on))


def line(found: Assessment, item: str) -> tuple[str, str]:
    amounts = {a.item: (str(a.low), str(a.high)) for a in found.amounts}
    return amounts.get(item, ("—", "—"))


def not_computed(found: Assessment, item: str) -> list[str]:
    return [m.path for n in found.not_computed if n.item == item for m in n.missing]


@pytest.fixture(scope="module")
def results(mx: RuleBook) -> dict[str, ExampleResult]:
    return {result.id: result for result in run_examples(mx)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_worked_example(results: dict[str, ExampleResult], example: str) -> None:
    result = results[example]
    assert result.checks > 0
    assert result.differences == ()


def test_a_wrong_expectation_is_found(mx: RuleBook, tmp_path: Path) -> None:
    copy = _copy(tmp_path)
    file = copy / "examples" / "M-07.yaml"
    file.write_text(file.read_text("utf-8").replace("133302.85", "133302.86"), "utf-8")
    result = next(r for r in run_examples(load_book(copy)) if r.id == "M-07")
    assert [(d.what, d.found) for d in result.differences] == [("total", "133302.85")]
    assert load_book(copy).digest != mx.digest


def _copy(folder: Path) -> Path:
    for path in BOOK.rglob("*.yaml"):
        target = folder / path.relative_to(BOOK)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def test_the_dismissal_needs_no_answers(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay=PAY)
    assert found.total_low == found.total_high == Decimal("133302.85")
    assert [a.item for a in found.amounts if a.in_total] == [
        "unpaid_wages",
        "aguinaldo",
        "vacations",
        "vacation_premium",
        "seniority_premium",
        "constitutional_indemnity",
    ]
    assert not_computed(found, "twenty_days_per_year") == ["answers.domestic_work", "answers.platform_work"]
    assert "back_pay" in {n.item for n in found.not_computed}
    assert found.stale == ()


def test_every_amount_tells_how_it_was_made(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay=PAY)
    for amount in found.amounts:
        assert amount.cite
        assert amount.working[-1].value.startswith(str(amount.low)[:-2])
        for step in amount.working:
            assert set(step.label) == {"es", "en"}
            assert step.value
    premium = next(a for a in found.amounts if a.item == "seniority_premium")
    assert [s.expression for s in premium.working if s.step == "seniority_base"] == [
        "min(max(800, 315.04), 2 × 315.04)"
    ]
    assert any("DOF 09-12-2025" in s.source for s in premium.working)
    assert {p.parameter for p in found.parameters} >= {"minimum_wage", "vacation_days", "indemnity_days"}


@pytest.mark.parametrize(
    ("last_day", "days"),
    [("2022-12-30", "6"), ("2022-12-31", "6"), ("2023-01-01", "12"), ("2023-01-02", "12")],
)
def test_the_vacation_table_changes_with_2023(mx: RuleBook, last_day: str, days: str) -> None:
    job = {"start": "2022-06-01", "last_day": last_day, "ending": "resigned", "zone": "general"}
    found = run(mx, "2023-02-01", job=job, pay={"amount": "300", "period": "day"})
    vacations = next(a for a in found.amounts if a.item == "vacations")
    assert next(s.value for s in vacations.working if s.step == "1.legal") == days


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        ("2027-12-27", 60 * (2 * 9 + 3 * 2)),
        ("2028-01-03", 60 * (2 * 10 + 3 * 1)),
        ("2029-01-01", 60 * (2 * 11)),
    ],
)
def test_the_weekly_limit_changes_each_january(mx: RuleBook, week: str, expected: int) -> None:
    on = (dt.date.fromisoformat(week) + dt.timedelta(days=30)).isoformat()
    found = run(
        mx,
        on,
        job={"start": "2026-01-05", "ending": "still_working", "zone": "general"},
        pay={"amount": "480", "period": "day"},
        hours={"shift": "day"},
        answers={"overtime_paid": "no", "overtime_weeks": [{"week_start": week, "hours": "11"}]},
    )
    assert line(found, "overtime")[0] == f"{expected}.00"


def test_usual_hours_follow_the_shrinking_week(mx: RuleBook) -> None:
    def overtime(on: str) -> str:
        found = run(
            mx,
            on,
            job={"start": "2024-01-01", "ending": "still_working", "zone": "general"},
            pay={"amount": "480", "period": "day"},
            hours={"shift": "day", "per_day": "8", "days_per_week": "6"},
            answers={"overtime_paid": "no"},
        )
        return line(found, "overtime")[0]

    assert overtime("2026-12-31") == "—"
    assert overtime("2027-01-12") == "240.00"  # one week of 2 hours; the week of 28 December still has 48


def test_weeks_older_than_a_year_are_lost_one_by_one(mx: RuleBook) -> None:
    def weeks(on: str) -> Decimal:
        found = run(
            mx,
            on,
            job={"start": "2020-01-06", "last_day": "2026-06-30", "ending": "resigned", "zone": "general"},
            pay={"amount": "480", "period": "day"},
            hours={"shift": "day", "per_day": "9", "days_per_week": "6"},
            answers={"overtime_paid": "no"},
        )
        return next(a.low for a in found.amounts if a.item == "overtime")

    assert weeks("2026-07-06") - weeks("2026-07-13") == Decimal("720.00")


def test_pay_changes_cut_the_shortfall(mx: RuleBook) -> None:
    found = run(
        mx,
        "2026-06-30",
        job={"start": "2025-10-01", "ending": "still_working", "zone": "general"},
        pay={"amount": "320", "period": "day"},
        earlier_pay=[{"until": "2026-03-31", "amount": "300", "period": "day"}],
    )
    # 2025: 300 is above 278.80; 2026 until March: 90 days at 15.04; then 320 is above 315.04.
    assert line(found, "below_minimum") == ("1353.60", "1353.60")


def test_an_earlier_pay_without_its_end_is_asked_for(mx: RuleBook) -> None:
    found = run(
        mx,
        "2026-06-30",
        job={"start": "2025-10-01", "ending": "still_working", "zone": "general"},
        pay={"amount": "320", "period": "day"},
        earlier_pay=[{"amount": "300", "period": "day"}],
    )
    assert not_computed(found, "below_minimum") == ["earlier_pay"]


def test_a_last_day_that_may_lie_before_the_first_owes_nothing_negative(mx: RuleBook) -> None:
    job = {**JOB, "start": "2026-07-08", "last_day": "2026-07-05~"}
    found = run(mx, "2026-07-30", job=job, pay=PAY)
    assert all(a.low >= 0 for a in found.amounts)


def test_a_zone_that_is_not_of_the_book_follows_the_municipality(mx: RuleBook) -> None:
    job = {**JOB, "zone": "norte", "municipality": "Zapopan", "state": "Jalisco"}
    assert line(run(mx, "2026-07-15", job=job, pay=PAY), "seniority_premium") == ("33993.25", "33993.25")


ZONES = [
    ({"municipality": "tijuana"}, "likely"),
    ({"municipality": "TIJUANA, B.C."}, "likely"),
    ({"municipality": "Juarez", "state": "chihuahua"}, "likely"),
    ({"municipality": "Juárez", "state": "Nuevo León"}, "not_found"),
    ({"municipality": "Guerrero"}, "needs_answer"),
    ({"state": "Jalisco"}, "not_found"),
    ({"municipality": "Zapopan"}, "not_found"),
    ({"state": "Sonora"}, "needs_answer"),
    ({}, "needs_answer"),
    ({"zone": "zlfn", "municipality": "Zapopan"}, "likely"),
]


@pytest.mark.parametrize(("place", "status"), ZONES)
def test_zone_by_municipality(mx: RuleBook, place: dict[str, str], status: str) -> None:
    found = run(
        mx,
        "2026-07-01",
        job={"start": "2026-01-05", "ending": "still_working", **place},
        pay={"amount": "400", "period": "day"},
    )
    assert next(f.status.value for f in found.findings if f.rule == "minimum_wage") == status


def test_an_unknown_zone_gives_both_ends(mx: RuleBook) -> None:
    job = {key: value for key, value in JOB.items() if key != "zone"}
    found = run(mx, "2026-07-15", job=job, pay=PAY)
    assert line(found, "seniority_premium") == ("33993.25", "43160.55")
    premium = next(a for a in found.amounts if a.item == "seniority_premium")
    assert any("municipio" in note["es"] for note in premium.notes)


def test_an_open_end_is_never_guessed(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job={**JOB, "start": "../2022-03"}, pay=PAY)
    assert "seniority_premium" not in {a.item for a in found.amounts}
    assert not_computed(found, "seniority_premium") == ["job.start"]
    found = run(mx, "2026-07-15", job={"start": "2022-01-10", "ending": "dismissed", "zone": "general"}, pay=PAY)
    assert not_computed(found, "deadline.dismissal") == ["job.last_day"]


def test_a_vague_last_day_gives_the_earliest_clock(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job={**JOB, "last_day": "2026-07"}, pay=PAY)
    exact = run(mx, "2026-07-15", job={**JOB, "last_day": "2026-07-01"}, pay=PAY)
    clocks = {d.action: d.safe_date for d in found.deadlines}
    assert clocks == {d.action: d.safe_date for d in exact.deadlines}


def test_a_conciliation_that_is_not_confirmed_stops_nothing(mx: RuleBook) -> None:
    filed = {"kind": "conciliation_filed", "date": "2026-07-20"}
    plain = run(mx, "2026-08-03", job=JOB, pay=PAY)
    asked = run(mx, "2026-08-03", job=JOB, pay=PAY, events=[filed])
    sure = run(
        mx, "2026-08-03", job=JOB, pay=PAY, events=[filed, {"kind": "conciliation_confirmed", "date": "2026-07-22"}]
    )
    first = [next(d for d in a.deadlines if d.action == "dismissal") for a in (plain, asked, sure)]
    assert first[0].safe_date == first[1].safe_date == dt.date(2026, 9, 9)
    assert first[2].safe_date == dt.date(2026, 9, 24)  # 15 days so far
    assert "acuse" in first[1].note["es"]


def test_a_request_after_the_term_stops_nothing(mx: RuleBook) -> None:
    events = [
        {"kind": "conciliation_filed", "date": "2026-10-20"},
        {"kind": "conciliation_certificate", "date": "2026-11-20"},
    ]
    found = run(mx, "2026-11-21", job=JOB, pay=PAY, events=events)
    clock = next(d for d in found.deadlines if d.action == "dismissal")
    assert (clock.safe_date, clock.passed) == (dt.date(2026, 9, 9), True)


def test_back_pay_counts_only_in_court(mx: RuleBook) -> None:
    out = run(mx, "2026-12-09", job=JOB, pay=PAY)
    suit = run(mx, "2026-12-09", job=JOB, pay=PAY, events=[{"kind": "suit_filed", "date": "2026-09-01"}])
    assert line(out, "back_pay")[0] == "—"
    assert line(suit, "back_pay")[0] == "126575.34"  # five months of 30 days at 843.8356…
    told = next(n for n in out.not_computed if n.item == "back_pay")
    assert "MXN\u00a025,315.07" in told.why["es"]


def test_what_was_received_is_taken_off(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay={**PAY, "received_at_exit": "5000"})
    assert line(found, "already_received")[0] == "-5000.00"
    assert found.total_low == Decimal("128302.85")


@pytest.mark.parametrize(
    ("ending", "items"),
    [
        ("resigned", {"aguinaldo", "vacations", "vacation_premium", "unpaid_wages"}),
        ("mutual_agreement", {"aguinaldo", "vacations", "vacation_premium", "unpaid_wages"}),
        ("term_ended", {"aguinaldo", "vacations", "vacation_premium", "unpaid_wages"}),
        ("death", {"aguinaldo", "vacations", "vacation_premium", "unpaid_wages", "seniority_premium"}),
        (
            "left_with_cause",
            {
                "aguinaldo",
                "vacations",
                "vacation_premium",
                "unpaid_wages",
                "seniority_premium",
                "constitutional_indemnity",
                "twenty_days_per_year",
            },
        ),
    ],
)
def test_what_is_owed_follows_the_exit(mx: RuleBook, ending: str, items: set[str]) -> None:
    found = run(mx, "2026-07-15", job={**JOB, "ending": ending}, pay=PAY)
    assert {a.item for a in found.amounts if a.in_total} == items


def test_twenty_days_count_whole_years(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job={**JOB, "ending": "left_with_cause"}, pay=PAY)
    assert line(found, "twenty_days_per_year")[0] == "67506.85"


def test_the_job_back_excludes_the_indemnity(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers={"reinstatement_or_indemnity": "reinstatement"})
    assert "constitutional_indemnity" not in {a.item for a in found.amounts}


def test_better_agreed_benefits_raise_the_integrated_wage(mx: RuleBook) -> None:
    answers = {"agreed_aguinaldo_days": "30", "agreed_vacation_premium": "50", "agreed_vacation_days": "10"}
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers=answers)
    # 800 × (1 + 30/365 + 20 × 0.5/365) × 90; fewer agreed vacation days than the law's change nothing.
    assert line(found, "constitutional_indemnity")[0] == "79890.41"


def test_old_values_are_used_and_reported_as_stale(mx: RuleBook) -> None:
    job = {"start": "2026-06-01", "ending": "still_working", "zone": "general"}
    found = run(mx, "2027-01-04", job=job, pay={"amount": "300", "period": "day"})
    stale = {s.parameter: (s.value, s.since) for s in found.stale}
    assert stale == {"minimum_wage": ("315.04", dt.date(2027, 1, 1))}
    assert line(found, "below_minimum")[0] == "3278.72"  # 218 days at 15.04
    assert run(mx, "2026-12-31", job=job, pay={"amount": "300", "period": "day"}).stale == ()


def test_red_flags(mx: RuleBook) -> None:
    urgent = {"pregnancy": "yes", "documents_held": "yes", "employer_housing": "yes", "children_at_site": "yes"}
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, urgent=urgent)
    flags = {f.id: f for f in found.red_flags}
    assert set(flags) == {"pregnancy_dismissal", "documents_held", "forced_labour", "child_at_site", "housing"}
    assert all(flag.blocks_named_letter for flag in flags.values())
    assert {b.path for b in flags["pregnancy_dismissal"].because} == {"urgent.pregnancy", "job.ending"}
    assert "court_direct" in {r.id for r in found.routes}
    assert "conciliation_local" not in {r.id for r in found.routes}


@pytest.mark.parametrize(
    ("urgent", "status"),
    [
        ({}, "needs_answer"),
        ({"documents_held": "yes", "cannot_leave": "yes"}, "see_lawyer"),
        ({"documents_held": "yes", "violence": "no", "danger_today": "no"}, "needs_answer"),
        (
            dict.fromkeys(["documents_held", "violence", "danger_today", "cannot_leave", "employer_housing"], "no"),
            "not_found",
        ),
    ],
)
def test_two_signs_point_to_forced_labour(mx: RuleBook, urgent: dict[str, str], status: str) -> None:
    found = run(mx, "2026-07-15", urgent=urgent)
    assert next(f.status.value for f in found.findings if f.rule == "forced_labour") == status
    assert ("forced_labour" in {f.id for f in found.red_flags}) is (status == "see_lawyer")


def test_an_unknown_shift_spans_the_legal_days(mx: RuleBook) -> None:
    job = {"start": "2026-01-05", "ending": "still_working", "zone": "general"}
    weeks = [{"week_start": "2026-06-01", "hours": "4"}]
    found = run(
        mx,
        "2026-07-01",
        job=job,
        pay={"amount": "420", "period": "day"},
        answers={"overtime_paid": "no", "overtime_weeks": weeks},
    )
    assert line(found, "overtime") == ("420.00", "480.00")  # hours of 52.50 by day and 60.00 by night, doubled


def test_the_clock_tells_the_shift(mx: RuleBook) -> None:
    job = {"start": "2026-01-05", "ending": "still_working", "zone": "general"}
    weeks = [{"week_start": "2026-06-01", "hours": "4"}]
    for starts, ends, expected in (
        ("08:00", "17:00", "420.00"),
        ("22:00", "06:00", "480.00"),
        ("14:00", "22:00", "448.00"),
    ):
        found = run(
            mx,
            "2026-07-01",
            job=job,
            pay={"amount": "420", "period": "day"},
            hours={"starts": starts, "ends": ends},
            answers={"overtime_paid": "no", "overtime_weeks": weeks},
        )
        assert line(found, "overtime")[0] == expected


def test_vacations_past_their_clock_are_not_counted(mx: RuleBook) -> None:
    rows = [{"year": 1, "days": "12"}, {"year": 3, "days": "16"}]
    found = run(mx, "2026-07-15", job=JOB, pay=PAY, answers={"vacations_not_taken": rows})
    # Year 3 was completed on 2025-01-10: six months to grant it and one year run to 2026-07-10, so neither counts.
    assert line(found, "vacations")[0] == "7934.25"
    found = run(mx, "2026-07-10", job=JOB, pay=PAY, answers={"vacations_not_taken": rows})
    assert line(found, "vacations")[0] == "20734.25"  # sixteen days at 800 more


def test_no_answers_give_questions_and_no_sums(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15")
    assert found.amounts == ()
    assert found.total_low == 0
    assert {f.status for f in found.findings} <= {Status.NEEDS_ANSWER, Status.NOT_FOUND}
    for finding in found.findings:
        if finding.status is Status.NEEDS_ANSWER:
            assert finding.missing
    for entry in found.not_computed:
        assert all(m.question["es"] for m in entry.missing)


def test_questions_follow_the_case(mx: RuleBook) -> None:
    def asked(**sections: object) -> set[str]:
        case = read_case({"place": "mx", **sections}, {"mx": mx.fields})
        groups = questions_for(mx, case, dt.date(2026, 7, 15))
        return {field.id for group in groups for field in group.fields}

    assert "written_notice" in asked()
    assert "written_notice" in asked(job=JOB)
    assert "written_notice" not in asked(job={**JOB, "ending": "resigned"})
    assert "sunday_premium_paid" not in asked(answers={"sundays_worked": "0"})
    assert "aguinaldo_amount" in asked(answers={"aguinaldo_received": "part"})
    assert questions_for(mx, read_case({"place": "mx", "job": JOB}, {"mx": mx.fields}), dt.date(2026, 7, 15))[0].id == (
        "ending"
    )


@pytest.mark.parametrize("path", INTAKES, ids=lambda path: path.stem)
def test_example_intakes(mx: RuleBook, path: Path) -> None:
    case = read_case(json.loads(path.read_text("utf-8")), {"mx": mx.fields})
    assert case.section("worker").text("name").startswith("Práctica · ")
    found = assess(mx, case, dt.date(2026, 11, 22))
    assert found.total_high > 0
    assert found.deadlines
    assert sum((a.low for a in found.amounts if a.in_total), Decimal(0)) == found.total_low
    assert sum((a.high for a in found.amounts if a.in_total), Decimal(0)) == found.total_high


CENTS = st.integers(5_000, 500_000).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=15, deadline=None)
@given(low=CENTS, more=CENTS, ending=st.sampled_from(["dismissed", "resigned", "left_with_cause"]))
def test_more_pay_never_lowers_what_is_owed(mx: RuleBook, low: Decimal, more: Decimal, ending: str) -> None:
    job = {**JOB, "ending": ending}
    poor, rich = (
        run(mx, "2026-07-15", job=job, pay={"amount": str(pay), "period": "day", "unpaid_days": "3"})
        for pay in (low, low + more)
    )
    richer = {a.item: a.low for a in rich.amounts}
    for amount in poor.amounts:
        if amount.item != "below_minimum":
            assert richer[amount.item] >= amount.low
    for found in (poor, rich):
        assert found.total_low == sum((a.low for a in found.amounts if a.in_total), Decimal(0))


@settings(max_examples=6, deadline=None)
@given(first=st.dates(dt.date(2019, 1, 1), dt.date(2025, 12, 1)), width=st.integers(1, 90), inside=st.integers(0, 90))
def test_a_range_holds_every_day_in_it(mx: RuleBook, first: dt.date, width: int, inside: int) -> None:
    last = first + dt.timedelta(days=width)
    day = first + dt.timedelta(days=min(inside, width))
    wide = run(mx, "2026-07-15", job={**JOB, "start": f"{first}/{last}"}, pay=PAY)
    narrow = run(mx, "2026-07-15", job={**JOB, "start": day.isoformat()}, pay=PAY)
    ranges = {a.item: (a.low, a.high) for a in wide.amounts}
    for amount in narrow.amounts:
        low, high = ranges[amount.item]
        assert low <= amount.low <= amount.high <= high
    assert wide.total_low <= narrow.total_low <= wide.total_high


def test_an_unknown_relation_is_asked_for_before_a_lawyer_is_named(mx: RuleBook) -> None:
    status = {f.rule: f.status for f in run(mx, "2026-07-15", job=JOB, pay=PAY).findings}
    assert status["fixed_term"] is Status.NEEDS_ANSWER
    known = run(mx, "2026-07-15", job={**JOB, "relation": "seasonal"}, pay=PAY)
    assert {f.rule: f.status for f in known.findings}["fixed_term"] is Status.SEE_LAWYER


def test_sums_in_sentences_have_their_currency_and_cents(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay=PAY)
    told = {b.path: b.text["en"] for f in found.findings for b in f.because}
    assert "MXN\u00a024,000.00" in told["pay.amount"]


def test_each_amount_of_a_dismissal_stands_under_its_clock(mx: RuleBook) -> None:
    found = run(mx, "2026-07-15", job=JOB, pay=PAY)
    covers = {d.action: set(d.covers) for d in found.deadlines}
    assert "constitutional_indemnity" in covers["dismissal"]
    assert {"unpaid_wages", "aguinaldo", "vacations", "vacation_premium", "seniority_premium"} <= covers[
        "exit_benefits"
    ]
