"""What is added to papers that were handed over: section G, behind their last page.

Nothing that was handed over is numbered anew. The sheet in front names the code of the papers that it goes
behind, and lists only what is new.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import cover, parts
from clinic_app.documents.cover import Entry
from clinic_app.documents.design import WIDTH
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice
from clinic_app.domain.packet import Held
from clinic_app.words import N_

SECTION = N_("G · Added later")


def index(v: Voice, after: Held, papers: Sequence[Entry], authority: str) -> list[Flowable]:
    """Return the supplementary index."""
    w = v.w
    told = [
        (w("Number of the case"), v.folio),
        (w("Worker"), v.name),
        (w("Authority"), authority or "____________________"),
        (w("Added on"), v.date(v.source.prepared_on)),
        (
            w("Goes behind"),
            w(
                "page {page} of the papers of {date} with the code {code}",
                page=after.pages,
                date=v.short(after.on),
                code=after.after or " ".join(after.codes),
            ),
        ),
    ]
    rows = [(cell(label, bold=True), cell(words, size=cover.FACT)) for label, words in told]
    return [
        parts.title(w("Added later: index")),
        parts.table(rows, (45 * mm, WIDTH - 45 * mm), head=0),
        parts.heading(w("Papers that are added")),
        cover.papers_table(v, papers),
        parts.gap(5),
        parts.together(cover.foot(v)),
    ]
