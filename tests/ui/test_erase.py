from __future__ import annotations

from pytestqt.qtbot import QtBot

from clinic_app.services import casework
from clinic_app.ui.case.erase import EraseDialog
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.window import Window
from tests.ui.driving import case_id, go, rest, workplace


def test_a_case_is_erased_for_good_by_reason_and_number(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("case", case_id(window, "José")), CasePage)
    number = casework.row(workplace(window).desk.clinic, page.case_id).number
    page._on_erase(number)
    dialog = page.findChild(EraseDialog)
    assert dialog is not None
    why = dialog.boxes["why"].input
    assert isinstance(why, ChoiceInput)
    why.pick(0)
    dialog.boxes["number"].input.show_answer("X1-9999")
    dialog.button.click()
    rest(qtbot, window)
    assert "not the number" in dialog.boxes["number"].error.text()
    dialog.boxes["number"].input.show_answer(number)
    dialog.button.click()
    rest(qtbot, window)
    assert workplace(window).place.screen == "today"
    assert number not in {row.number for row in casework.cases(workplace(window).desk.clinic)}
