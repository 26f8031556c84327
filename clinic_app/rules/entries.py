"""What stands in a rule book: the frozen shape of each kind of entry, with its expressions read.

An entry holds no law of its own: all of it comes from the YAML of the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clinic_app.domain.assessment import Confidence
from clinic_app.domain.fields import Field
from clinic_app.domain.values import Text
from clinic_app.rules.expression import Expression


@dataclass(frozen=True, slots=True)
class StepRule:
    """One step of a working: its name, words, unit of the result, and how it is computed."""

    id: str
    label: Text
    unit: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Definition:
    """A value that follows from facts: one expression, or steps that print; with arguments it is a formula.

    `possible` are the values it may have when the facts leave it open: each is then computed.
    A `brief` one prints alone: what it is made of stands in the workings of other amounts.
    """

    id: str
    arguments: tuple[str, ...]
    label: Text
    unit: str
    cite: str
    steps: tuple[StepRule, ...]
    possible: tuple[str, ...]
    note: str
    brief: bool

    @property
    def shown(self) -> bool:
        """Whether its steps print in the working of every amount that uses it."""
        return bool(self.label)


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """What holds for each value of one fact: rows by value, columns of conditions."""

    id: str
    by: Expression
    rows: Mapping[str, Mapping[str, Expression]]


@dataclass(frozen=True, slots=True)
class QuestionRule:
    """One question of the book: the field, and when it is asked."""

    field: Field
    ask_when: Expression


@dataclass(frozen=True, slots=True)
class GroupRule:
    """Questions that are asked together; no paper prints the `private` ones or their answers."""

    id: str
    title: Text
    urgent: bool
    questions: tuple[QuestionRule, ...]
    private: bool = False


@dataclass(frozen=True, slots=True)
class FactWords:
    """How a fact of the case is asked for and told in the languages of the book."""

    question: Text
    choices: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class NoteRef:
    """A note of the book, shown when the condition is true."""

    note: str
    when: Expression


@dataclass(frozen=True, slots=True)
class FindingRule:
    """One possible violation."""

    id: str
    title: Text
    says: Text
    cite: str
    confidence: Confidence
    applies_when: Expression
    likely_when: Expression
    see_lawyer_when: Expression
    evidence: tuple[str, ...]
    employer_must_hold: tuple[str, ...]
    notes: tuple[NoteRef, ...]
    amounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """The list an amount or deadline is computed over, the name of each item, and its words.

    Items of which `barred_when` is true are computed but not counted: `barred` tells their sum.
    """

    name: str
    items: Expression
    when: Expression
    label: Text
    barred_when: Expression
    barred: Text


@dataclass(frozen=True, slots=True)
class AmountRule:
    """One line of money: when it is owed, and its steps; after a loop, `then` works on `sum`.

    `tell` says beside it what was left out and why, while `tell_when` is true.
    """

    id: str
    label: Text
    cite: str
    confidence: Confidence
    owed_when: Expression
    loop: Loop | None
    steps: tuple[StepRule, ...]
    then: tuple[StepRule, ...]
    in_total_when: Expression
    tell_when: Expression
    tell: Text
    tell_missing: tuple[str, ...]
    notes: tuple[NoteRef, ...]
    evidence: tuple[str, ...]
    employer_must_hold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suspension:
    """What stops a clock: when it counts, and the first and last day that are added."""

    when: Expression
    first: Expression
    last: Expression


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One clock: what starts it, how long it runs, by which counting method.

    `arguable_months` is a longer term that a lawyer might argue for; 0 when there is none. `covers`
    names the amounts that are lost when this clock runs out.
    """

    id: str
    label: Text
    cite: str
    confidence: Confidence
    when: Expression
    loop: Loop | None
    starts: Expression
    same_day: bool
    months: int
    days: int
    arguable_months: int
    count: str
    suspended: Suspension | None
    what_to_do: Text
    notes: tuple[NoteRef, ...]
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlagRule:
    """One red flag."""

    id: str
    title: Text
    what_to_do: Text
    cite: str
    when: Expression
    blocks_named_letter: bool


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One place to go, shown when its condition is not false."""

    id: str
    name: Text
    what: Text
    bring: Text
    contact: str
    cite: str
    when: Expression


@dataclass(frozen=True, slots=True)
class TextRule:
    """One fixed text for the papers, shown when its condition is not false."""

    id: str
    text: Text
    when: Expression


@dataclass(frozen=True, slots=True)
class Note:
    """A note to print where it applies; for an open question of law also the question and the default."""

    id: str
    text: Text
    question: str
    default: str


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """One expression of an example and the value it must have."""

    expression: Expression
    expected: str


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: facts as an intake file has them, the day, and what must come out."""

    id: str
    source: str
    title: str
    on: str
    facts: object
    amounts: Mapping[str, str]
    total: str
    deadlines: Mapping[str, Mapping[str, str]]
    findings: Mapping[str, str]
    values: tuple[ValueCheck, ...]
