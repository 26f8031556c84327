"""New person: search first. Those who may be meant appear while a name is typed; only then a new record begins."""

from __future__ import annotations

from functools import partial

from clinic_app.domain.people import PersonRow
from clinic_app.i18n import Words
from clinic_app.services import people
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.parts.finder import Finder
from clinic_app.ui.parts.person_rows import COLUMNS
from clinic_app.words import N_


class NewPersonPage(Finder[PersonRow]):
    """One line, likely people below it, and the way on. Without any name one can go on too."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            N_("Who is it?"),
            N_("Type a name, an alias, a phone or an ID number. Whoever was here before appears below."),
            N_("Name or number"),
            COLUMNS,
        )
        self.new = Button(desk.voice, N_("It is a new person"), "primary")
        self.add_foot(None, self.new)
        self.new.clicked.connect(self.begin_new)
        self.picked.connect(self._on_picked)
        self.show_rows(())

    def load(self) -> None:
        """Read who may be meant."""
        typed = self.typed
        work = partial(people.likely, self.desk.clinic, typed)
        self.desk.ask(self, work, partial(self._show, typed), key="likely")

    def begin_new(self) -> None:
        """Begin the interview of somebody who was never here."""
        self.new.setEnabled(False)
        work = partial(people.begin, self.desk.clinic, self.desk.today(), self.typed)
        self.desk.ask(self, work, self._on_begun, fails=self._on_not_begun)

    def on_enter(self) -> None:
        """Go to the likely people; to a new one when there are none."""
        if self.model.rowCount():
            super().on_enter()
        else:
            self.new.setFocus()

    def _show(self, typed: str, rows: tuple[PersonRow, ...]) -> None:
        self.show_rows(rows, partial(_told, count=len(rows)) if typed else "")

    def _on_picked(self, row: PersonRow) -> None:
        self.desk.go.emit(Place("person", record=row.id))

    def _on_begun(self, case_id: str) -> None:
        self.desk.written.emit()
        self.desk.go.emit(Place("intake", case_id))

    def _on_not_begun(self, error: Exception) -> None:
        self.new.setEnabled(True)
        self.desk.tasks.failed.emit(error)


def _told(words: Words, *, count: int) -> str:
    if not count:
        return words(N_("Nobody of that name was here. Press Enter, then “It is a new person”."))
    return words.many("{count} person may be meant.", "{count} people may be meant.", count)
