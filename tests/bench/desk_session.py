"""One session at the desk, timed: opened, searched, cases looked at, answers saved, the list scrolled.

It drives the real window, started as the program is, and prints milliseconds, and megabytes at the peak, as
JSON. The same work at its barest stands beside it (`desk_floor`), in the same process where it can.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel

from clinic_app import __main__ as program
from clinic_app.app import make_application
from clinic_app.domain.changes import Changes
from clinic_app.services import intake
from clinic_app.store.search import query
from clinic_app.ui.case.page import CasePage
from clinic_app.ui.desk import Place
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.window import Window
from tests.bench import desk_floor
from tests.ui.stalls import measured

PATIENCE: Final = 60.0
"""Seconds after which something that never came is an error."""

TYPED: Final = (
    *("nanez quispe", "xochitl huam", "empacadora esp", "მარიამ ბერ", "villa ejem", "000 123", "yesica vaz"),
    *("0042", "gutierrez la", "kispe"),
)
OPENED: Final = 20
SAVED: Final = 40
KIB: Final = 1024
STILL: Final = 5
"""Turns without a move after which the end of a list is reached."""


def session(folder: Path, begun: float, password: str, user: str, on: dt.date) -> dict[str, float]:
    """Work in the window for a while; return milliseconds, and megabytes at the peak."""
    assert program  # the program's own start is part of what is timed
    make_application()
    settings = SettingsFile(folder)
    settings.now = Settings(language="es", user=user)
    window = Window(folder, folder.with_name("no-practice"), settings, lambda: on)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    unlock = window.start.unlock
    _until(lambda: unlock.users.count() > 0 and window.tasks.pending == 0)
    asked = time.time()
    unlock.password.line.setText(password)
    unlock.button.click()
    _until(lambda: window.workplace is not None and window.tasks.pending == 0)
    usable = time.time()
    found = {"today": 1000 * (usable - begun), "unlock": 1000 * (usable - asked)}
    work = _Session(window)
    with work.watched() as stall:
        found |= work.search() | work.open_cases() | work.save() | work.scroll()
    found["stall"] = stall()
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    window.close()
    return found


class _Session:
    """The open window, and what is done in it."""

    def __init__(self, window: Window) -> None:
        assert window.workplace is not None  # it was waited for
        assert window.clinic is not None  # the same
        self._window = window
        self._clinic = window.clinic
        self._place = window.workplace
        self._cases = window.workplace.cases

    def rest(self) -> None:
        """Let the window finish what is under way."""
        _until(lambda: self._window.tasks.pending == 0)

    def search(self) -> dict[str, float]:
        """Type a few searches, a key at a time; each key is timed until the list shows what fits."""
        took, floor = [], []
        bare = desk_floor.reading(self._clinic.folder)
        line = self._place.search
        self._place.go(Place("cases"))
        self.rest()
        for text in TYPED:
            line.clear()
            _until(lambda: self._cases.shown_for == "" and self._window.tasks.pending == 0)
            for sign in text:
                begun = time.perf_counter()
                QApplication.sendEvent(line, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign))
                _until(lambda: self._cases.shown_for == line.text().strip())
                took.append(1000 * (time.perf_counter() - begun))
                self.rest()
                floor.append(_timed(partial(desk_floor.find, bare, query(line.text()))))
        bare.close()
        line.clear()
        self.rest()
        return {"key_50": statistics.median(took), "key_95": _p95(took), "key_floor": _p95(floor)}

    def open_cases(self) -> dict[str, float]:
        """Open cases from the list: until the page can be read, and until its last part is there."""
        read, whole, floor = [], [], []
        ids = self._some_cases()
        bare = desk_floor.reading(self._clinic.folder)
        for case_id in ids:
            begun = time.perf_counter()
            self._place.desk.go.emit(Place("case", case_id))
            _until(lambda: isinstance(self._place.shown, CasePage) and self._place.shown.found is not None)
            QApplication.processEvents()  # it is painted
            read.append(1000 * (time.perf_counter() - begun))
            self.rest()
            whole.append(1000 * (time.perf_counter() - begun))
            page = self._place.shown
            labels = [label.text() for label in page.findChildren(QLabel)]
            floor.append(_timed(partial(desk_floor.show_case, bare, case_id, labels)))
            self._place.go(Place("cases"))
            self.rest()
        bare.close()
        return {
            "open_50": statistics.median(read),
            "open_95": _p95(read),
            "whole_50": statistics.median(whole),
            "open_floor": statistics.median(floor),
        }

    def save(self) -> dict[str, float]:
        """Save answers: on the store's thread, and through the window until it says that it is saved."""
        on_disk: list[float] = []
        said, floor = [], []
        bare = desk_floor.writing(self._clinic.folder)
        cases = self._some_cases()
        saved: list[Changes] = []
        for number in range(SAVED):
            case_id = cases[number % len(cases)]
            work = partial(self._save_timed, case_id, f"Puesto {number}", on_disk)
            begun = time.perf_counter()
            self._place.desk.write(self._place, work, saved.append)
            _until(lambda: len(saved) > number)  # noqa: B023 - awaited within the turn
            said.append(1000 * (time.perf_counter() - begun))
            self.rest()
            floor.append(_timed(partial(desk_floor.save, bare, number)))
        bare.close()
        return {
            "save_50": statistics.median(on_disk),
            "saved_95": _p95(said),
            "save_floor": statistics.median(floor),
        }

    def scroll(self) -> dict[str, float]:
        """Go through the list page by page, to its end."""
        self._place.go(Place("cases"))
        self.rest()
        ours = self._paged(self._cases.view)
        labels = [
            self._cases.model.data(self._cases.model.index(0, at)) for at in range(self._cases.model.columnCount())
        ]
        bare = desk_floor.table(self._cases.model.rowCount(), [str(label) for label in labels])
        bare.resize(self._cases.view.size())
        bare.show()
        floor = self._paged(bare)
        bare.close()
        return {"scroll": ours, "scroll_floor": floor, "scrolled": self._cases.model.rowCount()}

    @contextmanager
    def watched(self) -> Generator[Callable[[], float]]:
        """Measure the longest turn of the event loop of what is done inside, in milliseconds of its thread."""
        said: list[float] = []
        with measured(lambda _name, value: said.append(float(str(value))), "session"):
            yield lambda: said[0]

    def _paged(self, view: QAbstractItemView) -> float:
        view.setFocus()
        said: list[float] = []
        with measured(lambda _name, value: said.append(float(str(value))), "scroll"):
            bar = view.verticalScrollBar()
            still = 0
            while still < STILL:
                before = bar.value()
                QTest.keyClick(view, Qt.Key.Key_PageDown)
                QApplication.processEvents()
                self.rest()
                still = still + 1 if bar.value() == before else 0
        return said[0]

    def _save_timed(self, case_id: str, said: str, took: list[float]) -> Changes:
        begun = time.perf_counter()
        changes = intake.save(self._clinic, case_id, "job.position", said)
        took.append(1000 * (time.perf_counter() - begun))
        return changes

    def _some_cases(self) -> list[str]:
        """Return cases from the whole list, from the newest to the oldest."""
        model = self._cases.model
        step = max(1, model.rowCount() // OPENED)
        return [model.row_at(number).id for number in range(0, model.rowCount(), step)][:OPENED]


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _until(done: Callable[[], bool]) -> None:
    """Let the window work until a condition holds; RuntimeError when it never does."""
    ends = time.perf_counter() + PATIENCE
    while not done():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.perf_counter() > ends:
            raise RuntimeError("the window did not come to rest")
    QApplication.processEvents()
    # Here no loop runs that would let go what was left behind.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def main() -> int:
    """Be one session."""
    reader = argparse.ArgumentParser()
    reader.add_argument("folder", type=Path)
    reader.add_argument("begun", type=float)
    reader.add_argument("--password")
    reader.add_argument("--user")
    reader.add_argument("--on", type=dt.date.fromisoformat)
    asked = reader.parse_args()
    sys.stdout.write(json.dumps(session(asked.folder, asked.begun, asked.password, asked.user, asked.on)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
