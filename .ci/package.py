"""Builds the program as a folder, proves that it works away from here, and packs it.

The frozen program is moved into a folder with spaces and accents that cannot be written, gets an empty
environment and no Python, and does the main job there. What was measured is compared with the goals and
written to build/package.json. `--check-only` takes the folder that was built last.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from contents import is_of_desktop

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "package"
RESULT = ROOT / "build" / "package.json"
WINDOWS = sys.platform == "win32"
NAME = "clinic-cli.exe" if WINDOWS else "clinic"

MOST_BYTES = 150_000_000
MOST_ARCHIVE = 70_000_000
MOST_SECONDS = 3.0
STARTS = 5
NOBODY = 65534
AS_NOBODY = hasattr(os, "geteuid") and os.geteuid() == 0
"""Root may write everywhere, which proves nothing: then the program runs as the user without rights."""

EXAMPLE = ROOT / "resources" / "intakes" / "mx-dismissal.json"
ON = "2026-07-15"


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured: bytes, seconds from a start of the process to the first window, and what was seen."""

    version: str
    platform: str
    python: str
    unpacked: int
    archive: str
    archived: int
    sha256: str
    first_window: float
    first_window_processor: float
    self_check: tuple[str, ...]
    main_job: str
    portable: str
    missed: tuple[str, ...]


def main() -> int:
    """Build, prove, pack and measure; return 0, or 1 when it is too large or something does not work.

    A start that takes too long is said and written down, but fails nothing: machines are noisy.
    """
    if "--check-only" not in sys.argv:
        build()
    folder = BUILD / "dist" / "clinic"
    version = output(folder / NAME, "--version").split()[-1]
    unpacked = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    if sys.platform == "linux":
        check_libraries(folder)
    archive = pack(folder, version)
    installer(folder, version)
    with elsewhere(folder) as moved:
        checked = self_check(moved)
        job = main_job(moved)
        travels = portable(moved)
        first, worked = first_window(moved / NAME)
    too_large = [
        f"{name}: {is_} is more than {most}"
        for name, is_, most in (
            ("bytes unpacked", unpacked, MOST_BYTES),
            ("bytes of the archive", archive.stat().st_size, MOST_ARCHIVE),
        )
        if is_ > most
    ]
    slow = [f"seconds to the first window: {first:.2f} is more than {MOST_SECONDS}"] if first > MOST_SECONDS else []
    result = Result(
        version=version,
        platform=sys.platform,
        python=sys.version.split()[0],
        unpacked=unpacked,
        archive=archive.name,
        archived=archive.stat().st_size,
        sha256=write_sum(archive),
        first_window=first,
        first_window_processor=worked,
        self_check=checked,
        main_job=job,
        portable=travels,
        missed=(*too_large, *slow),
    )
    RESULT.write_text(json.dumps(asdict(result), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    say(f"{archive.relative_to(ROOT)}: {result.archived / 1e6:.1f} MB (goal {MOST_ARCHIVE / 1e6:.0f})")
    say(f"unpacked: {unpacked / 1e6:.1f} MB (goal {MOST_BYTES / 1e6:.0f})")
    say(f"first window: {first:.2f} s, median of {STARTS} warm starts (goal {MOST_SECONDS:.0f})")
    say(f"the processor's part of it: {worked:.2f} s")
    for line in result.missed:
        say(f"missed: {line}")
    return 1 if too_large else 0


def build() -> None:
    """Build the folder; the same sources give the same order of everything."""
    shutil.rmtree(BUILD, ignore_errors=True)
    last = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    if last.stdout.strip():
        environment["SOURCE_DATE_EPOCH"] = last.stdout.strip()
    subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
            *("--distpath", str(BUILD / "dist"), "--workpath", str(BUILD / "work"), "build.spec"),
        ],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    extras(BUILD / "dist" / "clinic")


def extras(folder: Path) -> None:
    """Put beside the program what a person needs to read or run, and what it may be exchanged for."""
    shutil.copy2(ROOT / "LICENSE", folder / "LICENSE.txt")
    for file in sorted((ROOT / ".ci" / "installer").glob("folder/*")):
        shutil.copy2(file, folder / file.name)
    if sys.platform == "linux":
        for file in sorted((ROOT / ".ci" / "installer").glob("linux/*")):
            shutil.copy2(file, folder / file.name)


def check_libraries(folder: Path) -> None:
    """Stop when a library asks for another that neither lies here nor is every desktop's own."""
    libraries = [file for file in folder.rglob("*") if ".so" in file.name and file.is_file()]
    here = {file.name for file in libraries}
    asked = subprocess.run(["readelf", "-d", *libraries], capture_output=True, text=True, check=True).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", asked))
    strangers = sorted(name for name in needed - here if not is_of_desktop(name))
    require(not strangers, f"libraries that are nowhere: {', '.join(strangers)}")
    say(f"{len(libraries)} libraries ask for {len(needed - here)} of the desktop: {', '.join(sorted(needed - here))}")


def pack(folder: Path, version: str) -> Path:
    """Pack the folder: a zip for Windows, else a tar.xz; the same folder gives the same bytes."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    name = f"labor-clinic-{version}-{system}"
    files = sorted(file for file in folder.rglob("*") if not file.is_dir() or file.is_symlink())
    if WINDOWS:
        archive = BUILD / f"{name}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for file in files:
                packed.write(file, f"{name}/{file.relative_to(folder).as_posix()}")
        return archive
    archive = BUILD / f"{name}.tar.xz"
    with tarfile.open(archive, "w:xz", preset=6) as packed:
        for file in files:
            entry = packed.gettarinfo(file, f"{name}/{file.relative_to(folder).as_posix()}")
            entry.uid = entry.gid = entry.mtime = 0
            entry.uname = entry.gname = ""
            if entry.isreg():
                with file.open("rb") as content:
                    packed.addfile(entry, content)
            else:
                packed.addfile(entry)
    return archive


def write_sum(archive: Path) -> str:
    """Write the SHA-256 of an archive beside it, as `sha256sum --check` reads it, and return it."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(archive.name + ".sha256").write_text(f"{digest}  {archive.name}\n", encoding="ascii")
    return digest


@contextmanager
def elsewhere(folder: Path) -> Iterator[Path]:
    """Give a copy of the program's folder with spaces and accents in its path, which nobody can write."""
    with room() as place:
        moved = place / "Programa de prueba"
        shutil.copytree(folder, moved, symlinks=True)
        set_writable(moved, writable=False)
        try:
            yield moved
        finally:
            set_writable(moved, writable=True)


@contextmanager
def room() -> Iterator[Path]:
    """Give an empty folder with spaces and accents in its path, for whoever the program runs as."""
    with tempfile.TemporaryDirectory(prefix="Clínica laboral ñandú ") as name:
        if AS_NOBODY:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)


def set_writable(folder: Path, *, writable: bool) -> None:
    """Let everything in a folder be written, or nothing."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o200 if writable else mode & ~0o222)


def self_check(folder: Path) -> tuple[str, ...]:
    """Have the frozen program look at itself; its lines."""
    before = listing(folder)
    with room() as pictures:
        shown = output(folder / NAME, "--self-check", "--pictures", str(pictures))
        shutil.copytree(pictures, ROOT / "build" / "package-pictures", dirs_exist_ok=True)
    sys.stdout.write(shown)
    require(listing(folder) == before, "the program wrote into its own folder")
    return tuple(shown.splitlines())


def main_job(folder: Path) -> str:
    """Do what the program is for, frozen: a clinic, a case, a packet on paper; return what came of it."""
    with room() as place:
        data, pdf = place / "la clínica", place / "expediente.pdf"
        program = folder / NAME
        case = place / "caso.json"
        case.write_bytes(EXAMPLE.read_bytes())
        output(program, "--data", str(data), "init", "--clinic", "Clínica Ñ", "--place", "mx", "--user", "Práctica")
        number = output(program, "--data", str(data), "intake", str(case), "--on", ON).strip()
        output(program, "--data", str(data), "packet", number, "--out", str(pdf), "--on", ON)
        told = output(program, "verify", str(pdf)).strip()
        return f"case {number}, packet of {pdf.stat().st_size} bytes: {told}"


def portable(folder: Path) -> str:
    """Run a copy with the marker file beside it: everything that is written lies beside it too."""
    with room() as place:
        stick, home = place / "memoria USB", place / "home"
        shutil.copytree(folder, stick / "programa", symlinks=True)
        set_writable(stick, writable=True)
        home.mkdir()
        (stick / "programa" / "portable.txt").touch()
        if AS_NOBODY:
            for path in (home, stick, *stick.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        program = stick / "programa" / NAME
        output(program, "init", "--clinic", "Clínica Ñ", "--place", "pe", "--user", "Práctica", home=home)
        moved = stick.rename(place / "otra memoria")
        output(moved / "programa" / NAME, "cases", home=home)
        written = sorted(path.name for path in (moved / "programa" / "data").iterdir())
        require("clinic" in written, f"beside the program lies only {written}")
        require(not list(home.iterdir()), f"written elsewhere: {list(home.iterdir())}")
        return f"data beside the program: {', '.join(written)}"


def installer(folder: Path, version: str) -> None:
    """Compile the installer for Windows where Inno Setup is."""
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "Inno Setup 6" / "ISCC.exe"
    compiler = shutil.which("ISCC") or (str(usual) if WINDOWS and usual.is_file() else None)
    if compiler is None:
        say("no installer: Inno Setup is not here")
        return
    script = ROOT / ".ci" / "installer" / "windows" / "labor-clinic.iss"
    subprocess.run(
        [compiler, "/Q", f"/DVersion={version}", f"/DFolder={folder}", f"/O{BUILD}", str(script)], check=True
    )
    write_sum(BUILD / f"labor-clinic-{version}-windows-setup.exe")


def first_window(program: Path) -> tuple[float, float]:
    """Return the medians of warm starts, in seconds: until the first window stands there, and of the processor's work.

    On a busy computer the second is what an idle one would need. It is 0 where the system does not tell it.
    """
    took, worked = [], []
    for _ in range(STARTS + 1):  # the first warms the disk
        begun, before = time.time(), os.times()
        took.append(float(output(program, "--first-window")) - begun)
        after = os.times()
        worked.append(sum(after[2:4]) - sum(before[2:4]))
    return round(statistics.median(took[1:]), 2), round(statistics.median(worked[1:]), 2)


def output(program: Path, *words: str, home: Path | None = None) -> str:
    """Run the frozen program with an empty environment and return what it printed; stop when it fails."""
    done = subprocess.run(
        [str(program), *words],
        env=bare_environment(home),
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        user=NOBODY if AS_NOBODY else None,
        group=NOBODY if AS_NOBODY else None,
        extra_groups=[] if AS_NOBODY else None,
    )
    require(done.returncode == 0, f"{program.name} {' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def bare_environment(home: Path | None = None) -> dict[str, str]:
    """Return an environment in which no Python could be found: what the system itself needs, and a password."""
    kept = ("SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "DISPLAY", "XAUTHORITY")
    own = {
        "CLINIC_PASSWORD": "an invented password",
        "CLINIC_LANGUAGE": "en",
        "HOME": str(home or tempfile.gettempdir()),
    }
    return {**{name: os.environ[name] for name in kept if name in os.environ}, **own, "PYTHONUTF8": "1"}


def listing(folder: Path) -> Sequence[tuple[str, int]]:
    """Return what lies in a folder, with times."""
    return sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*") if not path.is_symlink())


def require(good: bool, told: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Stop with what was seen."""
    if not good:
        raise SystemExit(f"package: {told}")


def say(text: str) -> None:
    """Print one line."""
    print(f"package: {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
