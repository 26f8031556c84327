"""Tries numbered inputs on one reader and counts what came of them."""

from __future__ import annotations

import random
import resource
import shutil
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from tests.fuzz.guard import Hang, Watch
from tests.fuzz.targets import REFUSALS, Target

MOST_GROWTH_MB: Final = 600
"""Memory that one input may add to the process: pictures of 30 million dots are opened on purpose."""


@dataclass(slots=True)
class Tried:
    """What came of the inputs. Seconds of the slowest; the process's greatest memory in MB."""

    inputs: int = 0
    taken: int = 0
    refused: int = 0
    slowest: float = 0.0
    peak_mb: float = 0.0
    findings: list[str] = field(default_factory=list)


@cache
def watch() -> Watch:
    """The one watch of this process: an audit hook stays for ever."""
    return Watch()


def made(target: Target, number: int) -> bytes:
    """Return the input with this number: the same one always."""
    return target.mutate(random.Random(f"{target.name} {number}"), target.seeds())  # noqa: S311 - no secret


def try_many(target: Target, count: int, first: int = 0) -> Tried:
    """Try `count` inputs from number `first` on."""
    tried = Tried()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        for number in range(first, first + count):
            folder = Path(name) / "reading"
            folder.mkdir()
            try_one(target, made(target, number), folder, tried, str(number))
            shutil.rmtree(folder)
    tried.peak_mb = _peak_mb()
    return tried


def try_one(target: Target, content: bytes, folder: Path, tried: Tried, label: str) -> None:
    """Read one input under watch and count it."""
    tried.inputs += 1
    before, began = _peak_mb(), time.perf_counter()
    try:
        with watch().over(folder):
            target.read(content, folder)
        tried.taken += 1
    except REFUSALS:
        tried.refused += 1
    except Hang as error:
        tried.findings.append(f"{target.name} {label}: hang {_place(error)}")
    except Exception as error:  # noqa: BLE001 - what a reader raises besides its refusals is what is looked for
        tried.findings.append(f"{target.name} {label}: {type(error).__name__}: {str(error)[:120]} {_place(error)}")
    tried.slowest = max(tried.slowest, time.perf_counter() - began)
    if _peak_mb() - before > MOST_GROWTH_MB:
        tried.findings.append(f"{target.name} {label}: {_peak_mb() - before:.0f} MB more memory")
    tried.findings += [f"{target.name} {label}: {escape}" for escape in watch().escapes]


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "clinic_app" in frame.filename or "/sync/" in frame.filename] or frames
    return f"at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
