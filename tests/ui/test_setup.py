from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinic_app.domain.packet import Paper
from clinic_app.services import clinic as clinics
from clinic_app.services import rulebooks, settings
from clinic_app.services.clinic import Clinic
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.settings import Settings
from clinic_app.ui.setup.books import BooksPart
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.setup.parts import DaysPart, LookPart, PaperPart
from clinic_app.ui.setup.people import PeoplePart
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.ui.window import Window
from tests.ui.conftest import today
from tests.ui.driving import go, rest
from tests.ui.test_people import click

PASSWORD = "cuatro palabras bien mias"


@pytest.fixture
def desk(voice: Voice, tasks: Tasks, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a real clinic, which is no practice."""
    clinic, _ = clinics.create(tmp_path / "real", "Clínica del Valle", "mx", "Rosa", PASSWORD)
    made = Desk(clinic, voice, tasks, today, Settings)
    yield made
    tasks.close()
    clinic.close()


def words_of(part: QWidget) -> str:
    return "\n".join(label.text() for label in part.findChildren(TextLabel))


def settle(qtbot: QtBot, desk: Desk) -> Clinic:
    qtbot.waitUntil(lambda: not desk.tasks.pending)
    return desk.clinic


def part(page: SettingsPage, kind: type[QWidget]) -> QWidget:
    return next(one for one in page.parts if isinstance(one, kind))


def test_the_screen_changes_at_once_and_is_remembered(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("settings"), SettingsPage)
    look = part(page, LookPart)
    assert isinstance(look, LookPart)
    look.boxes["language"].input.options[0].click()  # type: ignore[attr-defined]  # a choice has options
    assert window.voice.words.language == "es"
    look.boxes["size"].input.options[2].click()  # type: ignore[attr-defined]  # the same
    look.boxes["theme"].input.options[3].click()  # type: ignore[attr-defined]  # the same
    assert (window.settings.now.language, window.settings.now.size, window.settings.now.theme) == ("es", 2, "system")
    assert not [one for one in page.parts if isinstance(one, PeoplePart)]  # everybody opens the practice clinic


def test_the_usual_sheet_is_what_papers_begin_with(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("settings"), SettingsPage)
    paper = part(page, PaperPart)
    assert isinstance(paper, PaperPart)
    assert paper.box.input.raw() == Paper.LETTER.value
    paper.box.input.options[1].click()  # type: ignore[attr-defined]  # a choice has options
    rest(qtbot, window)
    assert window.clinic is not None
    assert settings.paper(window.clinic) is Paper.A4
    assert settings.paper(window.clinic, "ge") is Paper.A4


def test_days_off_are_added_and_taken_out(qtbot: QtBot, desk: Desk) -> None:
    days = DaysPart(desk)
    qtbot.addWidget(days)
    days.show()
    settle(qtbot, desk)
    click(days.button)
    assert days.wrong.isVisible()
    days.day.input.line.setText("24/12/2026")  # type: ignore[attr-defined]  # a date is typed on a line
    days.why.input.line.setText("Circular 5")  # type: ignore[attr-defined]  # the same
    click(days.button)
    settle(qtbot, desk)
    settle(qtbot, desk)
    assert "Thursday, December 24, 2026: Circular 5" in words_of(days)
    out = next(b for b in days.findChildren(type(days.button)) if b.text() == "Take out")
    click(out)
    settle(qtbot, desk)
    settle(qtbot, desk)
    assert "Circular 5" not in words_of(days)


def test_a_book_from_a_stick_needs_a_trusted_key(qtbot: QtBot, desk: Desk, zembla: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "hq.key"
    key = rulebooks.make_key(key_file, "Headquarters", PASSWORD)
    rulebooks.sign(zembla, key_file, PASSWORD)
    books = BooksPart(desk)
    qtbot.addWidget(books)
    books.show()
    settle(qtbot, desk)
    books.install(zembla)
    settle(qtbot, desk)
    assert books.wrong.isVisible()
    books.look_at_key(tmp_path / "hq.key.pub")
    settle(qtbot, desk)
    assert "Headquarters" in books.told.text()
    assert key.fingerprint not in words_of(books)  # it is compared by telephone, not copied from the screen
    books.fingerprint.input.line.setText("1 2 3")  # type: ignore[attr-defined]  # a text is typed on a line
    click(books.trust_button)
    settle(qtbot, desk)
    assert books.wrong.isVisible()
    books.fingerprint.input.line.setText(key.fingerprint)  # type: ignore[attr-defined]  # the same
    click(books.trust_button)
    settle(qtbot, desk)
    settle(qtbot, desk)
    assert key.fingerprint in words_of(books)
    books.install(zembla)
    settle(qtbot, desk)
    settle(qtbot, desk)
    assert "zembla-1" in words_of(books)
    assert books.told.isVisible()
