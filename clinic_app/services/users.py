"""Who works at the clinic: adding, roles, forgotten passwords, removing.

A coordinator never knows a colleague's password: a new person, or one who forgot theirs, gets a temporary one,
which opens nothing but the place where it is changed. Whoever changes people proves it with their own password.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

from clinic_app.domain.audit import Deed
from clinic_app.domain.changes import Changes
from clinic_app.domain.roles import Member, Right, Role
from clinic_app.errors import InputError, KnownError
from clinic_app.services import audit
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.store import vault
from clinic_app.words import N_

_CHANGED: Final = Changes(frozenset({"clinic", "audit"}))


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody who was given a temporary password: it is shown once and kept nowhere."""

    member: Member
    password: str


def members(clinic: Clinic) -> tuple[Member, ...]:
    """Return those who work here, with their roles, by name."""
    return clinic.store.staff.members()


def find(clinic: Clinic, who: str) -> Member:
    """Return a member by name or id. InputError when there is none."""
    wanted = " ".join(who.split()).casefold()
    for member in members(clinic):
        if wanted in {member.user.name.casefold(), member.user.id}:
            return member
    raise InputError("user", N_("nobody of that name works here"), N_("one of: {names}"), names=_names(clinic))


def add(clinic: Clinic, name: str, role: Role, own_password: str) -> Given:
    """Let one more person open the clinic. InputError for a name that is taken or cannot be."""
    key = _allowed(clinic, own_password)
    password = vault.temporary_password()
    user = vault.add_user(clinic.folder, key, name, password)
    member = Member(user, role, must_change=True)
    clinic.store.staff.put(member)
    audit.note(clinic, Deed.USER_ADDED, detail=f"{user.name}: {role}")
    return Given(member, password)


def set_role(clinic: Clinic, who: str, role: Role, own_password: str) -> Changes:
    """Give somebody another role. KnownError when the clinic would be left without a coordinator."""
    _allowed(clinic, own_password)
    member = find(clinic, who)
    if member.role is role:
        return Changes()
    if role is not Role.COORDINATOR:
        _keep_a_coordinator(clinic, member)
    clinic.store.staff.put(dataclasses.replace(member, role=role))
    audit.note(clinic, Deed.ROLE_CHANGED, detail=f"{member.user.name}: {member.role} → {role}")
    return _CHANGED


def reset(clinic: Clinic, who: str, own_password: str) -> Given:
    """Give somebody who forgot their password a temporary one. Their old one opens nothing any more."""
    key = _allowed(clinic, own_password)
    member = dataclasses.replace(find(clinic, who), must_change=True)
    if member.user.id == clinic.user.id:
        raise InputError("user", N_("this is you: change your password instead"))
    password = vault.temporary_password()
    clinic.store.staff.put(member)  # first: a cut-off between the two leaves them with the old password
    vault.reset_password(clinic.folder, key, member.user.id, password)
    audit.note(clinic, Deed.PASSWORD_RESET, detail=member.user.name)
    return Given(member, password)


def remove(clinic: Clinic, who: str, own_password: str) -> Changes:
    """Take somebody's right to open the clinic. What they wrote stays, under their name.

    It ends what they may do with this program. Whoever copied the store and its key while they could
    still has that copy.
    """
    key = _allowed(clinic, own_password)
    member = find(clinic, who)
    _keep_a_coordinator(clinic, member)
    if member.user.id == clinic.user.id:
        raise InputError("user", N_("this is you: another coordinator has to do it"))
    clinic.store.staff.remove(member.user.id)  # first: from here on they are refused, whatever the keys file says
    vault.remove_users(clinic.folder, key, {member.user.id})
    audit.note(clinic, Deed.USER_REMOVED, detail=member.user.name)
    return _CHANGED


def change_password(clinic: Clinic, old: str, new: str) -> Changes:
    """Change the password of whoever works. KnownError when the old one is another.

    InputError in the practice clinic: its password is known to everybody, and opens it.
    """
    if clinic.info.practice:
        raise InputError("password", N_("the practice clinic keeps its password"))
    clinics.check_password(new)
    if new == old:
        raise InputError("password", N_("this is the password of before"), N_("another password"))
    vault.change_password(clinic.folder, clinic.user.id, old, new)
    me = clinic.store.staff.me
    if me.must_change:
        clinic.store.staff.put(dataclasses.replace(me, must_change=False))
    audit.note(clinic, Deed.PASSWORD_CHANGED)
    return _CHANGED


def _allowed(clinic: Clinic, own_password: str) -> bytes:
    """Return the store's key to a coordinator who proved who they are."""
    require(clinic, Right.USERS)
    if clinic.info.practice:
        raise InputError("user", N_("everybody practises under one name"))
    key, _ = vault.unlock(clinic.folder, own_password, clinic.user.id)
    return key


def _keep_a_coordinator(clinic: Clinic, member: Member) -> None:
    if member.role is Role.COORDINATOR and not clinic.store.staff.has_coordinator(but=member.user.id):
        raise KnownError(
            "P-04",
            N_("{name} is the only coordinator of this clinic."),
            N_("Make somebody else a coordinator first."),
            name=member.user.name,
        )


def _names(clinic: Clinic) -> str:
    return ", ".join(member.user.name for member in members(clinic))
