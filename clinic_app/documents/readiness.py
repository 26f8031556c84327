"""Whether a claim can be filed: nine questions, each answered or with what is missing in words.

Nine small boxes and never a percentage: eight of nine is not nearly ready when the ninth is the last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clinic_app.documents.claims import Claim, claims, evidence_numbers, own_last_day
from clinic_app.documents.statement import Fact, facts
from clinic_app.documents.voice import Voice
from clinic_app.domain.assessment import Confidence
from clinic_app.domain.packet import ReadyClaim, ReadyPoint
from clinic_app.words import N_

BOX: Final = ("☐", "☒")
"""What stands for a question that is open, and for one that is answered."""

_GROUP: Final = 3


def readiness(v: Voice) -> tuple[ReadyClaim, ...]:
    """Return every claim of the case with its nine points."""
    told = facts(v)
    return tuple(ReadyClaim(claim.title, claim.cite, points(v, claim, told)) for claim in claims(v))


def points(v: Voice, claim: Claim, told: Sequence[Fact]) -> tuple[ReadyPoint, ...]:
    """Return the nine points of one claim, in their fixed order; `told` is the statement of facts."""
    return (
        ReadyPoint(N_("Which right, in force on that day?"), _right(claim)),
        ReadyPoint(N_("Who can be cited, or at which place?"), _whom(v)),
        ReadyPoint(N_("Which facts, and when?"), _facts(v, claim, told)),
        ReadyPoint(N_("Which evidence, or which papers must the employer show?"), _evidence(v, claim)),
        ReadyPoint(N_("What is asked for, with its working?"), _remedy(claim)),
        ReadyPoint(N_("To which authority?"), _route(v)),
        ReadyPoint(N_("Is there still time?"), _time(v, claim)),
        ReadyPoint(N_("Did the worker agree to this step?"), _consent(v)),
        ReadyPoint(N_("May the one who files act for the worker?"), _authority(v)),
    )


def boxes(ready: tuple[ReadyPoint, ...]) -> str:
    """Return the nine points as nine small boxes in groups of three."""
    drawn = "".join(BOX[point.met] for point in ready)
    return " ".join(drawn[at : at + _GROUP] for at in range(0, len(drawn), _GROUP))


def open_numbers(ready: tuple[ReadyPoint, ...]) -> str:
    """Return the numbers of the open points: "5, 8"."""
    return ", ".join(str(number) for number, point in enumerate(ready, start=1) if not point.met)


def _right(claim: Claim) -> str:
    if not claim.cite:
        return N_("The rule has no article yet.")
    if claim.for_lawyer or claim.confidence is Confidence.LOW:
        return N_("A lawyer has to confirm the rule.")
    return ""


def _whom(v: Voice) -> str:
    for row in v.case.rows("employers"):
        if row.text("name") or row.text("trade_name") or row.text("place"):
            return ""
    return N_("Neither the employer's name nor the place of work is known.")


def _facts(v: Voice, claim: Claim, told: Sequence[Fact]) -> str:
    if claim.because and not any(fact.tells(because.path) for because in claim.because for fact in told):
        return N_("No paragraph of the statement tells the facts of this claim.")
    if not told:
        return N_("Nothing of the facts is written down.")
    job = v.case.section("job")
    dates = [job.date("start"), job.date("last_day"), *(row.date("date") for row in v.case.rows("events"))]
    return "" if any(dates) else N_("No date is known, not even about.")


def _evidence(v: Voice, claim: Claim) -> str:
    if evidence_numbers(v, claim) or claim.employer_must_hold:
        return ""
    return N_("No evidence is in hand, and no rule says that the employer must hold it.")


def _remedy(claim: Claim) -> str:
    if claim.amounts or not claim.without_sum:
        return ""
    return N_("The sum could not be computed: an answer is missing.")


def _route(v: Voice) -> str:
    return "" if v.law.routes else N_("The rule book names no authority for this case.")


def _time(v: Voice, claim: Claim) -> str:
    own = own_last_day(v, claim)
    first = v.law.next_deadline
    day = own or (first.safe_date if first else None)
    if day is None:
        return N_("No last day was found; a lawyer has to say whether there is still time.")
    if day < v.source.prepared_on:
        return N_("The safe day has passed. A lawyer decides.")
    return ""


def _consent(v: Voice) -> str:
    if v.agreed("share_with_authority"):
        return ""
    if v.case.section("consent").yes("share_with_authority"):
        return N_("The worker's agreement has run out. Ask again.")
    return N_("The worker has not yet agreed that the authority gets the papers.")


def _authority(v: Voice) -> str:
    if v.case.section("urgent").yes("under_18"):
        return N_("The worker is under 18: who acts for them has to be written down.")
    if v.hidden:
        return N_("The name is to stay hidden: someone else files, with a signed authority to act.")
    return ""
