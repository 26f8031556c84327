"""Paper: the pages of a PDF on the screen and on a printer, painted from the same bytes at actual size."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from clinic_app.domain.packet import Paper
from clinic_app.services.packet import PagePicture
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

DPI: Final = 200
SIZES_MM: Final = {Paper.LETTER: (215.9, 279.4), Paper.A4: (210.0, 297.0), Paper.OFICIO: (215.9, 340.0)}
_MM_AN_INCH: Final = 25.4


def print_width(paper: Paper) -> int:
    """Return how many pixels wide a page is drawn for the printer."""
    return round(SIZES_MM[paper][0] / _MM_AN_INCH * DPI)


def image_of(picture: PagePicture) -> QImage:
    """Return a page as an image that owns its bytes."""
    return QImage(picture.rgb, picture.width, picture.height, 3 * picture.width, QImage.Format.Format_RGB888).copy()


def sheet(voice: Voice, picture: PagePicture, number: int, pages: int, width: int) -> QLabel:
    """Return one page as a picture for the screen, `width` logical pixels wide."""
    shown = QLabel()
    ratio = picture.width / width
    pixmap = QPixmap.fromImage(image_of(picture))
    pixmap.setDevicePixelRatio(ratio)
    shown.setPixmap(pixmap)
    shown.setObjectName("sheet")
    shown.setFixedSize(round(picture.width / ratio) + 2, round(picture.height / ratio) + 2)
    shown.setAccessibleName(voice.words(N_("Page {number} of {pages}"), number=number, pages=pages))
    return shown


def printer_for(paper: Paper) -> QPrinter:
    """Return a printer set to the sheet size, without margins of its own, never scaled."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QSizeF(*SIZES_MM[paper]), QPageSize.Unit.Millimeter))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    printer.setFullPage(True)
    return printer


def choose_printer(parent: QWidget, printer: QPrinter, pages: int) -> bool:
    """Let the user choose a printer and pages; say whether to print."""
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(1, pages)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    try:
        return dialog.exec() == QPrintDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


def paint(printer: QPrinter, pages: tuple[PagePicture, ...], paper: Paper) -> str:
    """Paint the pages at actual size; return which ones, as "1-4", or "" when the printer did not take them."""
    first = printer.fromPage() or 1
    last = min(printer.toPage() or len(pages), len(pages))
    painter = QPainter()
    if not painter.begin(printer):
        return ""
    dots = printer.resolution() / _MM_AN_INCH
    width, height = SIZES_MM[paper]
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for number in range(first, last + 1):
        if number > first and not printer.newPage():
            painter.end()
            return ""
        painter.drawImage(QRectF(0, 0, width * dots, height * dots), image_of(pages[number - 1]))
    return f"{first}-{last}" if painter.end() else ""


def ask_file(parent: QWidget, voice: Voice, name: str) -> Path | None:
    """Let the user choose where to save a PDF."""
    chosen, _ = QFileDialog.getSaveFileName(
        parent, voice.words(N_("Save to file")), str(Path.home() / name), "PDF (*.pdf)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")
