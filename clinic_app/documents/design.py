"""The look of every paper: sheets, fonts and sizes.

All ink stays inside a box of 170 × 245 mm that fits letter, A4 and oficio, so that no printer has
to scale. Black only, no fills, lines of half a point, emphasis by weight.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from reportlab import rl_config
from reportlab.lib.colors import black
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

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

_TOP_AT_MOST: Final = 25 * mm
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


def sheet(paper: Paper, measured_mm: int | None = None) -> Sheet:
    """Return the sheet of a paper size. The box hangs at most 25 mm below the top edge.

    `measured_mm` is the height of oficio as a printer takes it; it changes no other paper.
    """
    width, height = _SIZES[paper]
    if paper is Paper.OFICIO and measured_mm is not None:
        height = measured_mm * mm
    top = min((height - HEIGHT) / 2, _TOP_AT_MOST)
    return Sheet(width, height, height - top - HEIGHT)


@cache
def style(size: float, *, bold: bool = False, spacing: float = 1.35, **more: float) -> ParagraphStyle:
    """Return a left-aligned paragraph style; `more` are reportlab's own attributes."""
    register_fonts()
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
    register_fonts()
    return ParagraphStyle(f"mono-{size}", fontName=MONO, fontSize=size, leading=size * 1.5, textColor=black)


def printable(text: str) -> str:
    """Return the text in characters that the fonts hold; every other one becomes a visible box.

    Letters keep their spelling (only composed to one code point); invisible controls are dropped.
    """
    if _letters().issuperset(text) and unicodedata.is_normalized("NFC", text):
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    seen = "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"})
    held = _held()
    return "".join(c if c == "\n" or ord(c) in held else MISSING for c in unicodedata.normalize("NFC", seen))


@cache
def register_fonts() -> None:
    """Give the fonts to reportlab, once, and let it write pages as they are compressed: without a coat of letters."""
    rl_config.useA85 = 0
    for name in (REGULAR, BOLD, MONO):
        pdfmetrics.registerFont(_Font(name, _font_file(name)))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def fitting(text: str, width: float, size: float = SMALL) -> str:
    """Return the text, cut with an ellipsis when one line of the width cannot hold it."""
    text = printable(text).replace("\n", " ")
    if pdfmetrics.stringWidth(text, REGULAR, size) <= width:
        return text
    while text and pdfmetrics.stringWidth(f"{text}…", REGULAR, size) > width:
        text = text[:-1]
    return f"{text}…"


class _Widths(dict[str, float]):
    """How wide each letter of a font is, in thousandths of its size; looked up once a letter."""

    def __init__(self, font: TTFont) -> None:
        super().__init__()
        self._face = font.face

    def __missing__(self, letter: str) -> float:
        width = float(self._face.charWidths.get(ord(letter), self._face.defaultWidth))
        self[letter] = width
        return width


class _Font(TTFont):
    """A font that measures a text letter by letter from one table: most of a layout's time is measuring."""

    def __init__(self, name: str, file: str) -> None:
        super().__init__(name, file)
        self._widths = _Widths(self)

    def stringWidth(self, text: str | bytes, size: float, encoding: str = "utf8") -> float:  # noqa: N802 - reportlab's
        letters = text if isinstance(text, str) else text.decode(encoding)
        return 0.001 * size * sum(map(self._widths.__getitem__, letters))


def _font_file(name: str) -> str:
    return str(resources() / "fonts" / f"{name}.ttf")


@cache
def _letters() -> frozenset[str]:
    """Return the characters that print as they are."""
    return frozenset(c for c in map(chr, _held()) if unicodedata.category(c) not in {"Cc", "Cf"}) | {"\n"}


@cache
def _held() -> frozenset[int]:
    """Return the code points that both weights can print."""
    regular, bold = (TTFont(name, _font_file(name)).face.charToGlyph for name in (REGULAR, BOLD))
    return frozenset(set(regular) & set(bold))
