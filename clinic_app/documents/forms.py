"""The forms of an authority filled in from the case: a box a field, in the authority's order.

What is longer than its box goes on in an addendum, and the box names the page. What a hidden worker's
form would tell of the person stays empty, to be written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak

from clinic_app.documents import differing, parts, witnesses
from clinic_app.documents.binding import Later, Place, Seen
from clinic_app.documents.claims import claims
from clinic_app.documents.design import BODY, LINE, SMALL, TABLE, WIDTH, style
from clinic_app.documents.form_file import Form, FormField, FormPart, Told
from clinic_app.documents.parts import cell
from clinic_app.documents.record import dated, day_of
from clinic_app.documents.statement import evidence_line, facts
from clinic_app.documents.voice import Voice
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.values import Text

_LABEL: Final = 56 * mm
_BOX: Final = WIDTH - _LABEL
_PADDING: Final = 1.3 * mm
_SIZE: Final = 10.5
_LEADING: Final = _SIZE * 1.3


@dataclass(slots=True)
class _Rest:
    """What did not fit into its box, while one form is drawn."""

    place: str
    parts: list[tuple[str, Flowable]] = field(default_factory=list)


def form(v: Voice, filled: Form, key: str) -> list[Flowable]:
    """Return the parts of a form, its signatures, and the addendum when a box is too small."""
    w = v.w
    rest = _Rest(f"addendum.{key}")
    law = w("Law: {cite}", cite=v.say(filled.cite)) if filled.cite else w("A plain letter; no article sets its form.")
    body: list[Flowable] = [
        parts.title(v.say(filled.title)),
        parts.text(
            f"{v.say(filled.to)}\n{law}\n"
            + w("Case {number} · {date}", number=v.folio, date=v.date(v.source.prepared_on)),
            TABLE + 1,
        ),
    ]
    closed = _closed(v, filled)
    number = 0
    for part in filled.parts:
        body += _part(v, part, number, rest, _Rules(filled, closed))
        number += len(part.fields)
    sources = [path for part in filled.parts for box in part.fields for path in box.source]
    body += differing.small(v, *(path for path in sources if path.partition(".")[0] not in closed))
    # A page with signatures alone could be put behind another text: the last box goes with them.
    body.append(parts.together(body.pop(), parts.gap(3), *_signatures(v, filled.sign)))
    if rest.parts:
        body += [PageBreak(), Place(rest.place), parts.title(w("Addendum: what did not fit into its box"), 14)]
        for label, words in rest.parts:
            body += [parts.heading(label, 11.5), words]
    return body


@dataclass(frozen=True, slots=True)
class _Rules:
    """What holds for every box of one form: the form itself, and the sections of which it says nothing."""

    form: Form
    closed: frozenset[str]


def _part(v: Voice, part: FormPart, number: int, rest: _Rest, rules: _Rules) -> list[Flowable]:
    drawn: list[Flowable] = [PageBreak()] if part.own_sheet else []
    drawn.append(parts.heading(v.say(part.heading), BODY))
    if part.text:
        drawn.append(parts.text(v.say(part.text), TABLE + 1))
    for at, box in enumerate(part.fields, start=number + 1):
        drawn += _field(v, box, at, rest, rules)
    return drawn


def _closed(v: Voice, filled: Form) -> frozenset[str]:
    """Return the sections of which this form may say nothing, because they would tell who the person is."""
    if not v.hidden:
        return frozenset()
    return frozenset({"worker", "job", "pay", "hours", "events"}) if filled.reserved else frozenset({"worker"})


def _field(v: Voice, box: FormField, number: int, rest: _Rest, rules: _Rules) -> list[Flowable]:
    label = f"{number}. {v.say(box.label)}"
    if box.told and not (box.told == "chronology" and "events" in rules.closed):
        told = _claims(v, rules.form) if box.told == "claims" else _told(v, box.told)
        return [parts.room(24), parts.gap(1.5), cell(label, bold=True), parts.gap(0.5), *told]
    if box.ticks:
        return [_row(label, [cell(f"☐ {v.say(tick)}", size=TABLE + 1) for tick in box.ticks], None)]
    words = v.say(box.text) if box.text else _value(v, box.source, rules.closed)
    return [_row(label, *_fitted(v, words, box.lines, label, rest))]


def _row(label: str, inside: list[Flowable], height: float | None) -> Flowable:
    named = cell(label)
    if height is not None:
        height = max(height, named.wrap(_LABEL - 3 * mm, 1000)[1] + 2 * _PADDING)
    return parts.form_row(named, inside, (_LABEL, _BOX), height)


def _fitted(v: Voice, words: str, lines: int, label: str, rest: _Rest) -> tuple[list[Flowable], float]:
    """Return what stands in a box of so many lines; what is longer goes to the rest."""
    height = lines * _LEADING + 2 * _PADDING + LINE
    look = style(_SIZE, spacing=1.3)
    whole = parts.para(look, words)
    width = _BOX - 2 * _PADDING
    if whole.wrap(width, 10_000)[1] <= lines * _LEADING + LINE:
        return [whole], height
    see = _see(v, rest.place, label.partition(".")[0])
    pieces = whole.split(width, (lines - 1) * _LEADING) if lines > 1 else []
    if len(pieces) == 2:  # noqa: PLR2004 - what fits, and what goes on
        first, more = pieces
        rest.parts.append((label, more))
        return [first, see], height
    rest.parts.append((label, whole))
    return [see], height


def _see(v: Voice, place: str, number: str) -> Flowable:
    def words(seen: Seen) -> str:
        return v.w("→ see page {page}: {label}", page=seen.places[place], label=number)

    return Later(words, key=place)


def _value(v: Voice, paths: tuple[str, ...], closed: frozenset[str]) -> str:
    """Return the answers of these fields, without the closed sections."""
    told = []
    for path in paths:
        section, _dot, name = path.partition(".")
        if section in closed:
            continue
        rows = v.case.rows(section) if BY_ID[section].many else (v.case.section(section),)
        value = v.value(section, name, rows[0]) if rows else ""
        told.append(v.own(value) if section == "story" else value)
    return ", ".join(dict.fromkeys(value for value in told if value))


def _told(v: Voice, what: Told) -> list[Flowable]:
    w = v.w
    match what:
        case "facts":
            return [parts.numbered(f"{fact.number}.", fact.words, _SIZE) for fact in facts(v)]
        case "evidence":
            listed: list[Flowable] = [parts.numbered(f"{at}.", evidence_line(v, row), _SIZE) for at, row in v.evidence]
            return listed or [parts.text(w("None in hand yet."), _SIZE)]
        case "witnesses":
            named: list[Flowable] = [
                parts.numbered(f"{at}.", witnesses.line(v, at, row), _SIZE) for at, row in witnesses.for_authority(v)
            ]
            return named or [parts.text(w("None named."), _SIZE)]
        case "chronology":
            return parts.bullets([f"{day_of(v, line.date)}: {line.words}" for line in dated(v)], _SIZE)
        case _:
            return _amounts(v)


def _claims(v: Voice, filled: Form) -> list[Flowable]:
    """Return what is claimed before this authority, and a sentence on what it cannot decide."""
    every = claims(v)
    own = [claim for claim in every if filled.decides(claim.id)]
    lines = [f"{claim.title} ({claim.cite})" if claim.cite else claim.title for claim in own]
    told = parts.bullets(lines, _SIZE) or [parts.text(v.w("To be written by hand."), _SIZE)]
    if filled.elsewhere is not None and len(own) < len(every):
        told.append(parts.text(v.say(filled.elsewhere.text), _SIZE))
    return told


def _amounts(v: Voice) -> list[Flowable]:
    w = v.w
    owed = [amount for amount in v.law.amounts if amount.in_total]
    if not owed:
        return [parts.text(w("No sum is computed; it is to be fixed in the procedure."), _SIZE)]
    rows = [
        (cell(w("Item"), bold=True), cell(w("Law"), bold=True), cell(w("Amount"), bold=True, right=True)),
        *((cell(v.say(a.label)), cell(a.cite), cell(v.amount(a), right=True)) for a in owed),
        (
            cell(w("Total, gross, before taxes"), bold=True),
            cell(""),
            cell(v.money(v.law.total_low, v.law.total_high), bold=True, right=True),
        ),
    ]
    return [parts.table(rows, (66 * mm, 54 * mm, 50 * mm))]


def _signatures(v: Voice, signers: tuple[Text, ...]) -> list[Flowable]:
    half = WIDTH / 2 - 5 * mm
    date = v.w("Place and date")
    boxes: list[list[Flowable]] = [[parts.box(cell(v.say(s), size=SMALL), width=half, height=22 * mm)] for s in signers]
    boxes.append([parts.to_write(date, half)])
    pairs = [boxes[at : at + 2] for at in range(0, len(boxes), 2)]
    drawn: list[Flowable] = []
    for pair in pairs:
        second = pair[1] if len(pair) > 1 else [parts.gap(1)]
        drawn += [parts.columns(pair[0], second, widths=(half + 10 * mm, half)), parts.gap(3)]
    return drawn
