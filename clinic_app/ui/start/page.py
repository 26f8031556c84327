"""The way in: welcome, make a clinic, keep its recovery key, unlock, forgotten password.

A password is never kept here: it goes to the store thread and the field is cleared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinic_app.services import clinic as clinics
from clinic_app.services import intake, permission
from clinic_app.services.clinic import Clinic
from clinic_app.services.restoring import Restored
from clinic_app.ui.help import HelpPane
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.parts.languages import LanguageButton
from clinic_app.ui.start.about import AboutStep
from clinic_app.ui.start.asking import AnswerStep, AskStep
from clinic_app.ui.start.create import CreateStep
from clinic_app.ui.start.older import OlderStep
from clinic_app.ui.start.own_password import OwnPasswordStep
from clinic_app.ui.start.recovery import ForgottenStep, NewClinic, RecoveryStep
from clinic_app.ui.start.restore import BroughtStep, MendStep, RestoreStep
from clinic_app.ui.start.unlock import UnlockStep
from clinic_app.ui.start.welcome import WelcomeStep
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

TOPICS: Final = {
    "CreateStep": "create",
    "RecoveryStep": "recovery",
    "UnlockStep": "unlock",
    "ForgottenStep": "forgotten",
    "OwnPasswordStep": "unlock",
    "AskStep": "forgotten",
    "AnswerStep": "forgotten",
    "RestoreStep": "restore",
    "MendStep": "restore",
    "BroughtStep": "restore",
}
"""The help page of each step; the welcome's for every other."""


PRACTICE_PLACES: Final = {"ka": "ge"}
"""Of which country a new practice clinic is, by the language of the window; Mexico for every other."""


class StartPage(QWidget):
    """The steps of the way in; `opened` carries the open Clinic."""

    opened = Signal(object)  # Clinic
    language_wanted = Signal(str)  # language code

    def __init__(
        self,
        voice: Voice,
        tasks: Tasks,
        folder: Path,
        practice_folder: Path,
        today: Callable[[], dt.date],
        last_user: str = "",
    ) -> None:
        super().__init__()
        self._voice = voice
        self._tasks = tasks
        self._practice_folder = practice_folder
        self.welcome = WelcomeStep(voice)
        self.making = CreateStep(voice, tasks, folder, today)
        self.recovery = RecoveryStep(voice, tasks, today)
        self.unlock = UnlockStep(voice, tasks, folder, last_user)
        self.forgotten = ForgottenStep(voice, tasks, folder, last_user)
        self.asking = AskStep(voice, tasks, folder, last_user)
        self.answer = AnswerStep(voice, tasks, folder)
        self.restoring = RestoreStep(voice, tasks, folder)
        self.mending = MendStep(voice, tasks, folder)
        self.brought = BroughtStep(voice)
        self.about = AboutStep(voice, tasks)
        self.own = OwnPasswordStep(voice, tasks)
        self.older = OlderStep(voice, tasks, folder)
        self._steps = QStackedWidget()
        steps = (self.welcome, self.making, self.recovery, self.unlock, self.forgotten, self.asking, self.answer)
        for step in (*steps, self.restoring, self.mending, self.brought, self.about, self.older, self.own):
            self._steps.addWidget(step)
        self.language = LanguageButton(voice, "bar")
        self.help_button = Button(voice, N_("Help"), "bar")
        self.help_button.explain(N_("Help (F1)"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.version = Button(voice, N_("About this program"), "bar")
        top = row(None, self.version, self.help_button, self.language)
        top.setContentsMargins(4 * STEP, STEP, 2 * STEP, 0)
        column.addLayout(top)
        column.addWidget(self._steps, 1)
        self.help = HelpPane(voice, self)
        self.help_button.clicked.connect(self.toggle_help)
        QShortcut(QKeySequence(Qt.Key.Key_F1), self, self.toggle_help)
        self.language.picked.connect(self.language_wanted)
        self.welcome.create_wanted.connect(self._show_create)
        self.making.created.connect(self._show_recovery)
        self.recovery.kept.connect(self.opened)
        self.unlock.unlocked.connect(self._let_in)
        self.own.chosen.connect(self.opened)
        self.own.back.connect(self.show_first)
        for source in (self.welcome, self.unlock):
            source.practice_wanted.connect(self.open_practice)
        for back in (self.making.back, self.forgotten.back, self.asking.back):
            back.connect(self.show_first)
        self._connect_forgotten()
        self._connect_restoring()
        self._connect_program()
        self._folder = folder
        self._exists = clinics.exists(folder)
        self.show_first()

    def begin(self) -> None:
        """Begin anew: the clinic was closed, or is gone."""
        self._exists = clinics.exists(self._folder)
        self.unlock.begin()
        self.show_first()

    @property
    def folder(self) -> Path:
        """Where the real clinic of this computer lies, or will."""
        return self._folder

    def show_first(self) -> None:
        """Show the welcome, or the unlock step when there is a clinic."""
        self.show_step(self.unlock if self._exists else self.welcome)

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard into the step, not on the button above it."""
        super().showEvent(event)
        self._steps.currentWidget().setFocus()

    def show_step(self, step: QWidget) -> None:
        """Show one of the steps."""
        self.help.hide()
        self._steps.setCurrentWidget(step)

    def toggle_help(self) -> None:
        """Open or close the help of the step that is shown."""
        self.help.toggle(TOPICS.get(type(self._steps.currentWidget()).__name__, "welcome"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the help at the right side."""
        super().resizeEvent(event)
        self.help.place()

    def open_practice(self) -> None:
        """Open the practice clinic; the first time it is made and filled with invented people."""
        self.setEnabled(False)
        place = PRACTICE_PLACES.get(self._voice.words.language, "mx")
        work = partial(open_practice, self._practice_folder, place)
        self._tasks.ask(self, work, self._on_opened, fails=self._on_failed)

    def _connect_forgotten(self) -> None:
        self.unlock.forgotten.connect(self._show_forgotten)
        self.forgotten.unlocked.connect(self.opened)
        self.forgotten.ask_wanted.connect(self._show_asking)
        self.asking.answered.connect(self._show_answer)
        self.answer.unlocked.connect(self.opened)
        self.answer.back.connect(self._show_asking)

    def _connect_restoring(self) -> None:
        for source in (self.welcome, self.unlock):
            source.restore_wanted.connect(self._show_restoring)
        self.mending.others_wanted.connect(self._show_restoring)
        self.unlock.damaged.connect(self._show_mending)
        for step in (self.restoring, self.mending):
            step.back.connect(self.show_first)
            step.restored.connect(self._show_brought)
        self.brought.understood.connect(self.opened)

    def _connect_program(self) -> None:
        self.version.clicked.connect(self._show_about)
        self.unlock.too_new.connect(self._show_older)
        self.older.unlocked.connect(self.opened)
        for step in (self.about, self.older):
            step.back.connect(self.show_first)

    def _on_opened(self, clinic: Clinic) -> None:
        self.setEnabled(True)
        self.opened.emit(clinic)

    def _on_failed(self, error: Exception) -> None:
        self.setEnabled(True)
        self._tasks.failed.emit(error)

    def _let_in(self, clinic: Clinic) -> None:
        if permission.me(clinic).must_change:
            self.show_step(self.own)
            self.own.begin(clinic)
        else:
            self.opened.emit(clinic)

    def _show_create(self) -> None:
        self.show_step(self.making)
        self.making.begin()

    def _show_recovery(self, new: NewClinic) -> None:
        self._exists = True
        self.recovery.begin(new)
        self.show_step(self.recovery)

    def _show_forgotten(self) -> None:
        self.show_step(self.forgotten)

    def _show_asking(self) -> None:
        self.show_step(self.asking)
        self.asking.begin()

    def _show_answer(self) -> None:
        self.show_step(self.answer)
        self.answer.setFocus()

    def _show_about(self) -> None:
        self.show_step(self.about)
        self.about.begin()

    def _show_older(self, error: Exception, user: str, password: str) -> None:
        self.show_step(self.older)
        self.older.begin(error, user, password)

    def _show_restoring(self) -> None:
        self.show_step(self.restoring)
        self.restoring.begin()

    def _show_mending(self, error: Exception, user: str, password: str) -> None:
        self.show_step(self.mending)
        self.mending.begin(error, user, password)

    def _show_brought(self, restored: Restored) -> None:
        self._exists = True
        self.brought.begin(restored)
        self.show_step(self.brought)


def open_practice(folder: Path, place: str = "mx") -> Clinic:
    """Open the practice clinic with its invented people. Runs on the store thread."""
    return clinics.open_practice(folder, intake.fill_practice, place)
