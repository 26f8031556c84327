"""What this program is: its version and parts, its rule books, and the licences of what it is made of."""

from __future__ import annotations

import datetime as dt
import json
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from clinic_app import __version__, paths
from clinic_app.rules.book import RuleBook
from clinic_app.services import clinic as clinics
from clinic_app.store import numbers

LICENCES: Final = "licences.json"


@dataclass(frozen=True, slots=True)
class Book:
    """A rule book in use: its place, its version, and the day on which its values were last verified."""

    place: str
    version: str
    verified_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Licence:
    """A part of the program that others made: its name and version, its licence, and the licence's whole text."""

    name: str
    version: str
    licence: str
    text: str


@dataclass(frozen=True, slots=True)
class About:
    """The versions of the program and its parts, as a person reads them to support."""

    version: str
    python: str
    sqlcipher: str
    books: tuple[Book, ...]


def about(books: Iterable[RuleBook] | None = None) -> About:
    """Return what the program is; with the clinic's own rule books when they are given, else those it carries."""
    known = books if books is not None else clinics.rule_books().values()
    listed = sorted((Book(book.place, book.version, book.verified_on) for book in known), key=lambda book: book.place)
    return About(__version__, platform.python_version(), numbers.library(), tuple(listed))


def licences() -> tuple[Licence, ...]:
    """Return the licences of everything that the program carries, by name; () when the build brought no list."""
    file = paths.resources() / LICENCES
    if not file.is_file():
        return ()
    listed = json.loads(file.read_text("utf-8"))
    return tuple(Licence(one["name"], one["version"], one["licence"], one.get("text", "")) for one in listed)
