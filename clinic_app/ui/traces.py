"""What the program leaves outside its window, and how it is taken back: clipboard, open menus, Qt's list of folders.

Only what this program put there is touched: what somebody copied elsewhere stays theirs.
"""

from __future__ import annotations

import sys
from typing import Final

from PySide6.QtCore import QMimeData, QSettings
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QToolTip

_WINDOWS_FORMAT: Final = 'application/x-qt-windows-mime;value="{name}"'
_NOT_KEPT: Final = {
    "ExcludeClipboardContentFromMonitorProcessing": b"1",
    "CanIncludeInClipboardHistory": bytes(4),
    "CanUploadToCloudClipboard": bytes(4),
}
"""What tells Windows to keep a copied text out of its clipboard's history and out of the cloud."""


def clear_clipboard() -> None:
    """Take back what this program copied."""
    clipboard = QGuiApplication.clipboard()
    if _is_ours(clipboard):
        clipboard.clear()
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)


def keep_out_of_history(*, on_windows: bool = sys.platform == "win32") -> None:
    """Mark a text that this program just copied, so that Windows forgets it when it is taken back."""
    clipboard = QGuiApplication.clipboard()
    names = {name: _WINDOWS_FORMAT.format(name=name) for name in _NOT_KEPT}
    if not on_windows or not _is_ours(clipboard):
        return
    copied = clipboard.mimeData()
    if not copied.hasText() or any(copied.hasFormat(name) for name in names.values()):
        return
    marked = QMimeData()
    marked.setText(copied.text())
    for name, content in _NOT_KEPT.items():
        marked.setData(names[name], content)
    clipboard.setMimeData(marked)


def close_popups() -> None:
    """Close menus, lists of choices and tooltips."""
    QToolTip.hideText()
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def forget_folders() -> None:
    """Take back the folders that Qt's own file dialog remembers for every program of this user."""
    kept = QSettings(QSettings.Scope.UserScope, "QtProject")
    if any(key.startswith("FileDialog/") for key in kept.allKeys()):
        kept.remove("FileDialog")
        kept.sync()


def _is_ours(clipboard: QClipboard) -> bool:
    # Without a display the clipboard is the program's alone, and Qt does not say so.
    return clipboard.ownsClipboard() or QGuiApplication.platformName() == "offscreen"
