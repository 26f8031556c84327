"""Erasing a case for good: says what that means here, asks why, and for the case's number."""

from __future__ import annotations

import datetime as dt
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_app.domain.fields import Field, Kind
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import erasing
from clinic_app.services.erasing import Erased
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

WHY = Field("why", Kind.CHOICE, N_("Why may it be erased?"), choices=erasing.WHY)
NUMBER = Field("number", Kind.TEXT, N_("Type the number of the case"))


class EraseDialog(Sheet):
    """Asks twice, by reason and by number. `erased` comes when it is done."""

    erased = Signal()

    def __init__(self, desk: Desk, case_id: str, number: str, parent: QWidget) -> None:
        super().__init__(desk.voice, N_("Erase this case for good?"), parent)
        self._desk = desk
        self._case_id = case_id
        self._banner = Banner(desk.voice)
        self.column.setSpacing(STEP)  # all of it is in sight on a small display
        asked = erasing.headquarters_decides(desk.clinic)
        self.what = TextLabel(
            desk.voice,
            N_("Headquarters is asked at the next meeting and erases it everywhere. Until then it is in the bin.")
            if asked
            else N_("It goes at once, with its evidence and the older backups here. Nobody can bring it back."),
        )
        self.boxes = {field.id: FieldBox(desk.around, field, field.id, empties=False) for field in (WHY, NUMBER)}
        cancel = Button(desk.voice, N_("Leave it where it is"))
        self.button = Button(desk.voice, N_("Erase it"), "danger")
        self.column.addWidget(self._banner)
        self.column.addWidget(TextLabel(desk.voice, partial(_verbatim, text=number), "heading"))
        self.column.addWidget(self.what)
        self.column.addWidget(
            TextLabel(
                desk.voice, N_("Papers and files that were given away, sticks and backups elsewhere still hold it.")
            )
        )
        for box in self.boxes.values():
            self.column.addWidget(box)
        self.column.addLayout(row(cancel, None, self.button))
        cancel.clicked.connect(self.close)
        self.button.clicked.connect(self._on_agreed)

    def _on_agreed(self) -> None:
        why, number = (str(self.boxes[name].input.raw() or "") for name in ("why", "number"))
        now = dt.datetime.now(dt.UTC)
        work = partial(erasing.erase, self._desk.clinic, self._case_id, number, why, now)
        self.button.setEnabled(False)
        self._desk.ask(self, work, self._on_erased, fails=self._on_failed)

    def _on_erased(self, done: Erased) -> None:
        self.close()
        self.erased.emit()
        self._desk.tasks.changed.emit(done.changes)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        if isinstance(error, InputError) and error.path in self.boxes:
            self.boxes[error.path].show_error(error)
            self.boxes[error.path].focus()
            return
        self._banner.show_message(N_("The case was not erased"), beside(error))


def _verbatim(_words: Words, *, text: str) -> str:
    return text
