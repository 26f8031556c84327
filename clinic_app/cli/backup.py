"""`clinic backup`, `restore`, `check`: what keeps a clinic alive when a disk does not."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import closing
from pathlib import Path

import click

from clinic_app.cli.desk import Desk, messages, password
from clinic_app.errors import InputError, KnownError
from clinic_app.i18n import Words
from clinic_app.services import backup as backups
from clinic_app.services import checking, restoring
from clinic_app.services import clinic as clinics
from clinic_app.services.checking import Finding
from clinic_app.services.restoring import Opening, Restored
from clinic_app.words import N_

RECOVERY_VARIABLE = "CLINIC_RECOVERY_KEY"


@click.command("backup")
@click.argument("to", metavar="TO", required=False)
@click.pass_obj
def make_backup(desk: Desk, to: str | None) -> None:
    """Make a backup of the clinic in the folder TO (a stick), or on this computer, and prove it."""
    w = messages()
    with closing(desk.unlock()) as opened:
        made = backups.make(opened, _now(), Path(to) if to else None)
    said = w("Backup of {made} made and proven: {size} MB", made=_when(made.made), size=_megabytes(made.size))
    click.echo(f"{said}\n{made.folder}")


@click.command("restore")
@click.argument("source", metavar="FROM")
@click.option("--to", metavar="DIR", required=True, help="Folder of the clinic; what is there is put aside.")
@click.option("--user", metavar="NAME", help="Who opens it; with the recovery key, who gets the new password.")
@click.option("--list", "only_list", is_flag=True, help="Only list the backups that are there.")
@click.option("--recovery", is_flag=True, help=f"Open with the printed key: {RECOVERY_VARIABLE}, or asked for.")
def restore_backup(source: str, to: str, user: str | None, only_list: bool, recovery: bool) -> None:  # noqa: FBT001 - click's way
    """Restore the newest backup that is whole in the folder FROM (a stick, or one backup itself) into a folder."""
    w = messages()
    found = restoring.find(Path(source))
    if only_list:
        for one in found:
            users = ", ".join(one.users)
            click.echo(
                f"{one.backup.folder}  {_when(one.backup.made)}  {_megabytes(one.backup.size)} MB  "
                f"{w(checking.STATES[one.backup.state])}  {users}"
            )
        return
    chosen = next((one.backup for one in found if one.backup.usable), None)
    if chosen is None:
        raise InputError("FROM", N_("there is no whole backup in {folder}"), N_("a stick or folder"), folder=source)
    target = Path(to)
    clinics.exists(target)
    restored = restoring.restore(chosen, target, _opening(user, w, recovery=recovery), _now())
    _tell(restored, w)


@click.command("check")
@click.option("--repair", is_flag=True, help="Mend what can be mended; damaged files are put aside, never changed.")
@click.option("--from", "places", metavar="DIR", multiple=True, help="One more folder or stick with backups.")
@click.pass_obj
def check_clinic(desk: Desk, repair: bool, places: tuple[str, ...]) -> int:  # noqa: FBT001 - click's way
    """Check file, journal, evidence, keys, record of deeds and backups; exit 2 when one is bad."""
    w = messages()
    elsewhere = tuple(Path(place) for place in places)
    if repair:
        _mend(desk, elsewhere, w)
    with closing(desk.unlock()) as opened:
        findings = checking.check(opened, _now(), elsewhere)
    for one in findings:
        click.echo(_line(one, w))
    return 0 if all(one.is_fine for one in findings) else 2


def _mend(desk: Desk, places: tuple[Path, ...], w: Words) -> None:
    """Mend a clinic that does not open; then, in an open one, what is missing of its rows and evidence."""
    clinics.exists(desk.folder)
    if checking.keys_problem(desk.folder) is not None:
        taken = restoring.mend_keys(desk.folder, places)
        click.echo(w("The keys were taken from the backup of {made}.", made=_when(taken.made)))
    try:
        opened = desk.unlock()
    except KnownError as error:
        if error.code not in restoring.DAMAGED:
            raise
        _tell(restoring.mend(desk.folder, Opening(password()), _now(), places), w)
        opened = desk.unlock()
    with closing(opened):
        for said in checking.mend(opened, places):
            click.echo(w(said.text, **said.params))


def _tell(restored: Restored, w: Words) -> None:
    restored.clinic.close()
    for said in restored.sentences():
        click.echo(w(said.text, **said.params))


def _line(one: Finding, w: Words) -> str:
    sign = "ok " if one.is_fine else "BAD"
    return f"{sign} {w(one.name)}: {w(one.text, **one.params)}"


def _opening(user: str | None, w: Words, *, recovery: bool) -> Opening:
    if not recovery:
        return Opening(password(), user or "")
    if not user:
        raise InputError("--user", N_("say who opens it"), N_("the name of the person who gets the new password"))
    key = os.environ.get(RECOVERY_VARIABLE) or str(click.prompt(w(N_("Recovery key")), err=True))
    return Opening(password(twice=True), user, key)


def _when(moment: dt.datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
