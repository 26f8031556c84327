"""The look: tokens become one stylesheet, set once at the application. No widget styles itself.

Light, dark and high contrast come from the same tokens; a text pair that the stylesheet uses is
listed in pairs.json and is checked to reach 4.5:1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from PySide6.QtGui import QColor, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from clinic_app.paths import resources
from clinic_app.ui.system_look import look_of_system

CAPTION: Final = 10.0
BODY: Final = 11.5
HEADING: Final = 17.0
BIG: Final = 20.0
"""The four sizes, in points; the text size that the user chose multiplies them."""

NAMES: Final = ("light", "dark", "contrast", "contrast_dark")
"""The sets of tokens; the last one is used where a computer asks for high contrast on black."""

SYSTEM: Final = "system"
STEP: Final = 8
"""The grid, in pixels."""

COLUMN: Final = 680
"""The widest that a column for reading and answering gets, in pixels."""

FONT: Final = "DejaVu Sans"
"""The family for pictures made without a display, so that they are the same everywhere."""

FONT_FILES: Final = ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf")


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of tokens by name: "paper" -> "#faf7f1"."""

    name: str
    tokens: Mapping[str, str]

    def color(self, token: str) -> QColor:
        """Return a token as a colour."""
        return QColor(self.tokens[token])


def load(name: str) -> Theme:
    """Return the theme of that name; “system” is the one that the computer is set to."""
    if name == SYSTEM:
        name = look_of_system()
    everything = json.loads((_folder() / "tokens.json").read_text(encoding="utf-8"))
    return Theme(name, everything[name])


def pairs() -> tuple[tuple[str, str], ...]:
    """Return the pairs (text, ground) of tokens that the stylesheet sets on each other."""
    raw = json.loads((_folder() / "pairs.json").read_text(encoding="utf-8"))
    return tuple((text, ground) for text, ground in raw)


def contrast(text: QColor, ground: QColor) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(text), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def stylesheet(theme: Theme, factor: float) -> str:
    """Return the whole stylesheet; `factor` multiplies the text sizes."""
    sizes = {"caption": CAPTION, "body": BODY, "heading": HEADING, "big": BIG}
    values = {name: f"{size * factor:.1f}" for name, size in sizes.items()}
    values |= {"folder": _folder().as_posix(), "theme": theme.name, **theme.tokens}
    return Template((_folder() / "window.qss").read_text(encoding="utf-8")).substitute(values)


def apply(app: QApplication, theme: Theme, factor: float) -> None:
    """Dress the application: style, palette (for what a stylesheet cannot reach) and stylesheet."""
    sheet = stylesheet(theme, factor)
    if app.styleSheet() == sheet:
        return  # dressing every widget anew takes a second on an old machine
    if app.style().name().lower() != "fusion":
        app.setStyle("Fusion")
    roles = {
        QPalette.ColorRole.Window: "paper",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Link: "accent",
    }
    palette = QPalette()
    for role, token in roles.items():
        palette.setColor(role, theme.color(token))
    if app.palette() != palette:  # each of the two goes through every widget
        app.setPalette(palette)
    app.setStyleSheet(sheet)


def register_fonts(app: QApplication) -> None:
    """Without a display, use the fonts that come with the program, so that pictures look the same."""
    if app.platformName() != "offscreen":
        return
    families = []
    for name in FONT_FILES:
        file = resources() / "fonts" / name
        if file.is_file():
            families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))
    font = app.font()
    font.setFamily(families[0] if families else FONT)
    app.setFont(font)


def restate(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the stylesheet reads, and dress the widget again if it changed."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _folder() -> Path:
    return resources() / "theme"


def _luminance(color: QColor) -> float:
    return 0.2126 * _linear(color.redF()) + 0.7152 * _linear(color.greenF()) + 0.0722 * _linear(color.blueF())


def _linear(part: float) -> float:
    knee = 0.04045
    return part / 12.92 if part <= knee else ((part + 0.055) / 1.055) ** 2.4
