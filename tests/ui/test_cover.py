from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinic_app.services import casework, intake
from clinic_app.services import clinic as clinics
from clinic_app.ui.case.happened import HappenedDialog
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.settings import SettingsFile
from clinic_app.ui.window import IDLE_MINUTES, Window
from tests.ui.conftest import TODAY, today
from tests.ui.driving import case_id, focused, go, press, rest, shown, type_text

PASSWORD = "four words in a row"


def test_one_key_hides_everything_and_what_is_typed_is_saved(qtbot: QtBot, window: Window, folder: Path) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "Alma"), "worker.alias"), IntakePage)
    type_text("Lupe")
    press(Qt.Key.Key_F12)
    assert window.hidden is True
    assert not window.windowTitle().strip()
    rest(qtbot, window)
    press(Qt.Key.Key_Return)
    assert shown(window, IntakePage) is page
    window.close()
    clinic = clinics.open_practice(folder, intake.fill_practice)
    try:
        assert casework.case(clinic, page.case_id).section("worker").get("alias") == "Lupe"
    finally:
        clinic.close()


def test_a_dialog_is_hidden_too_and_comes_back_with_what_was_typed(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("case", case_id(window, "José")), CasePage)
    page.something_happened()
    dialog = page.findChild(HappenedDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.ready and dialog.isActiveWindow())
    dialog.choose_way("called")
    qtbot.waitUntil(lambda: "note" in dialog.boxes)
    dialog.boxes["note"].focus()
    type_text("He called")
    press(Qt.Key.Key_F12)
    seen = [dialog.isVisible()]
    window._cover.button.click()
    seen.append(dialog.isVisible())
    assert seen == [False, True]
    assert dialog.boxes["note"].input.raw() == "He called"
    dialog.close()


def test_two_presses_of_escape_hide_and_one_does_not(window: Window) -> None:
    seen = []
    for _ in range(2):
        press(Qt.Key.Key_Escape)
        seen.append(window.hidden)
    assert seen == [False, True]


def test_idleness_hides_and_work_puts_it_off(qtbot: QtBot, window: Window) -> None:
    assert window._idle.interval() == IDLE_MINUTES * 60_000
    window._idle.stop()
    QTest.keyClick(focused(), Qt.Key.Key_Shift)
    assert window._idle.isActive()
    window._idle.timeout.emit()
    assert window.hidden
    rest(qtbot, window)


@pytest.fixture
def real_window(qtbot: QtBot, tmp_path: Path, settings: SettingsFile) -> Window:
    folder = tmp_path / "real"
    clinics.create(folder, "Clinic", "mx", "Ana", PASSWORD)[0].close()
    window = Window(folder, tmp_path / "practice", settings, today)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    rest(qtbot, window)
    return window


def test_the_password_opens_the_clinic_and_uncovers_it(qtbot: QtBot, real_window: Window) -> None:
    unlock = real_window.start.unlock
    QTest.keyClicks(unlock.password.line, "wrong password")
    unlock.button.click()
    rest(qtbot, real_window)
    assert real_window.workplace is None
    assert unlock.banner.isVisible()
    unlock.password.line.setText(PASSWORD)
    unlock.button.click()
    qtbot.waitUntil(lambda: real_window.workplace is not None)
    assert unlock.password.text() == ""
    rest(qtbot, real_window)
    real_window.hide_all()
    cover = real_window._cover
    assert cover.password.isVisible()
    cover.password.line.setText("wrong password")
    cover.button.click()
    rest(qtbot, real_window)
    assert real_window.hidden
    cover.password.line.setText(PASSWORD)
    cover.button.click()
    qtbot.waitUntil(lambda: not real_window.hidden)
    real_window.close()
    assert real_window.settings.now.user == "Ana"
    assert today() == TODAY
