"""Texts that nobody expected: markup, endless words, long stories, tables of hundreds of rows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from reportlab.lib.units import mm

from clinic_app.documents.design import HEIGHT, LEFT, WIDTH, sheet
from clinic_app.documents.packet import plan, render
from clinic_app.domain.assessment import Assessment, Step
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.packet import Document, Paper
from tests.documents.conftest import MakeSource, lines_of, page_texts, record, text_of, with_section

MARKUP = "<b>Bold</b> & <img src='x'/> <para> </font> &nbsp; %s {name} {0} <"


def inside(pdf: bytes) -> bool:
    where = sheet(Paper.LETTER)
    lines = [line for page in range(len(page_texts(pdf))) for line in lines_of(pdf, page)]
    return all(
        LEFT - mm <= line.left
        and line.right <= LEFT + WIDTH + mm
        and where.bottom - mm <= line.bottom
        and line.top <= where.bottom + HEIGHT + mm
        for line in lines
    )


def test_markup_in_typed_texts_prints_as_it_was_typed(make_source: MakeSource, case: CaseFile) -> None:
    typed = replace(
        with_section(with_section(case, "story", told=MARKUP, wants=MARKUP), "worker", name=MARKUP),
        lists={
            "employers": (record(name=MARKUP, place=MARKUP),),
            "events": (record(kind="other", note=MARKUP),),
            "evidence": (record(title=MARKUP, shows=MARKUP),),
            "witnesses": (record(name=MARKUP, saw=MARKUP, risk=MARKUP, contact=MARKUP, may_be_named="yes"),),
        },
        number="<i>1</i>",
    )
    source = make_source(case=typed, clinic_name=MARKUP, language="en")
    for planned in plan(source):
        text = text_of(render(replace(source, documents=(planned.document,))))
        assert "<i>1</i>" in text
        if planned.document not in {Document.EMPLOYER_NOTICE, Document.NEXT_STEPS, Document.REMINDER}:
            assert "<b>Bold</b> & <img" in text


@pytest.mark.parametrize(
    "story", ["palabra " * 1250, "x" * 10_000, "línea\n" * 400 + "otra " * 1520, "ქ" * 10_000, "😀漢" * 5000]
)
def test_a_story_of_ten_thousand_characters_prints_inside_the_box(
    make_source: MakeSource, case: CaseFile, story: str
) -> None:
    pdf = render(make_source(case=with_section(case, "story", told=story, wants=story)))
    assert inside(pdf)
    letter = next(character for character in story if character.isprintable())
    assert text_of(pdf).count(letter if ord(letter) < 0x4000 else "□") >= 400


def test_names_without_a_space_break_instead_of_running_out(make_source: MakeSource, case: CaseFile) -> None:
    name = "Práctica" + "muy" * 100
    typed = replace(
        with_section(with_section(case, "worker", name=name), "job", position=name),
        number="9" * 120,
        lists={"employers": (record(name=name, place=name),), "evidence": (record(title=name, kind="messages"),)},
    )
    assert inside(render(make_source(case=typed, clinic_name=name)))


def test_tables_of_three_hundred_rows_repeat_their_heads(
    make_source: MakeSource, case: CaseFile, assessment: Assessment
) -> None:
    many = replace(
        assessment,
        findings=tuple(replace(assessment.findings[0], rule=f"r{i}", title={"en": f"Claim {i}"}) for i in range(300)),
        amounts=tuple(replace(assessment.amounts[0], item=f"a{i}", label={"en": f"Amount {i}"}) for i in range(12)),
        parameters=assessment.parameters[:1] * 60,
        not_computed=assessment.not_computed * 60,
        deadlines=assessment.deadlines * 6,
    )
    events = tuple(record(kind="other", date=Edtf.of(many.as_of), note=f"Nota {i}") for i in range(120))
    typed = replace(case, lists={**case.lists, "events": events, "evidence": case.rows("evidence") * 20})
    pdf = render(make_source(case=typed, assessment=many, language="en"))
    assert inside(pdf)
    violations = [text for text in page_texts(pdf)[2:] if "Table of violations" in text]
    claims = " ".join(violations)
    assert len(violations) > 20
    assert all(f"Claim {i} " in claims for i in range(300))
    assert all("Facts ¶" in text for text in violations[:-1])


def test_one_cell_taller_than_a_page_goes_on_over_the_page(make_source: MakeSource, assessment: Assessment) -> None:
    steps = (Step("s", {"en": "Label " * 800}, "1 + " * 1500 + "1", "1501", "Source " * 300),)
    tall = replace(
        assessment,
        findings=(replace(assessment.findings[0], cite="Rule " * 3000),),
        amounts=(replace(assessment.amounts[0], working=steps),),
    )
    pdf = render(make_source(assessment=tall, language="en"))
    assert inside(pdf)
    assert text_of(pdf).count("Rule") >= 3000


def test_huge_sums_stay_in_their_column(make_source: MakeSource, assessment: Assessment) -> None:
    huge = Decimal("999999999999.99")
    amounts = tuple(replace(amount, low=huge / 10, high=huge) for amount in assessment.amounts)
    rich = replace(assessment, amounts=amounts, total_low=huge, total_high=huge * 9)
    assert inside(render(make_source(assessment=rich)))
