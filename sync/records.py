"""The operation: one immutable entry of the journal, its one byte form and its identity.

The bytes are an array in fixed field order with sorted maps; the id is their hash. What is written
is checked first, so that no store ever holds what another refuses; what is read must be exactly
the bytes that writing it again would give.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

import msgspec

from sync.errors import UNREADABLE, BadRecord, BadValue

FORMAT: Final = 1
HASH_BYTES: Final = 32
ID_BYTES: Final = 16
NAME_BYTES: Final = 200
TEXT_BYTES: Final = 64 * 1024
LONG_TEXT_BYTES: Final = 1024 * 1024
LONG_TAGS: Final = frozenset({"long_text", "table"})
CARRIED_TAG: Final = "op"
CARRIED_TEXT_BYTES: Final = 7 * 1024 * 1024  # base64 of the largest operation
MOST_FIELDS: Final = 2000
MOST_BASES: Final = 1000
MOST_BYTES: Final = 5 * 1024 * 1024
MOST_CARRY_BYTES: Final = 7 * 1024 * 1024 + 64 * 1024  # another operation stands in it; fits a piece of a bundle
READER: Final = 1
"""The number of this version as a reader: what says that it needs a higher one is held."""
GENESIS: Final = bytes(HASH_BYTES)  # what the first operation of a stream names as the one before it

Tagged: TypeAlias = tuple[str, str]
"""A kind and its text: ("date", "2026-03~"), ("money", "12.50"), ("empty", "does_not_know")."""
Value: TypeAlias = bool | int | str | Tagged | None
"""What a field is set to. None clears it. Decimals are text: no binary fraction is ever stored."""


class Kind:
    """The kinds of operation this version knows. Others are kept and passed on unread."""

    CREATE: Final = "create"
    SET: Final = "set"
    DELETE: Final = "delete"
    UNDELETE: Final = "undelete"
    LINK: Final = "link"
    EVENT: Final = "event"

    # Headquarters alone writes these; they set no field of their entity.
    ANNOTATE: Final = "annotate"  # another effective time for an operation: {"op": hex, "effective": hlc}
    ERASE: Final = "erase"  # the entity's bodies are to go, everywhere and for ever
    DROP: Final = "drop"  # the entity went to another scope: its bodies are to go in this one
    KEEP: Final = "keep"  # the entity came back: it is not to be dropped any more
    CARRY: Final = "carry"  # an operation of another scope: {"op": ("op", base64 of its bytes)}
    TRANSFER: Final = "transfer"  # a record went to another scope: {"from": hex, "to": hex}
    GRANT: Final = "grant"  # the same, and it stays in both


class Operation(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, kw_only=True):
    """One entry: who did what to which entity, having seen what.

    `stream` and `seq` (from 1) are its place, `prev_hash` chains it to the place before. `hlc` is
    the hybrid time, `wall` the computer's clock in milliseconds. `txn` is the seq of the first
    operation saved together with it. `bases` names, a field, the heads the writer saw.
    """

    version: int = FORMAT
    stream: bytes
    seq: int
    prev_hash: bytes
    hlc: int
    wall: int
    actor: str
    device: bytes
    schema: int
    min_reader: int
    txn: int
    entity_type: str
    entity_id: str
    kind: str
    fields: dict[str, Value]
    bases: dict[str, tuple[bytes, ...]]


class Glance(NamedTuple):
    """What every format of operation says in the same place: its format, its place, its device, its entity."""

    version: int
    stream: bytes
    seq: int
    prev_hash: bytes
    device: bytes
    entity_id: str


class _Beginning(msgspec.Struct, frozen=True, array_like=True):
    """The fields that every format begins with; what follows them is not looked at."""

    version: int
    stream: bytes
    seq: int
    prev_hash: bytes
    hlc: msgspec.Raw
    wall: msgspec.Raw
    actor: msgspec.Raw
    device: bytes
    schema: msgspec.Raw
    min_reader: msgspec.Raw
    txn: msgspec.Raw
    entity_type: msgspec.Raw
    entity_id: str

    def said(self) -> Glance:
        return Glance(self.version, self.stream, self.seq, self.prev_hash, self.device, self.entity_id)


_GLANCER = msgspec.msgpack.Decoder(_Beginning)
CONTROL: Final = frozenset({Kind.ANNOTATE, Kind.ERASE, Kind.DROP, Kind.KEEP, Kind.CARRY, Kind.TRANSFER, Kind.GRANT})
"""The kinds that headquarters alone may write."""

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_DECODER = msgspec.msgpack.Decoder(Operation)


def encode(operation: Operation) -> bytes:
    """Return the canonical bytes; BadValue when a value may not be stored anywhere."""
    _check(operation)
    body = _ENCODER.encode(operation)
    most = MOST_CARRY_BYTES if operation.kind == Kind.CARRY else MOST_BYTES
    if len(body) > most:
        raise BadValue(f"an operation has at most {most} bytes")
    return body


def decode(body: bytes) -> Operation:
    """Read one operation; BadRecord when the bytes are not its canonical form or break a rule."""
    if len(body) > MOST_CARRY_BYTES:
        raise BadRecord("too many bytes for one operation")
    try:
        operation = _DECODER.decode(body)
        same = encode(operation) == body
    except (*UNREADABLE, BadValue) as error:
        raise BadRecord(f"not an operation: {error}") from error
    if not same:
        raise BadRecord("not the canonical form of its operation")
    return operation


def stored(body: bytes) -> Operation:
    """Read one operation that was checked when it was stored; BadRecord when the disk damaged it."""
    try:
        return _DECODER.decode(body)
    except UNREADABLE as error:
        raise BadRecord(f"not an operation: {error}") from error


def glance(body: bytes) -> Glance:
    """Read where an operation belongs that may be of a later format or break a rule; BadRecord when it cannot be told.

    Every later format begins with the fields of this one, from `version` to `entity_id`.
    """
    if len(body) > MOST_CARRY_BYTES:
        raise BadRecord("too many bytes for one operation")
    try:
        return _GLANCER.decode(body).said()
    except UNREADABLE as error:
        raise BadRecord(f"not an operation of any format: {error}") from error


def digest(body: bytes) -> bytes:
    """Return the id of the operation with these canonical bytes."""
    return hashlib.blake2b(body, digest_size=HASH_BYTES, person=b"clinic-op-1").digest()


def _check(operation: Operation) -> None:
    if operation.version != FORMAT:
        raise BadValue(f"format {operation.version} is not known here")
    for name, octets, size in (
        ("stream", operation.stream, ID_BYTES),
        ("device", operation.device, ID_BYTES),
        ("prev_hash", operation.prev_hash, HASH_BYTES),
    ):
        if len(octets) != size:
            raise BadValue(f"{name} has {size} bytes")
    for number in (operation.hlc, operation.wall, operation.schema, operation.min_reader):
        _integer(number)
    if operation.seq < 1 or operation.hlc < 0 or not 1 <= operation.txn <= operation.seq:
        raise BadValue("seq and txn count from 1, and no time is before 1970")
    _integer(operation.seq)
    for name in (operation.actor, operation.entity_type, operation.entity_id, operation.kind):
        _text(name, NAME_BYTES)
    if len(operation.fields) > MOST_FIELDS or len(operation.bases) > MOST_FIELDS:
        raise BadValue(f"an operation has at most {MOST_FIELDS} fields")
    _check_fields(operation.fields)
    _check_bases(operation.bases)


def _check_fields(values: Mapping[str, Value]) -> None:
    """Check names and values; plain ASCII texts, nearly all there are, together."""
    names = "".join(values)
    if not names.isascii() or "\0" in names or len(names) > NAME_BYTES:
        for name in values:
            _text(name, NAME_BYTES)
    texts = []
    for value in values.values():
        if type(value) is str:
            texts.append(value)
        elif value is not None:
            check_value(value)
    text = "".join(texts)
    if not text.isascii() or "\0" in text or len(text) > TEXT_BYTES:
        for each in texts:
            check_value(each)


def _check_bases(bases: Mapping[str, tuple[bytes, ...]]) -> None:
    for field, hashes in bases.items():
        _text(field, NAME_BYTES)
        if not 1 <= len(hashes) <= MOST_BASES or any(len(h) != HASH_BYTES for h in hashes):
            raise BadValue("bases are hashes, at least one a field")
        if list(hashes) != sorted(set(hashes)):
            raise BadValue("bases are sorted and each stands once")


def check_value(value: Value) -> None:
    """Raise BadValue when the value is not one that every store and version can hold."""
    match value:
        case None | bool():
            return
        case int():
            _integer(value)
        case str():
            _text(value, TEXT_BYTES)
        case (str() as tag, str() as text):
            _text(tag, NAME_BYTES)
            _text(text, _most_bytes(tag))
        case _:
            raise BadValue(f"a {type(value).__name__} is not a value")


def _most_bytes(tag: str) -> int:
    if tag in LONG_TAGS:
        return LONG_TEXT_BYTES
    return CARRIED_TEXT_BYTES if tag == CARRIED_TAG else TEXT_BYTES


def _integer(number: int) -> None:
    if not -(2**63) <= number < 2**63:
        raise BadValue("a number has at most 64 bits")


def _text(text: str, limit: int) -> None:
    if text.isascii():  # the common case: always NFC, never a surrogate
        if "\0" in text or len(text) > limit:
            raise BadValue("a text holds no NUL and stays within its limit")
        return
    if "\0" in text or not unicodedata.is_normalized("NFC", text):
        raise BadValue("a text is in normal form C and holds no NUL")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadValue("a text holds no half character") from None
    if size > limit:
        raise BadValue(f"a text has at most {limit} bytes")
