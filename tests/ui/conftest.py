"""A real practice clinic, made once and copied for each test, and the real window on it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from clinic_app.app import make_application
from clinic_app.i18n import words
from clinic_app.services import clinic as clinics
from clinic_app.services import intake
from clinic_app.services.clinic import Clinic
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.ui.window import Window

TODAY = dt.date(2026, 7, 15)


def today() -> dt.date:
    return TODAY


def fill(clinic: Clinic) -> None:
    """One case that was dismissed five days ago, one interview that stopped at the work page."""
    case = intake.start(clinic, TODAY)
    for path, raw in (
        ("worker.name", "José Ñáñez"),
        ("job.start", "2022-01-10"),
        ("job.last_day", "2026-07-09"),
        ("job.ending", "dismissed"),
        ("job.zone", "general"),
        ("pay.amount", "24000"),
        ("pay.period", "month"),
        ("pay.unpaid_days", "9"),
    ):
        intake.save(clinic, case, path, raw)
    row = intake.add_row(clinic, case, "employers")
    intake.save(clinic, case, f"employers[{row}].name", "Empacadora La Esperanza")
    intake.finish(clinic, case)
    stopped = intake.start(clinic, TODAY)
    intake.save(clinic, stopped, "worker.name", "Alma Vázquez")
    intake.set_page(clinic, stopped, "job")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clinic") / "practice"
    clinics.open_practice(folder, fill).close()
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "practice"))


@pytest.fixture(scope="session")
def qapp() -> object:
    return make_application()


@pytest.fixture
def voice(qtbot: QtBot) -> Voice:
    assert qtbot is not None
    return Voice(words("en"))


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    assert qtbot is not None
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Path) -> SettingsFile:
    found = SettingsFile(tmp_path / "nowhere")
    found.now = Settings(language="en")
    return found


@pytest.fixture
def shut_window(qtbot: QtBot, folder: Path, settings: SettingsFile) -> Iterator[Window]:
    """The window before any clinic is open; its practice folder is the filled one."""
    window = Window(folder.with_name("real"), folder, settings, today)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()


@pytest.fixture
def window(qtbot: QtBot, shut_window: Window) -> Window:
    """The window with the practice clinic open."""
    shut_window.start.open_practice()
    qtbot.waitUntil(lambda: shut_window.workplace is not None)
    qtbot.waitUntil(lambda: not shut_window.tasks.pending)
    return shut_window
