"""What can be wrong with an operation: it breaks a rule when written, or its bytes are not one when read."""

from __future__ import annotations

from typing import Final

import msgspec


class SyncError(Exception):
    """Base of the errors of the journal and merge ground."""


class BadValue(SyncError):  # noqa: N818 - the name says what is bad, as callers catch it
    """A value that may not stand in an operation; raised before anything is written."""


class BadRecord(SyncError):  # noqa: N818 - the same
    """Bytes that are not one operation in its canonical form."""


UNREADABLE: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What msgspec raises for bytes that are not of a type: another shape, a text that is no UTF-8, nested without end."""
