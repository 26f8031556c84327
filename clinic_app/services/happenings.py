"""“Something happened”: what may be chosen at the place, what it means, and how it is written down.

The steps of authorities are the rule book's. What everybody everywhere may tell stands here by the
kinds of the catalogue. What a happening means is computed with the same law check before and after it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.assessment import Assessment
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.changes import Changes
from clinic_app.domain.checks import check_case
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Choice
from clinic_app.domain.happening import (
    AGREEMENT,
    DIARY,
    EVENT,
    NEW_DATE,
    PAYMENT,
    Authority,
    Happening,
    Left,
    Meaning,
    Option,
)
from clinic_app.domain.kept import DeadlineChange, compare, kept_of
from clinic_app.domain.roles import Right
from clinic_app.domain.steps import WAYS, ProcessStep
from clinic_app.domain.values import Answer, Span, Text
from clinic_app.domain.work import CLOSED, STAGES, NewRow, Waiting
from clinic_app.errors import ClinicError
from clinic_app.rules.assess import assess
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require

_CALLED: Final = ("diary.worker_called", "diary.reached", "diary.not_reached", "events.employer_called")
_GENERAL: Final[Mapping[str, tuple[str, ...]]] = {
    "called": (*_CALLED, "diary.authority_called", "diary.call_back"),
    "came": ("diary.worker_came", "events.employer_came"),
    "paper": ("events.notice_received", "events.reply_received"),
    "hearing": ("events.meeting",),
    "paid": ("events.payment",),
    "sent": ("events.letter_sent",),
    "threat": ("events.threat",),
    "other": (
        "events.agreement",
        "events.dismissal",
        "events.wage_cut",
        "events.violation_known",
        "events.accident",
        "events.death",
        "diary.task",
        "events.other",
    ),
}
"""What may be told in every place, by the way the clinic hears of it, as section.kind."""

_PLANNED: Final = frozenset({"call_back", "task"})  # entries of the diary that are always to come
_TALKS: Final = frozenset({"worker_called", "worker_came", "reached"})  # after these nobody needs to call back
_MEETING_RESULTS: Final = ("agreement", "no_agreement", "new_date", "worker_absent", "employer_absent", "other")
_MONEY: Final = frozenset({AGREEMENT, PAYMENT})
_FILING: Final = "filing"


def options(clinic: Clinic, case_id: str) -> dict[str, tuple[Option, ...]]:
    """Return what may have happened, by the eight ways in their order: the place's own steps first."""
    require(clinic, Right.READ)
    case = clinic.store.case(case_id)
    book = clinic.book_for(case)
    places = {route.id: Authority(route.id, route.name) for route in book.routes}
    found: dict[str, list[Option]] = {way: [] for way in WAYS}
    for step in book.steps:
        found[step.way].append(_of_step(step, places))
    named = {(option.section, option.kind) for ways in found.values() for option in ways}
    for way, general in _GENERAL.items():
        for path in general:
            section, _, kind = path.partition(".")
            if (section, kind) not in named:
                found[way].append(_general(section, kind))
    return {way: tuple(ways) for way, ways in found.items()}


def meaning(clinic: Clinic, case_id: str, happening: Happening, on: dt.date) -> Meaning:
    """Return what a happening changes, before anything is saved.

    Clocks are compared with the law check of the same day; none are told while it cannot be made.
    """
    require(clinic, Right.READ)
    case = clinic.store.case(case_id)
    work = _work(clinic, case, happening, on, clinic.store.row(case_id).stage, case_id)
    before, after = _checked(clinic, case, on), _checked(clinic, _with(case, work.rows), on)
    changes: tuple[DeadlineChange, ...] = ()
    if before is not None and after is not None:
        changes = compare(kept_of(before), kept_of(after), book_is_here=True).deadlines
    left = None
    if happening.option.kind == PAYMENT and after is not None:
        left = _left(after, _with(case, work.rows))
    planned = tuple(row for row in work.rows if row.section == DIARY and "state" not in row.values)
    return Meaning(happening.option, work.is_plan, changes, planned, work.done, left, work.stage)


def write(clinic: Clinic, case_id: str, happening: Happening, on: dt.date) -> Changes:
    """Write a happening down: the event, the diary and the stage in one save."""
    require(clinic, Right.WORK)
    case = clinic.store.case(case_id)
    work = _work(clinic, case, happening, on, clinic.store.row(case_id).stage, case_id)
    return clinic.store.put_work(case_id, work.rows, work.answers, work.stage or None)


def tick_off(clinic: Clinic, case_id: str, entry: str, state: str) -> Changes:
    """Say that an entry of the diary is done, did not happen, or is not needed any more."""
    require(clinic, Right.WORK)
    return clinic.store.put_work(case_id, (), {f"{DIARY}[{entry}].state": state})


def waiting(clinic: Clinic, case_id: str) -> tuple[Waiting, ...]:
    """Return what is open in the diary of a case, the earliest first."""
    require(clinic, Right.READ)
    return open_entries(case_id, clinic.store.case(case_id))


def names(clinic: Clinic, case: CaseFile) -> dict[str, Text]:
    """Return the names that the case's place gives to steps, by kind of event."""
    return {step.id: step.name for step in clinic.book_for(case).steps} if case.place in clinic.books else {}


def names_at(clinic: Clinic, place: str) -> dict[str, Text]:
    """Return the names that a place gives to steps, by kind of event; none while it has no rule book here."""
    return {step.id: step.name for step in clinic.books[place].steps} if place in clinic.books else {}


def left(assessment: Assessment, case: CaseFile) -> Left:
    """Return what may be owed, what was paid, and what is left."""
    return _left(assessment, case)


@dataclass(frozen=True, slots=True)
class _Work:
    """What one happening writes."""

    rows: tuple[NewRow, ...]
    answers: Mapping[str, Answer]
    done: tuple[Waiting, ...]
    stage: str
    is_plan: bool = False


def _work(clinic: Clinic, case: CaseFile, told: Happening, on: dt.date, stage: str, case_id: str) -> _Work:
    steps = {step.id: step for step in clinic.book_for(case).steps}
    entries = open_entries(case_id, case)
    if told.option.kind in _PLANNED or (told.option.plan and _is_to_come(told.date, on)):
        return _plan(told, entries)
    step = steps.get(told.option.kind) if told.option.section == EVENT else None
    rows: list[NewRow] = []
    answers: dict[str, Answer] = {}
    done = list(_ticked(told, entries, on))
    event = secrets.token_hex(16)
    if told.option.section == EVENT:
        rows.append(NewRow(EVENT, _event(told.option.kind, told), event))
        if written := dict(step.writes).get(told.result) if step else None:
            rows.append(NewRow(EVENT, _event(written, told)))
    rows += _held(told, entries, event, answers, done)
    rows += _next(told, step, entries)
    rows += [_instalment(i.day, i.amount) for i in told.instalments]
    for entry in done:
        answers.setdefault(f"{DIARY}[{entry.id}].state", "done")
    return _Work(tuple(rows), answers, tuple(done), _reached(step, told, stage))


def _plan(told: Happening, entries: Sequence[Waiting]) -> _Work:
    """Return the diary's entry of something to come; one that waits for the same step is moved."""
    kind = told.option.plan or told.option.kind
    step = told.option.kind if told.option.plan else ""
    values: dict[str, Answer] = {"kind": kind, "date": told.date}
    given = {"time": told.time, "note": told.note, "authority": told.authority, "step": step}
    values |= {name: value for name, value in given.items() if value}
    done = tuple(e for e in entries if step and e.step == step)
    answers: dict[str, Answer] = {f"{DIARY}[{entry.id}].state": "dropped" for entry in done}
    return _Work((NewRow(DIARY, values),), answers, done, "", is_plan=True)


def _event(kind: str, told: Happening) -> dict[str, Answer]:
    values: dict[str, Answer] = {"kind": kind, "date": told.date}
    if told.note:
        values["note"] = told.note
    if told.amount is not None and kind in _MONEY:
        values["amount"] = told.amount
    return values


def _held(
    told: Happening, entries: Sequence[Waiting], event: str, answers: dict[str, Answer], done: list[Waiting]
) -> Iterator[NewRow]:
    """Write the diary's side: the entry that was planned gets its result, anything else an entry that is done."""
    if told.option.plan:
        planned = next((e for e in entries if e.step == told.option.kind and e.kind == told.option.plan), None)
        if planned is not None:
            if planned not in done:
                done.append(planned)
            if told.result:
                answers[f"{DIARY}[{planned.id}].result"] = told.result
            answers[f"{DIARY}[{planned.id}].event"] = event
            return
    kind = told.option.plan or (_FILING if told.option.numbered else "")
    if told.option.section == DIARY:
        kind = told.option.kind
    if not kind:
        return
    values: dict[str, Answer] = {"kind": kind, "date": told.date, "state": "done"}
    given = {"time": told.time, "result": told.result, "authority": told.authority, "number": told.number}
    values |= {name: value for name, value in given.items() if value}
    if told.option.section == DIARY:
        values |= {"note": told.note} if told.note else {}
    else:
        values |= {"step": told.option.kind, "event": event}
    yield NewRow(DIARY, values)


def _next(told: Happening, step: ProcessStep | None, entries: Sequence[Waiting]) -> Iterator[NewRow]:
    """Write what comes next: the day that was told along, else the day on which to ask."""
    planned = ""
    if told.next_day is not None:
        planned = told.option.kind if told.result == NEW_DATE else told.option.sets
        if planned:
            values: dict[str, Answer] = {"kind": "hearing", "date": Edtf.of(told.next_day), "step": planned}
            if told.option.plan or planned.startswith("inspection"):
                values["kind"] = told.option.plan or "visit"
            given = {"time": told.next_time, "authority": told.authority}
            yield NewRow(DIARY, values | {name: value for name, value in given.items() if value})
    first = told.date.first or told.date.last
    if step is None or first is None:
        return
    waits = {entry.step for entry in entries}
    for expected in step.expects:
        if expected.after in {"", told.result} and expected.step != planned and expected.step not in waits:
            day = Edtf.of(first + dt.timedelta(days=expected.days))
            yield NewRow(DIARY, {"kind": "ask", "date": day, "step": expected.step})


def _ticked(told: Happening, entries: Sequence[Waiting], on: dt.date) -> Iterator[Waiting]:
    """Return the open entries that a happening settles."""
    if told.option.kind in _TALKS:
        yield from (entry for entry in entries if entry.kind == "call_back" and entry.day <= on)
    if told.option.section == EVENT:
        yield from (entry for entry in entries if entry.kind == "ask" and entry.step == told.option.kind)
    if told.option.kind == PAYMENT:
        paid = told.amount or Decimal(0)
        for entry in entries:
            if entry.kind == "instalment" and entry.amount is not None and paid >= entry.amount:
                paid -= entry.amount
                yield entry


def _instalment(day: dt.date, amount: Decimal) -> NewRow:
    return NewRow(DIARY, {"kind": "instalment", "date": Edtf.of(day), "amount": amount, "step": PAYMENT})


def _reached(step: ProcessStep | None, told: Happening, stage: str) -> str:
    """Return the stage that the case is in from now on, "" when it stays; a closed case stays closed."""
    reached = step.reaches if step else ("follow" if told.option.kind in _MONEY else "")
    if not reached or stage == CLOSED or stage not in STAGES:
        return ""
    return reached if STAGES.index(reached) > STAGES.index(stage) else ""


def _of_step(step: ProcessStep, places: Mapping[str, Authority]) -> Option:
    return Option(
        EVENT,
        step.id,
        step.name,
        step.means,
        step.plan,
        step.results,
        step.sets,
        tuple(places[place] for place in step.at),
        money=step.id in _MONEY,
        numbered=step.way == "sent",
    )


def _general(section: str, kind: str) -> Option:
    label = _label(catalogue.EVENT_KINDS if section == EVENT else catalogue.DIARY_KINDS, kind)
    if kind == "meeting":
        return Option(section, kind, label, {}, "hearing", _MEETING_RESULTS)
    return Option(section, kind, label, {}, money=kind in _MONEY)


def _label(choices: tuple[Choice, ...], code: str) -> str:
    return next(str(choice.label) for choice in choices if choice.code == code)


def _is_to_come(date: Edtf, on: dt.date) -> bool:
    return date.first is not None and date.first > on


def open_entries(case_id: str, case: CaseFile) -> tuple[Waiting, ...]:
    """Return what is open in the diary of a case, the earliest first."""
    found = []
    for row in case.rows(DIARY):
        date = row.date("date")
        if date is None or row.text("state"):
            continue
        texts = {name: row.text(name) for name in ("time", "note", "authority", "step")}
        found.append(
            Waiting(
                row.id,
                case_id,
                row.text("kind") or "task",
                date.first or date.last or dt.date.min,
                amount=_amount(row),
                **texts,
            )
        )
    return tuple(sorted(found, key=lambda entry: (entry.day, entry.time)))


def _amount(row: Record) -> Decimal | None:
    amount = row.get("amount")
    if isinstance(amount, Span):
        return amount.low
    return amount if isinstance(amount, Decimal) else None


def _with(case: CaseFile, rows: Sequence[NewRow]) -> CaseFile:
    """Return the case as it will be with more events."""
    more = tuple(Record(row.values, row.id) for row in rows if row.section == EVENT)
    return dataclasses.replace(case, lists={**case.lists, EVENT: (*case.rows(EVENT), *more)})


def _checked(clinic: Clinic, case: CaseFile, on: dt.date) -> Assessment | None:
    try:
        check_case(case)
        return assess(clinic.book_for(case), case, on)
    except ClinicError:
        return None


def _left(assessment: Assessment, case: CaseFile) -> Left:
    amounts = [_amount(row) for row in case.rows(EVENT) if row.text("kind") == PAYMENT]
    paid = sum((amount for amount in amounts if amount is not None), Decimal("0.00"))
    return Left(assessment.currency, assessment.total_low, assessment.total_high, paid)
