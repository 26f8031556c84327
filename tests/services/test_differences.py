"""While two records differ the safest of what they may mean holds: with the real law of Mexico."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from clinic_app import paths
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.differences import About, Difference, Said
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Merge
from clinic_app.domain.values import Answer
from clinic_app.rules.assess import assess as assess_case
from clinic_app.rules.book import RuleBook
from clinic_app.services import differences, intake

ON = dt.date(2026, 7, 20)
AT = dt.datetime(2026, 7, 18, tzinfo=dt.UTC)


def differing(path: str, *answers: Answer, merge: Merge = Merge.REGISTER, safest: Answer | None = None) -> Difference:
    said = tuple(Said(str(at), answer, "Eva", "L1", AT) for at, answer in enumerate(answers))
    return Difference("c", path, "", merge, said, safest=safest)


@pytest.fixture(scope="module")
def case(books: Mapping[str, RuleBook]) -> CaseFile:
    read = intake.decode((paths.resources() / "intakes" / "mx-dismissal.json").read_bytes(), books)
    rows = tuple(replace(row, id=f"e{at}") for at, row in enumerate(read.rows("employers")))
    return replace(read, lists={**read.lists, "employers": rows})


def law(books: Mapping[str, RuleBook], case: CaseFile) -> Assessment:
    return assess_case(books["mx"], case, ON)


def test_of_every_clock_the_earliest_day_counts(books: Mapping[str, RuleBook], case: CaseFile) -> None:
    days = (Edtf.parse("2026-07-09"), Edtf.parse("2026-07-02"), Edtf.parse("2026-07-15"))
    alone = [law(books, differences.with_answer(case, "job.last_day", day)) for day in days]
    shown = differences.with_answer(case, "job.last_day", days[0])
    _, safe = differences.safest(shown, (differing("job.last_day", *days),), lambda each: law(books, each))
    for deadline in safe.deadlines:
        every = [d.safe_date for one in alone for d in one.deadlines if d.action == deadline.action]
        assert deadline.safe_date == min(every)
    first, earlier, _ = (next(d.safe_date for d in one.deadlines if d.action == "dismissal") for one in alone)
    assert next(d.safe_date for d in safe.deadlines if d.action == "dismissal") == earlier < first
    assert safe.total_low == min(one.total_low for one in alone)
    assert safe.total_high == max(one.total_high for one in alone)


def test_an_amount_that_one_answer_takes_away_may_be_nothing(books: Mapping[str, RuleBook], case: CaseFile) -> None:
    found = differing("job.ending", "dismissed", "resigned")
    _, safe = differences.safest(case, (found,), lambda each: law(books, each))
    indemnity = next(a for a in safe.amounts if a.item == "constitutional_indemnity")
    assert indemnity.low == Decimal(0) < indemnity.high


def test_consent_is_the_stricter_and_is_not_counted_with(books: Mapping[str, RuleBook], case: CaseFile) -> None:
    agreed = differences.with_answer(case, "consent.contact_employer", "yes")
    found = differing("consent.contact_employer", "yes", "no", merge=Merge.STRICT, safest="no")
    calls: list[CaseFile] = []

    def assess(each: CaseFile) -> Assessment:
        calls.append(each)
        return law(books, each)

    safe_case, _ = differences.safest(agreed, (found,), assess)
    assert not safe_case.section("consent").yes("contact_employer")
    assert len(calls) == 1


def test_every_combination_is_looked_at_up_to_the_cap(case: CaseFile) -> None:
    two = (differing("job.ending", "dismissed", "resigned"), differing("hours.shift", "day", "night", "mixed"))
    seen = {
        (c.section("job").text("ending"), c.section("hours").text("shift")) for c in differences.combinations(case, two)
    }
    assert len(seen) == 6
    many = tuple(differing(f"answers.q{at}", "yes", "no") for at in range(12))
    alone = list(differences.combinations(case, many))
    assert len(alone) == 1 + 2 * 12  # too many together: each by itself


def test_rows_answers_and_what_is_gone(case: CaseFile) -> None:
    named = differences.with_answer(case, "employers[e0].name", "Otra")
    assert named.rows("employers")[0].text("name") == "Otra"
    assert differences.with_answer(case, "employers[gone].name", "Otra") == case
    assert differences.with_answer(case, "answers.x", "yes").answers.text("x") == "yes"
    deleted = replace(differing("job.ending", "dismissed", "resigned"), about=About.DELETED)
    assert list(differences.combinations(case, (deleted,))) == [case]
