"""The grid of a group's workers: a line a worker, their own dates and pay typed over in place.

A cell that cannot be read keeps what it said; the page says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from clinic_app.domain.collective import Member, MemberState
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind, options, plain
from clinic_app.domain.values import Answer, Empty, Span
from clinic_app.domain.worker_table import field_of
from clinic_app.i18n import Words
from clinic_app.services.collective import COLUMNS
from clinic_app.ui.kit.listing import ROW_HEIGHT
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

FRAME: Final = 8
MOST_ROWS: Final = 10
STATES: Final = {MemberState.LEFT: N_("left the group"), MemberState.SETTLED: N_("settled alone")}
OWED: Final = len(COLUMNS)
HEADER: Final = 64
BESIDE_A_HEADING: Final = 12
"""Pixels of a heading beside its words."""

SPARE: Final = OWED - 1
NARROW: Final = 680
"""Pixels of width below which the last column of what can be typed gives way: it stands in the case too."""

_SHARES: Final = (16, 13, 13, 15, 11, 9, 17)
_SHOWN: Final = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}

Index = QModelIndex | QPersistentModelIndex


class GridModel(QAbstractTableModel):
    """The members of a group. `typed` carries a case, the path of a column, and what was typed into it."""

    typed = Signal(str, str, str)  # case id, path, text

    def __init__(self, voice: Voice, currency: str) -> None:
        super().__init__()
        self._voice = voice
        self._currency = currency
        self._members: tuple[Member, ...] = ()
        voice.changed.connect(self._say)

    def show_members(self, members: Sequence[Member]) -> None:
        """Show other members."""
        self.beginResetModel()
        self._members = tuple(members)
        self.endResetModel()

    def member(self, row: int) -> Member:
        """Return the worker of a line."""
        return self._members[row]

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many workers there are."""
        return 0 if parent is not None and parent.isValid() else len(self._members)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many columns there are."""
        return 0 if parent is not None and parent.isValid() else OWED + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let what a worker said be typed over."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() < OWED else usual

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell, or what stands in it for typing."""
        if not index.isValid():
            return None
        member = self._members[index.row()]
        if role == Qt.ItemDataRole.EditRole and index.column() < OWED:
            return _typed(self._voice.words, COLUMNS[index.column()], member)
        return self._words_of(member, index.column()) if role in _SHOWN else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass on what was typed; it is shown once it is saved."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or index.column() >= OWED:
            return False
        text = str(value or "").strip()
        if text != str(self.data(index, Qt.ItemDataRole.EditRole) or ""):
            self.typed.emit(self._members[index.row()].row.id, COLUMNS[index.column()], text)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a heading, and the number of a line."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return section + 1
        return self.heading(section) if 0 <= section <= OWED else None

    def heading(self, column: int) -> str:
        """Return the words of a column."""
        if column < OWED:
            return self._voice.say(field_of(COLUMNS[column]).label)
        return self._voice.say(N_("May be owed"))

    def _words_of(self, member: Member, column: int) -> str:
        words = self._voice.words
        if column == OWED:
            if member.amounts is None:
                return words(N_("not checked yet"))
            low, high = member.amounts
            return words.money(high) if low == high else f"{words.money(low)} – {words.money(high)}"
        path = COLUMNS[column]
        section, _, name = path.partition(".")
        answer = member.case.section(section).get(name)
        if path == "worker.name":
            name = member.row.shown_name or words(N_("No name yet"))
            return name if member.state is MemberState.IN else f"{name} · {words(STATES[member.state])}"
        return _told(words, path, answer)

    def _say(self) -> None:
        if self._members:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._members) - 1, OWED))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, OWED)


class GridView(QTableView):
    """The grid: arrows move, typing or Enter changes a cell, Tab goes on to what is below."""

    pasted = Signal()  # Ctrl+V

    def __init__(self, voice: Voice, model: GridModel) -> None:
        super().__init__()
        self._voice = voice
        self.setObjectName("grid")
        self.setModel(model)
        self.setShowGrid(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        wrapped = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        self.horizontalHeader().setDefaultAlignment(wrapped)
        self.horizontalHeader().setFixedHeight(HEADER)
        model.modelReset.connect(self._fit)
        voice.changed.connect(self._say)
        self._fit()
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change a cell on Enter, paste a table on Ctrl+V."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            typing = self.state() is QAbstractItemView.State.EditingState  # the editor lets its Enter through
            if not typing and self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out anew."""
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Give each column the longest word of its heading, and share out what is left."""
        room = self.viewport().width()
        self.setColumnHidden(SPARE, room < NARROW)
        shown = [(column, share) for column, share in enumerate(_SHARES) if not self.isColumnHidden(column)]
        least = {column: self._longest_word(column) for column, _ in shown}
        left, parts = max(0, room - sum(least.values())), sum(share for _, share in shown)
        for column, share in shown:
            self.setColumnWidth(column, least[column] + left * share // parts)

    def _longest_word(self, column: int) -> int:
        heading = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
        metrics = self.horizontalHeader().fontMetrics()
        return BESIDE_A_HEADING + max((metrics.horizontalAdvance(word) for word in heading.split()), default=0)

    def _fit(self) -> None:
        rows = min(self.model().rowCount(), MOST_ROWS)
        self.setFixedHeight(HEADER + rows * ROW_HEIGHT + FRAME)
        self.setVisible(rows > 0)

    def _say(self) -> None:
        self.setAccessibleName(self._voice.say(N_("Workers of the group")))
        self._share_out()


def _told(words: Words, path: str, answer: Answer) -> str:
    if isinstance(answer, Empty):
        return "—"
    field = field_of(path)
    match field.kind:
        case Kind.CHOICE:
            return words.say(next((c.label for c in options(field) if c.code == answer), str(answer)))
        case Kind.DATE if isinstance(answer, Edtf):
            return words.short_date(answer.day) if answer.day is not None else words.told(answer)
        case Kind.MONEY if not isinstance(answer, (Span, str, int, tuple, Edtf)):
            return words.money(answer)
        case _:
            return _bare(answer)


def _typed(words: Words, path: str, member: Member) -> str:
    section, _, name = path.partition(".")
    answer = member.case.section(section).get(name)
    if isinstance(answer, Empty):
        return ""
    if isinstance(answer, Edtf) and answer.day is not None:
        return f"{answer.day.day}/{answer.day.month}/{answer.day.year}"
    return _told(words, path, answer) if field_of(path).kind is Kind.CHOICE else _bare(answer)


def _bare(answer: Answer) -> str:
    return f"{answer.low}–{answer.high}" if isinstance(answer, Span) else str(plain(answer))
