"""One employer: its names, its sites, who stands above and below it, and the cases against each."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.catalogue import ROLES
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.people import EmployerPage, EmployerRecord, Link, Pair, TieKind
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import Words
from clinic_app.services import employers
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.employers.page import name, sector
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.listing import RowsModel
from clinic_app.ui.kit.order import follow_layout
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.short_list import ShortList
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts import case_rows
from clinic_app.ui.parts.twins import EMPLOYERS
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

# What is said of the employer on the page (outward), and of the other one.
SAYINGS: Final = {
    (TieKind.SUPPLIES, True): N_("Brings workers to {name}"),
    (TieKind.SUPPLIES, False): N_("Gets workers from {name}"),
    (TieKind.BELONGS_TO, True): N_("Belongs to {name}"),
    (TieKind.BELONGS_TO, False): N_("Owns {name}"),
    (TieKind.BUYS_FROM, True): N_("Buys from {name}"),
    (TieKind.BUYS_FROM, False): N_("Sells to {name}"),
}
NAME: Final = Field("name", Kind.TEXT, N_("Name of the employer"))
HOW: Final = Field(
    "how",
    Kind.CHOICE,
    N_("What is this employer to the other?"),
    choices=(
        Choice("supplies+", N_("It brings workers there")),
        Choice("supplies-", N_("It gets workers from there")),
        Choice("belongs_to+", N_("It belongs to it")),
        Choice("belongs_to-", N_("It owns it")),
        Choice("buys_from+", N_("It buys from it")),
        Choice("buys_from-", N_("It sells to it")),
    ),
)
_ROLES: Final = {choice.code: choice.label for choice in ROLES}


class EmployerView(Page):
    """An employer as it stands. Loads again when something changed."""

    def __init__(self, desk: Desk, employer: str) -> None:
        super().__init__(desk.voice, " ", wide=True)
        self.desk = desk
        self.employer = employer
        self.found: EmployerPage | None = None
        self.model = RowsModel(desk.voice, case_rows.COLUMNS)
        self.view = ShortList(desk.voice, self.model, N_("Cases against this employer"))
        self._parts = QVBoxLayout()
        self._parts.setSpacing(STEP)
        self._none = TextLabel(desk.voice, N_("No case is against this one yet."), "hint")
        self.add(TextLabel(desk.voice, N_("Cases against this employer"), "heading"), self._none, self.view)
        self.column.addLayout(self._parts)
        self.column.addStretch(1)
        self.back = Button(desk.voice, N_("Back"))
        self.name_button = Button(desk.voice, N_("Add a name"))
        self.chain_button = Button(desk.voice, N_("Add to the chain"))
        self.add_foot(self.back, None, self.name_button, self.chain_button)
        self.view.opened.connect(self._on_opened)
        self.back.clicked.connect(self._on_back)
        self.name_button.clicked.connect(self.add_name)
        self.chain_button.clicked.connect(self.add_link)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read the employer."""
        work = partial(employers.page, self.desk.clinic, self.employer, self.desk.today())
        self.desk.ask(self, work, self._show, key="employer")

    def add_name(self) -> None:
        """Ask for another name."""
        NameSheet(self.desk, self.employer, self).open()

    def add_link(self) -> None:
        """Ask who stands above or below."""
        ChainSheet(self.desk, self.employer, self).open()

    def _show(self, found: EmployerPage) -> None:
        first = self.found is None
        self.found = found
        self.show_title(partial(name, row=found.row), partial(_about, found=found))
        self.model.show_rows(found.cases)
        self._none.setVisible(not found.cases)
        clear(self._parts)
        if found.recent >= employers.PATTERN:
            self._parts.addWidget(self._pattern(found))
        self._show_chain(found)
        self._show_records(found)
        if first:
            self.view.setFocus()
            self.view.selectRow(0)

    def _pattern(self, found: EmployerPage) -> Box:
        card = Box("needs")
        told = N_("Think of a group of workers, and of asking for an inspection. Ask each worker first.")
        card.add(TextLabel(self.voice, partial(_recent, found=found), "heading"), TextLabel(self.voice, told))
        return card

    def _show_chain(self, found: EmployerPage) -> None:
        if found.sites:
            self._heading(N_("Sites"))
            for site in found.sites:
                self._parts.addWidget(TextLabel(self.voice, partial(_verbatim, text=site)))
        if found.chain or found.beside:
            self._heading(N_("Chain"))
        for link in found.chain:
            self._parts.addWidget(self._link_card(link))
        for other, shown, role in found.beside:
            told = partial(_beside, name=shown, role=role)
            self._parts.addWidget(self._line(told, N_("Open"), partial(self._on_look, other), partial(_open, shown)))

    def _show_records(self, found: EmployerPage) -> None:
        if len(found.records) > 1:
            self._heading(N_("Written down more than once, and joined"))
            for record in found.records:
                self._parts.addWidget(self._record_card(record))
        if found.maybe:
            self._heading(N_("Perhaps the same employer"))
        for it in found.maybe:
            pair = Pair(found.row.id, it.id, it.shown_name, it.shown_name, "")
            answers = N_("It is the same employer"), N_("It is another employer")
            self._parts.addWidget(EMPLOYERS.card(self.desk, self, pair, it.town, answers))

    def _heading(self, phrase: Phrase) -> None:
        self._parts.addWidget(TextLabel(self.voice, phrase, "heading"))

    def _link_card(self, link: Link) -> Box:
        told = partial(_saying, link=link)
        card = self._line(told, N_("Open"), partial(self._on_look, link.employer), partial(_open, link.name))
        gone = Button(self.voice, N_("Take out"), "link")
        gone.setAccessibleDescription(self.voice.say(told))
        gone.clicked.connect(partial(self._on_unchain, link))
        card.column.addLayout(row(None, gone))
        return card

    def _record_card(self, record: EmployerRecord) -> Box:
        told = partial(_record_told, record=record)
        return self._line(
            told, N_("Separate"), partial(self._on_separate, record.id), partial(_separate, record.shown_name)
        )

    def _line(self, told: Phrase, verb: str, does: partial[None], longer: Phrase) -> Box:
        card = Box("quiet")
        button = Button(self.voice, verb)
        button.explain(longer)
        button.clicked.connect(does)
        line = row(spacing=2 * STEP)
        line.addWidget(TextLabel(self.voice, told), 1)
        line.addWidget(button)
        card.column.addLayout(line)
        return card

    def _on_opened(self, number: int) -> None:
        self.desk.go.emit(Place("case", self.model.row_at(number).id))

    def _on_look(self, employer: str) -> None:
        self.desk.go.emit(Place("employer", record=employer))

    def _on_separate(self, record: str) -> None:
        self.desk.write(self, partial(employers.separate, self.desk.clinic, record))

    def _on_unchain(self, link: Link) -> None:
        self.desk.write(self, partial(employers.unchain, self.desk.clinic, link.tie))

    def _on_back(self) -> None:
        self.desk.go.emit(Place("employers"))

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {"case", "employers"}:
            self.load()


WIDE: Final = 680
"""Pixels of the sheet with six ways to choose from, in two columns."""


class NameSheet(Sheet):
    """Asks for another name of an employer."""

    def __init__(
        self, desk: Desk, employer: str, parent: Page, title: str = N_("Another name of this employer")
    ) -> None:
        super().__init__(desk.voice, title, parent)
        self._desk = desk
        self._employer = employer
        self.box = FieldBox(desk.around, NAME, "name", empties=False)
        self.save_button = Button(desk.voice, N_("Write it down"), "primary")
        back = Button(desk.voice, N_("Back"))
        self.column.setSpacing(STEP)
        self.column.addWidget(self.box)
        self.column.addLayout(row(back, None, self.save_button))
        back.clicked.connect(self.reject)
        self.box.entered.connect(self.save)
        self.save_button.clicked.connect(self.save)
        self.box.focus()

    def save(self) -> None:
        """Write the name down."""
        typed = str(self.box.input.raw() or "")
        work = partial(employers.add_name, self._desk.clinic, self._employer, typed)
        self._desk.write(self, work, self._on_saved, fails=self._on_refused)

    def _on_saved(self, _changes: Changes) -> None:
        self.accept()

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, ClinicError):
            self.box.show_error(error)
        else:
            self._desk.tasks.failed.emit(error)


class ChainSheet(NameSheet):
    """Asks who stands above or below an employer, and how."""

    def __init__(self, desk: Desk, employer: str, parent: Page) -> None:
        super().__init__(desk, employer, parent, N_("Who stands beside this employer?"))
        self.setMinimumWidth(WIDE)
        self.how = FieldBox(desk.around, HOW, "how", empties=False)
        self.column.insertWidget(self.column.count() - 1, self.how)
        follow_layout(self)
        self.box.entered.disconnect(self.save)
        self.box.entered.connect(self.how.focus)
        self.how.entered.connect(self.save)

    def save(self) -> None:
        """Write the link down."""
        typed, how = str(self.box.input.raw() or ""), str(self.how.input.raw() or "")
        self.how.show_error(None if how else InputError("", N_("choose one")))
        if not how:
            return
        kind, outward = TieKind(how[:-1]), how.endswith("+")
        work = partial(employers.chain, self._desk.clinic, kind, self._employer, typed, outward=outward)
        self._desk.write(self, work, self._on_saved, fails=self._on_refused)


def _about(words: Words, *, found: EmployerPage) -> str:
    parts = [*found.row.other_names, sector(words, found.row), found.row.town]
    if found.row.workers:
        parts.append(words.many("{count} worker, more or less", "{count} workers, more or less", found.row.workers))
    return " · ".join(part for part in parts if part and part != "—")


def _recent(words: Words, *, found: EmployerPage) -> str:
    return words.many("{count} case in the last two years", "{count} cases in the last two years", found.recent)


def _verbatim(_words: Words, *, text: str) -> str:
    return text


def _saying(words: Words, *, link: Link) -> str:
    return words(SAYINGS[link.tie.kind, link.outward], name=link.name)


def _beside(words: Words, *, name: str, role: str) -> str:
    told = words.say(_ROLES[role]) if role in _ROLES else words(N_("In the same case"))
    return f"{name} — {told}"


def _open(shown: str, words: Words) -> str:
    return words(N_("Open {name}"), name=shown)


def _separate(shown: str, words: Words) -> str:
    return words(N_("Separate {name} from the others"), name=shown)


def _record_told(words: Words, *, record: EmployerRecord) -> str:
    cases = words.many("{count} case", "{count} cases", len(record.cases))
    return " · ".join(part for part in (record.shown_name, record.trade_name, record.municipality, cases) if part)
