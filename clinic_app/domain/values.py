"""The smallest values: the four empties, money and number ranges, texts in several languages.

Every value is immutable. Money is a Decimal in the currency of the case's place; inside a
calculation it is an exact Fraction and is rounded half up once per printed line.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeAlias

from clinic_app.domain.edtf import Edtf

Text: TypeAlias = Mapping[str, str]
"""One text in several languages: {"es": …, "en": …}."""

CENT = Decimal("0.01")


class Empty(enum.Enum):
    """Why a field holds no value. The four are never mixed up and never shown as a blank."""

    NOT_ASKED = "not_asked"
    DOES_NOT_KNOW = "does_not_know"
    PREFERS_NOT_TO_SAY = "prefers_not_to_say"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Span:
    """A number or amount told as "between low and high"; both ends are possible."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("the low end is above the high end")


Row: TypeAlias = Mapping[str, "Answer"]
Value: TypeAlias = "str | int | Decimal | Span | Edtf | tuple[Row, ...]"
Answer: TypeAlias = "Value | Empty"
"""What stands in a field: a known value, or one of the four empties."""


def round_money(amount: Fraction) -> Decimal:
    """Round an exact amount half up to the cent, once, as it is printed."""
    scaled = abs(amount) * 100
    cents = (scaled.numerator * 2 + scaled.denominator) // (2 * scaled.denominator)
    value = (Decimal(cents) * CENT).quantize(CENT, rounding=ROUND_HALF_UP)
    return -value if amount < 0 and cents else value


def pick(text: Text, language: str) -> str:
    """Return the text in the language, else in English, else in any; "" when it has none."""
    for code in (language, "en", "es"):
        if text.get(code):
            return text[code]
    return next(iter(text.values()), "")


def is_day(text: str) -> bool:
    """Return whether a text is one day, as in "2026-03-15"."""
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
