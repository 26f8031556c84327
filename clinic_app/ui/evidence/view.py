"""The evidence of a case: a card for each piece, small pictures of its files, and ways to add more.

Files are added from a dialog, by dragging them here, or by pasting a picture. Small pictures are made
in the background and kept in memory alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QIcon, QImage, QPixmap, QPixmapCache
from PySide6.QtWidgets import QFileDialog, QGridLayout, QToolButton, QVBoxLayout, QWidget

from clinic_app.domain.catalogue import EVIDENCE
from clinic_app.domain.changes import Changes
from clinic_app.domain.exhibits import WHY_NOT, EvidenceFile, Media
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import evidence, intake
from clinic_app.services.evidence import Piece, Taken
from clinic_app.ui.desk import Desk
from clinic_app.ui.evidence.viewer import FileViewer
from clinic_app.ui.kit.boxes import Banner, Box, clear, row
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.order import follow_layout
from clinic_app.ui.kit.page import scrolling
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import phrase_of
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

THUMB: Final = 120
"""Pixels of the side of a small picture."""
COLUMNS: Final = 4
_NAME: Final = 22  # letters of a file's name under its picture
_CACHE: Final = "evidence"
WORDS_OF: Final = N_("What it shows, typed copy…")
MORE_OF: Final = N_("Add a file to this one…")


class EvidenceView(QWidget):
    """All evidence of one case. It loads itself; whoever holds it makes it anew when the case changed."""

    loaded = Signal()

    def __init__(self, desk: Desk, case_id: str) -> None:
        super().__init__()
        self.desk = desk
        self.case_id = case_id
        self.setAcceptDrops(True)
        self.banner = Banner(desk.voice)
        self.add_button = Button(desk.voice, N_("Add files…"))
        self.paste_button = Button(desk.voice, N_("Paste a picture"))
        self.bin_button = Button(desk.voice, N_("Bin"), "link")
        self.bin_button.hide()
        self.cards: list[PieceCard] = []
        self.hidden = False
        self._binned: tuple[EvidenceFile, ...] = ()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(STEP)
        hint = N_("Photos, scans, PDFs, messages, recordings: drag them here. They stay locked inside the clinic.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self.banner)
        column.addLayout(row(self.add_button, self.paste_button, None, self.bin_button))
        column.addWidget(TextLabel(desk.voice, hint, "hint"))
        column.addLayout(self._cards)
        self.add_button.clicked.connect(doing(self.choose))
        self.paste_button.clicked.connect(doing(self.paste))
        self.bin_button.clicked.connect(doing(self._on_bin))
        self.load()

    def load(self) -> None:
        """Read the evidence of the case."""
        self.desk.ask(self, partial(_read, self.desk, self.case_id), self._show, key="pieces")

    def choose(self, evidence_row: str = "") -> None:
        """Ask which files to add."""
        title = self.desk.voice.say(N_("Add files to the evidence"))
        names, _kind = QFileDialog.getOpenFileNames(self, title)
        self.add_paths([Path(name) for name in names], evidence_row)

    def add_paths(self, paths: Sequence[Path], evidence_row: str = "") -> None:
        """Keep files of this computer."""
        if paths:
            work = partial(evidence.add_paths, self.desk.clinic, self.case_id, paths, evidence_row)
            self.desk.ask(self, work, self._on_taken, fails=self._on_failed)

    def paste(self) -> None:
        """Keep the picture, or the files, that were copied elsewhere."""
        mime: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None when nothing was ever copied
        if mime is None or not self._take(mime):
            nothing = N_("Copy a picture or a file first, in another program.")
            self.banner.show_message(N_("There is no picture to paste"), nothing)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Keep what was dropped."""
        if self._take(event.mimeData()):
            event.acceptProposedAction()

    def _take(self, mime: QMimeData) -> bool:
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if paths:
            self.add_paths(paths)
            return True
        image = QImage(mime.imageData()) if mime.hasImage() else QImage()
        if image.isNull():
            return False
        work = partial(_add_picture, self.desk, self.case_id, _png(image))
        self.desk.ask(self, work, self._on_taken, fails=self._on_failed)
        return True

    def _on_taken(self, taken: Taken) -> None:
        if taken.changes:
            self.desk.written.emit()
            self.desk.tasks.changed.emit(taken.changes)
        if taken.refused:  # told by the window: what was added makes this view anew
            self.desk.tasks.failed.emit(taken.refused[0])
        elif taken.again and not taken.added:
            self.banner.show_message(N_("This file is here already"), partial(_verbatim, text=", ".join(taken.again)))

    def _on_failed(self, error: Exception) -> None:
        self.banner.show_message(N_("That did not work"), phrase_of(error))

    def _show(self, found: tuple[tuple[Piece, ...], tuple[EvidenceFile, ...], bool]) -> None:
        pieces, binned, self.hidden = found
        clear(self._cards)
        self.cards = [PieceCard(self, piece) for piece in pieces]
        for card in self.cards:
            self._cards.addWidget(card)
        follow_layout(self)
        self._binned = binned
        self.bin_button.show_phrase(partial(_bin, count=len(binned)))
        self.bin_button.setVisible(bool(binned))
        self.loaded.emit()

    def _on_bin(self) -> None:
        FileBin(self.desk, self._binned, self.window()).open()


class PieceCard(Box):
    """One piece of evidence: its number and words, its files."""

    def __init__(self, view: EvidenceView, piece: Piece) -> None:
        super().__init__("card")
        voice = view.desk.voice
        self.piece = piece
        self._view = view
        self.tiles = [FileTile(view, file) for file in piece.files]
        self.add(TextLabel(voice, partial(_title, piece=piece), "heading"))
        shows = piece.row.text("shows")
        if shows:
            self.add(TextLabel(voice, partial(_shows, text=shows)))
        grid = QGridLayout()
        grid.setSpacing(STEP)
        for at, tile in enumerate(self.tiles):
            grid.addWidget(tile, at // COLUMNS, at % COLUMNS, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(COLUMNS, 1)
        self.column.addLayout(grid)
        self.words_button = Button(voice, WORDS_OF, "link")
        self.more_button = Button(voice, MORE_OF, "link")
        for button, verb in ((self.words_button, WORDS_OF), (self.more_button, MORE_OF)):
            button.explain(partial(_of_piece, verb=verb, piece=piece))
        self.column.addLayout(row(self.words_button, self.more_button, None))
        self.words_button.clicked.connect(doing(self._on_words))
        self.more_button.clicked.connect(doing(view.choose, piece.row.id))

    def _on_words(self) -> None:
        PieceSheet(self._view.desk, self._view.case_id, self.piece, self._view.window()).open()


class FileTile(QToolButton):
    """A small picture of a file with its name; it opens the file."""

    def __init__(self, view: EvidenceView, file: EvidenceFile) -> None:
        super().__init__()
        self.file = file
        self._view = view
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(QSize(THUMB, THUMB))
        self.setMinimumWidth(THUMB + 6 * STEP)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._open)
        view.desk.voice.changed.connect(self._say)
        self._say()
        if file.can_print and file.here and file.facts.media is not Media.TEXT:
            self._ask_picture()

    def _ask_picture(self) -> None:
        pixmap = QPixmap()
        if QPixmapCache.find(f"{_CACHE}.{self.file.id}", pixmap):
            self.setIcon(QIcon(pixmap))
            return
        desk = self._view.desk
        desk.ask(self, partial(evidence.read, desk.clinic, self.file.id), self._on_read, fails=_nothing)

    def _on_read(self, content: bytes) -> None:
        work = partial(evidence.picture, self.file, content, 1, 2 * THUMB)
        self._view.desk.tasks.aside(self, work, self._on_picture, fails=_nothing)

    def _on_picture(self, png: bytes) -> None:
        pixmap = QPixmap.fromImage(QImage.fromData(png))
        QPixmapCache.insert(f"{_CACHE}.{self.file.id}", pixmap)
        self.setIcon(QIcon(pixmap))

    def _open(self) -> None:
        FileViewer(self._view.desk, self.file, self._view.window(), hidden=self._view.hidden).open()

    def _say(self) -> None:
        words = self._view.desk.voice.words
        name, remark = self.file.facts.name, _remark(words, self.file)
        short = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
        self.setText(f"{short}\n{remark}".replace("&", "&&"))
        self.setAccessibleName(f"{name}, {remark}")
        self.setToolTip(name)


class PieceSheet(Sheet):
    """The words about one piece of evidence; each is saved as it is left."""

    def __init__(self, desk: Desk, case_id: str, piece: Piece, parent: QWidget) -> None:
        super().__init__(desk.voice, partial(_title, piece=piece), parent)
        self._desk = desk
        self._case_id = case_id
        self.boxes = {}
        inner = QWidget()
        inner.setObjectName("column")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, STEP, 0)
        for field in EVIDENCE.fields:
            box = FieldBox(desk.around, field, f"{EVIDENCE.id}[{piece.row.id}].{field.id}", empties=False)
            box.show_answer(piece.row.get(field.id))
            box.answered.connect(self._save)
            self.boxes[field.id] = box
            column.addWidget(box)
        area = scrolling(inner)
        self.button = Button(desk.voice, N_("Done"), "primary")
        self.column.addWidget(area, 1)
        self.column.addLayout(row(None, self.button))
        self.resize(self.width(), round(parent.height() * 0.85))
        self.button.clicked.connect(doing(self._on_done))
        self.boxes["shows"].focus()

    def _save(self, path: str, raw: object) -> None:
        work = partial(intake.save, self._desk.clinic, self._case_id, path, raw)
        self._desk.write(self, work, fails=partial(self._on_failed, path))

    def _on_failed(self, path: str, error: Exception) -> None:
        box = next(box for box in self.boxes.values() if box.path == path)
        if isinstance(error, ClinicError):
            box.show_error(error)
        else:
            self._desk.tasks.failed.emit(error)

    def _on_done(self) -> None:
        for box in self.boxes.values():
            box.commit()
        self.close()


class FileBin(Sheet):
    """The files in the bin of a case, with their reasons and the way back."""

    def __init__(self, desk: Desk, files: tuple[EvidenceFile, ...], parent: QWidget) -> None:
        super().__init__(desk.voice, N_("Files in the bin"), parent)
        self._desk = desk
        self.buttons: list[Button] = []
        for file in files:
            back = Button(desk.voice, N_("Bring it back"))
            back.explain(partial(_back, name=file.facts.name))
            back.clicked.connect(doing(self._on_back, file.id))
            self.buttons.append(back)
            told = f"{file.facts.name} · {file.why_removed}"
            line = row(TextLabel(desk.voice, partial(_verbatim, text=told)), back)
            line.setStretch(0, 1)
            self.column.addLayout(line)
        close = Button(desk.voice, N_("Close"), "primary")
        close.clicked.connect(self.close)
        self.column.addLayout(row(None, close))

    def _on_back(self, file_id: str) -> None:
        self._desk.write(self, partial(evidence.restore, self._desk.clinic, file_id), self._on_done)

    def _on_done(self, _changes: Changes) -> None:
        self.close()


def _read(desk: Desk, case_id: str) -> tuple[tuple[Piece, ...], tuple[EvidenceFile, ...], bool]:
    clinic = desk.clinic
    binned = evidence.files(clinic, case_id, removed=True)
    return evidence.pieces(clinic, case_id), binned, evidence.name_is_hidden(clinic, case_id)


def _add_picture(desk: Desk, case_id: str, png: bytes) -> Taken:
    return evidence.add_content(desk.clinic, case_id, "picture.png", png)


def _png(image: QImage) -> bytes:
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(out, "PNG")  # type: ignore[call-overload]  # the name of the format is a text
    return bytes(out.data().data())


def _title(words: Words, *, piece: Piece) -> str:
    field = EVIDENCE.field("kind")
    kind = next((words.say(c.label) for c in field.choices if c.code == piece.row.text("kind")), "")
    return " · ".join(part for part in (str(piece.number), piece.row.text("title"), kind) if part)


def _of_piece(words: Words, *, verb: str, piece: Piece) -> str:
    return f"{words(verb)} – {_title(words, piece=piece)}"


def _shows(words: Words, *, text: str) -> str:
    return words(N_("It shows: {what}"), what=text)


def _remark(words: Words, file: EvidenceFile) -> str:
    if not file.here:
        return words(N_("Not here yet"))
    if file.facts.trouble is not None:
        return words(WHY_NOT[file.facts.trouble])
    if file.printed is False:
        return words(N_("Kept back"))
    black = words.many(N_("{count} black place"), N_("{count} black places"), len(file.boxes)) if file.boxes else ""
    pages = words.many(N_("{count} page"), N_("{count} pages"), file.facts.pages)
    return ", ".join(part for part in (pages, black) if part)


def _bin(words: Words, *, count: int) -> str:
    return words.many(N_("Bin: {count} file"), N_("Bin: {count} files"), count)


def _back(words: Words, *, name: str) -> str:
    return words(N_("Bring back: {name}"), name=name)


def _verbatim(_words: Words, *, text: str) -> str:
    return text


def _nothing(_error: Exception) -> None:
    """Leave the small picture out: opening the file says why there is none."""
