"""How a result came about, in words and figures: the working of amounts, and “because you said …”.

The expression of a step prints as arithmetic with its values put in; it is made from the same
expression that was computed, so that the two cannot differ.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from clinic_app.domain.assessment import Because, Missing, Step
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.fields import Field, Kind, options
from clinic_app.domain.values import Text
from clinic_app.rules.book import ANSWERS, RuleBook
from clinic_app.rules.expression import Expression
from clinic_app.rules.facts import Days, Ends, Facts
from clinic_app.rules.logic import Record, Unknown, Value, as_condition
from clinic_app.rules.phrases import day_in_words, fill, money_in_words
from clinic_app.rules.scope import PARAMETER, Done, Scope, Use

MONEY_PLACES: Final = 4
PLACES: Final = 6
CENTS: Final = 2
ARITHMETIC: Final = frozenset({"min", "max"})
COUNTS: Final = frozenset({"full_months_in", "days_beyond_months", "complete_months"})
_SIGNS: Final[dict[type[ast.operator], tuple[str, int]]] = {
    ast.Add: ("+", 1),
    ast.Sub: ("−", 1),
    ast.Mult: ("×", 2),
    ast.Div: ("÷", 2),
    ast.FloorDiv: ("÷", 2),
    ast.Mod: ("mod", 2),
}
_UNEVEN: Final = frozenset({ast.Sub, ast.Div, ast.FloorDiv, ast.Mod})  # whose right side needs its brackets
_ATOM: Final = 3


def show(value: Value, unit: str = "number") -> str:
    """Return a value as a step prints it; money has cents, or four decimals where it is not exact."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, Fraction):
        if unit == "money":
            return _fixed(value, MONEY_PLACES if 10**CENTS % value.denominator else CENTS)
        if value.denominator == 1:
            return str(value.numerator)
        text = _fixed(value, PLACES)
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, str) else "?"


def _fixed(value: Fraction, places: int) -> str:
    below = 2 * value.denominator
    digits = str((2 * abs(value.numerator) * 10**places + value.denominator) // below).rjust(places + 1, "0")
    sign = "-" if value.numerator < 0 and int(digits) else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def arithmetic(step: Done) -> str:
    """Return a step's expression with its values put in; a count of months alone shows its two days."""
    whole, scope = step.rule.value, step.scope
    match whole.tree:
        case ast.Call(func=ast.Name(id=name)) if name in COUNTS:
            return _span(whole.tree, whole, scope)
        case _:
            return _render(whole.tree, whole, scope)[0]


def _render(node: ast.expr, whole: Expression, scope: Scope) -> tuple[str, int]:
    """Return the text of a part of an expression and how tightly it binds."""
    if isinstance(node, ast.BinOp):
        return _operation(node, whole, scope)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _called(node, node.func.id, whole, scope)
    if isinstance(node, ast.IfExp):
        test = as_condition(whole.parts[node.test](scope))
        return _render(node.body if test is True else node.orelse, whole, scope)
    return _plain(node, whole, scope)


def _operation(node: ast.BinOp, whole: Expression, scope: Scope) -> tuple[str, int]:
    sign, binds = _SIGNS[type(node.op)]
    left, right = _render(node.left, whole, scope), _render(node.right, whole, scope)
    tight = binds + 1 if type(node.op) in _UNEVEN else binds
    return f"{_wrap(left, binds)} {sign} {_wrap(right, tight)}", binds


def _called(node: ast.Call, name: str, whole: Expression, scope: Scope) -> tuple[str, int]:
    if name in ARITHMETIC:
        return f"{name}({', '.join([_render(a, whole, scope)[0] for a in node.args])})", _ATOM
    if name == "first_known":
        known = [a for a in node.args if scope.call("known", (whole.parts[a](scope),)) is True]
        return _render(known[0], whole, scope) if known else ("?", _ATOM)
    if name == "rounded":
        return _render(node.args[0], whole, scope)
    if name == "days":
        return _span(node, whole, scope), _ATOM
    if _is_formula(scope.book, name):
        definition = scope.book.definitions[name]
        inside = scope.of_formula(definition, tuple([whole.parts[a](scope) for a in node.args]))
        formula = definition.steps[-1].value
        return _render(formula.tree, formula, inside)
    return _plain(node, whole, scope)


def _span(node: ast.Call, whole: Expression, scope: Scope) -> str:
    first, last = (show(whole.parts[a](scope)) for a in node.args)
    return f"[{first} … {last}]"


def _plain(node: ast.expr, whole: Expression, scope: Scope) -> tuple[str, int]:
    text = show(whole.parts[node](scope))
    return text, 1 if text.startswith("-") else _ATOM


def _is_formula(book: RuleBook, name: str) -> bool:
    """Return whether a call is of a formula of one line, which prints as its own arithmetic."""
    definition = book.definitions.get(name)
    return definition is not None and len(definition.steps) == 1


def _wrap(part: tuple[str, int], binds: int) -> str:
    return part[0] if part[1] >= binds else f"({part[0]})"


def source_of(uses: Iterable[Use]) -> str:
    """Return the validity and publication of the parameters that a step used."""
    return "; ".join(dict.fromkeys([use.told for use in uses]))


def step_of(step: Done, step_id: str, label: Text | None = None) -> Step:
    """Return a computed step as it prints."""
    return Step(
        step_id, label or step.rule.label, arithmetic(step), show(step.value, step.rule.unit), source_of(step.uses)
    )


def bases(scope: Scope, done: Iterable[Done]) -> tuple[Step, ...]:
    """Return the steps of the printed definitions that these steps use, each once, in order of need."""
    names: dict[str, None] = {}
    for step in done:
        _collect(scope.book, step.rule.value.names, names)
        _collect(scope.book, [call.name for call in step.rule.value.calls], names)
    steps: list[Step] = []
    for name in names:
        definition = scope.book.definitions[name]
        if not definition.shown or definition.arguments:
            continue
        value, parts = scope.defined(name)
        if isinstance(value, Unknown):  # it is not part of a result that was computed
            continue
        if len(parts) == 1 and parts[0].value != value:
            steps.append(Step(name, definition.label, "", show(value, definition.unit)))
        else:
            steps += [step_of(part, name if part is parts[-1] else f"{name}.{part.rule.id}") for part in parts]
    return tuple(steps)


def _collect(book: RuleBook, used: Iterable[str], names: dict[str, None]) -> None:
    for name in sorted(used):
        definition = book.definitions.get(name)
        if definition is None or name in names:
            continue
        for step in () if definition.brief else definition.steps:
            _collect(book, step.value.names, names)
            _collect(book, [call.name for call in step.value.calls], names)
        names[name] = None


def both_ends(low: tuple[Step, ...], high: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return one working of two: where they differ a step shows “low … high”."""
    lows, highs = ({step.step: step for step in steps} for steps in (low, high))
    longer, shorter = (low, high) if len(low) >= len(high) else (high, low)
    order = dict.fromkeys(step.step for step in (*longer, *shorter))
    return tuple(_merge(lows.get(step), highs.get(step)) for step in order)


def _merge(low: Step | None, high: Step | None) -> Step:
    if low is None or high is None or low == high:
        step = low or high
        assert step is not None  # each name comes from one of the two
        return step
    return Step(
        low.step,
        low.label,
        _two(low.expression, high.expression),
        _two(low.value, high.value),
        low.source if low.source == high.source else _two(low.source, high.source),
    )


def _two(low: str, high: str) -> str:
    return low if low == high else f"{low or '0'} … {high or '0'}"


def question_of(book: RuleBook, path: str) -> Text:
    """Return the question that asks for a fact, in the languages of the book."""
    if path.startswith(PARAMETER):
        parameter = book.parameters[path.removeprefix(PARAMETER)]
        return fill(book.phrases["no_value"], title=parameter.title)
    words = book.fact_words.get(path)
    if words is not None:
        return words.question
    field = field_of(book, path)
    if field is not None and not isinstance(field.label, str):
        return field.label
    return dict.fromkeys(book.languages, path)


def missing_of(book: RuleBook, paths: Iterable[str]) -> tuple[Missing, ...]:
    """Return the facts that are missing, with the question that asks for each."""
    return tuple(Missing(path, question_of(book, path)) for path in sorted(set(paths)))


def because_of(book: RuleBook, facts: Facts, paths: Iterable[str]) -> tuple[Because, ...]:
    """Return “because you said …” for each of the facts that was told."""
    told = [path for path in paths if facts.known(path)]
    return tuple(
        Because(
            path, fill(book.phrases["because"], question=question_of(book, path), answer=answer_of(book, facts, path))
        )
        for path in told
        if not isinstance(facts.certain.get(path), tuple) or facts.certain[path]
    )


def answer_of(book: RuleBook, facts: Facts, path: str) -> Text:
    """Return a fact in words."""
    doubt = facts.doubts.get(path)
    if isinstance(doubt, Days):
        low, high = day_in_words(book.phrases, doubt.first), day_in_words(book.phrases, doubt.last)
        return fill(book.phrases["between"], low=low, high=high)
    if isinstance(doubt, Ends):
        low, high = (_in_words(book, path, end) for end in (doubt.low, doubt.high))
        return fill(book.phrases["between"], low=low, high=high)
    return _in_words(book, path, facts.value(path))


def _in_words(book: RuleBook, path: str, value: Value) -> Text:
    if isinstance(value, dt.date):
        return day_in_words(book.phrases, value)
    if isinstance(value, tuple):
        parts = [_in_words(book, path, item) for item in value if not isinstance(item, Record)]
        if parts:
            return {language: ", ".join(part[language] for part in parts) for language in book.languages}
        return dict.fromkeys(book.languages, str(len(value)))
    field = field_of(book, path)
    if field is not None and field.kind is Kind.MONEY and isinstance(value, Fraction):
        return dict.fromkeys(book.languages, money_in_words(value, book.currency))
    text = show(value)
    if value in {"yes", "no"} and isinstance(value, str):
        words = book.fact_words.get(path)
        return words.choices[value] if words and value in words.choices else book.phrases[value]
    words = book.fact_words.get(path)
    if words is not None and text in words.choices:
        return words.choices[text]
    if field is not None and field.kind is Kind.CHOICE:
        for choice in options(field):
            if choice.code == text and not isinstance(choice.label, str):
                return choice.label
    return dict.fromkeys(book.languages, text)


def field_of(book: RuleBook, path: str) -> Field | None:
    """Return the field of the catalogue or the question of the book that a path names; None when there is none."""
    section, _, name = path.partition(".")
    fields = book.fields if section == ANSWERS else BY_ID[section].fields if section in BY_ID else ()
    return next((field for field in fields if field.id == name), None)
