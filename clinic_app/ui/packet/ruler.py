"""Measures the oficio sheets of one printer: print the ruler page, read two numbers, look at the frame."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_app.domain.fields import Field, Kind
from clinic_app.domain.packet import Paper
from clinic_app.errors import InputError
from clinic_app.services import ruler
from clinic_app.services.clinic import Clinic
from clinic_app.ui import printing
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.words import N_

FIELDS: Final = (
    Field("frame", Kind.YES_NO, N_("Do you see all four sides of the frame?")),
    Field("card", Kind.NUMBER, N_("At which number does an identity card end?")),
    Field("half", Kind.NUMBER, N_("Fold the sheet in half: at which number is the fold?")),
)


class RulerDialog(Sheet):
    """Three questions about a printed ruler page; what was measured is kept for this printer."""

    kept = Signal()

    def __init__(self, desk: Desk, printer: str, language: str, parent: QWidget) -> None:
        super().__init__(desk.voice, N_("How large are the sheets of this printer?"), parent)
        self._desk = desk
        self._printer = printer
        self._language = language
        self._banner = Banner(desk.voice)
        self.boxes = {field.id: FieldBox(desk.around, field, field.id, empties=False) for field in FIELDS}
        self.print_button = Button(desk.voice, N_("Print the ruler page"))
        cancel = Button(desk.voice, N_("Not now"))
        self.button = Button(desk.voice, N_("Keep this for the printer"), "primary")
        hint = N_("Print it at “actual size” or 100 %, on the sheets that you use.")
        self.column.addWidget(TextLabel(desk.voice, hint))
        self.column.addLayout(row(self.print_button, None))
        self.column.addWidget(self._banner)
        for box in self.boxes.values():
            self.column.addWidget(box)
        self.column.addLayout(row(cancel, None, self.button))
        self.print_button.clicked.connect(self._on_print)
        self.button.clicked.connect(self._on_keep)
        cancel.clicked.connect(self.close)
        self.print_button.setFocus()

    def _on_print(self) -> None:
        clinic = self._desk.clinic
        work = partial(ruler.page, self._language, clinic.info.place)
        self._desk.tasks.aside(self, work, self._on_page)

    def _on_page(self, pdf: bytes) -> None:
        printer = printing.printer_for(Paper.OFICIO)
        bundle = printing.bundle_of(pdf)
        if printing.choose_printer(self, printer, bundle):
            self._printer = printer.printerName() or self._printer
            run = printing.PrintRun(self._desk.tasks, printer, bundle, bundle.numbers, Paper.OFICIO, self)
            run.failed.connect(self._on_failed)
            run.start()

    def _on_keep(self) -> None:
        raws: dict[str, object] = {}
        for name, box in self.boxes.items():
            try:
                raws[name] = _one(box.input.raw())
            except InputError as error:
                box.show_error(error)
                box.focus()
                return
            box.show_error(None)
        work = partial(_keep, self._desk.clinic, self._printer, raws)
        self._desk.ask(self, work, self._on_kept, fails=self._on_wrong)

    def _on_kept(self, _height: int) -> None:
        self.close()
        self.kept.emit()

    def _on_wrong(self, error: Exception) -> None:
        if isinstance(error, InputError) and error.path in self.boxes:
            self.boxes[error.path].show_error(error)
            self.boxes[error.path].focus()
        else:
            self._desk.tasks.failed.emit(error)

    def _on_failed(self) -> None:
        self._banner.show_message(N_("The printer did not answer"), N_("Check paper and cable and try again."))


def _one(raw: object) -> str:
    """Return one plain answer; InputError for none, or a range."""
    if not isinstance(raw, str):
        raise InputError("", N_("this answer is needed"))
    return raw


def _keep(clinic: Clinic, printer: str, raws: dict[str, object]) -> int:
    height = ruler.read(Decimal(str(raws["card"])), Decimal(str(raws["half"])), frame_whole=raws["frame"] == "yes")
    ruler.keep(clinic, printer, height)
    return height
