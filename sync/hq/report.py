"""What the `hq` command prints for people: plain lines, times in the computer's own zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from sync.bundle import Damaged, ForSomeoneElse, NewerVersion, NotABundle, RevokedSender, UnknownSender, Unreadable
from sync.ground import Why
from sync.hq import devices
from sync.hq.devices import Device
from sync.hq.office import Office
from sync.hq.post import TakenBundle, Visit
from sync.hq.quarantine import Aside
from sync.hq.records import Conflict, Record
from sync.hq.recover import Given
from sync.hq.status import ClinicStatus
from sync.records import Operation, Value

ON_POSTGRES: Final = (
    "PostgreSQL keeps its files as they are: encrypt the disk that it and its backups lie on (LUKS, BitLocker), "
    "since whoever reads that disk reads the cases."
)

WHY: Final[Mapping[str, str]] = {
    Why.FORMAT: "a newer version of this program is needed",
    Why.KIND: "of a kind that this version does not know",
    Why.READER: "a newer version of this program is needed",
    Why.VALUE: "a value breaks a rule",
    Why.NOT_ALLOWED: "only headquarters may write such",
    Why.GONE: "the record was erased or moved",
    Why.UNSIGNED: "no enrolled computer has signed it",
    Why.REVOKED: "the computer was revoked",
    Why.FOREIGN: "it claims to be another's",
    Why.DAMAGED: "damaged",
    Why.ERASED: "it came after its record was erased",
}


REFUSED: Final[Mapping[type[Unreadable], str]] = {
    NotABundle: "it is no bundle.",
    Damaged: "it is damaged or cut off. Nothing of it is lost: the clinic's next bundle brings it again.",
    NewerVersion: "a newer version wrote it. Update this computer, then take it again.",
    UnknownSender: "its computer is not enrolled here.",
    RevokedSender: "its computer was revoked.",
    ForSomeoneElse: "it is for somebody else.",
}


def status(of: Office, found: tuple[ClinicStatus, ...], backed_up: int) -> str:
    """Return how headquarters stands, in lines."""
    return "\n".join(_lines(of, found, backed_up))


def _lines(of: Office, found: tuple[ClinicStatus, ...], backed_up: int) -> Iterator[str]:
    yield of.card.name
    yield f"Last backup: {moment(backed_up)}" if backed_up else "No backup yet: “hq backup DIR”"
    if not found:
        yield "No clinic yet: sign a computer's request with “hq enrol”."
    for clinic in found:
        yield ""
        yield f"{clinic.scope.clinic}: {clinic.records} records, {clinic.operations} operations"
        for computer in clinic.devices:
            yield f"  {computer.name}  {computer.id.hex()[:12]}  {_heard(computer)}"
        if clinic.conflicts:
            yield f"  {clinic.conflicts} records have two values for one field: “hq conflicts”"
        if clinic.waiting:
            yield f"  {clinic.waiting} operations wait for earlier ones that have not come"
        for why, count in clinic.why_held.items():
            yield f"  {count} operations are held: {WHY.get(why, why)}"
        for why, count in clinic.why_quarantined.items():
            yield f"  {count} operations are put aside, see “hq quarantine”: {WHY.get(why, why)}"
        for fork in clinic.forks:
            name = next((d.name for d in clinic.devices if d.id == fork.device), fork.device.hex())
            yield f"  {name} was copied or set back (at operation {fork.seq}); both ways are kept"


def _heard(computer: Device) -> str:
    if computer.revoked:
        return f"revoked {moment(computer.revoked)}"
    return f"last heard {moment(computer.heard)}" if computer.heard else "not heard yet"


def moment(milliseconds: int) -> str:
    """Return a time as it is read at headquarters."""
    return dt.datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%Y-%m-%d %H:%M")


def visit(done: Visit) -> str:
    """Return what taking a folder did, in lines."""
    lines = []
    for one in done.bundles:
        taken = one.taken
        lines.append(f"{one.device.scope.clinic}, {one.device.name} ({one.words}):")
        lines.append(f"  {taken.new} new operations, {taken.known} known, {one.chunks} pieces of evidence")
        lines += [f"  {text}" for text in _notices(one)]
    for path, error in done.refused:
        lines.append(f"{path.name} was not taken: {REFUSED[type(error)]}")
    for left in done.left:
        lines.append(f"Reply for {left.device.scope.clinic}, {left.device.name}: {left.operations} operations")
    return "\n".join(lines or ["No bundle for this headquarters was found here."])


def visit_json(done: Visit) -> str:
    """Return the same as JSON for other programs."""
    return _json(
        {
            "bundles": [
                {
                    "clinic": one.device.scope.clinic,
                    "device": one.device.id.hex(),
                    "words": one.words,
                    "new": one.taken.new,
                    "known": one.taken.known,
                    "waiting": one.taken.waiting,
                    "held": one.taken.held,
                    "quarantined": one.taken.quarantined,
                    "conflicts": len(one.taken.disputed),
                    "forked": one.taken.forked,
                    "corrected": one.corrected,
                    "chunks": one.chunks,
                }
                for one in done.bundles
            ],
            "refused": [{"file": path.name, "why": type(error).__name__} for path, error in done.refused],
            "replies": [
                {"device": left.device.id.hex(), "files": left.files, "operations": left.operations}
                for left in done.left
            ],
        }
    )


def _notices(one: TakenBundle) -> Iterator[str]:
    taken = one.taken
    if taken.waiting:
        yield f"{taken.waiting} wait for earlier ones: another stick or bundle is still on its way"
    if taken.held:
        yield f"{taken.held} are held: see “hq status”"
    if taken.quarantined:
        yield f"{taken.quarantined} were put aside: see “hq quarantine”"
    if taken.disputed:
        yield f"{len(taken.disputed)} records have two values for one field: see “hq conflicts”"
    if taken.forked:
        yield "this computer was copied or set back; both ways are kept"
    if one.corrected:
        yield f"{one.corrected} were written while its date was wrong; they are ordered by when they came"


def conflicts(of: Office, found: Sequence[Conflict]) -> str:
    """Return the fields that have two values, in lines."""
    names = {d.id: d.name for d in devices.devices(of)} | {of.card.id: of.card.name}
    lines = []
    for one in found:
        record = one.record
        lines.append(f"{record.scope.clinic}: {record.type} {title(record)}, {one.field}")
        for said in one.values:
            who = names.get(said.device, said.device.hex()[:12])
            shown = "  (shown meanwhile)" if said is one.values[-1] else ""
            lines.append(f"  {plain(said.value)}  {who}, {moment(said.wall)}{shown}")
    return "\n".join(lines or ["No field has two values."])


def conflicts_json(of: Office, found: Sequence[Conflict]) -> str:
    """Return the same as JSON for other programs."""
    names = {d.id: d.name for d in devices.devices(of)} | {of.card.id: of.card.name}
    return _json(
        [
            {
                "clinic": one.record.scope.clinic,
                "record": one.record.id,
                "type": one.record.type,
                "field": one.field,
                "values": [
                    {
                        "value": plain(said.value),
                        "hash": said.op.hex(),
                        "actor": said.actor,
                        "computer": names.get(said.device, ""),
                        "wall": said.wall,
                    }
                    for said in one.values
                ],
            }
            for one in found
        ]
    )


def quarantine(of: Office, found: Sequence[Aside]) -> str:
    """Return what was put aside, in lines."""
    names = {d.id: d.name for d in devices.devices(of)}
    lines = [
        f"{one.kept.entry.op.hex()[:16]}  {one.scope.clinic}  {names.get(one.kept.device, 'unknown computer')}  "
        f"{_what(one.operation)}  ({WHY.get(one.kept.why, one.kept.why)})"
        for one in found
    ]
    return "\n".join(lines or ["Nothing was put aside."])


def quarantine_json(found: Sequence[Aside]) -> str:
    """Return the same as JSON for other programs."""
    return _json(
        [
            {
                "hash": one.kept.entry.op.hex(),
                "clinic": one.scope.clinic,
                "device": one.kept.device.hex(),
                "why": one.kept.why,
                "record": one.kept.entity,
                "fields": {name: plain(v) for name, v in one.operation.fields.items()} if one.operation else None,
            }
            for one in found
        ]
    )


def title(record: Record) -> str:
    """Return what a person knows a record by: its number, else its id."""
    number = record.fields.get("number")
    return number if isinstance(number, str) else record.id


def plain(value: Value) -> Any:  # noqa: ANN401 - what JSON holds
    """Return a value as exports write it."""
    return {value[0]: value[1]} if isinstance(value, tuple) else value


def _what(operation: Operation | None) -> str:
    if operation is None:
        return "needs a newer version"
    fields = ", ".join(sorted(operation.fields))
    return f"{operation.kind} {operation.entity_type} {operation.entity_id}: {fields}"


def _json(content: object) -> str:
    return msgspec.json.format(msgspec.json.encode(content)).decode()


def recovery(given: Given) -> str:
    """Return one key that was given, as a line."""
    return f"{moment(given.at)}  {given.computer} of {given.clinic} ({given.device.hex()}), for {given.user}"
