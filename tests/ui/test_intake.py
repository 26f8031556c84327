from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from clinic_app.services import casework, intake
from clinic_app.services import clinic as clinics
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.forms import RowsForm
from clinic_app.ui.intake.new_person import NewPersonPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.parts.law import LawView
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.window import Window
from tests.ui.driving import case_id, field_of_focus, focused, go, press, rest, shown, type_text, workplace


def answer(path: str, text: str, page: IntakePage) -> None:
    """Put the keyboard into a field and type."""
    assert page.form is not None
    assert page.form.focus_path(path) is not None
    type_text(text)


def next_page(qtbot: QtBot, window: Window, page: IntakePage) -> None:
    page.forward.setFocus()
    press(Qt.Key.Key_Return)
    rest(qtbot, window)


def texts(page: IntakePage) -> str:
    return "\n".join(label.text() for label in page.findChildren(TextLabel) if label.isVisible())


def begin(qtbot: QtBot, window: Window, name: str) -> IntakePage:
    """Begin the interview of somebody who was never here, by keyboard."""
    press(Qt.Key.Key_F2)
    asked = shown(window, NewPersonPage)
    type_text(name)
    qtbot.waitUntil(lambda: "Nobody" in asked.told.text())
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(workplace(window).shown, IntakePage))
    rest(qtbot, window)
    return shown(window, IntakePage)


def test_a_whole_interview_by_keyboard_to_printed_pages(qtbot: QtBot, window: Window) -> None:
    page = begin(qtbot, window, "Rosa Luna")
    assert field_of_focus().path == "urgent.safe_to_talk"
    type_text("y")
    press(Qt.Key.Key_Return)
    assert field_of_focus().path == "urgent.danger_today"
    type_text("n")
    next_page(qtbot, window, page)
    type_text("y")  # consent to talk
    next_page(qtbot, window, page)
    next_page(qtbot, window, page)
    assert page.step.id == "worker"
    assert page.form is not None
    assert page.form.boxes()[0].input.raw() == "Rosa Luna"  # as it was typed before
    next_page(qtbot, window, page)
    assert page.step.id == "story"
    type_text("They sent me away without a paper.")
    next_page(qtbot, window, page)
    assert page.step.id == "employers"
    assert field_of_focus().path.startswith("employers[")
    type_text("Rancho Verde")
    press(Qt.Key.Key_Return)
    type_text("2")  # the name is not sure
    next_page(qtbot, window, page)
    answer("job.start", "10/1/2022", page)
    answer("job.last_day", "9/7", page)
    answer("job.ending", "2", page)
    answer("job.zone", "general", page)
    next_page(qtbot, window, page)
    answer("pay.amount", "24,000", page)
    answer("pay.period", "6", page)
    answer("pay.unpaid_days", "9", page)
    while page.step.id != "result":
        next_page(qtbot, window, page)
    assert page.findChildren(LawView)
    assert "7,200.00" in texts(page)
    assert "2026" in texts(page)
    next_page(qtbot, window, page)
    packet = shown(window, PacketPage)
    rest(qtbot, window)
    assert packet.made is not None
    assert packet.made.made.volumes[0].startswith(b"%PDF")
    assert packet.made.pages >= 1
    assert packet.print_button.isEnabled()


def test_every_answer_is_in_the_store_when_the_window_closes(qtbot: QtBot, window: Window, folder: Path) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "Alma"), "worker.alias"), IntakePage)
    type_text("Lupe")  # and the window is closed with the field still open
    at = page.case_id
    window.close()
    clinic = clinics.open_practice(folder, intake.fill_practice)
    try:
        assert casework.case(clinic, at).section("worker").get("alias") == "Lupe"
    finally:
        clinic.close()


def test_an_interview_is_offered_where_it_stopped(qtbot: QtBot, window: Window) -> None:
    today = shown(window, TodayPage)
    button = next(b for b in today.findChildren(Button) if b.accessibleName().startswith("Continue: Alma"))
    button.click()
    rest(qtbot, window)
    page = shown(window, IntakePage)
    assert page.step.id == "job"


def test_a_red_flag_opens_at_once_and_a_safe_place_comes_first(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "Alma"), "urgent.safe_to_talk"), IntakePage)
    type_text("n")
    rest(qtbot, window)
    assert "It is not safe to talk now" in texts(page)
    type_text("y")
    rest(qtbot, window)
    assert "It is not safe to talk now" not in texts(page)


def test_a_red_flag_of_the_rule_book_stands_below_its_question(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "Alma"), "urgent.under_18"), IntakePage)
    assert page.form is not None
    assert not page.form._cards_shown
    type_text("y")
    rest(qtbot, window)
    box = field_of_focus()
    card = page.form._cards_shown[0]
    assert page.form.column.indexOf(card) == page.form.column.indexOf(box) + 1
    type_text("n")
    rest(qtbot, window)
    assert card not in page.form._cards_shown


def test_two_dates_that_contradict_each_other_lead_back_to_the_answer(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "José"), "job.last_day"), IntakePage)
    line = focused()
    assert isinstance(line, QLineEdit)
    line.selectAll()
    type_text("1/1/2020")
    while page.step.id != "result":
        page.go_on()
        rest(qtbot, window)
    assert "before the first day" in page.banner.findChildren(TextLabel)[1].text()
    assert "Look at this one first: Last day worked" in texts(page)
    next(b for b in page.findChildren(Button) if b.text() == "Go to that answer").click()
    rest(qtbot, window)
    assert page.step.id == "job"
    assert field_of_focus().path == "job.last_day"


def test_answers_bring_questions_in_and_take_them_away(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "José"), "answers.payslips"), IntakePage)
    assert page.form is not None
    assert field_of_focus().path == "answers.payslips"
    type_text("n")
    rest(qtbot, window)
    without = {box.path for box in page.form.boxes()}
    type_text("y")
    rest(qtbot, window)
    with_it = {box.path for box in page.form.boxes()}
    assert "answers.pay_outside_receipt" in with_it - without
    assert field_of_focus().path == "answers.payslips"


def test_rows_are_added_and_taken_out(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "José"), "events.kind"), IntakePage)
    form = page.form
    assert isinstance(form, RowsForm)
    form.add_button.click()
    rest(qtbot, window)
    assert len(form._cards) == 1
    assert field_of_focus().path.endswith(".kind")
    form._cards[0].removed.emit(form._cards[0])
    rest(qtbot, window)
    assert not form._cards
    # Back and forth: the store has no row either.
    page.go_back()
    rest(qtbot, window)
    page.go_on()
    rest(qtbot, window)
    assert isinstance(page.form, RowsForm)
    assert not page.form.boxes()


def test_back_and_next_keep_the_order_and_the_place_is_remembered(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "Alma")), IntakePage)
    ids = [step.id for step in page.plan]
    page.go_back()
    rest(qtbot, window)
    assert page.step.id == ids[ids.index("job") - 1]
    page.go_on()
    rest(qtbot, window)
    page.go_on()
    rest(qtbot, window)
    assert page.step.id == ids[ids.index("job") + 1]
    again = go(qtbot, window, Place("intake", page.case_id), IntakePage)
    assert again.step.id == ids[ids.index("job") + 1]


def test_the_saved_time_is_shown_after_each_answer(qtbot: QtBot, window: Window) -> None:
    go(qtbot, window, Place("intake", case_id(window, "Alma"), "worker.alias"), IntakePage)
    type_text("Lupe")
    press(Qt.Key.Key_Tab)
    rest(qtbot, window)
    assert workplace(window).saved.text().startswith("Saved on this computer ")


def test_ctrl_z_takes_back_letters_first_and_then_the_last_answer(qtbot: QtBot, window: Window) -> None:
    at = case_id(window, "José")
    assert window.clinic is not None
    intake.save(window.clinic, at, "job.position", "packer")
    intake.save(window.clinic, at, "job.position", "driver")
    page = go(qtbot, window, Place("intake", at, "job.position"), IntakePage)
    line = focused()
    assert isinstance(line, QLineEdit)
    assert line.text() == "driver"
    type_text("s")
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert line.text() == "driver"
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    rest(qtbot, window)
    assert casework.case(window.clinic, at).section("job").text("position") == "packer"
    assert "Taken back" in page.banner.findChildren(TextLabel)[0].text()
    again = focused()
    assert isinstance(again, QLineEdit)
    assert again.text() == "packer"
