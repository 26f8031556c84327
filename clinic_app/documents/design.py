"""The look of every paper: sheets, fonts, sizes, footers and bookmarks.

All ink stays inside a box of 170 × 245 mm that fits letter, A4 and oficio, so that no printer has
to scale. Black only, no fills, lines of half a point, emphasis by weight.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from reportlab.lib.colors import black
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate

from clinic_app.documents import seal
from clinic_app.domain.packet import Paper
from clinic_app.paths import resources

REGULAR: Final = "DejaVuSansCondensed"
BOLD: Final = "DejaVuSansCondensed-Bold"
MONO: Final = "DejaVuSansMono-Bold"  # only where a zero must not be taken for an O

SMALL: Final = 9.0
TABLE: Final = 9.5
BODY: Final = 12.0
WORKER: Final = 14.0
CARD: Final = 20.0
BIG: Final = 37.0

WIDTH: Final = 170 * mm
HEIGHT: Final = 245 * mm
LEFT: Final = 25 * mm
FOOTER: Final = 12 * mm
LINE: Final = 0.5
MISSING: Final = "□"
"""Printed in place of a character that the fonts do not hold."""

_LIGHT: Final = 0.7  # the one grey: outlines of the practice mark, 1 is white
_TOP_AT_MOST: Final = 25 * mm
_PASSES: Final = 4  # two as a rule: one to count, one to print; more when a page number moves a line
_FOLD: Final = 3 * mm
_CODE: Final = 33 * mm  # room of the short code in the footer
_SIZES: Final = {
    Paper.LETTER: (215.9 * mm, 279.4 * mm),
    Paper.A4: (210 * mm, 297 * mm),
    Paper.OFICIO: (216 * mm, 340 * mm),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet in points; `bottom` is the lower edge of the safe box, whose left edge is LEFT."""

    width: float
    height: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands on every page. `numbering` is a text with {page} and {pages}.

    `sealed` papers carry a short code on every page that stands for the whole file.
    """

    folio: str
    numbering: str
    practice: str = ""
    language: str = "en"
    creator: str = ""
    title: str = ""
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """One paper to bind: its title, what makes its parts (anew for each pass), its section of the bundle.

    `folds` gives a sheet small marks where it is folded to the size of a pocket.
    """

    title: str
    make: Callable[[], list[Flowable]]
    section: str = ""
    folds: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One paper as an index lists it: where it begins and ends, and the target of a link to it."""

    title: str
    section: str
    first: int
    last: int
    key: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pass before saw: every paper with its pages, the page of each place, all pages."""

    papers: tuple[Listed, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Looking:
    """A paper that names pages of the bundle: it is made from what the pass before saw."""

    title: str
    make: Callable[[Seen], list[Flowable]]
    section: str = ""


def sheet(paper: Paper) -> Sheet:
    """Return the sheet of a paper size. The box hangs at most 25 mm below the top edge."""
    width, height = _SIZES[paper]
    top = min((height - HEIGHT) / 2, _TOP_AT_MOST)
    return Sheet(width, height, height - top - HEIGHT)


@cache
def style(size: float, *, bold: bool = False, spacing: float = 1.35, **more: float) -> ParagraphStyle:
    """Return a left-aligned paragraph style; `more` are reportlab's own attributes."""
    _fonts()
    look = ParagraphStyle(
        f"{size}-{bold}-{spacing}-{sorted(more.items())}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * spacing,
        textColor=black,
        bulletFontName=REGULAR,
        bulletFontSize=size,
        allowWidows=0,
        allowOrphans=0,
        splitLongWords=1,
    )
    for name, value in more.items():
        setattr(look, name, value)
    return look


def mono(size: float) -> ParagraphStyle:
    """Return the style for keys that are typed again by hand."""
    _fonts()
    return ParagraphStyle(f"mono-{size}", fontName=MONO, fontSize=size, leading=size * 1.5, textColor=black)


def printable(text: str) -> str:
    """Return the text in characters that the fonts hold; every other one becomes a visible box.

    Letters keep their spelling (only composed to one code point); invisible controls are dropped.
    """
    held = _held()
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    seen = "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"})
    composed = unicodedata.normalize("NFC", seen)
    return "".join(c if c == "\n" or ord(c) in held else MISSING for c in composed)


def count_pages(papers: Sequence[Bound | Looking], paper: Paper, marks: Marks) -> int:
    """Return how many pages the bound papers have."""
    return _draw(papers, paper, marks, _unseen(papers))[1].pages


def bind(papers: Sequence[Bound | Looking], paper: Paper, marks: Marks) -> bytes:
    """Draw the papers as one PDF with one numbering, until the page numbers that it names are those it has."""
    seen = _unseen(papers)
    for _ in range(_PASSES):
        pdf, now = _draw(papers, paper, marks, seen)
        if now == seen:
            break
        seen = now
    return seal.sealed(pdf) if marks.sealed else pdf


@cache
def _fonts() -> None:
    for name in (REGULAR, BOLD, MONO):
        pdfmetrics.registerFont(TTFont(name, _font_file(name)))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def _font_file(name: str) -> str:
    return str(resources() / "fonts" / f"{name}.ttf")


@cache
def _held() -> frozenset[int]:
    """Return the code points that both weights can print."""
    regular, bold = (TTFont(name, _font_file(name)).face.charToGlyph for name in (REGULAR, BOLD))
    return frozenset(set(regular) & set(bold))


def _unseen(papers: Sequence[Bound | Looking]) -> Seen:
    return Seen(tuple(Listed(bound.title, bound.section, 1, 1, f"paper{i}") for i, bound in enumerate(papers)))


def _draw(papers: Sequence[Bound | Looking], paper: Paper, marks: Marks, seen: Seen) -> tuple[bytes, Seen]:
    _fonts()
    where = sheet(paper)
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=(where.width, where.height),
        pageTemplates=[_template(f"{i}", bound, where, marks, seen.pages) for i, bound in enumerate(papers)],
        invariant=1,
        title=marks.title,
        author="",
        subject="",
        keywords=[],
        creator=marks.creator,
        lang=marks.language,
        initialFontName=REGULAR,
    )
    places: dict[str, int] = {}
    parts: list[Flowable] = []
    section = ""
    for i, bound in enumerate(papers):
        if i:
            parts += [NextPageTemplate(f"{i}"), PageBreak()]
        if bound.section and bound.section != section:
            parts.append(_Bookmark(bound.section, f"section{i}", marks.numbering, seen.pages))
        section = bound.section
        parts.append(_Bookmark(bound.title, f"paper{i}", marks.numbering, seen.pages, level=1 if section else 0))
        parts.append(Place(f"paper{i}", places))
        parts += [_telling(part, places) for part in (bound.make(seen) if isinstance(bound, Looking) else bound.make())]
    document.build(parts)
    return out.getvalue(), _seen(papers, places, document.page)


def _telling(part: Flowable, places: dict[str, int]) -> Flowable:
    """Let a place of this pass tell its page."""
    return Place(part.key, places) if isinstance(part, Place) else part


def _seen(papers: Sequence[Bound | Looking], places: Mapping[str, int], pages: int) -> Seen:
    firsts = [places[f"paper{i}"] for i in range(len(papers))]
    lasts = [first - 1 for first in firsts[1:]] + [pages]
    listed = zip(papers, firsts, lasts, strict=True)
    return Seen(
        tuple(Listed(p.title, p.section, first, last, f"paper{i}") for i, (p, first, last) in enumerate(listed)),
        dict(places),
        pages,
    )


def _template(name: str, bound: Bound | Looking, where: Sheet, marks: Marks, pages: int) -> PageTemplate:
    frame = Frame(
        LEFT,
        where.bottom + FOOTER,
        WIDTH,
        HEIGHT - FOOTER,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def furniture(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.setViewerPreference("PrintScaling", "None")
        if marks.sealed and canvas.getPageNumber() == 1:
            seal.prepare(canvas, marks.folio, REGULAR, SMALL)
        canvas.saveState()
        if marks.practice:
            _practice(canvas, where, marks.practice)
        if isinstance(bound, Bound) and bound.folds:
            _folds(canvas, where)
        _footer(canvas, where, marks, bound.title, pages)
        canvas.restoreState()

    return PageTemplate(id=name, frames=[frame], onPage=furniture)


def _footer(canvas: Canvas, where: Sheet, marks: Marks, title: str, pages: int) -> None:
    baseline = where.bottom + 2 * mm
    canvas.setLineWidth(LINE)
    canvas.setFont(REGULAR, SMALL)
    number = printable(marks.numbering.format(page=canvas.getPageNumber(), pages=pages))
    width = pdfmetrics.stringWidth(number, REGULAR, SMALL) + 4 * mm
    canvas.rect(LEFT + WIDTH - width, where.bottom, width, SMALL + 3 * mm)
    canvas.drawCentredString(LEFT + WIDTH - width / 2, baseline, number)
    room = WIDTH - width - 4 * mm
    if marks.sealed:
        room -= _CODE
        seal.draw_code(canvas, LEFT + room + 2 * mm, where.bottom + 2 * mm - SMALL * 0.25)
    canvas.drawString(LEFT, baseline, fitting(f"{marks.folio}  ·  {title}" if marks.folio else title, room))


def _folds(canvas: Canvas, where: Sheet) -> None:
    """Mark the folds at the right and upper edge: the sheet in half, the upper half in quarters."""
    canvas.setLineWidth(LINE)
    right, top = LEFT + WIDTH, where.bottom + HEIGHT
    for height in (where.height / 2, where.height * 3 / 4):
        canvas.line(right - _FOLD, height, right, height)
    canvas.line(where.width / 2, top - _FOLD, where.width / 2, top)


def fitting(text: str, width: float, size: float = SMALL) -> str:
    """Return the text, cut with an ellipsis when one line of the width cannot hold it."""
    text = printable(text).replace("\n", " ")
    if pdfmetrics.stringWidth(text, REGULAR, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(f"{text}…", REGULAR, size) > width:
        text = text[:-1]
    return f"{text}…"


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


class Place(Flowable):
    """A place that other papers may name by its page, and link to; takes no room."""

    def __init__(self, key: str, places: dict[str, int] | None = None) -> None:
        super().__init__()
        self.width = self.height = 0
        self.key = key
        self._places = places

    def draw(self) -> None:
        """Mark the place, and tell its page."""
        self.canv.bookmarkPage(self.key)
        if self._places is not None:
            self._places[self.key] = self.canv.getPageNumber()


class SealPicture(Flowable):
    """The QR picture of the whole file's seal."""

    def __init__(self) -> None:
        super().__init__()
        self.width = self.height = seal.QR_SIDE

    def draw(self) -> None:
        """Draw it; the first page of a sealed document has prepared it."""
        seal.draw_qr(self.canv, 0, 0)


class _Bookmark(Flowable):
    """An entry of the outline for the page where a paper or a section begins; takes no room."""

    def __init__(self, title: str, key: str, numbering: str, pages: int, level: int = 0) -> None:
        super().__init__()
        self.width = self.height = 0
        self._entry = (title, key, numbering, pages, level)

    def draw(self) -> None:
        title, key, numbering, pages, level = self._entry
        page = numbering.format(page=self.canv.getPageNumber(), pages=pages)
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(f"{title} · {page}", key, level=level)
