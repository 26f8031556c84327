"""The `clinic` command: reads the words typed, calls the services, prints, and says how it ended."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from clinic_app import __version__, logs
from clinic_app.cli import report
from clinic_app.cli.backup import check_clinic, make_backup, restore_backup
from clinic_app.cli.calendar import calendar
from clinic_app.cli.conflicts import conflicts
from clinic_app.cli.desk import (
    CheckSelf,
    Desk,
    OpenWindow,
    ShowDemo,
    json_option,
    language_option,
    messages,
    on_option,
    password,
    read_file,
    today,
)
from clinic_app.cli.erase import erase
from clinic_app.cli.evidence import evidence
from clinic_app.cli.papers import extract, form, make_packet, ready, ruler_page, verify
from clinic_app.cli.practice import practice
from clinic_app.cli.recover import recover
from clinic_app.cli.rules import rules
from clinic_app.cli.sync import enrol, sync
from clinic_app.cli.update import update
from clinic_app.cli.users import audit, change_password, users
from clinic_app.cli.wipe import wipe
from clinic_app.domain.casefile import CaseFile
from clinic_app.domain.group_file import group_schema
from clinic_app.domain.intake_file import json_schema
from clinic_app.errors import ClinicError, InputError, KnownError
from clinic_app.i18n import SCREEN_LANGUAGES, Words, words
from clinic_app.services import casework, clock, groups, intake, screening, wiping
from clinic_app.services import clinic as clinics
from clinic_app.words import N_

BAD_INPUT: Final = 2
OUR_FAULT: Final = 1


def main(arguments: Sequence[str], open_window: OpenWindow, show_demo: ShowDemo, check_self: CheckSelf) -> int:
    """Run one command; return its exit status. Errors become one line on standard error."""
    try:
        result = clinic.main(
            args=list(arguments),
            prog_name="clinic",
            standalone_mode=False,
            obj=(open_window, show_demo, check_self),
        )
    except ClinicError as error:
        return _fail(messages().error(error))
    except click.exceptions.Abort:
        return _fail(messages()(N_("Stopped. Nothing was changed.")))
    except click.ClickException as error:
        return _fail(error.format_message())
    except BrokenPipeError:
        sys.stderr.close()
        return BAD_INPUT
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        return _fail(f"{name}{error.strerror or type(error).__name__}")
    except Exception as error:  # noqa: BLE001 - the last gate: a fault of ours is reported, never dumped
        sorry = messages()(N_("Something went wrong in the program itself. Your work is safe."))
        click.echo(f"clinic: {sorry} {logs.fault(error)}", err=True)
        return OUR_FAULT
    return result if isinstance(result, int) else 0


def _fail(text: str) -> int:
    click.echo(f"clinic: {' '.join(text.split())}", err=True)
    return BAD_INPUT


def _folder(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Path | None:
    return Path(value) if value else None


@click.group(
    invoke_without_command=True,
    commands=[
        audit,
        calendar,
        change_password,
        check_clinic,
        make_backup,
        restore_backup,
        conflicts,
        enrol,
        erase,
        evidence,
        extract,
        form,
        make_packet,
        practice,
        ready,
        recover,
        ruler_page,
        rules,
        sync,
        update,
        users,
        verify,
        wipe,
    ],
)
@click.option("--data", metavar="DIR", callback=_folder, help="The clinic's data folder.")
@click.option("--self-check", is_flag=True, help="See whether every part of this program works here.")
@click.option("--pictures", metavar="DIR", callback=_folder, help="Where the self-check keeps pictures of the window.")
@click.option("--first-window", is_flag=True, hidden=True, help="Show the first window, print when, and quit.")
@click.version_option(__version__, prog_name="clinic")
@click.pass_context
def clinic(
    context: click.Context,
    data: Path | None,
    pictures: Path | None,
    *,
    self_check: bool,
    first_window: bool,
) -> int | None:
    """Open the desk of a labor clinic, or do one of its jobs without a window."""
    open_window: OpenWindow
    show_demo: ShowDemo
    check_self: CheckSelf
    open_window, show_demo, check_self = context.obj
    if self_check or first_window:
        context.exit(check_self(pictures, first_window))
    context.obj = Desk(data, open_window, show_demo)
    _finish_wipe(context.obj, told=context.invoked_subcommand is not None)
    if context.invoked_subcommand is None:
        return open_window(data)
    return None


def _finish_wipe(desk: Desk, *, told: bool) -> None:
    """Go on with a wipe that was cut off. What holds it up is told to whoever types commands; the window goes on."""
    try:
        if wiping.finish(desk.folder) and told:
            click.echo(messages()(N_("The wipe that was begun here is finished.")), err=True)
    except KnownError:
        if told:
            raise


@clinic.group()
def schema() -> None:
    """Print what a file must look like."""


@schema.command("intake")
@click.option("--language", type=click.Choice(list(SCREEN_LANGUAGES)), default="en", help="Language of the texts.")
def schema_intake(language: str) -> None:
    """Print the JSON Schema of an intake file, every field described."""
    books = clinics.rule_books()
    click.echo(report.as_json(json_schema(clinics.questions_by_place(books), words(language).say)))


@schema.command("group")
@click.option("--language", type=click.Choice(list(SCREEN_LANGUAGES)), default="en", help="Language of the texts.")
def schema_group(language: str) -> None:
    """Print the JSON Schema of a group file: many workers of one employer."""
    books = clinics.rule_books()
    click.echo(report.as_json(group_schema(clinics.questions_by_place(books), words(language).say)))


@clinic.command()
@click.argument("file", metavar="FILE")
@on_option
@json_option
@language_option
def assess(file: str, on: dt.date | None, as_json: bool, language: str | None) -> None:  # noqa: FBT001 - click's way
    """Say what may be violated, what may be owed and by when to act, for one intake FILE."""
    books = clinics.rule_books()
    case = intake.decode(read_file(file), books)
    assessment = screening.assess_file(books, case, on or today())
    if as_json:
        click.echo(report.as_json(report.assessment_document(assessment, language or case.language)))
        return
    for line in report.assessment_lines(assessment, words(language or case.language, case.place)):
        click.echo(line)


@clinic.command("assess-group")
@click.argument("file", metavar="FILE")
@on_option
@json_option
@language_option
def assess_group(file: str, on: dt.date | None, as_json: bool, language: str | None) -> None:  # noqa: FBT001 - click's way
    """Check many workers of one employer, from one group FILE: amounts for each and in total."""
    books = clinics.rule_books()
    cases = groups.decode(read_file(file), books)
    found = groups.assess(books, cases, on or today())
    spoken = language or cases[0].language
    if as_json:
        click.echo(report.as_json(report.group_document(found, spoken)))
        return
    for line in report.group_lines(found, words(spoken, cases[0].place)):
        click.echo(line)


@clinic.command()
@click.option("--clinic", "name", metavar="NAME", required=True, help="Name of the clinic.")
@click.option(
    "--place", metavar="mx|pe|ge", required=True, help="Country whose law it works with, or another that has a book."
)
@click.option("--user", metavar="NAME", required=True, help="Name of the first user.")
@click.pass_obj
def init(desk: Desk, name: str, place: str, user: str) -> None:
    """Make a clinic; its recovery key is printed once and nowhere kept."""
    if clinics.exists(desk.folder):
        raise InputError(
            "--data", N_("there is already a clinic in {folder}"), N_("an empty folder"), folder=desk.folder
        )
    opened, recovery = clinics.create(desk.folder, name, place, user, password(twice=True))
    opened.close()
    click.echo(recovery)


@clinic.command("intake")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@on_option
@click.pass_obj
def save_intake(desk: Desk, files: tuple[str, ...], on: dt.date | None) -> None:
    """Save intake files as cases and print their numbers. All are checked before the first is saved."""
    contents = {file: read_file(file) for file in files}
    with closing(desk.unlock()) as opened:
        for number in intake.import_files(opened, contents, on or today()):
            click.echo(number)


@clinic.command("cases")
@click.option("--search", metavar="TEXT", default="", help="Part of a name, employer, place, phone or number.")
@json_option
@click.pass_obj
def list_cases(desk: Desk, search: str, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """List the cases, the last touched first."""
    with closing(desk.unlock()) as opened:
        rows = casework.cases(opened, search, limit=max(1, casework.count(opened)))
    if as_json:
        click.echo(report.as_json([report.row_document(row) for row in rows]))
        return
    w = messages()
    for row in rows:
        click.echo(report.row_line(row, w))


@clinic.command()
@click.argument("number", metavar="CASE")
@on_option
@json_option
@click.pass_obj
def show(desk: Desk, number: str, on: dt.date | None, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Show one case: what was told, what the law check says, what a newer rule book changes."""
    day, chosen = on or today(), on is not None
    with closing(desk.unlock()) as opened:
        case_id = casework.find(opened, number)
        case = casework.case(opened, case_id)
        change = screening.compare(opened, case_id, day)
        gone = change is not None and not change.book_is_here
        has_check = case.place in opened.books and not gone
        assessment = screening.assess(opened, case_id, day, chosen=chosen) if has_check else None
        row = casework.row(opened, case_id)
    w = messages()
    if as_json:
        document = report.assessment_document(assessment, case.language) if assessment else None
        click.echo(report.as_json(report.case_document(row, case, document, change)))
        return
    click.echo(report.row_line(row, w))
    for line in (*_told(case, w), *(report.change_lines(change, w) if change else ())):
        click.echo(line)
    if assessment:
        for line in report.assessment_lines(assessment, w):
            click.echo(line)


@clinic.command()
@click.argument("number", metavar="CASE")
@on_option
@click.pass_obj
def adopt(desk: Desk, number: str, on: dt.date | None) -> None:
    """Compute a case with the newest rule book from now on; “show” says before what that changes."""
    with closing(desk.unlock()) as opened:
        case_id = casework.find(opened, number)
        screening.adopt(opened, case_id, on or today(), chosen=on is not None)
        click.echo(casework.case(opened, case_id).rules_version)


@clinic.command("clock")
@click.option("--confirm", is_flag=True, help="The computer's day is right: count deadlines from it again.")
@click.pass_obj
def check_clock(desk: Desk, confirm: bool) -> None:  # noqa: FBT001 - click's way
    """Show the computer's day and the last day on which this clinic counted deadlines."""
    w = messages()
    with closing(desk.unlock()) as opened:
        if confirm:
            clock.confirm(opened, today())
        last = clock.last_known(opened)
    click.echo(w("The computer's day: {day}", day=w.date(today())))
    click.echo(w("Deadlines were last counted on: {day}", day=w.date(last) if last else "—"))


def _told(case: CaseFile, w: Words) -> list[str]:
    """Return the worker's own words and the job's dates, as lines."""
    job = case.section("job")
    lines = [case.section("story").text("told")]
    for field, title in (("start", N_("First day of work")), ("last_day", N_("Last day worked"))):
        date = job.date(field)
        if date is not None:
            lines.append(f"{w(title)}: {w.told(date)}")
    return [line for line in lines if line]


@clinic.command()
@click.option("--out", metavar="DIR", default="demo", show_default=True, help="Where pictures and papers go.")
@click.pass_obj
def demo(desk: Desk, out: str) -> int:
    """Open a practice clinic of invented people; without a display, make its papers and pictures."""
    return desk.show_demo(Path(out))
