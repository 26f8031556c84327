"""Which of several values is the safest to act on until a person decides between them.

Consent and safety never resolve by themselves towards the looser value; silence is no. Texts of
warning all hold. Where no value is safer than another there is none to name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clinic_app.domain.fields import Field, Kind, Merge
from clinic_app.domain.values import Answer, Empty

_YES_PROTECTS: Final = frozenset({"worker.keep_hidden"})
_ALL_HOLD: Final = frozenset({"contact.never", "witnesses.risk"})
_BETWEEN: Final = " / "


def safest(section: str, field: Field, answers: Sequence[Answer]) -> Answer | None:
    """Return what applies while these answers of a field stand beside each other; None when none is safer.

    The result depends on the answers alone, not on their order.
    """
    if field.merge is not Merge.STRICT or not answers:
        return None
    place = f"{section}.{field.id}"
    if place in _ALL_HOLD:
        return _BETWEEN.join(sorted({text for text in answers if isinstance(text, str) and text})) or Empty.NOT_ASKED
    if field.kind is Kind.YES_NO:
        strict, loose = ("yes", "no") if place in _YES_PROTECTS else ("no", "yes")
        if strict in answers:
            return strict
        return next((empty for empty in Empty if empty in answers), loose)
    # A phone, an hour: while two are told, none is safe to use.
    return Empty.DOES_NOT_KNOW
