"""Kills real processes at work, at random moments and at every call that changes a file, and tells what is lost.

A child is a fork of this program: it works in a folder and says through a pipe what a user would have
been told is saved. The parent kills it with SIGKILL and then looks, in its own process, whether
the folder opens, its check passes, and everything that was said is there.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

Fact = list[Any]
Say = Callable[..., None]

_CHANGING: Final = frozenset(
    {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "shutil.rmtree"}
)
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_LONGEST: Final = 120.0
"""Seconds after which a child that neither speaks nor ends is a failure of its journey."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a child works with: its folder, the way to say what is confirmed, and its chances."""

    folder: Path
    say: Say
    rng: random.Random


@dataclass(frozen=True, slots=True)
class Killed:
    """What a killed child leaves: its folder, and what it had said."""

    folder: Path
    said: list[Fact]


class Journey(Protocol):
    """One thing that people do and that writes. `prepare` and `verify` run in the parent, `work` in the child."""

    name: str
    pace: float
    """The most seconds between what the child says last and the kill."""

    def prepare(self, folder: Path) -> None:
        """Make what the work begins with, in an empty folder."""

    def work(self, at: Work) -> None:
        """Work, and say each thing once it is confirmed. It may never end."""

    def verify(self, at: Killed) -> list[str]:
        """Return what is wrong: what does not open, does not pass its check, or is missing."""


@dataclass(slots=True)
class Tally:
    """What became of one journey: kills, children that ended before, facts that were confirmed, what was wrong."""

    name: str
    kills: int = 0
    ended: int = 0
    confirmed: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


def torture(journey: Journey, base: Path, rounds: int, seed: int) -> Tally:
    """Kill a journey's work so many times; half at random moments, half at a call that changes a file."""
    tally = Tally(journey.name)
    begun = time.monotonic()
    rng = random.Random(f"{journey.name} {seed}")  # noqa: S311 - moments to kill at, not secrets
    calls = 0
    for number in range(rounds):
        folder = base / f"{journey.name.replace(' ', '-')}-{number}"
        folder.mkdir(parents=True)
        journey.prepare(folder)
        at_call = rng.randint(1, max(calls, 1)) if number % 2 and calls else 0
        child = _begin(journey, folder, rng.random(), at_call)
        said, killed = _kill(child, rng, journey.pace, by_itself=bool(at_call))
        calls = max(calls, max((fact[1] for fact in said if fact[0] == "calls"), default=0))
        facts = [fact for fact in said if fact[0] != "calls"]
        tally.kills += killed
        tally.ended += not killed
        tally.confirmed += len(facts)
        problems = [*_crash(folder), *_looked(journey, folder, facts)]
        tally.wrong += [f"{journey.name}, round {number}, {len(facts)} confirmed: {problem}" for problem in problems]
        if not problems:
            _remove(folder)
    tally.seconds = time.monotonic() - begun
    return tally


@dataclass(frozen=True, slots=True)
class _Child:
    pid: int
    pipe: int


def _begin(journey: Journey, folder: Path, seed: float, at_call: int) -> _Child:
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(writing)
        return _Child(pid, reading)
    status = 1
    try:
        os.close(reading)
        count = _Calls(at_call)
        sys.addaudithook(count)

        def say(*fact: object) -> None:
            told = (json.dumps(one).encode() + b"\n" for one in (fact, ("calls", count.seen)))
            os.write(writing, b"".join(told))  # in one piece: short enough for a pipe

        journey.work(Work(folder, say, random.Random(seed)))  # noqa: S311 - what is typed, not secrets
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the parent hears of it
        (folder / "crash.txt").write_text(traceback.format_exc())
    finally:
        os._exit(status)


class _Calls:
    """Counts the calls that change a file, and kills its own process at one of them."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.seen = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        changes = event in _CHANGING or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING)
        if changes:
            self.seen += 1
            if self.seen == self._at:
                os.kill(os.getpid(), signal.SIGKILL)


def _kill(child: _Child, rng: random.Random, pace: float, *, by_itself: bool) -> tuple[list[Fact], bool]:
    """Hear what the child says, kill it, and return what it had said and whether it was still at work."""
    wanted = 2 * rng.randint(0, 12)
    heard, is_over = b"", False
    while not is_over and (by_itself or heard.count(b"\n") < wanted):
        part = _read(child.pipe, _LONGEST)
        if part is None:
            break
        heard, is_over = heard + part, not part
    if not is_over and not by_itself:
        until = time.monotonic() + rng.random() * pace
        while not is_over and (left := until - time.monotonic()) > 0:
            part = _read(child.pipe, left)
            if part is None:
                break
            heard, is_over = heard + part, not part
    os.kill(child.pid, signal.SIGKILL)
    while part := os.read(child.pipe, 65536):
        heard += part
    os.close(child.pipe)
    _, status = os.waitpid(child.pid, 0)
    lines = heard.split(b"\n")[:-1]  # what follows the last line's end was being said
    return [json.loads(line) for line in lines], os.WIFSIGNALED(status)


def _read(pipe: int, seconds: float) -> bytes | None:
    """Return what was said, b"" at the end; None when nothing was for so long."""
    ready, _, _ = select.select([pipe], [], [], seconds)
    return os.read(pipe, 65536) if ready else None


def _crash(folder: Path) -> list[str]:
    crash = folder / "crash.txt"
    return [f"the program failed by itself:\n{crash.read_text()}"] if crash.exists() else []


def _looked(journey: Journey, folder: Path, facts: list[Fact]) -> list[str]:
    try:
        return journey.verify(Killed(folder, facts))
    except Exception:  # noqa: BLE001 - a store that cannot be looked at is what is being looked for
        return [traceback.format_exc()]


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
    folder.rmdir()
