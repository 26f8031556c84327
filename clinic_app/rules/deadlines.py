"""The clocks of a case: counted by the book's named methods, told step by step in words.

Of everything that the facts allow the earliest day counts. A clock that cannot be computed is said
so, with the facts that are missing: silence would be read as time enough.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter

from clinic_app.domain.assessment import Deadline, NotComputed, Step
from clinic_app.domain.values import Text
from clinic_app.rules.amounts import notes_of
from clinic_app.rules.book import RuleBook
from clinic_app.rules.counting import METHODS, ONE_DAY, Term
from clinic_app.rules.entries import DeadlineRule
from clinic_app.rules.logic import Record, Unknown, Value, as_condition, as_date, as_records, unknown
from clinic_app.rules.phrases import day_in_words, fill
from clinic_app.rules.scope import Scope
from clinic_app.rules.spread import Spread
from clinic_app.rules.trace import missing_of, show


@dataclass(frozen=True, slots=True)
class _Stop:
    """The days during which a clock stood still, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class _Clock:
    """One clock in one possible case."""

    action: str
    label: Text
    trigger: dt.date
    first: dt.date
    term: Term
    stop: _Stop | None
    deadline: dt.date
    safe: dt.date
    latest: dt.date
    notes: tuple[Text, ...]


Clocks = tuple[tuple[Deadline, ...], tuple[NotComputed, ...]]


def clocks(rule: DeadlineRule, spread: Spread) -> Clocks:
    """Return the deadlines of one rule, earliest over all possible cases, or what is missing for them."""
    missing: set[str] = set()
    found: dict[str, list[_Clock]] = {}
    for scope in spread.scopes(f"deadlines.{rule.id}"):
        for clock in _clocks(rule, scope):
            if isinstance(clock, Unknown):
                missing |= clock.missing
            else:
                found.setdefault(clock.action, []).append(clock)
    book = spread.base.book
    deadlines = tuple(_deadline(rule, same, spread) for same in found.values())
    if deadlines or not missing:
        return deadlines, ()
    why = NotComputed(
        f"deadline.{rule.id}", rule.label, rule.cite, book.phrases["clock_unknown"], missing_of(book, missing)
    )
    return (), (why,)


def _clocks(rule: DeadlineRule, scope: Scope) -> Iterable[_Clock | Unknown]:
    runs = as_condition(rule.when.run(scope))
    if isinstance(runs, Unknown):
        if as_condition_open(rule, scope):
            yield runs
        return
    if not runs:
        return
    if rule.loop is None:
        yield _clock(rule, scope, None)
        return
    listed = rule.loop.items.run(scope)
    missing = unknown(listed)
    if missing:
        yield missing
        return
    for record in as_records(listed):
        inner = scope.inside({rule.loop.name: record})
        if as_condition(rule.loop.when.run(inner)) is True:
            yield _clock(rule, inner, record)


def as_condition_open(rule: DeadlineRule, scope: Scope) -> bool:
    """Return whether an undecided clock is worth telling: when its start is known, or nothing else is open."""
    return unknown(rule.starts.run(scope)) is None if rule.loop is None else False


def _clock(rule: DeadlineRule, scope: Scope, record: Record | None) -> _Clock | Unknown:
    start: Value = rule.starts.run(scope)
    missing = unknown(start)
    if missing:
        return missing
    days_off = scope.book.calendar
    trigger = as_date(start)
    first = trigger if rule.same_day else trigger + ONE_DAY
    term = METHODS[rule.count](first, rule.months, rule.days, days_off)
    stop = _stop(rule, scope, first, term.raw)
    if isinstance(stop, Unknown):
        return stop
    more = (stop.days if stop else 0) * ONE_DAY
    rolled = days_off.next_working(term.raw)
    latest = METHODS[rule.count](first, rule.arguable_months, 0, days_off).raw if rule.arguable_months else rolled
    number = show(record.fields["number"]) if record else ""
    return _Clock(
        f"{rule.id}_{number}" if number else rule.id,
        _label(rule, record, scope.book),
        trigger,
        first,
        term,
        stop,
        days_off.next_working(term.raw + more),
        days_off.last_working(term.sure + more),
        days_off.next_working(latest + more) if stop or rule.arguable_months else rolled,
        notes_of(rule.notes, scope.inside({"day_missing": term.raw != term.sure, "stopped": stop is not None})),
    )


def _label(rule: DeadlineRule, record: Record | None, book: RuleBook) -> Text:
    """Return the words of a clock, with the fields of its item put in; days are told in words."""
    if record is None:
        return rule.label
    named = {name for text in rule.label.values() for _, name, _, _ in Formatter().parse(text) if name}
    values = {name: _field_words(record.fields[name], book) for name in named}
    return fill(rule.label, **values)


def _field_words(value: Value, book: RuleBook) -> Text | str:
    """Return a field of an item as its clock is named by it."""
    return day_in_words(book.phrases, value) if isinstance(value, dt.date) else show(value)


def _stop(rule: DeadlineRule, scope: Scope, first: dt.date, raw: dt.date) -> _Stop | Unknown | None:
    """Return the days that are added; none when the stop began after the clock had run out."""
    if rule.suspended is None or as_condition(rule.suspended.when.run(scope)) is not True:
        return None
    begins, ends = rule.suspended.first.run(scope), rule.suspended.last.run(scope)
    missing = unknown(begins, ends)
    if missing:
        return missing
    start, end = max(first, as_date(begins)), as_date(ends)
    rolled = scope.book.calendar.next_working(raw)
    return _Stop(start, end) if start <= end and as_date(begins) <= rolled else None


def _deadline(rule: DeadlineRule, same: list[_Clock], spread: Spread) -> Deadline:
    book, as_of = spread.base.book, spread.base.as_of
    clock = min(same, key=lambda c: (c.safe, c.deadline, c.latest))
    notes = [*clock.notes]
    safe = min(c.safe for c in same)
    if safe < as_of:
        notes.append(book.phrases["clock_passed"])
    return Deadline(
        clock.action,
        clock.label,
        rule.cite,
        min(c.deadline for c in same),
        safe,
        min(c.latest for c in same),
        _working(rule, clock, book, several=len({c.safe for c in same}) > 1),
        {language: " ".join(note[language] for note in notes) for language in book.languages},
        rule.what_to_do,
        passed=safe < as_of,
        confidence=rule.confidence,
        covers=rule.covers,
    )


def _working(rule: DeadlineRule, clock: _Clock, book: RuleBook, *, several: bool) -> tuple[Step, ...]:
    phrases = book.phrases
    start = "count_same_day" if rule.same_day else "count_first_day"
    length = fill(phrases["count_months"], months=str(rule.months))
    if not rule.months:
        length = fill(phrases["count_days"], days=str(rule.days))
    steps = [
        _step("count_trigger", phrases["count_trigger"], clock.trigger, book),
        _step(start, phrases[start], clock.first, book),
        _step("count_term", length, clock.term.raw, book),
    ]
    if clock.stop is not None:
        words = fill(
            phrases["count_suspended"],
            first=day_in_words(phrases, clock.stop.first),
            last=day_in_words(phrases, clock.stop.last),
            days=str(clock.stop.days),
        )
        steps.append(_step("count_suspended", words, clock.term.raw + clock.stop.days * ONE_DAY, book))
    steps += [
        _step("count_rolled", phrases["count_rolled"], clock.deadline, book),
        _step("count_safe", phrases["count_safe"], clock.safe, book),
    ]
    if several:
        steps.insert(0, _step("count_earliest", phrases["count_earliest"], clock.trigger, book))
    return tuple(steps)


def _step(step_id: str, label: Text, day: dt.date, book: RuleBook) -> Step:
    words = day_in_words(book.phrases, day)
    return Step(step_id, label, words[book.main_language], day.isoformat())
