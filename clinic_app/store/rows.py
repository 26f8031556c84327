"""Keeps the tables equal to what the journal says: the one place that writes them.

What stands in a row depends only on which operations are known, never on the order in which they
came; so the tables can be emptied and built again, and are the same to the byte.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from clinic_app.store import codes, search
from clinic_app.store.db import Db
from clinic_app.store.tables import ANSWERS, CASE, EMPLOYER, LINK, PERSON, Table, case_of_single, tables
from sync import merge
from sync.merge import Stamps
from sync.records import Kind as Op
from sync.records import Operation, Value

_NO_EMPTIES: Final = "{}"
_MADE: Final = frozenset({Op.CREATE, Op.LINK, Op.EVENT})


class Rows:
    """Writes the rows of one store. `read` gives the operation with a hash.

    Owns what a transaction still has to bring up to date: call `finish` before it ends, `forget`
    when it failed.
    """

    def __init__(self, db: Db, read: Callable[[bytes], Operation]) -> None:
        self._db = db
        self._read = read
        self._to_search: set[str] = set()
        self._to_touch: set[str] = set()

    def apply(self, operation: Operation, op: bytes, stamps: Stamps) -> None:
        """Bring the tables up to one more operation. `stamps` are its entity's heads with it among them."""
        changed = self._shown(operation, op, stamps)
        if operation.entity_type == ANSWERS:
            case_id = case_of_single(operation.entity_id)
            for question, value in changed.items():
                self._write_answer(case_id, question, value)
            self._touch((case_id,), operation)
            return
        table = tables().get(operation.entity_type)
        if table is None:
            return  # a newer program's: kept in the journal
        self._write(table, operation, changed, stamps)
        cases = self._cases_of(operation, table)
        if any(field in {"case", "employer", "worker"} for field in changed):
            self._to_touch.update(cases)
        self._touch(cases, operation)
        if any(field in search.FIELDS for field in changed) or operation.entity_type == LINK:
            self._to_search.update(cases)

    def finish(self) -> None:
        """Bring what depends on several rows up to date: last changes of cases, the search index."""
        for case_id in sorted(self._to_touch):
            self._touch_whole(case_id)
        for case_id in sorted(self._to_search):
            search.refresh(self._db, case_id)
        self.forget()

    def forget(self) -> None:
        """Drop what was still to be done: its transaction is gone."""
        self._to_search.clear()
        self._to_touch.clear()

    def clear(self) -> None:
        """Empty every table that follows from the journal."""
        for name in materialised():
            self._db.run(f"DELETE FROM {name}")  # noqa: S608 - names of ours

    def _shown(self, operation: Operation, op: bytes, stamps: Stamps) -> dict[str, Value]:
        changed: dict[str, Value] = {}
        for field in {**operation.fields, **operation.bases}:
            if field == merge.ALIVE:
                continue
            head = merge.shown(stamps, field)
            if head is None:
                changed[field] = None
            else:
                source = operation if head.op == op else self._read(head.op)
                changed[field] = source.fields.get(field)
        return changed

    def _write(self, table: Table, operation: Operation, changed: Mapping[str, Value], stamps: Stamps) -> None:
        entity = operation.entity_id
        recorded = "empties" if table.kinds else f"'{_NO_EMPTIES}'"
        there = self._db.first(
            f"SELECT made, {recorded} FROM {table.name} WHERE id = ?",  # noqa: S608 - names of ours
            (entity,),
        )
        made, empties = there or (0, _NO_EMPTIES)
        columns: dict[str, object] = {table.plain[f]: _bare(v) for f, v in changed.items() if f in table.plain}
        columns |= _answer_columns({f: value for f, value in changed.items() if f in table.kinds}, empties)
        if operation.kind in _MADE:  # made twice, on two computers: the first time counts
            columns["made"] = min(made or operation.hlc, operation.hlc)
        if operation.kind != Op.SET or any(stamp.deletes for stamp in stamps.heads):
            columns["alive"] = int(merge.is_alive(stamps, self._read))
        if there is None:
            case = {"case_id": case_of_single(entity)} if table.of_case and "." in entity else {}
            self._insert(table.name, {"id": entity, **case, **columns})
        elif columns:
            self._update(table.name, entity, columns)

    def _insert(self, table: str, columns: Mapping[str, object]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        self._db.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))  # noqa: S608 - ours

    def _update(self, table: str, entity: str, columns: Mapping[str, object]) -> None:
        pairs = ", ".join(f'"{name}" = ?' for name in columns)
        self._db.run(f"UPDATE {table} SET {pairs} WHERE id = ?", (*columns.values(), entity))  # noqa: S608 - ours

    def _write_answer(self, case_id: str, question: str, value: Value) -> None:
        if not isinstance(value, tuple):
            self._db.run("DELETE FROM answers WHERE case_id = ? AND question = ?", (case_id, question))
            return
        tag, text = value
        known: tuple[str | None, ...] = (None, None, text) if tag == codes.EMPTY else (text, tag, None)
        self._db.run("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", (case_id, question, *known))

    def _cases_of(self, operation: Operation, table: Table) -> tuple[str, ...]:
        entity = operation.entity_id
        if operation.entity_type == CASE:
            return (entity,)
        if operation.entity_type == PERSON:
            found = self._db.rows("SELECT id FROM cases WHERE worker = ?", (entity,))
        elif operation.entity_type == EMPLOYER:
            found = self._db.rows("SELECT case_id FROM case_employer WHERE employer = ?", (entity,))
        elif table.of_case:
            found = self._db.rows(f"SELECT case_id FROM {table.name} WHERE id = ?", (entity,))  # noqa: S608 - ours
        else:
            found = []
        return tuple(row[0] for row in found if row[0])

    def _touch(self, cases: Iterable[str], operation: Operation) -> None:
        for case_id in cases:
            if case_id not in self._to_touch:
                self._db.run(
                    "UPDATE cases SET touched = ?, touched_wall = ? WHERE id = ? AND (touched, touched_wall) < (?, ?)",
                    (operation.hlc, operation.wall, case_id, operation.hlc, operation.wall),
                )

    def _touch_whole(self, case_id: str) -> None:
        blobs = self._db.rows(
            f"SELECT stamps FROM row_stamps WHERE entity IN ({entities_of_case()})",  # noqa: S608 - names of ours
            {"case": case_id},
        )
        times = [(stamps.touched, stamps.wall) for stamps in (merge.unpack(row[0]) for row in blobs)]
        latest = max(times, default=(0, 0))
        self._db.run("UPDATE cases SET touched = ?, touched_wall = ? WHERE id = ?", (*latest, case_id))


def materialised() -> tuple[str, ...]:
    """Return the names of the tables that follow from the journal."""
    return ("row_stamps", "answers", "search", *sorted(table.name for table in tables().values()))


def entities_of_case() -> str:
    """Return the query for the ids of every entity of the case `:case`, deleted ones included."""
    owned = sorted(table.name for table in tables().values() if table.of_case)
    parts = [
        "SELECT id FROM cases WHERE id = :case",
        "SELECT worker FROM cases WHERE id = :case",
        f"SELECT :case || '.{ANSWERS}'",
        "SELECT employer FROM case_employer WHERE case_id = :case",
        *(f"SELECT id FROM {name} WHERE case_id = :case" for name in owned),  # noqa: S608 - names of ours
    ]
    return " UNION ".join(parts)


def _answer_columns(answers: Mapping[str, Value], empties: str) -> dict[str, object]:
    """Return the columns that changed answers need, with the row's record of empties when it changes."""
    columns: dict[str, object] = {}
    kinds: dict[str, str] = json.loads(empties)
    for field, value in answers.items():
        columns[field], empty = _column(value)
        kinds.pop(field, None)
        if empty:
            kinds[field] = empty
    text = codes.canonical(kinds)
    return columns if text == empties else columns | {"empties": text}


def _bare(value: Value) -> object:
    """Return what stands in a plain column: of a tagged text, the text."""
    return value[1] if isinstance(value, tuple) else value


def _column(value: Value) -> tuple[object, str | None]:
    """Return what stands in an answer's column, and its kind of empty when it has one."""
    if not isinstance(value, tuple):
        return None, None
    tag, text = value
    if tag == codes.EMPTY:
        return None, text
    return (int(text) if tag == "integer" else text), None
