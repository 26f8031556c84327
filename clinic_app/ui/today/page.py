"""Today: continue where I stopped, then the next deadlines, the most urgent first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.assessment import Stale
from clinic_app.domain.changes import Changes
from clinic_app.domain.views import CaseRow
from clinic_app.errors import KnownError
from clinic_app.i18n import Words
from clinic_app.services import casework, clock, intake, rulebooks
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, BoxKind, clear, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import phrase_of
from clinic_app.ui.parts.newer_book import ClockCard
from clinic_app.ui.parts.warnings import stale_card
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

AHEAD: Final = 60
"""How many days ahead deadlines are shown."""

SOON: Final = 7
SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class _Found:
    """What needs someone; `clock` says why no days are counted."""

    unfinished: tuple[CaseRow, ...]
    due: tuple[CaseRow, ...]
    clock: KnownError | None
    stale: tuple[Stale, ...]


class TodayPage(Page):
    """What needs someone today. Loads again whenever something changed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.voice, N_("Today"), partial(_day, desk=desk))
        self._desk = desk
        self._rows = QVBoxLayout()
        self._rows.setSpacing(STEP)
        self.column.addLayout(self._rows)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read what needs someone."""
        self._desk.ask(self, partial(_read, self._desk), self._show, key="today")

    def _on_changed(self, _changes: Changes) -> None:
        self.load()

    def _show(self, found: _Found) -> None:
        unfinished, due = found.unfinished, found.due
        clear(self._rows)
        if found.clock is not None:
            self._show_clock(found.clock)
        elif found.stale:
            self._rows.addWidget(stale_card(self.voice, found.stale))
        if not unfinished and not due and found.clock is None:
            self._show_nothing()
            return
        if unfinished:
            self._heading(N_("Continue where you stopped"))
            for case in unfinished[:SHOWN]:
                self._add(case, "calm", partial(_stopped, case=case), N_("Continue"), "intake")
        if found.clock is not None:
            return  # how many days are left cannot be said
        self._heading(N_("Next deadlines"))
        if not due:
            self._rows.addWidget(TextLabel(self.voice, N_("No deadline in the next 60 days."), "hint"))
        for case in due[:SHOWN]:
            days = _days_left(case, self._desk.today())
            kind: BoxKind = "danger" if days < 0 else "needs" if days <= SOON else "card"
            self._add(case, kind, partial(_due, case=case, today=self._desk.today()), N_("Open"), "case")

    def _show_clock(self, problem: KnownError) -> None:
        card = Box("danger")
        card.add(TextLabel(self.voice, N_("The day cannot be right"), "heading"))
        card.add(TextLabel(self.voice, phrase_of(problem)))
        self._rows.addWidget(card)
        if problem.code == clock.WENT_BACK:
            asks = ClockCard(self.voice, self._desk.today())
            asks.confirm_wanted.connect(self._on_clock_confirmed)
            self._rows.addWidget(asks)

    def _on_clock_confirmed(self) -> None:
        self._desk.write(self, partial(clock.confirm, self._desk.clinic, self._desk.today()))

    def _show_nothing(self) -> None:
        card = Box("quiet")
        card.add(
            TextLabel(self.voice, N_("No one is waiting."), "heading"),
            TextLabel(self.voice, N_("When someone comes in, start with “New person” (F2).")),
        )
        self._rows.addWidget(card)

    def _heading(self, phrase: Phrase) -> None:
        self._rows.addWidget(TextLabel(self.voice, phrase, "heading"))

    def _add(self, case: CaseRow, kind: BoxKind, line: Phrase, verb: str, screen: str) -> None:
        card = Box(kind)
        words = QVBoxLayout()
        words.setSpacing(STEP // 2)
        words.addWidget(TextLabel(self.voice, partial(_name, case=case), "heading"))
        words.addWidget(TextLabel(self.voice, line))
        if case.employer:
            words.addWidget(TextLabel(self.voice, partial(_employer, case=case), "caption"))
        button = _OpenButton(self._desk, case, verb, Place("intake" if screen == "intake" else "case", case.id))
        button.opened.connect(self._desk.go)
        line_of = row(spacing=2 * STEP)
        line_of.addLayout(words, 1)
        line_of.addWidget(button)
        card.column.addLayout(line_of)
        self._rows.addWidget(card)


class _OpenButton(Button):
    """Goes to a place."""

    opened = Signal(object)  # Place

    def __init__(self, desk: Desk, case: CaseRow, verb: str, place: Place) -> None:
        super().__init__(desk.voice, verb)
        self._place = place
        self.explain(partial(_verb_and_name, verb=verb, case=case))
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.opened.emit(self._place)


def _read(desk: Desk) -> _Found:
    today = desk.today()
    due = casework.due(desk.clinic, today, AHEAD)
    wrong = clock.problem(desk.clinic, today)
    return _Found(intake.unfinished(desk.clinic), due, wrong, rulebooks.stale(desk.clinic, today))


def _days_left(case: CaseRow, today: dt.date) -> int:
    return (case.next_safe_date - today).days if case.next_safe_date else AHEAD


def _day(words: Words, *, desk: Desk) -> str:
    text = words.date(desk.today())
    return text[:1].upper() + text[1:]


def _name(words: Words, *, case: CaseRow) -> str:
    return case.shown_name or words(N_("No name yet"))


def _employer(_words: Words, *, case: CaseRow) -> str:
    return case.employer


def _verb_and_name(words: Words, *, verb: str, case: CaseRow) -> str:
    return f"{words(verb)}: {_name(words, case=case)}"


def _stopped(words: Words, *, case: CaseRow) -> str:
    at = dt.datetime.fromisoformat(case.touched_at).astimezone()
    return words(
        N_("Intake not finished. Saved on {day} at {time}."),
        day=words.date(at.date()),
        time=f"{at:%H:%M}",
    )


def _due(words: Words, *, case: CaseRow, today: dt.date) -> str:
    assert case.next_safe_date is not None  # the store gives only cases with a date
    days = (case.next_safe_date - today).days
    day = words.date(case.next_safe_date)
    if days < 0:
        return words(N_("The date has passed: {day}"), day=day)
    if days == 0:
        return words(N_("Today is the last day: {day}"), day=day)
    return words.many("{count} day left: {day}", "{count} days left: {day}", days, day=day)
