"""Employers: everyone whom a case is against, most cases first; and, when asked for, who stands here twice."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.catalogue import SECTORS
from clinic_app.domain.changes import Changes
from clinic_app.domain.people import EmployerRow, Pair
from clinic_app.i18n import Words
from clinic_app.services import employers
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import clear
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.listing import Column
from clinic_app.ui.parts.finder import Finder
from clinic_app.ui.parts.twins import EMPLOYERS
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

SHOWN_PAIRS: Final = 5
_SECTORS: Final = {choice.code: choice.label for choice in SECTORS}


def name(words: Words, row: EmployerRow) -> str:
    """Return the employer's name, or that none is known."""
    return row.shown_name or words(N_("Name not known"))


def sector(words: Words, row: EmployerRow) -> str:
    """Return the sector in words; a dash when it is not known."""
    return words.say(_SECTORS[row.sector]) if row.sector in _SECTORS else "—"


def _names(words: Words, row: EmployerRow) -> str:
    return " · ".join((name(words, row), *row.other_names))


def _town(_words: Words, row: EmployerRow) -> str:
    return row.town or "—"


def _cases(_words: Words, row: EmployerRow) -> str:
    return str(row.cases)


COLUMNS: Final = (
    Column(N_("Employer"), _names, 4),
    Column(N_("Sector"), sector, 2, spare=True),
    Column(N_("Town"), _town, 2),
    Column(N_("Cases"), _cases, 0),
)


class EmployersPage(Finder[EmployerRow]):
    """The list of employers."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("Employers"), "", N_("Name, sign, place, phone or tax number"), COLUMNS)
        self.twins_button = Button(desk.voice, N_("Look for employers who are here twice"))
        self._pairs = QVBoxLayout()
        self._pairs.setSpacing(STEP)
        self.column.insertLayout(1, self._pairs)
        self.add_foot(self.twins_button, None)
        self.twins_button.clicked.connect(self.look_for_twins)
        self.picked.connect(self._on_picked)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read the employers that fit."""
        work = partial(employers.employers, self.desk.clinic, self.typed)
        self.desk.ask(self, work, self._show, key="employers")

    def look_for_twins(self) -> None:
        """Compare every employer with every other."""
        self.twins_button.setEnabled(False)
        self.desk.ask(self, partial(employers.duplicates, self.desk.clinic), self._show_pairs, key="twins")

    def _show(self, rows: tuple[EmployerRow, ...]) -> None:
        self.show_rows(rows, partial(_told, count=len(rows), typed=self.typed))

    def _show_pairs(self, pairs: tuple[Pair, ...]) -> None:
        self.twins_button.setEnabled(True)
        clear(self._pairs)
        for pair in pairs[:SHOWN_PAIRS]:
            answers = N_("It is one employer"), N_("They are two employers")
            self._pairs.addWidget(EMPLOYERS.card(self.desk, self, pair, pair.why, answers, self._on_decided))
        told = partial(_pairs_told, count=len(pairs))
        self.banner.show_message(told, N_("Nothing is lost: what is joined can be separated again.") if pairs else "")
        self.to_top()

    def _on_decided(self, _changes: Changes) -> None:
        self.look_for_twins()

    def _on_picked(self, row: EmployerRow) -> None:
        self.desk.go.emit(Place("employer", record=row.id))

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {"case", "employers"}:
            self.load()


def _told(words: Words, *, count: int, typed: str) -> str:
    if not count:
        return words(
            N_("No employer is found. Try a part of the name.")
            if typed
            else N_("No employer yet. They come from the interviews.")
        )
    return words.many("{count} employer", "{count} employers", count)


def _pairs_told(words: Words, *, count: int) -> str:
    if not count:
        return words(N_("No employer seems to be here twice."))
    return words.many("{count} pair may be one employer", "{count} pairs may be one employer", count)
