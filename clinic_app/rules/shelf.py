"""Which versions of which rule books there are here, and which one is new cases' own.

Books that the program carries are part of the program. A book from outside counts only with a good
signature of a trusted key; one that has none is left out and said, never half used. Reading a book takes
a fifth of a second: a place's books are read when somebody first asks for that place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
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


class Carried:
    """The books that are part of the program, and those of them that are wrong. Owns those it has read."""

    def __init__(self, books: Iterable[RuleBook] = (), folders: Iterable[Path] = ()) -> None:
        """Take books, and folders of a place's book, each read when its place is asked for."""
        self._books: dict[str, tuple[RuleBook, ...]] = {}
        self._refused: list[Refused] = []
        self._folders: dict[str, list[Path]] = {}
        for book in books:
            self._books[book.place] = (*self._books.get(book.place, ()), book)
        for folder in folders:
            self._folders.setdefault(folder.name, []).append(folder)

    @property
    def places(self) -> tuple[str, ...]:
        """The places that there may be a book of."""
        return tuple(sorted({*self._books, *self._folders}))

    @property
    def newest(self) -> Newest:
        """The newest of them, by place."""
        return Newest(self.places, lambda place: newest_of(self.of(place)).get(place))

    @property
    def refused(self) -> tuple[Refused, ...]:
        """Every book that is wrong; all are read."""
        for place in self.places:
            self.of(place)
        return tuple(self._refused)

    def of(self, place: str) -> tuple[RuleBook, ...]:
        """Return the books of a place; one that is wrong does not stop the others."""
        for folder in self._folders.pop(place, ()):
            try:
                self._books[place] = (*self._books.get(place, ()), load_book(folder))
            except BookError as error:
                self._refused.append(Refused(folder, error))
        return self._books.get(place, ())


class Newest(Mapping[str, RuleBook]):
    """The newest book of each place, read when its place is asked for; going through all of them reads all."""

    def __init__(self, places: Iterable[str], read: Callable[[str], RuleBook | None]) -> None:
        self._places = tuple(sorted(places))
        self._read = read
        self._known: dict[str, RuleBook | None] = {}

    def __getitem__(self, place: str) -> RuleBook:
        """Return the newest book of a place, or raise KeyError."""
        if place not in self._known and place in self._places:
            self._known[place] = self._read(place)
        book = self._known.get(place)
        if book is None:
            raise KeyError(place)
        return book

    def __iter__(self) -> Iterator[str]:
        return (place for place in self._places if place in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


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
        self.trusted: tuple[TrustedKey, ...] = ()
        self.look_again(trusted)

    def look_again(self, trusted: Iterable[TrustedKey]) -> None:
        """Find out anew which books are here, after one was installed or a key was trusted."""
        self.trusted = tuple(trusted)
        self._open: dict[tuple[str, str], RuleBook] = {}
        self._refused: list[Refused] = []
        self._folders: dict[tuple[str, str], Path] = {}
        for folder in _installed(self._root):
            self._folders[folder.parent.name, folder.name] = folder
        self.newest: Mapping[str, RuleBook] = Newest(
            {*self._carried.places, *(place for place, _ in self._folders)}, self._read_newest
        )

    @property
    def refused(self) -> tuple[Refused, ...]:
        """The books that are here and are not used; every place is looked through."""
        tuple(self.newest)  # going through all of them reads all
        return (*self._carried.refused, *self._refused)

    def find(self, place: str, version: str) -> RuleBook | None:
        """Return one version of a place's book; None when it is not here or cannot be trusted."""
        key = (place, version)
        if place not in self.newest:  # from here on all of the place is known
            return None
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
        known = (*self._open, *self._folders) if place in self.newest else ()
        found = {version for at, version in known if at == place}
        return tuple(sorted(found, key=order, reverse=True))

    def _read_newest(self, place: str) -> RuleBook | None:
        """Read the books of a place that may be its newest; None when there is none that can be used."""
        carried = self._carried.of(place)
        self._open |= {(place, book.version): book for book in carried}
        newest = newest_of(carried).get(place)
        for key in [key for key in self._folders if key[0] == place]:  # the newest first
            if key in self._open:
                del self._folders[key]  # what the program carries is taken from there
            elif newest is None or order(key[1]) > order(newest.version):
                try:
                    newest = self._opened(key)
                except ClinicError as error:
                    self._refused.append(Refused(self._folders.pop(key), error))
        return newest

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


def carried_books(root: Path, others: Iterable[RuleBook] = ()) -> Carried:
    """Return the books in the folders of a place below a root, and others besides."""
    return Carried(others, (path.parent for path in root.glob(f"*/{BOOK_FILE}")))


def newest_of(books: Iterable[RuleBook]) -> dict[str, RuleBook]:
    """Return the newest of the books, by place."""
    return {book.place: book for book in sorted(books, key=lambda book: order(book.version))}


def _installed(root: Path) -> list[Path]:
    """Return the folders of the installed books, the newest versions first."""
    folders = [path.parent for path in root.glob(f"*/*/{BOOK_FILE}")]
    plain = [folder for folder in folders if plain_names(folder.parent.name, folder.name)]
    return sorted(plain, key=lambda folder: order(folder.name), reverse=True)
