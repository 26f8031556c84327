"""What two records say differently, as papers print it: never hidden, never decided here.

Safety, contacts and consent are not told on any paper; of a fact asked in private nothing is told either.
"""

from __future__ import annotations

import re
from typing import Final

from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.design import SMALL, TABLE
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice
from clinic_app.domain.catalogue import BY_ID
from clinic_app.domain.differences import Difference, Said
from clinic_app.domain.fields import Kind, Merge
from clinic_app.domain.values import Answer, Empty

TOLD: Final = frozenset({"job", "pay", "earlier_pay", "hours", "employers", "events", "evidence", "answers"})
"""The sections of which a difference is printed."""

_PATH: Final = re.compile(r"(?P<section>[a-z_]+)(?:\[(?P<row>[^\]]*)\])?\.(?P<field>\w+)\Z")


def told(v: Voice, *paths: str) -> tuple[Difference, ...]:
    """Return the differences that papers may tell: all, or those at these paths and below them."""
    return tuple(
        found
        for found in v.source.differences
        if _may_tell(v, found) and (not paths or any(_below(found.path, path) for path in paths))
    )


def note(v: Voice, found: Difference) -> str:
    """Return a difference in a sentence: every value with who wrote it and when."""
    values = "; ".join(_said(v, found, said) for said in found.values)
    return v.w("Two records differ: {question} {values}.", question=_question(v, found), values=values)


def consequence(v: Voice) -> str:
    """Return what holds until someone decides."""
    return v.w("Until it is decided, the earlier last day counts, and amounts are shown as a range.")


def box(v: Voice) -> list[Flowable]:
    """Return every difference in a box, for papers with figures and last days."""
    found = told(v)
    if not found:
        return []
    heading = v.w("Two records differ, and nobody has decided yet")
    lines = [cell(note(v, each)) for each in found]
    return [parts.box(cell(heading, bold=True, size=TABLE + 1.5), *lines, cell(consequence(v))), parts.gap(3)]


def small(v: Voice, *paths: str) -> list[Flowable]:
    """Return the differences at these paths in small letters, for forms and lists."""
    found = told(v, *paths)
    lines = [*(note(v, each) for each in found), consequence(v)] if found else []
    return [cell(line, size=SMALL) for line in lines]


def short_lines(v: Voice) -> list[str]:
    """Return the same in a few plain words, to be read aloud; who wrote what is not told."""
    lines = [v.w("Two papers say different things: {question}", question=_question(v, found)) for found in told(v)]
    return [*lines, v.w("Until this is clear we count with the earlier day.")] if lines else []


def _question(v: Voice, found: Difference) -> str:
    """Return the words of what differs; those of a rule book's question stand in the book alone."""
    section, _, field = found.path.partition(".")
    return v.say(found.label) or (v.question(field) if section == "answers" else field)


def _said(v: Voice, found: Difference, said: Said) -> str:
    words = _answer(v, found.path, said.answer)
    when = v.short(said.at.date())
    by = v.w("{who}, {date}", who=said.who, date=when) if said.who else when
    return v.w("“{answer}” ({by})", answer=words, by=by)


def _answer(v: Voice, path: str, answer: Answer) -> str:
    parsed = _PATH.match(path)
    if parsed is None or isinstance(answer, Empty):
        return v.reply("", answer)
    if parsed["section"] == "answers":
        return v.reply(parsed["field"], answer)
    field = BY_ID[parsed["section"]].field(parsed["field"])
    words = v.answer(field, answer)
    return v.own(words) if field.kind in {Kind.TEXT, Kind.LONG_TEXT} else words


def _may_tell(v: Voice, found: Difference) -> bool:
    section = found.path.partition(".")[0].partition("[")[0]
    return section in TOLD and found.merge is not Merge.STRICT and v.may_print(found.path)


def _below(path: str, above: str) -> bool:
    return path == above or path.startswith((f"{above}.", f"{above}["))
