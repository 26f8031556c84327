"""The record of what was done at a clinic: its deeds, its entries, and what may be found wrong with it.

An entry names people of the clinic and numbers of cases. It never holds a worker's name or words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from clinic_app.words import N_


class Deed(StrEnum):
    """What was done. The codes are kept in the store and sealed there: none is ever renamed."""

    OPENED = "opened"  # the clinic, or a case for the first time since the clinic was opened
    CHANGED = "changed"  # read from the journal, never written here
    PRINTED = "printed"
    EXPORTED = "exported"
    MERGED = "merged"
    SEPARATED = "separated"
    REVEALED = "revealed"
    VIEWED = "viewed"  # a file of the evidence
    DECIDED = "decided"  # between two values that were written apart
    SYNCED = "synced"
    ENROLLED = "enrolled"
    ERASED = "erased"
    SHARED = "shared"  # records granted or handed over to another clinic
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    REPAIRED = "repaired"
    WIPED = "wiped"
    UPDATED = "updated"
    SETTING_CHANGED = "setting_changed"
    BOOK_INSTALLED = "book_installed"
    KEY_TRUSTED = "key_trusted"
    USER_ADDED = "user_added"
    USER_REMOVED = "user_removed"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a deed
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a deed
    RECOVERED = "recovered"  # opened with the printed key, or with the help of headquarters
    RECOVERY_KEY_MADE = "recovery_key_made"
    REKEYED = "rekeyed"
    PRACTICE_RESET = "practice_reset"
    AUDIT_READ = "audit_read"
    CUT_SHORT = "cut_short"  # written by the program: entries at the end are missing
    UNDERSTOOD = "understood"  # a coordinator looked at what was cut short


DEED_NAMES: Final[Mapping[Deed, str]] = MappingProxyType(
    {
        Deed.OPENED: N_("Opened"),
        Deed.CHANGED: N_("Changed"),
        Deed.PRINTED: N_("Printed"),
        Deed.EXPORTED: N_("Saved as a file"),
        Deed.MERGED: N_("Joined two records"),
        Deed.SEPARATED: N_("Separated two records"),
        Deed.REVEALED: N_("Showed a hidden name"),
        Deed.VIEWED: N_("Looked at evidence"),
        Deed.DECIDED: N_("Decided a difference"),
        Deed.SYNCED: N_("Exchanged with headquarters"),
        Deed.ENROLLED: N_("Connected with headquarters"),
        Deed.ERASED: N_("Erased a person's records"),
        Deed.SHARED: N_("Gave records to another clinic"),
        Deed.BACKED_UP: N_("Made a backup"),
        Deed.RESTORED: N_("Restored a backup"),
        Deed.REPAIRED: N_("Repaired the store"),
        Deed.WIPED: N_("Wiped the clinic"),
        Deed.UPDATED: N_("Updated the program"),
        Deed.SETTING_CHANGED: N_("Changed a setting"),
        Deed.BOOK_INSTALLED: N_("Took in a rule book"),
        Deed.KEY_TRUSTED: N_("Trusted a key"),
        Deed.USER_ADDED: N_("Added a person"),
        Deed.USER_REMOVED: N_("Removed a person"),
        Deed.ROLE_CHANGED: N_("Changed a role"),
        Deed.PASSWORD_CHANGED: N_("Changed their password"),
        Deed.PASSWORD_RESET: N_("Reset a password"),
        Deed.RECOVERED: N_("Opened with a recovery key"),
        Deed.RECOVERY_KEY_MADE: N_("Made a new recovery key"),
        Deed.REKEYED: N_("Made a new key of the clinic"),
        Deed.PRACTICE_RESET: N_("Reset the practice clinic"),
        Deed.AUDIT_READ: N_("Read this record"),
        Deed.CUT_SHORT: N_("Entries were missing"),
        Deed.UNDERSTOOD: N_("Looked at what was missing"),
    }
)
"""What a deed is called in the list."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: when (UTC), who, what, of which case (its number, "" for none), and a detail in codes.

    `deed` is a Deed, or the code of one that a newer program knows. `seq` counts from 1; it is 0 for
    what is read from the journal.
    """

    seq: int
    at: dt.datetime
    who: str
    deed: str
    case: str = ""
    detail: str = ""


class Fault(StrEnum):
    """What can be wrong with the record."""

    CHANGED = "changed"
    MISSING = "missing"
    CUT_SHORT = "cut_short"


FAULT_TEXTS: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.CHANGED: N_("Entry {seq} is not as it was written."),
        Fault.MISSING: N_("An entry before entry {seq} is missing."),
        Fault.CUT_SHORT: N_("Entries after entry {seq} are missing: the store was set back, or they were taken out."),
    }
)
"""What is said of a fault; `{seq}` is filled."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault at an entry."""

    fault: Fault
    seq: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the record is wanted: everything when all is empty. `case` is a case's number."""

    who: str = ""
    deed: str = ""
    case: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
