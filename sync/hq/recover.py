"""The key of a clinic's locked computer, when its password and its recovery sheet are lost.

The computer's store key lies beside its store, encrypted to headquarters' printed key. That key is
typed for this alone and kept nowhere. Whoever asks is a voice on a telephone: the six words prove
which file is theirs, not who they are; the operator must know them. A revoked computer gets nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
import pyrage

from sync import escrow, identity
from sync.errors import BadRecord
from sync.hq import devices, office, trouble
from sync.hq.office import Office
from sync.identity import BadSignature, NewerFormat
from sync.wire import KeyRequest, KeySlot

_LOG: Final = "recoveries"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was read: which computer it is about, who asks, the words to compare, what opens it.

    `known` says whether headquarters itself enrolled the computer; else the names are the computer's own.
    """

    request: KeyRequest
    slot: KeySlot
    clinic: str
    computer: str
    known: bool
    words: str


class Given(msgspec.Struct, frozen=True, array_like=True):
    """One entry of the log: when (ms since 1970), whose computer, for whom."""

    at: int
    device: bytes
    clinic: str
    computer: str
    user: str


def read(of: Office, content: bytes, printed_key: str) -> Asked:
    """Read a request with headquarters' printed key. Trouble says why it is refused; nothing is given yet."""
    request = _request(content)
    key = "".join(printed_key.split()).upper()
    _check_key(of, key)
    if request.headquarters != of.card.id:
        raise trouble.key_of_another()
    try:
        slot = escrow.open_slot(request, key)
    except BadRecord:
        raise trouble.key_of_another() from None
    known = next((device for device in devices.devices(of) if device.id == slot.device), None)
    if known is not None and known.revoked:
        raise trouble.no_key_for_revoked(known.name)
    clinic, computer = (known.scope.clinic, known.name) if known else (slot.clinic, slot.computer)
    return Asked(request, slot, clinic, computer, known is not None, escrow.words(request))


def give(of: Office, asked: Asked) -> bytes:
    """Return the answer's file, for the computer alone, and write down that it was given."""
    given = Given(of.now(), asked.slot.device, asked.clinic, asked.computer, asked.request.user)
    with of.database.writing() as conn:
        before = office.read_about(conn, _LOG)
        log = msgspec.msgpack.decode(before, type=tuple[Given, ...]) if before else ()
        office.write_about(of.database, conn, _LOG, msgspec.msgpack.encode((*log, given)))
    return identity.write_card(escrow.answer(asked.request, asked.slot))


def log(of: Office) -> tuple[Given, ...]:
    """Return whom keys were given, the oldest first."""
    with of.database.asking() as conn:
        content = office.read_about(conn, _LOG)
    return msgspec.msgpack.decode(content, type=tuple[Given, ...]) if content else ()


def _request(content: bytes) -> KeyRequest:
    try:
        return identity.read_card(content, KeyRequest)
    except NewerFormat:
        raise trouble.too_new("This request") from None
    except (BadRecord, BadSignature) as error:
        raise trouble.not_a_key_request(str(error)) from error


def _check_key(of: Office, key: str) -> None:
    """Raise Trouble unless this is headquarters' printed key: a slip of the hand is told before anything else."""
    try:
        recipient = str(pyrage.x25519.Identity.from_str(key).to_public())
    except pyrage.IdentityError:
        raise trouble.wrong_recovery_key() from None
    if recipient != of.card.escrow:
        raise trouble.wrong_recovery_key()
