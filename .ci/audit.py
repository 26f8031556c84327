"""Asks whether a known weakness is published of anything that is locked: `make audit`.

It needs a network and the service that pip-audit asks. What could not be asked is said, and is no pass.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT / "build" / "audit"
LOCKS = ("requirements.lock", "requirements-dev.lock")

FOUND, NOT_ASKED = 1, 2


def main() -> int:
    """Ask about every locked package; return 0, 1 when a weakness is known, 2 when not all could be asked."""
    program = installed()
    if program is None:
        return not_asked("pip-audit could not be installed")
    return max(asked(program, lock) for lock in LOCKS)


def installed() -> Path | None:
    """Return pip-audit, in an environment of its own: it is no part of this project; None when it cannot be had."""
    scripts = TOOL / ("Scripts" if sys.platform == "win32" else "bin")
    if not (scripts / "pip-audit").exists() and not (scripts / "pip-audit.exe").exists():
        venv.create(TOOL, with_pip=True)
        done = subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", "pip-audit"], check=False)
        if done.returncode:
            return None
    return scripts / "pip-audit"


def asked(program: Path, lock: str) -> int:
    """Ask about the packages of a lock file and print what was found."""
    done = subprocess.run(
        [
            *(program, "--format", "json", "--progress-spinner", "off"),
            *("--no-deps", "--disable-pip", "--requirement", ROOT / lock),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return not_asked(f"{lock}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no answer'}")
    return judged(lock, packages)


def judged(lock: str, packages: list[dict[str, object]]) -> int:
    """Print what an answer says of each package; return the exit status."""
    weak = [package for package in packages if package.get("vulns")]
    for package in weak:
        known = package["vulns"]
        assert isinstance(known, list)  # of pip-audit's own format
        print(f"{lock}: {package['name']} {package['version']}: {', '.join(one['id'] for one in known)}")
    skipped = [str(package["name"]) for package in packages if "skip_reason" in package]
    if weak:
        return FOUND
    if skipped or not packages:
        return not_asked(f"{lock}: nothing is known of {len(skipped)} of {len(packages)} packages")
    print(f"{lock}: no weakness is published of any of {len(packages)} packages")
    return 0


def not_asked(why: str) -> int:
    """Say that the question stays open."""
    print(f"audit: could not be asked: {why}", file=sys.stderr)
    return NOT_ASKED


if __name__ == "__main__":
    raise SystemExit(main())
