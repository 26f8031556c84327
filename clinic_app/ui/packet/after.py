"""The questions around printing: so many sheets? Did all pages come out? Only a yes is noted as printed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class AfterPrint(Sheet):
    """The question and its three answers."""

    came_out = Signal(str)  # pages, as "1-4"
    again = Signal()
    to_file = Signal()

    def __init__(self, voice: Voice, pages: str, parent: QWidget) -> None:
        super().__init__(voice, N_("Did all pages come out?"), parent)
        self._pages = pages
        self.yes = Button(voice, N_("Yes, all of them"), "primary")
        self.reprint = Button(voice, N_("No, print again"))
        self.file = Button(voice, N_("The printer broke: save to file"))
        self.column.addWidget(TextLabel(voice, N_("Look at the sheets before you answer.")))
        self.column.addLayout(row(self.file, None, self.reprint, self.yes))
        self.yes.clicked.connect(self._on_yes)
        self.reprint.clicked.connect(self._on_again)
        self.file.clicked.connect(self._on_file)

    def _on_yes(self) -> None:
        self.came_out.emit(self._pages)
        self.close()

    def _on_again(self) -> None:
        self.again.emit()
        self.close()

    def _on_file(self) -> None:
        self.to_file.emit()
        self.close()


class ManySheets(Sheet):
    """Asks before a great heap of paper is printed."""

    agreed = Signal()

    def __init__(self, voice: Voice, sheets: int, parent: QWidget) -> None:
        super().__init__(voice, N_("Print so many sheets?"), parent)
        self.yes = Button(voice, N_("Print them all"), "primary")
        self.no = Button(voice, N_("Choose fewer papers"))
        self.column.addWidget(TextLabel(voice, partial(_counted, sheets=sheets)))
        self.column.addLayout(row(self.no, None, self.yes))
        self.yes.clicked.connect(self._on_yes)
        self.no.clicked.connect(self.close)

    def _on_yes(self) -> None:
        self.close()
        self.agreed.emit()


def _counted(words: Words, *, sheets: int) -> str:
    return words.many("{count} sheet", "{count} sheets", sheets)
