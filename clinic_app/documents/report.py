"""The report of counts on paper: what a clinic did in a time, as it may be handed on."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import SMALL, WIDTH
from clinic_app.documents.parts import cell
from clinic_app.domain.packet import Paper
from clinic_app.domain.report import LEAST, Count, Report
from clinic_app.i18n import Words, words

_NUMBER = 26 * mm


def render(report: Report, language: str, paper: Paper) -> bytes:
    """Return the report as PDF; what is kept back in it is told as such."""
    w = words(language)
    title = w("Report")
    marks = Marks(
        folio=report.clinic,
        numbering=w("p. {page} / {pages}"),
        language=language,
        creator="labor-clinic",
        title=title,
    )
    return bind([Bound(title, lambda: list(_parts(report, w)))], paper, marks).pdf


def _parts(report: Report, w: Words) -> Iterator[Flowable]:
    yield parts.title(w("Report"))
    yield parts.text(report.clinic)
    span = {"first": w.date(report.first, weekday=False), "last": w.date(report.last, weekday=False)}
    yield parts.text(w("From {first} to {last}", **span))
    yield parts.text(w("Every number is counted from what was written down in the cases."), SMALL)
    yield parts.gap(2)
    yield _table(report.headline, w)
    for one in report.sums:
        low, high = w.money(one.low, report.currency), w.money(one.high, report.currency)
        yield parts.text(f"{w(one.label)}: {low if low == high else f'{low} – {high}'}")
    if report.days_to_filing is not None:
        yield parts.text(w("Days from opening to filing, median: {days}", days=report.days_to_filing))
    for block in report.blocks:
        yield parts.together(parts.heading(w(block.title)), _table(block.lines, w))
    if any(line.number is None for block in report.blocks for line in block.lines):
        note = w("“<{least}” stands for a small number, or for one that would give it away.", least=LEAST)
        yield parts.text(note, SMALL)


def _table(lines: tuple[Count, ...], w: Words) -> Flowable:
    rows = [[cell(w.say(c.label)), cell(_number(c), right=True)] for c in lines]
    return parts.table(rows, (WIDTH - _NUMBER, _NUMBER), head=0)


def _number(count: Count) -> str:
    return f"<{LEAST}" if count.number is None else str(count.number)
