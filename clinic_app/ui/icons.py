"""The few pictures of the window: line drawings in the colour of the ink, never without a word beside them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from clinic_app.paths import resources

NAMES: Final = (
    "new_person",
    "today",
    "people",
    "cases",
    "groups",
    "employers",
    "calendar",
    "tally",
    "reports",
    "settings",
    "practice",
    "hide",
    "print",
    "event",
)
SIDE: Final = 20
SHARP: Final = 3
"""How many picture points a drawing has for each of its own, so that it stays sharp at 150 %."""


def icon(name: str, color: QColor) -> QIcon:
    """Return a drawing in a colour."""
    svg = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color.name())
    picture = QPixmap(SIDE * SHARP, SIDE * SHARP)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(picture.rect()))
    painter.end()
    return QIcon(picture)
