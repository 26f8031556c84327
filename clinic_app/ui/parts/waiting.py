"""What waits in a diary, in words: the same sentence on Today and in the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.fields import Label
from clinic_app.domain.work import SafeContact, Waiting
from clinic_app.i18n import Words
from clinic_app.services.next_step import Action
from clinic_app.words import N_

DIARY_KINDS: Final[Mapping[str, Label]] = {choice.code: choice.label for choice in catalogue.DIARY_KINDS}
EVENT_KINDS: Final[Mapping[str, Label]] = {choice.code: choice.label for choice in catalogue.EVENT_KINDS}


def say_entry(words: Words, *, entry: Waiting, action: Action | None, names: Mapping[str, Label]) -> str:
    """Return an open entry of the diary as a sentence for what it asks."""
    day = words.date(entry.day)
    what = words.say(name_of(entry, names))
    match action:
        case Action.RESULT:
            return words(N_("{what} was on {day}. What came out?"), what=what, day=day)
        case Action.DEFAULTED:
            amount = words.money(entry.amount) if entry.amount is not None else ""
            return words(N_("An instalment was due on {day} and is not paid: {amount}"), day=day, amount=amount)
        case Action.CALL:
            return _with_note(words, words(N_("Call back")), entry)
        case Action.ASK:
            return words(N_("Ask: {what}?"), what=what)
        case _:
            amount = words.money(entry.amount) if entry.amount is not None else ""
            at = ", ".join(part for part in (day, entry.time, amount) if part)
            return _with_note(words, words(N_("{what}: {day}"), what=what, day=at), entry)


def name_of(entry: Waiting, names: Mapping[str, Label]) -> Label:
    """Return what an entry is about: its step at the authority, else its kind."""
    if entry.kind == "instalment":
        return DIARY_KINDS["instalment"]
    return names.get(entry.step) or EVENT_KINDS.get(entry.step) or DIARY_KINDS.get(entry.kind, N_("To do"))


def say_contact(words: Words, *, contact: SafeContact | None) -> str:
    """Return how to reach the worker safely; when nothing is known, that nobody may call."""
    if contact is None or contact.may_call != "yes":
        return words(N_("Do not call: the worker has not said that it is safe."))
    parts = [
        contact.phone,
        words(N_("safe: {hours}"), hours=contact.safe_hours) if contact.safe_hours else "",
        words(N_("ask for “{name}”"), name=contact.name_to_use) if contact.name_to_use else "",
        words(N_("never: {what}"), what=contact.never) if contact.never else "",
    ]
    return " · ".join(part for part in parts if part) or words(N_("The worker may be called."))


def _with_note(_words: Words, text: str, entry: Waiting) -> str:
    return f"{text} – {entry.note}" if entry.note else text
