"""The open clinic: the rail on the left, the search on top, one screen, and what is saved at the bottom."""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinic_app.i18n import Words
from clinic_app.ui import rights
from clinic_app.ui.audit.page import AuditPage
from clinic_app.ui.calendar.page import CalendarPage
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.cases.page import CasesPage
from clinic_app.ui.collective.group import GroupView
from clinic_app.ui.desk import Desk, Place, PlaceName
from clinic_app.ui.help import HelpPane
from clinic_app.ui.icons import icon
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.search_line import SearchLine
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.finder import Finder
from clinic_app.ui.parts.languages import LanguageButton
from clinic_app.ui.parts.update_offer import UpdateOffer
from clinic_app.ui.practice.page import PracticePage
from clinic_app.ui.reports.page import ReportPage
from clinic_app.ui.screens import RAIL as RAIL_OF
from clinic_app.ui.screens import SCREENS
from clinic_app.ui.sending.bar import SendingBar, StickQuestion
from clinic_app.ui.setup.page import SettingsPage
from clinic_app.ui.tally.page import TallyPage
from clinic_app.ui.theme import STEP
from clinic_app.ui.today.page import TodayPage
from clinic_app.ui.tour.pane import TourPane
from clinic_app.words import N_

RAIL: Final = 192
ICONS: Final[dict[PlaceName, str]] = {"new": "new_person"}
"""Drawings whose name is not the place's own."""


class Workplace(QWidget):
    """Shows one screen at a time; a screen that is left is saved and, if it belongs to a case, closed."""

    hide_wanted = Signal()
    language_wanted = Signal(str)  # language code
    size_wanted = Signal(int)  # +1 larger, -1 smaller

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self.desk = desk
        hints = (N_("Search a name, employer or number (Ctrl+F)"), N_("Search (Ctrl+F)"))
        self.search = SearchLine(desk.voice, N_("Search cases"), hints)
        self.rail: dict[PlaceName, Button] = {
            "new": Button(desk.voice, N_("New person"), "rail"),
            "today": Button(desk.voice, N_("Today"), "rail"),
            "people": Button(desk.voice, N_("People"), "rail"),
            "cases": Button(desk.voice, N_("Cases"), "rail"),
            "groups": Button(desk.voice, N_("Groups"), "rail"),
            "employers": Button(desk.voice, N_("Employers"), "rail"),
            "calendar": Button(desk.voice, N_("Calendar"), "rail"),
            "tally": Button(desk.voice, N_("Quick tally"), "rail"),
            "reports": Button(desk.voice, N_("Report"), "rail"),
            "settings": Button(desk.voice, N_("Settings"), "rail"),
        }
        self.language = LanguageButton(desk.voice, "bar")
        if desk.clinic.info.practice:
            self.rail["practice"] = Button(desk.voice, N_("Practice"), "rail")
        self.smaller = Button(desk.voice, "A−", "bar")
        self.larger = Button(desk.voice, "A+", "bar")
        self.hide_button = Button(desk.voice, N_("Hide"), "bar")
        self.help_button = Button(desk.voice, N_("Help"), "bar")
        self.help = HelpPane(desk.voice, self, desk)
        self._place = Place("today")
        self.saved = TextLabel(desk.voice, N_("Everything is saved on this computer."))
        self.sending = SendingBar(desk)
        self.stick = StickQuestion(desk)
        self.newer = UpdateOffer(desk)
        self.tour = TourPane(desk, self, self)
        self._screens = QStackedWidget()
        self.today = TodayPage(desk)
        self.cases = CasesPage(desk, self.search)
        self._screens.addWidget(self.today)
        self._screens.addWidget(self.cases)
        self._lay_out()
        self._connect()
        self._say()
        desk.courier.begin()
        desk.keeper.begin()
        self.tour.load()

    @property
    def place(self) -> Place:
        """The place that is shown."""
        return self._place

    @property
    def shown(self) -> QWidget:
        """The screen that is shown."""
        return self._screens.currentWidget()

    def go(self, place: Place) -> None:
        """Go to a place: save and leave the screen that is shown."""
        self.commit()
        place = rights.allowed(self.desk.clinic, place)
        self._place = place
        self.help.hide()
        left = self.shown
        match place.screen:
            case "today":
                self.today.load()
                self._screens.setCurrentWidget(self.today)
                self.search.setFocus()
            case "cases":
                self._screens.setCurrentWidget(self.cases)
                self.search.setFocus()
            case other:
                self._show(SCREENS[other](self.desk, place))
        if left not in {self.today, self.cases, self.shown}:
            self._screens.removeWidget(left)
            left.deleteLater()
        at = place.screen if place.screen in self.rail else RAIL_OF.get(place.screen, "cases")
        for name, button in self.rail.items():
            button.setChecked(name == at)
        self.tour.check()

    def commit(self) -> None:
        """Save what is typed and not yet saved."""
        if isinstance(self.shown, (IntakePage, GroupView)):
            self.shown.commit()

    def toggle_help(self) -> None:
        """Open or close the help of the screen that is shown."""
        self.help.toggle(self._place.screen, self._place.case_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the help at the right side."""
        super().resizeEvent(event)
        self.help.place()

    def new_person(self) -> None:
        """Ask who it is, before a new record begins."""
        self.go(Place("new"))

    def draw_icons(self, color: QColor) -> None:
        """Draw the rail's icons in the colour of the ink."""
        for name, button in self.rail.items():
            button.setIcon(icon(ICONS.get(name, name), color))
        self.hide_button.setIcon(icon("hide", color))

    def _show(self, screen: QWidget) -> None:
        self._screens.addWidget(screen)
        self._screens.setCurrentWidget(screen)
        if isinstance(screen, (Finder, CalendarPage, TallyPage, ReportPage, SettingsPage, PracticePage, AuditPage)):
            screen.begin()

    def _on_written(self) -> None:
        now = dt.datetime.now().astimezone()
        self.saved.show_phrase(partial(_saved_at, time=f"{now:%H:%M:%S}"))

    def _on_event_key(self) -> None:
        if isinstance(self.shown, CasePage):
            self.shown.something_happened()

    def _on_find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _on_search_typed(self, _text: str) -> None:
        if self.shown is not self.cases:
            self.go(Place("cases"))

    def _on_search_entered(self) -> None:
        if self.shown is self.cases:
            self.cases.open_first()

    def _on_rail(self, name: PlaceName) -> None:
        self.go(Place(name))

    def _on_counted(self, count: int) -> None:
        self.rail["today"].show_phrase(partial(_today, count=count))

    def _on_smaller(self) -> None:
        self.size_wanted.emit(-1)

    def _on_larger(self) -> None:
        self.size_wanted.emit(1)

    def _lay_out(self) -> None:
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._top())
        right.addWidget(self._screens, 1)
        right.addWidget(self.stick)
        right.addWidget(self.newer)
        right.addWidget(self.tour)
        right.addWidget(self._status())
        outer.addWidget(self._rail())
        outer.addLayout(right, 1)
        # The order of Tab follows the eye: search, rail, then the screen.
        order = [self.search, self.help_button, self.hide_button, *self.rail.values()]
        order += [self.smaller, self.larger, self.language]
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _rail(self) -> QWidget:
        frame = QFrame()
        frame.setObjectName("rail")
        frame.setMinimumWidth(RAIL)
        column = QVBoxLayout(frame)
        column.setContentsMargins(STEP, STEP, STEP, STEP)
        column.setSpacing(STEP // 4 if "practice" in self.rail else STEP // 2)  # one entry more in the same height
        for button in self.rail.values():
            button.setCheckable(True)
            column.addWidget(button)
        column.addStretch(1)
        column.addLayout(row(self.smaller, self.larger, None, self.language, spacing=STEP // 2))
        return frame

    def _top(self) -> QWidget:
        frame = QFrame()
        frame.setObjectName("top")
        line = QHBoxLayout(frame)
        line.setContentsMargins(4 * STEP, STEP, 2 * STEP, STEP)
        line.setSpacing(STEP // 2)
        line.addWidget(self.search, 1)
        line.addSpacing(STEP)
        line.addWidget(self.help_button)
        line.addWidget(self.hide_button)
        return frame

    def _status(self) -> QWidget:
        frame = QFrame()
        frame.setObjectName("status")
        column = QVBoxLayout(frame)
        column.setContentsMargins(4 * STEP, STEP // 2, 2 * STEP, STEP // 2)
        column.setSpacing(0)
        line = row(self.saved)
        line.setStretch(0, 1)
        if self.desk.clinic.info.practice:
            practice = TextLabel(self.desk.voice, N_("PRACTICE · invented people"))
            practice.setObjectName("practice")
            practice.setWordWrap(False)
            line.addWidget(practice)
        column.addLayout(line)
        column.addWidget(self.sending)
        return frame

    def _connect(self) -> None:
        self.desk.go.connect(self.go)
        self.today.counted.connect(self._on_counted)
        self.desk.written.connect(self._on_written)
        self.desk.voice.changed.connect(self._say)
        for name, button in self.rail.items():
            button.clicked.connect(partial(self._on_rail, name))
        self.hide_button.clicked.connect(self.hide_wanted)
        self.smaller.clicked.connect(self._on_smaller)
        self.larger.clicked.connect(self._on_larger)
        self.language.picked.connect(self.language_wanted)
        self.search.textEdited.connect(self._on_search_typed)
        self.search.returnPressed.connect(self._on_search_entered)
        self.help_button.clicked.connect(self.toggle_help)
        self.help.tour_wanted.connect(self.tour.begin)
        QShortcut(QKeySequence(Qt.Key.Key_F1), self, self.toggle_help)
        QShortcut(QKeySequence(Qt.Key.Key_F2), self, self.new_person)
        QShortcut(QKeySequence(Qt.Key.Key_F4), self, self._on_event_key)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._on_find)

    def _say(self) -> None:
        self.smaller.explain(N_("Smaller text"))
        self.larger.explain(N_("Larger text"))
        self.help_button.explain(N_("Help (F1)"))
        self.hide_button.explain(N_("Hide everything (F12)"))
        self.rail["new"].explain(N_("New person (F2)"))
        rights.dress(self.desk.clinic, self.rail, self.search)


def _saved_at(words: Words, *, time: str) -> str:
    return words(N_("Saved on this computer {time}"), time=time)


def _today(words: Words, *, count: int) -> str:
    return f"{words(N_('Today'))} ({count})" if count else words(N_("Today"))
