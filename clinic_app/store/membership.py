"""What this computer is in the exchange with headquarters: its keys, who enrolled it, what was acknowledged.

Everything here is this computer's own and never travels as a record. Its secret keys leave the
encrypted file only for the moment of signing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final, TypeVar

import msgspec

from clinic_app.store.evidence import EvidenceFiles
from clinic_app.store.journal import HEADQUARTERS_ID
from clinic_app.store.part import Part
from clinic_app.store.replica import Replica
from clinic_app.store.rows import entities_of_case
from sync import exchange, identity
from sync.chains import Reach
from sync.engine import Engine
from sync.errors import BadRecord
from sync.exchange import Exchange, Marks
from sync.ground import Quarantined, Stored
from sync.identity import BadSignature, Identity
from sync.line import Memory
from sync.records import stored
from sync.wire import Certificate, Enrolment, Headquarters, Request, Vector

_IDENTITY: Final = "clinic.identity"
_CARD: Final = "clinic.card"
_LEFT: Final = "clinic.left"
_MET: Final = "clinic.met"
_LINE: Final = "clinic.line"
_NOTHING: Final = msgspec.msgpack.encode((b"", b""))
_WANTED: Final = "clinic.wanted."
_CHUNKS_OF: Final = "SELECT f.chunks FROM files f WHERE f.alive AND f.chunks > '' AND f.case_id = ?"
_PLACES: Final = (
    "SELECT s.id, o.seq, o.hash, o.body FROM op o JOIN stream s ON s.n = o.stream WHERE o.state != 'carried'"
)
_CHUNKS: Final = (
    "SELECT f.chunks FROM files f LEFT JOIN cases c ON c.id = f.case_id WHERE f.alive AND f.chunks > '' "
    "ORDER BY c.touched DESC, f.made, f.id"
)

_NEVER: Final = -1
_LAST: Final = 253_402_300_799_000  # the year 9999

_Kept = TypeVar("_Kept")


class Left(msgspec.Struct, frozen=True):
    """The bundle that was last left on a stick: what it made known, its files, its six words, when (ms)."""

    have: Vector = {}
    names: tuple[str, ...] = ()
    words: str = ""
    at: int = 0


class Met(msgspec.Struct, frozen=True):
    """When something last came from headquarters, and when it last said to have more of ours (ms; 0 for never)."""

    heard: int = 0
    received: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """Operations: all that are here, those that headquarters lacks, those on no stick, those not backed up."""

    saved: int
    waiting: int
    nowhere: int
    unsafe: int


@dataclasses.dataclass(frozen=True, slots=True)
class CaseCounts:
    """Operations of one case: those that headquarters lacks, the day of the first, those not in its backup."""

    waiting: int
    since: dt.datetime | None
    unsafe: int
    chunks_waiting: int


@dataclasses.dataclass(frozen=True, slots=True)
class Membership(Part):
    """The membership of one store. `files` is its evidence."""

    files: EvidenceFiles

    @property
    def ground(self) -> Replica:
        """What the exchange reads and writes."""
        return self.journal.ground

    # -- enrolment ----------------------------------------------------------------------------

    @property
    def headquarters(self) -> Headquarters | None:
        """The headquarters that enrolled this computer; None while none has."""
        return self._read(_CARD, Headquarters)

    @property
    def certificate(self) -> Certificate | None:
        """This computer's certificate; None while it is not enrolled."""
        card = self.headquarters
        return exchange.read_trust(self.ground, card).certificate(self.journal.replica) if card else None

    def identity(self) -> Identity:
        """Return this computer's secret keys, which are made when they are first needed."""
        content = self.ground.note(_IDENTITY)
        if content is not None:
            return identity.unpack_identity(content)
        made = identity.new_identity(self.journal.replica)
        with self.ground.transaction():
            self.ground.put_note(_IDENTITY, identity.pack_identity(made))
        return made

    def request(self, name: str, clinic: str, place: str, now: int) -> bytes:
        """Return the file that asks to be enrolled. `now` is milliseconds since 1970."""
        mine = self.identity()
        streams = [stream for stream, known in self.ground.streams().items() if known.device == mine.id]
        asked = Request(
            device=mine.id,
            name=name,
            clinic=clinic,
            place=place,
            sign_key=mine.verify_key,
            recipient=mine.recipient,
            streams=tuple(sorted({*streams, self.journal.stream})),
            made=now,
        )
        return identity.write_card(identity.sign(asked, mine))

    def renew(self) -> None:
        """Become a new device with new keys: headquarters shut the old one out, and never takes it back."""
        made = identity.new_identity()
        with self.ground.transaction():
            self.ground.begin_stream(made.id)
            self.ground.put_note(_IDENTITY, identity.pack_identity(made))

    @property
    def is_revoked(self) -> bool:
        """Whether headquarters has shut this computer out."""
        card = self.headquarters
        return card is not None and exchange.read_trust(self.ground, card).is_revoked(self.journal.replica)

    def is_ours(self, card: Enrolment) -> bool:
        """Return whether an enrolment is for the keys of this computer."""
        mine = self.identity()
        told = card.certificate
        return (told.device, told.sign_key, told.recipient) == (mine.id, mine.verify_key, mine.recipient)

    def accept(self, card: Enrolment) -> None:
        """Take part from now on in what an enrolment says, which was checked to be ours."""
        trust = exchange.read_trust(self.ground, card.headquarters).with_certificates((card.certificate,))
        with self.ground.transaction():
            self.ground.put_note(_CARD, msgspec.msgpack.encode(card.headquarters))
            self.ground.put_note(HEADQUARTERS_ID, card.headquarters.id)
        exchange.keep_trust(self.ground, trust)

    def learn_card(self, card: Headquarters) -> None:
        """Take up what headquarters says of itself now, such as its address, when the same key signed it."""
        pinned = self.headquarters
        with suppress(BadRecord, BadSignature):
            identity.check_headquarters(card)
            same = pinned is not None and (pinned.id, pinned.sign_key) == (card.id, card.sign_key)
            if same and card != pinned:
                with self.ground.transaction():
                    self.ground.put_note(_CARD, msgspec.msgpack.encode(card))

    def exchange(self, now: Callable[[], int]) -> Exchange:
        """Return this computer's side of the exchange. Only while it is enrolled."""
        card = self.headquarters
        assert card is not None
        trust = exchange.read_trust(self.ground, card)
        certificate = trust.certificates[self.journal.replica]
        return Exchange(Engine(self.ground, card.id), self.identity(), certificate.scope, trust, now)

    def computers(self) -> dict[bytes, str]:
        """Return the names of the computers that are known here, by device id."""
        card = self.headquarters
        if card is None:
            return {}
        trust = exchange.read_trust(self.ground, card)
        return {card.id: card.name} | {device: one.name for device, one in trust.certificates.items()}

    # -- what became of what -------------------------------------------------------------------

    def counts(self) -> Counts:
        """Return how much is here and how much of it headquarters has."""
        marks = self.marks()
        known = self.ground.streams()
        return Counts(
            saved=Reach(self.ground, {}).count() if known else 0,
            waiting=Reach(self.ground, marks.received).count(),
            nowhere=Reach(self.ground, self.left().have).count(),
            unsafe=Reach(self.ground, marks.durable).count(),
        )

    def case_counts(self, case_id: str) -> CaseCounts:
        """Return the same of one case."""
        marks = self.marks()
        received, durable = Reach(self.ground, marks.received), Reach(self.ground, marks.durable)
        rows = self.db.rows(
            f"{_PLACES} AND o.entity IN ({entities_of_case()})",
            {"case": case_id},
        )
        waiting = [body for stream, seq, op, body in rows if not received.covers(stream, seq, op)]
        return CaseCounts(
            waiting=len(waiting),
            since=_earliest(waiting),
            unsafe=sum(not durable.covers(stream, seq, op) for stream, seq, op, _ in rows),
            chunks_waiting=len(self._not_received(self.db.rows(_CHUNKS_OF, (case_id,)))),
        )

    def first_waiting(self) -> dt.datetime | None:
        """Return when the first change that headquarters lacks was written; None when it has everything."""
        reach = Reach(self.ground, self.marks().received)
        firsts = [next(reach.beyond_in(stream), None) for stream in self.ground.streams()]
        return _earliest(entry.body for entry in firsts if entry is not None)

    def cases_of(self, entities: Iterable[str]) -> frozenset[str]:
        """Return the cases to which entities belong."""
        wanted = list(entities)
        found: set[str] = set()
        for entity, stamps in self.ground.stamps(wanted).items():
            found.update(self.ground.rows.cases_of(entity, stamps.entity_type))
        return frozenset(found)

    def marks(self) -> Marks:
        """Return what headquarters acknowledged."""
        return exchange.read_marks(self.ground)

    def held(self) -> list[Stored]:
        """Return what is kept and waits for a newer version of the program, or breaks a rule."""
        return self.ground.held()

    def quarantine(self) -> list[Quarantined]:
        """Return what is kept for a person, because nobody answers for it."""
        return self.ground.quarantine()

    def waiting_for(self) -> frozenset[str]:
        """Return the computers from which an earlier bundle is still to come."""
        known, names = self.ground.streams(), self.computers()
        devices = {known[entry.stream].device for entry in self.ground.waiting() if entry.stream in known}
        return frozenset(names.get(device, "") for device in devices)

    def forks(self) -> frozenset[str]:
        """Return the computers whose disk was copied or set back, and written on twice."""
        names = self.computers()
        return frozenset(names.get(fork.device, "") for fork in Engine(self.ground).forks())

    # -- evidence -----------------------------------------------------------------------------

    def chunks_to_send(self, most_bytes: int) -> list[str]:
        """Return the sealed chunks that headquarters or a computer met lacks, newest cases first, within a size."""
        found, total = [], 0
        for chunk_id in dict.fromkeys((*self._wanted(), *self._not_received(self.db.rows(_CHUNKS)))):
            if not self.files.chunks.has(chunk_id):
                continue
            total += self.files.chunks.size(chunk_id)
            if total > most_bytes:
                break
            found.append(chunk_id)
        return found

    def chunks_waiting(self) -> tuple[int, int]:
        """Return how many sealed chunks headquarters lacks that are here, and their bytes."""
        chunks = self.files.chunks
        here = [chunk for chunk in self._not_received(self.db.rows(_CHUNKS)) if chunks.has(chunk)]
        return len(here), sum(chunks.size(chunk) for chunk in here)

    def chunks_lacking(self) -> list[str]:
        """Return the sealed chunks that are named here and have not come, newest cases first."""
        named = dict.fromkeys(chunk for (text,) in self.db.rows(_CHUNKS) for chunk in text.split())
        return list(self.files.chunks.missing(named))

    def note_chunks(self, sender: bytes, wants: Iterable[bytes], holds: Iterable[bytes], *, home: bool) -> None:
        """Keep which chunks a replica lacks, and with `home`, which headquarters has."""
        lacks = tuple(chunk.hex() for chunk in wants)
        with self.ground.transaction():
            if home:
                self.db.many("INSERT OR IGNORE INTO chunk_received VALUES (?)", [(chunk.hex(),) for chunk in holds])
                self.db.many("DELETE FROM chunk_received WHERE id = ?", [(chunk,) for chunk in lacks])
            self.ground.put_note(_WANTED + sender.hex(), msgspec.msgpack.encode(lacks))

    # -- meetings -----------------------------------------------------------------------------

    def left(self) -> Left:
        """Return what was last left on a stick."""
        return self._read(_LEFT, Left) or Left()

    def note_left(self, left: Left) -> None:
        """Keep what was left on a stick."""
        with self.ground.transaction():
            self.ground.put_note(_LEFT, msgspec.msgpack.encode(left))

    def met(self) -> Met:
        """Return when headquarters was last heard."""
        return self._read(_MET, Met) or Met()

    def note_met(self, now: int, *, more: bool) -> None:
        """Note that headquarters was heard, and whether it had `more` of ours than before."""
        before = self.met()
        with self.ground.transaction():
            self.ground.put_note(_MET, msgspec.msgpack.encode(Met(now, now if more else before.received)))

    def line_memory(self) -> Memory:
        """Return what the line is to remember from one visit to the next."""
        return Memory(*msgspec.msgpack.decode(self.ground.note(_LINE) or _NOTHING, type=tuple[bytes, bytes]))

    def note_line(self, memory: Memory) -> None:
        """Keep it."""
        with self.ground.transaction():
            self.ground.put_note(_LINE, msgspec.msgpack.encode((memory.challenge, memory.seen)))

    # -- inside -------------------------------------------------------------------------------

    def _read(self, name: str, kind: type[_Kept]) -> _Kept | None:
        content = self.ground.note(name)
        return None if content is None else msgspec.msgpack.decode(content, type=kind)

    def _not_received(self, rows: Iterable[tuple[str]]) -> list[str]:
        received = {row[0] for row in self.db.rows("SELECT id FROM chunk_received")}
        named = dict.fromkeys(chunk for (text,) in rows for chunk in text.split())
        return [chunk for chunk in named if chunk not in received]

    def _wanted(self) -> Iterator[str]:
        rows = self.db.rows("SELECT content FROM sync_note WHERE name LIKE ?", (f"{_WANTED}%",))
        for (content,) in rows:
            yield from msgspec.msgpack.decode(content, type=tuple[str, ...])


def _earliest(bodies: Iterable[bytes | None]) -> dt.datetime | None:
    """Return the earliest time that the writers' clocks showed."""
    walls = []
    for body in bodies:
        with suppress(BadRecord):  # a newer version's
            walls.append(stored(body).wall if body is not None else _NEVER)
    first = min((wall for wall in walls if wall != _NEVER), default=None)
    return None if first is None else dt.datetime.fromtimestamp(min(max(first, 0), _LAST) / 1000, dt.UTC)
