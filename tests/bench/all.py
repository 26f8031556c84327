"""Runs every bench, each in a process of its own, and writes one table into the README.

Run with `make bench`; `make bench QUICK=1` is smaller and writes nothing. Between the two markers of the README
stand the table and the machine that it was measured on, without its name.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.bench import table
from tests.bench.table import Row

ROOT: Final = Path(__file__).parents[2]
BENCHES: Final = (
    ("desk", "The desk, on 10,000 cases with 100,000 events"),
    ("bench", "The law check, beside the same arithmetic by hand"),
    ("papers", "Papers"),
    ("exhibits", "Exhibits"),
    ("syncing", "Meeting others"),
    ("lines", "The line"),
    ("hq", "Headquarters"),
)
"""The modules, in the order of the table, with what each is about."""

BEGIN: Final = "<!-- bench -->"
END: Final = "<!-- /bench -->"
KIB: Final = 1024


def main() -> int:
    """Run them; return 1 when one could not run to its end."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    reader.add_argument("--quick", action="store_true")
    quick = reader.parse_args().quick
    begun, load = time.monotonic(), os.getloadavg()[0]
    parts, failed = [], []
    for name, about in BENCHES:
        sys.stdout.write(f"\n{about}\n\n")
        sys.stdout.flush()
        rows, status = _run(name, quick=quick)
        parts.append((about, rows))
        if status:
            failed.append(name)
    minutes = (time.monotonic() - begun) / 60
    everything = [row for _, rows in parts for row in rows]
    sys.stdout.write(f"\n{table.plain(everything)}\n{_machine(load)}; {minutes:.0f} minutes\n")
    if failed:
        sys.stderr.write(f"not to its end: {', '.join(failed)}\n")
    elif not quick:
        _write(parts, _machine(load))
    return 1 if failed else 0


def _run(name: str, *, quick: bool) -> tuple[tuple[Row, ...], int]:
    with tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder:
        rows = Path(folder) / "rows.json"
        command = [sys.executable, "-m", f"tests.bench.{name}", "--rows", str(rows), *(["--quick"] if quick else [])]
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        return table.kept(rows), status


def _write(parts: list[tuple[str, tuple[Row, ...]]], machine: str) -> None:
    """Put the tables between the markers."""
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not found or not closed:
        raise SystemExit(f"README.md has no {BEGIN} … {END}")
    tables = "\n".join(f"**{about}**\n\n{table.markdown(rows)}" for about, rows in parts)
    said = f"Measured by `make bench` on {dt.datetime.now(dt.UTC).date()}: {machine}."
    readme.write_text(f"{before}{BEGIN}\n\n{said}\n\n{tables}\n{END}{after}", "utf-8")


def _machine(load: float) -> str:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / KIB**3
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {pages:.0f} GiB of memory, {system}, "
        f"Python {platform.python_version()}, load {load:.1f} at the start"
    )


if __name__ == "__main__":
    sys.exit(main())
