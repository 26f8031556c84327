"""Today: what needs somebody, the most urgent first; then where an interview stopped, and what can wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.assessment import Stale
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Label
from clinic_app.domain.roles import Right
from clinic_app.domain.views import CaseRow
from clinic_app.errors import KnownError
from clinic_app.i18n import Words, capital
from clinic_app.services import clock, happenings, permission, rulebooks
from clinic_app.services import today as todays
from clinic_app.services.next_step import Action
from clinic_app.services.today import Band, Line, Today
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, BoxKind, row
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import phrase_of
from clinic_app.ui.parts.growing import Growing
from clinic_app.ui.parts.newer_book import ClockCard
from clinic_app.ui.parts.waiting import say_contact, say_entry
from clinic_app.ui.parts.warnings import stale_card
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

STOPPED_SHOWN: Final = 5
LATER: Final = 1000
"""Milliseconds after the last change at which a hidden Today is counted anew."""

HEADINGS: Final = {
    Band.NOW: N_("Now"),
    Band.LATE: N_("Waiting for an answer"),
    Band.COMING: N_("Later"),
    Band.PASSED: N_("The date has passed"),
}
KINDS: Final[Mapping[Band, BoxKind]] = {
    Band.NOW: "needs",
    Band.LATE: "asks",
    Band.COMING: "card",
    Band.PASSED: "danger",
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What needs someone; `clock` says why no days are counted."""

    today: Today
    clock: KnownError | None
    stale: tuple[Stale, ...]
    names: Mapping[str, Label]


class TodayPage(Page):
    """What needs someone today. Loads again whenever something changed."""

    counted = Signal(int)  # how many things wait, for the word in the rail

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.voice, N_("Today"), partial(_day, desk=desk))
        self._desk = desk
        self._list = Growing(desk.tasks)
        self._rows = self._list.column
        self.add(self._list)
        # Hidden, only its number is seen: it need not be counted after each answer of an interview.
        self._later = QTimer(self, singleShot=True, interval=LATER)
        self._later.timeout.connect(self.load)
        desk.tasks.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read what needs someone, for whoever may read cases."""
        if not permission.may(self._desk.clinic, Right.READ):
            return
        self._desk.ask(self, partial(_read, self._desk), self._show, key="today")

    def _on_changed(self, _changes: Changes) -> None:
        if self.isVisible():
            self.load()
        else:
            self._later.start()

    def _show(self, found: _Found) -> None:
        self.counted.emit(found.today.count)
        self._list.fill(self._parts(found))

    def _parts(self, found: _Found) -> Iterator[Callable[[], None]]:
        today = found.today
        if found.clock is not None:
            yield partial(self._show_clock, found.clock)
        elif found.stale:
            yield partial(self._show_stale, found.stale)
        # While the day cannot be right, how many days are left cannot be said.
        lines = today.lines if found.clock is None else ()
        others = (today.differences, today.incomplete, today.overdue, today.no_backup is not None)
        nothing = not (lines or today.unfinished or any(others))
        if nothing and found.clock is None:
            yield self._show_nothing
            return
        for band, heading in HEADINGS.items():
            of_band = [line for line in lines if line.band is band]
            if band is Band.COMING:
                yield partial(self._show_overdue, today)
                yield partial(self._show_no_backup, today)
                yield partial(self._show_differences, today)
                yield partial(self._show_unfinished, today)
                yield partial(self._show_incomplete, today)
            if of_band:
                yield partial(self._heading, heading)
            for line in of_band:
                yield partial(self._show_line, line, found.names)
        if today.more and lines:
            yield partial(self._show_more, today.more)

    def _show_stale(self, stale: tuple[Stale, ...]) -> None:
        self._rows.addWidget(stale_card(self.voice, stale))

    def _show_more(self, count: int) -> None:
        self._rows.addWidget(TextLabel(self.voice, partial(_more, count=count), "hint"))

    def _show_line(self, line: Line, names: Mapping[str, Label]) -> None:
        when = partial(_due, line=line, today=self._desk.today())
        if line.entry is not None:
            when = partial(_entry, line=line, names=names, today=self._desk.today())
        more = partial(_contact, line=line) if line.action is Action.CALL else ""
        self._add(line.case, KINDS[line.band], when, N_("Open"), Place("case", line.case.id), more)

    def _show_unfinished(self, today: Today) -> None:
        if today.unfinished:
            self._heading(N_("Continue where you stopped"))
        for case in today.unfinished[:STOPPED_SHOWN]:
            place = Place("intake", case.id)
            self._add(case, "calm", partial(_stopped, case=case), N_("Continue"), place)

    def _show_overdue(self, today: Today) -> None:
        if not today.overdue:
            return
        card = Box("needs")
        go = Button(self.voice, N_("Send now…"))
        go.clicked.connect(doing(self._desk.go.emit, Place("sending")))
        line = row(TextLabel(self.voice, N_("Work has waited for headquarters for more than two weeks.")), go)
        line.setStretch(0, 1)
        card.column.addLayout(line)
        self._rows.addWidget(card)

    def _show_no_backup(self, today: Today) -> None:
        if today.no_backup is None:
            return
        card = Box("needs")
        go = Button(self.voice, N_("Back up…"))
        go.clicked.connect(doing(self._desk.go.emit, Place("settings", path="backup")))
        line = row(TextLabel(self.voice, partial(_no_backup, days=today.no_backup)), go)
        line.setStretch(0, 1)
        card.column.addLayout(line)
        self._rows.addWidget(card)

    def _show_differences(self, today: Today) -> None:
        if not today.differences:
            return
        self._heading(N_("Two people wrote different things"))
        for case in today.differ:
            self._add(case, "needs", N_("Decide which is right."), N_("Review"), Place("review", case.id))

    def _show_incomplete(self, today: Today) -> None:
        if not today.incomplete:
            return
        self._heading(partial(_incomplete, count=today.incomplete))
        for case in today.incomplete_cases:
            place = Place("intake", case.id, "worker.sex")
            self._add(case, "card", N_("Sex, age, where they live, group or disability."), N_("Complete"), place)

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
        self._rows.addSpacing(STEP)
        self._rows.addWidget(TextLabel(self.voice, phrase, "heading"))

    def _add(self, case: CaseRow, kind: BoxKind, line: Phrase, verb: str, place: Place, more: Phrase = "") -> None:
        card = Box(kind)
        card.column.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        words = QVBoxLayout()
        words.setSpacing(STEP // 2)
        words.addWidget(TextLabel(self.voice, partial(_name, case=case), "heading"))
        words.addWidget(TextLabel(self.voice, line))
        if more:
            words.addWidget(TextLabel(self.voice, more, "caption"))
        button = _OpenButton(self._desk, case, verb, place, line)
        button.opened.connect(self._desk.go)
        line_of = row(spacing=2 * STEP)
        line_of.addLayout(words, 1)
        line_of.addWidget(button)
        card.column.addLayout(line_of)
        self._rows.addWidget(card)


class _OpenButton(Button):
    """Goes to a place."""

    opened = Signal(object)  # Place

    def __init__(self, desk: Desk, case: CaseRow, verb: str, place: Place, line: Phrase) -> None:
        super().__init__(desk.voice, verb)
        self._place = place
        self.explain(partial(_verb_and_name, verb=verb, case=case, line=line))
        self.clicked.connect(self._on_clicked)

    def _on_clicked(self) -> None:
        self.opened.emit(self._place)


def _read(desk: Desk) -> _Found:
    today = desk.today()
    wrong = clock.problem(desk.clinic, today)
    return _Found(
        todays.today(desk.clinic, today),
        wrong,
        rulebooks.stale(desk.clinic, today),
        happenings.names_at(desk.clinic, desk.clinic.info.place),
    )


def _no_backup(words: Words, *, days: int) -> str:
    return words(N_("No backup outside this computer for {days} days."), days=days)


def _day(words: Words, *, desk: Desk) -> str:
    return capital(words.date(desk.today()))


def _name(words: Words, *, case: CaseRow) -> str:
    name = case.shown_name or words(N_("No name yet"))
    return f"{name} · {case.employer}" if case.employer else name


def _verb_and_name(words: Words, *, verb: str, case: CaseRow, line: Phrase) -> str:
    why = line(words) if callable(line) else words.say(line)
    return f"{words(verb)}: {_name(words, case=case)} – {why}"


def _stopped(words: Words, *, case: CaseRow) -> str:
    at = dt.datetime.fromisoformat(case.touched_at).astimezone()
    return words(
        N_("Intake not finished. Saved on {day} at {time}."),
        day=words.date(at.date()),
        time=f"{at:%H:%M}",
    )


def _due(words: Words, *, line: Line, today: dt.date) -> str:
    days = (line.day - today).days
    day = words.date(line.day)
    if days < 0:
        return words(N_("The date has passed: {day}"), day=day)
    if days == 0:
        return words(N_("Today is the last day: {day}"), day=day)
    return words.many("{count} day left: {day}", "{count} days left: {day}", days, day=day)


def _entry(words: Words, *, line: Line, names: Mapping[str, Label], today: dt.date) -> str:
    assert line.entry is not None  # only lines with an entry are said this way
    text = say_entry(words, entry=line.entry, action=line.action, names=names)
    if line.action is not None:
        return text
    days = (line.day - today).days
    if days == 0:
        return words(N_("Today: {what}"), what=text)
    return words.many("In {count} day: {what}", "In {count} days: {what}", days, what=text)


def _contact(words: Words, *, line: Line) -> str:
    return say_contact(words, contact=line.contact)


def _more(words: Words, *, count: int) -> str:
    return words.many("{count} more can wait.", "{count} more can wait.", count)


def _incomplete(words: Words, *, count: int) -> str:
    return words.many(
        "{count} person needs one more answer for the report",
        "{count} people need one more answer for the report",
        count,
    )
