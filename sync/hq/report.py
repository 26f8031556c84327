"""What the `hq` command prints for people: plain lines, times in the computer's own zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from sync.ground import Why
from sync.hq.devices import Device
from sync.hq.office import Office
from sync.hq.status import ClinicStatus

ON_POSTGRES: Final = (
    "PostgreSQL keeps its files as they are: encrypt the disk that it and its backups lie on (LUKS, BitLocker), "
    "since whoever reads that disk reads the cases."
)

WHY: Final[Mapping[str, str]] = {
    Why.FORMAT: "need a newer version of this program",
    Why.KIND: "are of a kind that this version does not know",
    Why.READER: "need a newer version of this program",
    Why.VALUE: "break a rule about values",
    Why.NOT_ALLOWED: "are of a kind that only headquarters may write",
    Why.GONE: "belong to a record that was erased or moved",
    Why.UNSIGNED: "no enrolled computer has signed",
    Why.REVOKED: "come from a computer that was revoked",
    Why.FOREIGN: "claim to be another's",
    Why.DAMAGED: "are damaged",
    Why.ERASED: "came after their record was erased",
}


def status(of: Office, found: tuple[ClinicStatus, ...]) -> str:
    """Return how headquarters stands, in lines."""
    return "\n".join(_lines(of, found))


def _lines(of: Office, found: tuple[ClinicStatus, ...]) -> Iterator[str]:
    yield of.card.name
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
            yield f"  {count} operations are held: they {WHY.get(why, why)}"
        for why, count in clinic.why_quarantined.items():
            yield f"  {count} operations are put aside: they {_aside(why)}: “hq quarantine”"
        for fork in clinic.forks:
            name = next((d.name for d in clinic.devices if d.id == fork.device), fork.device.hex())
            yield f"  {name} was copied or set back (at operation {fork.seq}); both ways are kept"


def _aside(why: str) -> str:
    return f"were put aside because {WHY[why]}" if why == Why.UNSIGNED else WHY.get(why, why)


def _heard(computer: Device) -> str:
    if computer.revoked:
        return f"revoked {moment(computer.revoked)}"
    return f"last heard {moment(computer.heard)}" if computer.heard else "not heard yet"


def moment(milliseconds: int) -> str:
    """Return a time as it is read at headquarters."""
    return dt.datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%Y-%m-%d %H:%M")
