"""The report of counts: from cases, their events and the tallies; on screen, on paper, as a table to hand on."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from statistics import median_low
from typing import Final

from clinic_app.documents import report as papers
from clinic_app.domain.assessment import Status
from clinic_app.domain.catalogue import AGE_BANDS, AREAS, EVENT_KINDS, OUTCOMES, SECTORS, SEX
from clinic_app.domain.fields import Choice, Label
from clinic_app.domain.kept import Kept
from clinic_app.domain.packet import Paper
from clinic_app.domain.people import TieKind, joined
from clinic_app.domain.report import LEAST, Block, Count, Report, Sum, handed_on
from clinic_app.domain.roles import Right
from clinic_app.domain.tally import OUTCOME, TOPIC
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.words import N_

FILINGS: Final = ("conciliation_filed", "suit_filed", "inspection_requested", "complaint_filed")
HEARINGS: Final = ("conciliation_hearing", "hearing")
PAID: Final = "payment"
THREAT: Final = "threat"


def report(clinic: Clinic, first: dt.date, last: dt.date) -> Report:
    """Count what was done from a day to another, both included."""
    require(clinic, Right.COUNT)
    opened = clinic.store.counts.opened(first, last)
    events = clinic.store.counts.events(first, last)
    filings = clinic.store.counts.first_filings(FILINGS)
    firsts = [(filed - start).days for start, filed in filings.values() if first <= filed <= last]
    tallies = clinic.store.tallies.between(first, last)
    kept = clinic.store.counts.kept({case.case_id for case in opened} | {e.case_id for e in events})
    together = joined(clinic.store.ties.all(TieKind.SAME_PERSON))
    served = {together.get(who, (who,)) for who in (*(c.worker for c in opened), *(e.worker for e in events)) if who}
    kinds = Counter(event.kind for event in events)
    claims = {event.case_id for event in events if event.kind in FILINGS}
    headline = (
        Count(N_("People served"), len(served)),
        Count(N_("Cases opened"), len(opened)),
        Count(N_("Claims filed"), sum(kinds[kind] for kind in FILINGS)),
        Count(N_("Hearings held"), sum(kinds[kind] for kind in HEARINGS)),
        Count(N_("Threats or reprisals"), kinds[THREAT]),
        Count(N_("Talks counted"), len(tallies)),
        Count(N_("People in talks"), sum(tally.people for tally in tallies)),
    )
    blocks = (
        _choices(N_("Cases opened, by sector"), SECTORS, [case.sector for case in opened]),
        _choices(N_("Cases opened, by sex"), SEX, [case.sex for case in opened]),
        _choices(N_("Cases opened, by age"), AGE_BANDS, [_age(c.age_band, c.birth, first) for c in opened]),
        _choices(N_("Cases opened, by area"), AREAS, [case.area for case in opened]),
        _violations(kept[case.case_id] for case in opened if case.case_id in kept),
        _choices(N_("Claims filed, by way"), _named(FILINGS), [e.kind for e in events if e.kind in FILINGS]),
        _choices(N_("Cases closed, by outcome"), OUTCOMES, clinic.store.counts.outcomes(first, last)),
        _choices(N_("Talks, by topic"), TOPIC.choices, [t.topic for t in tallies], of_people=False),
        _choices(N_("Talks, by what came of them"), OUTCOME.choices, [t.outcome for t in tallies], of_people=False),
    )
    paid = sum((event.amount for event in events if event.kind == PAID and event.amount), Decimal("0.00"))
    claimed = [kept[case] for case in claims if case in kept]
    nothing = Decimal("0.00")
    sums = (
        Sum(
            N_("Claimed in what was filed"),
            sum((one.total_low for one in claimed), nothing),
            sum((one.total_high for one in claimed), nothing),
        ),
        Sum(N_("Received by workers"), paid, paid),
    )
    return Report(
        clinic=clinic.info.name,
        first=first,
        last=last,
        headline=headline,
        blocks=tuple(block for block in blocks if block.lines),
        sums=sums,
        currency=clinic.currency,
        days_to_filing=median_low(firsts) if firsts else None,
        filed_cases=len(firsts),
    )


def table(found: Report, say: Callable[[Label], str]) -> list[list[str | int]]:
    """Return the report as the rows of a table to hand on: small numbers of people are kept back."""
    shown = handed_on(found)
    rows: list[list[str | int]] = [
        [shown.clinic],
        [shown.first.isoformat(), shown.last.isoformat()],
        [],
    ]
    rows += [_line(count, say) for count in shown.headline]
    for block in shown.blocks:
        rows += [[], [say(block.title)]]
        rows += [_line(count, say) for count in block.lines]
    rows.append([])
    rows += [[say(s.label), shown.currency, format(s.low, "f"), format(s.high, "f")] for s in shown.sums]
    if shown.days_to_filing is not None:
        rows.append([say(N_("Days from opening to filing, median")), shown.days_to_filing])
    return rows


def as_csv(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return rows as CSV that spreadsheets open with the right letters: UTF-8 with its mark."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_harmless(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return rows as a spreadsheet."""
    from openpyxl import Workbook  # noqa: PLC0415 - loading it would make every start slower

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new book has one
    for row in rows:
        sheet.append([_harmless(cell) for cell in row])
    sheet.column_dimensions["A"].width = 44
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def print_report(found: Report, language: str, paper: Paper) -> bytes:
    """Return the report as PDF, as it may be handed on."""
    return papers.render(handed_on(found), language, paper)


def _line(count: Count, say: Callable[[Label], str]) -> list[str | int]:
    return [say(count.label), f"<{LEAST}" if count.number is None else count.number]


def _choices(title: str, choices: Iterable[Choice], codes: Iterable[str], *, of_people: bool = True) -> Block:
    counted = Counter(codes)
    lines = [Count(choice.label, counted[choice.code]) for choice in choices if counted[choice.code]]
    missing = sum(counted.values()) - sum(line.number or 0 for line in lines)
    if missing:
        lines.append(Count(N_("not known"), missing))
    return Block(title, tuple(lines), of_people)


def _violations(kept: Iterable[Kept]) -> Block:
    found: Counter[str] = Counter()
    titles: dict[str, Label] = {}
    for figures in kept:
        for finding in figures.findings:
            if finding.status is Status.LIKELY:
                found[finding.rule] += 1
                titles[finding.rule] = finding.title
    lines = tuple(Count(titles[rule], number) for rule, number in found.most_common())
    return Block(N_("Breaches found in the cases opened"), lines)


def _named(codes: Iterable[str]) -> tuple[Choice, ...]:
    wanted = set(codes)
    return tuple(choice for choice in EVENT_KINDS if choice.code in wanted)


def _age(band: str, birth: str, on: dt.date) -> str:
    """Return the age band that was told, else that of the year of birth at the beginning of the time."""
    if band or not birth[:4].isdigit():
        return band
    years = on.year - int(birth[:4])
    for choice in AGE_BANDS:
        low, _, high = choice.code.rstrip("+").partition("-")
        if int(low) <= years and (not high or years <= int(high)):
            return choice.code
    return ""


def _harmless(cell: str | int) -> str | int:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell
