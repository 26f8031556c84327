"""The practice screen on a practice clinic: stories, scores, the instructor's key and reset, a real person moved."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_app.services import casework, practice
from clinic_app.services import clinic as clinics
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.practice.page import PracticePage, RunRow
from clinic_app.ui.practice.result import ScoreCard
from clinic_app.ui.settings import SettingsFile
from clinic_app.ui.window import Window
from tests.ui.conftest import today
from tests.ui.driving import click, go, press, rest, shown, type_text, workplace

KEY = "chalk and board"
PASSWORD = "cuatro palabras bien mias"


def told(page: PracticePage) -> str:
    return "\n".join(label.text() for label in page.findChildren(TextLabel) if label.isVisible())


def begin(qtbot: QtBot, window: Window, story: str = "mx-packing") -> PracticePage:
    page = go(qtbot, window, Place("practice"), PracticePage)
    page.trainee.focus()
    type_text("Lupe")
    page.story_cards[story].start.setFocus()
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    return page


def test_a_story_is_interviewed_for_and_scored(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window)
    interview = shown(window, IntakePage)
    assert interview.form is not None
    interview.form.focus_path("urgent.safe_to_talk")
    type_text("y")
    rest(qtbot, window)
    press(Qt.Key.Key_F1)  # alone, the story stands beside the interview
    rest(qtbot, window)
    assert "I packed fruit there" in workplace(window).help.text.toPlainText()
    press(Qt.Key.Key_Escape)
    page = go(qtbot, window, Place("practice"), PracticePage)
    row = page.findChildren(RunRow)[0]
    row.how.click()
    rest(qtbot, window)
    card = page.findChildren(ScoreCard)[0]
    assert not card.score.passed
    assert "Not yet" in told(page)
    assert "Nothing missed: 0 %" in told(page)
    assert "Ask for each permission apart" in told(page)
    assert "nine days" in told(page)  # why a fact was missed: what the worker says
    row.on.click()
    rest(qtbot, window)
    assert shown(window, IntakePage).case_id == row.run.case_id


def test_a_name_is_needed_and_the_story_can_be_read(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("practice"), PracticePage)
    card = page.story_cards["mx-kitchen"]
    card.start.click()
    rest(qtbot, window)
    assert "alias" in page.trainee.error.text()
    assert not card.told.isVisible()
    card.read.click()
    assert "Ten hours" not in card.told.text()
    assert "at nine" in card.told.text()
    window.speak("ka")
    assert "ცხრაზე" in card.told.text()


def test_the_instructors_list_is_behind_a_key_and_the_reset_brings_a_new_clinic(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    begin(qtbot, window)
    page = go(qtbot, window, Place("practice"), PracticePage)
    page.findChildren(RunRow)[0].how.click()
    rest(qtbot, window)
    card = page.instructor
    assert not card.list.isVisible()
    card.key.line.setText("abc")
    card.open_button.click()
    rest(qtbot, window)
    assert "too short" in told(page)
    card.key.line.setText(KEY)
    card.open_button.click()
    rest(qtbot, window)
    assert card.list.isVisible()
    assert card.model.row_at(0).trainee == "Lupe"
    table = tmp_path / "scores.xlsx"
    card.save_to(table)
    qtbot.waitUntil(table.exists)
    rest(qtbot, window)
    assert list(load_workbook(table).worksheets[0].values)[1][0] == "Lupe"
    before = workplace(window)
    assert not card.sure_button.isVisible()
    card.reset_button.click()
    card.place.pick(1)
    card.sure_button.click()
    qtbot.waitUntil(lambda: window.workplace is not None and window.workplace is not before)
    rest(qtbot, window)
    assert window.clinic is not None
    assert window.clinic.info.place == "pe"
    page = go(qtbot, window, Place("practice"), PracticePage)
    assert set(page.story_cards) == {story.id for story in practice.stories("pe")}
    card = page.instructor
    card.key.line.setText("wrong key")
    card.open_button.click()
    rest(qtbot, window)
    assert "not the instructor's key" in told(page)
    card.key.line.setText(KEY)
    card.open_button.click()
    rest(qtbot, window)
    assert card.model.row_at(0).trainee == "Lupe"


def test_a_real_person_is_copied_into_the_real_clinic(qtbot: QtBot, folder: Path, settings: SettingsFile) -> None:
    real = folder.with_name("real")
    clinics.create(real, "Clínica del Valle", "mx", "Rosa", PASSWORD)[0].close()
    window = Window(real, folder, settings, today)
    qtbot.addWidget(window)
    window.show()
    try:
        window.start.open_practice()
        qtbot.waitUntil(lambda: window.workplace is not None)
        rest(qtbot, window)
        page = go(qtbot, window, Place("practice"), PracticePage)
        card = page.moving
        card.open_button.click()
        rest(qtbot, window)
        card.case.setCurrentIndex(next(n for n in range(card.case.count()) if "José" in card.case.itemText(n)))
        card.user.line.setText("Rosa")
        card.password.line.setText("wrong password")
        click(card.move_button)
        rest(qtbot, window)
        assert "was not copied" in told(page)
        assert card.password.text() == ""
        card.password.line.setText(PASSWORD)
        card.move_button.click()
        rest(qtbot, window)
        assert "real clinic now" in told(page)
    finally:
        window.close()
    with closing(clinics.unlock(real, PASSWORD, "Rosa")) as opened:
        (row,) = casework.cases(opened)
        assert row.shown_name == "José Ñáñez"


@pytest.mark.parametrize("size", [(1024, 768), (819, 614)])
def test_the_rail_has_practice_only_in_the_practice_clinic(qtbot: QtBot, window: Window, size: tuple[int, int]) -> None:
    window.resize(*size)
    rest(qtbot, window)
    assert window.height() <= size[1]
    button = workplace(window).rail["practice"]
    click(button)
    rest(qtbot, window)
    shown(window, PracticePage)


def test_a_new_practice_clinic_is_of_the_country_of_the_language(
    qtbot: QtBot, tmp_path: Path, settings: SettingsFile
) -> None:
    settings.change(language="ka")
    window = Window(tmp_path / "real", tmp_path / "practice", settings, today)
    qtbot.addWidget(window)
    try:
        window.start.open_practice()
        qtbot.waitUntil(lambda: window.workplace is not None)
        rest(qtbot, window)
        assert window.clinic is not None
        assert window.clinic.info.place == "ge"
        page = go(qtbot, window, Place("practice"), PracticePage)
        assert set(page.story_cards) == {story.id for story in practice.stories("ge")}
    finally:
        window.close()


def test_the_real_clinic_has_no_practice(qtbot: QtBot, folder: Path, settings: SettingsFile) -> None:
    real = folder.with_name("real")
    clinics.create(real, "Clínica del Valle", "mx", "Rosa", PASSWORD)[0].close()
    window = Window(real, folder, settings, today)
    qtbot.addWidget(window)
    try:
        window.start.opened.emit(clinics.unlock(real, PASSWORD, "Rosa"))
        rest(qtbot, window)
        assert "practice" not in workplace(window).rail
        assert not workplace(window).tour.isVisible()
    finally:
        window.close()
