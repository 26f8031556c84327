"""Starts the window, or does one job of the command line without ever loading Qt."""

from __future__ import annotations

import io
import sys
import time
from functools import partial
from pathlib import Path

from clinic_app import crashes, updating


def main() -> int:
    """Run the program with the words typed after its name; return the exit status."""
    begun = time.perf_counter()
    status = updating.launch(sys.argv[1:])
    if status is not None:
        return status
    crashes.no_dumps()
    _speak_utf8()
    from clinic_app.cli import main as commands  # noqa: PLC0415 - nothing is loaded where a newer version runs

    status = commands.main(sys.argv[1:], partial(open_window, begun=begun), show_demo, check_self)
    if status != commands.OUR_FAULT:
        updating.proven()
    return status


def open_window(data: Path | None, begun: float | None = None) -> int:
    """Open the window on a clinic's folder. `begun` is when the program did (`time.perf_counter`), for the log."""
    from clinic_app import app  # noqa: PLC0415 - Qt is loaded only when a window is wanted

    return app.run(data, begun=begun)


def show_demo(out: Path) -> int:
    """Show the practice clinic: in the window, or as files where there is no display."""
    from clinic_app import demo  # noqa: PLC0415 - the same

    return demo.run(out)


def check_self(pictures: Path | None, start_only: bool) -> int:  # noqa: FBT001 - called with what was typed
    """See whether every part works, or only how long the first window takes."""
    from clinic_app import selfcheck  # noqa: PLC0415 - the same

    return selfcheck.start() if start_only else selfcheck.run(pictures)


def _speak_utf8() -> None:
    """Write what goes into a file or to another program as UTF-8; Windows' own code page has no Georgian."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
