from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from clinic_app.domain.tally import Tally
from clinic_app.services import tally
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.tally.page import TallyPage
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY
from tests.ui.driving import go, press, rest, shown, type_text, workplace
from tests.ui.test_people import click


def kept(window: Window) -> tuple[Tally, ...]:
    assert window.clinic is not None
    return tally.recent(window.clinic, TODAY)


def tap(page: TallyPage, code: str) -> None:
    (asked,) = (i for i in page.inputs if isinstance(i, ChoiceInput))
    click_option = next(o for o in asked.options if o.choice.code == code)
    click_option.click()


def test_six_taps_write_a_talk_down(qtbot: QtBot, window: Window) -> None:
    click(workplace(window).rail["tally"])
    rest(qtbot, window)
    page = shown(window, TallyPage)
    tap(page, "pay")
    assert page.question == "town"
    box = page.inputs[-1]
    assert isinstance(box, FieldBox)
    box.focus()
    type_text("Ensenada")
    press(Qt.Key.Key_Return)
    tap(page, "1")
    click(page.bands.buttons["female.25-34"])
    assert page.question == "language"  # one person is noted with one tap
    tap(page, "mix")
    tap(page, "advised")
    rest(qtbot, window)
    (one,) = kept(window)
    assert (one.topic, one.town, one.people, dict(one.bands), one.language, one.outcome, one.mode) == (
        "pay",
        "Ensenada",
        1,
        {"female.25-34": 1},
        "mix",
        "advised",
        "phone",
    )
    assert page.question == "topic"
    assert page.banner.isVisible()
    tap(page, "time")
    rest(qtbot, window)
    tap(page, "Ensenada")  # the place of the talk before: one tap
    assert page.question == "people"


def test_a_group_by_keyboard_and_taken_back(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("tally"), TallyPage)
    page.mode.pick(3)
    next(i for i in page.inputs if isinstance(i, ChoiceInput)).focus_target().setFocus()
    type_text("2")
    press(Qt.Key.Key_Return)  # no place
    box = page.inputs[-1]
    assert isinstance(box, FieldBox)
    box.focus()
    type_text("12")
    press(Qt.Key.Key_Return)
    assert page.question == "bands"
    page.bands.add("female.18-24")
    page.bands.add("female.18-24")
    page.bands.add("male.18-24")
    page.bands.take_back()
    click(page.forward)
    type_text("1")
    type_text("2")
    rest(qtbot, window)
    (one,) = kept(window)
    assert (one.mode, one.topic, one.people, dict(one.bands)) == ("group", "time", 12, {"female.18-24": 2})
    click(page.undo)
    rest(qtbot, window)
    assert kept(window) == ()


def test_back_keeps_what_was_picked_and_nothing_is_skipped(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("tally"), TallyPage)
    page.go_on()
    assert page.question == "topic"
    tap(page, "pay")
    click(page.back)
    assert page.question == "topic"
    assert page.answers["topic"] == "pay"


def test_a_tally_becomes_an_interview(qtbot: QtBot, window: Window) -> None:
    assert window.clinic is not None
    clinic = window.clinic
    talk = Tally(TODAY, "phone", "pay", "Ica", 1, {}, "es", "advised")
    window.tasks.ask(window, lambda: tally.add(clinic, talk))
    rest(qtbot, window)
    page = go(qtbot, window, Place("tally"), TallyPage)
    click(next(b for b in page.findChildren(QPushButton) if b.text() == "Begin an interview from it"))
    qtbot.waitUntil(lambda: isinstance(workplace(window).shown, IntakePage))
    rest(qtbot, window)
    page = go(qtbot, window, Place("tally"), TallyPage)
    assert any(b.text() == "Open the case" for b in page.findChildren(QPushButton))
