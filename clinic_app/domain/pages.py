"""Page numbers as people write them: "1-3, 7" and back.

Pages count from 1, as they are printed. Nothing is guessed: what cannot be read is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from clinic_app.errors import InputError
from clinic_app.words import N_

_PART = re.compile(r"(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?\Z", re.ASCII)


def read_pages(text: str, last: int) -> tuple[int, ...]:
    """Return the pages that a text names, sorted, each once; InputError unless all lie between 1 and `last`."""
    pages: set[int] = set()
    for part in re.split(r"[,;\s]+", re.sub(r"\s*[-–—]\s*", "-", text).strip(" ,;\n\t")):
        match = _PART.match(part)
        if match is None:
            raise _unread(text, last)
        first, end = int(match["first"]), int(match["last"] or match["first"])
        if not 1 <= first <= end <= last:
            raise _unread(text, last)
        pages.update(range(first, end + 1))
    return tuple(sorted(pages))


def say_pages(pages: Iterable[int]) -> str:
    """Return pages as people write them: (1, 2, 3, 7) is "1-3, 7"."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _unread(text: str, last: int) -> InputError:
    return InputError(
        "", N_("“{value}” does not name pages"), N_("page numbers from 1 to {last}, like 2, 5-7"), value=text, last=last
    )
