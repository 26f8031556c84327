"""What a field is: its kind, its words, its choices and limits.

One description serves every floor: the intake file and its JSON Schema, the store's columns, the
journal's field ids, the screen's input and the paper's label. The questions of a rule book are
the same `Field`, read from YAML.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.values import Answer, Empty, Row, Span, Text, Value
from clinic_app.errors import InputError
from clinic_app.words import N_

Label: TypeAlias = "str | Text"
"""Words for a field: a message id of the catalog, or the texts of a rule book by language."""

TEXT_BYTES: Final = 64 * 1024
LONG_TEXT_BYTES: Final = 1024 * 1024
TABLE_ROWS: Final = 1000
MONEY_HIGH: Final = Decimal(1_000_000_000)
SHOWN: Final = 40  # characters of a wrong value that its error repeats


class Kind(enum.Enum):
    """What may stand in a field."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DATE = "date"  # Edtf
    TIME = "time"  # "HH:MM"
    MONEY = "money"  # Decimal or Span, in the currency of the place
    NUMBER = "number"  # Decimal or Span, in the unit that the label names
    INTEGER = "integer"  # int
    TABLE = "table"  # tuple of rows, each a mapping column id -> Answer


class Merge(enum.Enum):
    """How two values of one field, written apart, become one list of heads."""

    REGISTER = "register"
    LONG_TEXT = "long_text"
    STATE = "state"  # a conflict always goes to review
    STRICT = "strict"  # consent and safety: the stricter value counts until someone decides
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice field: its code on disk and its words."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a section, one question of a rule book, or one column of a table.

    `id` is permanent. `tier` 1 is enough to save and count, 2 is needed to advise, 3 only to file
    (official identity, addresses: masked on screen). `low` and `high` bound numbers and money.
    `later` fields are not asked in the interview: they are written where their thing is worked on.
    """

    id: str
    kind: Kind
    label: Label
    help: Label = ""
    choices: tuple[Choice, ...] = ()
    columns: tuple[Field, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    merge: Merge = Merge.REGISTER
    tier: int = 2
    later: bool = False


YES_NO: Final = (Choice("yes", N_("Yes")), Choice("no", N_("No")))

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z", re.ASCII)
_CONTROL = {c for c in map(chr, range(32)) if c not in "\n\t"} | {"\x7f"}


def options(field: Field) -> tuple[Choice, ...]:
    """Return the choices of a choice or yes/no field."""
    return YES_NO if field.kind is Kind.YES_NO else field.choices


def read_answer(field: Field, raw: object, path: str) -> Answer:
    """Check a raw value (as JSON gives it) against the field and return the answer.

    `{"empty": "does_not_know"}` gives one of the four empties. Raises InputError with the path and
    what was expected.
    """
    if isinstance(raw, Mapping) and "empty" in raw:
        codes = ", ".join(e.value for e in Empty)
        if set(raw) != {"empty"} or not isinstance(raw["empty"], str):
            raise InputError(path, N_("an empty answer has only the key “empty”"), codes)
        try:
            return Empty(raw["empty"])
        except ValueError:
            raise InputError(path, N_("“{value}” is not a kind of empty"), codes, value=raw["empty"]) from None
    return read_value(field, raw, path)


def read_value(field: Field, raw: object, path: str) -> Value:
    """Check a raw value against the field's kind and limits; InputError says what is wrong."""
    match field.kind:
        case Kind.TEXT:
            return _text(raw, path, TEXT_BYTES)
        case Kind.LONG_TEXT:
            return _text(raw, path, LONG_TEXT_BYTES)
        case Kind.CHOICE | Kind.YES_NO:
            return _choice(field, raw, path)
        case Kind.DATE:
            return _date(raw, path)
        case Kind.TIME:
            if not isinstance(raw, str) or not _TIME.match(raw):
                raise InputError(path, N_("not a time"), N_('a time as text, like "08:30"'))
            return raw
        case Kind.INTEGER:
            return _integer(field, raw, path)
        case Kind.MONEY | Kind.NUMBER:
            return _number_or_span(field, raw, path)
        case Kind.TABLE:
            return _table(field, raw, path)


def _text(raw: object, path: str, limit: int) -> str:
    if not isinstance(raw, str):
        raise InputError(path, N_("not a text"), N_("a text"))
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    if any(c in _CONTROL or "\ud800" <= c <= "\udfff" for c in text):
        raise InputError(path, N_("the text holds a character that is not a letter, sign or line break"), N_("a text"))
    if len(text.encode()) > limit:
        raise InputError(path, N_("the text is too long"), N_("at most {limit} bytes"), limit=limit)
    return text


def _choice(field: Field, raw: object, path: str) -> str:
    codes = [c.code for c in options(field)]
    if not isinstance(raw, str) or raw not in codes:
        raise InputError(path, N_("“{value}” is not one of the choices"), ", ".join(codes), value=_short(raw))
    return raw


def _date(raw: object, path: str) -> Edtf:
    expected = N_("a date like 2026-03-15, 2026-03 or 2026, with ~ for about, or a range like 2026-01/2026-03")
    if isinstance(raw, dt.date):
        return Edtf.of(raw)
    if not isinstance(raw, str):
        raise InputError(path, N_("not a date"), expected)
    try:
        return Edtf.parse(raw)
    except ValueError as error:
        raise InputError(
            path, N_("“{value}” is not a date: {why}"), expected, value=_short(raw), why=str(error)
        ) from None


def _integer(field: Field, raw: object, path: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise InputError(path, N_("not a whole number"), _bounds(field))
    _check_bounds(field, Decimal(raw), path)
    return raw


def _number_or_span(field: Field, raw: object, path: str) -> Decimal | Span:
    if not isinstance(raw, Mapping):
        return _decimal(field, raw, path)
    if set(raw) != {"low", "high"}:
        raise InputError(path, N_("a range has the two keys “low” and “high”"), _bounds(field))
    low = _decimal(field, raw["low"], f"{path}.low")
    high = _decimal(field, raw["high"], f"{path}.high")
    if low > high:
        raise InputError(path, N_("the low end is above the high end"), _bounds(field))
    return low if low == high else Span(low, high)


def _decimal(field: Field, raw: object, path: str) -> Decimal:
    expected = _bounds(field)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise InputError(path, N_("not a number"), expected)
    if isinstance(raw, str) and not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", raw, re.ASCII):
        raise InputError(path, N_("“{value}” is not a number"), expected, value=_short(raw))
    try:
        number = Decimal(raw)
    except InvalidOperation:
        raise InputError(path, N_("not a number"), expected) from None
    _check_bounds(field, number, path)
    exponent = number.as_tuple().exponent
    places = 2 if field.kind is Kind.MONEY else 6
    if not isinstance(exponent, int) or exponent < -places:
        raise InputError(path, N_("too many decimals"), expected)
    return number


def _check_bounds(field: Field, number: Decimal, path: str) -> None:
    low, high = limits(field)
    if not number.is_finite() or not low <= number <= high:
        raise InputError(path, N_("{value} is out of bounds"), _bounds(field), value=_short(number))


def limits(field: Field) -> tuple[Decimal, Decimal]:
    """Return the least and greatest number the field takes."""
    return (
        field.low if field.low is not None else Decimal(0),
        field.high if field.high is not None else MONEY_HIGH,
    )


def _bounds(field: Field) -> str:
    low, high = limits(field)
    return f"{low} … {high}"


def _table(field: Field, raw: object, path: str) -> tuple[Row, ...]:
    if not isinstance(raw, (list, tuple)):
        raise InputError(path, N_("not a list of rows"), ", ".join(c.id for c in field.columns))
    if len(raw) > TABLE_ROWS:
        raise InputError(path, N_("too many rows"), N_("at most {limit} rows"), limit=TABLE_ROWS)
    return tuple(read_row(field.columns, row, f"{path}[{i}]") for i, row in enumerate(raw))


def read_row(fields: tuple[Field, ...], raw: object, path: str) -> dict[str, Answer]:
    """Check one object against a list of fields; unknown names are refused with their path."""
    known = {f.id: f for f in fields}
    if not isinstance(raw, Mapping):
        raise InputError(path, N_("not an object"), ", ".join(known))
    row: dict[str, Answer] = {}
    for name, value in raw.items():
        if name not in known:
            raise InputError(f"{path}.{name}" if path else str(name), N_("no such field"), ", ".join(known))
        row[name] = read_answer(known[name], value, f"{path}.{name}" if path else name)
    return row


def plain(answer: Answer) -> object:
    """Return the answer as JSON holds it: the inverse of `read_answer`."""
    match answer:
        case Empty():
            return {"empty": answer.value}
        case Edtf():
            return answer.text
        case Decimal():
            return format(answer, "f")
        case Span(low, high):
            return {"low": format(low, "f"), "high": format(high, "f")}
        case tuple():
            return [{name: plain(cell) for name, cell in row.items()} for row in answer]
        case _:
            return answer


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
