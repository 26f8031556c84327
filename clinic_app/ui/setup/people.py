"""The people who work here: one's own password; for coordinators also adding, roles, forgotten passwords, removing.

A temporary password stands on the screen once, to be written down for whom it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from PySide6.QtWidgets import QVBoxLayout

from clinic_app.domain.changes import Changes
from clinic_app.domain.fields import Choice, Field, Kind
from clinic_app.domain.roles import ROLE_HINTS, ROLE_NAMES, Member, Right, Role
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import permission, users
from clinic_app.services.users import Given
from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.boxes import Box, clear, row
from clinic_app.ui.kit.buttons import Button, doing
from clinic_app.ui.kit.fields import FieldBox
from clinic_app.ui.kit.passwords import SecretBox
from clinic_app.ui.kit.texts import TextLabel
from clinic_app.ui.setup.parts import Part
from clinic_app.ui.theme import STEP
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

T = TypeVar("T")
NAME: Final = Field("user", Kind.TEXT, N_("Name of the person"))
ROLE: Final = Field(
    "role",
    Kind.CHOICE,
    N_("What this person may do"),
    choices=tuple(Choice(role.value, ROLE_NAMES[role]) for role in Role),
)


class PeoplePart(Part):
    """Who works here and what each may do; one's own password."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("People who work here"))
        self.may = permission.may(desk.clinic, Right.USERS)
        self._members = QVBoxLayout()
        self._members.setSpacing(STEP)
        self.column.addLayout(self._members)
        self.given = TextLabel(desk.voice, "", "big")
        self.add(self.given)
        self.given.hide()
        self.proof = SecretBox(desk.voice, N_("Your own password, to allow it"), within=N_("People who work here"))
        self.editor = MemberBox(desk)
        self.name = FieldBox(desk.around, NAME, "user", empties=False)
        self.role = FieldBox(desk.around, ROLE, "role", empties=False)
        self.role.show_answer(Role.STAFF.value)
        self.meaning = TextLabel(desk.voice, "", "hint")
        self.add_button = Button(desk.voice, N_("Add this person"))
        self._ways = Box("quiet")
        self._lay_out_ways()
        self.old = SecretBox(desk.voice, N_("Your password now"))
        self.changed = SecretBox(desk.voice, N_("Your new password"))
        self.again = SecretBox(desk.voice, N_("The new password again"))
        self.change_button = Button(desk.voice, N_("Change my password"))
        self.add(TextLabel(desk.voice, N_("Change my password"), "question"), self.old, self.changed, self.again)
        self.column.addLayout(row(self.change_button, None))
        self._connect()
        self._load()

    def add_person(self) -> None:
        """Let one more person open the clinic, with a temporary password."""
        name, role = str(self.name.input.raw() or ""), Role(str(self.role.input.raw() or Role.STAFF.value))
        self._do(partial(users.add, self.desk.clinic, name, role, self.proof.text()), self._on_given)

    def give_role(self, member: Member, role: Role) -> None:
        """Give somebody another role."""
        work = partial(users.set_role, self.desk.clinic, member.user.id, role, self.proof.text())
        self._do(work, partial(self._on_changed, N_("The role is changed. It holds from the next opening.")))

    def reset(self, member: Member) -> None:
        """Give somebody who forgot their password a temporary one."""
        self._do(partial(users.reset, self.desk.clinic, member.user.id, self.proof.text()), self._on_given)

    def remove(self, member: Member) -> None:
        """Take somebody's right to open the clinic."""
        work = partial(users.remove, self.desk.clinic, member.user.id, self.proof.text())
        told = N_("This person cannot open the clinic any more. What they wrote stays.")
        self._do(work, partial(self._on_changed, told))

    def change_password(self) -> None:
        """Give whoever works another password."""
        if self.changed.text() != self.again.text():
            self.refuse(InputError("again", N_("the two passwords are not the same")))
            return
        self._do(partial(users.change_password, self.desk.clinic, self.old.text(), self.changed.text()), self._on_own)

    def edit(self, member: Member) -> None:
        """Open what can be done about one person."""
        self.editor.show_member(member)
        self.proof.line.setFocus()

    def _do(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        self.given.hide()
        self.desk.ask(self, work, then, fails=self.refuse)

    def _load(self) -> None:
        self.desk.ask(self, partial(users.members, self.desk.clinic), self._show, key="people")

    def _show(self, members: tuple[Member, ...]) -> None:
        clear(self._members)
        for member in members:
            line = row(spacing=2 * STEP)
            line.addWidget(TextLabel(self.desk.voice, partial(_told, member=member)), 1)
            if self.may:
                button = Button(self.desk.voice, N_("Change…"), "link")
                button.explain(partial(_change, member=member))
                button.clicked.connect(doing(self.edit, member))
                line.addWidget(button)
            self._members.addLayout(line)

    def _on_given(self, given: Given) -> None:
        self._on_changed(partial(_temporary, name=given.member.user.name), Changes())
        self.given.show_phrase({"es": given.password})
        self.given.show()
        self.name.input.show_answer("")

    def _on_changed(self, told: Phrase, _changes: Changes) -> None:
        self.desk.written.emit()
        self.tell(told)
        self.proof.clear()
        self.editor.hide()
        self._load()

    def _on_own(self, _changes: Changes) -> None:
        self.desk.written.emit()
        self.tell(N_("Your password is changed."))
        for box in (self.old, self.changed, self.again):
            box.clear()

    def _lay_out_ways(self) -> None:
        voice = self.desk.voice
        hint = N_("They get a temporary password and choose their own at their first opening.")
        self._ways.add(self.proof, self.editor, TextLabel(voice, N_("Add someone"), "question"))
        self._ways.add(TextLabel(voice, hint, "hint"), self.name, self.role, self.meaning)
        self._ways.column.addLayout(row(self.add_button, None))
        self.add(self._ways)
        self._ways.setVisible(self.may)
        self.editor.hide()
        self._on_role_chosen("", Role.STAFF.value)

    def _connect(self) -> None:
        self.role.answered.connect(self._on_role_chosen)
        self.add_button.clicked.connect(self.add_person)
        self.again.entered.connect(self.change_password)
        self.change_button.clicked.connect(self.change_password)
        self.editor.role_button.clicked.connect(self._on_role)
        self.editor.reset_button.clicked.connect(self._on_reset)
        self.editor.remove_button.clicked.connect(self._on_remove)

    def _on_role_chosen(self, _path: str, raw: object) -> None:
        self.meaning.show_phrase(ROLE_HINTS[Role(str(raw))] if raw else "")

    def _on_role(self) -> None:
        if self.editor.member is not None:
            self.give_role(self.editor.member, self.editor.chosen)

    def _on_reset(self) -> None:
        if self.editor.member is not None:
            self.reset(self.editor.member)

    def _on_remove(self) -> None:
        if self.editor.member is not None and self.editor.is_sure():
            self.remove(self.editor.member)


class MemberBox(Box):
    """What can be done about one person. Removing asks twice: the button is pressed again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("card")
        self._voice = desk.voice
        self.member: Member | None = None
        self._sure = False
        self._name = TextLabel(desk.voice, "", "heading")
        self.role = FieldBox(desk.around, ROLE, "role", empties=False)
        self._meaning = TextLabel(desk.voice, "", "hint")
        self.role_button = Button(desk.voice, N_("Give this role"))
        self.reset_button = Button(desk.voice, N_("Forgot the password: give a temporary one"))
        self.remove_button = Button(desk.voice, N_("Remove this person"), "danger")
        self.add(self._name, self.role, self._meaning)
        for button in (self.role_button, self.reset_button, self.remove_button):
            self.column.addLayout(row(button, None))
        self.role.answered.connect(self._on_role_chosen)

    @property
    def chosen(self) -> Role:
        """The role that is chosen."""
        return Role(str(self.role.input.raw() or Role.STAFF.value))

    def show_member(self, member: Member) -> None:
        """Show somebody."""
        self.member = member
        self._sure = False
        self._name.show_phrase({"es": member.user.name})
        self.role.show_answer(member.role.value)
        self._on_role_chosen("", member.role.value)
        self.remove_button.show_phrase(N_("Remove this person"))
        self.show()

    def is_sure(self) -> bool:
        """Return whether removing was asked for a second time; the first time the button asks back."""
        if not self._sure:
            self._sure = True
            self.remove_button.show_phrase(N_("Press again to remove this person"))
            return False
        return True

    def _on_role_chosen(self, _path: str, raw: object) -> None:
        self._meaning.show_phrase(ROLE_HINTS[Role(str(raw))] if raw else "")


def _told(words: Words, *, member: Member) -> str:
    told = f"{member.user.name} · {words(ROLE_NAMES[member.role])}"
    return f"{told} · {words(N_('has a temporary password'))}" if member.must_change else told


def _change(words: Words, *, member: Member) -> str:
    return words(N_("Change: {what}"), what=member.user.name)


def _temporary(words: Words, *, name: str) -> str:
    return words(N_("Write this temporary password down for {name}. It is shown once:"), name=name)
