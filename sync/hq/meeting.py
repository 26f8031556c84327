"""Headquarters meets a clinic's computer: takes what a bundle brings and answers with what the computer lacks.

The same for stick and line: both hand over a manifest that was proven and its operations, and carry
the reply away. Taking may be cut off anywhere and repeated; an answer changes nothing but notes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from sync import identity, sharing
from sync.engine import Taken
from sync.exchange import Exchange, Offer, Pieces, Report
from sync.ground import Ground
from sync.hq import books, devices, records, trouble
from sync.hq.books import Published
from sync.hq.devices import Device
from sync.hq.ground import HqGround
from sync.hq.office import Office, Scope
from sync.records import HASH_BYTES
from sync.wire import CHUNK, Manifest, Vector

DURABLE: Final = "durable"
MOST_WANTS: Final = 1000
"""Chunks of evidence that one manifest asks for; the rest is asked for when these have come."""

_ASKED: Final = "asked."
_GIVEN: Final = "given."


class Asked(msgspec.Struct, frozen=True):
    """What a device's last bundle asked: chunks it lacks, and chunks of which it asks whether they are here."""

    wants: tuple[bytes, ...] = ()
    about: tuple[bytes, ...] = ()
    bundle: bytes = b""


class Given(msgspec.Struct, frozen=True):
    """The rule books that replies to a device carried: name, and headquarters' time of the first such reply.

    Headquarters' card is among them, by its hash: how it is reached may change after a device was enrolled.
    `told` is the latest time of headquarters that the device has seen in a reply.
    """

    books: tuple[tuple[bytes, int], ...] = ()
    told: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What headquarters has for one device: records, sealed chunks by id, rule books. To be made a bundle."""

    device: Device
    offer: Offer
    chunks: tuple[str, ...]
    books: tuple[Published, ...]


def exchange(of: Office, scope: Scope) -> Exchange:
    """Return headquarters' side of a clinic's scope."""
    return Exchange(records.engine(of, scope), of.identity, scope.id, devices.trust(of, scope), of.now, of.incarnation)


def take(of: Office, manifest: Manifest, pieces: Pieces) -> Report:
    """Take the operations of a proven bundle; its chunks are kept by whoever reads it. Safe to repeat.

    Trouble when its scope is no clinic of this headquarters.
    """
    scope = of.scope(manifest.scope)
    if scope is None:
        raise trouble.unknown_scope()
    recalled = devices.recall(of, manifest.revocations)
    mine = exchange(of, scope)
    report = mine.take(manifest, pieces)
    ground = of.ground(scope)
    if recalled and mine.trust.revocations is not None:
        report = _with(report, mine.engine.revoke(mine.trust.revocations.revoked))
    now = devices.revocations(of)
    if now is not None and now != mine.trust.revocations:  # somebody was revoked meanwhile
        report = _with(report, mine.engine.revoke(now.revoked))
    _note(ground, manifest, of.now())
    side = records.side(of, scope)
    if sharing.shares(side):
        report = _with(report, sharing.relay(side, records.sides(of)))
    return report


def answer(of: Office, device: Device) -> Reply:
    """Return the reply for one device, by its last word."""
    mine = exchange(of, device.scope)
    ground = of.ground(device.scope)
    asked = _asked(ground, device.id)
    offer = mine.reply(
        device.id,
        durable=durable(ground),
        wants=wanted(of, device.scope),
        holds=[name for name in asked.about if of.chunks.has(name.hex())],
    )
    named = ground.named_chunks([name.hex() for name in asked.wants])
    chunks = tuple(chunk_id for chunk_id in sorted(named) if of.chunks.has(chunk_id))
    card, shelf = _card_name(of), books.published(of)
    due = _due(ground, device, frozenset({card, *(book.name for book in shelf)}), offer.manifest.made)
    if card in due:
        offer = replace(offer, manifest=msgspec.structs.replace(offer.manifest, headquarters=of.card))
    return Reply(device, offer, chunks, tuple(book for book in shelf if book.name in due))


def wanted(of: Office, scope: Scope) -> tuple[bytes, ...]:
    """Return the chunks of evidence that a clinic's records name and that have not come, as many as one asks for."""
    missing = of.chunks.missing(of.ground(scope).chunk_ids())
    return tuple(bytes.fromhex(chunk_id) for chunk_id in missing[:MOST_WANTS])


def durable(ground: Ground) -> Vector:
    """Return what of a scope is in a backup that was proven."""
    content = ground.note(DURABLE)
    return {} if content is None else msgspec.msgpack.decode(content, type=Vector)


def is_durable(ground: Ground, have: Vector) -> None:
    """Note what of a scope is in a backup that was proven."""
    with ground.transaction():
        ground.put_note(DURABLE, msgspec.msgpack.encode(have))


def _with(report: Report, taken: Taken) -> Report:
    return Report(
        report.taken + taken,
        report.new_certificates,
        report.new_revoked,
        report.corrected,
        report.wants,
        report.holds,
    )


def _note(ground: HqGround, manifest: Manifest, now: int) -> None:
    """Keep that a device was heard and what it asked, for the replies until it asks anew."""
    brought = tuple(piece.name for piece in manifest.pieces if piece.kind == CHUNK)
    asked = _asked(ground, manifest.sender)
    earlier = asked.about if asked.bundle == manifest.bundle else ()  # another volume of the same bundle
    about = tuple(sorted({*manifest.holds, *brought, *earlier}))
    given = _given(ground, manifest.sender)
    with ground.transaction():
        ground.heard(manifest.sender, now)
        _put(ground, _ASKED + manifest.sender.hex(), Asked(manifest.wants, about, manifest.bundle))
        if manifest.attested > given.told:
            _put(ground, _GIVEN + manifest.sender.hex(), Given(given.books, manifest.attested))


def _due(ground: Ground, device: Device, names: Collection[bytes], made: int) -> frozenset[bytes]:
    """Return which of these a device has not taken: no reply with it was followed by a word of the device."""
    given = _given(ground, device.id)
    first = dict(given.books)
    due = {name for name in names if not first.get(name, made + 1) <= given.told}
    new = {name: first.get(name, made) for name in due}
    done = {name: time for name, time in first.items() if time <= given.told}
    if new | done != first:
        with ground.transaction():
            _put(ground, _GIVEN + device.id.hex(), Given(tuple(sorted((new | done).items())), given.told))
    return frozenset(due)


def _card_name(of: Office) -> bytes:
    return hashlib.blake2b(identity.write_card(of.card), digest_size=HASH_BYTES).digest()


def _asked(ground: Ground, device: bytes) -> Asked:
    content = ground.note(_ASKED + device.hex())
    return Asked() if content is None else msgspec.msgpack.decode(content, type=Asked)


def _given(ground: Ground, device: bytes) -> Given:
    content = ground.note(_GIVEN + device.hex())
    return Given() if content is None else msgspec.msgpack.decode(content, type=Given)


def _put(ground: Ground, name: str, content: msgspec.Struct) -> None:
    ground.put_note(name, msgspec.msgpack.encode(content))
