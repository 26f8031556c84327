"""The `hq` command: reads the words typed, calls headquarters, prints, and says how it ended.

Exit status 0; 3 when not everything could be read; 2 with one clear line on standard error when the
operator or the world was wrong; 1 when this program was. No password, key or name of a worker is
ever printed but what was asked for.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from sync.errors import SyncError
from sync.hq import (
    backup,
    books,
    devices,
    export,
    keys,
    office,
    post,
    quarantine,
    records,
    recover,
    report,
    server,
    status,
    trouble,
)
from sync.hq.certificate import LineKeys
from sync.hq.files import replace
from sync.hq.keys import Opening
from sync.hq.office import Office
from sync.wire import LINE_PORT

BAD_INPUT: Final = 2
OUR_FAULT: Final = 1
NOT_ALL: Final = 3

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where headquarters lies and how it is opened."""

    folder: Path
    key_file: Path | None

    def opening(self, *, twice: bool = False) -> Opening:
        """Return how to open it; the password is asked for, or read from HQ_PASSWORD."""
        if self.key_file is not None:
            return Opening(key_file=self.key_file)
        return Opening(password=_password(twice=twice))

    @contextmanager
    def opened(self) -> Iterator[Office]:
        """Open headquarters for a block."""
        if not office.exists(self.folder):
            raise trouble.no_headquarters(self.folder)
        if self.key_file is None and keys.by_file(self.folder):
            raise trouble.wrong("This headquarters is opened by a key file", "--key-file FILE")
        with office.opened(self.folder, self.opening()) as of:
            yield of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, that of the process unless words are given; return its exit status.

    Errors become one line on standard error.
    """
    try:
        result = hq.main(args=arguments, prog_name="hq", standalone_mode=False)
    except SyncError as error:
        return _fail(str(error))
    except click.exceptions.Abort:
        return _fail("Stopped.")
    except click.ClickException as error:
        return _fail(error.format_message())
    except BrokenPipeError:
        sys.stderr.close()
        return BAD_INPUT
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        return _fail(f"{name}{error.strerror or type(error).__name__}")
    except Exception as error:  # noqa: BLE001 - the last gate: a fault of ours is told, never dumped with its values
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else "?"
        click.echo(f"hq: something is wrong in this program ({type(error).__name__}, {place}).", err=True)
        return OUR_FAULT
    return result if isinstance(result, int) else 0


def _fail(text: str) -> int:
    click.echo(f"hq: {' '.join(text.split())}", err=True)
    return BAD_INPUT


def _password(*, twice: bool) -> str:
    return _ask("Password", "HQ_PASSWORD", twice=twice)


def _ask(what: str, variable: str, *, twice: bool = False) -> str:
    """Ask for a secret; it may be given in an environment variable where nobody can be asked."""
    given = os.environ.get(variable)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise trouble.wrong(f"No {what.lower()} was given", f"it in the variable {variable}, or a terminal to type it")
    asked: str = click.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
    return asked


@click.group()
@click.option("--data", metavar="DIR", required=True, envvar="HQ_DATA", help="Headquarters' folder.")
@click.option("--key-file", metavar="FILE", envvar="HQ_KEY_FILE", help="Opens headquarters in place of a password.")
@click.pass_context
def hq(context: click.Context, data: str, key_file: str | None) -> None:
    """Headquarters of labor clinics: gathers what they send by stick or line, and answers."""
    context.obj = Desk(Path(data), Path(key_file) if key_file else None)


@hq.command()
@click.option("--name", metavar="NAME", required=True, help="What clinics will see.")
@click.option("--database", "url", metavar="URL", default="", help="postgresql://… ; one encrypted file without it.")
@click.option("--address", "addresses", metavar="HOST[:PORT]", multiple=True, help="Where the line will reach it.")
@click.pass_obj
def init(desk: Desk, name: str, url: str, addresses: tuple[str, ...]) -> None:
    """Make a headquarters; its recovery key is printed once and nowhere kept."""
    if office.exists(desk.folder):
        raise trouble.already_there(desk.folder)
    if desk.key_file is not None:
        keys.new_key_file(desk.key_file)
    made, recovery = office.create(desk.folder, name, desk.opening(twice=True), url, addresses=addresses)
    made.close()
    click.echo(recovery)
    click.echo(
        "This recovery key opens headquarters when the password is lost, and every clinic's bundle. Print it, lock "
        "the paper away, and keep it on no computer.",
        err=True,
    )
    if url:
        click.echo(report.ON_POSTGRES, err=True)


@hq.command()
@click.option("--host", metavar="HOST", default="0.0.0.0", show_default=True, help="Where to listen.")  # noqa: S104 - a server's
@click.option("--port", metavar="PORT", default=LINE_PORT, show_default=True, type=click.IntRange(0, 65535))
@click.option("--address", "addresses", metavar="HOST[:PORT]", multiple=True, help="Where computers will reach it.")
@click.option(
    "--certificate",
    "chain",
    metavar="PEM",
    type=_FILE,
    help="An authority's, in place of our own: before computers are enrolled.",
)
@click.option("--key", metavar="PEM", type=_FILE, help="The key of --certificate.")
@click.pass_obj
def serve(desk: Desk, host: str, port: int, addresses: tuple[str, ...], chain: Path | None, key: Path | None) -> None:
    """Serve the line: computers meet headquarters over HTTPS until this is stopped."""
    with desk.opened() as of:
        line = LineKeys(of.secrets.line_key, of.secrets.line_certificate)
        if chain and key:
            line = LineKeys(key.read_bytes(), chain.read_bytes())
        elif chain or key:
            raise trouble.wrong("A certificate goes with its key", "--certificate PEM --key PEM")
        now = office.announce(of, addresses, own_certificate=chain is None)
        logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO, stream=sys.stderr)
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
        server.serve(now, host, port, line, lambda at: click.echo(f"Serving on port {at}."))


@hq.command()
@click.option("--recovery", is_flag=True, help="The password is lost: the recovery key is asked for.")
@click.option(
    "--new-key-file", "new_file", metavar="FILE", type=click.Path(path_type=Path), help="In place of a password."
)
@click.pass_obj
def password(desk: Desk, recovery: bool, new_file: Path | None) -> None:  # noqa: FBT001 - click's way
    """Set a new password, or a new key file; the recovery key stays."""
    if recovery:
        root = keys.recover(desk.folder, _ask("Recovery key", "HQ_RECOVERY"))
    else:
        root = keys.unlock(desk.folder, desk.opening())
    if new_file is not None:
        keys.new_key_file(new_file)
        keys.rewrap(desk.folder, root, Opening(key_file=new_file))
        return
    keys.rewrap(desk.folder, root, Opening(password=_ask("New password", "HQ_NEW_PASSWORD", twice=True)))


@hq.command("recover")
@click.argument("request", metavar="[REQUEST]", type=_FILE, required=False)
@click.option("--out", metavar="REPLY", type=click.Path(path_type=Path), help="File to carry back.")
@click.option("--yes", is_flag=True, help="The six words were compared: do not ask.")
@click.option("--log", "show_log", is_flag=True, help="List for which computers keys were given.")
@click.pass_obj
def recover_key(desk: Desk, request: Path | None, out: Path | None, yes: bool, show_log: bool) -> None:  # noqa: FBT001 - click's way
    """Let a clinic back into its locked computer: answer its REQUEST. Headquarters' printed key is asked for."""
    with desk.opened() as of:
        if show_log:
            click.echo("\n".join(map(report.recovery, recover.log(of))) or "No key was given.")
            return
        if request is None or out is None:
            raise trouble.wrong("A request is answered with a file", "REQUEST --out REPLY")
        asked = recover.read(of, request.read_bytes(), _ask("Printed key of headquarters", "HQ_RECOVERY"))
        click.echo(f"{asked.computer} of {asked.clinic}, for {asked.request.user}")
        if not asked.known:
            click.echo("Headquarters does not know this computer: the names are its own word.", err=True)
        click.echo(asked.words)
        if not yes:
            click.confirm("Do you know this person, and do they read the same six words?", abort=True, err=True)
        replace(out, recover.give(of, asked))
    click.echo("The answer opens this one computer, with the new password that was chosen there.")


@hq.command()
@click.argument("request", metavar="REQUEST", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clinic", metavar="NAME", required=True, help="The clinic that the computer belongs to.")
@click.option(
    "--out", metavar="CERTIFICATE", required=True, type=click.Path(path_type=Path), help="File to carry back."
)
@click.pass_obj
def enrol(desk: Desk, request: Path, clinic: str, out: Path) -> None:
    """Sign a computer's REQUEST; read the six words aloud to whoever sits at it."""
    with desk.opened() as of:
        done = devices.enrol(of, request.read_bytes(), clinic)
        replace(out, done.card)
    if done.new_clinic:
        click.echo(f"New clinic: {done.device.scope.clinic}")
    click.echo(f"{done.device.name} ({done.device.id.hex()})")
    click.echo(done.words)


@hq.command("take")
@click.argument("folder", metavar="FOLDER", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--clinic", "clinics", metavar="NAME", multiple=True, help="Leave replies for this clinic in any case.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@click.pass_obj
def take(desk: Desk, folder: Path, clinics: tuple[str, ...], as_json: bool) -> int:  # noqa: FBT001 - click's way
    """Read the bundles found in FOLDER and leave replies beside them; safe to repeat.

    Ends with 3 when a bundle could not be read; the others were.
    """
    with desk.opened() as of:
        done = post.take(of, folder, [of.clinic(name) for name in clinics])
        click.echo(report.visit_json(done) if as_json else report.visit(done))
    return NOT_ALL if done.refused else 0


@hq.command("status")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@click.pass_obj
def show_status(desk: Desk, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Show clinics and computers, what waits, what is held, what a person must look at."""
    with desk.opened() as of:
        found, backed_up = status.status(of), backup.last(of)
        click.echo(status.as_json(of.card.name, found, backed_up) if as_json else report.status(of, found, backed_up))


@hq.command("revoke")
@click.argument("device", metavar="DEVICE")
@click.option("--why", metavar="TEXT", default="", help="For the list: stolen, lost, given away.")
@click.pass_obj
def revoke(desk: Desk, device: str, why: str) -> None:
    """Trust a computer no more: lost, stolen, given away."""
    with desk.opened() as of:
        found = devices.revoke(of, device, why)
    click.echo(f"{found.name} of {found.scope.clinic} is trusted no more. Clinics learn it with their next bundle.")


@hq.command("transfer")
@click.argument("case", metavar="CASE")
@click.argument("clinic", metavar="CLINIC")
@click.pass_obj
def transfer(desk: Desk, case: str, clinic: str) -> None:
    """Bring a CASE (its number or id) to another CLINIC; it leaves the one where it was."""
    with desk.opened() as of:
        record, to = records.find(of, case), of.clinic(clinic)
        records.transfer(of, record, to)
    click.echo(f"{case} goes from {record.scope.clinic} to {to.clinic} with their next replies.")


@hq.command("grant")
@click.argument("case", metavar="CASE")
@click.argument("clinic", metavar="CLINIC")
@click.pass_obj
def grant(desk: Desk, case: str, clinic: str) -> None:
    """Share a CASE (its number or id) with another CLINIC; both work on it."""
    with desk.opened() as of:
        record, to = records.find(of, case), of.clinic(clinic)
        records.grant(of, record, to)
    click.echo(f"{case} of {record.scope.clinic} is shared with {to.clinic} from their next replies.")


@hq.command("set")
@click.argument("record", metavar="RECORD")
@click.argument("field", metavar="FIELD")
@click.argument("value", metavar="VALUE")
@click.pass_obj
def set_value(desk: Desk, record: str, field: str, value: str) -> None:
    """Set a FIELD of a RECORD (number or id); where it had two values, this decides.

    VALUE is a text, of the kind that is there now, or {"KIND": "TEXT"} as exports write it.
    """
    with desk.opened() as of:
        found = records.find(of, record)
        records.set_value(of, found, field, records.read_value(value, found.fields.get(field)))
    click.echo(f"{field} of {record} is set; {found.scope.clinic} gets it with its next reply.")


@hq.command("conflicts")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@click.pass_obj
def show_conflicts(desk: Desk, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """List the fields that have two values, and who said which."""
    with desk.opened() as of:
        found = tuple(records.conflicts(of))
        click.echo(report.conflicts_json(of, found) if as_json else report.conflicts(of, found))


@hq.command("erase")
@click.argument("record", metavar="RECORD")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(desk: Desk, record: str, yes: bool) -> None:  # noqa: FBT001 - click's way
    """Erase a RECORD (number or id) and all that belongs to it, everywhere and for ever."""
    with desk.opened() as of:
        found = records.find(of, record)
        going = records.belongings(of, found)
        click.echo(f"{found.type} {record} of {found.scope.clinic}, with {len(going) - 1} records that belong to it.")
        if not yes:
            click.confirm("Erase them here and, with the next replies, on every computer?", abort=True, err=True)
        records.erase(of, found)
    click.echo("Erased. Old backups still hold it: destroy them when the law asks for it.")


@hq.command("erasures")
@click.pass_obj
def show_erasures(desk: Desk) -> None:
    """List the cases that clinics ask to have erased, with the code that says why; then “hq erase” does it."""
    with desk.opened() as of:
        wanted = records.erasures_wanted(of)
        lines = [f"{one.number} of {one.record.scope.clinic}: {one.why}" for one in wanted]
        click.echo("\n".join(lines) or "No clinic asks for it.")


@hq.command("quarantine")
@click.option("--accept", "ops", metavar="HASH", multiple=True, help="Take this operation in; or “all” of --computer.")
@click.option("--computer", metavar="DEVICE", default="", help="Only what this computer signed.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
@click.pass_obj
def show_quarantine(desk: Desk, ops: tuple[str, ...], computer: str, as_json: bool) -> None:  # noqa: FBT001 - the same
    """List what was put aside for a person to look at, or take some of it in."""
    with desk.opened() as of:
        found = quarantine.listed(of, computer)
        if ops:
            count = quarantine.accept(of, quarantine.chosen(found, ops))
            click.echo(f"{count} operations were taken in.")
        else:
            click.echo(report.quarantine_json(found) if as_json else report.quarantine(of, found))


@hq.command("publish")
@click.argument("book", metavar="RULEBOOK", type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def publish(desk: Desk, book: Path) -> None:
    """Send a signed rule book (a folder or a ZIP of one) to every clinic with its next reply."""
    with desk.opened() as of:
        done = books.publish(of, book)
    click.echo(f"The rule book of {done.place} goes to every clinic ({len(done.content)} bytes).")


@hq.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_obj
def make_backup(desk: Desk, folder: Path) -> None:
    """Write a whole, encrypted backup into a new DIR and prove it."""
    with desk.opened() as of:
        made = backup.back_up(of, folder)
    click.echo(f"{made.operations} operations and {made.chunks} pieces of evidence are safe in {folder}.")


@hq.command("restore")
@click.argument("source", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--database", "url", metavar="URL", default="", help="postgresql://… ; one encrypted file without it.")
@click.pass_obj
def restore(desk: Desk, source: Path, url: str) -> None:
    """Make this headquarters from the backup in DIR; clinics then send again what it had not."""
    made = backup.restore(desk.folder, source, desk.opening(), url)
    made.close()
    click.echo("Restored. What clinics sent after the backup comes again with their next bundles.")


@hq.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.pass_obj
def export_all(desk: Desk, folder: Path) -> None:
    """Write everything as plain files into a new DIR. THEY ARE NOT ENCRYPTED."""
    with desk.opened() as of:
        count = export.export(of, folder)
    click.echo(f"{count} operations are in {folder} with their records and files.")
    click.echo("These files are NOT encrypted. Guard them, and remove them when they are not needed.", err=True)


if __name__ == "__main__":
    sys.exit(main())
