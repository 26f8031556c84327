"""Expressions of the rule book: read with Python's grammar, walked by a whitelist, never run as Python.

Only literals, names, declared fields, arithmetic, comparison, and/or/not, conditionals, lists and
calls of named functions exist. Size, depth, steps and digits are limited, so that a hostile or
mistaken book fails in bounded time. There is no power, no loop and no text arithmetic.
"""

from __future__ import annotations

import ast
import datetime as dt
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Protocol, TypeAlias

from clinic_app.rules.logic import (
    EvaluationError,
    NotApplicable,
    Record,
    Unknown,
    Value,
    as_condition,
    as_number,
    join,
    show_kind,
    unknown,
)

MAX_CHARS: Final = 1000
MAX_NODES: Final = 300
MAX_DEPTH: Final = 30
MAX_DIGITS: Final = 18
MAX_BITS: Final = 4096


class ExpressionError(Exception):
    """The text is not an expression of the rule language; the message says why."""


class Context(Protocol):
    """Where an expression finds its names while it is computed."""

    touched: dict[str, None]

    def fact(self, path: str) -> Value:
        """Return a fact of the case by its path."""

    def name(self, name: str) -> Value:
        """Return a step, a loop's item or a defined value."""

    def call(self, name: str, arguments: tuple[Value, ...]) -> Value:
        """Call a function, a parameter, a table or a definition of the book."""

    def spend(self) -> None:
        """Count one step; EvaluationError when there were too many."""


Run: TypeAlias = Callable[[Context], Value]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it is written: name, number of arguments, and those arguments that are texts."""

    name: str
    count: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. `facts`, `names` and `calls` say what it looks at, `run` computes it.

    `parts` computes each part of the tree alone, for the working that prints values put in.
    """

    source: str
    tree: ast.expr
    run: Run
    facts: frozenset[str]
    names: frozenset[str]
    fields: frozenset[tuple[str, str]]
    calls: frozenset[Call]
    parts: Mapping[ast.expr, Run] = field(repr=False, compare=False)


def parse(source: str, roots: frozenset[str]) -> Expression:
    """Read an expression; `roots` are the names whose fields are facts ("job" in job.start)."""
    if len(source) > MAX_CHARS:
        raise ExpressionError(f"longer than {MAX_CHARS} characters")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"cannot be read: {error}") from None
    _measure(tree)
    reader = _Reader(roots)
    run = reader.read(tree)
    return Expression(
        source.strip(),
        tree,
        run,
        frozenset(reader.facts),
        frozenset(reader.names),
        frozenset(reader.fields),
        frozenset(reader.calls),
        reader.parts,
    )


def _measure(tree: ast.expr) -> None:
    count = 0
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_NODES:
            raise ExpressionError(f"more than {MAX_NODES} parts")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError(f"nested deeper than {MAX_DEPTH}")


class _Reader:
    """Turns a syntax tree into a function, noting every name that it uses."""

    def __init__(self, roots: frozenset[str]) -> None:
        self.roots = roots
        self.facts: set[str] = set()
        self.names: set[str] = set()
        self.fields: set[tuple[str, str]] = set()
        self.calls: set[Call] = set()
        self.parts: dict[ast.expr, Run] = {}

    def read(self, node: ast.expr) -> Run:
        run = self._read(node)
        self.parts[node] = run
        return run

    def _read(self, node: ast.expr) -> Run:
        match node:
            case ast.Constant():
                return _constant(node.value)
            case ast.Name() | ast.Attribute():
                return self._name(node.id) if isinstance(node, ast.Name) else self._attribute(node)
            case ast.BinOp() | ast.UnaryOp():
                return self._binary(node) if isinstance(node, ast.BinOp) else self._unary(node)
            case ast.BoolOp():
                runs = [self.read(value) for value in node.values]
                return _and_or(runs, decided=isinstance(node.op, ast.Or))
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                return _conditional(self.read(node.test), self.read(node.body), self.read(node.orelse))
            case ast.List() | ast.Tuple():
                return _list([self.read(item) for item in node.elts])
            case ast.Call():
                return self._call(node)
            case _:
                raise ExpressionError(f"{type(node).__name__} is not part of the rule language")

    def _name(self, name: str) -> Run:
        if name.startswith("_"):
            raise ExpressionError(f"the name {name} is not allowed")
        if name in self.roots:
            raise ExpressionError(f"{name} needs a field, like {name}.something")
        self.names.add(name)
        return lambda context: context.name(name)

    def _attribute(self, node: ast.Attribute) -> Run:
        field = node.attr
        if field.startswith("_"):
            raise ExpressionError(f"the field {field} is not allowed")
        if isinstance(node.value, ast.Name) and node.value.id in self.roots:
            path = f"{node.value.id}.{field}"
            self.facts.add(path)
            return lambda context: context.fact(path)
        if not isinstance(node.value, (ast.Name, ast.Call)):
            raise ExpressionError(f"nothing here has a field {field}")
        if isinstance(node.value, ast.Name):
            self.fields.add((node.value.id, field))
        owner = self.read(node.value)
        return lambda context: _field(owner(context), field)

    def _binary(self, node: ast.BinOp) -> Run:
        signs: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction | int]] = {
            ast.Add: operator.add,
            ast.Sub: operator.sub,
            ast.Mult: operator.mul,
            ast.Div: operator.truediv,
            ast.FloorDiv: operator.floordiv,
            ast.Mod: operator.mod,
        }
        sign = signs.get(type(node.op))
        if sign is None:
            raise ExpressionError(f"{type(node.op).__name__} is not part of the rule language")
        divides = isinstance(node.op, (ast.Div, ast.FloorDiv, ast.Mod))
        left = self.read(node.left)
        before = set(self.facts)
        right = self.read(node.right)
        return _arithmetic(sign, left, right, frozenset(self.facts - before), divides=divides)

    def _unary(self, node: ast.UnaryOp) -> Run:
        inner = self.read(node.operand)
        match node.op:
            case ast.Not():
                return lambda context: _not(inner(context))
            case ast.USub():
                return lambda context: _minus(inner(context))
            case _:
                raise ExpressionError(f"{type(node.op).__name__} is not part of the rule language")

    def _comparison(self, node: ast.Compare) -> Run:
        parts = [self.read(part) for part in (node.left, *node.comparators)]
        tests = [_test(op) for op in node.ops]
        pairs = [_compared(test, left, right) for test, left, right in zip(tests, parts[:-1], parts[1:], strict=True)]
        return pairs[0] if len(pairs) == 1 else _and_or(pairs, decided=False)

    def _call(self, node: ast.Call) -> Run:
        if not isinstance(node.func, ast.Name) or node.func.id.startswith("_"):
            raise ExpressionError("only functions of the rule language can be called")
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise ExpressionError("arguments are given in order, without names or stars")
        name = node.func.id
        texts = tuple(a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
        self.calls.add(Call(name, len(node.args), texts))
        runs = [self.read(argument) for argument in node.args]
        return _called(name, runs)


def _constant(value: object) -> Run:
    if isinstance(value, bool):
        answer: Value = value
    elif isinstance(value, (int, float)):
        text = repr(value)
        if len(text) > MAX_DIGITS or not set(text) <= set("0123456789."):
            raise ExpressionError(f"the number {text[:MAX_DIGITS]} has too many digits")
        answer = Fraction(text)
    elif isinstance(value, str):
        answer = value
    else:
        raise ExpressionError(f"{type(value).__name__} is not part of the rule language")

    return lambda _: answer


def _field(owner: Value, field: str) -> Value:
    if isinstance(owner, Record) and field in owner.fields:
        return owner.fields[field]
    missing = unknown(owner)
    if missing:
        return missing
    raise EvaluationError(f"{show_kind(owner)} has no {field}")


def _list(runs: list[Run]) -> Run:
    return lambda context: tuple(run(context) for run in runs)


def _called(name: str, runs: list[Run]) -> Run:
    def run(context: Context) -> Value:
        context.spend()
        return context.call(name, tuple([argument(context) for argument in runs]))

    return run


def _arithmetic(
    sign: Callable[[Fraction, Fraction], Fraction | int],
    left: Run,
    right: Run,
    divisor_facts: frozenset[str],
    *,
    divides: bool,
) -> Run:
    def run(context: Context) -> Value:
        context.spend()
        a, b = left(context), right(context)
        if not isinstance(a, Fraction) or not isinstance(b, Fraction):
            missing = unknown(a, b)
            if missing:
                return missing
            a, b = as_number(a), as_number(b)
        if divides and not b:
            return Unknown(divisor_facts)
        found = sign(a, b)
        result = found if isinstance(found, Fraction) else Fraction(found)  # whole parts come as an integer
        if result.numerator.bit_length() + result.denominator.bit_length() > MAX_BITS:
            raise EvaluationError("a number grew too long")
        return result

    return run


def _not(value: Value) -> Value:
    truth = as_condition(value)
    return truth if isinstance(truth, Unknown) else not truth


def _minus(value: Value) -> Value:
    return unknown(value) or -as_number(value)


def _and_or(runs: list[Run], *, decided: bool) -> Run:
    """Return and (`decided` False) or or (`decided` True): one operand with that truth settles it.

    When an operand settles it, only the facts behind that operand count as the reason.
    """

    def run(context: Context) -> Value:
        context.spend()
        before = dict(context.touched)
        unknowns: list[Unknown] = []
        for operand in runs:
            sofar, context.touched = context.touched, {}
            truth = as_condition(operand(context))
            if truth is decided:
                context.touched = before | context.touched
                return decided
            context.touched = sofar | context.touched
            if isinstance(truth, Unknown):
                unknowns.append(truth)
        return join(unknowns) if unknowns else not decided

    return run


def _conditional(test: Run, body: Run, orelse: Run) -> Run:
    def run(context: Context) -> Value:
        context.spend()
        truth = as_condition(test(context))
        if not isinstance(truth, Unknown):
            return body(context) if truth else orelse(context)
        one, other = body(context), orelse(context)
        same = type(one) is type(other) and one == other and not isinstance(one, Unknown)
        return one if same else join([truth, *(v for v in (one, other) if isinstance(v, Unknown))])

    return run


def _test(op: ast.cmpop) -> Callable[[Value, Value], bool | Unknown]:
    match op:
        case ast.Eq():
            return operator.eq
        case ast.NotEq():
            return operator.ne
        case ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE():
            return _ordered(
                {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}[type(op)]
            )
        case ast.In():
            return _is_in
        case ast.NotIn():
            return _is_not_in
        case _:
            raise ExpressionError(f"{type(op).__name__} is not part of the rule language")


def _ordered(test: Callable[..., bool]) -> Callable[[Value, Value], bool]:
    def ordered(left: Value, right: Value) -> bool:
        if isinstance(left, NotApplicable) or isinstance(right, NotApplicable):
            return False
        if isinstance(left, Fraction) and isinstance(right, Fraction):
            return test(left, right)
        if isinstance(left, dt.date) and isinstance(right, dt.date):
            return test(left, right)
        raise EvaluationError(f"{show_kind(left)} cannot be compared with {show_kind(right)}")

    return ordered


def _is_in(left: Value, right: Value) -> bool | Unknown:
    if not isinstance(right, tuple):
        raise EvaluationError("“in” needs a list")
    if any(not isinstance(item, Unknown) and item == left for item in right):
        return True
    return unknown(*(item for item in right if isinstance(item, Unknown))) or False


def _is_not_in(left: Value, right: Value) -> bool | Unknown:
    truth = _is_in(left, right)
    return truth if isinstance(truth, Unknown) else not truth


def _compared(test: Callable[[Value, Value], bool | Unknown], left: Run, right: Run) -> Run:
    def run(context: Context) -> Value:
        context.spend()
        a, b = left(context), right(context)
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return join([v for v in (a, b) if isinstance(v, Unknown)])
        return test(a, b)

    return run
