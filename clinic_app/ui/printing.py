"""Paper: pages on a printer, painted from the very bytes of the PDF at actual size, one page at a time.

A page is pictured off the window's thread, painted, and let go: a long packet needs no more memory
than a short one, shows how far it is, and can be stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QMarginsF, QObject, QRectF, QSizeF, QStorageInfo, Signal
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QWidget

from clinic_app.domain.packet import Paper
from clinic_app.services import packet
from clinic_app.services.packet import PagePicture
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

DPI: Final = 200
SIZES_MM: Final = {Paper.LETTER: (215.9, 279.4), Paper.A4: (210.0, 297.0), Paper.OFICIO: (215.9, 340.0)}
JOB: Final = "-"
"""What every job is called in the printer's list: others see that list, on the network too."""
STICK_FOLDERS: Final = ("/media/", "/run/media/", "/Volumes/")
_MM_AN_INCH: Final = 25.4


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is looked at and printed: one PDF or several volumes, whose pages count on from `first`.

    `height` is that of the printer's oficio sheets in millimetres, None for the usual one.
    """

    volumes: tuple[bytes, ...]
    counts: tuple[int, ...]
    first: int = 1
    height: int | None = None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers that stand at the foot of the pages."""
        return tuple(range(self.first, self.first + sum(self.counts)))

    def picture(self, number: int, width: int) -> PagePicture:
        """Return a page by its number, `width` pixels wide, made from the bytes that are printed."""
        at = number - self.first
        for pdf, count in zip(self.volumes, self.counts, strict=True):
            if at < count:
                return packet.page_pictures(pdf, width, (at + 1,))[0]
            at -= count
        raise IndexError(number)


def bundle_of(*volumes: bytes, last: int | None = None, height: int | None = None) -> Bundle:
    """Return the bundle of these PDFs; `last` is the number on its last page when it goes on from others."""
    counts = tuple(packet.page_count(pdf) for pdf in volumes)
    first = 1 if last is None else last - sum(counts) + 1
    return Bundle(volumes, counts, first, height)


def size_mm(paper: Paper, height: int | None = None) -> tuple[float, float]:
    """Return the width and height of a sheet; `height` is what was measured of a printer's oficio."""
    width, usual = SIZES_MM[paper]
    return width, float(height) if height is not None and paper is Paper.OFICIO else usual


def usual_printer() -> str:
    """Return the name of the printer that the system offers first, "" when there is none."""
    return QPrinterInfo.defaultPrinterName()


def print_width(paper: Paper) -> int:
    """Return how many pixels wide a page is drawn for the printer."""
    return round(SIZES_MM[paper][0] / _MM_AN_INCH * DPI)


def image_of(picture: PagePicture) -> QImage:
    """Return a page as an image that owns its bytes."""
    return QImage(picture.rgb, picture.width, picture.height, 3 * picture.width, QImage.Format.Format_RGB888).copy()


def printer_for(paper: Paper, height: int | None = None) -> QPrinter:
    """Return a printer set to the sheet size, without margins of its own, never scaled."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QSizeF(*size_mm(paper, height)), QPageSize.Unit.Millimeter))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    printer.setFullPage(True)
    printer.setDocName(JOB)
    printer.setCreator("")
    return printer


def choose_printer(parent: QWidget, printer: QPrinter, bundle: Bundle) -> bool:
    """Let the user choose a printer and pages in the system's own dialog; say whether to print."""
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(bundle.numbers[0], bundle.numbers[-1])
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    try:
        return dialog.exec() == QPrintDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


def chosen_pages(printer: QPrinter, bundle: Bundle) -> tuple[int, ...]:
    """Return the page numbers that the dialog was told, all of them when it was told none."""
    ranges = printer.pageRanges()
    return tuple(n for n in bundle.numbers if ranges.contains(n)) or bundle.numbers


class PrintRun(QObject):
    """One run of pages through a printer: `start` it once; it says how far it is and how it ended."""

    progressed = Signal(int, int)  # pages painted, pages in all
    finished = Signal(object)  # the page numbers that were painted, as a tuple
    failed = Signal()  # the printer did not take a page
    stopped = Signal()  # somebody stopped it

    def __init__(
        self, tasks: Tasks, printer: QPrinter, bundle: Bundle, pages: tuple[int, ...], paper: Paper, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._printer = printer
        self._bundle = bundle
        self._paper = paper
        copies = 1 if printer.supportsMultipleCopies() else max(1, printer.copyCount())
        self._pages = pages * copies
        self._painter = QPainter()
        self._done = 0
        self._over = False

    def start(self) -> None:
        """Begin with the first page; `failed` when the printer does not answer."""
        if not self._painter.begin(self._printer):
            self._end(self.failed.emit)
            return
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._ask()

    def stop(self) -> None:
        """Stop after the page that is under way; what the printer already has may still come out."""
        if not self._over:
            self._printer.abort()
            self._end(self.stopped.emit)

    def _ask(self) -> None:
        if self._over:
            return  # stopped by whoever heard of the page before
        number = self._pages[self._done]
        work = partial(self._bundle.picture, number, print_width(self._paper))
        self._tasks.aside(self, work, self._on_picture, fails=self._on_no_picture)

    def _on_picture(self, picture: PagePicture) -> None:
        if self._over:
            return
        if self._done and not self._printer.newPage():
            self._end(self.failed.emit)
            return
        dots = self._printer.resolution() / _MM_AN_INCH
        width, height = size_mm(self._paper, self._bundle.height)
        self._painter.drawImage(QRectF(0, 0, width * dots, height * dots), image_of(picture))
        self._done += 1
        self.progressed.emit(self._done, len(self._pages))
        if self._done < len(self._pages):
            self._ask()
        elif self._painter.isActive() and self._painter.end():
            self._over = True
            self.finished.emit(tuple(sorted(set(self._pages))))
        else:
            self._end(self.failed.emit)

    def _on_no_picture(self, error: Exception) -> None:
        self._end(self.stopped.emit)
        self._tasks.failed.emit(error)

    def _end(self, tell: Callable[[], None]) -> None:
        if self._over:
            return
        self._over = True
        if self._painter.isActive():
            self._painter.end()
        tell()


def sticks() -> tuple[Path, ...]:
    """Return the folders of the USB sticks that are plugged in and can be written."""
    mounted = [volume for volume in QStorageInfo.mountedVolumes() if volume.isReady() and not volume.isReadOnly()]
    return tuple(Path(volume.rootPath()) for volume in mounted if _is_stick(volume))


def ask_file(parent: QWidget, voice: Voice, name: str, folder: Path | None = None) -> Path | None:
    """Let the user choose where to save a PDF; a stick that is plugged in comes first."""
    start = folder or next(iter(sticks()), Path.home())
    chosen, _ = QFileDialog.getSaveFileName(parent, voice.words(N_("Save to file")), str(start / name), "PDF (*.pdf)")
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")


def _is_stick(volume: QStorageInfo) -> bool:
    root = volume.rootPath()
    if sys.platform == "win32":
        # Letters other than the system's own: a stick, a second disk, or a share; the user sees which.
        return not volume.isRoot() and QDir.cleanPath(root)[:1].upper() != QDir.rootPath()[:1].upper()
    return root.startswith(STICK_FOLDERS)
