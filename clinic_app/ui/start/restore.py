"""Restoring a backup: where it lies, which one, what opens it; and what came back, in words.

Nothing is overwritten: what was on this computer is put aside.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import checking, restoring
from clinic_app.services.restoring import Found, Opening, Restored
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside, phrase_of
from clinic_app.ui.printing import sticks
from clinic_app.ui.tasks import Tasks, Teller
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

SHOWN: Final = 12
"""How many backups are listed, the newest first."""


class RestoreStep(Page):
    """Choose a place, a backup and what opens it; `restored` carries what became of it."""

    restored = Signal(object)  # Restored
    back = Signal()

    def __init__(self, voice: Voice, tasks: Tasks, folder: Path) -> None:
        super().__init__(
            voice,
            N_("Restore a backup"),
            N_("Plug in the stick with the backups, or choose the folder. What is on this computer now is put aside."),
        )
        self._tasks = tasks
        self._folder = folder
        self._chosen: Found | None = None
        self._teller = Teller(self)
        self._teller.told.connect(self._on_told)
        self.places = QVBoxLayout()
        self.choose_button = Button(voice, N_("Choose a folder…"))
        self.list = QVBoxLayout()
        self.opening = Box("calm")
        self.which = TextLabel(voice, "", "heading")
        self.user = SecretBox(voice, N_("Your name"), visible=True)
        self.key = SecretBox(voice, N_("Recovery key"), N_("Seven groups of four signs."), visible=True)
        self.password = SecretBox(voice, N_("Password"))
        self.again = SecretBox(voice, N_("The same password again"))
        self.sheet_button = Button(voice, N_("I have only the sheet with the recovery key"), "link")
        self.progress = TextLabel(voice, "", "hint")
        self.opening.add(self.which, self.user, self.key, self.password, self.again)
        self.opening.column.addLayout(row(self.sheet_button, None))
        self.column.addLayout(self.places)
        self.column.addLayout(row(self.choose_button, None))
        self.column.addLayout(self.list)
        self.add(self.opening, self.progress)
        back = Button(voice, N_("Back"))
        self.button = Button(voice, N_("Restore"), "primary")
        self.add_foot(back, None, self.button)
        back.clicked.connect(self.back)
        self.choose_button.clicked.connect(self._on_choose)
        self.sheet_button.clicked.connect(self._on_sheet)
        self.button.clicked.connect(self._restore)
        self.password.entered.connect(self._restore)
        self._with_sheet(wanted=False)

    def begin(self) -> None:
        """Look for sticks, and for the backups on this computer."""
        self._chosen = None
        self.opening.hide()
        self.progress.hide()
        self.button.setEnabled(False)
        clear(self.places)
        clear(self.list)
        for place in sticks():
            button = Button(self.voice, partial(_on_stick, place=place))
            button.clicked.connect(doing(self.look, place))
            self.places.addLayout(row(button, None))
        self.look(self._folder)

    def look(self, place: Path) -> None:
        """List the backups of a place."""
        self._tasks.aside(self, partial(restoring.find, place), self._on_found, fails=self._on_failed, key="found")

    def choose(self, found: Found) -> None:
        """Take one of the backups."""
        self._chosen = found
        self.which.show_phrase(partial(_line, found=found))
        if not self.user.text() and found.users:
            self.user.line.setText(found.users[0])
        self.opening.show()
        self.button.setEnabled(True)
        self.password.setFocus()
        self.reveal(self.password)

    def _on_found(self, found: tuple[Found, ...]) -> None:
        clear(self.list)
        if not found:
            self.list.addWidget(TextLabel(self.voice, N_("No backup was found there."), "hint"))
        for one in found[:SHOWN]:
            card = Box("card")
            button = Button(self.voice, N_("Choose"))
            button.setEnabled(one.backup.usable)
            button.clicked.connect(doing(self.choose, one))
            line = row(TextLabel(self.voice, partial(_line, found=one)), button)
            line.setStretch(0, 1)
            card.column.addLayout(line)
            self.list.addWidget(card)

    def _on_choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.voice.say(N_("Choose a folder…")))
        if chosen:
            self.look(Path(chosen))

    def _on_sheet(self) -> None:
        self._with_sheet(wanted=self.key.isHidden())

    def _with_sheet(self, *, wanted: bool) -> None:
        self.key.setVisible(wanted)
        self.again.setVisible(wanted)
        if not wanted:
            self.key.clear()
        self.sheet_button.show_phrase(
            N_("I have the password") if wanted else N_("I have only the sheet with the recovery key")
        )

    def _restore(self) -> None:
        if self._chosen is None or not self.button.isEnabled():
            return
        self.banner.hide()
        self.again.show_error(None)
        if not self.again.isHidden() and self.password.text() != self.again.text():
            self.again.show_error(InputError("", N_("the two passwords are not the same")))
            return
        self.button.setEnabled(False)
        self.progress.show_phrase(N_("The backup is read and proven. This can take some minutes."))
        self.progress.show()
        opening = Opening(self.password.text(), self.user.text(), self.key.text())
        work = partial(restoring.restore, self._chosen.backup, self._folder, opening, _now(), self._teller)
        self._tasks.ask(self, work, self._on_restored, fails=self._on_failed)

    def _on_told(self, done: int, of: int) -> None:
        self.progress.show_phrase(partial(_percent, percent=100 * done // max(of, 1)))

    def _on_restored(self, restored: Restored) -> None:
        for box in (self.key, self.password, self.again):
            box.clear()
        self.restored.emit(restored)

    def _on_failed(self, error: Exception) -> None:
        self.progress.hide()
        self.button.setEnabled(self._chosen is not None)
        self.banner.show_message(N_("Nothing was restored"), beside(error))
        self.to_top()


class MendStep(Page):
    """The clinic's file is damaged: the newest copy is offered, with what can still be read of the file."""

    restored = Signal(object)  # Restored
    back = Signal()
    others_wanted = Signal()

    def __init__(self, voice: Voice, tasks: Tasks, folder: Path) -> None:
        super().__init__(voice, N_("The file with the cases is damaged"))
        self._tasks = tasks
        self._folder = folder
        self.why = TextLabel(voice)
        self.offer = TextLabel(voice)
        self.user = SecretBox(voice, N_("Your name"), visible=True)
        self.password = SecretBox(voice, N_("Password"))
        self.others = Button(voice, N_("Restore another backup…"), "link")
        card = Box("needs")
        card.add(self.why, self.offer)
        self.add(card, self.user, self.password)
        self.column.addLayout(row(self.others, None))
        back = Button(voice, N_("Back"))
        self.button = Button(voice, N_("Save what can be read"), "primary")
        self.add_foot(back, None, self.button)
        back.clicked.connect(self.back)
        self.others.clicked.connect(self.others_wanted)
        self.button.clicked.connect(self._mend)
        self.password.entered.connect(self._mend)

    def begin(self, error: Exception, user: str, password: str) -> None:
        """Say what is wrong, and look for the newest copy."""
        self.banner.hide()
        self.why.show_phrase(phrase_of(error))
        self.user.line.setText(user)
        self.password.line.setText(password)
        self.button.setEnabled(False)
        look = partial(restoring.newest_moment, self._folder, sticks())
        self._tasks.aside(self, look, self._on_looked, fails=self._on_failed)

    def _on_looked(self, moment: dt.datetime | None) -> None:
        self.button.setEnabled(True)
        if moment is None:
            self.offer.show_phrase(
                N_("No copy was found on this computer. What can still be read is saved into a new file beside it.")
            )
            self.button.show_phrase(N_("Save what can be read"))
            return
        self.offer.show_phrase(
            N_("What was saved after the copy, and can still be read, is brought in. The damaged file is put aside.")
        )
        self.button.show_phrase(partial(_open_copy, moment=moment))

    def _mend(self) -> None:
        if not self.button.isEnabled():
            return
        self.banner.hide()
        self.button.setEnabled(False)
        opening = Opening(self.password.text(), self.user.text())
        work = partial(restoring.mend, self._folder, opening, _now(), sticks())
        self._tasks.ask(self, work, self._on_mended, fails=self._on_failed)

    def _on_mended(self, restored: Restored) -> None:
        self.password.clear()
        self.restored.emit(restored)

    def _on_failed(self, error: Exception) -> None:
        self.button.setEnabled(True)
        self.banner.show_message(N_("Nothing was restored"), beside(error))
        self.to_top()


class BroughtStep(Page):
    """What came back, and what did not; `understood` carries the open Clinic."""

    understood = Signal(object)  # Clinic

    def __init__(self, voice: Voice) -> None:
        super().__init__(voice, N_("The clinic is back"))
        self._restored: Restored | None = None
        self.told = TextLabel(voice)
        card = Box("calm")
        card.add(self.told)
        self.add(card)
        self.button = Button(voice, N_("Go on to the clinic"), "primary")
        self.add_foot(None, self.button)
        self.setFocusProxy(self.button)
        self.button.clicked.connect(self._on_understood)

    def begin(self, restored: Restored) -> None:
        """Say what came back."""
        self._restored = restored
        self.told.show_phrase(partial(told, restored=restored))

    def _on_understood(self) -> None:
        if self._restored is not None:
            clinic, self._restored = self._restored.clinic, None
            self.understood.emit(clinic)


def told(words: Words, *, restored: Restored) -> str:
    """Return what came back and what did not, in lines."""
    return "\n".join(words(said.text, **said.params) for said in restored.sentences())


def _line(words: Words, *, found: Found) -> str:
    moment = found.backup.made.astimezone()
    when = f"{words.date(moment.date())} {moment:%H:%M}"
    size = f"{found.backup.size / 1_000_000:.1f} MB"
    return " · ".join([when, size, words(checking.STATES[found.backup.state]), *found.users[:4]])


def _on_stick(words: Words, *, place: Path) -> str:
    return words(N_("On the stick {name}"), name=place.name or place)


def _open_copy(words: Words, *, moment: dt.datetime) -> str:
    here = moment.astimezone()
    if here.date() == dt.datetime.now().astimezone().date():
        return words(N_("Open the copy of {time}"), time=f"{here:%H:%M}")
    return words(N_("Open the copy of {time}"), time=f"{words.date(here.date())} {here:%H:%M}")


def _percent(words: Words, *, percent: int) -> str:
    return words(N_("Read and proven: {percent} %"), percent=percent)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
