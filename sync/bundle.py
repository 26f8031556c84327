"""A bundle: signed inside, encrypted outside, read and written as a stream of any size in bounded memory.

    file    = age( opening || piece* )          to the age keys of everybody it is meant for
    opening = "clb" || format || signature || size || plain size || zstd( manifest || small pieces )

The signature is the sender's, over the manifest's canonical bytes; the manifest names each piece by
the hash of its bytes. So whoever finds a bundle learns its size, whoever may read it knows who wrote
it and for whom, and nothing is given on before its piece was proven. On a line the opening and the
pieces travel without the age layer, inside TLS.

What its reader knows already is not told: the scope, headquarters' id, the names of small pieces,
which travel inside the opening. One signature serves the manifest and the sender's own tip. `format`
rises only when an older reader could not read it; a reader reads its own and the two before
(`_FORMATS`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import msgspec
import pyrage

from sync import phrases
from sync.chunks import SEALED_BYTES
from sync.errors import UNREADABLE, BadRecord, SyncError
from sync.identity import (
    SIGNATURE_BYTES,
    BadSignature,
    Identity,
    Trust,
    check_tips,
    sign,
    sign_bytes,
    sign_together,
    unsigned,
    verify_bytes,
    verify_together,
    with_signature,
)
from sync.pieces import PLAIN_BYTES, Known, Unpacked, deflate, inflate_frame, name_of, unpack
from sync.records import HASH_BYTES, ID_BYTES
from sync.wire import (
    CHUNK,
    MOST_DEVICES,
    MOST_MANIFEST_BYTES,
    MOST_PIECE_BYTES,
    MOST_PIECE_OPERATIONS,
    MOST_PIECES,
    MOST_STREAMS,
    OPS,
    WIRE_FORMAT,
    Headquarters,
    Manifest,
    Piece,
    SignedTip,
    Vector,
)

AGE: Final = b"age-encryption.org/v1\n"
MAGIC: Final = b"clb"
MOST_OPENING_BYTES: Final = MOST_MANIFEST_BYTES + 1024 * 1024
MOST_INLINE_BYTES: Final = 64 * 1024

_MOST_HEADER_BYTES: Final = 64 * 1024  # of age: its time to read one rises faster than its size
_HEADER_END: Final = b"\n--- "
_SMALL: Final = 16 * 1024
_TRIES: Final = 32
_MOST_SIZE_DIGITS: Final = 5  # of a number in sevens of bits: 35 bits
_ENCODER = msgspec.msgpack.Encoder()
_MANIFEST = msgspec.msgpack.Decoder(Manifest)


class Unreadable(SyncError):  # noqa: N818 - the names say what is wrong, as callers catch them
    """A bundle that is not taken. Each way has a class; nothing of it was given on but proven pieces."""


class NotABundle(Unreadable):
    """Some other file."""


class ForSomeoneElse(Unreadable):
    """Encrypted, or addressed, to others; or of another clinic."""


class Damaged(Unreadable):
    """Cut off, altered, or not as a bundle must be."""


class NewerVersion(Unreadable):
    """Written by a later version of this program, in a form that this one does not read."""


class UnknownSender(Unreadable):
    """From a computer for which headquarters does not vouch, or that only says it is one."""


class RevokedSender(Unreadable):
    """From a computer that headquarters does not trust any more."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: its keys, whom it believes, and what it takes.

    `scope` is the one scope of a device; None at headquarters, which takes every clinic's.
    `takes_revoked` is for headquarters too, which puts into quarantine what a revoked device sends.
    """

    identity: Identity
    trust: Trust
    scope: bytes | None = None
    takes_revoked: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A manifest that was proven: form, recipient, sender, signature. `opening` are the bytes that prove it.

    `inline` are the pieces that came with it, by name.
    """

    manifest: Manifest
    opening: bytes
    inline: dict[bytes, bytes] = field(default_factory=dict)
    is_revoked: bool = False


class Source(Protocol):
    """What a bundle is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        ...


class Out(Protocol):
    """What a bundle is written to."""

    def write(self, data: bytes, /) -> int:
        """Write all of these bytes."""
        ...


class Sink(Protocol):
    """Where a bundle goes while it is read."""

    def begin(self, opened: Opened) -> None:
        """Take note of what comes. Called once, before any piece; whatever it raises stops the reading."""
        ...

    def wants(self, piece: Piece) -> bool:
        """Return whether to give a piece's bytes, which may be here already."""
        ...

    def put(self, piece: Piece, data: bytes) -> None:
        """Take a piece, which was proven to be the one that the manifest names."""
        ...


# -- writing ------------------------------------------------------------------------------------


def is_inline(piece: Piece) -> bool:
    """Return whether a piece travels inside the opening."""
    return piece.kind == OPS and piece.plain == piece.size and piece.size <= PLAIN_BYTES


def opening(
    manifest: Manifest, inline: Callable[[Piece], bytes], identity: Identity, headquarters: Headquarters
) -> bytes:
    """Sign a manifest and return its opening; `inline` gives the bytes of the small pieces.

    The sender's own tips are signed here, whatever signatures they have.
    """
    manifest, together = _with_tips_signed(manifest, identity)
    content = unsigned(manifest)
    signature = sign_together(together, content, identity) if together else sign_bytes(Manifest, content, identity)
    small = [piece for piece in manifest.pieces if is_inline(piece)]
    if sum(piece.size for piece in small) > MOST_INLINE_BYTES:
        raise BadRecord("too many small pieces for one bundle")
    told = msgspec.structs.replace(
        manifest,
        scope=b"",
        recipients=tuple(b"" if r == headquarters.id else r for r in manifest.recipients),
        tips=tuple(msgspec.structs.replace(t, scope=b"") if t.scope == manifest.scope else t for t in manifest.tips),
        pieces=tuple(msgspec.structs.replace(p, name=b"") if is_inline(p) else p for p in manifest.pieces),
        signature=b"",
    )
    slim = _ENCODER.encode(told)
    plain = slim + b"".join(inline(piece) for piece in small)
    if len(plain) > MOST_OPENING_BYTES:
        raise BadRecord("a manifest has too many bytes")
    frame = min(plain, deflate(plain, phrases.FORMAT_1), key=len)  # alike in length: plain, as readers take it
    sizes = _number(len(frame)) + _number(len(plain)) + _number(len(slim))
    return MAGIC + bytes((manifest.format,)) + signature + sizes + frame


def _with_tips_signed(manifest: Manifest, identity: Identity) -> tuple[Manifest, SignedTip | None]:
    """Take the signature off the first of the sender's own tips, and return that one: the manifest's serves it too."""
    own = [at for at, tip in enumerate(manifest.tips) if tip.device == identity.id]
    tips = list(manifest.tips)
    for at in own:
        tips[at] = msgspec.structs.replace(tips[at], signature=b"") if at == own[0] else sign(tips[at], identity)
    first = tips[own[0]] if own else None
    return msgspec.structs.replace(manifest, tips=tuple(tips), signature=b""), first


def write(
    opening_: bytes,
    rest: Iterator[bytes],
    recipients: Sequence[str],
    out: Out,
    at: Callable[[int], None] | None = None,
) -> int:
    """Write a bundle, encrypted to these age recipients; return how many bytes it has.

    `rest` gives the pieces that are not inside the opening, in the manifest's order, one in memory at
    a time. `at` is told how many bytes were written so far, and may raise to stop. OSError as the disk
    raises it.
    """
    keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in dict.fromkeys(recipients)]
    first = next(rest, None)
    if first is None and len(opening_) <= _SMALL:
        # age hides how many read it behind up to 200 random bytes: a small bundle takes the shortest of some tries.
        content: bytes = min((pyrage.encrypt(opening_, keys) for _ in range(_TRIES)), key=len)
        out.write(content)
        if at is not None:
            at(len(content))
        return len(content)
    source, sink = _Source(opening_, first or b"", rest), _Counting(out, at)
    try:
        pyrage.encrypt_io(source, sink, keys)
    except Exception as error:  # noqa: BLE001 - age wraps whatever the source raised; its own error goes on
        raise source.error or sink.error or error from None
    return sink.count


class _Source:
    """Gives age what to encrypt, a piece at a time. `error` is what went wrong in giving it."""

    def __init__(self, first: bytes, second: bytes, rest: Iterator[bytes]) -> None:
        self._parts = iter((first, second))
        self._rest = rest
        self._now = memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._now:
                part = next(self._parts, None)
                if part is None:
                    part = next(self._rest, None)
                if part is None:
                    return b""
                self._now = memoryview(part)
        except BaseException as error:
            self.error = error
            raise
        given = bytes(self._now[:size] if size >= 0 else self._now)
        self._now = self._now[len(given) :]
        return given


class _Counting:
    """Writes on, counts, and keeps what went wrong."""

    def __init__(self, out: Out, at: Callable[[int], None] | None) -> None:
        self._out = out
        self._at = at
        self.count = 0
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._out.write(data)
            self.count += len(data)
            if self._at is not None:
                self._at(self.count)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing to do: whoever opened the file closes it."""


# -- reading ------------------------------------------------------------------------------------


def is_encrypted(beginning: bytes) -> bool:
    """Return whether a file that begins so may be a bundle."""
    return beginning.startswith(AGE)


def read(source: Source, reader: Reader, sink: Sink) -> Opened:
    """Read a whole bundle, giving each piece to the sink as soon as it is proven; Unreadable when it is not taken.

    OSError as the disk or stick raises it; what the sink raises goes through.
    """
    incoming, key = _Incoming(source), pyrage.x25519.Identity.from_str(reader.identity.age_key)
    parser = _Parser(_parts(reader, sink))
    try:
        pyrage.decrypt_io(incoming, parser, [key])
    except Exception as error:  # noqa: BLE001 - the same, of whatever the sink raised
        raise incoming.error or parser.error or _unreadable(error) from None
    return parser.end()


def read_opening(content: bytes, reader: Reader) -> Opened:
    """Prove a manifest that came without the age layer, over a line; Unreadable when it is not taken."""
    parser = _Parser(_opening(reader))
    parser.write(content)
    return parser.end()


def operations(opened: Opened, get: Callable[[Piece], bytes], known: Known | None = None) -> Iterator[Unpacked]:
    """Return the operations of a bundle, a piece at a time. Damaged when a piece is not as it must be."""
    for piece in opened.manifest.pieces:
        if piece.kind == OPS:
            try:
                yield unpack(piece, opened.inline[piece.name] if is_inline(piece) else get(piece), known)
            except BadRecord as error:
                raise Damaged(str(error)) from error


class _Incoming:
    """Gives age what to decrypt, once its header was seen to have a sane size. `error` is the source's own."""

    def __init__(self, source: Source) -> None:
        self._source = source
        beginning = source.read(_MOST_HEADER_BYTES)
        if not is_encrypted(beginning):
            raise NotABundle("not an encrypted file")
        if _HEADER_END not in beginning:
            raise Damaged("cut off in its beginning")
        self._rest = memoryview(beginning)
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        if self._rest:
            given = bytes(self._rest[:size] if size >= 0 else self._rest)
            self._rest = self._rest[len(given) :]
            return given
        try:
            return self._source.read(size)
        except BaseException as error:
            self.error = error
            raise


def _unreadable(error: Exception) -> Exception:
    """Return what an error of age says. Its texts are all that tells one from another; a test holds them."""
    if isinstance(error, pyrage.DecryptError):
        if "No matching keys" in str(error):
            return ForSomeoneElse("encrypted to others")
        return Damaged(f"its encryption is not whole: {error}")
    if isinstance(error, OSError) and error.errno is None:  # age's own; a disk's has a number
        return Damaged("altered or cut off")
    return error


class _Parser:
    """Feeds bytes, as they come, to a generator that yields how many it wants next. Written to by age."""

    def __init__(self, wanted: Generator[int, bytes, Opened]) -> None:
        self._wanted = wanted
        self._need = next(wanted)
        self._buffer = bytearray()
        self._result: Opened | None = None
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._buffer += data
            while self._result is None and len(self._buffer) >= self._need:
                part = bytes(self._buffer[: self._need])
                del self._buffer[: self._need]
                try:
                    self._need = self._wanted.send(part)
                except StopIteration as stop:
                    self._result = stop.value
            self._check_end()
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def _check_end(self) -> None:
        if self._result is not None and self._buffer:
            raise Damaged("longer than it says")

    def end(self) -> Opened:
        """Return what was opened, now that no more bytes come."""
        if self._result is None:
            raise Damaged("cut off")
        return self._result


def _parts(reader: Reader, sink: Sink) -> Generator[int, bytes, Opened]:
    """Read a whole bundle."""
    opened = yield from _opening(reader)
    sink.begin(opened)
    for piece in opened.manifest.pieces:
        data = opened.inline.get(piece.name)
        if data is None:
            data = yield piece.size
        if sink.wants(piece):
            if name_of(data) != piece.name:
                raise Damaged("a piece is not the one that its manifest names")
            sink.put(piece, data)
    return opened


def _opening(reader: Reader) -> Generator[int, bytes, Opened]:
    """Read an opening and prove it."""
    head = yield len(MAGIC) + 1
    if head[: len(MAGIC)] != MAGIC:
        raise NotABundle("an encrypted file of another kind")
    if head[-1] not in _FORMATS:
        raise NewerVersion(f"format {head[-1]}") if head[-1] > WIRE_FORMAT else NotABundle("of no known format")
    signature = yield SIGNATURE_BYTES
    sizes, told = [], b""
    for _ in range(3):
        number, digits = yield from _read_number()
        sizes.append(number)
        told += digits
    size, plain, slim = sizes
    if not 0 < slim <= plain <= MOST_OPENING_BYTES or not 0 < size <= MOST_OPENING_BYTES:
        raise Damaged("an opening with too many bytes")
    frame = yield size
    try:
        content = frame if size == plain else inflate_frame(frame, plain, phrases.FORMAT_1)
        return _FORMATS[head[-1]](head + signature + told + frame, signature, content[:slim], content[slim:], reader)
    except (*UNREADABLE, BadRecord) as error:
        raise Damaged(f"its manifest is damaged: {error}") from error


def _open(proof: bytes, signature: bytes, slim: bytes, small: bytes, reader: Reader) -> Opened:
    """Restore what was not told, prove the whole, and return it. Format 1."""
    fields = _fields(slim)
    told = _MANIFEST.decode(slim)
    sender = _sender(told, reader)
    pieces, inline = _with_names(told.pieces, small)
    recipients = tuple(r or reader.trust.headquarters.id for r in told.recipients)
    tips = [tip if tip.scope else msgspec.structs.replace(tip, scope=sender.scope) for tip in told.tips]
    # What is signed are the bytes, with the fields that this version does not know.
    fields[_AT["scope"]] = msgspec.Raw(_ENCODER.encode(sender.scope))
    fields[_AT["recipients"]] = msgspec.Raw(_ENCODER.encode(recipients))
    fields[_AT["tips"]] = msgspec.Raw(_ENCODER.encode(tips))
    fields[_AT["pieces"]] = msgspec.Raw(_ENCODER.encode(pieces))
    canonical = _ENCODER.encode(fields)
    manifest = _MANIFEST.decode(canonical)
    _check_form(manifest)
    if reader.identity.id not in recipients or (reader.scope is not None and sender.scope != reader.scope):
        raise ForSomeoneElse("addressed to others")
    together = next((at for at, tip in enumerate(tips) if not tip.signature), None)
    try:
        if together is None:
            verify_bytes(Manifest, canonical, signature, sender.sign_key)
        else:
            verify_together(tips[together], canonical, signature, sender.sign_key)
            tips[together] = with_signature(tips[together], signature, canonical)
    except BadSignature:
        raise UnknownSender("not signed by the computer that it names") from None
    if sender.is_revoked and not reader.takes_revoked:
        raise RevokedSender("its sender is not trusted any more")
    manifest = msgspec.structs.replace(manifest, tips=tuple(tips), signature=signature)
    return Opened(manifest, proof, inline, sender.is_revoked)


class _Sender(NamedTuple):
    scope: bytes
    sign_key: bytes
    is_revoked: bool


def _sender(told: Manifest, reader: Reader) -> _Sender:
    """Return what is known of a bundle's sender; UnknownSender when nothing is."""
    trust = reader.trust.with_certificates(told.certificates)
    if told.sender == trust.headquarters.id:
        if reader.scope is None:
            raise ForSomeoneElse("headquarters' own")
        return _Sender(reader.scope, trust.headquarters.sign_key, is_revoked=False)
    certificate = trust.certificate(told.sender)
    if certificate is None:
        raise UnknownSender("no certificate of its sender")
    return _Sender(certificate.scope, certificate.sign_key, trust.is_revoked(told.sender))


def _with_names(told: tuple[Piece, ...], small: bytes) -> tuple[tuple[Piece, ...], dict[bytes, bytes]]:
    """Return pieces with the names of the small ones, and these by name."""
    pieces: list[Piece] = []
    inline: dict[bytes, bytes] = {}
    for piece in told:
        if not is_inline(piece):
            pieces.append(piece)
            continue
        data, small = small[: piece.size], small[piece.size :]
        pieces.append(msgspec.structs.replace(piece, name=name_of(data)))
        inline[pieces[-1].name] = data
    if small:
        raise BadRecord("more than its manifest names")
    return tuple(pieces), inline


_FORMATS: Final = {1: _open}
_AT: Final = {name: at for at, name in enumerate(Manifest.__struct_fields__)}
_FIELDS = msgspec.msgpack.Decoder(list[msgspec.Raw])
_MOST_FIELDS: Final = 100  # that a later version may have added
_ARRAY_16: Final = 0xDC


def _fields(slim: bytes) -> list[msgspec.Raw]:
    """Return a manifest's fields as they are, those that this version does not know too."""
    if slim[:1] != bytes((_ARRAY_16,)) or not len(_AT) <= int.from_bytes(slim[1:3], "big") <= _MOST_FIELDS:
        raise BadRecord("not a manifest")
    return _FIELDS.decode(slim)


# -- the form of a manifest ------------------------------------------------------------------------


def _check_form(manifest: Manifest) -> None:
    number, volumes = manifest.volume
    if manifest.format not in _FORMATS or manifest.signature or not 1 <= number <= volumes <= MOST_PIECES:
        raise BadRecord("not a manifest of its format")
    if not 1 <= len(manifest.recipients) <= MOST_DEVICES or len(manifest.certificates) > MOST_DEVICES:
        raise BadRecord("a manifest with too many recipients, or none")
    ids = (manifest.sender, manifest.scope, *manifest.recipients)
    if any(len(id_) != ID_BYTES for id_ in ids) or not 1 <= len(manifest.bundle) <= ID_BYTES:
        raise BadRecord("not the id of a device, scope or bundle")
    for vector in (manifest.have, manifest.received, manifest.durable):
        _check_vector(vector)
    if len(manifest.tips) > MOST_STREAMS or len(manifest.pieces) > MOST_PIECES:
        raise BadRecord("a manifest with too many tips or pieces")
    if any(len(name) != HASH_BYTES for name in (*manifest.wants, *manifest.holds)):
        raise BadRecord("not the name of a chunk")
    for piece in manifest.pieces:
        _check_piece(piece)


def _check_vector(vector: Vector) -> None:
    if len(vector) > MOST_STREAMS or any(len(stream) != ID_BYTES or not tips for stream, tips in vector.items()):
        raise BadRecord("not what a replica has")
    for tips in vector.values():
        check_tips(tips)


def _check_piece(piece: Piece) -> None:
    most = SEALED_BYTES if piece.kind == CHUNK else MOST_PIECE_BYTES
    if len(piece.name) != HASH_BYTES or not 0 < piece.size <= most or not piece.size <= piece.plain <= MOST_PIECE_BYTES:
        raise BadRecord("a piece with another size than it may have")
    if not 0 <= piece.count <= MOST_PIECE_OPERATIONS:
        raise BadRecord("a piece with more operations than it may have")


def _number(number: int) -> bytes:
    """Return a size in as few bytes as it needs: seven bits each, the last one below 128."""
    found = bytearray()
    while number >= 0x80:  # noqa: PLR2004 - seven bits
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*found, number))


def _read_number() -> Generator[int, bytes, tuple[int, bytes]]:
    number, digits = 0, b""
    for place in range(_MOST_SIZE_DIGITS):
        digit = yield 1
        digits += digit
        number |= (digit[0] & 0x7F) << (7 * place)
        if digit[0] < 0x80:  # noqa: PLR2004 - the last one
            return number, digits
    raise Damaged("a size with too many digits")
