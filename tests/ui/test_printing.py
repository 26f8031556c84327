from __future__ import annotations

import datetime as dt
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from clinic_app.domain.packet import Paper
from clinic_app.services import clinic as clinics
from clinic_app.services import packet
from clinic_app.ui import printing
from clinic_app.ui.voice import Voice

KEY = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV"


def pages(paper: Paper, width: int) -> tuple[packet.PagePicture, ...]:
    pdf = clinics.recovery_sheet("Clinic", KEY, "en", paper, dt.date(2026, 7, 15))
    return packet.page_pictures(pdf, width)


@pytest.mark.parametrize("paper", Paper)
def test_a_page_is_printed_at_actual_size(qtbot: QtBot, tmp_path: Path, paper: Paper) -> None:
    assert qtbot is not None
    drawn = pages(paper, 400) * 3
    printer = printing.printer_for(paper)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    assert printing.paint(printer, drawn, paper) == "1-3"
    out = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    try:
        assert len(out) == 3
        width, height = printing.SIZES_MM[paper]
        assert out[0].get_width() == pytest.approx(width / 25.4 * 72, abs=1)
        assert out[0].get_height() == pytest.approx(height / 25.4 * 72, abs=1)
        # Ink at the same share of the page as in the picture: nothing was shifted or scaled.
        picture = printing.image_of(drawn[0])
        again = out[0].render(scale=400 / out[0].get_width()).to_pil().convert("L")
        top = next(
            y for y in range(picture.height()) if any(picture.pixelColor(x, y).lightness() < 128 for x in range(400))
        )
        printed_top = next(y for y in range(again.height) if min(again.crop((0, y, 400, y + 1)).tobytes()) < 128)
        assert printed_top == pytest.approx(top, abs=3)
    finally:
        out.close()


def test_only_the_chosen_pages_are_printed(qtbot: QtBot, tmp_path: Path) -> None:
    assert qtbot is not None
    printer = printing.printer_for(Paper.A4)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    printer.setFromTo(2, 3)
    assert printing.paint(printer, pages(Paper.A4, 200) * 4, Paper.A4) == "2-3"
    out = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    assert len(out) == 2
    out.close()


@pytest.mark.qt_log_ignore("Returned false")
def test_a_printer_that_does_not_answer_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    assert qtbot is not None
    printer = printing.printer_for(Paper.A4)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no" / "such" / "folder" / "out.pdf"))
    assert printing.paint(printer, pages(Paper.A4, 200), Paper.A4) == ""


def test_a_sheet_on_the_screen_has_a_name_and_its_size(qtbot: QtBot, voice: Voice) -> None:
    picture = pages(Paper.LETTER, 400)[0]
    shown = printing.sheet(voice, picture, 2, 5, 200)
    qtbot.addWidget(shown)
    assert shown.accessibleName() == "Page 2 of 5"
    assert shown.width() == 202
