"""One person: all of their cases, the records that were joined, and others who may be the same."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.people import Pair, PersonPage, PersonRow
from clinic_app.i18n import Words
from clinic_app.services import people
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.listing import RowsModel
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.short_list import ShortList
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts import case_rows, person_rows
from clinic_app.ui.parts.twins import PEOPLE
from clinic_app.ui.theme import STEP
from clinic_app.words import N_


class PersonView(Page):
    """A person as they stand. Loads again when something changed."""

    def __init__(self, desk: Desk, person: str) -> None:
        super().__init__(desk.voice, " ", wide=True)
        self.desk = desk
        self.person = person
        self.found: PersonPage | None = None
        self.model = RowsModel(desk.voice, case_rows.COLUMNS)
        self.view = ShortList(desk.voice, self.model, N_("Cases"))
        self._below = QVBoxLayout()
        self._below.setSpacing(STEP)
        self.add(TextLabel(desk.voice, N_("Cases"), "heading"), self.view)
        self.column.addLayout(self._below)
        self.column.addStretch(1)
        self.back = Button(desk.voice, N_("Back"))
        self.new = Button(desk.voice, N_("New case for this person"), "primary")
        self.add_foot(self.back, None, self.new)
        self.view.opened.connect(self._on_opened)
        self.back.clicked.connect(self._on_back)
        self.new.clicked.connect(self._on_new)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read the person."""
        self.desk.ask(self, partial(people.page, self.desk.clinic, self.person), self._show, key="person")

    def _show(self, found: PersonPage) -> None:
        first = self.found is None
        self.found = found
        self.show_title(partial(person_rows.name, row=found.row), partial(person_rows.about, row=found.row))
        self.model.show_rows(found.cases)
        clear(self._below)
        if len(found.records) > 1:
            self._below.addWidget(TextLabel(self.voice, N_("Written down more than once, and joined"), "heading"))
            for record in found.records:
                self._below.addWidget(self._record_card(record))
        if found.maybe:
            self._below.addWidget(TextLabel(self.voice, N_("Perhaps the same person"), "heading"))
        for other in found.maybe:
            pair = Pair(found.row.id, other.id, other.shown_name, other.shown_name, "")
            told = partial(person_rows.about, row=other)
            answers = N_("It is the same person"), N_("It is another person")
            self._below.addWidget(PEOPLE.card(self.desk, self, pair, told, answers))
        if first:
            self.view.setFocus()
            self.view.selectRow(0)

    def _record_card(self, record: PersonRow) -> Box:
        card = Box("quiet")
        words = QVBoxLayout()
        words.addWidget(TextLabel(self.voice, partial(person_rows.name, row=record)))
        words.addWidget(TextLabel(self.voice, partial(person_rows.about, row=record), "caption"))
        button = Button(self.voice, N_("Separate"))
        button.explain(partial(_separate, row=record))
        button.clicked.connect(partial(self._on_separate, record.id))
        line = row(spacing=2 * STEP)
        line.addLayout(words, 1)
        line.addWidget(button)
        card.column.addLayout(line)
        return card

    def _on_opened(self, number: int) -> None:
        self.desk.go.emit(Place("case", self.model.row_at(number).id))

    def _on_separate(self, record: str) -> None:
        self.desk.write(self, partial(people.separate, self.desk.clinic, record))

    def _on_new(self) -> None:
        self.new.setEnabled(False)
        work = partial(people.begin, self.desk.clinic, self.desk.today(), person=self.person)
        self.desk.ask(self, work, self._on_begun, fails=self._on_not_begun)

    def _on_begun(self, case_id: str) -> None:
        self.desk.written.emit()
        self.desk.go.emit(Place("intake", case_id))

    def _on_not_begun(self, error: Exception) -> None:
        self.new.setEnabled(True)
        self.desk.tasks.failed.emit(error)

    def _on_back(self) -> None:
        self.desk.go.emit(Place("people"))

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {"case", "people"}:
            self.load()


def _separate(words: Words, *, row: PersonRow) -> str:
    return words(N_("Separate {name} from the others"), name=person_rows.name(words, row))
