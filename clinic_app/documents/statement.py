"""The worker's statement of facts: first person, numbered, with the evidence of each fact.

It says nothing that the worker did not say. Other papers refer to its paragraph numbers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import differing, parts
from clinic_app.documents.design import WIDTH
from clinic_app.documents.voice import Voice
from clinic_app.domain.casefile import Record
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.edtf import OLDEST
from clinic_app.domain.values import Empty

SUPPORTS: Final = {
    "job.start": ("contract", "social_security", "badge"),
    "job.contract": ("contract",),
    "job.last_day": ("dismissal_notice", "settlement", "messages"),
    "job.ending": ("dismissal_notice", "settlement", "messages"),
    "pay": ("payslip", "bank_statement", "contract"),
    "hours": ("timecard", "photo"),
}
"""Which kinds of evidence may speak of which part of a case."""

_MARGIN: Final = 22 * mm  # room for notes at the right


@dataclass(frozen=True, slots=True)
class Fact:
    """One numbered paragraph: its words, and the paths of the case that it tells."""

    number: int
    words: str
    paths: tuple[str, ...]

    def tells(self, path: str) -> bool:
        """Return whether the paragraph tells this path, or a part of it."""
        return any(path == own or path.startswith((f"{own}.", f"{own}[")) for own in self.paths)


def facts(v: Voice) -> tuple[Fact, ...]:
    """Return every paragraph of the statement, in order and numbered from 1."""
    asked = [pair for group in (_work(v), _pay_and_hours(v), _events(v), _answers(v)) for pair in group]
    told = [(_one_stop(words), paths) for words, paths in asked] + list(_story(v))
    return tuple(Fact(number, _noted(v, words, paths), paths) for number, (words, paths) in enumerate(told, start=1))


def _noted(v: Voice, words: str, paths: tuple[str, ...]) -> str:
    """Return a paragraph with what two records say differently of it, marked as the clinic's own words."""
    if not v.source.differences:
        return words
    own = [path for path in paths if path not in {"employers", "earlier_pay"}]  # a list's paragraph tells one row
    notes = " ".join(differing.note(v, found) for found in differing.told(v, *own))
    return f"{words} {v.w('[Note of the clinic: {note}]', note=notes)}" if notes else words


def evidence_of(v: Voice, path: str) -> tuple[int, ...]:
    """Return the numbers of the evidence that may speak of a path."""
    kinds = {kind for own, some in SUPPORTS.items() if path == own or path.startswith(f"{own}.") for kind in some}
    return tuple(n for n, row in v.evidence if row.text("kind") in kinds)


def refer(v: Voice, numbers: Iterable[int]) -> str:
    """Return a reference to pieces of evidence in brackets, "" when there is none."""
    several = ", ".join(str(number) for number in numbers)
    return v.w("(evidence {numbers})", numbers=several) if several else ""


def evidence_line(v: Voice, row: Record) -> str:
    """Return one piece of evidence in a line. Where it is kept is never printed."""
    what = [v.value("evidence", field, row) for field in ("title", "kind", "form")]
    line = ", ".join(part for part in dict.fromkeys(what) if part)
    date, maker, shows = (v.value("evidence", field, row) for field in ("date", "made_by", "shows"))
    line += f", {date}" if date else ""
    line += f", {v.w('made by {who}', who=maker)}" if maker else ""
    return f"{line}. {v.w('It shows: {what}', what=shows)}" if shows else line


def statement(v: Voice) -> list[Flowable]:
    """Return the parts of the statement, with the lines to sign at its end."""
    w = v.w
    opening = w(
        "I, {name}, say the following. It is what I saw, heard or know myself, unless I say otherwise.", name=v.name
    )
    body: list[Flowable] = [
        parts.title(w("Statement of facts")),
        parts.text(w("Case {number} · {date}", number=v.folio, date=v.date(v.source.prepared_on))),
        _paragraph(opening),
        *(parts.numbered(f"{fact.number}.", fact.words, spacing=1.5, rightIndent=_MARGIN) for fact in facts(v)),
    ]
    wants = v.own(v.case.section("story").text("wants"))
    if wants:
        body += [parts.heading(w("What I ask for")), *(_paragraph(line) for line in _lines(wants))]
    evidence = v.evidence
    if evidence:
        body.append(parts.heading(w("Evidence")))
        body += [
            parts.numbered(f"{number}.", evidence_line(v, row), spacing=1.5, rightIndent=_MARGIN)
            for number, row in evidence
        ]
    # A page with signatures alone could be put behind another text: the last lines go with them.
    return [*body[:-1], parts.together(body[-1], *_signatures(v))]


def _paragraph(words: str) -> Flowable:
    return parts.text(words, spacing=1.5, rightIndent=_MARGIN)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _ended(words: str) -> str:
    """Return the words with a full stop, unless they end in one."""
    words = words.strip()
    return words if not words or words[-1] in '.!?…”»"' else f"{words}."


def _one_stop(words: str) -> str:
    """Return the words with one full stop where a value such as "S.A." already ended in one."""
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", words)


def _with_evidence(v: Voice, words: str, *paths: str) -> tuple[str, tuple[str, ...]]:
    numbers = sorted({number for path in paths for number in evidence_of(v, path)})
    return f"{words} {refer(v, numbers)}".strip(), paths


def _work(v: Voice) -> Iterator[tuple[str, tuple[str, ...]]]:
    w = v.w
    for row_number, row in enumerate(v.case.rows("employers")):
        yield _employer(v, row), (f"employers[{row_number}]", f"employers[{row.id}]", "employers")
    position, relation, contract = (v.value("job", field) for field in ("position", "relation", "contract"))
    if position:
        yield w("My work there: {work}.", work=position.rstrip(".")), ("job.position",)
    if relation or contract:
        told = [w("Kind of work: {kind}.", kind=relation)] if relation else []
        told += [w("Contract: {contract}.", contract=contract)] if contract else []
        yield _with_evidence(v, " ".join(told), "job.relation", "job.contract")
    if start := v.value("job", "start"):
        yield _with_evidence(v, w("I began to work: {date}.", date=start), "job.start")
    if last_day := v.value("job", "last_day"):
        yield _with_evidence(v, w("My last day of work: {date}.", date=last_day), "job.last_day")
    if ending := v.value("job", "ending"):
        said = v.value("job", "ending_said")
        works = v.case.section("job").get("ending") == "still_working"
        words = f"{ending}." if works else w("How it ended: {ending}.", ending=ending)
        words += " " + w("What was said: “{words}”", words=said) if said else ""
        yield _with_evidence(v, words, "job.ending", "job.ending_said")
    if registered := v.value("job", "registered"):
        yield w("Registered with social security: {answer}.", answer=registered), ("job.registered",)


def _employer(v: Voice, row: Record) -> str:
    w = v.w
    name, trade, place, activity, boss = (
        v.value("employers", field, row) for field in ("name", "trade_name", "place", "activity", "gives_orders")
    )
    town = ", ".join(part for part in (v.value("employers", f, row) for f in ("municipality", "state")) if part)
    known = w("The employer is {name}.", name=name) if name else w("I do not know the name of the employer.")
    told = [known]
    if row.get("name_sure") == "not_sure" and name:
        told.append(w("I am not sure of this name."))
    if role := v.value("employers", "role", row):
        told.append(w("What they do: {role}.", role=role))
    if trade:
        told.append(w("The name on the sign or uniform is {name}.", name=trade))
    if place or town:
        told.append(w("The place of work is {place}.", place=", ".join(part for part in (place, town) if part)))
    if activity:
        told.append(w("They make or sell: {activity}.", activity=activity))
    if boss:
        told.append(w("Orders come from {who}.", who=boss))
    return " ".join(told)


def _pay_and_hours(v: Voice) -> Iterator[tuple[str, tuple[str, ...]]]:
    w = v.w
    amount, period = v.value("pay", "amount"), v.value("pay", "period")
    if amount:
        paid = (
            w("I was paid {amount} {period}.", amount=amount, period=period)
            if period
            else w("I was paid {amount}.", amount=amount)
        )
        yield _with_evidence(v, paid, "pay.amount", "pay.period")
    for number, row in enumerate(v.case.rows("earlier_pay")):
        until, sum_, each = (v.value("earlier_pay", field, row) for field in ("until", "amount", "period"))
        if sum_:
            yield (
                w("Before that, until {date}, I was paid {amount} {period}.", date=until, amount=sum_, period=each),
                (f"earlier_pay[{number}]", f"earlier_pay[{row.id}]", "earlier_pay"),
            )
    yield from _listed(v, "pay", ("form", "method", "other_daily", "unpaid_days", "unpaid_amount", "received_at_exit"))
    yield from _listed(
        v, "hours", ("shift", "starts", "ends", "per_day", "days_per_week", "per_week", "agreed_per_day", "rest_days")
    )


def _listed(v: Voice, section: str, fields: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tell the fields of a section in one paragraph, each with its label."""
    labels = {field.id: field.label for field in BY_ID[section].fields}
    told = [(field, v.value(section, field)) for field in fields]
    known = [(field, value) for field, value in told if value]
    if known:
        words = "; ".join(f"{v.say(labels[field])}: {value}" for field, value in known)
        yield _with_evidence(v, f"{words}.", *(f"{section}.{field}" for field, _ in known))


def _events(v: Voice) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows = sorted(enumerate(v.case.rows("events")), key=lambda pair: (_first_day(pair[1]), pair[0]))
    for number, row in rows:
        date, kind, note, amount, known = (
            v.value("events", field, row) for field in ("date", "kind", "note", "amount", "how_known")
        )
        told = [v.w("Date: {date}.", date=date or v.w("not known"))]
        told += [f"{kind}."] if kind else []
        told += [_ended(note)] if note else []
        told += [v.w("Amount: {amount}.", amount=amount)] if amount else []
        told += [v.w("How I know: {how}.", how=known)] if known else []
        yield (
            " ".join(told),
            (f"events[{number}]", *((f"events[{row.id}]",) if row.id else ()), f"events.{row.text('kind')}"),
        )


def _first_day(row: Record) -> dt.date:
    date = row.date("date")
    return (date.first if date else None) or OLDEST


def _answers(v: Voice) -> Iterator[tuple[str, tuple[str, ...]]]:
    for question_id, answer in v.case.answers.values.items():
        if answer in (Empty.NOT_ASKED, Empty.NOT_APPLICABLE) or not v.may_print(f"answers.{question_id}"):
            continue
        reply = v.reply(question_id, answer)
        if not reply:  # a table without a row
            continue
        words = v.w(
            "I was asked: {question} I answered: {answer}", question=v.question(question_id), answer=_ended(reply)
        )
        yield words, (f"answers.{question_id}",)


def _story(v: Voice) -> Iterator[tuple[str, tuple[str, ...]]]:
    lines = _lines(v.own(v.case.section("story").text("told")))
    for number, line in enumerate(lines):
        yield (v.w("In my own words: {words}", words=line) if number == 0 else line), ("story.told",)


def _signatures(v: Voice) -> list[Flowable]:
    w = v.w
    half = WIDTH / 2 - 5 * mm
    interpreter = v.case.section("consent").text("interpreter")
    return [
        parts.gap(3),
        parts.text(
            w("This statement was read to me in a language that I understand. I could correct it. It says what I said.")
        ),
        parts.columns(
            parts.box(parts.cell(w("Signature or thumbprint of the person who says this")), width=half, height=32 * mm),
            [parts.to_write(w("Place"), half), parts.to_write(w("Date"), half)],
            widths=(half + 10 * mm, half),
        ),
        parts.gap(2),
        parts.columns(
            [parts.to_write(w("Witness: name and signature"), half)],
            [parts.to_write(w("Witness: name and signature"), half)],
            widths=(half + 10 * mm, half),
        ),
        parts.columns(
            [parts.to_write(w("Interpreter: name and signature"), half)],
            [parts.to_write(w("Language of the interpreter"), half)],
            widths=(half + 10 * mm, half),
        ),
        *([parts.text(w("Interpreter named at the interview: {name}", name=v.own(interpreter)))] * bool(interpreter)),
    ]
