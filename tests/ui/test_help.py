from __future__ import annotations

from typing import get_args

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_app.i18n import SCREEN_LANGUAGES
from clinic_app.ui import help as helps
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.people.page import PeoplePage
from clinic_app.ui.window import Window
from tests.ui.driving import focused, go, press, workplace


def test_f1_opens_the_help_of_the_screen_and_gives_the_keyboard_back(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("people"), PeoplePage)
    assert focused() is page.line
    press(Qt.Key.Key_F1)
    pane = workplace(window).help
    assert pane.isVisible()
    told = pane.text.toPlainText()
    assert told.startswith("Name, phone, town or case number")  # what the field in hand asks
    assert "here twice" in told
    assert pane.geometry().right() == workplace(window).rect().right()
    window.speak("es")
    assert "repetidas" in pane.text.toPlainText()
    press(Qt.Key.Key_Escape)
    assert not pane.isVisible()
    assert focused() is page.line
    assert not window.hidden
    press(Qt.Key.Key_F1)
    press(Qt.Key.Key_F1)
    assert not pane.isVisible()


def test_another_screen_closes_the_help(qtbot: QtBot, window: Window) -> None:
    workplace(window).toggle_help()
    go(qtbot, window, Place("people"), PeoplePage)
    assert not workplace(window).help.isVisible()


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_screen_has_help_in_every_language(language: str) -> None:
    for name in get_args(PlaceName):
        assert len(helps.page(language, name)) > 100, name
    there = {file.name for file in (helps.folder() / language).glob("*.md")}
    for other in SCREEN_LANGUAGES:
        assert there == {file.name for file in (helps.folder() / other).glob("*.md")}


def test_a_page_belongs_to_a_screen() -> None:
    names = {file.stem for file in (helps.folder() / "en").glob("*.md")}
    assert names - {helps.GENERAL} <= set(get_args(PlaceName))
