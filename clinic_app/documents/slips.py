"""The small papers of the desk: the consent sheet, and the slip for papers that are handed over.

Each consent is a tick of its own; what was not asked stays empty, and empty means no.
"""

from __future__ import annotations

from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.design import BODY, TABLE, WIDTH
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice
from clinic_app.words import N_

CONSENTS: Final = {
    "keep_record": ("⌂", N_("Keep my data in this clinic")),
    "statistics": ("Σ", N_("Count my case in figures, without my name")),
    "share_with_authority": ("⚖", N_("Give my papers to the authority named below")),
    "contact_employer": ("☎", N_("Write or speak to my employer")),
    "show_name": ("✎", N_("Show my name to my employer")),
    "photo": ("◉", N_("Take photos of me or of my papers")),
    "press": ("☰", N_("Tell my case to the press")),
}
"""What is asked, one tick each, by its field in the case: a sign for those who read little, and words."""

_RECEIPT_LINES: Final = 4


def consent(v: Voice) -> list[Flowable]:
    """Return the consent sheet, ticked as the case notes it; the worker keeps a copy."""
    w = v.w
    half = WIDTH / 2 - 5 * mm
    record = v.case.section("consent")
    asked = v.value("consent", "recorded_on")
    language, interpreter = v.value("consent", "language"), v.own(v.value("consent", "interpreter"))
    return [
        parts.title(w("What I agree to")),
        parts.text(" · ".join(part for part in (v.name, v.folio, v.source.clinic_name) if part)),
        parts.text(w("Each line is asked on its own. An empty line means no. I get help also when I say no.")),
        parts.table(
            [
                (
                    cell(""),
                    cell(w("May the clinic do this?"), bold=True),
                    cell(w("Yes"), bold=True),
                    cell(w("No"), bold=True),
                ),
                *(_asked(v, sign, words, record.text(field)) for field, (sign, words) in CONSENTS.items()),
            ],
            (12 * mm, WIDTH - 52 * mm, 20 * mm, 20 * mm),
        ),
        parts.gap(2),
        parts.columns(
            _written(w("The authority"), v.value("consent", "authority"), half),
            _written(w("This is valid until"), v.value("consent", "valid_until"), half),
            widths=(half + 10 * mm, half),
        ),
        parts.heading(w("I can change my mind")),
        parts.text(w("I can take back each yes at any time. I tell the clinic, in any way. From then on it stops.")),
        parts.text(w("What was already given away cannot always be called back.")),
        *([parts.text(w("Asked on {date}.", date=asked), TABLE + 1)] if asked else []),
        *([parts.text(w("Asked in this language: {language}.", language=language), TABLE + 1)] if language else []),
        parts.together(
            parts.columns(
                parts.box(cell(w("My signature or thumbprint")), width=half, height=26 * mm),
                [parts.to_write(w("Place"), half), parts.to_write(w("Date"), half)],
                widths=(half + 10 * mm, half),
            ),
            parts.gap(2),
            parts.columns(
                [parts.to_write(w("Asked by: name and signature"), half)],
                [
                    parts.to_write(
                        w("Interpreter: {name}", name=interpreter)
                        if interpreter
                        else w("Interpreter: name and signature"),
                        half,
                    )
                ],
                widths=(half + 10 * mm, half),
            ),
        ),
    ]


def receipt(v: Voice) -> list[Flowable]:
    """Return two slips on one sheet, with a line to tear along: one for the worker, one for the clinic."""
    return [*_receipt(v, v.w("For the worker")), parts.tear_line(), *_receipt(v, v.w("For the clinic"))]


def _written(label: str, value: str, width: float) -> list[Flowable]:
    """Return a line to write on; what the case knows already stands on it."""
    if not value:
        return [parts.to_write(label, width)]
    return [cell(value, size=BODY), parts.to_write(label, width, above=0)]


def _asked(v: Voice, sign: str, words: str, answer: str) -> tuple[Flowable, ...]:
    yes, no = ("☒" if answer == "yes" else "☐"), ("☒" if answer == "no" else "☐")
    return cell(sign, size=BODY + 3), cell(v.w(words), size=BODY), cell(yes, size=BODY + 3), cell(no, size=BODY + 3)


def _receipt(v: Voice, who: str) -> list[Flowable]:
    w = v.w
    half = WIDTH / 2 - 5 * mm
    rows = [
        [cell(head, bold=True) for head in (w("Paper"), w("Original"), w("Copy"), w("Received"), w("Given back"))],
        *([cell("\n"), cell("☐"), cell("☐"), cell("☐"), cell("☐")] for _ in range(_RECEIPT_LINES)),
    ]
    return [
        parts.title(f"{w('Receipt for papers')} · {who}", 14),
        parts.text(f"{v.name} · {v.folio}", TABLE + 1),
        parts.table(rows, (WIDTH - 92 * mm, 20 * mm, 18 * mm, 24 * mm, 30 * mm)),
        parts.columns(
            [parts.to_write(w("Given by: name and signature"), half, size=TABLE + 1)],
            [parts.to_write(w("Received by: name and signature"), half, size=TABLE + 1)],
            widths=(half + 10 * mm, half),
        ),
        parts.columns(
            [parts.to_write(w("Place"), half, size=TABLE + 1)],
            [parts.to_write(w("Date"), half, size=TABLE + 1)],
            widths=(half + 10 * mm, half),
        ),
    ]
