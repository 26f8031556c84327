from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2
from reportlab.lib.units import mm

from clinic_app.documents.packet import TITLES, plan, render
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import Document, Preset
from tests.documents.conftest import ALIAS, NAME, MakeSource, page_texts, with_section


def test_the_index_names_the_pages_that_the_papers_have(make_source: MakeSource) -> None:
    pdf = render(make_source(preset=Preset.FILING, language="en"))
    pages = page_texts(pdf)
    listed = re.findall(r"[A-F] (\D+?) 20 Jul 2026 (\d+)(?:–(\d+))?", pages[0])
    assert [title for title, _, _ in listed] == [
        "Statement of facts",
        "Chronology",
        "Table of violations",
        "Calculation",
        "Evidence index",
    ]
    told = {n for _, first, last in listed for n in range(int(first), int(last or first) + 1)}
    assert told == set(range(2, len(pages) + 1))
    for title, first, last in listed:
        for number in range(int(first), int(last or first) + 1):
            assert title in pages[number - 1], (title, number)


def test_each_line_of_the_index_leads_to_its_paper(make_source: MakeSource) -> None:
    pdf = render(make_source(preset=Preset.FILING, language="en"))
    document = pypdfium2.PdfDocument(pdf)
    planned = [p.document for p in plan(make_source(preset=Preset.FILING)) if p.chosen]
    assert pdf.count(b"/Subtype /Link") == 2 * (len(planned) - 1)
    document.close()


def test_the_cover_is_one_page_and_tells_the_sheets(make_source: MakeSource) -> None:
    pages = page_texts(render(make_source(preset=Preset.FILING, language="en")))
    assert f"Number of sheets, printed on one side {len(pages)}" in pages[0]
    assert TITLES[Document.COVER] not in pages[1]
    assert "Rule book mx-2026.1" in pages[0]
    assert "Empacadora Práctica S.A." in pages[0]


def test_an_unknown_employer_is_named_by_the_place(make_source: MakeSource, case: CaseFile) -> None:
    (employer,) = case.rows("employers")
    unknown = replace(employer, values={k: v for k, v in employer.values.items() if k not in {"name", "trade_name"}})
    source = make_source(case=replace(case, lists={**case.lists, "employers": (unknown,)}), language="en")
    assert "name not known; works at: Carretera vieja" in page_texts(render(source))[0]


def test_a_hidden_name_gives_the_alias(make_source: MakeSource, case: CaseFile) -> None:
    first = page_texts(render(make_source(case=with_section(case, "worker", keep_hidden="yes"))))[0]
    assert ALIAS in first
    assert NAME not in first


def test_the_stamp_area_is_empty_and_large_enough(make_source: MakeSource) -> None:
    pdf = render(make_source(preset=Preset.FILING, language="en"))
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].get_textpage()
    searcher = page.search("Received by: name, date, stamp")
    found = searcher.get_next()
    assert found is not None
    left, bottom, _, _ = page.get_charbox(found[0])
    inside = page.get_text_bounded(left + 3, bottom - 40 * mm, left + 58 * mm, bottom - 3 * mm)
    assert inside.strip() == ""
    document.close()


def test_the_first_form_says_for_whom_the_bundle_is(make_source: MakeSource, assessment: Assessment) -> None:
    route = replace(assessment.routes[0], id="court_direct")
    source = make_source(preset=Preset.FILING, assessment=replace(assessment, routes=(route,)), language="en")
    assert "Authority The competent labor court" in page_texts(render(source))[0]
