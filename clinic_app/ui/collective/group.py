"""One group of workers: the grid, what all of them share, and what may be owed to each kind and in total."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QApplication, QTabBar, QVBoxLayout, QWidget

from clinic_app.domain.changes import Changes
from clinic_app.domain.collective import Member, MemberState
from clinic_app.domain.fields import Kind, options, read_answer
from clinic_app.domain.values import Empty
from clinic_app.domain.worker_table import field_of
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import collective
from clinic_app.services.collective import GroupPage
from clinic_app.services.groups import ItemTotal
from clinic_app.ui.collective.grid import GridModel, GridView
from clinic_app.ui.collective.papers_sheet import PapersSheet
from clinic_app.ui.collective.table_sheet import TableSheet
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

TABS: Final = (N_("Workers"), N_("What all share"), N_("Amounts"))


class GroupView(Page):
    """A group as it stands. Loads again when something changed."""

    def __init__(self, desk: Desk, group: str) -> None:
        super().__init__(desk.voice, " ", wide=True)
        self.desk = desk
        self.group = group
        self.found: GroupPage | None = None
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self._holders = [QWidget() for _ in TABS]
        workers, shared, amounts = (QVBoxLayout(holder) for holder in self._holders)
        for body in (workers, shared, amounts):
            body.setContentsMargins(0, 0, 0, 0)
            body.setSpacing(STEP)
            self.tabs.addTab("")
        self.model = GridModel(desk.voice, desk.currency)
        self.grid = GridView(desk.voice, self.model)
        self._none = TextLabel(desk.voice, N_("No worker yet. Paste a table or choose a file."), "hint")
        self.open_button = Button(desk.voice, N_("Open the case"))
        self.leave_button = Button(desk.voice, N_("Leaves the group"))
        self.settle_button = Button(desk.voice, N_("Settled alone"))
        self.return_button = Button(desk.voice, N_("Comes back"))
        self._total = TextLabel(desk.voice, "", "heading")
        self._why = TextLabel(desk.voice, "", "hint")
        for widget in (self._none, self.grid, self._why):
            workers.addWidget(widget)
        workers.addLayout(row(self.open_button, self.leave_button, self.settle_button, self.return_button, None))
        workers.addWidget(self._total)
        self._shared = shared
        self._amounts = amounts
        self.boxes: dict[str, FieldBox] = {}
        self.add(self.tabs, *self._holders)
        self.column.addStretch(1)
        self.back = Button(desk.voice, N_("Back"))
        self.papers_button = Button(desk.voice, N_("Papers for all"))
        self.table_button = Button(desk.voice, N_("Add workers"), "primary")
        self.add_foot(self.back, None, self.papers_button, self.table_button)
        self._fill_shared()
        self._connect()
        self._on_tab(0)
        self._say()
        self.load()

    def load(self) -> None:
        """Read the group and check each worker."""
        work = partial(collective.page, self.desk.clinic, self.group, self.desk.today(), self.found)
        self.desk.ask(self, work, self._show, key="group")

    def commit(self) -> None:
        """Save what is typed and not yet saved."""
        for box in self.boxes.values():
            box.commit()

    def from_table(self, text: str = "") -> None:
        """Ask for a table of workers."""
        TableSheet(self.desk, self.group, self, text).open()

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.model.typed.connect(self._on_typed)
        self.grid.pasted.connect(self._on_pasted)
        self.grid.selectionModel().currentChanged.connect(self._on_current)
        self.open_button.clicked.connect(self._on_open)
        self.leave_button.clicked.connect(partial(self._on_state, MemberState.LEFT))
        self.settle_button.clicked.connect(partial(self._on_state, MemberState.SETTLED))
        self.return_button.clicked.connect(partial(self._on_state, MemberState.IN))
        self.back.clicked.connect(self._on_back)
        self.papers_button.clicked.connect(self._on_papers)
        self.table_button.clicked.connect(partial(self.from_table, ""))
        self.desk.tasks.changed.connect(self._on_changed)
        self.voice.changed.connect(self._say)

    def _fill_shared(self) -> None:
        hint = N_("Written into each worker's case, except where the worker says otherwise.")
        self._shared.addWidget(TextLabel(self.voice, hint, "hint"))
        for path in collective.SHARED:
            box = FieldBox(self.desk.around, field_of(path), path, empties=False)
            box.answered.connect(self._on_shared)
            self.boxes[path] = box
            self._shared.addWidget(box)

    def _show(self, found: GroupPage) -> None:
        first = self.found is None
        self.found = found
        self.show_title(partial(_verbatim, text=found.group.name), partial(_about, found=found))
        at = self.grid.currentIndex()
        spot = (at.row(), at.column()) if at.isValid() else (0, 0)
        self.model.show_members(found.members)
        self._none.setVisible(not found.members)
        self.papers_button.setEnabled(bool(found.members))
        self._total.show_phrase(partial(_total, found=found))
        if found.members:
            self.grid.setCurrentIndex(self.model.index(min(spot[0], len(found.members) - 1), spot[1]))
        self._on_current(QModelIndex(), QModelIndex())
        self._show_amounts(found)
        if first:
            for path, box in self.boxes.items():
                raw = found.group.shared.get(path)
                box.show_answer(Empty.NOT_ASKED if raw is None else read_answer(box.field, raw, path))
            (self.grid if found.members else self.table_button).setFocus()

    def _show_amounts(self, found: GroupPage) -> None:
        clear(self._amounts)
        self._amounts.addWidget(TextLabel(self.voice, partial(_total, found=found), "heading"))
        for item in found.check.items:
            card = Box("card")
            line = row(spacing=2 * STEP)
            words = QVBoxLayout()
            words.addWidget(TextLabel(self.voice, item.label))
            words.addWidget(TextLabel(self.voice, partial(_item, item=item), "caption"))
            money = TextLabel(
                self.voice, partial(_span, low=item.low, high=item.high, currency=found.currency), "money"
            )
            money.setWordWrap(False)
            line.addLayout(words, 1)
            line.addWidget(money)
            card.column.addLayout(line)
            self._amounts.addWidget(card)
        self._amounts.addStretch(1)

    def _current(self) -> Member | None:
        at = self.grid.currentIndex()
        return self.model.member(at.row()) if at.isValid() else None

    def _on_tab(self, number: int) -> None:
        for at, holder in enumerate(self._holders):
            holder.setVisible(at == number)

    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        member = self._current()
        for button in (self.open_button, self.leave_button, self.settle_button, self.return_button):
            button.setVisible(member is not None)
        if member is None:
            self._why.hide()
            return
        inside = member.state is MemberState.IN
        self.leave_button.setVisible(inside)
        self.settle_button.setVisible(inside)
        self.return_button.setVisible(not inside)
        for button in (self.open_button, self.leave_button, self.settle_button, self.return_button):
            button.setAccessibleDescription(member.row.shown_name)
        self._why.show_phrase(partial(_why, member=member) if member.problem is not None else "")
        self._why.setVisible(member.problem is not None)

    def _on_typed(self, case_id: str, path: str, text: str) -> None:
        self.banner.hide()
        typed = self._code(path, text)
        work = partial(collective.write_cell, self.desk.clinic, case_id, path, typed, self.desk.today())
        self.desk.write(self, work, fails=partial(self._on_refused, path))

    def _code(self, path: str, text: str) -> str:
        """Return the code of a choice that was typed as the grid says it."""
        field = field_of(path)
        if field.kind is not Kind.CHOICE:
            return text
        return next((c.code for c in options(field) if self.voice.say(c.label).casefold() == text.casefold()), text)

    def _on_refused(self, path: str, error: Exception) -> None:
        if isinstance(error, ClinicError):
            self.banner.show_message(field_of(path).label, beside(error))
            self.to_top()
        else:
            self.desk.tasks.failed.emit(error)

    def _on_shared(self, path: str, raw: object) -> None:
        work = partial(collective.share, self.desk.clinic, self.group, path, raw)
        self.desk.write(self, work, fails=partial(self._on_not_shared, path))

    def _on_not_shared(self, path: str, error: Exception) -> None:
        if isinstance(error, ClinicError):
            self.boxes[path].show_error(error)
        else:
            self.desk.tasks.failed.emit(error)

    def _on_pasted(self) -> None:
        self.from_table(QApplication.clipboard().text())

    def _on_open(self) -> None:
        member = self._current()
        if member is not None:
            self.desk.go.emit(Place("case", member.row.id))

    def _on_state(self, state: MemberState) -> None:
        member = self._current()
        if member is not None:
            self.desk.write(self, partial(collective.set_state, self.desk.clinic, member.row.id, state))

    def _on_papers(self) -> None:
        if self.found is not None:
            inside = tuple(m for m in self.found.members if m.state is MemberState.IN)
            PapersSheet(self.desk, inside, self).open()

    def _on_back(self) -> None:
        self.desk.go.emit(Place("groups"))

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {"case", "groups", "employers"}:
            self.load()

    def _say(self) -> None:
        for number, words in enumerate(TABS):
            self.tabs.setTabText(number, self.voice.say(words))
        self.tabs.setAccessibleName(self.voice.say(N_("Parts of the group")))


def _verbatim(_words: Words, *, text: str) -> str:
    return text


def _about(words: Words, *, found: GroupPage) -> str:
    inside = sum(member.state is MemberState.IN for member in found.members)
    counted = words.many("{count} worker", "{count} workers", inside)
    begun = words(N_("begun on {day}"), day=words.date(found.group.opened_on, weekday=False))
    employer = found.employer if found.employer != found.group.name else ""
    return " · ".join(part for part in (employer, counted, begun) if part)


def _span(words: Words, *, low: Decimal, high: Decimal, currency: str) -> str:
    if low == high:
        return words.money(high, currency)
    return words(N_("{low} to {high}"), low=words.money(low, currency), high=words.money(high, currency))


def _total(words: Words, *, found: GroupPage) -> str:
    checked = len(found.check.cases)
    if not checked:
        return words(N_("Nothing could be added up yet."))
    sums = _span(words, low=found.check.total_low, high=found.check.total_high, currency=found.currency)
    told = words.many(
        "May be owed to {count} worker: {sums}", "May be owed to {count} workers: {sums}", checked, sums=sums
    )
    waiting = sum(m.state is MemberState.IN and m.check is None for m in found.members)
    if not waiting:
        return told
    return told + " · " + words.many("{count} is not checked yet", "{count} are not checked yet", waiting)


def _item(words: Words, *, item: ItemTotal) -> str:
    counted = words.many("{count} worker", "{count} workers", item.workers)
    outside = "" if item.in_total else words(N_("not in the total"))
    return " · ".join(part for part in (counted, item.cite, outside) if part)


def _why(words: Words, *, member: Member) -> str:
    assert member.problem is not None  # shown only then
    return f"{member.row.shown_name}: {words.error(member.problem)}"
