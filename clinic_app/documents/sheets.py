"""Single sheets that belong to the clinic, not to a case: the sheet with the recovery key."""

from __future__ import annotations

import datetime as dt

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import mono
from clinic_app.domain.packet import Paper
from clinic_app.i18n import Words, words


def recovery_sheet(clinic_name: str, recovery_key: str, language: str, paper: Paper, prepared_on: dt.date) -> bytes:
    """Return the one sheet on which the recovery key is kept, as PDF."""
    w = words(language)
    marks = Marks(
        folio="", numbering=w("p. {page} / {pages}"), language=language, creator="labor-clinic", title=w("Recovery key")
    )
    return bind([Bound(w("Recovery key"), lambda: _parts(w, clinic_name, recovery_key, prepared_on))], paper, marks).pdf


def _parts(w: Words, clinic_name: str, recovery_key: str, prepared_on: dt.date) -> list[Flowable]:
    return [
        parts.title(w("Recovery key")),
        parts.text(clinic_name),
        parts.text(w("Made on {date}", date=w.date(prepared_on))),
        parts.gap(4),
        parts.box(parts.para(mono(17), recovery_key), padding=6 * mm),
        parts.gap(5),
        parts.text(w("With this key you can open the clinic's records when every password is lost.")),
        parts.heading(w("Keep it well")),
        *parts.bullets(
            [
                w("Keep this sheet locked away, in another place than the computer."),
                w("Whoever holds this key can read every case. Do not photograph it. Do not send it."),
                w("Without a password and without this key, nobody can open the records. Not even we."),
                w("If the sheet is lost or seen by others, make a new key at once."),
            ]
        ),
        parts.heading(w("How to use it")),
        *parts.bullets(
            [
                w("On the first screen, choose “{button}”.", button=w("I forgot the password")),
                w("Type the key as it stands here. Dashes and spaces do not matter."),
                w("Choose a new password."),
            ]
        ),
        parts.to_write(w("Kept by: name, place, signature")),
    ]
