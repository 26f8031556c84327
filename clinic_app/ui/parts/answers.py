"""An answer in words, an empty one included, the same on every screen."""

from __future__ import annotations

from typing import Final

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Field, Kind, options
from clinic_app.domain.values import Answer, Empty, Span
from clinic_app.i18n import Words
from clinic_app.ui.kit.fields import EMPTIES
from clinic_app.words import N_

MASKED: Final = 3
"""From this tier on a fact is not shown in the overview: only that it is there."""


def say_answer(words: Words, *, field: Field, answer: Answer, currency: str) -> str:
    """Return an answer in words, an empty one included."""
    if isinstance(answer, Empty):
        return words(EMPTIES[answer])
    if field.tier >= MASKED:
        return words(N_("Written down, not shown here"))
    match answer:
        case Edtf():
            return words.told(answer)
        case Span(low, high):
            return words(N_("between {low} and {high}"), low=words.number(low), high=words.number(high))
        case tuple():
            return words.many("{count} row", "{count} rows", len(answer))
        case _ if field.kind in {Kind.CHOICE, Kind.YES_NO}:
            return next((words.say(c.label) for c in options(field) if c.code == answer), str(answer))
        case str() | int():
            return str(answer)
        case _:
            return words.money(answer, currency) if field.kind is Kind.MONEY else words.number(answer)
