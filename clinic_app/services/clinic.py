"""A clinic on this computer: make it, open it, close it.

An open Clinic belongs to the thread that opened it; the window opens it on its store thread.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from clinic_app import paths
from clinic_app.documents import sheets
from clinic_app.domain.audit import Deed
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.fields import Field
from clinic_app.domain.packet import Paper
from clinic_app.domain.roles import Role
from clinic_app.domain.views import ClinicInfo, UserInfo
from clinic_app.errors import InputError, KnownError
from clinic_app.rules import signing
from clinic_app.rules.book import BOOK_FILE, RuleBook, load_books
from clinic_app.rules.shelf import Carried, Shelf, carried_books
from clinic_app.rules.signing import TrustedKey
from clinic_app.store import putting, vault
from clinic_app.store.store import Store
from clinic_app.store.twin import Twins
from clinic_app.words import N_

EXPECTED_PLACES: Final = ("mx", "pe", "ge")  # clinics may begin here before their book is installed
RULES_FOLDER: Final = "rules"
TRUSTED_KEYS: Final = "trusted_keys"
LONGEST_NAME: Final = 200
# The practice clinic holds only invented people; anyone may open it.
PRACTICE_PASSWORD: Final = "practice"  # noqa: S105
PRACTICE_USER: Final = "Practice"
PRACTICE_NAMES: Final = {"mx": "Clínica de práctica", "pe": "Clínica de práctica", "ge": "სავარჯიშო კლინიკა"}
LOCAL_DAYS: Final = "local_days"


@dataclass(frozen=True, slots=True)
class Clinic:
    """An open clinic: its store, its shelf of rule books, and who works."""

    folder: Path
    store: Store
    shelf: Shelf
    user: UserInfo

    @property
    def info(self) -> ClinicInfo:
        """The clinic's name and place."""
        return self.store.info

    @property
    def books(self) -> Mapping[str, RuleBook]:
        """The newest rule book of each place."""
        return self.shelf.newest

    @property
    def currency(self) -> str:
        """The currency of the clinic's place, "" while there is no rule book for it."""
        book = self.books.get(self.info.place)
        return book.currency if book is not None else ""

    def book(self, place: str) -> RuleBook:
        """Return the rule book of a place; KnownError when this program has none yet."""
        return self._with_local_days(book_of(self.books, place))

    def book_for(self, case: CaseFile) -> RuleBook:
        """Return the rule book of a case: the version it was computed with while that is here, else the newest."""
        own = self.shelf.find(case.place, case.rules_version)
        return self._with_local_days(own) if own is not None else self.book(case.place)

    def _with_local_days(self, book: RuleBook) -> RuleBook:
        """Return the book with the days on which the authorities of the clinic's own place are closed besides."""
        days = local_days(self.store) if book.place == self.info.place else {}
        return replace(book, calendar=book.calendar.also_closed(days)) if days else book

    def close(self) -> None:
        """Close the store; everything saved stays saved."""
        self.store.close()


def local_days(store: Store) -> dict[dt.date, str]:
    """Return the days on which the clinic's authorities are closed besides the book's, with the reason of each."""
    kept = json.loads(store.remembered(LOCAL_DAYS) or "{}")
    return {dt.date.fromisoformat(day): str(why) for day, why in kept.items()}


def rule_books() -> Mapping[str, RuleBook]:
    """Return the newest rule books that this program carries, by place."""
    return carried().newest


def carried() -> Carried:
    """Return the program's own books and those of whoever writes one now; BookError when the writer's is wrong."""
    extra = paths.extra_rules()
    return carried_books(paths.resources() / "rules", load_books(extra).values() if extra is not None else ())


def places() -> tuple[str, ...]:
    """Return the places that a clinic may be made for."""
    found = [path.parent.name for root in paths.rule_folders() for path in sorted(root.glob(f"*/{BOOK_FILE}"))]
    return tuple(dict.fromkeys((*EXPECTED_PLACES, *found)))


def trusted_keys(store: Store) -> tuple[TrustedKey, ...]:
    """Return the keys whose signed books this clinic takes: the program's own, then those that it added."""
    file = paths.resources() / "rules" / f"{TRUSTED_KEYS}.json"
    added = store.remembered(TRUSTED_KEYS)
    own = signing.read_keys(file.read_bytes(), file.name)
    return (*own, *(signing.read_keys(added.encode(), TRUSTED_KEYS) if added else ()))


def book_of(books: Mapping[str, RuleBook], place: str) -> RuleBook:
    """Return the rule book of a place; KnownError when there is none."""
    if place not in books:
        raise KnownError(
            "R-01",
            N_("There is no rule book for “{place}” on this computer yet."),
            N_("Records can be kept; the law check needs the rule book."),
            place=place,
        )
    return books[place]


def questions_by_place(books: Mapping[str, RuleBook]) -> dict[str, Sequence[Field]]:
    """Return the questions of each rule book, as the intake file needs them."""
    return {place: book.fields for place, book in books.items()}


def exists(folder: Path) -> bool:
    """Say whether the folder holds a clinic; a restoring that was cut off is gone on with first."""
    finish_restoring(folder)
    return vault.exists(folder)


def finish_restoring(folder: Path) -> None:
    """Go on with a restoring that was cut off, if one was. KnownError when the disk refuses."""
    try:
        putting.finish(folder)
    except OSError as error:
        raise folder_error(folder, error) from error


def users(folder: Path) -> tuple[UserInfo, ...]:
    """Return who may open the clinic, for the first screen."""
    return vault.users(folder)


def check_new(name: str, place: str, user: str, password: str) -> None:
    """Raise InputError for a clinic's name, place, user or password that cannot be taken."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InputError("clinic", N_("the clinic needs a name"), N_("at most 200 letters"))
    if place not in places():
        raise InputError("place", N_("“{value}” is not one of the choices"), ", ".join(places()), value=place)
    if not user.strip() or len(user) > LONGEST_NAME:
        raise InputError("user", N_("the first user needs a name"), N_("at most 200 letters"))
    check_password(password)


def check_password(password: str) -> None:
    """Raise InputError for a password that is too short to protect anything."""
    if len(password) < vault.SHORTEST_PASSWORD:
        raise InputError(
            "password",
            N_("the password is too short"),
            N_("at least {least} characters; four words that only you know are good"),
            least=vault.SHORTEST_PASSWORD,
        )


def create(
    folder: Path, name: str, place: str, user: str, password: str, *, practice: bool = False
) -> tuple[Clinic, str]:
    """Make a clinic in the folder and open it; return it with its recovery key, which is shown once.

    It is built beside the folder and moved there whole, so that a power cut leaves either a clinic
    or nothing. InputError when the folder already holds something.
    """
    check_new(name, place, user, password)
    if exists(folder):
        raise InputError("data", N_("there is already a clinic in {folder}"), N_("an empty folder"), folder=folder)
    if folder.exists() and any(folder.iterdir()):
        raise InputError("data", N_("the folder {folder} is not empty"), N_("an empty folder"), folder=folder)
    building = folder.with_name(folder.name + ".new")
    try:
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(parents=True)
        key, owner, recovery = vault.create(building, user.strip(), password)
        info = ClinicInfo(name.strip(), place, practice, dt.datetime.now(tz=dt.UTC).date())
        Store.create(building, key, info, owner).close()
        if folder.exists():
            folder.rmdir()
        building.rename(folder)
    except OSError as error:
        shutil.rmtree(building, ignore_errors=True)
        raise folder_error(folder, error) from error
    return opened(folder, key, owner), recovery


def unlock(folder: Path, password: str, user: str | None = None) -> Clinic:
    """Open the clinic with a password; without a user's name every user's lock is tried."""
    key, who = vault.unlock(folder, password, user)
    return opened(folder, key, who)


def confirm(clinic: Clinic, password: str) -> None:
    """Check the password of whoever works, to show a hidden window again; KnownError when it is another."""
    vault.unlock(clinic.folder, password, clinic.user.name)


def unlock_with_recovery(folder: Path, recovery_key: str, new_password: str, user: str) -> Clinic:
    """Open the clinic with the printed recovery key and give the user a new password."""
    check_password(new_password)
    key, who = vault.unlock_with_recovery(folder, recovery_key, user, new_password)
    return open_recovered(folder, key, who)


def open_recovered(folder: Path, key: bytes, who: UserInfo) -> Clinic:
    """Open the clinic for somebody who came back in with its key itself; somebody unknown becomes a coordinator."""
    return opened(folder, key, who, Role.COORDINATOR)


def seconds_to_wait(folder: Path) -> int:
    """Return how many seconds no password is tried, after several wrong ones; 0 when one may be."""
    return vault.seconds_to_wait(folder)


def open_practice(folder: Path, fill: Callable[[Clinic], None], place: str = "mx") -> Clinic:
    """Open the practice clinic; the first time it is made for a place and `fill` puts the invented cases in."""
    if exists(folder):
        return unlock(folder, PRACTICE_PASSWORD, PRACTICE_USER)
    name = PRACTICE_NAMES.get(place, PRACTICE_USER)
    clinic, _ = create(folder, name, place, PRACTICE_USER, PRACTICE_PASSWORD, practice=True)
    fill(clinic)
    return clinic


def recovery_sheet(clinic_name: str, recovery_key: str, language: str, paper: Paper, on: dt.date) -> bytes:
    """Return the printable sheet with the recovery key, as PDF."""
    return sheets.recovery_sheet(clinic_name, recovery_key, language, paper, on)


def opened(folder: Path, key: bytes, who: UserInfo, admit: Role | None = None) -> Clinic:
    """Open the clinic with its key, for somebody whose password opened it; `admit` as in the store."""
    books = carried()  # first: when a book is wrong no store stays open
    store = Store.open(folder, key, who, twins=Twins(paths.twin_folder()), admit=admit)
    try:
        made = Clinic(folder, store, Shelf(books, folder / RULES_FOLDER, trusted_keys(store)), who)
        made.books.get(made.info.place)  # read now: every screen asks for it
        if gone := store.staff.removed() & {user.id for user in vault.users(folder)}:
            vault.remove_users(folder, key, gone)  # a removal was cut off, or an older keys file put back
        store.audit.note(Deed.OPENED if admit is None else Deed.RECOVERED)
    except BaseException:
        store.close()
        raise
    return made


def folder_error(folder: Path, error: OSError) -> KnownError:
    """Say in words why a folder cannot be used."""
    return KnownError(
        "S-20",
        N_("The folder {folder} cannot be used: {why}."),
        N_("Choose another folder, or free some space, and try again."),
        folder=folder,
        why=error.strerror or type(error).__name__,
    )
