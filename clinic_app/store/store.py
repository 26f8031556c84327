"""The store of one clinic, open: the door through which services save and read.

Each saving method is one transaction: when it returns, all of it is on the disk, in the journal
and in the rows; when it raises, none of it is. One thread uses a store at a time.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.changes import Changes
from clinic_app.domain.differences import Difference
from clinic_app.domain.fields import Kind
from clinic_app.domain.kept import Kept
from clinic_app.domain.roles import Role
from clinic_app.domain.values import Answer
from clinic_app.domain.views import CaseRow, ClinicInfo, HistoryRow, UserInfo
from clinic_app.domain.work import Binned, NewRow, Printed, SafeContact, Waiting
from clinic_app.errors import InputError, KnownError
from clinic_app.store import bin as bins
from clinic_app.store import (
    cases,
    check,
    codes,
    dump,
    earlier,
    erasing,
    escrow,
    numbers,
    repair,
    todo,
    trouble,
    twin,
    undoing,
    vault,
)
from clinic_app.store import db as database
from clinic_app.store import journal as journals
from clinic_app.store import kept as figures
from clinic_app.store.audit import Audit
from clinic_app.store.backup import Source
from clinic_app.store.check import Looked
from clinic_app.store.conflicts import Conflicts
from clinic_app.store.counts import Counts
from clinic_app.store.db import Db
from clinic_app.store.employers import Employers
from clinic_app.store.evidence import EvidenceFiles
from clinic_app.store.files import DATABASE, KEYS
from clinic_app.store.groups import Groups
from clinic_app.store.journal import Journal
from clinic_app.store.lock import FolderLock
from clinic_app.store.membership import Membership
from clinic_app.store.migrations import MIGRATIONS, Migration
from clinic_app.store.people import People
from clinic_app.store.places import Place, read_path
from clinic_app.store.repair import Brought, Remains
from clinic_app.store.replica import REMEMBERED
from clinic_app.store.staff import Staff
from clinic_app.store.tables import ANSWERS, CASE, EMPLOYER, KEPT, LINK, PERSON, PRINT, USER, entity_type, single_id
from clinic_app.store.tallies import Tallies
from clinic_app.store.ties import Ties
from clinic_app.store.twin import Twins
from clinic_app.words import N_
from sync.errors import BadValue
from sync.records import Kind as Op
from sync.records import Value

Now = Callable[[], dt.datetime]

_UNCHANGED: Final = Changes()
NOTHING: Final[Mapping[str, Answer]] = MappingProxyType({})
_TWIN: Final = "twin"  # the stream of which a record was made outside
COPIED: Final = "copied_on"
"""Under this name stands the day on which this store was found to be a copy, or set back."""
_UNSCRUBBED: Final = "unscrubbed"  # something was erased, and its bytes may still be in free pages
ERASE_WANTED: Final = "erase_wanted"
"""The field of a case that asks headquarters to erase it; its value says why."""
_NUMBERS_LEFT_OUT: Final = 100
_LETTERS: Final = "ABCDEFGHJKMNPQRSTVWXYZ"


class _Same:
    """Stands for “leave it as it is” where None means “there is none”."""


SAME: Final = _Same()


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Store:
    """An open clinic. Made by `create` or `open`; owns the folder's lock and the file until `close`."""

    def __init__(
        self, folder: Path, lock: FolderLock, db: Db, user: UserInfo, now: Now, twins: Twins | None = None
    ) -> None:
        self.folder = folder
        self.user = user
        self._lock = lock
        self._db = db
        self._now = now
        self._opened = int(now().timestamp() * 1000)
        self._undone: set[int] = set()  # saves that were taken back, and the saves that did it
        self._took_back: set[bytes] = set()  # the operations that did it
        self._journal = Journal(db, user.id)
        self._twins: Twins | None = None
        self.staff = Staff(db, user)
        self.audit = Audit(db, self._journal.ground, user, now, twins.folder if twins else None)
        self.files = EvidenceFiles(folder, db, self._journal, self._saving, self._new_row)
        part = (db, self._journal, self._saving)
        self.ties = Ties(*part)
        self.people = People(*part)
        self.employers = Employers(*part)
        self.groups = Groups(*part)
        self.counts = Counts(*part)
        self.tallies = Tallies(*part)
        self.conflicts = Conflicts(*part)
        self.membership = Membership(*part, self.files)
        self._computers = self.membership.computers()
        meta: dict[str, str] = dict(db.rows("SELECT name, value FROM meta"))
        self.info = ClinicInfo(
            meta["name"], meta["place"], meta["practice"] == "yes", dt.date.fromisoformat(meta["created_on"])
        )

    @classmethod
    def create(cls, folder: Path, key: bytes, info: ClinicInfo, user: UserInfo, *, now: Now = _utc_now) -> Store:
        """Make the store of a new clinic, whose keys `vault.create` has made, and open it."""
        vault.check_key(folder, key)
        path = folder / DATABASE
        if path.exists():
            raise trouble.already_there(folder)

        def fill(db: Db) -> None:
            meta = {
                "name": info.name,
                "place": info.place,
                "practice": "yes" if info.practice else "no",
                "created_on": info.created_on.isoformat(),
                "last_number": "0",
            }
            for name, value in meta.items():
                db.run("INSERT INTO meta VALUES (?, ?)", (name, value))
            journals.begin(db)

        lock = FolderLock(folder)
        try:
            database.create(path, key, fill)
        finally:
            lock.release()
        return cls.open(folder, key, user, now=now)

    @classmethod
    def open(
        cls,
        folder: Path,
        key: bytes,
        user: UserInfo,
        *,
        now: Now = _utc_now,
        steps: Sequence[Migration] = MIGRATIONS,
        twins: Twins | None = None,
        admit: Role | None = None,
    ) -> Store:
        """Open a clinic. KnownError, and nothing changed on disk, when it cannot be opened safely.

        With `twins` a copied or restored store is recognised and writes on under a new stream. With
        `admit` somebody who came with the recovery key is let in with that role.
        """
        if not (folder / DATABASE).is_file():
            raise trouble.no_clinic(folder)
        vault.check_key(folder, key)
        lock = FolderLock(folder)
        try:
            db = database.open_checked(folder, key, steps[-1].number)
            try:
                db.upgrade(steps, lambda: Journal(db, user.id).rebuild())
                store = cls(folder, lock, db, user, now, twins)
                store.staff.begin(vault.users(folder), admit)
                store.audit.look()
                if twins is not None:
                    store._recognise(twins)
                store._greet()
                store._leave_escrow()
                store._scrub()
                store.files.collect()
            except BaseException:
                db.close()
                raise
        except BaseException:
            lock.release()
            raise
        return store

    def close(self) -> None:
        """Close the file and let the folder go; more than once does no harm."""
        if not self._db.closed:
            with suppress(KnownError):  # everything is saved; this only makes the next opening quicker
                self._journal.settle()
            self.note_twin()
            self.audit.note_head()
        self._db.close()
        self._lock.release()

    # -- saving -------------------------------------------------------------------------------

    def new_case(self, place: str, language: str, opened_on: dt.date, rules_version: str = "", worker: str = "") -> str:
        """Open an empty case, of a person who was here before when `worker` is given, and return its id."""
        with self._saving():
            return self._new_case(place, language, opened_on, rules_version, "intake", worker)

    def put_case(
        self,
        case: CaseFile,
        opened_on: dt.date,
        stage: str = "check",
        *,
        employers: Sequence[str] = (),
        collective: str = "",
    ) -> str:
        """Save a whole intake as a new case, in one transaction, and return its id.

        `employers` are ids of employers already known, put before those of the case itself.
        """
        with self._saving():
            case_id = self._new_case(case.place, case.language, opened_on, case.rules_version, stage)
            if collective:
                self._write(CASE, case_id, {"collective": collective})
            for employer in employers:
                self._link(case_id, employer)
            for section in catalogue.SECTIONS:
                if section.many:
                    for record in case.rows(section.id):
                        self._new_row(case_id, section.id, _values(section, record))
                elif values := _values(section, case.section(section.id)):
                    self._write(entity_type(section.id), self._single(case_id, section.id), values)
            answers = {name: codes.to_value(a, codes.kind_of(a)) for name, a in case.answers.values.items()}
            if known := {name: value for name, value in answers.items() if value is not None}:
                self._write(ANSWERS, single_id(case_id, ANSWERS), known)
        return case_id

    def set_answer(self, case_id: str, path: str, answer: Answer, kind: Kind | None = None) -> Changes:
        """Save one answer. NOT_ASKED clears it; the value that is there already changes nothing.

        `kind` is the kind of a rule book's question; sections know theirs. InputError for an
        unknown case, row or field.
        """
        place = read_path(path)
        cases.require(self._db, case_id)
        entity = self._entity(case_id, place, path)
        value = codes.to_value(answer, place.kind or kind or codes.kind_of(answer))
        same = codes.from_value(self._current(entity, place.field)) == answer
        if same and not self._journal.is_contested(entity, place.field):
            return _UNCHANGED
        kind_of_entity = ANSWERS if place.section == ANSWERS else entity_type(place.section)
        with self._saving(path):
            self._write(kind_of_entity, entity, {place.field: value})
        return _case_changed(case_id)

    def set_case(
        self,
        case_id: str,
        *,
        stage: str | None = None,
        intake_page: str | None = None,
        language: str | None = None,
        next_safe_date: dt.date | _Same | None = SAME,
        rules_version: str | None = None,
        collective_state: str | None = None,
    ) -> Changes:
        """Change what is given of a case itself; None leaves it. `next_safe_date` None clears that date."""
        cases.require(self._db, case_id)
        given = {
            "stage": stage,
            "intake_page": intake_page,
            "language": language,
            "rules_version": rules_version,
            "collective_state": collective_state,
        }
        wanted: dict[str, Value] = {name: value for name, value in given.items() if value is not None}
        if not isinstance(next_safe_date, _Same):
            wanted["next_safe_date"] = next_safe_date.isoformat() if next_safe_date else None
        changed = {name: value for name, value in wanted.items() if self._current(case_id, name) != value}
        if not changed:
            return _UNCHANGED
        with self._saving("case"):
            self._write(CASE, case_id, changed)
        return _case_changed(case_id)

    def add_row(self, case_id: str, section: str) -> str:
        """Add an empty row to a list section and return its id."""
        cases.require(self._db, case_id)
        _require_list(section)
        with self._saving():
            return self._new_row(case_id, section, {})

    def put_row(self, case_id: str, section: str, answers: Mapping[str, Answer]) -> Changes:
        """Add a row with its answers to a list section, in one transaction."""
        cases.require(self._db, case_id)
        _require_list(section)
        with self._saving(section):
            self._new_row(case_id, section, _values(catalogue.BY_ID[section], Record(answers)))
        return _case_changed(case_id)

    def put_work(
        self, case_id: str, rows: Sequence[NewRow], answers: Mapping[str, Answer] = NOTHING, stage: str | None = None
    ) -> Changes:
        """Add rows, set answers of the catalogue's sections and the stage of a case, all in one transaction."""
        cases.require(self._db, case_id)
        with self._saving("case"):
            for row in rows:
                _require_list(row.section)
                values = _values(catalogue.BY_ID[row.section], Record(row.values))
                self._new_row(case_id, row.section, values, row.id)
            for path, answer in answers.items():
                place = read_path(path)
                assert place.kind is not None  # only the catalogue's own fields are written this way
                value = codes.to_value(answer, place.kind)
                self._write(entity_type(place.section), self._entity(case_id, place, path), {place.field: value})
            if stage is not None and self._current(case_id, "stage") != stage:
                self._write(CASE, case_id, {"stage": stage})
        return _case_changed(case_id)

    def remove_row(self, case_id: str, section: str, row_id: str, reason: str = "") -> Changes:
        """Take a row out of a list section; the journal keeps what it said."""
        _require_list(section)
        self._require_row(case_id, section, row_id, f"{section}[{row_id}]")
        with self._saving("reason"):
            bins.put_in(self._journal, *_held(case_id, section, row_id), reason)
        return _case_changed(case_id)

    def restore_row(self, case_id: str, section: str, row_id: str) -> Changes:
        """Bring a row back that was taken out. InputError when there is none."""
        if all((binned.section, binned.id) != (section, row_id) for binned in self.binned_rows(case_id)):
            raise InputError(f"{section}[{row_id}]", N_("there is no such row"))
        with self._saving():
            bins.bring_back(self._journal, *_held(case_id, section, row_id))
        return _case_changed(case_id)

    def bin_case(self, case_id: str, reason: str) -> Changes:
        """Put a case into the bin; nothing of it is lost."""
        cases.require(self._db, case_id)
        with self._saving("reason"):
            bins.put_in(self._journal, CASE, case_id, reason)
        return _case_changed(case_id)

    def want_erased(self, case_id: str, why: str) -> Changes:
        """Let headquarters know that a case is to be erased, with a code that says why, and put it into the bin."""
        cases.require(self._db, case_id)
        with self._saving("reason"):
            self._write(CASE, case_id, {ERASE_WANTED: why})
            bins.put_in(self._journal, CASE, case_id, "")
        return _case_changed(case_id)

    def erase_alone(self, case_id: str) -> Changes:
        """Erase a case with all that belongs to it from this store, which is enrolled nowhere. It cannot be taken back.

        Only where there is no headquarters. The file is written anew without its freed pages.
        """
        cases.require(self._db, case_id)
        assert not self._journal.headquarters  # services ask headquarters then
        ground = self._journal.ground
        going = erasing.belongings(ground, case_id)
        with ground.transaction():
            erasing.without(self._db, ground, going)
            self._journal.load()
            self._journal.rebuild()
            for name, value in ((_TWIN, self._journal.stream.hex()), (_UNSCRUBBED, "yes")):
                self._db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
        self._undone.clear()
        self._took_back.clear()
        self._opened = int(self._now().timestamp() * 1000)
        self._journal.load()
        self.note_twin()
        self.files.collect()
        self._scrub()
        return Changes(frozenset({"case", "clinic"}), frozenset({case_id}))

    def _scrub(self) -> None:
        """Make what was erased unreadable in the file; after a cut at the next opening."""
        if self._db.first("SELECT 1 FROM meta WHERE name = ?", (_UNSCRUBBED,)) is not None:
            self._journal.ground.scrub()
            with self._db.transaction():
                self._db.run("DELETE FROM meta WHERE name = ?", (_UNSCRUBBED,))

    def restore_case(self, case_id: str) -> Changes:
        """Bring a case back from the bin."""
        cases.require(self._db, case_id)
        with self._saving():
            bins.bring_back(self._journal, CASE, case_id)
        return _case_changed(case_id)

    def undo(self, case_id: str) -> tuple[HistoryRow, ...]:
        """Take back the last change that this user made in a case since the store was opened.

        It is written as a new operation. Return what was taken back; nothing when there is nothing.
        """
        cases.require(self._db, case_id)
        for saved in undoing.saves(self._db, case_id, self.user.id, self._journal.replica, self._opened):
            if saved.number in self._undone:
                continue
            self._undone.add(saved.number)
            with self._saving("case"):
                number = self._journal.place.seq + 1
                undone = undoing.take_back(self._journal, saved, self._took_back)
            if undone:
                self._undone.add(number)
                return cases.history_of(self._db, undone)
        return ()

    def record_print(
        self, case_id: str, what: str, sha256: str, pages: str, how: str = "", *, code: str = "", held: str = ""
    ) -> Changes:
        """Note that papers of a case came out: which, the PDF's hash, which pages, by what way.

        `code` is that of its seal, `held` what the bundle held, as services write it down.
        """
        cases.require(self._db, case_id)
        fields: dict[str, Value] = {"case": case_id, "what": what, "sha256": sha256, "pages": pages}
        fields |= {name: value for name, value in (("how", how), ("code", code), ("held", held)) if value}
        with self._saving():
            self._journal.append(PRINT, _new_id(), Op.EVENT, fields)
        return _case_changed(case_id)

    def keep(self, case_id: str, kept: Kept) -> Changes:
        """Keep the figures of a case's law check, in place of those kept before; equal ones change nothing."""
        cases.require(self._db, case_id)
        before = self.kept(case_id)
        if before is not None and dataclasses.replace(before, on=kept.on) == kept:
            return _UNCHANGED
        fields: dict[str, Value] = {"case": case_id, "version": kept.version, "figures": figures.to_text(kept)}
        with self._saving("kept"):
            self._write(KEPT, single_id(case_id, KEPT), fields)
        return _case_changed(case_id)

    # -- reading ------------------------------------------------------------------------------

    def case(self, case_id: str) -> CaseFile:
        """Return the whole case, its records with their row ids. InputError for an unknown id."""
        return cases.case(self._db, self.info, case_id)

    def kept(self, case_id: str) -> Kept | None:
        """Return the figures that were kept of the case's last law check; None when there are none."""
        found = self._db.first("SELECT figures FROM kept WHERE id = ?", (single_id(case_id, KEPT),))
        return figures.from_text(found[0]) if found and found[0] else None

    def find(self, number: str) -> str:
        """Return the id of the case with this number. InputError for an unknown number."""
        return cases.find(self._db, number)

    def cases(
        self, search: str = "", limit: int = 100, offset: int = 0, stage: str | None = None
    ) -> tuple[CaseRow, ...]:
        """Return a page of the list of cases, the last changed first. Any typed text may be searched."""
        return cases.rows(self._db, search, limit, offset, stage)

    def row(self, case_id: str) -> CaseRow:
        """Return one case as the list shows it. InputError for an unknown id."""
        return cases.row(self._db, case_id)

    def due(self, until: dt.date, limit: int = 1000) -> tuple[CaseRow, ...]:
        """Return open cases whose next safe date is not after `until`, the earliest first."""
        return cases.due(self._db, until, limit)

    def rows_of(self, ids: Iterable[str]) -> dict[str, CaseRow]:
        """Return the cases with these ids as the list shows them, by id; what is in the bin is left out."""
        return cases.by_id(self._db, ids)

    def waiting(self, until: dt.date) -> tuple[Waiting, ...]:
        """Return the open entries of all diaries up to a day, the earliest first."""
        return todo.waiting(self._db, until)

    def safe_contacts(self, ids: Iterable[str]) -> dict[str, SafeContact]:
        """Return how to reach the workers of cases safely, by case."""
        return todo.safe_contacts(self._db, ids)

    def incomplete(self, limit: int) -> tuple[int, tuple[CaseRow, ...]]:
        """Return how many open cases lack an answer by which reports count, and the first of them."""
        return todo.incomplete(self._db, limit)

    def printed(self, case_id: str) -> tuple[Printed, ...]:
        """Return what was printed of a case, the latest first."""
        return cases.printed(self._db, case_id)

    def case_at(self, case_id: str, moment: dt.datetime) -> CaseFile | None:
        """Return the case as it stood at a moment; None when it had not been opened."""
        return earlier.case_at(self._db, self.info, case_id, moment)

    def binned_cases(self) -> tuple[Binned, ...]:
        """Return the cases in the bin, the last one first."""
        return cases.binned(self._db)

    def binned_rows(self, case_id: str) -> tuple[Binned, ...]:
        """Return the rows of a case that were taken out."""
        return bins.rows_in(self._db, self._journal, case_id)

    def count(self) -> int:
        """Return how many cases there are."""
        return cases.count(self._db)

    def history(self, case_id: str) -> tuple[HistoryRow, ...]:
        """Return everything that was done in a case, the latest first."""
        return cases.history(self._db, case_id)

    def differences(self, case_id: str) -> tuple[Difference, ...]:
        """Return what two people wrote differently in a case and nobody decided yet, by place.

        Questions of the rule book come without a label: only the book knows it.
        """
        cases.require(self._db, case_id)
        return self.conflicts.of_case(case_id, self.computer)

    def met(self) -> None:
        """Take up what a bundle, or headquarters, changed: to be called after each."""
        self._journal.load()
        self._computers = self.membership.computers()
        self._leave_escrow()

    def settle(self) -> None:
        """See everything that is saved into the file itself. To be done before anything leaves this computer."""
        self._journal.settle()
        self._db.checkpoint()
        self.note_twin()

    def computer(self, device: bytes) -> str:
        """Return the name of the computer with a device id, "" when it is not known here."""
        return self._computers.get(device, "")

    # -- what this computer alone knows --------------------------------------------------------

    def remembered(self, name: str) -> str:
        """Return what was kept under a name on this computer; "" when nothing was. It is not in the journal."""
        found = self._db.first("SELECT value FROM meta WHERE name = ?", (f"{REMEMBERED}{name}",))
        return str(found[0]) if found else ""

    def remember(self, name: str, value: str) -> None:
        """Keep a text under a name on this computer, in place of what was kept there."""
        with self._db.transaction():
            self._db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"{REMEMBERED}{name}", value))

    # -- upkeep -------------------------------------------------------------------------------

    def source(self) -> Source:
        """Return what a backup is made from, for any thread; its mark tells whether anything was saved since."""
        count = self._db.one("SELECT count(*) FROM op")[0]
        keys = (self.folder / KEYS).read_bytes()
        mark = self._db.derived_key(keys + self._journal.place.op + str(count).encode())
        return Source(self.folder, self._db.key, mark.hex())

    def begin_anew(self, day: dt.date) -> None:
        """Write on under a new stream: this store came out of a backup, and what was saved after it may be elsewhere.

        Case numbers go on beyond the next hundred: those given out after the backup are not given out again.
        """
        self._journal.begin_stream()
        last = int(self._db.one("SELECT value FROM meta WHERE name = 'last_number'")[0])
        with self._db.transaction():
            number = str((last // _NUMBERS_LEFT_OUT + 1) * _NUMBERS_LEFT_OUT)
            self._db.run("UPDATE meta SET value = ? WHERE name = 'last_number'", (number,))
        self.remember(COPIED, day.isoformat())

    def carry(self, remains: Remains) -> None:
        """Carry over what is a computer's own from a damaged store; then open this one anew."""
        repair.carry(self._db, remains)

    def bring(self, remains: Remains) -> Brought:
        """Take in every save that can be read of a damaged store and is not here."""
        return repair.bring(self._journal, remains)

    def rebuild(self) -> None:
        """Empty every table that follows from the journal and play the journal again."""
        with self._db.transaction():
            self._journal.rebuild()

    def dump(self) -> str:
        """Return every table that follows from the journal as text, in one order, for comparing."""
        return dump.text(self._db)

    def numbers(self) -> dict[str, int]:
        """Return how many rows each table has, and the version of the file, for support."""
        return numbers.of(self._db)

    def check(self) -> list[str]:
        """Return what is wrong with the store, in English for support: nothing, when all is well."""
        found = self._db.problems() + self._journal.problems()
        return found or dump.differences(self._db, self._journal)

    def look(self) -> Looked:
        """Look through the whole store and say what was found, part by part."""
        try:
            return check.look(self._db, self._journal, self.files, self.audit)
        except OSError as error:
            raise trouble.from_os(error) from error

    def copy(self, name: str) -> Path:
        """Copy the file and its keys into the backups folder before something is mended; return where."""
        return self._db.copy(name)

    # -- inside -------------------------------------------------------------------------------

    @contextmanager
    def _saving(self, path: str = "") -> Generator[None]:
        try:
            with self._journal.saving(int(self._now().timestamp() * 1000)):
                yield
        except BadValue as error:
            raise InputError(path, N_("this text cannot be saved: {why}"), why=error) from error

    def _recognise(self, twins: Twins) -> None:
        """Begin a new stream when this store was copied or set back since it was last open here."""
        self._twins = twins
        place = self._journal.place
        noted = self._db.first("SELECT value FROM meta WHERE name = ?", (_TWIN,))
        now = twin.Place(self._journal.stream, place.seq, place.op)
        if noted and noted[0] == now.stream.hex() and twin.is_copy(twins, self._journal.ground, now, self.folder):
            self._journal.begin_stream()
            self.remember(COPIED, self._now().date().isoformat())
        if self.note_twin():
            with self._db.transaction():
                self._db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_TWIN, self._journal.stream.hex()))

    def note_twin(self) -> bool:
        """Record outside the store how far this computer has come: before anything leaves it. Return whether it was."""
        if self._twins is None:
            return False
        place = self._journal.place
        try:
            self._twins.note(twin.Place(self._journal.stream, place.seq, place.op), self.folder)
        except OSError:
            return False  # then headquarters tells us, when we meet
        return True

    def _leave_escrow(self) -> None:
        """Leave the key for headquarters' printed key, once there is a headquarters that has one."""
        card, mine = self.membership.headquarters, self.membership.certificate
        if card is not None and mine is not None:
            with suppress(KnownError):  # a folder that cannot be written now: at the next opening
                escrow.leave(self.folder, self._db.key, card, mine)

    def _greet(self) -> None:
        """Let the journal know the name of whoever works now, so that histories can say it."""
        if self._current(self.user.id, "name") != self.user.name:
            with self._saving("user"):
                self._write(USER, self.user.id, {"name": self.user.name})

    def _new_case(
        self, place: str, language: str, opened_on: dt.date, rules_version: str, stage: str, known: str = ""
    ) -> str:
        case_id, worker = _new_id(), known or _new_id()
        if not known:
            self._journal.append(PERSON, worker, Op.CREATE, {})
        fields: dict[str, Value] = {
            "number": self._next_number(),
            "place": place,
            "language": language,
            "stage": stage,
            "opened_on": opened_on.isoformat(),
            "clinic": self.info.name,
            "rules_version": rules_version,
            "worker": worker,
        }
        self._journal.append(CASE, case_id, Op.CREATE, fields)
        return case_id

    def _next_number(self) -> str:
        number = int(self._db.one("SELECT value FROM meta WHERE name = 'last_number'")[0]) + 1
        self._db.run("UPDATE meta SET value = ? WHERE name = 'last_number'", (str(number),))
        return f"{_block(self._journal.replica)}-{number:04d}"

    def _new_row(self, case_id: str, section: str, values: Mapping[str, Value], row_id: str = "") -> str:
        row_id = row_id or _new_id()
        kind = entity_type(section)
        if kind == EMPLOYER:
            self._journal.append(EMPLOYER, row_id, Op.CREATE, values)
            self._link(case_id, row_id)
        else:
            self._journal.append(kind, row_id, Op.CREATE, {"case": case_id, **values})
        return row_id

    def _link(self, case_id: str, employer: str) -> None:
        self._journal.append(LINK, _link_id(case_id, employer), Op.LINK, {"case": case_id, "employer": employer})

    def _write(self, kind: str, entity: str, values: Mapping[str, Value]) -> None:
        self._journal.append(kind, entity, Op.SET, values)

    def _single(self, case_id: str, section: str) -> str:
        if entity_type(section) == PERSON:
            return str(self._db.one("SELECT worker FROM cases WHERE id = ?", (case_id,))[0])
        return single_id(case_id, section)

    def _entity(self, case_id: str, place: Place, path: str) -> str:
        if place.section == ANSWERS:
            return single_id(case_id, ANSWERS)
        if place.row:
            return self._require_row(case_id, place.section, place.row, path)
        return self._single(case_id, place.section)

    def _require_row(self, case_id: str, section: str, row_id: str, path: str) -> str:
        table = entity_type(section)
        if table == EMPLOYER:
            found = self._db.first(
                "SELECT 1 FROM case_employer WHERE case_id = ? AND employer = ? AND alive", (case_id, row_id)
            )
        else:
            found = self._db.first(
                f"SELECT 1 FROM {table} WHERE case_id = ? AND id = ? AND alive",  # noqa: S608 - a name of ours
                (case_id, row_id),
            )
        if found is None:
            raise InputError(path, N_("there is no such row"))
        return row_id

    def _current(self, entity: str, field: str) -> Value:
        return self._journal.current(entity, field)


def _values(section: catalogue.Section, record: Record) -> dict[str, Value]:
    found = {name: codes.to_value(answer, section.field(name).kind) for name, answer in record.values.items()}
    return {name: value for name, value in found.items() if value is not None}


def _held(case_id: str, section: str, row_id: str) -> tuple[str, str]:
    """Return the entity that is deleted with a row: the row, or an employer's link to the case."""
    kind = entity_type(section)
    return (LINK, _link_id(case_id, row_id)) if kind == EMPLOYER else (kind, row_id)


def _require_list(section: str) -> None:
    known = catalogue.BY_ID.get(section)
    if known is None or not known.many:
        raise InputError(section, N_("no such list"))


def _case_changed(case_id: str) -> Changes:
    return Changes(frozenset({"case"}), frozenset({case_id}))


def _new_id() -> str:
    return secrets.token_hex(16)


def _link_id(case_id: str, employer: str) -> str:
    # The same on every computer, so that linking twice is one link
    return hashlib.blake2b(f"{case_id} {employer}".encode(), digest_size=16).hexdigest()


def _block(replica: bytes) -> str:
    """Return this computer's two signs at the head of case numbers."""
    return f"{_LETTERS[replica[0] % len(_LETTERS)]}{replica[1] % 10}"
