"""Lists: a table model over tuples of frozen rows, and the view that opens a row with a click or Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from clinic_app.i18n import Words
from clinic_app.ui.voice import Phrase, Voice

R = TypeVar("R")
Index: TypeAlias = "QModelIndex | QPersistentModelIndex"
ROW_HEIGHT: Final = 48
NARROW: Final = 720
"""Pixels of width below which spare columns are hidden."""

MEASURED: Final = 50
"""Rows that are looked at for the width of a column."""

WORDS: Final = {
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
}


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: its header, how it says a row, its share of the width (0: as wide as its words)."""

    header: Phrase
    cell: Callable[[Words, R], str]
    share: int = 1
    spare: bool = False
    """Whether the column gives way in a narrow window."""


class RowsModel(QAbstractTableModel, Generic[R]):
    """Rows that are replaced as a whole, or grow at the end, never edited in place."""

    more_wanted = Signal()  # the end is in sight: `add_rows` with what follows

    def __init__(self, voice: Voice, columns: Sequence[Column[R]]) -> None:
        super().__init__()
        self._voice = voice
        self._columns = tuple(columns)
        self._rows: tuple[R, ...] = ()
        self._there_is_more = False
        voice.changed.connect(self._say)

    @property
    def shares(self) -> tuple[int, ...]:
        """The columns' shares of the width."""
        return tuple(column.share for column in self._columns)

    @property
    def spare(self) -> tuple[bool, ...]:
        """Which columns give way in a narrow window."""
        return tuple(column.spare for column in self._columns)

    def show_rows(self, rows: Sequence[R], *, more: bool = False) -> None:
        """Show other rows; with `more` there are others behind them."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self._there_is_more = more
        self.endResetModel()

    def add_rows(self, rows: Sequence[R], *, more: bool = False) -> None:
        """Show rows behind those that are there."""
        if rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows += tuple(rows)
            self.endInsertRows()
        self._there_is_more = more

    def canFetchMore(self, _parent: Index) -> bool:
        """Return whether there are others behind the rows."""
        return self._there_is_more

    def fetchMore(self, _parent: Index) -> None:
        """Ask for them, once."""
        self._there_is_more = False
        self.more_wanted.emit()

    def row_at(self, number: int) -> R:
        """Return a row by its number."""
        return self._rows[number]

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many rows there are; a row has no children."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return how many columns there are."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell."""
        if not index.isValid() or role not in WORDS:
            return None
        return self._columns[index.column()].cell(self._voice.words, self._rows[index.row()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a header; rows have none."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._voice.say(self._columns[section].header)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _say(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)


class RowsView(QTableView):
    """The view of a RowsModel. `opened` carries the number of the row that was clicked or entered."""

    opened = Signal(int)  # row

    def __init__(self, voice: Voice, model: RowsModel[R], name: Phrase) -> None:
        super().__init__()
        self._shares = model.shares
        self._spare = model.spare
        self._voice = voice
        self._name = name
        self.setModel(model)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)  # a long name takes a second line of its row
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        for column, share in enumerate(self._shares):
            mode = QHeaderView.ResizeMode.Fixed if share else QHeaderView.ResizeMode.ResizeToContents
            self.horizontalHeader().setSectionResizeMode(column, mode)
        self.horizontalHeader().setResizeContentsPrecision(MEASURED)
        model.modelReset.connect(self._share_out)
        self.horizontalHeader().sectionResized.connect(self._on_resized)
        self.horizontalHeader().setHighlightSections(False)
        self.clicked.connect(self._on_clicked)
        voice.changed.connect(self._say)
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out anew."""
        super().resizeEvent(event)
        self._share_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current row on Enter."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _share_out(self) -> None:
        for column, spare in enumerate(self._spare):
            self.setColumnHidden(column, spare and self.viewport().width() < NARROW)
        fixed = sum(
            self.columnWidth(column)
            for column, share in enumerate(self._shares)
            if not share and not self.isColumnHidden(column)
        )
        room = self.viewport().width() - fixed
        shown = [(c, share) for c, share in enumerate(self._shares) if share and not self.isColumnHidden(c)]
        for column, share in shown:
            self.setColumnWidth(column, max(0, room) * share // sum(part for _, part in shown))

    def _on_resized(self, column: int, _before: int, _now: int) -> None:
        """Share what is left when a column that is as wide as its words has other words."""
        if not self._shares[column]:
            self._share_out()

    def _on_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def _say(self) -> None:
        self.setAccessibleName(self._voice.say(self._name))
