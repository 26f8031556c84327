"""The cover: a neutral screen over everything. The password takes it away; in practice, one click does."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_app.errors import ClinicError
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

WIDTH = 360


class Cover(QWidget):
    """Says nothing about workers or claims."""

    uncovered = Signal()

    def __init__(self, voice: Voice, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("cover")
        self._tasks = tasks
        self._clinic: Clinic | None = None
        self.password = SecretBox(voice, N_("Password"))
        self.button = Button(voice, N_("Go on"), "primary")
        box = QWidget()
        box.setFixedWidth(WIDTH)
        column = QVBoxLayout(box)
        column.setSpacing(2 * STEP)
        column.addWidget(TextLabel(voice, N_("Closed for a moment"), "title"))
        column.addWidget(TextLabel(voice, N_("Everything is saved."), "hint"))
        column.addWidget(self.password)
        column.addLayout(row(None, self.button))
        line = QHBoxLayout(self)
        line.addStretch(1)
        line.addWidget(box)
        line.addStretch(1)
        self.button.clicked.connect(self._on_go_on)
        self.password.entered.connect(self._on_go_on)

    def begin(self, clinic: Clinic | None) -> None:
        """Cover the work of a clinic."""
        self._clinic = clinic
        practice = clinic is None or clinic.info.practice
        self.password.setVisible(not practice)
        self.password.clear()
        (self.button if practice else self.password.line).setFocus()

    def _on_go_on(self) -> None:
        if self._clinic is None or self._clinic.info.practice:
            self.uncovered.emit()
            return
        self.button.setEnabled(False)
        work = partial(clinics.confirm, self._clinic, self.password.text())
        self._tasks.ask(self, work, self._on_confirmed, fails=self._on_failed)

    def _on_confirmed(self, _nothing: None) -> None:
        self.button.setEnabled(True)
        self.password.clear()
        self.uncovered.emit()

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        if isinstance(error, ClinicError):
            self.password.show_error(error)
        else:
            self._tasks.failed.emit(error)
        self.password.line.selectAll()
        self.password.line.setFocus()
