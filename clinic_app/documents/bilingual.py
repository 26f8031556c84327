"""The worker's summary in two languages side by side, so that whoever helps can read along.

The left column is the worker's language, the right one the official one. Both say the same blocks in
the same order; where both have the same lines, line stands beside line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph

from clinic_app.documents import parts
from clinic_app.documents.design import WIDTH
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice, voice
from clinic_app.documents.worker import blocks
from clinic_app.i18n import PAPER_LANGUAGES

_HALF: Final = WIDTH / 2
_GAP: Final = 4 * mm


def is_bilingual(v: Voice) -> bool:
    """Return whether the worker's language is another than the official one, and both can be printed."""
    official = v.source.official
    return official in PAPER_LANGUAGES and official != v.source.language


def summary(v: Voice) -> list[Flowable]:
    """Return the summary, each line beside its line in the official language."""
    other = voice(replace(v.source, language=v.source.official))
    rows: list[Sequence[Sequence[Flowable]]] = [
        [[cell(PAPER_LANGUAGES[each.source.language], bold=True)] for each in (v, other)]
    ]
    for own, official in zip(blocks(v), blocks(other), strict=True):
        rows += _rows(_lines(own), _lines(official))
    return [parts.beside(rows, (_HALF, _HALF), _GAP)]


def _rows(own: list[Flowable], official: list[Flowable]) -> list[Sequence[Sequence[Flowable]]]:
    # A text of the rule book may have another number of sentences in another language: the rest stands alone.
    return list(zip_longest(_cells(own), _cells(official), fillvalue=()))


def _cells(lines: list[Flowable]) -> list[list[Flowable]]:
    """Return one cell a line; a heading stands in the cell of the line that follows it."""
    cells: list[list[Flowable]] = []
    open_heading = False
    for line in lines:
        if open_heading:
            cells[-1].append(line)
        else:
            cells.append([line])
        open_heading = bool(line.getKeepWithNext())  # type: ignore[no-untyped-call]  # reportlab gives it no types
    return cells


def _lines(block: Sequence[Flowable]) -> list[Flowable]:
    """Return the single paragraphs of a block, as wide as their column."""
    lines: list[Flowable] = []
    for part in block:
        if isinstance(part, KeepTogether):
            lines += _lines(part._content)  # type: ignore[attr-defined]  # noqa: SLF001 - reportlab has no public name for it
        else:
            lines.append(_narrow(part))
    return lines


def _narrow(part: Flowable) -> Flowable:
    if isinstance(part, Paragraph):
        part.style = part.style.clone(part.style.name, rightIndent=0)
    return part
