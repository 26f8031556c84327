from __future__ import annotations

import datetime as dt
import re

import pytest

from clinic_app.documents.sheets import recovery_sheet
from clinic_app.domain.packet import Paper
from tests.documents.conftest import page_texts

KEY = "AB0D-EFGH-1JKL-MN8P-QRST-UVWX-YZ23"


@pytest.mark.parametrize("paper", Paper)
def test_the_recovery_sheet_is_one_page_with_the_key_in_one_piece(paper: Paper) -> None:
    pdf = recovery_sheet("Clínica <b> & Práctica", KEY, "es", paper, dt.date(2026, 11, 22))
    (text,) = page_texts(pdf)
    assert KEY in text
    assert "Clínica <b> & Práctica" in text
    assert "domingo, 22 de noviembre de 2026" in text
    assert re.search(rb"\+DejaVuSansMono-Bold", pdf)
    assert pdf == recovery_sheet("Clínica <b> & Práctica", KEY, "es", paper, dt.date(2026, 11, 22))
