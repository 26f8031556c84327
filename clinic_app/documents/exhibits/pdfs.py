"""PDFs from anywhere: counted, drawn as pictures, and placed in another PDF as they are.

What is placed is a page's ink alone: no scripts, attachments, links, forms, layers, metadata or
thumbnails come along. A page that cannot be placed safely is pictured.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final

import pikepdf
import pypdfium2
from PIL import Image

from clinic_app.documents import pictures as drawing
from clinic_app.documents.exhibits import jpegs
from clinic_app.documents.exhibits.trouble import CannotPrint
from clinic_app.domain.exhibits import Trouble

MOST_PAGES: Final = 500
MOST_POINTS: Final = 14_400.0
"""The largest page of the format: 200 inches."""
MOST_PLACED_BYTES: Final = 4 * 1024 * 1024
"""A page with more is pictured: a scan of many colours, which no cheap printer shows anyway."""

_DROPPED: Final = ("/Metadata", "/PieceInfo", "/LastModified", "/OC", "/AF", "/StructParent", "/StructParents", "/OPI")
_DEEPEST: Final = 40
_MOST_OBJECTS: Final = 5000


def page_count(content: bytes) -> int:
    """Return how many pages there are. CannotPrint when it is locked, damaged or has too many."""
    with opened(content) as pdf:
        pages = len(pdf.pages)
        if pages > MOST_PAGES:
            raise CannotPrint(Trouble.TOO_MANY_PAGES)
        if pages == 0:
            raise CannotPrint(Trouble.EMPTY)
    with _drawn(content) as document:  # what the printed copy is drawn with must be able to read it too
        if len(document) != pages:
            raise CannotPrint(Trouble.DAMAGED)
    return pages


@contextmanager
def opened(content: bytes) -> Generator[pikepdf.Pdf]:
    """Open a PDF. CannotPrint when it is locked or damaged, also when that shows only later in the block."""
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            yield pdf
    except CannotPrint:
        raise
    except pikepdf.PasswordError:
        raise CannotPrint(Trouble.LOCKED) from None
    # A damaged file raises whatever the reader stumbled upon; each means the same to a person.
    except Exception as error:
        raise CannotPrint(Trouble.DAMAGED) from error


def picture(content: bytes, number: int, most: tuple[int, int], dots_per_inch: float) -> Image.Image:
    """Draw one page in grey, within so many pixels either way round. CannotPrint when it cannot be drawn."""
    with _drawn(content) as document:
        try:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(
                dots_per_inch / 72,
                max(most) / max(width, height, 1),
                min(most) / max(min(width, height), 1),
            )
            drawn: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=True).to_pil()
            return drawn.convert("L")
        except (pypdfium2.PdfiumError, IndexError, MemoryError) as error:
            raise CannotPrint(Trouble.DAMAGED) from error


def is_scan(content: bytes, number: int) -> bool:
    """Say whether a page is one picture without any letter that could be marked or searched."""
    with _drawn(content) as document:
        try:
            page = document[number - 1]
            kinds = [found.type for found in page.get_objects(max_depth=3)]
            text = page.get_textpage()
            return 0 < len(kinds) <= 3 and set(kinds) == {pypdfium2.raw.FPDF_PAGEOBJ_IMAGE} and not text.count_chars()  # noqa: PLR2004 - scanners cut a page into a few strips at most
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise CannotPrint(Trouble.DAMAGED) from error


def size_of(page: pikepdf.Page) -> tuple[float, float]:
    """Return the width and height of a page in points, as it is read: turned as the file says."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    if not (0 < width <= MOST_POINTS and 0 < height <= MOST_POINTS):
        raise CannotPrint(Trouble.DAMAGED)
    return (height, width) if _turn(page) % 2 else (width, height)


def form_of(pdf: pikepdf.Pdf, number: int, target: pikepdf.Pdf, cleaned: set[tuple[int, int]]) -> pikepdf.Object | None:
    """Return a page's ink as a form of another PDF; None when it is better pictured.

    The form stands upright, its lower left corner at 0, 0. `cleaned` are the parts of the target that
    came along with earlier pages of the same PDF; it grows.
    """
    if "/OCProperties" in pdf.Root:  # layers: the switch that hides some of them would not come along
        return None
    page = pdf.pages[number - 1]
    if _weight(page.obj.get("/Resources")) > MOST_PLACED_BYTES:
        return None
    form = target.copy_foreign(pdf.make_indirect(page.as_form_xobject(handle_transformations=False)))
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    form.BBox = pikepdf.Array([min(left, right), min(bottom, top), max(left, right), max(bottom, top)])
    form.Matrix = pikepdf.Array(_upright(_turn(page), form.BBox))
    if "/Group" in page.obj and "/Group" not in form:
        form.Group = target.copy_foreign(pdf.make_indirect(page.obj.Group))
    for part in _parts(form, cleaned):
        _clean(part)
    return form


def flattened(content: bytes) -> pikepdf.Pdf:
    """Open a PDF whose filled fields, stamps and notes that print are ink of their pages; the caller closes it."""
    pdf = pikepdf.open(io.BytesIO(content), suppress_warnings=True)
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("print")
    pdf.remove_unreferenced_resources()  # a page may name pictures and fonts that only other pages show
    return pdf


@contextmanager
def _drawn(content: bytes) -> Generator[pypdfium2.PdfDocument]:
    try:
        with drawing.opened(content) as document:
            document.init_forms()
            yield document
    except pypdfium2.PdfiumError as error:
        raise CannotPrint(Trouble.DAMAGED) from error


def _turn(page: pikepdf.Page) -> int:
    """Return the quarters of a turn clockwise with which a page is read."""
    turn = page.obj.get("/Rotate", 0)
    parent = page.obj.get("/Parent")
    for _ in range(_DEEPEST):
        if "/Rotate" in page.obj or not isinstance(parent, pikepdf.Dictionary):
            break
        if "/Rotate" in parent:
            turn = parent.Rotate
            break
        parent = parent.get("/Parent")
    return int(turn) // 90 % 4


def _upright(turn: int, box: pikepdf.Array) -> list[float]:
    """Return the matrix that puts a box upright with its lower left corner at 0, 0."""
    left, bottom, right, top = (float(edge) for edge in box)
    return [
        [1.0, 0.0, 0.0, 1.0, -left, -bottom],
        [0.0, -1.0, 1.0, 0.0, -bottom, right],
        [-1.0, 0.0, 0.0, -1.0, right, top],
        [0.0, 1.0, -1.0, 0.0, top, -left],
    ][turn]


def _parts(whole: pikepdf.Object | None, seen: set[tuple[int, int]]) -> Iterator[pikepdf.Object]:
    """Return everything that an object holds, itself first, each part once. CannotPrint when it never ends."""
    todo: list[tuple[object, int]] = [(whole, 0)]
    while todo:
        found, depth = todo.pop()
        if not isinstance(found, (pikepdf.Stream, pikepdf.Dictionary, pikepdf.Array)):
            continue
        if found.is_indirect:
            if found.objgen in seen:
                continue
            seen.add(found.objgen)
        if depth > _DEEPEST or len(seen) > _MOST_OBJECTS:
            raise CannotPrint(Trouble.DAMAGED)
        yield found
        inside = found.stream_dict if isinstance(found, pikepdf.Stream) else found
        values = inside.values() if isinstance(inside, pikepdf.Dictionary) else list(inside)
        todo += [(value, depth + 1) for value in values]


def _weight(resources: pikepdf.Object | None) -> int:
    """Return about how many bytes a page's pictures and fonts have."""
    streams = (part for part in _parts(resources, set()) if isinstance(part, pikepdf.Stream))
    return sum(len(stream.read_raw_bytes()) for stream in streams)


def _clean(part: pikepdf.Object) -> None:
    """Take out of a part of a form all that is no ink; its bytes become the target's own."""
    if isinstance(part, pikepdf.Stream):
        _drop(part.stream_dict)
        raw, filters = part.read_raw_bytes(), part.stream_dict.get("/Filter")
        names = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
        if names[-1:] == [pikepdf.Name.DCTDecode]:
            if len(names) > 1:  # the JPEG is wrapped once more: it is taken out, so that it can be looked into
                raw = part.read_bytes(pikepdf.StreamDecodeLevel.generalized)
            part.write(jpegs.bare(raw), filter=pikepdf.Name.DCTDecode)
        else:
            part.write(raw, filter=filters, decode_parms=part.stream_dict.get("/DecodeParms"))  # type: ignore[arg-type]  # as the file has them
    elif isinstance(part, pikepdf.Dictionary):
        _drop(part)


def _drop(entries: pikepdf.Dictionary) -> None:
    for name in _DROPPED:
        if name in entries:
            del entries[name]
