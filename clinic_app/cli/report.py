"""What the commands print: one JSON document, or plain lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from clinic_app.domain.assessment import Amount, Assessment, Deadline, Finding, Status
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.intake_file import write_case
from clinic_app.domain.kept import AmountChange, BookChange
from clinic_app.domain.values import Text, pick
from clinic_app.domain.views import CaseRow
from clinic_app.i18n import Words
from clinic_app.services.groups import GroupCheck
from clinic_app.words import N_

GROUP_TITLES = {
    "likely": N_("Likely"),
    "needs_answer": N_("Needs one more answer"),
    "not_found": N_("Not found"),
}
STATUS_WORDS = {
    Status.LIKELY: N_("Likely"),
    Status.NEEDS_ANSWER: N_("Needs one more answer"),
    Status.NOT_FOUND: N_("Not found"),
    Status.SEE_LAWYER: N_("See a lawyer"),
}


def as_json(document: object) -> str:
    """Return one JSON document, readable and with every letter as it is."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def assessment_document(assessment: Assessment, language: str) -> dict[str, object]:
    """Return an assessment in the form that `assess --json` promises. Amounts are decimal strings."""

    def say(text: Text) -> str:
        return pick(text, language)

    return {
        "place": assessment.place,
        "rules_version": assessment.rules_version,
        "as_of": assessment.as_of.isoformat(),
        "findings": [_finding(f, language) for f in assessment.findings],
        "amounts": [_amount(a, language) for a in assessment.amounts],
        "total": {"low": f"{assessment.total_low:.2f}", "high": f"{assessment.total_high:.2f}"},
        "deadlines": [_deadline(d, language) for d in assessment.deadlines],
        "red_flags": [
            {"id": flag.id, "title": say(flag.title), "what_to_do": say(flag.what_to_do), "cite": flag.cite}
            for flag in assessment.red_flags
        ],
        "stale": [
            {"parameter": s.parameter, "title": say(s.title), "value": s.value, "since": s.since.isoformat()}
            for s in assessment.stale
        ],
    }


def _finding(finding: Finding, language: str) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "status": finding.status.value,
        "cite": finding.cite,
        "because": [pick(b.text, language) for b in finding.because],
        "missing": [m.path for m in finding.missing],
    }


def _amount(amount: Amount, language: str) -> dict[str, object]:
    return {
        "item": amount.item,
        "label": pick(amount.label, language),
        "cite": amount.cite,
        "currency": amount.currency,
        "low": f"{amount.low:.2f}",
        "high": f"{amount.high:.2f}",
        "working": [{"step": s.step, "expression": s.expression, "value": s.value} for s in amount.working],
    }


def _deadline(deadline: Deadline, language: str) -> dict[str, object]:
    return {
        "action": deadline.action,
        "cite": deadline.cite,
        "deadline": deadline.deadline.isoformat(),
        "safe_date": deadline.safe_date.isoformat(),
        "latest_arguable": deadline.latest_arguable.isoformat(),
        "working": [{"step": s.step, "expression": s.expression, "value": s.value} for s in deadline.working],
        "note": pick(deadline.note, language),
    }


def assessment_lines(assessment: Assessment, w: Words) -> Iterator[str]:
    """Yield an assessment as lines to read: urgent things first, then dates, money and findings."""
    yield f"{assessment.rules_version} · {w.date(assessment.as_of)}"
    for flag in assessment.red_flags:
        yield f"!! {w.say(flag.title)}: {w.say(flag.what_to_do)}"
    for stale in assessment.stale:
        yield w(
            N_("! {title} is out of date since {since}; the last known value was used: {value}"),
            title=w.say(stale.title),
            since=w.short_date(stale.since),
            value=stale.value,
        )
    for deadline in sorted(assessment.deadlines, key=lambda d: d.safe_date):
        yield ""
        yield w(
            N_("By {date}: {action} ({cite})"),
            date=w.date(deadline.safe_date),
            action=w.say(deadline.label),
            cite=deadline.cite,
        )
        yield "  " + w(N_("last legal day {deadline}"), deadline=w.short_date(deadline.deadline))
    yield ""
    for amount in assessment.amounts:
        yield f"{_span(amount, w):>32}  {w.say(amount.label)} ({amount.cite})"
    total = w.money(assessment.total_low, assessment.currency)
    if assessment.total_high != assessment.total_low:
        total += f" … {w.money(assessment.total_high)}"
    yield f"{total:>32}  {w('Total, before taxes')}"
    for group, title in GROUP_TITLES.items():
        findings = assessment.in_groups()[group]
        if findings:
            yield ""
            yield f"{w(title)}:"
        for finding in findings:
            yield f"  - {w.say(finding.title)} ({finding.cite})"
            yield from (f"      {w.say(b.text)}" for b in finding.because)
            yield from (f"      ? {w.say(m.question)} [{m.path}]" for m in finding.missing)
    for item in assessment.not_computed:
        yield ""
        yield f"{w('Not computed')}: {w.say(item.label)} ({item.cite}): {w.say(item.why)}"


def _span(amount: Amount, w: Words) -> str:
    return _ends((amount.low, amount.high), amount.currency, w)


def row_document(row: CaseRow) -> dict[str, object]:
    """Return one case of a list as JSON."""
    return {
        "number": row.number,
        "name": row.shown_name,
        "employer": row.employer,
        "stage": row.stage,
        "opened_on": row.opened_on.isoformat(),
        "touched_at": row.touched_at,
        "next_safe_date": row.next_safe_date.isoformat() if row.next_safe_date else None,
    }


def row_line(row: CaseRow, w: Words) -> str:
    """Return one case of a list as a line."""
    date = w.short_date(row.next_safe_date) if row.next_safe_date else ""
    return f"{row.number}  {row.shown_name or '—'}  {row.employer}  {date}".rstrip()


def case_document(
    row: CaseRow, case: CaseFile, assessment: dict[str, object] | None, change: BookChange | None
) -> dict[str, object]:
    """Return a whole case as JSON: its row, its intake file, its law check, what a newer rule book changes."""
    newer = change_document(change, case.language) if change else None
    return {**row_document(row), "intake": write_case(case), "assessment": assessment, "newer_rule_book": newer}


def change_document(change: BookChange, language: str) -> dict[str, object]:
    """Return what a newer rule book changes as JSON; null where a line does not stand."""

    def ends(pair: tuple[object, object] | None, first: str, second: str) -> dict[str, str] | None:
        return {first: str(pair[0]), second: str(pair[1])} if pair else None

    def amount(one: AmountChange) -> dict[str, object]:
        return {"old": ends(one.old, "low", "high"), "new": ends(one.new, "low", "high")}

    return {
        "old": change.old.version,
        "new": change.new.version,
        "old_is_here": change.book_is_here,
        "total": amount(change.total) if change.total else None,
        "amounts": [{"label": pick(a.label, language), **amount(a)} for a in change.amounts],
        "deadlines": [
            {
                "label": pick(d.label, language),
                "old": ends(d.old, "safe_date", "deadline"),
                "new": ends(d.new, "safe_date", "deadline"),
            }
            for d in change.deadlines
        ],
        "findings": [
            {
                "title": pick(f.title, language),
                "old": f.old.value if f.old else None,
                "new": f.new.value if f.new else None,
            }
            for f in change.findings
        ],
    }


def change_lines(change: BookChange, w: Words) -> Iterator[str]:
    """Yield what a newer rule book changes as lines to read."""
    old, new, currency = change.old, change.new, change.old.currency
    yield ""
    yield w("A newer rule book is here: {new}. This case was computed with {old}.", new=new.version, old=old.version)
    if not change.book_is_here:
        yield w("The older book is gone; these are the figures that were kept on {day}:", day=w.date(old.on))
        for kept in old.amounts:
            yield f"    {_ends((kept.low, kept.high), currency, w)}  {w.say(kept.label)}"
        yield f"    {_ends((old.total_low, old.total_high), currency, w)}  {w('Total, before taxes')}"
        for clock in old.deadlines:
            yield f"    {w.date(clock.safe_date)}  {w.say(clock.label)}"
    if change.same:
        yield w("The newer rule book changes no figure of this case.")
    else:
        yield w("What the newer rule book changes:")
    if change.total:
        pair = (_ends(end, currency, w) for end in (change.total.old, change.total.new))
        yield f"    {w('Total, before taxes')}: {' → '.join(pair)}"
    for amount in change.amounts:
        yield f"    {w.say(amount.label)}: {_ends(amount.old, currency, w)} → {_ends(amount.new, currency, w)}"
    for deadline in change.deadlines:
        days = (w.date(pair[0]) if pair else "—" for pair in (deadline.old, deadline.new))
        yield f"    {w.say(deadline.label)}: {' → '.join(days)}"
    for finding in change.findings:
        words = (w(STATUS_WORDS[status]) if status else "—" for status in (finding.old, finding.new))
        yield f"    {w.say(finding.title)}: {' → '.join(words)}"
    yield w("Use it with: clinic adopt CASE")


def _ends(pair: tuple[Decimal, Decimal] | None, currency: str, w: Words) -> str:
    if pair is None:
        return "—"
    low, high = pair
    return w.money(low, currency) if low == high else f"{w.money(low, currency)} … {w.money(high)}"


def group_document(check: GroupCheck, language: str) -> dict[str, object]:
    """Return the check of a group as JSON: each worker as `assess --json` has it, and the sums."""
    first = check.assessments[0]
    return {
        "place": first.place,
        "rules_version": first.rules_version,
        "as_of": first.as_of.isoformat(),
        "currency": first.currency,
        "workers": [
            {"name": case.shown_name, **assessment_document(assessment, language)}
            for case, assessment in zip(check.cases, check.assessments, strict=True)
        ],
        "amounts": [
            {
                "item": item.item,
                "label": pick(item.label, language),
                "cite": item.cite,
                "workers": item.workers,
                "low": f"{item.low:.2f}",
                "high": f"{item.high:.2f}",
            }
            for item in check.items
        ],
        "total": {"low": f"{check.total_low:.2f}", "high": f"{check.total_high:.2f}"},
    }


def group_lines(check: GroupCheck, w: Words) -> Iterator[str]:
    """Yield the check of a group as lines: each worker's total and next day, each kind of claim, all together."""
    first = check.assessments[0]
    yield f"{first.rules_version} · {w.date(first.as_of)}"
    for number, (case, found) in enumerate(zip(check.cases, check.assessments, strict=True)):
        total = _ends((found.total_low, found.total_high), found.currency, w)
        yield f"{total:>32}  {number}  {case.shown_name or '—'}"
        for flag in found.red_flags:
            yield f"!! {w.say(flag.title)}"
        following = found.next_deadline
        if following is not None:
            yield "  " + w(
                "By {date}: {action} ({cite})",
                date=w.date(following.safe_date),
                action=w.say(following.label),
                cite=following.cite,
            )
    yield ""
    for item in check.items:
        span = _ends((item.low, item.high), first.currency, w)
        yield f"{span:>32}  {w.say(item.label)} ({item.cite}) × {item.workers}"
    total = _ends((check.total_low, check.total_high), first.currency, w)
    yield f"{total:>32}  {w('Total of all workers, before taxes')}"
