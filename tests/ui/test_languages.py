from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinic_app.i18n import SCREEN_LANGUAGES
from clinic_app.ui.parts.languages import LanguageButton
from clinic_app.ui.window import Window
from tests.ui.driving import choose_language, click, rest, workplace


def of_qt() -> str:
    return QCoreApplication.translate("QPlatformTheme", "Cancel")


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_a_language_is_picked_by_its_own_name(qtbot: QtBot, window: Window, language: str) -> None:
    button = workplace(window).language
    choose_language(button, SCREEN_LANGUAGES[language])
    rest(qtbot, window)
    assert window.voice.words.language == language
    assert button.text() == SCREEN_LANGUAGES[language]
    assert button.accessibleName().endswith(SCREEN_LANGUAGES[language])
    assert window.settings.now.language == language


def test_the_list_is_reached_by_keyboard(qtbot: QtBot, window: Window) -> None:
    button = workplace(window).language
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(button.menu_of_all.isVisible)
    assert button.menu_of_all.activeAction().text() == "English"
    QTest.keyClick(button.menu_of_all, Qt.Key.Key_Down)
    QTest.keyClick(button.menu_of_all, Qt.Key.Key_Return)
    assert window.voice.words.language == "ka"


def test_it_can_be_changed_before_a_clinic_is_open(qtbot: QtBot, shut_window: Window) -> None:
    button: LanguageButton = shut_window.start.language
    click(button)
    qtbot.waitUntil(button.menu_of_all.isVisible)
    choose_language(button, "ქართული")
    assert shut_window.voice.words.language == "ka"


def test_qt_speaks_the_language_of_the_window(window: Window) -> None:
    said = {}
    for language in SCREEN_LANGUAGES:
        window.speak(language)
        said[language] = of_qt()
    window.speak("en")
    assert said == {"es": "Cancelar", "en": "Cancel", "ka": "გაუქმება"}
    assert of_qt() == "Cancel"
