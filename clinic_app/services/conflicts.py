"""What two people wrote differently on two computers: the list, the question, the decision, and its undoing.

Nothing is chosen beforehand and nothing is lost. Until somebody decides, the safest consequence
applies: the earliest deadline, the stricter consent, no contact; of long texts both are kept. The
list is the same on every computer of the clinic, because a decision travels like any other work.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.audit import Deed
from clinic_app.domain.changes import Changes
from clinic_app.domain.differences import About, Decided, Difference
from clinic_app.domain.fields import Field, Kind, Label, Merge, plain, read_answer
from clinic_app.domain.roles import Right
from clinic_app.domain.values import Answer
from clinic_app.domain.views import CaseRow
from clinic_app.errors import InputError
from clinic_app.services import audit
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

_LONG: Final = frozenset({Kind.TEXT, Kind.LONG_TEXT})


class Meanwhile(enum.Enum):
    """What applies until somebody decides: the message that the screen shows is `SAYS[…]`."""

    EARLIEST = "earliest"
    STRICTER = "stricter"
    BOTH_TEXTS = "both_texts"
    STAYS = "stays"
    LATEST = "latest"


SAYS: Final = {
    Meanwhile.EARLIEST: N_("Until you decide, the earliest of the deadlines that follow is used."),
    Meanwhile.STRICTER: N_("Until you decide, the answer that protects the worker more is used."),
    Meanwhile.BOTH_TEXTS: N_("Until you decide, both texts are kept."),
    Meanwhile.STAYS: N_("Until you decide, the record stays."),
    Meanwhile.LATEST: N_("Until you decide, the latest answer is shown."),
}


@dataclass(frozen=True, slots=True)
class CaseDifferences:
    """A case with what waits for a decision in it."""

    row: CaseRow
    differences: tuple[Difference, ...]


def count(clinic: Clinic) -> int:
    """Return how many differences wait for a decision, in all cases. Quick: for the Today screen."""
    require(clinic, Right.READ)
    return clinic.store.conflicts.count()


def waiting(clinic: Clinic) -> tuple[CaseDifferences, ...]:
    """Return the cases in which something waits for a decision, the earliest next safe date first."""
    require(clinic, Right.READ)
    rows = clinic.store.rows_of(clinic.store.conflicts.cases())
    found = [CaseDifferences(row, of_case(clinic, row.id)) for row in rows.values()]
    last = dt.date.max
    return tuple(sorted(found, key=lambda one: (one.row.next_safe_date or last, one.row.number, one.row.id)))


def of_case(clinic: Clinic, case_id: str) -> tuple[Difference, ...]:
    """Return what waits for a decision in a case, every difference with its question's words."""
    require(clinic, Right.READ)
    return labelled(clinic, case_id, clinic.store.differences(case_id))


def decided(clinic: Clinic, case_id: str) -> tuple[Decided, ...]:
    """Return what was decided in a case, the latest first; each can be opened again."""
    require(clinic, Right.READ)
    questions = _questions(clinic, case_id)
    found = clinic.store.conflicts.decided(case_id)
    return tuple(replace(one, label=_label(questions, one.path) or one.label) for one in found)


def meanwhile(difference: Difference) -> Meanwhile:
    """Return what applies until somebody decides."""
    if difference.about is About.DELETED:
        return Meanwhile.STAYS
    if difference.safest is not None:
        return Meanwhile.STRICTER
    if difference.merge is Merge.LONG_TEXT:
        return Meanwhile.BOTH_TEXTS
    if difference.path.startswith("case.") or difference.merge is Merge.STATE:
        return Meanwhile.LATEST
    return Meanwhile.EARLIEST


def choose(clinic: Clinic, case_id: str, path: str, ref: str, on: dt.date) -> Changes:
    """Decide for one of the values: `ref` is that of its `Said`. Of a removed record, to remove it or keep it.

    InputError when it is decided already, or when the value is not among them any more.
    """
    require(clinic, Right.WORK)
    clinic.store.conflicts.choose(case_id, path, ref, on)
    audit.note(clinic, Deed.DECIDED, case=case_id, detail=path)
    return _changed(case_id)


def write(clinic: Clinic, case_id: str, path: str, raw: object, on: dt.date) -> Changes:
    """Decide with another answer, as JSON holds it: both were wrong. InputError says what is wrong with it."""
    require(clinic, Right.WORK)
    field = field_of(clinic, case_id, path)
    clinic.store.conflicts.write(case_id, path, read_answer(field, raw, path), field.kind, on)
    audit.note(clinic, Deed.DECIDED, case=case_id, detail=path)
    return _changed(case_id)


def keep_both(clinic: Clinic, case_id: str, path: str, on: dt.date) -> Changes:
    """Put the texts below each other, each with who wrote it and when, as the one text from now on.

    InputError when the answer is no text.
    """
    require(clinic, Right.WORK)
    field = field_of(clinic, case_id, path)
    found = _find(clinic, case_id, path)
    if field.kind not in _LONG:
        raise InputError(path, N_("only texts can both be kept"), N_("a choice, or another answer"))
    told = (said for said in found.values if _told(said.answer))
    texts = [f"— {said.who}, {said.at.date().isoformat()}:\n{said.answer}" for said in told]
    return write(clinic, case_id, path, "\n\n".join(texts), on)


def ask_worker(clinic: Clinic, case_id: str, path: str, on: dt.date) -> Changes:
    """Note that the worker is to be asked. It stays on every list until it is decided."""
    require(clinic, Right.WORK)
    clinic.store.conflicts.ask(case_id, path, on)
    return _changed(case_id)


def reopen(clinic: Clinic, case_id: str, path: str, on: dt.date) -> Changes:
    """Take a decision back: all values stand beside each other again, and wait for another."""
    require(clinic, Right.WORK)
    clinic.store.conflicts.reopen(case_id, path, on)
    return _changed(case_id)


def field_of(clinic: Clinic, case_id: str, path: str) -> Field:
    """Return the field of a path, for asking its answer anew. InputError when it has none."""
    require(clinic, Right.READ)
    section, _, name = path.partition(".")
    section = section.partition("[")[0]
    known = catalogue.BY_ID.get(section)
    fields: Iterable[Field] = known.fields if known is not None else _questions(clinic, case_id).values()
    for field in fields:
        if field.id == name and (known is not None or section == "answers"):
            return field
    raise InputError(path, N_("no such field"))


def labelled(clinic: Clinic, case_id: str, found: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """Return differences with the words of the rule book's questions."""
    require(clinic, Right.READ)
    if all(one.label for one in found):
        return found
    questions = _questions(clinic, case_id)
    return tuple(one if one.label else replace(one, label=_label(questions, one.path) or one.path) for one in found)


def as_json(difference: Difference) -> dict[str, object]:
    """Return a difference as JSON holds it, for commands."""
    return {
        "path": difference.path,
        "about": difference.about.value,
        "meanwhile": meanwhile(difference).value,
        "safest": None if difference.safest is None else plain(difference.safest),
        "asked": difference.asked.isoformat() if difference.asked else None,
        "values": [
            {
                "ref": said.ref,
                "answer": None if difference.about is About.DELETED else plain(said.answer),
                "deletes": said.deletes,
                "who": said.who,
                "computer": said.computer,
                "this_computer": said.here,
                "at": said.at.isoformat(),
                "clock_wrong": said.clock_wrong,
                "papers": list(said.papers),
            }
            for said in difference.values
        ],
    }


def _find(clinic: Clinic, case_id: str, path: str) -> Difference:
    for one in of_case(clinic, case_id):
        if one.path == path:
            return one
    raise InputError(path, N_("nobody differs here any more"), N_("a question that waits for a decision"))


def _questions(clinic: Clinic, case_id: str) -> dict[str, Field]:
    case = clinic.store.case(case_id)
    if case.place not in clinic.books:
        return {}
    return {field.id: field for field in clinic.book_for(case).fields}


def _label(questions: dict[str, Field], path: str) -> Label:
    section, _, name = path.partition(".")
    return questions[name].label if section == "answers" and name in questions else ""


def _told(answer: Answer) -> bool:
    return isinstance(answer, str) and bool(answer.strip())


def _changed(case_id: str) -> Changes:
    return Changes(frozenset({"case"}), frozenset({case_id}))
