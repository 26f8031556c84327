"""The forms of an authority, read from the files of their place: fields in the authority's own order.

A form is data. Its words, its order and the height of its boxes stand in resources/forms and nowhere
else; what it may take from a case is checked when it is read.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec
import yaml

from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.packet import Document
from clinic_app.errors import BugError
from clinic_app.paths import resources

NEVER: Final = frozenset({"contact", "urgent", "consent", "witnesses", "diary", "closing"})
"""Sections of which no field is put on a form: safety, consent and the clinic's own work. Witnesses are `told`."""

Told = Literal["facts", "claims", "amounts", "evidence", "witnesses", "chronology"]


class FormField(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """One box: its label, and what stands in it.

    `source` names fields of the case ("worker.name"; of a list, its first row), `text` is printed as it
    is, `ticks` are empty boxes to tick, `told` is a list made from the case, as long as it is. With none
    of them the box is empty, to be written by hand. `lines` is the height of the box in lines of text.
    """

    label: dict[str, str]
    source: tuple[str, ...] = ()
    text: dict[str, str] = {}
    ticks: tuple[dict[str, str], ...] = ()
    told: Told | None = None
    lines: int = 1


class FormPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a form. One with `own_sheet` stands alone, so that it can be kept apart from the rest."""

    heading: dict[str, str]
    fields: tuple[FormField, ...] = ()
    text: dict[str, str] = {}
    own_sheet: bool = False


class Elsewhere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The findings and amounts that this authority cannot decide, and the sentence that says who does."""

    claims: tuple[str, ...]
    text: dict[str, str]


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form. It is ticked at first when one of `routes` is a route of the case.

    A form without a `cite` is a plain letter: no article sets its form, and it says so.
    """

    title: dict[str, str]
    to: dict[str, str]
    parts: tuple[FormPart, ...]
    sign: tuple[dict[str, str], ...]
    cite: dict[str, str] = {}
    routes: tuple[str, ...] = ()
    elsewhere: Elsewhere | None = None

    def decides(self, claim: str) -> bool:
        """Whether the authority can decide about a finding or an amount."""
        return self.elsewhere is None or claim not in self.elsewhere.claims

    @property
    def reserved(self) -> bool:
        """Whether the form keeps the person apart from the matter, on a sheet of its own."""
        return any(part.own_sheet for part in self.parts)


def form_of(place: str, document: Document) -> Form | None:
    """Return the place's form for a document, or None when the place has none."""
    return _read(resources() / "forms" / f"{place}-{document.value}.yaml")


@cache
def _read(file: Path) -> Form | None:
    if not file.is_file():
        return None
    try:
        form = msgspec.convert(yaml.safe_load(file.read_text("utf-8")), Form)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise BugError(f"{file.name}: {error}") from error
    for field in (field for part in form.parts for field in part.fields):
        for path in field.source:
            _check(file.name, path)
    return form


def _check(name: str, path: str) -> None:
    section, _dot, field = path.partition(".")
    if section in NEVER or section not in BY_ID:
        raise BugError(f"{name}: {path}: nothing of this section may stand on a form")
    try:
        BY_ID[section].field(field)
    except KeyError:
        raise BugError(f"{name}: {path}: there is no such field") from None
