"""The papers of a case: what came out of the printer, when, by whom, which pages; and the way to make more."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain.work import Printed
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

WHAT: Final = {
    "worker": N_("Copy for the worker"),
    "filing": N_("Papers for the authority"),
    "archive": N_("Everything, for the clinic's archive"),
    "late": N_("Late papers"),
}
HOW: Final = {
    "printer": N_("printed"),
    "again": N_("printed again"),
    "file": N_("saved to a file"),
    "stick": N_("saved to a USB stick"),
}
HASH_SHOWN: Final = 12


class PapersView(QWidget):
    """What was printed, the last first."""

    make_wanted = Signal()

    def __init__(self, voice: Voice, printed: tuple[Printed, ...]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self.make_button = Button(voice, N_("Make or print papers (Ctrl+P)"))
        self.make_button.clicked.connect(self.make_wanted)
        column.addLayout(row(self.make_button, None))
        if not printed:
            column.addWidget(TextLabel(voice, N_("Nothing was printed yet."), "hint"))
        for one in printed:
            card = Box("card")
            card.add(
                TextLabel(voice, partial(_what, one=one), "heading"),
                TextLabel(voice, partial(_when, one=one)),
                TextLabel(voice, partial(_hash, one=one), "caption"),
            )
            column.addWidget(card)


def _what(words: Words, *, one: Printed) -> str:
    return words(WHAT[one.what]) if one.what in WHAT else one.what


def _when(words: Words, *, one: Printed) -> str:
    at = dt.datetime.fromisoformat(one.at).astimezone()
    parts = [
        f"{words.date(at.date())}, {at:%H:%M}",
        one.actor,
        words(HOW[one.how]) if one.how in HOW else "",
        words(N_("pages {pages}"), pages=one.pages) if one.pages and one.pages[:1].isdigit() else "",
    ]
    return " · ".join(part for part in parts if part)


def _hash(words: Words, *, one: Printed) -> str:
    return words(N_("Fingerprint of the file: {start}…"), start=one.sha256[:HASH_SHOWN])
