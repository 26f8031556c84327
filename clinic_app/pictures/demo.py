"""Pictures of the main job, for the demonstration: a few screens of the practice clinic that it has just filled."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from clinic_app.app import make_application
from clinic_app.pictures.stage import Stage
from clinic_app.pictures.take import SIZE
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.intake.page import IntakePage
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.settling import wait
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


def take_pictures(
    data: Path, out: Path, language: str = "es", scale: float = 1.0, theme_name: str = "light"
) -> tuple[Path, ...]:
    """Drive the window on the practice clinic in `data` through its screens; return the pictures saved in `out`.

    `scale` is the display's scaling: at 1.25 the window has 1024×768 points of a display at 125 %.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application()
    out.mkdir(parents=True, exist_ok=True)
    settings = SettingsFile(data)
    settings.now = Settings(language=language, theme=theme_name)
    window = Window(data, data, settings, lambda: dt.datetime.now().astimezone().date())
    window.tasks.failed.connect(_report)
    window.resize(round(SIZE[0] / scale), round(SIZE[1] / scale))
    window.show()
    window.activateWindow()
    try:
        return tuple(_pictures(Stage(window), out))
    finally:
        window.close()


def _pictures(stage: Stage, out: Path) -> Iterator[Path]:
    start = stage.window.start
    start.show_step(start.welcome)
    yield _picture(stage, out, "01-start")
    start.open_practice()
    wait(lambda: stage.window.workplace is not None)
    yield _picture(stage, out, "02-today")
    stage.workplace.go(Place("cases"))
    yield _picture(stage, out, "03-cases")
    case_id = stage.workplace.cases.model.row_at(0).id
    page = stage.go(Place("intake", case_id, "urgent.safe_to_talk"), IntakePage)
    yield from _intake(stage, page, out)
    packet = stage.go(Place("packet", case_id), PacketPage)
    wait(lambda: packet.made is not None)
    yield _picture(stage, out, "05-packet")
    stage.workplace.go(Place("case", case_id))
    yield _picture(stage, out, "06-case")
    for number, name in enumerate(DESK, start=7):
        stage.workplace.go(Place(name))
        yield _picture(stage, out, f"{number:02d}-{name}")


def _intake(stage: Stage, page: IntakePage, out: Path) -> Iterator[Path]:
    wait(lambda: page.form is not None)
    for number in range(1, 40):
        stage.settle()
        yield _picture(stage, out, f"04-intake-{number:02d}-{page.step.id.replace(':', '-')}")
        if page.step.id == page.plan[-1].id:
            return
        page.go_on()


def _picture(stage: Stage, out: Path, name: str) -> Path:
    stage.settle()
    file = out / f"{name}.png"
    stage.window.grab().save(str(file))
    return file


def _report(error: Exception) -> None:
    """Say on the error stream why a picture will not come."""
    sys.stderr.write(f"{error}\n")
