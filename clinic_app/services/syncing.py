"""Meeting headquarters and the other computers of the clinic: by stick or line, at any time, as often as one likes.

Nothing that was saved waits for it, nothing is deleted by it, and every step may be cut off and
repeated. A meeting is a few steps; those that only move bytes (`Meeting.fetch`, `Meeting.leave`)
touch no store and may run on another thread than the clinic's.
"""

from __future__ import annotations

import datetime as dt
import errno
import io
import shutil
import time
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from clinic_app.domain.audit import Deed
from clinic_app.domain.changes import Changes
from clinic_app.domain.roles import Right
from clinic_app.errors import ClinicError, InputError, KnownError
from clinic_app.services import audit, rulebooks, sync_trouble
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.store.membership import Left
from clinic_app.store.store import COPIED
from clinic_app.words import N_
from sync import bundle, identity, shorthand, stick
from sync.bundle import (
    Damaged,
    ForSomeoneElse,
    NewerVersion,
    NotABundle,
    Opened,
    Reader,
    RevokedSender,
    UnknownSender,
    Unreadable,
)
from sync.errors import BadRecord
from sync.exchange import Report
from sync.identity import BadSignature, NewerFormat
from sync.inbox import Inbox
from sync.line import VOLUME_BYTES, Line, LineTrouble, Memory, NotHeadquarters, OtherVersion, Refused, essence
from sync.parcel import MOST_VOLUME_BYTES, Packer, Parcel
from sync.shelf import Shelf
from sync.stick import Progress, StickFaulty, StickFull, StickGone, StickReadOnly, StickTrouble
from sync.wire import BOOK, MOST_PIECE_BYTES, Enrolment, Entry, Headquarters, Manifest

INBOX: Final = "inbox"
OUTBOX: Final = "outbox"
OVERDUE_DAYS: Final = 14
"""After so many days without a word of headquarters, work that waits becomes a task."""

_BOOK: Final = "arrived-book"
_PAUSED: Final = "sync.paused"
_ALLOWANCE: Final = "sync.allowance"
_LINE_ALLOWANCE: Final = 20_000_000  # bytes of evidence a meeting over the line
STICK_ALLOWANCE: Final = 64_000_000_000
_MOST_WANTS: Final = 1000
_MOST_FILES: Final = 1000
_DAY_MS: Final = 24 * 60 * 60 * 1000


# -- enrolment ------------------------------------------------------------------------------------


def request(clinic: Clinic, computer: str) -> bytes:
    """Return the file with which this computer asks headquarters to be enrolled. `computer` is its name there.

    Making it again does no harm: the keys stay the same. A computer that headquarters has shut out
    asks with new keys, as a new one; its cases stay.
    """
    require(clinic, Right.ENROL)
    name = " ".join(computer.split())
    if not name or len(name) > 80 or not name.isprintable():  # noqa: PLR2004 - a line's width
        raise InputError("computer", N_("the computer needs a name"), N_("a name of 1 to 80 letters"))
    if clinic.store.membership.is_revoked:
        clinic.store.membership.renew()
        clinic.store.met()
    return clinic.store.membership.request(name, clinic.info.name, clinic.info.place, _now())


@dataclass(frozen=True, slots=True)
class Joining:
    """An enrolment that was read and is for this computer: whose it is, and the six words to compare aloud."""

    headquarters: str
    clinic: str
    computer: str
    words: str
    card: Enrolment


def read_enrolment(clinic: Clinic, content: bytes) -> Joining:
    """Read the file that headquarters made from our request. KnownError says why it cannot be used.

    The words are read aloud with headquarters before `enrol`: only equal words prove that nobody
    put a file of theirs in between.
    """
    require(clinic, Right.ENROL)
    try:
        card = identity.read_card(content, Enrolment)
    except NewerFormat:
        raise sync_trouble.newer() from None
    except (BadRecord, BadSignature):
        raise sync_trouble.bad_card() from None
    if not clinic.store.membership.is_ours(card):
        raise sync_trouble.not_for_us()
    pinned = clinic.store.membership.headquarters
    if pinned is not None and (pinned.id, pinned.sign_key) != (card.headquarters.id, card.headquarters.sign_key):
        raise sync_trouble.other_headquarters(pinned.name)
    told = card.certificate
    words = identity.words_of_enrolment(card.headquarters, told)
    return Joining(card.headquarters.name, told.clinic, told.name, words, card)


def enrol(clinic: Clinic, joining: Joining) -> None:
    """Take part from now on. Everything saved before goes to headquarters at the next meeting."""
    require(clinic, Right.ENROL)
    clinic.store.membership.accept(joining.card)
    clinic.store.met()
    audit.note(clinic, Deed.ENROLLED, detail=joining.headquarters)


# -- a meeting ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slip:
    """What was left for headquarters: to be printed, and compared with headquarters by telephone."""

    words: str
    changes: int
    files: int
    size: int
    volumes: int
    headquarters: str
    clinic: str
    computer: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """What a meeting did.

    `taken` changes are new here; `cases` of the clinic changed; `disputes` new differences wait for a
    decision. `books` are rule books that were taken in. `problems` say what was left out and why;
    they need somebody, the rest was done nevertheless. `for_others` says that all that was found is
    for someone else: good to know for whoever expected something, and no trouble.
    """

    taken: int
    changes: Changes
    cases: int
    disputes: int
    books: tuple[str, ...]
    problems: tuple[KnownError, ...]
    for_others: KnownError | None = None
    slip: Slip | None = None


@dataclass(slots=True)
class Meeting:
    """One meeting on its way, step by step: `fetch`, `take`, `pack`, `leave`, `finish`.

    `fetch` and `leave` only move bytes and may run on any thread; the others need the clinic's own.
    After any failure a new meeting goes on where this one was.
    """

    reader: Reader
    inbox: Inbox
    shelf: Shelf
    parcels: list[Parcel] = field(default_factory=list)
    problems: list[KnownError] = field(default_factory=list)
    outdated: tuple[str, ...] = ()
    _foreign: int = 0
    _unknown: list[Path] = field(default_factory=list)
    _found: int = 0
    _reports: list[Report] = field(default_factory=list)
    _books: list[str] = field(default_factory=list)
    _size: int = 0
    _names: tuple[str, ...] = ()

    def fetch(self, folder: Path, progress: Progress | None = None) -> bool:
        """Bring what is for us from a folder onto the internal disk; return whether there was anything.

        KnownError when the stick or disk refuses. The second time, only what came from computers that
        became known meanwhile is looked at.
        """
        with _known():
            paths, self._unknown = self._unknown or stick.find(folder), []
            before = self._found
            for path in paths:
                self._read(path, progress)
            return self._found > before

    def look_again(self, clinic: Clinic) -> bool:
        """Return whether `fetch` is due again, because computers became known whose bundles were left out."""
        trust = clinic.store.membership.exchange(_now).trust
        if not self._unknown or trust == self.reader.trust:
            return False
        self.reader = Reader(self.reader.identity, trust, self.reader.scope)
        self.inbox = Inbox(clinic.folder / INBOX, self.reader, clinic.store.files.chunks)
        return True

    def _read(self, path: Path, progress: Progress | None) -> None:
        try:
            stick.read(path, self.reader, self.inbox, progress)
            self._found += 1
        except ForSomeoneElse:  # our own among them
            self._foreign += path.name not in self.outdated
        except UnknownSender:
            self._unknown.append(path)
        except NotABundle:
            pass
        except Unreadable as error:
            self.problems.append(_problem(error))

    def leave(self, folder: Path, progress: Progress | None = None) -> bool:
        """Write what was packed into a folder, read it back, and remove our older bundles there."""
        with _known():
            written = stick.write(folder, self.parcels, outdated=self.outdated, progress=progress)
            self._names = tuple(written)
            self._size = sum((folder / name).stat().st_size for name in written)
        return True

    def take(self, clinic: Clinic, memory: Memory | None = None) -> Changes:
        """Take in everything that is here whole. A piece is one transaction: a cut leaves a part that is right.

        `memory` is the line's, which then knows what was heard.
        """
        member = clinic.store.membership
        own = member.exchange(_now)
        for opened in self.inbox.arrived():
            manifest = opened.manifest
            home = manifest.sender == own.trust.headquarters.id
            before = member.counts().waiting
            try:
                with _known():
                    report = own.take(manifest, _pieces(clinic, opened, self.inbox))
            except (BadRecord, Damaged):
                self.problems.append(sync_trouble.damaged())
                self.inbox.done(manifest)
                continue
            member.note_chunks(manifest.sender, manifest.wants, manifest.holds, home=home)
            newest = manifest.attested >= member.marks().attested  # an older stick must not bring an older address back
            if home and newest and manifest.headquarters is not None:
                member.learn_card(manifest.headquarters)
            if home and memory is not None:
                memory.seen = essence(manifest)
            if home:
                member.note_met(_now(), more=member.counts().waiting < before)
            if report.taken.returned:
                clinic.store.remember(COPIED, _moment(_now()).astimezone().date().isoformat())
            self._take_books(clinic, manifest)
            self._reports.append(report)
            self.inbox.done(manifest)
        clinic.store.met()
        if own.trust.is_revoked(own.identity.id):
            self.problems.append(sync_trouble.shut_out())
        return self.changes(clinic)

    def pack(self, clinic: Clinic, evidence: int, most: int = MOST_VOLUME_BYTES, *, siblings: bool = True) -> None:
        """Pack what headquarters, and with `siblings` the computers we met, lack.

        `evidence` is the most bytes of files, `most` what one parcel may have.
        """
        store = clinic.store
        store.settle()  # nothing leaves before it is safe here
        member = store.membership
        own = member.exchange(_now)
        lacking = [bytes.fromhex(chunk) for chunk in member.chunks_lacking()[:_MOST_WANTS]]
        sending = member.chunks_to_send(evidence)
        offer = own.offer(wants=lacking, siblings=siblings)
        readers = [member.marks().received, *(own.have(device).vector for device in offer.manifest.recipients[1:])]
        packer = Packer(own.identity, own.trust.headquarters, self.shelf, store.files.chunks)
        with _known():
            packer.clear()
            self.parcels = packer.pack(
                offer, shared=shorthand.shared(member.ground, readers), chunk_ids=sending, most=most
            )

    def finish(self, clinic: Clinic, *, left: bool) -> Visit:
        """Note what was done and say it. `left` is whether the parcels lie on a stick now."""
        if self._unknown:
            self.problems.append(sync_trouble.unknown_sender())
        member = clinic.store.membership
        slip = None
        if self.parcels:
            slip = self._slip(clinic)
            if left:
                have = self.parcels[0].manifest.have
                member.note_left(Left(have, self._names, slip.words, _now()))
        self.shelf.collect()
        for name in list(self.shelf.names()):
            self.shelf.remove(name)
        changes = self.changes(clinic)
        audit.note(clinic, Deed.SYNCED, detail=slip.words if slip is not None and left else "")
        return Visit(
            taken=sum(report.taken.new for report in self._reports),
            changes=changes,
            cases=len(changes.cases),
            disputes=len(frozenset[str]().union(*(report.taken.disputed for report in self._reports))),
            books=tuple(self._books),
            problems=tuple(self.problems),
            for_others=sync_trouble.for_someone_else() if self._foreign and not self._found else None,
            slip=slip,
        )

    @property
    def shut_out(self) -> bool:
        """Whether headquarters does not trust this computer any more: nothing more is left for it."""
        return any(problem.code == sync_trouble.shut_out().code for problem in self.problems)

    def changes(self, clinic: Clinic) -> Changes:
        """Return what the screens have to show anew."""
        entities = frozenset[str]().union(*(report.taken.changed for report in self._reports))
        if not entities:
            return Changes()
        return Changes(frozenset({"case"}), clinic.store.membership.cases_of(entities))

    def _slip(self, clinic: Clinic) -> Slip:
        card = clinic.store.membership.headquarters
        certificate = clinic.store.membership.certificate
        assert card is not None
        assert certificate is not None
        manifests = [parcel.manifest for parcel in self.parcels]
        pieces = [piece for manifest in manifests for piece in manifest.pieces]
        return Slip(
            words=identity.words_of_bundle(manifests[0]),
            changes=sum(piece.count for piece in pieces),
            files=sum(piece.kind == "chunk" for piece in pieces),
            size=self._size or sum(parcel.size for parcel in self.parcels),
            volumes=len(manifests),
            headquarters=card.name,
            clinic=certificate.clinic,
            computer=certificate.name,
            at=_moment(manifests[0].made),
        )

    def _take_books(self, clinic: Clinic, manifest: Manifest) -> None:
        for piece in manifest.pieces:
            if piece.kind == BOOK:
                try:
                    self._books.append(_install(clinic, self.inbox.get(piece)))
                except KnownError as error:
                    self.problems.append(error)
                except (ClinicError, BadRecord):
                    self.problems.append(sync_trouble.bad_book())


def begin(clinic: Clinic) -> Meeting:
    """Begin a meeting. KnownError while this computer is not enrolled."""
    require(clinic, Right.SYNC)
    member = clinic.store.membership
    if member.certificate is None:
        raise sync_trouble.not_enrolled()
    own = member.exchange(_now)
    reader = Reader(own.identity, own.trust, own.scope)
    inbox = Inbox(clinic.folder / INBOX, reader, clinic.store.files.chunks)
    with _known():
        inbox.collect()
    shelf = Shelf(clinic.folder / OUTBOX, own.identity.inbox_key())
    return Meeting(reader, inbox, shelf, outdated=member.left().names)


Steps = Generator[Callable[[], bool], bool, Visit]
"""A meeting as steps: what it yields only moves bytes and may run on any thread; its result is sent back,
and everything between runs on the clinic's own. What a step raises ends the meeting: close the generator."""


def run(steps: Steps) -> Visit:
    """Run a meeting to its end on this thread."""
    try:
        move = next(steps)
        while True:
            move = steps.send(move())
    except StopIteration as end:
        visit: Visit = end.value
        return visit
    finally:
        steps.close()


def by_stick(clinic: Clinic, folder: Path, progress: Progress | None = None) -> Visit:
    """Meet by stick: take what is for us there, leave what headquarters and the others lack.

    `progress` is told bytes done of bytes in all, of each file that is read and then of what is
    written; what it raises stops the meeting, and nothing half done stays. KnownError when the
    stick refuses; what was taken before stays taken.
    """
    return run(stick_steps(clinic, folder, progress))


def stick_steps(clinic: Clinic, folder: Path, progress: Progress | None = None) -> Steps:
    """Return the steps of a meeting by stick."""
    meeting = begin(clinic)
    yield lambda: meeting.fetch(folder, progress)
    meeting.take(clinic)
    if meeting.look_again(clinic):
        yield lambda: meeting.fetch(folder, progress)
        meeting.take(clinic)
    if meeting.shut_out:
        return meeting.finish(clinic, left=False)
    meeting.pack(clinic, STICK_ALLOWANCE)
    yield lambda: meeting.leave(folder, progress)
    return meeting.finish(clinic, left=True)


def online(clinic: Clinic, progress: Progress | None = None) -> Visit:
    """Meet over the line: the same as by stick. What is cut off goes on where it was, the next time.

    KnownError while it is paused, and when headquarters does not answer; what was taken stays taken.
    """
    return run(line_steps(clinic, progress))


def line_steps(clinic: Clinic, progress: Progress | None = None) -> Steps:
    """Return the steps of a meeting over the line."""
    if is_paused(clinic):
        raise sync_trouble.paused()
    meeting = begin(clinic)
    member = clinic.store.membership
    own = member.exchange(_now)
    home = own.trust.headquarters
    if not home.addresses:
        raise sync_trouble.no_address()
    memory = member.line_memory()
    clinic.store.settle()
    lacking = [bytes.fromhex(chunk) for chunk in member.chunks_lacking()[:_MOST_WANTS]]
    greeting = own.offer(wants=lacking, siblings=False).manifest
    with _line(home, meeting.reader, memory) as connected:
        try:
            if (yield lambda: _moved(lambda: connected.greet(greeting, meeting.inbox, progress))):
                meeting.take(clinic, memory)
            waits = member.counts().waiting or member.chunks_to_send(allowance(clinic))
            if waits and not meeting.shut_out:
                meeting.pack(clinic, allowance(clinic), VOLUME_BYTES, siblings=False)
                for parcel in meeting.parcels:
                    send = partial(connected.send, parcel, meeting.inbox, progress)
                    if (yield partial(_moved, send)):
                        meeting.take(clinic, memory)
        finally:
            member.note_line(memory)
    return meeting.finish(clinic, left=False)


# -- how it stands --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that somebody should know, in calm words: a message, what fills it, and what to do."""

    what: str
    next_step: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands between this computer and headquarters. Counts are of changes (saved answers, rows, acts).

    `saved` are on this computer. Of them `received` are at headquarters and `safe` also in its backup;
    `waiting` are not received yet, and `on_stick` of these lie on a stick. Only a word of
    headquarters turns one into the other. Times are None for never.
    """

    enrolled: bool
    headquarters: str = ""
    clinic: str = ""
    computer: str = ""
    saved: int = 0
    received: int = 0
    safe: int = 0
    waiting: int = 0
    on_stick: int = 0
    waiting_since: dt.datetime | None = None
    files_waiting: int = 0
    bytes_waiting: int = 0
    files_lacking: int = 0
    last_heard: dt.datetime | None = None
    last_received: dt.datetime | None = None
    last_stick: dt.datetime | None = None
    stick_words: str = ""
    held: int = 0
    put_aside: int = 0
    has_line: bool = False
    paused: bool = False
    allowance: int = _LINE_ALLOWANCE
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """The same of one case. `since` is when the first change that waits was written."""

    changes_waiting: int
    files_waiting: int
    since: dt.datetime | None
    is_received: bool
    is_safe: bool


def status(clinic: Clinic) -> Status:
    """Return how it stands. Quick enough to be asked after every save."""
    member = clinic.store.membership
    counts = member.counts()
    card, certificate = member.headquarters, member.certificate
    notices = tuple(_notices(clinic))
    if card is None or certificate is None:
        return Status(enrolled=False, saved=counts.saved, waiting=counts.saved, notices=notices)
    left, met = member.left(), member.met()
    files, size = member.chunks_waiting()
    return Status(
        enrolled=True,
        headquarters=card.name,
        clinic=certificate.clinic,
        computer=certificate.name,
        saved=counts.saved,
        received=counts.saved - counts.waiting,
        safe=counts.saved - counts.unsafe,
        waiting=counts.waiting,
        on_stick=max(0, counts.waiting - counts.nowhere),
        waiting_since=member.first_waiting() if counts.waiting else None,
        files_waiting=files,
        bytes_waiting=size,
        files_lacking=len(member.chunks_lacking()),
        last_heard=_moment(met.heard) if met.heard else None,
        last_received=_moment(met.received) if met.received else None,
        last_stick=_moment(left.at) if left.at else None,
        stick_words=left.words,
        held=len(member.held()),
        put_aside=len(member.quarantine()),
        has_line=bool(card.addresses),
        paused=is_paused(clinic),
        allowance=allowance(clinic),
        notices=notices,
    )


def case_status(clinic: Clinic, case_id: str) -> CaseStatus:
    """Return how it stands with one case."""
    require(clinic, Right.READ)
    counts = clinic.store.membership.case_counts(case_id)
    enrolled = clinic.store.membership.headquarters is not None
    return CaseStatus(
        changes_waiting=counts.waiting,
        files_waiting=counts.chunks_waiting,
        since=counts.since,
        is_received=enrolled and not counts.waiting and not counts.chunks_waiting,
        is_safe=enrolled and not counts.unsafe and not counts.chunks_waiting,
    )


def is_overdue(clinic: Clinic, on: dt.date) -> bool:
    """Return whether work waits for headquarters for so long that it is a task for Today."""
    member = clinic.store.membership
    if member.headquarters is None or not member.counts().waiting:
        return False
    since = member.first_waiting()
    return since is not None and (on - since.astimezone().date()).days > OVERDUE_DAYS


def is_paused(clinic: Clinic) -> bool:
    """Return whether a person has paused the line."""
    return clinic.store.remembered(_PAUSED) == "yes"


def pause(clinic: Clinic, *, paused: bool) -> None:
    """Pause the line, or let it go on. A stick may be used at any time."""
    require(clinic, Right.SYNC)
    clinic.store.remember(_PAUSED, "yes" if paused else "")


def allowance(clinic: Clinic) -> int:
    """Return how many bytes of evidence one meeting over the line may send."""
    kept = clinic.store.remembered(_ALLOWANCE)
    return int(kept) if kept.isdecimal() else _LINE_ALLOWANCE


def set_allowance(clinic: Clinic, size: int) -> None:
    """Set it; 0 sends no evidence over the line. Records are small and always go."""
    require(clinic, Right.SYNC)
    if size < 0:
        raise InputError("allowance", N_("not a size"), N_("0 or more bytes"))
    clinic.store.remember(_ALLOWANCE, str(size))


def _notices(clinic: Clinic) -> Iterator[Notice]:
    member = clinic.store.membership
    if copied := clinic.store.remembered(COPIED):
        yield Notice(
            N_("On {day} these cases were found to be a copy, or an older state that was put back."),
            N_("Nothing is lost: this computer writes on under a new number. Tell headquarters about the copy."),
            {"day": dt.date.fromisoformat(copied)},
        )
    if member.is_revoked:
        shut_out = sync_trouble.shut_out()
        yield Notice(shut_out.message, shut_out.next_step)
    for name in sorted(member.forks()):
        yield Notice(
            N_("The disk of “{computer}” was copied, and both copies were used."),
            N_("Both copies' work is kept. Look through the differences, and use only one of the two computers."),
            {"computer": name or "?"},
        )
    for name in sorted(member.waiting_for()):
        yield Notice(
            N_("Something of “{computer}” came before what it follows."),
            N_("It is kept and shown as soon as the earlier bundle comes. There is nothing to do."),
            {"computer": name or "?"},
        )
    attested = member.marks().attested
    if attested and _now() < attested - _DAY_MS:
        yield Notice(
            N_("This computer's date is wrong: headquarters has told a later day."),
            N_("Set the date of this computer. What was written meanwhile is kept in its right order."),
        )
    if held := len(member.held()):
        yield Notice(
            N_("{count} changes need a newer version of the program to be shown."),
            N_("They are kept. Install the newer version when you can."),
            {"count": held},
        )
    if aside := len(member.quarantine()):
        yield Notice(
            N_("{count} changes were put aside, because headquarters does not vouch for who wrote them."),
            N_("Tell headquarters; they decide. Nothing was deleted."),
            {"count": aside},
        )


# -- inside ---------------------------------------------------------------------------------------


def _pieces(clinic: Clinic, opened: Opened, inbox: Inbox) -> Callable[[], Iterator[Sequence[Entry]]]:
    known = shorthand.Here(clinic.store.membership.ground)

    def unpacked() -> Iterator[Sequence[Entry]]:
        for found in bundle.operations(opened, inbox.get, known):
            yield found.entries

    return unpacked


def _install(clinic: Clinic, packed: bytes) -> str:
    """Take in a published rule book, if its signature is of a trusted key; return its version."""
    folder = clinic.folder / _BOOK
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            size = sum(member.file_size for member in members)
            if len(members) > _MOST_FILES or size > MOST_PIECE_BYTES or not all(map(_is_plain, members)):
                raise sync_trouble.bad_book()
            for member in members:
                path = folder / member.filename
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as file:
                    path.write_bytes(file.read(member.file_size))
        return rulebooks.receive(clinic, folder).version
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise sync_trouble.bad_book() from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """Return whether a name in an archive stays inside the folder that it is unpacked to."""
    name = member.filename
    return not name.startswith("/") and "\\" not in name and ":" not in name and ".." not in name.split("/")


def _problem(error: Unreadable) -> KnownError:
    match error:
        case NewerVersion():
            return sync_trouble.newer()
        case RevokedSender():
            return sync_trouble.revoked_sender()
        case _:
            return sync_trouble.damaged()


@contextmanager
def _known() -> Iterator[None]:
    """Tell a stick's and the disk's troubles in words."""
    try:
        yield
    except StickFull as error:
        raise sync_trouble.stick_full(error.needed, error.free) from error
    except StickReadOnly as error:
        raise sync_trouble.stick_read_only() from error
    except StickFaulty as error:
        raise sync_trouble.stick_faulty() from error
    except (StickGone, StickTrouble) as error:
        raise sync_trouble.stick_gone() from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise sync_trouble.disk_full() from error
        raise sync_trouble.no_access(error.strerror or type(error).__name__) from error


@contextmanager
def _line(home: Headquarters, reader: Reader, memory: Memory) -> Iterator[Line]:
    with _line_known(), Line(home.addresses[0], home, reader, memory) as connected:
        yield connected


def _moved(move: Callable[[], bool]) -> bool:
    with _known(), _line_known():
        return move()


@contextmanager
def _line_known() -> Iterator[None]:
    """Tell the line's troubles in words."""
    try:
        yield
    except Refused as error:
        raise (sync_trouble.shut_out() if error.is_revoked else sync_trouble.not_known_there()) from error
    except NotHeadquarters as error:
        raise sync_trouble.somebody_else() from error
    except OtherVersion as error:
        raise sync_trouble.newer() from error
    except (LineTrouble, Unreadable) as error:
        raise sync_trouble.no_answer(error) from error


def _now() -> int:
    return int(time.time() * 1000)


def _moment(milliseconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC)
