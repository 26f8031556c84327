from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from clinic_app.services import clinic as clinics
from clinic_app.services import intake
from clinic_app.ui.desk import Place
from clinic_app.ui.settings import SettingsFile
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.setup.wiping import WipingPart
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY, today
from tests.ui.driving import go, rest

PASSWORD = "four words in a row"


@pytest.fixture
def real(qtbot: QtBot, tmp_path: Path, settings: SettingsFile) -> Window:
    clinic, _ = clinics.create(tmp_path / "real", "North Clinic", "mx", "Ana", PASSWORD)
    intake.start(clinic, TODAY)
    clinic.close()
    window = Window(tmp_path / "real", tmp_path / "practice", settings, today)
    qtbot.addWidget(window)
    window.show()
    window.start.unlock.password.line.setText(PASSWORD)
    window.start.unlock.button.click()
    qtbot.waitUntil(lambda: window.workplace is not None)
    rest(qtbot, window)
    return window


def part_of(qtbot: QtBot, window: Window) -> WipingPart:
    page = go(qtbot, window, Place("settings"), SettingsPage)
    (part,) = (part for part in page.parts if isinstance(part, WipingPart))
    assert not part.sure.isVisible()
    part.button.click()
    rest(qtbot, window)
    return part


def confirm(qtbot: QtBot, window: Window, part: WipingPart, name: str, password: str) -> None:
    part.name.input.show_answer(name)
    part.password.line.setText(password)
    part.wipe_button.click()
    rest(qtbot, window)


def test_the_card_says_what_would_go_and_wipes_when_both_are_right(qtbot: QtBot, real: Window, tmp_path: Path) -> None:
    part = part_of(qtbot, real)
    assert part.sure.isVisible()
    assert "North Clinic: 1 cases" in part.what.text()
    assert "No headquarters has them" in part.what.text()
    confirm(qtbot, real, part, "South Clinic", PASSWORD)
    assert "not the clinic's name" in part.wrong.text()
    confirm(qtbot, real, part, "North Clinic", "not the password")
    assert "password is not right" in part.wrong.text()
    assert real.clinic is not None
    confirm(qtbot, real, part, "north clinic", PASSWORD)
    qtbot.waitUntil(lambda: real.clinic is None)
    rest(qtbot, real)
    assert real.start.welcome.isVisible()
    assert not (tmp_path / "real").exists()
    real.close()
    assert not (tmp_path / "real").exists()


def test_the_practice_clinic_has_no_such_card(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("settings"), SettingsPage)
    assert not [part for part in page.parts if isinstance(part, WipingPart)]
