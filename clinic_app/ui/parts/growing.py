"""A column that is filled a few widgets at a time, so that the window answers in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.ui.kit.boxes import clear
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.theme import STEP


class Growing(QWidget):
    """Owns its `column`. A newer filling ends the one that is still under way."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self._filling = 0
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(STEP)

    def fill(self, parts: Iterable[Callable[[], None]]) -> None:
        """Empty the column and do these one after another: each adds to the column."""
        clear(self.column)
        self._filling += 1
        self._tasks.pieces(self, self._still(self._filling, parts))

    def _still(self, filling: int, parts: Iterable[Callable[[], None]]) -> Iterator[Callable[[], None]]:
        for part in parts:
            if filling != self._filling:
                return
            yield part
