"""The window: the way in, then the desk, and a cover that hides everything at one key.

It takes people from screen to screen; screens do not know each other. Closing or hiding first saves
what is typed: a lock never loses anything. A clinic that is locked is closed: its key is let go, and
its screens with all that they showed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from clinic_app.i18n import words
from clinic_app.services.clinic import Clinic
from clinic_app.ui import theme, traces
from clinic_app.ui.cover import Cover
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.idle import Idle
from clinic_app.ui.kit.boxes import Banner, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.messages import phrase_of
from clinic_app.ui.printing import PrintRun
from clinic_app.ui.qt_texts import QtTexts
from clinic_app.ui.settings import SIZES, Settings, SettingsFile
from clinic_app.ui.start.page import StartPage
from clinic_app.ui.stripes import Stripes
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.ui.watch import Watch
from clinic_app.ui.workplace import Workplace
from clinic_app.words import N_

ESCAPES_WITHIN: Final = 600
"""Milliseconds between two presses of Esc that hide the window."""


class Window(QMainWindow):
    """Owns the words, the look, the tasks and, once it is open, the clinic."""

    def __init__(
        self, folder: Path, practice_folder: Path, settings: SettingsFile, today: Callable[[], dt.date]
    ) -> None:
        super().__init__()
        self.setObjectName("main")
        self.settings = settings
        self.voice = Voice(words(settings.now.language), self)
        self.tasks = Tasks(self)
        self._qt_texts = QtTexts(self)
        self.clinic: Clinic | None = None
        self.workplace: Workplace | None = None
        self._today = today
        self._stack = QStackedWidget()
        self._banner = Banner(self.voice)
        self._understood = Button(self.voice, N_("Understood"))
        self._banner.column.addLayout(row(None, self._understood))
        self._covered: list[QWidget] = []
        self._locking = False
        self._left: Place | None = None
        self._left_by = ""
        self._cover = Cover(self.voice, self.tasks)
        self.start = StartPage(self.voice, self.tasks, folder, practice_folder, today, settings.now.user)
        self._stack.addWidget(self.start)
        self._stack.addWidget(self._cover)
        self._frame = Stripes()
        self._lay_out()
        self._idle = Idle(self._minutes)
        self._escape = QTimer(self, singleShot=True, interval=ESCAPES_WITHIN)
        self._connect()
        self.dress()
        self._say()

    @property
    def hidden(self) -> bool:
        """Whether the cover hides the window."""
        return self._stack.currentWidget() is self._cover

    def dress(self) -> None:
        """Put on the theme and text size that are set."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # a window cannot be without one
        theme.apply(app, theme.load(self.settings.now.theme), self.settings.now.factor)
        if self.workplace is not None:
            self.workplace.draw_icons(theme.load(self.settings.now.theme).color("ink"))

    def hide_all(self) -> None:
        """Save what is typed and cover the window."""
        if self.hidden:
            return
        if self.workplace is not None:
            self.workplace.commit()
        traces.close_popups()
        self._covered = [widget for widget in self._others() if widget.isVisible()]
        for widget in self._covered:
            widget.hide()
        if self._banner.isVisible():
            self._banner.hide()
            self._covered.append(self._banner)
        self._cover.begin(self.clinic, forms=any(isinstance(widget, QDialog) for widget in self._covered))
        self._stack.setCurrentWidget(self._cover)
        self._frame.show_stripes(shown=False)
        self.setWindowTitle(" ")
        traces.clear_clipboard()
        traces.forget_folders()

    def lock(self) -> None:
        """Save what is typed, hide it, and close the clinic: until its password is typed, nothing here has its key.

        What is under way is stopped where it can be, and waited for.
        """
        if self.workplace is None or self._locking:
            return
        self.hide_all()
        self._cover.wait()
        self._locking = True
        self.workplace.desk.courier.stop()
        self.workplace.desk.keeper.stop()
        for run in self.findChildren(PrintRun):
            run.stop()
        self._lock_when_done()

    def leave(self) -> None:
        """Let go of a clinic that is closed for good (it was wiped), and go back to the way in."""
        self._let_go()
        self.clinic = None
        self.start.begin()
        self._stack.setCurrentWidget(self.start)
        self._say()

    def show_error(self, error: Exception) -> None:
        """Show an error that no screen presents itself."""
        self._banner.show_message(N_("Something did not work"), phrase_of(error))

    def speak(self, language: str) -> None:
        """Go over to another language; nothing typed is touched."""
        self.settings.change(language=language)
        region = self.clinic.info.place if self.clinic is not None else "mx"
        self.voice.speak(words(language, region))

    def resize_text(self, by: int) -> None:
        """Make texts larger or smaller by a step."""
        self.settings.change(size=min(max(self.settings.now.size + by, 0), len(SIZES) - 1))
        self.dress()

    def set_theme(self, name: str) -> None:
        """Change the look: light, dark or contrast."""
        self.settings.change(theme=name)
        self.dress()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save what is typed, close the clinic, and join the threads."""
        if self.workplace is not None:
            self.workplace.commit()
            self.workplace.desk.keeper.stop()
        if self.clinic is not None:
            self.tasks.ask(self, self.clinic.close)
        self.tasks.close()
        traces.clear_clipboard()
        traces.forget_folders()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("window")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addWidget(self._stack, 1)
        self._frame.hold(inner)
        self.setCentralWidget(self._frame)
        self.resize(1024, 728)

    def _connect(self) -> None:
        self.start.opened.connect(self._on_opened)
        self.start.language_wanted.connect(self.speak)
        self.tasks.failed.connect(self.show_error)
        self.voice.changed.connect(self._say)
        self._cover.uncovered.connect(self._on_uncovered)
        self._cover.opened.connect(self._on_opened)
        self._cover.close_wanted.connect(self.lock)
        self._cover.way_in_wanted.connect(self._on_way_in)
        self._idle.hide_due.connect(self.hide_all)
        self._idle.close_due.connect(self._on_close_due)
        self.tasks.busy.connect(self._lock_when_done)
        self._understood.clicked.connect(self._banner.hide)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._on_escape)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.dress)
        QGuiApplication.clipboard().dataChanged.connect(traces.keep_out_of_history)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # a window cannot be without one
        watch = Watch(app, self)
        watch.worked.connect(self._on_worked)
        watch.hide_pressed.connect(self.hide_all)

    def _on_worked(self) -> None:
        if not self.hidden:
            self._idle.note()

    def _on_escape(self) -> None:
        if self._escape.isActive():
            self.hide_all()
        else:
            self._escape.start()

    def _on_opened(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.settings.keep(clinic.folder)
        if not clinic.info.practice:
            self.settings.change(user=clinic.user.name)
        self.voice.speak(words(self.settings.now.language, clinic.info.place))
        desk = Desk(clinic, self.voice, self.tasks, self._today, self._look, self)
        desk.look_wanted.connect(self._on_look)
        desk.lock_wanted.connect(self.lock)
        desk.wiped.connect(self.leave)
        desk.new_wanted.connect(self._on_new_wanted)
        desk.real_folder = self.start.folder
        self.workplace = Workplace(desk, self)
        self.workplace.hide_wanted.connect(self.hide_all)
        self.workplace.language_wanted.connect(self.speak)
        self.workplace.size_wanted.connect(self.resize_text)
        self._stack.addWidget(self.workplace)
        self._stack.setCurrentWidget(self.workplace)
        self._frame.show_stripes(shown=clinic.info.practice)
        self.dress()
        self._say()
        came_back = self._left is not None and self._left_by == clinic.user.id
        self.workplace.go(self._left if self._left is not None and came_back else Place("today"))
        self._left = None
        self._idle.note()

    def _on_new_wanted(self, work: Callable[[], Clinic]) -> None:
        """Drop every screen before the practice clinic is made new under them."""
        self._let_go()
        self.clinic = None
        self._cover.wait()
        self.tasks.ask(self, work, self._on_opened, fails=self._on_not_new)

    def _on_not_new(self, error: Exception) -> None:
        self._on_way_in()
        self.show_error(error)

    def _minutes(self) -> tuple[int, int]:
        return self.settings.now.hide_after, self.settings.now.close_after

    def _others(self) -> list[QWidget]:
        """Return every window of the program but this one: dialogs, and what else floats."""
        own = [widget for widget in self.findChildren(QWidget) if widget.isWindow()]
        lone = [w for w in QApplication.topLevelWidgets() if w.parent() is None and not isinstance(w, QMainWindow)]
        return own + lone

    def _on_close_due(self) -> None:
        # A form that is not saved yet would be lost: it stays hidden, with its clinic open, until somebody comes.
        forms = any(isinstance(widget, QDialog) and isValid(widget) for widget in self._covered)
        busy = self.workplace is not None and self.workplace.desk.courier.busy
        if forms or busy or self.tasks.pending or self.findChildren(PrintRun):
            self._idle.again()
        else:
            self.lock()

    def _lock_when_done(self) -> None:
        """Close the clinic once nothing is under way any more."""
        if not self._locking or self.tasks.pending or self.clinic is None:
            return
        self._locking = False
        clinic, place = self.clinic, self.workplace.place if self.workplace is not None else Place("today")
        self._left, self._left_by = replace(place, path=""), clinic.user.id
        self._let_go()
        self.clinic = None
        self.tasks.ask(self, clinic.close, partial(self._on_locked, clinic))

    def _let_go(self) -> None:
        """Drop every screen of the clinic, with what it shows."""
        for widget in self._covered:
            if isValid(widget) and widget is not self._banner:
                widget.close()
        self._covered = []
        if self.workplace is not None:
            self._stack.setCurrentWidget(self._cover)
            self._stack.removeWidget(self.workplace)
            self.workplace.desk.deleteLater()
            self.workplace.deleteLater()
            self.workplace = None
        self._frame.show_stripes(shown=False)

    def _on_locked(self, clinic: Clinic, _nothing: None) -> None:
        if clinic.info.practice:
            self._on_way_in()
        else:
            self._cover.begin_closed(clinic.folder, clinic.user.id)

    def _on_way_in(self) -> None:
        self.start.begin()
        self._stack.setCurrentWidget(self.start)
        self._say()

    def _look(self) -> Settings:
        return self.settings.now

    def _on_look(self, name: str, value: str) -> None:
        match name:
            case "language":
                self.speak(value)
            case "size":
                self.resize_text(int(value) - self.settings.now.size)
            case "hide_after":
                self.settings.change(hide_after=int(value))
            case "close_after":
                self.settings.change(close_after=int(value))
            case _:
                self.set_theme(value)

    def _on_uncovered(self) -> None:
        self._stack.setCurrentWidget(self.workplace or self.start)
        self._frame.show_stripes(shown=self.clinic is not None and self.clinic.info.practice)
        for widget in self._covered:
            if isValid(widget):  # one that the system showed is gone by now
                widget.show()
        self._covered = []
        self._idle.note()
        self._say()

    def _say(self) -> None:
        self._qt_texts.speak(self.voice.words.language)
        name = self.clinic.info.name if self.clinic is not None else ""
        title = self.voice.say(N_("The claims desk"))
        if not self.hidden:
            self.setWindowTitle(f"{name} – {title}" if name else title)
