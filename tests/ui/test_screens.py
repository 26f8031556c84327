from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from clinic_app.services import collective
from clinic_app.services import people as people_service
from clinic_app.ui.calendar.page import CalendarPage
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.cases.page import CasesPage
from clinic_app.ui.collective.group import GroupView
from clinic_app.ui.collective.page import GroupsPage
from clinic_app.ui.desk import Place
from clinic_app.ui.employers.employer import EmployerView
from clinic_app.ui.employers.page import EmployersPage
from clinic_app.ui.intake.new_person import NewPersonPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.people.page import PeoplePage
from clinic_app.ui.people.person import PersonView
from clinic_app.ui.reports.page import ReportPage
from clinic_app.ui.settings import SIZES, THEMES
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.tally.page import TallyPage
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.window import Window
from tests.ui.conftest import TODAY
from tests.ui.driving import case_id, choose_language, go, rest, shown, workplace

SMALL = (819, 614)  # 1024×768 at 125 %


def screens(qtbot: QtBot, window: Window) -> Iterator[QWidget]:
    """Every screen of the window, each page of the interview included."""
    yield window.centralWidget()
    at = case_id(window, "José")
    yield go(qtbot, window, Place("today"), TodayPage)
    yield go(qtbot, window, Place("cases"), CasesPage)
    yield from desk_screens(qtbot, window)
    page = go(qtbot, window, Place("intake", at, "urgent.safe_to_talk"), IntakePage)
    yield page
    while page.step.id != page.plan[-1].id:
        page.go_on()
        rest(qtbot, window)
        yield page
    packet = go(qtbot, window, Place("packet", at), PacketPage)
    qtbot.waitUntil(lambda: packet.made is not None)
    yield packet
    case = go(qtbot, window, Place("case", at), CasePage)
    for tab in range(case.tabs.count()):
        case.tabs.setCurrentIndex(tab)
        yield case


def desk_screens(qtbot: QtBot, window: Window) -> Iterator[QWidget]:
    """People, employers, a group, the calendar, the tally's questions, the report, the settings, the help."""
    people = go(qtbot, window, Place("people"), PeoplePage)
    yield people
    yield go(qtbot, window, Place("new"), NewPersonPage)
    yield go(qtbot, window, Place("person", record=people_id(window)), PersonView)
    employers = go(qtbot, window, Place("employers"), EmployersPage)
    yield employers
    yield go(qtbot, window, Place("employer", record=employers.model.row_at(0).id), EmployerView)
    yield go(qtbot, window, Place("groups"), GroupsPage)
    group = go(qtbot, window, Place("group", record=a_group(qtbot, window)), GroupView)
    for tab in range(group.tabs.count()):
        group.tabs.setCurrentIndex(tab)
        yield group
    calendar = go(qtbot, window, Place("calendar"), CalendarPage)
    for tab in (0, 1):
        calendar.tabs.setCurrentIndex(tab)
        rest(qtbot, window)
        yield calendar
    talk = go(qtbot, window, Place("tally"), TallyPage)
    for number in range(6):
        talk.show_question(number)
        rest(qtbot, window)
        yield talk
    yield go(qtbot, window, Place("reports"), ReportPage)
    yield go(qtbot, window, Place("settings"), SettingsPage)
    workplace(window).toggle_help()
    yield workplace(window).help
    workplace(window).toggle_help()


def people_id(window: Window) -> str:
    assert window.clinic is not None
    return people_service.people(window.clinic)[0].id


def a_group(qtbot: QtBot, window: Window) -> str:
    """Return a group of two workers, made the first time."""
    assert window.clinic is not None
    clinic = window.clinic
    made = [group.id for group in collective.all_groups(clinic)]
    if not made:
        made.append(collective.begin(clinic, "Empacadora La Esperanza", "", TODAY))
        table = collective.read_text("Nombre\tIngreso\tSueldo\tCada\nEva Paz\t1/2/2020\t24,000\tmes\nLeo\t\t\t", TODAY)
        collective.add_workers(clinic, made[0], table.workers, TODAY)
    rest(qtbot, window)
    return made[0]


def visible(root: QWidget, kind: type[QWidget]) -> list[QWidget]:
    return [w for w in root.findChildren(kind) if w.isVisible()]


def too_wide(root: QWidget) -> list[str]:
    """Widgets that reach beyond the right edge of the window or are narrower than their words."""
    right = root.window().width()
    found = []
    for widget in visible(root, QWidget):
        if not isinstance(widget, (QLabel, QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox)):
            continue
        edge = widget.mapTo(root.window(), QPoint(widget.width(), 0)).x()
        cut = isinstance(widget, QAbstractButton) and widget.sizeHint().width() > widget.width() + 1
        if isinstance(widget, QLabel) and not widget.wordWrap() and widget.pixmap().isNull():
            cut = widget.sizeHint().width() > widget.width() + 1
        if edge > right or (cut and widget.property("kind") is not None):
            found.append(f"{type(widget).__name__} “{widget.accessibleName() or widget.objectName()}” {edge} > {right}")
    return found


def without_name(root: QWidget) -> list[str]:
    """Widgets that take the keyboard and do not say what they are."""
    found = []
    for widget in visible(root, QWidget):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.focusProxy() is None
        inner = isinstance(widget, QScrollArea) or isinstance(widget.parent(), (QAbstractScrollArea, QComboBox))
        words = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
        if takes and not inner and not words:
            found.append(type(widget).__name__)
    return found


def too_small(root: QWidget) -> list[str]:
    """Targets lower than 40 pixels; the cross inside the search and a list's own line are no targets."""
    return [
        f"{type(widget).__name__} “{widget.accessibleName()}” {widget.height()}"
        for widget in visible(root, QWidget)
        if isinstance(widget, (QAbstractButton, QLineEdit, QComboBox))
        and not isinstance(widget.parent(), (QLineEdit, QComboBox))
        and widget.height() < 40
    ]


def scrolls_sideways(root: QWidget) -> bool:
    return any(area.horizontalScrollBar().maximum() > 0 for area in root.findChildren(QScrollArea) if area.isVisible())


@pytest.mark.parametrize(
    ("language", "size", "text"), [("en", SMALL, 1), ("es", SMALL, 1), ("es", (1024, 768), len(SIZES) - 1)]
)
def test_every_screen_fits_is_named_and_can_be_hit(
    qtbot: QtBot, window: Window, language: str, size: tuple[int, int], text: int
) -> None:
    window.speak(language)
    window.resize_text(text - window.settings.now.size)
    window.resize(*size)
    rest(qtbot, window)
    for screen in screens(qtbot, window):
        name = type(screen).__name__
        assert not too_wide(screen), name
        assert not scrolls_sideways(screen), name
        assert not without_name(screen), name
        assert not too_small(screen), name
    assert window.width() == size[0]


@pytest.mark.parametrize("theme", THEMES)
def test_every_screen_can_be_drawn_in_every_theme(qtbot: QtBot, window: Window, theme: str) -> None:
    window.set_theme(theme)
    for place, kind in ((Place("today"), TodayPage), (Place("cases"), CasesPage)):
        screen = go(qtbot, window, place, kind)
        assert not screen.grab().isNull()


def test_a_change_of_language_keeps_what_is_typed(qtbot: QtBot, window: Window) -> None:
    page = go(qtbot, window, Place("intake", case_id(window, "Alma"), "job.start"), IntakePage)
    assert page.form is not None
    box = next(b for b in page.form.boxes() if b.path == "job.start")
    line = box.input.focus_target()
    assert isinstance(line, QLineEdit)
    line.setText("15/3/20")
    typed = line.text()
    title = page.title.text()
    choose_language(workplace(window).language, "Español")
    assert line.text() == typed
    assert shown(window, IntakePage) is page
    assert window.voice.words.language == "es"
    choose_language(workplace(window).language, "English")
    assert page.title.text() == title
    assert line.text() == typed


def test_the_search_ignores_accents_and_opens_the_first(qtbot: QtBot, window: Window) -> None:
    search = workplace(window).search
    search.setFocus()
    search.setText("nanez")
    search.textEdited.emit("nanez")
    cases = shown(window, CasesPage)
    qtbot.waitUntil(lambda: cases.model.rowCount() == 1)
    assert cases.model.row_at(0).shown_name == "José Ñáñez"
    search.returnPressed.emit()
    rest(qtbot, window)
    assert shown(window, CasePage).title.text() == "José Ñáñez"


def test_nobody_found_is_said_in_words(qtbot: QtBot, window: Window) -> None:
    search = workplace(window).search
    search.setText("zzzz")
    search.textEdited.emit("zzzz")
    cases = shown(window, CasesPage)
    qtbot.waitUntil(lambda: "Nobody is found" in cases._count.text())
    assert cases.model.rowCount() == 0


def test_the_practice_clinic_is_marked(window: Window) -> None:
    marked = [label.text() for label in visible(window, QLabel) if isinstance(label, QLabel)]
    assert any("PRACTICE" in text for text in marked)
    assert window._frame._shown
