"""The papers that the worker takes home: the plain summary and the card with the next date.

Large letters, short sentences, "you" and "the employer", no article of law on the first page;
it can be read aloud in two minutes.
"""

from __future__ import annotations

import re
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import differing, parts, stale
from clinic_app.documents.design import BIG, CARD, FOOTER, HEIGHT, WIDTH, WORKER, style
from clinic_app.documents.voice import Voice
from clinic_app.domain.assessment import Deadline

_RIGHT: Final = 28 * mm  # keeps a line of the summary at 65 characters or fewer
_SPACING: Final = 1.25  # one sheet, two sides
_SENTENCES: Final = 4
_STORY: Final = 360  # characters of the story that the summary repeats
_FINDINGS: Final = 4
_QUESTIONS: Final = 2
_EVIDENCE: Final = 6
_OTHER_DATES: Final = 3


def summary(v: Voice) -> list[Flowable]:
    """Return the plain summary, in the order in which it is read aloud."""
    return [part for block in blocks(v) for part in block]


def blocks(v: Voice) -> list[list[Flowable]]:
    """Return the summary block by block; a case has the same blocks in every language."""
    w = v.w
    return [
        [parts.title(w("What we found for you"), 20), _text(f"{v.name}\n{v.folio} · {v.date(v.source.prepared_on)}")],
        _urgent(v),
        _happened(v),
        _law(v),
        _owed(v),
        _next(v),
        _wrong(v),
        _safe(v),
        _call(v),
    ]


def next_steps(v: Voice) -> list[Flowable]:
    """Return the card: one big date in the upper half of the sheet, what else to know in the lower.

    It is one sheet: of the other dates it names as many as there is room for, the earliest first.
    """
    for others in range(_OTHER_DATES, -1, -1):
        card = _card(v, others)
        if parts.height(card) <= HEIGHT - FOOTER:
            break
    return card


def _card(v: Voice, others: int) -> list[Flowable]:
    w = v.w
    deadline = v.law.next_deadline
    upper = _date_card(v, deadline) if deadline else _no_date_card(v)
    coming = sorted((d for d in v.law.deadlines if d is not deadline and not d.passed), key=lambda d: d.safe_date)
    lower: list[Flowable] = [
        parts.text(f"{v.date(other.safe_date)}: {v.say(other.label)}", CARD, spacing=1.2) for other in coming[:others]
    ]
    if lower:
        lower.insert(0, parts.heading(w("Other dates"), CARD))
    if deadline and not deadline.passed:
        lower = [*(parts.text(line, CARD, spacing=1.2) for line in _passed(v)), *lower]
    lower += [
        parts.to_write(w("My next appointment: day, time, place"), size=CARD, above=14 * mm),
        parts.to_write(w("Bring"), size=CARD, above=14 * mm),
    ]
    return [parts.box(*upper, padding=5 * mm), parts.gap(5), *lower]


def reminder(v: Voice) -> list[Flowable]:
    """Return the card for whoever must not be found with it: a day and a number, no word of what they are for."""
    w = v.w
    deadline = v.law.next_deadline
    coming = deadline is not None and not deadline.passed
    lines = [line for line in v.weekday_and_date(deadline.safe_date) if line] if deadline and coming else []
    said = w("Do not forget this day:") if lines else w("Come back this week.")
    return [
        parts.box(
            parts.text(said, CARD),
            *(parts.para(style(BIG, bold=True, spacing=1.15), line) for line in lines),
            parts.gap(3),
            parts.text(w("Bring the papers that you have."), CARD),
            _folio(v),
            padding=5 * mm,
        ),
        parts.gap(5),
        parts.to_write(w("Day and hour"), size=CARD, above=14 * mm),
        parts.to_write(w("Place"), size=CARD, above=14 * mm),
        parts.to_write(w("Phone"), size=CARD, above=14 * mm),
    ]


def first_sentences(story: str, limit: int = _STORY) -> str:
    """Return the first sentences of a story, whole ones where the limit allows."""
    plain = " ".join(story.split())
    sentences = re.split(r"(?<=[.!?…])\s+", plain)[:_SENTENCES]
    kept = ""
    for sentence in sentences:
        if len(kept) + len(sentence) > limit:
            break
        kept = f"{kept} {sentence}".strip()
    if kept:
        return kept
    return plain if len(plain) <= limit else plain[:limit].rsplit(" ", 1)[0].rstrip() + "…"


def sentences(text: str) -> list[str]:
    """Return the sentences of a text of the rule book; "1. …" numbers of a list are taken off."""
    plain = re.sub(r"(^|\s)\d+\.\s+", r"\1", text)
    return [sentence for sentence in re.split(r"(?<=[.!?…])\s+", plain.strip()) if sentence]


def where_to_go(v: Voice) -> str:
    """Return the first place to go to; several names when it is not known which of them is the right one."""
    first = v.law.routes[0]
    # Offices that ask for the same papers do the same work, for different branches.
    names = [v.say(route.name) for route in v.law.routes if route.bring == first.bring]
    return f" {v.w('or')} ".join(names)


def _text(words: str) -> Flowable:
    return parts.text(words, WORKER, rightIndent=_RIGHT, spacing=_SPACING)


def _heading(words: str) -> Flowable:
    return parts.heading(words, WORKER + 1)


def _bullets(lines: list[str]) -> list[Flowable]:
    return parts.bullets(lines, WORKER, rightIndent=_RIGHT - 5 * mm, spacing=_SPACING)


def _urgent(v: Voice) -> list[Flowable]:
    """Say that something cannot wait, not what: red flags are written for the staff, and papers are found."""
    if not v.law.red_flags:
        return []
    urgent = v.w("One point of your story is urgent. Talk with us about it today, in person.")
    return [parts.para(style(WORKER, bold=True, spaceAfter=2 * mm, rightIndent=_RIGHT), urgent)]


def _happened(v: Voice) -> list[Flowable]:
    story = first_sentences(v.own(v.case.section("story").text("told")))
    return [_heading(v.w("What you told us")), _text(f"“{story}”")] if story else []


def _law(v: Voice) -> list[Flowable]:
    w = v.w
    found = v.law.in_groups()["likely"]
    if not found:
        open_points = v.law.in_groups()["needs_answer"]
        said = (
            w("We need more answers before we can say.")
            if open_points
            else w("We found no breach of the law in what you told us. If something changes, come back.")
        )
        return [_heading(w("What the law seems to say")), _text(said)]
    lines = [v.say(finding.says) for finding in found[:_FINDINGS]]
    more = len(found) - _FINDINGS
    if more > 0:
        lines.append(w.many("And {count} more point. Ask us.", "And {count} more points. Ask us.", more))
    return [_heading(w("What the law seems to say")), *_bullets(lines)]


def _owed(v: Voice) -> list[Flowable]:
    w, law = v.w, v.law
    unsure_sum = law.total_low != law.total_high
    asked = _asked(v)
    if not law.amounts and asked:
        said = [_text(w("We cannot give a sum yet."))]
    elif law.total_high <= 0:
        said = [_text(w("With what you told us, we count no sum that is still owed."))]
    else:
        said = [
            parts.para(
                style(WORKER + 4, bold=True, spaceAfter=2 * mm),
                v.money(law.total_low, law.total_high),
            ),
            *([_text(w("The sum lies between these two. Some answers are not sure yet."))] if unsure_sum else []),
            _text(
                w("This is before taxes. It is an estimate. Nobody can promise it. A judge or an agreement decides.")
            ),
            *_bullets(stale.short_lines(v)),
        ]
    unsure = [_text(w("We still need to know:")), *_bullets(asked)] if asked else []
    return [_heading(w("What the employer may owe you")), *said, *unsure]


def _asked(v: Voice) -> list[str]:
    """Return the first questions still open: what would change the sum, then what would settle a finding."""
    questions = [missing for item in v.law.not_computed for missing in item.missing]
    questions += [missing for finding in v.law.in_groups()["needs_answer"] for missing in finding.missing]
    return list(dict.fromkeys(v.say(m.question) for m in questions if v.may_print(m.path)))[:_QUESTIONS]


def _next(v: Voice) -> list[Flowable]:
    w = v.w
    body: list[Flowable] = [_heading(w("What happens next"))]
    deadline = v.law.next_deadline
    body += [_text(line) for line in (*_passed(v), *differing.short_lines(v))]
    if deadline and not deadline.passed:
        body.append(
            parts.para(
                style(WORKER, spacing=_SPACING, spaceAfter=2 * mm, rightIndent=_RIGHT),
                w("Do this at the latest on:"),
                " ",
                parts.Bold(f"{v.limit(deadline)}."),
                f" {v.say(deadline.what_to_do)}",
            )
        )
    elif deadline is None:
        body.append(_text(w("We found no last day yet. Come back soon: a last day can begin at any time.")))
    if v.law.routes:
        papers = v.say(v.law.routes[0].bring)
        body.append(_text(w("Where: {place}. Bring: {papers}", place=where_to_go(v), papers=papers)))
    told = [v.text("next_steps"), *v.texts_under("next_steps")]
    steps = [step for text in told for step in sentences(text)]
    return [*body, *_bullets(steps)]


def _passed(v: Voice) -> list[str]:
    """Say of every clock that ran out that it did, earliest first, also when another clock still runs."""
    late = sorted((d for d in v.law.deadlines if d.passed), key=lambda d: d.safe_date)
    told = [v.w("A last day has passed: {date}. Talk to a lawyer today.", date=v.limit(d)) for d in late]
    return [f"{v.say(d.label)}. {line}" for d, line in zip(late, told, strict=True)]


def _wrong(v: Voice) -> list[Flowable]:
    w = v.w
    lines = sentences(v.text("what_could_go_wrong")) or [
        w("If the last day passes, you may lose the claim."),
        w("The employer may tell it in another way. Proof helps."),
        w("Do not sign a paper that you do not understand."),
    ]
    lines.append(w("Talking to the employer may not stop the clock."))
    return [parts.together(_heading(w("What could go wrong")), *_bullets(lines))]


def _safe(v: Voice) -> list[Flowable]:
    w = v.w
    rows = v.case.rows("evidence")[:_EVIDENCE]
    titles = [v.value("evidence", "title", row) or v.value("evidence", "kind", row) for row in rows]
    held = ", ".join(title for title in dict.fromkeys(titles) if title)
    lines = [w("You have: {papers}.", papers=held)] if held else []
    lines += sentences(v.text("keep_safe")) or [w("Contract, pay papers, messages and photos of your work.")]
    lines.append(w("Keep the originals. Give only copies."))
    return [parts.together(_heading(w("What to keep safe")), *_bullets(lines))]


def _call(v: Voice) -> list[Flowable]:
    w = v.w
    clinic = v.source.clinic_name
    lines = [w("{clinic}: ____________________", clinic=clinic)] if clinic else []
    lines += [f"{v.say(route.name)}: {route.contact}" for route in v.law.routes if route.contact][:2]
    end = _text(w("Nothing is done without your yes. You can stop at any time."))
    return [parts.together(_heading(w("Who to call")), *_bullets(lines), end)]


def _date_card(v: Voice, deadline: Deadline) -> list[Flowable]:
    w = v.w
    weekday, date = v.weekday_and_date(deadline.safe_date)
    opening = w("This day has passed:") if deadline.passed else w("Do this at the latest on:")
    act = w("Talk to a lawyer today.") if deadline.passed else v.say(deadline.what_to_do)
    lines = [line for line in (weekday, date) if line]
    return [
        parts.text(opening, CARD, spacing=1.2),
        *(parts.para(style(BIG, bold=True, spacing=1.15), line) for line in lines),
        parts.gap(3),
        parts.text(act, CARD, spacing=1.2),
        *_where(v),
        _folio(v),
    ]


def _no_date_card(v: Voice) -> list[Flowable]:
    w = v.w
    return [
        parts.text(w("We found no last day yet."), CARD, bold=True),
        parts.text(w("Come back soon. A last day can begin at any time."), CARD, spacing=1.2),
        *_where(v),
        _folio(v),
    ]


def _where(v: Voice) -> list[Flowable]:
    """Say where to go. A hidden worker's card names neither clinic nor office."""
    if v.hidden or not v.law.routes:
        return []
    return [parts.text(where_to_go(v), CARD, spacing=1.2)]


def _folio(v: Voice) -> Flowable:
    return parts.columns(
        parts.text(v.w("My number:"), CARD),
        parts.para(style(CARD + 6, bold=True, spaceAfter=2 * mm), v.folio),
        widths=(WIDTH * 0.3, WIDTH * 0.6),
    )
