"""Papers for teaching: the sheet for whoever plays the worker, the answer key, and the list of scores.

Black and white, and marked as practice: nobody in them is real. What the law gives stands as the law check says it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts
from clinic_app.documents.binding import Bound, Marks, bind
from clinic_app.documents.design import SMALL, WIDTH
from clinic_app.documents.parts import Bold, cell
from clinic_app.domain.assessment import Amount, Assessment
from clinic_app.domain.edtf import Edtf
from clinic_app.domain.fields import Field, Kind, Label, options
from clinic_app.domain.packet import Paper
from clinic_app.domain.practice import PASSED_FROM, FactMark, KeptScore, PracticeCase
from clinic_app.domain.values import Answer, Empty, Span, Text
from clinic_app.i18n import Words, words
from clinic_app.words import N_

HEADS: Final = (
    N_("Trainee"),
    N_("Date"),
    N_("Story"),
    N_("Nothing missed"),
    N_("Nothing invented"),
    N_("Facts right"),
    N_("Deadline"),
    N_("Consent asked"),
    N_("Safety asked"),
    N_("Result"),
)
"""The columns of the list of scores."""

_WIDTHS: Final = (28, 22, 30, 16, 16, 16, 13, 12, 12, 0)


def role_play(story: PracticeCase, language: str, paper: Paper, on: dt.date) -> bytes:
    """Return the sheet for whoever plays the worker, as PDF; the days are those of a telling on that day."""
    w = words(language, story.place)
    return _bound(w("Role play"), story, w, paper, lambda: list(_role(story, w, on)))


def answer_key(
    story: PracticeCase,
    facts: Sequence[FactMark],
    assessment: Assessment,
    language: str,
    paper: Paper,
    on: dt.date,
) -> bytes:
    """Return the sheet for the instructor, as PDF."""
    w = words(language, story.place)
    return _bound(w("Answer key"), story, w, paper, lambda: list(_key(story, facts, assessment, w, on)))


def scores(clinic: str, lines: Sequence[KeptScore], language: str, paper: Paper, on: dt.date) -> bytes:
    """Return the instructor's list, as PDF."""
    w = words(language)
    title = w("Practice scores")
    marks = _marks(clinic, title, w)
    return bind([Bound(title, lambda: list(_list(clinic, lines, w, on)))], paper, marks).pdf


def cells(line: KeptScore, say: Callable[[Label], str], language: str) -> list[str | int]:
    """Return one line of the list as the cells of a table."""
    w = words(language)
    return [
        line.trainee,
        w.short_date(line.on),
        w.say(line.title),
        percent(line.detection),
        percent(line.precision),
        f"{line.facts_right}/{line.facts}",
        "–" if line.deadline is None else say(_yes(line.deadline)),
        say(_yes(line.consent)),
        say(_yes(line.safety)),
        say(N_("Passed") if line.passed else N_("Not yet")),
    ]


def percent(part: Fraction) -> str:
    """Return a part of one in per cent, rounded down: nobody passes by rounding."""
    return f"{int(part * 100)} %"


def show(answer: Answer, field: Field, w: Words) -> str:
    """Return an answer in words."""
    if isinstance(answer, Empty):
        return w(_EMPTIES[answer])
    if isinstance(answer, Edtf):
        return w.told(answer)
    if isinstance(answer, Span):
        return f"{w.number(answer.low)} – {w.number(answer.high)}"
    if isinstance(answer, tuple):
        return w.many("{count} line", "{count} lines", len(answer))
    named = {choice.code: choice.label for choice in options(field)} if field.kind in _PICKED else {}
    return w.say(named.get(str(answer), {w.language: str(answer)}))


_PICKED: Final = {Kind.CHOICE, Kind.YES_NO}
_EMPTIES: Final = {
    Empty.NOT_ASKED: N_("Not asked"),
    Empty.DOES_NOT_KNOW: N_("Does not know"),
    Empty.PREFERS_NOT_TO_SAY: N_("Prefers not to say"),
    Empty.NOT_APPLICABLE: N_("Does not apply"),
}


def _yes(value: bool) -> str:  # noqa: FBT001 - it turns a truth into a word
    return N_("Yes") if value else N_("No")


def _bound(title: str, story: PracticeCase, w: Words, paper: Paper, make: Callable[[], list[Flowable]]) -> bytes:
    return bind([Bound(title, make)], paper, _marks(w.say(story.title), title, w)).pdf


def _marks(folio: str, title: str, w: Words) -> Marks:
    return Marks(
        folio=folio,
        numbering=w("p. {page} / {pages}"),
        practice=w("PRACTICE"),
        language=w.language,
        creator="labor-clinic",
        title=title,
    )


def _told(story: PracticeCase, text: Text, w: Words, on: dt.date) -> str:
    return w.say(story.told(text, on, w.told))


def _role(story: PracticeCase, w: Words, on: dt.date) -> Iterator[Flowable]:
    yield parts.title(w("Role play"))
    yield parts.text(w.say(story.title))
    yield parts.text(w("You play the worker. Everybody in this story is invented."), SMALL)
    yield parts.text(w("For an interview on {date}.", date=w.date(on)), SMALL)
    yield parts.heading(w("Tell this, in your own words"))
    yield parts.box(parts.text(_told(story, story.story, w, on)))
    yield parts.heading(w("Say this only when you are asked"))
    rows = [[cell(Bold(w("When asked"))), cell(Bold(w("You say")))]]
    rows += [[cell(_told(story, one.asked, w, on)), cell(_told(story, one.answer, w, on))] for one in story.asked]
    yield parts.table(rows, (WIDTH * 0.42, WIDTH * 0.58))
    if story.papers:
        yield parts.heading(w("Papers that you can show"))
        yield from parts.bullets([_told(story, paper, w, on) for paper in story.papers])
    yield parts.heading(w("How to play"))
    yield from parts.bullets(
        [
            w("What is not on this sheet you do not know: say so."),
            w("Be as hurried, shy or angry as people are. Never make it a quiz."),
            w("At the end say how it felt: were you asked whether it is safe, and for each permission?"),
        ]
    )


def _key(
    story: PracticeCase, facts: Sequence[FactMark], assessment: Assessment, w: Words, on: dt.date
) -> Iterator[Flowable]:
    yield parts.title(w("Answer key"))
    yield parts.text(w.say(story.title))
    yield parts.text(w("For the instructor. Not for the trainee before the interview."), SMALL)
    yield parts.text(w("For an interview on {date}.", date=w.date(on)), SMALL)
    yield parts.text(w("What it teaches: {what}", what=w.say(story.teaches)))
    yield parts.heading(w("Facts to write down"))
    yield _facts(facts, story, w, on)
    yield parts.heading(w("Violations that a reviewer confirmed"))
    titles = {finding.rule: finding for finding in assessment.findings}
    told = [titles[rule] for rule in story.confirmed if rule in titles]
    yield from parts.bullets([f"{w.say(finding.title)} ({finding.cite})" for finding in told])
    yield parts.heading(w("What the law check says of this key"))
    yield from _money(assessment.amounts, assessment, w)
    for deadline in sorted(assessment.deadlines, key=lambda d: d.safe_date):
        yield parts.text(f"{w.say(deadline.label)}: {w.date(deadline.safe_date)} ({deadline.cite})", SMALL)
    yield parts.heading(w("When it is passed"))
    most = percent(PASSED_FROM)
    yield from parts.bullets(
        [
            w("Nothing missed: confirmed violations that the interview finds, at least {part}.", part=most),
            w("Nothing invented: found violations that are confirmed, at least {part}.", part=most),
            w("Safety and each permission were asked. Talk about every fact that was missed, and why it matters."),
        ]
    )


def _facts(facts: Sequence[FactMark], story: PracticeCase, w: Words, on: dt.date) -> Flowable:
    rows = [[cell(Bold(w("Question"))), cell(Bold(w("Answer"))), cell(Bold(w("What the worker says")))]]
    for fact in facts:
        shown = show(fact.expected, fact.field, w)
        rows.append([cell(w.say(fact.field.label)), cell(shown), cell(_told(story, fact.said, w, on))])
    return parts.table(rows, (WIDTH * 0.34, WIDTH * 0.24, WIDTH * 0.42))


def _money(amounts: Sequence[Amount], assessment: Assessment, w: Words) -> Iterator[Flowable]:
    rows = [[cell(w.say(one.label)), cell(_range(one, w), right=True)] for one in amounts if one.high]
    if rows:
        rows.append(
            [cell(Bold(w("Total"))), cell(Bold(w.money(assessment.total_high, assessment.currency)), right=True)]
        )
        yield parts.table(rows, (WIDTH - 60 * mm, 60 * mm), head=0)


def _range(one: Amount, w: Words) -> str:
    high = w.money(one.high, one.currency)
    return high if one.low == one.high else f"{w.money(one.low, one.currency)} – {high}"


def _list(clinic: str, lines: Sequence[KeptScore], w: Words, on: dt.date) -> Iterator[Flowable]:
    yield parts.title(w("Practice scores"))
    yield parts.text(clinic)
    yield parts.text(w("Printed on {date}", date=w.date(on)), SMALL)
    heads = [cell(Bold(w(head)), size=SMALL - 2) for head in HEADS]
    rows = [heads, *([cell(str(c), size=SMALL - 1) for c in cells(line, w.say, w.language)] for line in lines)]
    widths = [width * mm for width in _WIDTHS[:-1]]
    yield parts.table(rows, [*widths, WIDTH - sum(widths)])
