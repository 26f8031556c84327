"""What a role is shown of the window: places that it may not enter are grey and say why.

This only spares people a refusal; the services refuse by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QWidget

from clinic_app.domain.roles import Right
from clinic_app.services import permission
from clinic_app.services.clinic import Clinic
from clinic_app.ui.desk import Place, PlaceName
from clinic_app.ui.kit.buttons import Button
from clinic_app.words import N_

NEEDS: Final[Mapping[PlaceName, Right]] = {
    "today": Right.READ,
    "new": Right.WORK,
    "people": Right.READ,
    "person": Right.READ,
    "cases": Right.READ,
    "intake": Right.WORK,
    "case": Right.READ,
    "packet": Right.PRINT,
    "groups": Right.READ,
    "group": Right.READ,
    "employers": Right.READ,
    "employer": Right.READ,
    "calendar": Right.READ,
    "tally": Right.WORK,
    "reports": Right.COUNT,
    "review": Right.READ,
    "audit": Right.AUDIT,
}
"""The right that a place needs; the others are open to all."""

INSTEAD: Final[tuple[PlaceName, ...]] = ("today", "reports", "settings")
"""Where somebody goes who may not enter a place: the first of these that is open to them."""


def is_open(clinic: Clinic, screen: PlaceName) -> bool:
    """Return whether whoever works may enter a place."""
    return screen not in NEEDS or permission.may(clinic, NEEDS[screen])


def allowed(clinic: Clinic, place: Place) -> Place:
    """Return the place, or where to go instead."""
    if is_open(clinic, place.screen):
        return place
    return Place(next(screen for screen in INSTEAD if is_open(clinic, screen)))


def dress(clinic: Clinic, rail: Mapping[PlaceName, Button], search: QWidget) -> None:
    """Let the rail and the search offer only what may be entered."""
    for screen, button in rail.items():
        if not is_open(clinic, screen):
            button.setEnabled(False)
            button.explain(N_("Your role at this clinic does not include this."))
    search.setEnabled(is_open(clinic, "cases"))
