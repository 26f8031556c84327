"""One frozen source to one PDF: which papers are allowed, in which order, with one numbering.

The gates hold here: a paper that may not be made is planned with the reason and never drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reportlab.platypus import Flowable

from clinic_app.documents import letters, statement, worker, worksheet
from clinic_app.documents.design import Bound, Marks, bind, count_pages
from clinic_app.documents.voice import Voice, voice
from clinic_app.domain.packet import Document, PacketSource, Preset
from clinic_app.errors import InputError
from clinic_app.words import N_

TITLES: Final = {
    Document.WORKER_SUMMARY: N_("Summary for the worker"),
    Document.NEXT_STEPS: N_("Next steps and dates"),
    Document.EMPLOYER_NOTICE: N_("Notice about rights"),
    Document.EMPLOYER_DEMAND: N_("Letter to the employer"),
    Document.STATEMENT: N_("Statement of facts"),
    Document.VIOLATIONS: N_("Table of violations"),
    Document.CALCULATION: N_("Calculation"),
}
PRESETS: Final = {
    Preset.WORKER: (Document.WORKER_SUMMARY, Document.NEXT_STEPS, Document.EMPLOYER_NOTICE),
    Preset.FILING: (Document.STATEMENT, Document.VIOLATIONS, Document.CALCULATION),
    Preset.ARCHIVE: tuple(Document),
}

_MAKERS: Final[dict[Document, Callable[[Voice], list[Flowable]]]] = {
    Document.WORKER_SUMMARY: worker.summary,
    Document.NEXT_STEPS: worker.next_steps,
    Document.EMPLOYER_NOTICE: letters.notice,
    Document.EMPLOYER_DEMAND: letters.demand,
    Document.STATEMENT: statement.statement,
    Document.VIOLATIONS: worksheet.violations,
    Document.CALCULATION: worksheet.calculation,
}


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """One paper of a packet. `title` and `why_not` are message ids; `why_not` is "" when allowed."""

    document: Document
    title: str
    allowed: bool
    why_not: str


def plan(source: PacketSource) -> tuple[PlannedDocument, ...]:
    """Return the papers that were asked for, in binding order, each allowed or with the reason why not."""
    asked = PRESETS[source.preset] if source.documents is None else source.documents
    chosen = [document for document in Document if document in asked]
    return tuple(_planned(source, document) for document in chosen)


def render(source: PacketSource) -> bytes:
    """Return the packet as PDF; the same source gives the same bytes.

    A preset leaves out what is not allowed. InputError when a paper that was chosen by name is not
    allowed, or when nothing is left to print.
    """
    return bind(_bound(source), source.paper, _marks(source))


def sheet_count(source: PacketSource) -> int:
    """Return how many sheets the packet takes, printed on one side. Errors are those of `render`."""
    return count_pages(_bound(source), source.paper, _marks(source))


def _planned(source: PacketSource, document: Document) -> PlannedDocument:
    why_not = _why_not(source, document)
    return PlannedDocument(document, TITLES[document], not why_not, why_not)


def _why_not(source: PacketSource, document: Document) -> str:
    match document:
        case Document.EMPLOYER_DEMAND:
            return _why_no_demand(source)
        case Document.EMPLOYER_NOTICE if not source.assessment.text("employer_notice"):
            return N_("The rule book of this place has no text for this notice.")
        case _:
            return ""


def _why_no_demand(source: PacketSource) -> str:
    consent = source.case.section("consent")
    if source.case.section("worker").yes("keep_hidden"):
        return N_("The worker's name is to stay hidden.")
    if not consent.yes("contact_employer"):
        return N_("The worker has not agreed that we contact the employer.")
    if not consent.yes("show_name"):
        return N_("The worker has not agreed that the employer sees the name.")
    if any(flag.blocks_named_letter for flag in source.assessment.red_flags):
        return N_("An urgent point is open. A letter with a name could bring danger.")
    return ""


def _bound(source: PacketSource) -> list[Bound]:
    planned = plan(source)
    for paper in planned:
        if not paper.allowed and source.documents is not None:
            raise InputError(f"documents.{paper.document.value}", paper.why_not)
    allowed = [paper for paper in planned if paper.allowed]
    if not allowed:
        raise InputError("documents", N_("no paper was chosen"), ", ".join(d.value for d in Document))
    v = voice(source)
    return [Bound(v.w(paper.title), _maker(v, paper.document)) for paper in allowed]


def _maker(v: Voice, document: Document) -> Callable[[], list[Flowable]]:
    return lambda: _MAKERS[document](v)


def _marks(source: PacketSource) -> Marks:
    v = voice(source)
    return Marks(
        folio=source.case.number,
        numbering=v.w("p. {page} / {pages}"),
        practice=v.w("PRACTICE") if source.case.practice else "",
        language=source.language,
        creator=f"labor-clinic {source.program_version}",
        title=v.w("Papers of a labor clinic"),
    )
