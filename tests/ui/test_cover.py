from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from clinic_app.errors import KnownError
from clinic_app.services import casework, intake
from clinic_app.services import clinic as clinics
from clinic_app.ui import traces
from clinic_app.ui.case.happened import HappenedDialog
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.idle import Idle
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.settings import SettingsFile
from clinic_app.ui.setup.locking import LockingPart
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.window import Window
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


class Clock:
    """A time of day that a test turns."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.usefixtures("qapp")
def test_idleness_hides_then_locks_and_work_puts_both_off() -> None:
    clock = Clock()
    idle = Idle(lambda: (10, 30), clock)
    told: list[str] = []
    idle.hide_due.connect(lambda: told.append("hide"))
    idle.close_due.connect(lambda: told.append("close"))
    for minutes, expected in ((9, []), (1, ["hide"]), (10, ["hide"]), (10, ["hide", "close"]), (60, ["hide", "close"])):
        clock.now += 60 * minutes
        idle.look()
        assert told == expected
    idle.again()
    idle.look()
    assert told == ["hide", "close", "close"]
    idle.note()
    clock.now -= 10**6  # the clock is set back
    idle.look()
    clock.now += 599
    idle.look()
    assert len(told) == 3
    clock.now += 8 * 3600  # the lid was closed all night
    idle.look()
    assert told[3:] == ["hide", "close"]


def test_who_works_is_noticed_in_the_window(window: Window) -> None:
    window._idle._last = 0.0
    QTest.keyClick(focused(), Qt.Key.Key_Shift)
    assert window._idle._last > 0
    window.hide_all()
    window._idle._last = 1.0
    QTest.mouseMove(window._cover)
    QTest.keyClick(window._cover, Qt.Key.Key_Shift)
    assert window._idle._last == 1.0  # moving the mouse before the cover keeps no clinic open


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


def is_open(window: Window) -> bool:
    return window.clinic is not None


def unlocked(qtbot: QtBot, window: Window) -> Window:
    window.start.unlock.password.line.setText(PASSWORD)
    window.start.unlock.button.click()
    qtbot.waitUntil(lambda: window.workplace is not None)
    rest(qtbot, window)
    return window


def test_a_locked_clinic_is_closed_and_what_was_typed_is_saved(qtbot: QtBot, real_window: Window) -> None:
    window = unlocked(qtbot, real_window)
    clinic = window.clinic
    assert clinic is not None
    case = intake.start(clinic, TODAY)
    page = go(qtbot, window, Place("intake", case, "worker.alias"), IntakePage)
    type_text("Lupe")
    window.lock()
    qtbot.waitUntil(lambda: window.clinic is None)
    rest(qtbot, window)
    assert window.hidden
    assert not window.windowTitle().strip()
    assert clinic.store._db.closed
    assert clinic.store._db.key == b""
    assert not isValid(page)
    clinics.unlock(clinic.folder, PASSWORD).close()  # nobody holds its lock
    cover = window._cover
    cover.password.line.setText("wrong password")
    cover.button.click()
    rest(qtbot, window)
    assert not is_open(window)
    cover.password.line.setText(PASSWORD)
    cover.button.click()
    qtbot.waitUntil(lambda: window.workplace is not None)
    rest(qtbot, window)
    back = shown(window, IntakePage)  # where the same person was
    assert back.case_id == case
    assert window.clinic is not None
    assert casework.case(window.clinic, case).section("worker").text("alias") == "Lupe"
    window.close()


def test_somebody_else_comes_in_by_the_first_screen(qtbot: QtBot, real_window: Window) -> None:
    window = unlocked(qtbot, real_window)
    window.lock()
    qtbot.waitUntil(lambda: window.clinic is None)
    rest(qtbot, window)
    window._cover.other_button.click()
    rest(qtbot, window)
    assert window.start.unlock.isVisible()
    unlocked(qtbot, window).close()


def test_an_open_form_is_not_dropped_by_idleness(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("case", case_id(window, "José")), CasePage)
    page.something_happened()
    window.hide_all()
    window._idle.close_due.emit()
    assert window.clinic is not None
    assert window._cover.told.isVisible()
    window._cover.button.click()
    dialog = page.findChild(HappenedDialog)
    assert dialog is not None
    dialog.close()
    rest(qtbot, window)
    window.hide_all()
    assert not window._cover.told.isVisible()
    window._idle.close_due.emit()
    qtbot.waitUntil(lambda: window.clinic is None)
    rest(qtbot, window)
    assert window.start.isVisible()  # the practice clinic has no password


def test_menus_and_what_was_copied_here_are_gone_when_hidden(qtbot: QtBot, window: Window) -> None:
    menu = QMenu(window)
    menu.addAction("Something")
    menu.popup(window.mapToGlobal(window.rect().center()))
    note = QWidget(None, Qt.WindowType.Window)
    note.show()
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("José Ñáñez")
    window.hide_all()
    assert clipboard.text() == ""
    assert not menu.isVisible()
    assert not note.isVisible()
    window._cover.button.click()
    assert note.isVisible()
    note.close()
    rest(qtbot, window)


def test_windows_is_told_to_keep_no_history_of_what_is_copied(qtbot: QtBot, window: Window) -> None:
    assert window.isVisible()
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("José Ñáñez")
    traces.keep_out_of_history(on_windows=True)
    assert clipboard.text() == "José Ñáñez"
    assert any("ExcludeClipboardContent" in name for name in clipboard.mimeData().formats())
    traces.keep_out_of_history(on_windows=True)  # its own change is not one
    clipboard.clear()
    rest(qtbot, window)


def test_the_first_screens_hide_too(qtbot: QtBot, real_window: Window) -> None:
    QTest.keyClick(real_window.start.unlock.password.line, Qt.Key.Key_F12)
    assert real_window.hidden
    rest(qtbot, real_window)
    real_window._cover.button.click()
    assert real_window.start.isVisible()
    real_window.close()


def test_several_wrong_passwords_count_down_and_go_on_after_a_restart(
    qtbot: QtBot, real_window: Window, tmp_path: Path
) -> None:
    unlock = real_window.start.unlock
    clinic = tmp_path / "real"
    for _ in range(4):
        with pytest.raises(KnownError):
            clinics.unlock(clinic, "not the password")
    count = clinic / "clinic.tries"
    count.write_text(count.read_text("utf-8").replace('"wrong":4', '"wrong":10'), "utf-8")  # a minute, on any machine
    unlock.password.line.setText(PASSWORD)
    unlock.button.click()
    qtbot.waitUntil(lambda: unlock.patience.waiting)
    assert not unlock.button.isEnabled()
    assert " s" in unlock.password._error.text()
    assert real_window.workplace is None
    count.unlink()
    unlock.patience.begin(0)  # the minute is over
    assert not unlock.patience.waiting
    assert unlock.button.isEnabled()
    unlocked(qtbot, real_window).close()


def test_the_minutes_are_chosen_and_kept(qtbot: QtBot, real_window: Window) -> None:
    window = unlocked(qtbot, real_window)
    page = go(qtbot, window, Place("settings"), SettingsPage)
    (part,) = (part for part in page.parts if isinstance(part, LockingPart))
    part.boxes["hide_after"].answered.emit("hide_after", "2")
    part.boxes["close_after"].answered.emit("close_after", "60")
    assert window._minutes() == (2, 60)
    assert window.clinic is not None
    assert SettingsFile(window.clinic.folder).now.hide_after == 2
    part.button.click()
    qtbot.waitUntil(lambda: window.clinic is None)
    rest(qtbot, window)
    window.close()
