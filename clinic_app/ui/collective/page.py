"""Groups of workers: the list, and the beginning of a new one."""

from __future__ import annotations

from functools import partial
from typing import Final

from clinic_app.domain.changes import Changes
from clinic_app.domain.collective import GroupRow
from clinic_app.domain.fields import Field, Kind
from clinic_app.domain.names import words as compared
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import collective
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.listing import Column
from clinic_app.ui.kit.page import Page
from clinic_app.ui.parts.finder import Finder
from clinic_app.words import N_

EMPLOYER: Final = Field(
    "employer", Kind.TEXT, N_("Name of the employer"), N_("One that is known is found by its name.")
)
NAME: Final = Field("name", Kind.TEXT, N_("Name of the group"), N_("Empty: the name of the employer."))


def _name(_words: Words, group: GroupRow) -> str:
    return group.name


def _employer(_words: Words, group: GroupRow) -> str:
    return group.employer


def _workers(_words: Words, group: GroupRow) -> str:
    return str(group.workers)


def _opened(words: Words, group: GroupRow) -> str:
    return words.short_date(group.opened_on)


COLUMNS: Final = (
    Column(N_("Group"), _name, 3),
    Column(N_("Employer"), _employer, 3),
    Column(N_("Workers"), _workers, 0),
    Column(N_("Begun on"), _opened, 0, spare=True),
)


class GroupsPage(Finder[GroupRow]):
    """The list of groups."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            N_("Groups of workers"),
            N_("Several workers of one employer with the same problem."),
            N_("Name of the group or the employer"),
            COLUMNS,
        )
        self.new = Button(desk.voice, N_("Begin a group"), "primary")
        self.add_foot(None, self.new)
        self.new.clicked.connect(self.begin_group)
        self.picked.connect(self._on_picked)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read the groups."""
        self.desk.ask(self, partial(collective.all_groups, self.desk.clinic), self._show, key="groups")

    def begin_group(self) -> None:
        """Ask for the employer and begin."""
        NewGroup(self.desk, self).open()

    def _show(self, rows: tuple[GroupRow, ...]) -> None:
        asked = compared(self.typed)
        fitting = [r for r in rows if all(_begins(word, f"{r.name} {r.employer}") for word in asked)]
        self.show_rows(fitting, partial(_told, count=len(fitting)))

    def _on_picked(self, group: GroupRow) -> None:
        self.desk.go.emit(Place("group", record=group.id))

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {"case", "groups"}:
            self.load()


class NewGroup(Sheet):
    """Asks against whom the group is."""

    def __init__(self, desk: Desk, parent: Page) -> None:
        super().__init__(desk.voice, N_("Begin a group"), parent)
        self._desk = desk
        self.employer = FieldBox(desk.around, EMPLOYER, "employer", empties=False)
        self.name = FieldBox(desk.around, NAME, "name", empties=False)
        back = Button(desk.voice, N_("Back"))
        self.button = Button(desk.voice, N_("Begin"), "primary")
        self.column.addWidget(self.employer)
        self.column.addWidget(self.name)
        self.column.addLayout(row(back, None, self.button))
        back.clicked.connect(self.reject)
        self.employer.entered.connect(self.name.focus)
        self.name.entered.connect(self.begin)
        self.button.clicked.connect(self.begin)
        self.employer.focus()

    def begin(self) -> None:
        """Begin the group and go to it."""
        employer, name = (str(box.input.raw() or "") for box in (self.employer, self.name))
        work = partial(collective.begin, self._desk.clinic, employer, name, self._desk.today())
        self._desk.ask(self, work, self._on_begun, fails=self._on_refused)

    def _on_begun(self, group: str) -> None:
        self._desk.written.emit()
        self.accept()
        self._desk.go.emit(Place("group", record=group))

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, ClinicError):
            self.employer.show_error(error)
        else:
            self._desk.tasks.failed.emit(error)


def _begins(word: str, text: str) -> bool:
    return any(there.startswith(word) for there in compared(text))


def _told(words: Words, *, count: int) -> str:
    if not count:
        return words(N_("No group yet."))
    return words.many("{count} group", "{count} groups", count)
