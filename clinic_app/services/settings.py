"""What a clinic sets for itself: its usual sheet of paper, whose rule books it takes."""

from __future__ import annotations

from typing import Final

from clinic_app.domain.changes import Changes
from clinic_app.domain.packet import Paper
from clinic_app.rules.signing import TrustedKey
from clinic_app.services import packet
from clinic_app.services.clinic import Clinic

_PAPER: Final = "usual_paper"
_CHANGED: Final = Changes(frozenset({"clinic"}))


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
