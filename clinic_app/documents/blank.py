"""The intake form on paper, empty: the questions in the order of the screens, room to write the answers.

For the day without power. What it asks is what the program asks: nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import SMALL, TABLE, WIDTH
from clinic_app.documents.parts import cell
from clinic_app.domain.catalogue import OF_THE_CLINIC, SECTIONS
from clinic_app.domain.fields import Field, Kind, Label, options
from clinic_app.domain.packet import Paper
from clinic_app.domain.values import Text
from clinic_app.i18n import Words, words

ROWS: Final = {"employers": 1, "earlier_pay": 2, "events": 4, "evidence": 5, "witnesses": 2}
"""How many rows of a list have room on the form; more go on the back of the sheet."""

TYPED_LATER: Final = frozenset(
    {
        "evidence.transcript",
        "evidence.transcribed_by",
        "evidence.translation",
        "evidence.translated_by",
        "evidence.translated_on",
    }
)
"""What nobody writes by hand in the field: it is typed in the clinic, from the paper itself."""

_LABEL: Final = 66 * mm
_LONG: Final = 75 * mm
_LONG_IN_LIST: Final = 25 * mm
_LINE: Final = 7 * mm
_LONG_CHOICE: Final = 8  # more are listed in the first row of a list alone


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions of the rule book that are asked together."""

    title: Text
    fields: tuple[Field, ...]


def intake_form(groups: tuple[Asked, ...], place: str, language: str, paper: Paper, version: str) -> bytes:
    """Return the empty form of a place as PDF; `version` names the rule book whose questions it asks."""
    w = words(language, place)
    marks = Marks(
        folio=version,
        numbering=w("p. {page} / {pages}"),
        language=language,
        creator="labor-clinic",
        title=w("Intake form"),
    )
    return bind([Bound(w("Intake form"), lambda: list(_form(groups, w)))], paper, marks).pdf


def _form(groups: tuple[Asked, ...], w: Words) -> Iterator[Flowable]:
    yield parts.title(w("Intake form"))
    yield parts.text(
        w(
            "Write it as it is told. An empty box means: not asked. "
            "Ring a question when the answer is not known. Cross it out when the person does not want to answer."
        ),
        TABLE + 1,
    )
    half = WIDTH / 2 - 5 * mm
    yield parts.columns(
        [parts.to_write(w("Number of the case"), half)],
        [parts.to_write(w("Date, and who asked"), half)],
        widths=(half + 10 * mm, half),
    )
    for section in (s for s in SECTIONS if s not in OF_THE_CLINIC):
        yield from _head(w.say(section.label), w.say(section.about))
        for number in range(1, ROWS.get(section.id, 1) + 1 if section.many else 2):
            if section.many and number > 1:
                yield parts.gap(2)
            for field in (f for f in section.fields if f"{section.id}.{f.id}" not in TYPED_LATER):
                before = f"{number}. " if section.many else ""
                yield _field(field, w, before, listed=number == 1)
    for group in groups:
        yield from _head(w.say(group.title), "")
        for field in group.fields:
            yield _field(field, w, "")


def _head(title: str, about: str) -> Iterator[Flowable]:
    yield parts.room(30)
    yield parts.heading(title)
    if about:
        yield parts.text(about, SMALL)


def _field(field: Field, w: Words, before: str, *, listed: bool = True) -> Flowable:
    label = [cell(f"{before}{w.say(field.label)}", bold=True)]
    help_text = w.say(field.help)
    label += [cell(help_text, size=SMALL)] if help_text else []
    inside, height = _answer(field, w, listed=listed)
    if height == _LONG and before:
        height = _LONG_IN_LIST
    needed = sum(part.wrap(_LABEL - 3 * mm, 10_000)[1] for part in label) + 3 * mm
    return parts.form_row(label, inside, (_LABEL, WIDTH - _LABEL), max(height, needed) if height else None)


def _answer(field: Field, w: Words, *, listed: bool) -> tuple[list[Flowable], float]:
    """Return what stands in the box, and its height; 0 when it grows with its content.

    A long choice is `listed` once: in the rows below, its words are written by hand.
    """
    choices = options(field)
    if len(choices) > _LONG_CHOICE and not listed:
        return [cell(w("one of the words above"), size=SMALL)], _LINE
    if choices:
        said = [_tick(choice.label, w) for choice in choices]
        return [cell("   ".join(said))], 0
    if field.kind is Kind.TABLE:
        heads = " · ".join(w.say(column.label) for column in field.columns)
        return [cell(heads, size=SMALL)], 4 * _LINE
    return [], _LONG if field.kind is Kind.LONG_TEXT else _LINE


def _tick(label: Label, w: Words) -> str:
    # A tick and its words stay on one line.
    return f"☐ {w.say(label)}".replace(" ", "\u00a0")
