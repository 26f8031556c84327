"""The bin: cases that were taken out, with when, by whom and why, and the way back. Nothing in it is ever gone."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.work import Binned
from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import casework
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.order import follow_layout
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import phrase_of
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

MOST: Final = 100
"""Cases of the bin that are shown, the last ones."""


class BinPage(Page):
    """The cases in the bin, the last one first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk.voice, N_("Bin"), N_("Cases that were taken out. Nothing is lost: each can be brought back.")
        )
        self.desk = desk
        self.cards: list[BinCard] = []
        self._told = TextLabel(desk.voice, "", "hint")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(STEP)
        self.add(self._told)
        self.column.addLayout(self._cards)
        self.back = Button(desk.voice, N_("Back"))
        self.add_foot(self.back, None)
        self.back.clicked.connect(self._on_leave)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def begin(self) -> None:
        """Put the keyboard on the first way back."""
        (self.cards[0].back if self.cards else self.back).setFocus()

    def load(self) -> None:
        """Read what is in the bin."""
        self.desk.ask(self, partial(casework.binned_cases, self.desk.clinic), self._show, key="bin")

    def _show(self, found: tuple[Binned, ...]) -> None:
        clear(self._cards)
        self._told.show_phrase(partial(_counted, count=len(found)))
        self.cards = [BinCard(self, one) for one in found[:MOST]]
        for card in self.cards:
            self._cards.addWidget(card)
        follow_layout(self)
        self.begin()

    def bring_back(self, one: Binned) -> None:
        """Bring a case back and say so."""
        work = partial(casework.restore, self.desk.clinic, one.id, one)
        self.desk.write(self, work, partial(self._on_back, one), fails=self._on_refused)

    def _on_back(self, one: Binned, _changes: Changes) -> None:
        self.banner.show_message(partial(_is_back, title=one.title))
        self.to_top()

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, ClinicError):
            self.banner.show_message(N_("That did not work"), phrase_of(error))
            self.to_top()
        else:
            self.desk.tasks.failed.emit(error)

    def _on_changed(self, changes: Changes) -> None:
        if "case" in changes.kinds:
            self.load()

    def _on_leave(self) -> None:
        self.desk.go.emit(Place("cases"))


class BinCard(Box):
    """One case in the bin."""

    def __init__(self, page: BinPage, one: Binned) -> None:
        super().__init__("card")
        self._page = page
        self._one = one
        voice = page.desk.voice
        words = QVBoxLayout()
        words.setSpacing(STEP // 2)
        words.addWidget(TextLabel(voice, partial(_verbatim, text=one.title), "heading"))
        words.addWidget(TextLabel(voice, partial(_why, one=one)))
        words.addWidget(TextLabel(voice, partial(_when, one=one), "caption"))
        self.back = Button(voice, N_("Bring it back"))
        self.back.explain(partial(_bring, title=one.title))
        self.back.clicked.connect(self._on_back)
        line = row(spacing=2 * STEP)
        line.addLayout(words, 1)
        line.addWidget(self.back)
        self.column.addLayout(line)

    def _on_back(self) -> None:
        self.back.setEnabled(False)
        self._page.bring_back(self._one)


def _counted(words: Words, *, count: int) -> str:
    if not count:
        return words(N_("The bin is empty."))
    return words.many("{count} case in the bin", "{count} cases in the bin", count)


def _why(words: Words, *, one: Binned) -> str:
    return words(N_("Why: {reason}"), reason=one.reason) if one.reason else words(N_("No reason was given."))


def _when(words: Words, *, one: Binned) -> str:
    day = words.date(dt.datetime.fromisoformat(one.at).astimezone().date()) if one.at else ""
    return " · ".join(part for part in (day, one.who) if part)


def _bring(words: Words, *, title: str) -> str:
    return words(N_("Bring back: {what}"), what=title)


def _is_back(words: Words, *, title: str) -> str:
    return words(N_("{name} is back among the cases."), name=title)


def _verbatim(_words: Words, *, text: str) -> str:
    return text
