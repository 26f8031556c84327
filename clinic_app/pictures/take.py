"""Draws every screen into picture files, in each language, look and scale, with a page that shows them all.

python -m clinic_app.pictures.take --out build/pictures
"""

from __future__ import annotations

import html
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from clinic_app.app import make_application
from clinic_app.i18n import SCREEN_LANGUAGES
from clinic_app.pictures import sights
from clinic_app.pictures.clinic import ON, PASSWORD, Folders, prepare
from clinic_app.pictures.sights import Sight
from clinic_app.pictures.stage import Stage
from clinic_app.ui.settings import Settings, SettingsFile
from clinic_app.ui.settling import wait
from clinic_app.ui.window import Window

SIZE: Final = (1024, 768)
"""Points of the display for which the program is made."""

IN_CONTRAST: Final = ("today", "case-1", "intake-01-urgent", "papers-worker", "settings", "calendar-month", "happened")
"""The sights that are drawn in high contrast too."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to draw a sight: the language, the look, and the display's scale (1.25 is 125 %)."""

    language: str
    look: str
    scale: float

    @property
    def folder(self) -> str:
        """The folder of its pictures."""
        return f"{self.language}-{self.look}-{round(100 * self.scale)}"

    def draws(self, sight: str) -> bool:
        """Whether a sight is drawn in this way."""
        return self.look != "contrast" or sight in IN_CONTRAST


def ways(languages: Sequence[str], looks: Sequence[str], scales: Sequence[float]) -> tuple[Way, ...]:
    """Return every combination, one look after another: changing the look is the slowest."""
    return tuple(Way(language, look, scale) for look in looks for scale in scales for language in languages)


def take_all(out: Path, wanted: Sequence[Way], told: Callable[[str], None] | None = None) -> tuple[Path, ...]:
    """Draw every sight in every way into `out`; return the files. `told` hears the name of each sight."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application()
    taken: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="clinic-pictures-") as root:
        for window, sight in every_sight(prepare(Path(root)), wanted[0]):
            if told is not None:
                told(sight.name)
            taken += _drawn(window, sight, out, wanted)
    (out / "index.html").write_text(_index(out, taken), encoding="utf-8")
    return tuple(taken)


def every_sight(folders: Folders, way: Way) -> Iterator[tuple[Window, Sight]]:
    """Yield each sight with its window, which begins in a way."""
    with _window(folders, way) as stage:
        for sight in sights.at_the_door(stage, folders):
            yield stage.window, sight
        stage.window.start.open_practice()
        wait(lambda: stage.window.workplace is not None)
        for sight in sights.in_practice(stage):
            yield stage.window, sight
    with _window(folders, way) as stage:
        stage.window.start.unlock.password.line.setText(PASSWORD)
        stage.window.start.unlock.button.click()
        wait(lambda: stage.window.workplace is not None)
        for sight in sights.in_a_locked_clinic(stage):
            yield stage.window, sight


@contextmanager
def _window(folders: Folders, way: Way) -> Iterator[Stage]:
    settings = SettingsFile(folders.real.with_name("nowhere"))
    settings.now = Settings(language=way.language, theme=way.look)
    window = Window(folders.real, folders.practice, settings, lambda: ON)
    stage = Stage(window)
    _resize(window, way)
    window.show()
    window.activateWindow()
    stage.settle()
    try:
        yield stage
    finally:
        stage.clear()
        window.close()


def _drawn(window: Window, sight: Sight, out: Path, wanted: Sequence[Way]) -> Iterator[Path]:
    for way in wanted:
        if way.draws(sight.name):
            dress(window, way)
            file = out / way.folder / f"{sight.name}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            picture_of(window, sight).save(str(file))
            yield file


def dress(window: Window, way: Way) -> None:
    """Show the window in another way, and wait until it is laid out."""
    if window.settings.now.theme != way.look:
        window.set_theme(way.look)
    if window.voice.words.language != way.language:
        window.speak(way.language)
    _resize(window, way)
    Stage(window).settle()


def picture_of(window: Window, sight: Sight) -> QPixmap:
    """Return the window, with the dialog or menu where it stands above it."""
    picture = window.grab()
    if sight.shown is window:
        return picture
    painter = QPainter(picture)
    painter.fillRect(picture.rect(), QColor(0, 0, 0, 90))
    at = _centred(sight.shown, window) if sight.is_sheet else window.mapFromGlobal(sight.shown.pos())
    painter.drawPixmap(at, sight.shown.grab())
    painter.drawRect(at.x() - 1, at.y() - 1, sight.shown.width() + 1, sight.shown.height() + 1)
    painter.end()
    return picture


def _centred(widget: QWidget, window: Window) -> QPoint:
    return QPoint((window.width() - widget.width()) // 2, (window.height() - widget.height()) // 2)


def _resize(window: Window, way: Way) -> None:
    window.resize(round(SIZE[0] / way.scale), round(SIZE[1] / way.scale))
    QApplication.processEvents()


def _index(out: Path, taken: Sequence[Path]) -> str:
    names = list(dict.fromkeys(file.stem for file in taken))
    by_name = {name: [file for file in taken if file.stem == name] for name in names}
    parts = ["<!doctype html><meta charset=utf-8><title>Pictures</title>"]
    parts.append("<style>body{font:14px sans-serif}img{width:380px;border:1px solid #999;margin:4px}</style>")
    for name, files in by_name.items():
        parts.append(f"<h2>{html.escape(name)}</h2>")
        for file in files:
            source = html.escape(file.relative_to(out).as_posix())
            parts.append(f'<a href="{source}"><img loading=lazy src="{source}" title="{source}"></a>')
    return "\n".join(parts)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/pictures"), show_default=True)
@click.option("--language", "languages", multiple=True, type=click.Choice(list(SCREEN_LANGUAGES)))
@click.option("--look", "looks", multiple=True, type=click.Choice(["light", "dark", "contrast"]))
@click.option("--scale", "scales", multiple=True, type=float)
def main(out: Path, languages: tuple[str, ...], looks: tuple[str, ...], scales: tuple[float, ...]) -> None:
    """Draw every screen and dialog; all languages, looks and scales unless some are named."""
    begun = time.monotonic()
    wanted = ways(languages or tuple(SCREEN_LANGUAGES), looks or ("light", "dark", "contrast"), scales or (1.0, 1.25))
    taken = take_all(out, wanted, click.echo)
    click.echo(f"{len(taken)} pictures in {time.monotonic() - begun:.0f} s: {out / 'index.html'}")


if __name__ == "__main__":
    main()
