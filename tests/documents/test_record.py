from __future__ import annotations

from dataclasses import replace

from clinic_app.documents.packet import plan, render
from clinic_app.documents.record import dated
from clinic_app.documents.voice import voice
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import Document
from tests.documents.conftest import FOLIO, MakeSource, lines_of, page_texts, text_of, with_section


def test_the_oldest_fact_stands_first(make_source: MakeSource) -> None:
    lines = dated(voice(make_source(language="en")))
    assert [line.first for line in lines] == sorted(line.first for line in lines)
    text = text_of(render(make_source(documents=(Document.CHRONOLOGY,), language="en")))
    order = [text.index(words) for words in ("10 Jan 2022", "≈ about February 2026", "9 Jul 2026")]
    assert order == sorted(order)


def test_a_fact_names_its_paragraph_and_how_it_is_known(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.CHRONOLOGY,), language="en")))
    assert "Me bajaron el bono. There is a paper" in text
    assert "The work began. told by the worker (evidence 3) 4" in text


def test_a_case_without_dates_says_so(make_source: MakeSource, case: CaseFile) -> None:
    empty = replace(case, sections={}, lists={})
    assert "No dates are known yet." in text_of(
        render(make_source(case=empty, documents=(Document.CHRONOLOGY,), language="en"))
    )


def test_the_evidence_has_the_numbers_of_the_other_papers_and_no_place(make_source: MakeSource) -> None:
    text = text_of(render(make_source(documents=(Document.EVIDENCE_INDEX,), language="en")))
    assert "2 Recibos de mayo y junio" in text
    assert "3 Gafete" in text
    assert "Original" in text
    assert "Casa de su hermana" not in text


def test_no_evidence_is_said_and_not_printed(make_source: MakeSource, case: CaseFile) -> None:
    planned = {p.document: p for p in plan(make_source(case=replace(case, lists={})))}
    assert planned[Document.EVIDENCE_INDEX].why_not == "No evidence was noted yet."


def test_the_consent_sheet_is_ticked_as_the_case_notes_it(make_source: MakeSource, case: CaseFile) -> None:
    said = with_section(case, "consent", statistics="no")
    pages = page_texts(render(make_source(case=said, documents=(Document.CONSENT,), language="en")))
    assert len(pages) == 1
    assert "Write or speak to my employer ☒ ☐" in pages[0]
    assert "Count my case in figures, without my name ☐ ☒" in pages[0]
    assert "Keep my data in this clinic ☐ ☐" in pages[0]


def test_two_receipts_stand_on_one_sheet(make_source: MakeSource) -> None:
    pages = page_texts(render(make_source(documents=(Document.RECEIPT,), language="en")))
    assert len(pages) == 1
    assert pages[0].count("Receipt for papers ·") == 2


def test_the_reminder_tells_a_day_and_a_number_and_nothing_else(
    make_source: MakeSource, assessment: Assessment
) -> None:
    for language, telling in {
        "en": ("claim", "labor", "law", "employer", "clinic", "conciliation", "court"),
        "es": ("reclam", "labor", "ley", "patrón", "clínica", "concilia", "demanda", "derecho", "trabajo"),
    }.items():
        pdf = render(make_source(documents=(Document.REMINDER,), language=language))
        (text,) = page_texts(pdf)
        assert FOLIO in text
        assert "2026" in text
        assert not [word for word in telling if word in text.lower()]
        assert max(line.size for line in lines_of(pdf, 0)) >= 36
    late = replace(assessment, deadlines=())
    assert "Come back this week." in text_of(
        render(make_source(documents=(Document.REMINDER,), assessment=late, language="en"))
    )
