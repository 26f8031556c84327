"""A rule book as it is printed for sign-off: chapters of plain texts in one language.

Nothing here is computed with; whoever reads the book in law reads these words.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_app.domain.packet import Paper


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that an entry says: what it is about, and the words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts, its head first; `wide` is the column that needs most room."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule, value, question or text of the book; `id` is its name in the files."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Entries of one kind, and what they are for."""

    title: str
    about: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class BookSource:
    """All that the printed book is made of. The same source gives the same bytes.

    `digest` is the exact content of the files that were printed, so that a signature on paper
    stands for them and nothing else.
    """

    title: str
    place: str
    version: str
    digest: str
    language: str
    paper: Paper
    prepared_on: dt.date
    chapters: tuple[Chapter, ...]
