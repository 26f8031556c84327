from __future__ import annotations

import gettext
import re
from dataclasses import replace
from itertools import product

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.units import mm

from clinic_app.documents.design import BOLD, HEIGHT, LEFT, MONO, REGULAR, WIDTH, fitting, printable, sheet
from clinic_app.documents.packet import SECTIONS, TITLES, plan, render
from clinic_app.documents.pictures import page_pictures
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import FORMS, Paper
from clinic_app.i18n import Words
from clinic_app.paths import resources
from tests.documents.conftest import NAME, MakeSource, lines_of, page_texts

SLACK = 0.75  # points; side bearings of letters reach that far over their box


class Longer(gettext.NullTranslations):
    """A language in which every text is 40 % longer than in English."""

    def gettext(self, message: str) -> str:
        return message + " " + "løng" * (len(message) * 4 // 40 + 1)


@pytest.mark.parametrize("paper", Paper)
def test_the_safe_box_leaves_the_margins(paper: Paper) -> None:
    where = sheet(paper)
    assert pytest.approx(25 * mm) == LEFT
    assert where.width - LEFT - WIDTH >= 14.99 * mm
    assert where.bottom >= 15 * mm
    assert where.height - where.bottom - HEIGHT >= 15 * mm


@pytest.mark.parametrize(("paper", "language"), list(product(Paper, ("es", "ka"))))
def test_all_text_stands_inside_the_safe_box(
    make_source: MakeSource, case: CaseFile, paper: Paper, language: str
) -> None:
    pdf = render(make_source(paper=paper, language=language, case=replace(case, practice=True)))
    where = sheet(paper)
    for page in range(len(page_texts(pdf))):
        lines = lines_of(pdf, page)
        assert lines
        for line in lines:
            assert line.left >= LEFT - SLACK, line
            assert line.right <= LEFT + WIDTH + SLACK, line
            assert line.bottom >= where.bottom - SLACK, line
            assert line.top <= where.bottom + HEIGHT + SLACK, line


def test_a_language_with_longer_words_still_stands_inside_the_box(
    make_source: MakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinic_app.documents.voice.words", lambda language, region: Words(language, Longer(), region))
    pdf = render(make_source(language="en"))
    for page in range(len(page_texts(pdf))):
        assert all(line.left >= LEFT - SLACK and line.right <= LEFT + WIDTH + SLACK for line in lines_of(pdf, page))


def test_sheets_have_their_true_size(make_source: MakeSource) -> None:
    for paper, size in {Paper.LETTER: (216, 279), Paper.A4: (210, 297), Paper.OFICIO: (216, 340)}.items():
        document = pypdfium2.PdfDocument(render(make_source(paper=paper)))
        for page in document:
            assert (round(page.get_width() / mm), round(page.get_height() / mm)) == size
        document.close()


def test_fonts_are_embedded_and_subset(make_source: MakeSource) -> None:
    pdf = render(make_source(language="ka"))
    names = re.findall(rb"/BaseFont /(\S+)", pdf)
    assert len(names) >= 2
    assert all(re.fullmatch(rb"[A-Z]{6}\+DejaVuSansCondensed(-Bold)?", name) for name in names), names
    assert pdf.count(b"/FontFile2") == len(names)
    assert len(pdf) < 450_000


def test_bookmarks_name_each_section_and_paper_with_its_page(make_source: MakeSource) -> None:
    document = pypdfium2.PdfDocument(render(make_source(language="en")))
    marks = [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
    assert all(f"p. {page + 1} / {len(document)}" in title for _, title, page in marks)
    sections = [title[0] for _, title, _ in marks if re.match(r"[A-G] · ", title)]
    assert sections == sorted(set(sections)) == ["B", "C", "D", "E", "F"]
    papers = [title.partition(" · ")[0] for _, title, _ in marks if not re.match(r"[A-G] · ", title)]
    chosen = [planned.document for planned in plan(make_source()) if planned.chosen]
    assert papers == [TITLES[d] for d in chosen if d not in FORMS]
    below = [title for level, title, _ in marks if level == 1]
    assert len(below) == len([d for d in chosen if d in {d for some in SECTIONS.values() for d in some}])
    document.close()


def test_metadata_names_nobody_and_the_printer_is_asked_not_to_scale(make_source: MakeSource) -> None:
    pdf = render(make_source())
    document = pypdfium2.PdfDocument(pdf)
    told = " ".join(document.get_metadata_dict().values())
    document.close()
    assert "labor-clinic 0.1.0" in told
    for name in (NAME, "anonymous", "Práctica", "26-0041"):
        assert name not in told
    assert b"/PrintScaling /None" in pdf


def test_pages_take_little_toner_and_only_black(make_source: MakeSource) -> None:
    for picture in page_pictures(render(make_source(language="en")), 1700):
        image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
        pixels = image.convert("L").tobytes()
        assert 1 - sum(pixels) / (255 * len(pixels)) <= 0.05
        bands = [band.tobytes() for band in image.split()]
        assert bands[0] == bands[1] == bands[2]


def test_letters_of_many_languages_are_held() -> None:
    kept = "ñáü ¿¡ q’ulqi ʼ ꞌ ɨ ƛ ქართული Հայերեն Кириллица əğış — … “” × ÷ ≈"
    assert printable(kept) == kept


def test_what_the_fonts_do_not_hold_is_seen() -> None:
    assert printable("a漢🦀b") == "a□□b"
    assert printable("a\x00\u200e\u0301b\r\nc\td") == "áb\nc d"


def test_a_long_title_is_cut_to_its_room() -> None:
    cut = fitting("very long title " * 40, 200)
    assert cut.endswith("…")
    assert len(cut) < 80
    assert fitting("short", 200) == "short"


def test_fonts_of_the_papers_are_shipped_with_their_licence() -> None:
    for name in (REGULAR, BOLD, MONO):
        assert (resources() / "fonts" / f"{name}.ttf").is_file()
    assert "Bitstream" in (resources() / "fonts" / "LICENSE-DejaVu.txt").read_text(encoding="utf-8")
