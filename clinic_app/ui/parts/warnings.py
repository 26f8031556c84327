"""Warnings that come before everything else: red flags, and legal values past their expected change."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from clinic_app.domain.assessment import RedFlag, Stale
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import Box
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


def red_flag_card(voice: Voice, flag: RedFlag) -> QWidget:
    """Return the card of one red flag: what it is, what to do, what the worker said, the article."""
    card = Box("danger")
    card.add(TextLabel(voice, flag.title, "heading"), TextLabel(voice, flag.what_to_do))
    for because in flag.because:
        card.add(TextLabel(voice, because.text, "caption"))
    if flag.blocks_named_letter:
        card.add(TextLabel(voice, N_("No letter with the worker's name goes to the employer."), "caption"))
    if flag.cite:
        card.add(TextLabel(voice, partial(_verbatim, text=flag.cite), "caption"))
    return card


def plain_card(voice: Voice, title: str, body: str) -> QWidget:
    """Return a warning of the program itself."""
    card = Box("danger")
    card.add(TextLabel(voice, title, "heading"), TextLabel(voice, body))
    return card


def stale_card(voice: Voice, stale: tuple[Stale, ...]) -> QWidget:
    """Return the banner for legal values that may have changed since."""
    card = Box("needs")
    card.add(TextLabel(voice, N_("Some legal values may be out of date"), "heading"))
    for one in stale:
        card.add(TextLabel(voice, partial(_stale, one=one)))
    card.add(TextLabel(voice, N_("Ask headquarters for the newest rule book before filing."), "caption"))
    return card


def _stale(words: Words, *, one: Stale) -> str:
    return words(
        N_("{title}: {value} was used. A new value was expected since {since}."),
        title=words.say(one.title),
        value=one.value,
        since=words.date(one.since, weekday=False),
    )


def _verbatim(_words: Words, *, text: str) -> str:
    return text
