"""Earlier versions of a case: choose a day, see what was different then, bring single answers back.

Bringing back writes the old answer as a new one; nothing is replaced behind anybody's back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Final

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Label
from clinic_app.domain.views import HistoryRow
from clinic_app.domain.work import Changed
from clinic_app.i18n import Words
from clinic_app.services import casework
from clinic_app.ui.case.feed import SECTIONS, is_shown, what_of
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Banner, Box, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.dialogs import Sheet
from clinic_app.ui.kit.page import scrolling
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.parts.answers import say_answer
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

MOST: Final = 400
"""How many moments can be chosen: the latest ones."""

WIDE: Final = 660


class EarlierDialog(Sheet):
    """The moments of a case, and what is different since the chosen one."""

    def __init__(self, desk: Desk, case_id: str, history: tuple[HistoryRow, ...], parent: QWidget) -> None:
        super().__init__(desk.voice, N_("Earlier versions"), parent)
        self._desk = desk
        self._case_id = case_id
        self._moments = tuple(_moments(history))[:MOST]
        self._banner = Banner(desk.voice)
        self.moments = QComboBox()
        self.moments.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.moments.setAccessibleName(desk.voice.say(N_("Moment of the case")))
        for line in self._moments:
            self.moments.addItem(_moment(desk.voice.words, line))
        self._found = QVBoxLayout()
        self._found.setSpacing(STEP)
        inner = QWidget()
        inner.setObjectName("column")
        inner.setLayout(self._found)
        area = scrolling(inner)
        close = Button(desk.voice, N_("Close"), "primary")
        self.column.addWidget(TextLabel(desk.voice, N_("What the case said after this was done:")))
        self.column.addWidget(self.moments)
        self.column.addWidget(self._banner)
        self.column.addWidget(area, 1)
        self.column.addLayout(row(None, close))
        self.resize(min(WIDE, parent.window().width() - 4 * STEP), round(parent.window().height() * 0.9))
        close.clicked.connect(self.close)
        self.moments.activated.connect(self._on_moment)
        self.moments.setFocus()
        self._load()

    def _on_moment(self, _index: int) -> None:
        self._load()

    def _load(self) -> None:
        if self._moments:
            moment = dt.datetime.fromisoformat(self._moments[self.moments.currentIndex()].at)
            work = partial(casework.changed_since, self._desk.clinic, self._case_id, moment)
            self._desk.ask(self, work, self._show, key="earlier")

    def _show(self, changes: tuple[Changed, ...]) -> None:
        clear(self._found)
        if not changes:
            self._found.addWidget(TextLabel(self.voice, N_("Nothing was changed since."), "hint"))
        for change in changes:
            self._found.addWidget(_ChangeCard(self, self._desk, change))
        self._found.addStretch(1)

    def bring_back(self, change: Changed) -> None:
        """Say again what an answer was."""
        work = partial(casework.bring_back, self._desk.clinic, self._case_id, change)
        self._desk.write(self, work, self._on_brought_back, fails=self._on_failed)

    def _on_brought_back(self, _changes: Changes) -> None:
        self._banner.hide()
        self._load()

    def _on_failed(self, error: Exception) -> None:
        self._banner.show_message(N_("It was not brought back"), beside(error))


class _ChangeCard(Box):
    """One answer: what it was, what it is."""

    def __init__(self, dialog: EarlierDialog, desk: Desk, change: Changed) -> None:
        super().__init__("card")
        self._dialog = dialog
        self._change = change
        self.add(TextLabel(desk.voice, partial(_named, change=change), "heading"))
        for verb, answer in ((N_("It was: {answer}"), change.then), (N_("It is: {answer}"), change.now)):
            said = partial(say_answer, field=change.field, answer=answer, currency=desk.currency)
            self.add(TextLabel(desk.voice, partial(_verb, verb=verb, said=said)))
        button = Button(desk.voice, N_("Bring this back"))
        button.explain(partial(_bring, change=change))
        button.clicked.connect(self._on_clicked)
        self.column.addLayout(row(None, button))

    def _on_clicked(self) -> None:
        self._dialog.bring_back(self._change)


def _moments(history: tuple[HistoryRow, ...]) -> Iterator[HistoryRow]:
    """Return one line a save, the latest first; the first of them is the case as it is now."""
    seen: set[str] = set()
    for line in history:
        if line.at not in seen and is_shown(line):
            seen.add(line.at)
            yield line


def _moment(words: Words, line: HistoryRow) -> str:
    at = dt.datetime.fromisoformat(line.at).astimezone()
    return f"{words.short_date(at.date())} {at:%H:%M} · {line.actor} · {what_of(words, line)}"


def _named(words: Words, *, change: Changed) -> str:
    section: Label = SECTIONS.get(change.section, "")
    number = f" {change.row}" if change.row else ""
    return f"{words.say(section)}{number} · {words.say(change.field.label)}"


def _verb(words: Words, *, verb: str, said: partial[str]) -> str:
    return words(verb, answer=said(words))


def _bring(words: Words, *, change: Changed) -> str:
    return words(N_("Bring back: {what}"), what=_named(words, change=change))
