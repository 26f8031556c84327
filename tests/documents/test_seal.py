from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import pypdfium2
import pytest

from clinic_app.documents import seal
from clinic_app.documents.packet import render
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.packet import Document
from tests.documents.conftest import FOLIO, NAME, MakeSource, page_texts

CHOSEN = (Document.COVER, Document.CHRONOLOGY)


@pytest.fixture
def pdf(make_source: MakeSource) -> bytes:
    return render(make_source(documents=CHOSEN, language="en"))


def test_a_file_as_it_was_made_is_intact(pdf: bytes) -> None:
    checked = seal.check(pdf)
    assert checked is not None
    assert checked.intact
    assert checked.folio == FOLIO


def test_the_code_stands_on_every_page(pdf: bytes) -> None:
    checked = seal.check(pdf)
    assert checked is not None
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", checked.code)
    assert all(checked.code in text for text in page_texts(pdf))


def test_any_changed_byte_is_seen(pdf: bytes) -> None:
    for at in range(0, len(pdf), 97):
        changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        checked = seal.check(changed)
        assert checked is None or not checked.intact, at


def test_a_changed_code_or_picture_or_an_added_byte_is_seen(pdf: bytes) -> None:
    checked = seal.check(pdf)
    assert checked is not None
    other = seal.code_of(hashlib.sha256(b"other").hexdigest())
    for changed in (
        pdf.replace(f"({checked.code})".encode(), f"({other})".encode()),
        re.sub(rb"(\nID )([0-9a-f]{2})", lambda m: m[1] + b"55", pdf),
        pdf + b"\n",
        pdf + b"1 0 obj\n<< >>\nendobj\n",
        pdf[:-1],
    ):
        assert changed != pdf
        again = seal.check(changed)
        assert again is not None
        assert not again.intact


def test_a_seal_put_back_to_zeros_is_not_taken(pdf: bytes) -> None:
    checked = seal.check(pdf)
    assert checked is not None
    digest = re.search(rb"% clinic-seal 1 \S* ([0-9a-f]{64})", pdf)
    assert digest is not None
    zeroed = pdf.replace(digest[1], b"0" * 64)
    again = seal.check(zeroed)
    assert again is not None
    assert not again.intact


def test_another_program_s_file_has_no_seal() -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    assert seal.check(b"%PDF-1.4 no seal") is None
    document.close()


def test_other_content_has_another_code(make_source: MakeSource, case: CaseFile, pdf: bytes) -> None:
    other = render(make_source(documents=CHOSEN, language="en", case=replace(case, number="26-0042-K")))
    codes = {checked.code for checked in (seal.check(pdf), seal.check(other)) if checked}
    assert len(codes) == 2


def test_the_picture_holds_folio_and_digest_and_no_name(pdf: bytes) -> None:
    digest = re.search(rb"% clinic-seal 1 (\S*) ([0-9a-f]{64})", pdf)
    assert digest is not None
    picture = re.search(rb"BI /W (\d+) /H (\d+) .*?\nID ([0-9a-f\n]+)>", pdf, re.DOTALL)
    assert picture is not None
    side = int(picture[1])
    rows = [f"{int(row, 16):0{len(row) * 4}b}"[:side] for row in picture[3].decode().split()]
    assert len(rows) == side
    # The three corners that a reader looks for: dark is 0.
    for row, column in ((0, 0), (0, side - 7), (side - 7, 0)):
        assert [line[column : column + 7] for line in rows[row : row + 7]] == [
            "0000000",
            "0111110",
            "0100010",
            "0100010",
            "0100010",
            "0111110",
            "0000000",
        ]
    assert NAME.encode() not in pdf


@pytest.mark.parametrize("typed", ["0A1B-C2D3-E4F5", "oa1b c2d3 e4f5", "0alb-c2d3-e4f5", "OAIBC2D3E4F5"])
def test_a_code_is_taken_however_it_is_typed(typed: str) -> None:
    assert seal.same_code(typed, "0A1B-C2D3-E4F5")
    assert not seal.same_code(typed, "0A1B-C2D3-E4F6")


@pytest.mark.parametrize("folio", ["", "26-0041-K", "26/41 ñ", "9" * 120])
def test_every_folio_can_be_sealed(make_source: MakeSource, case: CaseFile, folio: str) -> None:
    checked = seal.check(render(make_source(documents=CHOSEN, case=replace(case, number=folio))))
    assert checked is not None
    assert checked.intact
    assert checked.folio == seal.plain_folio(folio)
