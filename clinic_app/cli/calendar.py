"""`clinic calendar`: the days on which the clinic's authorities are closed besides the rule book's holidays."""

from __future__ import annotations

from contextlib import closing

import click

from clinic_app.cli.desk import Desk, read_day
from clinic_app.services import calendar as own_days


@click.group("calendar")
def calendar() -> None:
    """Keep the clinic's own calendar of closed days; deadlines follow it."""


@calendar.command("list")
@click.pass_obj
def list_days(desk: Desk) -> None:
    """List the clinic's own closed days with their reasons."""
    with closing(desk.unlock()) as opened:
        for day, why in own_days.days(opened).items():
            click.echo(f"{day}  {why}")


@calendar.command("add")
@click.argument("day", metavar="DATE")
@click.option("--why", metavar="TEXT", required=True, help="Who published it, and where.")
@click.pass_obj
def add_day(desk: Desk, day: str, why: str) -> None:
    """Add a DATE on which the authorities are closed."""
    closed = read_day(day, "DATE")
    with closing(desk.unlock()) as opened:
        own_days.close(opened, closed, why)


@calendar.command("remove")
@click.argument("day", metavar="DATE")
@click.pass_obj
def remove_day(desk: Desk, day: str) -> None:
    """Take a DATE off the clinic's own calendar."""
    closed = read_day(day, "DATE")
    with closing(desk.unlock()) as opened:
        own_days.open_again(opened, closed)
