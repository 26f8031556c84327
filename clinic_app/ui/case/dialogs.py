"""Two small questions: why something goes into the bin, and how a case ended."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain.catalogue import CLOSING
from clinic_app.domain.changes import Changes
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Field, Kind
from clinic_app.errors import ClinicError, InputError
from clinic_app.services import casework
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.page import scrolling
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

REASON = Field("reason", Kind.TEXT, N_("Why?"), N_("For example: written twice, another person."))


class ReasonDialog(Sheet):
    """Asks why something goes into the bin. `agreed` comes when it is there."""

    agreed = Signal()

    def __init__(self, desk: Desk, title: Phrase, do: Callable[[str], Changes], parent: QWidget) -> None:
        """`do` puts it into the bin with a reason."""
        super().__init__(desk.voice, title, parent)
        self._desk = desk
        self._do = do
        self.reason = FieldBox(desk.around, REASON, "reason", empties=False)
        hint = TextLabel(desk.voice, N_("Nothing is lost: it can be brought back from the bin at any time."))
        cancel = Button(desk.voice, N_("Leave it where it is"))
        self.button = Button(desk.voice, N_("Put it into the bin"), "primary")
        self.column.addWidget(hint)
        self.column.addWidget(self.reason)
        self.column.addLayout(row(cancel, None, self.button))
        cancel.clicked.connect(self.close)
        self.button.clicked.connect(self._on_agreed)
        self.reason.entered.connect(self.button.setFocus)
        self.reason.focus()

    def _on_agreed(self) -> None:
        work = partial(self._do, str(self.reason.input.raw() or ""))
        self._desk.write(self, work, self._on_done, fails=self._on_failed)

    def _on_done(self, _changes: Changes) -> None:
        self.close()
        self.agreed.emit()

    def _on_failed(self, error: Exception) -> None:
        self.reason.show_error(error if isinstance(error, ClinicError) else InputError("", N_("a reason is needed")))
        self.reason.focus()


class CloseDialog(Sheet):
    """Asks how a case ended; it closes when the case is closed."""

    def __init__(self, desk: Desk, case_id: str, paid: Decimal | None, parent: QWidget) -> None:
        """`paid` is what was written down as paid; it stands in the field to be looked at."""
        super().__init__(desk.voice, N_("How did the case end?"), parent)
        self._desk = desk
        self._case_id = case_id
        self._banner = Banner(desk.voice)
        self.boxes = {
            field.id: FieldBox(desk.around, field, f"{CLOSING.id}.{field.id}", empties=False)
            for field in CLOSING.fields
        }
        self.boxes["closed_on"].show_answer(Edtf.of(desk.today()))
        if paid is not None:
            self.boxes["recovered"].show_answer(paid)
        inner = QWidget()
        inner.setObjectName("column")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, STEP, 0)
        for box in self.boxes.values():
            column.addWidget(box)
        area = scrolling(inner)
        cancel = Button(desk.voice, N_("Leave it open"))
        self.button = Button(desk.voice, N_("Close the case"), "primary")
        self.column.addWidget(self._banner)
        self.column.addWidget(area, 1)
        self.column.addLayout(row(cancel, None, self.button))
        self.resize(self.width(), round(parent.window().height() * 0.9))
        cancel.clicked.connect(self.close)
        self.button.clicked.connect(self._on_close)
        self.boxes["outcome"].focus()

    def _on_close(self) -> None:
        raws: dict[str, object] = {}
        for name, box in self.boxes.items():
            try:
                raw = box.input.raw()
            except InputError as error:
                box.show_error(error)
                box.focus()
                return
            box.show_error(None)
            if raw is not None:
                raws[name] = raw
        work = partial(casework.close, self._desk.clinic, self._case_id, raws)
        self._desk.write(self, work, self._on_closed, fails=self._on_failed)

    def _on_closed(self, _changes: Changes) -> None:
        self.close()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, InputError) and (box := self.boxes.get(error.path.rpartition(".")[2])):
            box.show_error(error)
            box.focus()
            return
        self._banner.show_message(N_("The case was not closed"), beside(error))
