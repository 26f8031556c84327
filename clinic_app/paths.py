"""Where things lie on disk: the read-only resources, and the few folders that this program writes.

They are this user's own on this computer; or all below one folder, when the environment names one or a
marker file beside the program says that it travels with its data.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import platformdirs

APP_NAME = "labor-clinic"
RULES_VARIABLE = "CLINIC_RULES"
"""Names one more folder of rule books, for whoever writes a book. Its books count like the program's own."""
HOME_VARIABLE = "CLINIC_HOME"
"""Names one folder for everything that this program writes."""
PORTABLE = "portable.txt"
"""Beside the program it says that everything that is written lies in `data` beside it, as on a stick."""
VERSIONS = "versions"
"""The folder of newer versions of the program, a folder a version, below the one that was put there first."""


def resources() -> Path:
    """Return the folder of rule books, fonts, icons, theme, catalogs and example intakes."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "resources"
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def program() -> Path | None:
    """Return the executable that runs, when the program was built as one; None when Python runs its sources."""
    return Path(sys.executable) if getattr(sys, "frozen", False) else None


def program_root() -> Path | None:
    """Return the folder that somebody put the program into; a newer version of it lies below, in `versions`."""
    executable = program()
    if executable is None:
        return None
    folder = executable.parent
    return folder.parent.parent if folder.parent.name == VERSIONS else folder


def home() -> Path | None:
    """Return the one folder of everything that is written; None when it is the usual ones of this user."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named)
    root = program_root()
    return root / "data" if root is not None and (root / PORTABLE).is_file() else None


def own_versions() -> Path:
    """Return where newer versions go when the program's own folder cannot be written."""
    return _kept(platformdirs.user_data_dir) / VERSIONS


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
    return _kept(platformdirs.user_data_dir) / "clinic"


def practice_data() -> Path:
    """Return the folder of the practice clinic, apart from any real data."""
    return _kept(platformdirs.user_data_dir) / "practice"


def twin_folder() -> Path:
    """Return the folder of the records that tell a copied clinic from a moved one, apart from any clinic's folder."""
    return _kept(platformdirs.user_config_dir) / "twins"


def log_folder() -> Path:
    """Return the folder of the log, apart from any clinic's folder; nothing of a case is ever in it."""
    own = home()
    return own / "log" if own is not None else _kept(platformdirs.user_log_dir)


def _kept(usual: Callable[[str, Literal[False]], str]) -> Path:
    """Return the one folder of everything, else this user's usual folder of a kind."""
    return home() or Path(usual(APP_NAME, False))  # noqa: FBT003 - without a maker's name
