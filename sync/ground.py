"""What a replica's storage must offer: the one protocol under the engine, one ground a scope.

Everything comes in batches: sets of hashes in, dicts out; what is not there is left out. A ground
decides nothing; it keeps what it is told and gives it back. Every method that writes is called
inside `transaction`, and reading inside it sees what was written before. `tests/sync/conformance.py`
holds every ground to this text.

The log is a set of operations by hash. A stream is a tree: each operation but the first names the
one before it (`prev`), and two may name the same one when a disk was copied. What is *stored in its
chain* is stored with everything before it; states say what became of it:

    merged   its values are among the heads of its entity
    held     counted and sent on, not merged: `why` says what is missing (a newer program, say)
    blank    its body was erased or moved away; place and hash remain
    carried  another scope's operation, brought by headquarters: merged, but in no chain here
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, NamedTuple, Protocol

from sync.merge import Stamps
from sync.records import Operation, Value
from sync.wire import Entry, SignedTip, Tip


class State:
    """What became of a stored operation."""

    MERGED: Final = "merged"
    HELD: Final = "held"
    BLANK: Final = "blank"
    CARRIED: Final = "carried"


class Stored(NamedTuple):
    """One operation of the log. `entity` is "" when its body cannot tell; `why` only when it is held."""

    entry: Entry
    entity: str
    state: str
    why: str = ""


class Place(NamedTuple):
    """Where a stored operation stands, without its body."""

    stream: bytes
    seq: int
    prev: bytes
    op: bytes
    entity: str
    state: str


class Stream(NamedTuple):
    """One stream: the device that writes it, and the sorted tips of its branches. No tips: nothing stored."""

    device: bytes
    tips: tuple[Tip, ...]


class Quarantined(NamedTuple):
    """One operation kept outside the log for a person. `why` is one of `Why`; `device` said it was its own."""

    entry: Entry
    entity: str
    device: bytes
    why: str


class Why:
    """Why an operation is held or in quarantine. Codes, for programs; words are found above."""

    # held
    FORMAT: Final = "format"  # a format of operation that this version does not know
    KIND: Final = "kind"  # a kind that this version does not know
    READER: Final = "reader"  # says that it needs a newer version
    VALUE: Final = "value"  # breaks a rule about values
    NOT_ALLOWED: Final = "not_allowed"  # a kind that only headquarters may write
    GONE: Final = "gone"  # its entity was erased or moved, and headquarters has not received this yet
    # in quarantine
    UNSIGNED: Final = "unsigned"  # no signed tip of an enrolled device covers it
    REVOKED: Final = "revoked"  # its device is not trusted any more
    FOREIGN: Final = "foreign"  # its device, stream or scope is not the one it says
    DAMAGED: Final = "damaged"  # bytes that do not say their own place, or say another
    ERASED: Final = "erased"  # came to headquarters after its entity was erased


class How:
    """How an entity went."""

    ERASED: Final = "erased"  # by law, for ever
    MOVED: Final = "moved"  # to another clinic; may come back
    BACK: Final = "back"  # it came back: kept, so that an older order to remove it does not count


class Gone(NamedTuple):
    """That an entity has no row any more: how (`How`), and since when (headquarters' hybrid time)."""

    how: str
    since: int


class Change(NamedTuple):
    """One entity as it is to be shown from now on: all that a ground needs to write its row.

    `stamps` are to be kept as they are (`merge.pack`); EMPTY stamps remove the entity's row, stamps
    and everything found through it. `values` are the shown values of the fields that may have
    changed; None clears a field. With `whole` they are all there are, and other fields are emptied.
    `was` is the entity type that the row stands under now: "" when nothing was known of the entity
    before, so that a plain insert does; on the rare change of type, the old row goes. `conflicts` are all its
    fields with heads of different values, sorted. `operations` are those newly merged, by hash, for
    grounds that index what they say; with `whole` all of the entity's.
    """

    entity: str
    entity_type: str
    stamps: Stamps
    values: Mapping[str, Value]
    alive: bool
    conflicts: tuple[str, ...]
    was: str
    whole: bool
    operations: Mapping[bytes, Operation]


class Ground(Protocol):
    """The storage of one scope in one replica. One thread at a time."""

    def transaction(self) -> AbstractContextManager[None]:
        """All that is written in the block is kept together when it ends, or nothing of it when it raises.

        Once it ended, everything survives a power cut. Never nested.
        """
        ...

    def scrub(self) -> None:
        """Make blanked bodies unreadable on the disk: the free pages, the write-ahead log, unreferenced evidence.

        Called outside a transaction, after bodies were blanked.
        """
        ...

    # -- the log ------------------------------------------------------------------------------

    def places(self, ops: Collection[bytes]) -> dict[bytes, Place]:
        """Return where those of these operations that are in the log stand, carried ones included."""
        ...

    def bodies(self, ops: Collection[bytes]) -> dict[bytes, bytes]:
        """Return the canonical bytes of those of these operations that are in the log and not blank."""
        ...

    def of_entities(self, entities: Collection[str]) -> list[Stored]:
        """Return every operation of the log on these entities, whatever its state, in any order."""
        ...

    def put(self, operations: Sequence[Stored], *, new: bool = True) -> None:
        """Keep operations by their hash. With `new` none of them is there; else they replace what is there."""
        ...

    def remove(self, ops: Collection[bytes]) -> None:
        """Take operations out of the log."""
        ...

    def held(self) -> list[Stored]:
        """Return every held operation, by stream and seq."""
        ...

    def everything(self) -> Iterator[Sequence[Stored]]:
        """Return the whole log in pages of some hundreds, in any order.

        Other methods are called between two pages; whether what they put is seen does not matter.
        """
        ...

    # -- chains -------------------------------------------------------------------------------

    def streams(self) -> dict[bytes, Stream]:
        """Return all streams."""
        ...

    def put_streams(self, streams: Mapping[bytes, Stream]) -> None:
        """Keep streams in place of those with the same ids."""
        ...

    def chain(self, stream: bytes, after: int = 0) -> Iterator[Entry]:
        """Return what is stored in a stream's chain with a seq beyond `after`, by (seq, op); blank ones without body.

        Carried operations are in no chain.
        """
        ...

    def places_of(self, stream: bytes, after: int = 0) -> list[Place]:
        """Return the same without bodies."""
        ...

    def mine(self) -> bytes:
        """Return the stream that this replica writes, which may be empty yet."""
        ...

    def begin_stream(self) -> bytes:
        """Begin a new stream of this replica and return its id: the old one is also written elsewhere.

        Called when an operation of our own stream comes back that is not here: this disk was copied
        or restored.
        """
        ...

    # -- waiting and quarantine ---------------------------------------------------------------

    def put_waiting(self, entries: Sequence[Entry]) -> None:
        """Keep entries whose `prev` is not here yet; those that wait already are left as they are."""
        ...

    def waiting_for(self, prevs: Collection[bytes]) -> list[Entry]:
        """Return the waiting entries that name one of these as `prev`. Often asked, and nearly always none wait."""
        ...

    def waiting(self) -> list[Entry]:
        """Return every waiting entry, by stream and seq."""
        ...

    def end_waiting(self, ops: Collection[bytes]) -> None:
        """Remove entries from those that wait; one that is not there is no error."""
        ...

    def put_quarantine(self, operations: Sequence[Quarantined]) -> None:
        """Keep operations for a person, by hash; those that are there are left as they are."""
        ...

    def quarantine(self) -> list[Quarantined]:
        """Return everything in quarantine, by stream and seq."""
        ...

    def end_quarantine(self, ops: Collection[bytes]) -> None:
        """Remove operations from quarantine; one that is not there is no error."""
        ...

    # -- what follows from the log ------------------------------------------------------------

    def stamps(self, entities: Collection[str]) -> dict[str, Stamps]:
        """Return the heads of those of these entities of which something was ever merged."""
        ...

    def materialise(self, changes: Sequence[Change]) -> None:
        """Write stamps and rows of entities, each entity once."""
        ...

    def clear(self) -> None:
        """Empty everything that follows from the log: stamps, rows, indexes, annotations, gone entities."""
        ...

    def annotations(self, ops: Collection[bytes]) -> dict[bytes, int]:
        """Return the effective times that headquarters gave to those of these operations that have one."""
        ...

    def put_annotations(self, times: Mapping[bytes, int]) -> None:
        """Keep effective times by operation, in place of those there; the operation itself need not be here."""
        ...

    def gone(self, entities: Collection[str]) -> dict[str, Gone]:
        """Return what is kept of those of these entities that are, or were, gone. Nearly always nothing."""
        ...

    def put_gone(self, entities: Mapping[str, Gone]) -> None:
        """Keep which entities are gone, in place of what was kept of them."""
        ...

    # -- groups: asked only at headquarters ------------------------------------------------------

    def naming(self, ids: Collection[str]) -> set[str]:
        """Return the entities one of whose merged operations has a plain text value equal to one of these."""
        ...

    def named_by(self, entities: Collection[str]) -> set[str]:
        """Return the entities of this scope that a plain text value of these entities' merged operations names."""
        ...

    def below(self, root: str) -> set[str]:
        """Return the entities whose id is the root's, a dot, and something."""
        ...

    # -- what replicas know of each other -------------------------------------------------------

    def signed_tips(self, streams: Iterable[bytes]) -> list[SignedTip]:
        """Return all signed tips of these streams, by stream and seq."""
        ...

    def put_signed_tips(self, tips: Sequence[SignedTip]) -> None:
        """Keep signed tips, one for each (stream, op); those there are left."""
        ...

    def note(self, name: str) -> bytes | None:
        """Return what was kept under a name: certificates, revocations, marks (`sync/exchange.py`)."""
        ...

    def put_note(self, name: str, content: bytes) -> None:
        """Keep bytes under a name, in place of what was there."""
        ...
