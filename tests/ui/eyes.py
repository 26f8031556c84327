"""Looks at what is shown as a screen reader, a finger and tired eyes would; each look yields what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Final, TypeVar

from babel.messages.pofile import read_po
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from clinic_app.i18n import SCREEN_LANGUAGES, Words
from clinic_app.paths import resources
from clinic_app.ui.kit.choices import FROM_LEFT, Option

W = TypeVar("W", bound=QWidget)
TARGET: Final = 40
"""The least height of what is pressed or typed in, in pixels."""

INSIDE: Final = (QScrollBar, QHeaderView)
"""Parts of other widgets that a screen reader meets through their owner."""


def visible(root: QWidget, kind: type[W]) -> list[W]:
    """Return the widgets of a kind that are shown in a window or dialog, other windows above it left out."""
    return [w for w in root.findChildren(kind) if w.isVisible() and w.window() is root.window()]


def called(widget: QWidget) -> str:
    """Return how a widget is called in a finding."""
    text = widget.text() if isinstance(widget, (QLabel, QAbstractButton)) else ""
    name = widget.accessibleName() or text or widget.objectName()
    return f"{type(widget).__name__} “{name[:60]}”"


def stops(root: QWidget) -> list[QWidget]:
    """Return where the Tab key stops, in its order."""
    found: list[QWidget] = []
    at = root.nextInFocusChain()
    while at is not root and at is not None:
        inner = isinstance(at, INSIDE) or isinstance(at.parent(), (QComboBox, QAbstractSpinBox, QTabBar))
        takes = bool(at.focusPolicy() & Qt.FocusPolicy.TabFocus) and at.focusProxy() is None
        if takes and not inner and at.isVisible() and at.isEnabled() and root.isAncestorOf(at):
            found.append(at)
        at = at.nextInFocusChain()
    return found


DRAWN: Final = {"PageCanvas", "MeaningBox"}
"""What draws or scrolls itself: Qt gives it no role, so its name says all."""


# -- what a screen reader says ----------------------------------------------------------------


def unnamed(root: QWidget) -> Iterator[str]:
    """Where the Tab key stops and nothing is said."""
    for widget in stops(root):
        seen = QAccessible.queryAccessibleInterface(widget)
        drawn = widget.__class__.__name__ in DRAWN
        if seen is None or (seen.role() in {QAccessible.Role.NoRole, QAccessible.Role.Client} and not drawn):
            yield f"{called(widget)} has no role"
        elif not seen.text(QAccessible.Text.Name).strip():
            yield f"{called(widget)} at {place(widget)} has no name"


def confusing(root: QWidget) -> Iterator[str]:
    """Two stops that a screen reader says in the same words."""
    said: Counter[tuple[str, str, str]] = Counter()
    for widget in stops(root):
        seen = QAccessible.queryAccessibleInterface(widget)
        if seen is not None:
            name, more = seen.text(QAccessible.Text.Name), seen.text(QAccessible.Text.Description)
            said[(seen.role().name, name, more)] += 1
    for (role, name, more), count in said.items():
        if count > 1:
            yield f"{count} × {role} “{name}” “{more[:40]}”"


def out_of_order(root: QWidget) -> Iterator[str]:
    """Where the Tab key goes upward without going to a column further right, or a page's own foot or another part."""
    found = stops(root)
    for before, after in pairwise(found):
        one, two = rect(before, root), rect(after, root)
        if part(before, root) != part(after, root) or before.parent() is after.parent():
            continue  # the parts have an order of their own; a group of options is read by columns
        if two.bottom() < one.top() and two.left() < one.right():
            yield f"{called(before)} {one.top()} → {called(after)} {two.bottom()}"


def wordless(root: QWidget) -> Iterator[str]:
    """Buttons with a drawing and no word."""
    for button in visible(root, QAbstractButton):
        if not button.icon().isNull() and not button.text() and not isinstance(button.parent(), QLineEdit):
            yield called(button)


def not_translated(root: QWidget, words: Words) -> Iterator[str]:
    """Texts that stayed in the language of the source although there is a translation."""
    known = ids()
    for widget in visible(root, QWidget):
        texts = [widget.accessibleName(), widget.toolTip()]
        if isinstance(widget, (QLabel, QAbstractButton)):
            texts.append(widget.text().replace("&&", "&").replace("\n", " "))
        if isinstance(widget, QLineEdit):
            texts.append(widget.placeholderText())
        if isinstance(widget, QTabBar):
            texts += [widget.tabText(at) for at in range(widget.count())]
        for text in texts:
            if text in known and words(text) != text and text not in SCREEN_LANGUAGES.values():
                yield f"{called(widget)}: {text}"


@cache
def ids() -> frozenset[str]:
    """Return every text of the source that has a translation."""
    with (resources() / "locale" / "es" / "LC_MESSAGES" / "clinic.po").open("rb") as file:
        catalog = read_po(file)
    return frozenset(message.id for message in catalog if isinstance(message.id, str) and message.id)


# -- what eyes see ----------------------------------------------------------------------------


def clipped(root: QWidget) -> Iterator[str]:
    """Words that are cut off or shortened."""
    looks: tuple[tuple[type[QWidget], Callable[..., bool]], ...] = (
        (QLabel, _label_is_cut),
        (Option, _option_is_cut),
        (QPushButton, _button_is_cut),
        (QCheckBox, _button_is_cut),
        (QToolButton, _button_is_cut),
        (QComboBox, _combo_is_cut),
        (QLineEdit, _hint_is_cut),
        (QTabBar, _tabs_are_cut),
        (QHeaderView, _headings_are_cut),
    )
    for kind, is_cut in looks:
        for widget in visible(root, kind):
            if is_cut(widget):
                yield f"{called(widget)} is cut: {widget.width()}×{widget.height()}"
    for widget in visible(root, QWidget):
        if isinstance(widget, (QLabel, QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit)) and outside(widget):
            yield f"{called(widget)} reaches outside of what holds it"


def outside(widget: QWidget) -> bool:
    """Whether a widget reaches beyond what holds it, or beyond the sides of the window."""
    holder = widget.parentWidget()
    if holder is None or isinstance(holder, (QComboBox, QLineEdit)):
        return False
    beyond = not holder.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry())
    whole = rect(widget, widget.window())
    return beyond or whole.left() < 0 or whole.right() > widget.window().width()


def sideways(root: QWidget) -> Iterator[str]:
    """What scrolls from side to side; a pasted table keeps its lines."""
    for area in visible(root, QAbstractScrollArea):
        unwrapped = isinstance(area, QPlainTextEdit) and area.lineWrapMode() is QPlainTextEdit.LineWrapMode.NoWrap
        if area.horizontalScrollBar().maximum() > 0 and not unwrapped:
            yield called(area)


def too_small(root: QWidget) -> Iterator[str]:
    """What is pressed or typed in and lower than a finger needs."""
    for widget in visible(root, QWidget):
        if isinstance(widget.parent(), (QLineEdit, QComboBox, QTabBar, QAbstractScrollArea)):
            continue
        pressed = isinstance(widget, (QAbstractButton, QLineEdit, QComboBox))
        lowest = (
            min((widget.tabRect(at).height() for at in range(widget.count())), default=TARGET)
            if isinstance(widget, QTabBar)
            else widget.height()
            if pressed
            else TARGET
        )
        if lowest < TARGET:
            yield f"{called(widget)} is {lowest} high"


def too_large(root: QWidget, window: QWidget) -> Iterator[str]:
    """A dialog larger than the window it belongs to."""
    if root.width() > window.width() or root.height() > window.height():
        yield f"{called(root)} is {root.width()}×{root.height()} above {window.width()}×{window.height()}"


# -- inside -----------------------------------------------------------------------------------


def place(widget: QWidget) -> str:
    at = widget.mapTo(widget.window(), QPoint())
    return f"{at.x()},{at.y()}"


def rect(widget: QWidget, root: QWidget) -> QRect:
    return QRect(widget.mapTo(root, QPoint()), widget.size())


def part(widget: QWidget, root: QWidget) -> QWidget | None:
    """Return the part of the window in which a widget stands: the rail, the top, a foot, a column that scrolls."""
    at: QWidget | None = widget
    while at is not None and at is not root:
        if isinstance(at, QScrollArea) or at.objectName() in {"rail", "top", "foot", "status", "help"}:
            return at
        at = at.parentWidget()
    return root


def longest(metrics: QFontMetrics, text: str) -> int:
    """Return the width of the longest word."""
    return max((metrics.horizontalAdvance(word) for word in text.split()), default=0)


def _label_is_cut(label: QLabel) -> bool:
    if not label.text() or not label.pixmap().isNull():
        return False
    if not label.wordWrap():
        return label.sizeHint().width() > label.width() + 1 or label.sizeHint().height() > label.height() + 1
    room = label.contentsRect()
    return label.heightForWidth(label.width()) > label.height() + 1 or longest(label.fontMetrics(), label.text()) > (
        room.width() + 1
    )


def _option_is_cut(option: Option) -> bool:
    lines = option.text().replace("&&", "&").split("\n")
    widest = max(option.fontMetrics().horizontalAdvance(line) for line in lines)
    tall = len(lines) * option.fontMetrics().lineSpacing()
    return widest > option.width() - FROM_LEFT + 1 or tall > option.height() - 4  # the border, above and below


def _button_is_cut(button: QAbstractButton) -> bool:
    if isinstance(button.parent(), (QLineEdit, QTabBar)):
        return False
    wanted = button.sizeHint()
    return bool(button.text()) and (wanted.width() > button.width() + 1 or wanted.height() > button.height() + 1)


def _combo_is_cut(combo: QComboBox) -> bool:
    option = QStyleOptionComboBox()
    combo.initStyleOption(option)
    room = combo.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, combo
    )
    return combo.fontMetrics().horizontalAdvance(combo.currentText()) > room.width() + 1


def _hint_is_cut(line: QLineEdit) -> bool:
    if line.text() or isinstance(line.parent(), QComboBox):
        return False
    frame = 28  # the paddings, the border and the cursor's room
    return line.fontMetrics().horizontalAdvance(line.placeholderText()) > line.width() - frame


def _tabs_are_cut(bar: QTabBar) -> bool:
    if any(button.isVisible() for button in bar.findChildren(QToolButton)):
        return True  # the arrows that scroll: not all tabs have room
    return any(
        bar.fontMetrics().horizontalAdvance(bar.tabText(at)) > bar.tabRect(at).width() for at in range(bar.count())
    )


def _headings_are_cut(header: QHeaderView) -> bool:
    model = header.model()
    if header.orientation() is not Qt.Orientation.Horizontal or model is None:
        return False
    for at in range(header.count()):
        text = str(model.headerData(at, Qt.Orientation.Horizontal) or "")
        wraps = header.defaultAlignment() & Qt.TextFlag.TextWordWrap
        metrics = header.fontMetrics()
        wanted = longest(metrics, text) if wraps else metrics.horizontalAdvance(text)
        if not header.isSectionHidden(at) and wanted > header.sectionSize(at) - 8:
            return True
    return False
