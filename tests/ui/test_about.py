"""The cards about the program: versions, licences, the file for support, an update from a stick, the way back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import qVersion
from pytestqt.qtbot import QtBot

from clinic_app import __version__, updating
from clinic_app.domain.roles import Member, Role
from clinic_app.errors import KnownError
from clinic_app.services import clinic as clinics
from clinic_app.services import updates
from clinic_app.store.backup import local
from clinic_app.ui.courier import Stick
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.parts.about import AboutView
from clinic_app.ui.parts.update_offer import UpdateOffer
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.setup.about import AboutPart
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.setup.updating import UpdatePart
from clinic_app.ui.start.about import AboutStep
from clinic_app.ui.start.older import OlderStep
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.ui.window import Window
from tests.services.releases import Releases, installed, releases
from tests.store.newer import upgrade
from tests.ui.conftest import today
from tests.ui.driving import go, rest
from tests.ui.test_people import click

__all__ = ["installed", "releases"]

PASSWORD = "cuatro palabras bien mias"


@pytest.fixture
def desk(voice: Voice, tasks: Tasks, tmp_path: Path) -> Iterator[Desk]:
    clinic, _ = clinics.create(tmp_path / "real", "Clínica del Valle", "mx", "Rosa", PASSWORD)
    made = Desk(clinic, voice, tasks, today, Settings)
    yield made
    tasks.close()
    clinic.close()


def settle(qtbot: QtBot, tasks: Tasks) -> None:
    qtbot.waitUntil(lambda: not tasks.pending)


def test_the_cards_stand_in_the_settings(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("settings"), SettingsPage)
    about = next(part for part in page.parts if isinstance(part, AboutPart))
    rest(qtbot, window)
    told = about.view.versions.text()
    assert f"Version {__version__}" in told
    assert f"Qt {qVersion()}" in told
    assert "mx-" in told
    update = next(part for part in page.parts if isinstance(part, UpdatePart))
    assert f"This is version {__version__}." in update.state.text()
    assert not update.look_button.isVisible()  # these are its sources


def test_the_support_file_is_read_before_it_is_saved(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    view = AboutView(desk.voice, desk.tasks, desk.clinic)
    qtbot.addWidget(view)
    view.show()
    assert not view.save.isVisible()
    view.show_support()
    settle(qtbot, desk.tasks)
    assert view.save.isVisible()
    shown = view.text.toPlainText()
    told = json.loads(shown)
    assert told["window"]["qt"] == qVersion()
    assert told["store"]["rows"]["cases"] == 0
    assert "Rosa" not in shown
    assert "Valle" not in shown
    view.write(tmp_path / "support.json")
    settle(qtbot, desk.tasks)
    assert (tmp_path / "support.json").read_text("utf-8") == shown
    assert view.told.text() == "The file is saved."
    view.write(tmp_path / "nowhere" / "support.json")
    settle(qtbot, desk.tasks)
    assert "cannot be written" in view.told.text()


def test_licences_and_the_page_on_protection_open_to_be_read(qtbot: QtBot, desk: Desk) -> None:
    view = AboutView(desk.voice, desk.tasks, desk.clinic)
    qtbot.addWidget(view)
    view.show()
    view.show_licences()
    settle(qtbot, desk.tasks)
    assert view.text.toPlainText()
    assert not view.save.isVisible()
    view.show_protects()
    assert view.text.toPlainText()
    assert "#" not in view.text.toPlainText().split("\n")[0]


def test_before_a_clinic_is_opened_the_program_can_be_asked_what_it_is(
    qtbot: QtBot, voice: Voice, tasks: Tasks
) -> None:
    step = AboutStep(voice, tasks)
    qtbot.addWidget(step)
    step.begin()
    step.show()
    settle(qtbot, tasks)
    assert step.view is not None
    assert f"Version {__version__}" in step.view.versions.text()
    step.view.show_support()
    settle(qtbot, tasks)
    assert "store" not in json.loads(step.view.text.toPlainText())


def test_an_update_is_checked_then_offered_then_put_in_place(
    qtbot: QtBot, desk: Desk, installed: Path, releases: Releases
) -> None:
    part = UpdatePart(desk)
    qtbot.addWidget(part)
    part.show()
    settle(qtbot, desk.tasks)
    stick = releases.release().parent
    part.look(stick)
    settle(qtbot, desk.tasks)
    assert "U-03" in part.wrong.text()
    assert not part.take_button.isVisible()
    public = releases.folder / "release.key.pub"
    public.write_bytes(releases.public)
    part.look_at_key(public)
    settle(qtbot, desk.tasks)
    part.fingerprint.input.show_answer(releases.key.fingerprint)
    click(part.trust_button)
    settle(qtbot, desk.tasks)
    part.look(stick)
    settle(qtbot, desk.tasks)
    assert "Version 0.2.0" in part.offered.text()
    assert "Less waiting" in part.offered.text()
    click(part.take_button)
    qtbot.waitUntil(lambda: "opens when the program is started" in part.told.text())
    settle(qtbot, desk.tasks)
    assert (installed / "versions" / "0.2.0" / "clinic").is_file()
    assert local(desk.clinic.folder).newest() is not None
    assert "The next start opens version 0.2.0." in part.state.text()
    click(part.back_button)
    settle(qtbot, desk.tasks)
    settle(qtbot, desk.tasks)
    assert updates.status().next == __version__
    assert not part.back_button.isVisible()


def test_a_damaged_update_is_refused_in_words(qtbot: QtBot, desk: Desk, installed: Path, releases: Releases) -> None:
    updates.trust(releases.key, releases.key.fingerprint)
    part = UpdatePart(desk)
    qtbot.addWidget(part)
    part.show()
    path = releases.release()
    path.write_bytes(path.read_bytes()[:-5000])
    part.look(path.parent)
    settle(qtbot, desk.tasks)
    assert "U-06" in part.wrong.text()
    assert not (installed / "versions" / "0.2.0").exists()


def test_a_version_that_did_not_start_is_told(qtbot: QtBot, desk: Desk, installed: Path) -> None:
    place = updating.places()[0]
    assert place.folder == installed / "versions"
    place.write(updating.State(failed="0.2.0"))
    part = UpdatePart(desk)
    qtbot.addWidget(part)
    settle(qtbot, desk.tasks)
    assert "Version 0.2.0 did not start twice" in part.state.text()


def test_a_clinic_that_a_newer_version_changed_is_offered_as_it_was_before(
    qtbot: QtBot, voice: Voice, tasks: Tasks, tmp_path: Path
) -> None:
    folder = tmp_path / "clinic"
    clinics.create(folder, "Clínica del Valle", "mx", "Rosa", PASSWORD)[0].close()
    upgrade(folder, PASSWORD)
    step = OlderStep(voice, tasks, folder)
    qtbot.addWidget(step)
    step.show()
    opened: list[clinics.Clinic] = []
    step.unlocked.connect(opened.append)
    with pytest.raises(KnownError) as caught:
        clinics.unlock(folder, PASSWORD)
    step.begin(caught.value, "Rosa", PASSWORD)
    settle(qtbot, tasks)
    assert "What was written since is kept" in step.copy.text()
    click(step.button)
    settle(qtbot, tasks)
    assert opened[0].info.name == "Clínica del Valle"
    opened[0].close()
    assert list((folder / "backups").glob("*-newer.db"))


def test_the_program_can_be_asked_from_the_first_screen(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    window = Window(tmp_path / "real", folder, SettingsFile(tmp_path / "real"), today)
    qtbot.addWidget(window)
    window.speak("en")
    window.show()
    click(window.start.version)
    qtbot.waitUntil(lambda: not window.tasks.pending)
    assert window.start.about.isVisible()
    assert window.start.about.view is not None
    assert f"Version {__version__}" in window.start.about.view.versions.text()
    click(window.start.about.button)
    assert window.start.welcome.isVisible()


def test_unlocking_a_clinic_that_a_newer_version_changed_leads_to_its_copy(qtbot: QtBot, tmp_path: Path) -> None:
    real = tmp_path / "real"
    clinics.create(real, "Clínica del Valle", "mx", "Rosa", PASSWORD)[0].close()
    upgrade(real, PASSWORD)
    window = Window(real, tmp_path / "practice", SettingsFile(real), today)
    qtbot.addWidget(window)
    window.speak("en")
    window.show()
    qtbot.waitUntil(lambda: not window.tasks.pending)
    window.start.unlock.password.line.setText(PASSWORD)
    click(window.start.unlock.button)
    qtbot.waitUntil(window.start.older.button.isVisible)
    assert "S-08" in window.start.older.what.text()
    click(window.start.older.button)
    qtbot.waitUntil(lambda: window.clinic is not None)


def test_an_update_on_a_stick_is_offered_once_it_was_checked(
    qtbot: QtBot, desk: Desk, installed: Path, releases: Releases
) -> None:
    updates.trust(releases.key, releases.key.fingerprint)
    offer = UpdateOffer(desk)
    qtbot.addWidget(offer)
    good = releases.release().parent
    offer.look(releases.folder / "nothing here")
    settle(qtbot, desk.tasks)
    assert offer.isHidden()
    desk.courier.sticks = (Stick(good, "KINGSTON", 10**9),)
    desk.courier.changed.emit()
    settle(qtbot, desk.tasks)
    assert not offer.isHidden()
    assert "Version 0.2.0" in offer.said.text()
    offer.no.click()
    desk.courier.changed.emit()  # the same stick is not looked at again
    settle(qtbot, desk.tasks)
    assert offer.isHidden()
    offer.take()
    qtbot.waitUntil(lambda: "opens when the program is started" in offer.said.text())
    settle(qtbot, desk.tasks)
    assert (installed / "versions" / "0.2.0" / "clinic").is_file()


def test_an_update_is_not_offered_to_who_may_not_take_it(
    qtbot: QtBot, desk: Desk, installed: Path, releases: Releases
) -> None:
    updates.trust(releases.key, releases.key.fingerprint)
    desk.clinic.store.staff.put(Member(desk.clinic.user, Role.STAFF))
    offer = UpdateOffer(desk)
    qtbot.addWidget(offer)
    desk.courier.sticks = (Stick(releases.release().parent, "KINGSTON", 10**9),)
    desk.courier.changed.emit()
    settle(qtbot, desk.tasks)
    assert offer.isHidden()
    found = updates.check(desk.courier.sticks[0].folder / next(desk.courier.sticks[0].folder.iterdir()).name)
    failed: list[Exception] = []
    offer.updating.failed.connect(failed.append)
    offer.updating.take(found)
    settle(qtbot, desk.tasks)
    assert "P-01" in str(failed[0])
    assert not (installed / "versions" / "0.2.0").exists()
