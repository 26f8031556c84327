"""Draws the pictures of the user guide anew: real screens of a practice clinic, small and grey, in each language.

Run it with the project's Python: `.venv/bin/python .ci/guide_pictures.py [OUT]`. Which screens there are pictures of
stands in resources/help/contents.yaml. Nothing real is on them: the practice clinic is made for this and thrown away.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import yaml
from PIL import Image
from PySide6.QtCore import QBuffer, QEventLoop, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from clinic_app.app import make_application
from clinic_app.domain.tour import Progress
from clinic_app.i18n import SCREEN_LANGUAGES
from clinic_app.services import clinic as clinics
from clinic_app.services import guide, intake, tour
from clinic_app.ui.desk import Place
from clinic_app.ui.packet.page import PacketPage
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.window import Window

SIZE = (1024, 700)
WIDE = 720
"""Pixels of width of a picture."""

GREYS = 16
LAYOUTS = 5
TURN = 50  # milliseconds
PLACES = {"ka": "ge"}
"""Whose law the screens of a language show; Mexico's in every other."""

OF_A_CASE = {"intake", "case", "packet"}


def main() -> int:
    """Draw every picture; return 0."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else guide.pictures()
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application()
    topics = yaml.safe_load((guide.folder() / "contents.yaml").read_text("utf-8"))["pictures"]
    with tempfile.TemporaryDirectory() as temporary:
        for language in SCREEN_LANGUAGES:
            practice = _practice(Path(temporary), PLACES.get(language, "mx"))
            settings = SettingsFile(Path(temporary) / "nowhere")
            settings.now = Settings(language=language, theme="light")
            window = Window(Path(temporary) / "real", practice, settings, _today)
            window.resize(*SIZE)
            window.show()
            for topic in topics:
                _show(window, topic)
                _save(window.grab(), out / f"{topic}-{language}.png")
            window.close()
    total = sum(file.stat().st_size for file in out.glob("*.png"))
    print(f"{len(list(out.glob('*.png')))} pictures, {total / 1024:.0f} KB")
    return 0


def _practice(folder: Path, place: str) -> Path:
    """Return the folder of a practice clinic of a place, in which nobody is offered the tour."""
    at = folder / place
    made = clinics.open_practice(at, intake.fill_practice, place)
    tour.keep(made, Progress(over=True))
    made.close()
    return at


def _show(window: Window, topic: str) -> None:
    """Go to the screen of a topic and wait until it has come to rest."""
    if topic == "welcome":
        window.start.show_step(window.start.welcome)
        _wait(window, lambda: True)
        return
    if window.workplace is None:
        window.start.open_practice()
        _wait(window, lambda: window.workplace is not None)
    workplace = window.workplace
    assert workplace is not None  # it was just waited for
    case = ""
    if topic in OF_A_CASE:
        workplace.go(Place("cases"))
        _wait(window, lambda: workplace.cases.model.rowCount() > 0)
        case = workplace.cases.model.row_at(0).id
    workplace.go(Place(topic, case, "job.start" if topic == "intake" else ""))  # type: ignore[arg-type]  # of our file
    _wait(window, lambda: not isinstance(workplace.shown, PacketPage) or workplace.shown.made is not None)


def _wait(window: Window, done: Callable[[], bool]) -> None:
    """Let the window work until a condition holds and a few rounds of layout are over."""
    rounds = 0
    while rounds < LAYOUTS:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, TURN)
        rounds = rounds + 1 if done() and not window.tasks.pending else 0


def _save(picture: QPixmap, file: Path) -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    with Image.open(BytesIO(bytes(buffer.data().data()))) as drawn:
        grey = drawn.convert("L").resize((WIDE, round(drawn.height * WIDE / drawn.width)), Image.Resampling.LANCZOS)
    grey.quantize(GREYS).save(file, optimize=True)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


if __name__ == "__main__":
    sys.exit(main())
