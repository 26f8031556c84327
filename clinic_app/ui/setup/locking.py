"""The card that says when the window hides and when the clinic is closed, while nobody works."""

from __future__ import annotations

from typing import Final

from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.settings import CLOSE_AFTER, HIDE_AFTER
from clinic_app.ui.setup.parts import Part
from clinic_app.words import N_

MINUTES: Final = {
    2: N_("2 minutes"),
    5: N_("5 minutes"),
    10: N_("10 minutes"),
    30: N_("30 minutes"),
    60: N_("1 hour"),
    120: N_("2 hours"),
}


class LockingPart(Part):
    """Minutes until hiding, minutes until locking, and a button that locks at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("When nobody works"))
        now = desk.look()
        hide = Field("hide_after", Kind.CHOICE, N_("Hide everything after"), choices=_minutes(HIDE_AFTER))
        close = Field(
            "close_after",
            Kind.CHOICE,
            N_("Lock the clinic after"),
            N_("Locked, the program itself cannot read the cases until a password is typed. Nothing typed is lost."),
            choices=_minutes(CLOSE_AFTER),
        )
        self.boxes = {field.id: FieldBox(desk.around, field, field.id, empties=False) for field in (hide, close)}
        for name, minutes in (("hide_after", now.hide_after), ("close_after", now.close_after)):
            box = self.boxes[name]
            box.show_answer(str(minutes))
            box.answered.connect(self._on_chosen)
            self.add(box)
        self.add(TextLabel(desk.voice, N_("F12 hides everything at once, and so does Esc pressed twice."), "hint"))
        self.button = Button(desk.voice, N_("Lock now"))
        self.column.addLayout(row(self.button, None))
        self.button.clicked.connect(desk.lock_wanted)

    def _on_chosen(self, name: str, raw: object) -> None:
        if raw is not None:
            self.desk.look_wanted.emit(name, str(raw))


def _minutes(allowed: tuple[int, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(str(minutes), MINUTES[minutes]) for minutes in allowed)
