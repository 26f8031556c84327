"""Workers from a table: paste it or choose a file, see what could not be read, then add the rest."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from clinic_app.domain.changes import Changes
from clinic_app.domain.collective import Unread, WorkerTable
from clinic_app.domain.worker_table import field_of
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import Words
from clinic_app.services import collective, files
from clinic_app.services.collective import Added
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.listing import Column, RowsModel
from clinic_app.ui.kit.short_list import ShortList
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.words import N_

PAUSE: Final = 250
WIDE: Final = 760
LINES: Final = 5
AT_ONCE: Final = 5
"""Workers that are added before the window hears of it."""


def _row(_words: Words, unread: Unread) -> str:
    return str(unread.row)


def _column(words: Words, unread: Unread) -> str:
    return words(unread.column) or "—"


def _what(words: Words, unread: Unread) -> str:
    error = unread.error
    bare = InputError("", error.message, error.expected, **error.params) if isinstance(error, InputError) else error
    return words.error(bare)


COLUMNS: Final = (Column(N_("Row"), _row, 1), Column(N_("Column"), _column, 3), Column(N_("What is wrong"), _what, 9))


class TableSheet(Sheet):
    """Reads a table of workers and adds them to a group."""

    def __init__(self, desk: Desk, group: str, parent: QWidget, text: str = "") -> None:
        super().__init__(desk.voice, N_("Workers from a table"), parent)
        self.setMinimumWidth(WIDE)
        self._desk = desk
        self._group = group
        self.table: WorkerTable | None = None
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFixedHeight(LINES * self.text.fontMetrics().lineSpacing() + 24)
        self.told = TextLabel(desk.voice, "", "heading")
        self.error = TextLabel(desk.voice, "", "error")
        self.model = RowsModel(desk.voice, COLUMNS)
        self.unread = ShortList(desk.voice, self.model, N_("What could not be read"))
        self.unread.setWordWrap(True)
        self.file_button = Button(desk.voice, N_("Choose a file…"))
        self.empty_button = Button(desk.voice, N_("Save an empty sheet…"), "link")
        self.add_button = Button(desk.voice, N_("Add the workers"), "primary")
        back = Button(desk.voice, N_("Back"))
        hint = N_("Copy the rows from the spreadsheet, headings included, and paste them here. Or choose the file.")
        for widget in (TextLabel(desk.voice, hint, "hint"), self.text):
            self.column.addWidget(widget)
        self.column.addLayout(row(self.file_button, self.empty_button, None))
        for shown in (self.error, self.told, self.unread):
            self.column.addWidget(shown)
        self.column.addLayout(row(back, None, self.add_button))
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self.error.hide()
        self.told.hide()
        self.add_button.setEnabled(False)
        back.clicked.connect(self.reject)
        self._timer.timeout.connect(self.read)
        self.text.textChanged.connect(self._timer.start)
        self.file_button.clicked.connect(self._on_file)
        self.empty_button.clicked.connect(self._on_empty)
        self.add_button.clicked.connect(self.add)
        desk.voice.changed.connect(self._name)
        self._name()
        self.text.setPlainText(text)
        self.text.setFocus()

    def read(self) -> None:
        """Read what is pasted."""
        text = self.text.toPlainText()
        if text.strip():
            self._desk.tasks.aside(
                self,
                partial(collective.read_text, text, self._desk.today()),
                self._show,
                fails=self._refuse,
                key="read",
            )

    def read_file(self, path: Path) -> None:
        """Read a file."""
        work = partial(collective.read_file, path, self._desk.today())
        self._desk.tasks.aside(self, work, self._show, fails=self._refuse, key="read")

    def add(self) -> None:
        """Make a case for each worker that was read, a few at a time; closing the sheet stops it."""
        if self.table is None:
            return
        self.add_button.setEnabled(False)
        self._add_from(0, Added(0, ()))

    def _add_from(self, at: int, so_far: Added) -> None:
        assert self.table is not None  # only what was read is added
        workers = self.table.workers
        if at >= len(workers):
            self._on_added(so_far)
            return
        self.told.show_phrase(partial(_progress, done=at, all_of=len(workers)))
        some = workers[at : at + AT_ONCE]
        work = partial(collective.add_workers, self._desk.clinic, self._group, some, self._desk.today())
        self._desk.ask(self, work, partial(self._on_some, at + AT_ONCE, so_far), fails=self._refuse)

    def _on_some(self, following: int, so_far: Added, added: Added) -> None:
        self._desk.tasks.changed.emit(Changes(frozenset({"case", "groups", "people", "employers"})))
        self._add_from(following, Added(so_far.cases + added.cases, so_far.known + added.known))

    def _show(self, table: WorkerTable) -> None:
        self.table = table
        self.error.hide()
        self.told.show_phrase(partial(_told, table=table))
        self.told.show()
        self.model.show_rows(table.unread)
        self.add_button.setEnabled(bool(table.workers))
        self.add_button.show_phrase(partial(_add, count=len(table.workers)))

    def _refuse(self, error: Exception) -> None:
        self.add_button.setEnabled(self.table is not None)
        if isinstance(error, ClinicError):
            self.error.show_phrase(beside(error))
            self.error.show()
        else:
            self._desk.tasks.failed.emit(error)

    def _on_added(self, added: Added) -> None:
        self._desk.written.emit()
        if not added.known:
            self.accept()
            return
        self.table = None
        self.told.show_phrase(partial(_known, added=added))
        self.model.show_rows(())

    def _on_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.voice.words(N_("Choose a file")), str(Path.home()), "*.xlsx *.csv *.tsv *.txt"
        )
        if chosen:
            self.read_file(Path(chosen))

    def _on_empty(self) -> None:
        name = self.voice.words(N_("workers"))
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.voice.words(N_("Save an empty sheet")), str(Path.home() / f"{name}.xlsx"), "*.xlsx"
        )
        if chosen:
            self.save_empty(Path(chosen))

    def save_empty(self, path: Path) -> None:
        """Write a sheet with headings, to be filled in elsewhere."""
        headings = [self.voice.say(field_of(column).label) for column in collective.TEMPLATE]
        target = path if path.suffix.lower() == ".xlsx" else path.with_name(f"{path.name}.xlsx")
        self._desk.tasks.aside(self, partial(_write, target, headings), fails=self._refuse)

    def _name(self) -> None:
        self.text.setAccessibleName(self.voice.say(N_("Rows of the table")))


def _write(path: Path, headings: list[str]) -> None:
    files.write(path, collective.empty_sheet(headings))


def _told(words: Words, *, table: WorkerTable) -> str:
    read = words.many("{count} worker was read.", "{count} workers were read.", len(table.workers))
    if not table.unread:
        return read
    cells = words.many("{count} cell could not be read:", "{count} cells could not be read:", len(table.unread))
    return f"{read} {cells}"


def _progress(words: Words, *, done: int, all_of: int) -> str:
    return words(N_("{done} of {all_of} workers…"), done=done, all_of=all_of)


def _add(words: Words, *, count: int) -> str:
    return words.many("Add {count} worker", "Add {count} workers", count)


def _known(words: Words, *, added: Added) -> str:
    told = words.many("{count} worker was added.", "{count} workers were added.", added.cases)
    return told + " " + words(N_("Already in the group: {names}"), names=", ".join(added.known))
