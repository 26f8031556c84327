"""The user guide on paper: a list of contents, then the help pages in reading order with pictures of the screens.

It reads the little Markdown that help pages are written in: headings, paragraphs, lists, bold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from PIL import Image
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable
from reportlab.platypus import Image as Picture

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import SMALL, WIDTH, style
from clinic_app.documents.parts import Bold
from clinic_app.domain.guide import Chapter, Leaf
from clinic_app.domain.packet import Paper
from clinic_app.i18n import Words, words

TEXT: Final = 11.0
TALLEST: Final = 95 * mm
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
_NUMBERED = re.compile(r"(\d+)\. (.*)")


def render(chapters: Sequence[Chapter], title: str, language: str, paper: Paper) -> bytes:
    """Return the guide as PDF."""
    w = words(language)
    marks = Marks(
        folio=title, numbering=w("p. {page} / {pages}"), language=language, creator="labor-clinic", title=title
    )
    bound = [Bound(title, lambda: list(_contents(chapters, title, w)))]
    bound += [_chapter(chapter) for chapter in chapters]
    return bind(bound, paper, marks).pdf


def blocks(markdown: str) -> Iterator[Flowable]:
    """Yield the pieces of a page written in the Markdown of help pages."""
    for block in re.split(r"\n\s*\n", markdown.strip()):
        lines = block.strip().splitlines()
        if not lines or lines[0] == "---":
            continue
        if lines[0].startswith("#"):
            yield parts.heading(lines[0].lstrip("# "), 12)
            lines = lines[1:]
        yield from _lines(lines)


def _lines(lines: Sequence[str]) -> Iterator[Flowable]:
    paragraph: list[str] = []
    for line in lines:
        numbered = _NUMBERED.match(line)
        if line.startswith("- "):
            yield parts.para(_item(), *_pieces(line[2:]), dot="•")
        elif numbered is not None:
            yield parts.para(_item(), *_pieces(numbered[2]), dot=f"{numbered[1]}.")
        else:
            paragraph.append(line.strip())
    if paragraph:
        yield parts.para(style(TEXT, spaceAfter=2 * mm), *_pieces(" ".join(paragraph)))


def _item() -> ParagraphStyle:
    return style(TEXT, leftIndent=6 * mm, spaceAfter=1.2 * mm)


def _pieces(text: str) -> list[str | Bold]:
    plain = _ITALIC.sub(r"\1", text)
    return [Bold(piece) if at % 2 else piece for at, piece in enumerate(_BOLD.split(plain)) if piece]


def _contents(chapters: Sequence[Chapter], title: str, w: Words) -> Iterator[Flowable]:
    yield parts.title(title)
    yield parts.text(w("This guide is in the program too: press F1 on any screen."))
    for chapter in chapters:
        yield parts.heading(chapter.title, 11)
        yield from parts.bullets([leaf.title for leaf in chapter.leaves], SMALL)


def _chapter(chapter: Chapter) -> Bound:
    return Bound(chapter.title, lambda: [piece for leaf in chapter.leaves for piece in _leaf(chapter, leaf)])


def _leaf(chapter: Chapter, leaf: Leaf) -> Iterator[Flowable]:
    if leaf is chapter.leaves[0]:
        yield parts.title(chapter.title)
    yield parts.heading(leaf.title, 15)
    yield from blocks(leaf.text)
    if leaf.picture is not None:
        with Image.open(leaf.picture) as picture:
            wide, tall = picture.size
        scale = min(WIDTH * 0.8 / wide, TALLEST / tall)
        yield parts.gap(1)
        yield Picture(str(leaf.picture), wide * scale, tall * scale, hAlign="LEFT")
        yield parts.gap(3)
