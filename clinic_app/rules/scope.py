"""Where expressions are computed: one case on one day, with one choice for everything in doubt.

A scope remembers the values it defined, the facts that were looked at and the parameters used, so
that every result can say where it came from. Steps are counted and limited.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from clinic_app.rules.book import RuleBook
from clinic_app.rules.book_checks import AS_OF, CHOICE_MARK, EARLIER_PAY
from clinic_app.rules.calendars import Calendar
from clinic_app.rules.dated import DatedValue, Parameter
from clinic_app.rules.entries import DecisionTable, Definition, StepRule
from clinic_app.rules.facts import EVENTS, Facts
from clinic_app.rules.functions import Function, functions
from clinic_app.rules.logic import (
    EvaluationError,
    NotApplicable,
    Record,
    Unknown,
    Value,
    as_date,
    as_number,
    as_records,
    as_text,
    comparable,
    unknown,
)

MAX_STEPS: Final = 200_000  # of one entry in one possible case
MAX_ALL_STEPS: Final = 1_000_000  # of one whole check
MAX_CALLS: Final = 40  # definitions inside definitions
PARAMETER: Final = "parameter:"  # before a parameter's id where a missing value is named


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A parameter's value that was used on a day; `told` names its validity and publication."""

    parameter: Parameter
    value: DatedValue
    number: Fraction
    stale_since: dt.date | None
    told: str


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was computed: its rule, its value, the scope it was computed in, the parameters used."""

    rule: StepRule
    value: Value
    scope: Scope
    uses: tuple[Use, ...]


Found = tuple[Value, tuple[Done, ...], dict[str, None], dict[Use, None]]
"""A computed value, its steps, and what it touched and used."""


@dataclass(slots=True)
class _Shared:
    """What every scope of one check shares: each value once for each choice of the facts that it looks at."""

    stale: dict[Use, None] = field(default_factory=dict)
    looked_up: dict[tuple[str, tuple[Value, ...]], Use | None] = field(default_factory=dict)
    defined: dict[object, Found] = field(default_factory=dict)
    kept: dict[object, object] = field(default_factory=dict)
    steps: int = 0


@dataclass(slots=True)
class _Memory:
    """What the scopes of one choice share; `keys` names the choice."""

    shared: _Shared
    keys: Mapping[str, object]
    defined: dict[object, Found] = field(default_factory=dict)
    pay: dict[dt.date, tuple[Value, dict[str, None]]] = field(default_factory=dict)
    steps: int = 0


class Scope:
    """Names, facts and functions for expressions. `inside` gives a scope with more names."""

    __slots__ = ("_depth", "_memory", "as_of", "book", "choices", "facts", "local", "touched", "uses")

    def __init__(
        self,
        book: RuleBook,
        facts: Facts,
        as_of: dt.date,
        choices: Mapping[str, Value],
        local: Mapping[str, Value] | None = None,
        memory: _Memory | None = None,
    ) -> None:
        self.book = book
        self.facts = facts
        self.as_of = as_of
        self.choices = choices
        self.local: Mapping[str, Value] = local or {}
        self.touched: dict[str, None] = {}
        self.uses: dict[Use, None] = {}
        self._memory = memory or _Memory(_Shared(), _keys(choices))
        self._depth = 0

    @property
    def stale(self) -> dict[Use, None]:
        """The parameters used past their expected change, in any scope that shares this ledger."""
        return self._memory.shared.stale

    def other(self, choices: Mapping[str, Value]) -> Scope:
        """Return a scope of the same case with other choices for what is in doubt."""
        memory = _Memory(self._memory.shared, _keys(choices))
        return Scope(self.book, self.facts, self.as_of, choices, {}, memory)

    def inside(self, local: Mapping[str, Value]) -> Scope:
        """Return a scope that knows more names; what it touches is its own until it is taken over."""
        scope = Scope(self.book, self.facts, self.as_of, self.choices, {**self.local, **local}, self._memory)
        scope._depth = self._depth
        return scope

    def take_over(self, other: Scope) -> None:
        """Count what another scope touched and used as touched and used here."""
        self.touched.update(other.touched)
        self.uses.update(other.uses)

    def restart(self) -> None:
        """Forget what was touched, used and counted, before the next entry is computed."""
        self.touched, self.uses = {}, {}
        self._memory.steps = 0

    def seen(self, entry: str) -> tuple[object, ...]:
        """Return all that an entry can see of a case: two cases that look the same give the same result."""
        sight = self.book.sight[entry]
        return (
            *[comparable(self.choices.get(path)) for path in sight.facts],
            *[comparable(self.name(name)) for name in sight.definitions],
        )

    @property
    def kept(self) -> dict[object, object]:
        """What entries keep for other possible cases of the same check, by a key of their own."""
        return self._memory.shared.kept

    def spend(self, count: int = 1) -> None:
        """Count steps: those of this entry, and those of the whole check."""
        memory = self._memory
        memory.steps += count
        memory.shared.steps += count
        if memory.steps > MAX_STEPS or memory.shared.steps > MAX_ALL_STEPS:
            raise EvaluationError("the rule takes too many steps")

    def fact(self, path: str) -> Value:
        """Return a fact of the case."""
        self.touched[path] = None
        chosen = self.choices.get(path)
        return self.facts.value(path) if chosen is None else chosen

    def name(self, name: str) -> Value:
        """Return a step, a loop's item, the day of the check or a defined value."""
        if name in self.local:
            return self.local[name]
        if name == AS_OF:
            return self.as_of
        return self.defined(name)[0]

    def defined(self, name: str) -> tuple[Value, tuple[Done, ...]]:
        """Return a defined value and the steps that gave it."""
        found = self._memory.defined.get(name)
        if found is None:
            found = self._once(name, (), lambda: self._define(self.book.definitions[name]))
            self._memory.defined[name] = found
        value, done, touched, uses = found
        self.touched.update(touched)
        self.uses.update(uses)
        return value, done

    def _once(self, name: str, arguments: tuple[Value, ...], compute: Callable[[], Found]) -> Found:
        """Return a definition's value, computed once for all scopes that choose alike what it looks at."""
        reach = self.book.reach[f"definitions.{name}"]
        key = (name, arguments, tuple([pair for pair in self._memory.keys.items() if pair[0] in reach]))
        shared = self._memory.shared.defined
        found = shared.get(key)
        if found is None:
            found = shared[key] = compute()
        return found

    def _define(self, definition: Definition) -> Found:
        chosen = self.choices.get(CHOICE_MARK + definition.id)
        scope = self._fresh({})
        done = run_steps(scope, definition.steps)
        value = done[-1].value if chosen is None else chosen
        return value, done, scope.touched, scope.uses

    def _fresh(self, local: Mapping[str, Value]) -> Scope:
        scope = Scope(self.book, self.facts, self.as_of, self.choices, local, self._memory)
        scope._depth = self._depth + 1
        if scope._depth > MAX_CALLS:
            raise EvaluationError("definitions are nested too deep")
        return scope

    def call(self, name: str, arguments: tuple[Value, ...]) -> Value:
        """Call a function, a parameter, a table or a definition."""
        function = functions().get(name)
        if function is not None:
            missing = unknown(*arguments) if function.strict else None
            return missing or self._applied(function, arguments)
        definition = self.book.definitions.get(name)
        if definition is not None:
            return self._formula(definition, arguments)
        table = self.book.tables.get(name)
        if table is not None:
            return self._decide(table, as_text(arguments[0]))
        return self._parameter(self.book.parameters[name], arguments)

    def _applied(self, function: Function, arguments: tuple[Value, ...]) -> Value:
        try:
            result = function.apply(self, *arguments)
        # A day past the calendar, a column that is not there: the book's mistake, named as such.
        except (ArithmeticError, LookupError, ValueError) as error:
            raise EvaluationError(f"{function.name} has no result for these values") from error
        if isinstance(result, tuple):
            self.spend(len(result))
        return result

    def _formula(self, definition: Definition, arguments: tuple[Value, ...]) -> Value:
        """Compute a definition with arguments, once for the same arguments."""
        if any(isinstance(argument, (Record, tuple)) for argument in arguments):
            found = self._work_out(definition, arguments)
        else:
            key = (definition.id, arguments)
            known = self._memory.defined.get(key)
            found = known or self._once(*key, lambda: self._work_out(definition, arguments))
            self._memory.defined[key] = found
        value, _, touched, uses = found
        self.touched.update(touched)
        self.uses.update(uses)
        return value

    def _work_out(self, definition: Definition, arguments: tuple[Value, ...]) -> Found:
        scope = self.of_formula(definition, arguments)
        if len(definition.steps) == 1:
            return definition.steps[0].value.run(scope), (), scope.touched, scope.uses
        return run_steps(scope, definition.steps)[-1].value, (), scope.touched, scope.uses

    def of_formula(self, definition: Definition, arguments: tuple[Value, ...]) -> Scope:
        """Return the scope in which a definition with arguments is computed."""
        return self._fresh(dict(zip(definition.arguments, arguments, strict=True)))

    def _decide(self, table: DecisionTable, column: str) -> Value:
        row = table.by.run(self)
        missing = unknown(row)
        if missing:
            return missing
        cells = table.rows.get(as_text(row))
        if cells is None:
            raise EvaluationError(f"the table {table.id} has no row {as_text(row)}")
        return cells[column].run(self)

    def _parameter(self, parameter: Parameter, arguments: tuple[Value, ...]) -> Value:
        missing = unknown(*arguments)
        if missing:
            return missing
        key = (parameter.id, arguments)
        looked_up = self._memory.shared.looked_up
        use = looked_up[key] if key in looked_up else looked_up.setdefault(key, _look_up(parameter, arguments))
        if use is None:
            return Unknown(frozenset({PARAMETER + parameter.id}))
        self.uses[use] = None
        if use.stale_since is not None:
            self._memory.shared.stale[use] = None
        return use.number

    def events(self, kind: str) -> tuple[Value, ...]:
        """Return the dates of the events of a kind."""
        path = f"{EVENTS}.{kind}"
        self.touched[path] = None
        if path in self.choices:
            chosen = self.choices[path]
            return chosen if isinstance(chosen, tuple) else (chosen,)
        if path in self.facts.doubts:
            return (Unknown(frozenset({path})),)
        dates = self.facts.certain.get(path, ())
        return dates if isinstance(dates, tuple) else (dates,)

    def pay_on(self, day: dt.date) -> Value:
        """Return the pay of a day: the earliest earlier pay that still held, else the last pay."""
        found = self._memory.pay.get(day)
        if found is None:
            before, self.touched = self.touched, {}
            found = (self._pay_on(day), self.touched)
            self.touched = before
            self._memory.pay[day] = found
        self.touched.update(found[1])
        return found[0]

    def _pay_on(self, day: dt.date) -> Value:
        rows = self.fact(EARLIER_PAY)
        if isinstance(rows, Unknown):
            return rows
        held: list[tuple[dt.date, Record]] = []
        for row in as_records(rows):
            until = row.fields["until"]
            if isinstance(until, (Unknown, NotApplicable)):
                return unknown(until) or until
            held.append((as_date(until), row))
        for until, row in sorted(held, key=lambda pair: pair[0]):
            if day <= until:
                return Record({"amount": row.fields["amount"], "period": row.fields["period"]})
        return Record({"amount": self.fact("pay.amount"), "period": self.fact("pay.period")})

    def pay_changes(self) -> Value:
        """Return the last days of the earlier pays."""
        rows = self.fact(EARLIER_PAY)
        if isinstance(rows, Unknown):
            return rows
        days = tuple(row.fields["until"] for row in as_records(rows))
        return unknown(*days) or days

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter of the book."""
        return self.book.parameters.get(name)

    def calendar(self) -> Calendar:
        """Return the calendar of the place."""
        return self.book.calendar

    def region(self, state: str, municipality: str) -> Value:
        """Return the zone of a municipality."""
        return self.book.regions.zone(state, municipality)


def _keys(choices: Mapping[str, Value]) -> dict[str, object]:
    return {path: comparable(value) for path, value in choices.items()}


def _look_up(parameter: Parameter, arguments: tuple[Value, ...]) -> Use | None:
    """Return the value of a parameter for a day, and a key or size; None when the book has none."""
    day = as_date(arguments[-1] if parameter.bracketed else arguments[0])
    value = parameter.on(day)
    if value is None:
        return None
    if parameter.bracketed:
        number = value.bracket(as_number(arguments[0]))
    else:
        number = value.number(as_text(arguments[1]) if parameter.keys else "")
    if number is None:
        return None
    end = value.end.isoformat() if value.end else "…"
    told = f"{value.start.isoformat()} – {end}, {value.source}"
    return Use(parameter, value, number, parameter.stale_since(value, day), told)


def run_steps(scope: Scope, rules: tuple[StepRule, ...]) -> tuple[Done, ...]:
    """Compute steps in order, each knowing those before it; the last one is the result."""
    here = scope.inside({})
    local = dict(here.local)
    here.local = local
    done: list[Done] = []
    for rule in rules:
        here.uses = {}
        value = rule.value.run(here)
        scope.uses.update(here.uses)
        done.append(Done(rule, value, here, tuple(here.uses)))
        local[rule.id] = value
    scope.touched.update(here.touched)
    return tuple(done)
