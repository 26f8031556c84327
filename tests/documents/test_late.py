"""Papers added later: numbers go on behind what was handed over, and nothing printed is numbered anew."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from clinic_app.documents import seal
from clinic_app.documents.packet import make, plan, render
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.packet import Document, Preset, exhibit_numbers
from clinic_app.errors import InputError
from tests.documents.conftest import MakeSource, page_texts, text_of

LATER = dt.date(2026, 8, 3)


@pytest.fixture
def stored(case: CaseFile) -> CaseFile:
    """The case as a store gives it: each piece of evidence with the id of its row."""
    rows = tuple(replace(row, id=f"r{at}") for at, row in enumerate(case.rows("evidence")))
    return replace(case, lists={**case.lists, "evidence": rows})


def with_more(case: CaseFile) -> CaseFile:
    new = Record({"kind": "timecard", "title": "Tarjeta vieja", "date": Edtf.parse("2026-01-05")}, id="r9")
    return replace(case, lists={**case.lists, "evidence": (*case.rows("evidence"), new)})


def test_evidence_is_numbered_by_date_and_keeps_what_was_printed(stored: CaseFile) -> None:
    rows = stored.rows("evidence")
    assert exhibit_numbers(rows, {}) == (2, 1, 3)  # only the messages have a date
    printed = {"r0": 2, "r1": 1, "r2": 3}
    assert exhibit_numbers(with_more(stored).rows("evidence"), printed) == (2, 1, 3, 4)
    assert exhibit_numbers(rows[1:], printed) == (1, 3)  # one was taken out: its number is not given again
    assert exhibit_numbers(with_more(stored).rows("evidence")[1:], printed) == (1, 3, 4)


def test_what_a_bundle_held_is_known(make_source: MakeSource, stored: CaseFile) -> None:
    made = make(make_source(case=stored, preset=Preset.FILING))
    (pdf,) = made.volumes
    assert made.held.pages == len(page_texts(pdf))
    assert made.held.exhibits == {"r0": 2, "r1": 1, "r2": 3}
    assert made.held.codes == (seal.read_code(pdf),)
    assert [p.name for p in made.held.papers][:2] == ["cover", "statement"]
    assert [p.first for p in made.held.papers][1:] == [p.last + 1 for p in made.held.papers][:-1]
    worker = make(make_source(case=stored, preset=Preset.WORKER))
    assert worker.held.exhibits == {}


def test_late_papers_go_on_as_section_g(make_source: MakeSource, stored: CaseFile) -> None:
    first = make(make_source(case=stored, preset=Preset.FILING))
    source = make_source(
        case=with_more(stored),
        preset=Preset.FILING,
        language="en",
        prepared_on=LATER,
        after=first.held,
        numbers=first.held.exhibits,
    )
    assert [p.document for p in plan(source) if p.chosen] == [Document.EVIDENCE_INDEX]
    late = make(source)
    pages = page_texts(late.volumes[0])
    begin, end = first.held.pages + 1, first.held.pages + len(pages)
    assert late.held.pages == end
    for at, text in enumerate(pages):
        assert f"p. {begin + at} / {end}" in text
    assert f"page {first.held.pages} of the papers of 20 Jul 2026 with the code {first.held.codes[0]}" in pages[0]
    assert "Added on Monday, August 3, 2026" in pages[0]
    assert re.search(rf"G Evidence index 3 Aug 2026 {begin + 1}\b", pages[0])
    assert "4 Tarjeta vieja" in pages[1]
    assert "Recibos de mayo" not in " ".join(pages)
    assert late.held.exhibits == {"r0": 2, "r1": 1, "r2": 3, "r9": 4}
    assert late.held.after == first.held.codes[0]
    assert {p.name for p in first.held.papers} <= {p.name for p in late.held.papers}


def test_a_paper_can_be_added_again_by_name(make_source: MakeSource, stored: CaseFile) -> None:
    first = make(make_source(case=stored, preset=Preset.FILING))
    source = make_source(
        case=stored, preset=Preset.FILING, language="en", after=first.held, documents=(Document.STATEMENT,)
    )
    assert "G Statement of facts" in text_of(render(source))


def test_nothing_new_is_said(make_source: MakeSource, stored: CaseFile) -> None:
    first = make(make_source(case=stored, preset=Preset.FILING))
    with pytest.raises(InputError, match="nothing new was added"):
        render(make_source(case=stored, preset=Preset.FILING, after=first.held))
