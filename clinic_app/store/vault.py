"""The keys file: one random store key, wrapped for each person's password, for the recovery key and for headquarters.

The store key itself is never on disk. A check value tells a wrong key from a damaged store before
the store is touched, and a checksum tells a damaged keys file from a wrong password.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinic_app.domain.views import UserInfo
from clinic_app.errors import InputError
from clinic_app.store import delay, recovery, trouble
from clinic_app.store.files import DATABASE, FORMER_KEYS, KEYS, WIPING, shred
from clinic_app.words import N_
from sync.disk import replace
from sync.errors import UNREADABLE

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
SHORTEST_PASSWORD: Final = 8
MOST_USERS: Final = 1000
MOST_FILE_BYTES: Final = 4 * 1024 * 1024
MOST_MEMORY_KIB: Final = 1024 * 1024  # what a keys file may ask of this computer
MOST_ROUNDS: Final = 64


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a password costs: passes over memory, and memory in KiB.

    The defaults take about a third of a second on an old laptop and are what a thief pays too.
    """

    rounds: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 1


class _Wrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The store key, sealed with another key."""

    salt: bytes
    nonce: bytes
    sealed: bytes


class _User(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    rounds: int
    memory_kib: int
    lanes: int
    key: _Wrapped


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The store key for headquarters' printed key. `about` is made with the key and tells whether it is up to date."""

    about: bytes
    sealed: bytes


class _Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    check: bytes
    recovery: _Wrapped
    users: tuple[_User, ...]
    checksum: bytes = b""
    escrow: Slot | msgspec.UnsetType = msgspec.UNSET  # unset is not written: files of before stay as they are


_FORMAT: Final = 1
_RECOVERY: Final = b"recovery"


def create(folder: Path, user_name: str, password: str, cost: Cost | None = None) -> tuple[bytes, UserInfo, str]:
    """Make the keys of a new clinic: its store key, its first user, and the recovery key to print.

    The recovery key is not kept anywhere. KnownError when the folder has a clinic. Keys without
    cases, from a creation that was cut off, are put aside and kept.
    """
    _check_name(user_name)
    _check_password(password)
    if (folder / DATABASE).exists():
        raise trouble.already_there(folder)
    key = secrets.token_bytes(KEY_BYTES)
    secret = recovery.new_secret()
    user = _new_user(key, secrets.token_hex(8), _clean(user_name), password, cost or Cost())
    keys = _Keys(_FORMAT, _check_value(key), _wrap(key, recovery.wrapping_key(secret), _RECOVERY), (user,))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if exists(folder):
            (folder / KEYS).replace(folder / f"{KEYS}.{secrets.token_hex(4)}.old")
    except OSError as error:
        raise trouble.from_os(error) from error
    _write(folder, keys)
    return key, UserInfo(user.id, user.name), recovery.as_text(secret)


def exists(folder: Path) -> bool:
    """Return whether the folder has a keys file."""
    return (folder / KEYS).is_file()


def users(folder: Path) -> tuple[UserInfo, ...]:
    """Return those who may open the clinic, in the order they were added."""
    return tuple(UserInfo(user.id, user.name) for user in _read(folder).users)


def unlock(folder: Path, password: str, user: str | None = None) -> tuple[bytes, UserInfo]:
    """Return the store key and who opened it. `user` is a name or id; None tries everyone.

    KnownError when the password opens nothing, and while one has to wait after several that did not.
    """
    keys = _read(folder)
    tries = delay.Tries(folder, keys.check)
    tries.begin()
    for entry in keys.users:
        if user is None or user == entry.id or _same_name(user, entry.name):
            key = _unwrap(entry.key, _password_key(password, entry), entry.id.encode())
            if key is not None:
                tries.forget()
                return _checked(keys, key), UserInfo(entry.id, entry.name)
    raise trouble.wrong_password()


def seconds_to_wait(folder: Path) -> int:
    """Return how many seconds no password is tried, after several wrong ones; 0 when one may be."""
    return delay.Tries(folder, _read(folder).check).seconds() if exists(folder) else 0


def unlock_with_recovery(
    folder: Path, recovery_text: str, user_name: str, new_password: str, cost: Cost | None = None
) -> tuple[bytes, UserInfo]:
    """Open with the printed recovery key and give that person, new or known, a new password.

    InputError when the recovery key is mistyped, KnownError when it is another clinic's.
    """
    keys = _read(folder)
    check_user(user_name, new_password)
    key = _unwrap(keys.recovery, recovery.wrapping_key(recovery.read(recovery_text)), _RECOVERY)
    if key is None:
        raise trouble.wrong_recovery()
    return key, let_in(folder, _checked(keys, key), user_name, new_password, cost)


def let_in(folder: Path, key: bytes, user_name: str, new_password: str, cost: Cost | None = None) -> UserInfo:
    """Give somebody, new or known, a new password: they came back in with the key itself. KnownError for another's."""
    keys = _read(folder)
    check_user(user_name, new_password)
    key = _checked(keys, key)
    known = next((entry for entry in keys.users if _same_name(user_name, entry.name)), None)
    user_id, name = (known.id, known.name) if known else (secrets.token_hex(8), _clean(user_name))
    user = _put_user(folder, keys, _new_user(key, user_id, name, new_password, cost or Cost()))
    delay.Tries(folder, keys.check).forget()
    return user


def new_recovery(folder: Path, key: bytes) -> str:
    """Make another recovery key, to be printed; the one of before opens this keys file no more."""
    keys = _read(folder)
    secret = recovery.new_secret()
    wrapped = _wrap(_checked(keys, key), recovery.wrapping_key(secret), _RECOVERY)
    _write(folder, msgspec.structs.replace(keys, recovery=wrapped))
    return recovery.as_text(secret)


def slot(folder: Path) -> Slot | None:
    """Return what was left for headquarters' printed key; None when nothing was."""
    found = _read(folder).escrow
    return found if isinstance(found, Slot) else None


def leave_slot(folder: Path, key: bytes, left: Slot) -> None:
    """Leave the store key for headquarters' printed key, in place of what was left before."""
    keys = _read(folder)
    _checked(keys, key)
    _write(folder, msgspec.structs.replace(keys, escrow=left))


def check_user(name: str, password: str) -> None:
    """Raise InputError for a name or password that cannot be taken."""
    _check_name(name)
    _check_password(password)


def hide(content: bytes, about: bytes, password: str, cost: Cost | None = None) -> bytes:
    """Return something sealed with a password, at the cost that a password of the keys file has."""
    asked = cost or Cost()
    empty = _Wrapped(secrets.token_bytes(SALT_BYTES), b"", b"")
    user = _User("", "", asked.rounds, asked.memory_kib, asked.lanes, empty)
    wrapped = _wrap(content, _password_key(password, user), about, user.key.salt)
    return msgspec.json.encode(msgspec.structs.replace(user, key=wrapped))


def unhide(sealed: bytes, about: bytes, password: str) -> bytes:
    """Return what `hide` sealed. KnownError when the password is another, or it is damaged."""
    try:
        user = msgspec.json.decode(sealed, type=_User)
    except UNREADABLE as error:
        raise trouble.damaged_keys() from error
    if not _sane(user):
        raise trouble.damaged_keys()
    content = _unwrap(user.key, _password_key(password, user), about)
    if content is None:
        raise trouble.wrong_password()
    return content


def add_user(folder: Path, key: bytes, name: str, password: str, cost: Cost | None = None) -> UserInfo:
    """Let one more person open the clinic. InputError when the name is taken."""
    keys = _read(folder)
    _check_name(name)
    _check_password(password)
    if any(_same_name(name, entry.name) for entry in keys.users):
        raise InputError("user", N_("there is already a user “{name}”"), N_("another name"), name=name)
    if len(keys.users) >= MOST_USERS:
        raise InputError("user", N_("there are too many users"), N_("at most {limit}"), limit=MOST_USERS)
    key = _checked(keys, key)
    return _put_user(folder, keys, _new_user(key, secrets.token_hex(8), _clean(name), password, cost or Cost()))


def change_password(folder: Path, user: str, old: str, new: str, cost: Cost | None = None) -> UserInfo:
    """Change one person's password, given the old one. `user` is a name or id."""
    key, info = unlock(folder, old, user)
    _check_password(new)
    return _put_user(folder, _read(folder), _new_user(key, info.id, info.name, new, cost or Cost()))


def reset_password(folder: Path, key: bytes, user: str, new: str, cost: Cost | None = None) -> UserInfo:
    """Give somebody another password without their old one. `user` is an id. InputError when there is none."""
    keys = _read(folder)
    key = _checked(keys, key)
    _check_password(new)
    known = next((entry for entry in keys.users if entry.id == user), None)
    if known is None:
        raise InputError("user", N_("there is no such user"))
    return _put_user(folder, keys, _new_user(key, known.id, known.name, new, cost or Cost()))


def remove_users(folder: Path, key: bytes, gone: Collection[str]) -> None:
    """Take away what the passwords of some users open, by their ids; ids that are not there change nothing."""
    keys = _read(folder)
    _checked(keys, key)
    stay = tuple(entry for entry in keys.users if entry.id not in gone)
    if stay and stay != keys.users:
        _write(folder, msgspec.structs.replace(keys, users=stay))


def temporary_password() -> str:
    """Return a random password to be told to somebody, who changes it: three groups of four signs."""
    signs = recovery.new_secret()[:12]
    return "-".join(signs[i : i + 4] for i in range(0, 12, 4))


def check_key(folder: Path, key: bytes) -> None:
    """Raise KnownError unless this is the key of the clinic in the folder."""
    _checked(_read(folder), key)


def _new_user(key: bytes, user_id: str, name: str, password: str, cost: Cost) -> _User:
    salt = secrets.token_bytes(SALT_BYTES)
    empty = _Wrapped(salt, b"", b"")
    user = _User(user_id, name, cost.rounds, cost.memory_kib, cost.lanes, empty)
    return msgspec.structs.replace(user, key=_wrap(key, _password_key(password, user), user_id.encode(), salt))


def _put_user(folder: Path, keys: _Keys, user: _User) -> UserInfo:
    if any(entry.id == user.id for entry in keys.users):
        everyone = tuple(user if entry.id == user.id else entry for entry in keys.users)
    else:
        everyone = (*keys.users, user)
    _write(folder, msgspec.structs.replace(keys, users=everyone))
    return UserInfo(user.id, user.name)


def _password_key(password: str, user: _User) -> bytes:
    # NFKC: the same password typed on another keyboard must give the same bytes
    secret = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    try:
        return hash_secret_raw(secret, user.key.salt, user.rounds, user.memory_kib, user.lanes, KEY_BYTES, Type.ID)
    except HashingError as error:
        raise trouble.damaged_keys() from error


def _wrap(key: bytes, wrapping: bytes, about: bytes, salt: bytes = b"") -> _Wrapped:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _Wrapped(salt, nonce, AESGCM(wrapping).encrypt(nonce, key, about))


def _unwrap(wrapped: _Wrapped, wrapping: bytes, about: bytes) -> bytes | None:
    try:
        return AESGCM(wrapping).decrypt(wrapped.nonce, wrapped.sealed, about)
    except (InvalidTag, ValueError):
        return None


def _check_value(key: bytes) -> bytes:
    return hmac.digest(key, b"clinic store key check", "sha256")


def _checked(keys: _Keys, key: bytes) -> bytes:
    if len(key) != KEY_BYTES or not hmac.compare_digest(keys.check, _check_value(key)):
        raise trouble.wrong_key()
    return key


def _checksum(keys: _Keys) -> bytes:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(keys, checksum=b""))).digest()


def _write(folder: Path, keys: _Keys) -> None:
    whole = msgspec.structs.replace(keys, checksum=_checksum(keys))
    path, former = folder / KEYS, folder / FORMER_KEYS
    try:
        with suppress(OSError):  # a disk without such names: the former keys are removed, not written over
            former.unlink(missing_ok=True)
            former.hardlink_to(path)
        replace(path, msgspec.json.format(msgspec.json.encode(whole)))
        with suppress(OSError):
            shred(former)  # a password that was changed, or a person who was removed, is not left lying on the disk
    except OSError as error:
        raise trouble.from_os(error) from error


def _read(folder: Path) -> _Keys:
    path = folder / KEYS
    if (folder / WIPING).exists():
        raise trouble.being_wiped()
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise trouble.damaged_keys()
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise trouble.no_clinic(folder) from error
    except OSError as error:
        raise trouble.from_os(error) from error
    try:
        found = msgspec.json.decode(content)
        version = found.get("format") if isinstance(found, dict) else None
        if isinstance(version, int) and version > _FORMAT:
            raise trouble.too_new(version, _FORMAT)
        keys = msgspec.json.decode(content, type=_Keys)
    except UNREADABLE as error:
        raise trouble.damaged_keys() from error
    if not all(map(_sane, keys.users)) or not hmac.compare_digest(keys.checksum, _checksum(keys)):
        raise trouble.damaged_keys()
    return keys


def _sane(user: _User) -> bool:
    """Return whether what trying a password costs is something that this computer can pay."""
    cheap = user.lanes >= 1 and 8 * user.lanes <= user.memory_kib <= MOST_MEMORY_KIB
    return cheap and 1 <= user.rounds <= MOST_ROUNDS


def _clean(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _same_name(one: str, other: str) -> bool:
    return _clean(one).casefold() == _clean(other).casefold()


def _check_name(name: str) -> None:
    if not _clean(name) or len(_clean(name)) > 80 or not _clean(name).isprintable():  # noqa: PLR2004 - a line's width
        raise InputError("user", N_("the name cannot be taken"), N_("a name of 1 to 80 letters"))


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(
            "password", N_("the password is too short"), N_("at least {limit} characters"), limit=SHORTEST_PASSWORD
        )
