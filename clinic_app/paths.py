"""Where things lie on disk: the read-only resources and the clinic's data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "labor-clinic"
RULES_VARIABLE = "CLINIC_RULES"
"""Names one more folder of rule books, for whoever writes a book. Its books count like the program's own."""


def resources() -> Path:
    """Return the folder of rule books, fonts, icons, theme, catalogs and example intakes."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "resources"
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def rule_folders() -> tuple[Path, ...]:
    """Return the folders whose books are part of this program, a folder a place: ours, then the writer's own."""
    extra = extra_rules()
    return (resources() / "rules", *([extra] if extra else []))


def extra_rules() -> Path | None:
    """Return the folder of whoever writes a rule book now, when the environment names one."""
    named = os.environ.get(RULES_VARIABLE)
    return Path(named) if named else None


def default_data() -> Path:
    """Return the folder of the real clinic on this computer."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "clinic"


def practice_data() -> Path:
    """Return the folder of the practice clinic, apart from any real data."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "practice"


def twin_folder() -> Path:
    """Return the folder of the records that tell a copied clinic from a moved one, apart from any clinic's folder."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "twins"


def log_folder() -> Path:
    """Return the folder of the log, apart from any clinic's folder; nothing of a case is ever in it."""
    return Path(platformdirs.user_log_dir(APP_NAME, appauthor=False))
