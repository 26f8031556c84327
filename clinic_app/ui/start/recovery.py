"""The recovery key: shown once, kept on paper, proven by typing a part; and the way back in with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal

from clinic_app.domain.packet import Paper
from clinic_app.errors import InputError
from clinic_app.services import clinic as clinics
from clinic_app.services import files, packet
from clinic_app.services.clinic import Clinic
from clinic_app.ui import printing
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class NewClinic:
    """A clinic that was just made, and its recovery key."""

    clinic: Clinic
    recovery_key: str


class RecoveryStep(Page):
    """Shows the key once; goes on when its last group was typed from the sheet."""

    kept = Signal(object)  # Clinic

    def __init__(self, voice: Voice, tasks: Tasks, today: Callable[[], dt.date]) -> None:
        super().__init__(
            voice,
            N_("Keep this key on paper"),
            N_("If the password is forgotten, only this key opens the clinic. It is shown this one time."),
        )
        self._tasks = tasks
        self._today = today
        self._new: NewClinic | None = None
        self._key = TextLabel(voice, "", "heading")
        self._key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card = Box("calm")
        card.add(TextLabel(voice, N_("Recovery key"), "caption"), self._key)
        self._print = Button(voice, N_("Print the sheet"))
        self._save = Button(voice, N_("Save the sheet to a file"))
        self.proof = SecretBox(
            voice,
            N_("Type the last four signs of the key from your sheet"),
            N_("So that we both know that you have it."),
            visible=True,
        )
        self.add(card)
        self.column.addLayout(row(self._print, self._save, None))
        self.add(self.proof)
        self.button = Button(voice, N_("I have the key on paper"), "primary")
        self.add_foot(None, self.button)
        self._print.clicked.connect(self._on_print)
        self._save.clicked.connect(self._on_save)
        self.button.clicked.connect(self._on_kept)
        self.proof.entered.connect(self._on_kept)

    def begin(self, new: NewClinic) -> None:
        """Show the key of a clinic that was just made."""
        self._new = new
        self._key.show_phrase(partial(_verbatim, text=new.recovery_key))

    def sheet(self) -> bytes:
        """Return the sheet with the key as PDF."""
        assert self._new is not None  # the step is shown only with a new clinic
        info = self._new.clinic.info
        return clinics.recovery_sheet(
            info.name, self._new.recovery_key, self.voice.words.language, self._paper(), self._today()
        )

    def _paper(self) -> Paper:
        assert self._new is not None  # the same
        return packet.default_paper(self._new.clinic.info.place, self._new.clinic.books)

    def _on_kept(self) -> None:
        assert self._new is not None  # the same
        typed = "".join(c for c in self.proof.text().upper() if c.isalnum())
        if typed != self._new.recovery_key[-GROUP:]:
            self.proof.show_error(InputError("", N_("this is not the end of the key; look at your sheet")))
            return
        clinic = self._new.clinic
        self._new = None
        self._key.show_phrase("")
        self.proof.clear()
        self.kept.emit(clinic)

    def _on_print(self) -> None:
        self._tasks.ask(self, self.sheet, self._on_sheet)

    def _on_sheet(self, pdf: bytes) -> None:
        printer = printing.printer_for(self._paper())
        bundle = printing.bundle_of(pdf)
        if printing.choose_printer(self, printer, bundle):
            run = printing.PrintRun(self._tasks, printer, bundle, bundle.numbers, self._paper(), self)
            run.failed.connect(self._on_print_failed)
            run.start()

    def _on_print_failed(self) -> None:
        self.banner.show_message(
            N_("The printer did not answer"),
            N_("Check paper and cable and try again, or save the sheet to a file."),
        )

    def _on_save(self) -> None:
        path = printing.ask_file(self, self.voice, "recovery-key.pdf")
        if path is not None:
            self._tasks.ask(self, partial(_save, self.sheet, path))


class ForgottenStep(Page):
    """The way back in: the recovery key and a new password."""

    unlocked = Signal(object)  # Clinic
    ask_wanted = Signal()  # the sheet is lost too
    back = Signal()

    def __init__(self, voice: Voice, tasks: Tasks, folder: Path, user: str) -> None:
        super().__init__(
            voice, N_("I forgot the password"), N_("Take the sheet with the recovery key. Nothing is lost.")
        )
        self._tasks = tasks
        self._folder = folder
        self.user = SecretBox(voice, N_("Your name"), visible=True)
        self.user.line.setText(user)
        self.key = SecretBox(voice, N_("Recovery key"), N_("Seven groups of four signs."), visible=True)
        self.password = SecretBox(voice, N_("New password"))
        self.again = SecretBox(voice, N_("The same password again"))
        self.add(self.user, self.key, self.password, self.again)
        self.lost = Button(voice, N_("The sheet is lost too"), "link")
        self.column.addLayout(row(self.lost, None))
        back = Button(voice, N_("Back"))
        self.button = Button(voice, N_("Open the clinic"), "primary")
        self.lost.clicked.connect(self.ask_wanted)
        self.add_foot(back, None, self.button)
        back.clicked.connect(self.back)
        self.button.clicked.connect(self._open)
        self.again.entered.connect(self._open)

    def _open(self) -> None:
        self.banner.hide()
        self.again.show_error(None)
        if self.password.text() != self.again.text():
            self.again.show_error(InputError("", N_("the two passwords are not the same")))
            return
        self.button.setEnabled(False)
        work = partial(
            clinics.unlock_with_recovery, self._folder, self.key.text(), self.password.text(), self.user.text()
        )
        self._tasks.ask(self, work, self._on_unlocked, fails=self._on_failed)

    def _on_unlocked(self, clinic: Clinic) -> None:
        self.button.setEnabled(True)
        for box in (self.key, self.password, self.again):
            box.clear()
        self.unlocked.emit(clinic)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.banner.show_message(N_("The clinic did not open"), beside(error))
        self.to_top()


def _save(sheet: Callable[[], bytes], path: Path) -> None:
    files.write(path, sheet())


def _verbatim(_words: object, *, text: str) -> str:
    return text
