"""The rule books of a clinic: take in a signed one, trust a key, check and sign what a writer made.

A book that is refused changes nothing: the clinic goes on with the one it has.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from clinic_app import __version__, paths
from clinic_app.documents import rulebook
from clinic_app.domain.assessment import Stale
from clinic_app.domain.audit import Deed
from clinic_app.domain.fields import Label
from clinic_app.domain.packet import Paper
from clinic_app.domain.roles import Right
from clinic_app.domain.rulebook import BookSource, Entry
from clinic_app.domain.values import pick
from clinic_app.errors import ClinicError, InputError, KnownError
from clinic_app.rules import outline, shelf, signing, signing_key
from clinic_app.rules.book import BOOK_FILE, RuleBook, load_book
from clinic_app.rules.examples import ExampleResult, run_example, run_examples
from clinic_app.rules.folder import read_files
from clinic_app.rules.signing import SIGNATURE_FILE, TrustedKey
from clinic_app.rules.trace import show
from clinic_app.services import audit, files
from clinic_app.services.clinic import RULES_FOLDER, TRUSTED_KEYS, Clinic, folder_error
from clinic_app.services.permission import require
from clinic_app.words import N_

_PLACE: Final = b"PLACE"  # stands for the place in the skeleton


@dataclass(frozen=True, slots=True)
class Installed:
    """A book that a clinic took in. `newest` when new cases use it from now on."""

    place: str
    version: str
    signed_by: str
    examples: int
    newest: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One version of a book that a clinic has, or a folder that it does not use and why."""

    place: str
    version: str
    newest: bool
    problem: ClinicError | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking a book found: its place and version, each worked example, or why it cannot be read."""

    folder: Path
    place: str
    version: str
    results: tuple[ExampleResult, ...]
    problem: ClinicError | None = None

    @property
    def passed(self) -> bool:
        """Whether the book can be read and every example came out as expected."""
        return self.problem is None and all(result.passed for result in self.results)


def install(clinic: Clinic, folder: Path) -> Installed:
    """Take in the signed book of a folder. KnownError or BookError, and nothing changed, when it is refused."""
    require(clinic, Right.TRUST)
    return _install(clinic, folder)


def receive(clinic: Clinic, folder: Path) -> Installed:
    """Take in a book that headquarters sent along: as `install`, by whoever meets headquarters.

    Whose signature counts was decided before, by a coordinator.
    """
    require(clinic, Right.SYNC)
    return _install(clinic, folder)


def _install(clinic: Clinic, folder: Path) -> Installed:
    parcel = shelf.read_signed(folder, clinic.shelf.trusted)
    book = parcel.book
    there = clinic.shelf.find(book.place, book.version)
    if there is not None and there.digest != book.digest:
        raise KnownError(
            "R-08",
            N_("Another rule book with the version {version} is already here."),
            N_("Ask headquarters for a book with a new version."),
            version=book.version,
        )
    results = _passed(book)
    if there is None:
        _unpack(parcel.files, clinic.folder / RULES_FOLDER / book.place, book.version)
        clinic.shelf.look_again(clinic.shelf.trusted)
        audit.note(clinic, Deed.BOOK_INSTALLED, detail=book.version)
    newest = clinic.shelf.newest[book.place].version == book.version
    return Installed(book.place, book.version, parcel.key.name, len(results), newest)


def list_books(clinic: Clinic) -> tuple[Listed, ...]:
    """Return every version of every book that the clinic has, the newest of a place first, then those not used."""
    used = [
        Listed(place, version, newest=version == book.version)
        for place, book in sorted(clinic.shelf.newest.items())
        for version in clinic.shelf.versions(place)
    ]
    unused = [
        Listed(refused.folder.parent.name, refused.folder.name, newest=False, problem=refused.error)
        for refused in clinic.shelf.refused
    ]
    return (*used, *unused)


def stale(clinic: Clinic, on: dt.date) -> tuple[Stale, ...]:
    """Return the values of the clinic's own book for which a newer one was expected by the day, each as it is used."""
    book = clinic.books.get(clinic.info.place)
    parameters = book.parameters.values() if book is not None else ()
    found = []
    for parameter in parameters:
        value = parameter.on(on)
        since = parameter.stale_since(value, on) if value is not None else None
        if value is not None and since is not None:
            numbers = [show(number, parameter.unit) for number in value.numbers.values()]
            found.append(Stale(parameter.id, parameter.title, " · ".join(numbers), since))
    return tuple(found)


def read_key(raw: bytes, path: str) -> TrustedKey:
    """Return the one public key of a file, to show its fingerprint before it is trusted."""
    keys = signing.read_keys(raw, path)
    if len(keys) != 1:
        raise InputError(path, N_("the file holds {count} keys"), N_("exactly one key"), count=len(keys))
    return keys[0]


def trust(clinic: Clinic, key: TrustedKey, fingerprint: str) -> None:
    """Take the key's books from now on. `fingerprint` is what a person read and compared; it must be the key's."""
    require(clinic, Right.TRUST)
    if fingerprint.split() != key.fingerprint.split():
        raise InputError(
            "fingerprint",
            N_("these are not the six groups of digits of this key"),
            N_("the six groups of five digits that headquarters reads out to you"),
        )
    if any(known.id == key.id for known in clinic.shelf.trusted):
        return
    added = clinic.store.remembered(TRUSTED_KEYS)
    keys = signing.read_keys(added.encode(), TRUSTED_KEYS) if added else ()
    clinic.store.remember(TRUSTED_KEYS, signing.write_keys((*keys, key)).decode())
    clinic.shelf.look_again((*clinic.shelf.trusted, key))
    audit.note(clinic, Deed.KEY_TRUSTED, detail=key.fingerprint)


def folders(what: str) -> tuple[Path, ...]:
    """Return the folders that a place's name or a path means; all books of the program for "".

    InputError when there is none.
    """
    carried = [path.parent for root in paths.rule_folders() for path in sorted(root.glob(f"*/{BOOK_FILE}"))]
    if not what:
        return tuple(carried)
    if (Path(what) / BOOK_FILE).is_file():
        return (Path(what),)
    found = [folder for folder in carried if folder.name == what]
    if not found:
        known = ", ".join(dict.fromkeys(folder.name for folder in carried))
        raise InputError(what, N_("there is no rule book here"), N_("a place ({places}) or a folder"), places=known)
    return (found[-1],)


def check(folder: Path) -> Checked:
    """Read a book and run its worked examples."""
    try:
        book = load_book(folder)
    except ClinicError as error:
        return Checked(folder, folder.name, "", (), error)
    return Checked(folder, book.place, book.version, run_examples(book))


def begin(place: str, parent: Path) -> Path:
    """Write a commented skeleton of a new country, which passes its own check; return its folder."""
    if not shelf.plain_names(place, f"{place}-1"):
        raise InputError(place, N_("the place is not a plain name"), N_("small letters, like the two of a country"))
    folder = parent / place
    if folder.exists():
        raise InputError(str(folder), N_("the folder is already there"), N_("a place without a folder"))
    for name, raw in read_files(paths.resources() / "skeleton").items():
        try:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise folder_error(folder, error) from error
        files.write(folder / name, raw.replace(_PLACE, place.encode()))
    return folder


def print_book(
    folder: Path, language: str | None, paper: Paper | None, on: dt.date, say: Callable[[str], Callable[[Label], str]]
) -> bytes:
    """Return the whole book of a folder as PDF for sign-off; `say` gives the words of a language.

    In the language of the law and on the usual sheet of its place when none is chosen.
    """
    book = load_book(folder)
    chosen = language or book.main_language
    source = BookSource(
        title=pick(book.title, chosen),
        place=book.place,
        version=book.version,
        digest=book.digest,
        language=chosen,
        paper=paper or Paper(book.paper),
        prepared_on=on,
        chapters=outline.chapters(book, say(chosen)),
    )
    return rulebook.render(source, __version__)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that two versions of a book do not have alike: each line as it was and as it is; "" for none.

    `old` and `new` are False when the entry stands in the other version only.
    """

    chapter: str
    entry: str
    old: bool
    new: bool
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed from one version to another, and the old worked examples that now come out otherwise."""

    old: str
    new: str
    changes: tuple[Change, ...]
    examples: tuple[ExampleResult, ...]


def compare(old: Path, new: Path, language: str | None, say: Callable[[str], Callable[[Label], str]]) -> Compared:
    """Compare two versions of a book in words, and compute the old one's worked examples with the new one."""
    one, other = load_book(old), load_book(new)
    words = say(language or other.main_language)
    changes = []
    for before, after in zip(outline.chapters(one, words), outline.chapters(other, words), strict=True):
        olds, news = ({entry.id: entry for entry in chapter.entries} for chapter in (before, after))
        for name in dict.fromkeys((*olds, *news)):
            lines = _changed(olds.get(name), news.get(name))
            if lines:
                title = (news.get(name) or olds[name]).title
                changes.append(Change(after.title, f"{title} ({name})", name in olds, name in news, lines))
    told = [replace(example, values=()) for example in one.examples if example.facts is not None]
    results = (run_example(other, example) for example in told)
    return Compared(one.version, other.version, tuple(changes), tuple(r for r in results if not r.passed))


def _changed(old: Entry | None, new: Entry | None) -> tuple[tuple[str, str, str], ...]:
    olds, news = _lines(old), _lines(new)
    labels = dict.fromkeys((*olds, *news))
    pairs = ((label, olds.get(label, ""), news.get(label, "")) for label in labels)
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def _lines(entry: Entry | None) -> dict[str, str]:
    """Return what an entry says, by label; a row of its table by its first cell."""
    if entry is None:
        return {}
    lines = {"": entry.title, **{line.label: line.text for line in entry.lines}}
    rows = entry.grid.rows if entry.grid is not None else ()
    return lines | {row[0]: " · ".join(cell.replace("\n", ", ") for cell in row[2:]) for row in rows}


def make_key(path: Path, name: str, password: str) -> TrustedKey:
    """Make a key that signs books, sealed with the password, and beside it the public half (`.pub`) to hand out."""
    private = signing_key.make(path, password)
    public = TrustedKey(name, private.public_key().public_bytes_raw())
    files.write(path.with_name(f"{path.name}.pub"), signing.write_keys([public]))
    return public


def sign(folder: Path, key_file: Path, password: str) -> str:
    """Sign the book of a folder, which must pass its own examples; return its version."""
    private = signing_key.read(key_file, password)
    content = read_files(folder)
    book = load_book(folder)
    if not shelf.plain_names(book.place, book.version):
        raise InputError(
            str(folder / BOOK_FILE),
            N_("the place or the version is not a plain name"),
            N_("small letters, digits, dots and dashes"),
        )
    _passed(book)
    files.write(folder / SIGNATURE_FILE, signing.signature(content, book.version, private))
    return book.version


def _passed(book: RuleBook) -> tuple[ExampleResult, ...]:
    """Return the results of the book's worked examples; KnownError when one differs or there is none."""
    results = run_examples(book)
    wrong = next((result for result in results if not result.passed), None)
    if wrong is not None or not results:
        raise KnownError(
            "R-09",
            N_("The rule book does not pass its own worked examples: {example}"),
            N_("Tell headquarters; the rule book has a mistake or needs a newer program."),
            example=f"{wrong.id}: {wrong.differences[0].what}" if wrong else "—",
        )
    return results


def _unpack(files: Mapping[str, bytes], target: Path, version: str) -> None:
    """Write a book whole or not at all: built beside its place under a name that is never read, then moved."""
    building = target / f".{version}"
    try:
        shutil.rmtree(building, ignore_errors=True)
        for name, raw in files.items():
            (building / name).parent.mkdir(parents=True, exist_ok=True)
            with (building / name).open("wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
        shutil.rmtree(target / version, ignore_errors=True)  # a copy of it that could not be read
        building.rename(target / version)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        raise folder_error(target, error) from error
