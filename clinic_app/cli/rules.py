"""The commands for rule books: check, sign and print what a writer made; install and trust in a clinic.

Exit status 0; 1 when something differs; 2 when the input is bad.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import click

from clinic_app.cli.desk import Desk, messages, password, read_file
from clinic_app.i18n import Words
from clinic_app.services import rulebooks

DIFFERENT: Final = 1


@click.group()
def rules() -> None:
    """Check, compare, sign, print and install rule books."""


@rules.command()
@click.argument("what", metavar="[PLACE|DIR]", default="")
def check(what: str) -> int:
    """Read rule books and run their worked examples: one line each, and one for each difference."""
    w = messages()
    passed = True
    for folder in rulebooks.folders(what):
        found = rulebooks.check(folder)
        passed &= found.passed
        for line in _checked(found, w):
            click.echo(line)
    return 0 if passed else DIFFERENT


def _checked(found: rulebooks.Checked, w: Words) -> list[str]:
    if found.problem is not None:
        return [w.error(found.problem)]
    lines = []
    for result in found.results:
        lines.append(f"{found.version}  {result.id}  {w('ok') if result.passed else w('DIFFERENT')}  {result.title}")
        lines += [
            w("    {what}: expected {expected}, found {found}", what=d.what, expected=d.expected, found=d.found)
            for d in result.differences
        ]
    wrong = sum(not result.passed for result in found.results)
    count = len(found.results)
    lines.append(
        w("{version}: {count} worked examples, {wrong} different", version=found.version, count=count, wrong=wrong)
    )
    return lines


@rules.command("new")
@click.argument("place", metavar="PLACE")
@click.option("--dir", "parent", metavar="DIR", default=".", help="Where its folder is made; here when left out.")
def begin(place: str, parent: str) -> None:
    """Write the commented skeleton of a new country's rule book, which passes “rules check”."""
    click.echo(str(rulebooks.begin(place, Path(parent))))


@rules.command()
@click.option("--out", metavar="FILE", required=True, help="The new key file; its public half is written to FILE.pub.")
@click.option("--name", metavar="NAME", required=True, help="Whose key it is, as clinics will see it.")
def key(out: str, name: str) -> None:
    """Make a key that signs rule books, sealed with a password."""
    made = rulebooks.make_key(Path(out), name, password(twice=True))
    click.echo(f"{made.id}  {made.fingerprint}")


@rules.command()
@click.argument("folder", metavar="DIR")
@click.option("--key", "key_file", metavar="FILE", required=True, help="The key file that “rules key” made.")
def sign(folder: str, key_file: str) -> None:
    """Sign the rule book of a folder; it must pass its own worked examples."""
    click.echo(rulebooks.sign(Path(folder), Path(key_file), password()))


@rules.command()
@click.argument("folder", metavar="DIR")
@click.pass_obj
def install(desk: Desk, folder: str) -> None:
    """Take a signed rule book into the clinic; a book that is refused changes nothing."""
    w = messages()
    with closing(desk.unlock()) as opened:
        made = rulebooks.install(opened, Path(folder))
    click.echo(
        w(
            "{version}: signed by {name}, {count} worked examples ok",
            version=made.version,
            name=made.signed_by,
            count=made.examples,
        )
    )
    if not made.newest:
        click.echo(w("A newer version is here; new cases go on with that one."))


@rules.command("list")
@click.pass_obj
def list_books(desk: Desk) -> None:
    """List the rule books of the clinic; the newest of each place is marked with *."""
    w = messages()
    with closing(desk.unlock()) as opened:
        listed = rulebooks.list_books(opened)
    for book in listed:
        problem = f"  {w('not used')}: {w.error(book.problem)}" if book.problem else ""
        click.echo(f"{'*' if book.newest else ' '} {book.place}  {book.version}{problem}")


@rules.command()
@click.argument("file", metavar="FILE.pub")
@click.option("--fingerprint", metavar="DIGITS", help="The six groups of five digits that headquarters read out.")
@click.pass_obj
def trust(desk: Desk, file: str, fingerprint: str | None) -> None:
    """Take the books of a key from now on, after its fingerprint was compared with whoever holds it."""
    w = messages()
    known = rulebooks.read_key(read_file(file), file)
    click.echo(f"{known.name}  {known.id}  {known.fingerprint}")
    if fingerprint is None:
        fingerprint = str(click.prompt(w("Type the six groups of digits that headquarters reads out to you"), err=True))
    with closing(desk.unlock()) as opened:
        rulebooks.trust(opened, known, fingerprint)
