"""Binds papers into one PDF, or into volumes, with one numbering: footers, bookmarks, links, seals.

Every paper is laid out once. What names a page of the bundle (`Later`) is written when all pages are
known, into room that was kept for it; so no text moves because of a page number.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from clinic_app.documents import seal
from clinic_app.documents.design import (
    BOLD,
    FOOTER,
    HEIGHT,
    LEFT,
    LINE,
    REGULAR,
    SMALL,
    TABLE,
    WIDTH,
    Sheet,
    fitting,
    printable,
    register_fonts,
    sheet,
)
from clinic_app.domain.packet import Paper

Progress = Callable[[int, int], None]
"""Told after each paper how many are laid out, of how many. Whatever it raises ends the work."""

Fill = Callable[[bytes, Mapping[str, int]], bytes]
"""Given a volume and, by the key of each place, the index of its page in it; returns the volume."""

_LIGHT: Final = 0.7  # the one grey: outlines of the practice mark, 1 is white
_FOLD: Final = 3 * mm
_CODE: Final = 33 * mm  # room of the short code in the footer
_OF_PAGE: Final = (
    "_code",
    "_pageNumber",
    "_formsinuse",
    "_annotationrefs",
    "_colorsUsed",
    "_shadingUsed",
    "_formData",
    "_currentPageHasImages",
    "_psCommandsBeforePage",
    "_psCommandsAfterPage",
    "_late",
    "_foot",
)
"""What a canvas holds of the page that it draws; all else is of the whole document."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands on every page. `numbering` is a text with {page} and {pages}.

    `sealed` papers carry a short code on every page that stands for the whole file. `first` is the
    number of the first page. `most` pages make a volume; 0 never cuts. `sheet_mm` is the height of
    oficio as one printer takes it.
    """

    folio: str
    numbering: str
    practice: str = ""
    language: str = "en"
    creator: str = ""
    title: str = ""
    sealed: bool = False
    first: int = 1
    most: int = 0
    sheet_mm: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above each page of a paper: its room, and what writes it when all pages are known.

    `write` is told the canvas, where everything stands and the page's number.
    """

    height: float
    write: Callable[[Canvas, Seen, int], None]


@dataclass(frozen=True, slots=True)
class Bound:
    """One paper to bind: its title, what makes its parts, its section of the bundle.

    `folds` gives a sheet small marks where it is folded to the size of a pocket. `pages` says how many
    pages it takes where that is known before it is drawn (0: not known). `name` is what the paper is
    called in what a bundle held, "" for papers that need no name. `head` stands above each page.
    """

    title: str
    make: Callable[[], list[Flowable]]
    section: str = ""
    folds: bool = False
    pages: int = 0
    name: str = ""
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One paper as an index lists it: where it begins and ends, the target of a link to it, its volume."""

    title: str
    section: str
    first: int
    last: int
    key: str
    volume: int = 1
    name: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known when all is laid out: every paper with its pages, the page of each place, the last page."""

    papers: tuple[Listed, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    pages: int = 0
    volumes: int = 1

    def paper(self, key: str) -> Listed:
        """Return the paper with this key, or raise KeyError."""
        for listed in self.papers:
            if listed.key == key:
                return listed
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Bound papers: one PDF a volume, and where everything stands."""

    volumes: tuple[bytes, ...]
    seen: Seen

    @property
    def pdf(self) -> bytes:
        """The only volume."""
        (only,) = self.volumes
        return only


def key_of(number: int) -> str:
    """Return the key of a bound paper by its place among the papers, from 0."""
    return f"paper{number}"


def bind(
    papers: Sequence[Bound],
    paper: Paper,
    marks: Marks,
    *,
    index: Callable[[int], Bound] | None = None,
    progress: Progress | None = None,
    fill: Fill | None = None,
) -> Bundle:
    """Draw the papers with one numbering, cut into volumes between papers where there are too many pages.

    `index` makes the sheet in front of each volume after the first, from its number. `fill` puts into
    each volume what is not drawn here, before it is sealed.
    """
    binder = _lay_out(papers, paper, marks, index, progress)
    seen = binder.seen()
    return Bundle(tuple(volume.finished(seen, fill) for volume in binder.volumes), seen)


def lay_out(
    papers: Sequence[Bound], paper: Paper, marks: Marks, *, index: Callable[[int], Bound] | None = None
) -> Seen:
    """Return where everything would stand, without making a PDF."""
    return _lay_out(papers, paper, marks, index, None).seen()


class Place(Flowable):
    """A place that other papers may name by its page, and link to; takes no room."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.width = self.height = 0
        self.key = key

    def draw(self) -> None:
        """Note the place."""
        _pages(self).mark(self.key)


class Later(Flowable):
    """One line that is known only when all pages are: a page number. It keeps its room and never moves anything.

    `say` makes the words; with a `key` they lead to that place when it is in the same volume.
    """

    def __init__(
        self,
        say: Callable[[Seen], str],
        *,
        size: float = TABLE,
        right: bool = False,
        bold: bool = False,
        key: str = "",
    ) -> None:
        super().__init__()
        self._say = say
        self._look = (BOLD if bold else REGULAR, size, right)
        self._key = key
        self.height = size * 1.25

    def wrap(self, availWidth: float, _availHeight: float) -> tuple[float, float]:  # noqa: N803 - reportlab's own names
        """Take one line of the width there is."""
        self.width = availWidth
        return self.width, self.height

    def draw(self) -> None:
        """Keep the place; the words come when all pages are known."""
        font, size, right = self._look
        width, base = self.width, self.height - size

        def write(canvas: Pages, seen: Seen) -> None:
            words = fitting(self._say(seen), width, size)
            canvas.setFont(font, size)
            if right:
                canvas.drawRightString(width, base, words)
            else:
                canvas.drawString(0, base, words)

        _pages(self).later(write)
        if self._key:
            _pages(self).lead(self._key, self.width, self.height)


class Leading(Flowable):
    """A part that leads to a place of the bundle; it looks as it would without."""

    def __init__(self, part: Flowable, key: str) -> None:
        super().__init__()
        self._part = part
        self._key = key

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 - reportlab's own names
        """Take the room of the part."""
        self.width, self.height = self._part.wrap(availWidth, availHeight)
        return self.width, self.height

    def draw(self) -> None:
        """Draw the part, and its link when all is known."""
        self._part.drawOn(self.canv, 0, 0)
        _pages(self).lead(self._key, self.width, self.height)


class SealPicture(Flowable):
    """The QR picture of the whole file's seal."""

    def __init__(self) -> None:
        super().__init__()
        self.width = self.height = seal.QR_SIDE

    def draw(self) -> None:
        """Draw it; a sealed document has prepared it."""
        seal.draw_qr(self.canv, 0, 0)


@dataclass(slots=True)
class _Bookmark:
    """An entry of the outline."""

    title: str
    key: str
    level: int


class Pages(Canvas):
    """One volume while it is laid out: it keeps every page open until all pages of all volumes are known."""

    def __init__(self, out: io.BytesIO, where: Sheet, marks: Marks, number: int, offset: int) -> None:
        super().__init__(
            out,
            pagesize=(where.width, where.height),
            invariant=1,
            initialFontName=REGULAR,  # type: ignore[arg-type]  # reportlab's types are wrong here
            lang=marks.language,
        )
        self._code: list[str]
        self.number = number
        self.places: dict[str, int] = {}
        self._out = out
        self._where = where
        self._marks = marks
        self._offset = offset
        self._kept: list[dict[str, object]] = []
        self._late: list[tuple[int, Callable[[Pages, Seen], None]]] = []
        self._foot = ""
        self.setTitle(marks.title)
        self.setAuthor("")
        self.setSubject("")
        self.setKeywords("")
        self.setCreator(marks.creator)
        self.setViewerPreference("PrintScaling", "None")
        if marks.sealed:
            seal.prepare(self, marks.folio, REGULAR, SMALL)

    @property
    def page(self) -> int:
        """The number, in the bundle, of the page that is being drawn."""
        return self._offset + int(self.getPageNumber())

    @property
    def last(self) -> int:
        """The number of the last page that is whole; that of the page before the volume when it has none."""
        return self._offset + len(self._kept)

    def begin(self, title: str, *, folds: bool, head: Head | None = None) -> None:
        """Begin a page of a paper."""
        self._foot = title
        if head is not None:
            page = self.page
            self.later(lambda canvas, seen: head.write(canvas, seen, page))
        if self._marks.practice:
            _practice(self, self._where, self._marks.practice)
        if folds:
            _folds(self, self._where)

    def later(self, write: Callable[[Pages, Seen], None]) -> None:
        """Have something written at this point of the page when all pages are known."""
        self._late.append((len(self._code), write))
        self._code.append("")  # kept for it, so that a reader of the text meets it in its place

    def mark(self, key: str) -> None:
        """Note a place, and let links lead to this page."""
        self.places[key] = self.page

        def write(canvas: Pages, _seen: Seen) -> None:
            canvas.bookmarkPage(key)

        self.later(write)

    def note(self, title: str, key: str, level: int) -> None:
        """Add an entry to the outline for this page."""
        page = self.page

        def write(canvas: Pages, seen: Seen) -> None:
            told = canvas._marks.numbering.format(page=page, pages=seen.pages)
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(f"{title} · {told}", key, level=level)

        self.later(write)

    def lead(self, key: str, width: float, height: float) -> None:
        """Link this much of the page, from here, to a place, when this volume holds it."""
        x, y = self.absolutePosition(0, 0)

        def write(canvas: Pages, _seen: Seen) -> None:
            if key in canvas.places:
                canvas.linkRect("", key, (x, y, x + width, y + height), relative=0)

        self.later(write)

    def drop(self, last: int, places: Mapping[str, int]) -> None:
        """Take back the pages after this one: their paper goes into the next volume."""
        del self._kept[last - self._offset :]
        self.places = dict(places)

    def showPage(self) -> None:  # noqa: N802 - reportlab's own name
        """Keep the page open, and begin the next."""
        self._kept.append({name: getattr(self, name) for name in _OF_PAGE})
        self._late = []
        self._startPage()  # type: ignore[attr-defined]  # reportlab's own name for beginning a page

    def save(self) -> None:
        """Do nothing yet: a paper is laid out, and others follow."""

    def finished(self, seen: Seen, fill: Fill | None = None) -> bytes:
        """Write on each page what is known now, and return the PDF."""
        for state in self._kept:
            self.__dict__.update(state)
            self._write_late(seen)
            self._draw_foot(seen)
            super().showPage()
        super().save()
        pdf = self._out.getvalue()
        if fill is not None:
            pdf = fill(pdf, {key: page - self._offset - 1 for key, page in self.places.items()})
        return seal.sealed(pdf) if self._marks.sealed else pdf

    def _write_late(self, seen: Seen) -> None:
        code = self._code
        for slot, write in self._late:
            self._code = []
            write(self, seen)
            code[slot] = "\n".join(self._code)
        self._code = code

    def _draw_foot(self, seen: Seen) -> None:
        where, marks = self._where, self._marks
        baseline = where.bottom + 2 * mm
        self.setLineWidth(LINE)
        self.setFont(REGULAR, SMALL)
        number = printable(marks.numbering.format(page=self.page, pages=seen.pages))
        width = pdfmetrics.stringWidth(number, REGULAR, SMALL) + 4 * mm
        room = WIDTH - width - 4 * mm - (_CODE if marks.sealed else 0)
        self.drawString(LEFT, baseline, fitting(f"{marks.folio}  ·  {self._foot}" if marks.folio else self._foot, room))
        self.rect(LEFT + WIDTH - width, where.bottom, width, SMALL + 3 * mm)
        self.drawCentredString(LEFT + WIDTH - width / 2, baseline, number)
        if marks.sealed:
            seal.draw_code(self, LEFT + room + 2 * mm, where.bottom + 2 * mm - SMALL * 0.25)


class _Binder:
    """Lays out papers one after the other and begins a new volume when one is full."""

    def __init__(self, paper: Paper, marks: Marks, index: Callable[[int], Bound] | None) -> None:
        self._where = sheet(paper, marks.sheet_mm)
        self._marks = marks
        self._index = index
        self._listed: list[Listed] = []
        self.volumes: list[Pages] = []
        self._open_volume()

    def add(self, bound: Bound, number: int) -> None:
        """Lay out one paper; in a new volume when this one would become too thick."""
        volume = self.volumes[-1]
        last, places = volume.last, dict(volume.places)
        if bound.pages and self._too_thick(last + bound.pages):
            self._new_volume()
            self.add(bound, number)
            return
        key = key_of(number)
        self._draw(bound, key)
        if self._too_thick(volume.last):
            volume.drop(last, places)
            self._new_volume()
            self.add(bound, number)
            return
        self._listed.append(
            Listed(bound.title, bound.section, last + 1, volume.last, key, len(self.volumes), bound.name)
        )

    def seen(self) -> Seen:
        """Return where everything stands."""
        places = {key: page for volume in self.volumes for key, page in volume.places.items()}
        return Seen(tuple(self._listed), places, self.volumes[-1].last, len(self.volumes))

    def _too_thick(self, last: int) -> bool:
        """Return whether a volume that ends with this page must be cut; never before its first paper."""
        volume = self.volumes[-1]
        holds = any(listed.volume == volume.number for listed in self._listed)
        first = self.volumes[-2].last if len(self.volumes) > 1 else self._marks.first - 1
        return bool(self._marks.most and self._index and holds and last - first > self._marks.most)

    def _open_volume(self) -> None:
        offset = self.volumes[-1].last if self.volumes else self._marks.first - 1
        self.volumes.append(Pages(io.BytesIO(), self._where, self._marks, len(self.volumes) + 1, offset))

    def _new_volume(self) -> None:
        assert self._index is not None  # without an index nothing is cut
        self._open_volume()
        self._draw(self._index(len(self.volumes)), f"volume{len(self.volumes)}")

    def _draw(self, bound: Bound, key: str) -> None:
        volume, where = self.volumes[-1], self._where
        height = HEIGHT - FOOTER - (bound.head.height if bound.head else 0)
        frame = Frame(LEFT, where.bottom + FOOTER, WIDTH, height, *(0, 0, 0, 0))
        template = PageTemplate(
            frames=[frame],
            onPage=lambda *_: volume.begin(bound.title, folds=bound.folds, head=bound.head),
            id=bound.title,
        )
        document = BaseDocTemplate(
            io.BytesIO(),
            pagesize=(where.width, where.height),
            pageTemplates=[template],
            title=self._marks.title,
            author="",
            subject="",
            keywords=[],
            creator=self._marks.creator,
            lang=self._marks.language,
        )
        document.build([*self._entries(bound, key), *bound.make()], canvasmaker=lambda *_a, **_k: volume)

    def _entries(self, bound: Bound, key: str) -> list[Flowable]:
        own = [listed for listed in self._listed if listed.volume == self.volumes[-1].number]
        before = own[-1].section if own else ""
        entries: list[Flowable] = []
        if bound.section and bound.section != before:
            entries.append(_Entry(bound.section, f"section.{key}", 0))
        return [*entries, _Entry(bound.title, key, 1 if bound.section else 0), Place(key)]


class _Entry(Flowable):
    """An entry of the outline for the page where a paper or a section begins; takes no room."""

    def __init__(self, title: str, key: str, level: int) -> None:
        super().__init__()
        self.width = self.height = 0
        self._entry = (title, key, level)

    def draw(self) -> None:
        _pages(self).note(*self._entry)


def _lay_out(
    papers: Sequence[Bound],
    paper: Paper,
    marks: Marks,
    index: Callable[[int], Bound] | None,
    progress: Progress | None,
) -> _Binder:
    register_fonts()
    binder = _Binder(paper, marks, index)
    for number, bound in enumerate(papers):
        binder.add(bound, number)
        if progress is not None:
            progress(number + 1, len(papers))
    return binder


def _pages(part: Flowable) -> Pages:
    return cast("Pages", part.canv)


def _folds(canvas: Canvas, where: Sheet) -> None:
    """Mark the folds at the right and upper edge: the sheet in half, the upper half in quarters."""
    canvas.setLineWidth(LINE)
    right, top = LEFT + WIDTH, where.bottom + HEIGHT
    for height in (where.height / 2, where.height * 3 / 4):
        canvas.line(right - _FOLD, height, right, height)
    canvas.line(where.width / 2, top - _FOLD, where.width / 2, top)


def _practice(canvas: Canvas, where: Sheet, word: str) -> None:
    """Write the word across the page in thin outlines, light enough to read through."""
    word = printable(word)
    size = 0.62 * WIDTH / (pdfmetrics.stringWidth(word, BOLD, 1) or 1)
    canvas.saveState()
    canvas.translate(LEFT + WIDTH / 2, where.bottom + HEIGHT / 2)
    canvas.rotate(50)
    canvas.setLineWidth(0.4)
    canvas.setStrokeGray(_LIGHT)
    outline = canvas.beginText(-pdfmetrics.stringWidth(word, BOLD, size) / 2, -size / 3)
    outline.setFont(BOLD, size)
    outline.setTextRenderMode(1)
    outline.textOut(word)
    canvas.drawText(outline)
    canvas.restoreState()
