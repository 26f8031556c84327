"""Drives a window from inside: goes to places, opens dialogs, and waits until everything has come and is laid out.

It waits for answers and never for time. What does not come within a minute is an error.
"""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from clinic_app.services.clinic import Clinic
from clinic_app.ui.desk import Desk, Place
from clinic_app.ui.settling import wait
from clinic_app.ui.window import Window
from clinic_app.ui.workplace import Workplace

W = TypeVar("W", bound=QWidget)


class Stage:
    """A window and what is done with it."""

    def __init__(self, window: Window) -> None:
        self.window = window

    @property
    def workplace(self) -> Workplace:
        """The open clinic's screens."""
        assert self.window.workplace is not None  # a clinic was opened before anything is done in it
        return self.window.workplace

    @property
    def desk(self) -> Desk:
        """What screens are handed."""
        return self.workplace.desk

    @property
    def clinic(self) -> Clinic:
        """The open clinic."""
        return self.desk.clinic

    def go(self, place: Place, kind: type[W]) -> W:
        """Go to a place; return its screen once it has loaded."""
        self.clear()
        self.workplace.go(place)
        self.settle()
        shown = self.workplace.shown
        assert isinstance(shown, kind)  # the screen of that place
        return shown

    def sheet(self, kind: type[W]) -> W:
        """Return the dialog of a kind that was just opened."""
        wait(lambda: any(found.isVisible() for found in self.window.findChildren(kind)))
        self.settle()
        return next(found for found in self.window.findChildren(kind) if found.isVisible())

    def settle(self) -> None:
        """Wait until every answer has come and the layouts have run."""
        wait(lambda: not self.window.tasks.pending)

    def clear(self) -> None:
        """Close dialogs, menus and the help."""
        for menu in self.window.findChildren(QMenu):
            menu.close()
        for dialog in reversed(self.window.findChildren(QDialog)):
            if dialog.isVisible():
                dialog.reject()
        if self.window.workplace is not None and self.workplace.help.isVisible():
            self.workplace.toggle_help()
        QApplication.processEvents()
        self.settle()
