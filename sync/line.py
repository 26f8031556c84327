"""The clinic's side of the line: the same bundles as on a stick, piece by piece, over HTTPS.

A visit is: `greet`, which brings headquarters' reply into the inbox when there is one; then `send`,
a parcel at a time, each answered by a new reply. Whatever is cut off goes on where it was with the
next visit, since pieces are named by their hashes. Nothing here touches a store: it may run on any
thread, and `close` from another thread ends it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, NamedTuple, Self

import httpx2
import msgspec

from sync import bundle, identity
from sync.bundle import Opened, Reader
from sync.errors import UNREADABLE, BadRecord, SyncError
from sync.identity import BadSignature
from sync.inbox import Inbox
from sync.parcel import Parcel
from sync.pieces import name_of
from sync.wire import (
    LINE,
    LINE_PORT,
    MOST_MANIFEST_BYTES,
    NONCE_BYTES,
    PART_BYTES,
    VISIT_HEADER,
    Asked,
    Headquarters,
    Hello,
    Lacking,
    Manifest,
    Piece,
    Welcome,
)

Progress = Callable[[int, int], None]
"""Told how many bytes of how many have gone or come. What it raises ends the visit."""

ESSENCE_BYTES: Final = 16

_DAY_MS: Final = 24 * 60 * 60 * 1000
_CONNECT_SECONDS: Final = 30.0
_SILENCE_SECONDS: Final = 90.0  # between two bytes
_TAKING_SECONDS: Final = 900.0  # while headquarters takes a large bundle it says nothing
_MOST_ANSWER_BYTES: Final = 2 * MOST_MANIFEST_BYTES
_ASK_AT_ONCE: Final = 2_000
VOLUME_BYTES: Final = 8 * 1024 * 1024
"""What to pack at most into one parcel for a line: each is taken at headquarters before the next goes."""
REVOKED: Final = b"revoked"

_ADDRESS: Final = re.compile(r"(?:[\w.-]{1,200}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?\Z")


class LineTrouble(SyncError):  # noqa: N818 - the names say what is wrong, as callers catch them
    """The line could not be used to the end. What was taken stays taken; the next visit goes on from here."""


class LineDown(LineTrouble):
    """No connection, or it was cut, or nothing was heard for too long."""


class NotHeadquarters(LineTrouble):
    """Somebody answered who is not the headquarters that this computer was enrolled by."""


class Refused(LineTrouble):
    """Headquarters does not deal with this computer: it does not know it, or does not trust it any more."""

    def __init__(self, *, is_revoked: bool) -> None:
        super().__init__("revoked" if is_revoked else "unknown")
        self.is_revoked = is_revoked


class Busy(LineTrouble):
    """Headquarters asks to come back later. `seconds` says when."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"busy for {seconds} seconds")
        self.seconds = seconds


class OtherVersion(LineTrouble):
    """Headquarters does not speak this version's protocol: one of the two must be updated."""


class AllowanceSpent(LineTrouble):
    """As many bytes went and came as this visit may cost; the next goes on."""


def essence(manifest: Manifest) -> bytes:
    """Return what tells whether headquarters has something new to say: all of a reply but what always differs.

    Its clock counts by the day, so that a device hears the time once a day at least. Pieces are new
    whenever there are some.
    """
    same = msgspec.structs.replace(
        manifest,
        bundle=b"",
        volume=(1, 1),
        made=0,
        attested=manifest.attested // _DAY_MS,
        tips=(),
        pieces=(),
        signature=b"",
    )
    return hashlib.blake2b(msgspec.msgpack.encode(same), digest_size=ESSENCE_BYTES).digest()


def welcomed(hello: Hello, welcome: Welcome) -> bytes:
    """Return what headquarters' proof of a welcome covers."""
    return name_of(msgspec.msgpack.encode(hello)) + welcome.token + welcome.challenge + name_of(welcome.reply)


def greeted(hello: Hello) -> bytes:
    """Return what a device's proof of a greeting covers."""
    return hello.challenge + hello.nonce + hello.seen + name_of(hello.opening)


def parts_of(size: int) -> int:
    """Return in how many parts a piece of this size goes."""
    return -(-size // PART_BYTES)


@dataclass(slots=True)
class Memory:
    """What a device keeps from one visit to the next: the last challenge, and what it has taken of headquarters.

    `seen` is the `essence` of headquarters' newest manifest that was taken; whoever takes sets it.
    Kept or lost, nothing goes wrong: a visit then takes one more step.
    """

    challenge: bytes = b""
    seen: bytes = b""


class Line:
    """One visit to headquarters. Use it as a context; it connects with the first call.

    `address` is host, host:port, or https://host as browsers understand it; `most` the bytes that
    this visit may cost.
    """

    def __init__(
        self, address: str, card: Headquarters, reader: Reader, memory: Memory, *, most: int | None = None
    ) -> None:
        self._card = card
        self._reader = reader
        self._memory = memory
        self._most = most
        self._token = b""
        with _line_troubles():
            self._client = httpx2.Client(
                base_url=f"https://{_with_port(address)}{LINE}",
                verify=_trusting(card),
                timeout=httpx2.Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS),
                trust_env=False,
                follow_redirects=False,
            )
        self._client.headers = httpx2.Headers()  # what says nothing costs bytes all the same
        self.bytes_moved = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the visit; from another thread, cut it off."""
        self._client.close()

    # -- steps ------------------------------------------------------------------------------------

    def greet(self, manifest: Manifest, inbox: Inbox, progress: Progress | None = None) -> bool:
        """Say what this device has (`exchange.offer().manifest`) and bring headquarters' reply into the inbox.

        Return whether there is one. LineTrouble says why not.
        """
        reader = self._reader
        quiet = msgspec.structs.replace(manifest, bundle=secrets.token_bytes(8), pieces=(), tips=(), certificates=())
        opening = bundle.opening(quiet, _nothing, reader.identity, self._card)
        for _ in range(2):
            hello = _proven(
                Hello(secrets.token_bytes(NONCE_BYTES), self._memory.challenge, self._memory.seen, opening), reader
            )
            answer = self._post("/hello", hello)
            if answer.status != httpx2.codes.UNAUTHORIZED:
                break
            self._memory.challenge = answer.content
        welcome = self._welcomed(hello, answer)
        self._token, self._memory.challenge = welcome.token, welcome.challenge
        return self._take_reply(welcome.reply, inbox, progress)

    def send(self, parcel: Parcel, inbox: Inbox, progress: Progress | None = None) -> bool:
        """Bring one parcel to headquarters and its reply into the inbox; return whether there is one.

        Only what headquarters lacks goes. Safe to repeat.
        """
        rest = [piece for piece in parcel.manifest.pieces if not bundle.is_inline(piece)]
        todo = [(piece, parts) for piece, parts in self._lacking(rest) if parts]
        total = sum(len(parts) * PART_BYTES for _, parts in todo)
        done = 0
        for piece, parts in todo:
            data = parcel.get(piece)
            count = parts_of(piece.size)
            for part in parts:
                content = data[part * PART_BYTES : (part + 1) * PART_BYTES]
                self._put(f"/piece/{piece.name.hex()}/{part}/{count}", content)
                done += PART_BYTES
                if progress is not None:
                    progress(min(done, total), total)
        answer = _checked(self._request("POST", "/commit", parcel.opening, seconds=_TAKING_SECONDS))
        return self._take_reply(answer.content, inbox, progress)

    # -- inside -----------------------------------------------------------------------------------

    def _welcomed(self, hello: Hello, answer: _Answer) -> Welcome:
        """Return a welcome that is headquarters' own and answers this greeting."""
        try:
            welcome = msgspec.msgpack.decode(_checked(answer).content, type=Welcome)
            identity.check_proof(welcomed(hello, welcome), welcome.proof, self._card.sign_key)
        except (*UNREADABLE, BadSignature):
            raise NotHeadquarters("its answer is not signed by headquarters") from None
        return welcome

    def _take_reply(self, opening: bytes, inbox: Inbox, progress: Progress | None) -> bool:
        if not opening:
            return False
        opened = bundle.read_opening(opening, self._reader)
        if opened.manifest.sender != self._card.id:
            raise NotHeadquarters("its reply is somebody else's")
        inbox.begin(opened)
        self._fetch(opened, inbox, progress)
        return True

    def _fetch(self, opened: Opened, inbox: Inbox, progress: Progress | None) -> None:
        missing = inbox.missing(opened.manifest)
        total, done = sum(piece.size for piece in missing), 0
        for piece in missing:
            told = _shifted(progress, done, total)
            inbox.put(piece, self._piece(piece, inbox, told))
            done += piece.size

    def _piece(self, piece: Piece, inbox: Inbox, progress: Callable[[int], None]) -> bytes:
        """Return a piece's bytes; when the line is cut, what came of it is kept."""
        data = bytearray(inbox.half(piece))
        headers = {"range": f"bytes={len(data)}-"} if data else {}
        try:
            with self._stream(f"/piece/{piece.name.hex()}", headers) as answer:
                if answer.status_code != httpx2.codes.PARTIAL_CONTENT:
                    data.clear()
                for block in answer.iter_raw():
                    data += block
                    self._count(len(block))
                    progress(len(data))
                    if len(data) > piece.size:
                        break
        except BaseException:
            inbox.keep_half(piece, bytes(data[: piece.size]))
            raise
        if len(data) != piece.size or name_of(bytes(data)) != piece.name:
            inbox.keep_half(piece, b"")
            raise LineDown("a piece came damaged")
        return bytes(data)

    def _lacking(self, pieces: list[Piece]) -> list[tuple[Piece, tuple[int, ...]]]:
        found = []
        for start in range(0, len(pieces), _ASK_AT_ONCE):
            some = pieces[start : start + _ASK_AT_ONCE]
            answer = self._post("/missing", Asked(tuple((piece.name, piece.size) for piece in some)))
            try:
                parts = msgspec.msgpack.decode(_checked(answer).content, type=Lacking).parts
            except UNREADABLE as error:
                raise NotHeadquarters("it does not say what it lacks") from error
            found += list(zip(some, parts, strict=False))
        return found

    def _post(self, path: str, content: msgspec.Struct) -> _Answer:
        return self._request("POST", path, msgspec.msgpack.encode(content))

    def _put(self, path: str, content: bytes) -> None:
        _checked(self._request("PUT", path, content))

    def _request(self, method: str, path: str, content: bytes, *, seconds: float = _SILENCE_SECONDS) -> _Answer:
        self._count(len(content))
        timeout = httpx2.Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS, read=seconds)
        with _line_troubles():
            asking = self._client.stream(method, path, content=content, headers=self._pass(), timeout=timeout)
            with asking as response:
                answer = _read(response, _MOST_ANSWER_BYTES)
        self._count(len(answer.content))
        return answer

    @contextmanager
    def _stream(self, path: str, headers: dict[str, str]) -> Iterator[httpx2.Response]:
        with _line_troubles(), self._client.stream("GET", path, headers=headers | self._pass()) as response:
            if not response.is_success:
                _checked(_read(response, PART_BYTES))
            yield response

    def _pass(self) -> dict[str, str]:
        return {VISIT_HEADER: self._token.hex()} if self._token else {}

    def _count(self, size: int) -> None:
        self.bytes_moved += size
        if self._most is not None and self.bytes_moved > self._most:
            raise AllowanceSpent(f"{self._most} bytes")


class _Answer(NamedTuple):
    status: int
    content: bytes
    retry_after: str


def _read(response: httpx2.Response, most: int) -> _Answer:
    """Read an answer, which never takes more memory than this."""
    content = bytearray()
    for block in response.iter_raw():
        content += block
        if len(content) > most:
            raise NotHeadquarters("its answer is too long")
    return _Answer(response.status_code, bytes(content), response.headers.get("retry-after", ""))


def _checked(answer: _Answer) -> _Answer:
    """Return an answer that says yes; raise what another one says."""
    codes = httpx2.codes
    if codes.is_success(answer.status):
        return answer
    if answer.status == codes.FORBIDDEN:
        raise Refused(is_revoked=answer.content == REVOKED)
    if answer.status in {codes.TOO_MANY_REQUESTS, codes.SERVICE_UNAVAILABLE}:
        raise Busy(_seconds(answer.retry_after))
    if answer.status == codes.UPGRADE_REQUIRED:
        raise OtherVersion("it speaks another version")
    raise LineDown(f"headquarters answered {answer.status}")


def _proven(hello: Hello, reader: Reader) -> Hello:
    return msgspec.structs.replace(hello, proof=identity.prove(greeted(hello), reader.identity))


def _nothing(_piece: Piece) -> bytes:
    raise BadRecord("a greeting brings nothing")


def _with_port(address: str) -> str:
    """Return host:port; LineDown when it is no address at all."""
    host = address.strip().removesuffix("/").removeprefix("https://")
    if not _ADDRESS.match(host):
        raise LineDown("not the address of a headquarters")
    if re.search(r":\d+\Z", host):
        return host
    return f"{host}:{443 if address.strip().startswith('https://') else LINE_PORT}"


def _trusting(card: Headquarters) -> ssl.SSLContext:
    """Return what believes headquarters' own certificate and no other; without one, the usual authorities."""
    if not card.certificate:
        return ssl.create_default_context()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the key is pinned: the name adds nothing, and addresses change
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags = ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=card.certificate)
    return context


@contextmanager
def _line_troubles() -> Iterator[None]:
    try:
        yield
    except httpx2.ConnectError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise NotHeadquarters("its certificate is another one") from error
        raise LineDown(str(error)) from error
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, RuntimeError) as error:
        # RuntimeError: closed from another thread.
        raise LineDown(str(error) or type(error).__name__) from error


def _seconds(told: str) -> int:
    return min(int(told), 24 * 60 * 60) if told.isascii() and told.isdecimal() else 60


def _shifted(progress: Progress | None, done: int, total: int) -> Callable[[int], None]:
    if progress is None:
        return lambda _now: None
    return lambda now: progress(min(done + now, total), total)
