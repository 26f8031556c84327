"""Password and sheet are lost: a file asks headquarters, and its answer opens the clinic.

Two steps with a journey between them: the request is made and carried or sent, the answer comes back.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog

from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import delivery, files, recovering
from clinic_app.services.clinic import Clinic
from clinic_app.services.recovering import Asked
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

REQUEST: Final = "request.key"


class AskStep(Page):
    """Makes the request: who asks, a new password, the file, and six words to read aloud."""

    answered = Signal()  # the answer is here
    back = Signal()

    def __init__(self, voice: Voice, tasks: Tasks, folder: Path, user: str) -> None:
        super().__init__(
            voice,
            N_("Ask headquarters"),
            N_("Without the password and without the sheet, headquarters can help. Nothing is lost."),
        )
        self._tasks = tasks
        self._folder = folder
        self._asked: Asked | None = None
        self.user = SecretBox(voice, N_("Your name"), visible=True)
        self.user.line.setText(user)
        self.password = SecretBox(voice, N_("A new password"), N_("It opens the clinic once the answer is here."))
        self.again = SecretBox(voice, N_("The same password again"))
        self.button = Button(voice, N_("Save the request to a file"), "primary")
        self.words = TextLabel(voice, "", "title")
        self._what_now = Box("calm")
        self._what_now.add(
            TextLabel(voice, N_("What to do now"), "heading"),
            TextLabel(voice, N_("1. Take or send the file to headquarters. It says nothing of any case.")),
            TextLabel(voice, N_("2. Call headquarters and read these six words to each other:")),
            self.words,
            TextLabel(voice, N_("3. When their answer is here, come back to this screen and take it in.")),
        )
        self._what_now.hide()
        self.add(self.user, self.password, self.again)
        self.column.addLayout(row(self.button, None))
        self.add(self._what_now)
        back = Button(voice, N_("Back"))
        self.next = Button(voice, N_("The answer is here"))
        self.add_foot(back, None, self.next)
        back.clicked.connect(self.back)
        self.next.clicked.connect(self.answered)
        self.button.clicked.connect(self.make)
        self.again.entered.connect(self.make)

    def begin(self) -> None:
        """Show the request that waits for its answer, when there is one."""
        self._tasks.ask(self, partial(recovering.asked, self._folder), self._show)
        self.user.setFocus()

    def make(self) -> None:
        """Make the request and let the user save it."""
        self.banner.hide()
        self.again.show_error(None)
        if self.password.text() != self.again.text():
            self.again.show_error(InputError("", N_("the two passwords are not the same")))
            return
        self.button.setEnabled(False)
        work = partial(recovering.ask, self._folder, self.user.text(), self.password.text())
        self._tasks.ask(self, work, self._on_made, fails=self._on_failed)

    def save(self, path: Path) -> None:
        """Write the request that was made to a file."""
        assert self._asked is not None  # it was just made
        self._tasks.aside(self, partial(files.write, path, self._asked.file), fails=self._on_failed)

    def _show(self, asked: Asked | None) -> None:
        self._asked = asked
        self.next.setEnabled(asked is not None)
        self._what_now.setVisible(asked is not None)
        self.words.show_phrase(partial(_verbatim, text=asked.words if asked is not None else ""))

    def _on_made(self, asked: Asked) -> None:
        self.button.setEnabled(True)
        self.password.clear()
        self.again.clear()
        self._show(asked)
        self.reveal(self._what_now)
        path = ask_where(self, self.voice)
        if path is not None:
            self.save(path)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.banner.show_message(N_("The request was not made"), beside(error))
        self.to_top()


class AnswerStep(Page):
    """Takes headquarters' answer; `unlocked` carries the open Clinic."""

    unlocked = Signal(object)  # Clinic
    back = Signal()

    def __init__(self, voice: Voice, tasks: Tasks, folder: Path) -> None:
        super().__init__(
            voice, N_("Take in headquarters' answer"), N_("Type the password that you chose with the request.")
        )
        self._tasks = tasks
        self._folder = folder
        self.password = SecretBox(voice, N_("The new password"))
        self.add(self.password)
        back = Button(voice, N_("Back"))
        self.button = Button(voice, N_("Choose the file of the answer…"), "primary")
        self.add_foot(back, None, self.button)
        self.setFocusProxy(self.password)
        back.clicked.connect(self.back)
        self.button.clicked.connect(self._on_choose)

    def take(self, path: Path) -> None:
        """Open the clinic with an answer's file."""
        self.banner.hide()
        self.button.setEnabled(False)
        work = partial(_accept, self._folder, path, self.password.text())
        self._tasks.ask(self, work, self._on_unlocked, fails=self._on_failed)

    def _on_choose(self) -> None:
        start = next(iter(printing.sticks()), Path.home())
        chosen, _ = QFileDialog.getOpenFileName(self, self.voice.words(N_("File of the answer")), str(start))
        if chosen:
            self.take(Path(chosen))

    def _on_unlocked(self, clinic: Clinic) -> None:
        self.button.setEnabled(True)
        self.password.clear()
        self.unlocked.emit(clinic)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.banner.show_message(N_("The clinic did not open"), beside(error))
        self.to_top()


def ask_where(step: Page, voice: Voice) -> Path | None:
    """Let the user choose where the request goes; a stick that is plugged in comes first."""
    start = next(iter(printing.sticks()), Path.home())
    chosen, _ = QFileDialog.getSaveFileName(step, voice.words(N_("Save to file")), str(start / REQUEST))
    return Path(chosen) if chosen else None


def _accept(folder: Path, path: Path, password: str) -> Clinic:
    return recovering.accept(folder, delivery.read_card(path), password)


def _verbatim(_words: Words, *, text: str) -> str:
    return text
