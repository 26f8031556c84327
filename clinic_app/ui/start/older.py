"""A clinic that a newer version of the program has changed: the copy from before is offered."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal

from clinic_app.i18n import Words
from clinic_app.services import clinic as clinics
from clinic_app.services import updates
from clinic_app.services.clinic import Clinic
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class OlderStep(Page):
    """`unlocked` carries the clinic as it was before the newer version."""

    unlocked = Signal(object)  # Clinic
    back = Signal()

    def __init__(self, voice: Voice, tasks: Tasks, folder: Path) -> None:
        super().__init__(voice, N_("A newer version of the program has changed this clinic"))
        self._tasks = tasks
        self._folder = folder
        self._user: str | None = None
        self._password = ""
        self.what = TextLabel(voice)
        self.copy = TextLabel(voice)
        self.add(self.what, self.copy)
        back = Button(voice, N_("Back"))
        self.button = Button(voice, N_("Open the copy from before"), "danger")
        self.add_foot(back, None, self.button)
        back.clicked.connect(self._leave)
        self.button.clicked.connect(self._open)

    def begin(self, error: Exception, user: str, password: str) -> None:
        """Look for a copy that this version can open. The password is forgotten when the step is left."""
        self._user, self._password = user or None, password
        self.banner.hide()
        self.button.hide()
        self.copy.hide()
        self.what.show_phrase(beside(error))
        work = partial(updates.older, self._folder, password, self._user)
        self._tasks.ask(self, work, self._on_looked, fails=self._on_failed)

    def _on_looked(self, day: dt.date | None) -> None:
        self.copy.show_phrase(partial(_copy, day=day) if day is not None else N_("There is no copy from before here."))
        self.copy.show()
        self.button.setVisible(day is not None)

    def _open(self) -> None:
        self.button.setEnabled(False)
        work = partial(_open_older, self._folder, self._password, self._user)
        self._tasks.ask(self, work, self._on_opened, fails=self._on_failed)

    def _on_opened(self, clinic: Clinic) -> None:
        self._forget()
        self.unlocked.emit(clinic)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.banner.show_message(N_("The clinic did not open"), beside(error))

    def _leave(self) -> None:
        self._forget()
        self.back.emit()

    def _forget(self) -> None:
        self._password = ""
        self.button.setEnabled(True)


def _open_older(folder: Path, password: str, user: str | None) -> Clinic:
    updates.put_older_back(folder, password, dt.datetime.now(dt.UTC), user)
    return clinics.unlock(folder, password, user)


def _copy(words: Words, *, day: dt.date) -> str:
    told = (
        words(N_("There is a copy of the cases of {day}, from just before."), day=words.date(day)),
        words(N_("What was written since is kept in a file of its own.")),
        words(N_("What was sent to headquarters comes back at the next exchange.")),
        words(N_("The rest opens with the newer version only.")),
    )
    return "\n".join(told)
