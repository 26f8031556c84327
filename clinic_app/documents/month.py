"""A month or a week of the clinic's calendar on one sheet, to hang on the wall: it names nobody.

The sheet is one table; a day with more than fits says how many more there are.
"""

from __future__ import annotations

from typing import Final

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import HEIGHT, LINE, SMALL, WIDTH, fitting
from clinic_app.domain.agenda import Sheet
from clinic_app.domain.packet import Paper
from clinic_app.i18n import Words, words

WEEK: Final = 7
TINY: Final = 7.5
_BESIDE: Final = 42 * mm  # title, the names of the days, and the foot
_LINE: Final = 3.4 * mm


def render(sheet: Sheet, language: str, paper: Paper) -> bytes:
    """Return the sheet as PDF."""
    w = words(language)
    marks = Marks(
        folio="", numbering=w("p. {page} / {pages}"), language=language, creator="labor-clinic", title=sheet.title
    )
    return bind([Bound(sheet.title, lambda: _parts(sheet, w))], paper, marks).pdf


def _parts(sheet: Sheet, w: Words) -> list[Flowable]:
    weeks = [sheet.days[at : at + WEEK] for at in range(0, len(sheet.days), WEEK)]
    tall = (HEIGHT - _BESIDE) / len(weeks) if len(weeks) > 1 else 140 * mm
    width = WIDTH / WEEK
    most = int((tall - 8 * mm) / _LINE)
    head = [parts.cell(name, size=SMALL, bold=True) for name in sheet.weekdays]
    rows: list[list[list[Flowable]]] = [[[cell] for cell in head]]
    for week in weeks:
        rows.append([])
        for day, inside, lines in week:
            cell: list[Flowable] = [parts.cell(str(day.day), size=SMALL, bold=inside)]
            shown = lines if len(lines) <= most else lines[: most - 1]
            cell += [parts.cell(fitting(line, width - 3 * mm, TINY), size=TINY) for line in shown]
            if len(shown) < len(lines):
                more = w.many("and {count} more", "and {count} more", len(lines) - len(shown))
                cell.append(parts.cell(more, size=TINY))
            rows[-1].append(cell)
    made = Table(rows, colWidths=[width] * WEEK, rowHeights=[7 * mm, *([tall] * len(weeks))], hAlign="LEFT")
    made.setStyle(
        [
            ("GRID", (0, 0), (-1, -1), LINE, black),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *((side, (0, 0), (-1, -1), 1.2 * mm) for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING")),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ]
    )
    return [parts.title(sheet.title), parts.gap(2), made]
