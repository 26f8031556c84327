"""The window: the way in, then the desk, and a cover that hides everything at one key.

It takes people from screen to screen; screens do not know each other. Closing or hiding first saves
what is typed: a lock never loses anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from clinic_app.i18n import words
from clinic_app.services.clinic import Clinic
from clinic_app.ui import theme
from clinic_app.ui.cover import Cover
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.kit.boxes import Banner, row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.messages import phrase_of
from clinic_app.ui.qt_texts import QtTexts
from clinic_app.ui.settings import SIZES, Settings, SettingsFile
from clinic_app.ui.start.page import StartPage
from clinic_app.ui.stripes import Stripes
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.voice import Voice
from clinic_app.ui.workplace import Workplace
from clinic_app.words import N_

IDLE_MINUTES: Final = 10
ESCAPES_WITHIN: Final = 600
"""Milliseconds between two presses of Esc that hide the window."""

_ACTIVITY: Final = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}


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
        self._covered: list[QDialog] = []
        self._cover = Cover(self.voice, self.tasks)
        self.start = StartPage(self.voice, self.tasks, folder, practice_folder, today, settings.now.user)
        self._stack.addWidget(self.start)
        self._stack.addWidget(self._cover)
        self._frame = Stripes()
        self._lay_out()
        self._idle = QTimer(self, interval=IDLE_MINUTES * 60 * 1000)
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
        if self.workplace is None or self.hidden:
            return
        self.workplace.commit()
        self._covered = [dialog for dialog in self.findChildren(QDialog) if dialog.isVisible()]
        for dialog in self._covered:
            dialog.hide()
        self._cover.begin(self.clinic)
        self._stack.setCurrentWidget(self._cover)
        self.setWindowTitle(" ")

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
        if self.clinic is not None:
            self.tasks.ask(self, self.clinic.close)
        self.tasks.close()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # a window cannot be without one
        super().closeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that someone is working, to know when no one is; F12 hides even what a dialog shows."""
        if event.type() in _ACTIVITY:
            self._idle.start()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_F12:
            self.hide_all()
            return True
        return super().eventFilter(watched, event)

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
        self._idle.timeout.connect(self.hide_all)
        self._understood.clicked.connect(self._banner.hide)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._on_escape)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self.dress)
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # the same
        self._idle.start()

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
        self.workplace = Workplace(desk, self)
        self.workplace.hide_wanted.connect(self.hide_all)
        self.workplace.language_wanted.connect(self.speak)
        self.workplace.size_wanted.connect(self.resize_text)
        self._stack.addWidget(self.workplace)
        self._stack.setCurrentWidget(self.workplace)
        self._frame.show_stripes(shown=clinic.info.practice)
        self.dress()
        self._say()
        self.workplace.go(Place("today"))

    def _look(self) -> Settings:
        return self.settings.now

    def _on_look(self, name: str, value: str) -> None:
        match name:
            case "language":
                self.speak(value)
            case "size":
                self.resize_text(int(value) - self.settings.now.size)
            case _:
                self.set_theme(value)

    def _on_uncovered(self) -> None:
        if self.workplace is not None:
            self._stack.setCurrentWidget(self.workplace)
        for dialog in self._covered:
            dialog.show()
        self._covered = []
        self._say()

    def _say(self) -> None:
        self._qt_texts.speak(self.voice.words.language)
        name = self.clinic.info.name if self.clinic is not None else ""
        title = self.voice.say(N_("The claims desk"))
        if not self.hidden:
            self.setWindowTitle(f"{name} – {title}" if name else title)
