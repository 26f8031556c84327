"""A list inside a page: as tall as its rows, so that the page scrolls and the list does not."""

from __future__ import annotations

from typing import Final, TypeVar

from clinic_app.ui.kit.listing import ROW_HEIGHT, RowsModel, RowsView
from clinic_app.ui.voice import Phrase, Voice

R = TypeVar("R")
MOST_ROWS: Final = 12
FRAME: Final = 8


class ShortList(RowsView):
    """A view that shows all of its rows up to a dozen; beyond, it scrolls."""

    def __init__(self, voice: Voice, model: RowsModel[R], name: Phrase) -> None:
        super().__init__(voice, model, name)
        model.modelReset.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        rows = min(self.model().rowCount(), MOST_ROWS)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * ROW_HEIGHT + FRAME)
        self.setVisible(rows > 0)
