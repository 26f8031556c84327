from __future__ import annotations

from pytestqt.qtbot import QtBot

from clinic_app.services import clinic as clinics
from clinic_app.ui.cases.page import CasesPage
from clinic_app.ui.desk import Place
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.inputs import LineInput
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.start.create import CreateStep
from clinic_app.ui.window import Window
from tests.ui.driving import choose_language, go, rest

PASSWORD = "four words in a row"


def fill(step: CreateStep, *, again: str = PASSWORD) -> None:
    for name, text in (("clinic", "Clinica del Valle"), ("user", "Ana")):
        field = step.boxes[name].input
        assert isinstance(field, LineInput)
        field.line.setText(text)
    country = step.boxes["place"].input
    assert isinstance(country, ChoiceInput)
    country.pick(0)
    step.password.line.setText(PASSWORD)
    step.again.line.setText(again)


def error_of(box: SecretBox) -> str:
    return box._error.text()


def test_a_clinic_is_made_its_key_is_kept_and_it_opens(qtbot: QtBot, shut_window: Window) -> None:
    start = shut_window.start
    start.welcome.begin.click()
    fill(start.making)
    start.making.button.click()
    qtbot.waitUntil(start.recovery.isVisible)
    key = start.recovery._key.text()
    assert len(key) == 34
    assert start.recovery.sheet().startswith(b"%PDF")
    start.recovery.proof.line.setText("0000")
    start.recovery.button.click()
    assert error_of(start.recovery.proof)
    assert shut_window.workplace is None
    start.recovery.proof.line.setText(key[-4:].lower())
    start.recovery.button.click()
    qtbot.waitUntil(lambda: shut_window.workplace is not None)
    rest(qtbot, shut_window)
    assert shut_window.clinic is not None
    assert shut_window.clinic.info.name == "Clinica del Valle"
    assert not shut_window._frame._shown
    assert start.recovery._key.text() == ""
    folder = shut_window.clinic.folder
    shut_window.close()
    clinic = clinics.unlock_with_recovery(folder, key, "another good password", "Ana")
    clinic.close()
    clinics.unlock(folder, "another good password", "Ana").close()


def test_two_passwords_that_differ_are_told(qtbot: QtBot, shut_window: Window) -> None:
    step = shut_window.start.making
    shut_window.start.welcome.begin.click()
    fill(step, again="another")
    step.button.click()
    assert "not the same" in error_of(step.again)
    rest(qtbot, shut_window)
    assert shut_window.workplace is None


def test_what_is_missing_is_said_beside_its_field(shut_window: Window) -> None:
    step = shut_window.start.making
    shut_window.start.welcome.begin.click()
    step.button.click()
    assert "country" in step.boxes["place"].error.text()
    fill(step)
    step.password.line.setText("abc")
    step.button.click()
    assert "too short" in error_of(step.password)


def test_the_practice_clinic_opens_without_a_password(qtbot: QtBot, shut_window: Window) -> None:
    shut_window.start.welcome.practice.click()
    qtbot.waitUntil(lambda: shut_window.workplace is not None)
    rest(qtbot, shut_window)
    assert go(qtbot, shut_window, Place("cases"), CasesPage).model.rowCount() == 2


def test_the_language_can_be_changed_before_anything_else(shut_window: Window) -> None:
    choose_language(shut_window.start.language, "Español")
    assert shut_window.voice.words.language == "es"
    assert shut_window.start.language.text() == "Español"
