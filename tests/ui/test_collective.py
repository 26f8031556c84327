from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from clinic_app.domain.collective import MemberState
from clinic_app.services import casework, packet
from clinic_app.ui import printing
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.collective.group import GroupView
from clinic_app.ui.collective.page import GroupsPage, NewGroup
from clinic_app.ui.collective.papers_sheet import PapersSheet
from clinic_app.ui.collective.table_sheet import TableSheet
from clinic_app.ui.desk import Place
from clinic_app.ui.window import Window
from tests.ui.driving import field_of_focus, focused, go, press, rest, shown, type_text, workplace
from tests.ui.test_people import click

TABLE = (
    "Nombre\tIngreso\tÚltimo día\tSueldo\tCada\n"
    "Rosa Luna\t10/1/2022\t9/7/2026\t24,000\tmes\n"
    "Juan Sol\t1/3/2021\t9/7/2026\tmucho\tsemana\n"
)


def begin(qtbot: QtBot, window: Window) -> GroupView:
    """Begin a group by keyboard and bring two workers in by paste."""
    page = go(qtbot, window, Place("groups"), GroupsPage)
    page.new.setFocus()
    press(Qt.Key.Key_Return)
    sheet = page.findChild(NewGroup)
    assert sheet is not None
    qtbot.waitUntil(sheet.isActiveWindow)
    assert field_of_focus().path == "employer"
    type_text("Rancho Verde")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(workplace(window).shown, GroupView))
    rest(qtbot, window)
    view = shown(window, GroupView)
    wake(qtbot, window)
    assert focused() is view.table_button
    QApplication.clipboard().setText(TABLE)
    press(Qt.Key.Key_Return)
    table = view.findChild(TableSheet)
    assert table is not None
    qtbot.waitUntil(table.isActiveWindow)
    press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: table.table is not None)
    QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert [table.model.row_at(n).row for n in range(table.model.rowCount())] == [3]
    click(table.add_button)
    qtbot.waitUntil(lambda: view.model.rowCount() == 2)
    rest(qtbot, window)
    wake(qtbot, window)
    return view


def wake(qtbot: QtBot, window: Window) -> None:
    """Give the window the keyboard again: without a window manager nobody does when a dialog closes."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def cell(view: GroupView, row: int, column: int) -> str:
    return str(view.model.index(row, column).data())


def test_a_group_from_its_beginning_to_its_total(qtbot: QtBot, window: Window) -> None:
    view = begin(qtbot, window)
    QAbstractItemModelTester(view.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert view.title.text() == "Rancho Verde"
    view.tabs.setCurrentIndex(1)
    ending = view.boxes["job.ending"]
    ending.focus()
    type_text("2")  # dismissed
    rest(qtbot, window)
    view.tabs.setCurrentIndex(0)
    assert "MXN" in view._total.text()
    assert cell(view, 0, 6) != "0.00"
    assert all(m.case.section("job").get("ending") == "dismissed" for m in (view.model.member(0), view.model.member(1)))


def test_a_cell_is_typed_over_by_keyboard_and_a_wrong_one_is_told(qtbot: QtBot, window: Window) -> None:
    view = begin(qtbot, window)
    view.grid.setFocus()
    view.grid.setCurrentIndex(view.model.index(1, 3))
    press(Qt.Key.Key_Return)
    editor = focused()
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "1,500")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    rest(qtbot, window)
    qtbot.waitUntil(lambda: cell(view, 1, 3) == "1,500.00")
    assert view.grid.currentIndex().row() == 1
    view.model.setData(view.model.index(1, 1), "treinta")
    rest(qtbot, window)
    assert view.banner.isVisible()
    assert "2021" in cell(view, 1, 1)
    view.model.setData(view.model.index(1, 4), "A month")
    rest(qtbot, window)
    assert view.model.member(1).case.section("pay").get("period") == "month"


def test_one_leaves_and_the_case_can_be_opened(qtbot: QtBot, window: Window) -> None:
    view = begin(qtbot, window)
    view.grid.setCurrentIndex(view.model.index(1, 0))
    click(view.leave_button)
    rest(qtbot, window)
    assert view.model.member(1).state is MemberState.LEFT
    assert "left" in cell(view, 1, 0)
    click(view.return_button)
    rest(qtbot, window)
    assert view.model.member(1).state is MemberState.IN
    click(view.open_button)
    rest(qtbot, window)
    assert shown(window, CasePage).title.text() == "Juan Sol"


def test_papers_for_everybody_go_into_a_folder(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    view = begin(qtbot, window)
    click(view.papers_button)
    sheet = view.findChild(PapersSheet)
    assert sheet is not None
    sheet.make(tmp_path)
    qtbot.waitUntil(lambda: sheet.told.text().startswith("Done"))
    assert len(list(tmp_path.glob("*.pdf"))) == 2
    assert not sheet.refused.isVisible()


def test_papers_for_everybody_in_one_run_through_the_printer(
    qtbot: QtBot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = begin(qtbot, window)
    out = tmp_path / "run.pdf"

    def into_a_file(_parent: object, printer: QPrinter, _bundle: object) -> bool:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(out))
        return True

    monkeypatch.setattr(printing, "choose_printer", into_a_file)  # the system's own dialog
    click(view.papers_button)
    sheet = view.findChild(PapersSheet)
    assert sheet is not None
    click(sheet.print_button)
    qtbot.waitUntil(lambda: sheet.told.text().startswith("Sent"))
    rest(qtbot, window)
    assert len(sheet._made) == 2
    assert packet.page_count(out.read_bytes()) == sum(map(packet.page_count, sheet._made.values()))
    assert window.clinic is not None
    for case in sheet._made:
        assert casework.history(window.clinic, case)[0].kind == "print"


def test_a_file_and_an_empty_sheet(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    view = begin(qtbot, window)
    view.from_table()
    sheet = view.findChild(TableSheet)
    assert sheet is not None
    sheet.save_empty(tmp_path / "vacia")
    rest(qtbot, window)
    sheet.read_file(tmp_path / "vacia.xlsx")
    rest(qtbot, window)
    assert sheet.table is not None
    assert not sheet.add_button.isEnabled()
    (tmp_path / "lista.csv").write_text("name;pay\nEva Paz;100\nRosa Luna;1\n", encoding="utf-8")
    sheet.read_file(tmp_path / "lista.csv")
    rest(qtbot, window)
    click(sheet.add_button)
    rest(qtbot, window)
    assert "Rosa Luna" in sheet.told.text()  # was there already
    assert view.model.rowCount() == 3
    (tmp_path / "no.xlsx").write_bytes(b"PK no")
    sheet.read_file(tmp_path / "no.xlsx")
    rest(qtbot, window)
    assert sheet.error.isVisible()
