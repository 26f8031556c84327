"""`clinic evidence`: keep files in a case, list them with what cannot be printed, get the originals back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from clinic_app.cli import report
from clinic_app.cli.desk import Desk, json_option, messages
from clinic_app.domain.catalogue import EVIDENCE, EVIDENCE_KINDS
from clinic_app.domain.exhibits import WHY_NOT, EvidenceFile
from clinic_app.i18n import Words
from clinic_app.services import casework
from clinic_app.services import evidence as files
from clinic_app.services.evidence import Piece
from clinic_app.words import N_


@click.group("evidence")
def evidence() -> None:
    """Keep the files of a case's evidence."""


@evidence.command("add")
@click.argument("number", metavar="CASE")
@click.argument("names", metavar="FILE...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice([kind.code for kind in EVIDENCE_KINDS]), help="What kind of evidence it is.")
@click.option("--title", metavar="TEXT", help="What it is; the file's name when left out.")
@click.pass_obj
def add_files(desk: Desk, number: str, names: tuple[str, ...], kind: str | None, title: str | None) -> None:
    """Keep each FILE in a CASE. With a title, several files become one piece of evidence."""
    w = messages()
    answers: dict[str, object] = {key: value for key, value in (("kind", kind), ("title", title)) if value}
    with closing(desk.unlock()) as opened:
        case_id = casework.find(opened, number)
        row = ""
        for name in names:
            added = files.add_path(opened, case_id, Path(name), evidence=row if title else "", answers=answers)
            row = row or added.file.evidence
            if added.again:
                click.echo(w(N_("{name}: this file is in the case already"), name=name), err=True)
        for piece in files.pieces(opened, case_id):
            for line in _lines(piece, w):
                click.echo(line)


@evidence.command("list")
@click.argument("number", metavar="CASE")
@json_option
@click.pass_obj
def list_files(desk: Desk, number: str, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """List the evidence of a CASE with its files."""
    with closing(desk.unlock()) as opened:
        pieces = files.pieces(opened, casework.find(opened, number))
    w = messages()
    if as_json:
        click.echo(report.as_json([_document(piece, w) for piece in pieces]))
        return
    for piece in pieces:
        for line in _lines(piece, w):
            click.echo(line)


@evidence.command("save")
@click.argument("number", metavar="CASE")
@click.argument("which", metavar="NUMBER")
@click.option("--out", metavar="FILE", required=True, help="Where to write it. Whoever finds it there can read it.")
@click.pass_obj
def save_file(desk: Desk, number: str, which: str, out: str) -> None:
    """Write the file with a NUMBER, as "list" shows it, exactly as it was added."""
    with closing(desk.unlock()) as opened:
        file = files.find(opened, casework.find(opened, number), which)
        files.save(opened, file.id, Path(out))
    click.echo(out)


def _lines(piece: Piece, w: Words) -> list[str]:
    title = piece.row.text("title") or _kind(piece, w)
    if not piece.files:
        return [f"{piece.number}  {title}"]
    return [
        f"{_number(piece, at)}  {title}  {file.facts.name}  {file.size}  {file.sha256[:12]}{_remark(file, w)}"
        for at, file in enumerate(piece.files, start=1)
    ]


def _number(piece: Piece, at: int) -> str:
    return str(piece.number) if len(piece.files) == 1 else f"{piece.number}.{at}"


def _kind(piece: Piece, w: Words) -> str:
    field = EVIDENCE.field("kind")
    return next((w.say(choice.label) for choice in field.choices if choice.code == piece.row.text("kind")), "—")


def _remark(file: EvidenceFile, w: Words) -> str:
    if not file.here:
        return "  " + w(N_("not here yet"))
    if file.facts.trouble is not None:
        return "  " + w(N_("not printed: {why}"), why=w(WHY_NOT[file.facts.trouble]))
    return "  " + w.many(N_("{count} page"), N_("{count} pages"), file.facts.pages)


def _document(piece: Piece, w: Words) -> dict[str, object]:
    return {
        "number": piece.number,
        "title": piece.row.text("title"),
        "kind": piece.row.text("kind"),
        "files": [
            {
                "number": _number(piece, at),
                "name": file.facts.name,
                "media": file.facts.media.value,
                "bytes": file.size,
                "sha256": file.sha256,
                "pages": file.facts.pages,
                "here": file.here,
                "not_printed": w(WHY_NOT[file.facts.trouble]) if file.facts.trouble else "",
                "seconds": file.facts.millis / 1000,
            }
            for at, file in enumerate(piece.files, start=1)
        ],
    }
