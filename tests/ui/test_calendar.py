from __future__ import annotations

import datetime as dt
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from clinic_app.domain.agenda import DayKind
from clinic_app.domain.packet import Paper
from clinic_app.services import agenda, intake, packet, screening
from clinic_app.ui import printing
from clinic_app.ui.calendar.page import CalendarPage
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY
from tests.ui.driving import case_id, focused, go, press, rest, shown
from tests.ui.test_people import click


def opened(qtbot: QtBot, window: Window) -> CalendarPage:
    """The calendar with a hearing on 20 July, told in José's case, and the last safe day of its claim."""
    assert window.clinic is not None
    clinic, at = window.clinic, case_id(window, "José")
    row = intake.add_row(clinic, at, "events")
    intake.save(clinic, at, f"events[{row}].kind", "hearing")
    intake.save(clinic, at, f"events[{row}].date", "2026-07-20")
    screening.assess(clinic, at, TODAY)
    return go(qtbot, window, Place("calendar"), CalendarPage)


def test_days_by_keyboard(qtbot: QtBot, window: Window) -> None:
    page = opened(qtbot, window)
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert focused() is page.view
    assert page.day == TODAY
    assert page.title.text() == "July 2026"
    for _ in range(5):
        press(Qt.Key.Key_Right)
    assert page.day == dt.date(2026, 7, 20)
    rest(qtbot, window)
    (button,) = (b for b in page.findChildren(QPushButton) if b.isVisible() and b.text() == "Open")
    assert "José" in button.accessibleName()
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    rest(qtbot, window)
    assert (page.title.text(), page.day) == ("August 2026", dt.date(2026, 8, 3))
    click(page.now)
    rest(qtbot, window)
    assert page.day == TODAY
    click(page.after)
    rest(qtbot, window)
    assert page.title.text() == "August 2026"
    click(page.before)
    rest(qtbot, window)
    assert page.day == dt.date(2026, 7, 1)
    click(next(b for b in page.findChildren(QPushButton) if b.text() == "Today"))


def test_a_week_and_the_way_to_the_case(qtbot: QtBot, window: Window) -> None:
    page = opened(qtbot, window)
    page.go_to(dt.date(2026, 7, 20))
    page.tabs.setCurrentIndex(1)
    rest(qtbot, window)
    assert page.model.rowCount() == 1
    assert "Court hearing" in str(page.model.index(0, 0).data())
    spoken = str(page.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("Monday, July 20, 2026")
    click(next(b for b in page.findChildren(QPushButton) if b.isVisible() and b.text() == "Open"))
    rest(qtbot, window)
    assert shown(window, CasePage).title.text() == "José Ñáñez"


def test_what_leaves_names_nobody(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    page = opened(qtbot, window)
    assert any(item.kind is DayKind.EVENT for item in page.items)
    file = tmp_path / "july.ics"
    page.save_to(file)
    rest(qtbot, window)
    text = file.read_text("utf-8").replace("\r\n ", "")
    assert "BEGIN:VEVENT" in text
    assert "DTSTART;VALUE=DATE:20260720" in text
    assert "José" not in text
    assert "Court hearing" in text
    lines = [line for _, _, told in page.sheet().days for line in told]
    assert any("Court hearing" in line for line in lines)
    assert not any("José" in line for line in lines)


def test_the_sheet_goes_through_a_printer(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    page = opened(qtbot, window)
    pdf = agenda.print_sheet(page.sheet(), "en", Paper.LETTER)
    printer = printing.printer_for(Paper.LETTER)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    page.out.paint(printer, Paper.LETTER, pdf)
    qtbot.waitUntil(page.banner.isVisible)
    assert packet.page_count((tmp_path / "out.pdf").read_bytes()) == 1
