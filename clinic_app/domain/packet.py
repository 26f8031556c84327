"""The packet's one frozen source: everything a paper prints, gathered before anything is drawn."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile
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

    WORKER_SUMMARY = "worker_summary"
    NEXT_STEPS = "next_steps"
    EMPLOYER_NOTICE = "employer_notice"  # rights notice without names
    EMPLOYER_DEMAND = "employer_demand"  # signed demand, only with consent and no red flag
    STATEMENT = "statement"
    VIOLATIONS = "violations"
    CALCULATION = "calculation"


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
