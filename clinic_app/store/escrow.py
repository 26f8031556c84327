"""The clinic's half of coming back in with headquarters' printed key: what is left for it, asked, and taken.

The private half of a request waits on the disk sealed with the new password that was chosen for it:
whoever finds request, answer and computer still has to know that password.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import pyrage

from clinic_app.domain.views import UserInfo
from clinic_app.errors import KnownError
from clinic_app.store import trouble, vault
from clinic_app.store.files import ASKING
from clinic_app.store.vault import Cost, Slot
from sync import escrow, identity
from sync.disk import replace
from sync.errors import UNREADABLE, BadRecord
from sync.identity import BadSignature, NewerFormat
from sync.wire import Certificate, Headquarters, KeyReply, KeyRequest, KeySlot

_ABOUT: Final = b"clinic key request"
_MOST_BYTES: Final = 256 * 1024


class _Asking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request that was made: as its file was, and its private half sealed with the new password."""

    request: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to headquarters: its file, who asks, the six words to read aloud, when it was made (ms since 1970)."""

    file: bytes
    user: str
    words: str
    made: int


def leave(folder: Path, key: bytes, headquarters: Headquarters, mine: Certificate) -> None:
    """Leave the store key for headquarters' printed key, when there is one and it does not lie there already."""
    if not headquarters.escrow:
        return
    told = (headquarters.id, headquarters.escrow.encode(), mine.device, mine.clinic.encode(), mine.name.encode())
    about = hmac.digest(key, b"clinic escrow slot" + b"".join(hashlib.sha256(one).digest() for one in told), "sha256")
    left = vault.slot(folder)
    if left is None or not hmac.compare_digest(left.about, about):
        slot = KeySlot(key=key, device=mine.device, clinic=mine.clinic, computer=mine.name)
        vault.leave_slot(folder, key, Slot(about, escrow.seal(slot, headquarters)))


def ask(folder: Path, user: str, password: str, cost: Cost | None = None) -> Asked:
    """Make a request for `user`, who chooses a new password with it. It replaces one that was made before.

    InputError for a name or password that cannot be taken, KnownError when nothing was left for headquarters.
    """
    vault.check_user(user, password)
    slot = vault.slot(folder)
    if slot is None:
        raise trouble.no_slot()
    private = pyrage.x25519.Identity.generate()
    request = escrow.ask(slot.sealed, " ".join(user.split()), str(private.to_public()), int(time.time() * 1000))
    file = identity.write_card(request)
    kept = _Asking(file, vault.hide(str(private).encode(), _ABOUT, password, cost))
    try:
        replace(folder / ASKING, msgspec.json.encode(kept))
    except OSError as error:
        raise trouble.from_os(error) from error
    return _asked(file, request)


def asked(folder: Path) -> Asked | None:
    """Return the request whose answer is awaited; None when nothing was asked."""
    kept = _read(folder)
    return None if kept is None else _asked(kept.request, _request(kept))


def accept(folder: Path, reply_file: bytes, password: str, cost: Cost | None = None) -> tuple[bytes, UserInfo]:
    """Take headquarters' answer: return the store key, and who may open the clinic with the new password from now on.

    KnownError when it answers another request, is damaged, or the password is not the one that was chosen.
    """
    kept = _read(folder)
    if kept is None:
        raise trouble.nothing_asked()
    request = _request(kept)
    reply = _read_reply(reply_file)
    try:
        private = vault.unhide(kept.sealed, _ABOUT, password).decode()
    except KnownError as error:
        raise trouble.other_password() from error
    try:
        key = escrow.read_answer(reply, request, private)
    except BadRecord:
        raise trouble.not_an_answer() from None
    user = vault.let_in(folder, key, request.user, password, cost)
    (folder / ASKING).unlink(missing_ok=True)
    return key, user


def _asked(file: bytes, request: KeyRequest) -> Asked:
    return Asked(file, request.user, escrow.words(request), request.made)


def _read(folder: Path) -> _Asking | None:
    try:
        return msgspec.json.decode((folder / ASKING).read_bytes()[:_MOST_BYTES], type=_Asking)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise trouble.from_os(error) from error
    except UNREADABLE:
        return None  # cut off: nothing is lost, it is asked again


def _request(kept: _Asking) -> KeyRequest:
    try:
        return identity.read_card(kept.request, KeyRequest)
    except (BadRecord, BadSignature, NewerFormat):
        raise trouble.nothing_asked() from None


def _read_reply(content: bytes) -> KeyReply:
    try:
        return identity.read_card(content, KeyReply)
    except NewerFormat:
        raise trouble.newer_answer() from None
    except (BadRecord, BadSignature):
        raise trouble.not_an_answer() from None
