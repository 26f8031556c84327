"""The cases of the clinic: find, open, look back and take back, close, and the bin.

Nothing is ever lost: what is taken back, brought back or binned is a new entry of the journal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from clinic_app.domain.casefile import EMPTY_RECORD, CaseFile, Record
from clinic_app.domain.catalogue import CLOSING, CONTACT, SECTIONS
from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Field, plain, read_row
from clinic_app.domain.roles import Right
from clinic_app.domain.values import Empty
from clinic_app.domain.views import CaseRow, HistoryRow
from clinic_app.domain.work import CLOSED, STAGES, Binned, Changed, Printed, SafeContact
from clinic_app.errors import InputError
from clinic_app.services import audit, happenings, intake
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

PAGE: Final = 100
_ENDS_WITH_THE_CASE: Final = frozenset({"ask", "call_back", "task"})
_AFTER_REOPENING: Final = "follow"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, as the history tells it; nothing when there was nothing to take back."""

    rows: tuple[HistoryRow, ...]
    changes: Changes


def cases(clinic: Clinic, search: str = "", limit: int = PAGE, offset: int = 0) -> tuple[CaseRow, ...]:
    """Return cases whose people, employers or number match, the last touched first.

    Accents and case do not matter; an empty search returns all.
    """
    require(clinic, Right.READ)
    return clinic.store.cases(search=search, limit=limit, offset=offset)


def due(clinic: Clinic, on: dt.date, days: int) -> tuple[CaseRow, ...]:
    """Return the cases whose next safe date falls within so many days, most urgent first."""
    require(clinic, Right.READ)
    return clinic.store.due(on + dt.timedelta(days=days))


def count(clinic: Clinic) -> int:
    """Return how many cases the clinic has."""
    require(clinic, Right.READ)
    return clinic.store.count()


def row(clinic: Clinic, case_id: str) -> CaseRow:
    """Return one case as the lists show it."""
    require(clinic, Right.READ)
    return clinic.store.row(case_id)


def case(clinic: Clinic, case_id: str) -> CaseFile:
    """Return everything known of one case, without a name that is to stay hidden: `hiding.reveal` shows it."""
    require(clinic, Right.READ)
    found = clinic.store.case(case_id)
    audit.opened(clinic, case_id)
    return found.without_hidden_name()


def find(clinic: Clinic, number: str) -> str:
    """Return the id of the case with this number; InputError when there is none."""
    require(clinic, Right.READ)
    return clinic.store.find(number)


def history(clinic: Clinic, case_id: str) -> tuple[HistoryRow, ...]:
    """Return what was done in the case, the last first."""
    require(clinic, Right.READ)
    return clinic.store.history(case_id)


def safe_contact(case: CaseFile) -> SafeContact | None:
    """Return how to reach the worker safely; None when nothing was asked."""
    contact = case.section(CONTACT.id)
    if not contact.values:
        return None
    names = ("may_call", "safe_hours", "phone", "name_to_use", "leave_message", "never")
    return SafeContact(*(contact.text(name) for name in names))


def printed(clinic: Clinic, case_id: str) -> tuple[Printed, ...]:
    """Return what was printed of the case, the last first."""
    require(clinic, Right.READ)
    return clinic.store.printed(case_id)


def reached(clinic: Clinic, case_id: str, stage: str) -> Changes:
    """Note that the case has come as far as a stage; a stage further on, and a closed case, stay."""
    require(clinic, Right.WORK)
    now = clinic.store.row(case_id).stage
    if now == CLOSED or now not in STAGES or STAGES.index(now) >= STAGES.index(stage):
        return Changes()
    return clinic.store.set_case(case_id, stage=stage)


def close(clinic: Clinic, case_id: str, raw: Mapping[str, object]) -> Changes:
    """Close a case with what came out (the fields of “closing”, as JSON holds them). InputError names a field.

    What the clinic had planned to ask or to call about is not needed any more; hearings and
    instalments to come stay.
    """
    require(clinic, Right.WORK)
    answers = read_row(CLOSING.fields, raw, CLOSING.id)
    if not isinstance(answers.get("outcome"), str):
        raise InputError(f"{CLOSING.id}.outcome", N_("this answer is needed"))
    written = {f"{CLOSING.id}.{name}": answer for name, answer in answers.items()}
    for entry in happenings.waiting(clinic, case_id):
        if entry.kind in _ENDS_WITH_THE_CASE:
            written[f"diary[{entry.id}].state"] = "dropped"
    return clinic.store.put_work(case_id, (), written, CLOSED)


def reopen(clinic: Clinic, case_id: str) -> Changes:
    """Open a closed case again; how it had ended stays readable."""
    require(clinic, Right.WORK)
    return clinic.store.set_case(case_id, stage=_AFTER_REOPENING)


def undo(clinic: Clinic, case_id: str) -> Undone:
    """Take back the last change that this user made in the case since the clinic was opened."""
    require(clinic, Right.WORK)
    rows = clinic.store.undo(case_id)
    touched = frozenset({case_id}) if rows else frozenset()
    return Undone(rows, Changes(frozenset({"case"}) if rows else frozenset(), touched))


def changed_since(clinic: Clinic, case_id: str, moment: dt.datetime) -> tuple[Changed, ...]:
    """Return the answers that are not what they were at a moment; all that is known now when it came before the case.

    Rows that were added or taken out since count answer by answer. A hidden name is left out.
    """
    require(clinic, Right.READ)
    now = clinic.store.case(case_id)
    then = clinic.store.case_at(case_id, moment)
    earlier = then if then is not None else CaseFile(now.place, now.language, {}, {}, EMPTY_RECORD)
    hidden = "worker.name" if now.hides_name else ""
    return tuple(change for change in _changed(clinic, earlier, now) if change.path != hidden)


def bring_back(clinic: Clinic, case_id: str, change: Changed) -> Changes:
    """Say again what an answer was. InputError when its row is in the bin: that comes back first."""
    require(clinic, Right.WORK)
    return intake.save(clinic, case_id, change.path, None if change.then is Empty.NOT_ASKED else plain(change.then))


def to_bin(clinic: Clinic, case_id: str, reason: str) -> Changes:
    """Put a case into the bin with a reason; it can be brought back at any time."""
    require(clinic, Right.WORK)
    if not reason.strip():
        raise InputError("reason", N_("a reason is needed"))
    return clinic.store.bin_case(case_id, reason.strip())


def row_to_bin(clinic: Clinic, case_id: str, section: str, row_id: str, reason: str) -> Changes:
    """Put a row of a case into the bin with a reason."""
    require(clinic, Right.WORK)
    if not reason.strip():
        raise InputError("reason", N_("a reason is needed"))
    return clinic.store.remove_row(case_id, section, row_id, reason.strip())


def binned_cases(clinic: Clinic) -> tuple[Binned, ...]:
    """Return the cases in the bin, the last one first."""
    require(clinic, Right.READ)
    return clinic.store.binned_cases()


def binned_rows(clinic: Clinic, case_id: str) -> tuple[Binned, ...]:
    """Return the rows of a case in the bin."""
    require(clinic, Right.READ)
    return clinic.store.binned_rows(case_id)


def restore(clinic: Clinic, case_id: str, binned: Binned) -> Changes:
    """Bring a case, or a row of it, back from the bin."""
    require(clinic, Right.WORK)
    if not binned.section:
        return clinic.store.restore_case(binned.id)
    return clinic.store.restore_row(case_id, binned.section, binned.id)


def _changed(clinic: Clinic, then: CaseFile, now: CaseFile) -> Iterator[Changed]:
    for section in SECTIONS:
        if section.many:
            old = {record.id: record for record in then.rows(section.id)}
            new = {record.id: record for record in now.rows(section.id)}
            for number, row_id in enumerate(dict.fromkeys((*old, *new)), start=1):
                pair = old.get(row_id, EMPTY_RECORD), new.get(row_id, EMPTY_RECORD)
                yield from _differing(f"{section.id}[{row_id}]", section.id, number, section.fields, *pair)
        else:
            pair = then.section(section.id), now.section(section.id)
            yield from _differing(section.id, section.id, 0, section.fields, *pair)
    fields = clinic.book_for(now).fields if now.place in clinic.books else ()
    yield from _differing("answers", "answers", 0, fields, then.answers, now.answers)


def _differing(
    path: str, section: str, number: int, fields: tuple[Field, ...], then: Record, now: Record
) -> Iterator[Changed]:
    for field in fields:
        if then.get(field.id) != now.get(field.id):
            yield Changed(f"{path}.{field.id}", section, number, field, then.get(field.id), now.get(field.id))
