"""The values that rules compute with, and the logic of three values (Kleene's strong logic).

What is not known is a value too: it names the facts that are missing and it is never guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known, and the paths of the facts that would settle it."""

    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The answer “does not apply”: equal to nothing, above and below nothing."""

    path: str


@dataclass(frozen=True, slots=True)
class Record:
    """Several named values: a year, a week, a row of a table."""

    fields: Mapping[str, Value]


Value: TypeAlias = "bool | Fraction | str | dt.date | Record | tuple[Value, ...] | Unknown | NotApplicable"


class EvaluationError(Exception):
    """A rule cannot be computed as it is written: kinds that do not fit, or a limit exceeded."""


def unknown(*values: Value) -> Unknown | None:
    """Return what the values miss together; None when all are known.

    A value that does not apply is as good as missing to whoever must compute with it.
    """
    lacking = [value for value in values if isinstance(value, (Unknown, NotApplicable))]
    if not lacking:
        return None
    return join(value if isinstance(value, Unknown) else Unknown(frozenset({value.path})) for value in lacking)


def join(values: Iterable[Unknown]) -> Unknown:
    """Return the Unknown that misses everything that the values miss."""
    listed = list(values)
    return listed[0] if len(listed) == 1 else Unknown(frozenset().union(*[value.missing for value in listed]))


def as_condition(value: Value) -> bool | Unknown:
    """Return a condition's truth; “does not apply” is false; anything else is a mistake of the rule."""
    if isinstance(value, (bool, Unknown)):
        return value
    if isinstance(value, NotApplicable):
        return False
    raise EvaluationError(f"a condition is true or false, not {show_kind(value)}")


def as_number(value: Value) -> Fraction:
    """Return a number, or raise EvaluationError."""
    if isinstance(value, Fraction):
        return value
    raise EvaluationError(f"a number is needed, not {show_kind(value)}")


def as_date(value: Value) -> dt.date:
    """Return a day; a text in ISO form is one too."""
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise EvaluationError(f"“{value}” is not a day") from None
    raise EvaluationError(f"a day is needed, not {show_kind(value)}")


def as_text(value: Value) -> str:
    """Return a text, or raise EvaluationError."""
    if isinstance(value, str):
        return value
    raise EvaluationError(f"a text is needed, not {show_kind(value)}")


def as_records(value: Value) -> tuple[Record, ...]:
    """Return a list of records, or raise EvaluationError."""
    if isinstance(value, tuple):
        return tuple(item for item in value if isinstance(item, Record))
    raise EvaluationError(f"a list is needed, not {show_kind(value)}")


def comparable(value: Value | None) -> object:
    """Return something that can be compared and hashed and stands for the value."""
    if isinstance(value, tuple):
        return tuple(map(comparable, value))
    return tuple((k, comparable(v)) for k, v in value.fields.items()) if isinstance(value, Record) else value


def show_kind(value: Value) -> str:
    """Return the kind of a value in words."""
    names = {bool: "a condition", Fraction: "a number", str: "a text", tuple: "a list", Record: "a record"}
    return names.get(type(value), "a day" if isinstance(value, dt.date) else "something unknown")
