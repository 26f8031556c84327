"""The packet's one frozen source: everything a paper prints, gathered before anything is drawn."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.differences import Difference
from clinic_app.domain.exhibits import Exhibit
from clinic_app.domain.fields import Label
from clinic_app.domain.values import Text


class Preset(enum.Enum):
    """What is printed together."""

    WORKER = "worker"
    FILING = "filing"
    ARCHIVE = "archive"


class Paper(enum.Enum):
    """Sheet sizes. Layout stays inside a safe box of 170 × 245 mm, so it is never scaled."""

    LETTER = "letter"
    A4 = "a4"
    OFICIO = "oficio"


class Document(enum.Enum):
    """The papers of a packet, in the order in which they are bound."""

    COVER = "cover"  # checklist, index and seal
    WORKER_SUMMARY = "worker_summary"
    BILINGUAL_SUMMARY = "bilingual_summary"  # the summary in the worker's language beside the official one
    NEXT_STEPS = "next_steps"
    REMINDER = "reminder"  # the next date without a word that tells what it is about
    RECEIPT = "receipt"
    CONCILIATION_REQUEST = "conciliation_request"
    INSPECTION_COMPLAINT = "inspection_complaint"
    REASONS_REQUEST = "reasons_request"
    COURT_CLAIM = "court_claim"
    STATEMENT = "statement"
    CHRONOLOGY = "chronology"
    VIOLATIONS = "violations"
    CALCULATION = "calculation"
    EVIDENCE_INDEX = "evidence_index"
    EXHIBITS = "exhibits"  # the evidence itself, a paper each
    WITNESSES_FILING = "witnesses_filing"  # without contacts; a name only when the witness agreed
    EMPLOYER_NOTICE = "employer_notice"  # rights notice without names
    EMPLOYER_DEMAND = "employer_demand"  # signed demand, only with consent and no red flag
    CONSENT = "consent"
    AUTHORITY_TO_ACT = "authority_to_act"
    WITNESSES_INTERNAL = "witnesses_internal"  # with contacts; for the clinic's own archive alone


FORMS = (
    Document.CONCILIATION_REQUEST,
    Document.INSPECTION_COMPLAINT,
    Document.REASONS_REQUEST,
    Document.COURT_CLAIM,
    Document.AUTHORITY_TO_ACT,
)
"""The papers whose fields each place gives in a file: resources/forms/<place>-<document>.yaml."""


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """One paper of a bundle that was made: a document's name or "exhibit.NUMBER", and its pages."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a bundle held, so that what comes later can go on from it.

    `exhibits` gives the number of each piece of evidence by the id of its row. A bundle that itself was
    added later holds also what the bundles before it held; `after` is the code of the first of them.
    """

    on: dt.date
    papers: tuple[HeldPaper, ...]
    exhibits: Mapping[str, int]
    pages: int
    codes: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A packet that was made: one PDF a volume, and what it holds."""

    volumes: tuple[bytes, ...]
    held: Held


@dataclass(frozen=True, slots=True)
class PacketSource:
    """All that a packet is made of. The same source gives the same bytes.

    `questions` gives the words of the rule book's questions by id. `prepared_on` is a day, never
    the clock. `prepared_by` is a user's name, printed on papers that stay in the clinic only.
    """

    case: CaseFile
    assessment: Assessment
    preset: Preset
    paper: Paper
    language: str
    prepared_on: dt.date
    clinic_name: str
    questions: Mapping[str, Text]
    program_version: str
    documents: tuple[Document, ...] | None = None
    """A choice of papers; None prints what the preset holds."""
    official: str = ""
    """The language of the place's authorities; "" when it is not known."""
    exhibits: tuple[Exhibit, ...] = ()
    """The files of the evidence, in the order in which they were added. Read one at a time, when printed."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The numbers that pieces of evidence have on papers already printed, by the id of their row."""
    after: Held | None = None
    """The bundle that was handed over before: what is printed now goes on behind it, as section G."""
    differences: tuple[Difference, ...] = ()
    """Facts of which two records say different things; the assessment is the safest of them."""
    sheet_height: int | None = None
    """Millimetres of an oficio sheet as one printer takes it; None for the usual height."""


def exhibit_numbers(rows: Sequence[Record], printed: Mapping[str, int]) -> tuple[int, ...]:
    """Return the number of each piece of evidence: the one that was printed, else the next free ones by date.

    What has no date comes last. A number once printed is never given to anything else.
    """
    last = max(printed.values(), default=0)
    new = [at for at, row in enumerate(rows) if row.id not in printed]
    new.sort(key=lambda at: (_first_day(rows[at]), at))
    given = {at: last + place for place, at in enumerate(new, start=1)}
    return tuple(given.get(at) or printed[row.id] for at, row in enumerate(rows))


def _first_day(row: Record) -> dt.date:
    date = row.date("date")
    return (date.first if date else None) or dt.date.max


@dataclass(frozen=True, slots=True)
class ReadyPoint:
    """One of the nine questions before a claim is filed. `missing` is "" when it is answered; message ids."""

    question: str
    missing: str

    @property
    def met(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class ReadyClaim:
    """One claim with its nine points, always in the same order."""

    title: Label
    cite: str
    points: tuple[ReadyPoint, ...]

    @property
    def ready(self) -> bool:
        """Whether all nine are answered."""
        return all(point.met for point in self.points)
