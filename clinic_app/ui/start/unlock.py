"""Opening a clinic: who works, and the password."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox

from clinic_app.domain.views import UserInfo
from clinic_app.errors import KnownError
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.services.restoring import DAMAGED
from clinic_app.services.updates import TOO_NEW
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.inputs import SHORT
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.start.patience import Patience
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class UnlockStep(Page):
    """The users to choose from and the password; `unlocked` carries the open Clinic."""

    unlocked = Signal(object)  # Clinic
    forgotten = Signal()
    practice_wanted = Signal()
    restore_wanted = Signal()
    too_new = Signal(object, str, str)  # the same, when a newer version of the program has changed the clinic
    damaged = Signal(object, str, str)  # the error, user and password as typed: a copy is offered

    def __init__(self, voice: Voice, tasks: Tasks, folder: Path, last_user: str) -> None:
        super().__init__(voice, N_("Open the clinic"), N_("Everything is locked on this computer until you open it."))
        self._tasks = tasks
        self._folder = folder
        self._last_user = last_user
        self._who = TextLabel(voice, N_("Who is working?"), "question")
        self.users = QComboBox()
        self.users.setMaximumWidth(2 * SHORT)
        self.password = SecretBox(voice, N_("Password"))
        forgotten = Button(voice, N_("I forgot the password"), "link")
        practice = Button(voice, N_("Practise with invented people"), "link")
        restore = Button(voice, N_("Restore a backup…"), "link")
        restore.clicked.connect(self.restore_wanted)
        self.button = Button(voice, N_("Open"), "primary")
        self.add(self._who, self.users, self.password)
        self.column.addLayout(row(forgotten, restore, None))
        self.add_foot(practice, None, self.button)
        self.patience = Patience(tasks, self.password, self.button)
        self.setFocusProxy(self.password)
        forgotten.clicked.connect(self.forgotten)
        practice.clicked.connect(self.practice_wanted)
        self.button.clicked.connect(self._open)
        self.password.entered.connect(self._open)
        voice.changed.connect(self._name)
        self._name()

    def showEvent(self, event: QShowEvent) -> None:
        """Fill in who may open the clinic."""
        super().showEvent(event)
        self.patience.ask(self._folder)
        if self.users.count() == 0:
            self._tasks.ask(self, partial(clinics.users, self._folder), self._on_users, fails=self._on_failed)

    def begin(self) -> None:
        """Begin anew: a clinic was closed, made or wiped."""
        self.users.clear()
        self.password.clear()
        self.banner.hide()

    def _on_users(self, users: tuple[UserInfo, ...]) -> None:
        self.users.clear()
        self.users.addItems([user.name for user in users])
        self.users.setCurrentIndex(max(0, self.users.findText(self._last_user)))
        alone = len(users) < 2  # noqa: PLR2004 - one user is not a choice
        self.users.setHidden(alone)
        self._who.setHidden(alone)
        self.password.line.setFocus()

    def _open(self) -> None:
        if self.patience.waiting:
            return
        self.password.show_error(None)
        self.banner.hide()
        self.button.setEnabled(False)
        user = self.users.currentText() or None
        work = partial(clinics.unlock, self._folder, self.password.text(), user)
        self._tasks.ask(self, work, self._on_unlocked, fails=self._on_failed)

    def _on_unlocked(self, clinic: Clinic) -> None:
        self.button.setEnabled(True)
        self.password.clear()
        self.unlocked.emit(clinic)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        if isinstance(error, KnownError) and error.code in DAMAGED:
            self.damaged.emit(error, self.users.currentText(), self.password.text())
            self.password.clear()
            return
        if isinstance(error, KnownError) and error.code == TOO_NEW:
            self.too_new.emit(error, self.users.currentText(), self.password.text())
            self.password.clear()
            return
        self.banner.show_message(N_("The clinic did not open"), beside(error))
        self.patience.ask(self._folder)
        self.password.line.selectAll()
        self.password.line.setFocus()

    def _name(self) -> None:
        self.users.setAccessibleName(self.voice.say(N_("Who is working?")))
