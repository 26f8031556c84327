"""What the employer may see: a notice of rights without any name, and a signed demand.

Neutral words. The demand is made only when `packet.plan` allows it; the notice never names anyone.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from clinic_app.documents import parts, stale
from clinic_app.documents.design import TABLE, WIDTH
from clinic_app.documents.parts import cell
from clinic_app.documents.voice import Voice
from clinic_app.domain.assessment import Finding, Status

REPLY_DAYS: Final = 7
"""Calendar days that the demand gives for an answer, moved off a weekend."""

_RIGHT: Final = 20 * mm
_SATURDAY: Final = 5


def notice(v: Voice) -> list[Flowable]:
    """Return the notice of rights: what the law says, no name of a person, a firm or a clinic."""
    w = v.w
    close = v.text("employer_notice.close")
    rights = [text for text in v.texts_under("employer_notice") if text != close]
    body: list[Flowable] = [
        parts.title(w("Notice about rights at work")),
        _text(w("To whom it may concern")),
        _text(v.text("employer_notice")),
    ]
    # Some rights stand there because of the case. Of a hidden worker not even those are shown.
    if rights and not v.hidden:
        body += parts.bullets(rights, rightIndent=_RIGHT)
    if close:
        body.append(_text(close))
    if v.law.routes:
        body.append(parts.heading(w("Who can explain these rules, free of charge")))
        body += parts.bullets(
            [" · ".join(p for p in (v.say(r.name), r.contact) if p) for r in v.law.routes], rightIndent=_RIGHT
        )
    return body


def demand(v: Voice) -> list[Flowable]:
    """Return the signed demand: who, since when, what is asked, by which day, and what is reserved."""
    w = v.w
    return [
        _text(w("Date: {date}", date=v.date(v.source.prepared_on))),
        *_addressee(v),
        parts.title(w("Request for payment of rights at work"), 16),
        _text(_introduction(v)),
        *_facts(v),
        parts.heading(w("What I ask for")),
        *_sums(v),
        *_reply(v),
        parts.together(*[_text(line) for line in _reserved(v)], *_signatures(v)),
    ]


def reply_by(prepared_on: dt.date, first_limit: dt.date | None) -> dt.date | None:
    """Return the day for the answer: a working weekday, before the first clock ends; None if none is left."""
    day = prepared_on + dt.timedelta(days=REPLY_DAYS)
    while day.weekday() >= _SATURDAY:
        day += dt.timedelta(days=1)
    if first_limit is not None and day >= first_limit:
        day = first_limit - dt.timedelta(days=1)
    return day if day > prepared_on else None


def _text(words: str) -> Flowable:
    return parts.text(words, rightIndent=_RIGHT)


def _likely(v: Voice) -> tuple[Finding, ...]:
    """Return the findings that a letter may rest on; what a lawyer has to decide is left out."""
    return tuple(finding for finding in v.law.findings if finding.status is Status.LIKELY)


def _addressee(v: Voice) -> list[Flowable]:
    rows = v.case.rows("employers")
    if not rows:
        return [_text(v.w("To the employer"))]
    first = rows[0]
    lines = [v.value("employers", field, first) for field in ("name", "trade_name", "place")]
    lines.append(
        ", ".join(town for town in (v.value("employers", f, first) for f in ("municipality", "state")) if town)
    )
    known = list(dict.fromkeys(line for line in lines if line))
    known_lines = "\n".join(known)
    return [_text(f"{v.w('To:')} {known_lines}" if known else v.w("To the employer"))]


def _introduction(v: Voice) -> str:
    w = v.w
    position, start, last = (v.value("job", field) for field in ("position", "start", "last_day"))
    told = [w("My name is {name}.", name=v.name)]
    told.append(w("I worked for you.") if last else w("I work for you."))
    if position:
        told.append(w("My work: {work}.", work=position.rstrip(".")))
    if start:
        told.append(w("I began: {date}.", date=start))
    if last:
        told.append(w("My last day: {date}.", date=last))
    return " ".join(told)


def _facts(v: Voice) -> list[Flowable]:
    reasons = [f"{v.say(f.title)} ({f.cite})" if f.cite else v.say(f.title) for f in _likely(v)]
    return [parts.heading(v.w("Why I write")), _text(f"{'; '.join(reasons)}.")] if reasons else []


def _sums(v: Voice) -> list[Flowable]:
    w = v.w
    owed = [amount for amount in v.law.amounts if amount.in_total]
    if not owed:
        return [_text(w("Please pay what the law gives me."))]
    rows = [
        (cell(w("Item"), bold=True), cell(w("Law"), bold=True), cell(w("Amount"), bold=True, right=True)),
        *((cell(v.say(a.label)), cell(a.cite), cell(v.amount(a), right=True)) for a in owed),
        (
            cell(w("Total, gross, before taxes"), bold=True, size=TABLE + 1),
            cell(""),
            cell(v.money(v.law.total_low, v.law.total_high), bold=True, size=TABLE + 1, right=True),
        ),
    ]
    return [parts.table(rows, (66 * mm, 58 * mm, 46 * mm)), *stale.note(v), parts.gap(4)]


def _reply(v: Voice) -> list[Flowable]:
    w = v.w
    first = v.law.next_deadline
    day = reply_by(v.source.prepared_on, first.safe_date if first and not first.passed else None)
    asked = (
        w("Please answer in writing.") if day is None else w("Please answer in writing by {date}.", date=v.date(day))
    )
    return [_text(f"{asked} {w('I am ready to talk and to agree.')}")]


def _reserved(v: Voice) -> list[str]:
    keep = v.w("Please keep the papers of my work: contract, pay and attendance records. I keep all my rights.")
    waiver = v.text("no_waiver_note") or v.w("This letter is neither a resignation nor a waiver.")
    return [keep, waiver]


def _signatures(v: Voice) -> list[Flowable]:
    w = v.w
    half = WIDTH / 2 - 5 * mm
    return [
        parts.gap(2),
        parts.columns(
            [parts.to_write(w("Signature: {name}", name=v.name), half, above=13 * mm)],
            parts.box(cell(w("Received: name, date, signature or stamp")), width=half, height=22 * mm),
            widths=(half + 10 * mm, half),
        ),
    ]
