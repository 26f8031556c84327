"""The one place where the window is wired together: folders, settings, theme, fonts, and the day.

Nothing here knows a case. `take_pictures` drives the same window without a display.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from clinic_app import crashes, logs, updating
from clinic_app.paths import default_data, log_folder, practice_data, resources
from clinic_app.ui import theme, traces
from clinic_app.ui.collector import Collector
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.window import Window

DESK: Final[tuple[PlaceName, ...]] = (
    "new",
    "people",
    "groups",
    "employers",
    "calendar",
    "tally",
    "reports",
    "settings",
)
"""The screens of the rail that need no case."""

PICTURE_SIZE: Final = (1024, 768)
LAYOUTS: Final = 5
PATIENCE: Final = 60_000
"""Milliseconds after which a picture that never came is an error."""


def run(data: Path | None, *, practice: bool = False) -> int:
    """Open the window on the clinic in `data` (the usual place when None) and return its exit code.

    With `practice` the practice clinic opens at once.
    """
    app = make_application()
    folder = data or default_data()
    practice_folder = data if practice and data is not None else practice_data()
    handler = logs.start(log_folder())
    try:
        window = Window(folder, practice_folder, SettingsFile(folder), _today)
        crashes.begin(window.show_error)
        window.show()
        QTimer.singleShot(0, updating.proven)  # it has come up
        if practice:
            window.start.open_practice()
        return app.exec()
    finally:
        traces.forget_folders()
        crashes.end()
        logs.stop(handler)


def make_application() -> QApplication:
    """Return the application; without a display, with our fonts."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(QGuiApplication.highDpiScaleFactorRoundingPolicy().PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("labor-clinic")
    app.setWindowIcon(QIcon(str(resources() / "icons" / "app" / "clinic-256.png")))
    theme.register_fonts(app)
    Collector(app)
    return app


def take_pictures(
    data: Path, out: Path, language: str = "es", scale: float = 1.0, theme_name: str = "light"
) -> tuple[Path, ...]:
    """Drive the window on the practice clinic in `data` through its screens; return the pictures saved in `out`.

    `scale` is the display's scaling: at 1.25 the window has 1024×768 points of a display at 125 %.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = make_application()
    theme.register_fonts(app)
    out.mkdir(parents=True, exist_ok=True)
    settings = SettingsFile(data)
    settings.now = Settings(language=language, theme=theme_name)
    window = Window(data, data, settings, _today)
    window.tasks.failed.connect(_report)
    window.resize(round(PICTURE_SIZE[0] / scale), round(PICTURE_SIZE[1] / scale))
    window.show()
    window.activateWindow()
    try:
        return tuple(_pictures(window, out))
    finally:
        window.close()


def check_window(data: Path, out: Path) -> tuple[Path, ...]:
    """Open the window on a new practice clinic in `data`, go through two looks and languages, and close it.

    Return three pictures, saved in `out`.
    """
    out.mkdir(parents=True, exist_ok=True)
    make_application()
    window = Window(data, data, SettingsFile(data), _today)
    window.show()
    try:
        first = _picture(window, out, "1-start")
        window.start.open_practice()
        _wait(lambda: window.workplace is not None)
        assert window.workplace is not None  # it was just waited for
        window.workplace.go(Place("cases"))
        second = _picture(window, out, "2-cases")
        window.speak("en")
        window.set_theme("dark")
        window.workplace.go(Place("settings"))
        return first, second, _picture(window, out, "3-settings")
    finally:
        window.close()


def platform() -> str:
    """Return what draws the window: xcb, windows, cocoa, offscreen."""
    return QGuiApplication.platformName()


def first_window(data: Path) -> float:
    """Show the first screen on the folder `data`, close it, and return when it stood there (seconds since 1970)."""
    make_application()
    window = Window(data, data, SettingsFile(data), _today)
    window.show()
    _wait(lambda: window.windowHandle().isExposed() and not window.tasks.pending)
    stood = time.time()
    window.close()
    return stood


def _pictures(window: Window, out: Path) -> Iterator[Path]:
    window.start.show_step(window.start.welcome)
    yield _picture(window, out, "01-start")
    window.start.open_practice()
    _wait(lambda: window.workplace is not None)
    workplace = window.workplace
    assert workplace is not None  # it was just waited for
    yield _picture(window, out, "02-today")
    workplace.go(Place("cases"))
    yield _picture(window, out, "03-cases")
    case_id = workplace.cases.model.row_at(0).id
    workplace.go(Place("intake", case_id, "urgent.safe_to_talk"))
    yield from _intake_pictures(window, out)
    workplace.go(Place("packet", case_id))
    page = workplace.shown
    assert isinstance(page, PacketPage)  # the window was just sent there
    _wait(lambda: page.made is not None)
    yield _picture(window, out, "05-packet")
    workplace.go(Place("case", case_id))
    yield _picture(window, out, "06-case")
    for number, name in enumerate(DESK, start=7):
        workplace.go(Place(name))
        yield _picture(window, out, f"{number:02d}-{name}")


def _intake_pictures(window: Window, out: Path) -> Iterator[Path]:
    assert window.workplace is not None  # the interview is open
    page = window.workplace.shown
    assert isinstance(page, IntakePage)  # the window was just sent there
    _wait(lambda: page.form is not None)
    for number in range(1, 40):
        _wait(lambda: not window.tasks.pending)
        name = page.step.id.replace(":", "-")
        yield _picture(window, out, f"04-intake-{number:02d}-{name}")
        if page.step.id == page.plan[-1].id:
            return
        page.go_on()


def _picture(window: Window, out: Path, name: str) -> Path:
    _wait(lambda: not window.tasks.pending)
    file = out / f"{name}.png"
    window.grab().save(str(file))
    return file


def _wait(done: Callable[[], bool]) -> None:
    """Let the window work until a condition holds; RuntimeError when it never does."""
    loop = QEventLoop()
    patience = QTimer(singleShot=True, interval=PATIENCE)
    patience.timeout.connect(loop.quit)
    tick = QTimer(interval=5)
    tick.timeout.connect(lambda: loop.quit() if done() else None)
    patience.start()
    tick.start()
    for _ in range(LAYOUTS):  # what came at last may ask for more, and layouts settle in a few rounds
        loop.processEvents()
        while not done():
            loop.exec()
            if not patience.isActive():
                raise RuntimeError("the window did not come to rest")


def _report(error: Exception) -> None:
    """Say on the error stream why a picture will not come."""
    sys.stderr.write(f"{error}\n")


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
