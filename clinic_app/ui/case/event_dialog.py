"""Something happened: what, when, a note. Three answers and it is written down."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from clinic_app.domain.catalogue import EVENTS
from clinic_app.domain.changes import Changes
from clinic_app.domain.edtf import Edtf
from clinic_app.errors import ClinicError, InputError
from clinic_app.services import casework
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.messages import beside, phrase_of
from clinic_app.words import N_

FIELDS: Final = ("kind", "date", "note")


class EventDialog(Sheet):
    """The dialog; it closes when the event is in the store."""

    def __init__(self, desk: Desk, case_id: str, parent: QWidget) -> None:
        super().__init__(desk.voice, N_("Something happened"), parent)
        self._desk = desk
        self._case_id = case_id
        self._banner = Banner(desk.voice)
        self.boxes = {
            name: FieldBox(desk.around, EVENTS.field(name), f"{EVENTS.id}.{name}", empties=False) for name in FIELDS
        }
        self.boxes["date"].show_answer(Edtf.of(desk.today()))
        self.column.addWidget(self._banner)
        for box in self.boxes.values():
            self.column.addWidget(box)
        cancel = Button(desk.voice, N_("Do not write it down"))
        self.button = Button(desk.voice, N_("Write it down"), "primary")
        self.column.addLayout(row(cancel, None, self.button))
        cancel.clicked.connect(self.close)
        self.button.clicked.connect(self.write)
        self.boxes["kind"].entered.connect(self.boxes["date"].focus)
        self.boxes["date"].entered.connect(self.boxes["note"].focus)
        self.boxes["note"].entered.connect(self.button.setFocus)
        self.boxes["kind"].focus()

    def write(self) -> None:
        """Write the event down; what is wrong is said beside its field."""
        raw: dict[str, str] = {}
        for name, box in self.boxes.items():
            try:
                raw[name] = str(box.input.raw() or "")
            except InputError as error:
                box.show_error(error)
                box.focus()
                return
            box.show_error(None)
        for name in ("kind", "date"):
            if not raw[name]:
                self.boxes[name].show_error(InputError("", N_("this answer is needed")))
                self.boxes[name].focus()
                return
        self.button.setEnabled(False)
        work = partial(casework.add_event, self._desk.clinic, self._case_id, raw["kind"], raw["date"], raw["note"])
        self._desk.write(self, work, self._on_written, fails=self._on_failed)

    def _on_written(self, _changes: Changes) -> None:
        self.close()

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        phrase = beside(error) if isinstance(error, ClinicError) else phrase_of(error)
        self._banner.show_message(N_("It was not written down"), phrase)
