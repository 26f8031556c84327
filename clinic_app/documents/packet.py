"""One frozen source to one PDF: which papers are allowed, in which order, with one numbering.

The gates hold here: a paper that may not be made is planned with the reason and never drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from reportlab.platypus import Flowable

from clinic_app.documents import (
    bilingual,
    cover,
    exhibits,
    forms,
    late,
    letters,
    record,
    seal,
    slips,
    statement,
    witnesses,
    worker,
    worksheet,
)
from clinic_app.documents.binding import Bound, Bundle, Marks, Progress, Seen, bind, key_of, lay_out
from clinic_app.documents.claims import claims
from clinic_app.documents.cover import Entry
from clinic_app.documents.design import sheet
from clinic_app.documents.form_file import form_of
from clinic_app.documents.voice import Voice, voice
from clinic_app.domain.packet import FORMS, Document, Held, HeldPaper, Made, PacketSource, Preset
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
    Document.EXHIBITS: N_("Exhibits"),
    Document.WITNESSES_FILING: N_("Witnesses"),
    Document.EMPLOYER_NOTICE: N_("Notice about rights"),
    Document.EMPLOYER_DEMAND: N_("Letter to the employer"),
    Document.CONSENT: N_("What I agree to"),
    Document.AUTHORITY_TO_ACT: N_("Authority to act for me"),
    Document.WITNESSES_INTERNAL: N_("Witnesses, for the clinic only"),
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
        Document.EXHIBITS,
        Document.WITNESSES_FILING,
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
    N_("D · Evidence"): (Document.EVIDENCE_INDEX, Document.EXHIBITS, Document.WITNESSES_FILING),
    N_("E · Letters"): (Document.EMPLOYER_NOTICE, Document.EMPLOYER_DEMAND),
    N_("F · Consent and authority"): (Document.CONSENT, Document.AUTHORITY_TO_ACT),
}
"""The sections of a bundle that has a cover. What comes late goes behind them, as section G (`late`)."""
MOST_SHEETS: Final = 150
"""A filing copy with more is cut into volumes: no rural stapler takes it."""

_COVER: Final = Document.COVER
_POCKET: Final = (Document.NEXT_STEPS, Document.REMINDER)
_UNNUMBERED: Final = frozenset(OFFERED[Preset.WORKER])
"""Papers on which pieces of evidence have no number."""
_SELDOM: Final = {
    Preset.WORKER: (Document.RECEIPT, Document.EMPLOYER_NOTICE),
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
    Document.WITNESSES_FILING: witnesses.filing,
    Document.WITNESSES_INTERNAL: witnesses.internal,
    Document.EMPLOYER_NOTICE: letters.notice,
    Document.EMPLOYER_DEMAND: letters.demand,
    Document.CONSENT: slips.consent,
}


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """One paper that may be in a packet. `title` and `why_not` are message ids; `why_not` is "" when allowed.

    `chosen` papers are printed unless someone takes them out; the others only when someone asks.
    `note` (a message id) says what is still missing before an allowed paper is handed over; "" when nothing is.
    """

    document: Document
    title: str
    allowed: bool
    why_not: str
    chosen: bool
    note: str = ""


def plan(source: PacketSource) -> tuple[PlannedDocument, ...]:
    """Return the papers that were asked for, in binding order, each allowed or with the reason why not."""
    if source.documents is not None:
        return tuple(_planned(source, document) for document in Document if document in source.documents)
    offered = [document for document in OFFERED[source.preset] if _is_possible(source, document)]
    return tuple(_planned(source, document) for document in Document if document in offered)


def render(source: PacketSource) -> bytes:
    """Return the packet as one PDF, however thick; the same source gives the same bytes.

    A preset leaves out what is not allowed. InputError when a paper that was chosen by name is not
    allowed, or when nothing is left to print.
    """
    return _draw(source, _bound(source), _marks(source)).pdf


def make(source: PacketSource, progress: Progress | None = None) -> Made:
    """Return the packet, a filing copy cut into volumes where it is too thick, and what it holds.

    Errors are those of `render`.
    """
    v = voice(source)
    bound = _bound(source)
    entries = _entries(bound)
    marks = replace(_marks(source), most=MOST_SHEETS if source.preset is Preset.FILING else 0)

    def index(number: int) -> Bound:
        return Bound(v.w("Volume {number}", number=number), lambda: cover.volume_index(v, number, entries))

    bundle = _draw(source, bound, marks, index, progress)
    return Made(bundle.volumes, _held(v, bundle.seen, tuple(seal.read_code(pdf) for pdf in bundle.volumes)))


def sheet_count(source: PacketSource) -> int:
    """Return how many sheets the packet takes, printed on one side. Errors are those of `render`."""
    seen = lay_out(_bound(source), source.paper, _marks(source))
    return seen.pages - (source.after.pages if source.after else 0)


def page_counts(source: PacketSource, documents: Sequence[Document]) -> dict[Document, int]:
    """Return how many pages each of these papers takes by itself; the cover with all of them listed."""
    v = voice(source)
    made = [(document, bound) for document in documents for bound in _papers(v, document, "")]
    bound = [each for _document, each in made]
    if Document.COVER in documents:
        entries = zip(_entries(bound), made, strict=True)
        listed = [entry for entry, (document, _each) in entries if document is not _COVER]
        at = next(at for at, (document, _each) in enumerate(made) if document is _COVER)
        bound[at] = replace(bound[at], make=lambda: cover.cover(v, listed, ""))
    seen = lay_out(bound, source.paper, _marks(source))
    counts = dict.fromkeys(documents, 0)
    for (document, _each), paper in zip(made, seen.papers, strict=True):
        counts[document] += paper.last - paper.first + 1
    return counts


def volumes_of(source: PacketSource, pages: Sequence[int]) -> int:
    """Return into how many volumes papers with so many pages are cut, each new one with its index in front."""
    if source.preset is not Preset.FILING:
        return 1
    volumes, thick = 1, 0
    for more in pages:
        if thick and thick + more > MOST_SHEETS:
            volumes, thick = volumes + 1, 1
        thick += more
    return volumes


def _planned(source: PacketSource, document: Document) -> PlannedDocument:
    why_not = _why_not(source, document)
    usual = _is_usual(source, document) and _is_new(source, document)
    chosen = not why_not and (source.documents is not None or usual)
    note = "" if why_not else _note(source, document)
    return PlannedDocument(document, TITLES[document], not why_not, why_not, chosen, note)


def _is_possible(source: PacketSource, document: Document) -> bool:
    """Say whether a paper can exist at all for this place and these languages."""
    if document is Document.COVER and source.after is not None:
        return False  # what is added later has an index of its own
    if document is Document.EXHIBITS:
        return exhibits.any_noted(voice(source))
    if document is Document.BILINGUAL_SUMMARY:
        return bilingual.is_bilingual(voice(source))
    return document not in FORMS or form_of(source.case.place, document) is not None


def _is_usual(source: PacketSource, document: Document) -> bool:
    """Say whether a paper is ticked at first: by its preset, by the case's routes, and by a hidden name."""
    hidden = source.case.section("worker").yes("keep_hidden")
    form = form_of(source.case.place, document) if document in FORMS else None
    if form is not None and form.routes:
        claimed = claims(voice(source))
        decides = not claimed or any(form.decides(claim.id) for claim in claimed)
        return decides and any(route.id in form.routes for route in source.assessment.routes)
    if document in {Document.WORKER_SUMMARY, Document.BILINGUAL_SUMMARY}:
        return bilingual.is_bilingual(voice(source)) is (document is Document.BILINGUAL_SUMMARY)
    if source.preset is Preset.WORKER and document in {Document.NEXT_STEPS, Document.REMINDER}:
        return hidden is (document is Document.REMINDER)
    return form is None and document not in _SELDOM[source.preset]


def _is_new(source: PacketSource, document: Document) -> bool:
    """Say whether a paper is not yet in the bundle that was handed over before."""
    if source.after is None:
        return True
    if document in {Document.EVIDENCE_INDEX, Document.EXHIBITS}:
        return bool(voice(source).new_evidence)
    return document.value not in {paper.name for paper in source.after.papers}


def _note(source: PacketSource, document: Document) -> str:
    # The worker may sign and file in person what the clinic may not hand over: the signature is the consent.
    # So a question that was not asked yet is said and does not bar; a no does.
    tells = source.preset is Preset.FILING and document in {Document.COVER, *FORMS}
    if tells and not voice(source).agreed("share_with_authority"):
        return N_("The worker has not yet agreed that the clinic gives it away. The worker can sign and file it.")
    return ""


def _why_not(source: PacketSource, document: Document) -> str:
    if source.preset is Preset.FILING and document is not Document.AUTHORITY_TO_ACT and _said_no(source):
        return N_("The worker said no to giving papers to the authority.")
    match document:
        case Document.EMPLOYER_DEMAND:
            return _why_no_demand(source)
        case Document.EMPLOYER_NOTICE if not source.assessment.text("employer_notice"):
            return N_("The rule book of this place has no text for this notice.")
        case Document.BILINGUAL_SUMMARY if not bilingual.is_bilingual(voice(source)):
            return N_("The papers are in the official language already.")
        case Document.EVIDENCE_INDEX | Document.EXHIBITS:
            return _why_no_evidence(source, document)
        case Document.WITNESSES_FILING | Document.WITNESSES_INTERNAL:
            return _why_no_witnesses(source, document)
        case _ if document in FORMS:
            return _why_no_form(source, document)
        case _:
            return ""


def _why_no_evidence(source: PacketSource, document: Document) -> str:
    if not source.case.rows("evidence"):
        return N_("No evidence was noted yet.")
    return exhibits.why_none(voice(source)) if document is Document.EXHIBITS else ""


def _why_no_form(source: PacketSource, document: Document) -> str:
    if form_of(source.case.place, document) is None:
        return N_("There is no form of this kind for this place.")
    if _said_no(source) and document is not Document.AUTHORITY_TO_ACT:
        return N_("The worker said no to giving papers to the authority.")
    return ""


def _why_no_witnesses(source: PacketSource, document: Document) -> str:
    if not source.case.rows("witnesses"):
        return N_("No witness was noted yet.")
    if document is Document.WITNESSES_INTERNAL and source.preset is not Preset.ARCHIVE:
        return N_("Only for the clinic's own archive: it tells how to reach people who may be in danger.")
    if document is Document.WITNESSES_FILING and not witnesses.for_authority(voice(source)):
        return N_("No witness was noted of whom the authority may know.")
    return ""


def _said_no(source: PacketSource) -> bool:
    return source.case.section("consent").get("share_with_authority") == "no"


def _why_no_demand(source: PacketSource) -> str:
    v = voice(source)
    if source.case.section("worker").yes("keep_hidden"):
        return N_("The worker's name is to stay hidden.")
    if not v.agreed("contact_employer"):
        return N_("The worker has not agreed that we contact the employer.")
    if not v.agreed("show_name"):
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
    if not chosen and source.documents is None:
        # A preset of which nothing may be printed says why, not that nothing was chosen.
        why_not = next((paper.why_not for paper in planned if paper.why_not), "")
        if source.after is not None and any(paper.allowed for paper in planned):
            why_not = N_("nothing new was added since those papers were handed over")
        raise InputError("documents", why_not or N_("no paper was chosen"))
    if not chosen:
        raise InputError("documents", N_("no paper was chosen"), ", ".join(d.value for d in Document))
    v = voice(source)
    if source.after is not None:
        return _bound_late(v, source.after, chosen)
    has_cover = Document.COVER in chosen
    bound = [each for document in chosen for each in _papers(v, document, _section(v, document) if has_cover else "")]
    if has_cover:
        # The cover is the first paper of those that have one.
        listed = _entries(bound)[1:]
        bound[0] = replace(bound[0], make=lambda: cover.cover(v, listed, _authority(v, chosen)))
    return bound


def _bound_late(v: Voice, after: Held, chosen: list[Document]) -> list[Bound]:
    section = v.w(late.SECTION)
    bound = [Bound(v.w("Added later: index"), list, section)]
    bound += [each for document in chosen for each in _papers(v, document, section)]
    listed = _entries(bound)[1:]
    bound[0] = replace(bound[0], make=lambda: late.index(v, after, listed, _authority(v, chosen)))
    return bound


def _entries(bound: Sequence[Bound]) -> list[Entry]:
    return [Entry(key_of(at), each.title, each.section) for at, each in enumerate(bound)]


def _held(v: Voice, seen: Seen, codes: tuple[str, ...]) -> Held:
    after = v.source.after
    papers = tuple(HeldPaper(each.name, each.first, each.last) for each in seen.papers if each.name)
    numbered = any(each.name not in {document.value for document in _UNNUMBERED} for each in papers)
    exhibits = {row.id: number for number, row in v.evidence if row.id} if numbered else {}
    if after is not None:
        papers, exhibits = (*after.papers, *papers), {**after.exhibits, **exhibits}
    first = (after.after or after.codes[0]) if after is not None and (after.after or after.codes) else ""
    return Held(v.source.prepared_on, papers, exhibits, seen.pages, codes, first)


def _draw(
    source: PacketSource,
    bound: list[Bound],
    marks: Marks,
    index: Callable[[int], Bound] | None = None,
    progress: Progress | None = None,
) -> Bundle:
    """Bind the papers, and put the pages of the exhibits in when all is laid out."""
    waiting = exhibits.waiting(voice(source))
    steps, total = count(len(bound) + 1), len(bound) + len(waiting)
    tell = progress or (lambda _done, _total: None)

    def fill(pdf: bytes, places: Mapping[str, int]) -> bytes:
        plates = exhibits.by_page(waiting, places)
        return exhibits.fill(pdf, sheet(source.paper), plates, lambda: tell(next(steps), total))

    return bind(bound, source.paper, marks, index=index, progress=lambda done, _total: tell(done, total), fill=fill)


def _papers(v: Voice, document: Document, section: str) -> list[Bound]:
    """Return the papers of a document: one, or one for each exhibit."""
    if document is Document.EXHIBITS:
        return exhibits.bound(v, sheet(v.source.paper), section)
    return [_paper(v, document, section)]


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
        first=source.after.pages + 1 if source.after else 1,
        sheet_mm=source.sheet_height,
    )
