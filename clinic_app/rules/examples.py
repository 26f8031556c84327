"""Worked examples beside the rules: runs each and says where the book's answer differs.

Amounts must agree to the cent and dates to the day; a difference is a value, never an exception.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import EMPTY_RECORD, CaseFile
from clinic_app.domain.intake_file import read_case
from clinic_app.domain.values import round_money
from clinic_app.errors import InputError
from clinic_app.rules.assess import assess
from clinic_app.rules.book import RuleBook
from clinic_app.rules.entries import Example
from clinic_app.rules.facts import facts_of
from clinic_app.rules.logic import EvaluationError, Value
from clinic_app.rules.scope import Scope
from clinic_app.rules.trace import show

NOT_THERE = "—"


@dataclass(frozen=True, slots=True)
class Difference:
    """One result of an example that is not as expected."""

    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What came of one example; it passed when nothing differs."""

    id: str
    title: str
    source: str
    checks: int
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether every expected result was found."""
        return not self.differences


def run_examples(book: RuleBook) -> tuple[ExampleResult, ...]:
    """Run every worked example of the book."""
    return tuple(run_example(book, example) for example in book.examples)


def run_example(book: RuleBook, example: Example) -> ExampleResult:
    """Run one worked example, of this book or of another version of it."""
    pairs: list[tuple[str, str, str]] = []
    try:
        if example.facts is not None:
            case = read_case(example.facts, {book.place: book.fields})
            found = assess(book, case, dt.date.fromisoformat(example.on))
            pairs += _expected(example, found)
        pairs += [
            (check.expression.source, check.expected, _value(book, example, i))
            for i, check in enumerate(example.values)
        ]
    except (InputError, EvaluationError) as error:
        pairs.append(("facts", "an assessment", str(error)))
    differences = tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])
    return ExampleResult(example.id, example.title, example.source, len(pairs), differences)


def _expected(example: Example, found: Assessment) -> list[tuple[str, str, str]]:
    amounts = {a.item: str(a.low) if a.low == a.high else f"{a.low}..{a.high}" for a in found.amounts}
    pairs = [(f"amounts.{name}", value, amounts.get(name, NOT_THERE)) for name, value in example.amounts.items()]
    if example.total:
        low, high = str(found.total_low), str(found.total_high)
        pairs.append(("total", example.total, low if low == high else f"{low}..{high}"))
    clocks = {d.action: d for d in found.deadlines}
    for action, wanted in example.deadlines.items():
        for name, value in wanted.items():
            day = str(getattr(clocks[action], name)) if action in clocks else NOT_THERE
            pairs.append((f"deadlines.{action}.{name}", value, day))
    statuses = {f.rule: f.status.value for f in found.findings}
    pairs += [(f"findings.{name}", value, statuses.get(name, NOT_THERE)) for name, value in example.findings.items()]
    return pairs


def _value(book: RuleBook, example: Example, index: int) -> str:
    scope = Scope(book, facts_of(CaseFile(book.place, book.main_language, {}, {}, EMPTY_RECORD)), _day(example), {})
    value: Value = example.values[index].expression.run(scope)
    expected = example.values[index].expected
    money = "." in expected and len(expected.partition(".")[2]) == 2  # noqa: PLR2004 - cents
    return str(round_money(value)) if money and isinstance(value, Fraction) else show(value)


def _day(example: Example) -> dt.date:
    return dt.date.fromisoformat(example.on) if example.on else dt.date.min
