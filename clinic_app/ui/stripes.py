"""The striped border of the practice clinic, so that nobody takes it for the real one."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

WIDTH: Final = 8
STRIPE: Final = 14
AMBER: Final = "#e0a21b"
INK: Final = "#1d1b18"


class Stripes(QWidget):
    """Holds the window's content and, in practice, a border around it."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def hold(self, content: QWidget) -> None:
        """Take the content in."""
        self._column.addWidget(content)

    def show_stripes(self, *, shown: bool) -> None:
        """Show or hide the border."""
        self._shown = shown
        edge = WIDTH if shown else 0
        self._column.setContentsMargins(edge, edge, edge, edge)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the stripes; the content covers all but the border."""
        super().paintEvent(event)
        if not self._shown:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(AMBER))
        painter.setPen(QPen(QColor(INK), STRIPE / 2))
        height = self.height()
        for left in range(-height, self.width(), 2 * STRIPE):
            painter.drawLine(left, height, left + height, 0)
        painter.end()
