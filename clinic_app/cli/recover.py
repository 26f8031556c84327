"""`clinic recover`: back into a clinic whose password is lost, with the sheet or with headquarters' help."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from clinic_app.cli.desk import Desk, language_option, messages, password, read_file, today
from clinic_app.errors import InputError
from clinic_app.services import clinic as clinics
from clinic_app.services import files, packet, recovering
from clinic_app.words import N_

RECOVERY_VARIABLE: Final = "CLINIC_RECOVERY"
_LARGEST: Final = 1024 * 1024


@click.group("recover")
def recover() -> None:
    """Get back in when the password is lost: with the printed sheet, or with headquarters."""


@recover.command("sheet")
@click.option("--user", metavar="NAME", required=True, help="Who gets the new password.")
@click.pass_obj
def with_sheet(desk: Desk, user: str) -> None:
    """Open the clinic with the recovery key of the printed sheet, and choose a new password."""
    key = _recovery_key()
    clinics.unlock_with_recovery(desk.folder, key, password(twice=True), user).close()
    click.echo(messages()(N_("The new password opens the clinic from now on.")))


@recover.command("request")
@click.argument("out", metavar="OUT")
@click.option("--user", metavar="NAME", required=True, help="Who asks, and gets the new password.")
@click.pass_obj
def request(desk: Desk, out: str, user: str) -> None:
    """Sheet and password are lost: write the file that asks headquarters, with a new password to choose."""
    w = messages()
    made = recovering.ask(desk.folder, user, password(twice=True))
    files.write(Path(out), made.file)
    click.echo(w(N_("Words to read to headquarters by telephone: {words}"), words=made.words))


@recover.command("accept")
@click.argument("reply", metavar="REPLY")
@click.pass_obj
def accept(desk: Desk, reply: str) -> None:
    """Take headquarters' answer; the password is the one that was chosen with the request."""
    recovering.accept(desk.folder, read_file(reply, _LARGEST), password()).close()
    click.echo(messages()(N_("The new password opens the clinic from now on.")))


@recover.command("new-sheet")
@click.option("--out", metavar="PDF", required=True, help="Where the sheet goes, to be printed and then deleted.")
@language_option
@click.pass_obj
def new_sheet(desk: Desk, out: str, language: str | None) -> None:
    """Make another recovery key, on a new sheet; the one of before opens this clinic no more."""
    given = password()
    with closing(clinics.unlock(desk.folder, given)) as opened:
        key = recovering.new_sheet(opened, given)
        info, books = opened.info, opened.books
    paper = packet.default_paper(info.place, books)
    pdf = clinics.recovery_sheet(info.name, key, language or messages().language, paper, today())
    files.write(Path(out), pdf)
    click.echo(key)


def _recovery_key() -> str:
    given = os.environ.get(RECOVERY_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise InputError(
            RECOVERY_VARIABLE, N_("no recovery key was given"), N_("the key of the sheet, in this variable")
        )
    return str(click.prompt(messages()(N_("Recovery key")), err=True))
