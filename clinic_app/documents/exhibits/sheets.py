"""The exhibits of a packet: a paper for each piece of evidence, with its stamp on every page.

Pages of pictures and PDFs are kept empty here and filled by `plates` when all is laid out. Typed
texts pass the gate of names like everything else; pictures cannot, so while a name is to stay hidden
a file is printed only after someone looked at it and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Head, Later, Pages, Place, Seen
from clinic_app.documents.cover import pages_of as told_pages
from clinic_app.documents.design import BOLD, HEIGHT, LEFT, LINE, SMALL, TABLE, WIDTH, Sheet, printable
from clinic_app.documents.exhibits import media, plates
from clinic_app.documents.exhibits.plates import HEAD, ROOM, Plate
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice
from clinic_app.domain.casefile import Record
from clinic_app.domain.exhibits import WHY_NOT, EvidenceFile, Exhibit, Media, Trouble
from clinic_app.domain.packet import Preset
from clinic_app.words import N_

MOST_WITHOUT_COVER: Final = 3
"""An exhibit of more pages has a sheet in front."""

_STAMP: Final = 10.0
_TEXT: Final = 10.5
_LONGEST_LINE: Final = 4000  # characters of one paragraph of a printed text
_HASH: Final = 12
_MINUTE: Final = 60_000


def bound(v: Voice, where: Sheet, section: str) -> list[Bound]:
    """Return a paper for each piece of evidence of which something is printed."""
    return [_bound(v, where, section, number, row) for number, row in v.new_evidence if _prints(v, row)]


def waiting(v: Voice) -> dict[str, Plate]:
    """Return every page of a file that is filled in later, by the key of its place."""
    return {plate.key: plate for _number, row in v.new_evidence for plate in _plates(v, row)}


def any_noted(v: Voice) -> bool:
    """Return whether there is any file, or any typed text, that could be an exhibit."""
    return bool(v.source.exhibits) or any(_has_texts(row) for row in v.case.rows("evidence"))


def why_none(v: Voice) -> str:
    """Return why there is no exhibit to print (a message id); "" when there is one."""
    consent = v.case.section("consent")
    if v.source.preset is Preset.FILING and consent.get("share_with_authority") == "no":
        return N_("The worker said no to giving papers to the authority.")
    if consent.get("photo") == "no":
        return N_("The worker did not agree to photos of their papers.")
    if any(_prints(v, row) for _number, row in v.new_evidence):
        return ""
    if v.hidden and v.source.exhibits:
        return N_("The worker's name is to stay hidden: look at each file and say that it may be printed.")
    return N_("No file was added to the evidence yet.")


def told_files(v: Voice, row: Record) -> list[Flowable]:
    """Return what an index says of the files of a piece of evidence: their hashes, and what is not printed.

    Neither their names (they may tell a person's) nor where they are kept: the other side reads it too.
    """
    lines = []
    for exhibit in _exhibits(v, row):
        file, why = exhibit.file, why_not(v, exhibit.file)
        if why:
            length = f" ({_length(file.facts.millis)})" if file.facts.millis else ""
            lines.append(v.w("Not printed: {why}. Shown on request.", why=v.w(why)) + length)
            lines.append(v.w("SHA-256 {hash}", hash=_spaced(file.sha256)))
        else:
            lines.append(v.w("SHA-256 {hash}", hash=file.sha256[:_HASH]))
    return [cell(line, size=SMALL) for line in lines]


def told_place(number: int) -> Flowable:
    """Return the pages of an exhibit for a table, leading there; a dash when the bundle does not hold it."""

    def words(seen: Seen) -> str:
        found = next((listed for listed in seen.papers if listed.name == _name(number)), None)
        return told_pages(found) if found else "–"

    return Later(words, key=_name(number))


def why_not(v: Voice, file: EvidenceFile) -> str:
    """Return why a file is not printed (a message id); "" when it is."""
    if file.facts.trouble is not None:
        return WHY_NOT[file.facts.trouble]
    if not file.can_print:
        return WHY_NOT[Trouble.UNKNOWN]
    if not file.here:
        return N_("it has not arrived on this computer yet")
    if file.printed is False:
        return N_("it is kept back for now")
    if v.hidden and file.printed is None and file.facts.media is not Media.TEXT:
        return N_("the worker's name is to stay hidden, and nobody has looked at it yet")
    return ""


def _bound(v: Voice, where: Sheet, section: str, number: int, row: Record) -> Bound:
    title = _title(v, row)
    words = v.w("Exhibit {number}: {title}", number=number, title=title) if title else _called(v, number)
    return Bound(
        words,
        lambda: list(_pages(v, number, row)),
        section,
        name=_name(number),
        head=Head(HEAD, _stamp(v, where, number)),
    )


def _stamp(v: Voice, where: Sheet, number: int) -> Callable[[Canvas, Seen, int], None]:
    def write(canvas: Canvas, seen: Seen, page: int) -> None:
        own = next(listed for listed in seen.papers if listed.name == _name(number))
        words = v.w(
            "EXHIBIT {number} · page {page} of {pages}",
            number=number,
            page=page - own.first + 1,
            pages=own.last - own.first + 1,
        )
        told = printable(words)
        width = pdfmetrics.stringWidth(told, BOLD, _STAMP) + 5 * mm
        top = where.bottom + HEIGHT
        canvas.saveState()
        canvas.setLineWidth(2 * LINE)
        canvas.rect(LEFT + WIDTH - width - LINE, top - 7.5 * mm, width, 7 * mm)
        canvas.setFont(BOLD, _STAMP)
        canvas.drawCentredString(LEFT + WIDTH - width / 2, top - 5.2 * mm, told)
        canvas.restoreState()

    return write


def _pages(v: Voice, number: int, row: Record) -> Iterator[Flowable]:
    """Return the pages of an exhibit: sheet in front, pictures, printed texts, what was typed from them."""
    yield Place(_name(number))
    own = _plates(v, row)
    papers: list[list[Flowable]] = []
    if len(own) > MOST_WITHOUT_COVER:
        papers.append(_front(v, number, row, len(own)))
    papers += [[_Empty(plate.key)] for plate in own]
    papers += [_text(v, exhibit) for exhibit in _exhibits(v, row) if _is_text(exhibit) and not why_not(v, exhibit.file)]
    papers += _typed(v, row)
    for at, paper in enumerate(papers):
        if at:
            yield PageBreak()
        yield from paper


def _front(v: Voice, number: int, row: Record, count: int) -> list[Flowable]:
    w = v.w
    told = [
        (w("What it is"), _title(v, row)),
        (w("Date"), v.value("evidence", "date", row)),
        (w("Who made it"), v.value("evidence", "made_by", row)),
        (w("Original, copy or photo"), v.value("evidence", "form", row)),
        (w("It shows"), v.value("evidence", "shows", row)),
        (w("Pages"), str(count)),
    ]
    rows = [(cell(label, bold=True), cell(words, size=TABLE + 2)) for label, words in told if words]
    return [
        parts.gap(60),
        parts.title(_called(v, number), 28),
        parts.table(rows, (50 * mm, WIDTH - 50 * mm), head=0),
        *told_files(v, row),
    ]


def _text(v: Voice, exhibit: Exhibit) -> list[Flowable]:
    text = media.read_text(exhibit.read()) or ""
    note = v.w("Printout of a text file, letter by letter.")
    return [parts.text(note, SMALL), *_lines(v, text)]


def _typed(v: Voice, row: Record) -> Iterator[list[Flowable]]:
    w = v.w
    if transcript := row.text("transcript").strip():
        maker = v.own(row.text("transcribed_by"))
        note = w("Typed by the clinic to be read more easily. What counts is the paper or the recording itself.")
        by = [parts.text(w("Typed by {name}.", name=maker), SMALL)] if maker else []
        yield [parts.heading(w("Typed copy")), parts.text(note, SMALL), *by, *_lines(v, transcript)]
    if translation := row.text("translation").strip():
        maker, on = v.own(row.text("translated_by")), v.value("evidence", "translated_on", row)
        by_whom = w("Translated by {name}.", name=maker or "____________________")
        when = w("Date of the translation: {date}.", date=on or "____________________")
        yield [parts.heading(w("Translation")), parts.text(f"{by_whom} {when}", SMALL), *_lines(v, translation)]


def _lines(v: Voice, text: str) -> Iterator[Flowable]:
    for line in v.own(text).splitlines():
        for at in range(0, max(1, len(line)), _LONGEST_LINE):
            yield parts.text(line[at : at + _LONGEST_LINE] or "\u00a0", _TEXT, spaceAfter=0.6 * mm)


def _prints(v: Voice, row: Record) -> bool:
    files = _exhibits(v, row)
    return any(not why_not(v, exhibit.file) for exhibit in files) or _has_texts(row)


def _has_texts(row: Record) -> bool:
    return any(row.text(field).strip() for field in ("transcript", "translation"))


def _plates(v: Voice, row: Record) -> list[Plate]:
    found = []
    for at, exhibit in enumerate(_exhibits(v, row)):
        if not why_not(v, exhibit.file):
            key = f"plate.{exhibit.row}.{at}"
            found += [Plate(f"{key}.{page}", exhibit, page) for page in plates.pages_of(exhibit)]
    return found


def _exhibits(v: Voice, row: Record) -> list[Exhibit]:
    """Return the files of a piece of evidence. Rows may be alike, so it is this very one that counts."""
    at = next(i for i, own in enumerate(v.case.rows("evidence")) if own is row)
    return [exhibit for exhibit in v.source.exhibits if exhibit.row == at]


def _is_text(exhibit: Exhibit) -> bool:
    return exhibit.file.facts.media is Media.TEXT


def _title(v: Voice, row: Record) -> str:
    return v.value("evidence", "title", row) or v.value("evidence", "kind", row)


def _called(v: Voice, number: int) -> str:
    return v.w("Exhibit {number}", number=number)


def _name(number: int) -> str:
    return f"exhibit.{number}"


def _spaced(sha256: str) -> str:
    return " ".join(sha256[at : at + 16] for at in range(0, len(sha256), 16))


def _length(millis: int) -> str:
    return f"{millis // _MINUTE}:{millis % _MINUTE // 1000:02d} min"


class _Empty(Flowable):
    """A page kept for a plate: it takes all the room there is."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.width, self.height = ROOM
        self._key = key

    def draw(self) -> None:
        """Note where the plate goes."""
        canvas = self.canv
        assert isinstance(canvas, Pages)
        canvas.mark(self._key)


def by_page(waiting_for: Mapping[str, Plate], places: Mapping[str, int]) -> dict[int, Plate]:
    """Return the plates of one volume by the index of their pages in it."""
    return {places[key]: plate for key, plate in waiting_for.items() if key in places}
