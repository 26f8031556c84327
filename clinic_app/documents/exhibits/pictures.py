"""Photos and scans: opened within bounds, upright, as grey or black and white pages.

Whatever the bytes are, opening them takes bounded memory or is refused. What comes out holds pixels
and nothing else: no place, no camera, no date, no preview from before a place was blacked out.
"""

from __future__ import annotations

import io
import warnings
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import pillow_heif
from PIL import Image, ImageDraw, ImageOps

from clinic_app.documents.exhibits.trouble import CannotPrint
from clinic_app.domain.exhibits import WHOLE, Box, Media, Trouble

MOST_PIXELS: Final = 30_000_000
MOST_JPEG_PIXELS: Final = 80_000_000
"""A plain JPEG is read at a fraction of its size, so more of it can be taken."""
MOST_FRAMES: Final = 200
LONG: Final = 2.6
"""A picture this many times as high as wide (a long screenshot) is cut into several pages."""

_SLICE: Final = 2.0  # height of one page of a long picture, in widths: about that of a telephone
_OVERLAP: Final = 0.04  # so that no line of writing is lost where it is cut
_FORMATS: Final = {Media.JPEG: "JPEG", Media.PNG: "PNG", Media.WEBP: "WEBP", Media.TIFF: "TIFF"}
_WHITE: Final = 255


def page_count(content: bytes, media: Media) -> int:
    """Return how many pages a picture takes, having read all of it once. CannotPrint when it cannot be."""
    with _opened(content, media) as image:
        frames = _frames(image, media)
        width, height = _upright_size(image)
        for frame in range(frames):
            if frame:
                image.seek(frame)
            image.draft("L", (image.width // 8, image.height // 8))
            image.load()
    return frames if frames > 1 else len(slices(width, height))


def slices(width: int, height: int) -> list[tuple[int, int]]:
    """Return the upper and lower edge of each page of an upright picture: one, unless it is very long."""
    if height <= LONG * width:
        return [(0, height)]
    page = round(width * _SLICE)
    step = max(1, page - round(width * _OVERLAP))
    tops = range(0, max(1, height - page + step), step)
    return [(top, min(top + page, height)) for top in tops]


def page(content: bytes, media: Media, number: int, most: tuple[int, int], *, colour: bool = False) -> Image.Image:
    """Return one page of a picture, upright, within so many pixels either way round; grey, or in colour.

    It is never made larger than it is. CannotPrint when it cannot be read.
    """
    mode = "RGB" if colour else "L"
    with _opened(content, media) as image:
        frames = _frames(image, media)
        if frames > 1:
            if not 1 <= number <= frames:
                raise CannotPrint(Trouble.DAMAGED)
            image.seek(number - 1)
        parts = slices(*_upright_size(image))
        room = max(most)
        if len(parts) == 1:
            image.draft(mode, (room, room))  # for a JPEG: read at a fraction, never below this size
        upright = ImageOps.exif_transpose(_flat(image, mode, most if len(parts) == 1 else image.size))
    if len(parts) > 1:
        if not 1 <= number <= len(parts):
            raise CannotPrint(Trouble.DAMAGED)
        top, bottom = parts[number - 1]
        upright = upright.crop((0, top, upright.width, bottom))
    return _within(upright, most)


def blacked_out(image: Image.Image, boxes: tuple[Box, ...]) -> Image.Image:
    """Return the picture with places of it black: the pixels below are gone."""
    if not boxes:
        return image
    image = image.copy()
    draw = ImageDraw.Draw(image)
    for box in boxes:
        left, right = box.left * image.width // WHOLE, -(-box.right * image.width // WHOLE)
        top, bottom = box.top * image.height // WHOLE, -(-box.bottom * image.height // WHOLE)
        draw.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), fill=0)
    return image


def as_wide_as(image: Image.Image, width: int) -> Image.Image:
    """Return the picture at most so wide; it is never made larger."""
    if image.width <= width:
        return image
    grey = image.convert("L") if image.mode == "1" else image  # so that thin letters stay
    height = max(1, round(image.height * width / image.width))
    return grey.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def jpeg(image: Image.Image, quality: int) -> bytes:
    """Return the picture as a bare JPEG."""
    out = io.BytesIO()
    bare = Image.frombytes(image.mode, image.size, image.tobytes())  # nothing else that the file said comes along
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def packed(image: Image.Image) -> bytes:
    """Return a picture of one bit a pixel as a PDF keeps it: rows of bits, 1 is white, deflated."""
    return zlib.compress(image.tobytes(), 9)


def png(image: Image.Image) -> bytes:
    """Return the picture as a bare PNG."""
    out = io.BytesIO()
    Image.frombytes(image.mode, image.size, image.tobytes()).save(out, "PNG")
    return out.getvalue()


@contextmanager
def _opened(content: bytes, media: Media) -> Generator[Image.Image]:
    """Open a picture of the kind that its content says. Only its head is read until it is loaded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd metadata is no matter; sizes are looked at here
            image = _heic(content) if media is Media.HEIC else _plain(content, media)
            with image:
                yield image
    except CannotPrint:
        raise
    except Image.DecompressionBombError:
        raise CannotPrint(Trouble.TOO_MANY_PIXELS) from None
    except MemoryError:
        raise CannotPrint(Trouble.TOO_MANY_PIXELS) from None
    # Decoders of pictures from anywhere raise whatever they like; each means the same to a reader.
    except Exception as error:
        raise CannotPrint(Trouble.DAMAGED) from error


def _plain(content: bytes, media: Media) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=(_FORMATS[media],))
    plain_jpeg = media is Media.JPEG and not image.info.get("progressive")
    _check_size(image.size, MOST_JPEG_PIXELS if plain_jpeg else MOST_PIXELS)
    return image


def _heic(content: bytes) -> Image.Image:
    file = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
    _check_size(file.size, MOST_PIXELS)
    image: Image.Image = file.to_pillow()
    return image


def _check_size(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise CannotPrint(Trouble.TOO_MANY_PIXELS)


def _frames(image: Image.Image, media: Media) -> int:
    """Return how many pages a scan has; of other pictures only the first is one."""
    if media is not Media.TIFF:
        return 1
    frames = int(getattr(image, "n_frames", 1))
    if frames > MOST_FRAMES:
        raise CannotPrint(Trouble.TOO_MANY_PAGES)
    return frames


def _upright_size(image: Image.Image) -> tuple[int, int]:
    turned = image.getexif().get(0x0112) in {5, 6, 7, 8}
    return (image.height, image.width) if turned else image.size


def _flat(image: Image.Image, mode: str, most: tuple[int, int]) -> Image.Image:
    """Return the picture without transparency, in eight bits a colour. Its orientation tag stays.

    It is made smaller first, not below the room: a copy of a large picture costs more than all the rest.
    """
    exif = image.getexif()
    _check_size(image.size, MOST_PIXELS)  # frames of a scan may differ
    fraction = int(max(max(image.size) / max(most), min(image.size) / min(most)))
    if fraction > 1 and image.mode in {"L", "RGB", "CMYK"}:
        small = image.reduce(fraction)
        small.info = dict(image.info)
        image = small
    if image.mode.startswith(("I", "F")):
        high = image.getextrema()[1]
        deep = isinstance(high, (int, float)) and high > _WHITE
        flat = image.point(lambda value: value / 257 if deep else value).convert("L")
    elif "transparency" in image.info or image.mode in {"LA", "PA", "RGBA", "La", "RGBa"}:
        over = image.convert("RGBA")
        flat = Image.new("RGBA", over.size, "white")
        flat.alpha_composite(over)
    else:
        flat = image
    flat = flat.convert(mode)
    flat.info["exif"] = exif.tobytes()
    return flat


def _within(image: Image.Image, most: tuple[int, int]) -> Image.Image:
    """Make the picture smaller when it is larger than the room, which may be turned."""
    long, short = max(most), min(most)
    scale = min(1.0, long / max(image.size), short / min(image.size))
    if scale == 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
