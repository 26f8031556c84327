"""Files of the evidence and how they are printed: frozen values, and what may be in a file's name.

A file is never changed. How its printed copy looks – turned, thinned, with places blacked out – is
said beside it and can be said anew.
"""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from clinic_app.errors import InputError
from clinic_app.words import N_

WHOLE: Final = 10_000
"""The width or height of a page, in the units of a box."""

LONGEST_NAME: Final = 120


class Media(enum.Enum):
    """What a file is, seen from its content. The name of a file proves nothing."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    HEIC = "image/heic"
    WEBP = "image/webp"
    TIFF = "image/tiff"
    PDF = "application/pdf"
    TEXT = "text/plain"
    SOUND = "audio"
    VIDEO = "video"
    OTHER = "other"

    @property
    def is_picture(self) -> bool:
        """Whether it is a photo, a scan or another picture."""
        return self in {Media.JPEG, Media.PNG, Media.HEIC, Media.WEBP, Media.TIFF}


class Tone(enum.Enum):
    """How a page is thinned for a cheap printer."""

    GREY = "grey"  # paper becomes white, letters dark; photos become light
    ONE_BIT = "one_bit"  # black or white, nothing between
    AS_IS = "as_is"


class Trouble(enum.Enum):
    """Why a file is listed and not printed."""

    LOCKED = "locked"
    DAMAGED = "damaged"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    PLAYED = "played"  # a sound or a film: nothing is wrong with it
    UNKNOWN = "unknown"


WHY_NOT: Final = {
    Trouble.LOCKED: N_("it is locked with a password"),
    Trouble.DAMAGED: N_("the file is damaged and cannot be read to its end"),
    Trouble.EMPTY: N_("there is nothing in the file"),
    Trouble.TOO_LARGE: N_("the file is too large to print"),
    Trouble.TOO_MANY_PIXELS: N_("the picture has too many dots to print"),
    Trouble.TOO_MANY_PAGES: N_("it has too many pages to print"),
    Trouble.PLAYED: N_("it is played, not read"),
    Trouble.UNKNOWN: N_("this program does not know this kind of file"),
}
WHAT_NOW: Final = {
    Trouble.LOCKED: N_("Open it with its password, save it without one, and add that copy too."),
    Trouble.DAMAGED: N_("Ask the worker to send it again, as a file or a document."),
    Trouble.EMPTY: N_("Ask the worker to send it again, as a file or a document."),
    Trouble.TOO_LARGE: N_("Add a smaller copy, or only the pages that matter."),
    Trouble.TOO_MANY_PIXELS: N_("Add a smaller copy of the picture too."),
    Trouble.TOO_MANY_PAGES: N_("Add a copy with only the pages that matter."),
    Trouble.PLAYED: N_("Write down what is said in it: that is printed."),
    Trouble.UNKNOWN: N_("Save it as a PDF or a picture, and add that too."),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A place of a page that is blacked out, in ten-thousandths of the page's width and height.

    It is counted from the upper left corner of the page as the file itself shows it, before any
    further turn. `page` counts from 1. `id` is "" until it is saved.
    """

    page: int
    left: int
    top: int
    right: int
    bottom: int
    id: str = ""

    def __post_init__(self) -> None:
        if self.page < 1 or not (0 <= self.left < self.right <= WHOLE and 0 <= self.top < self.bottom <= WHOLE):
            raise InputError("redaction", N_("this is not a place of the page"), N_("a box inside the page"))


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file before it is kept: its name, what it is, and what of it can be printed.

    `pages` is 0 when nothing can. `millis` is the length of a sound or film, 0 when not known.
    """

    name: str
    media: Media
    pages: int = 0
    trouble: Trouble | None = None
    millis: int = 0


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One file of a piece of evidence. `evidence` is the id of its row; `sha256` is that of the plain file.

    `here` is False while some of it has not arrived on this computer. `turn` counts quarters of a
    turn clockwise. `printed` says whether it goes into packets; None when nobody has said.
    """

    id: str
    evidence: str
    facts: FileFacts
    size: int
    sha256: str
    here: bool = True
    turn: int = 0
    tone: Tone = Tone.GREY
    printed: bool | None = None
    boxes: tuple[Box, ...] = ()
    why_removed: str = ""

    @property
    def can_print(self) -> bool:
        """Whether it has pages that this program can put on paper."""
        return self.facts.trouble is None and self.facts.pages > 0


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file of a piece of evidence as a packet prints it.

    `row` is the place of its evidence in the case, from 0. `read` gives the plain bytes when they
    are needed and not before: a packet holds many photos, and memory holds few.
    """

    row: int
    file: EvidenceFile
    read: Callable[[], bytes] = field(compare=False, repr=False)


def clean_name(name: str) -> str:
    """Return the name of a file as data: the last part of any path, printable, of bounded length."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    # Cc, Cf, Cs, Co, Cn: what is invisible could show another name than the one that is there
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    if len(plain) > LONGEST_NAME:
        stem, dot, end = plain.rpartition(".")
        tail = f"{dot}{end}" if stem and len(end) <= 8 else ""  # noqa: PLR2004 - no file ending is longer
        plain = f"{plain[: LONGEST_NAME - len(tail) - 1]}…{tail}"
    return plain if plain.strip(".") else N_("file without a name")
