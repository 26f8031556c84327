"""What every command shares: the data folder, the password, the words of messages, the day it is asked for."""

from __future__ import annotations

import datetime as dt
import locale
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from clinic_app import paths
from clinic_app.domain.edtf import NEWEST, OLDEST
from clinic_app.errors import InputError
from clinic_app.i18n import PAPER_LANGUAGES, SCREEN_LANGUAGES, Words, words
from clinic_app.services import clinic as clinics
from clinic_app.services import intake
from clinic_app.services.clinic import Clinic
from clinic_app.words import N_

PASSWORD_VARIABLE: Final = "CLINIC_PASSWORD"  # noqa: S105 - the name of a variable, not a password

OpenWindow = Callable[[Path | None], int]
ShowDemo = Callable[[Path], int]
CheckSelf = Callable[[Path | None, bool], int]
"""Takes where pictures are kept, and whether to do no more than show the first window."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands share: the data folder, the language, and the window that may be opened."""

    data: Path | None
    open_window: OpenWindow
    show_demo: ShowDemo

    @property
    def folder(self) -> Path:
        """The clinic's folder: as given, else the one of this computer."""
        return self.data if self.data is not None else paths.default_data()

    def unlock(self, secret: str | None = None, user: str | None = None) -> Clinic:
        """Open the clinic with a password, else that of the environment or one typed at a prompt.

        Without a user's name every user's lock is tried.
        """
        if not clinics.exists(self.folder):
            raise InputError(
                "--data",
                N_("there is no clinic in {folder}"),
                N_("the folder of a clinic; make one with: clinic --data DIR init"),
                folder=self.folder,
            )
        return clinics.unlock(self.folder, password() if secret is None else secret, user)


def password(*, twice: bool = False) -> str:
    """Return the password from the environment, else ask for it; InputError when nobody can answer."""
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise InputError(PASSWORD_VARIABLE, N_("no password was given"), N_("the password in this variable"))
    return str(click.prompt(messages()(N_("Password")), hide_input=True, confirmation_prompt=twice, err=True))


def messages() -> Words:
    """Return the words for messages, in the language of the environment."""
    code = (os.environ.get("CLINIC_LANGUAGE") or locale.getlocale()[0] or "en")[:2].lower()
    return words(code if code in SCREEN_LANGUAGES else "en")


def day_asked(_context: click.Context, _parameter: click.Parameter, value: str | None) -> dt.date | None:
    """Read the option --on; None when nobody chose a day."""
    return None if value is None else read_day(value, "--on")


def read_day(text: str, path: str) -> dt.date:
    """Return a day as typed; InputError, under the name of what was typed, when it is none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(path, N_("“{value}” is not a date"), N_("a day like 2026-03-15"), value=text) from None
    if not OLDEST <= day <= NEWEST:
        raise InputError(path, N_("“{value}” is not a date"), N_("a day like 2026-03-15"), value=text)
    return day


def today() -> dt.date:
    """Return the computer's day."""
    return dt.datetime.now().astimezone().date()


def read_file(file: str, most: int = intake.LARGEST_FILE) -> bytes:
    """Return the content of a file of at most so many bytes; InputError when it cannot be read."""
    path = Path(file)
    try:
        if path.is_file() and path.stat().st_size > most:
            raise InputError(file, N_("the file is too large"), N_("at most {limit} bytes"), limit=most)
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            file, N_("the file cannot be read: {why}"), N_("an intake file"), why=error.strerror or type(error).__name__
        ) from error


on_option = click.option(
    "--on", metavar="DATE", callback=day_asked, help="The day on which it is asked; today when left out."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
language_option = click.option("--language", type=click.Choice(list(PAPER_LANGUAGES)), help="Language of the texts.")
