"""Rule books that headquarters publishes: packed as they were signed, carried to every clinic as they are.

Headquarters does not read the law in them. Whether a book counts is decided at each clinic, by the
signature inside it and the keys that are trusted there.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from sync.hq import trouble
from sync.hq.files import replace
from sync.hq.office import Office
from sync.wire import MOST_PIECE_BYTES

SIGNATURE_FILE: Final = "book.sig"
_MOST_FILES: Final = 1000
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the same book gives the same bytes, whenever it is packed
_PLACE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z", re.ASCII)


class Published(NamedTuple):
    """One published book: its place, the hash that names it on its way, its bytes (a ZIP)."""

    place: str
    name: bytes
    content: bytes


def publish(of: Office, source: Path) -> Published:
    """Publish a signed rule book, a folder or a ZIP of one, in place of the one published for its place before."""
    place = source.stem if source.is_file() else source.resolve().name
    if not _PLACE.match(place):
        raise trouble.wrong(f"“{place}” names no place", "a rule book's folder, named by its place: mx")
    files = _files_of_zip(source) if source.is_file() else _files_of_folder(source)
    if SIGNATURE_FILE not in files:
        raise trouble.wrong(f"The rule book in {source} is not signed", "one signed with “clinic rules sign”")
    content = _pack(files)
    if len(content) > MOST_PIECE_BYTES:
        raise trouble.wrong(f"The rule book in {source} is too large", f"at most {MOST_PIECE_BYTES} bytes packed")
    of.books.mkdir(exist_ok=True)
    replace(of.books / f"{place}.zip", content)
    return Published(place, _name(content), content)


def published(of: Office) -> tuple[Published, ...]:
    """Return the published books, by place."""
    return tuple(_read(path) for path in sorted(of.books.glob("*.zip"))) if of.books.is_dir() else ()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of a packed book by name. Trouble when it is not one, or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return dict(_read_zip(packed))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise trouble.wrong("This is not a packed rule book", "a ZIP of a rule book's folder") from None


def _read(path: Path) -> Published:
    content = path.read_bytes()
    return Published(path.stem, _name(content), content)


def _name(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=32).digest()


def _pack(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, _LONG_AGO)
            about.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(about, files[name])
    return out.getvalue()


def _files_of_folder(source: Path) -> dict[str, bytes]:
    """Return what belongs to a rule book: its YAML files, at most one folder deep, and its signature."""
    paths = sorted({*source.glob("*.yaml"), *source.glob("*/*.yaml"), *source.glob(SIGNATURE_FILE)})
    if len(paths) > _MOST_FILES:
        raise trouble.wrong(f"{source} has too many files", "a rule book's folder")
    return {path.relative_to(source).as_posix(): path.read_bytes() for path in paths}


def _files_of_zip(source: Path) -> dict[str, bytes]:
    return unpack(source.read_bytes())


def _read_zip(packed: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    members = [member for member in packed.infolist() if not member.is_dir()]
    if len(members) > _MOST_FILES or sum(member.file_size for member in members) > MOST_PIECE_BYTES:
        raise trouble.wrong("This rule book is too large", f"at most {_MOST_FILES} files, {MOST_PIECE_BYTES} bytes")
    for member in members:
        if member.filename.startswith("/") or ".." in member.filename.split("/") or "\\" in member.filename:
            raise trouble.wrong("This rule book names files outside itself", "a ZIP of a rule book's folder")
        with packed.open(member) as file:  # a size that lies is cut off at what it said
            yield member.filename, file.read(member.file_size)
