from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from clinic_app.documents.claims import claims, own_last_day
from clinic_app.documents.packet import render
from clinic_app.documents.voice import voice
from clinic_app.documents.worksheet import strength
from clinic_app.domain.assessment import Assessment, Step
from clinic_app.domain.packet import Document
from tests.documents.conftest import MakeSource, lines_of, page_texts, text_of


def test_the_table_walks_from_claim_to_facts_evidence_law_and_amount(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.VIOLATIONS,), language="en")))
    for part in (
        "Dismissal without written notice",
        "6, 12",
        "Evidence 1",
        "The employer must hold: notice of dismissal",
        "LFT 47",
        "MXN 75,945.21",
        "at the latest 9 Sep 2026",
        "to be confirmed by a lawyer",
        "Total, gross, before taxes MXN 133,302.85",
    ):
        assert part in text, part


def test_strength_follows_status_confidence_and_evidence(make_source: MakeSource) -> None:
    v = voice(make_source(language="en"))
    assert [strength(v, claim) for claim in claims(v)[:3]] == ["evidence in hand", "needs proof", "a lawyer decides"]


def test_a_claim_has_the_clock_of_its_rule_or_amounts(make_source: MakeSource, assessment: Assessment) -> None:
    yearly = tuple(
        replace(d, action=action)
        for d, action in zip(assessment.deadlines, ("indemnity", "aguinaldo_2026"), strict=True)
    )
    v = voice(make_source(assessment=replace(assessment, deadlines=yearly), language="en"))
    first, later = (deadline.safe_date for deadline in yearly)
    assert [own_last_day(v, claim) for claim in claims(v)[:3]] == [first, later, None]
    text = text_of(render(replace(v.source, documents=(Document.VIOLATIONS,))))
    assert "no amount first clock of the case: 9 Sep 2026" in text


def test_every_step_of_every_working_is_printed(make_source: MakeSource, assessment: Assessment) -> None:
    v = voice(make_source(documents=(Document.CALCULATION,), language="en"))
    text = text_of(render(v.source))
    for amount in assessment.amounts:
        assert f"MXN {amount.low:,}" in text
        for step in amount.working:
            assert v.figures(step.expression) in text
            assert v.figures(step.value) in text
            assert v.published(step.source).replace("\u00a0", " ") in text
    for part in ("MXN 133,302.85", "Gross amounts, before taxes.", "rule book mx-2026.1", "DOF 2025-12-09"):
        assert part in text
    assert "The hours of each week are missing." in text
    assert "117.31 was used; a new value was due on Sunday, February 1, 2026" in text
    assert "Only if a lawyer agrees: until Thursday, September 10, 2026." in text


def test_inputs_name_where_they_come_from(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.CALCULATION,), language="en")))
    assert "Pay MXN 24,000.00 a month told by the worker (evidence 2)" in text
    assert "How many vacation days did you take in all? 74 told by the worker" in text


def test_a_range_prints_low_and_high(make_source: MakeSource, assessment: Assessment) -> None:
    doubt = replace(assessment, total_low=Decimal("100.10"), total_high=Decimal("2000.00"))
    text = text_of(render(make_source(assessment=doubt, documents=(Document.CALCULATION,), language="en")))
    assert "MXN 100.10 – 2,000.00" in text
    assert "Two figures" in text


def test_results_stand_in_one_line_at_the_right(make_source: MakeSource) -> None:
    pdf = render(make_source(documents=(Document.CALCULATION,), language="en"))
    edges = {
        round(line.right)
        for page in range(len(page_texts(pdf)))
        for line in lines_of(pdf, page)
        if line.text.strip() in {"800.00", "7,200.00", "6,246.58", "7,934.25", "75,945.21", "MXN 7,200.00"}
    }
    assert max(edges) - min(edges) <= 1


def test_every_counted_amount_is_claimed_even_without_a_finding(
    make_source: MakeSource, assessment: Assessment
) -> None:
    only = replace(
        assessment, findings=(), amounts=(*assessment.amounts[:5], replace(assessment.amounts[5], in_total=False))
    )
    v = voice(make_source(assessment=only, language="en"))
    assert [claim.amounts[0].item for claim in claims(v)] == [amount.item for amount in assessment.amounts[:5]]
    claimed = [amount.item for claim in claims(voice(make_source())) for amount in claim.amounts]
    assert sorted(claimed) == sorted(amount.item for amount in assessment.amounts)


def test_an_amount_of_two_claims_is_counted_once(make_source: MakeSource, assessment: Assessment) -> None:
    twice = replace(assessment, findings=tuple(replace(f, amounts=("indemnity",)) for f in assessment.findings[:2]))
    text = text_of(render(make_source(assessment=twice, documents=(Document.VIOLATIONS,), language="en")))
    assert text.count("MXN 75,945.21") == 1
    assert text.count("Constitutional indemnity (3 months) counted above") == 1


def test_a_source_is_named_where_it_is_first_used(make_source: MakeSource, assessment: Assessment) -> None:
    source = "1970-05-01 – …, LFT 89; 2026-01-01 – 2026-12-31, DOF 2025-12-09"
    steps = tuple(Step(f"s{i}", {"en": f"Step {i}"}, "7200.00", "7200.00", source) for i in range(2))
    worked = replace(assessment, amounts=(replace(assessment.amounts[0], working=steps),), parameters=())
    text = text_of(render(make_source(assessment=worked, documents=(Document.CALCULATION,), language="en")))
    named = "LFT 89, since 1 May 1970; DOF 2025-12-09, from 1 Jan 2026 to 31 Dec 2026"
    assert f"Step 0 {named} 7,200.00 Step 1 7,200.00" in text


def test_rows_go_whole_to_the_next_page(make_source: MakeSource, assessment: Assessment) -> None:
    found = tuple(
        replace(assessment.findings[1], title={"en": f"Claim {i}"}, cite=f"Art. {i}, {'and more ' * 9} end {i}.")
        for i in range(60)
    )
    source = make_source(
        assessment=replace(assessment, findings=found), documents=(Document.VIOLATIONS,), language="en"
    )
    pages = page_texts(render(source))
    assert len(pages) > 3
    for page in pages:
        assert page.count("Facts ¶") <= 1
        assert all((f"Claim {i} " in page) == (f"end {i}." in page) for i in range(60))


def test_no_likely_violation_is_said(make_source: MakeSource, assessment: Assessment) -> None:
    source = make_source(
        assessment=replace(assessment, findings=(), amounts=()), documents=(Document.VIOLATIONS,), language="en"
    )
    assert "found no likely violation" in text_of(render(source))


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("24000.00 ÷ 30", "24,000.00 ÷ 30"),
        ("12 × (4 + 181 ÷ 365) × 630.08", "12 × (4 + 181 ÷ 365) × 630.08"),
        ("1234.567891 − 0.5", "1,234.567891 − 0.5"),
        ("7200.00 … 133302.85", "7,200.00 … 133,302.85"),
        ("[2026-01-01 … 2026-07-09]", "[1 Jan 2026 … 9 Jul 2026]"),
        ("2026-01-01 – …, DOF 2025-12-09", "1 Jan 2026 – …, DOF 9 Dec 2025"),
        ("LFT 516, 2026; 2026-13-40; NOM-037-STPS-2023", "LFT 516, 2026; 2026-13-40; NOM-037-STPS-2023"),
        ("189.380", "189.380"),
        ("min(max(800, 315.04), 2 × 315.04)", "the lower of (the higher of (800, 315.04), 2 × 315.04)"),
        ("v1.25.3 a.5", "v1.25.3 a.5"),
        ("-7200.00", "-7,200.00"),
        ("-0.50 12345", "-0.50 12,345"),
    ],
)
def test_figures_are_grouped_and_days_are_words(make_source: MakeSource, line: str, printed: str) -> None:
    assert voice(make_source(language="en")).figures(line).replace("\u00a0", " ") == printed


def test_the_counting_of_a_last_day_prints_step_by_step(make_source: MakeSource, assessment: Assessment) -> None:
    steps = (Step("first", {"en": "The term runs from the next day"}, "10 de julio", "2026-07-10"),)
    counted = replace(assessment, deadlines=(replace(assessment.deadlines[0], working=steps),))
    text = text_of(render(make_source(assessment=counted, documents=(Document.CALCULATION,), language="en")))
    assert "The term runs from the next day Friday, July 10, 2026" in text
