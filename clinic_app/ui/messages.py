"""Errors in words: what happened, whether the work is safe, what to do now. Never a stack trace."""

from __future__ import annotations

from functools import partial

from clinic_app import logs
from clinic_app.errors import ClinicError, InputError
from clinic_app.i18n import Words, capital
from clinic_app.ui.voice import Phrase
from clinic_app.words import N_

log = logs.topic("screen")


def phrase_of(error: Exception) -> Phrase:
    """Return an error as a phrase. An error of the program itself is logged and told without detail."""
    if isinstance(error, ClinicError):
        return partial(_known, error=error)
    log.error("An unexpected error reached the window: %s", logs.fault(error))
    return N_(
        "The program made a mistake. Everything that says “Saved” is safe. "
        "Go on, or close the program and open it again. (X-1)"
    )


def beside(error: Exception) -> Phrase:
    """Return an error for the place beside its field: without the path that the field already shows."""
    if isinstance(error, InputError):
        return partial(_known, error=InputError("", error.message, error.expected, **error.params))
    return phrase_of(error)


def _known(words: Words, *, error: ClinicError) -> str:
    return capital(words.error(error))
