"""Making a clinic: its name, its country, the first user and a password typed twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal

from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.errors import InputError
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox, Surroundings
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.messages import beside
from clinic_app.ui.start.recovery import NewClinic
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

NAME: Final = Field("clinic", Kind.TEXT, N_("Name of the clinic"))
PLACE: Final = Field(
    "place",
    Kind.CHOICE,
    N_("Country"),
    N_("Its law is used for every case."),
    choices=(Choice("mx", N_("Mexico")), Choice("pe", N_("Peru")), Choice("ge", N_("Georgia"))),
)
USER: Final = Field("user", Kind.TEXT, N_("Your name"), N_("Others can be added later."))


class CreateStep(Page):
    """The form; `created` carries the new clinic with its recovery key."""

    created = Signal(object)  # NewClinic
    back = Signal()

    def __init__(self, voice: Voice, tasks: Tasks, folder: Path, today: Callable[[], dt.date]) -> None:
        super().__init__(voice, N_("Begin a clinic"), N_("Four answers, then a sheet of paper to keep."))
        self._tasks = tasks
        self._folder = folder
        around = Surroundings(voice, today)
        self.boxes = {field.id: FieldBox(around, field, field.id, empties=False) for field in (NAME, PLACE, USER)}
        self.password = SecretBox(
            voice, N_("Password"), N_("Four words that only you know are good and easy to remember.")
        )
        self.again = SecretBox(voice, N_("The same password again"))
        self.add(*self.boxes.values(), self.password, self.again)
        back = Button(voice, N_("Back"))
        self.button = Button(voice, N_("Make the clinic"), "primary")
        self.add_foot(back, None, self.button)
        back.clicked.connect(self.back)
        self.button.clicked.connect(self._make)
        self.again.entered.connect(self._make)

    def begin(self) -> None:
        """Put the keyboard into the first field."""
        self.boxes["clinic"].focus()

    def _make(self) -> None:
        self._show(None)
        name, place, user = (str(box.input.raw() or "") for box in self.boxes.values())
        password = self.password.text()
        try:
            self._check(name, place, user, password)
        except InputError as error:
            self._show(error)
            return
        self.button.setEnabled(False)
        work = partial(_create, self._folder, name, place, user, password)
        self._tasks.ask(self, work, self._on_created, fails=self._on_failed)

    def _check(self, name: str, place: str, user: str, password: str) -> None:
        if not place:
            raise InputError("place", N_("choose the country"))
        clinics.check_new(name, place, user, password)
        if password != self.again.text():
            raise InputError("again", N_("the two passwords are not the same"))

    def _show(self, error: InputError | None) -> None:
        boxes: dict[str, FieldBox | SecretBox] = {**self.boxes, "password": self.password, "again": self.again}
        for name, box in boxes.items():
            box.show_error(error if error is not None and error.path == name else None)
        if error is None:
            self.banner.hide()
        elif error.path in boxes:
            boxes[error.path].setFocus()
            self.reveal(boxes[error.path])
        else:
            self.banner.show_message(N_("The clinic was not made"), beside(error))
            self.to_top()

    def _on_created(self, new: NewClinic) -> None:
        self.button.setEnabled(True)
        self.password.clear()
        self.again.clear()
        self.created.emit(new)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        if isinstance(error, InputError):
            self._show(error)
            return
        self.banner.show_message(N_("The clinic was not made"), beside(error))
        self.to_top()


def _create(folder: Path, name: str, place: str, user: str, password: str) -> NewClinic:
    made: tuple[Clinic, str] = clinics.create(folder, name, place, user, password)
    return NewClinic(*made)
