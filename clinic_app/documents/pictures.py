"""The pages of a PDF as pictures, for a preview that is the paper itself."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pypdfium2


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page in pixels: three bytes (red, green, blue) each, row after row, no padding."""

    width: int
    height: int
    rgb: bytes


_ONE_AT_A_TIME: Final = threading.Lock()
"""PDFium may be used by one thread at a time, whichever document it has open."""


@contextmanager
def opened(pdf: bytes) -> Generator[pypdfium2.PdfDocument]:
    """Open a PDF with PDFium, which nobody else uses meanwhile."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()


def page_pictures(pdf: bytes, width_px: int, pages: Sequence[int] | None = None) -> tuple[PagePicture, ...]:
    """Draw pages of a PDF, each `width_px` pixels wide: those with these numbers, counted from 1, else all."""
    with opened(pdf) as document:
        numbers = range(1, len(document) + 1) if pages is None else pages
        return tuple(_picture(document[number - 1], width_px) for number in numbers)


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    with opened(pdf) as document:
        return len(document)


def _picture(page: pypdfium2.PdfPage, width_px: int) -> PagePicture:
    image = page.render(scale=width_px / page.get_width()).to_pil().convert("RGB")
    return PagePicture(image.width, image.height, image.tobytes())
