"""One sheet or a few that belong to no case: to the printer, or into a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from clinic_app.domain.packet import Paper
from clinic_app.services import exports, files, settings
from clinic_app.services.clinic import Clinic
from clinic_app.services.exports import Leaving
from clinic_app.ui import printing
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner
from clinic_app.ui.printing import PrintRun
from clinic_app.words import N_


class PaperOut(QObject):
    """Brings papers out of the program; what became of it is told in the page's banner.

    `what` says what of the clinic's leaves, which is noted; None is for papers that tell nothing of it.
    """

    def __init__(self, desk: Desk, page: QWidget, banner: Banner, what: Leaving | None = None) -> None:
        super().__init__(page)
        self._desk = desk
        self._what = what
        self._page = page
        self._banner = banner
        self._run: PrintRun | None = None

    def print(self, render: Callable[[Paper], bytes]) -> None:
        """Make the papers on the clinic's usual sheet, ask for a printer, and print them."""
        self._desk.ask(self, partial(_made, self._desk.clinic, render), self._choose)

    def paint(self, printer: QPrinter, paper: Paper, pdf: bytes) -> None:
        """Print on a printer that is chosen."""
        bundle = printing.bundle_of(pdf)
        pages = printing.chosen_pages(printer, bundle)
        self._run = PrintRun(self._desk.tasks, printer, bundle, pages, paper, self)
        self._run.finished.connect(self._on_printed)
        self._run.failed.connect(self._on_failed)
        self._run.start()

    def save_to(self, path: Path, content: bytes) -> None:
        """Write a file whole or not at all."""
        if self._what is None:
            self._desk.tasks.aside(self, partial(files.write, path, content), partial(self._on_saved, path))
            return
        work = partial(exports.save, self._desk.clinic, self._what, path, content)
        self._desk.ask(self, work, partial(self._on_saved, path))

    def _choose(self, made: tuple[Paper, bytes]) -> None:
        paper, pdf = made
        printer = printing.printer_for(paper)
        if not printing.choose_printer(self._page, printer, printing.bundle_of(pdf)):
            return
        if self._what is None:
            self.paint(printer, paper, pdf)
            return
        work = partial(exports.printed, self._desk.clinic, self._what)
        self._desk.ask(self, work, partial(self._on_noted, printer, paper, pdf))

    def _on_noted(self, printer: QPrinter, paper: Paper, pdf: bytes, _nothing: None) -> None:
        self.paint(printer, paper, pdf)

    def _on_printed(self, _pages: object) -> None:
        self._banner.show_message(N_("Sent to the printer."))

    def _on_failed(self) -> None:
        self._banner.show_message(
            N_("The printer did not answer."), N_("Nothing is lost. Check paper and cable, then print again.")
        )

    def _on_saved(self, path: Path, _nothing: None) -> None:
        self._banner.show_message(N_("Saved to a file."), {"es": str(path)})


def _made(clinic: Clinic, render: Callable[[Paper], bytes]) -> tuple[Paper, bytes]:
    paper = settings.paper(clinic)
    return paper, render(paper)
