"""The kept figures of a law check as the journal holds them: one JSON text, one spelling for one content."""

from __future__ import annotations

import msgspec

from clinic_app.domain.kept import Kept


def to_text(kept: Kept) -> str:
    """Return the journal's form; the same figures give the same text."""
    return msgspec.json.encode(kept, order="deterministic").decode()


def from_text(text: str) -> Kept:
    """Return the figures of the journal's form."""
    return msgspec.json.decode(text.encode(), type=Kept)
