"""Signatures of rule books (Ed25519): who made a book, and that not a byte of it has changed since.

The signature stands in `book.sig` beside the book and covers every file through their digest. A
book from outside is used only with the signature of a key that is trusted here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from clinic_app.errors import InputError, KnownError
from clinic_app.rules.folder import digest
from clinic_app.words import N_

SIGNATURE_FILE: Final = "book.sig"
FORMAT: Final = 1
LARGEST: Final = 10_000  # bytes of a signature file or of a list of keys
GROUPS: Final = 6
KEY_BYTES: Final = 32
_ID_SIGNS: Final = 16


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key whose signatures count, and the name of whoever holds its private half."""

    name: str
    public: bytes

    @property
    def id(self) -> str:
        """The short name of the key in signatures."""
        return hashlib.sha256(self.public).hexdigest()[:_ID_SIGNS]

    @property
    def fingerprint(self) -> str:
        """Six groups of five digits, to compare by eye or over the telephone before trusting the key."""
        number = int.from_bytes(hashlib.sha256(b"labor-clinic key\0" + self.public).digest(), "big")
        groups = []
        for _ in range(GROUPS):
            number, group = divmod(number, 100_000)
            groups.append(f"{group:05d}")
        return " ".join(groups)


@dataclass(frozen=True, slots=True)
class Signed:
    """A good signature: the version of the book it was given for, and the key."""

    version: str
    key: TrustedKey


class _Signature(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in book.sig; `signature` is in base64."""

    format: int
    version: str
    key: str
    signature: bytes


class _Key(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    public: bytes


class _Keys(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in a file of public keys."""

    format: int
    keys: list[_Key]


def signature(files: Mapping[str, bytes], version: str, private: Ed25519PrivateKey) -> bytes:
    """Return the content of book.sig for a book of these files."""
    public = TrustedKey("", private.public_key().public_bytes_raw())
    signed = private.sign(_message(files, version))
    made = _Signature(FORMAT, version, public.id, signed)
    return msgspec.json.format(msgspec.json.encode(made)) + b"\n"


def check(files: Mapping[str, bytes], raw: bytes, trusted: Iterable[TrustedKey]) -> Signed:
    """Return what the signature file `raw` says of these files; KnownError when no trusted key signed them."""
    try:
        read = msgspec.json.decode(raw, type=_Signature)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _unknown_format() from None
    if read.format != FORMAT:
        raise _unknown_format()
    key = next((key for key in trusted if key.id == read.key), None)
    if key is None:
        raise KnownError(
            "R-04",
            N_("The rule book is signed with the key {key}, which is not trusted here."),
            N_("Ask headquarters for its key, compare the six groups of digits, and trust it first."),
            key=read.key[:_ID_SIGNS],
        )
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(read.signature, _message(files, read.version))
    except InvalidSignature:
        raise KnownError(
            "R-05",
            N_("The rule book was changed after it was signed, or the signature is of another book."),
            N_("Get the rule book again from headquarters."),
        ) from None
    return Signed(read.version, key)


def read_signature(folder: Path) -> bytes:
    """Return the signature file of a folder; KnownError when there is none that can be read."""
    path = folder / SIGNATURE_FILE
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST:
            raise _unknown_format()
        return path.read_bytes()
    except OSError:
        raise KnownError(
            "R-02",
            N_("The rule book has no signature."),
            N_("Ask headquarters for the signed rule book."),
        ) from None


def read_keys(raw: bytes, path: str) -> tuple[TrustedKey, ...]:
    """Return the public keys of a file; InputError names the file when it is not one."""
    try:
        read = msgspec.json.decode(raw[: LARGEST + 1], type=_Keys)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _not_keys(path) from None
    keys = tuple(TrustedKey(key.name, key.public) for key in read.keys)
    if read.format != FORMAT or any(len(key.public) != KEY_BYTES for key in keys):
        raise _not_keys(path)
    return keys


def write_keys(keys: Iterable[TrustedKey]) -> bytes:
    """Return a file of public keys, as `read_keys` reads it."""
    listed = [_Key(key.name, key.public) for key in keys]
    return msgspec.json.format(msgspec.json.encode(_Keys(FORMAT, listed))) + b"\n"


def _message(files: Mapping[str, bytes], version: str) -> bytes:
    return b"labor-clinic rule book signature\0%d\0%s\0%s" % (FORMAT, version.encode(), digest(files).encode())


def _not_keys(path: str) -> InputError:
    return InputError(path, N_("not a file of public keys"), N_("the file that “clinic rules key” made"))


def _unknown_format() -> KnownError:
    return KnownError(
        "R-03",
        N_("The signature of the rule book is of an unknown format."),
        N_("Get the rule book again; if it is newer than this program, update the program first."),
    )
