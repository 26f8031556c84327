"""The window answers while it works: nothing slow on its thread, and no turn of it that is long."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from pytestqt.qtbot import QtBot

from clinic_app.ui.case.happened import HappenedDialog
from clinic_app.ui.case.page import TABS, CasePage
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.window import Window
from tests.ui.driving import case_id, go, rest, shown, workplace
from tests.ui.stalls import bundle, measured, on_this_thread

BUNDLES: Final = 3.0
"""A turn may take as long as so many bundles: about the tenth of a second on the machine of the figures."""

TRIES: Final = 3
"""A turn that is long by nature is long each time; one that another program made long is not."""

SCREENS: Final[tuple[PlaceName, ...]] = (
    *("today", "cases", "new", "people", "groups", "employers", "calendar", "tally", "reports", "settings", "sending"),
)


def open_case(qtbot: QtBot, window: Window, case: str) -> None:
    page = go(qtbot, window, Place("case", case), CasePage)
    for tab in range(len(TABS)):
        page.tabs.setCurrentIndex(tab)
        rest(qtbot, window)


def write_what_happened(qtbot: QtBot, window: Window, case: str) -> None:
    page = go(qtbot, window, Place("case", case), CasePage)
    page.something_happened()
    dialog = page.findChild(HappenedDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.ready)
    dialog.choose_way("sent")
    rest(qtbot, window)
    dialog.close()


def interview(qtbot: QtBot, window: Window, case: str) -> None:
    page = go(qtbot, window, Place("intake", case, "urgent.safe_to_talk"), IntakePage)
    while page.step.id != page.plan[-1].id:
        before = page.step.id
        page.go_on()
        rest(qtbot, window)
        if page.step.id == before:
            return


def make_papers(qtbot: QtBot, window: Window, case: str) -> None:
    page = go(qtbot, window, Place("packet", case), PacketPage)
    qtbot.waitUntil(lambda: page.made is not None)
    rest(qtbot, window)


def look_around(qtbot: QtBot, window: Window, _case: str) -> None:
    for name in SCREENS:
        workplace(window).go(Place(name))
        rest(qtbot, window)


def search(qtbot: QtBot, window: Window, _case: str) -> None:
    line = workplace(window).search
    for text in ("j", "jo", "jos", "nobody", ""):
        line.setText(text)
        line.textEdited.emit(text)
        rest(qtbot, window)
    assert shown(window, type(workplace(window).cases)).isVisible()


Journey = Callable[[QtBot, Window, str], None]
JOURNEYS: Final[dict[str, Journey]] = {
    "open a case": open_case,
    "something happened": write_what_happened,
    "interview": interview,
    "papers": make_papers,
    "every screen": look_around,
    "search": search,
}


@pytest.fixture(params=JOURNEYS)
def journey(request: pytest.FixtureRequest, qtbot: QtBot, window: Window) -> Callable[[], None]:
    """A journey of the test's window, to be made as often as one likes."""
    return partial(JOURNEYS[request.param], qtbot, window, case_id(window, "José"))


def test_nothing_slow_is_done_on_the_thread_of_the_window(journey: Callable[[], None]) -> None:
    with on_this_thread() as found:
        journey()
    assert found == set()


def test_no_turn_of_the_window_is_long(
    journey: Callable[[], None], window: Window, record_property: Callable[[str, object], None]
) -> None:
    journey()  # what is loaded once is not what is measured
    told: list[float] = []
    limit = BUNDLES * bundle(window.voice)
    while len(told) < TRIES and (not told or min(told) > limit):
        with measured(lambda _name, value: told.append(float(str(value))), "journey"):
            journey()
    record_property("longest turn, ms", min(told))
    record_property("limit, ms", round(limit))
    assert min(told) <= limit


def test_the_guard_sees_what_is_slow(window: Window) -> None:
    assert window.clinic is not None
    with on_this_thread() as found:
        window.clinic.store.count()
    assert any("store/db.py" in name for name in found)
