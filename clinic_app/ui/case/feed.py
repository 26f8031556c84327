"""What happened in a case: its dated events, then what was done in the program, the last first."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_app.domain import catalogue
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.catalogue import EVENTS
from clinic_app.domain.fields import Label
from clinic_app.domain.views import HistoryRow
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import Box
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

DONE: Final = {
    "create": N_("Added"),
    "set": N_("Answered"),
    "delete": N_("Taken out"),
    "print": N_("Papers made"),
}
SECTIONS: Final[dict[str, Label]] = {**{s.id: s.label for s in catalogue.SECTIONS}, "answers": N_("Questions")}
SHOWN: Final = 40
"""How many lines of the history are shown."""


class FeedView(QWidget):
    """The events as cards, the history as quiet lines."""

    def __init__(self, voice: Voice, case: CaseFile, history: tuple[HistoryRow, ...]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        events = sorted(case.rows(EVENTS.id), key=_first_day, reverse=True)
        if not events:
            column.addWidget(
                TextLabel(voice, N_("Nothing is written down yet. Use “Something happened” (F4)."), "hint")
            )
        for event in events:
            card = Box("card")
            card.add(TextLabel(voice, partial(_event, event=event), "heading"))
            if event.text("note"):
                card.add(TextLabel(voice, partial(_verbatim, text=event.text("note"))))
            column.addWidget(card)
        if history:
            column.addSpacing(STEP)
            column.addWidget(TextLabel(voice, N_("What was done in this case"), "heading"))
        for line in [row for row in history if is_shown(row)][:SHOWN]:
            column.addWidget(TextLabel(voice, partial(_line, line=line), "caption"))


def _first_day(event: Record) -> dt.date:
    date = event.date("date")
    return (date.first or date.last or dt.date.min) if date else dt.date.min


def _event(words: Words, *, event: Record) -> str:
    kinds = {choice.code: choice.label for choice in EVENTS.field("kind").choices}
    kind = words.say(kinds.get(event.text("kind"), N_("What happened")))
    date = event.date("date")
    return f"{kind} · {words.told(date)}" if date else kind


def _line(words: Words, *, line: HistoryRow) -> str:
    at = dt.datetime.fromisoformat(line.at).astimezone()
    parts = (f"{words.short_date(at.date())} {at:%H:%M}", line.actor, _what(words, line))
    return " · ".join(part for part in parts if part)


def _what(words: Words, line: HistoryRow) -> str:
    if line.kind == "create" and "." not in line.detail:
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


def _verbatim(_words: Words, *, text: str) -> str:
    return text
