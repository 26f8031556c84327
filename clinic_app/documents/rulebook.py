"""A whole rule book on paper, for lawyers to read and sign: every rule, value, question and example.

The content's digest stands beside the signatures: they are for these files and no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import SMALL, TABLE, WIDTH
from clinic_app.documents.parts import Bold, cell
from clinic_app.domain.rulebook import BookSource, Chapter, Entry, Grid
from clinic_app.i18n import Words, words

SIGNERS: Final = 3
_DIGEST_GROUP: Final = 8
_NARROW: Final = 27 * mm


def render(source: BookSource, program_version: str) -> bytes:
    """Return the book as PDF; the same source gives the same bytes."""
    w = words(source.language, source.place)
    papers = [Bound(w("Cover and signatures"), lambda: _cover(source, w))]
    papers += [_bound(chapter) for chapter in source.chapters if chapter.entries]
    marks = Marks(
        folio=source.version,
        numbering=w("p. {page} / {pages}"),
        language=source.language,
        creator=f"labor-clinic {program_version}",
        title=f"{w('Rule book')} {source.version}",
    )
    return bind(papers, source.paper, marks).pdf


def _bound(chapter: Chapter) -> Bound:
    return Bound(chapter.title, lambda: list(_chapter(chapter)))


def _cover(source: BookSource, w: Words) -> list[Flowable]:
    digest = " ".join(source.digest[i : i + _DIGEST_GROUP] for i in range(0, len(source.digest), _DIGEST_GROUP))
    facts = [
        (w("Place"), source.place),
        (w("Version"), source.version),
        (w("Exact content (SHA-256)"), digest),
        (w("Printed on"), w.date(source.prepared_on)),
    ]
    rows = [[cell(label), cell(text)] for label, text in facts]
    contents = [f"{chapter.title} ({len(chapter.entries)})" for chapter in source.chapters if chapter.entries]
    signatures = [parts.to_write(w("Name, licence, date, signature"), above=13 * mm) for _ in range(SIGNERS)]
    return [
        parts.title(w("Rule book")),
        parts.text(source.title),
        parts.table(rows, (50 * mm, WIDTH - 50 * mm), head=0),
        parts.heading(w("What this is")),
        parts.text(
            w("These are all the rules by which the program finds, computes and counts. It has no others."),
            size=TABLE + 1,
        ),
        parts.heading(w("Contents")),
        *parts.bullets(contents, size=TABLE + 1),
        parts.together(
            parts.heading(w("Read and approved")),
            parts.text(
                w("My signature is for the content named above. What I do not approve I have marked on its page."),
                size=TABLE + 1,
            ),
            *signatures,
        ),
    ]


def _chapter(chapter: Chapter) -> Iterator[Flowable]:
    yield parts.title(chapter.title)
    if chapter.about:
        yield parts.text(chapter.about)
    for entry in chapter.entries:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[Flowable]:
    yield parts.room(28)
    yield parts.heading(entry.title, size=11.5)
    yield cell(entry.id, size=SMALL)
    for line in entry.lines:
        yield cell(Bold(f"{line.label}: "), line.text)
    if entry.grid is not None:
        yield parts.gap(1)
        yield _table(entry.grid)


def _table(grid: Grid) -> Flowable:
    widths = [_NARROW] * len(grid.head)
    widths[grid.wide] = WIDTH - _NARROW * (len(grid.head) - 1)
    rows = [[cell(text, bold=True) for text in grid.head], *([cell(text) for text in row] for row in grid.rows)]
    return parts.table(rows, widths)
