"""Where in a case a value stands: "job.start", "answers.written_notice", "events[ROW].date"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.fields import Kind
from clinic_app.errors import InputError
from clinic_app.words import N_

ANSWERS: Final = "answers"
_PATH = re.compile(r"(?P<section>[a-z_]+)(?:\[(?P<row>[0-9A-Za-z]+)\])?\.(?P<field>[A-Za-z0-9_]+)\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """One field of a case: its section, its row ("" in single sections) and its kind.

    `kind` is None for answers to a rule book: only the book knows.
    """

    section: str
    row: str
    field: str
    kind: Kind | None


def read_path(path: str) -> Place:
    """Read a path; InputError when a case has no such place."""
    match = _PATH.match(path)
    if match is None:
        raise InputError(path, N_("no such field"))
    section, row, field = match["section"], match["row"] or "", match["field"]
    if section == ANSWERS and not row:
        return Place(section, "", field, None)
    known = BY_ID.get(section)
    if known is None or known.many != bool(row):
        raise InputError(path, N_("no such field"))
    try:
        return Place(section, row, field, known.field(field).kind)
    except KeyError:
        raise InputError(path, N_("no such field")) from None
