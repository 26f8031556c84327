"""The group file: many workers of one employer, what they share written once, what differs beside each.

`{"shared": {…an intake…}, "workers": [{…what is this worker's own…}, …]}`. A worker's field takes
the place of the shared one; a worker's list (events, evidence, …) takes the place of the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.fields import Label
from clinic_app.domain.intake_file import Questions, json_schema, read_case
from clinic_app.errors import InputError
from clinic_app.words import N_

SHARED: Final = "shared"
WORKERS: Final = "workers"
MOST_WORKERS: Final = 500
ONLY_SHARED: Final = ("format", "place")

_HEAD = re.compile(r"(?P<section>[^.\[]*)(?:\.(?P<field>[^.\[]*))?")


def read_group(raw: object, questions: Questions) -> tuple[CaseFile, ...]:
    """Read a decoded group file; InputError names the path, like “workers[3].job.start”."""
    if not isinstance(raw, Mapping) or set(raw) != {SHARED, WORKERS}:
        raise InputError("", N_("a group file is one object with two parts"), f"{SHARED}, {WORKERS}")
    shared, workers = raw[SHARED], raw[WORKERS]
    if not isinstance(shared, Mapping):
        raise InputError(SHARED, N_("not an object"), N_("the facts that all workers share, as in an intake file"))
    if not isinstance(workers, list) or not workers:
        raise InputError(WORKERS, N_("not a list of workers"), N_("what is each worker's own, one object a worker"))
    if len(workers) > MOST_WORKERS:
        raise InputError(WORKERS, N_("too many workers"), N_("at most {limit} workers"), limit=MOST_WORKERS)
    return tuple(_read(shared, own, f"{WORKERS}[{number}]", questions) for number, own in enumerate(workers))


def _read(shared: Mapping[str, object], own: object, path: str, questions: Questions) -> CaseFile:
    if not isinstance(own, Mapping):
        raise InputError(path, N_("not an object"), N_("what is this worker's own, as in an intake file"))
    for name in ONLY_SHARED:
        if name in own:
            raise InputError(f"{path}.{name}", N_("this is the same for all workers"), f"{SHARED}.{name}")
    try:
        return read_case(_merged(shared, own), questions)
    except InputError as error:
        where = _where(error.path, own, path)
        raise InputError(where, error.message, error.expected, **error.params) from None


def _merged(shared: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    whole = dict(shared)
    for section, value in own.items():
        below = shared.get(section)
        whole[section] = {**below, **value} if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return whole


def _where(path: str, own: Mapping[str, object], worker: str) -> str:
    """Return where the wrong value stands: with the worker, or with what is shared."""
    head = _HEAD.match(path)
    assert head is not None  # everything may be empty
    part = own.get(head["section"])
    is_own = head["section"] in own and (not isinstance(part, Mapping) or head["field"] in {None, *part})
    parts = (worker if is_own else SHARED, path)
    return ".".join(text for text in parts if text)


def group_schema(questions: Questions, say: Callable[[Label], str]) -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a group file; `say` turns labels into words."""
    intake = json_schema(questions, say)
    properties = intake["properties"]
    assert isinstance(properties, dict)  # made just above
    own = {name: shape for name, shape in properties.items() if name not in ONLY_SHARED}
    answers = [
        {
            "if": {"properties": {SHARED: {"properties": {"place": {"const": place}}, "required": ["place"]}}},
            "then": {
                "properties": {
                    SHARED: {"properties": {"answers": {"$ref": f"#/$defs/answers_{place}"}}},
                    WORKERS: {"items": {"properties": {"answers": {"$ref": f"#/$defs/answers_{place}"}}}},
                }
            },
        }
        for place in sorted(questions)
    ]
    return {
        "$schema": intake["$schema"],
        "title": say(N_("Group file of a labor clinic: many workers of one employer")),
        "type": "object",
        "properties": {
            SHARED: {
                "type": "object",
                "description": say(N_("The facts that all workers share, as in an intake file.")),
                "properties": properties,
                "required": ["place"],
                "additionalProperties": False,
            },
            WORKERS: {
                "type": "array",
                "description": say(N_("What is each worker's own; a field here takes the place of the shared one.")),
                "minItems": 1,
                "maxItems": MOST_WORKERS,
                "items": {"type": "object", "properties": own, "additionalProperties": False},
            },
        },
        "required": [SHARED, WORKERS],
        "additionalProperties": False,
        "allOf": answers,
        "$defs": intake["$defs"],
    }
