"""How the clinic's store meets others: the five workloads of the design beside a floor, on real files.

Run with `python -m tests.bench.syncing [--cases N]` (10,000 unless given; 100,000 takes some minutes). A
case is an id and 15 text fields, about 600 bytes, drawn from a Zipf-like vocabulary, and one operation
of the journal. Bundles are real: signed, encrypted, written to a folder and read back. Times are of
this process's own work (W1's take and its memory: of a process of its own). The floor moves the same rows in the
same run: read from SQLite, msgpack, zstd-3, unpack, upsert into an empty, unencrypted SQLite file.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import random
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from clinic_app.domain.views import ClinicInfo, UserInfo
from clinic_app.rules.shelf import Carried, Shelf
from clinic_app.services import syncing
from clinic_app.services.clinic import Clinic
from clinic_app.store import vault
from clinic_app.store.store import Store
from sync.hq import devices, office, post
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from sync.records import Kind, Value
from tests.bench import table
from tests.bench.table import Row
from tests.sync.lines import Wire, served

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PERSON: Final = (
    *("name", "alias", "keep_hidden", "sex", "birth", "age_band", "area", "municipality", "language"),
    *("interpreter_needed", "indigenous", "disability", "official_id", "address", "note"),
)
WORDS: Final = 2000
EDITS: Final = 1000
SAME: Final = 50
SAVED_TOGETHER: Final = 1000
BEST_OF: Final = 5
PASSWORD: Final = "only for this measurement"
CHEAP: Final = vault.Cost(rounds=1, memory_kib=64)

Told: TypeAlias = tuple[str, list[Row]]
"""What a workload found: a line to print, and its rows of the one table."""


@dataclass
class Computer:
    """One computer of the clinic, with what opens its store again."""

    clinic: Clinic
    key: bytes
    user: UserInfo

    @property
    def store(self) -> Store:
        return self.clinic.store

    def save(self, edits: dict[str, dict[str, Value]], kind: str = Kind.SET) -> None:
        """Save changes of people together."""
        with self.store._saving():
            for entity, values in edits.items():
                self.store._journal.append("person", entity, kind, values)


@dataclass
class Bench:
    """What is measured: a headquarters, two computers, a stick, and the rows."""

    folder: Path
    rows: dict[str, list[str]]
    hq: Office = field(init=False)
    one: Computer = field(init=False)
    two: Computer = field(init=False)

    def __post_init__(self) -> None:
        self.stick = self.folder / "stick"
        self.stick.mkdir()
        self.hq, _ = office.create(
            self.folder / "hq", "Central", Opening(password=PASSWORD), cost=Cost(rounds=1, memory_kib=8)
        )
        self.one, self.two = (self.computer(name) for name in ("one", "two"))
        self.round()
        self.round()

    def computer(self, name: str) -> Computer:
        folder = self.folder / name
        key, user, _ = vault.create(folder, name, PASSWORD, CHEAP)
        Store.create(
            folder, key, ClinicInfo("Valle", "mx", practice=False, created_on=dt.date(2026, 1, 5)), user
        ).close()
        made = Computer(opened(folder, key, user), key, user)
        card = devices.enrol(self.hq, syncing.request(made.clinic, name), "Valle").card
        syncing.enrol(made.clinic, syncing.read_enrolment(made.clinic, card))
        return made

    def round(self) -> None:
        """Have everybody meet everybody by stick."""
        for computer in (self.one, self.two):
            syncing.by_stick(computer.clinic, self.stick)
        post.take(self.hq, self.stick)
        for computer in (self.one, self.two):
            syncing.by_stick(computer.clinic, self.stick)

    def empty_stick(self) -> None:
        for path in self.stick.iterdir():
            path.unlink()

    def leave(self, computer: Computer) -> int:
        """Leave a bundle on the empty stick; return its bytes."""
        self.empty_stick()
        meeting = syncing.begin(computer.clinic)
        meeting.pack(computer.clinic, 0)
        meeting.leave(self.stick)
        meeting.finish(computer.clinic, left=True)
        return sum(path.stat().st_size for path in self.stick.iterdir())


def opened(folder: Path, key: bytes, user: UserInfo) -> Clinic:
    store = Store.open(folder, key, user)
    store._db.run("PRAGMA synchronous = NORMAL")  # as the floor
    return Clinic(folder, store, Shelf(Carried(()), folder / "rules", ()), user)


def cases(count: int) -> dict[str, list[str]]:
    """Return so many cases: an id and 15 texts."""
    chance = random.Random(1)  # noqa: S311 - the same cases each time
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randrange(3, 11))) for _ in range(WORDS)]
    weights = [1 / rank for rank in range(1, WORDS + 1)]
    texts = iter(chance.choices(words, weights, k=count * len(PERSON) * 6))
    return {secrets.token_hex(16): [" ".join(next(texts) for _ in range(6)) for _ in PERSON] for _ in range(count)}


def tagged(values: list[str]) -> dict[str, Value]:
    return {name: ("text", value) for name, value in zip(PERSON, values, strict=True)}


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


# -- the floor ------------------------------------------------------------------------------------


def plain(path: Path, rows: dict[str, list[str]] | None = None) -> sqlite3.Connection:
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    columns = ", ".join(f"{name} TEXT" for name in PERSON)
    conn.execute(f"CREATE TABLE cases (id TEXT PRIMARY KEY, {columns}) STRICT, WITHOUT ROWID")
    upsert(conn, [[key, *values] for key, values in (rows or {}).items()])
    return conn


def upsert(conn: sqlite3.Connection, rows: list[list[str]]) -> None:
    conn.execute("BEGIN IMMEDIATE")
    marks = ", ".join("?" * (len(PERSON) + 1))
    conn.executemany(f"INSERT OR REPLACE INTO cases VALUES ({marks})", rows)  # noqa: S608 - marks
    conn.execute("COMMIT")


def floor(folder: Path, rows: dict[str, list[str]]) -> tuple[float, int]:
    """Return the seconds of moving the rows, and the bytes on the way."""
    source, target = plain(folder / "source.db", rows), plain(folder / "target.db")
    sizes: list[int] = []

    def move() -> None:
        packed = zstd.compress(msgspec.msgpack.encode(source.execute("SELECT * FROM cases").fetchall()), 3)
        sizes.append(len(packed))
        upsert(target, msgspec.msgpack.decode(zstd.decompress(packed), type=list[list[str]]))

    took = seconds(move)
    source.close()
    target.close()
    return took, sizes[0]


def floor_edit(folder: Path, rows: dict[str, list[str]], keys: list[str]) -> float:
    """Return the seconds of one plain edit: the least of some runs."""
    conn = plain(folder / "edits.db", rows)

    def edit(run: int) -> None:
        for number, key in enumerate(keys):
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("UPDATE cases SET municipality = ? WHERE id = ?", (f"edit {run} {number}", key))
            conn.execute("COMMIT")

    took = min(seconds(lambda run=run: edit(run)) for run in range(BEST_OF)) / len(keys)  # type: ignore[misc]
    conn.close()
    return took


# -- the workloads --------------------------------------------------------------------------------


def first_sync(bench: Bench) -> Told:
    """W1: all cases into an empty replica."""
    took, size = floor(bench.folder, bench.rows)
    keys = list(bench.rows)
    for start in range(0, len(keys), SAVED_TOGETHER):
        some = keys[start : start + SAVED_TOGETHER]
        bench.one.save({key: tagged(bench.rows[key]) for key in some}, Kind.CREATE)
    sizes: list[int] = []
    writing = seconds(lambda: sizes.append(bench.leave(bench.one)))
    bench.two.store.close()
    command = [sys.executable, "-m", "tests.bench.syncing", "--take", str(bench.two.clinic.folder), str(bench.stick)]
    environment = {**os.environ, "BENCH_KEY": bench.two.key.hex(), "BENCH_USER": bench.two.user.id}
    said = json.loads(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    bench.two.clinic = opened(bench.two.clinic.folder, bench.two.key, bench.two.user)
    there = bench.two.store._db.one("SELECT count(*) FROM person")[0]
    assert there == len(keys), f"{there} of {len(keys)} came"
    ours = writing + said["seconds"]
    line = (
        f"{len(keys) / ours:>9.0f} cases/s (written in {writing:.1f} s, taken in {said['seconds']:.1f} s); floor "
        f"{len(keys) / took:.0f}/s: {took / ours:.2f} of it (goal 0.5); {sizes[0]} bytes, "
        f"{sizes[0] / size:.2f} x zstd-3 (goal 1.15); "
        f"peak {said['peak'] - said['idle']:.0f} MB over idle (goal 150 at 100,000)"
    )
    return line, [
        Row(
            "First sync of all cases",
            len(keys) / ours,
            "cases/s",
            len(keys) / took,
            len(keys) / took / 2,
            at_least=True,
        ),
        Row("the same, in bytes", sizes[0], "bytes", size, 1.15 * size),
        Row("the same, memory over idle", said["peak"] - said["idle"], "MB", goal=150),
    ]


def take(folder: Path, stick: Path) -> None:
    """Take a bundle in a process of its own, and say how long and how much memory it took."""
    clinic = opened(folder, bytes.fromhex(os.environ["BENCH_KEY"]), UserInfo(os.environ["BENCH_USER"], "two"))
    idle = megabytes("VmRSS")

    def work() -> None:
        meeting = syncing.begin(clinic)
        meeting.fetch(stick)
        meeting.take(clinic)

    took = seconds(work)
    peak = megabytes("VmHWM")
    clinic.close()
    sys.stdout.write(json.dumps({"seconds": took, "idle": idle, "peak": peak}))


def megabytes(what: str) -> float:
    """Return what Linux says of this process's memory: now (VmRSS), or the most it ever was (VmHWM)."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def both_edit(bench: Bench) -> Told:
    """W2: 1,000 edits on each side, 50 on the same field, 50 on other fields of the same record."""
    bench.round()
    bench.round()
    chance = random.Random(2)  # noqa: S311 - the same edits each time
    keys = chance.sample(list(bench.rows), 2 * EDITS - 2 * SAME)
    same, other, rest = keys[:SAME], keys[SAME : 2 * SAME], keys[2 * SAME :]
    for computer, field_, own in (
        (bench.one, "address", rest[: EDITS - 2 * SAME]),
        (bench.two, "alias", rest[EDITS - 2 * SAME :]),
    ):
        text: Value = ("text", f"said by {computer.user.name}")
        for key in (*same, *own):
            computer.save({key: {"municipality": text}})
        for key in other:
            computer.save({key: {field_: text}})
    moved = 0
    for computer, met in ((bench.one, bench.two), (bench.two, bench.one)):
        moved += bench.leave(computer)
        meeting = syncing.begin(met.clinic)
        meeting.fetch(bench.stick)
        meeting.take(met.clinic)
        meeting.finish(met.clinic, left=False)
    both = "SELECT count(*) FROM person WHERE address = 'said by one' AND alias = 'said by two'"
    kept, listed = (
        sorted({computer.store._db.one(sql)[0] for computer in (bench.one, bench.two)})
        for sql in (both, "SELECT count(*) FROM differing")
    )
    equal = bench.one.store.dump() == bench.two.store.dump()
    line = (
        f"{kept} of {SAME} kept on both fields, {listed} of {SAME} listed on the same, equal tables: {equal}; "
        f"{moved} bytes (goal 100,000)"
    )
    return line, [Row(f"{EDITS} edits on each side of a meeting", moved, "bytes", goal=100_000)]


def nothing_new(bench: Bench) -> Told:
    """W3: a meeting over HTTPS when nothing has changed."""
    with served(bench.hq) as port:
        wire = Wire(port)
        with wire.laid() as near:
            told = office.announce(bench.hq, (f"127.0.0.1:{near}",))
            card = devices.enrol(told, syncing.request(bench.one.clinic, "one"), "Valle").card
            syncing.enrol(bench.one.clinic, syncing.read_enrolment(bench.one.clinic, card))
            for _ in range(3):
                syncing.online(bench.one.clinic)
            took = []
            for _ in range(BEST_OF):
                wire.up = wire.down = 0
                begun = time.perf_counter()
                syncing.online(bench.one.clinic)
                took.append(time.perf_counter() - begun)
            moved = wire.up + wire.down
            line = f"{moved} bytes with TLS (goal 2,000), {min(took) * 1000:.0f} ms, both ends in one process (goal 50)"
            return line, [Row("A clinic's meeting when nothing changed", moved, "bytes", goal=2000)]


def one_edit(bench: Bench) -> Told:
    """W4: one local edit with its journal, one transaction."""
    chance = random.Random(3)  # noqa: S311 - the same edits each time
    keys = chance.choices(list(bench.rows), k=500)
    under = floor_edit(bench.folder, bench.rows, keys)

    def edit(run: int) -> None:
        for number, key in enumerate(keys):
            bench.one.save({key: {"municipality": ("text", f"edit {run} {number}")}})

    took = min(seconds(lambda run=run: edit(run)) for run in range(BEST_OF)) / len(keys)  # type: ignore[misc]
    line = f"{took * 1e6:.0f} µs, encrypted; plain SQLite {under * 1e6:.0f} µs: {took / under:.1f} x (goal 3)"
    return line, [Row("One edit with its journal, encrypted", took * 1e6, "µs", under * 1e6, 3 * under * 1e6)]


def one_carried(bench: Bench) -> Told:
    """W5: the bytes to carry one edit."""
    bench.round()
    bench.round()
    bench.one.save({next(iter(bench.rows)): {"municipality": ("text", "Los Mochis")}})
    size = bench.leave(bench.one)
    line = f"{size} bytes, to headquarters, its escrow key and one other computer (goal 600)"
    return line, [Row("One edit on a stick, signed and encrypted", size, "bytes", goal=600)]


@contextlib.contextmanager
def folder_of(cases_: int) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="clinic-sync-") as folder:
        bench = Bench(Path(folder), cases(cases_))
        yield bench
        for computer in (bench.one, bench.two):
            computer.store.close()
        bench.hq.close()


def main() -> int:
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--cases", type=int, default=10_000)
    reader.add_argument("--take", nargs=2, type=Path)
    table.arguments(reader)
    given = reader.parse_args()
    if given.quick:
        given.cases = min(given.cases, 3000)
    if given.take:
        take(*given.take)
        return 0
    with folder_of(given.cases) as bench:
        out = sys.stdout
        found: list[Row] = []
        out.write(f"{given.cases} cases; Python {sys.version.split()[0]}\n")
        for name, work in (
            ("W1", first_sync),
            ("W2", both_edit),
            ("W4", one_edit),
            ("W5", one_carried),
            ("W3", nothing_new),
        ):
            line, rows = work(bench)
            out.write(f"{name}  {line}\n")
            out.flush()
            found += rows
    table.keep(given.rows, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
