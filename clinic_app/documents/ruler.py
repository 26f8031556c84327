"""The ruler page: shows whether a printer prints at true size, and how high the sheets of its paper are.

It needs no ruler: an identity card is as wide everywhere (85.6 mm), and a sheet folded in half is measured
with the ruler that was printed. Everything stands inside the safe box, whose edge is drawn.
"""

from __future__ import annotations

from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import BODY, FOOTER, HEIGHT, LINE, REGULAR, SMALL, WIDTH, style
from clinic_app.domain.packet import Paper
from clinic_app.i18n import words

CARD_MM: Final = 85.6
"""The width of an identity or bank card, by its standard."""

DOWN_MM: Final = 200
"""How far the long ruler reaches; half of the highest sheet is 178."""

_ACROSS_MM: Final = 120
_ROOM: Final = 14 * mm  # between the edge of the box and the text beside the long ruler
_TICK: Final = 2 * mm
_LONG: Final = 4 * mm


class _Ruler(Flowable):
    """A ruler in whole millimetres, across or down from its upper left corner."""

    def __init__(self, length_mm: int, *, down: bool) -> None:
        super().__init__()
        self._length = length_mm
        self._down = down
        self.width = _ROOM if down else length_mm * mm
        self.height = length_mm * mm if down else 8 * mm

    def draw(self) -> None:
        """Draw a line a millimetre, a longer one every five, a number every ten."""
        canvas = self.canv
        canvas.setLineWidth(LINE)
        canvas.setFont(REGULAR, SMALL)
        for at in range(self._length + 1):
            tick = _LONG if at % 5 == 0 else _TICK
            if self._down:
                y = self.height - at * mm
                canvas.line(0, y, tick, y)
                if at % 10 == 0:
                    canvas.drawString(_LONG + 1 * mm, y - SMALL / 3, str(at))
            else:
                canvas.line(at * mm, self.height, at * mm, self.height - tick)
                if at % 10 == 0 and at:
                    canvas.drawCentredString(at * mm, 0, str(at))


class _Edge(Flowable):
    """The edge of the safe box, drawn from the place where the page's text begins; takes no room."""

    def __init__(self) -> None:
        super().__init__()
        self.width = self.height = 0

    def draw(self) -> None:
        """Draw it."""
        self.canv.setLineWidth(LINE)
        self.canv.rect(0, -(HEIGHT - FOOTER), WIDTH, HEIGHT - FOOTER)


def ruler_page(paper: Paper, language: str, place: str) -> bytes:
    """Return the page as PDF, in true size."""
    w = words(language, place)
    look = style(BODY, spaceAfter=2 * mm)

    def make() -> list[Flowable]:
        asked = [
            parts.title(w("Measure the printer's paper"), 16),
            parts.para(look, w("Print this page in actual size, on the paper that you want to use.")),
            parts.heading(w("1. Is it printed in true size?")),
            parts.para(look, w("Lay an identity card on this ruler. Its long side begins at 0. Where does it end?")),
            _Ruler(_ACROSS_MM, down=False),
            parts.gap(2),
            parts.to_write(w("Number at the end of the card"), 80 * mm),
            parts.heading(w("2. How high is the sheet?")),
            parts.para(
                look,
                w(
                    "Take a new sheet of the same paper. Fold it in half: lower edge on upper edge. "
                    "Lay it on the long ruler at the left: the fold at 0. Where do the edges end?"
                ),
            ),
            parts.to_write(w("Number at the edges of the folded sheet"), 80 * mm),
            parts.heading(w("3. Is the frame whole?")),
            parts.para(look, w("A thin frame runs around this page. Can you see all four sides?")),
            parts.para(look, f"☐ {w('Yes')}     ☐ {w('No')}"),
            parts.gap(2),
            parts.para(look, w("Type the two numbers and the answer into the program, under printing.")),
        ]
        inside = parts.columns([_Ruler(DOWN_MM, down=True)], [*asked, parts.gap(20)], widths=(_ROOM, WIDTH - _ROOM))
        return [_Edge(), inside]

    marks = Marks("", w("p. {page} / {pages}"), language=language, creator="labor-clinic", title=w("Ruler page"))
    return bind([Bound(w("Ruler page"), make)], paper, marks).pdf
