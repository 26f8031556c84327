"""Sees in every window of the program that somebody works, and the one key that hides everything.

It looks at what reaches a window from outside. A filter on the whole application would see each paint and
layout of each widget besides: ten thousand calls for one case that is opened.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

ACTIVITY: Final = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}


class Watch(QObject):
    """Watches each window from the moment the keyboard is in it, dialogs included."""

    worked = Signal()  # a key, the mouse or its wheel
    hide_pressed = Signal()  # F12

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self._on_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell what was done; F12 goes no further."""
        if event.type() in ACTIVITY:
            self.worked.emit()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_F12:
            self.hide_pressed.emit()
            return True
        return super().eventFilter(watched, event)

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            return
        # The system hands its keys to the handle; what no widget took comes up to the widget.
        for seen in (now.window(), now.window().windowHandle()):
            if seen is not None:
                seen.installEventFilter(self)  # once, however often it is asked for
