"""The card that makes a new recovery sheet: the old one was seen by somebody, or is lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt

from clinic_app.domain.roles import Right
from clinic_app.i18n import Words
from clinic_app.services import clinic as clinics
from clinic_app.services import files, permission, recovering, settings
from clinic_app.ui import printing
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.setup.parts import Part
from clinic_app.words import N_


class SheetPart(Part):
    """A password, a file for the new sheet, and the key itself in case the file gets lost."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("The sheet with the recovery key"))
        self.add(
            TextLabel(desk.voice, N_("If it was seen by others or is lost, make a new one: the old one stops working."))
        )
        self.password = SecretBox(
            desk.voice, N_("Your own password, to allow it"), within=N_("The sheet with the recovery key")
        )
        self.button = Button(desk.voice, N_("Make a new sheet…"))
        self.key = TextLabel(desk.voice, "", "title")
        self.key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add(self.password)
        self.column.addLayout(row(self.button, None))
        self.add(self.key)
        self.key.hide()
        self.setEnabled(permission.may(desk.clinic, Right.USERS))
        self.password.entered.connect(self._on_make)
        self.button.clicked.connect(self._on_make)

    def make(self, path: Path) -> None:
        """Make the new key and write its sheet to a file."""
        work = partial(recovering.new_sheet, self.desk.clinic, self.password.text())
        self.password.clear()
        self.desk.ask(self, work, partial(self._on_made, path), fails=self.refuse)

    def _on_make(self) -> None:
        path = printing.ask_file(self, self.desk.voice, "recovery-key.pdf")
        if path is not None:
            self.make(path)

    def _on_made(self, path: Path, key: str) -> None:
        self.key.show_phrase(partial(_verbatim, text=key))
        self.key.show()
        self.tell(
            N_("This is the new recovery key. Print the file, then delete it. The old sheet opens nothing any more.")
        )
        self.desk.ask(self, partial(_write, self.desk, path, key), fails=self.refuse)


def _write(desk: Desk, path: Path, key: str) -> None:
    name, language = desk.clinic.info.name, desk.voice.words.language
    files.write(path, clinics.recovery_sheet(name, key, language, settings.paper(desk.clinic), desk.today()))


def _verbatim(_words: Words, *, text: str) -> str:
    return text
