"""The file in which a newer version of the program travels: a list of its files, signed, and the files themselves.

Nothing of it is believed before the signature of the list is good; then each file must be, byte for
byte, what the list says. What is not on the list is never looked at.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clinic_app import updating
from clinic_app.domain.values import is_day
from clinic_app.errors import KnownError
from clinic_app.rules.signing import TrustedKey
from clinic_app.words import N_

LIST: Final = "update.json"
SIGNATURE: Final = "update.sig"
PROGRAM: Final = "program"
NAME: Final = "labor-clinic-update-"
"""How the name of an update begins: a folder, or a zip file of the same content."""

FORMAT: Final = 1
MOST_LIST: Final = 4_000_000  # bytes of the list of files
MOST_SIGNATURE: Final = 10_000
MOST_FILES: Final = 8_000
MOST_FILE: Final = 400_000_000  # bytes of one file
MOST_TOTAL: Final = 1_500_000_000  # bytes of a whole program, unpacked
MOST_NOTES: Final = 4_000
LONGEST_PATH: Final = 160  # signs; Windows takes 260 with the folder it lies in
BLOCK: Final = 1024 * 1024

_PURPOSE: Final = b"labor-clinic update\0"
_PART: Final = re.compile(r"(?! )[A-Za-z0-9_+@~()=,. -]{0,119}[A-Za-z0-9_+@~()=,-]\Z", re.ASCII)
_TAKEN: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z", re.IGNORECASE)  # devices of Windows
_END: Final = struct.Struct("<4s4H2LH")  # the last bytes of a zip file
_END_MARK: Final = b"PK\5\6"
_UNREADABLE: Final = (
    *(OSError, EOFError, RuntimeError, NotImplementedError, ValueError, struct.error),
    *(zipfile.BadZipFile, zlib.error),
)
"""What comes out of reading a damaged zip file."""

_ENTRY: Final = 46 + LONGEST_PATH + 100  # bytes of an entry in a zip file's directory, generously

Progress = Callable[[int, int], None]
"""Hears how many bytes of how many are done; what it raises stops the work."""


class FileOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the program: its path with slashes, its bytes, their hash, and whether it is run."""

    path: str
    size: int
    sha256: str
    run: bool = False


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an update says of itself.

    `since` is the oldest version that may take it, `schema` the newest file of a clinic that it reads.
    """

    format: int
    product: str
    version: str
    platform: str
    since: str
    schema: int
    released: str
    notes: dict[str, str]
    files: tuple[FileOf, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


class _Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    key: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """A list of files whose signature is good, and the key that signed it."""

    release: Release
    key: TrustedKey


class Source(Protocol):
    """Where an update is read from."""

    def open(self, name: str) -> IO[bytes]:
        """Open one of its files. OSError, KeyError or a zip file's own errors when it cannot be read."""


@contextmanager
def opened(path: Path) -> Generator[Source]:
    """Open an update: its folder, or its zip file. KnownError when it is neither."""
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        with path.open("rb") as file:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                yield _Archive(archive)
    except _UNREADABLE:
        raise damaged() from None


def read(source: Source, trusted: Iterable[TrustedKey]) -> Signed:
    """Return the list of an update when a trusted key signed it. KnownError otherwise."""
    raw, sealed = _content(source, LIST, MOST_LIST), _content(source, SIGNATURE, MOST_SIGNATURE)
    try:
        signature = msgspec.json.decode(sealed, type=_Signature)
    except msgspec.MsgspecError:
        raise unknown_format() from None
    if signature.format != FORMAT:
        raise unknown_format()
    key = next((key for key in trusted if key.id == signature.key), None)
    if key is None:
        raise KnownError(
            "U-03",
            N_("The update is signed with a key that is not trusted here."),
            N_("Ask headquarters for its key, compare the six groups of digits, and trust it first."),
        )
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature.signature, _PURPOSE + raw)
    except InvalidSignature:
        raise changed() from None
    try:
        release = msgspec.json.decode(raw, type=Release)
    except msgspec.MsgspecError:
        raise unknown_format() from None
    if release.format != FORMAT:
        raise unknown_format()
    _check_list(release)
    return Signed(release, key)


def blocks(source: Source, file: FileOf) -> Iterator[bytes]:
    """Return a file piece by piece; KnownError, at its end at the latest, when it is not what the list says."""
    digest, left = hashlib.sha256(), file.size
    try:
        with source.open(f"{PROGRAM}/{file.path}") as stream:
            while block := stream.read(min(BLOCK, left + 1)):
                left -= len(block)
                if left < 0:
                    break
                digest.update(block)
                yield block
    except (KeyError, FileNotFoundError):
        raise incomplete() from None
    except _UNREADABLE:
        raise damaged() from None
    if left or digest.hexdigest() != file.sha256:
        raise incomplete() if left > 0 else changed()


def check_files(source: Source, release: Release, progress: Progress | None = None) -> None:
    """Read every file of an update and compare it with the list. KnownError for the first that is not right."""
    done = 0
    for file in release.files:
        for block in blocks(source, file):
            done += len(block)
            if progress is not None:
                progress(done, release.size)


def sealed(release: Release, private: Ed25519PrivateKey) -> tuple[bytes, bytes]:
    """Return the two files of an update that tell of the others: the list and its signature."""
    raw = msgspec.json.format(msgspec.json.encode(release)) + b"\n"
    key = TrustedKey("", private.public_key().public_bytes_raw())
    signature = _Signature(FORMAT, key.id, private.sign(_PURPOSE + raw))
    return raw, msgspec.json.format(msgspec.json.encode(signature)) + b"\n"


def make(program: Path, release: Release, private: Ed25519PrivateKey, out: Path) -> None:
    """Write an update as a zip file, made of the built program in a folder. `release` comes with its files listed."""
    raw, seal = sealed(release, private)
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(LIST, raw)
        archive.writestr(SIGNATURE, seal)
        for file in release.files:
            archive.write(program / file.path, f"{PROGRAM}/{file.path}")


def listed(program: Path) -> tuple[FileOf, ...]:
    """Return the list of files of a built program, by path. A link within it is listed as the file it leads to."""
    found = []
    for folder, _, names in os.walk(program, followlinks=True):
        for name in names:
            path = Path(folder) / name
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            about = path.stat()
            found.append(
                FileOf(path.relative_to(program).as_posix(), about.st_size, digest, bool(about.st_mode & stat.S_IXUSR))
            )
    return tuple(sorted(found, key=lambda file: file.path))


def is_plain(path: str) -> bool:
    """Say whether a path is one that any computer can have below a folder, and that leads nowhere else."""
    parts = path.split("/")
    return len(path) <= LONGEST_PATH and all(_PART.match(part) and not _TAKEN.match(part) for part in parts)


# -- inside ----------------------------------------------------------------------------------------


class _Folder:
    """An update that lies in a folder. Links are not followed: they could lead anywhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str) -> IO[bytes]:
        path = self._folder
        for part in PurePosixPath(name).parts:
            path /= part
            if path.is_symlink():
                raise KeyError(name)
        if not path.is_file():
            raise KeyError(name)
        return path.open("rb")


class _Archive:
    """An update in a zip file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def open(self, name: str) -> IO[bytes]:
        about = self._archive.getinfo(name)
        if about.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise zipfile.BadZipFile  # others may ask for any amount of memory
        return self._archive.open(about)


def _check_directory(file: IO[bytes]) -> None:
    """Look how much the directory of a zip file says it holds, before all of it is read into memory."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(max(size - _END.size, 0))
    end = file.read(_END.size)
    if len(end) != _END.size:
        raise damaged()
    mark, _, _, _, entries, directory, _, _ = _END.unpack(end)
    if mark != _END_MARK or entries > MOST_FILES + 2 or directory > (MOST_FILES + 2) * _ENTRY:
        raise damaged()
    file.seek(0)


def _content(source: Source, name: str, most: int) -> bytes:
    try:
        with source.open(name) as file:
            raw = file.read(most + 1)
    except (KeyError, FileNotFoundError):
        raise not_an_update() if name == LIST else unsigned() from None
    except _UNREADABLE:
        raise damaged() from None
    if len(raw) > most:
        raise unknown_format()
    return raw


def _check_list(release: Release) -> None:
    """Refuse a list that no release of ours has, signed or not: whoever signs can be mistaken."""
    paths = [file.path for file in release.files]
    folded = {path.casefold() for path in paths}
    folders = {parent.as_posix().casefold() for path in paths for parent in PurePosixPath(path).parents}
    sane = (
        0 < len(paths) <= MOST_FILES
        and all(is_plain(path) for path in paths)
        and len(folded) == len(paths)
        and not folded & folders
        and all(0 <= file.size <= MOST_FILE for file in release.files)
        and release.size <= MOST_TOTAL
        and all(len(text) <= MOST_NOTES for text in release.notes.values())
        and updating.rank(release.version) > updating.rank("0")
        and updating.is_name(release.version)
        and is_day(release.released)
    )
    if not sane:
        raise unknown_format()


# -- what can be wrong -----------------------------------------------------------------------------

_AGAIN: Final = N_("Get the update again from headquarters.")


def not_an_update() -> KnownError:
    """Return the error of a folder or file that is no update."""
    return KnownError(
        "U-01", N_("This is not an update of the program."), N_("Choose the file or folder of the update.")
    )


def unsigned() -> KnownError:
    """Return the error of an update without a signature."""
    return KnownError("U-02", N_("The update is not signed, so nobody knows who made it."), _AGAIN)


def changed() -> KnownError:
    """Return the error of an update that is not what was signed."""
    return KnownError("U-04", N_("The update was changed after it was signed."), _AGAIN)


def incomplete() -> KnownError:
    """Return the error of an update of which something is missing."""
    return KnownError(
        "U-05",
        N_("A part of the update is missing: it was not copied to its end."),
        N_("Copy the update to the stick again, and take the stick out only when the computer says so."),
    )


def damaged() -> KnownError:
    """Return the error of an update that cannot be read."""
    return KnownError(
        "U-06",
        N_("The update cannot be read: its file or the stick is damaged."),
        N_("Copy the update again, to another stick if this one is old."),
    )


def unknown_format() -> KnownError:
    """Return the error of an update that this program does not understand."""
    return KnownError(
        "U-07",
        N_("The update is of a kind that this program does not know."),
        N_("Ask headquarters for the update that follows the version you have."),
    )
