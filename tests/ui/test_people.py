from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from clinic_app.services import people
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.new_person import NewPersonPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.parts.twins import TwinCard
from clinic_app.ui.people.page import PeoplePage
from clinic_app.ui.people.person import PersonView
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY
from tests.ui.driving import go, press, rest, shown, type_text, workplace


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def click_row(view: QWidget, page: PeoplePage | NewPersonPage | PersonView, number: int) -> None:
    index = page.model.index(number, 0)
    QTest.mouseClick(page.view.viewport(), Qt.MouseButton.LeftButton, pos=page.view.visualRect(index).center())
    assert view is page.view


def second(qtbot: QtBot, window: Window, name: str) -> str:
    """Save one more person; return their id."""
    assert window.clinic is not None
    clinic = window.clinic
    found: list[str] = []

    def work() -> str:
        return people.of_case(clinic, people.begin(clinic, TODAY, name))

    window.tasks.ask(window, work, found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def test_someone_who_was_here_is_found_while_typing_by_keyboard(qtbot: QtBot, window: Window) -> None:
    press(Qt.Key.Key_F2)
    page = shown(window, NewPersonPage)
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    type_text("nanez jo")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    assert page.model.row_at(0).shown_name == "José Ñáñez"
    press(Qt.Key.Key_Return)  # into the list
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    person = shown(window, PersonView)
    assert person.title.text() == "José Ñáñez"
    press(Qt.Key.Key_Return)  # the newest case is chosen
    rest(qtbot, window)
    assert shown(window, CasePage).title.text() == "José Ñáñez"


def test_a_new_person_by_mouse(qtbot: QtBot, window: Window) -> None:
    click(workplace(window).rail["new"])
    page = shown(window, NewPersonPage)
    type_text("Zurab Beridze")
    qtbot.waitUntil(lambda: "Nobody" in page.told.text())
    click(page.new)
    qtbot.waitUntil(lambda: isinstance(workplace(window).shown, IntakePage))
    rest(qtbot, window)
    go(qtbot, window, Place("people"), PeoplePage)
    assert shown(window, PeoplePage).model.row_at(0).shown_name == "Zurab Beridze"


def test_a_second_case_of_somebody_known(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("people"), PeoplePage)
    type_text("jose")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    click_row(page.view, page, 0)
    rest(qtbot, window)
    person = shown(window, PersonView)
    click(person.new)
    qtbot.waitUntil(lambda: isinstance(workplace(window).shown, IntakePage))
    rest(qtbot, window)
    again = go(qtbot, window, Place("person", record=person.person), PersonView)
    assert again.model.rowCount() == 2


def test_the_same_person_twice_is_joined_and_separated(qtbot: QtBot, window: Window) -> None:
    other = second(qtbot, window, "José Ñáñes")
    page = go(qtbot, window, Place("people"), PeoplePage)
    assert page.model.rowCount() == 3
    click(page.twins_button)
    rest(qtbot, window)
    (card,) = [c for c in page.findChildren(TwinCard) if c.isVisible()]
    click(card.same_button)
    rest(qtbot, window)
    assert page.model.rowCount() == 2
    person = go(qtbot, window, Place("person", record=other), PersonView)
    assert person.model.rowCount() == 2
    separate = next(b for b in person.findChildren(QPushButton) if b.text() == "Separate")
    assert "José" in separate.accessibleName()
    click(separate)
    rest(qtbot, window)
    assert person.model.rowCount() == 1
    (card,) = [c for c in person.findChildren(TwinCard) if c.isVisible()]
    click(card.two_button)
    rest(qtbot, window)
    assert not [c for c in person.findChildren(TwinCard) if c.isVisible()]
