"""How headquarters stands: clinics and their computers, what waits, what is held, what a person must look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from sync import chains
from sync.chains import Fork
from sync.ground import State
from sync.hq import devices, tables
from sync.hq.devices import Device
from sync.hq.office import Office, Scope


@dataclass(frozen=True, slots=True)
class ClinicStatus:
    """One clinic at headquarters: counts of operations, and of records with two values for one field.

    `why_held` and `why_quarantined` count by reason (`sync.ground.Why`).
    """

    scope: Scope
    devices: tuple[Device, ...]
    records: int
    operations: int
    conflicts: int
    waiting: int
    why_held: Mapping[str, int]
    why_quarantined: Mapping[str, int]
    forks: tuple[Fork, ...]


def status(of: Office) -> tuple[ClinicStatus, ...]:
    """Return how each clinic stands, by name."""
    everyone = devices.devices(of)
    return tuple(
        _clinic(of, scope, tuple(d for d in everyone if d.scope.number == scope.number)) for scope in of.scopes()
    )


def _clinic(of: Office, scope: Scope, computers: tuple[Device, ...]) -> ClinicStatus:
    op, entity = tables.op.c, tables.entity.c
    with of.database.reading() as conn:
        return ClinicStatus(
            scope=scope,
            devices=computers,
            records=_count(conn, tables.entity, scope, entity.alive),
            operations=_count(conn, tables.op, scope, op.state != State.CARRIED),
            conflicts=_count(conn, tables.entity, scope, entity.conflicts != ""),
            waiting=_count(conn, tables.waiting, scope),
            why_held=_reasons(conn, tables.op, scope, op.state == State.HELD),
            why_quarantined=_reasons(conn, tables.quarantine, scope),
            forks=chains.forks(of.ground(scope)),
        )


def _count(conn: sa.Connection, table: sa.Table, scope: Scope, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.scope == scope.number, *where)
    return int(conn.execute(query).scalar_one())


def _reasons(conn: sa.Connection, table: sa.Table, scope: Scope, *where: sa.ColumnElement[bool]) -> dict[str, int]:
    why = table.c.why
    query = sa.select(why, sa.func.count()).where(table.c.scope == scope.number, *where).group_by(why).order_by(why)
    return {row[0]: row[1] for row in conn.execute(query)}


def as_json(name: str, found: tuple[ClinicStatus, ...], backed_up: int) -> str:
    """Return the status as JSON for other programs."""
    document = {
        "headquarters": name,
        "backup": backed_up,
        "clinics": [
            {
                "clinic": c.scope.clinic,
                "scope": c.scope.id.hex(),
                "records": c.records,
                "operations": c.operations,
                "conflicts": c.conflicts,
                "waiting": c.waiting,
                "held": dict(c.why_held),
                "quarantined": dict(c.why_quarantined),
                "forked": [
                    {
                        "stream": f.stream.hex(),
                        "device": f.device.hex(),
                        "seq": f.seq,
                        "ops": [op.hex() for op in f.ops],
                    }
                    for f in c.forks
                ],
                "devices": [
                    {
                        "id": d.id.hex(),
                        "name": d.name,
                        "enrolled": d.enrolled,
                        "heard": d.heard,
                        "revoked": d.revoked,
                    }
                    for d in c.devices
                ],
            }
            for c in found
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document)).decode()
