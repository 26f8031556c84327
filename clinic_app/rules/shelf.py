"""Which versions of which rule books there are here, and which one is new cases' own.

Books that the program carries are part of the program. A book from outside counts only with a good
signature of a trusted key; one that has none is left out and said, never half used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clinic_app.errors import ClinicError, KnownError
from clinic_app.rules import signing
from clinic_app.rules.book import BOOK_FILE, RuleBook, load_book, make_book
from clinic_app.rules.folder import read_files
from clinic_app.rules.reading import BookError
from clinic_app.rules.signing import TrustedKey
from clinic_app.words import N_

_PLACE = re.compile(r"[a-z][a-z_]{1,30}\Z", re.ASCII)
_VERSION = re.compile(r"[a-z0-9][a-z0-9._-]{0,40}\Z", re.ASCII)
_RUNS = re.compile(r"\d+|\D+", re.ASCII)
_DOTS: Final = ".."


@dataclass(frozen=True, slots=True)
class Refused:
    """A book that is here and is not used, and why."""

    folder: Path
    error: ClinicError


@dataclass(frozen=True, slots=True)
class Carried:
    """The books that are part of the program, and those of them that are wrong."""

    books: tuple[RuleBook, ...]
    refused: tuple[Refused, ...] = ()

    def __add__(self, other: Carried) -> Carried:
        return Carried((*self.books, *other.books), (*self.refused, *other.refused))


@dataclass(frozen=True, slots=True)
class Parcel:
    """A signed book as it came: its files with the signature, byte for byte, and the key that signed."""

    book: RuleBook
    files: Mapping[str, bytes]
    key: TrustedKey


class Shelf:
    """The rule books of a clinic. Owns those that are open; older ones are opened when asked for."""

    def __init__(self, carried: Carried, installed: Path, trusted: Iterable[TrustedKey]) -> None:
        """Take the books that the program carries, and those in the folder `installed`: <place>/<version>/."""
        self._carried = carried
        self._root = installed
        self._open: dict[tuple[str, str], RuleBook] = {}
        self._folders: dict[tuple[str, str], Path] = {}
        self.newest: dict[str, RuleBook] = {}
        self.refused: tuple[Refused, ...] = ()
        self.trusted: tuple[TrustedKey, ...] = ()
        self.look_again(trusted)

    def look_again(self, trusted: Iterable[TrustedKey]) -> None:
        """Find out anew which books are here, after one was installed or a key was trusted."""
        self.trusted = tuple(trusted)
        self._open = {(book.place, book.version): book for book in self._carried.books}
        self._folders = {}
        self.newest = newest_of(self._carried.books)
        refused = list(self._carried.refused)
        for folder in _installed(self._root):
            key = (folder.parent.name, folder.name)
            if key in self._open:
                continue  # what the program carries is taken from there
            self._folders[key] = folder
            if not self._is_newer(*key):
                continue
            try:
                self._offer(self._opened(key))
            except ClinicError as error:
                del self._folders[key]
                refused.append(Refused(folder, error))
        self.refused = tuple(refused)

    def find(self, place: str, version: str) -> RuleBook | None:
        """Return one version of a place's book; None when it is not here or cannot be trusted."""
        key = (place, version)
        if key in self._open:
            return self._open[key]
        if key not in self._folders:
            return None
        try:
            return self._opened(key)
        except ClinicError:
            return None

    def versions(self, place: str) -> tuple[str, ...]:
        """Return the versions of a place's book that are here, the newest first."""
        found = {version for at, version in (*self._open, *self._folders) if at == place}
        return tuple(sorted(found, key=order, reverse=True))

    def _offer(self, book: RuleBook) -> None:
        if self._is_newer(book.place, book.version):
            self.newest[book.place] = book

    def _is_newer(self, place: str, version: str) -> bool:
        return place not in self.newest or order(version) > order(self.newest[place].version)

    def _opened(self, key: tuple[str, str]) -> RuleBook:
        book = read_signed(self._folders[key], self.trusted).book
        if (book.place, book.version) != key:
            raise KnownError(
                "R-07",
                N_("The rule book lies in the folder of another version."),
                N_("Install the rule book again."),
            )
        self._open[key] = book
        return book


def order(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return what versions are compared by: numbers by size, the rest by letters ("mx-2026.10" after "mx-2026.9")."""
    return tuple((1, int(run), "") if run.isdigit() else (0, 0, run) for run in _RUNS.findall(version))


def read_signed(folder: Path, trusted: Iterable[TrustedKey]) -> Parcel:
    """Return the book of a folder when a trusted key signed it; nothing of it is believed before that."""
    files, raw = read_files(folder), signing.read_signature(folder)
    signed = signing.check(files, raw, trusted)
    book = make_book(str(folder), files)
    if book.version != signed.version or not plain_names(book.place, book.version):
        raise KnownError(
            "R-07",
            N_("The signature of the rule book names another version than the book."),
            N_("Get the rule book again from headquarters."),
        )
    return Parcel(book, {**files, signing.SIGNATURE_FILE: raw}, signed.key)


def plain_names(place: str, version: str) -> bool:
    """Say whether a place and a version are names that can be folders on any computer."""
    return bool(_PLACE.match(place) and _VERSION.match(version)) and _DOTS not in version


def carried_books(root: Path) -> Carried:
    """Return the books in the folders of a place below a root; one that is wrong does not stop the others."""
    books: list[RuleBook] = []
    refused: list[Refused] = []
    for path in sorted(root.glob(f"*/{BOOK_FILE}")):
        try:
            books.append(load_book(path.parent))
        except BookError as error:
            refused.append(Refused(path.parent, error))
    return Carried(tuple(books), tuple(refused))


def newest_of(books: Iterable[RuleBook]) -> dict[str, RuleBook]:
    """Return the newest of the books, by place."""
    return {book.place: book for book in sorted(books, key=lambda book: order(book.version))}


def _installed(root: Path) -> list[Path]:
    """Return the folders of the installed books, the newest versions first."""
    folders = [path.parent for path in root.glob(f"*/*/{BOOK_FILE}")]
    plain = [folder for folder in folders if plain_names(folder.parent.name, folder.name)]
    return sorted(plain, key=lambda folder: order(folder.name), reverse=True)
