"""The card of the program's versions: an update from a stick, whose updates are taken, the way back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from clinic_app.i18n import Words
from clinic_app.services import updates
from clinic_app.services.updates import Status, Update
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.updating import Updating, offer, percent_of, placed
from clinic_app.ui.printing import sticks
from clinic_app.ui.setup.keys import KeyPart
from clinic_app.words import N_


class UpdatePart(KeyPart):
    """Says which version runs; a newer one is checked wholly before it is offered."""

    trusted = N_("Updates signed with this key are taken from now on.")
    keep_key = staticmethod(updates.trust_in_clinic)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Version of the program"), Button(desk.voice, N_("Trust a key for updates…"), "link"))
        self._update: Update | None = None
        self.updating = Updating(desk, self)
        self.state = TextLabel(desk.voice)
        self.offered = TextLabel(desk.voice)
        self.look_button = Button(desk.voice, N_("Take an update from a stick…"))
        self.take_button = Button(desk.voice, N_("Put it in place"), "primary")
        self.back_button = Button(desk.voice, N_("Go back to the version before"), "link")
        self.add(self.state, self.offered)
        for button in (self.look_button, self.take_button, self.back_button, self.key_button):
            self.column.addLayout(row(button, None))
        self.add_key()
        for widget in (self.offered, self.take_button, self.back_button):
            widget.hide()
        self._connect()
        self._load()

    def look(self, folder: Path) -> None:
        """Check the update in a folder."""
        self.look_button.setEnabled(False)
        self.updating.look(folder)

    def take(self) -> None:
        """Put the update that was checked in place."""
        if self._update is not None:
            self.take_button.setEnabled(False)
            self.updating.take(self._update)

    def go_back(self) -> None:
        """Have the next start open the version before."""
        self.desk.tasks.aside(self, updates.back, self._on_back, fails=self.refuse)

    def _connect(self) -> None:
        self.updating.found.connect(self._on_found)
        self.updating.placed.connect(self._on_placed)
        self.updating.failed.connect(self._on_failed)
        self.updating.progressed.connect(self._on_progress)
        self.look_button.clicked.connect(self._on_look)
        self.take_button.clicked.connect(self.take)
        self.back_button.clicked.connect(self.go_back)

    def _load(self) -> None:
        self.desk.tasks.aside(self, updates.status, self._show)

    def _show(self, status: Status) -> None:
        self.state.show_phrase(partial(_state, status=status))
        self.back_button.setVisible(status.before is not None)
        for button in (self.look_button, self.key_button):
            button.setVisible(status.can_update)

    def _on_look(self) -> None:
        start = str(next(iter(sticks()), Path.home()))
        chosen = QFileDialog.getExistingDirectory(
            self, self.desk.voice.words(N_("Folder or stick of the update")), start
        )
        if chosen:
            self.look(Path(chosen))

    def _on_found(self, update: Update) -> None:
        self._update = update
        self.told.hide()
        self.wrong.hide()
        self.look_button.setEnabled(True)
        self.take_button.setEnabled(True)
        self.offered.show_phrase(partial(offer, update=update))
        self.offered.show()
        self.take_button.show()
        self.take_button.setFocus()

    def _on_placed(self, update: Update) -> None:
        self._update = None
        self.offered.hide()
        self.take_button.hide()
        self.tell(partial(placed, update=update))
        self._load()

    def _on_failed(self, error: Exception) -> None:
        self.look_button.setEnabled(True)
        self.take_button.setEnabled(True)
        self.refuse(error)

    def _on_progress(self, percent: int) -> None:
        self.tell(partial(percent_of, percent=percent))

    def _on_back(self, version: str) -> None:
        self.tell(partial(_went_back, version=version))
        self._load()


def _state(words: Words, *, status: Status) -> str:
    lines = [words(N_("This is version {version}."), version=status.version)]
    if status.next != status.version:
        lines.append(words(N_("The next start opens version {version}."), version=status.next))
    if status.failed:
        lines.append(words(N_("Version {version} did not start twice and is not used."), version=status.failed))
    if not status.can_update:
        lines.append(words(N_("It runs from its source code and is updated where that comes from.")))
    return "\n".join(lines)


def _went_back(words: Words, *, version: str) -> str:
    told = (
        words(N_("The next start opens version {version}."), version=version),
        words(N_("If it cannot read the cases any more, it offers the copy from before.")),
    )
    return " ".join(told)
