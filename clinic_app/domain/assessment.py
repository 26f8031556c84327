"""What the law check says of a case: findings, amounts with their working, deadlines, red flags.

Texts are in every language of the rule book; whoever shows them picks one. Amounts are Decimals
rounded half up to the cent; `low` and `high` differ when an input is a range.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from clinic_app.domain.values import Text


class Status(enum.Enum):
    """How sure a finding is."""

    LIKELY = "likely"
    NEEDS_ANSWER = "needs_answer"
    NOT_FOUND = "not_found"
    SEE_LAWYER = "see_lawyer"


class Confidence(enum.Enum):
    """How well the source of a rule or value is known; LOW is to be confirmed by a lawyer."""

    HIGH = "HIGH"
    MED = "MED"
    LOW = "LOW"


@dataclass(frozen=True, slots=True)
class Because:
    """One fact that led to a finding: its path ("answers.written_notice") and "because you said …"."""

    path: str
    text: Text


@dataclass(frozen=True, slots=True)
class Missing:
    """One fact that would settle a finding: its path and the question to ask."""

    path: str
    question: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One possible violation. `says` is the rule in plain words, `evidence` what supports it."""

    rule: str
    status: Status
    title: Text
    says: Text
    cite: str
    because: tuple[Because, ...]
    missing: tuple[Missing, ...]
    confidence: Confidence = Confidence.HIGH
    evidence: tuple[str, ...] = ()
    employer_must_hold: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    amounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a working: what is computed, the arithmetic with values put in, the result.

    `source` names the parameter's validity and publication where the step used one.
    """

    step: str
    label: Text
    expression: str
    value: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """One line of money that may be owed, gross."""

    item: str
    label: Text
    cite: str
    currency: str
    low: Decimal
    high: Decimal
    working: tuple[Step, ...]
    in_total: bool = True
    confidence: Confidence = Confidence.HIGH
    notes: tuple[Text, ...] = ()
    evidence: tuple[str, ...] = ()
    employer_must_hold: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class NotComputed:
    """An amount that was not computed, and why: what is missing, or why it is not owed now."""

    item: str
    label: Text
    cite: str
    why: Text
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock. `safe_date` is what people are told; `latest_arguable` is for lawyers only.

    `working` tells the counting day by day, in words. `passed` when the safe date lies before as_of.
    `covers` names the amounts that are lost when it runs out.
    """

    action: str
    label: Text
    cite: str
    deadline: dt.date
    safe_date: dt.date
    latest_arguable: dt.date
    working: tuple[Step, ...]
    note: Text
    what_to_do: Text
    passed: bool = False
    confidence: Confidence = Confidence.HIGH
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Something that stops the ordinary flow. `blocks_named_letter` bars a named employer letter."""

    id: str
    title: Text
    what_to_do: Text
    cite: str = ""
    because: tuple[Because, ...] = ()
    blocks_named_letter: bool = True


@dataclass(frozen=True, slots=True)
class Stale:
    """A parameter used past its expected change, with the value used."""

    parameter: str
    title: Text
    value: str
    since: dt.date


@dataclass(frozen=True, slots=True)
class ParameterUsed:
    """A legal value that an amount used: the value, its validity and its publication."""

    parameter: str
    title: Text
    value: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Route:
    """Where to go: an authority, what it does, what it asks for."""

    id: str
    name: Text
    what: Text
    bring: Text
    contact: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole law check of one case on one day, with the version of the rule book used."""

    place: str
    rules_version: str
    as_of: dt.date
    currency: str
    findings: tuple[Finding, ...]
    amounts: tuple[Amount, ...]
    total_low: Decimal
    total_high: Decimal
    deadlines: tuple[Deadline, ...]
    red_flags: tuple[RedFlag, ...]
    stale: tuple[Stale, ...]
    not_computed: tuple[NotComputed, ...] = ()
    parameters: tuple[ParameterUsed, ...] = ()
    routes: tuple[Route, ...] = ()
    texts: tuple[tuple[str, Text], ...] = ()
    """Fixed texts of the rule book for papers, by id (employer_notice, gross_note, …)."""
    private: tuple[str, ...] = ()
    """Paths of the answers that were given in private: no paper asks for them or repeats them."""

    def in_groups(self) -> dict[str, tuple[Finding, ...]]:
        """Return the findings in the three groups people see; "see a lawyer" stands with likely."""
        return {
            "likely": tuple(f for f in self.findings if f.status in (Status.LIKELY, Status.SEE_LAWYER)),
            "needs_answer": tuple(f for f in self.findings if f.status is Status.NEEDS_ANSWER),
            "not_found": tuple(f for f in self.findings if f.status is Status.NOT_FOUND),
        }

    @property
    def next_questions(self) -> tuple[Missing, ...]:
        """The facts that are still missing, those that settle most findings, amounts and clocks first."""
        entries = [*(finding.missing for finding in self.findings), *(entry.missing for entry in self.not_computed)]
        counts = Counter(missing.path for missing_ones in entries for missing in missing_ones)
        questions = {missing.path: missing for missing_ones in entries for missing in missing_ones}
        return tuple(questions[path] for path, _ in counts.most_common())

    @property
    def next_deadline(self) -> Deadline | None:
        """The clock whose safe date comes first among those not passed; else the earliest of all."""
        coming = [d for d in self.deadlines if not d.passed] or list(self.deadlines)
        return min(coming, key=lambda d: d.safe_date, default=None)

    def text(self, text_id: str) -> Text:
        """Return a fixed text of the book by id; empty when the book has none."""
        return dict(self.texts).get(text_id, {})
