"""Every example intake, in every language, on every paper, in every preset: sound files, ink inside the box."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from reportlab.lib.units import mm

from clinic_app import paths
from clinic_app.documents.design import HEIGHT, LEFT, WIDTH, sheet
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.packet import Paper, Preset
from clinic_app.rules.book import RuleBook
from clinic_app.services import intake, packet

ON = dt.date(2026, 10, 20)
EXAMPLES = sorted((paths.resources() / "intakes").glob("*.json"))
LANGUAGES = ("es", "en", "ka")
SUBSET = re.compile(r"/[A-Z]{6}\+DejaVuSans(Condensed|Mono)(-Bold)?\Z")
SLACK = 0.75  # points; side bearings of letters reach that far over their box


def read(books: Mapping[str, RuleBook], file: Path) -> CaseFile:
    case = intake.decode(file.read_bytes(), books)
    agreed = Record({**case.section("consent").values, "share_with_authority": "yes"})
    return replace(case, sections={**case.sections, "consent": agreed})


def fonts_of(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font":
            yield each


def outside(content: bytes, paper: Paper) -> list[tuple[int, str]]:
    """The runs of text that reach over the safe box, with their page."""
    where = sheet(paper)
    found = []
    document = pypdfium2.PdfDocument(content)
    for number, page in enumerate(document, start=1):
        text = page.get_textpage()
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            across = left >= LEFT - SLACK and right <= LEFT + WIDTH + SLACK
            if not (across and bottom >= where.bottom - SLACK and top <= where.bottom + HEIGHT + SLACK):
                found.append((number, text.get_text_bounded(left, bottom, right, top)))
    document.close()
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_packet_of_every_example(books: Mapping[str, RuleBook], file: Path, language: str) -> None:
    case = read(books, file)
    turn = EXAMPLES.index(file) + LANGUAGES.index(language)
    presets = tuple(Preset) if language == case.language else (Preset.WORKER, Preset.FILING)  # the archive once
    for at, preset in enumerate(presets):
        paper = list(Paper)[(turn + at) % len(Paper)]
        made = packet.make_file(books, case, preset=preset, paper=paper, language=language, on=ON)
        (content,) = made.volumes
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert pdf.check_pdf_syntax() == []
            assert pdf.get_warnings() == []
            assert len(pdf.pages) == made.held.pages
            fonts = list(fonts_of(pdf))
            assert fonts
            for font in fonts:
                assert SUBSET.match(str(font["/BaseFont"])), font["/BaseFont"]
                assert "/FontFile2" in font["/FontDescriptor"]
        assert outside(content, paper) == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_workers_copy_takes_two_to_four_sheets(books: Mapping[str, RuleBook], file: Path) -> None:
    case = read(books, file)
    official = books[case.place].main_language
    for language in LANGUAGES:
        made = packet.make_file(
            books, case, preset=Preset.WORKER, paper=Paper(books[case.place].paper), language=language, on=ON
        )
        both_sides = sum(-(-(paper.last - paper.first + 1) // 2) for paper in made.held.papers)
        assert 2 <= both_sides <= 4
        if language == official:  # without a second language beside it, four sheets printed on one side are enough
            assert made.held.pages <= 4, made.held.papers


def test_the_safe_box_is_the_one_that_is_named() -> None:
    assert (round(WIDTH / mm), round(HEIGHT / mm), round(LEFT / mm)) == (170, 245, 25)
