"""A strip of stages in a row: done, now, later. Each takes the width that its words need."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP, restate
from clinic_app.ui.voice import Phrase, Voice


class StageRow(QWidget):
    """Shows stages by their words, in their order."""

    def __init__(self, voice: Voice, stages: Sequence[tuple[str, Phrase]]) -> None:
        """`stages` are pairs of a name and its words."""
        super().__init__()
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(STEP // 2)
        self._labels: dict[str, QLabel] = {}
        for name, words in stages:
            label = TextLabel(voice, words, "caption")
            label.setProperty("step", "later")
            label.setWordWrap(False)
            self._labels[name] = label
            self._line.addWidget(label)
        voice.changed.connect(self._share_out)
        self._share_out()

    def mark(self, now: str) -> None:
        """Say which stage it is at."""
        names = list(self._labels)
        at = names.index(now)
        for number, name in enumerate(names):
            restate(self._labels[name], "step", "now" if number == at else "done" if number < at else "later")

    def _share_out(self) -> None:
        for at, label in enumerate(self._labels.values()):
            self._line.setStretch(at, len(label.text()))
