"""A page to look at and to black out: boxes are drawn with the mouse, or moved with the arrow keys.

What is drawn is told as places of the file's own page, before any turn. The widget itself saves nothing.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from clinic_app.domain.exhibits import WHOLE, Box

LEAST: Final = 8
"""Pixels: a smaller box is a slip of the hand."""

_STEP: Final = 100  # of the page's ten thousand, a press of an arrow key
_FIRST: Final = (3_500, 4_700, 6_500, 5_300)  # where a box begins that is drawn with the keyboard


class PageCanvas(QWidget):
    """One page with its black places. `drawn` carries a new place, `picked` the id of one that is there."""

    drawn = Signal(object)  # Box without an id
    removed = Signal(str)  # the id of a place that is to be shown again
    zoomed = Signal(int)  # +1 nearer, -1 farther

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.page = 1
        self.marking = False
        self.picked = ""
        self.draft: tuple[int, int, int, int] | None = None
        self._pixmap = QPixmap()
        self._boxes: tuple[Box, ...] = ()
        self._from: QPoint | None = None
        self._to = QPoint()

    def show_page(self, pixmap: QPixmap, page: int, boxes: tuple[Box, ...]) -> None:
        """Show a page and the places that are black on it."""
        self._pixmap = pixmap
        self.page = page
        self._boxes = tuple(box for box in boxes if box.page == page)
        if self.picked not in {box.id for box in self._boxes}:
            self.picked = ""
        self.setFixedSize(pixmap.deviceIndependentSize().toSize())
        self.update()

    def set_marking(self, *, on: bool) -> None:
        """Let boxes be drawn, or only looked at."""
        self.marking = on
        self.draft = None
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def begin_draft(self) -> None:
        """Put a box into the middle of the page, to be moved with the keyboard."""
        self.draft = _FIRST
        self.setFocus()
        self.update()

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The black places of this page."""
        return self._boxes

    def sizeHint(self) -> QSize:
        """Return the size of the page."""
        return self._pixmap.deviceIndependentSize().toSize()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the page, its black places, and the one that is being drawn."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._pixmap)
        for box in self._boxes:
            place = self._rect((box.left, box.top, box.right, box.bottom))
            painter.fillRect(place, QColor(0, 0, 0, 235))
            if box.id == self.picked:
                painter.setPen(QPen(QColor(255, 180, 0), 3))
                painter.drawRect(place)
        draft = QRectF(QRect(self._from, self._to).normalized()) if self._from is not None else None
        if draft is None and self.draft is not None:
            draft = self._rect(self.draft)
        if draft is not None:
            painter.fillRect(draft, QColor(0, 0, 0, 130))
            painter.setPen(QPen(QColor(255, 180, 0), 2, Qt.PenStyle.DashLine))
            painter.drawRect(draft)
        if self.hasFocus():
            painter.setPen(QPen(QColor(255, 180, 0), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a box, or pick the one that is there."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.setFocus()
        at = event.position().toPoint()
        self.picked = next((b.id for b in reversed(self._boxes) if self._of(b).contains(at)), "")
        if self.marking and not self.picked:
            self.draft = None
            self._from = self._to = at
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the box larger."""
        if self._from is not None:
            self._to = event.position().toPoint()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Give the box out, when it is one."""
        if self._from is None:
            return
        drawn = QRect(self._from, event.position().toPoint()).normalized().intersected(self.rect())
        self._from = None
        if drawn.width() >= LEAST and drawn.height() >= LEAST:
            self.drawn.emit(self._box(drawn))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the box with the arrows, make it larger with Shift, black out with Enter, show again with Delete."""
        arrows = {
            Qt.Key.Key_Left: (-_STEP, 0),
            Qt.Key.Key_Right: (_STEP, 0),
            Qt.Key.Key_Up: (0, -_STEP),
            Qt.Key.Key_Down: (0, _STEP),
        }
        key = Qt.Key(event.key())
        if self.draft is not None and key in arrows:
            larger = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.draft = _moved(self.draft, arrows[key], larger=larger)
        elif self.draft is not None and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            left, top, right, bottom = self.draft
            self.draft = None
            self.drawn.emit(Box(self.page, left, top, right, bottom))
        elif self.draft is not None and key == Qt.Key.Key_Escape:
            self.draft = None
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self.picked:
            self.removed.emit(self.picked)
        elif key == Qt.Key.Key_Space and self._boxes:
            ids = [box.id for box in self._boxes]
            self.picked = ids[(ids.index(self.picked) + 1) % len(ids)] if self.picked in ids else ids[0]
        elif event.text() in {"+", "-"}:
            self.zoomed.emit(1 if event.text() == "+" else -1)
        else:
            super().keyPressEvent(event)
            return
        self.update()

    def _rect(self, edges: tuple[int, int, int, int]) -> QRectF:
        across, down = self.width() / WHOLE, self.height() / WHOLE
        left, top, right, bottom = edges
        return QRectF(left * across, top * down, (right - left) * across, (bottom - top) * down)

    def _of(self, box: Box) -> QRect:
        return self._rect((box.left, box.top, box.right, box.bottom)).toAlignedRect()

    def _box(self, drawn: QRect) -> Box:
        left, right = (edge * WHOLE // self.width() for edge in (drawn.left(), drawn.right() + 1))
        top, bottom = (edge * WHOLE // self.height() for edge in (drawn.top(), drawn.bottom() + 1))
        return Box(self.page, left, top, min(right, WHOLE), min(bottom, WHOLE))


def _moved(edges: tuple[int, int, int, int], by: tuple[int, int], *, larger: bool) -> tuple[int, int, int, int]:
    """Return a box that was moved, or whose lower right corner was, and that stays inside the page."""
    left, top, right, bottom = edges
    if larger:
        return left, top, min(WHOLE, max(left + _STEP, right + by[0])), min(WHOLE, max(top + _STEP, bottom + by[1]))
    across = min(max(by[0], -left), WHOLE - right)
    down = min(max(by[1], -top), WHOLE - bottom)
    return left + across, top + down, right + across, bottom + down
