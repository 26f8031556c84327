"""Reads a table of workers as people keep it: any order of columns, headings in their own words, dates as told.

What cannot be read is listed with its row, its column and what was expected; nothing is guessed, and
one bad cell never costs the row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.collective import ReadWorker, Unread, WorkerTable
from clinic_app.domain.fields import Field, Kind, read_answer
from clinic_app.domain.names import words
from clinic_app.domain.told_dates import read_told_date
from clinic_app.domain.told_numbers import read_told_number
from clinic_app.domain.values import Answer
from clinic_app.errors import InputError
from clinic_app.words import N_

MOST_WORKERS: Final = 500
LONGEST_CELL: Final = 1000

HEADINGS: Final = {
    "worker.name": "nombre|nombres|nombre completo|nombre y apellido|nombre y apellidos|trabajador|trabajadora|"
    "apellidos y nombres|name|full name|worker|სახელი|სახელი და გვარი|სახელი გვარი|დასაქმებული",
    "worker.alias": "alias|apodo|nickname|ფსევდონიმი",
    "worker.sex": "sexo|genero|sex|gender|სქესი",
    "worker.birth": "nacimiento|fecha de nacimiento|ano de nacimiento|birth|date of birth|born|"
    "დაბადება|დაბადების თარიღი",
    "worker.official_id": "curp|dni|ine|identificacion|id|id number|documento|პირადი ნომერი|პირადობა",
    "worker.municipality": "municipio|domicilio|town|municipality|distrito|მუნიციპალიტეტი|ქალაქი",
    "contact.phone": "telefono|celular|tel|movil|phone|mobile|ტელეფონი|მობილური",
    "job.position": "puesto|cargo|ocupacion|oficio|job|position|თანამდებობა|პოზიცია",
    "job.start": "ingreso|fecha de ingreso|inicio|fecha de inicio|primer dia|entrada|alta|start|start date|first day|"
    "hired|დაწყება|დაწყების თარიღი|სამუშაოს დაწყება",
    "job.last_day": "baja|fecha de baja|ultimo dia|ultimo dia trabajado|salida|fecha de salida|cese|fecha de cese|"
    "despido|last day|end|end date|დასრულება|ბოლო დღე|გათავისუფლება",
    "job.ending": "motivo|motivo de salida|como termino|terminacion|ending|how it ended|reason|მიზეზი",
    "pay.amount": "sueldo|salario|pago|jornal|remuneracion|pay|wage|salary|ხელფასი|ანაზღაურება",
    "pay.period": "periodo|cada|paid every|period|per|frecuencia|პერიოდი|პერიოდულობა",
    "pay.unpaid_days": "dias sin pago|dias adeudados|dias no pagados|dias debidos|unpaid days|days unpaid|"
    "days worked and not paid|გადაუხდელი დღეები",
    "pay.unpaid_amount": "adeudo|monto adeudado|salarios adeudados|unpaid|unpaid wages|owed|დავალიანება",
    "pay.received_at_exit": "recibido|finiquito recibido|liquidacion recibida|received|received at exit|მიღებული",
    "hours.per_week": "horas por semana|horas semanales|hours a week|hours per week|weekly hours|საათები კვირაში",
}
"""The headings by which each column is known, as `words` compares them."""

SAYINGS: Final = {
    "worker.sex": {
        "female": "f|fem|femenino|mujer|m u j e r|woman|female|ქალი|მდედრობითი",
        "male": "m|masc|masculino|hombre|h|man|male|კაცი|მამრობითი",
        "other": "otro|otra|other|intersex|x|სხვა",
    },
    "pay.period": {
        "day": "dia|diario|al dia|por dia|jornal|day|daily|a day|დღე|დღიური",
        "week": "semana|semanal|a la semana|week|weekly|a week|კვირა",
        "ten_days": "decena|decenal|10 dias|ten days|10 days",
        "fourteen_days": "catorcena|catorcenal|14 dias|fortnight|14 days|two weeks",
        "fifteen_days": "quincena|quincenal|15 dias|15 days|half month",
        "month": "mes|mensual|al mes|month|monthly|a month|თვე|თვიური",
    },
    "job.ending": {
        "still_working": "sigue|sigue trabajando|activo|activa|working|still working|მუშაობს",
        "dismissed": "despido|despedido|despedida|cesado|dismissed|fired|გათავისუფლებული|გაათავისუფლეს",
        "resigned": "renuncia|renuncio|resigned|quit|წავიდა",
        "pressed_to_resign": "renuncia forzada|obligado a renunciar|forced to resign|pressed to resign",
        "mutual_agreement": "mutuo acuerdo|acuerdo|mutual agreement",
        "term_ended": "fin de contrato|termino de contrato|vencimiento|end of contract|term ended",
    },
}
"""How a choice is written in tables."""

DEFAULT: Final = ("worker.name", "job.start", "job.last_day", "pay.amount", "pay.period")
"""The columns of a table without headings."""

_KNOWN: Final = {" ".join(words(h)): path for path, told in HEADINGS.items() for h in told.split("|")}
_CODES: Final = {
    path: {" ".join(words(s)): code for code, told in codes.items() for s in told.split("|")}
    for path, codes in SAYINGS.items()
}


def field_of(path: str) -> Field:
    """Return the field of a column."""
    section, _, name = path.partition(".")
    return BY_ID[section].field(name)


def read_table(rows: Sequence[Sequence[object]], today: dt.date) -> WorkerTable:
    """Read a table: texts, numbers and days as a spreadsheet gives them. InputError when there is nothing to read.

    The first row holds the headings if at least two of its cells are known ones, or its only cell
    is; otherwise the columns are those of `DEFAULT`.
    """
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(_text(cell) for cell in row)]
    if not filled:
        raise InputError("", N_("there is nothing in this table"), N_("a row of headings, then a row for each worker"))
    first = tuple(_text(cell) for cell in filled[0][1])
    known = tuple(_KNOWN.get(" ".join(words(text)), "") for text in first)
    if sum(map(bool, known)) >= min(2, sum(map(bool, first))):
        headings, paths, filled = first, _once(known), filled[1:]
    else:
        headings, paths = (), DEFAULT
    if len(filled) > MOST_WORKERS:
        raise InputError("", N_("too many workers"), N_("at most {limit} workers"), limit=MOST_WORKERS)
    unread = [
        Unread(1, text, InputError("", N_("this column is not known"), N_("one of the headings of the empty sheet")))
        for text, path in zip(headings, paths, strict=False)
        if text and not path
    ]
    workers = [_worker(number, row, headings, paths, today, unread) for number, row in filled]
    return WorkerTable(headings, paths, tuple(worker for worker in workers if worker is not None), tuple(unread))


def read_cell(path: str, cell: object, today: dt.date) -> Answer:
    """Read one cell as its column is told. InputError says what is wrong and what was expected."""
    field = field_of(path)
    text = _text(cell)
    if len(text) > LONGEST_CELL:
        raise InputError(path, N_("the text is too long"), N_("at most {limit} letters"), limit=LONGEST_CELL)
    match field.kind:
        case Kind.DATE:
            return _date(path, cell, text, today)
        case Kind.MONEY | Kind.NUMBER:
            return _number(field, path, cell, text)
        case Kind.CHOICE:
            bare = " ".join(words(text))
            codes = {choice.code for choice in field.choices}
            code = _CODES.get(path, {}).get(bare) or (text if text in codes else "")
            if not code:
                expected = " · ".join(told.partition("|")[0] for told in SAYINGS.get(path, {}).values())
                raise InputError(path, N_("“{value}” is not one of the choices"), expected, value=text)
            return code
        case _:
            return read_answer(field, text, path)


def _worker(
    number: int,
    row: Sequence[object],
    headings: Sequence[str],
    paths: Sequence[str],
    today: dt.date,
    unread: list[Unread],
) -> ReadWorker | None:
    answers: dict[str, Answer] = {}
    for at, (path, cell) in enumerate(zip(paths, row, strict=False)):
        if not path or not _text(cell):
            continue
        try:
            answers[path] = read_cell(path, cell, today)
        except InputError as error:
            heading = headings[at] if headings else ""
            unread.append(Unread(number, heading or str(field_of(path).label), error))
    worker = ReadWorker(number, answers)
    if not worker.name:
        heading = next((h for h, p in zip(headings, paths, strict=False) if p == "worker.name"), "")
        nameless = InputError("", N_("this row has no name and is left out"), N_("a name or an alias"))
        unread.append(Unread(number, heading, nameless))
        return None
    return worker


def _date(path: str, cell: object, text: str, today: dt.date) -> Answer:
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return read_answer(field_of(path), cell.isoformat(), path)
    try:
        return read_told_date(text, today)
    except ValueError:
        raise InputError(
            path, N_("“{value}” is not a date"), N_("for example 15/3/2026, March 2026 or about 2019"), value=text
        ) from None


def _number(field: Field, path: str, cell: object, text: str) -> Answer:
    if isinstance(cell, float):
        text = format(Decimal(repr(cell)), "f")  # a spreadsheet's 0.1 is what is seen in it
    try:
        raw = read_told_number(text)
    except ValueError:
        raise InputError(path, N_("“{value}” is not a number"), N_("for example 1250.50"), value=text) from None
    return read_answer(field, raw, path)


def _text(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _once(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the columns with each known one only where it stands first."""
    return tuple("" if path in paths[:at] else path for at, path in enumerate(paths))
