"""What happened in a case: what is to come, the events and the clinic's contacts, then what was done in the program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain import catalogue
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.catalogue import DIARY, DIARY_RESULTS, DIARY_STATES, EVENTS
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Label
from clinic_app.domain.views import HistoryRow
from clinic_app.domain.work import Waiting
from clinic_app.i18n import Words
from clinic_app.services.next_step import due_action
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.waiting import DIARY_KINDS, EVENT_KINDS, name_of, say_entry
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

DONE: Final = {
    "create": N_("Added"),
    "set": N_("Answered"),
    "delete": N_("Taken out"),
    "undelete": N_("Brought back"),
    "print": N_("Papers made"),
}
SECTIONS: Final[dict[str, Label]] = {**{s.id: s.label for s in catalogue.SECTIONS}, "answers": N_("Questions")}
RESULTS: Final[Mapping[str, Label]] = {choice.code: choice.label for choice in DIARY_RESULTS}
STATES: Final[Mapping[str, Label]] = {choice.code: choice.label for choice in DIARY_STATES}
SHOWN: Final = 40
"""How many lines of the history are shown."""


class FeedView(QWidget):
    """What is to come with its buttons, the timeline as cards, the history as quiet lines."""

    wanted = Signal(object)  # Waiting: write down what came of it
    ticked = Signal(str, str)  # entry, state

    def __init__(
        self,
        voice: Voice,
        case: CaseFile,
        history: tuple[HistoryRow, ...],
        entries: tuple[Waiting, ...],
        names: Mapping[str, Label],
        on: dt.date,
    ) -> None:
        super().__init__()
        self._voice = voice
        self._names = names
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(STEP)
        if entries:
            self._heading(N_("To come"))
        for entry in entries:
            self._column.addWidget(_EntryCard(self, voice, entry, names, on))
        self._heading(N_("What happened"))
        told = sorted(_told(case), key=lambda one: one.day, reverse=True)
        if not told:
            hint = N_("Nothing is written down yet. Use “Something happened” (F4).")
            self._column.addWidget(TextLabel(voice, hint, "hint"))
        for one in told:
            card = Box("card" if one.is_event else "quiet")
            card.add(TextLabel(voice, partial(_headed, one=one, names=names), "heading" if one.is_event else "body"))
            if one.more:
                card.add(TextLabel(voice, partial(_more, one=one)))
            self._column.addWidget(card)
        self._show_history(history)

    def _show_history(self, history: tuple[HistoryRow, ...]) -> None:
        shown = [line for line in history if is_shown(line)][:SHOWN]
        if shown:
            self._heading(N_("What was done in this case"))
        for line in shown:
            self._column.addWidget(TextLabel(self._voice, partial(_line, line=line), "caption"))

    def _heading(self, words: str) -> None:
        self._column.addSpacing(STEP)
        self._column.addWidget(TextLabel(self._voice, words, "heading"))


class _EntryCard(Box):
    """One thing that is to come, or is over and waits for its result."""

    def __init__(self, feed: FeedView, voice: Voice, entry: Waiting, names: Mapping[str, Label], on: dt.date) -> None:
        action = due_action(entry, on)
        super().__init__("needs" if action else "card")
        self._feed = feed
        self._entry = entry
        self.add(TextLabel(voice, partial(say_entry, entry=entry, action=action, names=names)))
        write = Button(voice, N_("Write down what came of it"))
        drop = Button(voice, N_("Not needed any more"), "link")
        write.explain(partial(_verb_and_entry, verb=N_("Write down what came of it"), entry=entry, names=names))
        drop.explain(partial(_verb_and_entry, verb=N_("Not needed any more"), entry=entry, names=names))
        done = Button(voice, N_("It is done"))
        done.explain(partial(_verb_and_entry, verb=N_("It is done"), entry=entry, names=names))
        self.column.addLayout(row(done if entry.kind == "task" else write, None, drop))
        write.clicked.connect(self._on_write)
        done.clicked.connect(self._on_done)
        drop.clicked.connect(self._on_drop)
        (write if entry.kind == "task" else done).hide()

    def _on_write(self) -> None:
        self._feed.wanted.emit(self._entry)

    def _on_done(self) -> None:
        self._feed.ticked.emit(self._entry.id, "done")

    def _on_drop(self) -> None:
        self._feed.ticked.emit(self._entry.id, "dropped")


@dataclass(frozen=True, slots=True)
class _Told:
    """One card of the timeline: an event of the case, or a contact and other work of the clinic."""

    day: dt.date
    date: Edtf | None
    kind: str
    is_event: bool
    record: Record

    @property
    def more(self) -> bool:
        """Whether there is more to tell than what and when."""
        return any(self.record.text(name) for name in ("note", "result", "number", "state")) or self.amount is not None

    @property
    def amount(self) -> Decimal | None:
        """The sum, when one is known exactly."""
        amount = self.record.get("amount")
        return amount if isinstance(amount, Decimal) else None


def _told(case: CaseFile) -> Iterator[_Told]:
    for record in case.rows(EVENTS.id):
        date = record.date("date")
        yield _Told(_day(date), date, record.text("kind"), True, record)  # noqa: FBT003 - a field of a small record
    for record in case.rows(DIARY.id):
        date, state = record.date("date"), record.text("state")
        is_held = record.text("event") and not record.text("result") and not record.text("number")
        if state and state != "dropped" and record.text("kind") != "ask" and not is_held:
            yield _Told(_day(date), date, record.text("kind"), False, record)  # noqa: FBT003 - the same


def _day(date: Edtf | None) -> dt.date:
    return (date.first or date.last or dt.date.min) if date else dt.date.min


def _headed(words: Words, *, one: _Told, names: Mapping[str, Label]) -> str:
    kinds = EVENT_KINDS if one.is_event else DIARY_KINDS
    label = names.get(one.kind if one.is_event else one.record.text("step")) or kinds.get(one.kind)
    kind = words.say(label or N_("What happened"))
    return f"{kind} · {words.told(one.date)}" if one.date else kind


def _more(words: Words, *, one: _Told) -> str:
    record = one.record
    result, state = record.text("result"), record.text("state")
    parts = [
        words.say(RESULTS[result]) if result in RESULTS else "",
        words.say(STATES[state]) if state == "missed" else "",
        words.money(one.amount) if one.amount is not None else "",
        words(N_("number {number}"), number=record.text("number")) if record.text("number") else "",
        record.text("note"),
    ]
    return " · ".join(part for part in parts if part)


def _verb_and_entry(words: Words, *, verb: str, entry: Waiting, names: Mapping[str, Label]) -> str:
    return f"{words(verb)}: {words.say(name_of(entry, names))}, {words.short_date(entry.day)}"


def _line(words: Words, *, line: HistoryRow) -> str:
    at = dt.datetime.fromisoformat(line.at).astimezone()
    parts = (f"{words.short_date(at.date())} {at:%H:%M}", line.actor, what_of(words, line))
    return " · ".join(part for part in parts if part)


def what_of(words: Words, line: HistoryRow) -> str:
    """Return what was done, in words: “Answered: Pay”."""
    if line.kind == "create" and "." not in line.detail and line.detail not in SECTIONS:
        return words(N_("Case opened"))
    done = words(DONE.get(line.kind, N_("Changed")))
    if line.kind == "print":
        return f"{done}: {line.detail.partition(' ')[0]}"
    names = dict.fromkeys(part.strip().partition(".")[0] for part in line.detail.split(","))
    return f"{done}: {', '.join(words.say(SECTIONS[name]) for name in names if name in SECTIONS)}"


def is_shown(line: HistoryRow) -> bool:
    """Say whether a line tells people anything: what the program notes for itself does not."""
    return line.kind in {"print", "create"} or any(
        part.strip().partition(".")[0] in SECTIONS for part in line.detail.split(",")
    )
