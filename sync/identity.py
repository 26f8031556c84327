"""Who signs and who may read: the keys of a device or of headquarters, signed cards, and words to compare aloud.

A signature always covers a context that names the kind of struct, so that no signed thing can pass
for another. Everything read from a file or a line is checked for length and form before it is used.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import textwrap
import unicodedata
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar

import msgspec
import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import UNREADABLE, BadRecord, SyncError
from sync.records import HASH_BYTES, ID_BYTES, NAME_BYTES
from sync.wire import (
    MOST_DEVICES,
    MOST_STREAMS,
    WIRE_FORMAT,
    Certificate,
    Enrolment,
    Headquarters,
    KeyReply,
    KeyRequest,
    Manifest,
    Request,
    Revocations,
    SignedTip,
    Tip,
)

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
MOST_CARD_BYTES: Final = 1024 * 1024
MOST_ADDRESSES: Final = 20

_RECIPIENT_BYTES: Final = 62  # of an age X25519 recipient, always
_CONSONANTS: Final = "bdklmnprst"
_VOWELS: Final = "aeiou"
_SYLLABLES: Final = tuple(c + v for c in _CONSONANTS for v in _VOWELS)
_WORDS: Final = 6
_LINE: Final = 76

Signed = TypeVar("Signed", Headquarters, Request, Certificate, Revocations, SignedTip, Manifest)
Card = TypeVar("Card", Headquarters, Request, Enrolment, KeyRequest, KeyReply)
AnyCard: TypeAlias = Headquarters | Request | Enrolment | KeyRequest | KeyReply

_CONTEXTS: Final = {
    Headquarters: b"clinic headquarters 1\0",
    Request: b"clinic request 1\0",
    Certificate: b"clinic certificate 1\0",
    Revocations: b"clinic revocations 1\0",
    SignedTip: b"clinic tip 1\0",
    Manifest: b"clinic manifest 1\0",
}
_LINE_SAID: Final = b"clinic line 1\0"
_TOGETHER: Final = b"clinic tip and manifest 1\0"
_NAMES: Final = {
    Headquarters: "headquarters",
    Request: "request",
    Enrolment: "enrolment",
    KeyRequest: "key-request",
    KeyReply: "key-reply",
}
_ENCODER = msgspec.msgpack.Encoder()  # maps keep the order in which they were signed


class BadSignature(SyncError):  # noqa: N818 - the name says what is bad, as callers catch it
    """A signature is not that of the key that should have made it."""


class NewerFormat(SyncError):  # noqa: N818 - the name says what is wrong, as callers catch it
    """Written by a later version of this program, in a form that this one does not read."""


class Identity(msgspec.Struct, frozen=True):
    """The secret keys of one device, or of headquarters. `id` is its public name, 16 bytes.

    Kept only inside an encrypted store; its printed form shows no key.
    """

    id: bytes
    sign_key: bytes  # Ed25519, the 32 private bytes
    age_key: str  # AGE-SECRET-KEY-…

    def __repr__(self) -> str:
        return f"Identity({self.id.hex()})"

    @property
    def verify_key(self) -> bytes:
        """The public half of the signing key."""
        return Ed25519PrivateKey.from_private_bytes(self.sign_key).public_key().public_bytes_raw()

    @property
    def recipient(self) -> str:
        """The public half of the age key: whom to encrypt to."""
        return str(pyrage.x25519.Identity.from_str(self.age_key).to_public())

    def inbox_key(self) -> bytes:
        """Return the key under which this device keeps what has arrived and is not taken yet (`sync/inbox.py`)."""
        kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"clinic inbox 1")
        return kdf.derive(self.age_key.encode())


def new_identity(device: bytes = b"") -> Identity:
    """Return new random keys, for a device with this id or a new random one."""
    return Identity(
        device or secrets.token_bytes(ID_BYTES),
        Ed25519PrivateKey.generate().private_bytes_raw(),
        str(pyrage.x25519.Identity.generate()),
    )


def pack_identity(identity: Identity) -> bytes:
    """Return secret keys as bytes, to be kept inside an encrypted store."""
    return _ENCODER.encode(identity)


def unpack_identity(content: bytes) -> Identity:
    """Read packed secret keys; BadRecord when they are damaged."""
    try:
        identity = msgspec.msgpack.decode(content, type=Identity)
        _sized("id", identity.id, ID_BYTES)
        _sized("sign_key", identity.sign_key, KEY_BYTES)
        pyrage.x25519.Identity.from_str(identity.age_key)
    except (msgspec.DecodeError, pyrage.IdentityError) as error:
        raise BadRecord("not the keys of a device") from error
    return identity


# -- signatures ---------------------------------------------------------------------------------


def sign(struct: Signed, identity: Identity) -> Signed:
    """Return the struct with this identity's signature."""
    return msgspec.structs.replace(struct, signature=sign_bytes(type(struct), unsigned(struct), identity))


def verify(struct: Signed, sign_key: bytes) -> None:
    """Raise BadSignature unless the struct was signed by the key with this public half."""
    verify_bytes(type(struct), unsigned(struct), struct.signature, sign_key)


def sign_together(tip: SignedTip, content: bytes, identity: Identity) -> bytes:
    """Return one signature of a tip and of the unsigned bytes of the manifest that it stands in, without signature."""
    key = Ed25519PrivateKey.from_private_bytes(identity.sign_key)
    return key.sign(_TOGETHER + _hash(unsigned(tip)) + _hash(content))


def verify_together(tip: SignedTip, content: bytes, signature: bytes, sign_key: bytes) -> None:
    """Raise BadSignature unless this is the signature of a tip and of its manifest's unsigned bytes."""
    _verify(_TOGETHER + _hash(unsigned(tip)) + _hash(content), signature, sign_key)


def with_signature(tip: SignedTip, signature: bytes, content: bytes) -> SignedTip:
    """Return a tip that was signed together with a manifest's bytes, so that it can be checked without them."""
    return msgspec.structs.replace(tip, signature=signature + _hash(content))


def prove(content: bytes, identity: Identity) -> bytes:
    """Return this identity's signature of something said over a line, good for that alone."""
    return Ed25519PrivateKey.from_private_bytes(identity.sign_key).sign(_LINE_SAID + content)


def check_proof(content: bytes, proof: bytes, sign_key: bytes) -> None:
    """Raise BadSignature unless this key proved it."""
    _verify(_LINE_SAID + content, proof, sign_key)


def unsigned(struct: Signed) -> bytes:
    """Return what a signature of the struct covers, after its context."""
    return _ENCODER.encode(msgspec.structs.replace(struct, signature=b""))


def sign_bytes(kind: type[Signed], content: bytes, identity: Identity) -> bytes:
    """Return this identity's signature of the unsigned bytes of such a struct."""
    return Ed25519PrivateKey.from_private_bytes(identity.sign_key).sign(_CONTEXTS[kind] + content)


def verify_bytes(kind: type[Signed], content: bytes, signature: bytes, sign_key: bytes) -> None:
    """Raise BadSignature unless the unsigned bytes of such a struct were signed by this key."""
    _verify(_CONTEXTS[kind] + content, signature, sign_key)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a replica believes: headquarters, pinned when it was enrolled, and whom headquarters vouches for.

    `certificates` are by device, the newest of each; `revocations` the newest known list.
    """

    headquarters: Headquarters
    certificates: dict[bytes, Certificate] = field(default_factory=dict)
    revocations: Revocations | None = None

    def certificate(self, device: bytes) -> Certificate | None:
        """Return the certificate of a device, revoked or not."""
        return self.certificates.get(device)

    def is_revoked(self, device: bytes) -> bool:
        """Return whether headquarters said that a device is not to be trusted any more."""
        return self.revocations is not None and any(r.device == device for r in self.revocations.revoked)

    def with_certificates(self, certificates: tuple[Certificate, ...]) -> Trust:
        """Return a trust that also knows those of these certificates that headquarters signed."""
        known = dict(self.certificates)
        for certificate in certificates:
            before = known.get(certificate.device)
            newer = before is None or certificate.serial > before.serial
            if newer and is_vouched(certificate, self.headquarters):
                known[certificate.device] = certificate
        return Trust(self.headquarters, known, self.revocations)


def is_vouched(certificate: Certificate, headquarters: Headquarters) -> bool:
    """Return whether this headquarters signed a certificate, and it is whole."""
    try:
        check_certificate(certificate, headquarters)
    except (BadRecord, BadSignature):
        return False
    return True


def check_certificate(certificate: Certificate, headquarters: Headquarters) -> None:
    """Raise BadRecord when a certificate has not its form, BadSignature when this headquarters did not sign it."""
    for name in ("headquarters", "device", "scope"):
        _sized(name, getattr(certificate, name), ID_BYTES)
    _keys(certificate.sign_key, certificate.recipient)
    _texts(certificate.name, certificate.clinic)
    if certificate.headquarters != headquarters.id or certificate.serial < 1:
        raise BadRecord("a certificate of another headquarters")
    verify(certificate, headquarters.sign_key)


def check_headquarters(card: Headquarters) -> None:
    """Raise BadRecord when headquarters' card has not its form, BadSignature when it did not sign it itself."""
    _sized("id", card.id, ID_BYTES)
    _keys(card.sign_key, card.recipient)
    if card.escrow:
        _recipient(card.escrow)
    _texts(card.name, *card.addresses)
    if len(card.addresses) > MOST_ADDRESSES or len(card.certificate) > MOST_CARD_BYTES:
        raise BadRecord("headquarters' card is too large")
    verify(card, card.sign_key)


def check_request(request: Request) -> None:
    """Raise BadRecord when a request has not its form, BadSignature when the device did not sign it."""
    _sized("device", request.device, ID_BYTES)
    _keys(request.sign_key, request.recipient)
    _texts(request.name, request.clinic, request.place)
    if len(request.streams) > MOST_STREAMS:
        raise BadRecord("a request names too many streams")
    for stream in request.streams:
        _sized("stream", stream, ID_BYTES)
    verify(request, request.sign_key)


def check_key_request(request: KeyRequest) -> None:
    """Raise BadRecord when a request for a store's key has not its form."""
    _sized("headquarters", request.headquarters, ID_BYTES)
    _recipient(request.recipient)
    _texts(request.user)


def check_revocations(revocations: Revocations, headquarters: Headquarters) -> None:
    """Raise BadRecord when a list has not its form, BadSignature when this headquarters did not sign it."""
    if revocations.headquarters != headquarters.id or len(revocations.revoked) > MOST_DEVICES:
        raise BadRecord("a list of another headquarters, or too long")
    for revocation in revocations.revoked:
        _sized("device", revocation.device, ID_BYTES)
        _texts(revocation.why)
        for stream, tips in revocation.accepted.items():
            _sized("stream", stream, ID_BYTES)
            check_tips(tips)
    verify(revocations, headquarters.sign_key)


def check_tip(tip: SignedTip, sign_key: bytes) -> None:
    """Raise BadRecord when a tip has not its form, BadSignature when this key did not sign it.

    A tip that was signed together with a manifest carries that manifest's hash behind the signature.
    """
    for name in ("stream", "scope", "device"):
        _sized(name, getattr(tip, name), ID_BYTES)
    check_tips((Tip(tip.seq, tip.op),))
    if len(tip.signature) == SIGNATURE_BYTES:
        verify(tip, sign_key)
        return
    _sized("signature", tip.signature, SIGNATURE_BYTES + HASH_BYTES)
    signature, manifest = tip.signature[:SIGNATURE_BYTES], tip.signature[SIGNATURE_BYTES:]
    _verify(_TOGETHER + _hash(unsigned(tip)) + manifest, signature, sign_key)


def check_tips(tips: tuple[Tip, ...]) -> None:
    """Raise BadRecord unless these can be the tips of one stream: sorted, each once."""
    if list(tips) != sorted(set(tips)) or any(tip.seq < 1 or len(tip.op) != HASH_BYTES for tip in tips):
        raise BadRecord("not the tips of a stream")


# -- cards as files --------------------------------------------------------------------------------


def write_card(card: AnyCard) -> bytes:
    """Return a card as a small text file: one line that says what it is, then its bytes in base64."""
    head = f"clinic {_NAMES[type(card)]} {WIRE_FORMAT}: {' '.join(_name(card).split())}"
    body = base64.b64encode(_ENCODER.encode(card)).decode()
    return "\n".join([head, *textwrap.wrap(body, _LINE), ""]).encode()


def read_card(content: bytes, kind: type[Card]) -> Card:
    """Read a card's file and check its form and signatures.

    BadRecord when it is no such card or damaged, NewerFormat when a later version wrote it,
    BadSignature when it is not signed as it must be.
    """
    if len(content) > MOST_CARD_BYTES:
        raise BadRecord("too large for a card")
    try:
        head, _, body = content.decode().lstrip("\ufeff").partition("\n")
        _check_head(head, _NAMES[kind])
        card = msgspec.msgpack.decode(base64.b64decode("".join(body.split()), validate=True), type=kind)
        _check_card(card)
    except (*UNREADABLE, ValueError) as error:  # binascii says both
        raise BadRecord(f"a damaged {_NAMES[kind]}") from error
    return card


def _name(card: AnyCard) -> str:
    match card:
        case Enrolment():
            return card.certificate.name
        case KeyRequest() | KeyReply():
            return card.user
        case _:
            return card.name


def _check_head(head: str, name: str) -> None:
    start, _, _said = head.partition(":")
    words_ = start.split(" ")
    if len(words_) != 3 or words_[0] != "clinic" or not words_[2].isdecimal():  # noqa: PLR2004 - "clinic", what, format
        raise BadRecord(f"not a {name}")
    if words_[1] != name:
        raise BadRecord(f"not a {name} but another card")
    if int(words_[2]) > WIRE_FORMAT:
        raise NewerFormat(f"a {name} of a later version")


def _check_card(card: AnyCard) -> None:
    match card:
        case KeyRequest():
            check_key_request(card)
        case KeyReply():
            _sized("asked", card.asked, HASH_BYTES)
            _texts(card.user)
        case Headquarters():
            check_headquarters(card)
        case Request():
            check_request(card)
        case Enrolment():
            check_headquarters(card.headquarters)
            check_certificate(card.certificate, card.headquarters)


# -- words --------------------------------------------------------------------------------------------


def words(*parts: bytes) -> str:
    """Return six made-up words that stand for these bytes, alike in every language, to be read aloud and compared.

    67 bits: two sets of bytes that give the same words cannot be sought out in practice.
    """
    whole = hashlib.blake2b(digest_size=32, person=b"clinic-words-1")
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    number = int.from_bytes(whole.digest(), "big")
    found = []
    for _ in range(_WORDS):
        number, first = divmod(number, len(_SYLLABLES))
        number, second = divmod(number, len(_SYLLABLES))
        found.append(_SYLLABLES[first] + _SYLLABLES[second])
    return " ".join(found)


def words_of_enrolment(headquarters: Headquarters, certificate: Certificate) -> str:
    """Return the words that the operator at headquarters and the person at the device compare: both sides' keys."""
    return words(
        headquarters.id,
        headquarters.sign_key,
        headquarters.recipient.encode(),
        certificate.device,
        certificate.sign_key,
        certificate.recipient.encode(),
        certificate.scope,
    )


def words_of_bundle(manifest: Manifest) -> str:
    """Return the words of a bundle, for its slip: the same in all of its volumes."""
    return words(manifest.sender, manifest.bundle)


def _verify(content: bytes, signature: bytes, sign_key: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(sign_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        raise BadSignature("not signed by the key that must have signed it") from None


def _hash(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=HASH_BYTES).digest()


# -- forms --------------------------------------------------------------------------------------------


def _sized(name: str, content: bytes, size: int) -> None:
    if len(content) != size:
        raise BadRecord(f"{name} has {size} bytes")


def _keys(sign_key: bytes, recipient: str) -> None:
    _sized("sign_key", sign_key, KEY_BYTES)
    _recipient(recipient)


def _recipient(recipient: str) -> None:
    try:
        if len(recipient) != _RECIPIENT_BYTES:
            raise BadRecord("not an age recipient")
        pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BadRecord("not an age recipient") from error


def _texts(*texts: str) -> None:
    for text in texts:
        if len(text.encode()) > NAME_BYTES or any(unicodedata.category(sign) == "Cc" for sign in text):
            raise BadRecord(f"a name has at most {NAME_BYTES} bytes and no control characters")
