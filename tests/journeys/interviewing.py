"""A program that interviews someone through the real window and says what was confirmed, until it is killed.

Each line it prints, path=value, was shown to the user as saved before the line was written.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clinic_app.app import make_application
from clinic_app.services import clinic as clinics
from clinic_app.ui.intake.new_person import NewPersonPage
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.window import Window

ANSWERS = (
    ("worker.name", "Alma Ejemplo"),
    ("worker.alias", "Prima"),
    ("story.told", "Me dijeron que ya no volviera."),
    ("job.position", "Empacadora"),
    ("job.start", "2022-01-10"),
    ("job.ending_said", "No hay trabajo"),
    ("pay.amount", "2400.50"),
)


def main() -> None:
    """Interview without end; only a kill stops it."""
    folder = Path(sys.argv[1])
    app = make_application()
    settings = SettingsFile(folder)
    settings.now = Settings(language="en")
    window = Window(folder, folder, settings, today)
    window.resize(1024, 768)
    window.show()
    window.tasks.ask(window, unlock(folder), window.start.opened.emit)
    until(app, lambda: window.workplace is not None and not window.tasks.pending)
    assert window.workplace is not None
    QTest.keyClick(window.workplace, Qt.Key.Key_F2)
    asked = window.workplace.shown
    assert isinstance(asked, NewPersonPage)
    QTest.keyClick(asked.new, Qt.Key.Key_Return)
    until(app, lambda: isinstance(window.workplace.shown, IntakePage) and not window.tasks.pending)  # type: ignore[union-attr]
    page = window.workplace.shown
    assert isinstance(page, IntakePage)
    turn = 0
    while True:
        for path, text in ANSWERS:
            value = text if turn == 0 or path in {"job.start", "pay.amount"} else f"{text} {turn}"
            write(app, window, page, path, value)
            sys.stdout.write(f"{path}={value}\n")
            sys.stdout.flush()
        turn += 1


def write(app: QApplication, window: Window, page: IntakePage, path: str, value: str) -> None:
    """Go to a field, type over what is there, leave it, and wait until the window says that it is saved."""
    page.go_to(path)
    until(app, lambda: not window.tasks.pending)
    box = app.focusWidget()
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(box, value)
    QTest.keyClick(box, Qt.Key.Key_Tab)
    page.commit()
    until(app, lambda: not window.tasks.pending)


def unlock(folder: Path) -> Callable[[], clinics.Clinic]:
    """Return the opening of the clinic, to be done on the store thread."""
    return lambda: clinics.unlock(folder, os.environ["CLINIC_PASSWORD"])


def until(app: QApplication, done: Callable[[], bool]) -> None:
    """Let the window work until a condition holds."""
    while not done():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def today() -> dt.date:
    """Return the day of the interview."""
    return dt.date(2026, 11, 22)


if __name__ == "__main__":
    main()
