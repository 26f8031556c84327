"""Before a filing copy: each claim with its nine small boxes, and what is missing in words.

It warns and never bars: a late paper that is filed is better than a complete one that is not.
"""

from __future__ import annotations

from functools import partial

from clinic_app.domain.packet import ReadyClaim, ReadyPoint
from clinic_app.i18n import Words
from clinic_app.ui.kit.boxes import Box, clear
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.voice import Voice
from clinic_app.words import N_


class ReadyBox(Box):
    """The claims of a case and whether they can be filed; hidden until there is something to show."""

    def __init__(self, voice: Voice) -> None:
        super().__init__("quiet")
        self._voice = voice
        self.hide()

    def show_claims(self, claims: tuple[ReadyClaim, ...]) -> None:
        """Show these claims; nothing when there is none."""
        clear(self.column)
        self.setVisible(bool(claims))
        if not claims:
            return
        self.add(TextLabel(self._voice, N_("Is it ready to file?"), "heading"))
        for claim in claims:
            self.add(TextLabel(self._voice, partial(_claim, claim=claim)))
        missing = dict.fromkeys(
            (number, point) for claim in claims for number, point in enumerate(claim.points, start=1) if not point.met
        )
        if not missing:
            self.add(TextLabel(self._voice, N_("All nine questions are answered for every claim."), "caption"))
        for number, point in sorted(missing, key=_number):
            self.add(TextLabel(self._voice, partial(_missing, number=number, point=point), "caption"))


def _number(entry: tuple[int, ReadyPoint]) -> int:
    return entry[0]


def _claim(words: Words, *, claim: ReadyClaim) -> str:
    boxes = "".join("☒" if point.met else "☐" for point in claim.points)
    return f"{boxes[:3]} {boxes[3:6]} {boxes[6:]}  {words.say(claim.title)}"


def _missing(words: Words, *, number: int, point: ReadyPoint) -> str:
    return f"{number}. {words(point.question)} {words(point.missing)}"
