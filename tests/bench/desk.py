"""What the desk does in a second, on 10,000 cases with 100,000 events, each beside the same work at its barest.

Run with `python -m tests.bench.desk`. The window is the real one, without a display; the clinic is the real
store, opened as after a right password (the lock's chosen slowness is left out). Every session is a process of
its own, several times over, and the floors are measured in the same process or, for starting, in one
beside it: an empty window and the bare queries, on the same encrypted file. Times are by the clock, since that is
what people wait for; the load of the machine is told beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from clinic_app.store import pages, vault
from tests.bench import desk_floor, large, table
from tests.bench.table import Row

SESSIONS: Final = 5
QUICK_CASES: Final = 1000
GOALS: Final = {"start": 1500, "key": 50, "open": 150, "save": 20, "scroll": 50, "memory": 300}


def main() -> int:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    table.arguments(reader)
    asked = reader.parse_args()
    made = large.clinic(QUICK_CASES if asked.quick else large.CASES)
    sessions = 2 if asked.quick else SESSIONS
    for first in (_session, _floor):  # writes the bytecode, and warms the disk
        first(made.folder)
    runs = [(_session(made.folder), _floor(made.folder)) for _ in range(sessions)]
    ours = {name: statistics.median(run[0][name] for run in runs) for name in runs[0][0]}
    bare = {name: statistics.median(run[1][name] for run in runs) for name in runs[0][1]}
    found = rows(ours, bare)
    sys.stdout.write(
        f"{made.cases} cases, {made.events} events; medians of {sessions} sessions; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; Python {sys.version.split()[0]}\n"
    )
    sys.stdout.write(table.plain(found))
    table.keep(asked.rows, found)
    return 0


def rows(ours: dict[str, float], bare: dict[str, float]) -> list[Row]:
    """Return the figures of the desk."""

    def row(name: str, key: str, floor: float | None, goal: str = "", unit: str = "ms") -> Row:
        return Row(name, ours[key], unit, floor, GOALS.get(goal))

    return [
        row("Start of the program to usable Today", "today", bare["start"], "start"),
        row("of it: from the password to usable Today", "unlock", bare["query"]),
        row("Search as you type, a key, p95", "key_95", ours["key_floor"], "key"),
        row("Search as you type, a key, median", "key_50", ours["key_floor"]),
        row("Opening a case, median", "open_50", ours["open_floor"], "open"),
        row("Opening a case, p95", "open_95", ours["open_floor"], "open"),
        row("Saving an answer, until it is on the disk", "save_50", ours["save_floor"], "save"),
        row("Saving an answer, until the window says so, p95", "saved_95", None, "save"),
        row("Scrolling the list, longest stall", "scroll", ours["scroll_floor"], "scroll"),
        row("Longest stall of the window in all of it", "stall", None),
        row("Peak memory of the session", "memory", bare["memory"], "memory", "MB"),
    ]


def _session(folder: Path) -> dict[str, float]:
    told = ["--password", large.PASSWORD, "--user", large.USER, "--on", large.ON.isoformat()]
    return _run("tests.bench.desk_session", folder, told)


def _floor(folder: Path) -> dict[str, float]:
    return _run("tests.bench.desk_floor", folder, ["--on", large.ON.isoformat()])


def _run(module: str, folder: Path, told: list[str]) -> dict[str, float]:
    key, _ = vault.unlock(folder, large.PASSWORD, large.USER)
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "",  # an installed program has its bytecode at hand
        "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode"),
        "QT_LOGGING_RULES": "default.warning=false",  # the offscreen screen has no window manager to tell
        "XDG_CACHE_HOME": str(folder / "cache"),
        desk_floor.KEY: f"{key.hex()}{pages.salt(key).hex()}",
    }
    command = [sys.executable, "-m", module, str(folder), str(time.time()), *told]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    sys.exit(main())
