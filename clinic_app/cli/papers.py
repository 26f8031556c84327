"""The commands about papers: is a file unaltered, can a case be filed, blank forms."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from clinic_app.cli import report
from clinic_app.cli.desk import Desk, json_option, messages, on_option, read_file, today
from clinic_app.domain.packet import Paper, ReadyClaim
from clinic_app.i18n import PAPER_LANGUAGES, Words
from clinic_app.services import casework, intake, packet
from clinic_app.services import clinic as clinics
from clinic_app.words import N_

NOT_READY: Final = 3
"""Exit status when a claim cannot be filed yet."""


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--code", metavar="CODE", default="", help="The code at the foot of a printed page, to compare.")
@json_option
def verify(file: str, code: str, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Say whether a paper's FILE was made by this program and is unaltered.

    It needs no record of any clinic. It shows that nothing was changed, not who made the file.
    """
    checked = packet.verify(read_file(file), file, code)
    if as_json:
        click.echo(
            report.as_json({"file": file, "intact": checked.intact, "case": checked.folio, "code": checked.code})
        )
        return
    w = messages()
    click.echo(w(N_("Unaltered since it was made. Code: {code}"), code=checked.code))
    if checked.folio:
        click.echo(w(N_("Case: {number}"), number=checked.folio))


@click.command()
@click.argument("what", metavar="FILE|CASE")
@on_option
@json_option
@click.pass_obj
def ready(desk: Desk, what: str, on: dt.date | None, as_json: bool) -> int:  # noqa: FBT001 - click's way
    """Say of each claim of an intake FILE, or of a saved CASE, whether it can be filed and what is missing.

    The exit status is 0 when every claim is ready and 3 when something is missing.
    """
    if Path(what).is_file() or not clinics.exists(desk.folder):
        books = clinics.rule_books()
        claims = packet.ready_file(books, intake.decode(read_file(what), books), on or today())
    else:
        with closing(desk.unlock()) as opened:
            claims = packet.ready(opened, casework.find(opened, what), on or today(), chosen=on is not None)
    w = messages()
    if as_json:
        click.echo(report.as_json([_document(claim, w) for claim in claims]))
    else:
        for line in _lines(claims, w):
            click.echo(line)
    return 0 if claims and all(claim.ready for claim in claims) else NOT_READY


def _document(claim: ReadyClaim, w: Words) -> dict[str, object]:
    points = [{"question": w(p.question), "met": p.met, "missing": w(p.missing)} for p in claim.points]
    return {"claim": w.say(claim.title), "cite": claim.cite, "ready": claim.ready, "points": points}


def _lines(claims: tuple[ReadyClaim, ...], w: Words) -> list[str]:
    if not claims:
        return [w(N_("The law check found nothing to claim with the answers it has."))]
    lines = []
    for claim in claims:
        boxes = "".join("☒" if point.met else "☐" for point in claim.points)
        lines.append(f"{boxes}  {w.say(claim.title)}" + (f" ({claim.cite})" if claim.cite else ""))
        lines += [f"    {at}. {w(p.question)} {w(p.missing)}" for at, p in enumerate(claim.points, 1) if not p.met]
    return lines


@click.group()
def form() -> None:
    """Write empty forms to fill in by hand."""


@form.command("intake")
@click.option("--place", metavar="mx|pe|ge", required=True, help="The place whose questions are asked.")
@click.option("--language", type=click.Choice(list(PAPER_LANGUAGES)), default="es", show_default=True)
@click.option("--paper", type=click.Choice([p.value for p in Paper]), help="Sheet size; the place's own when left out.")
@click.option("--out", metavar="OUT.pdf", required=True, help="Where to write the PDF.")
def blank_intake(place: str, language: str, paper: str | None, out: str) -> None:
    """Write the intake form of a place, empty, for the day without power."""
    pdf = packet.intake_form(clinics.rule_books(), place, language, Paper(paper) if paper else None)
    packet.write_pdf(Path(out), pdf)
    click.echo(out)
