"""Every way in which the world can get between a person and their store, each with its code and words."""

from __future__ import annotations

import errno
from pathlib import Path

from clinic_app.errors import KnownError
from clinic_app.words import N_


def wrong_password() -> KnownError:
    """Return the error of a password, or user, that opens nothing."""
    return KnownError(
        "S-01",
        N_("The password is not right."),
        N_("Type it again, and look at the Caps Lock key. If it is lost, use the printed recovery key."),
    )


def being_wiped() -> KnownError:
    """Return the error of opening a clinic whose wipe was begun."""
    return KnownError(
        "S-37",
        N_("This clinic is being wiped from this computer."),
        N_("Start the program again: it finishes what was begun."),
        "",
    )


def not_wiped_yet(error: OSError) -> KnownError:
    """Return the error of a wipe that a file holds up."""
    return KnownError(
        "S-38",
        N_(
            "The keys are gone and nobody can read the cases any more, but some files could not be removed yet ({why})."
        ),
        N_("Close other programs and start this one again: it goes on by itself."),
        "",
        why=error.strerror or type(error).__name__,
    )


def too_soon(seconds: int) -> KnownError:
    """Return the error of a password that was not tried, because several before it were wrong."""
    return KnownError(
        "S-31",
        N_("Several passwords were wrong. The next can be tried in {seconds} s."),
        N_("Take the time: look at the Caps Lock key and the language of the keyboard."),
        seconds=seconds,
    )


def no_slot() -> KnownError:
    """Return the error of asking headquarters for a key that was never left for it."""
    return KnownError(
        "S-32",
        N_("Headquarters cannot open this clinic: it was never connected with one that keeps a printed key."),
        N_("Look for the sheet with the recovery key. Without it and without a password, nobody can open the cases."),
    )


def nothing_asked() -> KnownError:
    """Return the error of an answer of headquarters where nothing was asked."""
    return KnownError(
        "S-33",
        N_("Nothing was asked of headquarters on this computer."),
        N_("Make the request first, and take it to headquarters."),
    )


def not_an_answer() -> KnownError:
    """Return the error of a file that is no answer of headquarters to the last request, or is damaged."""
    return KnownError(
        "S-34",
        N_("This file is not headquarters' answer to the last request that was made here, or it is damaged."),
        N_("Take the answer to the last request. If it is lost, make a new request."),
    )


def newer_answer() -> KnownError:
    """Return the error of an answer that a later version of the program wrote."""
    return KnownError(
        "S-35",
        N_("This file was written by a newer version of the program."),
        N_("Install the newer version on this computer, then try again."),
    )


def other_password() -> KnownError:
    """Return the error of taking headquarters' answer with another password than the request was made with."""
    return KnownError(
        "S-36",
        N_("This is not the password that was chosen with the request."),
        N_("Type the new password that you chose then. If it is forgotten too, make a new request."),
    )


def wrong_recovery() -> KnownError:
    """Return the error of a recovery key that is well typed but belongs to another clinic."""
    return KnownError(
        "S-02",
        N_("This recovery key does not open this clinic."),
        N_("Look for the sheet with this clinic's name and the latest date."),
    )


def no_clinic(folder: Path) -> KnownError:
    """Return the error of a folder without a clinic in it."""
    return KnownError(
        "S-03",
        N_("There is no clinic in {folder}."),
        N_("Choose another folder, or create a clinic."),
        folder=folder,
    )


def already_there(folder: Path) -> KnownError:
    """Return the error of creating a clinic where one is."""
    return KnownError(
        "S-04",
        N_("There is already a clinic in {folder}."),
        N_("Open it with its password, or choose another folder."),
        folder=folder,
    )


def damaged_keys() -> KnownError:
    """Return the error of a keys file that cannot be read."""
    return KnownError(
        "S-05",
        N_("The file with the clinic's keys is damaged."),
        N_("Copy the file clinic.keys back from the latest backup of this clinic. Do not delete anything."),
    )


def wrong_key() -> KnownError:
    """Return the error of a key that is not this store's: the keys file of another clinic."""
    return KnownError(
        "S-06",
        N_("The keys in this folder belong to another clinic."),
        N_("Put the file clinic.keys of this clinic back beside its cases. Do not delete anything."),
    )


def damaged() -> KnownError:
    """Return the error of a store whose content cannot be trusted."""
    return KnownError(
        "S-07",
        N_("The file with the cases is damaged."),
        N_("Do not go on working in it. Restore the latest backup, and keep the damaged file for support."),
        N_("The damaged file was left as it is."),
    )


def too_new(found: int, known: int) -> KnownError:
    """Return the error of a store that a newer version of the program wrote."""
    return KnownError(
        "S-08",
        N_("This clinic was opened with a newer version of the program (file {found}, this program {known})."),
        N_("Install the newer version on this computer, then open the clinic again."),
        found=found,
        known=known,
    )


def in_use() -> KnownError:
    """Return the error of a store that another running copy of the program has open."""
    return KnownError(
        "S-09",
        N_("This clinic is already open in another window of the program."),
        N_("Use that window, or close it first."),
    )


def disk_full() -> KnownError:
    """Return the error of a disk with no room left."""
    return KnownError(
        "S-10",
        N_("The disk is full, so the last change could not be saved."),
        N_("Make room: empty the recycle bin, or move photos and videos to a stick. Then make the change again."),
        N_("Everything saved before is safe."),
    )


def cannot_write(why: object) -> KnownError:
    """Return the error of a disk or folder that refuses reading or writing."""
    return KnownError(
        "S-11",
        N_("The clinic's folder cannot be read or written ({why})."),
        N_("If it is on a stick or a shared drive, look whether that is connected. Then try again."),
        N_("Everything saved before is safe."),
        why=why,
    )


def from_os(error: OSError) -> KnownError:
    """Return the error of a file that the operating system would not read or write."""
    if error.errno == errno.ENOSPC:
        return disk_full()
    return cannot_write(error.strerror or type(error).__name__)


def migration_failed(why: object) -> KnownError:
    """Return the error of an upgrade of the file that did not end; the file is as it was."""
    return KnownError(
        "S-12",
        N_("The clinic could not be brought to this version of the program ({why})."),
        N_("Go on with the former version of the program and tell support this code."),
        N_("Your cases are as they were, and a copy of them was kept."),
        why=why,
    )


def was_removed() -> KnownError:
    """Return the error of a person who may not open this clinic any more, though a keys file still names them."""
    return KnownError(
        "P-03",
        N_("This person was removed from the clinic."),
        N_("Ask a coordinator of the clinic to add you again."),
    )
