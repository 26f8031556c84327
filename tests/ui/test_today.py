from __future__ import annotations

import datetime as dt

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.values import Answer
from clinic_app.services import intake
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY
from tests.ui.driving import case_id, click, go, rest, shown, workplace


def words_of(page: QWidget) -> str:
    return "\n".join(label.text() for label in page.findChildren(TextLabel) if label.isVisible())


def plan(window: Window, at: str, kind: str, day: dt.date, **more: Answer) -> None:
    assert window.clinic is not None
    window.clinic.store.put_row(at, "diary", {"kind": kind, "date": Edtf.of(day), **more})


def test_what_waits_is_told_with_its_day_and_opens_its_case(qtbot: QtBot, window: Window) -> None:
    at = case_id(window, "José")
    plan(window, at, "hearing", TODAY + dt.timedelta(days=2), time="10:00", step="conciliation_hearing")
    plan(window, at, "hearing", TODAY - dt.timedelta(days=1), step="hearing")
    today = go(qtbot, window, Place("today"), TodayPage)
    said = words_of(today)
    assert "In 2 days: Conciliation hearing: Friday, July 17, 2026, 10:00" in said
    assert "Court hearing was on Tuesday, July 14, 2026. What came out?" in said
    assert said.index("In 2 days") < said.index("What came out?")
    assert workplace(window).rail["today"].text() == "Today (3)"
    button = next(b for b in today.findChildren(Button) if b.accessibleName().startswith("Open: José"))
    click(button)
    rest(qtbot, window)
    assert shown(window, CasePage).case_id == at


def test_a_call_says_when_it_is_safe_and_silence_forbids_it(qtbot: QtBot, window: Window) -> None:
    assert window.clinic is not None
    at = case_id(window, "José")
    plan(window, at, "call_back", TODAY)
    assert "Do not call" in words_of(go(qtbot, window, Place("today"), TodayPage))
    for path, raw in (("may_call", "yes"), ("phone", "55 1234 5678"), ("safe_hours", "after 18:00")):
        intake.save(window.clinic, at, f"contact.{path}", raw)
    said = words_of(go(qtbot, window, Place("today"), TodayPage))
    assert "55 1234 5678 · safe: after 18:00" in said
    assert "Do not call" not in said


def test_people_whose_answers_a_report_needs_are_one_click_away(qtbot: QtBot, window: Window) -> None:
    today = go(qtbot, window, Place("today"), TodayPage)
    assert "1 person needs one more answer for the report" in words_of(today)
    click(next(b for b in today.findChildren(Button) if b.accessibleName().startswith("Complete: José")))
    rest(qtbot, window)
    assert shown(window, IntakePage).step.id == "worker"


def test_nobody_waits(qtbot: QtBot, window: Window) -> None:
    assert window.clinic is not None
    for name in ("José", "Alma"):
        window.clinic.store.bin_case(case_id(window, name), "a test")
    today = go(qtbot, window, Place("today"), TodayPage)
    assert "No one is waiting." in words_of(today)
    assert workplace(window).rail["today"].text() == "Today"
