"""Reviewing what two people wrote differently, with real widgets on a real store."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_app.domain.edtf import Edtf
from clinic_app.services import clinic as clinics
from clinic_app.services import conflicts
from clinic_app.ui.desk import Place
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.review.page import ReviewPage
from clinic_app.ui.review.question import ASK, TYPE, Question
from clinic_app.ui.window import Window
from tests.store.meeting import another, meet
from tests.ui.driving import case_id, go, press, rest, type_text


@pytest.fixture
def folder(folder: Path, tmp_path: Path) -> Path:
    """The practice clinic after it met another computer: two people differ on two answers of José's case."""
    clinic = clinics.unlock(folder, clinics.PRACTICE_PASSWORD, clinics.PRACTICE_USER)
    other = another(tmp_path, "Gio")
    try:
        meet(clinic.store, other)
        case = next(row.id for row in clinic.store.cases() if "José" in row.shown_name)
        for path, here, there in (
            ("job.last_day", Edtf.parse("2026-07-08"), Edtf.parse("2026-06-30")),
            ("story.told", "She told it here.", "He told it there."),
        ):
            clinic.store.set_answer(case, path, here)
            other.set_answer(case, path, there)
        meet(clinic.store, other)
    finally:
        other.close()
        clinic.close()
    return folder


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> ReviewPage:
    return go(qtbot, window, Place("review", case_id(window, "José")), ReviewPage)


def asked(page: ReviewPage) -> Question:
    assert page.question is not None
    return page.question


def said(page: ReviewPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(TextLabel) if label.isVisible())


def test_nothing_is_chosen_and_the_safest_consequence_is_told(page: ReviewPage) -> None:
    question = asked(page)
    assert question.choice() is None
    assert not page.decide.isEnabled()
    assert "José" in said(page)
    assert "earliest of the deadlines" in said(page)
    texts = [option.text().replace("\n", " ") for option in question.options]
    assert "July 8, 2026" in texts[0]
    assert "this computer" in texts[0]
    assert "June 30, 2026" in texts[1]
    assert "Gio" in texts[1]


def test_a_number_key_picks_and_the_decision_can_be_opened_again(
    qtbot: QtBot, window: Window, page: ReviewPage
) -> None:
    case = page.case_id
    asked(page).options[0].setFocus()
    press(Qt.Key.Key_2)
    page.decide.setFocus()
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    assert window.clinic is not None
    assert str(window.clinic.store.case(case).section("job").get("last_day")) == "2026-06-30"
    assert [one.path for one in conflicts.of_case(window.clinic, case)] == ["story.told"]
    (decided,) = conflicts.decided(window.clinic, case)
    page.reopen(decided)
    rest(qtbot, window)
    assert {one.path for one in conflicts.of_case(window.clinic, case)} == {"job.last_day", "story.told"}


def test_both_are_wrong_and_the_right_one_is_typed(qtbot: QtBot, window: Window, page: ReviewPage) -> None:
    case = page.case_id
    next(option for option in asked(page).options if option.choice.code == TYPE).click()
    box = asked(page).box
    assert box is not None
    assert box.isVisible()
    type_text("no date at all")
    page.decide.click()
    assert page.banner.isVisible()  # it says what is wrong, and nothing was decided
    assert window.clinic is not None
    assert len(conflicts.of_case(window.clinic, case)) == 2
    box.input.focus_target().setFocus()
    press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_text("1/7/2026")
    page.decide.click()
    rest(qtbot, window)
    assert str(window.clinic.store.case(case).section("job").get("last_day")) == "2026-07-01"


def test_asking_the_worker_leaves_it_to_be_decided(qtbot: QtBot, window: Window, page: ReviewPage) -> None:
    next(option for option in asked(page).options if option.choice.code == ASK).click()
    page.decide.click()
    rest(qtbot, window)
    assert window.clinic is not None
    assert conflicts.count(window.clinic) == 2
    assert "ask the worker" in said(page)


def test_both_texts_are_kept(qtbot: QtBot, window: Window, page: ReviewPage) -> None:
    page.later.click()
    rest(qtbot, window)
    option = next(option for option in asked(page).options if "Keep both" in option.text())
    option.click()
    page.decide.click()
    rest(qtbot, window)
    assert window.clinic is not None
    told = str(window.clinic.store.case(page.case_id).section("story").get("told"))
    assert "She told it here." in told
    assert "He told it there." in told


def test_the_language_changes_while_a_question_is_open(window: Window, page: ReviewPage) -> None:
    window.speak("es")
    assert asked(page).options[0].text()
    assert "July" not in asked(page).options[0].text()


def test_all_cases_are_reviewed_from_today(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("review"), ReviewPage)
    assert asked(page).difference.path == "job.last_day"
