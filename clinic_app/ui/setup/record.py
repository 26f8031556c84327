"""The card of the record of what was done: whether its end is whole, and the way to it."""

from __future__ import annotations

from clinic_app.domain.roles import Right
from clinic_app.services import audit, permission
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.setup.parts import Part
from clinic_app.words import N_


class RecordPart(Part):
    """Opens the record for who may read it; tells everybody that there is one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("What was done, and by whom"))
        told = N_(
            "The program writes down who opened, changed, printed or saved a case. Nobody can take a line out unseen."
        )
        may = permission.may(desk.clinic, Right.AUDIT)
        self.button = Button(desk.voice, N_("Open the record"))
        self.button.setEnabled(may)
        hint = "" if may else N_("Only a coordinator can read it.")
        self.add(TextLabel(desk.voice, told))
        line = row(self.button, TextLabel(desk.voice, hint, "hint"))
        line.setStretch(1, 1)
        self.column.addLayout(line)
        self.button.clicked.connect(self._on_open)
        if audit.found_at_opening(desk.clinic):
            self.refuse(audit.not_intact(audit.found_at_opening(desk.clinic)))

    def _on_open(self) -> None:
        self.desk.go.emit(Place("audit"))
