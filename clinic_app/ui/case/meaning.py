"""What a happening means, in words, before it is saved: clocks, what comes next, money, the stage."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Label
from clinic_app.domain.happening import Left, Meaning
from clinic_app.domain.kept import DeadlineChange
from clinic_app.domain.work import NewRow, Waiting
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import Box, clear
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.stages import STAGE_WORDS
from clinic_app.ui.parts.waiting import DIARY_KINDS, EVENT_KINDS
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_

TITLE: Final = N_("What this means")
TALLEST: Final = 170
"""Pixels that the box takes at most: more is scrolled to."""


class MeaningBox(QScrollArea):
    """A calm box with one line for each thing that saving will do; hidden until there is something to say."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice
        self._names: Mapping[str, Label] = EVENT_KINDS
        self._box = Box("calm")
        self._box.column.setSpacing(STEP // 2)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setWidget(self._box)
        voice.changed.connect(self._name)
        self._name()
        self.hide()

    def name(self, names: Mapping[str, Label]) -> None:
        """Take the names that the case's place gives to steps."""
        self._names = {**EVENT_KINDS, **names}

    def show_meaning(self, meaning: Meaning | None) -> None:
        """Say what a happening means; nothing hides the box."""
        clear(self._box.column)
        lines = tuple(self._lines(meaning)) if meaning is not None else ()
        self.setVisible(bool(lines))
        if not lines:
            return
        self._box.add(TextLabel(self._voice, TITLE, "heading"))
        for line in lines:
            self._box.add(TextLabel(self._voice, line))
        self._box.column.addStretch(1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the lines need, up to a part of the dialog."""
        super().resizeEvent(event)
        self._fit()

    def _name(self) -> None:
        self.setAccessibleName(self._voice.say(TITLE))

    def _fit(self) -> None:
        wanted = self._box.heightForWidth(self.viewport().width())
        wanted = max(wanted, self._box.minimumSizeHint().height())
        height = min(wanted, TALLEST)
        # The keyboard comes here only where there is something to scroll.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if wanted > height else Qt.FocusPolicy.NoFocus)
        if height != self.height():
            self.setFixedHeight(height)

    def _lines(self, meaning: Meaning) -> Iterator[Phrase]:
        if meaning.option.means:
            yield meaning.option.means
        if meaning.is_plan:
            yield from self._plan(meaning)
            return
        for change in meaning.deadlines:
            yield partial(_clock, change=change)
        if not meaning.deadlines and meaning.option.section == "events":
            yield N_("No deadline changes.")
        yield from self._next(meaning)
        for entry in meaning.done:
            yield partial(_ticked, entry=entry, names=self._names)
        if meaning.left is not None:
            yield partial(_money, left=meaning.left)
        if meaning.stage:
            yield partial(_stage, stage=meaning.stage)

    def _next(self, meaning: Meaning) -> Iterator[Phrase]:
        instalments = [row for row in meaning.rows if row.values["kind"] == "instalment"]
        if len(instalments) > 1:
            yield partial(_instalments, rows=instalments)
        for row in meaning.rows:
            if len(instalments) == 1 or row not in instalments:
                yield partial(_to_come, row=row, names=self._names)

    def _plan(self, meaning: Meaning) -> Iterator[Phrase]:
        if meaning.option.plan:
            yield N_("It is still to come: it will stand on Today. The day after it, the program asks what came out.")
        else:
            yield N_("It will stand on Today when its day comes.")
        for entry in meaning.done:
            yield partial(_moved, entry=entry)


def _clock(words: Words, *, change: DeadlineChange) -> str:
    label = words.say(change.label)
    if change.old is None and change.new is not None:
        return words(N_("A new deadline: {what}, by {day}"), what=label, day=words.date(change.new[0]))
    if change.new is None and change.old is not None:
        return words(N_("This deadline falls away: {what} (it was {day})"), what=label, day=words.date(change.old[0]))
    assert change.old is not None  # a change has at least one side, and both cases above are gone
    assert change.new is not None  # the same
    old, new = words.date(change.old[0]), words.date(change.new[0])
    return words(N_("The deadline moves: {what}, from {old} to {new}"), what=label, old=old, new=new)


def _to_come(words: Words, *, row: NewRow, names: Mapping[str, Label]) -> str:
    date = row.values.get("date")
    day = words.told(date) if isinstance(date, Edtf) else ""
    what = words.say(names.get(str(row.values.get("step", "")), DIARY_KINDS[str(row.values["kind"])]))
    if row.values["kind"] == "ask":
        return words(N_("On {day} the program asks: {what}?"), day=day, what=what)
    if row.values["kind"] == "instalment":
        amount = words.money(row.values["amount"])  # type: ignore[arg-type]  # an instalment has an amount
        return words(N_("Instalment of {amount} on {day}. If it is not paid, Today says so."), amount=amount, day=day)
    return words(N_("{what}: {day}. It will stand on Today."), what=what, day=day)


def _instalments(words: Words, *, rows: list[NewRow]) -> str:
    dates = [date for row in rows if isinstance(date := row.values["date"], Edtf)]
    return words(
        N_("{count} instalments, from {first} to {last}. If one is not paid, Today says so."),
        count=len(rows),
        first=words.told(dates[0]),
        last=words.told(dates[-1]),
    )


def _ticked(words: Words, *, entry: Waiting, names: Mapping[str, Label]) -> str:
    what = words.say(names.get(entry.step, DIARY_KINDS.get(entry.kind, N_("To do"))))
    return words(N_("Ticked off: {what}, {day}"), what=what, day=_short(words, entry.day))


def _moved(words: Words, *, entry: Waiting) -> str:
    return words(N_("The date of {day} is replaced."), day=_short(words, entry.day))


def _money(words: Words, *, left: Left) -> str:
    low, high = left.ends
    paid = words.money(left.paid, left.currency)
    if low == high:
        return words(N_("Paid in all: {paid}. Left of what may be owed: {low}"), paid=paid, low=words.money(low))
    return words(
        N_("Paid in all: {paid}. Left of what may be owed: between {low} and {high}"),
        paid=paid,
        low=words.money(low),
        high=words.money(high),
    )


def _stage(words: Words, *, stage: str) -> str:
    return words(N_("The case goes on to “{stage}”."), stage=words(STAGE_WORDS[stage]))


def _short(words: Words, day: dt.date) -> str:
    return words.date(day, weekday=False)
