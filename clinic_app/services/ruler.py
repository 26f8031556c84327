"""The paper of a printer, measured once: “oficio” is not one size, and a printer that scales spoils a bundle.

What was measured is kept on this computer, under the printer's name; it is not in the journal.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from clinic_app.documents import ruler
from clinic_app.domain.packet import Paper
from clinic_app.domain.roles import Right
from clinic_app.errors import InputError
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

LEAST_MM: Final = 330
MOST_MM: Final = 356
"""The heights that shops sell as oficio: from 330 to US legal."""

_CARD: Final = Decimal(str(ruler.CARD_MM))
_MOST_OFF: Final = Decimal("0.012")  # of the size; a millimetre on a card can be read, half of one cannot
_KEPT: Final = "paper."


def page(language: str, place: str, paper: Paper = Paper.OFICIO) -> bytes:
    """Return the ruler page as PDF."""
    return ruler.ruler_page(paper, language, place)


def read(card: Decimal, half: Decimal, *, frame_whole: bool) -> int:
    """Return the height of the sheet in millimetres, from the numbers that were read on the ruler page.

    `card` is where an identity card ends, `half` where the folded sheet ends. InputError when the
    printer scales, cuts, or holds a paper that is no oficio.
    """
    if not frame_whole:
        raise InputError("frame", N_("the printer cuts the page"), N_("all four sides of the frame are seen"))
    if card <= 0 or abs(card / _CARD - 1) > _MOST_OFF:
        raise InputError(
            "card",
            N_("the printer does not print in true size: {card} instead of 86"),
            N_("“actual size” or 100 % in the printer's dialog, and the page printed again"),
            card=card,
        )
    height = int((half * 2).to_integral_value())
    if not LEAST_MM <= height <= MOST_MM:
        raise InputError(
            "half",
            N_("a sheet of {height} mm is not oficio"),
            N_("half a sheet between {least} and {most}"),
            height=height,
            least=LEAST_MM // 2,
            most=MOST_MM // 2,
        )
    return height


def keep(clinic: Clinic, printer: str, height: int) -> None:
    """Keep the height of a printer's oficio sheets on this computer."""
    require(clinic, Right.PRINT)
    clinic.store.remember(f"{_KEPT}{printer}", str(height))


def height_for(clinic: Clinic, printer: str) -> int | None:
    """Return the height that was measured for a printer in millimetres; None when nobody did."""
    kept = clinic.store.remembered(f"{_KEPT}{printer}")
    return int(kept) if kept else None
