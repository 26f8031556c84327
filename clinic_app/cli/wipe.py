"""`clinic wipe`: the clinic goes from this computer for good, twice confirmed."""

from __future__ import annotations

import sys

import click

from clinic_app.cli.desk import Desk, messages, password
from clinic_app.errors import InputError
from clinic_app.services import wiping
from clinic_app.words import N_


@click.command("wipe")
@click.option("--clinic", "name", metavar="NAME", default="", help="The clinic's name, to confirm; else it is asked.")
@click.pass_obj
def wipe(desk: Desk, name: str) -> None:
    """Wipe the clinic from this computer, the keys first. Says before what would be lost."""
    w = messages()
    opened = desk.unlock()
    try:
        for message, params in wiping.outlook(opened).lines:
            click.echo(w(message, **params))
        for text in wiping.NOT_WIPED:
            click.echo(f"- {w(text)}")
        if not name and not sys.stdin.isatty():
            raise InputError("--clinic", N_("nobody confirmed it"), N_("the clinic's name"))
        typed = name or str(click.prompt(w(N_("Type the name of the clinic to wipe it")), err=True))
        wiping.wipe(opened, typed, password())
    finally:
        opened.close()
    click.echo(w(N_("The clinic is gone from this computer.")))
