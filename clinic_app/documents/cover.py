"""The first page of a bundle: what it holds and where, with boxes to tick and room for the stamp.

One page is checklist and index at once. The stamp area stays empty, and no line goes through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.binding import Later, Leading, Listed, SealPicture, Seen
from clinic_app.documents.design import SMALL, TABLE, WIDTH, style
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice
from clinic_app.domain.casefile import Record

STAMP: Final = (60 * mm, 40 * mm)

_WIDTHS: Final = (8 * mm, 12 * mm, 88 * mm, 34 * mm, 28 * mm)
FACT: Final = TABLE + 1.5
"""The size of the facts about a bundle."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index: the paper's key in the bundle, its title and its section."""

    key: str
    title: str
    section: str


def cover(v: Voice, papers: Sequence[Entry], authority: str) -> list[Flowable]:
    """Return the cover: whose papers, for whom, the list of papers with their pages, stamp area and seal."""
    w = v.w
    return [
        parts.title(w("Cover and index")),
        parts.table(_facts(v, authority), (45 * mm, WIDTH - 45 * mm), head=0),
        parts.heading(w("Papers in this bundle")),
        papers_table(v, papers),
        parts.gap(5),
        parts.together(foot(v)),
    ]


def volume_index(v: Voice, volume: int, papers: Sequence[Entry]) -> list[Flowable]:
    """Return the sheet in front of a volume after the first: whose papers, which volume, the whole index."""
    w = v.w
    told: list[tuple[Flowable, ...]] = [
        (cell(w("Number of the case"), bold=True), cell(v.folio, size=FACT)),
        (cell(w("Worker"), bold=True), cell(v.name, size=FACT)),
        (cell(w("Date"), bold=True), cell(v.date(v.source.prepared_on), size=FACT)),
    ]
    return [
        parts.para(style(18, bold=True, spacing=1.2, spaceAfter=3 * mm), w("Volume {number}", number=volume)),
        parts.table(told, (45 * mm, WIDTH - 45 * mm), head=0),
        parts.heading(w("Papers in this bundle")),
        papers_table(v, papers),
        parts.gap(5),
        parts.together(foot(v)),
    ]


def papers_table(v: Voice, papers: Sequence[Entry]) -> Flowable:
    """Return the index: a box to tick, section, title, date and pages of each paper."""
    return parts.table(_papers(v, papers), _WIDTHS)


def pages_of(listed: Listed) -> str:
    """Return the pages of a paper: "4" or "4–6"."""
    return f"{listed.first}" if listed.first == listed.last else f"{listed.first}–{listed.last}"


def _where(v: Voice, key: str) -> Later:
    """Return the pages of a paper, with its volume when there are several; it leads there."""

    def words(seen: Seen) -> str:
        listed = seen.paper(key)
        if seen.volumes == 1:
            return pages_of(listed)
        return v.w("vol. {volume}: {pages}", volume=listed.volume, pages=pages_of(listed))

    return Later(words, right=True, key=key)


def _sheets(v: Voice, seen: Seen) -> str:
    if seen.volumes == 1:
        return str(seen.pages)
    return v.w("{count} in {volumes} volumes", count=seen.pages, volumes=seen.volumes)


def _facts(v: Voice, authority: str) -> list[tuple[Flowable, ...]]:
    w = v.w
    employers = [v.value("employers", "name", row) or v.value("employers", "trade_name", row) for row in _employers(v)]
    places = [v.value("employers", "place", row) for row in _employers(v)]
    employer = "; ".join(dict.fromkeys(name for name in employers if name))
    if not employer and any(places):
        employer = w("name not known; works at: {place}", place="; ".join(place for place in places if place))
    told: list[tuple[str, str | Flowable]] = [
        (w("Number of the case"), v.folio),
        (w("Worker"), v.name),
        (w("Employer"), employer or w("not known")),
        (w("Authority"), authority or "____________________"),
        (w("Number of sheets, printed on one side"), Later(lambda seen: _sheets(v, seen), size=FACT)),
        (w("Date"), v.date(v.source.prepared_on)),
        (w("Rule book"), v.law.rules_version),
    ]
    return [
        (cell(label, bold=True), cell(words, size=FACT) if isinstance(words, str) else words) for label, words in told
    ]


def _employers(v: Voice) -> tuple[Record, ...]:
    return v.case.rows("employers")


def _papers(v: Voice, papers: Sequence[Entry]) -> list[tuple[Flowable, ...]]:
    w = v.w
    rows: list[tuple[Flowable, ...]] = [
        (
            cell("✓", bold=True),
            cell(""),
            cell(w("Paper"), bold=True),
            cell(w("Date"), bold=True),
            cell(w("Pages"), bold=True, right=True),
        )
    ]
    date = v.short(v.source.prepared_on)
    for entry in papers:
        letter = entry.section.partition(" · ")[0]
        rows.append(
            (
                cell("☐", size=TABLE + 3),
                cell(letter, bold=True),
                Leading(cell(entry.title, size=TABLE + 1), entry.key),
                cell(date),
                _where(v, entry.key),
            )
        )
    return rows


def foot(v: Voice) -> Flowable:
    """Return the stamp area, and the seal with what it stands for."""
    w = v.w
    width, height = STAMP
    about = w(
        "The code at the foot of each page and this picture stand for the whole file. "
        "With the file, a clinic can check that nothing was changed. They hold no name."
    )
    left = [cell(w("Received by: name, date, stamp"), size=SMALL), parts.box(width=width, height=height)]
    right = [SealPicture(), parts.gap(1), cell(about, size=SMALL)]
    return parts.columns(left, right, widths=(width + 20 * mm, WIDTH - width - 20 * mm))
