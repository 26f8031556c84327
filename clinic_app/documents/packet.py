"""One frozen source to one PDF: which papers are allowed, in which order, with one numbering.

The gates hold here: a paper that may not be made is planned with the reason and never drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from reportlab.platypus import Flowable

from clinic_app.documents import bilingual, cover, forms, letters, record, slips, statement, worker, worksheet
from clinic_app.documents.binding import Bound, Marks, bind, key_of, lay_out
from clinic_app.documents.cover import Entry
from clinic_app.documents.form_file import form_of
from clinic_app.documents.voice import Voice, voice
from clinic_app.domain.packet import FORMS, Document, PacketSource, Preset
from clinic_app.errors import InputError
from clinic_app.words import N_

TITLES: Final = {
    Document.COVER: N_("Cover and index"),
    Document.WORKER_SUMMARY: N_("Summary for the worker"),
    Document.BILINGUAL_SUMMARY: N_("Summary in two languages"),
    Document.NEXT_STEPS: N_("Next steps and dates"),
    Document.REMINDER: N_("Reminder"),
    Document.RECEIPT: N_("Receipt for papers"),
    Document.CONCILIATION_REQUEST: N_("Request for conciliation"),
    Document.INSPECTION_COMPLAINT: N_("Complaint to the labor inspection"),
    Document.REASONS_REQUEST: N_("Request for the reasons in writing"),
    Document.COURT_CLAIM: N_("Claim to the court"),
    Document.STATEMENT: N_("Statement of facts"),
    Document.CHRONOLOGY: N_("Chronology"),
    Document.VIOLATIONS: N_("Table of violations"),
    Document.CALCULATION: N_("Calculation"),
    Document.EVIDENCE_INDEX: N_("Evidence index"),
    Document.EMPLOYER_NOTICE: N_("Notice about rights"),
    Document.EMPLOYER_DEMAND: N_("Letter to the employer"),
    Document.CONSENT: N_("What I agree to"),
    Document.AUTHORITY_TO_ACT: N_("Authority to act for me"),
}
OFFERED: Final = {
    Preset.WORKER: (
        Document.WORKER_SUMMARY,
        Document.BILINGUAL_SUMMARY,
        Document.NEXT_STEPS,
        Document.REMINDER,
        Document.RECEIPT,
        Document.EMPLOYER_NOTICE,
        Document.CONSENT,
    ),
    Preset.FILING: (
        Document.COVER,
        Document.CONCILIATION_REQUEST,
        Document.INSPECTION_COMPLAINT,
        Document.REASONS_REQUEST,
        Document.COURT_CLAIM,
        Document.STATEMENT,
        Document.CHRONOLOGY,
        Document.VIOLATIONS,
        Document.CALCULATION,
        Document.EVIDENCE_INDEX,
        Document.AUTHORITY_TO_ACT,
    ),
    Preset.ARCHIVE: tuple(Document),
}
"""What a preset offers: forms only where the place has them, two languages only where there are two."""
SECTIONS: Final = {
    N_("A · Papers of the procedure"): (
        Document.CONCILIATION_REQUEST,
        Document.INSPECTION_COMPLAINT,
        Document.REASONS_REQUEST,
        Document.COURT_CLAIM,
    ),
    N_("B · Statement and chronology"): (Document.STATEMENT, Document.CHRONOLOGY),
    N_("C · Calculation"): (Document.VIOLATIONS, Document.CALCULATION),
    N_("D · Evidence"): (Document.EVIDENCE_INDEX,),
    N_("E · Letters"): (Document.EMPLOYER_NOTICE, Document.EMPLOYER_DEMAND),
    N_("F · Consent and authority"): (Document.CONSENT, Document.AUTHORITY_TO_ACT),
}
"""The sections of a bundle that has a cover. What comes late is put behind them, as section G, by hand."""

_POCKET: Final = (Document.NEXT_STEPS, Document.REMINDER)
_SELDOM: Final = {
    Preset.WORKER: (Document.RECEIPT,),
    Preset.FILING: (Document.AUTHORITY_TO_ACT,),
    Preset.ARCHIVE: (Document.REMINDER, Document.RECEIPT),
}
"""What a preset offers without its tick."""
_MAKERS: Final[dict[Document, Callable[[Voice], list[Flowable]]]] = {
    Document.WORKER_SUMMARY: worker.summary,
    Document.BILINGUAL_SUMMARY: bilingual.summary,
    Document.NEXT_STEPS: worker.next_steps,
    Document.REMINDER: worker.reminder,
    Document.RECEIPT: slips.receipt,
    Document.STATEMENT: statement.statement,
    Document.CHRONOLOGY: record.chronology,
    Document.VIOLATIONS: worksheet.violations,
    Document.CALCULATION: worksheet.calculation,
    Document.EVIDENCE_INDEX: record.evidence_index,
    Document.EMPLOYER_NOTICE: letters.notice,
    Document.EMPLOYER_DEMAND: letters.demand,
    Document.CONSENT: slips.consent,
}


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """One paper that may be in a packet. `title` and `why_not` are message ids; `why_not` is "" when allowed.

    `chosen` papers are printed unless someone takes them out; the others only when someone asks.
    """

    document: Document
    title: str
    allowed: bool
    why_not: str
    chosen: bool


def plan(source: PacketSource) -> tuple[PlannedDocument, ...]:
    """Return the papers that were asked for, in binding order, each allowed or with the reason why not."""
    if source.documents is not None:
        return tuple(_planned(source, document) for document in Document if document in source.documents)
    offered = [document for document in OFFERED[source.preset] if _is_possible(source, document)]
    return tuple(_planned(source, document) for document in Document if document in offered)


def render(source: PacketSource) -> bytes:
    """Return the packet as PDF; the same source gives the same bytes.

    A preset leaves out what is not allowed. InputError when a paper that was chosen by name is not
    allowed, or when nothing is left to print.
    """
    return bind(_bound(source), source.paper, _marks(source)).pdf


def sheet_count(source: PacketSource) -> int:
    """Return how many sheets the packet takes, printed on one side. Errors are those of `render`."""
    return lay_out(_bound(source), source.paper, _marks(source)).pages


def _planned(source: PacketSource, document: Document) -> PlannedDocument:
    why_not = _why_not(source, document)
    chosen = not why_not and (source.documents is not None or _is_usual(source, document))
    return PlannedDocument(document, TITLES[document], not why_not, why_not, chosen)


def _is_possible(source: PacketSource, document: Document) -> bool:
    """Say whether a paper can exist at all for this place and these languages."""
    if document is Document.BILINGUAL_SUMMARY:
        return bilingual.is_bilingual(voice(source))
    return document not in FORMS or form_of(source.case.place, document) is not None


def _is_usual(source: PacketSource, document: Document) -> bool:
    """Say whether a paper is ticked at first: by its preset, by the case's routes, and by a hidden name."""
    hidden = source.case.section("worker").yes("keep_hidden")
    form = form_of(source.case.place, document) if document in FORMS else None
    if form is not None and form.routes:
        return any(route.id in form.routes for route in source.assessment.routes)
    if document in {Document.WORKER_SUMMARY, Document.BILINGUAL_SUMMARY}:
        return bilingual.is_bilingual(voice(source)) is (document is Document.BILINGUAL_SUMMARY)
    if source.preset is Preset.WORKER and document in {Document.NEXT_STEPS, Document.REMINDER}:
        return hidden is (document is Document.REMINDER)
    return form is None and document not in _SELDOM[source.preset]


def _why_not(source: PacketSource, document: Document) -> str:
    match document:
        case Document.EMPLOYER_DEMAND:
            return _why_no_demand(source)
        case Document.EMPLOYER_NOTICE if not source.assessment.text("employer_notice"):
            return N_("The rule book of this place has no text for this notice.")
        case Document.BILINGUAL_SUMMARY if not bilingual.is_bilingual(voice(source)):
            return N_("The papers are in the official language already.")
        case Document.EVIDENCE_INDEX if not source.case.rows("evidence"):
            return N_("No evidence was noted yet.")
        case _ if document in FORMS:
            return _why_no_form(source, document)
        case _:
            return ""


def _why_no_form(source: PacketSource, document: Document) -> str:
    if form_of(source.case.place, document) is None:
        return N_("There is no form of this kind for this place.")
    if source.case.section("consent").get("share_with_authority") == "no" and document is not Document.AUTHORITY_TO_ACT:
        return N_("The worker said no to giving papers to the authority.")
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
    chosen = [paper.document for paper in planned if paper.chosen]
    if not chosen:
        raise InputError("documents", N_("no paper was chosen"), ", ".join(d.value for d in Document))
    v = voice(source)
    has_cover = Document.COVER in chosen
    bound = [_paper(v, document, _section(v, document) if has_cover else "") for document in chosen]
    if has_cover:
        # The cover is the first paper of those that have one.
        listed = [Entry(key_of(at), each.title, each.section) for at, each in enumerate(bound) if at]
        bound[0] = replace(bound[0], make=lambda: cover.cover(v, listed, _authority(v, chosen)))
    return bound


def _paper(v: Voice, document: Document, section: str) -> Bound:
    title = v.w(TITLES[document])
    form = form_of(v.case.place, document) if document in FORMS else None
    if form is not None:
        return Bound(v.say(form.title), lambda: forms.form(v, form, document.value), section, name=document.value)
    make = _MAKERS.get(document, _nothing)
    return Bound(title, lambda: make(v), section, folds=document in _POCKET, name=document.value)


def _nothing(_v: Voice) -> list[Flowable]:
    return []


def _section(v: Voice, document: Document) -> str:
    return next((v.w(name) for name, inside in SECTIONS.items() if document in inside), "")


def _authority(v: Voice, chosen: list[Document]) -> str:
    """Return whom the bundle is for: that of its first form, else the first place to go to."""
    found = [form_of(v.case.place, document) for document in chosen if document in FORMS]
    for form in found:
        if form is not None:
            return v.say(form.to)
    return worker.where_to_go(v) if v.law.routes else ""


def _marks(source: PacketSource) -> Marks:
    v = voice(source)
    return Marks(
        folio=source.case.number,
        numbering=v.w("p. {page} / {pages}"),
        practice=v.w("PRACTICE") if source.case.practice else "",
        language=source.language,
        creator=f"labor-clinic {source.program_version}",
        title=v.w("Papers"),
        sealed=True,
    )
