"""Papers of everybody in a group: one file a worker into a folder, or all in one run through the printer.

They are made one worker after another, and it can be stopped at any time.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from clinic_app.domain.collective import Member
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.packet import Paper, Preset
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import collective, settings
from clinic_app.ui import printing
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.printing import PrintRun
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
        self._made: dict[str, bytes] = {}
        self._run: PrintRun | None = None
        self.preset = FieldBox(desk.around, PRESET, "preset", empties=False)
        self.preset.show_answer(Preset.WORKER.value)
        hint = N_("One file for each worker, named by the number of the case, in the worker's language.")
        self.told = TextLabel(desk.voice, "", "heading")
        self.refused = TextLabel(desk.voice, "", "error")
        self.stop_button = Button(desk.voice, N_("Close"))
        self.print_button = Button(desk.voice, N_("Print"))
        self.button = Button(desk.voice, N_("Choose the folder…"), "primary")
        for widget in (self.preset, TextLabel(desk.voice, hint, "hint"), self.told, self.refused):
            self.column.addWidget(widget)
        self.column.addLayout(row(self.stop_button, None, self.print_button, self.button))
        self.told.hide()
        self.refused.hide()
        self.stop_button.clicked.connect(self.reject)
        self.button.clicked.connect(self._on_folder)
        self.print_button.clicked.connect(partial(self._begin, None))

    def make(self, folder: Path) -> None:
        """Make the papers into a folder."""
        self._begin(folder)

    def paint(self, printer: QPrinter, paper: Paper) -> None:
        """Print everything that was made, on a printer that is chosen."""
        bundle = printing.bundle_of(*self._made.values())
        self._run = PrintRun(self._desk.tasks, printer, bundle, printing.chosen_pages(printer, bundle), paper, self)
        self._run.progressed.connect(self._on_progress)
        self._run.finished.connect(self._on_printed)
        self._run.failed.connect(self._on_failed)
        self._run.start()

    def _begin(self, folder: Path | None) -> None:
        self._folder = folder
        self._made = {}
        self._done = 0
        self._refused = []
        self.refused.hide()
        self._enable(ready=False)
        self._next()

    def _enable(self, *, ready: bool) -> None:
        self.button.setEnabled(ready)
        self.print_button.setEnabled(ready)
        self.stop_button.show_phrase(N_("Close") if ready else N_("Stop"))

    def _next(self) -> None:
        self.told.show_phrase(partial(_progress, done=self._done, all_of=len(self._members)))
        self.told.show()
        if self._done == len(self._members):
            self._enable(ready=True)
            self.stop_button.setFocus()
            if self._made:
                self._desk.ask(self, partial(settings.paper, self._desk.clinic), self._choose)
            return
        case_id, desk = self._members[self._done].row.id, self._desk
        preset, on = self._preset, desk.today()
        if self._folder is None:
            work = partial(collective.papers, desk.clinic, case_id, preset=preset, on=on)
            desk.ask(self, work, partial(self._on_pdf, case_id), fails=self._on_refused)
        else:
            save = partial(collective.save_papers, desk.clinic, case_id, self._folder, preset=preset, on=on)
            desk.ask(self, save, self._on_made, fails=self._on_refused)

    @property
    def _preset(self) -> Preset:
        return Preset(str(self.preset.input.raw()))

    def _choose(self, paper: Paper) -> None:
        printer = printing.printer_for(paper)
        if printing.choose_printer(self, printer, printing.bundle_of(*self._made.values())):
            self.paint(printer, paper)

    def _on_pdf(self, case_id: str, pdf: bytes) -> None:
        self._made[case_id] = pdf
        self._on_made(Path())

    def _on_made(self, _path: Path) -> None:
        self._done += 1
        self._next()

    def _on_progress(self, done: int, all_of: int) -> None:
        self.told.show_phrase(partial(_pages, done=done, all_of=all_of))

    def _on_printed(self, _pages: object) -> None:
        self.told.show_phrase(N_("Sent to the printer."))
        self._desk.write(self, partial(collective.printed, self._desk.clinic, dict(self._made), self._preset))

    def _on_failed(self) -> None:
        self.refused.show_phrase(N_("The printer did not answer."))
        self.refused.show()

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


def _pages(words: Words, *, done: int, all_of: int) -> str:
    return words(N_("{done} of {all_of} pages…"), done=done, all_of=all_of)


def _refusals(words: Words, *, refused: tuple[tuple[str, ClinicError], ...]) -> str:
    return "\n".join(f"{name}: {words.error(error)}" for name, error in refused)
