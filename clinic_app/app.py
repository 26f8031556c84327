"""The one place where the window is wired together: folders, settings, theme, fonts, and the day.

Nothing here knows a case.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from clinic_app import __version__, crashes, logs, updating
from clinic_app.i18n import SCREEN_LANGUAGES
from clinic_app.paths import default_data, log_folder, practice_data, resources
from clinic_app.ui import theme, traces
from clinic_app.ui.collector import Collector
from clinic_app.ui.desk import Place
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.settling import wait
from clinic_app.ui.window import Window


def run(data: Path | None, *, practice: bool = False, begun: float | None = None) -> int:
    """Open the window on the clinic in `data` (the usual place when None) and return its exit code.

    With `practice` the practice clinic opens at once.
    """
    app = make_application()
    folder = data or default_data()
    practice_folder = data if practice and data is not None else practice_data()
    handler = logs.start(log_folder())
    try:
        window = Window(folder, practice_folder, SettingsFile(folder, as_the_computer()), _today)
        crashes.begin(window.show_error)
        window.show()
        QTimer.singleShot(0, partial(_come_up, begun))
        if practice:
            window.start.open_practice()
        return app.exec()
    finally:
        traces.forget_folders()
        crashes.end()
        logs.stop(handler)


def as_the_computer(system: QLocale | None = None) -> Settings:
    """Return the choices before anybody made one: the computer's language where we speak it, and its look."""
    spoken = (system or QLocale.system()).name()[:2]
    return Settings(language=spoken if spoken in SCREEN_LANGUAGES else Settings().language, theme="system")


def _come_up(begun: float | None) -> None:
    """Note that this version has come up, and how long it took."""
    updating.proven()
    if begun is not None:
        logs.topic("start").info("version %s, window after %d ms", __version__, (time.perf_counter() - begun) * 1000)


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
        wait(lambda: window.workplace is not None)
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
    wait(lambda: window.windowHandle().isExposed() and not window.tasks.pending)
    stood = time.time()
    window.close()
    return stood


def _picture(window: Window, out: Path, name: str) -> Path:
    wait(lambda: not window.tasks.pending)
    file = out / f"{name}.png"
    window.grab().save(str(file))
    return file


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
