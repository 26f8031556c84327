"""Reads numbers and sums as people type them ("$1,250.50", "250 a 300") into what the store takes.

A comma before exactly three digits groups thousands; a point is always the decimal sign.
"""

from __future__ import annotations

import re
from typing import Final

from clinic_app.domain.told_georgian import range_in_english

_NOISE: Final = re.compile(
    r"[\s\u00a0$]|mxn|pen|gel|s/\.?|₾|pesos?|soles?|lari|ლარ(?:ის|ი|ს|ა)?(?![ა-ჰ])", re.IGNORECASE
)
_SPAN: Final = re.compile(
    r"(?:entre|between|de|from)?\s*(?P<low>[^–]+?)\s*(?:–|(?<=[\d ])-|\ba\b|\by\b|\bto\b|\band\b)\s*(?P<high>.+)\Z",
    re.IGNORECASE,
)
_GROUPED: Final = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z", re.ASCII)
_COMMA: Final = re.compile(r"-?\d+,\d{1,2}\Z", re.ASCII)
_PLAIN: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?\Z", re.ASCII)


def read_told_number(text: str) -> str | dict[str, str]:
    """Return one number as text, or {"low", "high"} for a range; ValueError when it cannot be read."""
    try:
        return _one(text)
    except ValueError:
        match = _SPAN.match(range_in_english(text.strip()))
        if match is None:
            raise
        return {"low": _one(match["low"]), "high": _one(match["high"])}


def _one(text: str) -> str:
    bare = _NOISE.sub("", text)
    if _GROUPED.match(bare):
        bare = bare.replace(",", "")
    elif _COMMA.match(bare):
        bare = bare.replace(",", ".")
    if not _PLAIN.match(bare):
        raise ValueError("this is not a number that can be read")
    return bare
