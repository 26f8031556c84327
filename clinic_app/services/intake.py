"""The intake: each answer is saved as it is left; the interview can be continued at any time."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from clinic_app import paths
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Field, read_answer
from clinic_app.domain.intake_file import LANGUAGES, read_case
from clinic_app.domain.roles import Right
from clinic_app.domain.values import Empty
from clinic_app.domain.views import CaseRow
from clinic_app.errors import InputError
from clinic_app.rules import assess
from clinic_app.rules.book import RuleBook
from clinic_app.services import evidence, hiding, screening
from clinic_app.services.clinic import Clinic, questions_by_place
from clinic_app.services.permission import require
from clinic_app.words import N_

QuestionGroup: TypeAlias = assess.QuestionGroup

INTAKE_STAGE: Final = "intake"
CHECK_STAGE: Final = "check"
LARGEST_FILE: Final = 5 * 1024 * 1024

_PATH = re.compile(r"(?P<section>[a-z_]+)(?:\[(?P<row>[^\]]+)\])?\.(?P<field>[a-z0-9_]+)\Z")


def start(clinic: Clinic, on: dt.date, person: str = "") -> str:
    """Begin a new case at the interview's first page, of a known person when one is given; return its id."""
    require(clinic, Right.WORK)
    place = clinic.info.place
    book = clinic.books.get(place)
    language = book.main_language if book is not None and book.main_language in LANGUAGES else LANGUAGES[0]
    case_id = clinic.store.new_case(place, language, on, book.version if book is not None else "", person)
    clinic.store.set_case(case_id, stage=INTAKE_STAGE)
    return case_id


def save(clinic: Clinic, case_id: str, path: str, raw: object) -> Changes:
    """Save one answer. `raw` is as JSON holds it, `{"empty": …}`, or None to make it not asked.

    Paths: "job.start", "answers.written_notice", "events[ROW].date", "case.language".
    """
    require(clinic, Right.WORK)
    if path == "case.language":
        if raw not in LANGUAGES:
            raise InputError(path, N_("“{value}” is not one of the choices"), ", ".join(LANGUAGES), value=raw)
        return clinic.store.set_case(case_id, language=str(raw))
    field = field_at(clinic, case_id, path)
    answer = Empty.NOT_ASKED if raw is None else read_answer(field, raw, path)
    hiding.guard(clinic, case_id, path, raw)
    return clinic.store.set_answer(case_id, path, answer, field.kind)


def field_at(clinic: Clinic, case_id: str, path: str) -> Field:
    """Return the field a path points to: of the catalogue, or a question of the case's rule book."""
    require(clinic, Right.READ)
    match = _PATH.match(path)
    if match is None:
        raise InputError(path, N_("no such field"))
    if match["section"] == "answers":
        book = clinic.book_for(clinic.store.case(case_id))
        for question in book.fields:
            if question.id == match["field"]:
                return question
        raise InputError(path, N_("no such question in the rule book"), book.version)
    if match["section"] not in BY_ID:
        raise InputError(path, N_("no such field"), ", ".join(BY_ID))
    section = BY_ID[match["section"]]
    if section.many is not bool(match["row"]):
        raise InputError(path, N_("a row of a list has its id in brackets, a single section has none"))
    try:
        return section.field(match["field"])
    except KeyError:
        raise InputError(path, N_("no such field"), ", ".join(f.id for f in section.fields)) from None


def add_row(clinic: Clinic, case_id: str, section: str) -> str:
    """Add an empty row to a list ("employers", "events", …); return its id."""
    require(clinic, Right.WORK)
    if section not in BY_ID or not BY_ID[section].many:
        raise InputError(section, N_("not a list"), ", ".join(s for s in BY_ID if BY_ID[s].many))
    return clinic.store.add_row(case_id, section)


def remove_row(clinic: Clinic, case_id: str, section: str, row_id: str) -> Changes:
    """Take a row off a list; the case's history keeps it."""
    require(clinic, Right.WORK)
    return clinic.store.remove_row(case_id, section, row_id)


def set_page(clinic: Clinic, case_id: str, page: str) -> Changes:
    """Remember where the interview stands, so that the next start can continue there."""
    require(clinic, Right.WORK)
    return clinic.store.set_case(case_id, intake_page=page)


def finish(clinic: Clinic, case_id: str) -> Changes:
    """End the interview; the case goes on at “Check”. An ended interview stays ended."""
    require(clinic, Right.WORK)
    if clinic.store.row(case_id).stage != INTAKE_STAGE:
        return Changes()
    return clinic.store.set_case(case_id, stage=CHECK_STAGE, intake_page="")


def unfinished(clinic: Clinic) -> tuple[CaseRow, ...]:
    """Return the interviews that were begun and not finished, the last one first."""
    require(clinic, Right.READ)
    return clinic.store.cases(stage=INTAKE_STAGE)


def questions(clinic: Clinic, case_id: str, on: dt.date) -> tuple[QuestionGroup, ...]:
    """Return the rule book's questions that matter for this case now, urgent ones first."""
    require(clinic, Right.READ)
    case = clinic.store.case(case_id)
    return assess.questions_for(clinic.book_for(case), case, on)


def decode(raw: bytes, books: Mapping[str, RuleBook]) -> CaseFile:
    """Read the bytes of an intake file into a case; InputError says what is wrong and where."""
    return read_case(decode_json(raw), questions_by_place(books))


def decode_json(raw: bytes) -> object:
    """Return what a JSON file holds, bounded and without names that stand twice; InputError says what is wrong."""
    if len(raw) > LARGEST_FILE:
        raise InputError("", N_("the file is too large"), N_("at most {limit} bytes"), limit=LARGEST_FILE)
    try:
        data: object = json.loads(
            raw.decode("utf-8-sig"),
            parse_float=_number,
            parse_int=_whole,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        raise InputError("", N_("the file is not text in UTF-8"), "JSON") from None
    except json.JSONDecodeError as error:
        raise InputError(
            "", N_("line {line}, column {column}: this is not JSON"), "JSON", line=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise InputError("", N_("the file is nested too deeply"), "JSON") from None
    return data


def import_files(clinic: Clinic, files: Mapping[str, bytes], on: dt.date) -> tuple[str, ...]:
    """Save intake files as cases; return their numbers. All are read before the first is saved.

    The files of their evidence lie beside them, at the path that is the name of each.
    """
    require(clinic, Right.WORK)
    cases, beside = [], []
    for name, raw in files.items():
        try:
            cases.append(decode(raw, clinic.books))
            beside.append(evidence.exhibits_of_files(Path(name).parent, cases[-1].files))
        except InputError as error:
            raise InputError(
                f"{name}: {error.path}" if error.path else name, error.message, error.expected, **error.params
            ) from None
    ids = [clinic.store.put_case(case, on, CHECK_STAGE) for case in cases]
    for case_id, exhibits in zip(ids, beside, strict=True):
        evidence.add_exhibits(clinic, case_id, exhibits)
    for case_id, case in zip(ids, cases, strict=True):
        if case.place in clinic.books:  # so that the lists know its next safe date at once
            screening.assess(clinic, case_id, on, chosen=True)  # nobody reads it yet
    return tuple(clinic.store.row(case_id).number for case_id in ids)


def example_files(place: str) -> tuple[Path, ...]:
    """Return the example intake files of a place: invented people, for practice and the demo."""
    return tuple(sorted((paths.resources() / "intakes").glob(f"{place}-*.json")))


def fill_practice(clinic: Clinic) -> None:
    """Put the example intakes into a new practice clinic."""
    files = {file.name: file.read_bytes() for file in example_files(clinic.info.place)}
    import_files(clinic, files, clinic.info.created_on)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(twice, N_("the name stands twice in one object"))
    return dict(pairs)


def _number(text: str) -> Decimal:
    if len(text) > 40:  # noqa: PLR2004 - far beyond any amount; keeps hostile numbers small
        raise InputError("", N_("a number is too long"))
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InputError("", N_("not a number")) from None


def _whole(text: str) -> int:
    if len(text) > 40:  # noqa: PLR2004 - the same
        raise InputError("", N_("a number is too long"))
    return int(text)


def _constant(text: str) -> NoReturn:
    raise InputError("", N_("“{value}” is not a number"), value=text)
