"""How tests drive the window: by keyboard, waiting for answers and never for time."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinic_app.services import casework
from clinic_app.ui.desk import Place
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.parts.languages import LanguageButton
from clinic_app.ui.window import Window
from clinic_app.ui.workplace import Workplace

W = TypeVar("W", bound=QWidget)


def rest(qtbot: QtBot, window: Window) -> None:
    """Wait until every answer has come and the layouts have run."""
    qtbot.waitUntil(lambda: not window.tasks.pending)
    QApplication.processEvents()


def workplace(window: Window) -> Workplace:
    assert window.workplace is not None
    return window.workplace


def go(qtbot: QtBot, window: Window, place: Place, kind: type[W]) -> W:
    """Go to a place and return its screen once it has loaded."""
    workplace(window).go(place)
    rest(qtbot, window)
    return shown(window, kind)


def shown(window: Window, kind: type[W]) -> W:
    screen = workplace(window).shown
    assert isinstance(screen, kind)
    return screen


def case_id(window: Window, name: str) -> str:
    assert window.clinic is not None
    return next(row.id for row in casework.cases(window.clinic) if name in row.shown_name)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    QTest.keyClick(focused(), key, modifier)


def click(widget: QWidget) -> None:
    """Click the middle of a widget that can be seen."""
    QApplication.processEvents()  # what was just built is laid out
    assert widget.isVisible()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def choose_language(button: LanguageButton, name: str) -> None:
    """Pick a language by its own name, as a click on its line does."""
    next(action for action in button.menu_of_all.actions() if action.text() == name).trigger()
    button.menu_of_all.close()


def type_text(text: str) -> None:
    QTest.keyClicks(focused(), text)


def field_of_focus() -> FieldBox:
    """Return the field in which the keyboard is."""
    widget: QWidget | None = focused()
    while widget is not None and not isinstance(widget, FieldBox):
        widget = widget.parentWidget()
    assert isinstance(widget, FieldBox)
    return widget
