"""The pages of a PDF as pictures, for a preview that is the paper itself."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page in pixels: three bytes (red, green, blue) each, row after row, no padding."""

    width: int
    height: int
    rgb: bytes


def page_pictures(pdf: bytes, width_px: int) -> tuple[PagePicture, ...]:
    """Draw every page of a PDF, each `width_px` pixels wide."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return tuple(_picture(document[i], width_px) for i in range(len(document)))
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage, width_px: int) -> PagePicture:
    image = page.render(scale=width_px / page.get_width()).to_pil().convert("RGB")
    return PagePicture(image.width, image.height, image.tobytes())
