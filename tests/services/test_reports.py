from __future__ import annotations

import csv
import datetime as dt
import io

from openpyxl import load_workbook

from clinic_app.domain.packet import Paper
from clinic_app.domain.report import Block, Count, Report, handed_on, months
from clinic_app.domain.tally import Tally
from clinic_app.i18n import words
from clinic_app.services import casework, intake, people, reports, screening, tally
from clinic_app.services.clinic import Clinic

FIRST, LAST = dt.date(2026, 7, 1), dt.date(2026, 7, 31)


def case(clinic: Clinic, day: dt.date, sector: str, sex: str, *events: tuple[str, str]) -> str:
    case_id = intake.start(clinic, day)
    row = intake.add_row(clinic, case_id, "employers")
    for path, raw in (
        (f"employers[{row}].sector", sector),
        ("worker.sex", sex),
        ("worker.birth", "2001"),
        ("job.start", "2022-01-10"),
        ("job.last_day", "2026-07-09"),
        ("job.ending", "dismissed"),
        ("job.zone", "general"),
        ("pay.amount", "24000"),
        ("pay.period", "month"),
        ("pay.unpaid_days", "9"),
    ):
        intake.save(clinic, case_id, path, raw)
    for kind, date in events:
        row = intake.add_row(clinic, case_id, "events")
        intake.save(clinic, case_id, f"events[{row}].kind", kind)
        intake.save(clinic, case_id, f"events[{row}].date", date)
        if kind == "payment":
            intake.save(clinic, case_id, f"events[{row}].amount", "1500.50")
    screening.assess(clinic, case_id, dt.date(2026, 7, 20), chosen=True)
    return case_id


def numbers(found: Report) -> dict[str, int | None]:
    return {str(count.label): count.number for count in found.headline}


def block(found: Report, title: str) -> dict[str, int | None]:
    (one,) = (b for b in found.blocks if b.title == title)
    return {words("en").say(line.label): line.number for line in one.lines}


def test_everything_is_counted_from_what_was_written_down(clinic: Clinic) -> None:
    one = case(
        clinic, dt.date(2026, 7, 2), "farm", "female", ("conciliation_filed", "2026-07-12"), ("threat", "2026-07-05")
    )
    other = case(clinic, dt.date(2026, 7, 31), "farm", "male", ("payment", "2026-07-31"), ("payment", "2026-08-01"))
    case(clinic, dt.date(2026, 6, 30), "hotel", "female", ("hearing", "2026-07-01"), ("suit_filed", "2026-06"))
    tally.add(clinic, Tally(FIRST, "group", "pay", "Ica", 12, {}, "es", "informed"))
    tally.add(clinic, Tally(dt.date(2026, 8, 1), "phone", "pay", "Ica", 1, {}, "es", "advised"))
    found = reports.report(clinic, FIRST, LAST)
    assert numbers(found) == {
        "People served": 3,
        "Cases opened": 2,
        "Claims filed": 1,
        "Hearings held": 1,
        "Threats or reprisals": 1,
        "Talks counted": 1,
        "People in talks": 12,
    }
    assert block(found, "Cases opened, by sector") == {"Farm field": 2}
    assert block(found, "Cases opened, by sex") == {"Female": 1, "Male": 1}
    assert block(found, "Cases opened, by age") == {"25–34": 2}
    assert block(found, "Claims filed, by way") == {"Conciliation request filed": 1}
    assert (found.days_to_filing, found.filed_cases) == (10, 1)
    claimed, received = found.sums
    check = screening.look(clinic, one, dt.date(2026, 7, 20))
    assert (claimed.low, claimed.high) == (check.total_low, check.total_high)
    assert format(received.high, "f") == "1500.50"
    assert sum(block(found, "Breaches found in the cases opened").values(), start=0) > 0  # type: ignore[arg-type]  # none is kept back here
    people.join(clinic, people.of_case(clinic, one), people.of_case(clinic, other))
    assert numbers(reports.report(clinic, FIRST, LAST))["People served"] == 2
    assert casework.count(clinic) == 3


def test_a_month_without_anything_is_all_noughts(clinic: Clinic) -> None:
    found = reports.report(clinic, FIRST, LAST)
    assert set(numbers(found).values()) == {0}
    assert found.blocks == ()
    assert found.days_to_filing is None
    assert reports.print_report(found, "en", Paper.LETTER).startswith(b"%PDF")


def made(*numbers_of: int, of_people: bool = True) -> Report:
    lines = tuple(Count(f"=line {at}", number) for at, number in enumerate(numbers_of))
    headline = (Count("People served", sum(numbers_of)), Count("Threats or reprisals", 1))
    return Report("+Clinic", FIRST, LAST, headline, (Block("By sex", lines, of_people),), (), "MXN", 3, 1)


def shown(report: Report) -> list[int | None]:
    return [line.number for line in handed_on(report).blocks[0].lines]


def test_small_numbers_are_kept_back_and_one_alone_takes_another_with_it() -> None:
    assert shown(made(12, 3, 2, 0)) == [12, None, None, 0]
    assert shown(made(12, 3, 7)) == [12, None, None]
    assert shown(made(12, 7)) == [12, 7]
    assert shown(made(3)) == [None]
    assert shown(made(2, 1, of_people=False)) == [2, 1]
    assert [count.number for count in handed_on(made(12, 7)).headline] == [19, None]


def test_the_table_that_is_handed_on_holds_no_small_number_and_no_formula() -> None:
    rows = reports.table(made(12, 3, 7), words("en").say)
    raw = reports.as_csv(rows)
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert ["'=line 1", "<5"] in read
    assert ["'=line 2", "<5"] in read
    assert ["'=line 0", "12"] in read
    assert read[0] == ["'+Clinic"]
    sheet = load_workbook(io.BytesIO(reports.as_xlsx(rows))).active
    assert sheet is not None
    cells = [cell.value for line in sheet.iter_rows() for cell in line]
    assert 12 in cells
    assert 3 not in cells[4:-4]
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_months_go_back_from_the_latest() -> None:
    assert months(dt.date(2026, 1, 31), 3) == [
        (dt.date(2026, 1, 1), dt.date(2026, 1, 31)),
        (dt.date(2025, 12, 1), dt.date(2025, 12, 31)),
        (dt.date(2025, 11, 1), dt.date(2025, 11, 30)),
    ]
