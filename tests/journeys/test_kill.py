"""The program is killed in the middle of an interview; nothing that was confirmed is gone."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from clinic_app.app import make_application
from clinic_app.services import casework, intake
from clinic_app.services import clinic as clinics
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.window import Window
from tests.ui.driving import rest, shown

PASSWORD = "cuatro palabras bien mías"
CHILD = Path(__file__).with_name("interviewing.py")
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="session")
def qapp() -> object:
    return make_application()


def today() -> dt.date:
    return TODAY


def interview_until(folder: Path, confirmed: int) -> list[tuple[str, str]]:
    """Let a real program interview someone and kill it after so many confirmed answers."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CLINIC_PASSWORD": PASSWORD}
    child = subprocess.Popen(
        [sys.executable, str(CHILD), str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert child.stdout is not None
    seen: list[tuple[str, str]] = []
    for line in child.stdout:
        path, _, value = line.rstrip("\n").partition("=")
        seen.append((path, value))
        if len(seen) == confirmed:
            break
    child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    rest_of_it = child.stdout.read()
    child.wait()
    child.stdout.close()
    assert child.returncode != 0, "the program was to be killed at work"
    seen += [tuple(line.split("=", 1)) for line in rest_of_it.splitlines() if "=" in line]  # type: ignore[misc]
    return seen


@pytest.mark.parametrize("confirmed", [1, 3, 6])
def test_a_killed_interview_is_found_again(qtbot: QtBot, tmp_path: Path, confirmed: int) -> None:
    folder = tmp_path / "clinic"
    clinics.create(folder, "Clínica", "mx", "Rosa", PASSWORD)[0].close()
    seen = interview_until(folder, confirmed)
    assert len(seen) >= confirmed

    clinic = clinics.unlock(folder, PASSWORD)
    try:
        assert clinic.store.check() == []
        (row,) = intake.unfinished(clinic)
        case = casework.case(clinic, row.id)
        for path, value in seen:
            section, _, field = path.partition(".")
            assert case.section(section).text(field) == value, path
    finally:
        clinic.close()

    settings = SettingsFile(tmp_path / "nowhere")
    settings.now = Settings(language="en")
    window = Window(folder, tmp_path / "practice", settings, today)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.tasks.ask(window, lambda: clinics.unlock(folder, PASSWORD), window.start.opened.emit)
    qtbot.waitUntil(lambda: window.workplace is not None)
    rest(qtbot, window)
    page = shown(window, TodayPage)
    button = next(b for b in page.findChildren(Button) if b.accessibleName().startswith("Continue"))
    button.click()
    rest(qtbot, window)
    continued = shown(window, IntakePage)
    assert continued.step.id == row.intake_page
    assert continued.case_id == row.id
    window.close()
