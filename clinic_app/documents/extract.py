"""Some pages of a packet alone, to print them again: the same sheets with the same stamps and numbers.

They are for the printer. The seal stands for the whole file, so a file of some pages is never taken for it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf


def pages_alone(pdf: bytes, pages: Sequence[int]) -> bytes:
    """Return the pages with these numbers, counted from 1, as a PDF; links between pages are dropped."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as whole, pikepdf.new() as some:
        for number in pages:
            some.pages.append(whole.pages[number - 1])
        for page in some.pages:
            if "/Annots" in page:
                del page["/Annots"]
        some.Root["/ViewerPreferences"] = pikepdf.Dictionary(PrintScaling=pikepdf.Name("/None"))
        some.save(out, deterministic_id=True)
    return out.getvalue()
