"""Whether whoever works may do something: asked first by every verb that reveals or changes anything.

What a role may not do is refused here, whatever a screen shows or hides.
"""

from __future__ import annotations

from clinic_app.domain.roles import RIGHT_NAMES, Member, Right
from clinic_app.errors import KnownError
from clinic_app.services.clinic import Clinic
from clinic_app.words import N_

NOT_ALLOWED = "P-01"
CHANGE_FIRST = "P-02"


def me(clinic: Clinic) -> Member:
    """Return whoever works, with their role."""
    return clinic.store.staff.me


def may(clinic: Clinic, right: Right) -> bool:
    """Return whether whoever works may do something, for screens that show only what is of use."""
    return clinic.store.staff.me.may(right)


def require(clinic: Clinic, right: Right) -> None:
    """Raise KnownError unless whoever works may do this. It costs no query."""
    member = clinic.store.staff.me
    if member.may(right):
        return
    if member.must_change:
        raise must_change()
    raise refused(right)


def refused(right: Right) -> KnownError:
    """Return the error of somebody whose role does not allow what they ask."""
    return KnownError(
        NOT_ALLOWED,
        N_("Your role at this clinic does not allow this: {why}."),
        N_("Ask a coordinator of the clinic to do it."),
        why=RIGHT_NAMES[right],
    )


def must_change() -> KnownError:
    """Return the error of somebody who has not changed a temporary password yet."""
    return KnownError(
        CHANGE_FIRST,
        N_("Your password is a temporary one."),
        N_("Choose a password of your own first."),
    )
