"""`clinic users`, `clinic passwd`, `clinic audit`: who works here, their passwords, and what was done by whom."""

from __future__ import annotations

import datetime as dt
import os
import sys
from contextlib import closing
from typing import Final

import click

from clinic_app.cli import report
from clinic_app.cli.desk import Desk, day_asked, json_option, messages, password
from clinic_app.domain.audit import DEED_NAMES, FAULT_TEXTS, Asked, Deed, Entry, Wrong
from clinic_app.domain.roles import ROLE_NAMES, Member, Role
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import audit as record
from clinic_app.services import users as people
from clinic_app.services.users import Given
from clinic_app.words import N_

NEW_PASSWORD_VARIABLE: Final = "CLINIC_NEW_PASSWORD"  # noqa: S105 - the name of a variable, not a password
_DEEDS: Final = [deed.value for deed in Deed]


@click.group("users")
def users() -> None:
    """Say who works here and what they may do. Changing it needs a coordinator's password."""


@users.command("list")
@json_option
@click.pass_obj
def list_users(desk: Desk, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """List the people who work here, with their roles."""
    with closing(desk.unlock()) as opened:
        members = people.members(opened)
    if as_json:
        click.echo(report.as_json([_member_document(member) for member in members]))
        return
    w = messages()
    for member in members:
        click.echo("  ".join((member.user.name, w(ROLE_NAMES[member.role]), *_note(member, w))))


@users.command("add")
@click.argument("name", metavar="NAME")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.STAFF.value, show_default=True)
@click.pass_obj
def add_user(desk: Desk, name: str, role: str) -> None:
    """Let one more person open the clinic; prints their temporary password once."""
    own = password()
    with closing(desk.unlock(own)) as opened:
        _tell(people.add(opened, name, Role(role), own))


@users.command("role")
@click.argument("name", metavar="USER")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.pass_obj
def set_role(desk: Desk, name: str, role: str) -> None:
    """Give somebody another role; it holds from their next opening."""
    own = password()
    with closing(desk.unlock(own)) as opened:
        people.set_role(opened, name, Role(role), own)


@users.command("remove")
@click.argument("name", metavar="USER")
@click.pass_obj
def remove_user(desk: Desk, name: str) -> None:
    """Take somebody's right to open the clinic; what they wrote stays."""
    own = password()
    with closing(desk.unlock(own)) as opened:
        people.remove(opened, name, own)


@users.command("reset")
@click.argument("name", metavar="USER")
@click.pass_obj
def reset_password(desk: Desk, name: str) -> None:
    """Give somebody who forgot their password a temporary one, and print it once."""
    own = password()
    with closing(desk.unlock(own)) as opened:
        _tell(people.reset(opened, name, own))


@click.command("passwd")
@click.argument("name", metavar="USER")
@click.pass_obj
def change_password(desk: Desk, name: str) -> None:
    """Change USER's own password: the one of now is asked for first, or read from CLINIC_PASSWORD.

    The new one is asked for twice, or read from CLINIC_NEW_PASSWORD.
    """
    old = password()
    with closing(desk.unlock(old, name)) as opened:
        people.change_password(opened, old, _new_password())


@click.command("audit")
@click.option("--who", metavar="USER", default="", help="Only what this person did.")
@click.option("--deed", type=click.Choice(_DEEDS), help="Only this kind of deed.")
@click.option("--case", metavar="CASE", default="", help="Only what was done with this case.")
@click.option("--from", "first", metavar="DATE", callback=day_asked, help="From this day on.")
@click.option("--to", "last", metavar="DATE", callback=day_asked, help="Up to this day.")
@click.option(
    "--limit", type=click.IntRange(1), default=record.PAGE, show_default=True, help="At most so many entries."
)
@click.option("--understood", is_flag=True, help="Note that you know why entries at the end were missing.")
@json_option
@click.pass_obj
def audit(
    desk: Desk,
    who: str,
    deed: str | None,
    case: str,
    first: dt.date | None,
    last: dt.date | None,
    limit: int,
    understood: bool,  # noqa: FBT001 - click's way
    as_json: bool,  # noqa: FBT001 - click's way
) -> None:
    """Show who did what, the latest first, and check that the record is as it was written; exit 2 when it is not."""
    asked = Asked(who, deed or "", case, first, last)
    with closing(desk.unlock()) as opened:
        if understood:
            record.understand(opened)
        wrong = record.check(opened)
        entries = record.entries(opened, asked, limit)
    if as_json:
        document = {"intact": not wrong, "faults": [_fault_document(one) for one in wrong]}
        click.echo(report.as_json(document | {"entries": [_entry_document(entry) for entry in entries]}))
    else:
        w = messages()
        for entry in entries:
            click.echo(entry_line(entry, w))
    if wrong:
        raise record.not_intact(wrong)


def entry_line(entry: Entry, w: Words) -> str:
    """Return an entry as one line."""
    deed = w(DEED_NAMES[Deed(entry.deed)]) if entry.deed in _DEEDS else entry.deed
    told = (f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S}", entry.who, deed, entry.case, entry.detail)
    return "  ".join(part for part in told if part)


def _tell(given: Given) -> None:
    click.echo(given.password)
    sys.stdout.flush()
    told = messages()("The temporary password of {name}, shown once:", name=given.member.user.name)
    click.echo(told, err=True)


def _new_password() -> str:
    given = os.environ.get(NEW_PASSWORD_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise InputError(
            NEW_PASSWORD_VARIABLE, N_("no new password was given"), N_("the new password in this variable")
        )
    return str(click.prompt(messages()(N_("New password")), hide_input=True, confirmation_prompt=True, err=True))


def _note(member: Member, w: Words) -> tuple[str, ...]:
    return (w(N_("(has a temporary password)")),) if member.must_change else ()


def _member_document(member: Member) -> dict[str, object]:
    return {"name": member.user.name, "role": member.role.value, "must_change": member.must_change}


def _entry_document(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq or None,
        "at": entry.at.isoformat(),
        "who": entry.who,
        "deed": entry.deed,
        "case": entry.case,
        "detail": entry.detail,
    }


def _fault_document(one: Wrong) -> dict[str, object]:
    return {"fault": one.fault.value, "seq": one.seq, "text": FAULT_TEXTS[one.fault].format(seq=one.seq)}
