"""What was handed over: written down with each print, read again when papers are added later.

A number that was printed on a piece of evidence stays with it. When two computers printed without knowing
of each other, the older print keeps its numbers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from clinic_app.documents import seal
from clinic_app.domain.packet import Held, HeldPaper
from clinic_app.domain.work import Printed
from clinic_app.errors import InputError
from clinic_app.words import N_


def to_text(held: Held) -> str:
    """Return what a bundle held as text for its record."""
    return json.dumps(
        {
            "on": held.on.isoformat(),
            "papers": [[paper.name, paper.first, paper.last] for paper in held.papers],
            "exhibits": dict(held.exhibits),
            "pages": held.pages,
            "codes": list(held.codes),
            "after": held.after,
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def from_text(text: str) -> Held:
    """Return what a record says that a bundle held."""
    raw = json.loads(text)
    return Held(
        dt.date.fromisoformat(raw["on"]),
        tuple(HeldPaper(name, first, last) for name, first, last in raw["papers"]),
        dict(raw["exhibits"]),
        int(raw["pages"]),
        tuple(raw["codes"]),
        str(raw["after"]),
    )


def numbers(prints: Sequence[Printed]) -> dict[str, int]:
    """Return the numbers that pieces of evidence have on printed papers, by the id of their row.

    `prints` come as the store gives them, the latest first. No number is given twice.
    """
    kept: dict[str, int] = {}
    for held in (from_text(done.held) for done in reversed(prints) if done.held):
        taken = set(kept.values())
        kept |= {row: number for row, number in held.exhibits.items() if row not in kept and number not in taken}
    return kept


def before(prints: Sequence[Printed], code: str) -> Held:
    """Return the bundle with this code, or the last one that was added behind it; InputError when none is known.

    What was added later goes behind everything that was handed over, so that no page number is used twice.
    """
    bundles = [from_text(done.held) for done in reversed(prints) if done.held]
    first = next((held for held in bundles if any(seal.same_code(code, own) for own in held.codes)), None)
    if first is None:
        raise InputError(
            "--late-after",
            N_("no papers of this case with the code “{code}” were noted as printed"),
            N_("the code at the foot of the papers that were handed over"),
            code=code,
        )
    root = first.after or first.codes[0]
    behind = [held for held in bundles if held.after == root or root in held.codes]
    return max(behind, key=lambda held: held.pages)
