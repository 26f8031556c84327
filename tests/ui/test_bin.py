from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_app.services import casework
from clinic_app.ui.bin.page import BinPage
from clinic_app.ui.cases.page import CasesPage
from clinic_app.ui.desk import Place
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.window import Window
from tests.ui.driving import case_id, click, focused, go, press, rest, shown


def said(page: BinPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(TextLabel) if label.isVisible())


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> BinPage:
    """The bin with one case, reached from the list of cases."""
    assert window.clinic is not None
    casework.to_bin(window.clinic, case_id(window, "Alma"), "written twice")
    cases = go(qtbot, window, Place("cases"), CasesPage)
    click(cases.bin_button)
    rest(qtbot, window)
    return shown(window, BinPage)


def test_it_says_what_why_when_and_who(window: Window, page: BinPage) -> None:
    assert window.clinic is not None
    (binned,) = casework.binned_cases(window.clinic)
    assert binned.who == window.clinic.user.name
    assert "Alma Vázquez" in said(page)
    assert "Why: written twice" in said(page)
    assert binned.who in said(page)
    assert "1 case in the bin" in said(page)


def test_a_case_is_brought_back_by_keyboard(qtbot: QtBot, window: Window, page: BinPage) -> None:
    assert focused() is page.cards[0].back
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    assert window.clinic is not None
    assert not casework.binned_cases(window.clinic)
    assert "is back among the cases" in said(page)
    assert "The bin is empty." in said(page)
    cases = go(qtbot, window, Place("cases"), CasesPage)
    assert cases.model.rowCount() == 2


def test_an_empty_bin_says_so(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("bin"), BinPage)
    assert "The bin is empty." in said(page)
    click(page.back)
    rest(qtbot, window)
    assert shown(window, CasesPage)
