"""What can stand in the operator's way at headquarters: each with a code, what happened and what to do now.

Nothing of a worker, no password and no key stands in any of these sentences.
"""

from __future__ import annotations

from pathlib import Path

from sync.errors import SyncError

UNCHANGED = "Nothing was changed."


class Trouble(SyncError):  # noqa: N818 - the name says what it is to the operator, as callers catch it
    """The world got in the way. `code` is for support; the text says what happened, `now` what to do."""

    def __init__(self, code: str, what: str, now: str, safe: str = UNCHANGED) -> None:
        super().__init__(" ".join(part for part in (what, safe, now) if part) + f" ({code})")
        self.code = code
        self.what = what
        self.safe = safe
        self.now = now


def no_headquarters(folder: Path) -> Trouble:
    """Tell that a folder has no headquarters."""
    return Trouble("HQ-1", f"There is no headquarters in {folder}.", "Name its folder with --data, or run “hq init”.")


def already_there(folder: Path) -> Trouble:
    """Tell that a folder has a headquarters already."""
    return Trouble("HQ-2", f"There is already a headquarters in {folder}.", "Choose an empty folder.")


def wrong_password() -> Trouble:
    """Tell that the password does not open the keys."""
    return Trouble("HQ-3", "The password is wrong.", "Try again; with the recovery key run “hq password --recovery”.")


def wrong_key_file(path: Path) -> Trouble:
    """Tell that a key file does not open the keys, or cannot be read."""
    return Trouble("HQ-4", f"The key file {path} does not open this headquarters.", "Give the one made at “hq init”.")


def wrong_recovery_key() -> Trouble:
    """Tell that the recovery key is not this headquarters'."""
    return Trouble(
        "HQ-5", "The recovery key does not open this headquarters.", "Compare it with the sheet, sign by sign."
    )


def damaged(what: str) -> Trouble:
    """Tell that a file of headquarters is not what was written."""
    return Trouble("HQ-6", f"{what} is damaged.", "Restore the last backup with “hq restore”.", "")


def too_new(what: str) -> Trouble:
    """Tell that a newer version wrote a file."""
    return Trouble("HQ-7", f"{what} was written by a newer version.", "Update this computer's version first.")


def needs_tls(host: str) -> Trouble:
    """Tell that a database on another machine was named without encryption of the way to it."""
    return Trouble(
        "HQ-8",
        f"The database is on another machine ({host}), and the way to it would not be encrypted.",
        "Add “?sslmode=verify-full&sslrootcert=FILE” (or at least “?sslmode=require”) to the database's address.",
    )


def no_database(why: str) -> Trouble:
    """Tell that the database cannot be reached."""
    return Trouble("HQ-9", f"The database cannot be reached: {why}.", "See that it runs and that its address is right.")


def no_driver() -> Trouble:
    """Tell that this program was built for a headquarters on its own file."""
    return Trouble(
        "HQ-33",
        "This program cannot speak with a PostgreSQL database.",
        "Install the headquarters of a server (README, “Headquarters”), or begin without --database.",
    )


def not_a_database(url: str) -> Trouble:
    """Tell that an address is not one of PostgreSQL."""
    return Trouble("HQ-10", f"{url} is not the address of a PostgreSQL database.", "Give postgresql://USER@HOST/NAME.")


def busy() -> Trouble:
    """Tell that another command held the store for too long."""
    return Trouble("HQ-11", "Another command is writing and did not finish.", "Wait for it, then try again.")


def disk_full() -> Trouble:
    """Tell that the disk is full."""
    return Trouble("HQ-12", "The disk is full.", "Make room, then try again.", "What was taken before is safe.")


def database_failed(why: str) -> Trouble:
    """Tell that the database refused."""
    return Trouble(
        "HQ-13",
        f"The database refused: {why}.",
        "Look at its log, then try again; what was taken before is safe.",
    )


def wrong(what: str, expected: str) -> Trouble:
    """Tell that what was typed cannot be taken."""
    return Trouble("HQ-14", f"{what}.", f"Expected: {expected}.")


def database_in_use() -> Trouble:
    """Tell that a PostgreSQL database has a headquarters already."""
    return Trouble("HQ-15", "This database has a headquarters already.", "Name an empty database.")


def no_backup(folder: Path) -> Trouble:
    """Tell that a folder has no backup."""
    return Trouble("HQ-16", f"There is no backup in {folder}.", "Name the folder that “hq backup” wrote.")


def cannot_write(where: Path, error: OSError) -> Trouble:
    """Tell that a folder refuses."""
    return Trouble(
        "HQ-17", f"{where} cannot be written: {error.strerror or error}.", "See to its disk, then try again."
    )


def not_a_request(why: str) -> Trouble:
    """Tell that a file is no device's request."""
    return Trouble("HQ-18", f"This is not a computer's request to be enrolled: {why}.", "Make it again at the clinic.")


def was_revoked(name: str) -> Trouble:
    """Tell that a device is trusted no more."""
    return Trouble(
        "HQ-19",
        f"The computer “{name}” was revoked.",
        "Set it up anew at the clinic and enrol it with the request that it makes then.",
    )


def elsewhere(name: str, clinic: str) -> Trouble:
    """Tell that a device belongs to another clinic."""
    return Trouble("HQ-20", f"The computer “{name}” belongs to the clinic “{clinic}”.", "Enrol it there.")


def other_keys(name: str) -> Trouble:
    """Tell that a request names a known device and other keys."""
    return Trouble(
        "HQ-21",
        f"This request names the computer “{name}” and has other keys than it had.",
        "Ask the clinic by telephone; if they did not set it up anew, somebody else made this request.",
    )


def unknown_scope() -> Trouble:
    """Tell that a bundle is of no clinic of this headquarters."""
    return Trouble("HQ-22", "This bundle is of no clinic of this headquarters.", "Enrol the computer here first.")


def not_a_key_request(why: str) -> Trouble:
    """Tell that a file is no request for a lost key."""
    return Trouble("HQ-30", f"This is not a request for a lost key: {why}.", "Make it again at the clinic.")


def key_of_another() -> Trouble:
    """Tell that a request was made for another headquarters' printed key."""
    return Trouble(
        "HQ-31",
        "This request is for another headquarters, or for a printed key of before.",
        "Take it to the headquarters that enrolled the computer.",
    )


def no_key_for_revoked(name: str) -> Trouble:
    """Tell that nobody gets back into a computer that was revoked."""
    return Trouble(
        "HQ-32",
        f"The computer “{name}” was revoked: who has it now may be a thief.",
        "If it came back to the clinic, set it up anew there; what it sent before is safe here.",
    )
