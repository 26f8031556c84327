"""Which computers may write in which clinic: enrolling, revoking, and what is known of each.

A device belongs to one clinic. Its certificate is signed by headquarters; the list of revocations
only grows. Nobody who was revoked is enrolled again: a cleaned computer asks anew, with new keys.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import msgspec
import sqlalchemy as sa

from sync import identity
from sync.errors import BadRecord
from sync.hq import office, tables, trouble
from sync.hq.office import Office, Scope
from sync.identity import BadSignature, NewerFormat, Trust
from sync.records import ID_BYTES
from sync.wire import Certificate, Enrolment, Request, Revocation, Revocations, Vector

REVOCATIONS: Final = "revocations"
_SERIAL: Final = "serial"
_SHORTEST_ID: Final = 4
_ENROLMENT: Final = b"clinic enrolment "  # how such a file begins


@dataclass(frozen=True, slots=True)
class Device:
    """One enrolled computer. Times are milliseconds since 1970; 0 where it never happened."""

    id: bytes
    scope: Scope
    name: str
    certificate: Certificate
    enrolled: int
    heard: int
    revoked: int


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What enrolling gives: the file for the device, the words to compare, whether the clinic is new."""

    card: bytes
    words: str
    device: Device
    new_clinic: bool


def enrol(of: Office, request_file: bytes, clinic: str) -> Enrolled:
    """Sign a device's request for a clinic, which is made when there is none with this name.

    In place of a request, the certificate that was made for it may be given: see `adopt`.

    The same request again gives another certificate for the same device: a lost file is no harm.
    """
    if request_file.startswith(_ENROLMENT):
        return adopt(of, _read_enrolment(request_file))
    request = _read_request(request_file)
    clinic = " ".join(clinic.split())
    if not clinic:
        raise trouble.wrong("A clinic has a name", "--clinic NAME")
    known = next((d for d in devices(of) if d.id == request.device), None)
    if known is not None:
        _refuse_other(known, request, clinic)
    with of.database.writing() as conn:
        scope, new = _scope(of, conn, clinic)
        certificate = identity.sign(
            Certificate(
                serial=_next_serial(of, conn),
                headquarters=of.card.id,
                device=request.device,
                name=request.name,
                clinic=scope.clinic,
                scope=scope.id,
                sign_key=request.sign_key,
                recipient=request.recipient,
                issued=of.now(),
            ),
            of.identity,
        )
        enrolled, heard = (known.enrolled, known.heard) if known else (of.now(), 0)
        row = (request.device, scope.number, request.name, msgspec.msgpack.encode(certificate), enrolled, heard, 0)
        of.database.put(conn, tables.device, [row])
    card = identity.write_card(Enrolment(headquarters=of.card, certificate=certificate))
    device = Device(request.device, scope, request.name, certificate, enrolled, heard, 0)
    return Enrolled(card, identity.words_of_enrolment(of.card, certificate), device, new)


def devices(of: Office, number: int | None = None) -> tuple[Device, ...]:
    """Return all computers that were ever enrolled, by clinic and time; or those of one clinic, by its number."""
    device, scope = tables.device.c, tables.scope.c
    query = (
        sa.select(
            device.id,
            scope.number,
            scope.id.label("scope_id"),
            scope.clinic,
            device.name,
            device.certificate,
            device.enrolled,
            device.heard,
            device.revoked,
        )
        .join_from(tables.device, tables.scope, device.scope == scope.number)
        .order_by(scope.clinic, scope.number, device.enrolled, device.id)
    )
    if number is not None:
        query = query.where(device.scope == number)
    with of.database.asking() as conn:
        rows = conn.execute(query).all()
    return tuple(
        Device(
            row.id,
            Scope(row.number, row.scope_id, row.clinic),
            row.name,
            msgspec.msgpack.decode(row.certificate, type=Certificate),
            row.enrolled,
            row.heard,
            row.revoked,
        )
        for row in rows
    )


def device(of: Office, name: str) -> Device:
    """Return the one device with this name, or whose id begins so. Trouble when it is not one."""
    wanted = name.strip()
    everyone = devices(of)
    found = [d for d in everyone if len(wanted) >= _SHORTEST_ID and d.id.hex().startswith(wanted.lower())] or [
        d for d in everyone if d.name.casefold() == wanted.casefold()
    ]
    if len(found) != 1:
        raise trouble.wrong(f"There is no one computer “{name}”", "an id that “hq status” lists")
    return found[0]


def by_id(of: Office, device_id: bytes) -> Device:
    """Return a computer that is known to be enrolled."""
    return next(d for d in devices(of) if d.id == device_id)


def of_scope(of: Office, scope: Scope) -> tuple[Device, ...]:
    """Return the trusted devices of a clinic."""
    return tuple(d for d in devices(of, scope.number) if not d.revoked)


def revoke(of: Office, name: str, why: str) -> Device:
    """Trust a device no more from now on: what is here of its streams stays, everything else is put aside."""
    found = device(of, name)
    if found.revoked:
        return found
    with of.database.writing(b"", found.scope.id) as conn:  # nothing of it is taken meanwhile
        before = _revocations(conn)
        revocation = Revocation(device=found.id, accepted=_accepted(of, found), at=of.now(), why=why)
        revoked = (*(before.revoked if before else ()), revocation)
        _write_revocations(of, conn, _later(of, before.serial if before else 0), revoked)
    return device(of, found.id.hex())


def accept(of: Office, device_id: bytes) -> None:
    """Say in the list that what is here of a revoked device's streams by now is accepted: a person looked at it."""
    found = by_id(of, device_id)
    with of.database.writing(b"", found.scope.id) as conn:
        before = _revocations(conn)
        if before is None:
            return
        accepted = _accepted(of, found)
        revoked = tuple(
            msgspec.structs.replace(one, accepted=accepted) if one.device == device_id else one
            for one in before.revoked
        )
        _write_revocations(of, conn, _later(of, before.serial), revoked)


def recall(of: Office, told: Revocations | None) -> bool:
    """Take back revocations that clinics know and a restored headquarters has forgotten; return whether there were any.

    Only what this headquarters signed itself counts.
    """
    if told is None:
        return False
    here = revocations(of)
    known = {one.device for one in here.revoked} if here else set()
    if not {one.device for one in told.revoked} - known:
        return False
    try:
        identity.check_revocations(told, of.card)
    except (BadRecord, BadSignature):
        return False
    with of.database.writing() as conn:
        before = _revocations(conn)
        kept = before.revoked if before else ()
        known = {one.device for one in kept}
        forgotten = tuple(one for one in told.revoked if one.device not in known)
        latest = max(told.serial, before.serial if before else 0)
        _write_revocations(of, conn, _later(of, latest), (*kept, *forgotten))
    return True


def adopt(of: Office, card: Enrolment) -> Enrolled:
    """Take back a device that this headquarters enrolled and, restored from an older backup, has forgotten."""
    certificate = card.certificate
    try:
        identity.check_certificate(certificate, of.card)
    except (BadRecord, BadSignature) as error:
        raise trouble.not_a_request(str(error)) from error
    if any(d.id == certificate.device for d in devices(of)):
        raise trouble.wrong(f"The computer “{certificate.name}” is enrolled", "the request of a new one")
    with of.database.writing() as conn:
        scope, new = _scope(of, conn, certificate.clinic, certificate.scope)
        packed = msgspec.msgpack.encode(certificate)
        row = (certificate.device, scope.number, certificate.name, packed, certificate.issued, 0, 0)
        of.database.put(conn, tables.device, [row])
    words = identity.words_of_enrolment(of.card, certificate)
    content = identity.write_card(Enrolment(headquarters=of.card, certificate=certificate))
    return Enrolled(content, words, by_id(of, certificate.device), new)


def revocations(of: Office) -> Revocations | None:
    """Return the signed list of devices that are trusted no more; None when there is none."""
    with of.database.asking() as conn:
        return _revocations(conn)


def trust(of: Office, scope: Scope | None = None) -> Trust:
    """Return whom headquarters believes: itself, and the devices that it enrolled, all or those of a clinic."""
    found = devices(of, None if scope is None else scope.number)
    return Trust(of.card, {d.id: d.certificate for d in found}, revocations(of))


def _read_request(content: bytes) -> Request:
    try:
        return identity.read_card(content, Request)
    except NewerFormat:
        raise trouble.too_new("This request") from None
    except (BadRecord, BadSignature) as error:
        raise trouble.not_a_request(str(error)) from error


def _read_enrolment(content: bytes) -> Enrolment:
    try:
        return identity.read_card(content, Enrolment)
    except NewerFormat:
        raise trouble.too_new("This certificate") from None
    except (BadRecord, BadSignature) as error:
        raise trouble.not_a_request(str(error)) from error


def _refuse_other(known: Device, request: Request, clinic: str) -> None:
    if known.revoked:
        raise trouble.was_revoked(known.name)
    if known.scope.clinic.casefold() != clinic.casefold():
        raise trouble.elsewhere(known.name, known.scope.clinic)
    if known.certificate.sign_key != request.sign_key:
        raise trouble.other_keys(known.name)


def _scope(of: Office, conn: sa.Connection, clinic: str, known: bytes = b"") -> tuple[Scope, bool]:
    """Return the clinic with this name, or with this scope's id when that is given; made when there is none."""
    columns = tables.scope.c
    rows = conn.execute(sa.select(columns.number, columns.id, columns.clinic)).all()
    for row in rows:
        if row.id == known if known else row.clinic.casefold() == clinic.casefold():
            return Scope(*row), False
    number = max((row.number for row in rows), default=0) + 1
    scope = Scope(number, known or secrets.token_bytes(ID_BYTES), clinic)
    of.database.insert(conn, tables.scope, [(*scope, secrets.token_bytes(ID_BYTES))])
    return scope, True


def _next_serial(of: Office, conn: sa.Connection) -> int:
    serial = _later(of, int(office.read_about(conn, _SERIAL) or b"0"))
    office.write_about(of.database, conn, _SERIAL, str(serial).encode())
    return serial


def _later(of: Office, serial: int) -> int:
    """Return a serial that is higher, even than those a restored headquarters has forgotten giving."""
    return max(serial + 1, of.now())


def _write_revocations(of: Office, conn: sa.Connection, serial: int, revoked: tuple[Revocation, ...]) -> None:
    whole = identity.sign(Revocations(serial=serial, headquarters=of.card.id, revoked=revoked), of.identity)
    office.write_about(of.database, conn, REVOCATIONS, msgspec.msgpack.encode(whole))
    for one in revoked:
        still_trusted = (tables.device.c.id == one.device, tables.device.c.revoked == 0)
        conn.execute(sa.update(tables.device).where(*still_trusted).values(revoked=one.at))


def _revocations(conn: sa.Connection) -> Revocations | None:
    content = office.read_about(conn, REVOCATIONS)
    return None if content is None else msgspec.msgpack.decode(content, type=Revocations)


def _accepted(of: Office, found: Device) -> Vector:
    streams = of.ground(found.scope).streams()
    return {name: stream.tips for name, stream in streams.items() if stream.device == found.id and stream.tips}
