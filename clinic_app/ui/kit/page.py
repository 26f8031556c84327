"""The scaffold of a page: a title, a hint, one column of at most 680 pixels, and a foot with its buttons.

The primary button stands bottom right. Only the column scrolls, and only up and down.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from clinic_app.ui.kit.boxes import Banner
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.theme import COLUMN, STEP
from clinic_app.ui.voice import Phrase, Voice


class Page(QWidget):
    """A page. `column` takes its content, `foot` its buttons; `wide` lets the column use all the room."""

    def __init__(
        self, voice: Voice, title: Phrase = "", hint: Phrase = "", *, wide: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.voice = voice
        self.title = TextLabel(voice, title, "title")
        self.hint = TextLabel(voice, hint, "hint")
        self.banner = Banner(voice)
        self.head = QVBoxLayout()
        self.column = QVBoxLayout()
        self._scroll = scrolling(self._content(wide=wide))
        self.foot, self._foot_frame = _foot()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self._foot_frame)
        self.show_title(title, hint)

    def show_title(self, title: Phrase, hint: Phrase = "") -> None:
        """Show another title and hint."""
        self.title.show_phrase(title)
        self.hint.show_phrase(hint)
        self.title.setVisible(bool(self.title.text()))
        self.hint.setVisible(bool(self.hint.text()))

    def add(self, *widgets: QWidget) -> None:
        """Add widgets to the column."""
        for widget in widgets:
            self.column.addWidget(widget)

    def add_foot(self, *widgets: QWidget | None) -> None:
        """Add buttons to the foot, from the left; None is the free space before the primary one."""
        for widget in widgets:
            if widget is None:
                self.foot.addStretch(1)
            else:
                self.foot.addWidget(widget)
        self._foot_frame.show()

    def to_top(self) -> None:
        """Scroll to the top."""
        self._scroll.verticalScrollBar().setValue(0)

    def reveal(self, widget: QWidget) -> None:
        """Scroll until a widget can be seen."""
        self._scroll.ensureWidgetVisible(widget, 0, 8 * STEP)

    def reveal_top(self, widget: QWidget) -> None:
        """Scroll until a widget stands at the top, or as far up as there is something below it."""
        inside = self._scroll.widget()
        self._scroll.verticalScrollBar().setValue(widget.mapTo(inside, QPoint()).y() - STEP)

    def _content(self, *, wide: bool) -> QWidget:
        content = QWidget()
        content.setObjectName("column")
        inner = QWidget()
        inner.setObjectName("column")
        if not wide:
            inner.setMaximumWidth(COLUMN)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        stack = QVBoxLayout(inner)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(STEP)
        self.head.setSpacing(STEP)
        self.column.setSpacing(2 * STEP)
        stack.addLayout(self.head)
        stack.addWidget(self.title)
        stack.addWidget(self.hint)
        stack.addWidget(self.banner)
        stack.addSpacing(STEP)
        stack.addLayout(self.column)
        if wide:
            stack.setStretchFactor(self.column, 1)
        else:
            stack.addStretch(1)
        line = QHBoxLayout(content)
        line.setContentsMargins(4 * STEP, 3 * STEP, 3 * STEP, 3 * STEP)
        line.addWidget(inner, 1)
        if not wide:
            line.addStretch(0)
        return content


def scrolling(content: QWidget) -> QScrollArea:
    """Return what scrolls a column up and down; the keyboard goes to what is inside, which then comes into sight."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def _foot() -> tuple[QHBoxLayout, QFrame]:
    frame = QFrame()
    frame.setObjectName("foot")
    line = QHBoxLayout(frame)
    line.setContentsMargins(4 * STEP, STEP + STEP // 2, 4 * STEP, STEP + STEP // 2)
    line.setSpacing(STEP)
    frame.hide()
    return line, frame
