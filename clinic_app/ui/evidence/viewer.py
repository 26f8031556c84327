"""One file, looked at inside the program: as it is, or as it will be printed; turned, thinned, blacked out.

The file itself is never changed: all that is decided here is about its printed copy.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFileDialog, QRadioButton, QScrollArea, QWidget

from clinic_app.domain.changes import Changes
from clinic_app.domain.exhibits import WHAT_NOW, WHY_NOT, Box, EvidenceFile, Media, Tone
from clinic_app.domain.fields import Field, Kind
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import Words
from clinic_app.services import evidence
from clinic_app.ui.desk import Desk
from clinic_app.ui.evidence.canvas import PageCanvas
from clinic_app.ui.kit.boxes import Banner, row
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import phrase_of
from clinic_app.words import N_

WIDTHS: Final = (500, 700, 1000, 1400, 2000)
"""Pixels of a page at each step of nearness."""
NEAR_AT_FIRST: Final = 1
SIZE: Final = (980, 700)

TONES: Final = {
    Tone.GREY: N_("Light grey"),
    Tone.ONE_BIT: N_("Black and white"),
    Tone.AS_IS: N_("As it is"),
}
REASON: Final = Field("reason", Kind.TEXT, N_("Why?"), N_("For example: written twice, another person."))


class FileViewer(Sheet):
    """A file on the screen. It loads again after each change, from the file as it is kept."""

    def __init__(self, desk: Desk, file: EvidenceFile, parent: QWidget, *, hidden: bool = False) -> None:
        """`hidden` says that the worker's name is to stay hidden: then nothing is printed that nobody looked at."""
        super().__init__(desk.voice, partial(_named, name=file.facts.name), parent)
        self.desk = desk
        self.file = file
        self._hidden = hidden
        self.page = 1
        self._near = NEAR_AT_FIRST
        self._content = b""
        self.resize(min(SIZE[0], max(parent.width(), 600)), min(SIZE[1], max(parent.height(), 480)))
        self.banner = Banner(desk.voice)
        self.canvas = PageCanvas()
        self.text = TextLabel(desk.voice)
        self._area = QScrollArea()
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the page in it takes the keyboard
        self._area.setWidgetResizable(False)
        self._area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._area.setWidget(self.canvas)
        self._build_controls()
        self.column.addWidget(self.banner)
        ways = row(self.back, self.pages, self.forth, self.nearer, self.farther, self.left, self.right, None)
        self.column.addLayout(ways)
        self.column.addLayout(row(*self.tones, None, self.as_printed))
        self.column.addLayout(row(self.mark, self.box_button, None))
        self.column.addWidget(self._area, 1)
        self.column.addLayout(row(self.printed, None, self.save, self.bin, self.close_button))
        self._connect()
        self._say()
        self.canvas.setFocus()
        self.load()

    def load(self) -> None:
        """Read the file as it is kept now."""
        self.desk.ask(
            self, partial(_read, self.desk, self.file.id, self._content), self._on_read, fails=self._on_failed
        )

    # -- what is shown ------------------------------------------------------------------------

    def _on_read(self, found: tuple[EvidenceFile, bytes]) -> None:
        self.file, self._content = found
        file, facts = self.file, self.file.facts
        looks = file.can_print and facts.media is not Media.TEXT
        for control in (*self._of_pages, *self._of_ink):
            control.setVisible(looks)
        self.back.setEnabled(looks and self.page > 1)
        self.forth.setEnabled(looks and self.page < facts.pages)
        for tone, button in zip(TONES, self.tones, strict=True):
            button.setChecked(file.tone is tone)
        self.printed.blockSignals(True)  # noqa: FBT003 - Qt's own way
        waits = self._hidden and file.printed is None and facts.media is not Media.TEXT
        self.printed.setChecked(file.can_print and file.printed is not False and not waits)
        self.printed.blockSignals(False)  # noqa: FBT003 - the same
        self.printed.setEnabled(file.can_print)
        if waits and looks:
            todo = N_("Look at each page and black out the name. Then tick “Goes into the papers”.")
            self.banner.show_message(N_("The worker's name is to stay hidden"), todo)
        self.pages.show_phrase(partial(_page_of, page=self.page, pages=max(1, facts.pages)))
        if looks:
            self._ask_picture()
        elif facts.media is Media.TEXT and self._content:
            self._show_text(self._content)
        else:
            self._show_trouble()

    def _ask_picture(self) -> None:
        width = round(WIDTHS[self._near] * self.devicePixelRatioF())
        make = evidence.printed_picture if self.as_printed.isChecked() else evidence.picture
        work = partial(make, self.file, self._content, self.page, width)
        self.desk.tasks.aside(self, work, self._on_picture, fails=self._on_failed, key="picture")

    def _on_picture(self, png: bytes) -> None:
        pixmap = QPixmap.fromImage(QImage.fromData(png))
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        # The printed copy has its black places in its own pixels, and may be turned: nothing is drawn over it.
        boxes = () if self.as_printed.isChecked() else self.file.boxes
        self.canvas.show_page(pixmap, self.page, boxes)
        self._name_canvas()

    def _show_text(self, content: bytes) -> None:
        text = evidence.text_of(content)
        self.text.show_phrase(lambda _words: text)
        self._area.takeWidget()
        self._area.setWidgetResizable(True)
        self._area.setWidget(self.text)

    def _show_trouble(self) -> None:
        trouble = self.file.facts.trouble
        if trouble is not None:
            self.banner.show_message(partial(_not_shown, why=WHY_NOT[trouble]), WHAT_NOW[trouble])

    # -- what is done -------------------------------------------------------------------------

    def turn_page(self, by: int) -> None:
        """Go on to another page."""
        self.page = min(max(1, self.page + by), max(1, self.file.facts.pages))
        self.load()

    def zoom(self, by: int) -> None:
        """Come nearer or go farther."""
        self._near = min(max(0, self._near + by), len(WIDTHS) - 1)
        self._ask_picture()

    def _on_turn(self, quarters: int) -> None:
        self.as_printed.setChecked(True)
        self._write(partial(evidence.turn, self.desk.clinic, self.file.id, quarters))

    def _on_tone(self, tone: Tone) -> None:
        self.as_printed.setChecked(True)
        self._write(partial(evidence.set_tone, self.desk.clinic, self.file.id, tone))

    def _on_printed(self, on: bool) -> None:  # noqa: FBT001 - the slot of toggled(bool)
        self._write(partial(evidence.set_printed, self.desk.clinic, self.file.id, printed=on))

    def _on_mark(self, on: bool) -> None:  # noqa: FBT001 - the same
        self.canvas.set_marking(on=on)
        self.box_button.setEnabled(on)
        if on:  # places are drawn on the page as the file has it
            self.as_printed.setChecked(False)
            self.canvas.setFocus()

    def _on_box(self) -> None:
        self.canvas.begin_draft()
        self._area.ensureVisible(self.canvas.width() // 2, self.canvas.height() // 2, 100, 100)

    def _on_drawn(self, box: Box) -> None:
        self._write(partial(evidence.redact, self.desk.clinic, self.file.id, (box,)))

    def _on_removed(self, box_id: str) -> None:
        self._write(partial(evidence.unredact, self.desk.clinic, self.file.id, box_id))

    def _on_as_printed(self, on: bool) -> None:  # noqa: FBT001 - the same
        if on:
            self.mark.setChecked(False)
        self._ask_picture()

    def _on_save(self) -> None:
        title = self.voice.say(N_("Save the file as it was added"))
        name, _kind = QFileDialog.getSaveFileName(self, title, self.file.facts.name)
        if name:
            work = partial(evidence.save, self.desk.clinic, self.file.id, Path(name))
            self.desk.ask(self, work, self._on_saved, fails=self._on_failed)

    def _on_saved(self, _nothing: None) -> None:
        note = N_("Whoever finds it there can read it. Delete it when it is no longer needed.")
        self.banner.show_message(N_("Saved outside the program"), note)

    def _on_bin(self) -> None:
        BinSheet(self.desk, self.file, self).open()

    def _write(self, work: partial[Changes]) -> None:
        self.desk.write(self, work, self._on_written, fails=self._on_failed)

    def _on_written(self, _changes: Changes) -> None:
        self.load()

    def _on_failed(self, error: Exception) -> None:
        self.banner.show_message(N_("That did not work"), phrase_of(error))

    # -- how it is made -----------------------------------------------------------------------

    def _build_controls(self) -> None:
        voice = self.voice
        self.back = Button(voice, "‹")
        self.back.explain(N_("Page before"))
        self.forth = Button(voice, "›")
        self.forth.explain(N_("Next page"))
        self.pages = TextLabel(voice)
        self.pages.setWordWrap(False)
        self.nearer = Button(voice, "+")
        self.nearer.explain(N_("Nearer"))
        self.farther = Button(voice, "−")
        self.farther.explain(N_("Farther"))
        self.left = Button(voice, "⟲")
        self.left.explain(N_("Turn to the left"))
        self.right = Button(voice, "⟳")
        self.right.explain(N_("Turn to the right"))
        self.as_printed = QCheckBox()
        self.tones = [QRadioButton() for _ in TONES]
        group = QButtonGroup(self)
        for button in self.tones:
            group.addButton(button)
        self.mark = QCheckBox()
        self.box_button = Button(voice, N_("Black box in the middle"))
        self.box_button.setEnabled(False)
        self.printed = QCheckBox()
        self.save = Button(voice, N_("Save the original…"))
        self.bin = Button(voice, N_("Into the bin…"))
        self.close_button = Button(voice, N_("Close"), "primary")
        self._of_pages: tuple[QWidget, ...] = (
            self.back,
            self.pages,
            self.forth,
            self.nearer,
            self.farther,
            self.as_printed,
        )
        self._of_ink: tuple[QWidget, ...] = (self.left, self.right, *self.tones, self.mark, self.box_button)

    def _connect(self) -> None:
        self.back.clicked.connect(doing(self.turn_page, -1))
        self.forth.clicked.connect(doing(self.turn_page, 1))
        self.nearer.clicked.connect(doing(self.zoom, 1))
        self.farther.clicked.connect(doing(self.zoom, -1))
        self.left.clicked.connect(doing(self._on_turn, -1))
        self.right.clicked.connect(doing(self._on_turn, 1))
        for tone, button in zip(TONES, self.tones, strict=True):
            button.clicked.connect(doing(self._on_tone, tone))
        self.as_printed.toggled.connect(self._on_as_printed)
        self.mark.toggled.connect(self._on_mark)
        self.box_button.clicked.connect(doing(self._on_box))
        self.canvas.drawn.connect(self._on_drawn)
        self.canvas.removed.connect(self._on_removed)
        self.canvas.zoomed.connect(self.zoom)
        self.printed.toggled.connect(self._on_printed)
        self.save.clicked.connect(doing(self._on_save))
        self.bin.clicked.connect(doing(self._on_bin))
        self.close_button.clicked.connect(self.close)
        self.voice.changed.connect(self._say)

    def _say(self) -> None:
        say = self.voice.say
        self.as_printed.setText(say(N_("As it will be printed")))
        self.mark.setText(say(N_("Black out places")))
        self.printed.setText(say(N_("Goes into the papers")))
        self.mark.setToolTip(say(N_("Draw with the mouse. By keyboard: arrows move, Shift and arrows resize, Enter.")))
        for phrase, button in zip(TONES.values(), self.tones, strict=True):
            button.setText(say(phrase))
        self._name_canvas()

    def _name_canvas(self) -> None:
        pages, black = max(1, self.file.facts.pages), len(self.canvas.boxes)
        self.canvas.setAccessibleName(self.voice.say(partial(_canvas, page=self.page, pages=pages, black=black)))


class BinSheet(Sheet):
    """Asks why a file goes into the bin, puts it there, and closes what showed it."""

    def __init__(self, desk: Desk, file: EvidenceFile, viewer: FileViewer) -> None:
        super().__init__(desk.voice, N_("Put this file into the bin?"), viewer)
        self._desk = desk
        self._file = file
        self._viewer = viewer
        self.reason = FieldBox(desk.around, REASON, "reason", empties=False)
        self.button = Button(desk.voice, N_("Put it into the bin"), "primary")
        cancel = Button(desk.voice, N_("Leave it where it is"))
        hint = N_("Nothing is lost: it can be brought back from the bin at any time.")
        self.column.addWidget(TextLabel(desk.voice, hint))
        self.column.addWidget(self.reason)
        self.column.addLayout(row(cancel, None, self.button))
        cancel.clicked.connect(self.close)
        self.button.clicked.connect(doing(self._on_agreed))
        self.reason.entered.connect(self.button.setFocus)
        self.reason.focus()

    def _on_agreed(self) -> None:
        work = partial(evidence.remove, self._desk.clinic, self._file.id, str(self.reason.input.raw() or ""))
        self._desk.write(self, work, self._on_done, fails=self._on_failed)

    def _on_done(self, _changes: Changes) -> None:
        viewer = self._viewer
        self.close()
        viewer.close()

    def _on_failed(self, error: Exception) -> None:
        known = error if isinstance(error, ClinicError) else InputError("", N_("a reason is needed"))
        self.reason.show_error(known)
        self.reason.focus()


def _read(desk: Desk, file_id: str, known: bytes) -> tuple[EvidenceFile, bytes]:
    """Return a file and its bytes, which never change; read only when something of it can be shown."""
    file = evidence.file(desk.clinic, file_id)
    if known or not file.can_print:
        return file, known
    return file, evidence.look(desk.clinic, file_id)


def _named(_words: Words, *, name: str) -> str:
    return name


def _page_of(words: Words, *, page: int, pages: int) -> str:
    return words(N_("Page {number} of {pages}"), number=page, pages=pages)


def _canvas(words: Words, *, page: int, pages: int, black: int) -> str:
    told = words(N_("Page {number} of {pages}"), number=page, pages=pages)
    marked = words.many(N_("{count} black place"), N_("{count} black places"), black)
    return f"{told}, {marked}"


def _not_shown(words: Words, *, why: str) -> str:
    return words(N_("This file is kept and listed, but not printed: {why}."), why=words(why))
