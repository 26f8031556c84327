"""`clinic erase`: a case goes for good, or headquarters is asked to erase it everywhere."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import Final

import click

from clinic_app.cli.desk import Desk, messages
from clinic_app.services import casework, erasing
from clinic_app.words import N_

_WHY: Final = [choice.code for choice in erasing.WHY]


@click.command("erase")
@click.argument("number", metavar="CASE")
@click.option("--why", type=click.Choice(_WHY), required=True, help="Why it may be erased.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(desk: Desk, number: str, why: str, yes: bool) -> None:  # noqa: FBT001 - click's way
    """Erase a CASE for good with its evidence; where there is a headquarters, ask it to."""
    w = messages()
    with closing(desk.unlock()) as opened:
        case_id = casework.find(opened, number)
        if not yes:
            click.confirm(w(N_("Erase the case {number} for good?"), number=number), abort=True, err=True)
        done = erasing.erase(opened, case_id, number, why, dt.datetime.now(dt.UTC))
    if done.headquarters:
        told = N_("{name} is asked with the next meeting, and erases it everywhere. It is in the bin until then.")
        click.echo(w(told, name=done.headquarters))
    else:
        click.echo(w(N_("It is gone from this computer, with its evidence and the older backups here.")))
    click.echo(w(N_("Papers and files that were given away, sticks and backups elsewhere still hold it.")))
