"""Password and sheet are lost: the first screens ask headquarters and take its answer; a new sheet in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from pytestqt.qtbot import QtBot

from clinic_app.errors import KnownError
from clinic_app.services import clinic as clinics
from clinic_app.services import syncing
from clinic_app.ui.desk import Place
from clinic_app.ui.settings import SettingsFile
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.setup.sheet import SheetPart
from clinic_app.ui.start import asking
from clinic_app.ui.window import Window
from sync.hq import devices, office, recover
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from tests.ui.conftest import today
from tests.ui.driving import go, rest

PASSWORD = "four words in a row"
NEW = "another four words here"


@dataclass(frozen=True)
class World:
    """Headquarters with its printed key, and the window before the locked clinic."""

    hq: Office
    printed: str
    sheet: str
    window: Window


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path, settings: SettingsFile) -> Iterator[World]:
    opening = Opening(password="correct horse battery")
    hq, printed = office.create(tmp_path / "hq", "Central", opening, cost=Cost(rounds=1, memory_kib=8))
    clinic, sheet = clinics.create(tmp_path / "real", "North", "mx", "Ana", PASSWORD)
    with closing(clinic):
        card = devices.enrol(hq, syncing.request(clinic, "front desk"), "North").card
        syncing.enrol(clinic, syncing.read_enrolment(clinic, card))
    window = Window(tmp_path / "real", tmp_path / "practice", settings, today)
    qtbot.addWidget(window)
    window.show()
    rest(qtbot, window)
    with closing(hq):
        yield World(hq, printed, sheet, window)
    window.close()


def test_headquarters_is_asked_and_its_answer_opens_the_clinic(
    qtbot: QtBot, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, request = world.window, tmp_path / "request.key"
    monkeypatch.setattr(asking, "ask_where", lambda *_: request)  # the system's own dialog
    start = window.start
    start.unlock.forgotten.emit()
    start.forgotten.lost.click()
    rest(qtbot, window)
    step = start.asking
    assert step.isVisible()
    assert not step.next.isEnabled()
    for box, text in ((step.user, "Ana"), (step.password, NEW), (step.again, "not the same")):
        box.line.setText(text)
    step.button.click()
    assert "not the same" in step.again._error.text()
    step.again.line.setText(NEW)
    step.button.click()
    rest(qtbot, window)
    seen = recover.read(world.hq, request.read_bytes(), world.printed)
    assert step.words.text() == seen.words
    assert step.password.text() == ""
    answer, wrong = tmp_path / "answer.key", tmp_path / "wrong.key"
    answer.write_bytes(recover.give(world.hq, seen))
    wrong.write_bytes(answer.read_bytes()[:100])
    step.next.click()
    rest(qtbot, window)
    for path, password in ((wrong, NEW), (answer, "not what was chosen"), (tmp_path / "nothing.key", NEW)):
        start.answer.password.line.setText(password)
        start.answer.take(path)
        rest(qtbot, window)
        assert start.answer.banner.isVisible()
        assert window.workplace is None
    start.answer.password.line.setText(NEW)
    start.answer.take(answer)
    qtbot.waitUntil(lambda: window.workplace is not None)
    rest(qtbot, window)
    assert window.clinic is not None
    assert window.clinic.user.name == "Ana"


def test_a_new_sheet_is_made_and_the_old_one_opens_nothing(qtbot: QtBot, world: World, tmp_path: Path) -> None:
    window = world.window
    window.start.unlock.password.line.setText(PASSWORD)
    window.start.unlock.button.click()
    qtbot.waitUntil(lambda: window.workplace is not None)
    rest(qtbot, window)
    page = go(qtbot, window, Place("settings"), SettingsPage)
    (part,) = (part for part in page.parts if isinstance(part, SheetPart))
    part.password.line.setText("not the password")
    part.make(tmp_path / "sheet.pdf")
    rest(qtbot, window)
    assert "password is not right" in part.wrong.text()
    assert not (tmp_path / "sheet.pdf").exists()
    part.password.line.setText(PASSWORD)
    part.make(tmp_path / "sheet.pdf")
    rest(qtbot, window)
    key = part.key.text()
    pdf = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")
    assert key in pdf[0].get_textpage().get_text_bounded()
    pdf.close()
    window.close()
    with pytest.raises(KnownError) as caught:
        clinics.unlock_with_recovery(tmp_path / "real", world.sheet, NEW, "Ana")
    assert caught.value.code == "S-02"
    clinics.unlock_with_recovery(tmp_path / "real", key, NEW, "Ana").close()
