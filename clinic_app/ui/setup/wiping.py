"""The card that wipes the clinic from this computer: what would go, the clinic's name, a password."""

from __future__ import annotations

from functools import partial

from clinic_app.domain.fields import Field, Kind
from clinic_app.i18n import Words
from clinic_app.services import wiping
from clinic_app.services.wiping import Outlook
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.setup.parts import Part
from clinic_app.words import N_


class WipingPart(Part):
    """Two steps: first it says what would be lost, then it asks for name and password."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Wipe this computer"))
        self.add(TextLabel(desk.voice, N_("For a computer that leaves the clinic. The cases go from it for good.")))
        self.button = Button(desk.voice, N_("What would go…"))
        self.column.addLayout(row(self.button, None))
        self.sure = Box("quiet")
        self.what = TextLabel(desk.voice)
        self.name = FieldBox(
            desk.around, Field("clinic", Kind.TEXT, N_("Type the name of the clinic")), "clinic", empties=False
        )
        self.password = SecretBox(desk.voice, N_("Your password"))
        self.wipe_button = Button(desk.voice, N_("Wipe the clinic from this computer"), "danger")
        self.sure.add(self.what, self.name, self.password)
        self.sure.column.addLayout(row(self.wipe_button, None))
        self.add(self.sure)
        self.sure.hide()
        self.button.clicked.connect(self.look)
        self.wipe_button.clicked.connect(self.wipe)
        self.name.entered.connect(self.password.setFocus)

    def look(self) -> None:
        """Say what would go."""
        self.desk.ask(self, partial(wiping.outlook, self.desk.clinic), self._on_outlook, fails=self.refuse)

    def wipe(self) -> None:
        """Wipe the clinic, when name and password are right."""
        self.wipe_button.setEnabled(False)
        name = str(self.name.input.raw() or "")
        work = partial(wiping.wipe, self.desk.clinic, name, self.password.text())
        self.password.clear()
        self.desk.ask(self, work, self._on_wiped, fails=self._on_refused)

    def _on_outlook(self, outlook: Outlook) -> None:
        self.wrong.hide()
        self.what.show_phrase(partial(told, outlook=outlook))
        self.sure.show()
        self.name.focus()

    def _on_refused(self, error: Exception) -> None:
        self.wipe_button.setEnabled(True)
        if wiping.is_begun(self.desk.clinic.folder):  # its keys are gone: the rest goes at the next start
            self.desk.wiped.emit()
            self.desk.tasks.failed.emit(error)
            return
        self.refuse(error)

    def _on_wiped(self, _nothing: None) -> None:
        self.desk.wiped.emit()


def told(words: Words, *, outlook: Outlook) -> str:
    """Return what would go, in lines."""
    lines = [words(message, **params) for message, params in outlook.lines]
    return "\n".join([*lines, *(f"– {words(text)}" for text in wiping.NOT_WIPED)])
