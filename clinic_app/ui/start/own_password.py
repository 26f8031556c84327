"""The step between a temporary password and the clinic: choosing a password of one's own."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal

from clinic_app.domain.changes import Changes
from clinic_app.errors import InputError
from clinic_app.services import users
from clinic_app.services.clinic import Clinic
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.messages import beside
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class OwnPasswordStep(Page):
    """Asks for the temporary password once more, and for the new one twice. `chosen` carries the open Clinic."""

    chosen = Signal(object)  # Clinic
    back = Signal()

    def __init__(self, voice: Voice, tasks: Tasks) -> None:
        super().__init__(
            voice,
            N_("Choose your own password"),
            N_("The one that you were given is a temporary one. Nobody knows yours."),
        )
        self._tasks = tasks
        self._clinic: Clinic | None = None
        self.old = SecretBox(voice, N_("The temporary password"))
        self.password = SecretBox(
            voice, N_("Your new password"), N_("At least 8 signs; four words that only you know are good.")
        )
        self.again = SecretBox(voice, N_("The same password again"))
        self.add(self.old, self.password, self.again)
        back = Button(voice, N_("Back"))
        self.button = Button(voice, N_("Go on"), "primary")
        self.add_foot(back, None, self.button)
        self.setFocusProxy(self.old)
        back.clicked.connect(self._on_back)
        self.button.clicked.connect(self._change)
        self.again.entered.connect(self._change)

    def begin(self, clinic: Clinic) -> None:
        """Ask whoever opened a clinic with a temporary password."""
        self._clinic = clinic
        self._forget()
        self.old.line.setFocus()

    def _change(self) -> None:
        self.banner.hide()
        self.again.show_error(None)
        if self.password.text() != self.again.text():
            self.again.show_error(InputError("", N_("the two passwords are not the same")))
            return
        assert self._clinic is not None  # the step is shown with a clinic
        self.button.setEnabled(False)
        work = partial(users.change_password, self._clinic, self.old.text(), self.password.text())
        self._tasks.ask(self, work, self._on_changed, fails=self._on_failed)

    def _on_changed(self, _changes: Changes) -> None:
        clinic, self._clinic = self._clinic, None
        self.button.setEnabled(True)
        self._forget()
        self.chosen.emit(clinic)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.banner.show_message(N_("The password was not changed"), beside(error))
        self.to_top()

    def _on_back(self) -> None:
        if self._clinic is not None:
            self._tasks.ask(self, self._clinic.close)
        self._clinic = None
        self._forget()
        self.back.emit()

    def _forget(self) -> None:
        for box in (self.old, self.password, self.again):
            box.clear()
