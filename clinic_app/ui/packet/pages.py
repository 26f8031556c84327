"""The pages of a packet on the screen: each is pictured when it comes into sight, and only a few are kept.

The pictures come from the same bytes that are printed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from clinic_app.domain.packet import Paper
from clinic_app.i18n import Words
from clinic_app.services.packet import PagePicture
from clinic_app.ui import printing
from clinic_app.ui.kit.boxes import clear, row
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

SHARP: Final = 2
"""Picture points a screen point, so that small print can be read on a sharp display."""

KEPT: Final = 12
"""How many pictures are kept; further ones are made again when they come into sight again."""


class PageSheet(QLabel):
    """One page: an empty sheet of its size until it is seen."""

    seen = Signal(int)  # its number, when it is drawn without a picture

    def __init__(self, voice: Voice, number: int, pages: int, size: tuple[int, int]) -> None:
        super().__init__()
        self.number = number
        self._pages = pages
        self._voice = voice
        self._asked = False
        self.setObjectName("sheet")
        self.setFixedSize(size[0] + 2, size[1] + 2)
        voice.changed.connect(self._say)
        self._say()

    @property
    def pictured(self) -> bool:
        """Whether it shows its page."""
        return not self.pixmap().isNull()

    def show_picture(self, picture: PagePicture) -> None:
        """Show the page."""
        pixmap = QPixmap.fromImage(printing.image_of(picture))
        pixmap.setDevicePixelRatio(picture.width / (self.width() - 2))
        self._asked = False
        self.setPixmap(pixmap)

    def let_go(self) -> None:
        """Drop the picture; it is asked for again when the page is seen again."""
        self._asked = False
        self.setPixmap(QPixmap())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ask for the picture the first time that the page is drawn."""
        super().paintEvent(event)
        if not self.pictured and not self._asked:
            self._asked = True
            self.seen.emit(self.number)

    def _say(self) -> None:
        self.setAccessibleName(_named(self._voice.words, number=self.number, pages=self._pages))


class PageStack(QWidget):
    """All pages of one packet, one below the other."""

    def __init__(self, voice: Voice, tasks: Tasks) -> None:
        super().__init__()
        self._voice = voice
        self._tasks = tasks
        self._bundle = printing.Bundle((), ())
        self._pictured: list[int] = []
        self.sheets: list[PageSheet] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * STEP)

    def show_bundle(self, bundle: printing.Bundle, paper: Paper, width: int) -> None:
        """Show another packet; `width` is a page's width in points of the screen."""
        self.empty()
        self._bundle = bundle
        across, down = printing.size_mm(paper, bundle.height)
        size = (width, round(width * down / across))
        for number in bundle.numbers:
            sheet = PageSheet(self._voice, number, bundle.numbers[-1], size)
            sheet.seen.connect(self._on_seen)
            self.sheets.append(sheet)
            self._column.addLayout(row(sheet, None))

    def empty(self) -> None:
        """Show nothing."""
        self._bundle = printing.Bundle((), ())
        self._pictured = []
        self.sheets = []
        clear(self._column)

    def _sheet(self, number: int) -> PageSheet:
        return self.sheets[number - self._bundle.first]

    def _on_seen(self, number: int) -> None:
        sheet = self._sheet(number)
        work = partial(self._bundle.picture, number, SHARP * (sheet.width() - 2))
        self._tasks.aside(sheet, work, _Arrival(self._on_picture, number))

    def _on_picture(self, number: int, picture: PagePicture) -> None:
        self._sheet(number).show_picture(picture)
        self._pictured.append(number)
        hidden = [n for n in self._pictured if self._sheet(n).visibleRegion().isEmpty()]
        for gone in hidden[: max(0, len(self._pictured) - KEPT)]:
            self._pictured.remove(gone)
            self._sheet(gone).let_go()


class _Arrival:
    """Brings a picture to its page."""

    def __init__(self, take: Callable[[int, PagePicture], None], number: int) -> None:
        self._take = take
        self._number = number

    def __call__(self, picture: PagePicture) -> None:
        self._take(self._number, picture)


def _named(words: Words, *, number: int, pages: int) -> str:
    return words(N_("Page {number} of {pages}"), number=number, pages=pages)
