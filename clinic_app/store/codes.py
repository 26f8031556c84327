"""Answers as the journal and the tables hold them, and back.

The journal's form names the kind beside the text, so that it can be read without any catalogue or
rule book. Nothing is ever rounded: numbers and money are decimal text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Kind
from clinic_app.domain.values import Answer, Empty, Span
from clinic_app.errors import BugError
from sync.records import Value

EMPTY: Final = "empty"
EMPTIES: Final = frozenset(empty.value for empty in Empty if empty is not Empty.NOT_ASKED)
KINDS: Final = frozenset(kind.value for kind in Kind)


def to_value(answer: Answer, kind: Kind) -> Value:
    """Return the journal's form of an answer; None for one that was not asked.

    BugError for an answer that is not of its kind: it could be written, and never be read again.
    """
    if answer is Empty.NOT_ASKED:
        return None
    if isinstance(answer, Empty):
        return EMPTY, answer.value
    text = _text(answer)
    try:
        same = from_text(kind, text) == answer
    except (ValueError, ArithmeticError):
        same = False
    if not same:
        raise BugError(f"{answer!r} is not an answer of the kind {kind.value}")
    return kind.value, text


def from_value(value: Value) -> Answer:
    """Return the answer of a journal's form."""
    match value:
        case None:
            return Empty.NOT_ASKED
        case (str() as tag, str() as text):
            return Empty(text) if tag == EMPTY else from_text(Kind(tag), text)
        case _:
            raise BugError(f"{value!r} is not an answer")


def from_text(kind: Kind, text: str) -> Answer:
    """Return the answer of a column's text."""
    match kind:
        case Kind.DATE:
            return Edtf.parse(text)
        case Kind.INTEGER:
            return int(text)
        case Kind.MONEY | Kind.NUMBER:
            return _number(text)
        case Kind.TABLE:
            return tuple(_row(row) for row in json.loads(text))
        case _:
            return text


def kind_of(answer: Answer) -> Kind:
    """Return the kind that a bare answer has when no field says it."""
    match answer:
        case Edtf():
            return Kind.DATE
        case Decimal() | Span():
            return Kind.NUMBER
        case int():
            return Kind.INTEGER
        case tuple():
            return Kind.TABLE
        case _:
            return Kind.TEXT


def canonical(value: object) -> str:
    """Return JSON with one spelling: sorted keys, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _text(answer: Answer) -> str:
    match answer:
        case Decimal():
            return format(answer, "f")
        case Span(low, high):
            return canonical({"low": format(low, "f"), "high": format(high, "f")})
        case tuple():
            return canonical([_cells(row) for row in answer])
        case _:
            return str(answer)


def _cells(row: Mapping[str, Answer]) -> dict[str, Value]:
    return {name: to_value(cell, kind_of(cell)) for name, cell in row.items()}


def _number(text: str) -> Decimal | Span:
    if text.startswith("{"):
        ends = json.loads(text)
        return Span(Decimal(ends["low"]), Decimal(ends["high"]))
    return Decimal(text)


def _row(cells: Mapping[str, list[str] | None]) -> dict[str, Answer]:
    return {name: from_value((cell[0], cell[1]) if cell else None) for name, cell in cells.items()}
