"""The papers of order: what happened in which order, and which evidence there is.

They say nothing new: each line is an answer of the case, with the numbers of the statement of facts.
Where evidence is kept is never printed: the other side reads these papers too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import differing, exhibits, parts
from clinic_app.documents.design import SMALL
from clinic_app.documents.parts import cell
from clinic_app.documents.statement import evidence_of, facts
from clinic_app.documents.voice import Voice
from clinic_app.domain.casefile import Record
from clinic_app.domain.edtf import OLDEST, Edtf


@dataclass(frozen=True, slots=True)
class Dated:
    """One line of the chronology: the day as told, what happened, how it is known, where the case tells it."""

    date: Edtf | None
    words: str
    known: str
    path: str

    @property
    def first(self) -> dt.date:
        """The first day it can have been; what has no date stands first."""
        return (self.date.first if self.date else None) or OLDEST


def chronology(v: Voice) -> list[Flowable]:
    """Return the dated facts of the case, the oldest first."""
    w = v.w
    told = facts(v)
    rows: list[list[Flowable]] = [
        [
            cell(head, bold=True)
            for head in (
                w("Date"),
                w("What happened"),
                w("Where it comes from"),
                "¶",
                w("Disputed by the employer?"),
            )
        ]
    ]
    for line in dated(v):
        numbers = [str(fact.number) for fact in told if fact.tells(line.path)]
        rows.append(
            [
                cell(day_of(v, line.date), bold=True),
                cell(line.words),
                cell(_source(v, line)),
                cell(", ".join(numbers) or "–"),
                cell("☐ " + w("Yes"), "   ☐ ", w("No")),
            ]
        )
    body: list[Flowable] = [parts.title(w("Chronology")), _head(v)]
    if len(rows) == 1:
        return [*body, parts.text(w("No dates are known yet."))]
    note = w(
        "≈ means that the day is not exact. ¶ numbers are those of the statement of facts. "
        "The last column is filled in by hand."
    )
    told_otherwise = differing.small(
        v, *(line.path for line in dated(v)), *(f"events[{row.id}]" for row in _events_of(v))
    )
    table = parts.table(rows, (36 * mm, 64 * mm, 30 * mm, 12 * mm, 28 * mm))
    return [*body, table, parts.text(note, SMALL), *told_otherwise]


def dated(v: Voice) -> tuple[Dated, ...]:
    """Return every dated fact of the case in order of time."""
    return tuple(sorted(_dated(v), key=lambda line: line.first))


def day_of(v: Voice, date: Edtf | None) -> str:
    """Return a date as the chronology shows it: a day, or "≈" and what was told."""
    if date is None:
        return v.w("not known")
    return v.short(date.day) if date.day is not None else f"≈ {v.w.told(date)}"


def evidence_index(v: Voice) -> list[Flowable]:
    """Return the list of evidence with its numbers, as the other papers cite them."""
    w = v.w
    heads = (
        w("Number"),
        w("What it is"),
        w("Date"),
        w("Who made it"),
        w("Original, copy or photo"),
        w("Pages"),
        w("Original seen"),
    )
    rows: list[list[Flowable | list[Flowable]]] = [[cell(head, bold=True) for head in heads]]
    for number, row in v.new_evidence:
        title, kind, date, maker, form, shows = (
            v.value("evidence", field, row) for field in ("title", "kind", "date", "made_by", "form", "shows")
        )
        what: list[Flowable] = [cell(title or kind or w("not known"), bold=True)]
        what += [cell(kind, size=SMALL)] if title and kind else []
        what += [cell(w("It shows: {what}", what=shows), size=SMALL)] if shows else []
        what += exhibits.told_files(v, row)
        rows.append(
            [
                cell(str(number), bold=True),
                what,
                cell(date or "–"),
                cell(maker or "–"),
                cell(form or "–"),
                exhibits.told_place(number),
                cell("☐"),
            ]
        )
    note = w("The numbers are those that the other papers cite. Give copies; show originals only when asked.")
    return [
        parts.title(w("Evidence index")),
        _head(v),
        parts.table(rows, (15 * mm, 43 * mm, 27 * mm, 22 * mm, 24 * mm, 21 * mm, 18 * mm)),
        parts.text(note, SMALL),
    ]


def _head(v: Voice) -> Flowable:
    return parts.text(
        v.w("Case {number} · {name} · {date}", number=v.folio, name=v.name, date=v.date(v.source.prepared_on))
    )


def _events_of(v: Voice) -> tuple[Record, ...]:
    return v.case.rows("events")


def _dated(v: Voice) -> Iterator[Dated]:
    w = v.w
    for field, words in (("start", w("The work began.")), ("last_day", w("Last day of work."))):
        if date := v.case.section("job").date(field):
            yield Dated(date, words, "", f"job.{field}")
    for number, row in enumerate(v.case.rows("earlier_pay")):
        amount, period = v.value("earlier_pay", "amount", row), v.value("earlier_pay", "period", row)
        if date := row.date("until"):
            yield Dated(
                date,
                w("Until here the pay was {amount}.", amount=f"{amount} {period}".strip()),
                "",
                f"earlier_pay[{number}]",
            )
    for number, row in enumerate(v.case.rows("events")):
        yield Dated(row.date("date"), _event(v, row), v.value("events", "how_known", row), f"events[{number}]")


def _event(v: Voice, row: Record) -> str:
    kind, note, amount = (v.value("events", field, row) for field in ("kind", "note", "amount"))
    return ". ".join(part.rstrip(".") for part in (kind, note, amount) if part) + "."


def _source(v: Voice, line: Dated) -> str:
    numbers = ", ".join(str(number) for number in evidence_of(v, line.path))
    known = line.known or v.w("told by the worker")
    return f"{known} {v.w('(evidence {numbers})', numbers=numbers)}" if numbers else known
