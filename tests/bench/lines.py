"""What a bad line costs: bytes sent over the bundle's, on a line of 32 kbit/s that is cut again and again.

Run with `make bench`. Nothing sleeps: the wire between a real client and a real server counts bytes,
and the time is what they take at 32 kbit/s. The last row is a visit when nothing changed (W3).
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from sync.hq import office
from sync.hq.office import Office
from sync.line import LineDown
from tests.bench import table
from tests.bench.table import Row
from tests.hq.conftest import CHEAP, PASSWORD, Laptop
from tests.sync.lines import Desk, Wire, served, text

BITS_A_SECOND: Final = 32_000
RECORDS: Final = 40
RECORD_BYTES: Final = 60_000  # random, so that nothing of it is compressed away
GOAL: Final = 1.2
ROUNDS: Final = 9
CUTS: Final = (0, 200_000, 400_000, 800_000)
"""After about how many bytes the line is cut; 0 for never."""


def main() -> int:
    """Measure and print."""
    reader = argparse.ArgumentParser()
    table.arguments(reader)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="line-bench-") as folder:
        of, _ = office.create(Path(folder) / "hq", "Central office", PASSWORD, cost=CHEAP)
        try:
            with served(of) as port:
                found = measure(of, port, Path(folder), CUTS[:2] if asked.quick else CUTS)
        finally:
            of.close()
    table.keep(asked.rows, found)
    return 0


def measure(of: Office, port: int, folder: Path, means: Sequence[int]) -> list[Row]:
    """Print a row a line; return them."""
    rows = []
    out = sys.stdout
    size = RECORDS * RECORD_BYTES
    out.write(f"{size / 1e6:.1f} MB of records over a line of {BITS_A_SECOND // 1000} kbit/s\n")
    out.write(f"{'cut after about':<18}{'connections':>12}{'sent/bundle':>13}{'goal':>6}{'minutes':>9}\n")
    numbers = itertools.count()
    for mean in means:
        desk = enrolled(of, folder / f"laptop-{next(numbers)}")
        for n in range(RECORDS):
            desk.laptop.write(f"case-{n}", note=("long_text", text(2 * RECORD_BYTES)))
        wire = Wire(port, cut=cuts(mean))
        with wire.laid() as near:
            meet(desk, near)
        moved = wire.up + wire.down
        what = f"{mean // 1000} kB" if mean else "never"
        minutes = moved * 8 / BITS_A_SECOND / 60
        out.write(f"{what:<18}{wire.connections:>12}{moved / size:>13.3f}{GOAL:>6}{minutes:>9.1f}\n")
        cut = f"cut after about {what}" if mean else "never cut"
        rows.append(Row(f"Bytes over a slow line, {cut}, to the bundle's", moved / size, "×", 1.0, GOAL))
    return rows + quiet(enrolled(of, folder / "quiet"), port)


def quiet(desk: Desk, port: int) -> list[Row]:
    """Print what a visit costs when nothing changed; return it."""
    desk.laptop.write("case-1", name="Rosa")
    desk.meet(port)
    desk.meet(port)
    seconds, moved = [], []
    for _ in range(ROUNDS):
        wire = Wire(port)
        with wire.laid() as near:
            start = time.perf_counter()
            desk.meet(near)
            seconds.append(time.perf_counter() - start)
        moved.append(wire.up + wire.down)
    took = statistics.median(seconds) * 1000
    sys.stdout.write(f"nothing changed: {max(moved)} bytes with TLS (goal 2000), {took:.0f} ms (goal 50)\n")
    return [
        Row("A visit over the line when nothing changed", max(moved), "bytes", goal=2000),
        Row("the same, in time", took, "ms", goal=50),
    ]


def enrolled(of: Office, folder: Path) -> Desk:
    """Return a computer of a clinic of its own."""
    laptop = Laptop(folder, clinic=folder.name, name=folder.name)
    laptop.enrol(of)
    return Desk(laptop)


def cuts(mean: int) -> Callable[[], int | None]:
    """Return how long each connection lasts, in bytes, about `mean`; 0 for no cuts."""
    chance = random.Random(mean)  # noqa: S311 - cuts to repeat
    return lambda: chance.randrange(mean // 2, mean * 3 // 2) if mean else None


def meet(desk: Desk, port: int) -> None:
    """Meet until it is done, however often the line is cut."""
    while True:
        try:
            desk.meet(port)
        except LineDown:
            continue
        return


if __name__ == "__main__":
    sys.exit(main())
