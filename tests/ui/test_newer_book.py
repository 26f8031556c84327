"""A newer rule book and a wrong clock, as the window shows them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from clinic_app.domain.kept import AmountChange, BookChange, Kept, KeptAmount, KeptDeadline
from clinic_app.services import intake, rulebooks
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.parts.law import LawView
from clinic_app.ui.parts.newer_book import ClockCard, NewerBookCard
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.voice import Voice
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY
from tests.ui.driving import case_id, go, rest, workplace

OLD = Kept(
    "mx-2026.1",
    dt.date(2026, 7, 1),
    "MXN",
    Decimal("100.00"),
    Decimal("100.00"),
    (KeptAmount("wages", {"en": "Wages"}, Decimal("100.00"), Decimal("100.00"), in_total=True),),
    (KeptDeadline("dismissal", {"en": "Claim"}, dt.date(2026, 9, 9), dt.date(2026, 9, 9)),),
    (),
)
CHANGE = BookChange(
    OLD,
    OLD,
    book_is_here=False,
    total=AmountChange({}, (Decimal("100.00"),) * 2, (Decimal("90.00"), Decimal("110.00"))),
    amounts=(AmountChange({"en": "Bonus"}, None, (Decimal("10.00"),) * 2),),
    deadlines=(),
    findings=(),
)


def words_of(widget: NewerBookCard | CasePage | TodayPage | IntakePage) -> str:
    return "\n".join(label.text() for label in widget.findChildren(TextLabel) if not label.isHidden())


def test_the_card_says_each_line_before_and_after(qtbot: QtBot, voice: Voice) -> None:
    card = NewerBookCard(voice, CHANGE)
    qtbot.addWidget(card)
    said = words_of(card)
    assert "These figures were kept on Wednesday, July 1, 2026" in said
    assert "Wages: MXN\u00a0100.00" in said
    assert "Claim: Wednesday, September 9, 2026" in said
    assert "Total, before taxes: MXN\u00a0100.00 → MXN\u00a090.00 … 110.00" in said
    assert "Bonus: — → MXN\u00a010.00" in said
    with qtbot.waitSignal(card.adopt_wanted):
        card.button.click()


@pytest.fixture
def older(window: Window, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case whose book is followed by a newer one on the clinic's shelf."""
    found = case_id(window, "José")
    clinic = workplace(window).desk.clinic
    book = clinic.book("mx")
    newer = type(book)(**{name: getattr(book, name) for name in book.__slots__} | {"version": "mx-2027.1"})
    monkeypatch.setattr(clinic.shelf, "newest", {**clinic.shelf.newest, "mx": newer})
    monkeypatch.setitem(clinic.shelf._open, ("mx", "mx-2027.1"), newer)
    assert rulebooks.list_books(clinic)
    return found


def test_the_case_keeps_its_book_until_the_button(qtbot: QtBot, window: Window, older: str) -> None:
    page = go(qtbot, window, Place("case", older), CasePage)
    (card,) = page.findChildren(NewerBookCard)
    assert "mx-2027.1" in words_of(card)
    assert "with rule book mx-2026.1" in words_of(page)
    card.button.click()
    rest(qtbot, window)
    assert page.findChildren(NewerBookCard) == [] or not page.findChildren(NewerBookCard)[0].isVisible()
    assert "with rule book mx-2027.1" in words_of(page)


def test_a_clock_that_went_back_is_asked_about(qtbot: QtBot, window: Window) -> None:
    found = case_id(window, "José")
    page = go(qtbot, window, Place("case", found), CasePage)
    assert page.findChildren(LawView)
    desk = workplace(window).desk
    desk.today = lambda: TODAY - dt.timedelta(days=40)
    page = go(qtbot, window, Place("case", found), CasePage)
    assert page.findChildren(LawView) == []
    assert "(T-01)" in words_of(page)
    (card,) = page.findChildren(ClockCard)
    assert "June 5, 2026" in card.button.text()
    today = go(qtbot, window, Place("today"), TodayPage)
    assert "The day cannot be right" in words_of(today)
    assert "days left" not in words_of(today)
    page = go(qtbot, window, Place("case", found), CasePage)
    page.findChildren(ClockCard)[0].button.click()
    rest(qtbot, window)
    assert page.findChildren(LawView)
    assert "(T-01)" not in words_of(page)
    assert "The day cannot be right" not in words_of(go(qtbot, window, Place("today"), TodayPage))


def test_a_clock_years_away_stops_the_papers_too(qtbot: QtBot, window: Window) -> None:
    found = case_id(window, "José")
    workplace(window).desk.today = lambda: dt.date(1980, 1, 1)
    page = go(qtbot, window, Place("case", found), CasePage)
    assert "(T-02)" in words_of(page)
    assert page.findChildren(ClockCard) == []
    packet = go(qtbot, window, Place("packet", found), PacketPage)
    assert packet.made is None


def test_values_that_may_be_out_of_date_are_named_on_each_screen(qtbot: QtBot, window: Window) -> None:
    desk = workplace(window).desk
    assert "out of date" not in words_of(go(qtbot, window, Place("today"), TodayPage))
    desk.today = lambda: dt.date(2027, 3, 1)
    said = words_of(go(qtbot, window, Place("today"), TodayPage))
    assert "Some legal values may be out of date" in said
    assert "315.04 · 440.87" in said
    found = case_id(window, "José")
    job = {"job.last_day": "2027-02-10", "urgent.safe_to_talk": "yes"}
    for path, raw in job.items():
        qtbot.waitUntil(lambda: not window.tasks.pending, timeout=20_000)
        intake.save(desk.clinic, found, path, raw)
    said = words_of(go(qtbot, window, Place("case", found), CasePage))
    assert "Some legal values may be out of date" in said
    assert "315.04 was used" in said
    page = go(qtbot, window, Place("intake", found, "worker.name"), IntakePage)
    while page.step.id != "result":
        page.go_on()
        rest(qtbot, window)
    assert page.findChildren(LawView)
    assert "315.04 was used" in words_of(page)
