"""Headquarters' end of the line: five routes over HTTPS that carry the bundles of a stick piece by piece.

    POST /1/hello                         a signed greeting -> a pass for the visit and headquarters' reply
    POST /1/missing                       which parts of these pieces are lacking
    PUT  /1/piece/{name}/{part}/{parts}   one part of a piece, at most 32 KiB
    POST /1/commit                        the opening of a bundle whose pieces are here -> the next reply
    GET  /1/piece/{name}                  a piece of the reply, from any byte on

Every step may be cut off and repeated. Nobody who is not enrolled gets further than the greeting;
what is staged for a device lies in its own folder, sealed. The log names devices and sizes, never
contents, keys or addresses.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import socket
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sync import bundle, identity, shorthand
from sync.bundle import ForSomeoneElse, NewerVersion, Opened, Reader, RevokedSender, UnknownSender, Unreadable
from sync.chunks import SEALED_BYTES
from sync.errors import UNREADABLE, BadRecord
from sync.exchange import Exchange
from sync.hq import certificate, devices, meeting, post, records, trouble
from sync.hq.certificate import LineKeys
from sync.hq.devices import Device
from sync.hq.office import Office
from sync.hq.trouble import Trouble
from sync.identity import BadSignature, Trust
from sync.line import REVOKED, VOLUME_BYTES, essence, greeted, parts_of, welcomed
from sync.parcel import Packer, Parcel
from sync.pieces import name_of
from sync.shelf import Shelf
from sync.wire import (
    LINE,
    MOST_PIECE_BYTES,
    NONCE_BYTES,
    PART_BYTES,
    VISIT_HEADER,
    Asked,
    Hello,
    Lacking,
    Manifest,
    Piece,
    Vector,
    Welcome,
)

STAGE: Final = "line"
"""The folder beside the store where what arrives over the line waits, a folder a device."""

_LOG = logging.getLogger(__name__)
_SILENCE_SECONDS: Final = 60
_VISIT_SECONDS: Final = 6 * 60 * 60
_MOST_STAGED: Final = 80_000  # parts of one device: 2.5 GiB
_MOST_ASKED: Final = 10_000
_STALE_SECONDS: Final = 30 * 24 * 60 * 60
_MOST_OPENING: Final = bundle.MOST_OPENING_BYTES + 4096
_NAME: Final = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
_RANGE: Final = re.compile(r"bytes=(\d{1,9})-\Z", re.ASCII)
_MOST_ADDRESSES: Final = 10_000

# Requests that a device, or an address before it has greeted, may make: so many at once, and so many a second after.
_DEVICE_RATE: Final = (600.0, 20.0)
_ADDRESS_RATE: Final = (60.0, 1.0)


class Answer(Exception):  # noqa: N818 - an answer, not an error of ours
    """Ends a request with a status and a few bytes."""

    def __init__(self, status: int, content: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.content = content
        self.headers = dict(headers or {})


class Rates:
    """How often each may ask: a bucket each that fills again, of a bounded number of askers."""

    def __init__(self, most: float, a_second: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._a_second = a_second
        self._now = now
        self._left: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def check(self, who: object) -> None:
        """Count one request; Answer 429 when there were too many."""
        now = self._now()
        left, then = self._left.pop(who, (self._most, now))
        left = min(self._most, left + (now - then) * self._a_second)
        self._left[who] = (max(left - 1, 0), now)
        while len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        if left < 1:
            raise Answer(429, headers={"retry-after": str(int((1 - left) / self._a_second) + 1)})


@dataclass(slots=True)
class Visit:
    """One device that has greeted. `reply` is what it may fetch."""

    device: Device
    until: float
    reply: Parcel | None = None
    staged: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Counter:
    """What the routes do, one request at a time for each device. Blocking: it runs on worker threads."""

    def __init__(self, of: Office) -> None:
        self._of = of
        self._lock = threading.Lock()
        self._visits: dict[bytes, Visit] = {}
        self._challenges: dict[bytes, bytes] = {}
        self._said: dict[bytes, bytes] = {}

    def hello(self, content: bytes) -> bytes:
        """Greet a device and return its welcome."""
        hello = _decoded(content, Hello)
        opened, device = self._known(hello)
        with self._lock:
            expected = self._challenges.get(device.id)
            if expected is None or not secrets.compare_digest(expected, hello.challenge):
                # Unknown or used: this greeting may be one that somebody recorded.
                raise Answer(401, self._challenges.setdefault(device.id, secrets.token_bytes(NONCE_BYTES)))
            following = self._challenges[device.id] = secrets.token_bytes(NONCE_BYTES)
            token, visit = self._begin(device)
        with visit.lock:
            self._hear(device, opened.manifest)
            reply = self._reply(visit, hello.seen)
        _LOG.info("device %s greeted; reply of %d bytes", device.id.hex(), visit.reply.size if visit.reply else 0)
        welcome = Welcome(token, following, reply)
        proof = identity.prove(welcomed(hello, welcome), self._of.identity)
        return msgspec.msgpack.encode(msgspec.structs.replace(welcome, proof=proof))

    def visit(self, token: str) -> Visit:
        """Return the visit of a pass; Answer 401 when there is none, or no more."""
        try:
            found = self._visits.get(bytes.fromhex(token))
        except ValueError:
            found = None
        if found is None or found.until < time.monotonic():
            raise Answer(401)
        return found

    def missing(self, visit: Visit, content: bytes) -> bytes:
        """Say which parts of pieces are lacking."""
        shelf = self._stage(visit)
        staged = frozenset(shelf.names())
        visit.staged = len(staged)
        asked = _decoded(content, Asked).pieces
        if len(asked) > _MOST_ASKED:
            raise Answer(400)
        lacking: list[tuple[int, ...]] = []
        for name, size in asked:
            count = min(parts_of(size), _MOST_PARTS)
            here = self._of.chunks.has(name.hex())
            lacking.append(() if here else tuple(n for n in range(count) if _part(name.hex(), n, count) not in staged))
        return msgspec.msgpack.encode(Lacking(tuple(lacking)))

    def put(self, visit: Visit, name: str, part: int, count: int, content: bytes) -> None:
        """Keep one part of a piece."""
        whole = len(content) == PART_BYTES or (part == count - 1 and content)
        if not _NAME.match(name) or not 0 <= part < count <= _MOST_PARTS or not whole:
            raise Answer(400)
        if visit.staged >= _MOST_STAGED:
            raise Answer(413)
        shelf = self._stage(visit)
        try:
            shelf.require(len(content))
            shelf.put(_part(name, part, count), content)
        except OSError as error:
            _LOG.error("what arrives cannot be kept: %s", error.strerror)
            raise Answer(503, headers={"retry-after": "600"}) from error
        visit.staged += 1

    def commit(self, visit: Visit, content: bytes) -> bytes:
        """Take a bundle whose pieces are here, and return the opening of the reply."""
        with visit.lock:
            opened = self._opened(content)
            if opened.manifest.sender != visit.device.id:
                raise Answer(403)
            stage = self._stage(visit)
            with post.own_inbox(self._of) as inbox:
                inbox.begin(opened)
                for piece in inbox.missing(opened.manifest):
                    inbox.put(piece, _assembled(stage, piece))
                try:
                    done = post.take_opened(self._of, opened, inbox)
                except (BadRecord, Unreadable) as error:
                    raise Answer(400) from error
            for piece in opened.manifest.pieces:
                _forget(stage, piece)
            _LOG.info(
                "device %s sent a bundle of %d pieces: %d new operations",
                visit.device.id.hex(),
                len(opened.manifest.pieces),
                done.taken.new,
            )
            return self._reply(visit, b"")

    def piece(self, visit: Visit, name: str) -> bytes:
        """Return a piece of the reply."""
        if devices.trust(self._of).is_revoked(visit.device.id):
            raise Answer(403, REVOKED)
        reply = visit.reply
        found = next((p for p in reply.manifest.pieces if p.name.hex() == name), None) if reply else None
        if reply is None or found is None or bundle.is_inline(found):
            raise Answer(404)
        try:
            return reply.get(found)
        except (OSError, BadRecord) as error:
            raise Answer(404) from error

    # -- inside -----------------------------------------------------------------------------------

    def _known(self, hello: Hello) -> tuple[Opened, Device]:
        """Return what an enrolled device that is trusted says, if it says so itself."""
        opened = self._opened(hello.opening)
        device = next((d for d in devices.devices(self._of) if d.id == opened.manifest.sender), None)
        if device is None or len(hello.nonce) != NONCE_BYTES:
            raise Answer(403)
        try:
            identity.check_proof(greeted(hello), hello.proof, device.certificate.sign_key)
        except BadSignature:
            raise Answer(403) from None
        return opened, device

    def _hear(self, device: Device, manifest: Manifest) -> None:
        """Take note of what a device says. That it says the same as before is the common case, and quick."""
        ground = self._of.ground(device.scope)
        said = essence(manifest) + manifest.attested.to_bytes(8, "big", signed=True)
        if self._said.get(device.id) == said and self._have(device) == manifest.have:
            with ground.transaction():
                ground.heard(device.id, self._of.now())
            return
        meeting.take(self._of, manifest, lambda: ())
        self._said[device.id] = said

    def _have(self, device: Device) -> Vector:
        """Return what a device last said it has."""
        of = self._of
        engine = records.engine(of, device.scope)
        return Exchange(engine, of.identity, device.scope.id, Trust(of.card), of.now).have(device.id).vector

    def _opened(self, content: bytes) -> Opened:
        reader = Reader(self._of.identity, devices.trust(self._of), scope=None, takes_revoked=False)
        try:
            return bundle.read_opening(content, reader)
        except RevokedSender:
            raise Answer(403, REVOKED) from None
        except (UnknownSender, ForSomeoneElse):
            raise Answer(403) from None
        except NewerVersion:
            raise Answer(426) from None
        except Unreadable:
            raise Answer(400) from None

    def _begin(self, device: Device) -> tuple[bytes, Visit]:
        """Begin a visit; the one that the device had before ends. Under the lock."""
        now = time.monotonic()
        for token, old in list(self._visits.items()):
            if old.device.id == device.id or old.until < now:
                del self._visits[token]
        token, visit = secrets.token_bytes(NONCE_BYTES), Visit(device, now + _VISIT_SECONDS)
        self._visits[token] = visit
        _clear_stale(self._stage(visit))
        return token, visit

    def _reply(self, visit: Visit, seen: bytes) -> bytes:
        """Return the opening of the next reply to a device; b"" when it has seen all of it."""
        of, device = self._of, visit.device
        answer = meeting.answer(of, device)
        records_due = bool(answer.books) or next(answer.offer.entries(), None) is not None
        if not records_due and not answer.chunks and essence(answer.offer.manifest) == seen:
            return b""
        packer = Packer(of.identity, of.card, Shelf(self._folder(visit) / "out", of.identity.inbox_key()), of.chunks)
        packer.clear()
        visit.reply = packer.pack(
            answer.offer,
            shared=shorthand.shared(of.ground(device.scope), [self._have(device)]),
            chunk_ids=() if records_due else _first(answer.chunks),  # records first; evidence with the next replies
            books=[book.content for book in answer.books],
        )[0]
        return visit.reply.opening

    def _folder(self, visit: Visit) -> Path:
        return self._of.folder / STAGE / visit.device.id.hex()

    def _stage(self, visit: Visit) -> Shelf:
        return Shelf(self._folder(visit) / "in", self._of.identity.inbox_key())


_MOST_PARTS: Final = parts_of(MOST_PIECE_BYTES)
_Said = TypeVar("_Said", bound=msgspec.Struct)


def _decoded(content: bytes, kind: type[_Said]) -> _Said:
    try:
        return msgspec.msgpack.decode(content, type=kind)
    except UNREADABLE as error:
        raise Answer(400) from error


def _part(name: str, part: int, count: int) -> str:
    return f"{name}.{part}.{count}"


def _assembled(stage: Shelf, piece: Piece) -> bytes:
    """Return a piece whose parts are all here; Answer 409 when they are not, or are not its own."""
    count = parts_of(piece.size)
    try:
        data = b"".join(stage.get(_part(piece.name.hex(), part, count)) for part in range(count))
    except (FileNotFoundError, BadRecord) as error:
        raise Answer(409) from error
    if name_of(data) != piece.name:
        _forget(stage, piece)
        raise Answer(409)
    return data


def _forget(stage: Shelf, piece: Piece) -> None:
    count = parts_of(piece.size)
    for part in range(count):
        stage.remove(_part(piece.name.hex(), part, count))


def _clear_stale(stage: Shelf) -> None:
    stage.collect()
    now = time.time()
    for name in list(stage.names()):
        if stage.age(name, now) > _STALE_SECONDS:
            stage.remove(name)


def _first(chunk_ids: tuple[str, ...]) -> list[str]:
    """Return as many chunks as one reply carries, so that each arrives whole soon."""
    return list(chunk_ids[: VOLUME_BYTES // SEALED_BYTES])


# -- the routes -----------------------------------------------------------------------------------


def application(of: Office) -> Starlette:
    """Return the five routes of an open headquarters."""
    desk, by_device, by_address = Counter(of), Rates(*_DEVICE_RATE), Rates(*_ADDRESS_RATE)

    async def hello(request: Request) -> Response:
        by_address.check(request.client.host if request.client else "")
        return Response(await run_in_threadpool(desk.hello, await _body(request, _MOST_OPENING)))

    async def missing(request: Request) -> Response:
        visit = await _visit(request)
        return Response(await run_in_threadpool(desk.missing, visit, await _body(request, _MOST_OPENING)))

    async def put(request: Request) -> Response:
        visit = await _visit(request)
        path = request.path_params
        content = await _body(request, PART_BYTES)
        await run_in_threadpool(desk.put, visit, path["name"], path["part"], path["count"], content)
        return Response(status_code=201)

    async def commit(request: Request) -> Response:
        visit = await _visit(request)
        return Response(await run_in_threadpool(desk.commit, visit, await _body(request, _MOST_OPENING)))

    async def piece(request: Request) -> Response:
        visit = await _visit(request)
        data = await run_in_threadpool(desk.piece, visit, request.path_params["name"])
        asked = _RANGE.match(request.headers.get("range", ""))
        start = min(int(asked[1]), len(data)) if asked else 0
        return Response(data[start:], 206 if asked else 200)

    async def _visit(request: Request) -> Visit:
        visit = await run_in_threadpool(desk.visit, request.headers.get(VISIT_HEADER, ""))
        by_device.check(visit.device.id)
        return visit

    return Starlette(
        routes=[
            Route(f"{LINE}/hello", _guarded(hello), methods=["POST"]),
            Route(f"{LINE}/missing", _guarded(missing), methods=["POST"]),
            Route(f"{LINE}/piece/{{name:str}}/{{part:int}}/{{count:int}}", _guarded(put), methods=["PUT"]),
            Route(f"{LINE}/commit", _guarded(commit), methods=["POST"]),
            Route(f"{LINE}/piece/{{name:str}}", _guarded(piece), methods=["GET"]),
            Route("/{other:path}", _guarded(_other_version), methods=["GET", "POST", "PUT"]),
        ],
        max_body_size=_MOST_OPENING,
    )


async def _other_version(_request: Request) -> Response:
    raise Answer(426)


def _guarded(route: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return a route whose every failure becomes an answer that says nothing of what lies here."""

    async def answered(request: Request) -> Response:
        try:
            return await route(request)
        except Answer as answer:
            return Response(answer.content, answer.status, answer.headers)
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=408)
        except Trouble as error:
            _LOG.error("headquarters cannot answer: %s", error.code)
        except Exception as error:  # noqa: BLE001 - the last gate: a fault is told by its place, never with values
            last = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error("%s at %s:%d", type(error).__name__, Path(last.filename).name, last.lineno)
        return Response(status_code=503, headers={"retry-after": "300"})

    return answered


async def _body(request: Request, most: int) -> bytes:
    """Return a request's body. Answer 413 when it is too long; TimeoutError when nothing comes for too long."""
    content = bytearray()
    parts = request.stream()
    while True:
        part = await asyncio.wait_for(anext(parts, None), _SILENCE_SECONDS)
        if part is None:
            return bytes(content)
        content += part
        if len(content) > most:
            raise Answer(413)


# -- serving --------------------------------------------------------------------------------------


def configuration(of: Office, host: str, port: int, line: LineKeys) -> uvicorn.Config:
    """Return how the line is served."""
    return uvicorn.Config(
        application(of),
        host=host,
        port=port,
        ssl_context_factory=lambda _config, _default: certificate.context(line),
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # it would name addresses
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=200,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=30,
        h11_max_incomplete_event_size=16 * 1024,
    )


def serve(of: Office, host: str, port: int, line: LineKeys, ready: Callable[[int], None]) -> None:
    """Serve the line until it is stopped; `ready` is told the port once it is open.

    It may be stopped, or killed, at any moment. Trouble when the port cannot be had.
    """
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise trouble.wrong(f"Port {port} of {host} cannot be had ({error.strerror})", "a free one") from error
    with listening:
        ready(listening.getsockname()[1])
        uvicorn.Server(configuration(of, host, port, line)).run(sockets=[listening])
