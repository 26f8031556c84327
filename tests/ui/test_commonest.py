"""The commonest tasks, each by keyboard alone and by mouse alone, on a real window and a real store.

Taking work to headquarters, the fifth, stands in test_sending.py: it needs headquarters.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from clinic_app.services import casework
from clinic_app.ui import printing
from clinic_app.ui.case.happened import HappenedDialog
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.cases.page import CasesPage
from clinic_app.ui.intake.new_person import NewPersonPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.packet.after import AfterPrint
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.window import Window
from tests.ui.driving import click, press, rest, shown, type_text, workplace
from tests.ui.stalls import measured

Record = Callable[[str, object], None]


@pytest.fixture
def ready(qtbot: QtBot, window: Window) -> Window:
    """The window with the keyboard in its search, as it is after opening."""
    window.activateWindow()
    workplace(window).search.setFocus()
    qtbot.waitUntil(workplace(window).search.hasFocus)
    return window


@pytest.fixture
def to_pdf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Every print goes into this file: the system's own dialog is not ours to press."""
    out = tmp_path / "out.pdf"

    def choose(_parent: object, printer: QPrinter, _bundle: printing.Bundle) -> bool:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(out))
        return True

    monkeypatch.setattr(printing, "choose_printer", choose)
    return out


def found_case(qtbot: QtBot, window: Window) -> CasePage:
    """Search by keyboard and open the first found."""
    type_text("nanez")
    cases = shown(window, CasesPage)
    qtbot.waitUntil(lambda: cases.model.rowCount() == 1)
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    return shown(window, CasePage)


def clicked_case(qtbot: QtBot, window: Window) -> CasePage:
    """Open the case of José from the list by mouse."""
    click(workplace(window).rail["cases"])
    rest(qtbot, window)
    cases = shown(window, CasesPage)
    number = next(n for n in range(cases.model.rowCount()) if "José" in cases.model.row_at(n).shown_name)
    table = cases.findChild(QTableView)
    assert table is not None
    at: QPoint = table.visualRect(cases.model.index(number, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    rest(qtbot, window)
    return shown(window, CasePage)


def dialog_of(qtbot: QtBot, page: CasePage) -> HappenedDialog:
    qtbot.waitUntil(lambda: any(d.isVisible() and d.ready for d in page.findChildren(HappenedDialog)))
    return next(d for d in page.findChildren(HappenedDialog) if d.isVisible())


def after_print(qtbot: QtBot, page: PacketPage) -> AfterPrint:
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in page.findChildren(AfterPrint)))
    return next(dialog for dialog in page.findChildren(AfterPrint) if dialog.isVisible())


def test_someone_walks_in_by_keyboard(qtbot: QtBot, ready: Window, record_property: Record) -> None:
    with measured(record_property, "new person"):
        press(Qt.Key.Key_F2)
        page = shown(ready, NewPersonPage)
        type_text("Zoila Prado")
        rest(qtbot, ready)
        press(Qt.Key.Key_Return)
        qtbot.waitUntil(page.new.hasFocus)
        press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: isinstance(workplace(ready).shown, IntakePage))
        rest(qtbot, ready)
    assert shown(ready, IntakePage).form is not None


def test_someone_walks_in_by_mouse(qtbot: QtBot, ready: Window, record_property: Record) -> None:
    with measured(record_property, "new person"):
        click(workplace(ready).rail["new"])
        click(shown(ready, NewPersonPage).new)
        qtbot.waitUntil(lambda: isinstance(workplace(ready).shown, IntakePage))
        rest(qtbot, ready)
    assert shown(ready, IntakePage).form is not None


def test_what_about_my_case_by_keyboard(qtbot: QtBot, ready: Window, record_property: Record) -> None:
    with measured(record_property, "open a case"):
        page = found_case(qtbot, ready)
    assert page.following.sentence.text() == "File the conciliation request before this day. Keep the receipt."
    assert page.following.day.text() == "Wednesday, September 9, 2026"


def test_what_about_my_case_by_mouse(qtbot: QtBot, ready: Window, record_property: Record) -> None:
    with measured(record_property, "open a case"):
        page = clicked_case(qtbot, ready)
    assert page.following.sentence.text()


def test_record_what_happened_by_keyboard(qtbot: QtBot, ready: Window, record_property: Record) -> None:
    page = found_case(qtbot, ready)
    with measured(record_property, "something happened"):
        press(Qt.Key.Key_F4)
        dialog = dialog_of(qtbot, page)
        press(Qt.Key.Key_7)  # a threat: there is nothing more to choose
        rest(qtbot, ready)
        for _ in range(2):  # the date is today; the note is left empty
            press(Qt.Key.Key_Return)
        press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not isValid(dialog))
        rest(qtbot, ready)
    assert page.found is not None
    assert [event.text("kind") for event in page.found.case.rows("events")] == ["threat"]


def test_record_what_happened_by_mouse(qtbot: QtBot, ready: Window, record_property: Record) -> None:
    page = clicked_case(qtbot, ready)
    with measured(record_property, "something happened"):
        click(page.event_button)
        dialog = dialog_of(qtbot, page)
        click(dialog.ways["sent"])
        assert dialog.which is not None
        choices = dialog.which.input
        assert isinstance(choices, ChoiceInput)
        click(next(option for option in choices.options if option.choice.code == "conciliation_filed"))
        rest(qtbot, ready)
        click(dialog.button)
        qtbot.waitUntil(lambda: not isValid(dialog))
        rest(qtbot, ready)
    assert page.found is not None
    assert page.found.row.stage == "filed"
    assert [entry.step for entry in page.found.entries] == ["conciliation_confirmed"]


def test_print_by_keyboard(qtbot: QtBot, ready: Window, to_pdf: Path, record_property: Record) -> None:
    at = found_case(qtbot, ready).case_id
    with measured(record_property, "print"):
        press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        packet = shown(ready, PacketPage)
        qtbot.waitUntil(lambda: packet.made is not None)
        packet.print_button.setFocus()
        press(Qt.Key.Key_Return)
        after = after_print(qtbot, packet)
        qtbot.waitUntil(after.yes.hasFocus)
        press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not isValid(after))
        rest(qtbot, ready)
    assert to_pdf.stat().st_size > 1000
    assert ready.clinic is not None
    (noted,) = casework.printed(ready.clinic, at)
    assert (noted.what, noted.how, noted.pages[:2]) == ("worker", "printer", "1-")


def test_print_by_mouse(qtbot: QtBot, ready: Window, to_pdf: Path, record_property: Record) -> None:
    page = clicked_case(qtbot, ready)
    with measured(record_property, "print"):
        click(page.next_button)
        packet = shown(ready, PacketPage)
        qtbot.waitUntil(lambda: packet.made is not None)
        click(packet.print_button)
        after = after_print(qtbot, packet)
        click(after.yes)
        qtbot.waitUntil(lambda: not isValid(after))
        rest(qtbot, ready)
    assert to_pdf.exists()
    assert ready.clinic is not None
    assert casework.row(ready.clinic, page.case_id).stage == "papers"
