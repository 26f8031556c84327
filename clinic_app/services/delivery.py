"""The small papers and files around a meeting with headquarters: the slip, and the files of enrolment."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from clinic_app.documents import delivery
from clinic_app.domain.packet import Paper
from clinic_app.errors import InputError
from clinic_app.services.syncing import Slip
from clinic_app.words import N_

MOST_CARD_BYTES: Final = 1024 * 1024


def slip(left: Slip, language: str, paper: Paper) -> bytes:
    """Return the slip of what was left, as PDF."""
    told = delivery.Delivery(
        left.headquarters, left.clinic, left.computer, left.at, left.changes, left.files, left.volumes, left.words
    )
    return delivery.slip(told, language, paper)


def read_card(path: Path) -> bytes:
    """Return the file that headquarters made. InputError when it cannot be read or is no such file by its size."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_CARD_BYTES + 1)
    except OSError as error:
        raise InputError(
            str(path),
            N_("the file cannot be read: {why}"),
            N_("the file that headquarters made"),
            why=error.strerror or type(error).__name__,
        ) from error
    if len(content) > MOST_CARD_BYTES:
        raise InputError(str(path), N_("the file is too large"), N_("the file that headquarters made"))
    return content
