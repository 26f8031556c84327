"""The commands for rule books: check, sign and print what a writer made; install and trust in a clinic.

Exit status 0; 1 when something differs; 2 when the input is bad.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from clinic_app.cli.desk import Desk, language_option, messages, on_option, password, read_file, today
from clinic_app.domain.packet import Paper
from clinic_app.i18n import Words, words
from clinic_app.services import files, rulebooks

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


@rules.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@language_option
def diff(old: str, new: str, language: str | None) -> int:
    """Say what changed from one version of a rule book to another, and which worked examples come out otherwise."""
    (before,), (after,) = rulebooks.folders(old), rulebooks.folders(new)
    found = rulebooks.compare(before, after, language, lambda code: words(code).say)
    for line in _compared(found, messages()):
        click.echo(line)
    return DIFFERENT if found.changes or found.examples else 0


def _compared(found: rulebooks.Compared, w: Words) -> Iterator[str]:
    yield f"{found.old} → {found.new}"
    for change in found.changes:
        sign = "~" if change.old and change.new else "+" if change.new else "-"
        yield f"{sign} {change.chapter}: {change.entry}"
        for label, old, new in change.lines:
            arrow = f"{old or '—'} → {new or '—'}" if sign == "~" else old or new
            yield f"    {label}: {arrow}" if label else f"    {arrow}"
    for result in found.examples:
        yield w("! worked example {id} comes out otherwise: {title}", id=result.id, title=result.title)
        for one in result.differences:
            yield f"    {one.what}: {one.expected} → {one.found}"
    if not found.changes and not found.examples:
        yield w("Nothing changed.")


@rules.command("print")
@click.argument("what", metavar="PLACE|DIR")
@click.option("--out", metavar="BOOK.pdf", required=True, help="Where to write the PDF.")
@language_option
@click.option("--paper", type=click.Choice([p.value for p in Paper]), help="Sheet size; the place's own when left out.")
@on_option
def print_book(what: str, out: str, language: str | None, paper: str | None, on: dt.date | None) -> None:
    """Write the whole rule book as one PDF for sign-off: every rule, value, source, question and example."""
    (folder,) = rulebooks.folders(what)
    size = Paper(paper) if paper else None
    pdf = rulebooks.print_book(folder, language, size, on or today(), lambda code: words(code).say)
    files.write(Path(out), pdf)
    click.echo(out)


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
