"""The intake file: one case as JSON, read with the path of every mistake, described by a JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.checks import check_case
from clinic_app.domain.fields import Field, Kind, Label, limits, options, plain, read_row
from clinic_app.domain.values import Empty
from clinic_app.errors import InputError
from clinic_app.words import N_

FORMAT: Final = 1
LANGUAGES: Final = ("es", "en", "ka")
FILE: Final = "file"
"""In a row of the evidence: the name of its file, or a list of them, in the folder of the intake file."""
MOST_FILES: Final = 100

Questions = Mapping[str, Sequence[Field]]
"""The questions of each place's rule book, by place."""


def read_case(raw: object, questions: Questions) -> CaseFile:
    """Read a decoded intake file. InputError names the path and what was expected."""
    names = ["format", "place", "language", *catalogue.BY_ID, "answers"]
    if not isinstance(raw, Mapping):
        raise InputError("", N_("an intake file is one JSON object"), ", ".join(names))
    for name in raw:
        if name not in names:
            raise InputError(str(name), N_("no such field"), ", ".join(names))
    version = raw.get("format", FORMAT)
    if version != FORMAT or isinstance(version, bool):
        raise InputError("format", N_("this intake file has another format"), str(FORMAT))
    place = raw.get("place")
    if not isinstance(place, str) or place not in questions:
        raise InputError("place", N_("“{value}” has no rule book here"), ", ".join(sorted(questions)), value=place)
    language = raw.get("language", "es")
    if language not in LANGUAGES:
        raise InputError("language", N_("“{value}” is not one of the choices"), ", ".join(LANGUAGES), value=language)
    sections = {}
    lists = {}
    raw, files = _without_files(raw)
    for section in catalogue.SECTIONS:
        if section.id not in raw:
            continue
        if section.many:
            lists[section.id] = _rows(section, raw[section.id])
        else:
            sections[section.id] = Record(read_row(section.fields, raw[section.id], section.id))
    answers = Record(read_row(tuple(questions[place]), raw.get("answers", {}), "answers"))
    case = CaseFile(place, language, sections, lists, answers, files=files)
    check_case(case)
    return case


def _without_files(raw: Mapping[str, object]) -> tuple[Mapping[str, object], dict[int, tuple[str, ...]]]:
    """Return the raw case without the names of files beside it, and these by the place of their row."""
    rows = raw.get(catalogue.EVIDENCE.id)
    if not isinstance(rows, list):
        return raw, {}
    files = {
        at: _names(row[FILE], f"{catalogue.EVIDENCE.id}[{at}].{FILE}")
        for at, row in enumerate(rows)
        if isinstance(row, Mapping) and FILE in row
    }
    bare = [{k: v for k, v in row.items() if k != FILE} if isinstance(row, Mapping) else row for row in rows]
    return {**raw, catalogue.EVIDENCE.id: bare}, files


def _names(raw: object, path: str) -> tuple[str, ...]:
    names = raw if isinstance(raw, list) else [raw]
    if len(names) > MOST_FILES or not all(isinstance(name, str) and name and "\0" not in name for name in names):
        raise InputError(path, N_("not a name of a file"), N_("a name, or a list of at most {limit}"), limit=MOST_FILES)
    return tuple(str(name) for name in names)


def _rows(section: catalogue.Section, raw: object) -> tuple[Record, ...]:
    if not isinstance(raw, list):
        raise InputError(section.id, N_("not a list of rows"), ", ".join(f.id for f in section.fields))
    return tuple(Record(read_row(section.fields, row, f"{section.id}[{i}]")) for i, row in enumerate(raw))


def write_case(case: CaseFile) -> dict[str, object]:
    """Return the case as an intake file holds it: the inverse of `read_case`."""
    file: dict[str, object] = {"format": FORMAT, "place": case.place, "language": case.language}
    for section in catalogue.SECTIONS:
        if section.many and case.rows(section.id):
            rows = [_plain(row) for row in case.rows(section.id)]
            if section is catalogue.EVIDENCE:
                rows = [row | _named(case, at) for at, row in enumerate(rows)]
            file[section.id] = rows
        elif not section.many and case.section(section.id).values:
            file[section.id] = _plain(case.section(section.id))
    if case.answers.values:
        file["answers"] = _plain(case.answers)
    return file


def _named(case: CaseFile, at: int) -> dict[str, object]:
    return {FILE: list(case.files[at])} if at in case.files else {}


def _plain(record: Record) -> dict[str, object]:
    return {name: plain(answer) for name, answer in record.values.items()}


def json_schema(questions: Questions, say: Callable[[Label], str]) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of an intake file; `say` turns labels into words."""
    properties: dict[str, object] = {
        "format": {"const": FORMAT, "description": say(N_("Format of this file."))},
        "place": {"enum": sorted(questions), "description": say(N_("Country whose rule book is used."))},
        "language": {
            "enum": list(LANGUAGES),
            "default": "es",
            "description": say(N_("Language of the worker's papers.")),
        },
    }
    for section in catalogue.SECTIONS:
        shape = _object(section.fields, say, say(section.about))
        if section is catalogue.EVIDENCE:
            shape = _with_files(shape, say)
        properties[section.id] = (
            {"type": "array", "items": shape, "description": say(section.about)} if section.many else shape
        )
    by_place = [
        {
            "if": {"properties": {"place": {"const": place}}, "required": ["place"]},
            "then": {"properties": {"answers": {"$ref": f"#/$defs/answers_{place}"}}},
        }
        for place in sorted(questions)
    ]
    properties["answers"] = {
        "type": "object",
        "description": say(N_("Answers to the questions of the place's rule book.")),
    }
    defs: dict[str, object] = {
        "empty": {
            "type": "object",
            "properties": {"empty": {"enum": [e.value for e in Empty]}},
            "required": ["empty"],
            "additionalProperties": False,
            "description": say(N_("Why there is no answer. A field that is absent was not asked.")),
        },
    }
    for place in sorted(questions):
        about = say(N_("Answers to the questions of the place's rule book."))
        defs[f"answers_{place}"] = _object(tuple(questions[place]), say, about)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": say(N_("Intake file of a labor clinic")),
        "type": "object",
        "properties": properties,
        "required": ["place"],
        "additionalProperties": False,
        "allOf": by_place,
        "$defs": defs,
    }


def _with_files(shape: dict[str, object], say: Callable[[Label], str]) -> dict[str, object]:
    name = {"type": "string", "minLength": 1}
    several = {"type": "array", "items": name, "maxItems": MOST_FILES}
    about = say(N_("Its file, or files, in the folder of this one: photos, scans, PDFs, texts, recordings."))
    properties = shape["properties"]
    assert isinstance(properties, dict)
    return {**shape, "properties": {**properties, FILE: {"description": about, "anyOf": [name, several]}}}


def _object(fields: Sequence[Field], say: Callable[[Label], str], about: str) -> dict[str, object]:
    return {
        "type": "object",
        "description": about,
        "additionalProperties": False,
        "properties": {f.id: _field(f, say) for f in fields},
    }


def _field(field: Field, say: Callable[[Label], str]) -> dict[str, object]:
    about = " ".join(part for part in (say(field.label), say(field.help) if field.help else "") if part)
    return {"description": about, "anyOf": [*_shapes(field, say), {"$ref": "#/$defs/empty"}]}


def _shapes(field: Field, say: Callable[[Label], str]) -> list[dict[str, object]]:
    low, high = limits(field)
    match field.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return [{"type": "string"}]
        case Kind.CHOICE | Kind.YES_NO:
            meanings = "; ".join(f"{c.code} = {say(c.label)}" for c in options(field))
            return [{"enum": [c.code for c in options(field)], "description": meanings}]
        case Kind.DATE:
            return [
                {
                    "type": "string",
                    "pattern": r"^(\d{4}|\.\.|/)",
                    "description": say(
                        N_("EDTF: 2026-03-15, 2026-03, 2026; ~ for about; 2026-01/2026-03 for a range.")
                    ),
                }
            ]
        case Kind.TIME:
            return [{"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}]
        case Kind.INTEGER:
            return [{"type": "integer", "minimum": int(low), "maximum": int(high)}]
        case Kind.MONEY | Kind.NUMBER:
            places = 2 if field.kind is Kind.MONEY else 6
            one: dict[str, object] = {
                "anyOf": [
                    {"type": "string", "pattern": rf"^-?\d{{1,15}}(\.\d{{1,{places}}})?$"},
                    {"type": "number", "minimum": float(low), "maximum": float(high)},
                ],
                "description": say(N_("A decimal number, as text or number.")),
            }
            span = {
                "type": "object",
                "properties": {"low": one, "high": one},
                "required": ["low", "high"],
                "additionalProperties": False,
                "description": say(N_("Somewhere between the two.")),
            }
            return [one, span]
        case Kind.TABLE:
            return [{"type": "array", "items": _object(field.columns, say, say(field.label))}]
