"""Connecting with a headquarters and copying to a stick, with real widgets, a real store and a real headquarters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clinic_app.services import intake, syncing
from clinic_app.ui.courier import Phase, Stick
from clinic_app.ui.desk import Place
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.sending.page import SendingPage
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.window import Window
from sync.hq import devices, office, post
from sync.hq.keys import Cost, Opening
from sync.hq.office import Office
from tests.ui.driving import case_id, click, go, press, rest, workplace

CHEAP = Cost(rounds=1, memory_kib=8)


@pytest.fixture
def headquarters(tmp_path: Path) -> Iterator[Office]:
    of, _ = office.create(tmp_path / "hq", "Central", Opening(password="correct horse battery"), cost=CHEAP)
    yield of
    of.close()


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    (tmp_path / "usb").mkdir()
    return tmp_path / "usb"


@pytest.fixture
def page(qtbot: QtBot, window: Window) -> SendingPage:
    return go(qtbot, window, Place("sending"), SendingPage)


def said(page: SendingPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(TextLabel) if label.isVisible())


def button(page: SendingPage, words: str) -> Button:
    return next(b for b in page.findChildren(Button) if words in b.text() and b.isVisible())


def connect(qtbot: QtBot, window: Window, page: SendingPage, of: Office, folder: Path) -> None:
    """Carry the request to headquarters and its answer back, and find that the words are the same."""
    page.name.line.setText("laptop 2")
    page.save_request(folder / "request.clinic")
    rest(qtbot, window)
    done = devices.enrol(of, (folder / "request.clinic").read_bytes(), "North clinic")
    page.take_enrolment(done.card)
    rest(qtbot, window)
    assert page.joining is not None
    assert page.joining.words == done.words
    assert done.words in said(page)
    button(page, "the same: connect").click()
    rest(qtbot, window)


def sent(qtbot: QtBot, window: Window, page: SendingPage) -> None:
    qtbot.waitUntil(lambda: not page.courier.busy)
    rest(qtbot, window)


def test_a_computer_alone_says_so_and_everything_works(page: SendingPage) -> None:
    assert "works alone" in said(page)
    assert not page.send.isVisible()


def test_work_goes_to_headquarters_and_only_its_word_makes_it_received(
    qtbot: QtBot, window: Window, page: SendingPage, headquarters: Office, usb: Path
) -> None:
    connect(qtbot, window, page, headquarters, usb)
    status = page.courier.status
    assert status is not None
    assert status.enrolled
    assert (status.received, status.waiting) == (0, status.saved)
    page.courier.send(usb)
    sent(qtbot, window, page)
    visit = page.courier.visit
    assert visit is not None
    assert visit.slip is not None
    assert visit.slip.words in said(page)
    status = page.courier.status
    assert status is not None
    assert (status.received, status.on_stick) == (0, status.waiting)  # on a stick is not received
    (bundle,) = post.take(headquarters, usb).bundles
    assert bundle.words == visit.slip.words
    page.courier.send(usb)
    sent(qtbot, window, page)
    status = page.courier.status
    assert status is not None
    assert status.waiting == 0
    assert status.received == status.saved
    page.courier.dismiss()
    assert "Everything is at headquarters" in workplace(window).sending.told.text()


def test_other_words_connect_nothing(
    qtbot: QtBot, window: Window, page: SendingPage, headquarters: Office, usb: Path
) -> None:
    page.name.line.setText("laptop 2")
    page.save_request(usb / "request.clinic")
    rest(qtbot, window)
    page.take_enrolment(devices.enrol(headquarters, (usb / "request.clinic").read_bytes(), "North").card)
    rest(qtbot, window)
    button(page, "not the same").click()
    rest(qtbot, window)
    assert window.clinic is not None
    assert not syncing.status(window.clinic).enrolled


def test_a_file_that_is_no_answer_is_told_in_words(qtbot: QtBot, window: Window, page: SendingPage) -> None:
    page.take_enrolment(b"no card")
    rest(qtbot, window)
    assert page.banner.isVisible()
    assert page.joining is None


def test_a_stick_asks_one_question_and_yes_copies(
    qtbot: QtBot, window: Window, page: SendingPage, headquarters: Office, usb: Path
) -> None:
    connect(qtbot, window, page, headquarters, usb)
    question = workplace(window).stick
    assert not question.isVisible()
    page.courier.stick_found.emit(Stick(usb, "KINGSTON", 3_200_000_000))
    assert question.isVisible()
    assert "KINGSTON" in question.findChildren(TextLabel)[0].text()
    question.yes.click()
    assert page.courier.phase is not Phase.IDLE
    assert not question.isVisible()
    sent(qtbot, window, page)
    assert any(path.name != "request.clinic" for path in usb.iterdir())


def test_stopping_leaves_nothing_half_done(
    qtbot: QtBot, window: Window, page: SendingPage, headquarters: Office, usb: Path
) -> None:
    connect(qtbot, window, page, headquarters, usb)
    page.courier.send(usb)
    page.courier.stop()
    sent(qtbot, window, page)
    assert [path.name for path in usb.iterdir()] == ["request.clinic"]
    assert "Nothing was lost" in said(page)
    page.courier.send(usb)
    sent(qtbot, window, page)
    assert page.courier.visit is not None
    assert page.courier.visit.slip is not None


def test_a_stick_that_is_gone_is_told_in_words(
    qtbot: QtBot, window: Window, page: SendingPage, headquarters: Office, usb: Path
) -> None:
    connect(qtbot, window, page, headquarters, usb)
    page.courier.send(usb / "not there")
    sent(qtbot, window, page)
    assert page.courier.error is not None
    assert "(Y-" in said(page)


def test_work_goes_on_while_it_is_sent(
    qtbot: QtBot, window: Window, page: SendingPage, headquarters: Office, usb: Path
) -> None:
    connect(qtbot, window, page, headquarters, usb)
    assert window.clinic is not None
    case = case_id(window, "José")
    page.courier.send(usb)
    clinic = window.clinic
    window.tasks.ask(window, lambda: intake.save(clinic, case, "job.position", "picker"))
    sent(qtbot, window, page)
    assert page.courier.visit is not None
    assert clinic.store.case(case).section("job").get("position") == "picker"


@pytest.mark.parametrize("by", ["keyboard", "mouse"])
def test_work_is_taken_to_headquarters_by_hand_alone(
    qtbot: QtBot, window: Window, page: SendingPage, headquarters: Office, usb: Path, by: str
) -> None:
    connect(qtbot, window, page, headquarters, usb)
    go(qtbot, window, Place("today"), TodayPage)
    question = workplace(window).stick
    page.courier.stick_found.emit(Stick(usb, "KINGSTON", 3_200_000_000))
    if by == "mouse":
        click(question.yes)
    else:
        question.yes.setFocus()
        press(Qt.Key.Key_Return)
    sent(qtbot, window, page)
    (bundle,) = post.take(headquarters, usb).bundles
    assert bundle.words
    workplace(window).sending.button.setFocus()
    press(Qt.Key.Key_Return)
    rest(qtbot, window)
    assert isinstance(workplace(window).shown, SendingPage)
