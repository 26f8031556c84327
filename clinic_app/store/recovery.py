"""The recovery key: 130 random bits as seven groups of four signs that survive pen, paper and typing.

The signs leave out I, L, O and U. Two of them check the others, so a slip of the hand is told from
a wrong sheet of paper.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clinic_app.errors import InputError
from clinic_app.words import N_

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES: Final = str.maketrans("OILU", "011V")
_SECRET: Final = 26
_CHECK: Final = 2
_GROUP: Final = 4


def new_secret() -> str:
    """Return 26 random signs of five bits each."""
    return "".join(secrets.choice(SIGNS) for _ in range(_SECRET))


def as_text(secret: str) -> str:
    """Return the secret and its check signs in groups, as it is printed."""
    whole = secret + _check(secret)
    return "-".join(whole[i : i + _GROUP] for i in range(0, len(whole), _GROUP))


def read(text: str) -> str:
    """Return the secret of a typed recovery key; case, spaces, dashes and look-alike signs do not matter.

    InputError when signs are missing, impossible or do not check.
    """
    signs = "".join(c for c in text.upper() if c.isalnum()).translate(_LOOKALIKES)
    secret, check = signs[:_SECRET], signs[_SECRET:]
    if len(signs) != _SECRET + _CHECK or any(c not in SIGNS for c in signs) or check != _check(secret):
        raise InputError(
            "recovery_key",
            N_("the recovery key is not typed as it is printed"),
            N_("seven groups of four letters and digits; compare each group with the sheet"),
        )
    return secret


def wrapping_key(secret: str) -> bytes:
    """Return the key that seals the store key. The secret is random, so it needs no slow hash."""
    return HKDF(SHA256(), 32, None, b"clinic recovery key 1").derive(secret.encode())


def _check(secret: str) -> str:
    number = int.from_bytes(hashlib.sha256(b"clinic recovery check" + secret.encode()).digest()[:2], "big")
    return SIGNS[number >> 5 & 31] + SIGNS[number & 31]
