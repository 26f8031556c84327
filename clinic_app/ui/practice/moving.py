"""“This was a real person”: one interview that was taken down in the practice clinic goes into the real one."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from clinic_app.domain.views import CaseRow
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import casework, practice
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner, Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.practice.result import narrow
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

MOST: Final = 20


class MovingCard(Box):
    """Shut until it is wanted; asks for a user of the real clinic and their own password."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("quiet")
        self._desk = desk
        voice = desk.voice
        self.banner = Banner(voice)
        self.open_button = Button(voice, N_("A real person was taken down here…"), "link")
        self.case = QComboBox()
        narrow(self.case)
        self.user = SecretBox(voice, N_("Your name in the real clinic"), visible=True)
        self.password = SecretBox(voice, N_("Your password in the real clinic"))
        self.move_button = Button(voice, N_("Copy it into the real clinic"))
        self._inside = QWidget()
        self.column.addLayout(row(self.open_button, None))
        form = QVBoxLayout(self._inside)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(STEP)
        for widget in (
            TextLabel(voice, N_("Which interview?"), "question"),
            self.case,
            self.user,
            self.password,
            TextLabel(
                voice,
                N_("Everybody can open the practice clinic. Ask the instructor to make it new when the copy is there."),
                "hint",
            ),
        ):
            form.addWidget(widget)
        form.addLayout(row(self.move_button, None))
        self.add(self._inside, self.banner)
        self._inside.hide()
        self.open_button.clicked.connect(self._on_open)
        self.move_button.clicked.connect(self._on_move)
        self.password.entered.connect(self._on_move)
        voice.changed.connect(self._say)
        self._say()

    def _on_open(self) -> None:
        self._inside.setVisible(self._inside.isHidden())
        self._desk.ask(self, partial(casework.cases, self._desk.clinic, limit=MOST), self._show)

    def _show(self, rows: tuple[CaseRow, ...]) -> None:
        self.case.clear()
        for one in rows:
            self.case.addItem(f"{one.number} · {one.shown_name}", one.id)

    def _on_move(self) -> None:
        self.move_button.setEnabled(False)
        work = partial(
            practice.move_to_real,
            self._desk.clinic,
            str(self.case.currentData()),
            self._desk.real_folder,
            self.password.text(),
            self.user.text().strip(),
            self._desk.today(),
        )
        self.password.clear()
        self._desk.ask(self, work, self._on_moved, fails=self._on_failed)

    def _on_moved(self, number: str) -> None:
        self.move_button.setEnabled(True)
        self.banner.show_message(N_("It is in the real clinic now."), partial(_number, number=number))

    def _on_failed(self, error: Exception) -> None:
        self.move_button.setEnabled(True)
        if isinstance(error, ClinicError):
            self.banner.show_message(N_("It was not copied"), beside(error))
        else:
            self._desk.tasks.failed.emit(error)

    def _say(self) -> None:
        self.case.setAccessibleName(self._desk.voice.say(N_("Which interview?")))


def _number(words: Words, *, number: str) -> str:
    return words(
        N_("Its number there: {number}. Now ask the instructor to make the practice clinic new."), number=number
    )
