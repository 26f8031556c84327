"""What people at headquarters do with records: find, set, decide between two values, erase.

Headquarters writes operations like everybody else, in a stream of its own in each clinic's scope;
they reach the clinic's computers with the next reply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from sync import merge, sharing
from sync.clock import Clock
from sync.engine import Draft, Engine, Pen, Taken
from sync.errors import UNREADABLE
from sync.exchange import last_time
from sync.hq import tables, trouble
from sync.hq.office import Office, Scope
from sync.records import Kind, Operation, Value, decode
from sync.sharing import Side

ERASE_WANTED: Final = "erase_wanted"
"""The field with which a clinic asks to have a record erased; its value says why."""
_SHOWN: Final = msgspec.json.Decoder(dict[str, bool | int | str | tuple[str, str] | None])


class Record(NamedTuple):
    """One record of one clinic, as it is shown."""

    scope: Scope
    id: str
    type: str
    alive: bool
    fields: Mapping[str, Value]


class Wanted(NamedTuple):
    """A record that its clinic asks to have erased: its number, and the code that says why."""

    record: Record
    number: str
    why: str


@dataclass(frozen=True, slots=True)
class Said:
    """One of several values of a field: what, who said it on which computer, and that computer's clock then."""

    value: Value
    op: bytes
    actor: str
    device: bytes
    wall: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field with several values; the one that is shown meanwhile is the last."""

    record: Record
    field: str
    values: tuple[Said, ...]


def engine(of: Office, scope: Scope) -> Engine:
    """Return the engine over a clinic's scope at headquarters."""
    return Engine(of.ground(scope), of.card.id, home=True)


def find(of: Office, name: str) -> Record:
    """Return the record with this id, or the one that shows this text: a case's number. Trouble unless it is one."""
    found = [record for scope in of.scopes() for record in _find(of, scope, name.strip())]
    exact = [record for record in found if record.id == name.strip()] or found
    if len(exact) != 1:
        raise trouble.wrong(f"There is no one record “{name}”", "its number or its id")
    return exact[0]


def write(of: Office, scope: Scope, drafts: Sequence[Draft]) -> Taken:
    """Write operations of headquarters into a clinic's scope, saved together."""
    ground = of.ground(scope)
    work = Engine(ground, of.card.id, home=True)
    with ground.transaction():  # the end of the stream is read where nobody else writes it
        pen = Pen.of(ground, of.card.id, of.card.id.hex(), Clock(last_time(ground, of.card.id)))
        writing = work.writing(pen, of.now())
        for draft in drafts:
            writing.append(draft)
        taken = writing.end()
    if taken.emptied:
        ground.scrub()
    return taken


def set_value(of: Office, record: Record, field: str, value: Value) -> None:
    """Set a field of a record; where it had several values, this decides."""
    write(of, record.scope, [Draft(record.type, record.id, Kind.SET, {field: value})])


def read_value(text: str, before: Value) -> Value:
    """Return the value that was typed: {"KIND": "TEXT"} as exports write it, or a text of the kind that was there."""
    try:
        typed = msgspec.json.decode(text, type=dict[str, str])
    except UNREADABLE:
        return (before[0], text) if isinstance(before, tuple) else text
    if len(typed) != 1:
        raise trouble.wrong(f"{text} is not a value", 'a text, or {"KIND": "TEXT"}')
    return next(iter(typed.items()))


def conflicts(of: Office) -> Iterator[Conflict]:
    """Return every field that has several values, a clinic after the other."""
    for scope in of.scopes():
        ground = of.ground(scope)
        for row in _rows(of, scope, tables.entity.c.conflicts != ""):
            record = _record(scope, row)
            stamps = merge.unpack(row.stamps)
            operations = {op: decode(body) for op, body in ground.bodies({s.op for s in stamps.heads}).items()}
            for field in msgspec.json.decode(row.conflicts, type=tuple[str, ...]):
                heads = merge.heads(stamps, field)
                yield Conflict(record, field, tuple(_said(s.op, operations[s.op], field) for s in heads))


def belongings(of: Office, record: Record) -> tuple[Record, ...]:
    """Return a record with all that belongs to it: what lies below it, what names it, and what only these name."""
    ground = of.ground(record.scope)
    own = sharing.core(ground, record.id)
    named = ground.named_by(own) - own
    grounds = [of.ground(scope) for scope in of.scopes()]
    only = {one for one in named if all(g.naming({one}) <= own | named for g in grounds)}
    ids = sorted(own | only)
    rows = [row for chosen in _chunked(ids) for row in _rows(of, record.scope, tables.entity.c.id.in_(chosen))]
    return tuple(_record(record.scope, row) for row in rows)


def side(of: Office, scope: Scope) -> Side:
    """Return one scope, for what headquarters does between two."""
    return Side(scope.id, engine(of, scope), lambda drafts: write(of, scope, drafts))


def sides(of: Office) -> dict[bytes, Side]:
    """Return all scopes, by id."""
    return {scope.id: side(of, scope) for scope in of.scopes()}


def transfer(of: Office, record: Record, to: Scope) -> Taken:
    """Bring a record to another clinic; where it was it goes, once everything of it is safe here."""
    _refuse_same(record, to)
    return sharing.transfer(record.id, side(of, record.scope), side(of, to))


def grant(of: Office, record: Record, to: Scope) -> Taken:
    """Share a record with another clinic: what either writes reaches the other."""
    _refuse_same(record, to)
    return sharing.grant(record.id, side(of, record.scope), side(of, to))


def erase(of: Office, record: Record) -> tuple[Record, ...]:
    """Erase a record and all that belongs to it, here and, with the next replies, on every clinic's computers.

    What others name too (a person with another case, an employer) stays. Return what went.
    """
    going = belongings(of, record)
    ids = [one.id for one in going]
    evidence = set().union(*(of.ground(scope).chunks_of(ids) for scope in of.scopes()))
    sharing.erase(ids, sides(of).values())
    still = set().union(*(of.ground(scope).named_chunks(evidence) for scope in of.scopes()))
    for chunk_id in evidence - still:
        of.chunks.remove(chunk_id)
    return going


def erasures_wanted(of: Office) -> tuple[Wanted, ...]:
    """Return what clinics ask to have erased and is still here."""
    found = []
    for scope in of.scopes():
        for row in _rows(of, scope, tables.entity.c.shown.contains(f'"{ERASE_WANTED}"', autoescape=True)):
            record = _record(scope, row)
            why = record.fields.get(ERASE_WANTED)
            if isinstance(why, str):
                found.append(Wanted(record, str(record.fields.get("number", "")), why))
    return tuple(found)


def _refuse_same(record: Record, to: Scope) -> None:
    if record.scope.number == to.number:
        raise trouble.wrong(f"The record is at “{to.clinic}” already", "another clinic")


_MOST_IDS: Final = 500


def _chunked(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _MOST_IDS):
        yield ids[start : start + _MOST_IDS]


def _find(of: Office, scope: Scope, name: str) -> Iterator[Record]:
    entity, names = tables.entity.c, tables.names.c
    naming = sa.select(names.entity).where(names.scope == scope.number, names.target == name)
    for row in _rows(of, scope, sa.or_(entity.id == name, entity.id.in_(naming))):
        record = _record(scope, row)
        if record.id == name or name in record.fields.values():
            yield record


def _rows(of: Office, scope: Scope, where: sa.ColumnElement[bool]) -> list[Any]:
    entity = tables.entity
    with of.database.reading() as conn:
        query = sa.select(entity).where(entity.c.scope == scope.number, where).order_by(entity.c.type, entity.c.id)
        return list(conn.execute(query))


def _record(scope: Scope, row: Any) -> Record:  # noqa: ANN401 - a row of SQLAlchemy's
    return Record(scope, row.id, row.type, row.alive, _SHOWN.decode(row.shown))


def _said(op: bytes, operation: Operation, field: str) -> Said:
    return Said(operation.fields.get(field), op, operation.actor, operation.device, operation.wall)
