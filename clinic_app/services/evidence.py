"""The evidence of a case: files kept as they are, looked at, blacked out, and made ready to print.

A file that cannot be printed is kept all the same: it is listed, with the reason and its hash.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from clinic_app.documents.exhibits import media, pictures, plates
from clinic_app.documents.exhibits.trouble import CannotPrint
from clinic_app.domain.audit import Deed
from clinic_app.domain.casefile import Record
from clinic_app.domain.catalogue import EVIDENCE
from clinic_app.domain.changes import Changes
from clinic_app.domain.exhibits import WHAT_NOW, WHY_NOT, Box, EvidenceFile, Exhibit, Media, Tone, Trouble, clean_name
from clinic_app.domain.fields import read_row
from clinic_app.domain.packet import exhibit_numbers
from clinic_app.domain.roles import Right
from clinic_app.errors import ClinicError, InputError, KnownError
from clinic_app.services import audit, handed_over
from clinic_app.services.audit import SIGNS
from clinic_app.services.clinic import Clinic
from clinic_app.services.files import cannot_be_written
from clinic_app.services.permission import require
from clinic_app.store.evidence import whole
from clinic_app.words import N_

MOST_BYTES: Final = 500 * 1024 * 1024
"""A film of some minutes. What is larger stays where it is and is described."""
THUMBNAIL: Final = 240
"""Pixels of the width of a small picture."""

_BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Added:
    """A file that is now in a case. `again` says that exactly this file was there before and nothing was added."""

    file: EvidenceFile
    again: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence with its files. `number` is the one it has on papers."""

    number: int
    row: Record
    files: tuple[EvidenceFile, ...]


def add(
    clinic: Clinic,
    case_id: str,
    name: str,
    stream: BinaryIO,
    *,
    evidence: str = "",
    answers: Mapping[str, object] | None = None,
) -> Added:
    """Keep a file in a case, with the row `evidence`, or with a new row of these raw answers when that is "".

    The stream can seek. A new row without a title gets the file's name; without a kind, one that fits.
    InputError when it is too large, the row is unknown or an answer cannot be taken.
    """
    require(clinic, Right.WORK)
    if stream.seek(0, os.SEEK_END) > MOST_BYTES:
        raise InputError(
            clean_name(name), N_("the file is too large"), N_("at most {limit} MB"), limit=MOST_BYTES // 1024**2
        )
    known = clinic.store.files.same(case_id, _hash(stream))
    if known is not None:
        return Added(known, again=True)
    facts = media.examine(name, stream)
    raw: dict[str, object] = {} if evidence else {"title": facts.name, "kind": _kind(facts.media), **(answers or {})}
    if facts.media in {Media.SOUND, Media.VIDEO} and not evidence:
        raw.setdefault("form", "digital")
    taken = read_row(EVIDENCE.fields, raw, EVIDENCE.id)
    return Added(clinic.store.files.add(case_id, evidence, taken, facts, stream))


def add_path(
    clinic: Clinic, case_id: str, path: Path, *, evidence: str = "", answers: Mapping[str, object] | None = None
) -> Added:
    """Keep a file of this computer. InputError when it cannot be read; else as `add`."""
    require(clinic, Right.WORK)
    try:
        with path.open("rb") as stream:
            return add(clinic, case_id, path.name, stream, evidence=evidence, answers=answers)
    except OSError as error:
        raise _unreadable(str(path), error) from error


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of adding several files: what changed, those that were there already, and those refused."""

    changes: Changes
    added: tuple[EvidenceFile, ...]
    again: tuple[str, ...]
    refused: tuple[ClinicError, ...]


def add_content(clinic: Clinic, case_id: str, name: str, content: bytes) -> Taken:
    """Keep something that is in memory, such as a picture that was copied elsewhere."""
    require(clinic, Right.WORK)
    one = add(clinic, case_id, name, io.BytesIO(content))
    if one.again:
        return Taken(Changes(), (), (name,), ())
    return Taken(Changes(frozenset({"case"}), frozenset({case_id})), (one.file,), (), ())


def add_paths(clinic: Clinic, case_id: str, paths: Sequence[Path], evidence: str = "") -> Taken:
    """Keep several files, each as a piece of evidence of its own, or all with the row `evidence`.

    One that cannot be taken does not keep the others out.
    """
    require(clinic, Right.WORK)
    added, again, refused = [], [], []
    for path in paths:
        try:
            one = add_path(clinic, case_id, path, evidence=evidence)
        except ClinicError as error:
            refused.append(error)
        else:
            if one.again:
                again.append(path.name)
            else:
                added.append(one.file)
    changes = Changes(frozenset({"case"}), frozenset({case_id})) if added else Changes()
    return Taken(changes, tuple(added), tuple(again), tuple(refused))


def files(clinic: Clinic, case_id: str, *, removed: bool = False) -> tuple[EvidenceFile, ...]:
    """Return the files of a case in the order in which they were added, or those in its bin."""
    require(clinic, Right.READ)
    return clinic.store.files.of_case(case_id, removed=removed)


def pieces(clinic: Clinic, case_id: str) -> tuple[Piece, ...]:
    """Return every piece of evidence of a case with its files, in the order of the numbers on papers."""
    require(clinic, Right.READ)
    rows, found = clinic.store.case(case_id).rows(EVIDENCE.id), files(clinic, case_id)
    numbers = exhibit_numbers(rows, handed_over.numbers(clinic.store.printed(case_id)))
    return tuple(
        Piece(number, row, tuple(file for file in found if file.evidence == row.id))
        for number, row in sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0])
    )


def find(clinic: Clinic, case_id: str, number: str) -> EvidenceFile:
    """Return the file with a number: "3" for the only or first of exhibit 3, "3.2" for its second.

    InputError when there is none.
    """
    require(clinic, Right.READ)
    exhibit, _point, at = number.partition(".")
    for piece in pieces(clinic, case_id):
        if str(piece.number) == exhibit:
            for place, file in enumerate(piece.files, start=1):
                if str(place) == (at or "1"):
                    return file
    raise InputError("NUMBER", N_("there is no file with the number {number}"), N_("as “list” shows it"), number=number)


def read(clinic: Clinic, file_id: str) -> bytes:
    """Return the file as it was added, byte for byte. KnownError when it has not arrived or is damaged."""
    require(clinic, Right.READ)
    return whole(clinic.store.files.read(file_id))


def look(clinic: Clinic, file_id: str) -> bytes:
    """Return the file to somebody who opens it to look at it, which is noted once for each opening of the clinic."""
    content = read(clinic, file_id)
    clinic.store.audit.once(Deed.VIEWED, clinic.store.files.case_of(file_id), file_id[:SIGNS])
    return content


def save(clinic: Clinic, file_id: str, target: Path) -> None:
    """Write the file as it was added to a place of this computer, whole or not at all.

    It is then readable by whoever finds it there. InputError when the place cannot be written.
    """
    require(clinic, Right.PRINT)
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as out:
            for block in clinic.store.files.read(file_id):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise cannot_be_written(target, error) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    audit.note(clinic, Deed.EXPORTED, case=clinic.store.files.case_of(file_id), detail=f"evidence {file_id[:SIGNS]}")


def file(clinic: Clinic, file_id: str) -> EvidenceFile:
    """Return one file as it stands now, in the bin or not."""
    require(clinic, Right.READ)
    return clinic.store.files.file(file_id)


def name_is_hidden(clinic: Clinic, case_id: str) -> bool:
    """Return whether no paper may print the worker's name: then someone looks at each file before it is printed."""
    require(clinic, Right.READ)
    return clinic.store.case(case_id).section("worker").yes("keep_hidden")


def read_text(clinic: Clinic, file_id: str) -> str:
    """Return what stands in a plain text file; "" when it is another kind of file."""
    require(clinic, Right.READ)
    return text_of(read(clinic, file_id))


def text_of(content: bytes) -> str:
    """Return the text of a file that was read; "" when it is another kind of file."""
    return media.read_text(content) or ""


def thumbnail(clinic: Clinic, file_id: str) -> bytes:
    """Return the first page as a small picture (PNG), made anew each time and kept nowhere.

    KnownError when the file has not arrived or has nothing to look at.
    """
    require(clinic, Right.READ)
    return view(clinic, file_id, 1, THUMBNAIL)


def view(clinic: Clinic, file_id: str, page: int, width_px: int) -> bytes:
    """Return a page as the file itself shows it, in colour, at most so wide (PNG)."""
    require(clinic, Right.READ)
    return picture(clinic.store.files.file(file_id), read(clinic, file_id), page, width_px)


def preview(clinic: Clinic, file_id: str, page: int, width_px: int) -> bytes:
    """Return a page as it will come out of the printer: thinned, blacked out and turned (PNG)."""
    require(clinic, Right.READ)
    return printed_picture(clinic.store.files.file(file_id), read(clinic, file_id), page, width_px)


def picture(file: EvidenceFile, content: bytes, page: int, width_px: int) -> bytes:
    """Return a page of a file that was read: as the file shows it (PNG). It touches no store."""
    _require_page(file, page)
    with _told():
        image = plates.shown(file, content, page, (4 * width_px, 4 * width_px))
        return pictures.png(pictures.as_wide_as(image, width_px))


def printed_picture(file: EvidenceFile, content: bytes, page: int, width_px: int) -> bytes:
    """Return a page of a file that was read: as it will come out of the printer (PNG). It touches no store."""
    _require_page(file, page)
    with _told():
        return pictures.png(pictures.as_wide_as(plates.printed(file, content, page), width_px))


def remove(clinic: Clinic, file_id: str, reason: str) -> Changes:
    """Put a file into the bin of its case, with the reason. InputError without one."""
    require(clinic, Right.WORK)
    return clinic.store.files.remove(file_id, reason)


def restore(clinic: Clinic, file_id: str) -> Changes:
    """Get a file back from the bin."""
    require(clinic, Right.WORK)
    return clinic.store.files.restore(file_id)


def turn(clinic: Clinic, file_id: str, quarters: int) -> Changes:
    """Turn the printed copy by quarters, clockwise, from how it stands now."""
    require(clinic, Right.WORK)
    return clinic.store.files.set_print(file_id, turn=clinic.store.files.file(file_id).turn + quarters)


def set_tone(clinic: Clinic, file_id: str, tone: Tone) -> Changes:
    """Say how the printed copy is thinned."""
    require(clinic, Right.WORK)
    return clinic.store.files.set_print(file_id, tone=tone)


def set_printed(clinic: Clinic, file_id: str, *, printed: bool) -> Changes:
    """Say whether a file goes into packets."""
    require(clinic, Right.WORK)
    return clinic.store.files.set_print(file_id, printed=printed)


def redact(clinic: Clinic, file_id: str, boxes: tuple[Box, ...]) -> Changes:
    """Black out places of the printed copy. The file itself stays as it is."""
    require(clinic, Right.WORK)
    return clinic.store.files.redact(file_id, boxes)


def unredact(clinic: Clinic, file_id: str, box_id: str) -> Changes:
    """Take one blacked-out place away again."""
    require(clinic, Right.WORK)
    return clinic.store.files.unredact(file_id, box_id)


def exhibits(clinic: Clinic, case_id: str) -> tuple[Exhibit, ...]:
    """Return the files of a case for a packet. Each is read when its pages are printed."""
    require(clinic, Right.READ)
    places = {row.id: at for at, row in enumerate(clinic.store.case(case_id).rows(EVIDENCE.id))}
    return tuple(
        Exhibit(places[file.evidence], file, _reader(clinic, file.id))
        for file in files(clinic, case_id)
        if file.evidence in places
    )


def exhibits_of_files(folder: Path, names: Mapping[int, tuple[str, ...]]) -> tuple[Exhibit, ...]:
    """Return files beside an intake file, for a packet without a store.

    `names` gives those of each row of the evidence, by its place from 0. InputError names the row of a
    file that is not in the folder or cannot be read.
    """
    return tuple(
        _exhibit_of(folder, name, row, at) for row, own in sorted(names.items()) for at, name in enumerate(own)
    )


def add_exhibits(clinic: Clinic, case_id: str, found: tuple[Exhibit, ...]) -> None:
    """Keep the files that lay beside an intake file in the case that was saved from it."""
    require(clinic, Right.WORK)
    rows = clinic.store.case(case_id).rows(EVIDENCE.id)
    for exhibit in found:
        content = io.BytesIO(exhibit.read())
        clinic.store.files.add(case_id, rows[exhibit.row].id, {}, exhibit.file.facts, content)


def _exhibit_of(folder: Path, name: str, row: int, at: int) -> Exhibit:
    where = f"evidence[{row}].file"
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise InputError(where, N_("the file is not in the folder of the intake file"), N_("a name without “..”"))
    try:
        with path.open("rb") as stream:
            size, sha256, facts = stream.seek(0, os.SEEK_END), _hash(stream), media.examine(path.name, stream)
    except OSError as error:
        raise _unreadable(where, error) from error

    def content() -> bytes:
        try:
            found = path.read_bytes()
        except OSError as error:
            raise _unreadable(where, error) from error
        if hashlib.sha256(found).hexdigest() != sha256:
            raise InputError(where, N_("the file changed while it was read"), N_("a file that nobody writes to"))
        return found

    return Exhibit(row, EvidenceFile(f"{row}.{at}", "", facts, size, sha256), content)


def _unreadable(where: str, error: OSError) -> InputError:
    return InputError(
        where,
        N_("the file cannot be read: {why}"),
        N_("a file on this computer or a stick"),
        why=error.strerror or type(error).__name__,
    )


def _reader(clinic: Clinic, file_id: str) -> Callable[[], bytes]:
    return lambda: read(clinic, file_id)


def _require_page(file: EvidenceFile, page: int) -> None:
    """Raise KnownError, with the reason, when a file has no such page to look at."""
    looks = file.can_print and file.facts.media is not Media.TEXT
    if not looks or not 1 <= page <= file.facts.pages:
        raise _not_viewable(file.facts.trouble or Trouble.UNKNOWN)


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except CannotPrint as error:
        raise _not_viewable(error.why) from error


def _not_viewable(why: Trouble) -> KnownError:
    return KnownError(
        "E-03",
        N_("This file cannot be shown here: {why}."),
        WHAT_NOW[why],
        N_("The file itself is kept as it is."),
        why=WHY_NOT[why],
    )


def _kind(kind: Media) -> str:
    if kind in {Media.SOUND, Media.VIDEO}:
        return "audio"
    return "photo" if kind.is_picture else "other"


def _hash(stream: BinaryIO) -> str:
    stream.seek(0)
    found = hashlib.sha256()
    while block := stream.read(_BLOCK):
        found.update(block)
    return found.hexdigest()
