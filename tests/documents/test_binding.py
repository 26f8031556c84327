"""Binding: one numbering through volumes, cut between papers, each volume with the whole index and its own seal."""

from __future__ import annotations

import re
from dataclasses import replace

import pypdfium2
import pytest
from reportlab.platypus import Flowable, PageBreak

from clinic_app.documents import packet, parts, seal
from clinic_app.documents.binding import Bound, Marks, bind, lay_out
from clinic_app.documents.packet import make, page_counts, volumes_of
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import Document, Paper, Preset
from tests.documents.conftest import MakeSource, page_texts, record

MARKS = Marks("F-1", "p. {page} / {pages}", sealed=True, most=5)


def paper(name: str, pages: int, known: int = 0) -> Bound:
    def make_parts() -> list[Flowable]:
        drawn: list[Flowable] = []
        for at in range(pages):
            drawn += [parts.text(f"{name}, page {at + 1}"), *([PageBreak()] if at < pages - 1 else [])]
        return drawn

    return Bound(name, make_parts, section="S · Section", pages=known, name=name)


def index(number: int) -> Bound:
    return Bound(f"Index {number}", lambda: [parts.text(f"Volume {number}")])


@pytest.mark.parametrize("known", [0, 3])
def test_a_thick_bundle_is_cut_between_papers_with_one_numbering(known: int) -> None:
    papers = [paper("A", 1), paper("B", 3, known), paper("C", 3, known), paper("D", 1), paper("E", 7)]
    bundle = bind(papers, Paper.A4, MARKS, index=index)
    assert [[listed.name for listed in bundle.seen.papers if listed.volume == n] for n in (1, 2, 3)] == [
        ["A", "B"],
        ["C", "D"],
        ["E"],
    ]
    pages = [text for pdf in bundle.volumes for text in page_texts(pdf)]
    assert len(pages) == bundle.seen.pages == 4 + 5 + 8
    assert all(f"p. {at} / 17" in text for at, text in enumerate(pages, start=1))
    assert len({seal.read_code(pdf) for pdf in bundle.volumes}) == 3
    for pdf in bundle.volumes:
        checked = seal.check(pdf)
        assert checked is not None
        assert checked.intact
    assert [listed.first for listed in bundle.seen.papers] == [1, 2, 6, 9, 11]
    assert lay_out(papers, Paper.A4, MARKS, index=index) == bundle.seen


def test_a_bundle_that_is_thin_enough_is_one() -> None:
    bundle = bind([paper("A", 2), paper("B", 3)], Paper.A4, MARKS, index=index)
    assert len(bundle.volumes) == 1
    assert bundle.pdf == bundle.volumes[0]


def test_each_volume_has_bookmarks_of_its_own_papers() -> None:
    bundle = bind([paper("A", 3), paper("B", 4)], Paper.A4, MARKS, index=index)
    second = pypdfium2.PdfDocument(bundle.volumes[1])
    titles = [(mark.level, mark.get_title().partition(" · p")[0]) for mark in second.get_toc()]
    second.close()
    assert titles == [(0, "Index 2"), (0, "S · Section"), (1, "B")]


def test_progress_is_told_and_may_stop_the_work() -> None:
    told: list[tuple[int, int]] = []
    bind([paper("A", 1), paper("B", 1)], Paper.A4, MARKS, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]

    def stop(done: int, _of: int) -> None:
        raise InterruptedError(done)

    with pytest.raises(InterruptedError):
        bind([paper("A", 1), paper("B", 1)], Paper.A4, MARKS, progress=stop)


def test_a_filing_copy_of_many_sheets_is_cut_into_volumes(
    make_source: MakeSource, case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packet, "MOST_SHEETS", 6)
    events = tuple(record(kind="other", date=case.rows("events")[0].get("date"), note=f"Nota {i}") for i in range(60))
    source = make_source(
        case=replace(case, lists={**case.lists, "events": events}), preset=Preset.FILING, language="en"
    )
    made = make(source)
    assert len(made.volumes) > 1
    texts = [page_texts(pdf) for pdf in made.volumes]
    assert f"{made.held.pages} in {len(made.volumes)} volumes" in texts[0][0]
    assert texts[1][0].startswith("Volume 2")
    assert re.search(r"B Statement of facts 20 Jul 2026 vol\. \d: \d", texts[1][0])
    assert made == make(source)
    counted = page_counts(source, [p.document for p in packet.plan(source) if p.chosen])
    assert volumes_of(source, list(counted.values())) == len(made.volumes)
    assert sum(counted.values()) + len(made.volumes) - 1 == made.held.pages
    archive = make(replace(source, preset=Preset.ARCHIVE))
    assert len(archive.volumes) == 1


def test_papers_counted_by_themselves_are_those_of_the_bundle(make_source: MakeSource) -> None:
    source = make_source(preset=Preset.FILING)
    chosen = [p.document for p in packet.plan(source) if p.chosen]
    counted = page_counts(source, chosen)
    held = {p.name: p.last - p.first + 1 for p in make(source).held.papers}
    assert {document.value: pages for document, pages in counted.items()} == held
    assert Document.COVER in counted
