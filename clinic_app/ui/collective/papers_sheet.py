"""Papers of everybody in a group, one worker after another into a folder; it can be stopped at any time."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QWidget

from clinic_app.domain.collective import Member
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.packet import Preset
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import collective
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.words import N_

PRESET: Final = Field(
    "preset",
    Kind.CHOICE,
    N_("What do you need?"),
    choices=(
        Choice(Preset.WORKER.value, N_("Copy for each worker")),
        Choice(Preset.FILING.value, N_("Papers for the authority")),
        Choice(Preset.ARCHIVE.value, N_("Everything, for the clinic's archive")),
    ),
)


class PapersSheet(Sheet):
    """Makes the papers of each worker in turn and says how far it is."""

    def __init__(self, desk: Desk, members: tuple[Member, ...], parent: QWidget) -> None:
        super().__init__(desk.voice, N_("Papers for all"), parent)
        self._desk = desk
        self._members = members
        self._done = 0
        self._refused: list[tuple[str, ClinicError]] = []
        self._folder: Path | None = None
        self.preset = FieldBox(desk.around, PRESET, "preset", empties=False)
        self.preset.show_answer(Preset.WORKER.value)
        hint = N_("One file for each worker, named by the number of the case, in the worker's language.")
        self.told = TextLabel(desk.voice, "", "heading")
        self.refused = TextLabel(desk.voice, "", "error")
        self.stop_button = Button(desk.voice, N_("Close"))
        self.button = Button(desk.voice, N_("Choose the folder…"), "primary")
        for widget in (self.preset, TextLabel(desk.voice, hint, "hint"), self.told, self.refused):
            self.column.addWidget(widget)
        self.column.addLayout(row(self.stop_button, None, self.button))
        self.told.hide()
        self.refused.hide()
        self.stop_button.clicked.connect(self.reject)
        self.button.clicked.connect(self._on_folder)

    def make(self, folder: Path) -> None:
        """Make the papers into a folder."""
        self._folder = folder
        self._done = 0
        self._refused = []
        self.refused.hide()
        self.button.setEnabled(False)
        self.stop_button.show_phrase(N_("Stop"))
        self._next()

    def _next(self) -> None:
        self.told.show_phrase(partial(_progress, done=self._done, all_of=len(self._members)))
        self.told.show()
        if self._done == len(self._members):
            self.button.setEnabled(True)
            self.stop_button.show_phrase(N_("Close"))
            self.stop_button.setFocus()
            return
        assert self._folder is not None  # `make` was told one
        case_id = self._members[self._done].row.id
        desk = self._desk
        work = partial(
            collective.save_papers,
            desk.clinic,
            case_id,
            self._folder,
            preset=Preset(str(self.preset.input.raw())),
            on=desk.today(),
        )
        desk.ask(self, work, self._on_made, fails=self._on_refused)

    def _on_made(self, _path: Path) -> None:
        self._done += 1
        self._next()

    def _on_refused(self, error: Exception) -> None:
        if not isinstance(error, ClinicError):
            self._desk.tasks.failed.emit(error)
            return
        self._refused.append((self._members[self._done].row.shown_name, error))
        self.refused.show_phrase(partial(_refusals, refused=tuple(self._refused)))
        self.refused.show()
        self._on_made(Path())

    def _on_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.voice.words(N_("Choose the folder")), str(Path.home()))
        if chosen:
            self.make(Path(chosen))


def _progress(words: Words, *, done: int, all_of: int) -> str:
    if done == all_of:
        return words.many("Done: {count} worker.", "Done: {count} workers.", all_of)
    return words(N_("{done} of {all_of} workers…"), done=done, all_of=all_of)


def _refusals(words: Words, *, refused: tuple[tuple[str, ClinicError], ...]) -> str:
    return "\n".join(f"{name}: {words.error(error)}" for name, error in refused)
