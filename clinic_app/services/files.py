"""Files that people ask for: written whole or not at all, and said in words when they cannot be."""

from __future__ import annotations

import os
from pathlib import Path

from clinic_app.errors import InputError
from clinic_app.words import N_


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. InputError when the place cannot be written."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise cannot_be_written(path, error) from error


def cannot_be_written(path: Path, error: OSError) -> InputError:
    """Return what is said of a place that cannot be written."""
    return InputError(
        str(path),
        N_("the file cannot be written: {why}"),
        N_("a folder that exists and has space"),
        why=error.strerror or type(error).__name__,
    )
