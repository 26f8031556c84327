"""People: everyone who came, found while typing; and, when asked for, who may stand here twice."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.people import Pair, PersonRow
from clinic_app.i18n import Words
from clinic_app.services import people
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import clear
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.parts.finder import Finder
from clinic_app.ui.parts.person_rows import COLUMNS
from clinic_app.ui.parts.twins import PEOPLE
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

SHOWN_PAIRS: Final = 5


class PeoplePage(Finder[PersonRow]):
    """The list of people. It reads a page at a time."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("People"), "", N_("Name, phone, town or case number"), COLUMNS)
        self.twins_button = Button(desk.voice, N_("Look for people who are here twice"))
        self.more = Button(desk.voice, N_("Show more"))
        self._pairs = QVBoxLayout()
        self._pairs.setSpacing(STEP)
        self.column.insertLayout(1, self._pairs)
        self.add_foot(self.twins_button, None, self.more)
        self.more.hide()
        self.twins_button.clicked.connect(self.look_for_twins)
        self.more.clicked.connect(self._on_more)
        self.picked.connect(self._on_picked)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read the first page of what fits."""
        work = partial(people.people, self.desk.clinic, self.typed)
        self.desk.ask(self, work, self._show, key="people")

    def look_for_twins(self) -> None:
        """Compare everybody with everybody."""
        self.twins_button.setEnabled(False)
        self.desk.ask(self, partial(people.duplicates, self.desk.clinic), self._show_pairs, key="twins")

    def _show(self, rows: tuple[PersonRow, ...]) -> None:
        self.more.setVisible(len(rows) >= people.PAGE)
        self.show_rows(rows, partial(_told, count=len(rows), typed=self.typed))

    def _on_more(self) -> None:
        work = partial(people.people, self.desk.clinic, self.typed, self.model.rowCount())
        self.desk.ask(self, work, self._show_more, key="people")

    def _show_more(self, rows: tuple[PersonRow, ...]) -> None:
        known = {self.model.row_at(n).id: self.model.row_at(n) for n in range(self.model.rowCount())}
        self.more.setVisible(len(rows) >= people.PAGE)
        self.show_rows(tuple((known | {row.id: row for row in rows}).values()))

    def _show_pairs(self, pairs: tuple[Pair, ...]) -> None:
        self.twins_button.setEnabled(True)
        clear(self._pairs)
        for pair in pairs[:SHOWN_PAIRS]:
            answers = N_("It is one person"), N_("They are two people")
            self._pairs.addWidget(PEOPLE.card(self.desk, self, pair, pair.why, answers, self._on_decided))
        told = partial(_pairs_told, count=len(pairs))
        self.banner.show_message(told, N_("Nothing is lost: what is joined can be separated again.") if pairs else "")
        self.to_top()

    def _on_decided(self, _changes: Changes) -> None:
        self.look_for_twins()

    def _on_picked(self, row: PersonRow) -> None:
        self.desk.go.emit(Place("person", record=row.id))

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {"case", "people"}:
            self.load()


def _told(words: Words, *, count: int, typed: str) -> str:
    if not count:
        return words(
            N_("Nobody is found. Try a part of the name.") if typed else N_("Nobody was here yet. Start with F2.")
        )
    if count >= people.PAGE:
        return words(N_("The last {count} people. Type to find others."), count=count)
    return words.many("{count} person", "{count} people", count)


def _pairs_told(words: Words, *, count: int) -> str:
    if not count:
        return words(N_("Nobody seems to be here twice."))
    return words.many("{count} pair may be one person", "{count} pairs may be one person", count)
