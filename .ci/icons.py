"""Draws the program's icon: from resources/icons/app/clinic.svg, PNG for Linux and macOS, ICO for Windows."""

from __future__ import annotations

import io
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons" / "app"
SIDES = (16, 24, 32, 48, 64, 128, 256)
COLOURS = 64


def main() -> int:
    """Write the pictures beside the drawing."""
    QGuiApplication([])
    drawing = QSvgRenderer(str(FOLDER / "clinic.svg"))
    pictures = {side: drawn(drawing, side) for side in SIDES}
    for side in (48, 256):
        # A drawing of a few colours needs no more of them; the file is a third.
        few = pictures[side].quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
        few.save(FOLDER / f"clinic-{side}.png", optimize=True)
    pictures[256].save(
        FOLDER / "clinic.ico", append_images=[pictures[side] for side in SIDES], sizes=[(side, side) for side in SIDES]
    )
    return 0


def drawn(drawing: QSvgRenderer, side: int) -> Image.Image:
    """Return the drawing as a square picture."""
    picture = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter, QRectF(0, 0, side, side))
    painter.end()
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(kept, "PNG")
    return Image.open(io.BytesIO(kept.data().data())).convert("RGBA")


if __name__ == "__main__":
    raise SystemExit(main())
