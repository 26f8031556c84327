"""The papers for those who check: the table of violations and the calculation with its working.

No figure is made here. Each one is printed as the law check gave it, with the way it was reached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import differing, parts, stale
from clinic_app.documents.claims import Claim, claims, evidence_numbers, own_last_day
from clinic_app.documents.design import SMALL, TABLE, WIDTH
from clinic_app.documents.parts import cell
from clinic_app.documents.readiness import boxes, open_numbers, points
from clinic_app.documents.statement import Fact, evidence_of, facts, refer
from clinic_app.documents.voice import Voice
from clinic_app.domain.assessment import (
    Amount,
    Confidence,
    Deadline,
    NotComputed,
    ParameterUsed,
    Step,
)
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.values import Empty

_VIOLATION_WIDTHS: Final = (38 * mm, 18 * mm, 48 * mm, 26 * mm, 40 * mm)
_STEP_WIDTHS: Final = (54 * mm, 74 * mm, 42 * mm)
_SHORT_WORKING: Final = 12  # steps; a longer working may go on over the page
_INPUTS: Final = {
    "job": ("start", "last_day", "ending", "zone", "municipality"),
    "pay": ("other_daily", "unpaid_days", "unpaid_amount", "received_at_exit"),
    "hours": ("shift", "per_day", "days_per_week", "per_week", "agreed_per_day", "rest_days"),
}


def violations(v: Voice) -> list[Flowable]:
    """Return the table of violations: claim, facts, evidence, law, amount with its last day."""
    w = v.w
    body: list[Flowable] = [parts.title(w("Table of violations")), *_head(v), *differing.box(v), *stale.box(v)]
    claimed = claims(v)
    if claimed:
        body += _claim_table(v, claimed)
    else:
        body.append(parts.text(w("The law check found no likely violation with the answers it has."), TABLE + 1))
    return body


def calculation(v: Voice) -> list[Flowable]:
    """Return the calculation: total, inputs, each amount step by step, what was not computed, sources."""
    w = v.w
    return [
        parts.title(w("Calculation of what may be owed")),
        *_head(v),
        *differing.box(v),
        *stale.box(v),
        _total(v),
        *parts.under(w("What went in"), _inputs(v)),
        parts.heading(w("Working, line by line")),
        *[part for amount in v.law.amounts for part in _amount(v, amount)],
        *_not_computed(v),
        *_deadlines(v),
        *_parameters(v),
        *_small_print(v),
    ]


def strength(v: Voice, claim: Claim) -> str:
    """Return how strong a claim stands: evidence in hand, still to prove, or for a lawyer to decide."""
    if claim.for_lawyer or claim.confidence is Confidence.LOW:
        return v.w("a lawyer decides")
    return v.w("evidence in hand") if evidence_numbers(v, claim) else v.w("needs proof")


def _claim_table(v: Voice, claimed: Sequence[Claim]) -> list[Flowable]:
    w = v.w
    told = facts(v)
    heads = (
        cell(w("Claim"), bold=True),
        cell(w("Facts ¶"), bold=True),
        cell(w("Evidence"), bold=True),
        cell(w("Law"), bold=True),
        cell(w("Amount, last day, strength"), bold=True, right=True),
    )
    explained = w(
        "¶ numbers are those of the statement of facts. Amounts are gross; their working is in the calculation."
    )
    counted: set[str] = set()
    rows = [_violation(v, claim, told, counted) for claim in claimed]
    total = (
        cell(w("Total, gross, before taxes"), bold=True),
        *(cell("") for _ in range(3)),
        cell(v.money(v.law.total_low, v.law.total_high), bold=True, right=True),
    )
    questions = enumerate(points(v, claimed[0], told), start=1)
    asked = " · ".join(f"{number} {w(point.question)}" for number, point in questions)
    legend = w("Is it ready to file? A crossed box is answered; the number of an open one stands beside it:")
    return [
        parts.table([heads, *rows, total], _VIOLATION_WIDTHS),
        parts.gap(2),
        parts.text(explained, SMALL),
        parts.text(f"{legend} {asked}", SMALL),
    ]


def _head(v: Voice) -> list[Flowable]:
    line = v.w("Case {number} · {name} · {date}", number=v.folio, name=v.name, date=v.date(v.source.prepared_on))
    return [parts.text(line, TABLE + 1)]


def _violation(v: Voice, claim: Claim, told: Sequence[Fact], counted: set[str]) -> tuple[list[Flowable], ...]:
    w = v.w
    numbers = sorted({fact.number for because in claim.because for fact in told if fact.tells(because.path)})
    held = [v.say(text) for text in claim.employer_must_hold]
    asked = points(v, claim, told)
    in_hand = evidence_numbers(v, claim)
    evidence: list[Flowable] = [cell(w("Evidence {numbers}", numbers=_several(in_hand)))] if in_hand else []
    evidence += [cell(w("The employer must hold: {papers}", papers="; ".join(held)))] if held else []
    return (
        [cell(claim.title, bold=True), cell(f"{boxes(asked)} {open_numbers(asked)}", size=SMALL)],
        [cell(_several(numbers) or "–")],
        evidence or [cell(w("To be found"))],
        [cell(claim.cite), *_to_confirm(v, claim.confidence)],
        _money_and_limit(v, claim, counted),
    )


def _money_and_limit(v: Voice, claim: Claim, counted: set[str]) -> list[Flowable]:
    """Return the amounts of a claim; each figure stands once in the table, so that a reader can add them."""
    lines: list[Flowable] = []
    for amount in claim.amounts:
        if len(claim.amounts) > 1 or amount.item in counted:
            lines.append(cell(v.say(amount.label), size=SMALL, right=True))
        again = amount.item in counted
        lines.append(cell(v.w("counted above") if again else v.amount(amount), bold=not again, right=True))
        if not amount.in_total:
            lines.append(cell(v.w("Not part of the total."), size=SMALL, right=True))
        counted.add(amount.item)
    if not claim.amounts:
        lines.append(cell(v.w("no amount"), right=True))
    lines += [cell(line, size=SMALL, right=True) for line in _limit(v, claim)]
    lines.append(cell(strength(v, claim), size=SMALL, right=True))
    return lines


def _limit(v: Voice, claim: Claim) -> list[str]:
    if day := own_last_day(v, claim):
        return [v.w("at the latest {date}", date=v.short(day))]
    first = v.law.next_deadline
    if first is None:
        return []
    return [v.w("first clock of the case: {date}", date=v.short(first.safe_date))]


def _several(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _to_confirm(v: Voice, confidence: Confidence) -> list[Flowable]:
    return [cell(v.w("to be confirmed by a lawyer"), size=SMALL)] if confidence is Confidence.LOW else []


def _total(v: Voice) -> Flowable:
    law = v.law
    gross = v.text("gross_note") or v.w("Gross, before taxes.")
    shown = parts.columns(
        [cell(v.w("Total that may be owed"), bold=True, size=13), cell(gross)],
        cell(v.money(law.total_low, law.total_high), bold=True, size=13, right=True),
        widths=(WIDTH * 0.5 - 3 * mm, WIDTH * 0.5 - 3 * mm),
    )
    notes: list[Flowable] = []
    if law.total_low != law.total_high:
        notes.append(cell(v.w("Two figures: an answer is a range or is not sure, so the result lies between them.")))
    return parts.box(shown, *notes)


def _inputs(v: Voice) -> Flowable:
    heads = (cell(v.w("Fact"), bold=True), cell(v.w("Value"), bold=True), cell(v.w("Where it comes from"), bold=True))
    rows = [heads, *_case_inputs(v), *_answer_inputs(v)]
    return parts.table(rows, (58 * mm, 54 * mm, 58 * mm))


def _case_inputs(v: Voice) -> Iterable[tuple[Flowable, ...]]:
    amount, period = v.value("pay", "amount"), v.value("pay", "period")
    if amount:
        yield cell(v.w("Pay")), cell(f"{amount} {period}".strip()), cell(_origin(v, "pay.amount"))
    for section, fields in _INPUTS.items():
        for field in fields:
            value = v.value(section, field)
            if value:
                label = v.say(BY_ID[section].field(field).label)
                yield cell(label), cell(value), cell(_origin(v, f"{section}.{field}"))
    for row in v.case.rows("earlier_pay"):
        until, amount, period = (v.value("earlier_pay", field, row) for field in ("until", "amount", "period"))
        label = v.w("Earlier pay, until {date}", date=until or v.w("not known"))
        yield cell(label), cell(f"{amount} {period}".strip()), cell(_origin(v, "pay"))


def _answer_inputs(v: Voice) -> Iterable[tuple[Flowable, ...]]:
    for question_id, answer in v.case.answers.values.items():
        if answer in (Empty.NOT_ASKED, Empty.NOT_APPLICABLE) or not v.may_print(f"answers.{question_id}"):
            continue
        if reply := v.reply(question_id, answer):  # a table without a row says nothing
            yield cell(v.question(question_id)), cell(reply), cell(_origin(v, "answers"))


def _origin(v: Voice, path: str) -> str:
    told = v.w("told by the worker")
    return f"{told} {refer(v, evidence_of(v, path))}".strip()


def _amount(v: Voice, amount: Amount) -> list[Flowable]:
    w = v.w
    name: list[Flowable] = [cell(v.say(amount.label), bold=True, size=TABLE + 1), cell(amount.cite, size=SMALL)]
    name += _to_confirm(v, amount.confidence)
    if not amount.in_total:
        name.append(cell(w("Not part of the total."), size=SMALL))
    top = parts.columns(
        name,
        cell(v.amount(amount), bold=True, size=TABLE + 1, right=True),
        widths=(WIDTH * 0.62, WIDTH * 0.38),
    )
    steps = _steps(v, amount.working)
    under = [v.figures(v.say(note)) for note in amount.notes]
    if held := ", ".join(v.say(text) for text in amount.employer_must_hold):
        under.append(w("The employer must hold: {papers}", papers=held))
    body: list[Flowable] = [parts.gap(3), top]
    if steps:
        body.append(parts.table(steps, _STEP_WIDTHS, head=0))
    body += [cell(line, size=SMALL) for line in under]
    return [parts.together(*body)] if len(steps) <= _SHORT_WORKING else [parts.room(35), *body]


def _steps(v: Voice, steps: Sequence[Step]) -> list[tuple[list[Flowable], ...]]:
    """Return the lines of a working. A source is named where it is first used, not on each line after."""
    named: set[str] = set()
    rows: list[tuple[list[Flowable], ...]] = []
    for step in steps:
        sources = [source for source in step.source.split("; ") if source and source not in named]
        named.update(sources)
        arithmetic, result = v.figures(step.expression), v.figures(step.value)
        how: list[Flowable] = [cell(arithmetic)] if arithmetic and arithmetic != result else []
        how += [cell("; ".join(v.published(source) for source in sources), size=SMALL - 1)] if sources else []
        rows.append(([cell(v.figures(v.say(step.label)))], how, [cell(result, right=True)]))
    return rows


def _not_computed(v: Voice) -> list[Flowable]:
    if not v.law.not_computed:
        return []
    rows: list[Sequence[Flowable | Sequence[Flowable]]] = [
        (cell(v.w("Not computed"), bold=True), cell(v.w("Why"), bold=True)),
        *(_without_amount(v, item) for item in v.law.not_computed),
    ]
    return parts.under(v.w("What was not computed, and why"), parts.table(rows, (66 * mm, 104 * mm)))


def _without_amount(v: Voice, item: NotComputed) -> tuple[list[Flowable], list[Flowable]]:
    why: list[Flowable] = [cell(v.figures(v.say(item.why)))]
    why += [
        cell(v.w("To ask: {question}", question=v.say(missing.question)), size=SMALL)
        for missing in item.missing
        if v.may_print(missing.path)
    ]
    return [cell(v.say(item.label)), cell(item.cite, size=SMALL)], why


def _deadlines(v: Voice) -> list[Flowable]:
    if not v.law.deadlines:
        return []
    ordered = sorted(v.law.deadlines, key=lambda deadline: deadline.safe_date)
    note = v.text("authority_calendar_note")
    first, *others = [_deadline(v, deadline) for deadline in ordered]
    return [
        parts.together(parts.heading(v.w("Last days, and how they were counted")), *first),
        *(parts.together(*other) for other in others),
        *([cell(note, size=SMALL)] if note else []),
    ]


def _deadline(v: Voice, deadline: Deadline) -> list[Flowable]:
    w = v.w
    name: list[Flowable] = [cell(v.say(deadline.label), bold=True, size=TABLE + 1), cell(deadline.cite, size=SMALL)]
    name += _to_confirm(v, deadline.confidence)
    date = cell(v.date(deadline.safe_date), bold=True, size=TABLE + 1, right=True)
    lines = [w("The day shown is the safe one. Last day by the count: {date}.", date=v.date(deadline.deadline))]
    if deadline.latest_arguable > deadline.deadline:
        lines.append(w("Only if a lawyer agrees: until {date}.", date=v.date(deadline.latest_arguable)))
    if deadline.passed:
        lines.insert(0, w("The safe day has passed. A lawyer decides."))
    lines += [v.say(deadline.note)] if v.say(deadline.note) else []
    steps = [(cell(v.say(step.label)), cell(_day(v, step.value), right=True)) for step in deadline.working]
    return [
        parts.gap(2),
        parts.columns(name, date, widths=(WIDTH * 0.55, WIDTH * 0.45)),
        *([parts.table(steps, (WIDTH * 0.62, WIDTH * 0.38), head=0)] if steps else []),
        *(cell(line, size=SMALL) for line in lines),
    ]


def _day(v: Voice, value: str) -> str:
    """Return the result of a counting step: a day in words, or what the book gave when it is no day."""
    try:
        return v.date(dt.date.fromisoformat(value))
    except ValueError:
        return v.figures(value)


def _parameters(v: Voice) -> list[Flowable]:
    if not v.law.parameters:
        return []
    heads = (v.w("Legal value"), v.w("Valid"), v.w("Published in"), v.w("Value"))
    rows: list[Sequence[Flowable | list[Flowable]]] = [
        [cell(head, bold=True, right=head == heads[-1]) for head in heads],
        *(_parameter(v, used) for used in v.law.parameters),
    ]
    return parts.under(v.w("Legal values used"), parts.table(rows, (52 * mm, 42 * mm, 44 * mm, 32 * mm)))


def _parameter(v: Voice, used: ParameterUsed) -> list[Flowable | list[Flowable]]:
    first = v.short(used.valid_from)
    valid = (
        v.w("{first} to {last}", first=first, last=v.short(used.valid_to))
        if used.valid_to
        else v.w("since {first}", first=first)
    )
    name: list[Flowable] = [cell(v.say(used.title)), *_to_confirm(v, used.confidence)]
    return [name, cell(valid), cell(used.source), cell(v.figures(used.value), right=True)]


def _small_print(v: Voice) -> list[Flowable]:
    w, law = v.w, v.law
    lines = [
        v.text("rounding_note") or w("Each printed line is rounded half up to the cent; totals add printed lines."),
        w(
            "Prepared with rule book {version}, as of {date}; program {program}.",
            version=law.rules_version,
            date=v.date(law.as_of),
            program=v.source.program_version,
        ),
        w("Checked by: ______________________   on: ________________"),
    ]
    lines += [v.text("not_advice")] if v.text("not_advice") else []
    return [parts.gap(4), *(parts.text(line, SMALL) for line in lines)]
