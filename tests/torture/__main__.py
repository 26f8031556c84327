"""`python -m tests.torture`: kill the program in everything that writes, and print a table of kills and losses.

    python -m tests.torture [--rounds 300] [--only NAME] [--seed 0] [--folder DIR] [--short]

Exit status 1 when anything confirmed was lost, did not open, or did not pass its check.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.torture import journeys
from tests.torture.journeys import DESK
from tests.torture.killing import Journey, Tally, torture
from tests.torture.meetings import MEETINGS, Line, Stick

ROW = "{:34} {:>6} {:>6} {:>10} {:>6} {:>8}"


def main() -> int:
    """Torture every journey, or those whose name begins so."""
    asked = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    asked.add_argument("--rounds", type=int, default=300, help="kills in each journey")
    asked.add_argument("--only", default="", help="journeys whose name begins so")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--folder", type=Path, help="where to work; a temporary folder when left out")
    asked.add_argument("--short", action="store_true", help="without headquarters' process, which is slow to begin")
    wanted = asked.parse_args()
    if not hasattr(os, "fork"):
        sys.stdout.write("This system has no fork and no SIGKILL: the program cannot be tortured here.\n")
        return 0
    base = Path(tempfile.mkdtemp(prefix="clinic-torture-", dir=wanted.folder))
    os.environ["XDG_CONFIG_HOME"] = str(base / "config")
    journeys.books()  # read once; children have it from their parent
    say(ROW.format("journey", "kills", "ended", "confirmed", "wrong", "seconds"))
    tallies = []
    for kind in (*DESK, *MEETINGS):
        journey = kind()
        if journey.name.startswith(wanted.only) and not (wanted.short and isinstance(journey, Line)):
            tallies.append(run(journey, base, wanted.rounds, wanted.seed))
    everything = Tally("all")
    for one in tallies:
        everything.kills += one.kills
        everything.ended += one.ended
        everything.confirmed += one.confirmed
        everything.wrong += one.wrong
        everything.seconds += one.seconds
    show(everything)
    for problem in everything.wrong:
        say(problem)
    if everything.wrong:
        say(f"What is wrong lies in {base}")
        return 1
    shutil.rmtree(base, ignore_errors=True)
    return 0


def run(journey: Journey, base: Path, rounds: int, seed: int) -> Tally:
    """Torture one journey and show its row."""
    tally = torture(journey, base, rounds, seed)
    if isinstance(journey, Stick):
        tally.wrong += journey.finish()
    show(tally)
    return tally


def show(tally: Tally) -> None:
    """Print a row of the table."""
    counts = (tally.kills, tally.ended, tally.confirmed, len(tally.wrong), f"{tally.seconds:.0f}")
    say(ROW.format(tally.name, *counts))


def say(line: str) -> None:
    """Print a line at once: a long run is watched."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
