"""Reads cases out of the tables: one whole case, the list, its history. It writes nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Final

from clinic_app.domain import catalogue
from clinic_app.domain.casefile import EMPTY_RECORD, CaseFile, Record
from clinic_app.domain.catalogue import Section
from clinic_app.domain.fields import Kind
from clinic_app.domain.values import Answer, Empty
from clinic_app.domain.views import CaseRow, ClinicInfo, HistoryRow
from clinic_app.domain.work import CLOSED, Binned, Printed
from clinic_app.errors import InputError
from clinic_app.store import codes, search
from clinic_app.store.db import Db, Row
from clinic_app.store.rows import entities_of_case
from clinic_app.store.tables import CASE, EMPLOYER, PERSON, PRINT, entity_type, section_of, tables
from clinic_app.words import N_
from sync.records import Kind as Op
from sync.records import Operation, decode

_UNKNOWN_DAY: Final = dt.date(1970, 1, 1)  # another computer may not have told the day
_AT_ONCE: Final = 500  # ids in one query
_LAST_MS: Final = 253_402_300_799_000  # the year 9999
_SHOWN_NAME: Final = (
    "CASE WHEN p.keep_hidden = 'yes' THEN coalesce(p.alias, '') ELSE coalesce(nullif(p.name, ''), p.alias, '') END"
)
_FIRST_EMPLOYER: Final = (
    "SELECT coalesce(e.name, e.trade_name, e.place, '') FROM case_employer l JOIN employer e ON e.id = l.employer "
    "WHERE l.case_id = c.id AND l.alive ORDER BY l.made, l.id LIMIT 1"
)
_LIST: Final = (
    f"SELECT c.id, c.number, {_SHOWN_NAME}, ({_FIRST_EMPLOYER}), c.stage, c.opened_on, c.touched_wall, "  # noqa: S608 - ours
    "c.next_safe_date, c.intake_page FROM cases c LEFT JOIN person p ON p.id = c.worker WHERE c.alive AND c.made"
)


def case(db: Db, info: ClinicInfo, case_id: str) -> CaseFile:
    """Return the whole case. InputError when there is none with this id."""
    found = db.first("SELECT place, language, number, rules_version, worker FROM cases WHERE id = ?", (case_id,))
    if found is None:
        raise no_case(case_id)
    place, language, number, rules_version, worker = found
    sections: dict[str, Record] = {}
    lists: dict[str, tuple[Record, ...]] = {}
    for section in catalogue.SECTIONS:
        records = _records(db, section, case_id, worker)
        if section.many and records:
            lists[section.id] = records
        elif not section.many and records and records[0].values:
            sections[section.id] = records[0]
    return CaseFile(
        place or "",
        language or "",
        sections,
        lists,
        Record(_answers(db, case_id)),
        number=number or "",
        clinic=info.name,
        rules_version=rules_version or "",
        practice=info.practice,
    )


def find(db: Db, number: str) -> str:
    """Return the id of the case with this number. InputError when there is none."""
    found = db.first("SELECT id FROM cases WHERE number = ? ORDER BY made, id", (number.strip().upper(),))
    if found is None:
        raise InputError("case", N_("there is no case with the number {number}"), number=number.strip())
    return str(found[0])


def rows(db: Db, typed: str, limit: int, offset: int, stage: str | None) -> tuple[CaseRow, ...]:
    """Return a page of the list of cases, the last changed first."""
    # The page first: the names and employers of thousands of cases would be read only to be sorted out.
    page = "SELECT id FROM cases WHERE alive AND made"
    values: list[object] = []
    if match := search.query(typed):
        page += " AND n IN (SELECT rowid FROM search WHERE search MATCH ?)"
        values.append(match)
    if stage is not None:
        page += " AND stage = ?"
        values.append(stage)
    page += " ORDER BY touched DESC, id LIMIT ? OFFSET ?"
    sql = f"{_LIST} AND c.id IN ({page}) ORDER BY c.touched DESC, c.id"
    return tuple(_case_row(line) for line in db.rows(sql, (*values, max(limit, 0), max(offset, 0))))


def row(db: Db, case_id: str) -> CaseRow:
    """Return one case as the list shows it. InputError when there is none with this id."""
    found = db.first(f"{_LIST} AND c.id = ?", (case_id,))
    if found is None:
        raise no_case(case_id)
    return _case_row(found)


def where(db: Db, condition: str, values: tuple[object, ...]) -> tuple[CaseRow, ...]:
    """Return the cases (`c`) that meet a condition of ours, the last changed first."""
    found = db.rows(f"{_LIST} AND {condition} ORDER BY c.touched DESC, c.id", values)
    return tuple(_case_row(line) for line in found)


def due(db: Db, until: dt.date, limit: int) -> tuple[CaseRow, ...]:
    """Return open cases whose next safe date is not after a day, the earliest first, so many at most."""
    page = (
        "SELECT id FROM cases WHERE next_safe_date <= ? AND alive AND made AND stage <> ? "
        "ORDER BY next_safe_date, id LIMIT ?"
    )
    sql = f"{_LIST} AND c.id IN ({page}) ORDER BY c.next_safe_date, c.id"
    return tuple(_case_row(found) for found in db.rows(sql, (until.isoformat(), CLOSED, limit)))


def by_id(db: Db, ids: Iterable[str]) -> dict[str, CaseRow]:
    """Return the cases with these ids that are not in the bin, by id."""
    wanted = tuple(dict.fromkeys(ids))
    found: dict[str, CaseRow] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        found |= {line[0]: _case_row(line) for line in db.rows(f"{_LIST} AND c.id IN ({marks})", part)}
    return found


def first(db: Db, condition: str, limit: int) -> tuple[CaseRow, ...]:
    """Return the first cases (`c`, with their worker `p`) that meet a condition of ours, the last changed first."""
    found = db.rows(f"{_LIST} AND {condition} ORDER BY c.touched DESC, c.id LIMIT ?", (limit,))
    return tuple(_case_row(line) for line in found)


def count(db: Db) -> int:
    """Return how many cases there are."""
    return int(db.one("SELECT count(*) FROM cases WHERE alive AND made")[0])


def history(db: Db, case_id: str) -> tuple[HistoryRow, ...]:
    """Return everything that was done in a case, the latest first. Values are not told, only their places."""
    require(db, case_id)
    done = reversed(operations(db, case_id))
    return history_of(db, (operation for _, operation in done if not _is_plumbing(operation)))


def history_of(db: Db, done: Iterable[Operation]) -> tuple[HistoryRow, ...]:
    """Return operations as people read them."""
    people: dict[str, str] = dict(db.rows("SELECT id, name FROM users"))
    return tuple(_history_row(operation, people) for operation in done)


def operations(db: Db, case_id: str) -> tuple[tuple[bytes, Operation], ...]:
    """Return every operation of a case that counts, each with its hash, the earliest first."""
    found = db.rows(
        f"SELECT hash, body FROM op WHERE entity IN ({entities_of_case()}) AND body IS NOT NULL "  # noqa: S608 - ours
        "AND state IN ('merged', 'carried') ORDER BY hlc, hash",
        {"case": case_id},
    )
    return tuple((bytes(op), decode(bytes(body))) for op, body in found)


def printed(db: Db, case_id: str) -> tuple[Printed, ...]:
    """Return what was printed of a case, the latest first."""
    require(db, case_id)
    people: dict[str, str] = dict(db.rows("SELECT id, name FROM users"))
    done = (operation for _, operation in reversed(operations(db, case_id)) if operation.entity_type == PRINT)
    return tuple(_printed(operation, people) for operation in done)


def binned(db: Db) -> tuple[Binned, ...]:
    """Return the cases in the bin, the last one first."""
    found = db.rows(
        f"SELECT c.id, coalesce(c.number, ''), {_SHOWN_NAME}, coalesce(c.bin_reason, ''), c.touched_wall "  # noqa: S608 - ours
        "FROM cases c LEFT JOIN person p ON p.id = c.worker WHERE NOT c.alive AND c.made ORDER BY c.touched DESC, c.id"
    )
    people: dict[str, str] = dict(db.rows("SELECT id, name FROM users"))
    return tuple(
        Binned(
            row[0],
            "",
            " ".join(part for part in row[1:3] if part),
            EMPTY_RECORD,
            row[3],
            instant(row[4]),
            _who_deleted(db, row[0], people),
        )
        for row in found
    )


def _who_deleted(db: Db, case_id: str, people: Mapping[str, str]) -> str:
    """Return who took a case out last; "" when that is not known here."""
    done = (operation for _, operation in reversed(operations(db, case_id)) if operation.entity_id == case_id)
    last = next((operation for operation in done if operation.kind == Op.DELETE), None)
    return people.get(last.actor, last.actor) if last is not None else ""


def row_record(db: Db, section: Section, row_id: str) -> Record:
    """Return what a row of a list section says, taken out or not; nothing when there is none."""
    table = tables()[entity_type(section.id)]
    names = ", ".join(f'"{field}"' for field in table.kinds)
    found = db.first(f"SELECT id, empties, {names} FROM {table.name} WHERE id = ?", (row_id,))  # noqa: S608 - ours
    return _record(dict(table.kinds), found) if found else EMPTY_RECORD


def require(db: Db, case_id: str) -> None:
    """Raise InputError unless there is a case with this id."""
    if db.first("SELECT 1 FROM cases WHERE id = ?", (case_id,)) is None:
        raise no_case(case_id)


def no_case(case_id: str) -> InputError:
    """Return the error of an id that no case has."""
    return InputError("case", N_("there is no case “{id}”"), id=case_id)


def day_of(wall_ms: int) -> dt.date:
    """Return the day on which something was written, where this computer stands."""
    return dt.datetime.fromisoformat(instant(wall_ms)).astimezone().date()


def _records(db: Db, section: Section, case_id: str, worker: str | None) -> tuple[Record, ...]:
    table = tables()[entity_type(section.id)]
    names = ", ".join(f's."{field}"' for field in table.kinds)
    start = f"SELECT s.id, s.empties, {names} FROM {table.name} s"  # noqa: S608 - names of ours
    if table.name == PERSON:
        found = db.rows(f"{start} WHERE s.id = ?", (worker,))
    elif table.name == EMPLOYER:
        found = db.rows(
            f"{start} JOIN case_employer l ON l.employer = s.id WHERE l.case_id = ? AND l.alive ORDER BY l.made, l.id",
            (case_id,),
        )
    else:
        found = db.rows(f"{start} WHERE s.case_id = ? AND s.alive ORDER BY s.made, s.id", (case_id,))
    return tuple(_record(dict(table.kinds), row) for row in found)


def _record(kinds: dict[str, Kind], row: Row) -> Record:
    empties = json.loads(row[1])
    values: dict[str, Answer] = {}
    for (field, kind), cell in zip(kinds.items(), row[2:], strict=True):
        if field in empties:
            values[field] = Empty(empties[field])
        elif cell is not None:
            values[field] = cell if kind is Kind.INTEGER else codes.from_text(kind, cell)
    return Record(values, row[0])


def _answers(db: Db, case_id: str) -> dict[str, Answer]:
    found = db.rows("SELECT question, value, kind, empty FROM answers WHERE case_id = ? ORDER BY question", (case_id,))
    return {
        question: Empty(empty) if empty else codes.from_text(Kind(kind), value)
        for question, value, kind, empty in found
    }


def _case_row(row: Row) -> CaseRow:
    return CaseRow(
        id=row[0],
        number=row[1] or "",
        shown_name=row[2],
        employer=row[3] or "",
        stage=row[4] or "",
        opened_on=dt.date.fromisoformat(row[5]) if row[5] else _UNKNOWN_DAY,
        touched_at=instant(row[6]),
        next_safe_date=dt.date.fromisoformat(row[7]) if row[7] else None,
        intake_page=row[8] or "",
    )


def _is_plumbing(operation: Operation) -> bool:
    """Return whether an operation only ties records together: nothing that anybody did."""
    return operation.kind == Op.LINK or (operation.kind == Op.CREATE and operation.entity_type == PERSON)


def _printed(operation: Operation, people: Mapping[str, str]) -> Printed:
    names = ("what", "pages", "how", "sha256", "code", "held")
    what, pages, how, sha256, code, held = (str(operation.fields.get(name) or "") for name in names)
    actor = people.get(operation.actor, operation.actor)
    return Printed(instant(operation.wall), actor, what, pages, how, sha256, code, held)


def _history_row(operation: Operation, people: Mapping[str, str]) -> HistoryRow:
    section = section_of(operation.entity_type)
    if operation.entity_type == PRINT:
        kind, detail = PRINT, " ".join(str(operation.fields.get(name) or "") for name in ("what", "pages", "sha256"))
    else:
        kind, detail = operation.kind, ", ".join(f"{section}.{field}" for field in operation.fields if field != "case")
    if kind == Op.CREATE and operation.entity_type == CASE:
        detail = str(operation.fields.get("number") or "")
    actor = people.get(operation.actor, operation.actor)
    return HistoryRow(at=instant(operation.wall), actor=actor, kind=kind, detail=detail or section)


def instant(wall_ms: int) -> str:
    """Return a computer's clock as an ISO instant in UTC."""
    shown = min(max(wall_ms, 0), _LAST_MS)  # another computer's clock may say anything
    return dt.datetime.fromtimestamp(shown / 1000, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
