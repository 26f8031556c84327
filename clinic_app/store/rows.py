"""Keeps the tables equal to what the journal says: the one place that writes them.

What stands in a row depends only on which operations are known, never on the order in which they
came; so the tables can be emptied and built again, and are the same to the byte. A value that its
column cannot hold stays in the journal and leaves its column empty: it never stops the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from clinic_app.domain import catalogue, caution
from clinic_app.domain.fields import Kind, Merge
from clinic_app.domain.values import Answer, Empty, is_day
from clinic_app.errors import BugError
from clinic_app.store import codes, search
from clinic_app.store.db import Db
from clinic_app.store.tables import ANSWERS, CASE, EMPLOYER, LINK, PERSON, Table, case_of_single, section_of, tables
from sync import merge
from sync.ground import Change
from sync.merge import Stamps
from sync.records import Value, decode

_NO_EMPTIES: Final = "{}"
_MOVES: Final = frozenset({"case", "employer", "worker"})  # fields that say to which case a row belongs
_SAFE_DATE: Final = "next_safe_date"
_DAYS: Final = frozenset({"opened_on", _SAFE_DATE})
_CASES: Final = {
    PERSON: "SELECT worker, id FROM cases WHERE worker IN",
    EMPLOYER: "SELECT employer, case_id FROM case_employer WHERE employer IN",
}
_FEW: Final = 4
_READ: Final = frozenset({Kind.DATE, Kind.MONEY, Kind.NUMBER, Kind.TABLE})  # kinds whose text is read again
_UNREADABLE: Final = (ValueError, TypeError, ArithmeticError, KeyError, IndexError, AttributeError)


class Rows:
    """Writes the rows of one store.

    Owns what a transaction still has to bring up to date: call `finish` before it ends, `forget`
    when it failed.
    """

    def __init__(self, db: Db) -> None:
        self._db = db
        self._to_search: set[str] = set()
        self._to_touch: set[str] = set()
        self._whole_numbers: dict[str, frozenset[str]] = {}
        self._differ: bool | None = None  # whether anything differs; None when it must be looked up

    def apply(self, changes: Sequence[Change]) -> None:
        """Bring the tables up to these entities as they are now, each entity once."""
        self._keep_stamps(changes)
        inserts: dict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]] = {}
        for change in changes:
            if change.was not in {"", change.entity_type}:
                self._remove(change.entity, change.was)
            if not change.stamps.heads:
                self._remove(change.entity, change.entity_type)
            elif change.entity_type == ANSWERS:
                self._write_answers(change)
            elif (table := tables().get(change.entity_type)) is not None:  # others are a newer program's
                new = self._write(table, change)
                if new is not None:
                    inserts.setdefault((table.name, tuple(new)), []).append(tuple(new.values()))
        for (name, columns), rows in inserts.items():
            self._insert(name, columns, rows)
        belongs = self._belong(changes) if len(changes) > _FEW else None
        for change in changes:
            kind = change.entity_type
            self._follow(change, belongs.get(change.entity, ()) if belongs else self.cases_of(change.entity, kind))

    def finish(self) -> None:
        """Bring what depends on several rows up to date: last changes of cases, the search index."""
        for case_id in sorted(self._to_touch):
            self._touch_whole(case_id)
        for case_id in sorted(self._to_search):
            search.refresh(self._db, case_id)
        self._to_search.clear()
        self._to_touch.clear()

    def forget(self) -> None:
        """Drop what was still to be done: its transaction is gone."""
        self._to_search.clear()
        self._to_touch.clear()
        self._differ = None

    def clear(self) -> None:
        """Empty every table that follows from the journal."""
        for name in materialised():
            self._db.run(f"DELETE FROM {name}")  # noqa: S608 - names of ours

    # -- one entity ---------------------------------------------------------------------------

    def _keep_stamps(self, changes: Sequence[Change]) -> None:
        kept = [(change.entity, merge.pack(change.stamps)) for change in changes if change.stamps.heads]
        self._db.many("INSERT OR REPLACE INTO row_stamps VALUES (?, ?)", kept)
        if len(kept) < len(changes):
            gone = [(change.entity,) for change in changes if not change.stamps.heads]
            self._db.many("DELETE FROM row_stamps WHERE entity = ?", gone)
        if self._differ is None:
            self._differ = self._db.first("SELECT 1 FROM differing LIMIT 1") is not None
        if self._differ:
            old = [(change.entity,) for change in changes if change.was]
            self._db.many("DELETE FROM differing WHERE entity = ?", old)
        differing = [(change.entity, field, change.entity_type) for change in changes for field in _differing(change)]
        if differing:
            self._differ = None
            self._db.many("INSERT INTO differing VALUES (?, ?, ?)", differing)

    def _write(self, table: Table, change: Change) -> dict[str, object] | None:
        """Bring one row up to date; return its columns when it is a new one."""
        entity, stamps = change.entity, change.stamps
        there = self._there(table, entity) if change.was else None
        if there is not None and change.whole:
            self._to_touch.update(self.cases_of(entity, change.entity_type))  # of the case it may leave
            self._delete(table, entity)
            there = None
        whole_numbers = self._integers(table.name)
        columns: dict[str, object] = {
            table.plain[field]: _plain(value, whole=field in whole_numbers, day=field in _DAYS)
            for field, value in change.values.items()
            if field in table.plain
        }
        if _SAFE_DATE in change.conflicts:
            columns[_SAFE_DATE] = self._earliest(change)
        answers = {field: value for field, value in change.values.items() if field in table.kinds}
        answers |= self._safest(table, change)
        columns |= _answer_columns(table.kinds, answers, there[0] if there else _NO_EMPTIES)
        if not (there and there[1:] == (stamps.made, int(change.alive))):
            columns |= {"made": stamps.made, "alive": int(change.alive)}
        if there is None:
            case = {"case_id": case_of_single(entity)} if table.of_case and "." in entity else {}
            return {"id": entity, **case, **columns}
        if columns:
            if "case_id" in columns:
                self._to_touch.update(self.cases_of(entity, change.entity_type))  # of the case it may leave
            pairs = ", ".join(f'"{name}" = ?' for name in columns)
            self._db.run(
                f"UPDATE {table.name} SET {pairs} WHERE id = ?",  # noqa: S608 - names of ours
                (*columns.values(), entity),
            )
        return None

    def _safest(self, table: Table, change: Change) -> dict[str, Value]:
        """Return what is shown of fields with several values when one of these is safer than the others."""
        section = catalogue.BY_ID.get(section_of(table.name))
        found: dict[str, Value] = {}
        for name in change.conflicts:
            field = section.field(name) if section is not None and name in table.kinds else None
            if section is not None and field is not None and field.merge is Merge.STRICT:
                answers = [self._answer_of(stamp.op, name) for stamp in merge.heads(change.stamps, name)]
                answer = caution.safest(section.id, field, answers)
                if answer is not None:
                    found[name] = codes.to_value(answer, field.kind)
        return found

    def _earliest(self, change: Change) -> str | None:
        """Return the earliest of the days on which something is due."""
        bodies = [self._body(stamp.op) for stamp in merge.heads(change.stamps, _SAFE_DATE)]
        days = [decode(body).fields.get(_SAFE_DATE) for body in bodies]
        return min((day for day in days if isinstance(day, str) and is_day(day)), default=None)

    def _body(self, op: bytes) -> bytes:
        return bytes(self._db.one("SELECT body FROM op WHERE hash = ?", (op,))[0])

    def _answer_of(self, op: bytes, field: str) -> Answer:
        try:
            return codes.from_value(decode(self._body(op)).fields.get(field))
        except (*_UNREADABLE, BugError):
            return Empty.DOES_NOT_KNOW

    def _there(self, table: Table, entity: str) -> tuple[str, int, int] | None:
        recorded = "empties" if table.kinds else f"'{_NO_EMPTIES}'"
        return self._db.first(
            f"SELECT {recorded}, made, alive FROM {table.name} WHERE id = ?",  # noqa: S608 - names of ours
            (entity,),
        )

    def _insert(self, table: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        self._db.many(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names of ours

    def _write_answers(self, change: Change) -> None:
        case_id = case_of_single(change.entity)
        if change.whole and change.was:
            self._db.run("DELETE FROM answers WHERE case_id = ?", (case_id,))
        for question, value in change.values.items():
            known = _answer(value)
            if known is None:
                self._db.run("DELETE FROM answers WHERE case_id = ? AND question = ?", (case_id, question))
            else:
                self._db.run("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", (case_id, question, *known))

    def _remove(self, entity: str, kind: str) -> None:
        """Take away an entity of which nothing is said any more, or that is of another type now."""
        cases = self.cases_of(entity, kind)
        self._to_touch.update(cases)
        self._to_search.update(cases)
        if kind == ANSWERS:
            self._db.run("DELETE FROM answers WHERE case_id = ?", (case_of_single(entity),))
        elif (table := tables().get(kind)) is not None:
            self._delete(table, entity)

    def _delete(self, table: Table, entity: str) -> None:
        if table.name == tables()[CASE].name:
            self._db.run("DELETE FROM search WHERE rowid = (SELECT n FROM cases WHERE id = ?)", (entity,))
        self._db.run(f"DELETE FROM {table.name} WHERE id = ?", (entity,))  # noqa: S608 - names of ours

    # -- what follows from several rows -------------------------------------------------------

    def _follow(self, change: Change, cases: Sequence[str]) -> None:
        """Note what a change of one row means for the cases that it belongs to."""
        kind = change.entity_type
        if not change.stamps.heads or not cases:
            return
        # Who comes to a case brings its own past; a new row of a case has none but what it says now.
        if change.whole or (not _MOVES.isdisjoint(change.values) and (kind in {CASE, LINK} or change.was)):
            self._to_touch.update(cases)
        self._touch(cases, change.stamps)
        if change.whole or kind == LINK or not search.FIELDS.isdisjoint(change.values):
            self._to_search.update(cases)

    def _belong(self, changes: Sequence[Change]) -> dict[str, list[str]]:
        """Return the cases to which many entities belong, in a few questions."""
        found: dict[str, list[str]] = {}
        asked: dict[str, list[str]] = {}
        for change in changes:
            table = tables().get(change.entity_type)
            if change.entity_type in {CASE, ANSWERS}:
                found[change.entity] = [case_of_single(change.entity)]
            elif change.entity_type in _CASES or (table is not None and table.of_case):
                asked.setdefault(change.entity_type, []).append(change.entity)
        for kind, entities in asked.items():
            sql = _CASES.get(kind) or f"SELECT id, case_id FROM {tables()[kind].name} WHERE id IN"  # noqa: S608 - ours
            for entity, case_id in self._db.among(sql, entities):
                if case_id:
                    found.setdefault(entity, []).append(case_id)
        return found

    def cases_of(self, entity: str, kind: str) -> tuple[str, ...]:
        """Return the cases to which an entity of some type belongs."""
        if kind == CASE:
            return (entity,)
        if kind == ANSWERS:
            return (case_of_single(entity),)
        table = tables().get(kind)
        if kind == PERSON:
            found = self._db.rows("SELECT id FROM cases WHERE worker = ?", (entity,))
        elif kind == EMPLOYER:
            found = self._db.rows("SELECT case_id FROM case_employer WHERE employer = ?", (entity,))
        elif table is None or not table.of_case:
            return ()
        elif "." in entity and "case" not in table.plain:
            return (case_of_single(entity),)
        else:
            found = self._db.rows(f"SELECT case_id FROM {table.name} WHERE id = ?", (entity,))  # noqa: S608 - ours
        return tuple(row[0] for row in found if row[0])

    def _touch(self, cases: Iterable[str], stamps: Stamps) -> None:
        for case_id in cases:
            if case_id not in self._to_touch:
                self._db.run(
                    "UPDATE cases SET touched = ?, touched_wall = ? WHERE id = ? AND (touched, touched_wall) < (?, ?)",
                    (stamps.touched, stamps.wall, case_id, stamps.touched, stamps.wall),
                )

    def _touch_whole(self, case_id: str) -> None:
        blobs = self._db.rows(
            f"SELECT stamps FROM row_stamps WHERE entity IN ({entities_of_case()})",  # noqa: S608 - names of ours
            {"case": case_id},
        )
        times = [(stamps.touched, stamps.wall) for stamps in (merge.unpack(row[0]) for row in blobs)]
        latest = max(times, default=(0, 0))
        self._db.run("UPDATE cases SET touched = ?, touched_wall = ? WHERE id = ?", (*latest, case_id))

    def _integers(self, table: str) -> frozenset[str]:
        """Return the columns of a table that hold whole numbers."""
        if table not in self._whole_numbers:
            info = self._db.rows(f"PRAGMA table_info({table})")
            self._whole_numbers[table] = frozenset(row[1] for row in info if row[2] == "INTEGER")
        return self._whole_numbers[table]


def materialised() -> tuple[str, ...]:
    """Return the names of the tables that follow from the journal."""
    named = sorted(table.name for table in tables().values())
    return ("row_stamps", "annotation", "gone", "differing", "answers", "search", *named)


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


def _differing(change: Change) -> tuple[str, ...]:
    """Return the fields about which a person has to decide: different values, and a delete that did not see all."""
    life = merge.heads(change.stamps, merge.ALIVE)
    deleted = change.alive and any(stamp.deletes for stamp in life)
    return (*change.conflicts, merge.ALIVE) if deleted else change.conflicts


def _answer_columns(kinds: Mapping[str, Kind], answers: Mapping[str, Value], empties: str) -> dict[str, object]:
    """Return the columns that changed answers need, with the row's record of empties when it changes."""
    columns: dict[str, object] = {}
    recorded: dict[str, str] = json.loads(empties) if empties != _NO_EMPTIES else {}
    for field, value in answers.items():
        columns[field], empty = _column(kinds[field], value)
        recorded.pop(field, None)
        if empty:
            recorded[field] = empty
    text = codes.canonical(recorded) if recorded else _NO_EMPTIES
    return columns if text == empties else columns | {"empties": text}


def _column(kind: Kind, value: Value) -> tuple[object, str | None]:
    """Return what stands in an answer's column, and its kind of empty when it has one."""
    if not isinstance(value, tuple):
        return None, None
    tag, text = value
    if tag == codes.EMPTY:
        return None, text if text in codes.EMPTIES else None
    if kind is Kind.INTEGER:
        return _whole(text), None
    return (text if kind not in _READ or _readable(kind, text) else None), None


def _answer(value: Value) -> tuple[str | None, str | None, str | None] | None:
    """Return value, kind and empty of an answer to a rule book; None for one that is not there or cannot be read."""
    if not isinstance(value, tuple):
        return None
    tag, text = value
    if tag == codes.EMPTY:
        return (None, None, text) if text in codes.EMPTIES else None
    if tag not in codes.KINDS or (Kind(tag) in {*_READ, Kind.INTEGER} and not _readable(Kind(tag), text)):
        return None
    return text, tag, None


def _plain(value: Value, *, whole: bool, day: bool) -> object:
    """Return what stands in a plain column."""
    if whole:
        return value if isinstance(value, int) else None
    if not isinstance(value, str):
        return value[1] if isinstance(value, tuple) else None
    return value if not day or is_day(value) else None


def _readable(kind: Kind, text: str) -> bool:
    try:
        codes.from_text(kind, text)
    except _UNREADABLE:
        return False
    return True


def _whole(text: str) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if -(2**63) <= number < 2**63 else None
