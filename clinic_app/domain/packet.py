"""The packet's one frozen source: everything a paper prints, gathered before anything is drawn."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
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
    EMPLOYER_NOTICE = "employer_notice"  # rights notice without names
    EMPLOYER_DEMAND = "employer_demand"  # signed demand, only with consent and no red flag
    CONSENT = "consent"
    AUTHORITY_TO_ACT = "authority_to_act"


FORMS = (
    Document.CONCILIATION_REQUEST,
    Document.INSPECTION_COMPLAINT,
    Document.REASONS_REQUEST,
    Document.COURT_CLAIM,
    Document.AUTHORITY_TO_ACT,
)
"""The papers whose fields each place gives in a file: resources/forms/<place>-<document>.yaml."""


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
