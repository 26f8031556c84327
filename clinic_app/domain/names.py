"""How names are compared: without accents, case or order, across alphabets, and by how they sound.

Only for finding. What is shown and kept is always what was written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_GEORGIAN: Final = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h".split(),  # noqa: SIM905 - read beside its alphabet
        strict=True,
    )
)
_CYRILLIC: Final = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщыэюяіїєґ",
        "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch i e iu ia i i e g".split(),  # noqa: SIM905 - read beside its alphabet
        strict=True,
    )
) | {"ъ": "", "ь": ""}
_ARMENIAN: Final = dict(
    zip(
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
        "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev".split(),  # noqa: SIM905 - read beside its alphabet
        strict=True,
    )
)
_LATIN: Final = {"ə": "a", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "þ": "th"}
_LETTERS: Final = str.maketrans({**_GEORGIAN, **_CYRILLIC, **_ARMENIAN, **_LATIN})

# In this order. Capitals stand for sounds already decided; they are made small at the end.
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"shch|sch|sh", "S"),
        (r"dzh", "J"),
        (r"zh", "J"),
        (r"tch|ch", "C"),
        (r"kh|x", "J"),
        (r"gh", "G"),
        (r"ph", "F"),
        (r"th", "T"),
        (r"gu(?=[ei])", "G"),
        (r"^[hg]u(?=[aeio])|(?<=[aeio])[hg]u(?=[aeio])|w", "W"),  # Huamán, Guamán, Waman
        (r"qu(?=[ei])|q|ck|k", "K"),
        (r"g(?=[eiy])|j", "J"),
        (r"c(?=[eiy])|tz|ts|dz|z", "S"),
        (r"c", "K"),
        (r"ll|y", "I"),
        (r"v", "B"),
        (r"h", ""),
    )
)
_TWICE: Final = re.compile(r"(.)\1+")


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared: no accents, no case, letters and digits only."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    signs = (c for c in plain if unicodedata.category(c)[0] != "M")
    spaced = "".join(c if unicodedata.category(c)[0] in "LN" else " " for c in signs)
    return spaced.split()


def latin(word: str) -> str:
    """Return a word of `words` in Latin letters: Georgian, Cyrillic and Armenian ones are written out."""
    return word if word.isascii() else "".join(words(word.translate(_LETTERS)))


def sound(word: str) -> str:
    """Return how a word of `words` sounds, roughly: Quispe and Kispe, Yáñez and Llanes, ხათუნა and Xatuna alike.

    A word of which one sound is left says nothing: it stays as it is written.
    """
    told = latin(word)
    for pattern, sign in _SOUNDS:
        told = pattern.sub(sign, told)
    heard = _TWICE.sub(r"\1", told.lower())
    return heard if len(heard) > 1 else word
