"""The keys of headquarters: one random root key, wrapped for the operator; from it all others.

The root key is never on disk by itself. A password (Argon2id) or a key file unwraps it, and so does
the recovery key that was printed once. It opens the store and the secrets file: headquarters' signing
key, its age identity, the key of its line and the address of its database.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import pyrage
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import UNREADABLE
from sync.hq import trouble
from sync.hq.files import KEYS, SECRETS, replace
from sync.identity import Identity

KEY_BYTES: Final = 32
"""Of the root key, which is random, and of every key derived from it."""
SHORTEST_PASSWORD: Final = 8
MOST_FILE_BYTES: Final = 1024 * 1024
MOST_MEMORY_KIB: Final = 1024 * 1024  # what a keys file may ask of this computer
MOST_ROUNDS: Final = 64
LEAST_MEMORY_KIB: Final = 8  # what Argon2 needs at least

_FORMAT: Final = 1
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a password costs: passes over memory, and memory in KiB."""

    rounds: int = 3
    memory_kib: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Opening:
    """How the operator opens headquarters: with a password, or with a key file; one of the two."""

    password: str = ""
    key_file: Path | None = None


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """What headquarters must keep to itself."""

    identity: Identity  # its signing key and its age key
    database: str = ""  # the address of PostgreSQL, with its password; "" is the embedded store
    line_key: bytes = b""  # private key of the line's TLS certificate, PEM
    line_certificate: bytes = b""  # PEM


class _Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format: int
    by: str  # "password" or "file"
    salt: bytes
    rounds: int
    memory_kib: int
    nonce: bytes
    sealed: bytes  # the root key
    recovery: bytes  # the root key, age-encrypted to the recovery key
    checksum: bytes = b""


def create(folder: Path, root: bytes, opening: Opening, recovery: str, cost: Cost | None = None) -> None:
    """Wrap a new root key. `recovery` is the age recipient of the recovery key that is printed."""
    _write(folder, _wrapped(root, opening, pyrage.encrypt(root, [_recipient(recovery)]), cost or Cost()))


def check(opening: Opening) -> None:
    """Raise Trouble when a password is too short, or a key file cannot be read."""
    if opening.key_file is not None:
        _key_file(opening.key_file)
    elif len(opening.password) < SHORTEST_PASSWORD:
        raise trouble.wrong("The password is too short", f"at least {SHORTEST_PASSWORD} characters")


def exists(folder: Path) -> bool:
    """Return whether the folder has a keys file."""
    return (folder / KEYS).is_file()


def by_file(folder: Path) -> bool:
    """Return whether a key file opens this headquarters, not a password."""
    return _read(folder).by == "file"


def unlock(folder: Path, opening: Opening) -> bytes:
    """Return the root key. Trouble when the password or key file is not the right one."""
    keys = _read(folder)
    if keys.by == "password" and opening.key_file is not None:
        raise trouble.wrong_key_file(opening.key_file)
    wrapping = _wrapping_key(opening, keys.salt, Cost(keys.rounds, keys.memory_kib), keys.by)
    try:
        return AESGCM(wrapping).decrypt(keys.nonce, keys.sealed, keys.by.encode())
    except InvalidTag:
        if opening.key_file is not None:
            raise trouble.wrong_key_file(opening.key_file) from None
        raise trouble.wrong_password() from None


def recover(folder: Path, recovery_key: str) -> bytes:
    """Return the root key by the printed recovery key."""
    try:
        identity = pyrage.x25519.Identity.from_str("".join(recovery_key.split()).upper())
        root: bytes = pyrage.decrypt(_read(folder).recovery, [identity])
    except (pyrage.IdentityError, pyrage.DecryptError):
        raise trouble.wrong_recovery_key() from None
    return root


def rewrap(folder: Path, root: bytes, opening: Opening, cost: Cost | None = None) -> None:
    """Let another password or key file open headquarters from now on; the recovery key stays."""
    _write(folder, _wrapped(root, opening, _read(folder).recovery, cost or Cost()))


def store_key(root: bytes) -> bytes:
    """Return the key of the embedded store and of backups."""
    return _derived(root, b"hq store 1")


def write_secrets(folder: Path, root: bytes, kept: Secrets) -> None:
    """Seal the secrets beside the store, in place of those that are there."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_derived(root, b"hq secrets 1")).encrypt(nonce, msgspec.msgpack.encode(kept), b"secrets")
    replace(folder / SECRETS, nonce + sealed)


def read_secrets(folder: Path, root: bytes) -> Secrets:
    """Open the secrets; Trouble when the file is damaged."""
    content = _content(folder / SECRETS)
    try:
        plain = AESGCM(_derived(root, b"hq secrets 1")).decrypt(
            content[:_NONCE_BYTES], content[_NONCE_BYTES:], b"secrets"
        )
        return msgspec.msgpack.decode(plain, type=Secrets)
    except (InvalidTag, ValueError, msgspec.DecodeError):
        raise trouble.damaged(SECRETS) from None


def new_key_file(path: Path) -> None:
    """Make a key file; one that is there already stays as it is."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _wrapped(root: bytes, opening: Opening, recovery: bytes, cost: Cost) -> _Keys:
    check(opening)
    by = "file" if opening.key_file is not None else "password"
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_wrapping_key(opening, salt, cost, by)).encrypt(nonce, root, by.encode())
    return _Keys(
        format=_FORMAT,
        by=by,
        salt=salt,
        rounds=cost.rounds,
        memory_kib=cost.memory_kib,
        nonce=nonce,
        sealed=sealed,
        recovery=recovery,
    )


def _wrapping_key(opening: Opening, salt: bytes, cost: Cost, by: str) -> bytes:
    if by == "file":
        if opening.key_file is None:
            raise trouble.wrong("This headquarters is opened by a key file", "--key-file FILE")
        return HKDF(SHA256(), KEY_BYTES, salt, b"hq key file 1").derive(_key_file(opening.key_file))
    try:
        return hash_secret_raw(opening.password.encode(), salt, cost.rounds, cost.memory_kib, 1, KEY_BYTES, Type.ID)
    except HashingError:
        raise trouble.damaged(KEYS) from None


def _key_file(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except (OSError, ValueError):
        raise trouble.wrong_key_file(path) from None
    if len(key) != KEY_BYTES:
        raise trouble.wrong_key_file(path)
    return key


def _recipient(text: str) -> pyrage.x25519.Recipient:
    return pyrage.x25519.Recipient.from_str(text)


def _derived(root: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, purpose).derive(root)


def _checksum(keys: _Keys) -> bytes:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(keys, checksum=b""))).digest()


def _write(folder: Path, keys: _Keys) -> None:
    whole = msgspec.structs.replace(keys, checksum=_checksum(keys))
    replace(folder / KEYS, msgspec.json.format(msgspec.json.encode(whole)))


def _read(folder: Path) -> _Keys:
    if not exists(folder):
        raise trouble.no_headquarters(folder)
    content = _content(folder / KEYS)
    try:
        found = msgspec.json.decode(content)
        version = found.get("format") if isinstance(found, dict) else None
        if isinstance(version, int) and version > _FORMAT:
            raise trouble.too_new(KEYS)
        keys = msgspec.json.decode(content, type=_Keys)
    except UNREADABLE:
        raise trouble.damaged(KEYS) from None
    # A checksum tells a damaged file from a wrong password.
    sane = 1 <= keys.rounds <= MOST_ROUNDS and LEAST_MEMORY_KIB <= keys.memory_kib <= MOST_MEMORY_KIB
    if not sane or not hmac.compare_digest(keys.checksum, _checksum(keys)):
        raise trouble.damaged(KEYS)
    return keys


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_FILE_BYTES)
    except FileNotFoundError:
        raise trouble.damaged(path.name) from None
