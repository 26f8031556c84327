"""`clinic update`: take a newer version of the program from a stick, go back to the one before, or make an update."""

from __future__ import annotations

import datetime as dt
import json
import sys
from contextlib import closing
from pathlib import Path

import click

from clinic_app.cli.desk import Desk, messages, password, read_file, today
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import clinic as clinics
from clinic_app.services import rulebooks, updates
from clinic_app.services.updates import Update
from clinic_app.words import N_


@click.group("update")
def update() -> None:
    """Take a newer version of the program from a folder or stick, or go back to the one before."""


@update.command("status")
def status() -> None:
    """Say which version runs, which one the next start opens, and which one can be gone back to."""
    w = messages()
    now = updates.status()
    click.echo(w("Version: {version}", version=now.version))
    if now.next != now.version:
        click.echo(w("The next start opens version {version}.", version=now.next))
    if now.before:
        click.echo(w("“clinic update back” goes back to version {version}.", version=now.before))
    if now.failed:
        click.echo(w("Version {version} did not start twice and is not used.", version=now.failed))


@update.command("check")
@click.argument("folder", metavar="FOLDER")
def check(folder: str) -> None:
    """Read a whole update and say what it is, or why it cannot be taken. Changes nothing."""
    w = messages()
    for line in _lines(updates.check(_newest(folder)), w):
        click.echo(line)


@update.command("apply")
@click.argument("folder", metavar="FOLDER")
@click.pass_obj
def apply(desk: Desk, folder: str) -> None:
    """Put an update in place; the next start opens it. The clinic's cases are copied first, and the copy is opened."""
    w = messages()
    path = _newest(folder)
    updates.check(path)
    if clinics.exists(desk.folder):
        with closing(desk.unlock()) as opened:
            job = updates.begin(opened, dt.datetime.now(dt.UTC))
            job.run()
            made = updates.install(path)
            updates.done(opened, made)
    else:
        made = updates.install(path)
    click.echo(w("The next start opens version {version}.", version=made.version))


@update.command("back")
@click.option("--cases", is_flag=True, help="Also open the copy of the cases that was made before the newer version.")
@click.pass_obj
def back(desk: Desk, cases: bool) -> None:  # noqa: FBT001 - click's way
    """Go back to the version before at the next start; with --cases, to the cases as they were then."""
    w = messages()
    if cases:
        made = updates.put_older_back(desk.folder, password(), dt.datetime.now(dt.UTC))
        click.echo(w("The clinic is as it was on {day}.", day=w.date(made.day)))
        click.echo(
            w(
                "What was written since is kept in {file}; what was sent comes back at the next exchange.",
                file=made.file,
            )
        )
        return
    click.echo(w("The next start opens version {version}.", version=updates.back()))


@update.command("trust")
@click.argument("key", metavar="KEY")
@click.pass_obj
def trust(desk: Desk, key: str) -> None:
    """Take the updates that a key signs, after its six groups of digits were compared with headquarters."""
    read = rulebooks.read_key(read_file(key), key)
    click.echo(f"{read.name}  {read.fingerprint}")
    w = messages()
    if not sys.stdin.isatty():
        raise InputError("KEY", N_("nobody is here to compare the digits"), N_("this command, typed by hand"))
    typed = str(click.prompt(w("The six groups of digits that headquarters reads to you"), err=True))
    if clinics.exists(desk.folder):
        with closing(desk.unlock()) as opened:
            updates.trust_in_clinic(opened, read, typed)
    else:
        updates.trust(read, typed)


@update.command("make")
@click.argument("dist", metavar="DIST")
@click.option("--key", "key_file", metavar="FILE", required=True, help="The key file that “rules key” made.")
@click.option("--out", metavar="DIR", default=".", show_default=True, help="Where the update is written.")
@click.option("--notes", metavar="FILE", default="", help='What is new, by language: {"es": "…", "en": "…", "ka": "…"}')
def make(dist: str, key_file: str, out: str, notes: str) -> None:
    """Make the update of the program that was built in DIST, for clinics to carry on a stick."""
    told = _notes(read_file(notes), notes) if notes else {}
    private = updates.signer(Path(key_file), password())
    click.echo(str(updates.make(Path(dist), private, Path(out), told, today())))


def _newest(folder: str) -> Path:
    found = updates.find(Path(folder))
    if not found:
        raise InputError(folder, N_("there is no update here"), N_("the folder or stick with the update"))
    return found[0]


def _lines(found: Update, w: Words) -> list[str]:
    signed = w(
        "{version}, released on {day}, signed by {name}: every file is as it was signed.",
        version=found.version,
        day=w.date(found.released),
        name=found.signed_by,
    )
    note = w.say(found.notes)
    return [signed, note] if note else [signed]


def _notes(raw: bytes, file: str) -> dict[str, str]:
    try:
        told = json.loads(raw)
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(text, str) for text in told.values()):
        raise InputError(file, N_("the notes cannot be read"), '{"es": "…", "en": "…", "ka": "…"}')
    return told
