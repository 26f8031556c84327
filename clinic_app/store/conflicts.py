"""What people wrote apart about the same thing: found by index, decided by people, opened again on request.

A difference is there while a field has several values that no one has seen together, or while
someone has opened it again. Deciding writes an ordinary operation that has seen all values, and
beside it a review that says who decided among which; both travel like everything else.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from clinic_app.domain import catalogue, caution
from clinic_app.domain.differences import About, Decided, Difference, Said
from clinic_app.domain.fields import Field, Kind, Merge
from clinic_app.domain.values import Answer, Empty
from clinic_app.errors import BugError, InputError
from clinic_app.store import codes
from clinic_app.store.part import Part
from clinic_app.store.rows import entities_of_case
from clinic_app.store.tables import ANSWERS, CASE, EMPLOYER, LINK, PERSON, REVIEW, section_of
from clinic_app.words import N_
from sync import merge
from sync.clock import milliseconds
from sync.records import Kind as Op
from sync.records import Operation, Value, decode

ASKED: Final = "asked"
DECIDED: Final = "decided"
REOPENED: Final = "reopened"

_STAGE: Final = "stage"
_STAGE_LABEL: Final = N_("How far the case is")
_RECORD_LABEL: Final = N_("The whole record")
_LATEST: Final = 253_402_300_799_000  # the year 9999
_DAY_MS: Final = 24 * 60 * 60 * 1000  # a clock that differs by more from the order of events was wrong
_UNREADABLE: Final = (ValueError, TypeError, ArithmeticError, KeyError, IndexError, AttributeError, BugError)

Names = Callable[[bytes], str]
"""The name of the computer with a device id, "" when it is not known."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Spot:
    """One field of one entity on which people differ, with what was done about it."""

    entity: str
    kind: str
    field: str
    state: str = ""
    since: str = ""
    ops: tuple[bytes, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state == REOPENED


class Conflicts(Part):
    """The differences of a store."""

    def count(self) -> int:
        """Return how many differences wait for a decision, in all cases."""
        return sum(1 for spot in self._spots() if self._is_told(spot))

    def cases(self) -> tuple[str, ...]:
        """Return the ids of the cases in which something waits for a decision."""
        found = (case for spot in self._spots() if self._is_told(spot) for case in self._cases_of(spot))
        return tuple(sorted(set(found)))

    def of_case(self, case_id: str, names: Names) -> tuple[Difference, ...]:
        """Return what waits for a decision in a case, by place."""
        found = [self._difference(case_id, spot, names) for spot in self._spots(case_id)]
        return tuple(sorted((one for one in found if one), key=lambda one: one.path))

    def decided(self, case_id: str) -> tuple[Decided, ...]:
        """Return what was decided in a case and not opened again, the latest first."""
        people = self._people()
        sql = (
            "SELECT id, entity, kind, field, since FROM review WHERE case_id = ? AND state = ? ORDER BY since DESC, id"
        )
        found = []
        for review, entity, kind, field, since in self.db.rows(sql, (case_id, DECIDED)):
            place = self._place(_Spot(entity, kind, field))
            head = merge.shown(self.journal.stamps(review), "state")
            if place is not None and head is not None:
                who = self.journal.operation(head.op).actor
                found.append(Decided(case_id, place[0], place[1], dt.date.fromisoformat(since), people.get(who, who)))
        return tuple(found)

    def choose(self, case_id: str, path: str, ref: str, on: dt.date) -> None:
        """Decide for one of the values. InputError when it is not among them any more."""
        spot = self._find(case_id, path)
        said = {op.hex(): operation for op, operation in self._said(spot)}
        if ref not in said:
            raise InputError(
                "ref", N_("this is not one of the values any more"), N_("one of the values that are shown")
            )
        operation = said[ref]
        if spot.field == merge.ALIVE:
            self._settle(case_id, spot, on, deletes=operation.kind == Op.DELETE)
        else:
            self._settle(case_id, spot, on, value=operation.fields.get(spot.field))

    def write(self, case_id: str, path: str, answer: Answer, kind: Kind | None, on: dt.date) -> None:
        """Decide with a value that someone types. `kind` is that of a rule book's question."""
        spot = self._find(case_id, path)
        if spot.field == merge.ALIVE:
            raise InputError("path", N_("a record stays or goes"), N_("one of the two that are shown"))
        field = _field(spot)
        told = field.kind if field is not None else kind or codes.kind_of(answer)
        value = answer if spot.kind == CASE and isinstance(answer, str) else codes.to_value(answer, told)
        self._settle(case_id, spot, on, value=value)

    def ask(self, case_id: str, path: str, on: dt.date) -> None:
        """Note that the worker is to be asked; it stays to be decided."""
        spot = self._find(case_id, path)
        with self.saving():
            self._review(case_id, spot, ASKED, on)

    def reopen(self, case_id: str, path: str, on: dt.date) -> None:
        """Open a decided difference again, with all the values that there were. InputError when none was decided."""
        sql = "SELECT entity, kind, field, ops FROM review WHERE case_id = ? AND state = ?"
        for entity, kind, field, ops in self.db.rows(sql, (case_id, DECIDED)):
            spot = _Spot(entity, kind, field, ops=_read_ops(ops))
            if (place := self._place(spot)) is not None and place[0] == path:
                with self.saving():
                    self._review(case_id, spot, REOPENED, on)
                return
        raise InputError("path", N_("nothing was decided here"), N_("a question that was decided before"))

    # -- finding ------------------------------------------------------------------------------

    def _spots(self, case_id: str | None = None) -> Iterator[_Spot]:
        """Return every field on which people differ, and those that were opened again."""
        of_case = f"entity IN ({entities_of_case()})"
        where, values = ("1", {}) if case_id is None else (of_case, {"case": case_id})
        differing = self.db.rows(f"SELECT entity, kind, field FROM differing WHERE {where}", values)  # noqa: S608 - ours
        open_ones = "state IN ('asked', 'reopened')" if case_id is None else "case_id = :case"
        rows = self.db.rows(
            f"SELECT entity, kind, field, state, since, ops FROM review WHERE {open_ones}",  # noqa: S608 - ours
            values,
        )
        reviews = {
            (entity, field): _Spot(entity, kind, field, state or "", since or "", _read_ops(ops))
            for entity, kind, field, state, since, ops in rows
        }
        seen = set()
        for entity, kind, field in differing:
            seen.add((entity, field))
            yield reviews.get((entity, field), _Spot(entity, kind, field))
        yield from (spot for key, spot in sorted(reviews.items()) if spot.is_open and key not in seen)

    def _find(self, case_id: str, path: str) -> _Spot:
        for spot in self._spots(case_id):
            place = self._place(spot)
            if place is not None and place[0] == path:
                return spot
        raise InputError("path", N_("nobody differs here any more"), N_("a question that waits for a decision"))

    def _is_told(self, spot: _Spot) -> bool:
        return self._place(spot) is not None

    def _cases_of(self, spot: _Spot) -> tuple[str, ...]:
        return self.journal.ground.rows.cases_of(spot.entity, spot.kind)

    def _place(self, spot: _Spot) -> tuple[str, str, Merge] | None:
        """Return path, label and merge class; None for what the program notes by itself, or does not know."""
        if spot.kind == CASE:
            if spot.field == _STAGE:
                return f"case.{_STAGE}", _STAGE_LABEL, Merge.STATE
            return ("case", _RECORD_LABEL, Merge.STATE) if spot.field == merge.ALIVE else None
        if spot.kind == ANSWERS:
            return None if spot.field == merge.ALIVE else (f"{ANSWERS}.{spot.field}", "", Merge.REGISTER)
        section = catalogue.BY_ID.get(section_of(spot.kind))
        if spot.kind == LINK:
            return self._place_of_link(spot)
        if section is None or (spot.kind in {PERSON, EMPLOYER} and spot.field == merge.ALIVE):
            return None
        record = f"{section.id}[{spot.entity}]" if section.many else section.id
        if spot.field == merge.ALIVE:
            return (record, _RECORD_LABEL, Merge.STATE) if section.many else None
        field = _field(spot)
        return (f"{record}.{field.id}", str(field.label), field.merge) if field is not None else None

    def _place_of_link(self, spot: _Spot) -> tuple[str, str, Merge] | None:
        found = self.db.first("SELECT employer FROM case_employer WHERE id = ?", (spot.entity,))
        if found is None or spot.field != merge.ALIVE:
            return None
        return f"{section_of(LINK)}[{found[0]}]", _RECORD_LABEL, Merge.STATE

    def _difference(self, case_id: str, spot: _Spot, names: Names) -> Difference | None:
        place = self._place(spot)
        if place is None:
            return None
        path, label, kind = place
        people = self._people()
        said = self._said(spot)
        values = tuple(self._one(case_id, spot, op, operation, people, names) for op, operation in said)
        field = _field(spot)
        answers = [one.answer for one in values]
        return Difference(
            case_id=case_id,
            path=path,
            label=label,
            merge=kind,
            values=values,
            about=About.DELETED if spot.field == merge.ALIVE else About.ANSWER,
            safest=caution.safest(section_of(spot.kind), field, answers) if field is not None else None,
            asked=dt.date.fromisoformat(spot.since) if spot.state == ASKED and spot.since else None,
        )

    def _said(self, spot: _Spot) -> list[tuple[bytes, Operation]]:
        """Return the operations that say the values, each value once, the latest last."""
        stamps = self.journal.stamps(spot.entity)
        if spot.field == merge.ALIVE:
            return self._lives(stamps)
        ops = [op for op in spot.ops if spot.is_open] + [stamp.op for stamp in merge.heads(stamps, spot.field)]
        bodies = self.journal.ground.bodies(ops)  # a value that was erased meanwhile is none any more
        read = {op: self.journal.operation(op) for op in ops if op in bodies}
        by_value: dict[tuple[str, Value], tuple[bytes, Operation]] = {}
        for op, operation in sorted(read.items(), key=lambda pair: (pair[1].hlc, pair[0])):
            value = operation.fields.get(spot.field)
            by_value.pop((type(value).__name__, value), None)
            by_value[type(value).__name__, value] = (op, operation)
        return list(by_value.values())

    def _lives(self, stamps: merge.Stamps) -> list[tuple[bytes, Operation]]:
        """Return the deletes of a record and the last change that none of them knew of."""
        deletes = [stamp.op for stamp in merge.heads(stamps, merge.ALIVE) if stamp.deletes]
        read = {op: self.journal.operation(op) for op in deletes}
        seen = {base for operation in read.values() for base in operation.bases.get(merge.ALIVE, ())}
        unseen = [stamp for stamp in stamps.heads if stamp.op not in seen and not stamp.deletes]
        if unseen:
            latest = max(unseen, key=lambda stamp: (stamp.time, stamp.op)).op
            read[latest] = self.journal.operation(latest)
        return sorted(read.items(), key=lambda pair: (pair[1].hlc, pair[0]))

    def _one(
        self, case_id: str, spot: _Spot, op: bytes, operation: Operation, people: Mapping[str, str], names: Names
    ) -> Said:
        deletes = operation.kind == Op.DELETE and spot.field == merge.ALIVE
        at = dt.datetime.fromtimestamp(min(max(operation.wall, 0), _LATEST) / 1000, dt.UTC)
        return Said(
            ref=op.hex(),
            answer=Empty.NOT_ASKED if spot.field == merge.ALIVE else _answer(operation.fields.get(spot.field)),
            who=people.get(operation.actor, operation.actor),
            computer=names(operation.device),
            at=at,
            clock_wrong=self._was_wrong(case_id, op, operation),
            here=operation.device == self.journal.replica,
            deletes=deletes,
            papers=self._papers(case_id, operation),
        )

    def _was_wrong(self, case_id: str, op: bytes, operation: Operation) -> bool:
        """Return whether the writer's date was wrong: corrected, far from the order of events, before the case."""
        if self.journal.ground.annotations([op]) or abs(milliseconds(operation.hlc) - operation.wall) > _DAY_MS:
            return True
        return operation.wall < milliseconds(self.journal.stamps(case_id).made) - _DAY_MS

    def _papers(self, case_id: str, operation: Operation) -> tuple[str, ...]:
        """Return the titles of evidence that the same person added to the case on the same day."""
        rows = self.db.rows(
            "SELECT e.title, o.body FROM evidence e JOIN op o ON o.entity = e.id "
            "WHERE e.case_id = ? AND e.alive AND e.title IS NOT NULL AND o.body IS NOT NULL "
            "AND o.state IN ('merged', 'carried')",
            (case_id,),
        )
        day = operation.wall // _DAY_MS
        titles: dict[str, None] = {}
        for title, body in rows:
            if (made := self._made(body)) and (made.actor, made.wall // _DAY_MS) == (operation.actor, day):
                titles[title] = None
        return tuple(titles)

    @staticmethod
    def _made(body: bytes) -> Operation | None:
        operation = decode(bytes(body))
        return operation if operation.kind == Op.CREATE else None

    def _people(self) -> dict[str, str]:
        return dict(self.db.rows("SELECT id, name FROM users WHERE name IS NOT NULL"))

    # -- deciding -----------------------------------------------------------------------------

    def _settle(
        self, case_id: str, spot: _Spot, on: dt.date, *, value: Value = None, deletes: bool | None = None
    ) -> None:
        ops = tuple(op for op, _ in self._said(spot))
        with self.saving():
            if deletes is None:
                self.journal.append(spot.kind, spot.entity, Op.SET, {spot.field: value})
            else:
                self.journal.append(spot.kind, spot.entity, Op.DELETE if deletes else Op.UNDELETE, {})
            self._review(case_id, dataclasses.replace(spot, ops=ops), DECIDED, on)

    def _review(self, case_id: str, spot: _Spot, state: str, on: dt.date) -> None:
        fields: dict[str, Value] = {
            "case": case_id,
            "entity": spot.entity,
            "kind": spot.kind,
            "field": spot.field,
            "state": state,
            "since": on.isoformat(),
        }
        if spot.ops:
            fields["ops"] = " ".join(op.hex() for op in spot.ops)
        self.journal.append(REVIEW, _review_id(case_id, spot), Op.SET, fields)


def _field(spot: _Spot) -> Field | None:
    section = catalogue.BY_ID.get(section_of(spot.kind))
    fields: Iterable[Field] = section.fields if section is not None else ()
    return next((field for field in fields if field.id == spot.field), None)


def _review_id(case_id: str, spot: _Spot) -> str:
    # The same on every computer, so that two who decide at once are seen to differ
    return hashlib.blake2b(f"{case_id} {spot.entity} {spot.field}".encode(), digest_size=16).hexdigest()


def _read_ops(text: str | None) -> tuple[bytes, ...]:
    try:
        return tuple(bytes.fromhex(part) for part in (text or "").split())
    except ValueError:
        return ()  # another computer may have written anything


def _answer(value: Value) -> Answer:
    if isinstance(value, str):
        return value
    try:
        return codes.from_value(value)
    except _UNREADABLE:
        return Empty.DOES_NOT_KNOW
