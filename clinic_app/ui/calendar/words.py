"""How a day's items are told: with the name on the screen, without it wherever they leave the computer."""

from __future__ import annotations

from typing import Final

from clinic_app.domain.agenda import DayKind, Item
from clinic_app.domain.catalogue import DIARY_KINDS, EVENT_KINDS
from clinic_app.domain.fields import Label
from clinic_app.i18n import Words
from clinic_app.words import N_

_EVENTS: Final = {choice.code: choice.label for choice in EVENT_KINDS}
_ENTRIES: Final = _EVENTS | {choice.code: choice.label for choice in DIARY_KINDS}


def told(words: Words, item: Item) -> str:
    """Return an item in words, for the screen."""
    return " ".join(part for part in (item.time, _what(words, item), "·" if item.name else "", item.name) if part)


def told_to_others(words: Words, item: Item) -> str:
    """Return an item in words that name nobody: the case's number stands for the person."""
    return " ".join(part for part in (_what(words, item), item.number) if part)


def _what(words: Words, item: Item) -> str:
    label: Label = item.what
    match item.kind:
        case DayKind.DEADLINE:
            return words(N_("Last safe day"))
        case DayKind.CLOSED:
            reason = words.say(label) if not isinstance(label, str) else label
            return words(N_("{why} (closed)"), why=reason)
        case DayKind.EVENT:
            return words.say(_EVENTS.get(str(label), label))
        case DayKind.ENTRY:
            return words.say(_ENTRIES.get(str(label), label))
