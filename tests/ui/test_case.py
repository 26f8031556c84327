from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from clinic_app.domain.packet import Preset
from clinic_app.services import casework
from clinic_app.services.packet import page_count
from clinic_app.ui import printing
from clinic_app.ui.case.event_dialog import EventDialog
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.inputs import ListInput
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.packet.after import AfterPrint, ManySheets, MissingPages
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.parts.law import AmountCard, AnswerButton, DeadlineCard, Working
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.window import Window
from tests.ui.driving import case_id, go, press, rest, shown

D = TypeVar("D", bound=QDialog)


def wait_for(qtbot: QtBot, parent: QWidget, kind: type[D]) -> D:
    """Return the dialog of a kind once it is open."""
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in parent.findChildren(kind)))
    return next(dialog for dialog in parent.findChildren(kind) if dialog.isVisible())


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


def test_something_happened_is_written_down_and_shown(qtbot: QtBot, window: Window, page: CasePage) -> None:
    press(Qt.Key.Key_F4)
    dialog = page.findChild(EventDialog)
    assert dialog is not None
    kind = dialog.boxes["kind"].input
    assert isinstance(kind, ListInput)
    kind.combo.setCurrentIndex(kind.combo.findData("employer_called"))
    note = dialog.boxes["note"].input.focus_target()
    assert isinstance(note, QLineEdit)
    note.setText("Asked to come back")
    dialog.button.click()
    qtbot.waitUntil(lambda: not isValid(dialog))
    rest(qtbot, window)
    page.tabs.setCurrentIndex(2)
    said = words_of(page)
    assert "The employer called" in said
    assert "Asked to come back" in said
    assert "July 15, 2026" in said


def test_an_event_without_a_kind_is_asked_for(qtbot: QtBot, page: CasePage) -> None:
    page.something_happened()
    dialog = page.findChild(EventDialog)
    assert dialog is not None
    dialog.button.click()
    assert "needed" in dialog.boxes["kind"].error.text()
    dialog.close()
    qtbot.waitUntil(lambda: not isValid(dialog))


def test_the_facts_tell_the_empties_apart(qtbot: QtBot, window: Window) -> None:
    at = case_id(window, "José")
    interview = go(qtbot, window, Place("intake", at, "worker.municipality"), IntakePage)
    assert interview.form is not None
    for box in interview.form.boxes():
        if box.path == "worker.municipality":
            box._menu.actions()[1].trigger()
    rest(qtbot, window)
    page = go(qtbot, window, Place("case", at), CasePage)
    page.tabs.setCurrentIndex(1)
    assert "Prefers not to say" in words_of(page)
    assert "January 10, 2022" in words_of(page)


def test_the_history_speaks_in_words(page: CasePage) -> None:
    page.tabs.setCurrentIndex(2)
    said = words_of(page)
    assert "Case opened" in said
    assert "Answered: Pay" in said
    assert "pay.amount" not in said
    assert "case." not in said


def test_today_shows_the_next_deadline_after_a_check(qtbot: QtBot, window: Window, page: CasePage) -> None:
    assert page.tabs.count() == 3
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
    assert file.read_bytes() == packet.made.pdf
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

    def choose(_parent: object, printer: QPrinter, _pages: int) -> bool:
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
    sha = hashlib.sha256(packet.made.pdf).hexdigest()
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
