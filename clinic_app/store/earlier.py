"""What a case said at an earlier moment: its operations up to then, merged as they are merged today.

It reads the journal alone and writes nothing. Nothing is ever removed from the journal, so every
moment of a case can be asked for, for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from clinic_app.domain import catalogue
from clinic_app.domain.casefile import CaseFile, Record
from clinic_app.domain.values import Answer
from clinic_app.domain.views import ClinicInfo
from clinic_app.store import cases, codes
from clinic_app.store.db import Db
from clinic_app.store.tables import ANSWERS, EMPLOYER, LINK, PERSON, entity_type, single_id
from sync import merge
from sync.merge import Stamps
from sync.records import Operation


def case_at(db: Db, info: ClinicInfo, case_id: str, moment: dt.datetime) -> CaseFile | None:
    """Return the case as it stood at a moment; None when it had not been opened. InputError for an unknown id.

    A moment is told by the clock of the computer that wrote: what another computer wrote before it
    and sent later counts as known.
    """
    cases.require(db, case_id)
    until = round(moment.timestamp() * 1000)
    past = _Past((op, operation) for op, operation in cases.operations(db, case_id) if operation.wall <= until)
    if not past.fields(case_id):
        return None
    return past.case(case_id, info)


class _Past:
    """The entities of one case as some of its operations leave them."""

    def __init__(self, operations: Iterable[tuple[bytes, Operation]]) -> None:
        self._operations: dict[bytes, Operation] = {}
        self._stamps: dict[str, Stamps] = {}
        self._made: dict[str, int] = {}
        self._kinds: dict[str, str] = {}
        for op, operation in operations:
            entity = operation.entity_id
            before = self._stamps.get(entity, merge.EMPTY)
            self._stamps[entity] = merge.add(before, operation, op, self._operations.__contains__)
            self._operations[op] = operation
            self._made.setdefault(entity, operation.hlc)
            self._kinds.setdefault(entity, operation.entity_type)

    def fields(self, entity: str) -> dict[str, object]:
        """Return what an entity's fields showed."""
        stamps = self._stamps.get(entity, merge.EMPTY)
        names = {name for stamp in stamps.heads for name in stamp.fields if name != merge.ALIVE}
        found = {name: merge.shown(stamps, name) for name in names}
        return {name: self._operations[head.op].fields.get(name) for name, head in found.items() if head}

    def case(self, case_id: str, info: ClinicInfo) -> CaseFile:
        """Return the whole case."""
        given = {name: str(value or "") for name, value in self.fields(case_id).items()}
        sections: dict[str, Record] = {}
        lists: dict[str, tuple[Record, ...]] = {}
        for section in catalogue.SECTIONS:
            if section.many:
                if rows := self._rows(section):
                    lists[section.id] = rows
            else:
                kind = entity_type(section.id)
                entity = given.get("worker", "") if kind == PERSON else single_id(case_id, section.id)
                record = self._record(entity, {f.id for f in section.fields})
                if record.values:
                    sections[section.id] = record
        return CaseFile(
            given.get("place", ""),
            given.get("language", ""),
            sections,
            lists,
            Record(self._record(single_id(case_id, ANSWERS), None).values),
            number=given.get("number", ""),
            clinic=info.name,
            rules_version=given.get("rules_version", ""),
            practice=info.practice,
        )

    def _rows(self, section: catalogue.Section) -> tuple[Record, ...]:
        kind = entity_type(section.id)
        held = LINK if kind == EMPLOYER else kind
        alive = [e for e, of in self._kinds.items() if of == held and self._is_alive(e)]
        alive.sort(key=lambda entity: (self._made[entity], entity))
        entities = [str(self.fields(e).get("employer")) for e in alive] if kind == EMPLOYER else alive
        return tuple(self._record(entity, {f.id for f in section.fields}) for entity in entities)

    def _record(self, entity: str, names: set[str] | None) -> Record:
        values: Mapping[str, object] = self.fields(entity)
        answers: dict[str, Answer] = {
            name: codes.from_value(value)  # type: ignore[arg-type]  # what a journal holds
            for name, value in values.items()
            if value is not None and (names is None or name in names)
        }
        return Record(answers, entity)

    def _is_alive(self, entity: str) -> bool:
        return merge.is_alive(self._stamps[entity], self._operations.__getitem__)
