"""Which table and columns hold what the journal says of an entity.

A field that has no column here (a newer program wrote it) stays in the journal, untouched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.fields import Kind

CASE: Final = "case"
PERSON: Final = "person"
EMPLOYER: Final = "employer"
LINK: Final = "case_employer"
ANSWERS: Final = "answers"
PRINT: Final = "print"
KEPT: Final = "kept"
FILE: Final = "file"
EXHIBIT: Final = "exhibit"
REDACTION: Final = "redaction"
USER: Final = "user"
REVIEW: Final = "review"
TIE: Final = "tie"
COLLECTIVE: Final = "collective"
TALLY: Final = "tally"

_RENAMED: Final = {"worker": PERSON, "employers": EMPLOYER}


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one entity type: its plain columns by field, its answer columns with their kinds."""

    name: str
    plain: Mapping[str, str]
    kinds: Mapping[str, Kind]
    of_case: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain", MappingProxyType(dict(self.plain)))
        object.__setattr__(self, "kinds", MappingProxyType(dict(self.kinds)))


def entity_type(section: str) -> str:
    """Return the entity type of a section's records."""
    return _RENAMED.get(section, section)


def section_of(kind: str) -> str:
    """Return the section whose records have this entity type; the type itself when none has."""
    named = {name: section for section, name in _RENAMED.items()} | {LINK: "employers"}
    named |= dict.fromkeys((FILE, EXHIBIT, REDACTION), "evidence")
    return named.get(kind, kind)


@cache
def tables() -> Mapping[str, Table]:
    """Return the table of each entity type; the answers of rule books have their own way (`rows`)."""
    found = {
        CASE: Table("cases", {name: name for name in CASE_FIELDS}, {}),
        LINK: Table("case_employer", {"case": "case_id", "employer": "employer"}, {}, of_case=True),
        PRINT: Table(
            "print",
            {"case": "case_id", **{name: name for name in ("what", "sha256", "pages", "code", "held", "how")}},
            {},
            of_case=True,
        ),
        # Not of the case: looking at a case, which may keep new figures, is no work on it.
        KEPT: Table("kept", {"case": "case_id", "version": "version", "figures": "figures"}, {}),
        FILE: Table("files", {"case": "case_id", **{name: name for name in FILE_FIELDS}}, {}, of_case=True),
        EXHIBIT: Table("exhibits", {"case": "case_id", **{name: name for name in EXHIBIT_FIELDS}}, {}, of_case=True),
        REDACTION: Table(
            "redactions", {"case": "case_id", **{name: name for name in REDACTION_FIELDS}}, {}, of_case=True
        ),
        USER: Table("users", {"name": "name"}, {}),
        REVIEW: Table("review", {"case": "case_id", **{name: name for name in REVIEW_FIELDS}}, {}, of_case=True),
        TIE: _plain(TIE, "kind", "one", "other"),
        COLLECTIVE: _plain(COLLECTIVE, "name", "place", "language", "employer", "opened_on", "shared"),
        TALLY: _plain(TALLY, "day", "mode", "topic", "town", "people", "bands", "language", "outcome", "became"),
    }
    for section in catalogue.SECTIONS:
        name = entity_type(section.id)
        owned = name not in {PERSON, EMPLOYER}
        kinds = {field.id: field.kind for field in section.fields}
        found[name] = Table(name, {"case": "case_id"} if owned and section.many else {}, kinds, of_case=owned)
    return MappingProxyType(found)


CASE_FIELDS: Final = (
    "number",
    "place",
    "language",
    "stage",
    "intake_page",
    "opened_on",
    "clinic",
    "rules_version",
    "next_safe_date",
    "worker",
    "collective",
    "collective_state",
    "bin_reason",
)


def _plain(name: str, *columns: str) -> Table:
    return Table(name, {column: column for column in columns}, {})


FILE_FIELDS: Final = (
    "evidence",
    "name",
    "media",
    "size",
    "sha256",
    "key",
    "chunks",
    "pages",
    "trouble",
    "millis",
    "reason",
)
REVIEW_FIELDS: Final = ("entity", "kind", "field", "state", "since", "ops")
EXHIBIT_FIELDS: Final = ("file", "turn", "tone", "printed")
REDACTION_FIELDS: Final = ("file", "page", "box")


def single_id(case_id: str, section: str) -> str:
    """Return the id of a case's one record of a section: the same on every computer, so it is never twice."""
    return f"{case_id}.{section}"


def case_of_single(entity_id: str) -> str:
    """Return the case of such a record."""
    return entity_id.partition(".")[0]
