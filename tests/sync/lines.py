"""A line for tests: headquarters serving on the loopback, and a wire in between that counts and cuts."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import uvicorn

from sync import bundle, line, shorthand
from sync.bundle import Reader
from sync.hq import server
from sync.hq.certificate import LineKeys
from sync.hq.office import Office
from sync.inbox import Inbox
from sync.line import Line, Memory, Progress
from sync.parcel import Packer
from sync.shelf import Shelf
from sync.wire import Headquarters
from tests.hq.conftest import Laptop


class Serving(uvicorn.Server):
    """A server that tells when it is open, and stops when it is told."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.open = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.open.set()


@contextmanager
def served(of: Office, line_keys: LineKeys | None = None, listening: socket.socket | None = None) -> Iterator[int]:
    """Serve a headquarters in a thread; give its port. `listening` is a socket that is open already."""
    keys = line_keys or LineKeys(of.secrets.line_key, of.secrets.line_certificate)
    config = server.configuration(of, "127.0.0.1", 0, keys)
    config.timeout_graceful_shutdown = 3
    serving = Serving(config)
    listening = listening or socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serving.run, args=([listening],))
    thread.start()
    assert serving.open.wait(60)
    try:
        yield listening.getsockname()[1]
    finally:
        serving.should_exit = True
        thread.join()
        listening.close()


@dataclass
class Wire:
    """A TCP relay that counts bytes, and cuts each connection when `cut` says so many bytes are enough."""

    to: int
    cut: Callable[[], int | None] = lambda: None
    up: int = 0
    down: int = 0
    connections: int = 0
    records: list[bytes] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def laid(self) -> Iterator[int]:
        """Give the port to connect to."""
        listening = socket.create_server(("127.0.0.1", 0))
        threads: list[threading.Thread] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listening.accept()
                    self.connections += 1
                    far = socket.create_connection(("127.0.0.1", self.to))
                    left = [self.cut()]
                    for source, target, is_up in ((near, far, True), (far, near, False)):
                        threads.append(threading.Thread(target=self._relay, args=(source, target, is_up, left)))
                        threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield listening.getsockname()[1]
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
            accepting.join()
            for thread in threads:
                thread.join()

    def _relay(self, source: socket.socket, target: socket.socket, is_up: bool, left: list[int | None]) -> None:
        with suppress(OSError):
            while data := source.recv(1500):  # as on a slow line: what is cut was not on its way yet
                with self._lock:
                    allowed = left[0]
                    if allowed is not None:
                        data = data[:allowed]
                        left[0] = allowed - len(data)
                    if is_up:
                        self.up += len(data)
                    else:
                        self.down += len(data)
                target.sendall(data)
                if left[0] == 0:
                    break
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@dataclass
class Desk:
    """One laptop's side of the line, as the program's services do it."""

    laptop: Laptop
    memory: Memory = field(default_factory=Memory)
    most: int | None = None

    @property
    def inbox(self) -> Inbox:
        return Inbox(self.folder / "in", self.reader, self.laptop.chunks)

    @property
    def folder(self) -> Path:
        return self.laptop.folder

    @property
    def card(self) -> Headquarters:
        assert self.laptop.enrolment is not None
        return self.laptop.enrolment.headquarters

    @property
    def reader(self) -> Reader:
        exchange = self.laptop.exchange
        return Reader(self.laptop.keys, exchange.trust, exchange.scope)

    def visit(self, port: int) -> Line:
        return Line(f"127.0.0.1:{port}", self.card, self.reader, self.memory, most=self.most)

    def take(self) -> int:
        """Take what lies in the inbox; return how many operations were new."""
        exchange, inbox, new = self.laptop.exchange, self.inbox, 0
        for opened in inbox.arrived():
            pieces = [u.entries for u in bundle.operations(opened, inbox.get, shorthand.Here(self.laptop.ground))]
            new += exchange.take(opened.manifest, pieces.copy).taken.new
            self.memory.seen = line.essence(opened.manifest)
            inbox.done(opened.manifest)
        return new

    def meet(
        self,
        port: int,
        chunk_ids: Sequence[str] = (),
        wants: Sequence[str] = (),
        progress: Progress | None = None,
        most: int = line.VOLUME_BYTES,
    ) -> int:
        """Meet headquarters over the line, both ways; return how many operations were new here."""
        new = 0
        lacking = [bytes.fromhex(name) for name in wants]
        with self.visit(port) as visit:
            while visit.greet(self.laptop.exchange.offer(wants=lacking).manifest, self.inbox, progress):
                new += self.take()
                lacking = [name for name in lacking if not self.laptop.chunks.has(name.hex())]
            exchange = self.laptop.exchange
            offer = exchange.offer()
            readers = [self.laptop.marks.received, *(exchange.have(d).vector for d in offer.manifest.recipients[1:])]
            shelf = Shelf(self.folder / "out", self.laptop.keys.inbox_key())
            packer = Packer(self.laptop.keys, self.card, shelf, self.laptop.chunks)
            known = shorthand.shared(self.laptop.ground, readers)
            if next(offer.entries(), None) is None and not chunk_ids:
                return new
            for parcel in packer.pack(offer, shared=known, chunk_ids=chunk_ids, most=most):
                if visit.send(parcel, self.inbox, progress):
                    new += self.take()
            packer.clear()
        return new


def text(size: int) -> str:
    return secrets.token_hex(size // 2)


def canonical(struct: msgspec.Struct) -> bytes:
    return msgspec.msgpack.encode(struct)
