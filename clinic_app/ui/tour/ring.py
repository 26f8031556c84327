"""A ring around the part of the window that the tour speaks of. It takes no clicks and no keyboard."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from clinic_app.ui.theme import STEP

EVERY: Final = 120
"""Milliseconds after which the ring looks where its target is: pages scroll and cards open above it."""

THICK: Final = 3
ROUND: Final = 6


class Ring(QWidget):
    """Drawn over its parent, around a target that may move, be scrolled out of sight, or go away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self._follow)
        self.hide()

    def point_at(self, target: QWidget | None) -> None:
        """Go around another widget; None takes the ring away."""
        self._target = target
        if target is None:
            self._timer.stop()
            self.hide()
            return
        self._timer.start()
        self._follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a light line between two dark ones: it is seen on every ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for width, color in ((THICK + 2, self.palette().window().color()), (THICK, _accent(self))):
            painter.setPen(QPen(color, width))
            painter.drawRoundedRect(self.rect().adjusted(THICK, THICK, -THICK, -THICK), ROUND, ROUND)
        super().paintEvent(event)

    def _follow(self) -> None:
        parent, target = self.parentWidget(), self._target
        if target is None or parent is None or not isValid(target) or not target.isVisible():
            self.hide()
            return
        seen = target.visibleRegion().boundingRect()
        if seen.isEmpty():
            self.hide()
            return
        corner = target.mapTo(parent, QPoint(0, 0)) if parent.isAncestorOf(target) else QPoint(0, 0)
        around = QRect(seen.translated(corner)).adjusted(-STEP, -STEP, STEP, STEP).intersected(parent.rect())
        if around != self.geometry():
            self.setGeometry(around)
        if not self.isVisible():
            self.show()
            self.raise_()


def _accent(widget: QWidget) -> QColor:
    return widget.palette().highlight().color()
