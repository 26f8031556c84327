"""The tour alone leads a new person through a whole interview: the test does what each step says, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_app.i18n import SCREEN_LANGUAGES
from clinic_app.services import casework, tour
from clinic_app.services import clinic as clinics
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.settings import SettingsFile
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.tour.pane import TourPane
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY, fill, today
from tests.ui.driving import case_id, focused, go, press, rest, shown, workplace

MOST_PRESSES = 40


def pane(window: Window) -> TourPane:
    return workplace(window).tour


def type_letters(text: str) -> None:
    """Type letters of any alphabet, one by one; Qt's own test keys know only ASCII."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(focused(), key)


def do_step(qtbot: QtBot, window: Window) -> None:
    """Do what the step says with the keyboard, in the part of the window that it points at."""
    led = pane(window)
    step, target = led.step, led.target()
    assert step is not None
    assert target is not None, step.id
    if step.field:
        assert isinstance(target, FieldBox)
        qtbot.waitUntil(led.ring.isVisible)
        led.there.click()
        if isinstance(target.input, ChoiceInput):
            codes = [option.choice.code for option in target.input.options]
            target.input.options[codes.index(step.value)].setFocus()
            press(Qt.Key.Key_Space)
        else:
            type_letters(step.value)
        rest(qtbot, window)
    elif step.leads is not None:
        assert isinstance(target, Button)
        for _ in range(MOST_PRESSES):  # the pages of questions are as many as the answers call for
            target.setFocus()
            QTest.keyClick(target, Qt.Key.Key_Return)
            rest(qtbot, window)
            if led.step is not step:
                break
    else:
        rest(qtbot, window)
        led.on.click()
    qtbot.waitUntil(lambda: led.step is not step)
    rest(qtbot, window)


def follow(qtbot: QtBot, window: Window) -> None:
    while pane(window).step is not None:
        do_step(qtbot, window)


def printed(qtbot: QtBot, window: Window) -> bytes:
    packet = shown(window, PacketPage)
    qtbot.waitUntil(lambda: packet.made is not None)
    assert packet.made is not None
    return packet.made.made.volumes[0]


def test_the_tour_alone_leads_to_a_whole_interview_and_its_papers(qtbot: QtBot, window: Window, folder: Path) -> None:
    led = pane(window)
    assert led.isVisible()
    assert "Begin the tour" in led.on.text()
    led.on.setFocus()
    press(Qt.Key.Key_Return)
    papers = []
    while (step := led.step) is not None:
        if step.id == "pages":
            papers.append(printed(qtbot, window))
        do_step(qtbot, window)
    assert papers
    assert papers[0].startswith(b"%PDF")
    assert not led.isVisible()
    assert shown(window, TodayPage)
    at = led.progress.case_id or case_id(window, "Rosa")
    window.close()
    clinic = clinics.open_practice(folder, fill)
    try:
        case = casework.case(clinic, case_id_of(clinic, "Rosa"))
        assert at
        assert case.section("job").get("ending") == "dismissed"
        assert case.section("consent").get("contact_employer") == "no"
        assert case.section("contact").get("may_call") == "no"
        assert case.rows("employers")[0].text("name") == "Empacadora La Práctica"
        assert casework.row(clinic, case_id_of(clinic, "Rosa")).stage == "check"
        assert tour.progress(clinic).over
    finally:
        clinic.close()


def case_id_of(clinic: clinics.Clinic, name: str) -> str:
    return next(row.id for row in casework.cases(clinic) if name in row.shown_name)


@pytest.mark.parametrize("place", ["pe", "ge"])
def test_the_tour_works_in_the_other_places_and_languages(
    qtbot: QtBot, tmp_path: Path, settings: SettingsFile, place: str
) -> None:
    practice = tmp_path / "other"
    made, _ = clinics.create(
        practice, "Practice", place, clinics.PRACTICE_USER, clinics.PRACTICE_PASSWORD, practice=True
    )
    made.close()
    settings.change(language={"pe": "es", "ge": "ka"}[place])
    window = Window(practice.with_name("real"), practice, settings, today)
    qtbot.addWidget(window)
    window.resize(819, 614)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    try:
        window.start.open_practice()
        qtbot.waitUntil(lambda: window.workplace is not None)
        rest(qtbot, window)
        pane(window).on.click()
        follow(qtbot, window)
        assert pane(window).progress.over
    finally:
        window.close()


def test_it_can_be_stopped_and_goes_on_at_the_next_opening(
    qtbot: QtBot, window: Window, folder: Path, settings: SettingsFile
) -> None:
    pane(window).on.click()
    for _ in range(5):
        do_step(qtbot, window)
    stood = pane(window).progress
    pane(window).stop.click()
    assert not pane(window).isVisible()
    assert not pane(window).ring.isVisible()
    rest(qtbot, window)
    window.close()
    copied = Path(shutil.copytree(folder, folder.with_name("again")))
    again = Window(folder.with_name("real"), copied, settings, today)
    qtbot.addWidget(again)
    again.show()
    again.activateWindow()
    qtbot.waitUntil(again.isActiveWindow)
    try:
        again.start.open_practice()
        qtbot.waitUntil(lambda: again.workplace is not None)
        rest(qtbot, again)
        assert "Go on" in pane(again).on.text()
        pane(again).on.click()
        assert pane(again).progress.step == stood.step
        assert pane(again).progress.case_id
        pane(again).there.click()  # back into the interview, at its page
        rest(qtbot, again)
        do_step(qtbot, again)
    finally:
        again.close()


def test_declined_it_does_not_come_back_by_itself_and_blocks_nothing(qtbot: QtBot, window: Window) -> None:
    pane(window).stop.click()
    rest(qtbot, window)
    workplace(window).go(Place("cases"))
    workplace(window).go(Place("today"))
    rest(qtbot, window)
    assert not pane(window).isVisible()
    pane(window).begin()  # from the help, at any time
    assert pane(window).isVisible()
    go(qtbot, window, Place("today"), TodayPage)
    assert pane(window).target() is workplace(window).rail["new"]


def test_a_step_can_be_skipped_and_who_goes_ahead_is_met_there(qtbot: QtBot, window: Window) -> None:
    led = pane(window)
    led.on.click()
    for _ in range(3):
        do_step(qtbot, window)
    assert led.step is not None
    assert led.step.id == "safe"
    led.on.click()
    assert led.step.id == "danger"
    page = workplace(window).shown
    for _ in range(3):
        page.forward.click()  # type: ignore[attr-defined]  # it is the interview
        rest(qtbot, window)
    assert led.step.at.page == "worker"


@pytest.mark.parametrize("place", ["mx", "pe", "ge"])
def test_every_step_is_told_in_every_language_of_the_screen(place: str) -> None:
    for language in SCREEN_LANGUAGES:
        told = tour.tour(place, language, TODAY)
        assert len({step.id for step in told.steps}) == len(told.steps)
        for step in told.steps:
            assert step.at.screen in get_args(PlaceName)
            assert step.leads is None or step.leads.screen in get_args(PlaceName)
            assert set(step.say) >= set(SCREEN_LANGUAGES)
            assert "{" not in step.say[language]
            assert step.value in step.say[language] or not step.field or step.value in CODES, step.id


CODES = ("yes", "no", "female", "dismissed", "week", "month")


def test_days_are_counted_back_from_today() -> None:
    told = tour.tour("mx", "en", dt.date(2026, 3, 31))
    last = next(step for step in told.steps if step.id == "last_day")
    assert last.value == "25/3/2026"
    assert QApplication.instance() is not None or last.value in last.say["es"]
