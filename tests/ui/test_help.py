from __future__ import annotations

from typing import get_args

import pytest
from PySide6.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from clinic_app.i18n import SCREEN_LANGUAGES, words
from clinic_app.services import guide
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.people.page import PeoplePage
from clinic_app.ui.start.page import StartPage
from clinic_app.ui.window import Window
from tests.ui.driving import case_id, focused, go, press, rest, workplace

START = ("welcome", "create", "recovery", "unlock", "forgotten")


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


def test_f1_in_a_question_says_why_it_is_asked_and_what_to_do_when_nobody_knows(qtbot: QtBot, window: Window) -> None:
    go(qtbot, window, Place("intake", case_id(window, "José"), "job.last_day"), IntakePage)
    press(Qt.Key.Key_F1)
    rest(qtbot, window)
    told = workplace(window).help.text.toPlainText()
    assert told.startswith("Last day worked")
    assert "Why it is asked" in told
    assert "decides on" in told
    assert "Seniority" in told or "dismissal" in told
    assert "harvest" in told
    press(Qt.Key.Key_Escape)
    go(qtbot, window, Place("intake", case_id(window, "José"), "answers.written_notice"), IntakePage)
    press(Qt.Key.Key_F1)
    rest(qtbot, window)
    told = workplace(window).help.text.toPlainText()
    assert "reasons for the dismissal" in told
    assert "Does not know" in told


def test_the_guide_has_contents_and_a_search(qtbot: QtBot, window: Window) -> None:
    pane = workplace(window).help
    workplace(window).toggle_help()
    pane.contents_button.click()
    told = pane.text.toPlainText()
    assert "First steps" in told
    assert "Quick tally" in told
    pane.text.anchorClicked.emit(QUrl("tally"))
    assert "six taps" in pane.text.toPlainText()
    pane.line.setText("stick internet")
    assert "Headquarters" in pane.text.toPlainText()
    assert "Quick tally" not in pane.text.toPlainText()
    pane.line.setText("zzzz")
    assert "Nothing was found" in pane.text.toPlainText()
    window.speak("ka")
    pane.line.setText("ფლეშკა")
    assert "ცენტრალური ოფისი" in pane.text.toPlainText()
    rest(qtbot, window)


def test_the_help_begins_the_tour(qtbot: QtBot, window: Window) -> None:
    workplace(window).tour.stop.click()
    rest(qtbot, window)
    workplace(window).toggle_help()
    workplace(window).help.tour_button.click()
    assert workplace(window).tour.step is not None
    assert not workplace(window).help.isVisible()


def test_another_screen_closes_the_help(qtbot: QtBot, window: Window) -> None:
    workplace(window).toggle_help()
    go(qtbot, window, Place("people"), PeoplePage)
    assert not workplace(window).help.isVisible()


def test_the_way_in_has_help_too(qtbot: QtBot, shut_window: Window) -> None:
    start = shut_window.start
    assert isinstance(start, StartPage)
    press(Qt.Key.Key_F1)
    assert start.help.isVisible()
    assert "first screen" in start.help.text.toPlainText()
    press(Qt.Key.Key_Escape)
    start.welcome.begin.click()
    start.help_button.click()
    assert "coordinator" in start.help.text.toPlainText()
    rest(qtbot, shut_window)


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_every_screen_has_help_of_its_own_in_every_language(language: str) -> None:
    there = {file.name for file in (guide.folder() / language).glob("*.md")}
    for name in (*get_args(PlaceName), *START):
        assert f"{name}.md" in there, name
        assert len(guide.page(name, language, words(language))) > 100, name
    for other in SCREEN_LANGUAGES:
        assert there == {file.name for file in (guide.folder() / other).glob("*.md")}
