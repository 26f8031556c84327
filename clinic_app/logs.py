"""The log: what the program did, never what a worker said.

Each topic is a logger under "clinic". A file in the data folder keeps the last of them; faults of
ours are written as types and places in the code, without the values that were at hand.
"""

from __future__ import annotations

import logging
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

LOG_FILE: Final = "clinic.log"
_BYTES: Final = 256 * 1024
_KEPT: Final = 2


def topic(name: str) -> logging.Logger:
    """Return the logger of a topic: "store", "rules", "screen", "papers"."""
    return logging.getLogger(f"clinic.{name}")


def start(folder: Path) -> logging.Handler:
    """Write the log into the folder, rotating; return the handler, to be closed by the caller."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / LOG_FILE, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("clinic")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler


def stop(handler: logging.Handler) -> None:
    """Stop writing the log that `start` began."""
    logging.getLogger("clinic").removeHandler(handler)
    handler.close()


def fault(error: BaseException) -> str:
    """Describe a fault of ours for the log: its type and where it rose, without any value.

    The message of an exception may quote what someone typed, so it is left out.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames[-6:]))
    return f"{type(error).__name__} at {places}"
