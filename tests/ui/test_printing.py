from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QPageRanges
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from clinic_app.domain.packet import Paper
from clinic_app.services import clinic as clinics
from clinic_app.services import packet, ruler
from clinic_app.ui import printing
from clinic_app.ui.desk import Place
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.packet.pages import KEPT, PageStack
from clinic_app.ui.packet.ruler import RulerDialog
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.ui.window import Window
from tests.ui.driving import case_id, go, rest

KEY = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV"


def pdf_of(paper: Paper, pages: int = 1) -> bytes:
    """A PDF of the same sheet so many times."""
    one = pypdfium2.PdfDocument(clinics.recovery_sheet("Clinic", KEY, "en", paper, dt.date(2026, 7, 15)))
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.import_pages(one)
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    one.close()
    return buffer.getvalue()


def to_file(paper: Paper, out: Path) -> QPrinter:
    printer = printing.printer_for(paper)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(out))
    return printer


def run_through(
    qtbot: QtBot, tasks: Tasks, printer: QPrinter, pdf: bytes, pages: tuple[int, ...], paper: Paper
) -> list[object]:
    """Print and return how it ended: the pages, "failed" or "stopped"."""
    ended: list[object] = []
    run = printing.PrintRun(tasks, printer, printing.bundle_of(pdf), pages, paper, tasks)
    run.finished.connect(ended.append)
    run.failed.connect(lambda: ended.append("failed"))
    run.stopped.connect(lambda: ended.append("stopped"))
    run.start()
    qtbot.waitUntil(lambda: bool(ended))
    return ended


@pytest.mark.parametrize("paper", Paper)
def test_a_page_is_printed_at_actual_size(qtbot: QtBot, tasks: Tasks, tmp_path: Path, paper: Paper) -> None:
    pdf = pdf_of(paper, 3)
    ended = run_through(qtbot, tasks, to_file(paper, tmp_path / "out.pdf"), pdf, (1, 2, 3), paper)
    assert ended == [(1, 2, 3)]
    out = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    try:
        assert len(out) == 3
        width, height = printing.SIZES_MM[paper]
        assert out[0].get_width() == pytest.approx(width / 25.4 * 72, abs=1)
        assert out[0].get_height() == pytest.approx(height / 25.4 * 72, abs=1)
        # Ink at the same share of the page as in the picture: nothing was shifted or scaled.
        picture = printing.image_of(packet.page_pictures(pdf, 400, (1,))[0])
        again = out[0].render(scale=400 / out[0].get_width()).to_pil().convert("L")
        top = next(
            y for y in range(picture.height()) if any(picture.pixelColor(x, y).lightness() < 128 for x in range(400))
        )
        printed_top = next(y for y in range(again.height) if min(again.crop((0, y, 400, y + 1)).tobytes()) < 128)
        assert printed_top == pytest.approx(top, abs=3)
    finally:
        out.close()


def test_only_the_chosen_pages_are_printed(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    printer = to_file(Paper.A4, tmp_path / "out.pdf")
    printer.setPageRanges(QPageRanges.fromString("2-3,5,9"))
    chosen = printing.chosen_pages(printer, printing.bundle_of(pdf_of(Paper.A4, 6)))
    assert chosen == (2, 3, 5)
    assert run_through(qtbot, tasks, printer, pdf_of(Paper.A4, 6), chosen, Paper.A4) == [(2, 3, 5)]
    out = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    assert len(out) == 3
    out.close()


def test_volumes_are_one_bundle_with_one_numbering(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    bundle = printing.bundle_of(pdf_of(Paper.A4, 2), pdf_of(Paper.A4, 3), last=14)
    assert bundle.numbers == (10, 11, 12, 13, 14)
    assert bundle.picture(12, 100).width == 100
    with pytest.raises(IndexError):
        bundle.picture(15, 100)
    ended: list[object] = []
    run = printing.PrintRun(tasks, to_file(Paper.A4, tmp_path / "out.pdf"), bundle, (11, 12), Paper.A4, tasks)
    run.finished.connect(ended.append)
    run.start()
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == [(11, 12)]


def test_a_dialog_that_was_told_nothing_means_every_page(qtbot: QtBot) -> None:
    assert qtbot is not None
    assert printing.chosen_pages(printing.printer_for(Paper.LETTER), printing.bundle_of(pdf_of(Paper.LETTER, 4))) == (
        1,
        2,
        3,
        4,
    )


@pytest.mark.qt_log_ignore("Returned false")
def test_a_printer_that_does_not_answer_is_told(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    printer = to_file(Paper.A4, tmp_path / "no" / "such" / "folder" / "out.pdf")
    assert run_through(qtbot, tasks, printer, pdf_of(Paper.A4), (1,), Paper.A4) == ["failed"]


def test_a_long_run_can_be_stopped(qtbot: QtBot, tasks: Tasks, tmp_path: Path) -> None:
    printer = to_file(Paper.A4, tmp_path / "out.pdf")
    seen: list[tuple[int, int]] = []
    ended: list[str] = []
    bundle = printing.bundle_of(pdf_of(Paper.A4, 30))
    run = printing.PrintRun(tasks, printer, bundle, bundle.numbers, Paper.A4, tasks)
    run.stopped.connect(lambda: ended.append("stopped"))
    run.finished.connect(lambda _pages: ended.append("finished"))

    def on_progress(done: int, pages: int) -> None:
        seen.append((done, pages))
        if done == 2:
            run.stop()

    run.progressed.connect(on_progress)
    run.start()
    qtbot.waitUntil(lambda: bool(ended) and not tasks.pending)
    run.stop()
    assert ended == ["stopped"]
    assert seen == [(1, 30), (2, 30)]


def test_pages_are_pictured_when_they_are_seen_and_few_are_kept(qtbot: QtBot, voice: Voice, tasks: Tasks) -> None:
    stack = PageStack(voice, tasks)
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidget(stack)
    area.setWidgetResizable(True)
    stack.show_bundle(printing.bundle_of(pdf_of(Paper.LETTER, 40)), Paper.LETTER, 300)
    area.resize(400, 500)
    area.show()
    qtbot.waitUntil(lambda: stack.sheets[0].pictured)
    assert stack.sheets[1].accessibleName() == "Page 2 of 40"
    assert not stack.sheets[10].pictured
    bar = area.verticalScrollBar()
    for number in range(0, 40, 2):
        bar.setValue(stack.sheets[number].y())
        qtbot.waitUntil(lambda n=number: stack.sheets[n].pictured)  # type: ignore[misc]  # a default binds the number
    qtbot.waitUntil(lambda: not tasks.pending)
    assert sum(sheet.pictured for sheet in stack.sheets) <= KEPT + 3
    assert not stack.sheets[0].pictured
    bar.setValue(0)
    qtbot.waitUntil(lambda: stack.sheets[0].pictured)
    QApplication.processEvents()


def test_the_sheets_of_a_printer_are_measured_once(qtbot: QtBot, window: Window) -> None:
    assert window.clinic is not None
    page = go(qtbot, window, Place("packet", case_id(window, "José")), PacketPage)
    assert not page.measure_button.isVisible()
    page.paper.setCurrentIndex(page.paper.findData(Paper.OFICIO.value))
    page.paper.activated.emit(page.paper.currentIndex())
    rest(qtbot, window)
    assert page.measure_button.isVisible()
    page.measure_button.click()
    dialog = page.findChild(RulerDialog)
    assert dialog is not None
    for name, typed in (("card", "83"), ("half", "170")):
        line = dialog.boxes[name].input.focus_target()
        assert isinstance(line, QLineEdit)
        line.setText(typed)
    frame = dialog.boxes["frame"].input
    assert isinstance(frame, ChoiceInput)
    frame.pick(0)
    dialog.button.click()
    qtbot.waitUntil(lambda: "true size" in dialog.boxes["card"].error.text())
    card = dialog.boxes["card"].input.focus_target()
    assert isinstance(card, QLineEdit)
    card.setText("86")
    dialog.button.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    assert page.made is not None
    assert page.made.bundle.height == 340
    assert ruler.height_for(window.clinic, printing.usual_printer()) == 340
