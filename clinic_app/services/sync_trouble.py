"""Every way in which a meeting with headquarters can go wrong: what happened, that the work is safe, what to do."""

from __future__ import annotations

from typing import Final

from clinic_app.errors import KnownError
from clinic_app.words import N_

SAFE: Final = N_("Everything you saved is safe on this computer.")
SAFE_AND_WHOLE: Final = N_(
    "Everything you saved is safe on this computer, and nothing half done was left on the stick."
)


def not_enrolled() -> KnownError:
    """Return the error of a computer that no headquarters has enrolled."""
    return KnownError(
        "Y-01",
        N_("This computer is not connected with a headquarters yet."),
        N_("Make a request file, send it to headquarters, and open the file that comes back."),
        SAFE,
    )


def not_for_us() -> KnownError:
    """Return the error of an enrolment for another computer."""
    return KnownError(
        "Y-02",
        N_("This file is for another computer."),
        N_("Look for the file that headquarters made from the request of this computer."),
        SAFE,
    )


def bad_card() -> KnownError:
    """Return the error of a file that is no enrolment, or was changed."""
    return KnownError(
        "Y-03",
        N_("This is not a file of headquarters, or it was changed on its way."),
        N_("Ask headquarters to make it again, and bring it on another stick."),
        SAFE,
    )


def other_headquarters(name: str) -> KnownError:
    """Return the error of an enrolment by a headquarters that is not the one this computer has."""
    return KnownError(
        "Y-04",
        N_("This file is of another headquarters; this computer belongs to {name}."),
        N_("Do not go on. Call the headquarters that you know and tell them about this file."),
        SAFE,
        name=name,
    )


def stick_full(needed: int, free: int) -> KnownError:
    """Return the error of a stick without room. Sizes are in bytes."""
    return KnownError(
        "Y-05",
        N_("The stick is full: {needed} MB are needed and {free} MB are free."),
        N_("Take another stick, or make room on this one, and try again."),
        SAFE_AND_WHOLE,
        needed=_megabytes(needed),
        free=free // 1_000_000,
    )


def stick_read_only() -> KnownError:
    """Return the error of a stick that cannot be written."""
    return KnownError(
        "Y-06",
        N_("Nothing can be written on this stick."),
        N_("Look for a small switch on its side, or take another stick."),
        SAFE_AND_WHOLE,
    )


def stick_gone() -> KnownError:
    """Return the error of a stick that was pulled out."""
    return KnownError(
        "Y-07",
        N_("The stick was pulled out, or does not answer."),
        N_("Put it back in and try again: it goes on from where it was."),
        SAFE_AND_WHOLE,
    )


def stick_faulty() -> KnownError:
    """Return the error of a stick from which something else is read than was written."""
    return KnownError(
        "Y-08",
        N_("This stick is failing: what was written on it could not be read back."),
        N_("Take another stick. Do not use this one again."),
        SAFE,
    )


def disk_full() -> KnownError:
    """Return the error of this computer's disk without room for what came."""
    return KnownError(
        "Y-09",
        N_("This computer's disk is too full for what came."),
        N_("Make room: empty the recycle bin, or move photos and videos away. Then try again."),
        SAFE,
    )


def no_access(why: object) -> KnownError:
    """Return the error of this computer's own disk or folder that refuses."""
    return KnownError(
        "Y-19",
        N_("The clinic's folder cannot be read or written ({why})."),
        N_("Start the computer again and try once more. If it stays so, tell support this code."),
        SAFE,
        why=why,
    )


def newer() -> KnownError:
    """Return the error of a bundle, or a card, from a later version of the program."""
    return KnownError(
        "Y-10",
        N_("This was made by a newer version of the program."),
        N_("Install the newer version on this computer, then try again. Leave the stick as it is."),
        SAFE,
    )


def damaged() -> KnownError:
    """Return the error of a bundle that was cut off or changed."""
    return KnownError(
        "Y-11",
        N_("A bundle on the stick is damaged and was left out."),
        N_("Go on working. Headquarters sends it again; if it happens twice, take another stick."),
        SAFE,
    )


def for_someone_else() -> KnownError:
    """Return the error of bundles of which none is for this computer."""
    return KnownError(
        "Y-12",
        N_("What is on this stick is for someone else; it was not opened."),
        N_("If you expected something from headquarters, ask for which clinic the stick is."),
        SAFE,
    )


def unknown_sender() -> KnownError:
    """Return the error of a bundle for whose writer headquarters does not vouch."""
    return KnownError(
        "Y-13",
        N_("A bundle comes from a computer that is not known here; it was not taken."),
        N_("If it is a new computer of your clinic, bring a stick from headquarters first. If not, tell headquarters."),
        SAFE,
    )


def revoked_sender() -> KnownError:
    """Return the error of a bundle of a computer that headquarters has shut out."""
    return KnownError(
        "Y-14",
        N_("A bundle comes from a computer that was reported as lost or stolen; it was not taken."),
        N_("Tell headquarters where this stick comes from."),
        SAFE,
    )


def shut_out() -> KnownError:
    """Return the error of this computer itself having been shut out."""
    return KnownError(
        "Y-15",
        N_("Headquarters has shut this computer out, as if it were lost or stolen."),
        N_("Call headquarters. Your cases stay here; they can enrol this computer anew."),
        SAFE,
    )


def no_answer(why: object) -> KnownError:
    """Return the error of a line over which headquarters does not answer."""
    return KnownError(
        "Y-16",
        N_("Headquarters does not answer over the line ({why})."),
        N_("Go on working. Try again later, or use a stick."),
        SAFE,
        why=why,
    )


def no_address() -> KnownError:
    """Return the error of a headquarters that has no line."""
    return KnownError(
        "Y-20",
        N_("Headquarters has told no address for the line."),
        N_("Use a stick. The next one from headquarters brings the address, if there is one."),
        SAFE,
    )


def somebody_else() -> KnownError:
    """Return the error of somebody who answers in headquarters' place."""
    return KnownError(
        "Y-21",
        N_("Somebody answered who is not your headquarters. Nothing was sent."),
        N_("Use a stick, and tell headquarters. Another network may help."),
        SAFE,
    )


def not_known_there() -> KnownError:
    """Return the error of a headquarters that does not know this computer."""
    return KnownError(
        "Y-22",
        N_("Headquarters does not know this computer."),
        N_("Call headquarters. They can enrol this computer anew."),
        SAFE,
    )


def paused() -> KnownError:
    """Return the error of asking for the line while a person has paused it."""
    return KnownError(
        "Y-17",
        N_("Sending over the line is paused."),
        N_("Let it go on in the settings, or use a stick."),
        SAFE,
    )


def bad_book() -> KnownError:
    """Return the error of a published rule book that is not one."""
    return KnownError(
        "Y-18",
        N_("A rule book that headquarters sent could not be unpacked."),
        N_("Go on with the rule book you have, and tell headquarters."),
        SAFE,
    )


def _megabytes(size: int) -> int:
    return -(-size // 1_000_000)
