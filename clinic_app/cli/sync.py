"""`clinic enrol` and `clinic sync`: take part with a headquarters, and meet it by stick or line."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import click

from clinic_app.cli import report
from clinic_app.cli.desk import Desk, json_option, messages, read_file
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import casework, files, syncing
from clinic_app.services.syncing import CaseStatus, Status, Visit
from clinic_app.words import N_


@click.group("enrol")
def enrol() -> None:
    """Connect this computer with a headquarters, by two small files."""


@enrol.command("request")
@click.argument("out", metavar="OUT")
@click.option("--computer", metavar="NAME", default="", help="What this computer is called; the clinic's name if none.")
@click.pass_obj
def request(desk: Desk, out: str, computer: str) -> None:
    """Write the file that asks headquarters to let this computer take part."""
    with closing(desk.unlock()) as opened:
        content = syncing.request(opened, computer or opened.info.name)
    files.write(Path(out), content)
    click.echo(out)


@enrol.command("accept")
@click.argument("certificate", metavar="CERTIFICATE")
@click.pass_obj
def accept(desk: Desk, certificate: str) -> None:
    """Take the file that headquarters made; its six words are to be compared with headquarters by telephone."""
    content = read_file(certificate)
    w = messages()
    with closing(desk.unlock()) as opened:
        joining = syncing.read_enrolment(opened, content)
        click.echo(w("Headquarters: {name}", name=joining.headquarters))
        click.echo(w("Words to compare: {words}", words=joining.words))
        if sys.stdin.isatty():
            click.confirm(w("Does headquarters read the same six words?"), abort=True, err=True)
        syncing.enrol(opened, joining)


@click.group("sync")
def sync() -> None:
    """Meet headquarters and the other computers of the clinic."""


@sync.command("stick")
@click.argument("folder", metavar="FOLDER")
@click.option("--slip", metavar="FILE", default="", help="Also write the slip into a text file.")
@click.pass_obj
def by_stick(desk: Desk, folder: str, slip: str) -> None:
    """Take what is for us in FOLDER, and leave there what headquarters lacks. Prints the slip."""
    path = Path(folder)
    if not path.is_dir():
        raise InputError("FOLDER", N_("there is no folder {folder}"), N_("the folder of a stick"), folder=folder)
    w = messages()
    with closing(desk.unlock()) as opened:
        visit = syncing.by_stick(opened, path)
    lines = _visit_lines(visit, w)
    if slip and visit.slip is not None:
        files.write(Path(slip), ("\n".join(_slip_lines(visit, w)) + "\n").encode())
    for line in lines:
        click.echo(line)


@sync.command("online")
@click.pass_obj
def online(desk: Desk) -> None:
    """Do the same over the line; what was cut off goes on where it was."""
    w = messages()
    with closing(desk.unlock()) as opened:
        visit = syncing.online(opened)
    for line in _visit_lines(visit, w):
        click.echo(line)


@sync.command("status")
@click.option("--case", "number", metavar="CASE", default="", help="How it stands with one case.")
@json_option
@click.pass_obj
def status(desk: Desk, number: str, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Say what is saved here, on a stick, received and safe at headquarters."""
    w = messages()
    with closing(desk.unlock()) as opened:
        if number:
            case = syncing.case_status(opened, casework.find(opened, number))
            click.echo(report.as_json(_case_document(case)) if as_json else _case_line(case, w))
            return
        found = syncing.status(opened)
    if as_json:
        click.echo(report.as_json(_status_document(found)))
        return
    for line in _status_lines(found, w):
        click.echo(line)


@sync.command("pause")
@click.pass_obj
def pause(desk: Desk) -> None:
    """Send nothing over the line until “resume”."""
    with closing(desk.unlock()) as opened:
        syncing.pause(opened, paused=True)


@sync.command("resume")
@click.pass_obj
def resume(desk: Desk) -> None:
    """Let the line go on."""
    with closing(desk.unlock()) as opened:
        syncing.pause(opened, paused=False)


@sync.command("allowance")
@click.argument("megabytes", type=click.IntRange(min=0))
@click.pass_obj
def allowance(desk: Desk, megabytes: int) -> None:
    """Set how many MEGABYTES of photos and papers one meeting over the line may send."""
    with closing(desk.unlock()) as opened:
        syncing.set_allowance(opened, megabytes * 1_000_000)


def _visit_lines(visit: Visit, w: Words) -> list[str]:
    lines = [w("New here: {changes} changes in {cases} cases.", changes=visit.taken, cases=visit.cases)]
    if visit.disputes:
        lines.append(w("Two people wrote different things: {count}. See: clinic conflicts", count=visit.disputes))
    lines += [w("New rule book: {version}", version=version) for version in visit.books]
    told = (*visit.problems, *((visit.for_others,) if visit.for_others and not visit.taken else ()))
    lines += [" ".join(w.error(problem).split()) for problem in told]
    return lines + _slip_lines(visit, w)


def _slip_lines(visit: Visit, w: Words) -> list[str]:
    slip = visit.slip
    if slip is None:
        return []
    return [
        w("From {computer}, {clinic}, for {to}", computer=slip.computer, clinic=slip.clinic, to=slip.headquarters),
        w(
            "Left: {changes} changes and {files} parts of files, {size} bytes, in {volumes} bundles",
            changes=slip.changes,
            files=slip.files,
            size=slip.size,
            volumes=slip.volumes,
        ),
        w("Words to compare: {words}", words=slip.words),
    ]


def _status_lines(found: Status, w: Words) -> list[str]:
    lines = [w("Saved here: {count} changes", count=found.saved)]
    if not found.enrolled:
        lines.append(w("This computer is not connected with a headquarters yet."))
    else:
        lines += [
            w("On a stick: {count}", count=found.on_stick),
            w("Received at headquarters: {count}", count=found.received),
            w("Safe at headquarters: {count}", count=found.safe),
            w("Waiting: {count} changes and {files} parts of files", count=found.waiting, files=found.files_waiting),
        ]
        if found.last_heard is not None:
            lines.append(w("Last word of headquarters: {day}", day=w.date(found.last_heard.astimezone().date())))
        if found.paused:
            lines.append(w("Sending over the line is paused."))
    for notice in found.notices:
        lines.append(f"{w(notice.what, **notice.params)} {w(notice.next_step)}")
    return lines


def _status_document(found: Status) -> dict[str, object]:
    return {
        "enrolled": found.enrolled,
        "headquarters": found.headquarters,
        "clinic": found.clinic,
        "computer": found.computer,
        "saved": found.saved,
        "on_stick": found.on_stick,
        "received": found.received,
        "safe": found.safe,
        "waiting": found.waiting,
        "waiting_since": found.waiting_since.isoformat() if found.waiting_since else None,
        "files_waiting": found.files_waiting,
        "bytes_waiting": found.bytes_waiting,
        "files_lacking": found.files_lacking,
        "last_heard": found.last_heard.isoformat() if found.last_heard else None,
        "last_received": found.last_received.isoformat() if found.last_received else None,
        "last_stick": found.last_stick.isoformat() if found.last_stick else None,
        "stick_words": found.stick_words,
        "held": found.held,
        "put_aside": found.put_aside,
        "paused": found.paused,
        "allowance": found.allowance,
        "notices": [notice.what.format(**notice.params) for notice in found.notices],
    }


def _case_line(case: CaseStatus, w: Words) -> str:
    if case.is_safe:
        return w("Safe at headquarters.")
    if case.is_received:
        return w("Received at headquarters.")
    day = w.date(case.since.astimezone().date()) if case.since else "—"
    return w(
        "{count} changes and {files} parts of files waiting since {day}",
        count=case.changes_waiting,
        files=case.files_waiting,
        day=day,
    )


def _case_document(case: CaseStatus) -> dict[str, object]:
    return {
        "waiting": case.changes_waiting,
        "files_waiting": case.files_waiting,
        "since": case.since.isoformat() if case.since else None,
        "received": case.is_received,
        "safe": case.is_safe,
    }
