"""The way back into a locked computer with headquarters' printed key, when password and recovery sheet are lost.

A computer leaves its store's key beside its store, encrypted to headquarters' printed key, which lies
on paper. A request carries that and a public key made for it; headquarters decrypts the one and
encrypts to the other. Whoever carries the files between learns nothing.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec
import pyrage

from sync import identity
from sync.errors import UNREADABLE, BadRecord
from sync.records import HASH_BYTES, ID_BYTES
from sync.wire import Headquarters, KeyReply, KeyRequest, KeySlot

MOST_SLOT_BYTES: Final = 64 * 1024  # what is decrypted at most: age's time to read a header rises with its square
_WORDS: Final = b"clinic key request 1"
_ENCODER: Final = msgspec.msgpack.Encoder()


def seal(slot: KeySlot, headquarters: Headquarters) -> bytes:
    """Return a computer's slot for headquarters' printed key. Only where its card names one."""
    recipient = pyrage.x25519.Recipient.from_str(headquarters.escrow)
    return headquarters.id + bytes(pyrage.encrypt(_ENCODER.encode(slot), [recipient]))


def ask(slot: bytes, user: str, recipient: str, made: int) -> KeyRequest:
    """Return the request for the key in a slot, for whoever holds the private half of `recipient`."""
    return KeyRequest(headquarters=slot[:ID_BYTES], slot=slot[ID_BYTES:], user=user, recipient=recipient, made=made)


def words(request: KeyRequest) -> str:
    """Return the six words that both sides read to each other: everything in the request."""
    return identity.words(_WORDS, _ENCODER.encode(request))


def open_slot(request: KeyRequest, printed_key: str) -> KeySlot:
    """Return what is in a request's slot. BadRecord when the printed key does not open it, or it is damaged."""
    if len(request.slot) > MOST_SLOT_BYTES:
        raise BadRecord("too large for a slot")
    try:
        private = pyrage.x25519.Identity.from_str(printed_key)
        return msgspec.msgpack.decode(pyrage.decrypt(request.slot, [private]), type=KeySlot)
    except (pyrage.IdentityError, pyrage.DecryptError, *UNREADABLE) as error:
        raise BadRecord("the slot does not open") from error


def answer(request: KeyRequest, slot: KeySlot) -> KeyReply:
    """Return the answer to a request: the slot's key for the request's own recipient."""
    recipient = pyrage.x25519.Recipient.from_str(request.recipient)
    return KeyReply(asked=_name(request), user=request.user, key=bytes(pyrage.encrypt(slot.key, [recipient])))


def read_answer(reply: KeyReply, request: KeyRequest, private_key: str) -> bytes:
    """Return the store's key that an answer brings. BadRecord when it answers another request, or is damaged."""
    if reply.asked != _name(request) or len(reply.key) > MOST_SLOT_BYTES:
        raise BadRecord("an answer to another request")
    try:
        return bytes(pyrage.decrypt(reply.key, [pyrage.x25519.Identity.from_str(private_key)]))
    except (pyrage.IdentityError, pyrage.DecryptError) as error:
        raise BadRecord("the answer does not open") from error


def _name(request: KeyRequest) -> bytes:
    return hashlib.blake2b(_ENCODER.encode(request), digest_size=HASH_BYTES).digest()
