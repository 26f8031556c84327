from __future__ import annotations

from clinic_app.documents.packet import render, sheet_count
from clinic_app.documents.pictures import page_pictures
from clinic_app.domain.packet import Paper
from tests.documents.conftest import MakeSource


def test_every_page_becomes_a_picture_of_the_asked_width(make_source: MakeSource) -> None:
    source = make_source(paper=Paper.A4)
    pictures = page_pictures(render(source), 300)
    assert len(pictures) == sheet_count(source)
    for picture in pictures:
        assert picture.width == 300
        assert abs(picture.height - 300 * 297 / 210) <= 1
        assert len(picture.rgb) == picture.width * picture.height * 3
        assert min(picture.rgb) < 128 < max(picture.rgb)
