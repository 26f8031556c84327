"""How it stands with headquarters, in calm words: two facts that are never mixed up.

Being offline is no fault and is never told as one.
"""

from __future__ import annotations

import datetime as dt

from clinic_app.errors import ClinicError
from clinic_app.i18n import Words
from clinic_app.services.syncing import Notice, Status, Visit
from clinic_app.ui.courier import Courier, Phase, Stick, Stopped
from clinic_app.ui.messages import phrase_of
from clinic_app.words import N_


def short(words: Words, *, status: Status | None) -> str:
    """Return the fact beside “saved on this computer”, for the foot of the window."""
    if status is None:
        return ""
    if not status.enrolled:
        return words(N_("This computer works alone, without a headquarters."))
    if not status.waiting and not status.files_waiting:
        return words(N_("Everything is at headquarters."))
    told = words.many(
        "{count} change is not at headquarters yet",
        "{count} changes are not at headquarters yet",
        status.waiting,
    )
    if status.last_received is None:
        return told
    day = words.short_date(status.last_received.astimezone().date())
    return words(N_("{what} (last received on {day})"), what=told, day=day)


def under_way(words: Words, *, courier: Courier) -> str:
    """Return what is under way and how far it is."""
    if courier.phase is Phase.WORKING:
        told = words(N_("Taking in and packing…"))
        return told if courier.by_line else f"{told} {words(N_('Do not unplug the stick yet.'))}"
    if courier.by_line:
        return f"{words(N_('Sending over the line…'))} {courier.percent} %"
    return f"{words(N_('Reading and writing the stick. Do not unplug it yet.'))} {courier.percent} %"


def offer(words: Words, *, status: Status, stick: Stick) -> str:
    """Return the one question that a stick asks."""
    what = words.many(
        "Copy {count} change to the stick “{name}”?",
        "Copy {count} changes to the stick “{name}”?",
        status.waiting,
        name=stick.name,
    )
    locked = words(
        N_("It is for {headquarters} and locked for everybody else. {free} MB are free."),
        headquarters=status.headquarters,
        free=stick.free // 1_000_000,
    )
    return f"{what} {locked}"


def ended(words: Words, *, visit: Visit, by_line: bool) -> str:
    """Return how a sending ended."""
    told = []
    if by_line and visit.slip is not None:
        told.append(words.many("{count} change was sent.", "{count} changes were sent.", visit.slip.changes))
    elif visit.slip is not None:
        told.append(
            words.many("{count} change was copied.", "{count} changes were copied.", visit.slip.changes)
            + " "
            + words(N_("You may unplug the stick."))
        )
    if visit.taken:
        told.append(words.many("{count} change came in.", "{count} changes came in.", visit.taken))
    if visit.disputes:
        told.append(words(N_("Two people wrote different things: {count}."), count=visit.disputes))
    told += [words(N_("New rule book: {version}"), version=version) for version in visit.books]
    told += [words.error(problem) for problem in visit.problems]
    return "\n".join(told) or words(N_("There was nothing new."))


def failed(words: Words, *, error: Exception) -> str:
    """Return why a sending did not end well, and that the work is safe."""
    if isinstance(error, Stopped):
        return words(N_("You stopped it. Nothing was lost; it goes on the next time."))
    if isinstance(error, ClinicError):
        return words.error(error)
    phrase = phrase_of(error)
    return phrase(words) if callable(phrase) else words.say(phrase)


def notice(words: Words, *, told: Notice) -> str:
    """Return one thing that somebody should know."""
    params = {name: words.date(value) if isinstance(value, dt.date) else value for name, value in told.params.items()}
    return f"{words(told.what, **params)} {words(told.next_step)}"
