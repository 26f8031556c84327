"""Lists what the program carries and under which licence: resources/licences.json, which the window shows.

`--check` writes nothing and fails when the list is stale, or when a licence is unknown or does not go
together with the program's own (Apache-2.0). The folder build writes the list anew, with every text.
"""

from __future__ import annotations

import json
import re
import ssl
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "resources" / "licences.json"
TEXTS = ROOT / ".ci" / "licences"

# They ask for no more than to be named and handed on; those with a changed file for that file alone; the LGPL
# that the library can be exchanged, and all of them are files of their own in the folder build.
GOOD = frozenset(
    {
        *("0BSD", "Apache-2.0", "Bitstream-Vera", "BSD-2-Clause", "BSD-3-Clause", "HPND", "IJG", "ISC", "MIT", "MIT-0"),
        *("MIT-CMU", "MPL-2.0", "PSF-2.0", "Unicode-3.0", "Unlicense", "Zlib", "blessing"),
        *("LGPL-3.0-only", "LGPL-3.0-or-later"),
        "GPL-2.0-or-later WITH Bootloader-exception",  # leaves the program that it starts free
    }
)
# What a package says in older ways, or only in its licence file (read by a person).
SAID = {
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only": "LGPL-3.0-only",  # the choice that we make
}
# Asked for by others and left out of the build, or for a server with PostgreSQL alone (LGPL-3.0-only).
NOT_CARRIED = frozenset({"lxml", "pip", "psycopg", "psycopg-binary"})
READ = {"sqlcipher3": "Zlib", "click-default-group": "Unlicense", "pyrage": "MIT"}


@dataclass(frozen=True, slots=True)
class Carried:
    """One thing that the program carries; `text` is its licence in full, "" in the list of the sources."""

    name: str
    version: str
    licence: str
    text: str = ""


class Refused(Exception):  # noqa: N818 - what it says is the finding
    """A licence is unknown, or does not go together with ours."""


def main() -> int:
    """Write the list, or check it with --check; return the exit status."""
    try:
        written = as_json(carried())
    except Refused as error:
        print(f"licences: {error}", file=sys.stderr)
        return 1
    if "--check" not in sys.argv:
        LIST.write_text(written, encoding="utf-8")
        print(f"{LIST.relative_to(ROOT)}: {written.count('name')} parts")
        return 0
    if LIST.read_text(encoding="utf-8") != written:
        print(f"{LIST.relative_to(ROOT)} is stale: make licences", file=sys.stderr)
        return 1
    return 0


def as_json(parts: list[Carried]) -> str:
    """Return the list as JSON; a part without a text says nothing of one."""
    rows = [{key: value for key, value in asdict(part).items() if value or key != "text"} for part in parts]
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def carried(*, texts: bool = False) -> list[Carried]:
    """Return everything that is carried, by name. Refused when a licence is not a good one."""
    packages = [_of_package(name, found, texts=texts) for name, found in sorted(_packages().items())]
    return sorted([*packages, *_inside(texts=texts)], key=lambda part: part.name.lower())


def _packages() -> dict[str, metadata.Distribution]:
    """Return every installed package that the program or headquarters asks for, and what those ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, metadata.Distribution] = {}
    waiting = [(text, "") for text in [*project["dependencies"], *project["optional-dependencies"]["hq"]]]
    while waiting:
        text, extra = waiting.pop()
        asked = Requirement(text)
        name = _plain(asked.name)
        if name in NOT_CARRIED or (asked.marker and not asked.marker.evaluate({"extra": extra})):
            continue
        if name not in found or asked.extras:
            found[name] = metadata.distribution(asked.name)
            waiting += [(text, extra) for extra in ("", *asked.extras) for text in found[name].requires or ()]
    return found


def _of_package(name: str, package: metadata.Distribution, *, texts: bool) -> Carried:
    licence = READ.get(name) or _said(package)
    _require_good(name, licence)
    return Carried(name, package.version, licence, _text_of(package, licence) if texts else "")


def _said(package: metadata.Distribution) -> str:
    """Return what a package says its licence is; "" when it says nothing that is understood."""
    told = package.metadata
    kinds = [line.rpartition("::")[2].strip() for line in told.get_all("Classifier") or () if "License ::" in line]
    for text in (told.get("License-Expression"), told.get("License"), *kinds):
        known = SAID.get(text or "", text or "")
        if known and all(part in GOOD for part in _parts(known)):
            return known
    return ""


def _require_good(name: str, licence: str) -> None:
    if not licence:
        raise Refused(f"{name}: its licence is not known; read it and say so in .ci/licences.py")
    if any(part not in GOOD for part in _parts(licence)):
        raise Refused(f"{name}: {licence} does not go together with this program's own")


def _parts(licence: str) -> list[str]:
    """Return the licences of an expression; of those to choose from, the good ones if there are any."""
    parts = []
    for every in licence.split(" AND "):
        choices = [choice.strip("() ") for choice in every.split(" OR ")]
        parts += [choice for choice in choices if choice in GOOD][:1] or choices[:1]
    return parts


def _text_of(package: metadata.Distribution, licence: str) -> str:
    files = [
        file
        for file in package.files or ()
        if ".dist-info/" in file.as_posix() and re.search(r"licen[cs]e|copying|notice", file.as_posix(), re.IGNORECASE)
    ]
    texts = [f"{file.name}\n\n{file.read_binary().decode('utf-8', 'replace')}" for file in files]
    return "\n\n".join([*texts, *(_standard(licence) if not texts else ())])


def _standard(licence: str) -> Iterator[str]:
    """Yield the text of a licence that a package names and does not bring."""
    if "LGPL-3.0" in licence:
        yield (TEXTS / "LGPL-3.0.txt").read_text(encoding="utf-8")
        yield (TEXTS / "GPL-3.0.txt").read_text(encoding="utf-8")


def _inside(*, texts: bool) -> Iterator[Carried]:
    """Yield what packages bring inside, and what the build adds: its versions as they say themselves."""
    import pikepdf  # noqa: PLC0415 - only to ask it
    import pillow_heif  # noqa: PLC0415 - the same
    import PyInstaller  # noqa: PLC0415 - the same
    import pypdfium2  # noqa: PLC0415 - the same
    from PySide6.QtCore import qVersion  # noqa: PLC0415 - the same
    from sqlcipher3 import dbapi2  # noqa: PLC0415 - the same

    memory = dbapi2.connect(":memory:")
    try:
        (sqlcipher,) = memory.execute("PRAGMA cipher_version").fetchone()
    finally:
        memory.close()
    heif = pillow_heif.libheif_info()
    for name, version, licence in (
        ("DejaVu fonts", "2.37", "Bitstream-Vera"),
        ("ICU", "", "Unicode-3.0"),
        ("libde265", "", "LGPL-3.0-or-later"),
        ("libheif", heif["libheif"], "LGPL-3.0-or-later"),
        ("OpenSSL", ssl.OPENSSL_VERSION.split()[1], "Apache-2.0"),
        ("PDFium", str(pypdfium2.PDFIUM_INFO.build), "BSD-3-Clause AND Apache-2.0"),
        ("PyInstaller (the starter)", PyInstaller.__version__, "GPL-2.0-or-later WITH Bootloader-exception"),
        ("Python", ".".join(map(str, sys.version_info[:3])), "PSF-2.0"),
        ("QPDF", pikepdf.__libqpdf_version__, "Apache-2.0"),
        ("Qt", str(qVersion()), "LGPL-3.0-only"),
        ("SQLCipher", sqlcipher.split()[0], "BSD-3-Clause"),
        ("SQLite", dbapi2.sqlite_version, "blessing"),
    ):
        _require_good(name, licence)
        yield Carried(name, version, licence, "\n\n".join(_standard(licence)) if texts else "")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    raise SystemExit(main())
