"""Coming back in when a password is lost: with the printed sheet, or with the help of headquarters.

Headquarters never learns the clinic's cases by it, and whoever carries the files learns nothing. The
six words prove that nobody exchanged a file on the way; that the right person asks, people must hear.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from clinic_app.domain.audit import Deed
from clinic_app.domain.roles import Right
from clinic_app.services import audit
from clinic_app.services import clinic as clinics
from clinic_app.services.clinic import Clinic
from clinic_app.services.permission import require
from clinic_app.store import escrow, vault

Asked = escrow.Asked
"""A request to headquarters, for the screen that shows its words and saves its file."""


def can_ask(folder: Path) -> bool:
    """Return whether headquarters can open the clinic in a folder, for the screen that offers it."""
    return vault.exists(folder) and vault.slot(folder) is not None


def ask(folder: Path, user: str, password: str) -> Asked:
    """Make the request that headquarters answers; it replaces one that was made before.

    `user` is the name of whoever asks, `password` the new one, to be typed again with the answer.
    InputError for a name or password that cannot be taken, KnownError when headquarters cannot help.
    """
    clinics.check_password(password)
    return escrow.ask(folder, user, password)


def asked(folder: Path) -> Asked | None:
    """Return the request whose answer is awaited; None when there is none."""
    return escrow.asked(folder) if vault.exists(folder) else None


def accept(folder: Path, reply: bytes, password: str) -> Clinic:
    """Open the clinic with headquarters' answer; the new password opens it from now on. KnownError says why not."""
    key, who = escrow.accept(folder, reply, password)
    clinic = clinics.open_recovered(folder, key, who)
    audit.note(clinic, Deed.RECOVERED, detail="headquarters")
    return clinic


def day_of(asked: Asked) -> dt.date:
    """Return the day on which a request was made, by this computer's clock."""
    return dt.datetime.fromtimestamp(asked.made / 1000, dt.UTC).astimezone().date()


def new_sheet(clinic: Clinic, own_password: str) -> str:
    """Make another recovery key, shown once: the one of before opens this clinic no more. Return it as it is printed.

    A copy of the keys file from before (an older backup) still opens with the older sheet.
    """
    require(clinic, Right.USERS)
    key, _ = vault.unlock(clinic.folder, own_password, clinic.user.id)
    made = vault.new_recovery(clinic.folder, key)
    audit.note(clinic, Deed.RECOVERY_KEY_MADE)
    return made
