"""The findings, red flags and routes of a case: each condition of the book by the logic of three values.

True in every possible case is likely, false in every one is not found, anything else needs an
answer and names the facts that would settle it.
"""

from __future__ import annotations

from clinic_app.domain.assessment import Finding, RedFlag, Route, Status
from clinic_app.domain.values import Text
from clinic_app.rules.amounts import notes_of
from clinic_app.rules.entries import FindingRule, FlagRule
from clinic_app.rules.expression import Expression
from clinic_app.rules.facts import Facts
from clinic_app.rules.logic import Unknown, as_condition, join
from clinic_app.rules.scope import Scope
from clinic_app.rules.spread import Spread
from clinic_app.rules.trace import because_of, missing_of


def findings(spread: Spread, facts: Facts) -> tuple[Finding, ...]:
    """Return every finding that applies to the case, in the order of the book."""
    found = (_finding(rule, spread, facts) for rule in spread.base.book.findings)
    return tuple(finding for finding in found if finding is not None)


def _finding(rule: FindingRule, spread: Spread, facts: Facts) -> Finding | None:
    entry = f"findings.{rule.id}"
    scopes = spread.scopes(entry)
    applies, _ = _truth(rule.applies_when, scopes, spread, entry)
    if applies is False:
        return None
    likely, touched = _truth(rule.likely_when, scopes, spread, entry)
    lawyer, more = _truth(rule.see_lawyer_when, scopes, spread, entry)
    missing = [value.missing for value in (likely, applies) if isinstance(value, Unknown)]
    status = _status(likely, lawyer)
    if isinstance(applies, Unknown) and status in (Status.LIKELY, Status.SEE_LAWYER):
        status = Status.NEEDS_ANSWER
    book = spread.base.book
    known = tuple(dict.fromkeys((*touched, *(more if status is Status.SEE_LAWYER else ()))))
    open_facts = frozenset().union(*missing) if status is Status.NEEDS_ANSWER else frozenset()
    return Finding(
        rule.id,
        status,
        rule.title,
        rule.says,
        rule.cite,
        because_of(book, facts, known),
        missing_of(book, open_facts),
        confidence=rule.confidence,
        evidence=rule.evidence,
        employer_must_hold=tuple(book.holdings[name] for name in rule.employer_must_hold),
        notes=notes_of(rule.notes, scopes[0]),
        amounts=rule.amounts,
    )


def _status(likely: bool | Unknown, lawyer: bool | Unknown) -> Status:  # noqa: FBT001 - truths, not switches
    if lawyer is True:
        return Status.SEE_LAWYER
    if isinstance(likely, Unknown):
        return Status.NEEDS_ANSWER
    return Status.LIKELY if likely else Status.NOT_FOUND


def _truth(
    condition: Expression, scopes: list[Scope], spread: Spread, entry: str
) -> tuple[bool | Unknown, tuple[str, ...]]:
    """Return a condition's truth over all possible cases, and the facts that led to it."""
    truths: list[bool | Unknown] = []
    touched: dict[str, None] = {}
    for scope in scopes:
        scope.restart()
        truths.append(as_condition(condition.run(scope)))
        touched.update(scope.touched)
    unknowns = [truth for truth in truths if isinstance(truth, Unknown)]
    if unknowns:
        return join(unknowns), tuple(touched)
    if len(set(truths)) == 1:
        return truths[0], tuple(touched)
    return Unknown(frozenset(spread.doubts(entry))), tuple(touched)


def red_flags(spread: Spread, facts: Facts) -> tuple[RedFlag, ...]:
    """Return the red flags that are true in some possible case: safety does not wait for certainty."""
    flags: list[RedFlag] = []
    for rule in spread.base.book.flags:
        flag = _flag(rule, spread, facts)
        if flag is not None:
            flags.append(flag)
    return tuple(flags)


def _flag(rule: FlagRule, spread: Spread, facts: Facts) -> RedFlag | None:
    for scope in spread.scopes(f"flags.{rule.id}"):
        scope.restart()
        if as_condition(rule.when.run(scope)) is True:
            because = because_of(scope.book, facts, scope.touched)
            return RedFlag(rule.id, rule.title, rule.what_to_do, rule.cite, because, rule.blocks_named_letter)
    return None


def routes(spread: Spread) -> tuple[Route, ...]:
    """Return the places to go; one whose condition is open is shown too."""
    shown = (r for r in spread.base.book.routes if _maybe(r.when, spread, f"routes.{r.id}"))
    return tuple(Route(r.id, r.name, r.what, r.bring, r.contact, r.cite) for r in shown)


def texts(spread: Spread) -> tuple[tuple[str, Text], ...]:
    """Return the fixed texts for the papers whose condition is not false."""
    return tuple((t.id, t.text) for t in spread.base.book.texts if _maybe(t.when, spread, f"texts.{t.id}"))


def _maybe(condition: Expression, spread: Spread, entry: str) -> bool:
    return _truth(condition, spread.scopes(entry), spread, entry)[0] is not False


def asked(condition: Expression, spread: Spread, question: str) -> bool:
    """Return whether a question is asked: when its condition is true, or not known yet."""
    return _maybe(condition, spread, f"questions.{question}")
