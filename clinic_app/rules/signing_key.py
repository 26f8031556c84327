"""The private key that signs rule books, sealed in a file with a password (Argon2id, AES-GCM).

The file is written readable by its owner only; the key never leaves memory unsealed.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinic_app.errors import InputError, KnownError
from clinic_app.words import N_

FORMAT: Final = 1
LARGEST: Final = 10_000  # bytes of a key file
ROUNDS: Final = 3
MEMORY_KIB: Final = 64 * 1024
_SALT: Final = 16
_NONCE: Final = 12
_KEY: Final = 32
_ABOUT: Final = b"labor-clinic signing key 1"


class _Sealed(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in a key file; bytes are in base64."""

    format: int
    salt: bytes
    nonce: bytes
    sealed: bytes


def make(path: Path, password: str) -> Ed25519PrivateKey:
    """Make a new key, write it sealed to a new file, and return it. InputError when the file is there or cannot be."""
    private = Ed25519PrivateKey.generate()
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    sealed = AESGCM(_wrapping(password, salt)).encrypt(nonce, private.private_bytes_raw(), _ABOUT)
    made = _Sealed(FORMAT, salt, nonce, sealed)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise InputError(
            str(path), N_("the file cannot be written: {why}"), N_("the name of a new file"), why=why
        ) from error
    return private


def read(path: Path, password: str) -> Ed25519PrivateKey:
    """Return the key of a file; InputError when it is no key file, KnownError for another password."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise InputError(str(path), N_("the file cannot be read: {why}"), N_("a key file"), why=why) from error
    try:
        stored = msgspec.json.decode(raw, type=_Sealed)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _not_a_key(path) from None
    if stored.format != FORMAT or len(stored.salt) != _SALT or len(stored.nonce) != _NONCE:
        raise _not_a_key(path)
    try:
        opened = AESGCM(_wrapping(password, stored.salt)).decrypt(stored.nonce, stored.sealed, _ABOUT)
    except InvalidTag:
        raise KnownError(
            "R-06", N_("The password does not open this key file."), N_("Type the password of the key file.")
        ) from None
    return Ed25519PrivateKey.from_private_bytes(opened)


def _wrapping(password: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        password.encode(), salt, time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=1, hash_len=_KEY, type=Type.ID
    )


def _not_a_key(path: Path) -> InputError:
    return InputError(str(path), N_("not a key file"), N_("the file that “clinic rules key” made"))
