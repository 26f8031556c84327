"""The pieces that papers are made of: paragraphs, lists, tables, boxes, lines to sign on.

Every text is escaped here and nowhere else: a story with <b> in it prints <b>.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, HRFlowable, KeepTogether, Paragraph, Spacer, Table
from reportlab.platypus.paraparser import ParaFrag

from clinic_app.documents.design import BODY, FOOTER, HEIGHT, LINE, REGULAR, SMALL, TABLE, WIDTH, printable, style

_CELL: Final = 1.4 * mm
_BULLET: Final = 5 * mm
_FONT: Final = ("FONTNAME", (0, 0), (-1, -1), REGULAR)  # else a table asks for a font that is not embedded


@dataclass(frozen=True, slots=True)
class Bold:
    """A piece of a paragraph in heavier letters."""

    text: str


def para(look: ParagraphStyle, *pieces: str | Bold, dot: str | None = None) -> Paragraph:
    """Return one paragraph; line breaks in the text stay. A `dot` or number hangs before its first line."""
    words = pieces[0] if len(pieces) == 1 else None
    if isinstance(words, str):
        plain = _bound(" ".join(word for word in printable(words).split(" ") if word))
        if plain and "\n" not in plain:
            return _Paragraph("", look, bulletText=dot, frags=[_plain(look, plain)])
    return _Paragraph("".join(_marked(piece) for piece in pieces), look, bulletText=dot)


def title(text: str, size: float = 18) -> Paragraph:
    """Return the title of a paper."""
    return para(style(size, bold=True, spacing=1.2, spaceAfter=3 * mm), text)


def heading(text: str, size: float = 13) -> Paragraph:
    """Return a heading that stays with what follows it."""
    return para(style(size, bold=True, spacing=1.25, spaceBefore=3.5 * mm, spaceAfter=1.2 * mm, keepWithNext=1), text)


def under(words: str, long_table: Flowable) -> list[Flowable]:
    """Return a heading over a table that may go on over the page: it does not wait for a page to hold all of it."""
    look = style(13, bold=True, spacing=1.25, spaceBefore=3.5 * mm, spaceAfter=1.2 * mm)
    return [room(30), para(look, words), long_table]


def text(words: str, size: float = BODY, **more: float) -> Paragraph:
    """Return an ordinary paragraph."""
    return para(style(size, **{"spaceAfter": 2 * mm, **more}), words)


def bullets(lines: Iterable[str], size: float = BODY, **more: float) -> list[Flowable]:
    """Return a list with a dot before each line."""
    look = style(size, leftIndent=_BULLET, spaceAfter=1.2 * mm, **more)
    return [para(look, line, dot="•") for line in lines]


def numbered(number: str, words: str, size: float = BODY, *, spacing: float = 1.35, **more: float) -> Paragraph:
    """Return a paragraph with its number hanging in the margin."""
    look = style(size, spacing=spacing, leftIndent=9 * mm, bulletFontSize=size, spaceAfter=2 * mm, **more)
    return para(look, words, dot=number)


def cell(*pieces: str | Bold, size: float = TABLE, right: bool = False, bold: bool = False) -> Paragraph:
    """Return the text of one table cell; numbers stand at the right."""
    return para(style(size, bold=bold, spacing=1.25, alignment=TA_RIGHT if right else 0), *pieces)


def table(
    rows: Sequence[Sequence[Flowable | Sequence[Flowable]]],
    widths: Sequence[float],
    *,
    head: int = 1,
) -> Table:
    """Return a table whose first `head` rows are repeated on each page; widths in points."""
    made = _Rows([list(row) for row in rows], colWidths=list(widths), repeatRows=head, hAlign="LEFT")
    made.setStyle(
        [
            _FONT,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), _CELL),
            ("RIGHTPADDING", (0, 0), (-1, -1), _CELL),
            ("TOPPADDING", (0, 0), (-1, -1), 0.9 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.1 * mm),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("LINEBELOW", (0, 0), (-1, -1), LINE, black),
            ("LINEABOVE", (0, 0), (-1, 0), LINE, black),
        ]
    )
    return made


def box(*inside: Flowable, width: float = WIDTH, padding: float = 3 * mm, height: float | None = None) -> Table:
    """Return the parts in a thin frame."""
    made = Table([[list(inside)]], colWidths=[width], rowHeights=[height], hAlign="LEFT", splitInRow=height is None)
    made.setStyle(
        [
            ("BOX", (0, 0), (-1, -1), LINE, black),
            _FONT,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *((side, (0, 0), (-1, -1), padding) for side in ("LEFTPADDING", "RIGHTPADDING")),
            *((side, (0, 0), (-1, -1), padding * 0.8) for side in ("TOPPADDING", "BOTTOMPADDING")),
        ]
    )
    return made


def columns(*cells: Flowable | Sequence[Flowable], widths: Sequence[float]) -> Table:
    """Return parts side by side, without lines."""
    made = Table([list(cells)], colWidths=list(widths), hAlign="LEFT")
    made.setStyle(
        [
            _FONT,
            ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-2, -1), 3 * mm),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.6 * mm),
        ]
    )
    return made


def beside(rows: Sequence[Sequence[Sequence[Flowable]]], widths: Sequence[float], between: float) -> Table:
    """Return rows of parts side by side, a thin line between the columns; the first row is repeated on each page."""
    made = _Rows(
        [[list(inside) for inside in row] for row in rows], colWidths=list(widths), repeatRows=1, hAlign="LEFT"
    )
    made.setStyle(
        [
            _FONT,
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEAFTER", (0, 0), (-2, -1), LINE, black),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("LEFTPADDING", (1, 0), (-1, -1), between),
            ("RIGHTPADDING", (0, 0), (-2, -1), between),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0.5 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5 * mm),
        ]
    )
    return made


def to_write(label: str, width: float = WIDTH, size: float = BODY, above: float = 9 * mm) -> Table:
    """Return an empty line to write on, its label under it."""
    made = Table([[Spacer(1, above)], [cell(label, size=max(SMALL, size * 0.8))]], colWidths=[width], hAlign="LEFT")
    made.setStyle(
        [
            _FONT,
            ("LINEBELOW", (0, 0), (0, 0), LINE, black),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5 * mm),
        ]
    )
    return made


def form_row(
    label: Flowable | Sequence[Flowable], inside: Sequence[Flowable], widths: Sequence[float], height: float | None
) -> Table:
    """Return one field of a form: its label, and a box of a fixed height beside it (None grows with its content)."""
    named = label if isinstance(label, Flowable) else list(label)
    made = Table([[named, list(inside)]], colWidths=list(widths), rowHeights=[height], hAlign="LEFT", spaceAfter=1 * mm)
    made.setStyle(
        [
            _FONT,
            ("BOX", (1, 0), (1, 0), LINE, black),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, 0), 0),
            ("RIGHTPADDING", (0, 0), (0, 0), 3 * mm),
            ("LEFTPADDING", (1, 0), (1, 0), 1.6 * mm),
            ("RIGHTPADDING", (1, 0), (1, 0), 1.6 * mm),
            ("TOPPADDING", (0, 0), (-1, -1), 1 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1 * mm),
        ]
    )
    return made


def tear_line() -> Flowable:
    """Return a dashed line across the page, to cut or tear along."""
    return HRFlowable(width="100%", thickness=LINE, color=black, dash=(4, 4), spaceBefore=4 * mm, spaceAfter=4 * mm)


def gap(height_mm: float) -> Spacer:
    """Return empty room, in millimetres."""
    return Spacer(1, height_mm * mm)


def together(*inside: Flowable) -> KeepTogether:
    """Keep the parts on one page when one page can hold them."""
    return KeepTogether(list(inside))


def room(height_mm: float) -> CondPageBreak:
    """Begin a new page unless this much room is left, in millimetres."""
    return CondPageBreak(height_mm * mm)


def height(drawn: Iterable[Flowable]) -> float:
    """Return how much of a page the parts take, one under the other; at most a little more than they will."""
    return sum(part.wrap(WIDTH, HEIGHT)[1] + part.getSpaceBefore() + part.getSpaceAfter() for part in drawn)


class _Rows(Table):
    """A table that goes to the next page between rows; inside a row only when no page can hold it."""

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:  # noqa: N803 - reportlab's own names
        self.wrap(availWidth, availHeight)
        heights: list[float] = self._rowHeights  # type: ignore[attr-defined]  # known only there, once wrapped
        page = HEIGHT - FOOTER - sum(heights[: self.repeatRows])
        self.splitInRow = int(len(heights) > self.repeatRows and heights[self.repeatRows] > page)
        return list(super().split(availWidth, availHeight))


class _Paragraph(Paragraph):
    """A paragraph that breaks its lines once a width: tables ask several times."""

    _broken: tuple[float, object] | None = None

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 - reportlab's own names
        if self._broken == (availWidth, self.style) and hasattr(self, "blPara"):
            return self.width, self.height
        size: tuple[float, float] = super().wrap(availWidth, availHeight)
        self._broken = (availWidth, self.style)
        return size


def _plain(look: ParagraphStyle, words: str) -> ParaFrag:
    """Return the one piece of a paragraph without marks, as reportlab's reader of marks would."""
    return ParaFrag(
        rise=0,
        greek=0,
        link=[],
        fontName=look.fontName,
        bold=0,
        italic=0,
        fontSize=look.fontSize,
        textColor=look.textColor,
        us_lines=[],
        text=words,
    )


def _marked(piece: str | Bold) -> str:
    if isinstance(piece, Bold):
        return f"<b>{_marked(piece.text)}</b>"
    return escape(_bound(printable(piece))).replace("\n", "<br/>")


def _bound(words: str) -> str:
    """Keep a per cent sign with its number."""
    return words.replace(" %", "\u00a0%")
