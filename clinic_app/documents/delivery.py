"""The slip of a bundle that was left for headquarters: what it holds, and six words to compare by telephone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import mono
from clinic_app.domain.packet import Paper
from clinic_app.i18n import Words, words


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the slip says. `at` is the moment of the bundle, with its time zone."""

    headquarters: str
    clinic: str
    computer: str
    at: dt.datetime
    changes: int
    files: int
    bundles: int
    words: str


def slip(delivery: Delivery, language: str, paper: Paper) -> bytes:
    """Return the slip as PDF: one sheet without the name of any worker."""
    w = words(language)
    title = w("Slip of what was left for headquarters")
    marks = Marks(folio="", numbering=w("p. {page} / {pages}"), language=language, creator="labor-clinic", title=title)
    return bind([Bound(title, lambda: _parts(w, title, delivery))], paper, marks).pdf


def _parts(w: Words, title: str, one: Delivery) -> list[Flowable]:
    at = one.at.astimezone()
    lines = (
        w("For: {name}", name=one.headquarters),
        w("From: {computer}, {clinic}", computer=one.computer, clinic=one.clinic),
        w("Day and time: {day}, {time}", day=w.date(at.date()), time=f"{at:%H:%M}"),
        w("Changes: {count}", count=one.changes),
        w("Parts of photos and papers: {count}", count=one.files),
        w("Bundles on the stick: {count}", count=one.bundles),
    )
    return [
        parts.title(title),
        *(parts.text(line) for line in lines),
        parts.gap(4),
        parts.heading(w("Six words to compare by telephone")),
        parts.box(parts.para(mono(17), one.words), padding=6 * mm),
        parts.gap(4),
        parts.text(w("The stick is locked: only headquarters and the computers of this clinic can read it.")),
        parts.text(w("Keep this slip until headquarters says that it was received.")),
        parts.to_write(w("Carried by: name, day, signature")),
        parts.to_write(w("Received by: name, date, stamp")),
    ]
