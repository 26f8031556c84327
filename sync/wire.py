"""What replicas hand each other: signed cards, certificates, tips, and the manifest of a bundle.

Plain frozen structs with limits, no behaviour and no input or output. A signature covers the
canonical bytes of its struct with an empty signature, after a context that says what is signed
(`sync/identity.py`). A manifest's fields are only ever added at the end, with a default: readers
pass over those that they do not know. The cards and tips inside it never change within a format.
"""

from __future__ import annotations

from typing import Final

import msgspec

WIRE_FORMAT: Final = 1

MOST_PIECES: Final = 100_000
MOST_PIECE_BYTES: Final = 8 * 1024 * 1024  # plain; what a reader inflates at most
MOST_PIECE_OPERATIONS: Final = 5_000
AIM_PIECE_BYTES: Final = 4 * 1024 * 1024  # plain; what a writer aims at
MOST_MANIFEST_BYTES: Final = 8 * 1024 * 1024
MOST_STREAMS: Final = 50_000
MOST_DEVICES: Final = 10_000


class Tip(msgspec.Struct, frozen=True, array_like=True, order=True):
    """The last operation of one branch of a stream that is stored with everything before it."""

    seq: int
    op: bytes


Vector = dict[bytes, tuple[Tip, ...]]
"""What a replica has: the tips of each stream, sorted. One tip, unless the stream was forked.

A tip says that it and all operations before it on its chain are durably stored.
"""


class Headquarters(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Who headquarters is, signed by its own key; a device pins the first one it was enrolled by."""

    id: bytes  # 16 bytes
    name: str
    sign_key: bytes  # Ed25519, 32 bytes
    recipient: str  # age X25519
    escrow: str  # age X25519 of the printed escrow key; "" when there is none
    addresses: tuple[str, ...] = ()  # where it may be reached over the line
    certificate: bytes = b""  # its TLS certificate (DER), pinned by devices
    signature: bytes = b""


class Request(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A device asks to be enrolled: its keys and the streams it has written already. Signed by its key."""

    device: bytes  # 16 bytes
    name: str
    clinic: str
    place: str
    sign_key: bytes
    recipient: str
    streams: tuple[bytes, ...]
    made: int  # milliseconds since 1970
    signature: bytes = b""


class Certificate(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Headquarters says that a device may write in a scope. Signed by headquarters."""

    serial: int
    headquarters: bytes
    device: bytes
    name: str
    clinic: str
    scope: bytes  # 16 bytes; headquarters' own devices have no certificate but its key
    sign_key: bytes
    recipient: str
    issued: int
    signature: bytes = b""


class Revocation(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A device that is not trusted any more. What it signed beyond the last accepted tips is quarantined."""

    device: bytes
    accepted: dict[bytes, tuple[Tip, ...]]  # by stream
    at: int
    why: str = ""


class Revocations(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All revocations, in one list that only grows. Signed by headquarters; the highest serial counts."""

    serial: int
    headquarters: bytes
    revoked: tuple[Revocation, ...] = ()
    signature: bytes = b""


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The answer to a request: what a device needs to take part. Both cards inside are signed."""

    headquarters: Headquarters
    certificate: Certificate


class KeySlot(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a computer leaves for headquarters' printed key, encrypted to it: the key of its store, and whose it is."""

    key: bytes  # 32 bytes
    device: bytes  # 16 bytes
    clinic: str
    computer: str


class KeyRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Somebody at a locked computer asks headquarters for its key. Nothing in it is signed: six words are compared."""

    headquarters: bytes  # whose printed key opens the slot
    slot: bytes  # a KeySlot, age-encrypted
    user: str  # who asks
    recipient: str  # age X25519, made for this request: whom the answer is for
    made: int  # milliseconds since 1970


class KeyReply(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Headquarters' answer to one request. The key inside proves itself: it opens the store or it does not."""

    asked: bytes  # BLAKE2b-256 of the request
    user: str
    key: bytes  # the store's key, age-encrypted to the request's recipient


class SignedTip(msgspec.Struct, frozen=True, array_like=True):
    """A device says of its own stream: up to here it is mine, in this scope. Travels with relayed operations."""

    stream: bytes
    scope: bytes
    device: bytes  # a device's id, or headquarters' id
    seq: int
    op: bytes
    signature: bytes = b""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One operation on its way. `body` is None when it was erased: only its place and hash remain."""

    stream: bytes
    seq: int
    prev: bytes
    op: bytes
    body: bytes | None


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """One part of a bundle, named by the hash of its bytes as they travel."""

    kind: str  # "ops" (entries, `sync/pieces.py`), "chunk" (evidence, as it lies), "book" (a signed rule book)
    name: bytes  # BLAKE2b-256 of its bytes
    size: int  # of its bytes
    plain: int  # of what it inflates to; equal to size when it is not compressed
    count: int  # operations in it, 0 for others


OPS: Final = "ops"
CHUNK: Final = "chunk"
BOOK: Final = "book"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a bundle is and what it carries. Signed by the sender; recipients stand inside what is signed."""

    format: int = WIRE_FORMAT
    bundle: bytes  # 8 random bytes, the same in all volumes
    volume: tuple[int, int] = (1, 1)  # this one, of how many
    sender: bytes  # device, or headquarters
    recipients: tuple[bytes, ...]  # devices and headquarters that it is meant for
    scope: bytes
    made: int  # the sender's clock, milliseconds
    attested: int = 0  # headquarters: its clock now; a device: the last one it was told
    incarnation: bytes = b""  # headquarters only: new after it was restored
    have: Vector = {}  # what the sender has in the scope
    received: Vector = {}  # headquarters only: committed there
    durable: Vector = {}  # headquarters only: in a verified backup
    tips: tuple[SignedTip, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    revocations: Revocations | None = None
    headquarters: Headquarters | None = None
    pieces: tuple[Piece, ...] = ()
    wants: tuple[bytes, ...] = ()  # evidence chunks that the sender lacks
    holds: tuple[bytes, ...] = ()  # headquarters: chunks of the scope it has received, as far as asked
    drop: tuple[str, ...] = ()  # headquarters only: records to remove, transferred and drained
    signature: bytes = b""


# -- the line -------------------------------------------------------------------------------------

LINE: Final = "/1"
"""What every path on a line begins with: the number of its protocol."""
LINE_PORT: Final = 8443
PART_BYTES: Final = 32 * 1024
"""A piece goes up in parts of so many bytes, so that a cut costs little."""
VISIT_HEADER: Final = "x-visit"
NONCE_BYTES: Final = 16


class Hello(msgspec.Struct, frozen=True, array_like=True):
    """A device greets headquarters: a manifest that brings nothing says what it has.

    `challenge` is what headquarters gave last; `seen` is the essence of its last reply that was taken
    (`sync/line.py`). `proof` is the device's signature of the rest.
    """

    nonce: bytes
    challenge: bytes
    seen: bytes
    opening: bytes
    proof: bytes = b""


class Welcome(msgspec.Struct, frozen=True, array_like=True):
    """Headquarters answers a greeting: a pass for this visit, the next challenge, and its reply.

    `reply` is the opening of a bundle, b"" when there is nothing new. `proof` is headquarters'
    signature of the greeting's hash and the rest.
    """

    token: bytes
    challenge: bytes
    reply: bytes
    proof: bytes = b""


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """A device asks which of these pieces, by name and size, headquarters lacks."""

    pieces: tuple[tuple[bytes, int], ...]


class Lacking(msgspec.Struct, frozen=True, array_like=True):
    """The parts that headquarters lacks of each piece asked about, in the same order."""

    parts: tuple[tuple[int, ...], ...]
