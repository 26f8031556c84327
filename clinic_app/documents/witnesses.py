"""The list of witnesses, twice: one for the authority, one that never leaves the clinic.

The authority's copy holds no contact, and a name only when that person agreed to it. Who does not want to
testify is not on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.design import SMALL
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice
from clinic_app.domain.casefile import Record


def for_authority(v: Voice) -> tuple[tuple[int, Record], ...]:
    """Return the witnesses that an authority may know of, with their numbers: not those who said no."""
    rows = enumerate(v.case.rows("witnesses"), start=1)
    return tuple((number, row) for number, row in rows if row.text("willing") != "no" and _tells(row))


def shown_name(v: Voice, number: int, row: Record) -> str:
    """Return what the authority's papers call a witness: the name with that person's yes, else a word for it."""
    if row.yes("may_be_named") and row.text("name"):
        return v.value("witnesses", "name", row)
    return v.witness_word(number, row)


def line(v: Voice, number: int, row: Record) -> str:
    """Return a witness in one line of an authority's form."""
    relation, saw = (v.value("witnesses", field, row) for field in ("relation", "saw"))
    told = [shown_name(v, number, row), relation, v.own(saw)]
    return ". ".join(part.rstrip(".") for part in told if part) + "."


def filing(v: Voice) -> list[Flowable]:
    """Return the authority's list: who, what they saw, who they are, whether they will testify."""
    w = v.w
    rows = [_heads(w("Number"), w("Witness"), w("What this person saw or knows"), w("Who it is"), w("Will testify"))]
    for number, row in for_authority(v):
        saw, relation, willing = (v.value("witnesses", field, row) for field in ("saw", "relation", "willing"))
        rows.append(
            [
                cell(str(number), bold=True),
                cell(shown_name(v, number, row), bold=True),
                cell(v.own(saw) or "–"),
                cell(relation or "–"),
                cell(willing or w("not asked yet")),
            ]
        )
    note = w(
        "Where a word stands for the name, the person has not agreed to be named. "
        "The authority can ask the worker how the person can be called without danger."
    )
    return [
        parts.title(w("Witnesses")),
        parts.text(_head(v)),
        parts.table(rows, (17 * mm, 36 * mm, 63 * mm, 28 * mm, 26 * mm)),
        parts.text(note, SMALL),
    ]


def internal(v: Voice) -> list[Flowable]:
    """Return the clinic's own list, with risks and safe contacts."""
    w = v.w
    body: list[Flowable] = [
        parts.title(w("Witnesses, for the clinic only")),
        parts.text(_head(v)),
        parts.box(cell(w("This sheet names people who may be in danger. It never leaves the clinic."), bold=True)),
    ]
    for number, row in enumerate(v.case.rows("witnesses"), start=1):
        body += [parts.gap(4), parts.table(list(_all_of(v, number, row)), (46 * mm, 124 * mm), head=0)]
    return body


def _all_of(v: Voice, number: int, row: Record) -> Iterator[list[Flowable]]:
    w = v.w
    word = v.witness_word(number, row)
    yield [cell(f"{number}. {word}", bold=True), cell(row.text("name") or w("not known"), bold=True)]
    told = (
        (w("Who it is"), "relation"),
        (w("What this person saw or knows"), "saw"),
        (w("Will testify"), "willing"),
        (w("The authority may get the name"), "may_be_named"),
        (w("What could happen to this person"), "risk"),
        (w("Safe way to reach this person"), "contact"),
    )
    for label, field in told:
        yield [cell(label), cell(v.value("witnesses", field, row) or w("not asked yet"))]


def _tells(row: Record) -> bool:
    """Return whether anything is known that an authority could use."""
    return any(row.text(field) for field in ("name", "code", "saw", "relation"))


def _heads(*words: str) -> list[Flowable]:
    return [cell(word, bold=True) for word in words]


def _head(v: Voice) -> str:
    return v.w("Case {number} · {name} · {date}", number=v.folio, name=v.name, date=v.date(v.source.prepared_on))
