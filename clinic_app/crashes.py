"""What becomes of a fault that nobody caught: a line in the log without any value, never a picture of the memory.

The message of an exception, or a dump of the process, may hold what a worker said. On the screen of
errors, in a core file or at Microsoft it would be in the clear.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import TracebackType

from clinic_app import logs

if sys.platform == "win32":
    import ctypes
else:
    import resource

log = logs.topic("crash")


def no_dumps() -> None:
    """Ask the system to keep no picture of this process's memory when it falls."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)  # no dialogs of the system's over a hidden window
        ctypes.windll.kernel32.WerSetFlags(0x0001)  # Windows' error reports hold no heap
    else:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def begin(tell: Callable[[Exception], None]) -> None:
    """From now on log faults that nobody caught, and tell those of the main thread, which says them in words."""

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        elif isinstance(error, Exception) and threading.current_thread() is threading.main_thread():
            tell(error)  # who tells it logs it
        else:
            log.error("A fault that nobody caught: %s", logs.fault(error))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            log.error("A fault that nobody caught: %s", logs.fault(args.exc_value))

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            log.error("A fault that could not be raised: %s", logs.fault(args.exc_value))

    sys.excepthook = caught
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable


def end() -> None:
    """Take back what `begin` did."""
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    sys.unraisablehook = sys.__unraisablehook__
