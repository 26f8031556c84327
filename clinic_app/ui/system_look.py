"""What the computer is set to: light or dark, and whether it asks for high contrast.

Each system says it in its own way; what cannot be known counts as not asked for.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

_GET_HIGH_CONTRAST: Final = 0x0042
_IS_ON: Final = 0x0001
_HIGH: Final = 1  # Qt's own name for a preference of high contrast


class _HighContrast(ctypes.Structure):
    """Windows' HIGHCONTRASTW."""

    _fields_ = (("size", ctypes.c_uint), ("flags", ctypes.c_uint), ("scheme", ctypes.c_wchar_p))


def look_of_system(environment: Mapping[str, str] | None = None) -> str:
    """Return the name of the theme that the computer asks for."""
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    if wants_contrast(os.environ if environment is None else environment):
        return "contrast_dark" if dark else "contrast"
    return "dark" if dark else "light"


def wants_contrast(environment: Mapping[str, str]) -> bool:
    """Say whether the computer asks for high contrast."""
    hints = getattr(QGuiApplication.styleHints(), "accessibility", None)  # from Qt 6.10 on
    if hints is not None and getattr(hints().contrastPreference(), "value", 0) == _HIGH:
        return True
    if sys.platform == "win32":
        return _windows_wants_contrast()
    return "highcontrast" in environment.get("GTK_THEME", "").replace("-", "").lower()


def _windows_wants_contrast() -> bool:
    asked = _HighContrast(size=ctypes.sizeof(_HighContrast))
    library = getattr(ctypes, "windll").user32  # noqa: B009 - the attribute is there on Windows only
    found = library.SystemParametersInfoW(_GET_HIGH_CONTRAST, asked.size, ctypes.byref(asked), 0)
    return bool(found) and bool(asked.flags & _IS_ON)
