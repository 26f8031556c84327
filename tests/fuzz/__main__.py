"""Tries hostile files on every reader and prints what came out: python -m tests.fuzz [COUNT] [NAME…] [--first N].

Each reader runs in a process of its own with bounded memory; a process that dies is a finding like any other.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tests.fuzz.targets import TARGETS
from tests.fuzz.trying import Tried, try_many

MOST_MEMORY: Final = 3 * 1024**3
"""Bytes of address space that a reader's process may have beyond what it begins with."""
PATIENCE: Final = 3600
"""Seconds for all inputs of one reader."""


def main() -> int:
    """Run and print the table; 1 when something was found."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz")
    options.add_argument("count", type=int, nargs="?", default=2000)
    options.add_argument("names", nargs="*", default=[])
    options.add_argument("--first", type=int, default=0, help="number of the first input")
    options.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    names = given.names or list(TARGETS)
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        options.error(f"no reader {unknown[0]!r}: {', '.join(TARGETS)}")
    if given.child:
        _bound()
        print(json.dumps(asdict(try_many(TARGETS[names[0]], given.count, given.first))))  # noqa: T201 - for the parent
        return 0
    print(f"{'reader':28}{'inputs':>9}{'taken':>9}{'refused':>9}{'slowest s':>11}{'peak MB':>9}  findings")  # noqa: T201
    found = 0
    for name in names:
        tried = _in_a_process(name, given.count, given.first)
        found += len(tried.findings)
        row = f"{name:28}{tried.inputs:9}{tried.taken:9}{tried.refused:9}{tried.slowest:11.2f}{tried.peak_mb:9.0f}"
        print(f"{row}  {len(tried.findings)}", flush=True)  # noqa: T201 - a command
        for finding in tried.findings[:10]:
            print(f"    {finding}", flush=True)  # noqa: T201 - the same
    return 1 if found else 0


def _in_a_process(name: str, count: int, first: int) -> Tried:
    command = [sys.executable, "-m", "tests.fuzz", str(count), name, "--first", str(first), "--child"]
    began = time.monotonic()
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return Tried(findings=[f"hung after {PATIENCE} s"])
    try:
        return Tried(**json.loads(run.stdout.splitlines()[-1]))
    except (ValueError, IndexError, TypeError):
        last = (run.stderr.strip().splitlines() or ["no words"])[-1]
        return Tried(slowest=time.monotonic() - began, findings=[f"the process ended with {run.returncode}: {last}"])


def _bound() -> None:
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MOST_MEMORY, size + MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
