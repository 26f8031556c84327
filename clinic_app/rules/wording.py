"""The expressions of a book in words that a lawyer reads: facts by their question, values by their title.

Made from the very tree that is computed, so that the words cannot say another rule.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from clinic_app.domain.catalogue import EVENT_KINDS
from clinic_app.domain.fields import Label, options
from clinic_app.rules.book import RuleBook
from clinic_app.rules.expression import Expression
from clinic_app.rules.trace import field_of
from clinic_app.words import N_

Say = Callable[[Label], str]

CALLS: Final[Mapping[str, str]] = {
    "min": N_("the least of ({list})"),
    "max": N_("the greatest of ({list})"),
    "floor": N_("the whole part of ({a})"),
    "rounded": N_("{a}, rounded to the cent"),
    "known": N_("{a} is known"),
    "first_known": N_("the first that is known of ({list})"),
    "is_true": N_("it is certain that ({a})"),
    "at_least": N_("at least {a} of ({rest}) hold"),
    "date": N_("the day {c}-{b}-{a}"),
    "year_of": N_("the year of {a}"),
    "month_of": N_("the month of {a}"),
    "later": N_("the later of ({list})"),
    "earlier": N_("the earlier of ({list})"),
    "add_days": N_("{a} and {b} days more"),
    "add_months": N_("{a} and {b} months more"),
    "add_years": N_("{a} and {b} years more"),
    "days": N_("the days from {a} to {b}, both counted"),
    "days_between": N_("the days from {a} to {b}, the first not counted"),
    "whole_years": N_("the complete years from {a} to {b}"),
    "whole_months": N_("the complete months from {a} to {b}"),
    "calendar_years": N_("each calendar year from {a} to {b}"),
    "calendar_months": N_("each calendar month from {a} to {b}"),
    "month_start": N_("the first day of the month of {a}"),
    "month_end": N_("the last day of the month of {a}"),
    "half_years": N_("each half year that touches {a} to {b}, one of them beginning in month {c}"),
    "full_months_in": N_("the full months from {a} to {b}, both counted"),
    "complete_months": N_("the calendar months that lie wholly within {a} to {b}"),
    "days_beyond_months": N_("the days from {a} to {b} beyond the full months"),
    "days_of_rows": N_("the days from {d} to {e} that {a} names"),
    "working_days": N_("the working days from {a} to {b}, both counted"),
    "working_days/3": N_("the working days from {a} to {b}, both counted, of a week of {c} days"),
    "working_days_in_months": N_("the working days of the months “{b}” of {a}"),
    "working_days_in_months/3": N_("the working days of the months “{b}” of {a}, of a week of {c} days"),
    "earliest_in": N_("the earliest “{b}” of {a} from {c} on"),
    "service_parts": N_("each whole year told in {c}, and the year of service in progress, from {a} to {b}"),
    "told_years": N_("each year of service from {a} to {b} that is told in {c}"),
    "sum_of": N_("the sum of “{b}” over {a}"),
    "sum_of/6": N_("the sum of “{b}” over {a}, where {c} is {d} and {e} is {f}"),
    "term_raw": N_("the last day of a term of {c} ({a}) from {b}, before it moves"),
    "term_end": N_("the last day of a term of {c} ({a}) from {b}, moved to a working day"),
    "term_safe": N_("the last working day that is surely within a term of {c} ({a}) from {b}"),
    "service_years": N_("each year of service from {a} to {b}"),
    "weeks": N_("each week told in {a}, else each week from {b} to {c}"),
    "segments": N_("the time from {a} to {b}, cut wherever the pay or a named value changes"),
    "rows": N_("each row of {a}"),
    "count": N_("the number of rows of {a}"),
    "count_where": N_("the number of rows of {a}, where {b} is {c}"),
    "count_where/5": N_("the number of rows of {a}, where {b} is {c} and {d} is {e}"),
    "pay_on": N_("the pay that held on {a}"),
    "has_event": N_("it happened: {a}"),
    "event_date": N_("the first day of: {a}"),
    "last_event_date": N_("the last day of: {a}"),
    "is_holiday": N_("{a} is a holiday"),
    "is_working_day": N_("{a} is a working day"),
    "next_working_day": N_("the first working day from {a} on"),
    "is_sunday": N_("{a} is a Sunday"),
    "zone_of": N_("the zone of {a}, {b}"),
    "hours_between": N_("the hours from {a} to {b}"),
    "hours_within": N_("the hours from {a} to {b} that lie between {c} and {d}"),
}
"""How each function reads, with “/3” for three arguments. One that is not here reads as its name and arguments."""

EVENTS: Final = frozenset({"has_event", "event_date", "last_event_date"})

_COMPARED: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "=",
    ast.NotEq: "≠",
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
}
_SIGNS: Final[Mapping[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷"}
_ONE_VALUE: Final = 1  # a parameter asked for by day alone


class Wording:
    """Puts the expressions of one book into the words of one language."""

    def __init__(self, book: RuleBook, say: Say) -> None:
        self._book = book
        self._say = say

    def of(self, expression: Expression) -> str:
        """Return an expression in words."""
        return self._words(expression.tree)

    def _words(self, node: ast.expr) -> str:
        match node:
            case ast.BoolOp():
                join = f" {self._say(N_('and') if isinstance(node.op, ast.And) else N_('or'))} "
                return join.join(self._inner(value) for value in node.values)
            case ast.UnaryOp(op=ast.Not()):
                return self._fill(N_("not ({a})"), [self._words(node.operand)])
            case ast.UnaryOp():
                return f"−{self._inner(node.operand)}"
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                parts = [self._words(part) for part in (node.body, node.test, node.orelse)]
                return self._fill(N_("{a} if {b}; otherwise {c}"), parts)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node.args)
            case ast.List() | ast.Tuple():
                return ", ".join(self._words(item) for item in node.elts)
            case _:
                return self._name(node)

    def _inner(self, node: ast.expr) -> str:
        """Return a part in brackets where it could be read apart."""
        words = self._words(node)
        return f"({words})" if isinstance(node, (ast.BoolOp, ast.IfExp, ast.BinOp)) else words

    def _arithmetic(self, node: ast.BinOp) -> str:
        left, right = self._inner(node.left), self._inner(node.right)
        match node.op:
            case ast.FloorDiv():
                return self._fill(N_("the whole part of {a} ÷ {b}"), [left, right])
            case ast.Mod():
                return self._fill(N_("what remains of {a} ÷ {b}"), [left, right])
            case _:
                if isinstance(node.left, ast.BinOp) and isinstance(node.op, ast.Add) and _is_sum(node.left):
                    left = self._words(node.left)
                return f"{left} {_SIGNS[type(node.op)]} {right}"

    def _comparison(self, node: ast.Compare) -> str:
        first = node.left
        parts = []
        for op, second in zip(node.ops, node.comparators, strict=True):
            one, other = self._value(first, second), self._value(second, first)
            if isinstance(op, (ast.In, ast.NotIn)):
                words = N_("{a} is one of: {b}") if isinstance(op, ast.In) else N_("{a} is none of: {b}")
                parts.append(self._fill(words, [one, other]))
            else:
                parts.append(f"{one} {_COMPARED[type(op)]} {other}")
            first = second
        return f" {self._say(N_('and'))} ".join(parts)

    def _value(self, node: ast.expr, beside: ast.expr) -> str:
        """Return a part of a comparison; a code beside a fact reads as the words of that choice."""
        if isinstance(node, (ast.List, ast.Tuple)):
            return ", ".join(self._value(item, beside) for item in node.elts)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return f"“{self._choice(_path(beside), node.value)}”"
        return self._inner(node)

    def _choice(self, path: str, code: str) -> str:
        words = self._book.fact_words.get(path)
        if words is not None and code in words.choices:
            return self._say(words.choices[code])
        field = field_of(self._book, path)
        found = next((c for c in options(field) if c.code == code), None) if field is not None else None
        return self._say(found.label) if found is not None else code

    def _call(self, name: str, arguments: list[ast.expr]) -> str:
        words = [self._words(argument) for argument in arguments]
        parameter = self._book.parameters.get(name)
        if parameter is not None:
            title = f"“{self._say(parameter.title)}”"
            if len(words) == _ONE_VALUE:
                return self._fill(N_("{a} of the day: {b}"), [title, words[0]])
            return self._fill(N_("{a} of the day: {b} ({c})"), [title, *(words if parameter.keys else words[::-1])])
        if name in self._book.tables:
            return self._fill(N_("{a} by the table “{b}”"), [_plain(words[0]), _plain(name)])
        if name in self._book.definitions:
            return f"{self._defined(name)} ({', '.join(words)})"
        if name in EVENTS:
            words = [self._event(argument) for argument in arguments]
        reads = CALLS.get(f"{name}/{len(words)}", CALLS.get(name))
        if reads is not None:
            return self._fill(reads, words)
        return f"{_plain(name)} ({', '.join(words)})"

    def _event(self, node: ast.expr) -> str:
        kind = str(node.value) if isinstance(node, ast.Constant) else ""
        label = next((choice.label for choice in EVENT_KINDS if choice.code == kind), kind)
        return f"“{self._say(label)}”"

    def _name(self, node: ast.expr) -> str:
        path = _path(node)
        if path in self._book.fact_words:
            return f"«{self._say(self._book.fact_words[path].question)}»"
        field = field_of(self._book, path)
        if field is not None:
            return f"«{self._say(field.label)}»"
        match node:
            case ast.Constant(value=bool()):
                return self._say(N_("always") if node.value else N_("never"))
            case ast.Constant(value=str() as text):
                return f"“{text}”"
            case ast.Constant():
                return str(node.value)
            case ast.Name():
                return self._named(node.id)
            case ast.Attribute():
                return f"{self._words(node.value)}: {_plain(node.attr)}"
            case _:
                return ast.unparse(node)

    def _named(self, name: str) -> str:
        if name == "as_of":
            return self._say(N_("the day of the check"))
        return self._defined(name) if name in self._book.definitions else _plain(name)

    def _defined(self, name: str) -> str:
        label = self._book.definitions[name].label
        return f"“{self._say(label)}”" if label else f"“{_plain(name)}”"

    def _fill(self, message: str, words: list[str]) -> str:
        named = dict(zip("abcdefgh", words, strict=False))
        return self._say(message).format(**named, list="; ".join(words), rest="; ".join(words[1:]))


def _path(node: ast.expr) -> str:
    return (
        f"{node.value.id}.{node.attr}" if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""
    )


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _is_sum(node: ast.BinOp) -> bool:
    return isinstance(node.op, (ast.Add, ast.Sub))
