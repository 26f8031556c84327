"""The days of a month or a week as a table: arrows move from day to day, Enter opens the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from clinic_app.domain.agenda import Item
from clinic_app.ui.calendar.words import told
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

WEEK: Final = 7
SHOWN: Final = 2
WEEK_SHOWN: Final = 12
MONTH_ROW: Final = 68
WEEK_ROW: Final = 300
Index = QModelIndex | QPersistentModelIndex


class DaysModel(QAbstractTableModel):
    """Whole weeks, Monday first."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice
        self._first = dt.date.min
        self._days = 0
        self._month = 0
        self._today = dt.date.min
        self._items: Mapping[dt.date, Sequence[Item]] = {}
        voice.changed.connect(self._say)

    def show_days(
        self, first: dt.date, last: dt.date, month: int, today: dt.date, items: Mapping[dt.date, Sequence[Item]]
    ) -> None:
        """Show the days from a Monday to a Sunday; days outside `month` are set back (0: none)."""
        self.beginResetModel()
        self._first, self._days = first, (last - first).days + 1
        self._month, self._today, self._items = month, today, items
        self.endResetModel()

    def day_at(self, index: Index) -> dt.date:
        """Return the day of a cell."""
        return self._first + dt.timedelta(days=index.row() * WEEK + index.column())

    def index_of(self, day: dt.date) -> QModelIndex:
        """Return the cell of a day; an invalid index when it is not shown."""
        at = (day - self._first).days
        return self.index(at // WEEK, at % WEEK) if 0 <= at < self._days else QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many weeks there are."""
        return 0 if parent is not None and parent.isValid() else self._days // WEEK

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the days of a week."""
        return 0 if parent is not None and parent.isValid() else WEEK

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a day with its first items; all of them for the ear."""
        if not index.isValid():
            return None
        day = self.day_at(index)
        items = self._items.get(day, ())
        words = self._voice.words
        match role:
            case Qt.ItemDataRole.DisplayRole:
                most = SHOWN if self.rowCount() > 1 else WEEK_SHOWN
                lines = [told(words, item) for item in items[:most]]
                if len(items) > most:
                    lines[-1] = words(N_("{count} more"), count=len(items) - most + 1)
                return "\n".join((str(day.day), *lines))
            case Qt.ItemDataRole.AccessibleTextRole:
                return ". ".join((words.date(day), *(told(words, item) for item in items)))
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            case Qt.ItemDataRole.FontRole if day == self._today or items:
                font = QFont()
                font.setBold(day == self._today)
                return font
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name of a day of the week."""
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return self._voice.words.weekday(section) if 0 <= section < WEEK else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Set days of other months back."""
        usual = super().flags(index)
        outside = index.isValid() and self._month and self.day_at(index).month != self._month
        return usual & ~Qt.ItemFlag.ItemIsEnabled if outside else usual

    def _say(self) -> None:
        if self._days:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, WEEK - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, WEEK - 1)


class DaysView(QTableView):
    """The view. `chosen` when the current day is another; `turned` when an arrow goes beyond the first or last."""

    chosen = Signal(object)  # dt.date
    turned = Signal(int)  # days to go on by

    def __init__(self, voice: Voice, model: DaysModel) -> None:
        super().__init__()
        self._voice = voice
        self._days = model
        self.setObjectName("days")
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        model.modelReset.connect(self._fit)
        self.selectionModel().currentChanged.connect(self._on_current)
        voice.changed.connect(self._say)
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on to the next or the last month or week beyond an edge."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -WEEK, Qt.Key.Key_Down: WEEK}
        by = steps.get(Qt.Key(event.key()))
        if by is None or not self.currentIndex().isValid():
            super().keyPressEvent(event)
            return
        following = self._days.index_of(self._days.day_at(self.currentIndex()) + dt.timedelta(days=by))
        if following.isValid() and following.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.setCurrentIndex(following)
        else:
            self.turned.emit(by)

    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self._days.day_at(now))

    def _fit(self) -> None:
        rows = self._days.rowCount()
        tall = MONTH_ROW if rows > 1 else WEEK_ROW
        self.verticalHeader().setDefaultSectionSize(tall)
        self.setWordWrap(rows == 1)  # a week has room for whole names, a month for the first words
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * tall + 4)

    def _say(self) -> None:
        self.setAccessibleName(self._voice.say(N_("Days")))
