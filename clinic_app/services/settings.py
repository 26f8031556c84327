"""What a clinic sets for itself: who may open it, its usual sheet of paper, whose rule books it takes.

A password is only ever asked for where it is used; none is kept.
"""

from __future__ import annotations

from typing import Final

from clinic_app.domain.changes import Changes
from clinic_app.domain.packet import Paper
from clinic_app.domain.views import UserInfo
from clinic_app.errors import InputError
from clinic_app.rules.signing import TrustedKey
from clinic_app.services import clinic as clinics
from clinic_app.services import packet
from clinic_app.services.clinic import Clinic
from clinic_app.store import vault
from clinic_app.words import N_

_PAPER: Final = "usual_paper"
_CHANGED: Final = Changes(frozenset({"clinic"}))


def users(clinic: Clinic) -> tuple[UserInfo, ...]:
    """Return who may open the clinic."""
    return vault.users(clinic.folder)


def add_user(clinic: Clinic, name: str, password: str, own_password: str) -> Changes:
    """Let one more person open the clinic. Whoever works proves it with their own password.

    InputError for a name or password that cannot be taken, KnownError when the own password is another.
    """
    clinics.check_password(password)
    key, _ = vault.unlock(clinic.folder, own_password, clinic.user.id)
    vault.add_user(clinic.folder, key, name, password)
    return _CHANGED


def change_password(clinic: Clinic, old: str, new: str) -> Changes:
    """Change the password of whoever works. KnownError when the old one is another.

    InputError in the practice clinic: its password is known to everybody, and opens it.
    """
    if clinic.info.practice:
        raise InputError("password", N_("the practice clinic keeps its password"))
    clinics.check_password(new)
    vault.change_password(clinic.folder, clinic.user.id, old, new)
    return _CHANGED


def paper(clinic: Clinic, place: str = "") -> Paper:
    """Return the usual sheet: the one that was set here, else that of a case's place, else that of the clinic's."""
    kept = clinic.store.remembered(_PAPER)
    return Paper(kept) if kept else packet.default_paper(place or clinic.info.place, clinic.books)


def set_paper(clinic: Clinic, chosen: Paper) -> Changes:
    """Set the usual sheet of this computer."""
    clinic.store.remember(_PAPER, chosen.value)
    return _CHANGED


def trusted(clinic: Clinic) -> tuple[tuple[str, str], ...]:
    """Return the name and the fingerprint of each key whose rule books the clinic takes."""
    return tuple((key.name, key.fingerprint) for key in clinic.shelf.trusted)


Key = TrustedKey
"""The public half of a key, for whoever shows its fingerprint before it is trusted."""
