"""The lines of money: computes each amount of the book, exactly, for every case that the facts allow.

A line is rounded once. What cannot be computed is said with the facts that are missing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from clinic_app.domain.assessment import Amount, Confidence, NotComputed, Step
from clinic_app.domain.values import Text, round_money
from clinic_app.rules.book import RuleBook
from clinic_app.rules.entries import AmountRule, NoteRef
from clinic_app.rules.logic import Record, Unknown, Value, as_condition, as_number, as_records, comparable, unknown
from clinic_app.rules.phrases import day_in_words, fill, money_in_words
from clinic_app.rules.scope import Done, Scope, Use, run_steps
from clinic_app.rules.spread import Spread
from clinic_app.rules.trace import (
    bases,
    both_ends,
    missing_of,
    question_of,
    show,
    step_of,
)

ONE: Final = 1
_NAMED = re.compile(r"\{(\w+)\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Item:
    """One round of a loop: what it was computed for, and its steps."""

    record: Record | None
    done: tuple[Done, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One amount in one possible case. `missing` is set when it could not be computed."""

    owed: bool
    value: Fraction
    in_total: bool
    missing: frozenset[str] | None
    items: tuple[_Item, ...]
    then: tuple[Done, ...]
    scope: Scope
    uses: tuple[Use, ...]
    notes: tuple[Text, ...]
    barred: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class _Round:
    """One round as it was computed: its item unless it is not wanted, and what was missing for it."""

    scope: Scope
    item: _Item | None
    barred: bool
    missing: Unknown | None


@dataclass(frozen=True, slots=True)
class _Rounds:
    """The rounds of a loop that count, and the sum of those that came too late to count."""

    items: tuple[_Item, ...]
    barred: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one amount: a line, entries that say why not, or nothing; and the parameters used."""

    amount: Amount | None
    not_computed: tuple[NotComputed, ...]
    uses: tuple[Use, ...]


def compute(rule: AmountRule, spread: Spread) -> Line:
    """Compute one amount for every possible case and return its least and greatest."""
    outcomes = [_outcome(rule, scope) for scope in spread.scopes(f"amounts.{rule.id}")]
    book = spread.base.book
    if any(o.missing is not None for o in outcomes):
        missing = frozenset().union(*(o.missing for o in outcomes if o.missing is not None))
        why = NotComputed(rule.id, rule.label, rule.cite, book.phrases["needs_answer"], missing_of(book, missing))
        return Line(None, (why,), ())
    low, high = min(outcomes, key=lambda o: o.value), max(outcomes, key=lambda o: o.value)
    told = (*_told(rule, spread, [o.scope for o in outcomes]), *_barred(rule, spread, [o.barred for o in outcomes]))
    if round_money(low.value) == round_money(high.value) == 0:
        return Line(None, told, ())
    return Line(_amount(rule, spread, low, high), told, tuple(dict.fromkeys((*low.uses, *high.uses))))


def _barred(rule: AmountRule, spread: Spread, sums: list[Fraction]) -> tuple[NotComputed, ...]:
    """Return the entry that tells the sum of what came too late to count."""
    if rule.loop is None or not max(sums):
        return ()
    ends = [money_in_words(value, spread.base.book.currency) for value in (min(sums), max(sums))]
    why = fill(rule.loop.barred, sum=" … ".join(dict.fromkeys(ends)))
    return (NotComputed(rule.id, rule.label, rule.cite, why),)


def _told(rule: AmountRule, spread: Spread, scopes: list[Scope]) -> tuple[NotComputed, ...]:
    """Return the entry that tells what is not counted and why, where the book has one to tell."""
    scope = spread.base
    if not rule.tell or as_condition(rule.tell_when.run(scope)) is not True:
        return ()
    missing = missing_of(scope.book, rule.tell_missing)
    return (NotComputed(rule.id, rule.label, rule.cite, _filled(rule.tell, scopes), missing),)


def _filled(text: Text, scopes: list[Scope]) -> Text:
    """Return a text with the defined values that it names put in; “low … high” when they are not certain."""
    definitions = scopes[0].book.definitions
    named = {name for words in text.values() for name in _NAMED.findall(words) if name in definitions}
    values = {name: _range(name, scopes) for name in named}
    return fill(text, **values) if named else text


def _range(name: str, scopes: list[Scope]) -> Text:
    """Return a defined value as texts tell it; a day in words, “low … high” when it is not certain."""
    book = scopes[0].book
    unit = book.definitions[name].unit
    known = {value for value in (scope.name(name) for scope in scopes) if isinstance(value, (Fraction, dt.date))}
    ends = dict.fromkeys([min(known, key=_order), max(known, key=_order)]) if known else {}
    told = [_in_text(value, unit, book) for value in ends]
    return {language: " … ".join(text[language] for text in told) or "?" for language in book.languages}


def _in_text(value: Fraction | dt.date, unit: str, book: RuleBook) -> Text:
    if isinstance(value, dt.date):
        return day_in_words(book.phrases, value)
    return dict.fromkeys(book.languages, money_in_words(value, book.currency) if unit == "money" else show(value, unit))


def _order(value: Fraction | dt.date) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(value.toordinal())


def _amount(rule: AmountRule, spread: Spread, low: _Outcome, high: _Outcome) -> Amount:
    book = spread.base.book
    working = _working(rule, low)
    if low is not high and round_money(low.value) != round_money(high.value):
        working = both_ends(working, _working(rule, high))
    notes = [*low.notes, *high.notes]
    low_value, high_value = round_money(low.value), round_money(high.value)
    if low_value != high_value:
        paths = spread.doubts(f"amounts.{rule.id}")
        facts = {code: ", ".join(question_of(book, path)[code] for path in paths) for code in book.languages}
        notes.append(fill(book.phrases["range_because"], facts=facts))
    if spread.rough(f"amounts.{rule.id}"):
        notes.append(book.phrases["range_rough"])
    return Amount(
        rule.id,
        rule.label,
        rule.cite,
        book.currency,
        low_value,
        high_value,
        working,
        in_total=low.in_total or high.in_total,
        confidence=_weakest(rule.confidence, (*low.uses, *high.uses)),
        notes=_unique(notes),
        evidence=rule.evidence,
        employer_must_hold=tuple(book.holdings[name] for name in rule.employer_must_hold),
    )


def _weakest(confidence: Confidence, uses: Iterable[Use]) -> Confidence:
    """Return the least sure of the rule and of the values it used."""
    found = {confidence, *(use.value.confidence for use in uses)}
    return next(level for level in reversed(Confidence) if level in found)


def _unique(notes: Iterable[Text]) -> tuple[Text, ...]:
    return tuple({tuple(sorted(note.items())): note for note in notes}.values())


def _outcome(rule: AmountRule, scope: Scope) -> _Outcome:
    owed = as_condition(rule.owed_when.run(scope))
    if isinstance(owed, Unknown):
        return _empty(scope, owed.missing)
    if not owed:
        return _empty(scope, None)
    computed = _run(rule, scope)
    if isinstance(computed, Unknown):
        return _empty(scope, computed.missing)
    found, then, value = computed
    in_total = as_condition(rule.in_total_when.run(scope))
    notes = notes_of(rule.notes, scope)
    uses = tuple(scope.uses)
    return _Outcome(True, value, in_total is True, None, found.items, then, scope, uses, notes, found.barred)  # noqa: FBT003 - a record


def _empty(scope: Scope, missing: frozenset[str] | None) -> _Outcome:
    return _Outcome(False, Fraction(0), False, missing, (), (), scope, (), ())  # noqa: FBT003 - a record


def notes_of(refs: Iterable[NoteRef], scope: Scope) -> tuple[Text, ...]:
    """Return the texts of the notes whose condition is true."""
    return tuple(
        _filled(scope.book.notes[ref.note].text, [scope]) for ref in refs if as_condition(ref.when.run(scope)) is True
    )


def _run(rule: AmountRule, scope: Scope) -> tuple[_Rounds, tuple[Done, ...], Fraction] | Unknown:
    if rule.loop is None:
        done = run_steps(scope, rule.steps)
        one = _Rounds((_Item(None, done),), Fraction(0))
        return unknown(done[-1].value) or (one, (), as_number(done[-1].value))
    found = rounds(rule, scope)
    if isinstance(found, Unknown):
        return found
    total = _sum(found.items)
    if not rule.then:
        return found, (), total
    inner = scope.inside({"sum": total})
    then = run_steps(inner, rule.then)
    scope.take_over(inner)
    return unknown(then[-1].value) or (found, then, as_number(then[-1].value))


def _sum(items: Iterable[_Item]) -> Fraction:
    return sum((as_number(item.done[-1].value) for item in items), Fraction(0))


def rounds(rule: AmountRule, scope: Scope) -> _Rounds | Unknown:
    """Compute the steps once for each item of the loop; Unknown when one that counts is."""
    assert rule.loop is not None  # the caller saw it
    listed = rule.loop.items.run(scope)
    missing = unknown(listed)
    if missing:
        return missing
    seen = scope.seen(f"rounds.{rule.id}")
    items: list[_Item] = []
    late: list[_Item] = []
    for record in as_records(listed):
        one = _once(rule, scope, record, seen)
        if one.barred is not True:
            scope.take_over(one.scope)
        if one.missing is not None:
            return one.missing
        if one.item is not None:
            (late if one.barred else items).append(one.item)
    return _Rounds(tuple(items), _sum(late))


def _once(rule: AmountRule, scope: Scope, record: Record, seen: tuple[object, ...]) -> _Round:
    """Compute one round, once for all possible cases that look the same to it."""
    key = (rule.id, seen, comparable(record))
    found = scope.kept.get(key)
    if not isinstance(found, _Round):
        found = scope.kept[key] = _round(rule, scope, record)
    return found


def _round(rule: AmountRule, scope: Scope, record: Record) -> _Round:
    assert rule.loop is not None  # the caller saw it
    inner = scope.inside({rule.loop.name: record})
    wanted = as_condition(rule.loop.when.run(inner))
    barred = as_condition(rule.loop.barred_when.run(inner)) if wanted is True else False
    if wanted is not True or isinstance(barred, Unknown):
        open_one = wanted if isinstance(wanted, Unknown) else barred
        return _Round(inner, None, barred=False, missing=open_one if isinstance(open_one, Unknown) else None)
    done = run_steps(inner, rule.steps)
    missing = unknown(done[-1].value)
    item = None if missing else _Item(record, done)
    return _Round(inner, item, barred=barred, missing=None if barred else missing)


def _named(label: Text, record: Record | None) -> Text:
    """Return the words of an item, its fields put in."""
    if record is None:
        return label
    values = {name: show(value) for name, value in record.fields.items()}
    return {language: words.format_map(_Fields(values)) for language, words in label.items()}


class _Fields(dict[str, str]):
    """The fields of an item for its words; one that is not there prints as nothing."""

    def __missing__(self, name: str) -> str:
        return ""


def _working(rule: AmountRule, outcome: _Outcome) -> tuple[Step, ...]:
    done = [step for item in outcome.items[:ONE] for step in item.done] + list(outcome.then)
    steps = list(bases(outcome.scope, done))
    if rule.loop is None:
        return (*steps, *(step_of(step, step.rule.id) for item in outcome.items for step in item.done))
    phrases = outcome.scope.book.phrases
    results: list[str] = []
    for number, group in enumerate(_groups(outcome.items), start=1):
        first = group[0]
        label = _named(rule.loop.label, first.record)
        if len(group) > 1:
            last = _named(rule.loop.label, group[-1].record)
            label = fill(phrases["times"], first=label, last=last, count=str(len(group)))
        for i, step in enumerate(first.done):
            words = _joined(label, step.rule.label) if i == 0 else step.rule.label
            steps.append(step_of(step, f"{number}.{step.rule.id}", words))
        value = show(first.done[-1].value, first.done[-1].rule.unit)
        results.append(f"{len(group)} × {value}" if len(group) > 1 else value)
    if len(outcome.items) == 1 and not outcome.then:
        return tuple(steps)
    total = _sum(outcome.items)
    steps.append(Step("sum", phrases["total_of_items"], " + ".join(results), show(total, "money")))
    return (*steps, *(step_of(step, step.rule.id) for step in outcome.then))


def _joined(first: Text, second: Text) -> Text:
    return {language: f"{words}: {second.get(language, '')}" for language, words in first.items()}


def _groups(items: tuple[_Item, ...]) -> list[list[_Item]]:
    """Return the items with those put together that follow each other with the same figures."""
    groups: list[list[_Item]] = []
    for item in items:
        if groups and _figures(groups[-1][-1]) == _figures(item):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _figures(item: _Item) -> tuple[Value, ...]:
    return tuple(step.value for step in item.done)
