"""What is claimed in a case: a row of the table of violations, with its evidence and its clock.

Only what the law check found is a claim; nothing is added here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from clinic_app.documents.voice import Voice
from clinic_app.domain.assessment import Amount, Because, Confidence, Finding, Status
from clinic_app.domain.values import Text


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the table of violations: a finding with its amounts, or an amount without a finding.

    `id` is that of the finding, or of the amount.
    """

    id: str
    title: str
    cite: str
    because: tuple[Because, ...]
    evidence: tuple[str, ...]
    employer_must_hold: tuple[Text, ...]
    amounts: tuple[Amount, ...]
    clocks: frozenset[str]
    confidence: Confidence
    for_lawyer: bool = False
    without_sum: tuple[str, ...] = ()
    """Amounts that belong to the claim and could not be computed."""


def claims(v: Voice) -> tuple[Claim, ...]:
    """Return what is claimed: every likely finding, then every counted amount that no finding carries."""
    found = v.law.in_groups()["likely"]
    carried = {item for finding in found for item in finding.amounts}
    alone = [amount for amount in v.law.amounts if amount.in_total and amount.item not in carried]
    return (*(_claim_of_finding(v, finding) for finding in found), *(_claim_of_amount(v, amount) for amount in alone))


def own_last_day(v: Voice, claim: Claim) -> dt.date | None:
    """Return the safe date of the claim's own clock, the first when it has several; None without one."""
    # A clock that runs once a year, or once a hearing, ends its name in that number.
    own = (d.safe_date for d in v.law.deadlines if {d.action, _unnumbered(d.action), *d.covers} & claim.clocks)
    return min(own, default=None)


def evidence_numbers(v: Voice, claim: Claim) -> tuple[int, ...]:
    """Return the numbers of the evidence in hand that supports a claim."""
    return tuple(number for number, row in v.evidence if row.text("kind") in claim.evidence)


def _claim_of_finding(v: Voice, finding: Finding) -> Claim:
    return Claim(
        id=finding.rule,
        title=v.say(finding.title),
        cite=finding.cite,
        because=finding.because,
        evidence=finding.evidence,
        employer_must_hold=finding.employer_must_hold,
        amounts=tuple(amount for amount in v.law.amounts if amount.item in finding.amounts),
        clocks=frozenset({finding.rule, *finding.amounts}),
        confidence=finding.confidence,
        for_lawyer=finding.status is Status.SEE_LAWYER,
        without_sum=tuple(item.item for item in v.law.not_computed if item.item in finding.amounts),
    )


def _claim_of_amount(v: Voice, amount: Amount) -> Claim:
    return Claim(
        id=amount.item,
        title=v.say(amount.label),
        cite=amount.cite,
        because=(),
        evidence=amount.evidence,
        employer_must_hold=amount.employer_must_hold,
        amounts=(amount,),
        clocks=frozenset({amount.item}),
        confidence=amount.confidence,
    )


def _unnumbered(action: str) -> str:
    return re.sub(r"_\d+$", "", action)
