"""`clinic conflicts`: what two people wrote differently, and the decision between them."""

from __future__ import annotations

import datetime as dt
from contextlib import closing

import click

from clinic_app.cli import report
from clinic_app.cli.desk import Desk, json_option, messages, on_option, today
from clinic_app.domain.differences import About, Difference, Said
from clinic_app.domain.fields import plain
from clinic_app.domain.values import Answer, Empty
from clinic_app.i18n import Words
from clinic_app.services import casework
from clinic_app.services import conflicts as service
from clinic_app.words import N_


@click.group("conflicts", invoke_without_command=True)
@json_option
@click.pass_context
def conflicts(context: click.Context, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """List what two people wrote differently and nobody decided; or decide it."""
    if context.invoked_subcommand is not None:
        return
    desk: Desk = context.obj
    with closing(desk.unlock()) as opened:
        found = service.waiting(opened)
    if as_json:
        rows = [{"case": one.row.number, **service.as_json(d)} for one in found for d in one.differences]
        click.echo(report.as_json(rows))
        return
    w = messages()
    for one in found:
        for difference in one.differences:
            for line in _lines(difference, one.row.number, w):
                click.echo(line)


@conflicts.command("choose")
@click.argument("number", metavar="CASE")
@click.argument("path", metavar="PLACE")
@click.argument("ref", metavar="VALUE")
@on_option
@click.pass_obj
def choose(desk: Desk, number: str, path: str, ref: str, on: dt.date | None) -> None:
    """Decide for one of the values: VALUE is its number in the list, or its “ref” of --json."""
    with closing(desk.unlock()) as opened:
        case_id = casework.find(opened, number)
        values = [said.ref for one in service.of_case(opened, case_id) if one.path == path for said in one.values]
        if ref.isdecimal() and 0 < int(ref) <= len(values):
            ref = values[int(ref) - 1]
        service.choose(opened, case_id, path, ref, on or today())


@conflicts.command("write")
@click.argument("number", metavar="CASE")
@click.argument("path", metavar="PLACE")
@click.argument("answer", metavar="ANSWER")
@on_option
@click.pass_obj
def write(desk: Desk, number: str, path: str, answer: str, on: dt.date | None) -> None:
    """Decide with another ANSWER than those that are there."""
    with closing(desk.unlock()) as opened:
        service.write(opened, casework.find(opened, number), path, answer, on or today())


@conflicts.command("both")
@click.argument("number", metavar="CASE")
@click.argument("path", metavar="PLACE")
@on_option
@click.pass_obj
def both(desk: Desk, number: str, path: str, on: dt.date | None) -> None:
    """Keep both texts, below each other."""
    with closing(desk.unlock()) as opened:
        service.keep_both(opened, casework.find(opened, number), path, on or today())


@conflicts.command("ask")
@click.argument("number", metavar="CASE")
@click.argument("path", metavar="PLACE")
@on_option
@click.pass_obj
def ask(desk: Desk, number: str, path: str, on: dt.date | None) -> None:
    """Note that the worker is to be asked; it stays open."""
    with closing(desk.unlock()) as opened:
        service.ask_worker(opened, casework.find(opened, number), path, on or today())


@conflicts.command("reopen")
@click.argument("number", metavar="CASE")
@click.argument("path", metavar="PLACE")
@on_option
@click.pass_obj
def reopen(desk: Desk, number: str, path: str, on: dt.date | None) -> None:
    """Take a decision back: all values wait again."""
    with closing(desk.unlock()) as opened:
        service.reopen(opened, casework.find(opened, number), path, on or today())


def _lines(difference: Difference, number: str, w: Words) -> list[str]:
    lines = [f"{number}  {w.say(difference.label)}  ({difference.path})"]
    for count, said in enumerate(difference.values, start=1):
        lines.append(f"  {count}. {_value(difference, said, w)}  — {_who(said, w)}")
    lines.append(f"  {w(service.SAYS[service.meanwhile(difference)])}")
    return lines


def _value(difference: Difference, said: Said, w: Words) -> str:
    if difference.about is About.DELETED:
        return w(N_("removed")) if said.deletes else w(N_("changed"))
    return _answer(said.answer)


def _answer(answer: Answer) -> str:
    return f"({answer.value})" if isinstance(answer, Empty) else str(plain(answer))


def _who(said: Said, w: Words) -> str:
    parts = [said.who, w(N_("this computer")) if said.here else said.computer, said.at.isoformat(timespec="minutes")]
    if said.clock_wrong:
        parts.append(w(N_("the computer's date was wrong")))
    parts += [f"“{title}”" for title in said.papers]
    return ", ".join(part for part in parts if part)
