"""What this program is: versions, licences, what it protects, and the file for support.

It shows nothing of a case, so it may be read before a clinic is opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services import about, guide, support
from clinic_app.services.about import About, Licence
from clinic_app.services.clinic import Clinic
from clinic_app.ui.kit.boxes import row
from clinic_app.ui.kit.buttons import Button
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.messages import beside
from clinic_app.ui.printing import sticks
from clinic_app.ui.tasks import Tasks
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase, Voice
from clinic_app.words import N_

T = TypeVar("T")
PROTECTS: Final = "protects"
"""The page on what this program protects, and what it cannot."""

LINES: Final = 14


class AboutView(QWidget):
    """Versions at once; what is longer opens below, to be read and, the support file, to be saved."""

    def __init__(self, voice: Voice, tasks: Tasks, clinic: Clinic | None = None) -> None:
        super().__init__()
        self._voice = voice
        self._tasks = tasks
        self._clinic = clinic
        self._support = ""
        self.versions = TextLabel(voice, "")
        self.licences = Button(voice, N_("What others made of it, and their licences"), "link")
        self.protects = Button(voice, N_("What this program protects, and what it cannot"), "link")
        self.support = Button(voice, N_("Make a file for support…"))
        self.reading = TextLabel(voice, "", "question")
        self.hint = TextLabel(voice, "", "hint")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(LINES * self.text.fontMetrics().lineSpacing())
        self.save = Button(voice, N_("Save the file…"), "primary")
        self.told = TextLabel(voice, "", "understood")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self.versions)
        for button in (self.protects, self.licences, self.support):
            column.addLayout(row(button, None))
        for widget in (self.reading, self.hint, self.text):
            column.addWidget(widget)
        column.addLayout(row(self.save, None))
        column.addWidget(self.told)
        self.licences.clicked.connect(self.show_licences)
        self.protects.clicked.connect(self.show_protects)
        self.support.clicked.connect(self.show_support)
        self.save.clicked.connect(self._on_save)
        self._close()
        self._ask(self._about, self._on_about)

    def show_licences(self) -> None:
        """Show the licences of everything that others made."""
        self._tasks.aside(self, about.licences, self._on_licences)

    def show_protects(self) -> None:
        """Show the page on what the program protects, and what it cannot."""
        self._show(N_("What this program protects, and what it cannot"), "", "")
        # The page is written with headings and lists; a reader without them would show their signs
        self.text.document().setMarkdown(guide.page(PROTECTS, self._voice.words.language, self._voice.words))

    def show_support(self) -> None:
        """Gather the file for support and show it, to be read before it is saved."""
        self.support.setEnabled(False)
        work = partial(support.gather, self._clinic, self._shown(), dt.datetime.now(dt.UTC))
        self._ask(work, self._on_support)

    def write(self, path: Path) -> None:
        """Save what was shown."""
        self._tasks.aside(self, partial(support.save, path, self._support), self._on_saved, fails=self._on_failed)

    def _about(self) -> About:
        return about.about(self._clinic.books.values() if self._clinic is not None else None)

    def _ask(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do work where an open clinic may be read; without one, anywhere but here."""
        if self._clinic is not None:
            self._tasks.ask(self, work, then)
        else:
            self._tasks.aside(self, work, then)

    def _shown(self) -> dict[str, str | int | float]:
        """Return what only the window knows, for support."""
        screen = self.screen()
        size = screen.size()
        return {
            "qt": qVersion(),
            "platform": QGuiApplication.platformName(),
            "screen": f"{size.width()}x{size.height()}",
            "screens": len(QGuiApplication.screens()),
            "scale": round(screen.devicePixelRatio(), 2),
            "dpi": round(screen.logicalDotsPerInch(), 1),
            "window": f"{self.window().width()}x{self.window().height()}",
            "text_size": self.font().pointSize(),
            "language": self._voice.words.language,
        }

    def _show(self, title: Phrase, hint: Phrase, text: str) -> None:
        self.reading.show_phrase(title)
        self.hint.show_phrase(hint)
        self.text.setPlainText(text)
        self.text.setAccessibleName(self._voice.say(title))
        for widget in (self.reading, self.text):
            widget.show()
        self.hint.setVisible(bool(self.hint.text()))
        self.save.hide()
        self.told.hide()
        self.text.setFocus()

    def _close(self) -> None:
        for widget in (self.reading, self.hint, self.text, self.save, self.told):
            widget.hide()

    def _on_about(self, found: About) -> None:
        self.versions.show_phrase(partial(_versions, found=found))

    def _on_licences(self, found: tuple[Licence, ...]) -> None:
        empty = self._voice.say(N_("This copy of the program brought no list of licences."))
        self._show(
            N_("What others made of it, and their licences"),
            "",
            "\n\n".join(_licence(one) for one in found) or empty,
        )

    def _on_support(self, text: str) -> None:
        self.support.setEnabled(True)
        self._support = text
        self._show(
            N_("The file for support"),
            N_("Read it first: it holds versions and numbers, no case, no name and nothing that anybody wrote."),
            text,
        )
        self.save.show()

    def _on_save(self) -> None:
        start = next(iter(sticks()), Path.home()) / support.file_name(dt.datetime.now(dt.UTC))
        chosen, _ = QFileDialog.getSaveFileName(
            self, self._voice.words(N_("Save to file")), str(start), "JSON (*.json)"
        )
        if chosen:
            self.write(Path(chosen))

    def _on_saved(self, _nothing: None) -> None:
        self.told.set_role("understood")
        self.told.show_phrase(N_("The file is saved."))
        self.told.show()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, ClinicError):
            self._tasks.failed.emit(error)
            return
        self.told.set_role("error")
        self.told.show_phrase(beside(error))
        self.told.show()


def _versions(words: Words, *, found: About) -> str:
    lines = [
        words(N_("Version {version}"), version=found.version),
        words(
            N_("Python {python} · Qt {qt} · SQLCipher {sqlcipher}"),
            python=found.python,
            qt=qVersion(),
            sqlcipher=found.sqlcipher,
        ),
    ]
    for book in found.books:
        verified = (
            f" · {words(N_('verified on {day}'), day=words.short_date(book.verified_on))}" if book.verified_on else ""
        )
        lines.append(f"{words(N_('Rule book'))} {book.version}{verified}")
    return "\n".join(lines)


def _licence(one: Licence) -> str:
    return "\n".join(part for part in (f"{one.name} {one.version} – {one.licence}", one.text) if part)
