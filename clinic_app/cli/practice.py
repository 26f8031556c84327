"""`clinic practice`: the stories to practise with, the instructor's list of scores, and making the practice clinic new.

Without --data it is the practice clinic of this computer. Only what keeps people from learning is behind the
instructor's key: the list of scores and the reset.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Final

import click

from clinic_app import paths
from clinic_app.cli.desk import Desk, language_option, messages, on_option, today
from clinic_app.domain.practice import Mark, Score
from clinic_app.errors import InputError
from clinic_app.i18n import Words
from clinic_app.services import casework, files, intake, packet
from clinic_app.services import clinic as clinics
from clinic_app.services import practice as teaching
from clinic_app.services.clinic import Clinic
from clinic_app.words import N_

KEY_VARIABLE: Final = "CLINIC_INSTRUCTOR_KEY"

place_option = click.option("--place", type=click.Choice(list(clinics.EXPECTED_PLACES)), help="Country.")


@click.group("practice")
def practice() -> None:
    """Practise with invented people, and see how it went."""


@practice.command("list")
@place_option
def list_stories(place: str | None) -> None:
    """List the stories that can be practised."""
    w = messages()
    for story in teaching.stories(place or ""):
        click.echo(f"{story.id:<16} {w.say(story.title)}")
        click.echo(f"{'':<16} {w.say(story.teaches)}")


@practice.command("sheet")
@click.argument("story", metavar="STORY")
@click.option("--out", "file", metavar="OUT.pdf", required=True, help="Where the sheet is written.")
@click.option("--answers", is_flag=True, help="The answer key for the instructor, not the role play.")
@on_option
@language_option
def sheet(story: str, file: str, *, answers: bool, on: dt.date | None, language: str | None) -> None:
    """Make the sheet for whoever plays the worker of a STORY, or its answer key."""
    chosen, books = teaching.story(story), clinics.rule_books()
    day = on or today()
    spoken = language or messages().language
    paper = packet.default_paper(chosen.place, books)
    if answers:
        pdf = teaching.answer_key(books, chosen, spoken, paper, day)
    else:
        pdf = teaching.role_play(chosen, spoken, paper, day)
    files.write(Path(file), pdf)


@practice.command("score")
@click.argument("case", metavar="[CASE]", required=False)
@click.option("--out", "file", metavar="FILE", help="Write the list as a spreadsheet (.xlsx) or as PDF.")
@click.pass_obj
def score(desk: Desk, case: str | None, file: str | None) -> None:
    """Score the interview of a CASE, or show the instructor's list when none is named."""
    w = messages()
    with closing(_open(desk)) as opened:
        if case is not None:
            for line in score_lines(teaching.score(opened, casework.find(opened, case)), w):
                click.echo(line)
            return
        teaching.check_key(opened, _key())
        if file is not None:
            _write_list(opened, Path(file), w)
            return
        for kept in teaching.scores(opened):
            cells = (kept.on.isoformat(), kept.trainee, w.say(kept.title), _percent(kept.detection))
            passed = w(N_("Passed")) if kept.passed else w(N_("Not yet"))
            click.echo("  ".join((*cells, _percent(kept.precision), passed)))


@practice.command("key")
@click.pass_obj
def key(desk: Desk) -> None:
    """Set the instructor's key of the practice clinic, the first time."""
    with closing(_open(desk)) as opened:
        teaching.set_key(opened, _key())


@practice.command("reset")
@place_option
@click.option("--forget-scores", is_flag=True, help="The list of scores goes too.")
@click.option("--forgotten-key", is_flag=True, help="Without the key: scores and key go with the old clinic.")
@click.pass_obj
def reset(desk: Desk, place: str | None, *, forget_scores: bool, forgotten_key: bool) -> None:
    """Make the practice clinic new with its invented cases; the list of scores stays."""
    opened = _open(desk)
    to = place or opened.info.place
    if forgotten_key:
        teaching.reset_without_key(opened, to).close()
        return
    try:
        teaching.check_key(opened, _key())
    except BaseException:
        opened.close()
        raise
    teaching.reset(opened, _key(), to, keep_scores=not forget_scores).close()


def score_lines(made: Score, w: Words) -> list[str]:
    """Return a score in words, a line a reason."""
    lines = [
        w(N_("Nothing missed: {part}"), part=_percent(made.detection)),
        w(N_("Nothing invented: {part}"), part=_percent(made.precision)),
        w(N_("Facts right: {right} of {all}"), right=made.facts_right, all=len(made.facts)),
    ]
    lines += [w(N_("Missed: {what}"), what=w.say(one.title)) for one in made.missed]
    lines += [w(N_("Not confirmed: {what}"), what=w.say(one.title)) for one in made.invented]
    for fact in made.facts:
        if fact.mark is not Mark.RIGHT:
            said = w.say(made.said_of(fact, w.told))
            word = w(N_("Missed")) if fact.mark is Mark.MISSED else w(N_("Wrong"))
            lines.append(f"{word}: {w.say(fact.field.label)} – {said}")
    for good, told in ((made.safety, N_("Safety was not asked")), (made.consent, N_("A permission was not asked"))):
        if not good:
            lines.append(w(told))
    if made.deadline is False:
        lines.append(w(N_("The deadline was not found")))
    return [*lines, w(N_("Passed")) if made.passed else w(N_("Not yet"))]


def _open(desk: Desk) -> Clinic:
    folder = desk.data if desk.data is not None else paths.practice_data()
    opened = clinics.open_practice(folder, intake.fill_practice)
    if not opened.info.practice:
        opened.close()
        raise InputError("--data", N_("this is not a practice clinic"), N_("the folder of a practice clinic"))
    return opened


def _write_list(opened: Clinic, file: Path, w: Words) -> None:
    if file.suffix.lower() == ".xlsx":
        files.write(file, teaching.table(opened, w.say, w.language))
        return
    paper = packet.default_paper(opened.info.place, opened.books)
    files.write(file, teaching.print_scores(opened, w.language, paper, today()))


def _key() -> str:
    given = os.environ.get(KEY_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise InputError(KEY_VARIABLE, N_("no instructor's key was given"), N_("the key in this variable"))
    return str(click.prompt(messages()(N_("Instructor's key")), hide_input=True, err=True))


def _percent(part: Fraction) -> str:
    return f"{int(part * 100)} %"
