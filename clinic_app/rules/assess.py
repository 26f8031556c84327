"""The law check of one case on one day: facts and a rule book in, an assessment out.

Nothing here reads the clock, the disk or the screen's language: the same case, book and day give
the same assessment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from clinic_app.domain.assessment import Amount, Assessment, NotComputed, ParameterUsed, Stale
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.fields import Field
from clinic_app.domain.values import Text
from clinic_app.rules.amounts import Line, compute
from clinic_app.rules.book import ANSWERS, RuleBook
from clinic_app.rules.deadlines import clocks
from clinic_app.rules.facts import facts_of
from clinic_app.rules.logic import EvaluationError
from clinic_app.rules.reading import BookError, Problem
from clinic_app.rules.scope import Use
from clinic_app.rules.screening import asked, findings, red_flags, routes, texts
from clinic_app.rules.spread import Spread
from clinic_app.rules.trace import show


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions of the book that are asked together, those only that matter for the case now."""

    id: str
    title: Text
    fields: tuple[Field, ...]


def assess(book: RuleBook, case: CaseFile, as_of: dt.date) -> Assessment:
    """Return everything that the book says of the case on the day."""
    facts = facts_of(case)
    spread = Spread(book, facts, as_of)
    entry = "amounts"
    try:
        lines = []
        for rule in book.amounts:
            entry = f"amounts.{rule.id}"
            lines.append(compute(rule, spread))
        clocked = []
        for deadline in book.deadlines:
            entry = f"deadlines.{deadline.id}"
            clocked.append(clocks(deadline, spread))
        entry = "findings"
        found, flags = findings(spread, facts), red_flags(spread, facts)
        entry = "routes, texts"
        places, words = routes(spread), texts(spread)
    except EvaluationError as error:
        raise BookError(book.place, (Problem(book.place, 0, entry, str(error)),)) from error
    amounts = tuple(line.amount for line in lines if line.amount is not None)
    low, high = _totals(amounts)
    uses = tuple(dict.fromkeys(use for line in lines for use in line.uses))
    return Assessment(
        place=book.place,
        rules_version=book.version,
        as_of=as_of,
        currency=book.currency,
        findings=found,
        amounts=amounts,
        total_low=low,
        total_high=high,
        deadlines=tuple(sorted((d for pair in clocked for d in pair[0]), key=lambda d: d.safe_date)),
        red_flags=flags,
        stale=_stale(spread.base.stale),
        not_computed=_not_computed(lines, (n for pair in clocked for n in pair[1])),
        parameters=_parameters(uses),
        routes=places,
        texts=words,
        private=_private(book),
    )


def _private(book: RuleBook) -> tuple[str, ...]:
    """Return the paths of the answers that are given in private."""
    return tuple(f"{ANSWERS}.{q.field.id}" for group in book.groups if group.private for q in group.questions)


def questions_for(book: RuleBook, case: CaseFile, as_of: dt.date) -> tuple[QuestionGroup, ...]:
    """Return the questions to ask now, urgent groups first; a group without questions is left out."""
    spread = Spread(book, facts_of(case), as_of)
    groups = []
    for group in sorted(book.groups, key=lambda group: not group.urgent):
        fields = tuple(q.field for q in group.questions if asked(q.ask_when, spread, q.field.id))
        if fields:
            groups.append(QuestionGroup(group.id, group.title, fields))
    return tuple(groups)


def _totals(amounts: tuple[Amount, ...]) -> tuple[Decimal, Decimal]:
    """Add the rounded lines that count."""
    counted = [amount for amount in amounts if amount.in_total]
    nothing = Decimal("0.00")
    return sum((a.low for a in counted), nothing), sum((a.high for a in counted), nothing)


def _not_computed(lines: list[Line], clocked: Iterable[NotComputed]) -> tuple[NotComputed, ...]:
    return (*(entry for line in lines for entry in line.not_computed), *clocked)


def _stale(uses: Iterable[Use]) -> tuple[Stale, ...]:
    found = {
        (use.parameter.id, use.number): Stale(
            use.parameter.id, use.parameter.title, show(use.number, use.parameter.unit), use.stale_since
        )
        for use in uses
        if use.stale_since is not None
    }
    return tuple(found.values())


def _parameters(uses: tuple[Use, ...]) -> tuple[ParameterUsed, ...]:
    found = {
        (use.parameter.id, use.value.start, use.number): ParameterUsed(
            use.parameter.id,
            use.parameter.title,
            show(use.number, use.parameter.unit),
            use.value.start,
            use.value.end,
            use.value.source,
            use.value.confidence,
        )
        for use in uses
    }
    return tuple(found.values())
