"""Sets the project up in its own folder: a .venv, the locked dependencies, the libraries that Qt needs.

Runs on a bare Python 3.11 or newer, before anything is installed. Safe to repeat: a second run
compares one hash and returns. System packages are installed when root; otherwise the exact line
to type is printed and nothing else is done.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
READY = VENV / ".ready"
LOCK = ROOT / "requirements-dev.lock"
OLDEST_PYTHON = (3, 11)

# The library that Qt loads -> the Debian and Ubuntu package that holds it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def main() -> int:
    """Bring the .venv up to date; return the exit status."""
    if sys.version_info < OLDEST_PYTHON:
        return fail(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 setup"
        )
    wanted = fingerprint()
    if READY.is_file() and READY.read_text() == wanted:
        return 0
    missing = missing_packages()
    if missing and not install_packages(missing):
        return 1
    if not (VENV / "bin" / "python").exists():
        say("Making .venv")
        run(sys.executable, "-m", "venv", str(VENV))
    python = str(VENV / "bin" / "python")
    say("Installing the locked dependencies")
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK))
    run(
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "-e",
        str(ROOT),
    )
    READY.write_text(wanted)
    say("Ready")
    return 0


def fingerprint() -> str:
    """Return a hash of everything the set-up depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for file in (LOCK, ROOT / "pyproject.toml", Path(__file__)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def missing_packages() -> list[str]:
    """Return the Debian packages that are missing for Qt and for making a virtual environment."""
    missing = [] if importlib.util.find_spec("ensurepip") else [f"python3.{sys.version_info.minor}-venv"]
    if sys.platform == "linux":
        missing += [package for library, package in QT_LIBRARIES.items() if not loads(library)]
    return missing


def loads(library: str) -> bool:
    """Say whether the system has the shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(packages: list[str]) -> bool:
    """Install system packages when root; otherwise print the line to type."""
    if not shutil.which("apt-get"):
        fail("These system libraries are missing: " + " ".join(packages) + ". Install them with your package manager.")
        return False
    if os.geteuid() != 0:
        fail(
            "Some system libraries are missing. Type this line, then the same make command again:\n\n"
            "    sudo apt-get update && sudo apt-get install -y " + " ".join(packages) + "\n"
        )
        return False
    say("Installing system libraries: " + " ".join(packages))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
    subprocess.run(
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    return True


def run(*command: str) -> None:
    """Run a command, stopping with its own error when it fails."""
    result = subprocess.run(command, check=False)
    if result.returncode:
        raise SystemExit(f"set-up stopped: {' '.join(command)}")


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"set-up: {text}", flush=True)


def fail(text: str) -> int:
    """Print what is wrong and return the failing exit status."""
    print(f"set-up: {text}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
