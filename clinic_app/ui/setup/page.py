"""The settings: a card for each thing that a clinic sets for itself. Each change holds at once."""

from __future__ import annotations

from typing import Final

from clinic_app.ui.desk import Desk
from clinic_app.ui.kit.page import Page
from clinic_app.ui.setup.about import AboutPart
from clinic_app.ui.setup.books import BooksPart
from clinic_app.ui.setup.locking import LockingPart
from clinic_app.ui.setup.parts import DaysPart, LookPart, PaperPart, Part
from clinic_app.ui.setup.people import PeoplePart
from clinic_app.ui.setup.record import RecordPart
from clinic_app.ui.setup.safety import SafetyPart
from clinic_app.ui.setup.sheet import SheetPart
from clinic_app.ui.setup.updating import UpdatePart
from clinic_app.ui.setup.wiping import WipingPart
from clinic_app.words import N_

PARTS: Final = (
    LookPart,
    PaperPart,
    LockingPart,
    PeoplePart,
    SheetPart,
    RecordPart,
    DaysPart,
    SafetyPart,
    BooksPart,
    UpdatePart,
    AboutPart,
    WipingPart,
)
"""The cards in order."""

BACKUP: Final = "backup"
"""The path of a Place in the settings that begins at the backups."""

REAL_ONLY: Final = (PeoplePart, SheetPart, RecordPart, SafetyPart, WipingPart)
"""Cards that the practice clinic does not have."""


class SettingsPage(Page):
    """All cards, one below the other; it begins at the backups when these are `wanted`."""

    def __init__(self, desk: Desk, wanted: str = "") -> None:
        super().__init__(desk.voice, N_("Settings"))
        self._wanted = wanted
        # The practice clinic is opened by everybody with the one password that the program knows.
        shown = [part for part in PARTS if part not in REAL_ONLY or not desk.clinic.info.practice]
        self.parts: tuple[Part, ...] = tuple(part(desk) for part in shown)
        self.add(*self.parts)

    def begin(self) -> None:
        """Put the keyboard into the first field, or on what is wanted."""
        for part in self.parts:
            if isinstance(part, SafetyPart) and self._wanted == BACKUP:
                part.make_button.setFocus()
                self.reveal(part)
                return
        first = self.parts[0]
        if isinstance(first, LookPart):
            first.boxes["language"].focus()
