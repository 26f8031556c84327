"""Bundles in a folder, a stick's or a shared one: all are taken, and replies are left beside them.

Safe to repeat, to cut off anywhere and to run several times at once: what was taken is known by its
hash, and a new reply takes the place of the older one to the same computer.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from sync import bundle, identity, shorthand, stick
from sync.bundle import ForSomeoneElse, Opened, Reader, Unreadable
from sync.engine import Taken
from sync.exchange import Pieces, Report
from sync.ground import Ground
from sync.hq import devices, meeting
from sync.hq.devices import Device
from sync.hq.files import LOCK, locked
from sync.hq.meeting import Reply
from sync.hq.office import Office, Scope
from sync.inbox import Inbox
from sync.parcel import Packer, Parcel
from sync.shelf import Shelf
from sync.wire import Entry

_LEFT: Final = "left."
_KEPT_BYTES: Final = 64 * 1024 * 1024  # of a bundle's operations that are unpacked once and not twice
_STALE_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class TakenBundle:
    """One volume that was taken: whose, its six words, what became of it, how many chunks of evidence it brought."""

    device: Device
    words: str
    taken: Taken
    corrected: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Left:
    """A reply that was left: for which computer, how many files, how many operations."""

    device: Device
    files: int
    operations: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What one look into a folder did. `refused` are files that are bundles and were not taken, with the reason."""

    bundles: tuple[TakenBundle, ...]
    refused: tuple[tuple[Path, Unreadable], ...]
    left: tuple[Left, ...]


def take(of: Office, folder: Path, clinics: Sequence[Scope] = ()) -> Visit:
    """Take every bundle in a folder and leave a reply for each computer of the clinics that wrote them.

    `clinics` get replies even if they wrote nothing. StickTrouble when the folder cannot be read or
    written; what was taken before stays taken.
    """
    bundles: list[TakenBundle] = []
    refused: list[tuple[Path, Unreadable]] = []
    who = reader(of)
    with own_inbox(of, who) as inbox:
        for path in stick.find(folder):
            try:
                stick.read(path, who, inbox)
            except ForSomeoneElse:  # our own replies among them
                continue
            except Unreadable as error:
                refused.append((path, error))
            bundles += take_arrived(of, inbox)
    heard = {one.device.scope.number for one in bundles} | {scope.number for scope in clinics}
    with locked(of.folder / LOCK):  # who writes into a folder clears away what others were cut off in writing
        left = [leave(of, folder, device) for device in devices.devices(of) if _gets_reply(device, heard)]
    return Visit(tuple(bundles), tuple(refused), tuple(left))


def take_arrived(of: Office, inbox: Inbox) -> Iterator[TakenBundle]:
    """Take the bundles that are whole in an inbox, and clear them away."""
    for opened in inbox.arrived():
        yield take_opened(of, opened, inbox)
        inbox.done(opened.manifest)


def take_opened(of: Office, opened: Opened, inbox: Inbox) -> TakenBundle:
    """Take one bundle whose pieces are all here."""
    manifest = opened.manifest
    report = meeting.take(of, manifest, _pieces(of, opened, inbox))
    device = devices.by_id(of, manifest.sender)
    chunks = sum(piece.kind == "chunk" for piece in manifest.pieces)
    return _told(device, identity.words_of_bundle(manifest), report, chunks)


def reader(of: Office) -> Reader:
    """Return who reads at headquarters: every clinic's bundles, and what revoked computers wrote too."""
    return Reader(of.identity, devices.trust(of), scope=None, takes_revoked=True)


def leave(of: Office, folder: Path, device: Device) -> Left:
    """Write the reply for one computer into a folder, in place of the one that was left there before."""
    ground = of.ground(device.scope)
    with parcels(of, meeting.answer(of, device)) as packed:
        names = stick.write(folder, packed, outdated=_left(ground, device))
        with ground.transaction():
            ground.put_note(_LEFT + device.id.hex(), msgspec.msgpack.encode(names))
        count = sum(piece.count for parcel in packed for piece in parcel.manifest.pieces)
    return Left(device, len(packed), count)


@contextmanager
def parcels(of: Office, reply: Reply) -> Iterator[list[Parcel]]:
    """Give a reply as signed volumes; their pieces lie on the internal disk, sealed, while the block lasts."""
    ground = of.ground(reply.device.scope)
    have = meeting.exchange(of, reply.device.scope).have(reply.device.id)
    with _own_folder(of) as folder:
        packer = Packer(of.identity, of.card, Shelf(folder, of.identity.inbox_key()), of.chunks)
        yield packer.pack(
            reply.offer,
            shared=shorthand.shared(ground, [have.vector]),
            chunk_ids=reply.chunks,
            books=[book.content for book in reply.books],
        )


@contextmanager
def own_inbox(of: Office, who: Reader | None = None) -> Iterator[Inbox]:
    """Give an inbox that no other process uses; `who` is the reader, when it is made already."""
    with _own_folder(of) as folder:
        yield Inbox(folder, who or reader(of), of.chunks)


@contextmanager
def _own_folder(of: Office) -> Iterator[Path]:
    """Give a folder that no other process uses and that goes when the block ends; and clear away forgotten ones."""
    of.inbox.mkdir(exist_ok=True)
    for old in of.inbox.iterdir():
        with suppress(OSError):
            if old.name.startswith("own-") and time.time() - old.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(old, ignore_errors=True)  # its process was cut off
    folder = of.inbox / f"own-{secrets.token_hex(8)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pieces(of: Office, opened: Opened, inbox: Inbox) -> Pieces:
    """Return what gives a bundle's operations, as often as asked; a small bundle's are unpacked once."""
    scope = of.scope(opened.manifest.scope)
    known = shorthand.Here(of.ground(scope)) if scope else None

    def unpacked() -> Iterator[Sequence[Entry]]:
        for found in bundle.operations(opened, inbox.get, known):
            yield found.entries

    if sum(piece.plain for piece in opened.manifest.pieces if piece.count) > _KEPT_BYTES:
        return unpacked
    kept: Callable[[], Sequence[Sequence[Entry]]] = list(unpacked()).copy
    return kept


def _told(device: Device, words: str, report: Report, chunks: int) -> TakenBundle:
    return TakenBundle(device, words, report.taken, report.corrected, chunks)


def _gets_reply(device: Device, scopes: set[int]) -> bool:
    return device.scope.number in scopes and not device.revoked


def _left(ground: Ground, device: Device) -> list[str]:
    content = ground.note(_LEFT + device.id.hex())
    return [] if content is None else msgspec.msgpack.decode(content, type=list[str])
