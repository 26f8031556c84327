"""The card about the program itself."""

from __future__ import annotations

from clinic_app.ui.desk import Desk
from clinic_app.ui.parts.about import AboutView
from clinic_app.ui.setup.parts import Part
from clinic_app.words import N_


class AboutPart(Part):
    """Versions, licences, what the program protects, and the file for support."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, N_("About this program"))
        self.view = AboutView(desk.voice, desk.tasks, desk.clinic)
        self.add(self.view)
