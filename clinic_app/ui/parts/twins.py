"""Cards for what may be the same twice: two records, and the three things that can be said of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal

from clinic_app.domain.people import Pair
from clinic_app.i18n import Words
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


def _names(words: Words, *, pair: Pair) -> str:
    unnamed = words(N_("No name yet"))
    return " — ".join(name or unnamed for name in dict.fromkeys((pair.one_name, pair.other_name)))
