"""The calendar: a month or a week, the chosen day below, on paper and as a file for other calendars."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QTabBar

from clinic_app.domain.agenda import DayKind, Item, Sheet
from clinic_app.domain.changes import Changes
from clinic_app.i18n import Words, capital
from clinic_app.services import agenda
from clinic_app.services.exports import Leaving
from clinic_app.ui.calendar.grid import DaysModel, DaysView
from clinic_app.ui.calendar.words import told, told_to_others
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Box, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.page import Page
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.parts.growing import Growing
from clinic_app.ui.parts.paper_out import PaperOut
from clinic_app.ui.theme import STEP
from clinic_app.words import N_

TABS = (N_("Month"), N_("Week"))


class CalendarPage(Page):
    """Shows the days around one day, which is the chosen one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.voice, " ", wide=True)
        self.desk = desk
        self.day = desk.today()
        self.items: tuple[Item, ...] = ()
        self.out = PaperOut(desk, self, self.banner, Leaving.CALENDAR)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for _ in TABS:
            self.tabs.addTab("")
        self.before = Button(desk.voice, N_("Back"))
        self.now = Button(desk.voice, N_("Today"))
        self.after = Button(desk.voice, N_("Forward"))
        self.model = DaysModel(desk.voice)
        self.view = DaysView(desk.voice, self.model)
        self._day_title = TextLabel(desk.voice, "", "heading")
        self._lines = Growing(desk.tasks)
        self.column.addLayout(row(self.tabs, None, self.before, self.now, self.after))
        self.add(self.view, self._day_title)
        self.column.addWidget(self._lines)
        self.column.addStretch(1)
        self.file_button = Button(desk.voice, N_("For another calendar…"))
        self.print_button = Button(desk.voice, N_("Print"))
        self.add_foot(None, self.file_button, self.print_button)
        self._connect()
        self._say()
        self.load()

    @property
    def whole_month(self) -> bool:
        """Whether a month is shown, not a week."""
        return self.tabs.currentIndex() == 0

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """The first and the last day that are shown."""
        return agenda.month_of(self.day) if self.whole_month else agenda.week_of(self.day)

    def begin(self) -> None:
        """Put the keyboard into the days."""
        self.view.setFocus()

    def load(self) -> None:
        """Read what falls on the days that are shown."""
        work = partial(agenda.between, self.desk.clinic, *self.span)
        self.desk.ask(self, work, self._show, key="calendar")

    def go_to(self, day: dt.date) -> None:
        """Go to a day."""
        self.day = day
        self.load()

    def sheet(self) -> Sheet:
        """Return what is shown as a sheet that names nobody."""
        words = self.voice.words
        first, last = self.span
        days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        lines = {day: tuple(self._for_others(item) for item in self.items if item.day == day) for day in days}
        inside = self.day.month if self.whole_month else 0
        return Sheet(
            self._title(words),
            tuple(words.weekday(n) for n in range(agenda.WEEK)),
            tuple((day, not inside or day.month == inside, told_of) for day, told_of in lines.items()),
        )

    def save_to(self, path: Path) -> None:
        """Write the days that are shown as an iCalendar file, without names."""
        words = self.voice.words
        stamp = dt.datetime.now(dt.UTC)
        kept = [item for item in self.items if item.kind is not DayKind.CLOSED]
        name = f"{self.desk.clinic.info.name} – {self._title(words)}"
        self.out.save_to(path, agenda.icalendar(kept, partial(told_to_others, words), name, stamp))

    def _show(self, items: tuple[Item, ...]) -> None:
        self.items = items
        first, last = self.span
        by_day: dict[dt.date, list[Item]] = {}
        for item in items:
            by_day.setdefault(item.day, []).append(item)
        self.show_title(self._title)
        month = self.day.month if self.whole_month else 0
        self.model.show_days(first, last, month, self.desk.today(), by_day)
        self.view.setCurrentIndex(self.model.index_of(self.day))
        self._show_day()

    def _show_day(self) -> None:
        self._day_title.show_phrase(partial(_date, day=self.day))
        items = [item for item in self.items if item.day == self.day]
        self._lines.fill([partial(self._show_item, item) for item in items] or [self._show_nothing])

    def _show_nothing(self) -> None:
        self._lines.column.addWidget(TextLabel(self.voice, N_("Nothing on this day."), "hint"))

    def _show_item(self, item: Item) -> None:
        card = Box("needs" if item.kind is DayKind.DEADLINE else "quiet")
        line = row(spacing=2 * STEP)
        line.addWidget(TextLabel(self.voice, partial(_told, item=item)), 1)
        if item.case_id:
            button = Button(self.voice, N_("Open"))
            button.explain(partial(_open, item=item))
            button.clicked.connect(partial(self._on_open, item.case_id))
            line.addWidget(button)
        card.column.addLayout(line)
        self._lines.column.addWidget(card)

    def _title(self, words: Words) -> str:
        if self.whole_month:
            return words.month(self.day)
        first, last = self.span
        return words(N_("{first} to {last}"), first=words.short_date(first), last=words.short_date(last))

    def _for_others(self, item: Item) -> str:
        return " ".join(part for part in (item.time, told_to_others(self.voice.words, item)) if part)

    def _turn(self, by: int) -> None:
        if self.whole_month:
            first = self.day.replace(day=1)
            other = first - dt.timedelta(days=1) if by < 0 else (first + dt.timedelta(days=32)).replace(day=1)
            self.go_to(other.replace(day=1))
        else:
            self.go_to(self.day + dt.timedelta(days=by * agenda.WEEK))

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.before.clicked.connect(partial(self._turn, -1))
        self.after.clicked.connect(partial(self._turn, 1))
        self.now.clicked.connect(self._on_now)
        self.view.chosen.connect(self._on_chosen)
        self.view.turned.connect(self._on_turned)
        self.file_button.clicked.connect(self._on_file)
        self.print_button.clicked.connect(self._on_print)
        self.desk.tasks.changed.connect(self._on_changed)
        self.voice.changed.connect(self._say)

    def _on_tab(self, _number: int) -> None:
        self.load()

    def _on_now(self) -> None:
        self.go_to(self.desk.today())

    def _on_chosen(self, day: dt.date) -> None:
        if day != self.day:
            self.day = day
            self._show_day()

    def _on_turned(self, by: int) -> None:
        self.go_to(self.day + dt.timedelta(days=by))

    def _on_open(self, case_id: str) -> None:
        self.desk.go.emit(Place("case", case_id))

    def _on_file(self) -> None:
        name = str(Path.home() / f"{self.day:%Y-%m}.ics")
        chosen, _ = QFileDialog.getSaveFileName(self, self.voice.words(N_("Save to file")), name, "*.ics")
        if chosen:
            self.save_to(Path(chosen))

    def _on_print(self) -> None:
        self.out.print(partial(agenda.print_sheet, self.sheet(), self.voice.words.language))

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {"case", "clinic"}:
            self.load()

    def _say(self) -> None:
        for number, words in enumerate(TABS):
            self.tabs.setTabText(number, self.voice.say(words))
        self.tabs.setAccessibleName(self.voice.say(N_("Month or week")))
        self.before.explain(N_("The month or week before"))
        self.after.explain(N_("The next month or week"))


def _date(words: Words, *, day: dt.date) -> str:
    return capital(words.date(day))


def _told(words: Words, *, item: Item) -> str:
    return told(words, item)


def _open(words: Words, *, item: Item) -> str:
    return words(N_("Open {name}"), name=item.name or item.number)
