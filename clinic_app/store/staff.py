"""Who may do what on this computer: roles, kept inside the encrypted file.

There a thief of the keys file cannot change them. They are this computer's own and do not travel:
each computer has its own people and passwords.
"""

from __future__ import annotations

from collections.abc import Iterable

from clinic_app.domain.roles import Member, Role
from clinic_app.domain.views import UserInfo
from clinic_app.store import trouble
from clinic_app.store.db import Db


class Staff:
    """The members of one store. Knows who works now, so that asking for a right costs no query."""

    def __init__(self, db: Db, user: UserInfo) -> None:
        self._db = db
        self._user = user
        self._me = Member(user, Role.STAFF)

    @property
    def me(self) -> Member:
        """Whoever opened the store, with the role that they have now."""
        return self._me

    def begin(self, everyone: Iterable[UserInfo], admit: Role | None = None) -> None:
        """Take up who works now. KnownError for somebody who was removed, whatever the keys file says.

        A store without roles is a new one, or one from before there were any: all who may open it
        are coordinators, because until now all could do everything. Somebody unknown is staff, or
        what they are admitted as, because they came with the clinic's recovery key.
        """
        if self._db.first("SELECT 1 FROM staff") is None:
            with self._db.transaction():
                for user in everyone:
                    self._put(Member(user, Role.COORDINATOR))
        role, removed = self._db.first("SELECT role, removed FROM staff WHERE user = ?", (self._user.id,)) or (
            None,
            False,
        )
        if admit is not None:  # with the password that they chose just now
            stays = role is not None and not removed and self.has_coordinator()
            self.put(Member(self._user, Role(role) if stays else admit))
        elif removed:
            raise trouble.was_removed()
        elif role is None:
            self.put(Member(self._user, Role.STAFF))
        self._look()

    def members(self) -> tuple[Member, ...]:
        """Return those who may work here, by name."""
        rows = self._db.rows("SELECT user, name, role, must_change FROM staff WHERE NOT removed ORDER BY name, user")
        return tuple(_member(*row) for row in rows)

    def removed(self) -> frozenset[str]:
        """Return the ids of those who were removed."""
        return frozenset(row[0] for row in self._db.rows("SELECT user FROM staff WHERE removed"))

    def has_coordinator(self, but: str = "") -> bool:
        """Return whether somebody is a coordinator, whoever has the id `but` aside."""
        sql = "SELECT 1 FROM staff WHERE role = ? AND NOT removed AND user != ?"
        return self._db.first(sql, (Role.COORDINATOR.value, but)) is not None

    def put(self, member: Member) -> None:
        """Write down somebody's role, and whether their password is a temporary one."""
        with self._db.transaction():
            self._put(member)
        self._look()

    def remove(self, user: str) -> None:
        """Take somebody's right to open the store; their name stays for what they wrote."""
        with self._db.transaction():
            self._db.run("UPDATE staff SET removed = 1 WHERE user = ?", (user,))

    def _put(self, member: Member) -> None:
        row = (member.user.id, member.user.name, member.role.value, int(member.must_change))
        self._db.run(
            "INSERT OR REPLACE INTO staff (user, name, role, must_change, removed) VALUES (?, ?, ?, ?, 0)", row
        )

    def _look(self) -> None:
        found = self._db.first("SELECT user, name, role, must_change FROM staff WHERE user = ?", (self._user.id,))
        self._me = _member(*found) if found else Member(self._user, Role.STAFF)


def _member(user: str, name: str, role: str, must_change: int) -> Member:
    return Member(UserInfo(user, name), Role(role), bool(must_change))
