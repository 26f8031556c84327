"""What each person who works at a clinic may do: four roles, and the rights of each.

A role is the clinic's own order among honest colleagues: services refuse what it does not allow. It is no lock
against somebody who takes the file and their own key to another program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from clinic_app.domain.views import UserInfo
from clinic_app.words import N_


class Role(StrEnum):
    """What somebody is at this clinic. The codes are kept in the store."""

    STAFF = "staff"
    COORDINATOR = "coordinator"
    INSTRUCTOR = "instructor"
    HEADQUARTERS = "headquarters"


class Right(StrEnum):
    """What may be done, or refused, as a whole."""

    READ = "read"  # cases, people, employers, evidence; not what is hidden
    WORK = "work"  # everything that writes in cases, groups and tallies
    PRINT = "print"  # papers and files that leave the program
    COUNT = "count"  # reports: numbers without people
    SYNC = "sync"
    BACKUP = "backup"
    TEACH = "teach"  # the practice clinic: its reset and its scores
    REVEAL = "reveal"  # a name that the worker wants hidden
    SETTINGS = "settings"  # what holds for everybody at this clinic: days off, the computer's day
    USERS = "users"
    AUDIT = "audit"
    RESTORE = "restore"
    WIPE = "wipe"
    ERASE = "erase"  # erase a person's records, hand them over to another clinic, or share them
    ENROL = "enrol"
    TRUST = "trust"  # whose signature counts, and what it brings: rule books, updates


_CASEWORK: Final = frozenset({Right.READ, Right.WORK, Right.PRINT, Right.COUNT, Right.SYNC, Right.BACKUP})

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.STAFF: _CASEWORK,
        Role.COORDINATOR: frozenset(Right),
        # No case of the real clinic is needed to teach; a story cannot be read without knowing whose it is.
        Role.INSTRUCTOR: frozenset({Right.COUNT, Right.TEACH}),
        Role.HEADQUARTERS: frozenset({Right.READ, Right.COUNT, Right.AUDIT}),
    }
)
"""The rights of each role."""

ROLE_NAMES: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.STAFF: N_("Staff"),
        Role.COORDINATOR: N_("Coordinator"),
        Role.INSTRUCTOR: N_("Instructor"),
        Role.HEADQUARTERS: N_("Visitor of headquarters"),
    }
)
"""What a role is called."""

ROLE_HINTS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.STAFF: N_("Takes down stories, prints papers, sends cases to headquarters."),
        Role.COORDINATOR: N_("May do everything: also people, keys, backups, erasing, and hidden names."),
        Role.INSTRUCTOR: N_("Teaches in the practice clinic. Sees no case of the real clinic."),
        Role.HEADQUARTERS: N_("Reads and looks over the work. Changes nothing."),
    }
)
"""One sentence on each role, for whoever gives it."""

RIGHT_NAMES: Final[Mapping[Right, str]] = MappingProxyType(
    {
        Right.READ: N_("reading cases"),
        Right.WORK: N_("changing cases"),
        Right.PRINT: N_("printing papers and saving files"),
        Right.COUNT: N_("reports"),
        Right.SYNC: N_("sending to headquarters"),
        Right.BACKUP: N_("making a backup"),
        Right.TEACH: N_("the practice clinic's scores and reset"),
        Right.REVEAL: N_("showing a hidden name"),
        Right.SETTINGS: N_("settings that hold for everybody"),
        Right.USERS: N_("adding, changing and removing people"),
        Right.AUDIT: N_("reading the record of what was done"),
        Right.RESTORE: N_("restoring a backup"),
        Right.WIPE: N_("wiping this computer's clinic"),
        Right.ERASE: N_("erasing or handing over a person's records"),
        Right.ENROL: N_("connecting this computer with a headquarters"),
        Right.TRUST: N_("trusting keys and taking in what they signed"),
    }
)
"""What a right is called inside a sentence."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may open the clinic. `must_change`: their password is a temporary one."""

    user: UserInfo
    role: Role
    must_change: bool = False

    def may(self, right: Right) -> bool:
        """Return whether this person may do something now; nothing before a temporary password is changed."""
        return not self.must_change and right in RIGHTS[self.role]
