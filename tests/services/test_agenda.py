from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_app.domain.agenda import DayKind, Item, Sheet
from clinic_app.domain.packet import Paper
from clinic_app.services import agenda, calendar, casework, intake, packet
from clinic_app.services.clinic import Clinic
from tests.services.conftest import dismissed

STAMP = dt.datetime(2026, 7, 15, 18, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 7, 20)


def told(text: str) -> str:
    """Return the summary of one item as a reader of iCalendar gets it back."""
    raw = agenda.icalendar([Item(DAY, DayKind.ENTRY, "hearing")], lambda _item: text, "x", STAMP).decode()
    assert raw.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
    unfolded = raw.replace("\r\n ", "")
    (line,) = (line for line in unfolded.split("\r\n") if line.startswith("SUMMARY:"))
    value, out, at = line.removeprefix("SUMMARY:"), "", 0
    while at < len(value):
        if value[at] == "\\":
            out += {"n": "\n"}.get(value[at + 1], value[at + 1])
            at += 2
        else:
            out += value[at]
            at += 1
    return out


@pytest.mark.parametrize("text", ["Hearing; room 2, floor 1", "a\\b", "one\ntwo", "ქ" * 200, "á" * 80, "", "\\n"])
def test_what_a_calendar_says_comes_back_as_it_was(text: str) -> None:
    assert told(text) == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Cs"]), max_size=200))
def test_whatever_it_says_lines_are_short_and_nothing_is_lost(text: str) -> None:
    assert told(text) == text


def test_days_are_dates_and_hours_are_local() -> None:
    items = [Item(DAY, DayKind.DEADLINE, number="A7-0001"), Item(DAY, DayKind.ENTRY, "hearing", "09:30")]
    raw = agenda.icalendar(items, lambda item: item.number, "Clinic", STAMP).decode()
    assert "DTSTART;VALUE=DATE:20260720\r\n" in raw
    assert "DTSTART:20260720T093000\r\n" in raw
    assert raw.count("BEGIN:VEVENT") == raw.count("END:VEVENT") == raw.count("DTSTAMP:20260715T180000Z") == 2
    uids = {line for line in raw.split("\r\n") if line.startswith("UID:")}
    assert len(uids) == 2
    again = agenda.icalendar(items, lambda item: item.number, "Clinic", STAMP).decode()
    assert raw == again  # the same days are the same entries wherever they are read in


def test_what_falls_on_the_days(clinic: Clinic) -> None:
    case_id = dismissed(clinic)
    from_row = casework.row(clinic, case_id)
    row = intake.add_row(clinic, case_id, "events")
    intake.save(clinic, case_id, f"events[{row}].kind", "hearing")
    intake.save(clinic, case_id, f"events[{row}].date", "2026-12-03")
    calendar.close(clinic, dt.date(2026, 12, 4), "Inventory, court 5")
    first, last = agenda.month_of(dt.date(2026, 12, 15))
    assert (first, last) == (dt.date(2026, 11, 30), dt.date(2027, 1, 3))
    found = agenda.between(clinic, first, last)
    assert (
        Item(dt.date(2026, 12, 3), DayKind.EVENT, "hearing", "", case_id, from_row.number, from_row.shown_name) in found
    )
    assert Item(dt.date(2026, 12, 4), DayKind.CLOSED, "Inventory, court 5") in found
    assert any(item.kind is DayKind.CLOSED and item.day == dt.date(2026, 12, 25) for item in found)
    assert [item.day for item in found] == sorted(item.day for item in found)
    deadline = casework.row(clinic, case_id).next_safe_date
    assert deadline is None or Item(
        deadline, DayKind.DEADLINE, "", "", case_id, from_row.number, from_row.shown_name
    ) in agenda.between(clinic, deadline, deadline)


def test_weeks_begin_on_monday() -> None:
    assert agenda.week_of(dt.date(2026, 7, 19)) == (dt.date(2026, 7, 13), dt.date(2026, 7, 19))
    for month in range(1, 13):
        first, last = agenda.month_of(dt.date(2026, month, 28))
        assert first.weekday() == 0
        assert last.weekday() == 6
        assert first <= dt.date(2026, month, 1) <= last


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("weeks", [1, 4, 6])
def test_a_sheet_is_one_page_however_full(paper: Paper, weeks: int) -> None:
    first = dt.date(2026, 6, 29)
    days = tuple(
        (first + dt.timedelta(days=n), n > 1, tuple(f"09:00 Hearing A7-{at:04d}" for at in range(n % 30)))
        for n in range(weeks * 7)
    )
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    pdf = agenda.print_sheet(Sheet("July 2026", names, days), "en", paper)
    assert packet.page_count(pdf) == 1
