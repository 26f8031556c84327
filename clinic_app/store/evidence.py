"""The files of the evidence: sealed chunks beside the store's file, and what the journal says of them.

A file is on the disk whole before the journal names it, and never in the clear. What no operation
names is collected when the clinic is opened. An operation on a file is never edited: how it is
printed is said by other entities, and each blacked-out place is one, so that two people who black
out apart black out both.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from clinic_app.domain.catalogue import EVIDENCE
from clinic_app.domain.changes import Changes
from clinic_app.domain.exhibits import WHOLE, Box, EvidenceFile, FileFacts, Media, Tone, Trouble
from clinic_app.domain.values import Answer
from clinic_app.errors import InputError, KnownError
from clinic_app.store import cases, codes, trouble
from clinic_app.store.db import Db, Row
from clinic_app.store.journal import Journal
from clinic_app.store.tables import EXHIBIT, FILE, REDACTION
from clinic_app.words import N_
from sync.chunks import Chunks, NotHere, SealedFile, open_file, seal_file
from sync.errors import BadRecord, BadValue
from sync.records import Kind as Op
from sync.records import Value

FOLDER: Final = "evidence"

_KEY: Final = "key"  # tags of the journal's texts
_CHUNKS: Final = "chunks"
_YES_NO: Final = {"yes": True, "no": False}
_TONES: Final = frozenset(tone.value for tone in Tone)
_LIST: Final = (
    "SELECT f.id, f.evidence, f.name, f.media, f.size, f.sha256, f.chunks, f.pages, f.trouble, f.millis, f.reason, "
    "x.turn, x.tone, x.printed FROM files f LEFT JOIN exhibits x ON x.file = f.id "
)

NewRow = Callable[[str, str, Mapping[str, Value]], str]
Saving = Callable[[str], AbstractContextManager[None]]


class EvidenceFiles:
    """The files of one open store. `saving` is its write transaction, `new_row` adds a row to a list."""

    def __init__(self, folder: Path, db: Db, journal: Journal, saving: Saving, new_row: NewRow) -> None:
        self.chunks = Chunks(folder / FOLDER)
        self._db = db
        self._journal = journal
        self._saving = saving
        self._new_row = new_row

    def add(
        self, case_id: str, evidence: str, answers: Mapping[str, Answer], facts: FileFacts, stream: BinaryIO
    ) -> EvidenceFile:
        """Keep a file with the row `evidence`, or with a new row of these answers when that is "".

        The stream can seek. InputError for an unknown case or row.
        """
        cases.require(self._db, case_id)
        if evidence:
            self._require_row(case_id, evidence)
        with _disk():
            sealed = seal_file(stream, self.chunks)
        values = {name: codes.to_value(answer, EVIDENCE.field(name).kind) for name, answer in answers.items()}
        with self._saving("evidence"):
            row = evidence or self._new_row(case_id, EVIDENCE.id, {k: v for k, v in values.items() if v is not None})
            file_id = _id_of(row, sealed)
            self._journal.append(FILE, file_id, Op.EVENT, _fields(case_id, row, facts, sealed))
        return self.file(file_id)

    def of_case(self, case_id: str, *, removed: bool = False) -> tuple[EvidenceFile, ...]:
        """Return the files of a case's evidence in the order in which they were added; or those in its bin."""
        found = self._db.rows(
            f"{_LIST} JOIN evidence e ON e.id = f.evidence WHERE f.case_id = ? AND f.alive = ? AND e.alive "
            "ORDER BY f.made, f.id",
            (case_id, int(not removed)),
        )
        boxes = self._boxes("r.case_id = ?", case_id)
        return tuple(self._view(row, boxes) for row in found)

    def file(self, file_id: str) -> EvidenceFile:
        """Return one file, in the bin or not. InputError when there is none with this id."""
        found = self._db.first(f"{_LIST} WHERE f.id = ?", (file_id,))
        if found is None:
            raise _no_file()
        return self._view(found, self._boxes("r.file = ?", file_id))

    def case_of(self, file_id: str) -> str:
        """Return the id of the case that a file belongs to. InputError when there is no such file."""
        found = self._db.first("SELECT case_id FROM files WHERE id = ?", (file_id,))
        if found is None or not found[0]:
            raise _no_file()
        return str(found[0])

    def same(self, case_id: str, sha256: str) -> EvidenceFile | None:
        """Return the file of a case that has exactly this content, when one is there."""
        return next((file for file in self.of_case(case_id) if file.sha256 == sha256), None)

    def read(self, file_id: str) -> Iterator[bytes]:
        """Return the plain bytes, a part at a time. KnownError when they have not arrived or are damaged."""
        sealed = self._sealed(file_id)
        try:
            with _disk():
                yield from open_file(sealed, self.chunks)
        except NotHere:
            raise _not_here_yet() from None
        except BadRecord as error:
            raise _damaged() from error

    def missing(self, file_id: str) -> tuple[str, ...]:
        """Return the chunks of a file that have not arrived on this computer."""
        return self.chunks.missing(self._sealed(file_id).ids)

    def remove(self, file_id: str, reason: str) -> Changes:
        """Put a file into the bin of its case. InputError without a reason."""
        case_id = self.case_of(file_id)
        if not reason.strip():
            raise InputError("reason", N_("say why it goes into the bin"), N_("a few words"))
        with self._saving("reason"):
            self._journal.append(FILE, file_id, Op.DELETE, {"reason": reason.strip()})
        return _changed(case_id)

    def restore(self, file_id: str) -> Changes:
        """Get a file back from the bin."""
        case_id = self.case_of(file_id)
        with self._saving("evidence"):
            self._journal.append(FILE, file_id, Op.UNDELETE, {"reason": None})
        return _changed(case_id)

    def set_print(
        self, file_id: str, *, turn: int | None = None, tone: Tone | None = None, printed: bool | None = None
    ) -> Changes:
        """Say how a file is printed; None leaves it."""
        case_id = self.case_of(file_id)
        given: dict[str, Value] = {"case": case_id, "file": file_id}
        given |= {"turn": turn % 4} if turn is not None else {}
        given |= {"tone": tone.value} if tone is not None else {}
        given |= {"printed": "yes" if printed else "no"} if printed is not None else {}
        entity = f"{file_id}-{EXHIBIT}"
        changed = {name: value for name, value in given.items() if self._journal.current(entity, name) != value}
        if not changed.keys() - {"case", "file"}:
            return Changes()
        with self._saving("evidence"):
            self._journal.append(EXHIBIT, entity, Op.SET, changed)
        return _changed(case_id)

    def redact(self, file_id: str, boxes: tuple[Box, ...]) -> Changes:
        """Black out places of a file's printed copy."""
        case_id = self.case_of(file_id)
        with self._saving("redaction"):
            for box in boxes:
                text = f"{box.left} {box.top} {box.right} {box.bottom}"
                fields: dict[str, Value] = {"case": case_id, "file": file_id, "page": box.page, "box": text}
                entity = hashlib.blake2b(f"{file_id} {box.page} {text}".encode(), digest_size=16).hexdigest()
                known = bool(self._db.first("SELECT 1 FROM redactions WHERE id = ?", (entity,)))
                self._journal.append(REDACTION, entity, Op.UNDELETE if known else Op.CREATE, fields)
        return _changed(case_id)

    def unredact(self, file_id: str, box_id: str) -> Changes:
        """Take one blacked-out place away again. InputError when the file has none with this id."""
        case_id = self.case_of(file_id)
        if not self._db.first("SELECT 1 FROM redactions WHERE id = ? AND file = ? AND alive", (box_id, file_id)):
            raise InputError("redaction", N_("there is no such place"))
        with self._saving("redaction"):
            self._journal.append(REDACTION, box_id, Op.DELETE, {})
        return _changed(case_id)

    def wanted(self) -> frozenset[str]:
        """Return the ids of every chunk that an operation names, those of files in the bin included."""
        return frozenset(
            i for row in self._db.rows("SELECT chunks FROM files WHERE chunks > ''") for i in row[0].split()
        )

    def collect(self) -> int:
        """Remove the chunks that nobody names: a save that was cut off. Return how many."""
        with _disk():
            return self.chunks.collect(self.wanted())

    def _boxes(self, where: str, value: str) -> dict[str, list[Box]]:
        found = self._db.rows(
            f"SELECT r.file, r.page, r.box, r.id FROM redactions r WHERE {where} AND r.alive ORDER BY r.page, r.box",  # noqa: S608 - ours
            (value,),
        )
        boxes: dict[str, list[Box]] = {}
        for file_id, page, text, box_id in found:
            boxes.setdefault(file_id, []).append(_box(page, text, box_id))
        return boxes

    def _view(self, row: Row, boxes: Mapping[str, list[Box]]) -> EvidenceFile:
        file_id, evidence, name, media, size, sha256, chunks, pages, why, millis, reason, turn, tone, printed = row
        return EvidenceFile(
            id=file_id,
            evidence=evidence or "",
            facts=FileFacts(name or "", _media(media), pages or 0, _trouble(why), millis or 0),
            size=size or 0,
            sha256=sha256 or "",
            here=bool(chunks) and not self.chunks.missing(chunks.split()),
            turn=turn or 0,
            tone=Tone(tone) if tone in _TONES else Tone.GREY,
            printed=_YES_NO.get(printed),
            boxes=tuple(boxes.get(file_id, ())),
            why_removed=reason or "",
        )

    def _sealed(self, file_id: str) -> SealedFile:
        found = self._db.first('SELECT "key", chunks, size, sha256 FROM files WHERE id = ?', (file_id,))
        if found is None:
            raise _no_file()
        key, chunks, size, sha256 = found
        try:
            return SealedFile(bytes.fromhex(key or ""), tuple((chunks or "").split()), size or 0, sha256 or "")
        except ValueError:
            raise _damaged() from None

    def _require_row(self, case_id: str, evidence: str) -> None:
        if not self._db.first("SELECT 1 FROM evidence WHERE case_id = ? AND id = ? AND alive", (case_id, evidence)):
            raise InputError(f"evidence[{evidence}]", N_("there is no such row"))


def whole(parts: Iterator[bytes]) -> bytes:
    """Return the parts of a file as one."""
    out = io.BytesIO()
    for part in parts:
        out.write(part)
    return out.getvalue()


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise trouble.from_os(error) from error
    except BadValue as error:
        raise InputError(
            "file", N_("the file changed while it was read"), N_("a file that nobody writes to")
        ) from error


def _fields(case_id: str, row: str, facts: FileFacts, sealed: SealedFile) -> dict[str, Value]:
    fields: dict[str, Value] = {
        "case": case_id,
        "evidence": row,
        "name": facts.name,
        "media": facts.media.value,
        "size": sealed.size,
        "sha256": sealed.sha256,
        "key": (_KEY, sealed.key.hex()),
        "chunks": (_CHUNKS, " ".join(sealed.ids)),
        "pages": facts.pages,
    }
    fields |= {"trouble": facts.trouble.value} if facts.trouble else {}
    return fields | ({"millis": facts.millis} if facts.millis else {})


def _media(name: str | None) -> Media:
    """Return what a file is; a newer program may know more kinds than this one."""
    return Media(name) if name in {media.value for media in Media} else Media.OTHER


def _trouble(name: str | None) -> Trouble | None:
    if not name:
        return None
    return Trouble(name) if name in {trouble.value for trouble in Trouble} else Trouble.UNKNOWN


def _box(page: int | None, text: str | None, box_id: str) -> Box:
    """Return a blacked-out place. One that cannot be understood blacks out its whole page, never nothing."""
    try:
        left, top, right, bottom = map(int, (text or "").split())
        return Box(page or 1, left, top, right, bottom, box_id)
    except (ValueError, InputError):
        return Box(max(page or 1, 1), 0, 0, WHOLE, WHOLE, box_id)


def _id_of(row: str, sealed: SealedFile) -> str:
    # Chunks are sealed under a random key, so no two files ever have the same first chunk
    return hashlib.blake2b(f"{row} {sealed.ids[0]}".encode(), digest_size=16).hexdigest()


def _changed(case_id: str) -> Changes:
    return Changes(frozenset({"case"}), frozenset({case_id}))


def _not_here_yet() -> KnownError:
    return KnownError(
        "E-01",
        N_("This file has not arrived on this computer yet."),
        N_("It comes with the next stick or line from where it was added."),
    )


def _damaged() -> KnownError:
    return KnownError(
        "E-02",
        N_("The kept file is damaged and cannot be opened."),
        N_("It comes back with the next sync, or from a backup. Do not delete anything."),
        N_("The damaged file was left as it is."),
    )


def _no_file() -> InputError:
    return InputError("file", N_("there is no such file"))
