"""Which version of the program runs: looked up at every start, before anything else is loaded.

A newer version lies in a folder of its own below the program that was put there first; no file of a
version that is there is ever changed. One small file says which version is current. The program that
was put there first starts that version; when it does not come up twice, the one before takes over.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from clinic_app import __version__, paths
from sync import disk

CURRENT: Final = "current.json"
"""The file that says which version is current."""

TRIES: Final = 2
"""So many starts in a row have to fail before the version before takes over."""

FIRST: Final = ""
"""Stands for the program that was put there first, where a version is named."""

FIRST_VARIABLE: Final = "CLINIC_FIRST"
"""Tells a version that is started which version was put there first."""

_FORMAT: Final = 1
_LARGEST: Final = 10_000  # bytes of the file
_VERSION: Final = re.compile(r"\d{1,5}(\.\d{1,5}){1,3}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class State:
    """What is current: the version, the one before, whether it has come up, how often it did not, and who failed."""

    current: str = FIRST
    previous: str = FIRST
    proven: bool = True
    failures: int = 0
    failed: str = ""
    format: int = _FORMAT


class Versions:
    """The folder of newer versions. Reading it never fails: what cannot be read is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def exists(self) -> bool:
        """Whether anything was ever put here."""
        return (self.folder / CURRENT).is_file()

    def state(self) -> State:
        """Return what is current; the program that was put there first when nothing readable says otherwise."""
        try:
            with (self.folder / CURRENT).open("rb") as file:
                found = State(**json.loads(file.read(_LARGEST)))
        except (OSError, ValueError, TypeError):
            return State()
        names = all(isinstance(name, str) and is_name(name) for name in (found.current, found.previous, found.failed))
        return found if names and found.format == _FORMAT and isinstance(found.failures, int) else State()

    def write(self, state: State) -> None:
        """Say what is current from the next start on. OSError when it cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        disk.replace(self.folder / CURRENT, json.dumps(asdict(state)).encode())

    def home(self, version: str) -> Path:
        """Return the folder of a version."""
        return self.folder / version


def is_name(version: str) -> bool:
    """Say whether a text names a version: a number like 1.4.0, or nothing for the program put there first."""
    return version == FIRST or bool(_VERSION.match(version))


def rank(version: str) -> tuple[int, ...]:
    """Return what versions are compared by: 1.10 is after 1.9, and 1.0 is 1.0.0."""
    numbers = [int(part) for part in version.split(".")] if _VERSION.match(version) else []
    return tuple(numbers + [0] * (4 - len(numbers)))


def running() -> str:
    """Return the version that runs, as `State` names it."""
    program = paths.program()
    return program.parent.name if program is not None and _is_below(program) else FIRST


def places() -> tuple[Versions, ...]:
    """Return where newer versions may lie, the best place first; none when Python runs the sources."""
    root = paths.program_root()
    return () if root is None else (Versions(root / paths.VERSIONS), Versions(paths.own_versions()))


def in_use() -> Versions | None:
    """Return the place that holds newer versions; None when there is none."""
    return next((place for place in places() if place.exists), None)


def launch(arguments: Sequence[str]) -> int | None:
    """Run the current version with these arguments when it is another than this program; return its exit status.

    None when this program itself is to go on.
    """
    program = paths.program()
    place = in_use()
    if program is None or place is None or _is_below(program):
        return None
    return run_current(place, program.name, __version__, arguments)


def run_current(place: Versions, name: str, mine: str, arguments: Sequence[str]) -> int | None:
    """Run the program `name` of the current version and wait for it; return its exit status.

    None when `mine` is current, when nothing here is newer, or when what is newer does not come up.
    """
    while True:
        state = place.state()
        if rank(state.current) <= rank(mine):
            return None
        program = place.home(state.current) / name
        status = _run(program, arguments, mine) if program.is_file() else None
        after = place.state()
        if status is not None and (after.proven or after.current != state.current):
            return status
        failures = after.failures + 1
        if status is not None and failures < TRIES and _written(place, replace(after, failures=failures)):
            return status
        # A program whose file is gone, taken by a virus scanner for example, is not worth a second try.
        fallen = State(current=after.previous, previous=FIRST, failed=after.current)
        if not _written(place, fallen):
            return None


def proven() -> None:
    """Note that this version has come up: it is not doubted any more."""
    program = paths.program()
    if program is None or not _is_below(program):
        return
    place = Versions(program.parent.parent)
    state = place.state()
    if state.current == program.parent.name and not state.proven:
        _written(place, replace(state, proven=True, failures=0, failed=""))


def _is_below(program: Path) -> bool:
    return program.parent.parent.name == paths.VERSIONS


def _written(place: Versions, state: State) -> bool:
    try:
        place.write(state)
    except OSError:
        return False
    return True


def _run(program: Path, arguments: Sequence[str], mine: str) -> int | None:
    """Run a program and wait for it; None when it cannot be started at all."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is typed to stop is for the one that runs
    _look_for_libraries(None)
    try:
        return subprocess.call([str(program), *arguments], env=_environment(mine))  # noqa: S603 - a version of ours
    except OSError:
        return None
    finally:
        _look_for_libraries(getattr(sys, "_MEIPASS", None))
        signal.signal(signal.SIGINT, before)


def _environment(mine: str) -> dict[str, str]:
    """Return the environment without what the start of this program put into it for itself."""
    found = {**os.environ, "PYINSTALLER_RESET_ENVIRONMENT": "1", FIRST_VARIABLE: mine}
    found.pop("LD_LIBRARY_PATH", None)
    with suppress(KeyError):
        found["LD_LIBRARY_PATH"] = found.pop("LD_LIBRARY_PATH_ORIG")
    return found


def _look_for_libraries(folder: str | None) -> None:
    """Set where Windows looks for libraries first: a program that is started inherits it."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetDllDirectoryW(folder)
