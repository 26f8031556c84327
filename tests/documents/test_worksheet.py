from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from clinic_app.documents.packet import render
from clinic_app.documents.voice import voice
from clinic_app.documents.worksheet import last_day, strength
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.packet import Document
from tests.documents.conftest import MakeSource, lines_of, page_texts, text_of


def test_the_table_walks_from_claim_to_facts_evidence_law_and_amount(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.VIOLATIONS,), language="en")))
    for part in (
        "Dismissal without written notice",
        "6, 12",
        "Evidence 2",
        "The employer must hold: notice of dismissal",
        "LFT 47",
        "MXN 75,945.21",
        "at the latest 9 Sep 2026",
        "to be confirmed by a lawyer",
        "Did you work overtime?",
    ):
        assert part in text, part


def test_strength_follows_status_confidence_and_evidence(make_source: MakeSource) -> None:
    v = voice(make_source(language="en"))
    assert [strength(v, f) for f in v.law.findings[:3]] == ["strong", "needs proof", "a lawyer decides"]


def test_a_claim_without_its_own_clock_gets_the_first_of_all(make_source: MakeSource, assessment: Assessment) -> None:
    v = voice(make_source())
    days = [last_day(v, finding) for finding in v.law.findings]
    first, later = (deadline.safe_date for deadline in assessment.deadlines)
    assert days == [first, later, first, first]
    assert last_day(voice(make_source(assessment=replace(assessment, deadlines=()))), assessment.findings[0]) is None


def test_every_step_of_every_working_is_printed(make_source: MakeSource, assessment: Assessment) -> None:
    text = text_of(render(make_source(documents=(Document.CALCULATION,), language="en")))
    for amount in assessment.amounts:
        assert f"MXN {amount.low:,}" in text
        for step in amount.working:
            assert step.expression in text
            assert step.value in text
            assert step.source in text
    for part in ("MXN 133,302.85", "Gross amounts, before taxes.", "rule book mx 2026.1", "DOF 2025-12-09"):
        assert part in text
    assert "The hours of each week are missing." in text
    assert "117.31 was used; a new value was due on Sunday, February 1, 2026" in text
    assert "Only if a lawyer agrees: until Thursday, September 10, 2026." in text


def test_inputs_name_where_they_come_from(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.CALCULATION,), language="en")))
    assert "Pay MXN 24,000.00 a month told by the worker (evidence 1)" in text
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


def test_no_likely_violation_is_said(make_source: MakeSource, assessment: Assessment) -> None:
    source = make_source(assessment=replace(assessment, findings=()), documents=(Document.VIOLATIONS,), language="en")
    assert "found no likely violation" in text_of(render(source))
