"""A printer's paper from what was read on the ruler page, and the page itself in true size."""

from __future__ import annotations

from decimal import Decimal

import pypdfium2
import pytest
from reportlab.lib.units import mm

from clinic_app.documents.design import sheet
from clinic_app.domain.packet import Paper
from clinic_app.errors import InputError
from clinic_app.services import ruler


@pytest.mark.parametrize(("half", "height"), [("165", 330), ("170", 340), ("171.5", 343), ("178", 356)])
def test_the_height_is_twice_the_folded_sheet(half: str, height: int) -> None:
    assert ruler.read(Decimal(86), Decimal(half), frame_whole=True) == height
    assert round(sheet(Paper.OFICIO, height).height / mm) == height
    assert sheet(Paper.A4, height) == sheet(Paper.A4)


@pytest.mark.parametrize(
    ("card", "half", "whole", "where"),
    [
        ("82", "170", True, "card"),
        ("0", "170", True, "card"),
        ("86", "150", True, "half"),
        ("86", "170", False, "frame"),
    ],
)
def test_a_printer_that_scales_or_cuts_is_not_measured(card: str, half: str, whole: bool, where: str) -> None:
    with pytest.raises(InputError) as refused:
        ruler.read(Decimal(card), Decimal(half), frame_whole=whole)
    assert refused.value.path == where


@pytest.mark.parametrize("language", ["es", "en", "ka"])
@pytest.mark.parametrize("paper", Paper)
def test_the_page_is_one_sheet_in_true_size(language: str, paper: Paper) -> None:
    document = pypdfium2.PdfDocument(ruler.page(language, "mx", paper))
    assert len(document) == 1
    page = document[0].get_textpage()
    tops = {text: _left_and_middle(page, text) for text in ("110", "120")}
    document.close()
    across = tops["120"][0] - tops["110"][0]
    assert across == pytest.approx(10 * mm, abs=0.5)


def _left_and_middle(page: pypdfium2.PdfTextPage, text: str) -> tuple[float, float]:
    """Return the middle of the last number like this on the page: of the ruler across."""
    searcher = page.search(text, match_whole_word=True)
    found = []
    while (hit := searcher.get_next()) is not None:
        boxes = [page.get_charbox(hit[0] + at) for at in range(hit[1])]
        found.append(((boxes[0][0] + boxes[-1][2]) / 2, boxes[0][1]))
    return max(found)
