"""The commands about papers: is a file unaltered, can a case be filed, blank forms."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import Final

import click

from clinic_app.cli import report
from clinic_app.cli.desk import Desk, json_option, language_option, messages, on_option, read_file, today
from clinic_app.domain.packet import Document, Made, Paper, Preset, ReadyClaim
from clinic_app.errors import InputError
from clinic_app.i18n import PAPER_LANGUAGES, Words
from clinic_app.services import casework, files, intake, packet, ruler
from clinic_app.services import clinic as clinics
from clinic_app.words import N_

_CUT: Final = N_("{sheets} sheets in {count} volumes")

NOT_READY: Final = 3
"""Exit status when a claim cannot be filed yet."""

paper_option: Final = click.option(
    "--paper", type=click.Choice([p.value for p in Paper]), help="Sheet size; the place's own when left out."
)


@click.command("packet")
@click.argument("what", metavar="FILE|CASE")
@click.option("--out", metavar="OUT.pdf", required=True, help="Where to write the PDF; volumes become OUT-1.pdf, …")
@click.option("--preset", type=click.Choice([p.value for p in Preset]), default=Preset.WORKER.value, show_default=True)
@language_option
@paper_option
@click.option(
    "--document",
    "names",
    multiple=True,
    type=click.Choice([d.value for d in Document]),
    help="Only this paper; repeat it for several. Without it, what the preset holds.",
)
@click.option(
    "--late-after",
    metavar="CODE",
    default="",
    help="Only what is new since the papers with this code, as section G behind them (a saved CASE).",
)
@click.option(
    "--sheet-height",
    type=click.IntRange(ruler.LEAST_MM, ruler.MOST_MM),
    help="Height in millimetres of this printer's oficio, as the ruler page showed it.",
)
@on_option
@click.pass_obj
def make_packet(
    desk: Desk,
    what: str,
    out: str,
    preset: str,
    language: str | None,
    paper: str | None,
    names: tuple[str, ...],
    late_after: str,
    sheet_height: int | None,
    on: dt.date | None,
) -> None:
    """Write the papers of an intake FILE, or of a saved CASE by its number, as one PDF.

    A filing copy of more than 150 sheets is cut into volumes, a file each.
    """
    documents = tuple(Document(name) for name in names) or None
    target = _free(out)
    if Path(what).is_file() or not clinics.exists(desk.folder):
        if late_after:
            raise InputError("--late-after", N_("only a saved case remembers what was handed over"), "CASE")
        books = clinics.rule_books()
        case = intake.decode(read_file(what), books)
        made = packet.make_file(
            books,
            case,
            preset=Preset(preset),
            paper=Paper(paper) if paper else packet.default_paper(case.place, books),
            language=language or case.language,
            on=on or today(),
            documents=documents,
            folder=Path(what).parent,
            sheet_height=sheet_height,
        )
        _write(target, made)
        return
    with closing(desk.unlock()) as opened:
        case_id = casework.find(opened, what)
        case = casework.case(opened, case_id)
        made = packet.make(
            opened,
            case_id,
            preset=Preset(preset),
            paper=Paper(paper) if paper else packet.default_paper(case.place, opened.books),
            language=language or case.language,
            on=on or today(),
            chosen=on is not None,
            documents=documents,
            late_after=late_after,
            sheet_height=sheet_height,
        )
        _write(target, made)
        packet.note(opened, case_id, made, preset, how="file")


def _free(out: str) -> Path:
    target = Path(out)
    if target.is_dir():
        raise InputError("--out", N_("{file} is a folder"), N_("a file name that ends in .pdf"), file=out)
    return target


def _write(target: Path, made: Made) -> None:
    """Write every volume, each whole or not at all, and say their names."""
    cut = len(made.volumes) > 1
    for number, pdf in enumerate(made.volumes, start=1):
        file = target.with_stem(f"{target.stem}-{number}") if cut else target
        files.write(file, pdf)
        click.echo(str(file))
    if cut:
        click.echo(messages()(_CUT, sheets=made.held.pages, count=len(made.volumes)), err=True)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--pages", metavar="PAGES", required=True, help="Pages counted from 1, like 2, 5-7.")
@click.option("--out", metavar="OUT.pdf", required=True, help="Where to write them.")
def extract(file: str, pages: str, out: str) -> None:
    """Write some pages of a packet's FILE alone, to print them again with the same stamps and numbers."""
    pdf = packet.extract(read_file(file, most=packet.LARGEST_PDF), pages)
    files.write(_free(out), pdf)
    click.echo(out)


@click.command("ruler")
@click.option("--out", metavar="OUT.pdf", required=True, help="Where to write the page.")
@click.option("--language", type=click.Choice(list(PAPER_LANGUAGES)), default="es", show_default=True)
@paper_option
def ruler_page(out: str, language: str, paper: str | None) -> None:
    """Write the page that shows whether a printer prints in true size, and how high its oficio is."""
    files.write(_free(out), ruler.page(language, "mx", Paper(paper) if paper else Paper.OFICIO))
    click.echo(out)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--code", metavar="CODE", default="", help="The code at the foot of a printed page, to compare.")
@json_option
def verify(file: str, code: str, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Say whether a paper's FILE was made by this program and is unaltered.

    It needs no record of any clinic. It shows that nothing was changed, not who made the file.
    """
    checked = packet.verify(read_file(file, most=packet.LARGEST_PDF), file, code)
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
@paper_option
@click.option("--out", metavar="OUT.pdf", required=True, help="Where to write the PDF.")
def blank_intake(place: str, language: str, paper: str | None, out: str) -> None:
    """Write the intake form of a place, empty, for the day without power."""
    pdf = packet.intake_form(clinics.rule_books(), place, language, Paper(paper) if paper else None)
    files.write(Path(out), pdf)
    click.echo(out)
