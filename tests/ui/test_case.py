from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from clinic_app.domain.edtf import Edtf
from clinic_app.domain.happening import Happening
from clinic_app.domain.packet import Preset
from clinic_app.services import casework, happenings, intake
from clinic_app.services.packet import page_count
from clinic_app.ui import printing
from clinic_app.ui.case.dialogs import CloseDialog, ReasonDialog
from clinic_app.ui.case.earlier import EarlierDialog
from clinic_app.ui.case.happened import HappenedDialog
from clinic_app.ui.case.page import DETAILS, FACTS, FEED, PAPERS, CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.choices import ChoiceInput
from clinic_app.ui.kit.inputs import ListInput
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.packet.after import AfterPrint, ManySheets, MissingPages
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.parts.law import AmountCard, AnswerButton, DeadlineCard, Working
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY
from tests.ui.driving import case_id, click, go, press, rest, shown, type_text

D = TypeVar("D", bound=QDialog)


def wait_for(qtbot: QtBot, parent: QWidget, kind: type[D]) -> D:
    """Return the dialog of a kind once it is open."""
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in parent.findChildren(kind)))
    return next(dialog for dialog in parent.findChildren(kind) if dialog.isVisible())


def look_at(page: CasePage, tab: int) -> None:
    page.tabs.setCurrentIndex(tab)
    QApplication.processEvents()  # what was just built is shown


def set_text(dialog: HappenedDialog, name: str, text: str) -> None:
    """Type a text into a field of the dialog and leave it."""
    line = dialog.boxes[name].input.focus_target()
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    type_text(text)
    dialog.boxes[name].commit()


def words_of(page: CasePage | TodayPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(TextLabel) if label.isVisible())


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> CasePage:
    return go(qtbot, window, Place("case", case_id(window, "José")), CasePage)


def test_the_case_says_who_by_when_and_how_much(page: CasePage) -> None:
    said = words_of(page)
    assert "José Ñáñez" in said
    assert "Wednesday, September 9, 2026" in said
    assert "MXN\u00a07,200.00" in said
    assert "LFT" in said


def test_a_working_opens_and_closes(page: CasePage) -> None:
    card = next(c for c in page.findChildren(AmountCard) if c.findChildren(Working))
    working = card.findChildren(Working)[0]
    button = working.findChildren(Button)[0]
    before = [label.text() for label in working.findChildren(TextLabel) if label.isVisible()]
    button.click()
    opened = [label.text() for label in working.findChildren(TextLabel) if label.isVisible()]
    assert len(opened) > len(before)
    button.click()
    assert [label.text() for label in working.findChildren(TextLabel) if label.isVisible()] == before


def test_each_deadline_tells_how_it_was_counted(page: CasePage) -> None:
    cards = page.findChildren(DeadlineCard)
    assert cards
    assert all(card.findChildren(Working) for card in cards)


def test_a_missing_answer_can_be_given_from_the_finding(qtbot: QtBot, window: Window, page: CasePage) -> None:
    button = page.findChildren(AnswerButton)[0]
    button.click()
    rest(qtbot, window)
    interview = shown(window, IntakePage)
    assert interview.form is not None
    assert button is not None
    assert interview.step.id != "urgent" or interview.form.boxes()


def opened(qtbot: QtBot, page: CasePage) -> HappenedDialog:
    dialog = wait_for(qtbot, page, HappenedDialog)
    qtbot.waitUntil(lambda: dialog.ready)
    return dialog


def test_a_call_is_written_down_by_keyboard_in_four_keys(qtbot: QtBot, window: Window, page: CasePage) -> None:
    press(Qt.Key.Key_F4)
    dialog = opened(qtbot, page)
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_4)
    assert dialog.option is not None
    assert dialog.option.kind == "employer_called"
    dialog.boxes["note"].focus()
    type_text("Asked to come back")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    look_at(page, FEED)
    said = words_of(page)
    assert "The employer called" in said
    assert "Asked to come back" in said
    assert "July 15, 2026" in said


def test_a_hearing_is_planned_by_mouse_and_its_result_asked_for_the_day_after(
    qtbot: QtBot, window: Window, page: CasePage
) -> None:
    click(page.event_button)
    dialog = opened(qtbot, page)
    click(dialog.ways["hearing"])
    choices = dialog.which.input if dialog.which else None
    assert isinstance(choices, ChoiceInput)
    click(choices.options[0])
    set_text(dialog, "date", "20/7")
    rest(qtbot, window)
    said = "\n".join(label.text() for label in dialog.findChildren(TextLabel) if label.isVisible())
    assert "It is still to come" in said
    assert not dialog.boxes["result"].isVisible()
    click(dialog.button)
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    assert "Conciliation hearing: Monday, July 20, 2026" in words_of(page)
    page.desk.today = lambda: dt.date(2026, 7, 21)
    page.load()
    rest(qtbot, window)
    assert "What came out?" in page.following.sentence.text()
    click(page.next_button)
    dialog = opened(qtbot, page)
    assert dialog.option is not None
    assert dialog.boxes["date"].input.raw() == "2026-07-20"
    result = dialog.boxes["result"].input
    assert isinstance(result, ChoiceInput)
    click(next(option for option in result.options if option.choice.code == "employer_absent"))
    click(dialog.button)
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    assert page.found is not None
    assert [entry.step for entry in page.found.entries] == ["conciliation_certificate"]


def test_what_a_certificate_means_is_said_before_it_is_saved(qtbot: QtBot, window: Window, page: CasePage) -> None:
    assert window.clinic is not None
    options = {
        option.kind: option for ways in happenings.options(window.clinic, page.case_id).values() for option in ways
    }
    filed = Happening(options["conciliation_filed"], Edtf.parse("2026-07-10"))
    happenings.write(window.clinic, page.case_id, filed, TODAY)
    page.something_happened("conciliation_certificate")
    dialog = opened(qtbot, page)
    rest(qtbot, window)
    said = "\n".join(label.text() for label in dialog.findChildren(TextLabel) if label.isVisible())
    assert "The deadline moves" in said
    assert "September" in said
    assert page.found is not None
    assert len(page.found.case.rows("events")) == 0
    dialog.close()
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_an_agreement_in_instalments(qtbot: QtBot, window: Window, page: CasePage) -> None:
    page.something_happened("agreement")
    dialog = opened(qtbot, page)
    assert not dialog.boxes["parts"].isVisible()
    set_text(dialog, "amount", "10000")
    set_text(dialog, "parts", "3")
    set_text(dialog, "first", "31/8")
    click(dialog.button)
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    assert page.found is not None
    assert [(entry.day.isoformat(), str(entry.amount)) for entry in page.found.entries] == [
        ("2026-08-31", "3333.33"),
        ("2026-09-30", "3333.33"),
        ("2026-10-31", "3333.34"),
    ]


def test_what_is_needed_is_asked_for(qtbot: QtBot, page: CasePage) -> None:
    page.something_happened()
    dialog = opened(qtbot, page)
    dialog.choose_way("paper")
    dialog.button.click()
    assert dialog.which is not None
    assert "needed" in dialog.which.error.text()
    dialog._on_back()
    dialog.choose_way("paid")
    dialog.button.click()
    assert "needed" in dialog.boxes["amount"].error.text()
    dialog.close()
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_ctrl_z_takes_back_the_last_change(qtbot: QtBot, window: Window, page: CasePage) -> None:
    page.something_happened("threat")
    dialog = opened(qtbot, page)
    dialog.button.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    assert page.found is not None
    assert len(page.found.case.rows("events")) == 1
    window.activateWindow()
    page.tabs.setFocus()
    qtbot.waitUntil(page.tabs.hasFocus)
    press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    rest(qtbot, window)
    assert page.found.case.rows("events") == ()
    assert "Taken back" in words_of(page)


def test_an_earlier_answer_is_brought_back(qtbot: QtBot, window: Window, page: CasePage) -> None:
    assert window.clinic is not None
    before = page.following.day.text()
    intake.save(window.clinic, page.case_id, "job.last_day", "2026-07-01")
    page.load()
    rest(qtbot, window)
    assert page.following.day.text() != before
    page._on_earlier()
    dialog = wait_for(qtbot, page, EarlierDialog)
    dialog.moments.setCurrentIndex(1)
    dialog.moments.activated.emit(1)
    qtbot.waitUntil(lambda: bool(backs(dialog)))
    backs(dialog)[0].click()
    qtbot.waitUntil(lambda: not backs(dialog))
    dialog.close()
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    assert page.following.day.text() == before


def backs(dialog: EarlierDialog) -> list[Button]:
    return [button for button in dialog.findChildren(Button) if button.text() == "Bring this back"]


def test_a_row_goes_into_the_bin_with_a_reason_and_comes_back(qtbot: QtBot, window: Window, page: CasePage) -> None:
    look_at(page, FACTS)
    take_out = next(button for button in page.findChildren(Button) if button.text() == "Take out…")
    take_out.click()
    dialog = wait_for(qtbot, page, ReasonDialog)
    dialog.button.click()
    qtbot.waitUntil(lambda: bool(dialog.reason.error.text()))
    line = dialog.reason.input.focus_target()
    assert isinstance(line, QLineEdit)
    line.setText("Another firm")
    dialog.button.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    look_at(page, DETAILS)
    assert "Taken out because: Another firm" in words_of(page)
    next(button for button in page.findChildren(Button) if button.text() == "Bring it back").click()
    rest(qtbot, window)
    assert page.found is not None
    assert page.found.case.rows("employers")[0].text("name") == "Empacadora La Esperanza"
    assert page.found.binned == ()


def test_a_case_is_closed_with_its_outcome_and_opened_again(qtbot: QtBot, window: Window, page: CasePage) -> None:
    page._on_close()
    dialog = wait_for(qtbot, page, CloseDialog)
    dialog.button.click()
    qtbot.waitUntil(lambda: bool(dialog.boxes["outcome"].error.text()))
    outcome = dialog.boxes["outcome"].input
    assert isinstance(outcome, ListInput)
    outcome.combo.setCurrentIndex(outcome.combo.findData("settled"))
    dialog.button.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    assert page.found is not None
    assert page.found.row.stage == "closed"
    assert page.next_button.text() == "Open the case again"
    page.next_button.click()
    rest(qtbot, window)
    assert page.found.row.stage == "follow"


def test_printing_brings_the_case_to_papers(qtbot: QtBot, window: Window, page: CasePage) -> None:
    assert page.next_button.text() == "Make the papers"
    at = page.case_id
    page.next_button.click()
    rest(qtbot, window)
    packet = shown(window, PacketPage)
    qtbot.waitUntil(lambda: packet.made is not None)
    packet._on_came_out("printer", (1,))
    rest(qtbot, window)
    case = go(qtbot, window, Place("case", at), CasePage)
    assert case.next_button.text() == "Write down the filing"
    look_at(case, PAPERS)
    assert "pages 1" in words_of(case)


def test_the_facts_tell_the_empties_apart(qtbot: QtBot, window: Window) -> None:
    at = case_id(window, "José")
    interview = go(qtbot, window, Place("intake", at, "worker.municipality"), IntakePage)
    assert interview.form is not None
    for box in interview.form.boxes():
        if box.path == "worker.municipality":
            box._menu.actions()[1].trigger()
    rest(qtbot, window)
    page = go(qtbot, window, Place("case", at), CasePage)
    look_at(page, FACTS)
    assert "Prefers not to say" in words_of(page)
    assert "January 10, 2022" in words_of(page)


def test_the_history_speaks_in_words(page: CasePage) -> None:
    look_at(page, FEED)
    said = words_of(page)
    assert "Case opened" in said
    assert "Answered: Pay" in said
    assert "pay.amount" not in said
    assert "case." not in said


def test_today_shows_the_next_deadline_after_a_check(qtbot: QtBot, window: Window, page: CasePage) -> None:
    assert page.tabs.count() == 6
    today = go(qtbot, window, Place("today"), TodayPage)
    qtbot.waitUntil(lambda: "days left" in words_of(today))
    assert "Alma Vázquez" in words_of(today)


def test_the_papers_are_the_pages_that_are_printed(qtbot: QtBot, window: Window) -> None:
    packet = go(qtbot, window, Place("packet", case_id(window, "José")), PacketPage)
    qtbot.waitUntil(lambda: packet.made is not None)
    assert packet.made is not None
    worker = packet.made
    packet.preset.pick([p.value for p in Preset].index("filing"))
    qtbot.waitUntil(lambda: packet.made is not worker)
    rest(qtbot, window)
    assert packet.made is not worker
    assert packet.language.currentData() == "es"
    assert packet.print_button.isEnabled()


def test_the_language_of_the_papers_is_remembered_with_the_case(qtbot: QtBot, window: Window) -> None:
    at = case_id(window, "José")
    packet = go(qtbot, window, Place("packet", at), PacketPage)
    packet.language.setCurrentIndex(packet.language.findData("en"))
    packet.language.activated.emit(packet.language.currentIndex())
    rest(qtbot, window)
    again = go(qtbot, window, Place("packet", at), PacketPage)
    assert again.language.currentData() == "en"
    assert window.voice.words.language == "en"


def test_papers_are_saved_to_a_file_and_noted(qtbot: QtBot, window: Window) -> None:
    packet = go(qtbot, window, Place("packet", case_id(window, "José")), PacketPage)
    qtbot.waitUntil(lambda: packet.made is not None)
    file = window.clinic.folder / "packet.pdf" if window.clinic else None
    assert file is not None
    packet.save_to(file)
    qtbot.waitUntil(file.exists)
    rest(qtbot, window)
    assert packet.made is not None
    assert file.read_bytes() == packet.made.made.volumes[0]
    assert "saved" in packet.banner.findChildren(TextLabel)[0].text()


def test_did_all_pages_come_out(qtbot: QtBot, window: Window) -> None:
    said: list[tuple[object, ...]] = []
    for button, signal in (("yes", "came_out"), ("reprint", "some_missing"), ("stick", "to_stick")):
        dialog = AfterPrint(window.voice, (1, 2, 3, 4), window)
        getattr(dialog, signal).connect(lambda *pages, name=signal: said.append((name, *pages)))
        dialog.open()
        getattr(dialog, button).click()
        qtbot.waitUntil(lambda gone=dialog: not isValid(gone))  # type: ignore[misc]  # a default binds the dialog
    assert said == [("came_out", (1, 2, 3, 4)), ("some_missing", (1, 2, 3, 4)), ("to_stick",)]


def test_only_the_missing_pages_are_printed_again_and_each_run_is_noted(
    qtbot: QtBot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = case_id(window, "José")
    packet = go(qtbot, window, Place("packet", at), PacketPage)
    qtbot.waitUntil(lambda: packet.made is not None)
    assert packet.made is not None
    assert packet.made.pages >= 2
    out = tmp_path / "out.pdf"

    def choose(_parent: object, printer: QPrinter, _bundle: printing.Bundle) -> bool:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(out))
        return True

    monkeypatch.setattr(printing, "choose_printer", choose)  # the system's own dialog is not ours to press
    packet.print_button.click()
    after = wait_for(qtbot, packet, AfterPrint)
    assert page_count(out.read_bytes()) == packet.made.pages
    after.reprint.click()
    missing = wait_for(qtbot, packet, MissingPages)
    missing.line.setText("1")
    missing.again.click()
    again = wait_for(qtbot, packet, AfterPrint)
    assert page_count(out.read_bytes()) == 1
    again.yes.click()
    rest(qtbot, window)
    page = go(qtbot, window, Place("case", at), CasePage)
    assert page is not None
    assert window.clinic is not None
    printed = [line.detail.split(" ") for line in casework.history(window.clinic, at) if line.kind == "print"]
    sha = hashlib.sha256(packet.made.made.volumes[0]).hexdigest()
    assert [(line[0], line[-1]) for line in printed] == [("worker", sha), ("worker", sha)]


def test_pages_that_are_no_pages_are_asked_for_again(qtbot: QtBot, window: Window) -> None:
    dialog = MissingPages(window.voice, (1, 2, 3), window)
    chosen: list[tuple[object, ...]] = []
    dialog.chosen.connect(lambda *pages: chosen.append(pages))
    dialog.open()
    dialog.line.setText("7")
    dialog.again.click()
    assert "7" in dialog.error.text()
    assert isValid(dialog)
    dialog.line.setText("2")
    dialog.again.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert chosen == [((1, 3), (2,))]


def test_a_filing_copy_says_first_whether_it_is_ready(qtbot: QtBot, window: Window) -> None:
    packet = go(qtbot, window, Place("packet", case_id(window, "José")), PacketPage)
    qtbot.waitUntil(lambda: packet.made is not None)
    assert not packet.ready.isVisible()
    worker = packet.made
    packet.preset.pick([p.value for p in Preset].index("filing"))
    qtbot.waitUntil(lambda: packet.made is not worker)
    rest(qtbot, window)
    assert packet.made is not None
    assert packet.made.ready
    assert packet.ready.isVisible()
    said = [label.text() for label in packet.ready.findChildren(TextLabel)]
    assert len([line for line in said if line[:1] in "☒☐"]) == len(packet.made.ready)


def test_many_sheets_are_asked_about_before_they_are_printed(qtbot: QtBot, window: Window) -> None:
    dialog = ManySheets(window.voice, 23, window)
    assert any("23" in label.text() for label in dialog.findChildren(TextLabel))
    with qtbot.waitSignal(dialog.agreed):
        dialog.yes.click()


def test_what_came_later_is_added_behind_what_was_handed_over(qtbot: QtBot, window: Window) -> None:
    at = case_id(window, "José")
    packet = go(qtbot, window, Place("packet", at), PacketPage)
    qtbot.waitUntil(lambda: packet.made is not None)
    late = packet.preset.options[-1]
    assert not late.isVisible()
    packet.preset.pick([p.value for p in Preset].index("filing"))
    worker = packet.made
    qtbot.waitUntil(lambda: packet.made is not worker)
    rest(qtbot, window)
    assert packet.made is not None
    last = packet.made.bundle.numbers[-1]
    packet._on_came_out("printer", packet.made.bundle.numbers)
    rest(qtbot, window)
    assert window.clinic is not None
    intake.add_row(window.clinic, at, "evidence")
    window.clinic.store.put_row(at, "evidence", {"kind": "payslip", "title": "July", "form": "copy"})
    again = go(qtbot, window, Place("packet", at), PacketPage)
    qtbot.waitUntil(lambda: again.made is not None)
    first = again.made
    again.preset.pick(len(again.preset.options) - 1)
    qtbot.waitUntil(lambda: again.made is not first)
    rest(qtbot, window)
    assert again.made is not None
    assert again.made.bundle.numbers[0] == last + 1
