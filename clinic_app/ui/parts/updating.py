"""Taking an update: checked first, then the clinic is copied, then the new version is put in place.

Everything runs beside the work; nobody waits for a slow stick.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from clinic_app.i18n import Words
from clinic_app.services import updates
from clinic_app.services.backup import Job
from clinic_app.services.updates import Update
from clinic_app.ui.desk import Desk
from clinic_app.words import N_


class Updating(QObject):
    """One update on its way. `found` when it is checked, `placed` when the next start opens it."""

    found = Signal(object)  # Update
    placed = Signal(object)  # Update
    failed = Signal(object)  # Exception
    progressed = Signal(int)  # percent of what is under way
    _told = Signal(int)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._percent = -1
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    def look(self, folder: Path) -> None:
        """Check the newest update of a folder wholly."""
        self._aside(partial(_check, folder, self._hear), self.found.emit)

    def take(self, update: Update) -> None:
        """Copy the clinic, then put the update in place."""
        work = partial(updates.begin, self._desk.clinic, dt.datetime.now(dt.UTC))
        self._desk.ask(self, work, partial(self._copy, update), fails=self.failed.emit)

    def _copy(self, update: Update, job: Job) -> None:
        self._aside(partial(job.run, self._hear), lambda _made: self._place(update))

    def _place(self, update: Update) -> None:
        self._aside(partial(updates.install, update.path, self._hear), self._note)

    def _note(self, update: Update) -> None:
        work = partial(updates.done, self._desk.clinic, update)
        self._desk.ask(self, work, lambda _nothing: self.placed.emit(update), fails=self.failed.emit)

    def _aside(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        self._percent = -1
        self._desk.tasks.aside(self, work, then, fails=self.failed.emit)

    def _hear(self, done: int, total: int) -> None:
        """Hear from a worker thread how far it is."""
        self._told.emit(100 * done // max(total, 1))

    def _on_told(self, percent: int) -> None:
        if percent != self._percent:
            self._percent = percent
            self.progressed.emit(percent)


def offer(words: Words, *, update: Update) -> str:
    """Say what an update is, and what is new in it."""
    told = words(
        N_("Version {version} of the program, of {day}, signed by {name}. Every part of it was checked."),
        version=update.version,
        day=words.short_date(update.released),
        name=update.signed_by,
    )
    notes = words.say(update.notes)
    return f"{told}\n{notes}" if notes else told


def placed(words: Words, *, update: Update) -> str:
    """Say that an update is in place."""
    return words(
        N_("Version {version} opens when the program is started the next time. A copy of the cases was made before."),
        version=update.version,
    )


def percent_of(words: Words, *, percent: int) -> str:
    """Say how far it is."""
    return words(N_("{percent} %, go on working meanwhile."), percent=percent)


def _check(folder: Path, hear: Callable[[int, int], None]) -> Update:
    found = updates.find(folder)
    return updates.check(found[0] if found else folder, hear)
