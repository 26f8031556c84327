"""The cover: a neutral screen over everything. The password takes it away; in practice, one click does.

Behind it the clinic is open, or closed: then the password opens it anew, and until then the program
has no key. Nothing on it says which, or whose work this is.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_app.errors import ClinicError
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.start.patience import Patience
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

WIDTH = 360


class Cover(QWidget):
    """Says nothing about workers or claims."""

    uncovered = Signal()
    opened = Signal(object)  # Clinic: one that was closed
    close_wanted = Signal()
    way_in_wanted = Signal()  # somebody else works now, or the password is lost

    def __init__(self, voice: Voice, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("cover")
        self._tasks = tasks
        self._clinic: Clinic | None = None
        self._folder: Path | None = None
        self._user = ""
        self.password = SecretBox(voice, N_("Password"))
        self.button = Button(voice, N_("Go on"), "primary")
        self.close_button = Button(voice, N_("Lock"), "link")
        self.other_button = Button(voice, N_("Somebody else"), "link")
        self.told = TextLabel(voice, "", "hint")
        self.patience = Patience(tasks, self.password, self.button)
        box = QWidget()
        box.setFixedWidth(WIDTH)
        column = QVBoxLayout(box)
        column.setSpacing(2 * STEP)
        column.addStretch(1)
        column.addWidget(TextLabel(voice, N_("Closed for a moment"), "title"))
        column.addWidget(TextLabel(voice, N_("Everything is saved."), "hint"))
        column.addWidget(self.told)
        column.addWidget(self.password)
        column.addLayout(row(self.close_button, self.other_button, None, self.button))
        column.addStretch(2)
        line = QHBoxLayout(self)
        line.addStretch(1)
        line.addWidget(box)
        line.addStretch(1)
        self.button.clicked.connect(self._on_go_on)
        self.close_button.clicked.connect(self.close_wanted)
        self.other_button.clicked.connect(self.way_in_wanted)
        self.password.entered.connect(self._on_go_on)

    def begin(self, clinic: Clinic | None, *, forms: bool = False) -> None:
        """Cover the work of an open clinic. `forms` are open that are not saved yet: they come back as they are."""
        self._clinic, self._folder = clinic, None
        practice = clinic is None or clinic.info.practice
        self._show(asks=not practice, open_=True)
        self.close_button.setVisible(not practice)
        self.told.show_phrase(N_("A form is open that is not saved yet. Locking drops it.") if forms else "")
        self.told.setVisible(forms)

    def begin_closed(self, folder: Path, user: str) -> None:
        """Stay in front of a clinic that was closed, until the person with this id opens it."""
        self._clinic, self._folder, self._user = None, folder, user
        self._show(asks=True, open_=False)

    def wait(self) -> None:
        """Take nothing while the clinic is being closed."""
        for widget in (self.password, self.button, self.close_button, self.told):
            widget.setVisible(False)

    def _show(self, *, asks: bool, open_: bool) -> None:
        self.button.setVisible(True)
        self.button.setEnabled(True)
        self.told.hide()
        self.password.setVisible(asks)
        self.password.clear()
        self.close_button.setVisible(open_)
        self.other_button.setVisible(not open_)
        (self.password.line if asks else self.button).setFocus()
        folder = self._folder or (self._clinic.folder if self._clinic is not None else None)
        if asks and folder is not None:
            self.patience.ask(folder)

    def _on_go_on(self) -> None:
        if self.patience.waiting:
            return
        if self._folder is not None:
            self.button.setEnabled(False)
            work = partial(clinics.unlock, self._folder, self.password.text(), self._user)
            self._tasks.ask(self, work, self._on_opened, fails=self._on_failed)
        elif self._clinic is None or self._clinic.info.practice:
            self.uncovered.emit()
        else:
            self.button.setEnabled(False)
            confirm = partial(clinics.confirm, self._clinic, self.password.text())
            self._tasks.ask(self, confirm, self._on_confirmed, fails=self._on_failed)

    def _on_confirmed(self, _nothing: None) -> None:
        self._forget()
        self.uncovered.emit()

    def _on_opened(self, clinic: Clinic) -> None:
        self._forget()
        self.opened.emit(clinic)

    def _forget(self) -> None:
        self.button.setEnabled(True)
        self.password.clear()
        self._clinic = self._folder = None

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        if isinstance(error, ClinicError):
            self.password.show_error(error)
        else:
            self._tasks.failed.emit(error)
        self.password.line.selectAll()
        self.password.line.setFocus()
        folder = self._folder or (self._clinic.folder if self._clinic is not None else None)
        if folder is not None:
            self.patience.ask(folder)
