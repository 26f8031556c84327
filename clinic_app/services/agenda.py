"""The clinic's calendar: what falls on each day of a month or week, on screen, on paper and as iCalendar.

What leaves the computer names nobody: an iCalendar file holds kinds, case numbers and times alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from clinic_app import __version__
from clinic_app.documents import month
from clinic_app.domain.agenda import DayKind, Item, Sheet
from clinic_app.domain.packet import Paper
from clinic_app.domain.roles import Right
from clinic_app.services import calendar
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require

WEEK: Final = 7
_ORDER: Final = (DayKind.CLOSED, DayKind.DEADLINE, DayKind.ENTRY, DayKind.EVENT)
_AHEAD: Final = ("hearing", "conciliation_hearing", "inspection_visit")
"""Events whose day is known before it comes."""

LINE_OCTETS: Final = 75
"""The longest line of an iCalendar file, in octets, its end not counted."""


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the whole weeks that hold a month; weeks begin on Monday."""
    first = day.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return week_of(first)[0], week_of(following - dt.timedelta(days=1))[1]


def week_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the Monday and the Sunday of a day's week."""
    monday = day - dt.timedelta(days=day.weekday())
    return monday, monday + dt.timedelta(days=WEEK - 1)


def between(clinic: Clinic, first: dt.date, last: dt.date) -> tuple[Item, ...]:
    """Return everything that falls between two days, both included, in the order of the days."""
    require(clinic, Right.READ)
    entries = list(_entries(clinic, first, last))
    planned = {(item.case_id, item.day) for item in entries}
    events = (item for item in _events(clinic, first, last) if (item.case_id, item.day) not in planned)
    items = [*_deadlines(clinic, first, last), *entries, *events, *_closed(clinic, first, last)]
    return tuple(sorted(items, key=lambda item: (item.day, _ORDER.index(item.kind), item.time, item.number)))


def icalendar(items: Iterable[Item], say: Callable[[Item], str], name: str, stamp: dt.datetime) -> bytes:
    """Return the days as an iCalendar file (RFC 5545). `say` gives an item's words: they may name nobody.

    Days are dates without a zone, hours are local times: the authority's clock is the clinic's own.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//labor-clinic//{__version__}//", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(name)}")
    for item in items:
        uid = hashlib.blake2b(f"{item.case_id} {item.day} {item.kind} {item.what}".encode(), digest_size=16).hexdigest()
        lines += ["BEGIN:VEVENT", f"UID:{uid}@labor-clinic", f"DTSTAMP:{stamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"]
        if item.time:
            lines.append(f"DTSTART:{item.day:%Y%m%d}T{item.time.replace(':', '')}00")
        else:
            lines += [f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}", "TRANSP:TRANSPARENT"]
        lines += [f"SUMMARY:{_escaped(say(item))}", "CLASS:PRIVATE", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def print_sheet(sheet: Sheet, language: str, paper: Paper) -> bytes:
    """Return a month or a week as PDF."""
    return month.render(sheet, language, paper)


def _deadlines(clinic: Clinic, first: dt.date, last: dt.date) -> Iterable[Item]:
    for case in clinic.store.counts.deadlines(first, last):
        if case.next_safe_date is not None:
            yield Item(case.next_safe_date, DayKind.DEADLINE, "", "", case.id, case.number, case.shown_name)


def _entries(clinic: Clinic, first: dt.date, last: dt.date) -> Iterable[Item]:
    waiting = [entry for entry in clinic.store.waiting(last) if entry.day >= first]
    owners = clinic.store.rows_of(entry.case_id for entry in waiting)
    for entry in waiting:
        case = owners.get(entry.case_id)
        if case is not None:
            what = entry.step or entry.kind
            yield Item(entry.day, DayKind.ENTRY, what, entry.time, case.id, case.number, case.shown_name)


def _events(clinic: Clinic, first: dt.date, last: dt.date) -> Iterable[Item]:
    for row in clinic.store.counts.events(first, last, _AHEAD):
        yield Item(row.day, DayKind.EVENT, row.kind, "", row.case_id, row.number, row.shown_name)


def _closed(clinic: Clinic, first: dt.date, last: dt.date) -> Iterable[Item]:
    own = calendar.days(clinic)
    book = clinic.books.get(clinic.info.place)
    days: Sequence[dt.date] = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    for day in days:
        if day in own:
            yield Item(day, DayKind.CLOSED, own[day])
        elif book is not None and (holiday := book.calendar.holiday(day)) is not None:
            yield Item(day, DayKind.CLOSED, holiday.title)


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _folded(line: str) -> list[str]:
    """Return a line in pieces of at most 75 octets, later ones begun by a space; no letter is cut apart."""
    pieces, now, room = [], "", LINE_OCTETS
    for letter in line:
        if len(now.encode()) + len(letter.encode()) > room:
            pieces.append(now)
            now, room = "", LINE_OCTETS - 1
        now += letter
    pieces.append(now)
    return [pieces[0], *(f" {piece}" for piece in pieces[1:])]
