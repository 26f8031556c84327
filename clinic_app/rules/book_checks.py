"""Checks every name that the expressions of a book use, and finds which facts each entry looks at.

Nothing is looked up by a name that was not checked here first.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.fields import Field, options
from clinic_app.rules.book_reader import Contents
from clinic_app.rules.entries import AmountRule, DeadlineRule, Definition, FindingRule
from clinic_app.rules.expression import Call, Expression
from clinic_app.rules.functions import functions, record_fields, takes
from clinic_app.rules.reading import Node, Reader

AS_OF: Final = "as_of"
EARLIER_PAY: Final = "earlier_pay"
CHOICE_MARK: Final = "="  # before a definition's id: its possible values are an axis of doubt
PARAMETER_ARGUMENTS: Final = {False: 1, True: 2}  # a day; with keys or brackets one argument more


def check_names(reader: Reader, contents: Contents) -> None:
    """Note every name, field, function, note, amount or holding that does not exist."""
    checker = _Checker(reader, contents)
    for expression, local, node in reader.expressions:
        checker.expression(expression, local, node)
    checker.references()
    checker.circles()


class _Checker:
    """Knows every name of the book and compares what is used with it."""

    def __init__(self, reader: Reader, contents: Contents) -> None:
        self.reader = reader
        self.contents = contents
        self.questions = {q.field.id: q.field for group in contents.groups for q in group.questions}
        self.fields = _fact_fields(self.questions)
        self.event_kinds = {choice.code for choice in catalogue.EVENT_KINDS}
        self.columns = {column.id for field in self.questions.values() for column in field.columns}

    def expression(self, expression: Expression, local: frozenset[str], node: Node) -> None:
        for name in sorted(expression.names - local):
            definition = self.contents.definitions.get(name)
            if name != AS_OF and (definition is None or definition.arguments):
                self.reader.problem(node, f"there is no value “{name}”")
        for path in sorted(expression.facts):
            if path not in self.fields:
                self.reader.problem(node, f"there is no fact “{path}”")
            elif path.partition(".")[0] != "answers" and path not in self.contents.fact_words:
                self.reader.problem(node, f"facts.yaml has no words for “{path}”")
        known_fields = self._item_fields()
        for _, field in sorted(expression.fields):
            if field not in known_fields:
                self.reader.problem(node, f"no list has a field “{field}”")
        for call in sorted(expression.calls, key=lambda call: call.name):
            self._call(call, node)

    def _item_fields(self) -> frozenset[str]:
        return record_fields(frozenset(functions())) | self.columns

    def _call(self, call: Call, node: Node) -> None:
        function = functions().get(call.name)
        if function is not None:
            if not takes(function, call.count):
                self.reader.problem(node, f"{call.name} takes {function.least} to {function.most} arguments")
            if function.literal:
                self._event_kind(call, node)
            if call.name == "segments":
                for name in set(call.texts) - set(self.contents.parameters):
                    self.reader.problem(node, f"there is no parameter “{name}”")
            return
        wanted = self._arguments(call, node)
        if wanted is None:
            self.reader.problem(node, f"there is no function “{call.name}”")
        elif call.count != wanted:
            self.reader.problem(node, f"{call.name} takes {wanted} arguments")

    def _arguments(self, call: Call, node: Node) -> int | None:
        parameter = self.contents.parameters.get(call.name)
        if parameter is not None:
            return PARAMETER_ARGUMENTS[bool(parameter.keys) or parameter.bracketed]
        table = self.contents.tables.get(call.name)
        if table is not None:
            for column in call.texts:
                if any(column not in row for row in table.rows.values()):
                    self.reader.problem(node, f"the table {call.name} has no column “{column}”")
            return 1
        definition = self.contents.definitions.get(call.name)
        return len(definition.arguments) if definition is not None and definition.arguments else None

    def _event_kind(self, call: Call, node: Node) -> None:
        if len(call.texts) != 1:
            self.reader.problem(node, f"{call.name} needs the kind of event as a text")
        for kind in call.texts:
            if kind not in self.event_kinds:
                self.reader.problem(node, f"there is no kind of event “{kind}”")
            elif f"events.{kind}" not in self.contents.fact_words:
                self.reader.problem(node, f"facts.yaml has no words for “events.{kind}”")

    def references(self) -> None:
        """Note every id that an entry names and the book does not have."""
        contents = self.contents
        for name in contents.fact_words:
            if name not in self.fields and name != EARLIER_PAY and name.removeprefix("events.") not in self.event_kinds:
                self.reader.problem(contents.where[f"facts.{name}"], "there is no such fact")
        for table in contents.tables.values():
            self._rows(table.id, table.by, table.rows)
        for definition in contents.definitions.values():
            where = contents.where[f"definitions.{definition.id}"]
            self._known(where, "note", [definition.note] if definition.note else [], contents.notes)
            self._possible(definition, where)
        routes = {route.id for route in contents.routes}
        planned = {step.id for step in contents.steps if step.plan}
        for step in contents.steps:
            self._known(contents.where[f"steps.{step.id}"], "route", step.at, routes)
            self._known(
                contents.where[f"steps.{step.id}"], "step with a plan", [step.sets] if step.sets else [], planned
            )
        amounts = {amount.id for amount in contents.amounts}
        for kind, entries in _noted(contents).items():
            for entry in entries:
                self._entry(entry, contents.where[f"{kind}.{entry.id}"], amounts)

    def _entry(self, entry: FindingRule | AmountRule | DeadlineRule, where: Node, amounts: set[str]) -> None:
        if not entry.cite:
            self.reader.problem(where, "the cite is missing")
        self._known(where, "note", [ref.note for ref in entry.notes], self.contents.notes)
        if not isinstance(entry, DeadlineRule):
            self._known(where, "holding", entry.employer_must_hold, self.contents.holdings)
        if isinstance(entry, AmountRule):
            self._known(where, "fact", entry.tell_missing, self.fields)
        if isinstance(entry, FindingRule):
            self._known(where, "amount", entry.amounts, amounts)
        if isinstance(entry, DeadlineRule):
            self._known(where, "amount", entry.covers, amounts)

    def _known(self, where: Node, kind: str, names: Iterable[str], known: Container[str]) -> None:
        for name in names:
            if name not in known:
                self.reader.problem(where, f"there is no {kind} “{name}”")

    def _possible(self, definition: Definition, where: Node) -> None:
        if definition.possible and definition.arguments:
            self.reader.problem(where, "a value with arguments cannot have possible values")

    def _rows(self, table: str, by: Expression, rows: Mapping[str, object]) -> None:
        field = self.fields.get(next(iter(by.facts), ""))
        if by.facts and field is not None and options(field):
            codes = {choice.code for choice in options(field)}
            if codes != set(rows):
                missing, extra = sorted(codes - set(rows)), sorted(set(rows) - codes)
                self.reader.problem(
                    self.contents.where[f"tables.{table}"], f"rows missing: {missing}, unknown: {extra}"
                )

    def circles(self) -> None:
        """Refuse definitions that need themselves."""
        done: set[str] = set()
        for name in self.contents.definitions:
            if self._needs_itself(name, (), done):
                self.reader.problem(self.contents.where[f"definitions.{name}"], "this value needs itself")

    def _needs_itself(self, name: str, path: tuple[str, ...], done: set[str]) -> bool:
        if name in path:
            return True
        if name in done:
            return False
        found = any(self._needs_itself(used, (*path, name), done) for used in _used(self.contents, name))
        done.add(name)
        return found


def _fact_fields(questions: Mapping[str, Field]) -> dict[str, Field]:
    fields = {f"{s.id}.{f.id}": f for s in catalogue.SECTIONS if not s.many for f in s.fields}
    return fields | {f"answers.{name}": field for name, field in questions.items()}


def _noted(contents: Contents) -> dict[str, list[FindingRule] | list[AmountRule] | list[DeadlineRule]]:
    return {"findings": contents.findings, "amounts": contents.amounts, "deadlines": contents.deadlines}


def _used(contents: Contents, name: str) -> set[str]:
    """Return the definitions and tables that a definition or table uses directly."""
    expressions = _inside(contents, name)
    known = set(contents.definitions) | set(contents.tables)
    return {used for e in expressions for used in (*e.names, *(c.name for c in e.calls)) if used in known}


def reach_of(contents: Contents) -> dict[str, frozenset[str]]:
    """Return the facts that each entry and definition looks at, however indirectly, by "kind.id"."""
    memo: dict[str, frozenset[str]] = {}
    reach = {}
    for kind, grouped in _expressions(contents).items():
        for name, expressions in grouped.items():
            reach[f"{kind}.{name}"] = frozenset().union(*(_reach(contents, e, memo) for e in expressions))
    return reach | {f"definitions.{name}": _entry_reach(contents, name, memo) for name in contents.definitions}


@dataclass(frozen=True, slots=True)
class Sight:
    """What an entry sees of a case without going through a defined value: facts, and the defined values."""

    facts: tuple[str, ...]
    definitions: tuple[str, ...]


def sight_of(contents: Contents) -> dict[str, Sight]:
    """Return what each entry sees, by "kind.id"; formulas and tables are seen through.

    "rounds.id" is what the rounds of an amount's loop see beside their item.
    """
    rounds = {
        f"rounds.{a.id}": _sight(contents, [a.loop.when, a.loop.barred_when, *(step.value for step in a.steps)])
        for a in contents.amounts
        if a.loop is not None
    }
    return rounds | {
        f"{kind}.{name}": _sight(contents, expressions)
        for kind, grouped in _expressions(contents).items()
        for name, expressions in grouped.items()
    }


def _sight(contents: Contents, expressions: list[Expression]) -> Sight:
    facts: set[str] = set()
    values: set[str] = set()
    seen: set[str] = set()
    waiting = list(expressions)
    while waiting:
        expression = waiting.pop()
        facts |= expression.facts
        values |= {name for name in expression.names if name in contents.definitions}
        for call in expression.calls:
            facts |= _function_reach(call)
            if call.name not in seen:
                seen.add(call.name)
                waiting += _inside(contents, call.name)
    return Sight(tuple(sorted(facts)), tuple(sorted(values)))


def _inside(contents: Contents, name: str) -> list[Expression]:
    """Return the expressions of a definition or table."""
    definition, table = contents.definitions.get(name), contents.tables.get(name)
    if definition is not None:
        return [step.value for step in definition.steps]
    return [table.by, *(cell for row in table.rows.values() for cell in row.values())] if table is not None else []


def _expressions(contents: Contents) -> dict[str, dict[str, list[Expression]]]:
    return {
        "amounts": {a.id: _amount_expressions(a) for a in contents.amounts},
        "deadlines": {d.id: _deadline_expressions(d) for d in contents.deadlines},
        "findings": {f.id: [f.applies_when, f.likely_when, f.see_lawyer_when] for f in contents.findings},
        "flags": {f.id: [f.when] for f in contents.flags},
        "routes": {r.id: [r.when] for r in contents.routes},
        "texts": {t.id: [t.when] for t in contents.texts},
        "questions": {q.field.id: [q.ask_when] for group in contents.groups for q in group.questions},
    }


def _amount_expressions(rule: AmountRule) -> list[Expression]:
    loop = [rule.loop.items, rule.loop.when, rule.loop.barred_when] if rule.loop else []
    steps = [step.value for step in (*rule.steps, *rule.then)]
    return [rule.owed_when, rule.in_total_when, *loop, *steps]


def _deadline_expressions(rule: DeadlineRule) -> list[Expression]:
    loop = [rule.loop.items, rule.loop.when] if rule.loop else []
    stop = [rule.suspended.when, rule.suspended.first, rule.suspended.last] if rule.suspended else []
    return [rule.when, rule.starts, *loop, *stop]


def _reach(contents: Contents, expression: Expression, memo: dict[str, frozenset[str]]) -> frozenset[str]:
    found = set(expression.facts)
    for call in expression.calls:
        found |= _function_reach(call)
    known = set(contents.definitions) | set(contents.tables)
    for name in (*expression.names, *(call.name for call in expression.calls)):
        if name in known:
            found |= _entry_reach(contents, name, memo)
    return frozenset(found)


def _function_reach(call: Call) -> set[str]:
    function = functions().get(call.name)
    match function.reads if function else "":
        case "events":
            return {f"events.{kind}" for kind in call.texts}
        case "pay":
            return {"pay.amount", "pay.period", EARLIER_PAY}
        case "earlier_pay":
            return {EARLIER_PAY}
        case _:
            return set()


def _entry_reach(contents: Contents, name: str, memo: dict[str, frozenset[str]]) -> frozenset[str]:
    if name in memo:
        return memo[name]
    definition = contents.definitions.get(name)
    found: set[str] = {CHOICE_MARK + name} if definition is not None and definition.possible else set()
    expressions = _inside(contents, name)
    for expression in expressions:
        found |= _reach(contents, expression, memo)
    memo[name] = frozenset(found)
    return memo[name]
