"""Backups at the window: made, shown, restored; and a damaged file with the copy that is offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinic_app.services import backup, intake
from clinic_app.services import clinic as clinics
from clinic_app.store.files import DATABASE, KEYS
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.setup.safety import SafetyPart
from clinic_app.ui.start.page import StartPage
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.voice import Voice
from clinic_app.ui.window import Window
from tests.ui.conftest import today

PASSWORD = "cuatro palabras bien mias"
NOW = dt.datetime(2026, 1, 5, 16, 30, tzinfo=dt.UTC)
PAGE = 4096


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A clinic with a case in a backup and one that came after it."""
    folder = tmp_path / "real"
    clinic, _ = clinics.create(folder, "Clínica del Valle", "mx", "Rosa", PASSWORD)
    name(clinic, "Ana Ejemplo")
    backup.make(clinic, NOW)
    name(clinic, "Eva Ejemplo")
    clinic.close()
    return folder


def name(clinic: clinics.Clinic, who: str) -> None:
    intake.save(clinic, intake.start(clinic, today()), "worker.name", who)


@pytest.fixture
def desk(voice: Voice, tasks: Tasks, real: Path) -> Iterator[Desk]:
    clinic = clinics.unlock(real, PASSWORD)
    made = Desk(clinic, voice, tasks, today, Settings)
    yield made
    tasks.close()
    clinic.close()


@pytest.fixture
def start(qtbot: QtBot, voice: Voice, tasks: Tasks, real: Path) -> StartPage:
    page = StartPage(voice, tasks, real, real.with_name("practice"), today, "Rosa")
    qtbot.addWidget(page)
    page.show()
    quiet(qtbot, tasks)
    return page


def quiet(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: not tasks.pending)


def text_of(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(TextLabel) if label.isVisibleTo(widget))


def damage(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[4 * PAGE + 200] ^= 1
    path.write_bytes(content)
    return bytes(content)


def names_in(clinic: clinics.Clinic) -> set[str]:
    return {clinic.store.case(row.id).section("worker").text("name") for row in clinic.store.cases()}


def test_the_card_says_how_it_stands_makes_one_and_checks(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    card = SafetyPart(desk)
    qtbot.addWidget(card)
    quiet(qtbot, desk.tasks)
    assert "the newest of" in card.here.text()
    assert "none" in card.outside.text()
    stick = tmp_path / "stick"
    stick.mkdir()
    card.choose(stick)
    qtbot.waitUntil(lambda: not desk.tasks.pending and not desk.keeper.busy)
    assert str(stick) in card.outside.text()
    assert len(list(stick.rglob(DATABASE))) == 1
    card.check_button.click()
    quiet(qtbot, desk.tasks)
    assert card.told.text() == "Everything is as it should be."
    assert "✓ Journal" in text_of(card)


def test_one_that_cannot_be_made_says_why(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    card = SafetyPart(desk)
    qtbot.addWidget(card)
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "clinic-backup").write_text("a file where a folder must be")
    card.choose(stick)
    qtbot.waitUntil(lambda: not desk.tasks.pending and not desk.keeper.busy and desk.keeper.error is not None)
    assert not card.wrong.isHidden()
    assert "S-11" in card.wrong.text()
    assert card.make_button.isEnabled()


def test_a_backup_is_made_by_itself_when_something_was_saved(qtbot: QtBot, desk: Desk) -> None:
    before = len(list((desk.clinic.folder / "backups").glob("2*")))
    desk.keeper.look()
    qtbot.waitUntil(lambda: not desk.tasks.pending and not desk.keeper.busy)
    assert len(list((desk.clinic.folder / "backups").glob("2*"))) == before + 1
    desk.keeper.look()
    qtbot.waitUntil(lambda: not desk.tasks.pending and not desk.keeper.busy)
    assert len(list((desk.clinic.folder / "backups").glob("2*"))) == before + 1


def test_today_asks_for_a_backup_after_a_week(qtbot: QtBot, desk: Desk) -> None:
    desk.today = lambda: desk.clinic.info.created_on + dt.timedelta(days=8)
    page = TodayPage(desk)
    qtbot.addWidget(page)
    quiet(qtbot, desk.tasks)
    assert "No backup outside this computer for 8 days." in text_of(page)


def test_a_damaged_file_is_put_aside_and_the_copy_opens_with_what_came_after(
    qtbot: QtBot, start: StartPage, tasks: Tasks, real: Path
) -> None:
    bytes_before = damage(real / DATABASE)
    start.unlock.password.line.setText(PASSWORD)
    start.unlock.button.click()
    qtbot.waitUntil(lambda: start.mending.isVisible() and not tasks.pending)
    assert start.mending.button.text().startswith("Open the copy of")
    assert "S-07" in start.mending.why.text()
    assert (real / DATABASE).read_bytes() == bytes_before
    start.mending.button.click()
    qtbot.waitUntil(start.brought.isVisible)
    assert "Brought in from the damaged file" in start.brought.told.text()
    opened: list[clinics.Clinic] = []
    start.opened.connect(opened.append)
    start.brought.button.click()
    (clinic,) = opened
    assert names_in(clinic) == {"Ana Ejemplo", "Eva Ejemplo"}
    assert clinic.store.check() == []
    clinic.close()
    (aside,) = real.parent.glob("real.aside-*")
    assert (aside / DATABASE).read_bytes() == bytes_before


def test_damaged_keys_are_taken_from_the_backup(qtbot: QtBot, start: StartPage, tasks: Tasks, real: Path) -> None:
    (real / KEYS).write_bytes(b"{")
    start.unlock.begin()
    start.unlock.hide()
    start.unlock.show()
    qtbot.waitUntil(lambda: start.mending.isVisible() and not tasks.pending)
    assert "S-05" in start.mending.why.text()
    start.mending.user.line.setText("Rosa")
    start.mending.password.line.setText(PASSWORD)
    start.mending.button.click()
    qtbot.waitUntil(start.brought.isVisible)
    opened: list[clinics.Clinic] = []
    start.opened.connect(opened.append)
    start.brought.button.click()
    assert names_in(opened[0]) == {"Ana Ejemplo", "Eva Ejemplo"}
    opened[0].close()


def test_a_wrong_password_restores_nothing(qtbot: QtBot, start: StartPage, tasks: Tasks, real: Path) -> None:
    damage(real / DATABASE)
    start.unlock.password.line.setText(PASSWORD)
    start.unlock.button.click()
    qtbot.waitUntil(lambda: start.mending.isVisible() and not tasks.pending)
    start.mending.password.line.setText("something else")
    start.mending.button.click()
    quiet(qtbot, tasks)
    assert start.mending.isVisible()
    assert "S-01" in text_of(start.mending.banner)
    assert sorted(path.name for path in real.parent.glob("real*")) == ["real"]


def test_a_backup_is_restored_on_a_new_computer(
    qtbot: QtBot, real: Path, tmp_path: Path, voice: Voice, tasks: Tasks
) -> None:
    page = StartPage(voice, tasks, tmp_path / "new", tmp_path / "practice", today)
    qtbot.addWidget(page)
    page.show()
    next(b for b in page.welcome.findChildren(Button) if b.text() == "Restore a backup…").click()
    page.restoring.look(real)
    quiet(qtbot, tasks)
    (choose,) = (b for b in page.restoring.findChildren(Button) if b.text() == "Choose")
    choose.click()
    assert page.restoring.user.text() == "Rosa"
    page.restoring.password.line.setText(PASSWORD)
    page.restoring.button.click()
    qtbot.waitUntil(page.brought.isVisible)
    opened: list[clinics.Clinic] = []
    page.opened.connect(opened.append)
    page.brought.button.click()
    assert names_in(opened[0]) == {"Ana Ejemplo"}
    opened[0].close()


def test_a_backup_that_goes_on_does_not_keep_the_window_from_closing(qtbot: QtBot, real: Path, tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "nowhere")
    settings.now = Settings(language="en")
    window = Window(real, tmp_path / "practice", settings, today)
    qtbot.addWidget(window)
    window.show()
    window.tasks.ask(window, lambda: clinics.unlock(real, PASSWORD), window.start.opened.emit)
    qtbot.waitUntil(lambda: window.workplace is not None and not window.tasks.pending)
    assert window.workplace is not None
    window.workplace.desk.keeper.make()
    window.close()
    again = clinics.unlock(real, PASSWORD)  # the folder was let go
    assert again.store.check() == []
    again.close()


def test_today_leads_to_the_card(qtbot: QtBot, desk: Desk) -> None:
    page = SettingsPage(desk, "backup")
    qtbot.addWidget(page)
    page.show()
    quiet(qtbot, desk.tasks)
    page.begin()
    (card,) = (part for part in page.parts if isinstance(part, SafetyPart))
    assert page.focusWidget() is card.make_button
