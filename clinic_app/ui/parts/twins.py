"""Cards for what may be the same twice: two records, and the three things that can be said of them.

People and employers have the same cards; what is done about them stands in `Twins`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from clinic_app.domain.changes import Changes
from clinic_app.domain.people import Pair
from clinic_app.i18n import Words
from clinic_app.services import employers, people
from clinic_app.services.clinic import Clinic
from clinic_app.ui.desk import Desk, Place, PlaceName
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_


class TwinCard(Box):
    """Asks whether two records are one. Each signal carries their ids."""

    same = Signal(str, str)  # one, other: they are one
    two = Signal(str, str)  # one, other: they are two
    look = Signal(str)  # other: open it

    def __init__(self, voice: Voice, pair: Pair, told: Phrase, same: Phrase, two: Phrase, *, look: bool = True) -> None:
        super().__init__("asks")
        self._pair = pair
        self.add(TextLabel(voice, partial(_names, pair=pair), "heading"), TextLabel(voice, told, "caption"))
        self.look_button = Button(voice, N_("Open"))
        self.same_button = Button(voice, same)
        self.two_button = Button(voice, two, "link")
        for button in (self.look_button, self.same_button, self.two_button):
            button.setAccessibleDescription(voice.say(partial(_names, pair=pair)))
        self.column.addLayout(row(self.look_button, self.same_button, self.two_button, None))
        if not look:
            self.look_button.hide()
        self.look_button.clicked.connect(self._on_look)
        self.same_button.clicked.connect(self._on_same)
        self.two_button.clicked.connect(self._on_two)

    def _on_look(self) -> None:
        self.look.emit(self._pair.other)

    def _on_same(self) -> None:
        self.same.emit(self._pair.one, self._pair.other)

    def _on_two(self) -> None:
        self.two.emit(self._pair.one, self._pair.other)


@dataclass(frozen=True, slots=True)
class Twins:
    """One kind of record: the screen of one, and what says that two are one, or two."""

    screen: PlaceName
    join: Callable[[Clinic, str, str], Changes]
    keep_apart: Callable[[Clinic, str, str], Changes]

    def card(
        self,
        desk: Desk,
        owner: QObject,
        pair: Pair,
        told: Phrase,
        answers: tuple[Phrase, Phrase],
        then: Callable[[Changes], None] | None = None,
    ) -> TwinCard:
        """Return a card that opens and decides by itself; `answers` are “one” and “two” in words."""

        def look(other: str) -> None:
            desk.go.emit(Place(self.screen, record=other))

        def same(one: str, other: str) -> None:
            desk.write(owner, partial(self.join, desk.clinic, one, other), then)

        def two(one: str, other: str) -> None:
            desk.write(owner, partial(self.keep_apart, desk.clinic, one, other), then)

        card = TwinCard(desk.voice, pair, told, *answers)
        card.look.connect(look)
        card.same.connect(same)
        card.two.connect(two)
        return card


PEOPLE: Final = Twins("person", people.join, people.keep_apart)
EMPLOYERS: Final = Twins("employer", employers.join, employers.keep_apart)


def _names(words: Words, *, pair: Pair) -> str:
    unnamed = words(N_("No name yet"))
    return " — ".join(name or unnamed for name in dict.fromkeys((pair.one_name, pair.other_name)))
