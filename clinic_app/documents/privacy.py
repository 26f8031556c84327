"""The gate for what people typed: a hidden name and a safe phone number do not reach paper.

Names are found whatever their case and accents, so "XIMENEZ" is found for "Ximénez". What is taken
out is seen to be taken out: it is replaced, never silently dropped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

CUT: Final = "…"

_PARTICLES: Final = frozenset({"del", "las", "los", "san", "van", "von", "dos"})
_SHORTEST_NAME: Final = 3  # letters; shorter words of a name stand in too many other words
_SHORTEST_PHONE: Final = 6  # digits


@dataclass(frozen=True, slots=True)
class Gate:
    """What may not be printed: `name` ("" when it may) and `phone`; `instead` stands for the name."""

    name: str
    instead: str
    phone: str

    def field(self, text: str) -> str:
        """Return a short answer (a firm, a place) without the whole name and the phone.

        Single words of the name stay: a town or a firm may bear them, and a filing must name those.
        """
        text = _replaced(text, self._whole(), self.instead)
        return self._without_phone(text)

    def narrative(self, text: str) -> str:
        """Return a told text without the name, each word of the name, and the phone."""
        return _replaced(self.field(text), self._single(), CUT)

    def _whole(self) -> re.Pattern[str] | None:
        words = [re.escape(word) for word in _plain(self.name).split()]
        whole = r"\s+".join(words)
        return re.compile(rf"(?<!\w){whole}(?!\w)") if words else None

    def _single(self) -> re.Pattern[str] | None:
        shown = set(_plain(self.instead).split())
        words = [
            re.escape(word)
            for word in _plain(self.name).split()
            if len(word) >= _SHORTEST_NAME and word not in _PARTICLES and word not in shown
        ]
        return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None

    def _without_phone(self, text: str) -> str:
        digits = [character for character in self.phone if character.isdigit()]
        return re.sub(r"[\s().-]*".join(digits), CUT, text) if len(digits) >= _SHORTEST_PHONE else text


def _plain(text: str) -> str:
    """Return the text in small letters without accents, exactly as long as its composed form."""
    return "".join(unicodedata.normalize("NFD", character)[0].lower()[0] for character in _composed(text))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _replaced(text: str, pattern: re.Pattern[str] | None, instead: str) -> str:
    """Replace what the pattern finds in the plain form of the text, in the text itself."""
    if pattern is None:
        return text
    text = _composed(text)
    kept, at = [], 0
    for match in pattern.finditer(_plain(text)):
        kept += [text[at : match.start()], instead]
        at = match.end()
    return "".join([*kept, text[at:]])
