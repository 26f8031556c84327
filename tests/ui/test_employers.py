from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from clinic_app.services import employers, intake
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.employers.employer import ChainSheet, EmployerView, NameSheet
from clinic_app.ui.employers.page import EmployersPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.twins import TwinCard
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY
from tests.ui.driving import case_id, go, press, rest, shown, type_text
from tests.ui.test_people import click


def another(qtbot: QtBot, window: Window, name: str) -> None:
    """Save one more case against an employer."""
    assert window.clinic is not None
    clinic = window.clinic

    def work() -> None:
        case = intake.start(clinic, TODAY)
        row = intake.add_row(clinic, case, "employers")
        intake.save(clinic, case, f"employers[{row}].name", name)

    window.tasks.ask(window, work)
    rest(qtbot, window)


def words_of(page: EmployerView) -> str:
    return "\n".join(label.text() for label in page.findChildren(TextLabel) if label.isVisible())


def test_from_the_list_to_a_case_by_keyboard(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("employers"), EmployersPage)
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    type_text("zzz")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert "No employer is found" in page.told.text()
    page.line.clear()
    type_text("esper")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    assert shown(window, EmployerView).title.text() == "Empacadora La Esperanza"
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    assert shown(window, CasePage).title.text() == "José Ñáñez"


def test_twins_are_joined_and_two_cases_are_a_pattern(qtbot: QtBot, window: Window) -> None:
    another(qtbot, window, "Empacadora la esperanza S.A. de C.V.")
    page = go(qtbot, window, Place("employers"), EmployersPage)
    click(page.twins_button)
    rest(qtbot, window)
    (card,) = [c for c in page.findChildren(TwinCard) if c.isVisible()]
    click(card.same_button)
    rest(qtbot, window)
    assert page.model.rowCount() == 1
    view = go(qtbot, window, Place("employer", record=page.model.row_at(0).id), EmployerView)
    assert "2 cases in the last two years" in words_of(view)
    assert view.model.rowCount() == 2
    click(next(b for b in view.findChildren(QPushButton) if b.isVisible() and b.text() == "Separate"))
    rest(qtbot, window)
    assert view.model.rowCount() == 1
    (card,) = [c for c in view.findChildren(TwinCard) if c.isVisible()]
    click(card.two_button)
    rest(qtbot, window)
    assert not [c for c in view.findChildren(TwinCard) if c.isVisible()]


def test_another_name_and_the_chain(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("employers"), EmployersPage)
    view = go(qtbot, window, Place("employer", record=page.model.row_at(0).id), EmployerView)
    click(view.name_button)
    sheet = view.findChild(NameSheet)
    assert sheet is not None
    click(sheet.save_button)
    rest(qtbot, window)
    assert sheet.box.error.isVisible()  # a name is needed
    sheet.box.input.show_answer("La Esperancita")
    click(sheet.save_button)
    rest(qtbot, window)
    assert "La Esperancita" in view.hint.text()
    click(view.chain_button)
    chain = view.findChild(ChainSheet)
    assert chain is not None
    chain.box.input.show_answer("Contratista Pérez")
    click(chain.save_button)
    assert chain.how.error.isVisible()
    chain.how.input.options[1].click()  # type: ignore[attr-defined]  # a choice has options
    click(chain.save_button)
    rest(qtbot, window)
    assert "Gets workers from Contratista Pérez" in words_of(view)
    click(next(b for b in view.findChildren(QPushButton) if b.isVisible() and b.text() == "Take out"))
    rest(qtbot, window)
    assert "Contratista" not in words_of(view)


def test_the_interview_recognises_an_employer(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "Alma"), "employers"), IntakePage)
    type_text("empacadora la esperansa")
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    (card,) = [c for c in page.findChildren(TwinCard) if c.isVisible()]
    assert not card.look_button.isVisible()
    click(card.same_button)
    rest(qtbot, window)
    assert not [c for c in page.findChildren(TwinCard) if c.isVisible()]
    assert window.clinic is not None
    (row,) = employers.employers(window.clinic)
    assert row.cases == 2
