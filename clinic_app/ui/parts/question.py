"""A line at the foot of the window that asks one thing: yes does it, “Not now” lets it go away."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.words import N_


class Question(QFrame):
    """Hidden until there is something to ask; what is asked is said in `said`."""

    def __init__(self, desk: Desk, yes: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("box", "calm")
        self.said = TextLabel(desk.voice)
        self.yes = Button(desk.voice, yes, "primary")
        self.no = Button(desk.voice, N_("Not now"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        line = row(self.said, self.yes, self.no)
        line.setStretch(0, 1)
        column.addLayout(line)
        self.no.clicked.connect(self.hide)
        self.hide()
