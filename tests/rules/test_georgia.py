"""The Georgian book: every worked example, the days around each change and clock, and each regime."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_app.domain.assessment import Assessment, Confidence, Deadline, Status
from clinic_app.domain.intake_file import read_case
from clinic_app.paths import resources
from clinic_app.rules.assess import assess, questions_for
from clinic_app.rules.book import RuleBook
from clinic_app.rules.examples import run_examples

EXAMPLES = sorted(path.stem for path in (resources() / "rules" / "ge" / "examples").glob("*.yaml"))
INTAKES = sorted((resources() / "intakes").glob("ge-*.json"))
JOB = {"start": "2025-05-01", "last_day": "2026-09-30", "ending": "dismissed"}
PAY = {"amount": "2100", "period": "month", "unpaid_amount": "2100"}
NOTICE = {
    "notice_given": "written",
    "notice_on": "2026-09-10",
    "dismissal_ground": "economic",
    "leave_used": "0",
    "leave_unused_earlier": "9",
}
WORKING = {"start": "2024-02-05", "ending": "still_working"}
MONTHLY = {"amount": "1500", "period": "month"}


def run(book: RuleBook, on: str, **sections: object) -> Assessment:
    case = read_case({"place": "ge", **sections}, {"ge": book.fields})
    return assess(book, case, dt.date.fromisoformat(on))


def line(found: Assessment, item: str) -> tuple[str, str]:
    amounts = {a.item: (str(a.low), str(a.high)) for a in found.amounts}
    return amounts.get(item, ("—", "—"))


def clock(found: Assessment, action: str) -> Deadline | None:
    return next((d for d in found.deadlines if d.action == action), None)


def status(found: Assessment, rule: str) -> str:
    return next((f.status.value for f in found.findings if f.rule == rule), "—")


def missing(found: Assessment, item: str) -> list[str]:
    return [m.path for n in found.not_computed if n.item == item for m in n.missing]


def told(found: Assessment, item: str) -> str:
    return next((n.why["en"] for n in found.not_computed if n.item == item), "—")


@pytest.mark.parametrize("example", EXAMPLES)
def test_worked_example(ge: RuleBook, example: str) -> None:
    result = {result.id: result for result in run_examples(ge)}[example]
    assert result.checks > 0
    assert result.differences == ()


def test_every_text_stands_in_both_languages(ge: RuleBook) -> None:
    assert ge.languages == ("ka", "en")
    found = run(ge, "2026-11-22", job=JOB, pay=PAY, answers=NOTICE)
    for text in (f.says for f in found.findings):
        assert set(text) == {"ka", "en"}
        assert not any("\u1c90" <= letter <= "\u1cbf" for letter in text["ka"])  # no capitals: they are not used
        assert any("\u10d0" <= letter <= "\u10ff" for letter in text["ka"])


def test_there_is_no_minimum_wage_to_claim(ge: RuleBook) -> None:
    found = run(ge, "2026-11-22", job=WORKING, pay={"amount": "20", "period": "month"})
    assert "minimum_wage" not in {a.item for a in found.amounts}
    assert "agreed wage" in told(found, "minimum_wage")


# Delay of pay: the due day is not counted.


@pytest.mark.parametrize(
    ("on", "charge"),
    [("2026-06-05", "—"), ("2026-06-06", "0.98"), ("2026-06-07", "1.96"), ("2026-07-05", "29.40")],
)
def test_the_charge_begins_on_the_day_after(ge: RuleBook, on: str, charge: str) -> None:
    rows = [{"due": "2026-06-05", "amount": "1400"}]
    found = run(ge, on, job=WORKING, pay=MONTHLY, answers={"late_pay": rows})
    assert line(found, "late_pay_charge")[0] == charge
    assert line(found, "late_pay")[0] == "1400.00"


@pytest.mark.parametrize(
    ("on", "counted", "apart"),
    # The year ends on Saturday 5 June 2027 and moves to Monday.
    [("2027-06-04", "1400.00", "—"), ("2027-06-07", "1400.00", "—"), ("2027-06-08", "—", "1400.00")],
)
def test_pay_older_than_a_year_stands_apart(ge: RuleBook, on: str, counted: str, apart: str) -> None:
    rows = [{"due": "2026-06-05", "amount": "1400"}]
    found = run(ge, on, job=WORKING, pay=MONTHLY, answers={"late_pay": rows})
    assert (line(found, "late_pay")[0], line(found, "late_pay_older")[0]) == (counted, apart)
    assert found.total_low == (0 if counted == "—" else Decimal("1400.00") + Decimal(line(found, "late_pay_charge")[0]))


def test_a_claim_in_court_keeps_what_was_in_time(ge: RuleBook) -> None:
    rows = [{"due": "2026-06-05", "amount": "1400"}]
    suit = [{"kind": "suit_filed", "date": "2027-05-10"}]
    found = run(ge, "2027-09-01", job=WORKING, pay=MONTHLY, answers={"late_pay": rows}, events=suit)
    assert line(found, "late_pay")[0] == "1400.00"


def test_each_pay_day_has_its_own_year(ge: RuleBook) -> None:
    rows = [{"due": "2026-06-05", "amount": "1400"}, {"due": "2026-07-05", "amount": "1400"}]
    found = run(ge, "2026-11-22", job=WORKING, pay=MONTHLY, answers={"late_pay": rows})
    first, second = clock(found, "late_pay_1"), clock(found, "late_pay_2")
    assert first is not None
    assert second is not None
    assert first.safe_date < second.safe_date
    assert "Friday 5 June 2026" in first.label["en"]
    assert "5 ივნისი" in first.label["ka"]
    # Three years can only be argued, by a lawyer.
    assert first.latest_arguable == dt.date(2029, 6, 5)


# Dismissal: notice, ground, probation, what was received.


@pytest.mark.parametrize(
    ("notice", "months"),
    [("2026-08-30", 1), ("2026-08-31", 1), ("2026-09-01", 2), ("2026-09-28", 2), ("2026-09-30", 2)],
)
def test_thirty_days_of_notice_decide_between_one_month_and_two(ge: RuleBook, notice: str, months: int) -> None:
    found = run(ge, "2026-10-05", job=JOB, pay=PAY, answers={**NOTICE, "notice_on": notice})
    assert line(found, "compensation")[0] == f"{2100 * months}.00"


def test_notice_of_fewer_than_three_days_is_told(ge: RuleBook) -> None:
    def notes(day: str) -> str:
        found = run(ge, "2026-10-05", job=JOB, pay=PAY, answers={**NOTICE, "notice_on": day})
        return " ".join(n["en"] for a in found.amounts if a.item == "compensation" for n in a.notes)

    assert "fewer than 3 days" not in notes("2026-09-27")
    assert "fewer than 3 days" in notes("2026-09-28")


def test_a_spoken_notice_is_no_notice(ge: RuleBook) -> None:
    early = {**NOTICE, "notice_on": "2026-07-01", "notice_given": "spoken"}
    assert line(run(ge, "2026-10-05", job=JOB, pay=PAY, answers=early), "compensation")[0] == "4200.00"


def test_an_unknown_notice_gives_both_ends(ge: RuleBook) -> None:
    answers = {key: value for key, value in NOTICE.items() if not key.startswith("notice")}
    found = run(ge, "2026-10-05", job=JOB, pay=PAY, answers=answers)
    assert line(found, "compensation") == ("2100.00", "4200.00")
    assert missing(found, "deadline.reasons_request") == ["answers.notice_given", "answers.notice_on"]


@pytest.mark.parametrize(
    ("ground", "owed"),
    [
        ("economic", True),
        ("qualification", True),
        ("incapacity", True),
        ("other_objective", True),
        ("breach", False),
        ("repeated_breach", False),
        ("judgment", False),
        ("strike", False),
        ("liquidation", False),
        ("no_reason", False),
        ("other", False),
    ],
)
def test_the_ground_decides_on_compensation(ge: RuleBook, ground: str, *, owed: bool) -> None:
    found = run(ge, "2026-10-05", job=JOB, pay=PAY, answers={**NOTICE, "dismissal_ground": ground})
    assert line(found, "compensation")[0] == ("4200.00" if owed else "—")


def test_without_a_reason_both_sums_are_told_and_none_is_counted(ge: RuleBook) -> None:
    found = run(ge, "2026-10-05", job=JOB, pay=PAY, answers={**NOTICE, "dismissal_ground": "no_reason"})
    assert "2,100.00" in told(found, "compensation")
    assert "4,200.00" in told(found, "compensation")
    assert status(found, "dismissal_without_reason") == "see_lawyer"


@pytest.mark.parametrize(("start", "owed"), [("2026-03-31", "4200.00"), ("2026-04-01", "4200.00"), ("2026-04-02", "—")])
def test_probation_lasts_six_months_at_most(ge: RuleBook, start: str, owed: str) -> None:
    answers = {**NOTICE, "probation": "yes", "leave_unused_earlier": "0"}
    found = run(ge, "2026-10-05", job={**JOB, "start": start}, pay=PAY, answers=answers)
    assert line(found, "compensation")[0] == owed


def test_a_forced_resignation_is_computed_but_not_in_the_total(ge: RuleBook) -> None:
    found = run(ge, "2026-11-22", job={**JOB, "ending": "pressed_to_resign"}, pay=PAY, answers=NOTICE)
    apart = {a.item for a in found.amounts if not a.in_total}
    assert apart == {"compensation", "unused_leave"}
    assert found.total_low == Decimal("2100.00") + Decimal(line(found, "settlement_charge")[0])
    assert status(found, "forced_resignation") == "see_lawyer"


@pytest.mark.parametrize(
    ("ending", "items"),
    [
        ("dismissed", {"last_pay", "compensation", "unused_leave"}),
        ("resigned", {"last_pay"}),
        ("left_with_cause", {"last_pay"}),
        ("mutual_agreement", {"last_pay"}),
        ("term_ended", {"last_pay"}),
        ("death", {"last_pay"}),
    ],
)
def test_what_is_owed_follows_the_exit(ge: RuleBook, ending: str, items: set[str]) -> None:
    answers = {**NOTICE, "contract_pays_leave": "no"}
    found = run(ge, "2026-09-30", job={**JOB, "ending": ending}, pay=PAY, answers=answers)
    assert {a.item for a in found.amounts} == items


def test_a_contract_can_promise_leave_on_resigning(ge: RuleBook) -> None:
    answers = {**NOTICE, "contract_pays_leave": "yes"}
    found = run(ge, "2026-09-30", job={**JOB, "ending": "resigned"}, pay=PAY, answers=answers)
    assert line(found, "unused_leave")[0] == "1813.64"
    assert "initiative" in told(
        run(ge, "2026-10-05", job={**JOB, "ending": "term_ended"}, pay=PAY), "unused_leave_other"
    )


@pytest.mark.parametrize(("on", "charge"), [("2026-10-07", "—"), ("2026-10-08", "5.68"), ("2026-10-09", "11.36")])
def test_the_settlement_bears_the_charge_from_the_eighth_day(ge: RuleBook, on: str, charge: str) -> None:
    found = run(ge, on, job=JOB, pay=PAY, answers=NOTICE)
    assert line(found, "settlement_charge")[0] == charge
    assert status(found, "late_settlement") == ("not_found" if charge == "—" else "likely")
    assert (clock(found, "settlement_term") is not None) == (charge == "—")


def test_the_working_of_the_charge_is_short(ge: RuleBook) -> None:
    found = run(ge, "2026-11-22", job=JOB, pay=PAY, answers=NOTICE)
    charge = next(a for a in found.amounts if a.item == "settlement_charge")
    assert [s.step for s in charge.working] == ["settlement_due", "settlement_sum", "late_days", "amount"]
    assert charge.working[1].expression == "max(0, 2100 + 4200 + 1813.636364 − 0)"
    assert any("5.68" in note["en"] for note in charge.notes)


def test_a_working_leaves_out_what_is_not_known(ge: RuleBook) -> None:
    rows = [{"due": "2026-06-05", "amount": "1400"}]
    found = run(ge, "2026-11-22", job=WORKING, pay=MONTHLY, answers={"late_pay": rows})
    charge = next(a for a in found.amounts if a.item == "late_pay_charge")
    assert "settlement_due" not in {s.step for s in charge.working}
    assert all(s.value != "?" for s in charge.working)


def test_what_was_received_is_taken_off_before_the_charge(ge: RuleBook) -> None:
    found = run(ge, "2026-11-22", job=JOB, pay={**PAY, "received_at_exit": "8113.64"}, answers=NOTICE)
    assert found.total_low == 0
    assert line(found, "already_received")[0] == "-8113.64"
    assert line(found, "settlement_charge")[0] == "—"


def test_forced_idleness_is_for_the_court(ge: RuleBook) -> None:
    found = run(ge, "2026-12-15", job=JOB, pay=PAY, answers={**NOTICE, "dismissal_ground": "breach"})
    idle = next(a for a in found.amounts if a.item == "forced_idleness")
    assert idle.low == Decimal("5250.00")  # two months and 15 days over 30
    assert not idle.in_total
    assert any("court" in note["en"] for note in idle.notes)
    less = run(ge, "2026-12-15", job=JOB, pay=PAY, answers=NOTICE)
    assert line(less, "forced_idleness")[0] == "1050.00"  # less the compensation of two months


@pytest.mark.parametrize(
    ("last_day", "days"),
    [
        ("2026-04-29", "23.933333"),
        ("2026-04-30", "0"),
        ("2026-05-01", "0.066667"),
        ("2026-05-31", "2"),
        ("2026-09-30", "10"),
    ],
)
def test_leave_earned_in_the_work_year(ge: RuleBook, last_day: str, days: str) -> None:
    answers = {**NOTICE, "notice_on": "2026-03-01", "leave_unused_earlier": "24"}
    found = run(ge, "2026-10-05", job={**JOB, "last_day": last_day}, pay=PAY, answers=answers)
    leave = next(a for a in found.amounts if a.item == "unused_leave")
    assert next(s.value for s in leave.working if s.step == "leave_earned") == days


def test_leave_needs_to_know_what_was_used(ge: RuleBook) -> None:
    answers = {key: value for key, value in NOTICE.items() if key != "leave_used"}
    found = run(ge, "2026-10-05", job=JOB, pay=PAY, answers=answers)
    assert missing(found, "unused_leave") == ["answers.leave_used"]


# Pay in hand, and other pay periods.


@pytest.mark.parametrize(
    ("kind", "amount"), [("gross", "1568"), ("net_with_pension", "2000"), ("net_without_pension", "1960")]
)
def test_pay_in_hand_becomes_gross(ge: RuleBook, kind: str, amount: str) -> None:
    answers = {**NOTICE, "notice_on": "2026-08-01", "pay_is_gross": kind}
    found = run(ge, "2026-10-05", job=JOB, pay={"amount": "1568", "period": "month"}, answers=answers)
    assert line(found, "compensation")[0] == f"{amount}.00"


@pytest.mark.parametrize(
    ("period", "amount", "monthly"),
    [
        ("day", "100", 2200),
        ("week", "500", 2200),
        ("fourteen_days", "1000", 2200),
        ("fifteen_days", "900", 1800),
        ("ten_days", "700", 2100),
    ],
)
def test_other_pay_periods_are_marked(ge: RuleBook, period: str, amount: str, monthly: int) -> None:
    answers = {**NOTICE, "notice_on": "2026-08-01"}
    found = run(ge, "2026-10-05", job=JOB, pay={"amount": amount, "period": period}, answers=answers)
    compensation = next(a for a in found.amounts if a.item == "compensation")
    assert compensation.low == Decimal(monthly)
    assert compensation.confidence is Confidence.LOW


# Overtime and holidays.

WEEK = [{"week_start": "2026-03-02", "hours": "52"}]


def overtime(
    book: RuleBook, on: str = "2026-04-10", worker: dict[str, str] | None = None, **answers: object
) -> Assessment:
    return run(
        book,
        on,
        job=WORKING,
        pay=MONTHLY,
        worker=worker or {},
        answers={"overtime_paid": "no", "overtime_weeks": WEEK, **answers},
    )


@pytest.mark.parametrize(
    ("rate", "main", "other"),
    [
        ("0.9", "133.93", "—"),
        ("1", "133.93", "—"),
        ("1.24", "132.86", "133.93"),
        ("1.25", "133.93", "—"),
        ("1.5", "160.71", "—"),
    ],
)
def test_the_agreed_rate_counts_above_one(ge: RuleBook, rate: str, main: str, other: str) -> None:
    found = overtime(ge, overtime_rate=rate)
    assert (line(found, "overtime")[0], line(found, "overtime_court_practice")[0]) == (main, other)


@pytest.mark.parametrize(("age", "hours"), [("18-24", 52 - 40), ("16-17", 52 - 36), ("14-15", 52 - 24)])
def test_the_norm_follows_the_age(ge: RuleBook, age: str, hours: int) -> None:
    found = overtime(ge, worker={"age_band": age})
    working = next(a for a in found.amounts if a.item == "overtime").working
    assert next(s.value for s in working if s.step.endswith("extra")) == str(hours)


def test_forty_hours_are_no_overtime(ge: RuleBook) -> None:
    for hours, expected in (("40", "—"), ("41", "11.16"), ("48", "89.29")):
        found = overtime(ge, overtime_weeks=[{"week_start": "2026-03-02", "hours": hours}])
        assert line(found, "overtime")[0] == expected


def test_a_six_day_week_spreads_the_norm_over_more_days(ge: RuleBook) -> None:
    # March 2026 has 25 days from Monday to Saturday that are no holidays; 40 hours over six days.
    found = overtime(ge, agreed_days_per_week=6)
    working = next(a for a in found.amounts if a.item == "overtime").working
    assert next(s.value for s in working if s.step == "daily_norm") == "6.666667"
    assert line(found, "overtime")[0] == "135.00"


def test_old_weeks_stand_apart(ge: RuleBook) -> None:
    found = overtime(ge, on="2027-04-10")
    assert (line(found, "overtime")[0], line(found, "overtime_older")[0]) == ("—", "133.93")
    assert found.total_low == 0


def test_a_holiday_week_has_another_reading(ge: RuleBook) -> None:
    # 3 March 2026 is a Tuesday: the other reading starts at 32 hours.
    found = overtime(ge)
    assert line(found, "overtime_holiday_weeks")[0] == "89.29"
    assert found.total_low == Decimal("133.93")


def test_the_oldest_week_has_a_clock(ge: RuleBook) -> None:
    weeks = [{"week_start": "2026-03-16", "hours": "50"}, *WEEK]
    oldest = clock(overtime(ge, overtime_weeks=weeks), "overtime_weeks")
    assert oldest is not None
    assert oldest.safe_date == dt.date(2027, 3, 2)


@pytest.mark.parametrize(
    ("day", "paid", "amount"),
    [
        ("2026-03-03", "no", "89.29"),
        ("2026-03-03", "yes", "—"),
        ("2026-03-04", "no", "—"),
        ("2026-01-05", "no", "—"),  # declared by the Government, not a holiday of the Code
        ("2025-05-17", "no", "98.68"),
    ],
)
def test_work_on_a_holiday_of_the_law(ge: RuleBook, day: str, paid: str, amount: str) -> None:
    rows = [{"day": day, "hours": "8", "paid": paid}]
    found = run(ge, "2026-04-10", job=WORKING, pay=MONTHLY, answers={"holidays_worked": rows})
    assert line(found, "holiday_work")[0] == amount


def test_17_may_is_a_holiday_since_2025(ge: RuleBook) -> None:
    def holiday(day: str) -> bool:
        return ge.calendar.holiday(dt.date.fromisoformat(day)) is not None

    assert [holiday(f"{year}-05-17") for year in (2023, 2024, 2025, 2026)] == [False, False, True, True]
    assert [holiday(f"2025-05-{day}") for day in (16, 18)] == [False, False]


# Clocks.


@pytest.mark.parametrize(
    ("notice", "safe", "deadline"),
    [
        ("2026-09-23", "2026-10-23", "2026-10-23"),
        ("2026-09-24", "2026-10-23", "2026-10-26"),
        ("2026-09-25", "2026-10-23", "2026-10-26"),
        ("2026-09-26", "2026-10-26", "2026-10-26"),
        ("2026-03-11", "2026-04-08", "2026-04-14"),  # Easter: 9 to 13 April
        ("2025-12-08", "2026-01-06", "2026-01-08"),
    ],
)
def test_the_thirty_days_after_the_notice(ge: RuleBook, notice: str, safe: str, deadline: str) -> None:
    job = {"start": "2024-01-10", "last_day": notice, "ending": "dismissed"}
    found = run(ge, notice, job=job, pay=PAY, answers={"notice_given": "written", "notice_on": notice})
    for action in ("reasons_request", "court_no_request"):
        counted = clock(found, action)
        assert counted is not None
        assert (counted.safe_date.isoformat(), counted.deadline.isoformat()) == (safe, deadline)


def test_the_first_notice_counts_and_a_suit_ends_these_clocks(ge: RuleBook) -> None:
    received = [{"kind": "notice_received", "date": "2026-09-10"}]
    found = run(ge, "2026-09-20", job=JOB, pay=PAY, events=received)
    counted = clock(found, "reasons_request")
    assert counted is not None
    assert counted.safe_date == dt.date(2026, 10, 9)
    suit = [*received, {"kind": "suit_filed", "date": "2026-10-01"}]
    assert clock(run(ge, "2026-10-02", job=JOB, pay=PAY, events=suit), "reasons_request") is None


def test_silence_of_the_employer_is_counted_in_two_ways(ge: RuleBook) -> None:
    answers = {**NOTICE, "reasons_requested": "yes", "reasons_requested_on": "2026-10-05", "reasons_answered": "no"}
    found = run(ge, "2026-10-13", job=JOB, pay=PAY, answers=answers)
    early, late = clock(found, "court_no_answer_early"), clock(found, "court_no_answer")
    assert early is not None
    assert late is not None
    assert (early.deadline, late.deadline) == (dt.date(2026, 11, 4), dt.date(2026, 11, 11))
    assert late.confidence is Confidence.MED
    assert status(found, "no_written_reasons") == "likely"
    assert clock(found, "employer_answer") is None
    assert status(run(ge, "2026-10-12", job=JOB, pay=PAY, answers=answers), "no_written_reasons") == "not_found"


def test_terms_of_others_are_shown_only_while_they_run(ge: RuleBook) -> None:
    events = [
        {"kind": "accident", "date": "2026-11-19"},
        {"kind": "inspection_requested", "date": "2026-11-02"},
        {"kind": "conciliation_filed", "date": "2026-11-09"},
        {"kind": "suit_filed", "date": "2026-11-10"},
    ]
    answers = {"claim_admitted_on": "2026-11-12", "claim_returned_on": "2026-11-16"}

    def actions(on: str) -> set[str]:
        return {d.action for d in run(ge, on, job=WORKING, pay=MONTHLY, events=events, answers=answers).deadlines}

    others = {"accident_notice", "inspection_decision", "conciliation_reply", "first_hearing"}
    assert actions("2026-11-19") >= others
    assert actions("2027-02-01") & others == set()
    assert {"accident_damages", "refiling"} <= actions("2027-02-01")


def test_longer_clocks(ge: RuleBook) -> None:
    answers = {
        "treated_worse": "yes",
        "treatment_ground": "sex",
        "treatment_known_on": "2026-02-28",
        "sick_unpaid": "yes",
        "sick_days": [{"month": "2026-03-02", "missed": "5"}],
        "sick_sheet_closed_on": "2026-03-31",
    }
    found = run(
        ge, "2026-04-10", job=WORKING, pay=MONTHLY, answers=answers, events=[{"kind": "accident", "date": "2026-02-10"}]
    )
    dates = {d.action: (d.safe_date.isoformat(), d.deadline.isoformat()) for d in found.deadlines}
    assert dates["discrimination"] == ("2027-02-26", "2027-03-01")
    assert dates["accident_damages"] == ("2029-02-09", "2029-02-12")
    assert dates["sick_sheet"] == ("2026-06-30", "2026-06-30")
    assert line(found, "sick_pay")[0] == "357.14"  # 1500 over 21 days, five days


# Other regimes.


@pytest.mark.parametrize(
    ("job", "on", "amount"),
    [
        ("nurse", "2023-01-31", "—"),
        ("doctor", "2026-01-09", "—"),
        ("junior_doctor", "2023-12-31", "—"),
    ],
)
def test_health_staff_with_enough_pay(ge: RuleBook, job: str, on: str, amount: str) -> None:
    found = run(
        ge,
        on,
        job={"start": "2022-12-01", "ending": "still_working"},
        pay={"amount": "3000", "period": "month"},
        answers={"health_job": job},
    )
    assert line(found, "health_minimum")[0] == amount


def test_health_staff_have_an_hourly_minimum(ge: RuleBook) -> None:
    job = {"start": "2026-03-02", "last_day": "2026-03-31", "ending": "resigned"}
    found = run(ge, "2026-04-10", job=job, pay={"amount": "588", "period": "month"}, answers={"health_job": "nurse"})
    # 588 over 168 hours is 3.50 an hour; 0.90 is missing in each of the 168 normal hours.
    assert line(found, "health_minimum")[0] == "151.20"
    assert status(found, "health_minimum") == "likely"
    assert {s.parameter for s in found.stale} == {"health_minimum_2023"}


@pytest.mark.parametrize(
    ("dismissed", "size", "found"),
    [
        (9, 50, "not_found"),
        (10, 50, "see_lawyer"),
        (10, 20, "not_found"),
        (10, 99, "see_lawyer"),
        (10, 101, "not_found"),
        (11, 110, "see_lawyer"),
    ],
)
def test_collective_dismissal(ge: RuleBook, dismissed: int, size: int, found: str) -> None:
    answers = {**NOTICE, "dismissed_with_you": str(dismissed), "company_size": str(size)}
    assert status(run(ge, "2026-10-05", job=JOB, pay=PAY, answers=answers), "collective_dismissal") == found


def test_a_fixed_term_becomes_open_ended(ge: RuleBook) -> None:
    def fixed(months: str, reason: str) -> str:
        job = {**WORKING, "relation": "fixed_term"}
        answers = {"fixed_term_months": months, "fixed_term_reason": reason}
        return status(run(ge, "2026-10-05", job=job, pay=MONTHLY, answers=answers), "fixed_term")

    assert [fixed("30", "yes"), fixed("31", "yes"), fixed("11", "no"), fixed("12", "no")] == [
        "not_found",
        "likely",
        "likely",
        "not_found",
    ]


def test_couriers_are_asked_who_gives_the_orders(ge: RuleBook) -> None:
    job = {**WORKING, "relation": "service_fees"}
    found = run(ge, "2026-10-05", job=job, pay=MONTHLY, answers={"platform_work": "yes", "under_orders": "yes"})
    hidden = next(f for f in found.findings if f.rule == "employment_hidden")
    assert hidden.status is Status.SEE_LAWYER
    assert any("disputed" in note["en"] for note in hidden.notes)


def test_bad_treatment_without_a_ground_is_no_discrimination(ge: RuleBook) -> None:
    answers = {"treated_worse": "yes", "treatment_ground": "none"}
    found = run(ge, "2026-10-05", job=WORKING, pay=MONTHLY, answers=answers)
    assert status(found, "discrimination") == "not_found"
    assert status(found, "harassment_without_ground") == "see_lawyer"


def test_the_permit_is_talked_over_before_the_inspection(ge: RuleBook) -> None:
    found = run(ge, "2026-10-05", job=WORKING, pay=MONTHLY, answers={"permit_talked_over": "no"})
    assert "inspection" not in {r.id for r in found.routes}
    assert "permit_first" in {f.id for f in found.red_flags}
    citizen = run(
        ge, "2026-10-05", job=WORKING, pay=MONTHLY, answers={"permit_talked_over": {"empty": "not_applicable"}}
    )
    assert "inspection" in {r.id for r in citizen.routes}
    assert citizen.red_flags == ()


def test_red_flags(ge: RuleBook) -> None:
    urgent = {"pregnancy": "yes", "documents_held": "yes", "cannot_leave": "yes", "children_at_site": "yes"}
    found = run(ge, "2026-10-05", job=JOB, pay=PAY, urgent=urgent, answers={**NOTICE, "serious_danger": "yes"})
    flags = {f.id: f.blocks_named_letter for f in found.red_flags}
    assert set(flags) == {
        "serious_danger",
        "documents_held",
        "forced_labour",
        "cannot_leave",
        "child_at_site",
        "pregnancy_dismissal",
    }
    assert [flag for flag, blocks in flags.items() if not blocks] == ["serious_danger"]
    assert "police" in {r.id for r in found.routes}


def test_the_inspection_is_no_way_against_a_dismissal(ge: RuleBook) -> None:
    found = run(ge, "2026-10-05", job=JOB, pay=PAY, answers=NOTICE)
    names = [r.id for r in found.routes]
    assert names.index("court_dismissal") < names.index("inspection")
    dismissal = next(f for f in found.findings if f.rule == "dismissal")
    assert any("cannot decide on dismissal" in note["en"] for note in dismissal.notes)


def test_no_answers_give_questions_and_no_sums(ge: RuleBook) -> None:
    found = run(ge, "2026-10-05")
    assert found.amounts == ()
    assert {f.status for f in found.findings} <= {Status.NEEDS_ANSWER, Status.NOT_FOUND}
    assert all(f.missing for f in found.findings if f.status is Status.NEEDS_ANSWER)
    assert all(m.question["ka"] for n in found.not_computed for m in n.missing)


def test_questions_follow_the_case(ge: RuleBook) -> None:
    def asked(**sections: object) -> set[str]:
        case = read_case({"place": "ge", **sections}, {"ge": ge.fields})
        return {f.id for group in questions_for(ge, case, dt.date(2026, 10, 5)) for f in group.fields}

    exit_questions = {"notice_given", "notice_on", "dismissal_ground", "reasons_requested"}
    assert exit_questions <= asked(job=JOB)
    assert exit_questions & asked(job=WORKING) == set()
    assert "probation" not in asked(job=JOB)
    assert "probation" in asked(job={**JOB, "start": "2026-06-01"})
    assert "reasons_requested_on" not in asked(job=JOB, answers={"reasons_requested": "no"})
    assert "continuous_process" in asked(job=WORKING, hours={"per_week": "48"})
    assert "nursing_break" not in asked(answers={"small_child": "none"})
    case = read_case({"place": "ge", "job": JOB}, {"ge": ge.fields})
    assert [g.id for g in questions_for(ge, case, dt.date(2026, 10, 5))][:2] == ["ending", "danger"]


@pytest.mark.parametrize("path", INTAKES, ids=lambda path: path.stem)
def test_example_intakes(ge: RuleBook, path: Path) -> None:
    case = read_case(json.loads(path.read_text("utf-8")), {"ge": ge.fields})
    assert case.section("worker").text("name").startswith("სავარჯიშო · ")
    found = assess(ge, case, dt.date(2026, 11, 22))
    assert found.total_high > 0
    assert found.deadlines
    assert sum((a.low for a in found.amounts if a.in_total), Decimal(0)) == found.total_low
    assert sum((a.high for a in found.amounts if a.in_total), Decimal(0)) == found.total_high


CENTS = st.integers(10_000, 500_000).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=15, deadline=None)
@given(low=CENTS, more=CENTS)
def test_more_pay_never_lowers_what_is_owed(ge: RuleBook, low: Decimal, more: Decimal) -> None:
    poor, rich = (
        run(ge, "2026-11-22", job=JOB, pay={"amount": str(pay), "period": "month", "unpaid_days": "5"}, answers=NOTICE)
        for pay in (low, low + more)
    )
    richer = {a.item: a.low for a in rich.amounts}
    assert all(richer[a.item] >= a.low for a in poor.amounts)
    assert poor.total_low <= rich.total_low


@settings(max_examples=10, deadline=None)
@given(days=st.integers(0, 120))
def test_a_longer_notice_never_brings_more(ge: RuleBook, days: int) -> None:
    def owed(length: int) -> Decimal:
        notice = dt.date(2026, 9, 30) - dt.timedelta(days=length)
        answers = {**NOTICE, "notice_on": notice.isoformat()}
        return Decimal(line(run(ge, "2026-10-05", job=JOB, pay=PAY, answers=answers), "compensation")[0])

    assert owed(days) >= owed(days + 1)


@settings(max_examples=6, deadline=None)
@given(first=st.dates(dt.date(2026, 8, 1), dt.date(2026, 9, 30)), width=st.integers(1, 40), inside=st.integers(0, 40))
def test_a_range_holds_every_day_in_it(ge: RuleBook, first: dt.date, width: int, inside: int) -> None:
    last, day = first + dt.timedelta(days=width), first + dt.timedelta(days=min(inside, width))
    answers = {**NOTICE, "notice_on": "2026-07-20"}
    wide = run(ge, "2026-12-22", job={**JOB, "last_day": f"{first}/{last}"}, pay=PAY, answers=answers)
    narrow = run(ge, "2026-12-22", job={**JOB, "last_day": day.isoformat()}, pay=PAY, answers=answers)
    ranges = {a.item: (a.low, a.high) for a in wide.amounts}
    for amount in narrow.amounts:
        low, high = ranges[amount.item]
        assert low <= amount.low <= amount.high <= high


def test_every_value_says_when_it_was_verified(ge: RuleBook) -> None:
    days = {value.verified_on for parameter in ge.parameters.values() for value in parameter.values}
    assert days == {dt.date(2026, 11, 22)}


@pytest.mark.parametrize(
    ("on", "filed", "owed"),
    [
        ("2026-06-30", "no", True),
        ("2026-07-01", "no", False),
        ("2026-07-01", "yes", True),
    ],
)
def test_a_sick_sheet_handed_in_too_late(ge: RuleBook, on: str, filed: str, *, owed: bool) -> None:
    answers = {
        "sick_unpaid": "yes",
        "sick_days": [{"month": "2026-03-02", "missed": "5"}],
        "sick_sheet_closed_on": "2026-03-31",
        "sick_sheet_filed": filed,
    }
    found = run(ge, on, job=WORKING, pay=MONTHLY, answers=answers)
    assert line(found, "sick_pay")[0] == ("357.14" if owed else "—")
    assert (told(found, "sick_pay") == "—") == owed
