"""What every paper says that uses a legal value past its expected change: which, with the value used."""

from __future__ import annotations

from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.design import SMALL, TABLE
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice


def lines(v: Voice) -> list[str]:
    """Return one sentence for each such value; none when all are of their time."""
    return [
        v.w(
            "{title}: {value} was used; a new value was due on {date}.",
            title=v.say(old.title),
            value=v.figures(old.value),
            date=v.date(old.since),
        )
        for old in v.law.stale
    ]


def short_lines(v: Voice) -> list[str]:
    """Return the same in a few plain words, to be read aloud."""
    return [
        v.w("{title}: we used {value}. It may be old.", title=v.say(old.title), value=v.figures(old.value))
        for old in v.law.stale
    ]


def box(v: Voice) -> list[Flowable]:
    """Return the warning in a box, for papers with tables of figures."""
    said = lines(v)
    if not said:
        return []
    warning = v.w("These figures may be out of date")
    return [parts.box(cell(warning, bold=True, size=TABLE + 1.5), *(cell(line) for line in said)), parts.gap(3)]


def note(v: Voice) -> list[Flowable]:
    """Return the same in small letters, for letters."""
    return [cell(line, size=SMALL) for line in lines(v)]
