"""What the window remembers between days: language, text size, theme, last user. Never anything of a case."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from clinic_app import logs
from clinic_app.i18n import SCREEN_LANGUAGES

log = logs.topic("screen")
FILE: Final = "window.json"
SIZES: Final = (0.9, 1.0, 1.15, 1.3)
HIDE_AFTER: Final = (2, 5, 10, 30)
CLOSE_AFTER: Final = (10, 30, 60, 120)
THEMES: Final = ("light", "dark", "contrast", "system")


@dataclass(frozen=True, slots=True)
class Settings:
    """The remembered choices; `size` is a place in SIZES, the rest minutes in which nobody works."""

    language: str = "es"
    size: int = 1
    theme: str = "light"
    user: str = ""
    hide_after: int = 10
    close_after: int = 30

    @property
    def factor(self) -> float:
        """How much larger than usual texts are."""
        return SIZES[self.size]


class SettingsFile:
    """Owns the file. Without one, or with a damaged one, it is as `usual`: nothing in it is worth a question.

    Nothing is written before `keep`, because a clinic is only made in an empty folder.
    """

    def __init__(self, folder: Path, usual: Settings | None = None) -> None:
        self._file: Path | None = None
        self.now = _read(folder / FILE) or usual or Settings()

    def keep(self, folder: Path) -> None:
        """Write the choices into the folder from now on: it holds the clinic that is open."""
        self._file = folder / FILE
        self.change()

    def change(self, **changes: object) -> Settings:
        """Remember other choices and return them all."""
        self.now = _checked(replace(self.now, **changes))  # type: ignore[arg-type]  # checked the line below
        if self._file is None:
            return self.now
        try:
            self._file.write_text(json.dumps(asdict(self.now)), encoding="utf-8")
        except OSError as error:
            log.warning("The window's choices could not be written: %s", error.strerror)
        return self.now


def _read(file: Path) -> Settings | None:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        return _checked(Settings(**raw))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _checked(found: Settings) -> Settings:
    if found.language not in SCREEN_LANGUAGES or found.theme not in THEMES or not isinstance(found.user, str):
        raise ValueError("not a choice of this window")
    if not isinstance(found.size, int) or not 0 <= found.size < len(SIZES):
        raise ValueError("not a text size of this window")
    if found.hide_after not in HIDE_AFTER or found.close_after not in CLOSE_AFTER:
        raise ValueError("not a number of minutes of this window")
    return found
