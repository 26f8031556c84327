"""The questions around printing: whether so many sheets, how far it is, whether all pages came out.

Only what somebody saw come out is noted as printed.
"""

from __future__ import annotations

from functools import partial
from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget

from clinic_app.domain.pages import read_pages, say_pages
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

Pages: TypeAlias = tuple[int, ...]


class AfterPrint(Sheet):
    """The question, and its three answers."""

    came_out = Signal(object)  # Pages: all that were printed
    some_missing = Signal(object)  # Pages: all that were printed
    to_stick = Signal()

    def __init__(self, voice: Voice, pages: Pages, parent: QWidget) -> None:
        super().__init__(voice, N_("Did all pages come out?"), parent)
        self._pages = pages
        self.yes = Button(voice, N_("Yes, all of them"), "primary")
        self.reprint = Button(voice, N_("No: print again…"))
        self.stick = Button(voice, N_("The printer broke: save to a USB stick"))
        self.column.addWidget(TextLabel(voice, partial(_printed, pages=pages)))
        self.column.addWidget(TextLabel(voice, N_("Look at the sheets before you answer.")))
        self.column.addLayout(row(None, self.reprint, self.yes))
        self.column.addLayout(row(None, self.stick))
        self.yes.clicked.connect(self._on_yes)
        self.reprint.clicked.connect(self._on_reprint)
        self.stick.clicked.connect(self._on_stick)
        self.yes.setFocus()

    def _on_yes(self) -> None:
        self.close()
        self.came_out.emit(self._pages)

    def _on_reprint(self) -> None:
        self.close()
        self.some_missing.emit(self._pages)

    def _on_stick(self) -> None:
        self.close()
        self.to_stick.emit()


class MissingPages(Sheet):
    """Asks which pages did not come out, so that only these are printed again."""

    chosen = Signal(object, object)  # Pages that came out, Pages that are missing

    def __init__(self, voice: Voice, pages: Pages, parent: QWidget) -> None:
        super().__init__(voice, N_("Which pages are missing or bad?"), parent)
        self._pages = pages
        self.line = QLineEdit()
        self.line.setText(say_pages(pages))
        self.line.selectAll()
        self.error = TextLabel(voice, "", "error")
        self.error.hide()
        self.again = Button(voice, N_("Print these again"), "primary")
        cancel = Button(voice, N_("Not now"))
        label = TextLabel(voice, N_("Their numbers stand at the foot of each page. For example: 2, 5-7"))
        self.line.setAccessibleName(voice.say(N_("Numbers of the missing pages")))
        for widget in (label, self.line, self.error):
            self.column.addWidget(widget)
        self.column.addLayout(row(cancel, None, self.again))
        cancel.clicked.connect(self.close)
        self.again.clicked.connect(self._on_again)
        self.line.returnPressed.connect(self._on_again)
        self.line.setFocus()

    def _on_again(self) -> None:
        try:
            missing = read_pages(self.line.text(), max(self._pages))
        except InputError as error:
            self.error.show_phrase(beside(error))
            self.error.show()
            self.line.setFocus()
            return
        self.close()
        self.chosen.emit(tuple(n for n in self._pages if n not in missing), missing)


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


class Progress(Sheet):
    """How far long work is, and the button that stops it. Closing it by hand stops too."""

    stop_wanted = Signal()

    def __init__(self, voice: Voice, title: str, parent: QWidget) -> None:
        super().__init__(voice, title, parent)
        self._over = False
        self.said = TextLabel(voice)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(voice.say(title))
        self.stop = Button(voice, N_("Stop"))
        self.column.addWidget(self.said)
        self.column.addWidget(self.bar)
        self.column.addLayout(row(None, self.stop))
        self.stop.clicked.connect(self.close)
        self.finished.connect(self._on_finished)

    def show_step(self, done: int, pages: int) -> None:
        """Say how many pages are done."""
        self.bar.setRange(0, pages)
        self.bar.setValue(done)
        self.said.show_phrase(partial(_step, done=done, pages=pages))

    def end(self) -> None:
        """Close it: the work is over."""
        self._over = True
        self.close()

    def _on_finished(self) -> None:
        if not self._over:
            self._over = True
            self.stop_wanted.emit()


def _printed(words: Words, *, pages: Pages) -> str:
    return words(N_("Pages sent to the printer: {pages}"), pages=say_pages(pages))


def _counted(words: Words, *, sheets: int) -> str:
    return words.many("{count} sheet", "{count} sheets", sheets)


def _step(words: Words, *, done: int, pages: int) -> str:
    return words(N_("Page {done} of {pages}"), done=done, pages=pages)
