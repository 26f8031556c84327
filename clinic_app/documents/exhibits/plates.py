"""The pages of exhibits as ink: made one at a time and put into the pages that were kept for them.

The papers are laid out first, with empty pages for the exhibits. Then each file is read, its pages are
thinned, blacked out and placed, and it is let go before the next one is read.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

import pikepdf
from PIL import Image
from reportlab.lib.units import mm

from clinic_app.documents.design import FOOTER, HEIGHT, LEFT, WIDTH, Sheet
from clinic_app.documents.exhibits import pdfs, pictures, thinning
from clinic_app.documents.exhibits.trouble import CannotPrint
from clinic_app.domain.exhibits import Box, EvidenceFile, Exhibit, Media, Tone

HEAD: Final = 11 * mm
"""Room above a page of an exhibit, for its stamp."""
ROOM: Final = (WIDTH, HEIGHT - FOOTER - HEAD - 1 * mm)
"""What a page of an exhibit may fill, in points."""

_GREY_DPI: Final = 165.0
_BIT_DPI: Final = 300.0
_RASTER_DPI: Final = 200.0  # of a PDF page that is pictured
_LEAST_DPI: Final = 110.0  # a small picture is not blown up beyond this
_QUALITY: Final = 58
_TURNING_PAYS: Final = 1.15  # a page that lies is turned when it becomes this much larger
_FORM: Final = pikepdf.Name("/Exhibit")


@dataclass(frozen=True, slots=True)
class Plate:
    """One page of a file that waits for its place. `key` names the place; `page` counts from 1."""

    key: str
    exhibit: Exhibit
    page: int


@dataclass(slots=True)
class _Open:
    """The one file that is open: its bytes, and its document when it is a PDF. Closed when another is."""

    exhibit: Exhibit | None = None
    content: bytes = b""
    pdf: pikepdf.Pdf | None = None
    cleaned: set[tuple[int, int]] = field(default_factory=set)

    def of(self, exhibit: Exhibit) -> _Open:
        if exhibit is not self.exhibit:
            self.close()
            self.content = exhibit.read()
            self.exhibit = exhibit
        return self

    def document(self) -> pikepdf.Pdf:
        if self.pdf is None:
            self.pdf = pdfs.flattened(self.content)
        return self.pdf

    def close(self) -> None:
        if self.pdf is not None:
            self.pdf.close()
        self.exhibit, self.content, self.pdf = None, b"", None
        self.cleaned = set()


def fill(
    packet: bytes,
    where: Sheet,
    plates: Mapping[int, Plate],
    done: Callable[[], None],
) -> bytes:
    """Return the packet with its plates, given by the index of their pages, in place. `done` hears of each.

    The same packet and files give the same bytes. KnownError when a file has not arrived.
    """
    if not plates:
        return packet
    opened = _Open()
    with pikepdf.open(io.BytesIO(packet)) as target, ExitStack() as closing:
        closing.callback(opened.close)
        for at in sorted(plates):
            _place(target, target.pages[at], where, plates[at], opened)
            done()
        opened.close()
        out = io.BytesIO()
        target.save(
            out,
            deterministic_id=True,
            compress_streams=False,  # the seal is read and written in plain bytes
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def printed(file: EvidenceFile, content: bytes, page: int) -> Image.Image:
    """Return a page of a file as it comes out of the printer, as a picture, before it is turned to fit."""
    image = _pictured(file, content, page)
    return image.transpose(_TURNS[file.turn]) if file.turn else image


def shown(file: EvidenceFile, content: bytes, page: int, most: tuple[int, int]) -> Image.Image:
    """Return a page of a file as the file itself shows it, in colour, within so many pixels."""
    if file.facts.media is Media.PDF:
        return pdfs.picture(content, page, most, 300.0)
    return pictures.page(content, file.facts.media, page, most, colour=True)


_TURNS: Final = {
    1: Image.Transpose.ROTATE_270,  # Pillow counts against the clock
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


def _place(target: pikepdf.Pdf, page: pikepdf.Page, where: Sheet, plate: Plate, opened: _Open) -> None:
    file = plate.exhibit.file
    content = opened.of(plate.exhibit).content
    form, size = None, (1.0, 1.0)
    if _is_placed(file, content, plate.page):
        form, size = _as_form(target, opened, plate.page)
    if form is None:
        image = printed(file, content, plate.page)
        turn = 3 if _lies(image.size) else 0
        image = image.transpose(_TURNS[turn]) if turn else image
        form, matrix = _as_image(target, image), _fit_image(image.size, where)
    else:
        matrix = _fit_form(size, file.turn, where)
    page.add_resource(form, pikepdf.Name.XObject, _FORM)
    numbers = " ".join(f"{number:.4f}" for number in matrix)
    page.contents_add(f"q {numbers} cm {_FORM} Do Q\n".encode(), prepend=True)


def _is_placed(file: EvidenceFile, content: bytes, page: int) -> bool:
    """Say whether a page goes into the packet as it is, its letters as letters.

    One black place anywhere pictures the whole file: pages may share what is drawn on another one.
    """
    if file.facts.media is not Media.PDF or file.boxes or file.tone is Tone.ONE_BIT:
        return False
    return file.tone is Tone.AS_IS or not pdfs.is_scan(content, page)


def _boxes(file: EvidenceFile, page: int) -> tuple[Box, ...]:
    return tuple(box for box in file.boxes if box.page == page)


def _pictured(file: EvidenceFile, content: bytes, page: int) -> Image.Image:
    media, tone = file.facts.media, file.tone
    if media is Media.PDF:
        dpi = _BIT_DPI if tone is Tone.ONE_BIT else _RASTER_DPI
        image = pdfs.picture(content, page, _pixels(dpi), dpi)
    else:
        dpi = _BIT_DPI if tone is Tone.ONE_BIT else _GREY_DPI
        image = pictures.page(content, media, page, _pixels(dpi), colour=tone is Tone.AS_IS)
    return pictures.blacked_out(thinning.thinned(image, tone), _boxes(file, page))


def _pixels(dpi: float) -> tuple[int, int]:
    return round(ROOM[0] * dpi / 72), round(ROOM[1] * dpi / 72)


def _as_form(target: pikepdf.Pdf, opened: _Open, number: int) -> tuple[pikepdf.Object | None, tuple[float, float]]:
    try:
        document = opened.document()
        return pdfs.form_of(document, number, target, opened.cleaned), pdfs.size_of(document.pages[number - 1])
    except (CannotPrint, pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        return None, (1.0, 1.0)  # what cannot be taken apart can still be pictured


def _as_image(target: pikepdf.Pdf, image: Image.Image) -> pikepdf.Object:
    entries: dict[str, object] = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": image.width,
        "/Height": image.height,
    }
    if image.mode == "1":
        stream = pikepdf.Stream(target, pictures.packed(image))
        entries |= {"/ColorSpace": pikepdf.Name.DeviceGray, "/BitsPerComponent": 1, "/Filter": pikepdf.Name.FlateDecode}
    else:
        stream = pikepdf.Stream(target, pictures.jpeg(image, _QUALITY))
        colour = pikepdf.Name.DeviceRGB if image.mode == "RGB" else pikepdf.Name.DeviceGray
        entries |= {"/ColorSpace": colour, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.DCTDecode}
    for name, value in entries.items():
        stream.stream_dict[name] = value
    return target.make_indirect(stream)


def _lies(size: tuple[float, float]) -> bool:
    """Say whether a page that is wider than high gains by being turned, its top to the binding."""
    return _scale(size[::-1], 72 / _LEAST_DPI) > _TURNING_PAYS * _scale(size, 72 / _LEAST_DPI)


def _scale(size: tuple[float, float], most: float) -> float:
    return min(ROOM[0] / size[0], ROOM[1] / size[1], most)


def _fit_image(size: tuple[int, int], where: Sheet) -> tuple[float, ...]:
    scale = _scale(size, 72 / _LEAST_DPI)
    width, height = size[0] * scale, size[1] * scale
    return (width, 0, 0, height, *_corner(width, height, where))


def _fit_form(size: tuple[float, float], turn: int, where: Sheet) -> tuple[float, ...]:
    """Return the matrix that puts an upright form into the room: turned as asked, then as it fits; never larger."""
    width, height = size
    wide, high = (height, width) if turn % 2 else (width, height)
    if _scale((high, wide), 1.0) > _TURNING_PAYS * _scale((wide, high), 1.0):
        turn, wide, high = (turn + 3) % 4, high, wide
    scale = _scale((wide, high), 1.0)
    x, y = _corner(wide * scale, high * scale, where)
    turned = [
        (scale, 0.0, 0.0, scale, 0.0, 0.0),
        (0.0, -scale, scale, 0.0, 0.0, width * scale),
        (-scale, 0.0, 0.0, -scale, width * scale, height * scale),
        (0.0, scale, -scale, 0.0, height * scale, 0.0),
    ][turn]
    return (*turned[:4], turned[4] + x, turned[5] + y)


def _corner(width: float, height: float, where: Sheet) -> tuple[float, float]:
    """Return the lower left corner of what is placed: in the middle, hanging from the top."""
    bottom = where.bottom + FOOTER + 1 * mm
    return LEFT + (ROOM[0] - width) / 2, bottom + ROOM[1] - height


def pages_of(exhibit: Exhibit) -> Iterator[int]:
    """Return the numbers of the pages of a file that are printed as plates."""
    file = exhibit.file
    return iter(range(1, file.facts.pages + 1) if file.can_print and file.facts.media is not Media.TEXT else ())
