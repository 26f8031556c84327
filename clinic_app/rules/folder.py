"""The files of a rule book's folder: found, bounded, and read once into memory.

What is judged, signed and used are these same bytes; nothing outside the folder is ever read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from clinic_app.rules.reading import MAX_BYTES, BookError, Problem

MAX_FILES: Final = 300
MAX_TOTAL: Final = 8_000_000  # bytes of all files together
_NAME = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_-]{0,59}/)?[A-Za-z0-9][A-Za-z0-9_.-]{0,59}\.yaml\Z", re.ASCII)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the content of each YAML file, at most one folder deep, by its path with slashes, sorted.

    Files of other kinds do not belong to a book and are left alone. BookError for links, odd names,
    too many or too large files.
    """
    try:
        paths = sorted({*folder.glob("*.yaml"), *folder.glob("*/*.yaml")})
        if len(paths) > MAX_FILES:
            raise _refused(folder, "", f"more than {MAX_FILES} files")
        return _read(folder, paths)
    except OSError as error:
        raise _refused(folder, "", f"cannot be read: {error.strerror or type(error).__name__}") from error


def digest(files: Mapping[str, bytes]) -> str:
    """Return the one number, as 64 hexadecimal signs, that any change to any file of the book changes."""
    total = hashlib.sha256(b"labor-clinic rule book 1\0")
    for name in sorted(files):
        total.update(len(name).to_bytes(2, "big") + name.encode("ascii") + hashlib.sha256(files[name]).digest())
    return total.hexdigest()


def _read(folder: Path, paths: list[Path]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if not _NAME.match(name):
            raise _refused(folder, name, "a file has a plain name of letters, digits, - and _")
        if path.is_symlink() or (path.parent != folder and path.parent.is_symlink()):
            raise _refused(folder, name, "links are not allowed")
        if not path.is_file():
            raise _refused(folder, name, "not a file")
        if path.stat().st_size > MAX_BYTES:
            raise _refused(folder, name, f"larger than {MAX_BYTES} bytes")
        files[name] = path.read_bytes()
        if sum(map(len, files.values())) > MAX_TOTAL:
            raise _refused(folder, name, f"the book is larger than {MAX_TOTAL} bytes")
    return files


def _refused(folder: Path, name: str, why: str) -> BookError:
    return BookError(str(folder), (Problem(name or folder.name, 1, "", why),))
