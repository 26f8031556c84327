"""The list of cases: search as you type, accents and case do not matter, click or Enter opens."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit

from clinic_app.domain.changes import Changes
from clinic_app.domain.views import CaseRow
from clinic_app.i18n import Words
from clinic_app.services import casework
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.listing import RowsModel, RowsView
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.case_rows import COLUMNS
from clinic_app.words import N_

PAGE: Final = 200


class CasesPage(Page):
    """The list. It reads a page at a time, as one goes down, so that ten thousand cases open as fast as ten.

    While it is hidden it only notes that something changed.
    """

    def __init__(self, desk: Desk, search: QLineEdit) -> None:
        super().__init__(desk.voice, N_("Cases"), wide=True)
        self._desk = desk
        self._search = search
        self.shown_for: str | None = None  # the search whose cases are shown
        self._shown: tuple[CaseRow, ...] = ()
        self._count = TextLabel(desk.voice, "", "hint")
        self.model = RowsModel(desk.voice, COLUMNS)
        self.view = RowsView(desk.voice, self.model, N_("Cases"))
        self._is_stale = True
        self._opens_first = False
        self.add(self._count, self.view)
        self.column.setStretchFactor(self.view, 1)
        self.bin_button = Button(desk.voice, N_("Bin of cases"), "link")
        self.add_foot(self.bin_button, None)
        self.bin_button.clicked.connect(doing(desk.go.emit, Place("bin")))
        self.view.opened.connect(self._on_opened)
        self.model.more_wanted.connect(self._on_more)
        search.textChanged.connect(self._on_typed)
        desk.tasks.changed.connect(self._on_changed)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the list when it is first shown, and when something changed since."""
        super().showEvent(event)
        if self._is_stale:
            self.load()

    def load(self) -> None:
        """Read the first page of what matches the search."""
        self._is_stale = False
        typed = self._search.text().strip()
        self._desk.ask(self, partial(_read, self._desk, typed, 0), partial(self._show, typed), key="cases")

    def open_first(self) -> None:
        """Open the first case that fits what is typed, if there is one; wait for it while it is looked for."""
        self._opens_first = self.shown_for != self._search.text().strip()
        if self._shown and not self._opens_first:
            self._on_opened(0)

    def _on_typed(self, _text: str) -> None:
        self.load()

    def _on_changed(self, _changes: Changes) -> None:
        self._is_stale = True
        if self.isVisible():
            self.load()

    def _on_more(self) -> None:
        typed = self.shown_for or ""
        work = partial(_read, self._desk, typed, len(self._shown))
        self._desk.ask(self, work, partial(self._show_more, typed), key="cases")

    def _show(self, typed: str, found: tuple[CaseRow, ...]) -> None:
        self._shown = found
        self.shown_for = typed
        self.model.show_rows(found, more=len(found) == PAGE)
        self._count.show_phrase(partial(_counted, count=len(found), search=typed))
        if self._opens_first:
            self.open_first()

    def _show_more(self, typed: str, found: tuple[CaseRow, ...]) -> None:
        self._shown += found
        self.model.add_rows(found, more=len(found) == PAGE)
        self._count.show_phrase(partial(_counted, count=len(self._shown), search=typed))

    def _on_opened(self, number: int) -> None:
        self._desk.go.emit(Place("case", self.model.row_at(number).id))


def _read(desk: Desk, search: str, offset: int) -> tuple[CaseRow, ...]:
    return casework.cases(desk.clinic, search, PAGE, offset)


def _counted(words: Words, *, count: int, search: str) -> str:
    if not count:
        return words(
            N_("Nobody is found. Try a part of the name, the employer or the number.")
            if search
            else N_("There are no cases yet. Start with “New person” (F2).")
        )
    if count % PAGE == 0:
        return words(N_("The last {count} cases. Type in the search to find others."), count=count)
    return words.many("{count} case", "{count} cases", count)
