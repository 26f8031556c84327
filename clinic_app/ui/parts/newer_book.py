"""What a newer rule book changes in a case, line by line, and the one button that takes it over.

Nothing is replaced before the button is pressed; without the older book its kept figures are shown.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import Signal

from clinic_app.domain.assessment import Status
from clinic_app.domain.kept import AmountChange, BookChange, DeadlineChange, FindingChange, Kept
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Voice
from clinic_app.words import N_

STATUS: Final = {
    Status.LIKELY: N_("Likely"),
    Status.NEEDS_ANSWER: N_("Needs one more answer"),
    Status.NOT_FOUND: N_("Not found"),
    Status.SEE_LAWYER: N_("See a lawyer"),
}
_NONE: Final = "—"


class NewerBookCard(Box):
    """A calm card: which book is new, what it changes, and “Use the new rule book”."""

    adopt_wanted = Signal()

    def __init__(self, voice: Voice, change: BookChange) -> None:
        super().__init__("calm")
        self.add(
            TextLabel(voice, N_("A newer rule book is here"), "heading"),
            TextLabel(voice, partial(_versions, change=change)),
        )
        if not change.book_is_here:
            self._show_kept(voice, change.old)
        if change.same:
            self.add(TextLabel(voice, N_("The newer rule book changes no figure of this case.")))
        else:
            self.add(TextLabel(voice, N_("What the newer rule book changes:")))
        currency = change.old.currency
        if change.total is not None:
            self.add(TextLabel(voice, partial(_total, change=change.total, currency=currency), "body"))
        for amount in change.amounts:
            self.add(TextLabel(voice, partial(_amount, change=amount, currency=currency), "body"))
        for deadline in change.deadlines:
            self.add(TextLabel(voice, partial(_deadline, change=deadline), "body"))
        for finding in change.findings:
            self.add(TextLabel(voice, partial(_finding, change=finding), "body"))
        self.button = Button(voice, N_("Use the new rule book"))
        self.button.clicked.connect(self.adopt_wanted)
        self.column.addLayout(row(self.button, None))

    def _show_kept(self, voice: Voice, kept: Kept) -> None:
        self.add(TextLabel(voice, partial(_kept_on, kept=kept)))
        for amount in kept.amounts:
            ends = AmountChange(amount.label, (amount.low, amount.high), None)
            self.add(TextLabel(voice, partial(_kept_amount, amount=ends, currency=kept.currency), "body"))
        total = AmountChange({}, (kept.total_low, kept.total_high), None)
        self.add(TextLabel(voice, partial(_kept_amount, amount=total, currency=kept.currency), "heading"))
        for deadline in kept.deadlines:
            shown = DeadlineChange(deadline.label, (deadline.safe_date, deadline.deadline), None)
            self.add(TextLabel(voice, partial(_kept_deadline, deadline=shown), "body"))


class ClockCard(Box):
    """Asks a person whether the computer's day is right, where it went back."""

    confirm_wanted = Signal()

    def __init__(self, voice: Voice, today: dt.date) -> None:
        super().__init__("needs")
        self.add(TextLabel(voice, N_("Look at a calendar or a telephone: what day is it?"), "heading"))
        self.button = Button(voice, partial(_is_right, today=today))
        self.button.clicked.connect(self.confirm_wanted)
        self.column.addLayout(row(self.button, None))


def _is_right(words: Words, *, today: dt.date) -> str:
    return words(N_("It is {day}: that is right"), day=words.date(today))


def _versions(words: Words, *, change: BookChange) -> str:
    return words(
        N_("This case was computed with {old}. The newer one is {new}. Nothing is replaced until you say so."),
        old=change.old.version,
        new=change.new.version,
    )


def _kept_on(words: Words, *, kept: Kept) -> str:
    return words(
        N_("The older rule book is not on this computer any more. These figures were kept on {day}:"),
        day=words.date(kept.on),
    )


def _kept_amount(words: Words, *, amount: AmountChange, currency: str) -> str:
    label = words.say(amount.label) if amount.label else words(N_("Total, before taxes"))
    return f"{label}: {_ends(words, amount.old, currency)}"


def _kept_deadline(words: Words, *, deadline: DeadlineChange) -> str:
    return f"{words.say(deadline.label)}: {_day(words, deadline.old)}"


def _total(words: Words, *, change: AmountChange, currency: str) -> str:
    title = words(N_("Total, before taxes"))
    return f"{title}: {_ends(words, change.old, currency)} → {_ends(words, change.new, currency)}"


def _amount(words: Words, *, change: AmountChange, currency: str) -> str:
    return f"{words.say(change.label)}: {_ends(words, change.old, currency)} → {_ends(words, change.new, currency)}"


def _deadline(words: Words, *, change: DeadlineChange) -> str:
    return f"{words.say(change.label)}: {_day(words, change.old)} → {_day(words, change.new)}"


def _finding(words: Words, *, change: FindingChange) -> str:
    old, new = (words(STATUS[status]) if status else _NONE for status in (change.old, change.new))
    return f"{words.say(change.title)}: {old} → {new}"


def _ends(words: Words, pair: tuple[Decimal, Decimal] | None, currency: str) -> str:
    if pair is None:
        return _NONE
    low, high = pair
    return words.money(low, currency) if low == high else f"{words.money(low, currency)} … {words.money(high)}"


def _day(words: Words, pair: tuple[dt.date, dt.date] | None) -> str:
    return words.date(pair[0]) if pair else _NONE
